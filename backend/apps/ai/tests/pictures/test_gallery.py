"""Pictures put in order by a person, described from the card, and found at other products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apps.ai import catalog
from apps.ai.exceptions import NothingToUndo
from apps.ai.models import AIPicture, AIPictureOrder, AIProcessingLog
from apps.ai.services.gallery import sightings
from apps.ai.services.people import card_pictures, moderation, picture_order, product_history
from apps.ai.services.pictures import looking, measures
from apps.ai.services.pictures.alts import alts
from apps.ai.services.runs import applying
from apps.ai.tests.pictures.drawn import again, busy, pack
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import ImageFindings
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
URLS = ["https://shop.example/a.jpg", "https://shop.example/b.jpg", "https://shop.example/c.jpg"]
MakeProduct = Callable[..., Product]


@pytest.fixture
def run(make_product: MakeProduct, tree: dict[str, Category]) -> AIProcessingLog:
    product = make_product()
    for position, url in enumerate(URLS):
        product.images.create(url=url, position=position)
    return waiting_card(product, tree["pain"], input_images_urls=URLS)


def now(run: AIProcessingLog) -> tuple[list[str], list[str]]:
    state = picture_order.state(run.product_id)
    return state["shown"], state["dropped"]


def test_order_and_dropping_stay_and_the_card_is_not_stale_by_them(
    run: AIProcessingLog, moderator: User
) -> None:
    a, b, c = URLS
    picture_order.arrange(run, shown=[c, a], dropped=[b], by=moderator)
    assert now(run) == ([c, a], [b])
    snapshot = catalog.get().snapshot(run.product_id)
    assert snapshot.image_urls == (c, a)
    product = Product.objects.get(pk=run.product_id)
    assert product.edited_fields == ["images"]
    run.refresh_from_db()
    assert (run.input_fingerprint, run.input_images_urls) == (snapshot.fingerprint, [c, a])
    moderation.approve(run, by=moderator)
    run.refresh_from_db()
    assert run.status == "approved"


def test_each_step_is_taken_back_once_and_told_in_the_history(run: AIProcessingLog, moderator: User) -> None:
    a, b, c = URLS
    picture_order.arrange(run, shown=[b, a, c], dropped=[], by=moderator)
    picture_order.arrange(run, shown=[b, a, c], dropped=[], by=moderator)  # nothing changed: no step
    picture_order.arrange(run, shown=[b, a], dropped=[c], by=moderator)
    assert AIPictureOrder.objects.count() == 2
    picture_order.undo(run, by=moderator)
    assert now(run) == ([b, a, c], [])
    picture_order.undo(run, by=moderator)
    assert now(run) == ([a, b, c], [])
    with pytest.raises(NothingToUndo):
        picture_order.undo(run, by=moderator)
    told = [event.text for event in product_history.events_of(run.product_id)]
    assert "Убрано фотографий: 1" in told
    assert "Фотографии переставлены" in told
    assert told.count("Прежний порядок фотографий возвращён") == 2


def test_what_somebody_else_changed_meanwhile_is_not_undone(run: AIProcessingLog, moderator: User) -> None:
    a, b, c = URLS
    picture_order.arrange(run, shown=[b, a, c], dropped=[], by=moderator)
    Product.objects.get(pk=run.product_id).images.create(url="https://shop.example/d.jpg", position=9)
    with pytest.raises(NothingToUndo):
        picture_order.undo(run, by=moderator)


@pytest.mark.parametrize(
    ("shown", "dropped"),
    [
        (URLS[:2], []),
        ([*URLS, URLS[0]], []),
        (URLS, [URLS[0]]),
        ([*URLS[:2], "https://evil.example/x.jpg"], []),
        ([], []),
    ],
)
def test_only_the_products_own_pictures_each_once(
    run: AIProcessingLog, moderator: User, shown: list[str], dropped: list[str]
) -> None:
    with pytest.raises(ValidationError):
        picture_order.arrange(run, shown=shown, dropped=dropped, by=moderator)
    assert now(run) == (URLS, [])
    assert not AIPictureOrder.objects.exists()


# --- where else ---


def seen(product_id: int, *images: Any) -> ImageFindings:
    pictures = tuple(measures.measure(image, URLS[at]) for at, image in enumerate(images))
    return sightings.noted(product_id, ImageFindings(pictures=pictures))


def test_the_same_picture_at_other_products_is_counted_near_ones_too(make_product: MakeProduct) -> None:
    products = [make_product() for _ in range(13)]
    for number, product in enumerate(products[:12]):
        side = 400 + 40 * number
        seen(product.pk, again(busy(seed=3), size=(side, side)), busy(seed=50 + number))
    found = seen(products[12].pk, busy(seed=3), busy(seed=99))
    assert [one.elsewhere for one in found.pictures] == [12, 0]
    phash = found.pictures[0].phash
    assert sightings.elsewhere(products[0].pk, [phash]) == {phash: [one.pk for one in products[1:]]}
    seen(products[12].pk, busy(seed=99))  # the product has it no more
    assert AIPicture.objects.filter(product=products[12]).count() == 1
    assert len(sightings.elsewhere(products[0].pk, [phash])[phash]) == 11


def test_pictures_are_noted_by_a_few_statements_however_many(
    make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    product = make_product()
    with django_assert_max_num_queries(5):
        seen(product.pk, *(busy(seed=number) for number in range(len(URLS))))
    assert AIPicture.objects.filter(product=product).count() == len(URLS)


def test_a_repeated_picture_of_one_product() -> None:
    """In whatever size and quality; not another dose, another colour or another brand on the same pack."""
    images = {
        "first": pack("500 mg"),
        "small": again(pack("500 mg"), size=(300, 300)),
        "coarse": again(pack("500 mg"), size=(700, 700), quality=30),
        "dose": pack("850 mg"),
        "digit": pack("600 mg"),
        "teal": pack("500 mg", colour="#0f766e"),
        "red": pack("500 mg", colour="#b91c1c"),
        "brand": pack("500 mg", brand="PAROX"),
        "red again": again(pack("500 mg", colour="#b91c1c")),
        "busy": busy(),
    }
    found = {one.url: one.repeats for one in looking.open_all(list(images.items())).facts}
    assert {url: first for url, first in found.items() if first} == {
        "small": "first",
        "coarse": "first",
        "red again": "red",
    }


def test_an_answer_about_one_colour_is_none_about_another() -> None:
    """Grey values alone do not tell a red pack from a blue one of the same brightness."""
    blue, red = (looking.open_all([("a", pack(colour=colour))]) for colour in ("#1E50BE", "#b91c1c"))
    assert blue.facts[0].phash == red.facts[0].phash
    assert not looking.is_same(blue.signature, red.signature)
    assert looking.is_same(blue.signature, looking.open_all([("b", again(pack()))]).signature)


def test_the_desk_says_what_is_known_of_each(run: AIProcessingLog, make_product: MakeProduct) -> None:
    for _ in range(69):
        seen(make_product().pk, busy(seed=3))
    drawn = (busy(seed=3), pack(), busy(seed=3))
    pictures = looking.open_all(list(zip(URLS, drawn, strict=False))).facts
    findings = sightings.noted(run.product_id, ImageFindings(pictures=pictures))
    from dataclasses import asdict  # noqa: PLC0415

    run.image_analysis = asdict(findings)
    first, second, third = card_pictures.pictures_of(run).shown
    assert (first.products, second.products, third.same_as) == (70, 0, 1)
    assert second.is_proposed
    assert not first.is_proposed
    assert "пёстрый фон" in first.reasons


# --- alternative texts ---


def test_alts_say_what_the_card_says() -> None:
    assert alts(URLS[:1], title="Парол 500 мг, 20 таблеток", attributes={}) == {
        URLS[0]: "Парол 500 мг, 20 таблеток"
    }
    two = alts(URLS[:2], title="Платье <b>летнее</b>", attributes={"Цвет": "Синий"})
    assert list(two.values()) == ["Платье летнее, синий — фото 1 из 2", "Платье летнее, синий — фото 2 из 2"]
    assert alts(URLS, title="Синее платье", attributes={"Цвет": "Тёмно-синий"})[URLS[0]].startswith(
        "Синее платье —"
    )
    assert alts(URLS, title="", attributes={"Цвет": "Синий"}) == {}
    long = alts(URLS, title="Очень длинное название товара " * 10, attributes={})
    assert all(len(one) <= 125 and one.endswith("из 3") for one in long.values())


def _describe(product: Product) -> None:
    seen = catalog.get().snapshot(product.pk)
    applying.describe_pictures(seen, seen.card)


def test_alts_are_kept_in_the_shop_and_a_persons_own_stay(make_product: MakeProduct) -> None:
    product = make_product(title_ru="Парол 500 мг")
    images = [product.images.create(url=url, position=at) for at, url in enumerate(URLS)]
    _describe(product)
    images[0].refresh_from_db()
    assert images[0].alt == "Парол 500 мг — фото 1 из 3"
    product.images.filter(url=URLS[0]).update(alt="Коробка Парола спереди")
    product.images.filter(url=URLS[1]).update(alt="")
    Product.objects.filter(pk=product.pk).update(title_ru="Парол 500 мг, 20 таблеток")
    _describe(product)
    found = list(product.images.values_list("alt", flat=True))
    assert found == ["Коробка Парола спереди", "", "Парол 500 мг, 20 таблеток — фото 3 из 3"]
