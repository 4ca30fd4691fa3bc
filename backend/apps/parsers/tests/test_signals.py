from __future__ import annotations

import pytest
from django.core import serializers

from apps.ai.models import AIProcessingLog
from apps.products.models import Product

pytestmark = pytest.mark.django_db


def runs() -> list[tuple[int, str]]:
    return list(AIProcessingLog.objects.values_list("product_id", "source"))


def test_a_parsers_product_gets_one_run() -> None:
    product = Product.objects.create(title="x", slug="x", source=Product.Source.PARSER)
    assert runs() == [(product.pk, "parser")]


def test_saving_again_orders_nothing() -> None:
    product = Product.objects.create(title="x", slug="x", source=Product.Source.PARSER)
    AIProcessingLog.objects.all().delete()
    product.title = "y"
    product.save()
    assert runs() == []


def test_a_product_of_a_person_orders_nothing() -> None:
    product = Product.objects.create(title="x", slug="x", source=Product.Source.MANUAL)
    product.source = Product.Source.PARSER
    product.save()
    assert runs() == []


def test_bulk_writes_and_fixtures_order_nothing() -> None:
    Product.objects.bulk_create([Product(title="x", slug="x", source=Product.Source.PARSER)])
    dump = serializers.serialize("json", Product.objects.all())
    Product.objects.all().delete()
    for thing in serializers.deserialize("json", dump):
        thing.save()
    assert Product.objects.count() == 1
    assert runs() == []
