from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.products.models import Product
from apps.products.services import search

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("сироп", {"syrup"}),
        ("Сироп 250", {"syrup"}),
        ("250 сироп", {"syrup"}),
        ("сир", {"syrup"}),
        ("ироп", {"syrup"}),  # a part of a word
        ("kids-7", {"syrup"}),
        ("4601234567890", {"soap"}),
        ("мыло | сироп", set()),
        ("'; drop & !", set()),
        ("   ", set()),
        ("9999999999999999999999", set()),
    ],
)
def test_words_find_products_wherever_they_stand(
    words: str, found: set[str], make_product: Callable[..., Product]
) -> None:
    syrup = make_product(title="Öksürük şurubu", title_ru="Сироп от кашля, 250 мл", sku="KIDS-7")
    soap = make_product(title="Мыло", barcode="4601234567890")
    names = {syrup.pk: "syrup", soap.pk: "soap"}
    rows = search.find(Product.objects.all(), words, limit=10)
    assert {names[one.pk] for one in rows} == found


def test_the_number_of_a_product_finds_it_among_others(make_product: Callable[..., Product]) -> None:
    first, second = make_product(), make_product(title="Товар с кодом")
    Product.objects.filter(pk=second.pk).update(sku=str(first.pk))
    assert {one.pk for one in search.find(Product.objects.all(), str(first.pk), limit=10)} == {
        first.pk,
        second.pk,
    }
