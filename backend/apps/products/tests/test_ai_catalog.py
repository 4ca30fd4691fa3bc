"""This shop's adapter against the AI app's contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction

from apps.ai.testing import check_catalog
from apps.ai.types import ProductSnapshot
from apps.products.ai_catalog import ShopCatalog
from apps.products.models import Category, Product
from apps.users.models import User


def test_it_keeps_the_contract(
    tree: dict[str, Category], make_product: Callable[..., Product], moderator: User
) -> None:
    for category in (None, tree["pain"], tree["pharmacy"], *[None] * 10):
        make_product(category=category)
    assert check_catalog(ShopCatalog()) == []


def test_a_lock_whose_card_is_another_is_found(product: Product) -> None:
    """An apply does not read the card again that the lock has shown."""

    class Forgetful(ShopCatalog):
        def lock(self, product_id: int) -> ProductSnapshot:
            seen = super().lock(product_id)
            return replace(seen, card={**seen.card, "title": "не та"})

    faults = check_catalog(Forgetful(), product_id=product.pk)
    assert any(fault.startswith("lock().card must be what card() says") for fault in faults), faults


@pytest.mark.django_db(transaction=True)
def test_a_locked_product_has_its_pictures_in_their_order(product: Product) -> None:
    for position, name in ((2, "last"), (0, "first"), (1, "hidden"), (1, "middle")):
        product.images.create(url=f"https://x/{name}.jpg", position=position, is_hidden=name == "hidden")
    with transaction.atomic():
        seen = ShopCatalog().lock(product.pk)
    assert seen.image_urls == ("https://x/first.jpg", "https://x/middle.jpg", "https://x/last.jpg")
    assert seen == ShopCatalog().snapshot(product.pk)


def test_a_finished_card_is_tried_without_a_trace(tree: dict[str, Category], product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(
        title_ru="Парацетамол", description_ru="<p>Да.</p>", category=tree["pain"], edited_fields=["title_ru"]
    )
    before = ShopCatalog().snapshot(product.pk)
    assert check_catalog(ShopCatalog(), product_id=product.pk) == []
    assert ShopCatalog().snapshot(product.pk) == before


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (["title_ru", "description_ru"], ("description", "title")),
        (["seo_title", "seo_description", "seo_keywords"], ("keywords", "seo_description", "seo_title")),
        (["category", "attributes"], ("attributes", "category")),
        (["images"], ()),
        ([], ()),
    ],
)
def test_what_a_person_wrote_has_the_cards_names(
    product: Product, columns: list[str], fields: tuple[str, ...]
) -> None:
    Product.objects.filter(pk=product.pk).update(edited_fields=columns)
    assert ShopCatalog().snapshot(product.pk).edited_fields == fields
    assert ShopCatalog().card(product.pk, language="ru").edited_fields == fields


@pytest.mark.parametrize("words", ["парацетамол 20", "Таблеток", "8699514010019"])
def test_a_product_is_found_by_words_and_codes(make_product: Callable[..., Product], words: str) -> None:
    wanted = make_product(barcode="8699514010019")
    make_product(title="Платье летнее")
    assert ShopCatalog().search(words, limit=5) == [wanted.pk]


def test_a_code_that_is_longer_than_any_key_is_no_error(product: Product) -> None:
    assert ShopCatalog().search("9" * 30, limit=5) == []
