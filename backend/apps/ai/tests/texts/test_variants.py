"""Colours and sizes of one product: found, rewritten, and never guessed. Then whole runs against a model server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import VariantUnderWay
from apps.ai.models import AICall, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import confirmed
from apps.ai.services.runs import known_answers, pipeline, reading
from apps.ai.services.runs.submission import submit
from apps.ai.services.texts import variant_cards, variants
from apps.ai.services.texts.variant_cards import Sibling
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.tests.support.shop_answers import answer
from apps.ai.types import CategoryChoice, Draft, ExtractedAttribute, Mode, ProductSnapshot, RunOptions
from apps.products.models import Category, Product
from apps.users.models import User

MakeProduct = Callable[..., Product]

RED = ProductSnapshot(
    product_id=1,
    title="Koton Kırmızı Pamuklu Elbise",
    description="Kırmızı elbise, %100 pamuk. Beden: M",
    brand="Koton",
    attributes={"Renk": "Kırmızı", "Beden": "M"},
    barcode="8690000000001",
    image_urls=("https://example.com/red.jpg",),
)
BLUE = replace(
    RED,
    product_id=2,
    title="Koton Mavi Pamuklu Elbise",
    description="Mavi elbise, %100 pamuk. Beden: L",
    attributes={"Renk": "Mavi", "Beden": "L"},
    barcode="8690000000002",
    image_urls=("https://example.com/blue.jpg",),
)
CARD = Draft(
    title="Koton платье красное хлопковое, размер M",
    description="<p>Красное платье из хлопка. Носите с красным поясом и к красной сумке.</p><ul><li>Размер M</li></ul>",
    seo_title="Платье Koton красное, размер M",
    seo_description="Хлопковое платье красного цвета, размер M.",
    keywords=("платье красное", "хлопок"),
    key_benefits=("Красная ткань",),
)
DRESSES = CategoryChoice(
    7,
    ("Одежда", "Платья"),
    "clothes",
    0.9,
    (),
    attributes=(
        ExtractedAttribute("Цвет", "красный", "Renk: Kırmızı"),
        ExtractedAttribute("Размер", "M", "Beden: M"),
        ExtractedAttribute("Материал", "хлопок", "%100 pamuk"),
        ExtractedAttribute("Рукав", "короткий", "Kısa kol"),
    ),
    method="model",
)


def sibling(source: ProductSnapshot = RED, draft: Draft = CARD, choice: CategoryChoice = DRESSES) -> Sibling:
    return Sibling(1, source.title, source.description, source.attributes, draft, choice)


def test_a_card_in_another_colour_and_size() -> None:
    assert variants.key(RED) == variants.key(BLUE) != ""
    derived = variant_cards.derive(BLUE, sibling())
    assert derived is not None
    assert derived.draft == Draft(
        title="Koton платье синее хлопковое, размер L",
        description="<p>Синее платье из хлопка. Носите с синим поясом и к синей сумке.</p><ul><li>Размер L</li></ul>",
        seo_title="Платье Koton синее, размер L",
        seo_description="Хлопковое платье синего цвета, размер L.",
        keywords=("платье синее", "хлопок"),
        key_benefits=("Синяя ткань",),
    )
    assert derived.replaced == {"red": "blue", "M": "L"}
    again = variant_cards.derive(BLUE, sibling(choice=derived.choice))
    assert again is not None
    assert again.choice.method == "variant:model"
    assert (derived.choice.category_id, derived.choice.method) == (7, "variant:model")
    assert [(one.name, one.value, one.evidence) for one in derived.choice.attributes] == [
        ("Цвет", "синий", "Renk: Mavi"),
        ("Размер", "L", "Beden: L"),
        ("Материал", "хлопок", "%100 pamuk"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Koton Mavi Keten Elbise"},
        {"brand": "Mavi"},
        {"source_category": "Elbise"},
        {"attributes": {"Renk": "Mavi", "Beden": "L", "Kol": "Uzun"}},
        {"description": "Mavi elbise, %50 pamuk. Beden: L"},
        {"source": "other"},
    ],
    ids=str,
)
def test_any_other_difference_is_another_product(changes: dict[str, Any]) -> None:
    assert variants.key(replace(BLUE, **changes)) != variants.key(RED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Parol 500 mg 20 tablet", "Parol 500 mg 30 tablet"),
        ("Крем 50 мл", "Крем 100 мл"),
        ("Стол 120x60 см", "Стол 140x60 см"),
        ("Витамин B6", "Витамин B12"),
        ("Рубашка S.Oliver", "Рубашка M.Oliver"),
    ],
)
def test_doses_volumes_and_measures_are_no_variants(first: str, second: str) -> None:
    one, other = replace(RED, title=first), replace(RED, title=second)
    assert variants.key(one) != variants.key(other)
    plain = replace(one, attributes={}, description="Kısa")
    assert variants.key(plain) == ""


def test_a_product_without_colour_and_size_has_no_key() -> None:
    assert variants.key(ProductSnapshot(1, "Парацетамол 500 мг", "Красные таблетки")) == ""


def test_a_foreign_name_of_the_colour_is_not_replaced() -> None:
    assert (
        variant_cards.derive(BLUE, sibling(draft=replace(CARD, title="Koton Kırmızı платье, размер M")))
        is None
    )


def test_a_text_that_never_names_the_colour_is_not_taken() -> None:
    silent = Draft("Koton платье, размер M", "<p>Платье.</p>", "Платье", "Платье", ("платье",))
    assert variant_cards.derive(BLUE, sibling(draft=silent)) is None


def test_a_form_with_two_meanings_is_not_guessed() -> None:
    """«голубой»: he, or of hers."""
    light = replace(RED, title="Koton голубой elbise", description="", attributes={})
    red = replace(light, title="Koton kırmızı elbise")
    two = Draft("Koton платье голубой ткани", "<p>Из голубой ткани.</p>", "Платье", "Платье", ("платье",))
    assert variants.key(light) == variants.key(red)
    assert variant_cards.derive(red, sibling(light, two)) is None
    clear = replace(two, title="Koton голубое платье", description="<p>Голубое.</p>")
    derived = variant_cards.derive(red, sibling(light, clear))
    assert derived is not None
    assert derived.draft.title == "Koton красное платье"


@pytest.mark.parametrize(
    "kind", ["medicine", "supplement", "food", "cosmetics", "perfume", "book", "", "other"]
)
def test_of_tea_and_pills_a_colour_is_another_product(kind: str) -> None:
    assert variant_cards.derive(BLUE, sibling(choice=replace(DRESSES, kind=kind))) is None


def test_two_colours_keep_their_places() -> None:
    old = replace(RED, title="Siyah beyaz çizgili gömlek", description="", attributes={})
    new = replace(old, title="Beyaz siyah çizgili gömlek")
    card = Draft("Рубашка чёрная в белую полоску", "<p>Чёрная.</p>", "Рубашка", "Рубашка", ("рубашка",))
    derived = variant_cards.derive(new, sibling(old, card))
    assert derived is not None
    assert (derived.draft.title, derived.draft.description) == (
        "Рубашка белая в чёрную полоску",
        "<p>Белая.</p>",
    )
    merged = replace(old, title="Siyah siyah çizgili gömlek")
    assert variant_cards.derive(merged, sibling(old, card)) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("KIRMIZI ve MAVİ", ["red", "blue"]),
        ("тёмно-синее, светло-серая", ["navy", "grey"]),
        ("размер 44, 38 numara, beden 36-38", ["44", "38", "36-38"]),
        ("XXL и 2XL", ["2XL", "2XL"]),
        ("M&S, S-класс, iPhone L10, H2O, 38 мл, размер 44%", []),
        ("краснеть, красноречие, серия, белок", []),
    ],
)
def test_reading(text: str, values: list[str]) -> None:
    assert [token.value for token in variants.tokens(text)] == values


# --- whole runs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tree: dict[str, Category], settings: Any) -> Iterator[OpenAIServer]:
    load_prices()
    with OpenAIServer(script=answer) as running:
        settings.OPENAI_BASE_URL = running.url
        settings.OPENAI_API_KEY = "sk-test"
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "AUTO_APPLY_THRESHOLD": 0.0}
        composition.vector_store().ensure_collections()
        confirmed.sync_tree(meter=UnattendedMeter("test"))
        yield running
    composition.forget()


TITLE = "Платье летнее хлопковое {colour}, размер {size}"
TEXT = (
    "Лёгкое {colour} платье из хлопка, размер {size}, длина до колена. Застёжка на пуговицах, есть два кармана. "
    "Стирать при 30 °C."
)


@pytest.fixture
def dress(make_product: MakeProduct) -> Callable[..., Product]:
    def make(colour: str, size: str, **values: Any) -> Product:
        return make_product(
            **{
                "title": TITLE.format(colour=colour, size=size),
                "description": TEXT.format(colour=colour, size=size),
                "source_category": "Платья",
                "attributes": {"Цвет": colour, "Размер": size},
            }
            | values
        )

    return make


def process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.offline_engine
@pytest.mark.django_db(transaction=True)
def test_a_variant_makes_no_request(server: OpenAIServer, dress: Callable[..., Product]) -> None:
    first = process(dress("красное", "44"))
    assert first.status == "approved", first.reasons
    asked, calls = len(server.books), AICall.objects.count()
    product = dress("синее", "46", barcode="8690000000017")
    product.images.create(url="https://example.com/blue.jpg")  # photos are not looked at either
    run = process(product)
    assert (len(server.books), AICall.objects.count()) == (asked, calls)
    assert run.status == "approved", run.reasons
    assert run.taken_from == {"run": first.pk, "replaced": {"red": "blue", "44": "46"}}
    assert run.suggested_category == first.suggested_category
    texts = f"{run.generated_title} {run.generated_description} {run.generated_keywords}".lower()
    assert "син" in texts
    assert "46" in texts
    assert "красн" not in texts
    assert "44" not in texts
    assert run.extracted_attributes == {"Цвет": "синее", "Размер": "46", "Материал": "хлопок"}
    assert run.tokens_used["total"] == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_variant_from_another_supplier_makes_no_request(
    server: OpenAIServer, dress: Callable[..., Product]
) -> None:
    process(dress("красное", "44"))
    second = process(dress("синее", "46"))
    asked = len(server.books)
    product = dress("синее", "46", barcode="8690000000017", source_category="", source_name="south")
    product.images.create(url="https://example.com/blue.jpg")
    run = process(product)
    assert len(server.books) == asked
    assert run.status == "approved", run.reasons
    assert run.taken_from == {"run": second.pk, "replaced": {}}
    assert run.generated_description == second.generated_description


@pytest.mark.django_db(transaction=True)
def test_when_it_is_asked_about_all_the_same(
    server: OpenAIServer, dress: Callable[..., Product], tree: dict[str, Category]
) -> None:
    """When it is forced, when a person rejected the sibling or moved it, of another kind of goods or material."""
    first = process(dress("красное", "44"))
    medicine = {**first.stage_results, "category": {**first.stage_results["category"], "kind": "medicine"}}
    cases: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
        ({}, {"force": True}, {}),
        ({"status": "rejected"}, {}, {}),
        ({"suggested_category": tree["pain"]}, {}, {}),
        ({"stage_results": medicine}, {}, {}),
        (
            {"status": "moderation", "rejected_run_id": 1},
            {},
            {},
        ),  # a card like that of run 1, which waits again
        ({}, {}, {"title": "Платье летнее льняное синее, размер 46"}),
    ]
    for changes, options, values in cases:
        AIProcessingLog.objects.filter(pk=first.pk).update(**changes)
        asked = len(server.books)
        run = process(dress("синее", "46", **values), **options)
        assert len(server.books) > asked
        assert run.taken_from == {}
        run.delete()
        for name in changes:
            AIProcessingLog.objects.filter(pk=first.pk).update(**{name: getattr(first, name)})


@pytest.mark.django_db(transaction=True)
def test_a_wrong_size_in_the_text_is_asked_about(server: OpenAIServer, dress: Callable[..., Product]) -> None:
    """The sibling's text names a third size: the fact guard refuses the derived card."""
    first = process(dress("красное", "44"))
    spoiled = f"{first.generated_description}<p>Подойдёт и на размер 50.</p>"
    AIProcessingLog.objects.filter(pk=first.pk).update(generated_description=spoiled)
    asked = len(server.books)
    run = process(dress("синее", "46"))
    assert len(server.books) > asked
    assert "50" not in (run.generated_description or "")


