"""What a look at a product's pictures costs, as the ledger has it: the server bills pictures as OpenAI does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from PIL import Image

from apps.ai.models import AICall, AIPictureAnswer, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.gallery import answers
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import confirmed
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.pictures.drawn import again, busy, jpeg, pack
from apps.ai.tests.support import shop_answers
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import Mode
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]
#: The specification's own way: every picture by itself, 1024 px, the detail left to the server.
SPECIFICATION = {"VISION": "always", "VISION_PIXELS": 1024, "VISION_SHEET": False, "IMAGE_DETAIL": "auto"}
LONG = "Таблетки для взрослых, в упаковке 30 таблеток по 500 мг, белые, круглые. " * 6


@pytest.fixture
def server(settings: Any, tree: dict[str, Category]) -> Iterator[OpenAIServer]:
    with OpenAIServer(script=shop_answers.answer) as running:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-test", running.url
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai"}
        load_prices()
        yield running
        composition.forget()


@pytest.fixture
def with_pictures(make_product: MakeProduct, settings: Any) -> Callable[..., Product]:
    def make(images: list[Image.Image], **fields: Any) -> Product:
        product = make_product(**fields)
        for position, image in enumerate(images):
            key = f"{settings.AI_R2_SETTINGS['original_images_path']}{product.pk}-{position}.jpg"
            stored = settings.MEDIA_ROOT / key
            stored.parent.mkdir(parents=True, exist_ok=True)
            stored.write_bytes(jpeg(image))
            url = f"{settings.AI_R2_SETTINGS['cdn_url']}/{key}"
            product.images.create(url=url, position=position)
        return product

    return make


def three() -> list[Image.Image]:
    return [pack("500 mg", size=(1600, 1600)), busy((1400, 1500)), pack("30 tablet", size=(1500, 1300))]


def look(product: Product, mode: Mode = Mode.IMAGES) -> AIProcessingLog:
    run = submit(product.pk, mode=mode.value, force=True, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def spent(run: AIProcessingLog) -> Decimal:
    """USD of the run's vision calls."""
    calls = AICall.objects.filter(run_id=run.pk, operation="vision")
    return calls.aggregate(sum=Sum("cost_usd"))["sum"] or Decimal(0)


def use(settings: Any, **values: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, **values}


def test_three_pictures_cost_at_most_a_tenth_of_the_specifications_settings(
    server: OpenAIServer, with_pictures: Callable[..., Product], settings: Any
) -> None:
    ours = look(with_pictures(three()))
    AIPictureAnswer.objects.all().delete()
    use(settings, **SPECIFICATION)
    theirs = look(with_pictures(three()))
    assert AICall.objects.get(run_id=ours.pk).images == 1
    assert AICall.objects.get(run_id=theirs.pk).images == 3
    assert 0 < spent(ours) <= spent(theirs) / 10, (spent(ours), spent(theirs))
    assert len(ours.image_analysis["analyzed_urls"]) == len(theirs.image_analysis["analyzed_urls"]) == 3


def test_the_reservation_covers_what_the_pictures_cost_and_little_more(
    server: OpenAIServer, with_pictures: Callable[..., Product], settings: Any
) -> None:
    use(settings, **SPECIFICATION, BUDGET_DAY_USD="0.02")
    run = look(with_pictures([busy((1100, 1100), seed=seed) for seed in (1, 2, 3)]))
    call = AICall.objects.get(run_id=run.pk)
    # each is 1024×1024 and scaled to 768×768: four tiles
    assert call.prompt_tokens >= 3 * (2833 + 4 * 5667)
    assert call.cost_usd is not None
    assert call.cost_usd < Decimal("0.02")  # 8 tiles a picture would have been refused: 0.0217


def test_a_second_run_over_the_same_pictures_costs_nothing(
    server: OpenAIServer, with_pictures: Callable[..., Product]
) -> None:
    product = with_pictures(three())
    first = look(product)
    composition.forget()  # as another process would see it
    second = look(product)
    other = look(with_pictures([again(image, quality=80) for image in three()], title="Другой товар"))
    assert spent(first) > 0
    assert [spent(second), spent(other)] == [0, 0]
    assert AICall.objects.filter(operation="vision").count() == 1
    assert second.image_analysis["dominant_colors"] == first.image_analysis["dominant_colors"] == ["белый"]
    assert AIPictureAnswer.objects.get().uses == 2


