"""The same goods from another supplier, or in another mark-up: what was answered about their words serves again.

Whole runs against a model server; its books and the ledger say what was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from apps.ai import catalog
from apps.ai.models import AICall, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import card_edits, confirmed, moderation
from apps.ai.services.runs import known_answers, pipeline, reading
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support import shop_answers
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import Mode
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
MakeProduct = Callable[..., Product]
FIRST: dict[str, Any] = {
    "description": "Таблетки парацетамола 500 мг, в упаковке 20 таблеток. Снимает головную боль и жар.",
    "source_category": "Обезболивающие",
    "barcode": "8690000000017",
    "attributes": {"Форма": "таблетки"},
    "source_name": "north",
}


@pytest.fixture
def server(tree: dict[str, Category], settings: Any) -> Iterator[OpenAIServer]:
    load_prices()
    with OpenAIServer(script=shop_answers.answer) as running:
        settings.OPENAI_BASE_URL = running.url
        settings.OPENAI_API_KEY = "sk-test"
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "AUTO_APPLY_THRESHOLD": 0.0}
        composition.vector_store().ensure_collections()
        confirmed.sync_tree(meter=UnattendedMeter("test"))
        yield running
    composition.forget()


@pytest.fixture
def first(server: OpenAIServer, make_product: MakeProduct) -> AIProcessingLog:
    """The run of the first supplier's product, finished and applied."""
    run = process(make_product(**FIRST))
    assert run.status == "approved", run.reasons
    assert run.cost_usd
    return run


def process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def card(run: AIProcessingLog) -> tuple[Any, ...]:
    return (
        run.generated_title,
        run.generated_description,
        run.generated_seo_title,
        run.generated_seo_description,
        run.generated_keywords,
        run.suggested_category_id,
        run.extracted_attributes,
    )


SAME_GOODS: dict[str, dict[str, Any]] = {
    "another supplier": {"source_name": "south"},
    "another barcode": {"barcode": "4600000000013"},
    "no barcode": {"barcode": ""},
    "the supplier's own name of the category": {"source_category": "Ağrı kesiciler"},
    "no category of the supplier": {"source_category": ""},
    "another price": {"price": "350.00"},
    "blanks": {"description": FIRST["description"].replace(". ", ".\n\n   ") + "\n"},
    "mark-up": {
        "description": "<div><p>Таблетки парацетамола <b>500 мг</b>, в упаковке 20 таблеток.</p>"
        "<p>Снимает головную боль&nbsp;и&#32;жар.</p></div>"
    },
    "blanks in the title": {"title": "Парацетамол  500 мг, 20 таблеток "},
    "everything at once": {
        "source_name": "south",
        "barcode": "4600000000013",
        "source_category": "",
        "price": "240.00",
        "description": f"<p>{FIRST['description']}</p>",
    },
}


@pytest.mark.parametrize("values", SAME_GOODS.values(), ids=SAME_GOODS)
def test_the_same_goods_cost_nothing(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct, values: dict[str, Any]
) -> None:
    asked, calls = len(server.books), AICall.objects.count()
    run = process(make_product(**FIRST | values))
    assert (len(server.books), AICall.objects.count()) == (asked, calls)
    assert run.status == "approved", run.reasons
    assert card(run) == card(first)
    assert (run.cost_usd, run.tokens_used["total"]) == (Decimal(0), 0)


OTHER_GOODS: dict[str, dict[str, Any]] = {
    "dose": {"title": "Парацетамол 250 мг, 20 таблеток"},
    "count in the text": {"description": FIRST["description"].replace("20", "10")},
    "brand": {"brand": "Another"},
    "attribute": {"attributes": {"Форма": "капсулы"}},
    "one attribute more": {"attributes": {"Форма": "таблетки", "Страна": "Турция"}},
    "a joint of words": {"description": FIRST["description"].replace("головную боль", "головнуюболь")},
}


@pytest.mark.parametrize("values", OTHER_GOODS.values(), ids=OTHER_GOODS)
def test_other_words_are_asked_about(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct, values: dict[str, Any]
) -> None:
    asked = len(server.books)
    run = process(make_product(**FIRST | values))
    assert len(server.books) > asked
    assert run.cost_usd
    assert run.taken_from == {}