@pytest.mark.django_db(transaction=True)
def test_a_moderators_text_is_what_variants_are_made_of(
    server: OpenAIServer, dress: Callable[..., Product], moderator: User
) -> None:
    first = process(dress("красное", "44"))
    better = "Лёгкое красное платье до колена, размер 44"
    AIProcessingLog.objects.filter(pk=first.pk).update(generated_title=better, processed_by=moderator)
    assert process(dress("синее", "46")).generated_title == "Лёгкое синее платье до колена, размер 46"


@pytest.mark.django_db(transaction=True)
def test_a_run_waits_for_a_variant_as_long_as_that_is_worked_on(
    server: OpenAIServer, dress: Callable[..., Product]
) -> None:
    """Not for twenty seconds and then pays for the same card; and not for ever, when the other one hangs."""
    first = process(dress("красное", "44"))
    other = AIProcessingLog.objects.filter(pk=first.pk)
    other.update(status="processing", lease_owner="another")
    asked = len(server.books)
    run = process(dress("синее", "46"))
    for _ in range(3):
        assert (run.status, run.error_code, run.attempts) == ("pending", VariantUnderWay.code, 0)
        assert run.next_attempt_at is not None
        AIProcessingLog.objects.filter(pk=run.pk).update(next_attempt_at=run.created_at)
        pipeline.run(run.pk)
        run.refresh_from_db()
    assert len(server.books) == asked
    AIProcessingLog.objects.filter(pk=run.pk).update(next_attempt_at=run.created_at)
    other.update(updated_at=timezone.now() - known_answers.SILENT)
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "approved"
    assert len(server.books) > asked


