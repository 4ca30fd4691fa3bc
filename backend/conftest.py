"""Fixtures of all apps: a small real shop, and the messages that were really sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group

from apps.products.models import Brand, Category, Product
from apps.users.groups import MODERATOR_GROUP
from apps.users.models import User
from config.celery import app as celery_app

pytest_plugins = ["pytester", "tests_ops.browser", "tests_ops.parallel", "tests_ops.databases"]
#: A project of its own, with its own pytest.ini.
collect_ignore = ["second_host"]


@pytest.fixture
def tree(db: None) -> dict[str, Category]:
    """Аптека > (Обезболивающие, Витамины), Одежда > Платья, by slug."""
    pharmacy = Category.objects.create(name="Аптека", slug="pharmacy", kind="medicine")
    clothes = Category.objects.create(name="Одежда", slug="clothes", kind="clothes")
    rows = [
        pharmacy,
        clothes,
        Category.objects.create(
            name="Обезболивающие", slug="pain", parent=pharmacy, synonyms=["ağrı kesici", "парацетамол"]
        ),
        Category.objects.create(
            name="Витамины", slug="vitamins", parent=pharmacy, kind="supplement", synonyms=["vitamin"]
        ),
        Category.objects.create(name="Платья", slug="dresses", parent=clothes, synonyms=["elbise"]),
    ]
    return {row.slug: row for row in rows}


@pytest.fixture
def make_product(db: None) -> Callable[..., Product]:
    """A parsed product, without the signal: `source` is set after the insert."""
    count = iter(range(1, 10_000))

    def make(**values: Any) -> Product:
        number = next(count)
        brand, _ = Brand.objects.get_or_create(name=values.pop("brand", "Atabay"))
        fields = {
            "title": "Парацетамол 500 мг, 20 таблеток",
            "description": "Таблетки парацетамола 500 мг, в упаковке 20 таблеток. Снимает головную боль и жар. "
            "Принимать по назначению врача, запивая водой.",
            "slug": f"product-{number}",
            "price": "199.00",
            "currency": "RUB",
            "brand": brand,
            "source_name": "test",
            "source_id": str(number),
        }
        product = Product.objects.create(**(fields | values))
        Product.objects.filter(pk=product.pk).update(source=Product.Source.PARSER)
        product.refresh_from_db()
        return product

    return make


@pytest.fixture
def product(make_product: Callable[..., Product]) -> Product:
    return make_product()


@pytest.fixture
def moderator(db: None) -> User:
    user = User.objects.create_user("moderator", password="secret-word", is_staff=True)
    user.groups.add(Group.objects.get(name=MODERATOR_GROUP))
    return user


@pytest.fixture
def messages() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Takes the messages that lie in the broker's queue `ai`: task, args, kwargs, priority."""

    def take() -> list[dict[str, Any]]:
        taken = []
        with celery_app.connection_for_read() as connection:
            queue = connection.SimpleQueue("ai")
            while queue.qsize():
                message = queue.get(block=False)
                args, kwargs, _ = message.payload
                taken.append(
                    {
                        "task": message.headers["task"],
                        "args": args,
                        "kwargs": kwargs,
                        "priority": message.properties.get("priority"),
                    }
                )
                message.ack()
        return taken

    take()
    yield take
    take()