def test_the_suppliers_category_that_points_elsewhere_is_asked_about(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    """The category anew, with what speaks against it; the text again only when that changed nothing for it."""
    assert first.suggested_category == tree["pain"]
    calls = AICall.objects.count()
    run = process(make_product(**FIRST | {"source_category": tree["dresses"].name}))
    stages = set(AICall.objects.filter(run_id=run.pk, operation="chat").values_list("stage", flat=True))
    assert AICall.objects.count() > calls
    assert "category" in stages
    assert ("draft" in stages) == (run.suggested_category_id != first.suggested_category_id)


def test_a_barcode_of_the_other_product_never_stays_in_the_text(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct
) -> None:
    saved = first.stage_results
    told = f"{saved['draft']['description']}<p>Штрихкод {FIRST['barcode']}.</p>"
    AIProcessingLog.objects.filter(pk=first.pk).update(
        stage_results={**saved, "draft": {**saved["draft"], "description": told}}
    )
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    assert FIRST["barcode"] not in (run.generated_description or "") or run.status == "moderation"


def test_what_a_person_rejected_goes_to_a_person(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct, moderator: User
) -> None:
    moderation.roll_back(first.applied_changes.get(), by=moderator)
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    assert run.status == "moderation"
    assert "rejected_before" in [reason["code"] for reason in run.reasons]


@pytest.fixture
def audited(settings: Any) -> None:
    """A person sees every card."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 1.0}


def test_a_persons_words_are_taken_and_not_the_models(
    audited: None, server: OpenAIServer, make_product: MakeProduct, moderator: User
) -> None:
    run = process(make_product(**FIRST))
    assert run.status == "moderation"
    card_edits.write(run, {"generated_title": "Atabay Парацетамол, таблетки 500 мг, 20 шт"}, by=moderator)
    moderation.approve(run, by=moderator)
    asked = len(server.books)
    twin = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    assert twin.generated_title == "Atabay Парацетамол, таблетки 500 мг, 20 шт"
    assert len(server.books) == asked


def test_a_category_that_a_person_changed_is_not_the_models_any_more(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    AIProcessingLog.objects.filter(pk=first.pk).update(
        suggested_category=tree["dresses"], edited_by_moderator=["suggested_category"]
    )
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    assert AICall.objects.filter(run_id=run.pk, stage="category", operation="chat").exists()


def test_what_was_changed_in_the_shop_since_is_not_the_models_any_more(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct
) -> None:
    """Somebody wrote another text into the product's own form."""
    Product.objects.filter(pk=first.product_id).update(
        description_ru="<p>Написано человеком.</p>", edited_fields=["description_ru"]
    )
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    assert set(AICall.objects.filter(run_id=run.pk).values_list("stage", flat=True)) == {"draft"}
    assert run.taken_from == {}


def test_photos_that_show_something_else_are_another_question(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct
) -> None:
    """The same words, and what a model saw on the first one's photos stands in its questions."""
    seen = {"dominant_colors": ["красный"], "analyzed_urls": ["https://example.com/1.jpg"]}
    AIProcessingLog.objects.filter(pk=first.pk).update(stage_results={**first.stage_results, "images": seen})
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}))
    stages = AICall.objects.filter(run_id=run.pk, operation="chat").values_list("stage", flat=True)
    assert set(stages) == {"category", "draft"}


def test_the_product_itself_in_another_mark_up(server: OpenAIServer, first: AIProcessingLog) -> None:
    asked = len(server.books)
    product = first.product
    product.description = f"<p>{product.description}</p>"
    product.barcode = ""
    product.save()
    run = process(product)
    assert len(server.books) == asked
    assert card(run) == card(first)


def test_force_asks_all_the_same(
    server: OpenAIServer, first: AIProcessingLog, make_product: MakeProduct
) -> None:
    run = process(make_product(**FIRST | {"barcode": "4600000000013"}), force=True)
    assert run.cost_usd


@pytest.mark.parametrize("mode", [Mode.CATEGORY, Mode.DESCRIPTION])
def test_in_every_mode(
    server: OpenAIServer, make_product: MakeProduct, tree: dict[str, Category], mode: Mode
) -> None:
    values = FIRST | {"category": tree["pain"]}
    before = process(make_product(**values), mode=mode)
    assert before.cost_usd
    asked = len(server.books)
    run = process(make_product(**values | {"barcode": "4600000000013", "source_category": ""}), mode=mode)
    assert len(server.books) == asked
    assert card(run) == card(before)


def test_one_waits_for_the_other_of_the_same_feed(server: OpenAIServer, make_product: MakeProduct) -> None:
    """Both are claimed together: one is asked about, the other waits for its card."""
    runs = [
        submit(make_product(**FIRST | {"barcode": code}).pk, send=False).run
        for code in ("8690000000017", "4600000000013")
    ]
    for run in runs:
        run.lease_owner = "test"
    known = {run: catalog.get().snapshot(run.product_id) for run in runs}
    _, waiting = reading.take_in(known, model=composition.language_model().model)
    assert set(waiting) == {runs[1].pk}
    assert waiting[runs[1].pk].retry_after == known_answers.VARIANT_WAIT