@pytest.mark.django_db(transaction=True)
def test_two_variants_never_wait_for_each_other(server: OpenAIServer, dress: Callable[..., Product]) -> None:
    """Both came back with what they had noted, and were claimed at once: the earlier one goes on the second time."""
    runs = [submit(dress(*one).pk, send=False).run for one in (("красное", "44"), ("синее", "46"))]
    model = composition.language_model().model
    ids = [run.pk for run in runs]
    for expected in (set(ids), {ids[1]}):
        claimed = AIProcessingLog.objects.claim_all(
            ids, owner=f"both {expected}", lease=timedelta(seconds=60)
        )
        seen = catalog.get().snapshots([run.product_id for run in claimed])
        for run in claimed:
            key = known_answers.variant_key_of(
                seen[run.product_id], mode=Mode.FULL, model=model, options=RunOptions(**run.options)
            )
            AIProcessingLog.objects.filter(pk=run.pk).update(variant_key=key)
        _, waiting = reading.take_in({run: seen[run.product_id] for run in claimed}, model=model)
        assert set(waiting) == expected
        AIProcessingLog.objects.filter(pk__in=ids).update(status="pending", next_attempt_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_when_the_card_that_is_there_could_not_serve(
    server: OpenAIServer, dress: Callable[..., Product]
) -> None:
    first = process(dress("красное", "44"))
    silent = {"generated_title": "Платье", "generated_description": "<p>Платье.</p>"}
    AIProcessingLog.objects.filter(pk=first.pk).update(**silent)
    second = process(dress("белое", "48"))
    assert second.status == "approved"
    AIProcessingLog.objects.filter(pk=second.pk).update(status="processing", lease_owner="another")
    asked = len(server.books)
    assert process(dress("синее", "46")).status == "approved"
    assert len(server.books) > asked