def test_the_same_pictures_in_another_order_cost_nothing(
    server: OpenAIServer, with_pictures: Callable[..., Product]
) -> None:
    look(with_pictures(three()))
    run = look(with_pictures(three()[::-1], title="Другой товар"))
    assert spent(run) == 0
    assert run.image_analysis["dominant_colors"] == ["белый"]


def test_one_picture_more_is_another_question(
    server: OpenAIServer, with_pictures: Callable[..., Product]
) -> None:
    look(with_pictures(three()[:2]))
    assert spent(look(with_pictures(three()))) > 0


def test_another_dose_on_the_same_pack_is_another_question(
    server: OpenAIServer, with_pictures: Callable[..., Product]
) -> None:
    look(with_pictures([pack("500 mg")]))
    look(with_pictures([pack("850 mg")]))
    assert AICall.objects.filter(operation="vision").count() == 2


def test_another_model_another_kind_another_form_are_other_questions(
    server: OpenAIServer, with_pictures: Callable[..., Product], settings: Any, tree: dict[str, Category]
) -> None:
    product = with_pictures(three())
    look(product)
    use(settings, VISION_MODEL="gpt-4o")
    look(product)
    use(settings, VISION_PIXELS=768)
    look(product)
    Product.objects.filter(pk=product.pk).update(category=tree["pain"])
    look(product)
    assert AICall.objects.filter(operation="vision", cost_usd__gt=0).count() == 4


def test_the_same_goods_with_the_same_pictures_elsewhere_cost_nothing(
    server: OpenAIServer, with_pictures: Callable[..., Product], settings: Any
) -> None:
    """Another supplier, another barcode, other addresses and another order."""
    use(settings, VISION="always", AUTO_APPLY_THRESHOLD=0.0)
    composition.vector_store().ensure_collections()
    confirmed.sync_tree(meter=UnattendedMeter("test"))
    first = submit(with_pictures(three(), barcode="8690000000017").pk, send=False).run
    pipeline.run(first.pk)
    asked, calls = len(server.books), AICall.objects.count()
    again = with_pictures(three()[::-1], barcode="4600000000013", source_category="Ağrı kesiciler")
    run = submit(again.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "approved", run.reasons
    assert (len(server.books), AICall.objects.count()) == (asked, calls)
    assert run.generated_title
    assert run.taken_from == {"run": first.pk, "replaced": {}}


@pytest.mark.parametrize(
    ("rule", "description", "asks"),
    [
        ("never", "", 0),
        ("poor", "", 1),
        ("poor", LONG, 0),
        ("always", LONG, 1),
        ("medicine=never,*=always", LONG, 0),
        ("medicine=always,*=never", LONG, 1),
        ("clothes=always,*=never", "", 0),
    ],
)
def test_when_the_model_is_asked(
    server: OpenAIServer,
    with_pictures: Callable[..., Product],
    settings: Any,
    tree: dict[str, Category],
    rule: str,
    description: str,
    asks: int,
) -> None:
    use(settings, VISION=rule)
    run = look(with_pictures([pack()], description=description, category=tree["pain"]), Mode.CATEGORY)
    assert AICall.objects.filter(run_id=run.pk, operation="vision").count() == asks
    analysis = run.stage_results["images"]
    assert bool(analysis["asked"]) is bool(asks)
    assert analysis["pictures"][0]["background"] == "white"  # measured whether a model was asked or not


def test_kept_answers_are_bounded_by_their_last_use(db: None) -> None:
    kept = answers.KeptAnswers()
    for number in range(5):
        kept.keep(f"key {number}", b"", {"number": number}, model="m")
    assert kept.find("key 0", b"") == {"number": 0}
    assert answers.trim(2) == 3
    assert set(AIPictureAnswer.objects.values_list("key", flat=True)) == {"key 0", "key 4"}
