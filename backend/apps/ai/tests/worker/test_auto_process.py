"""Which products are processed by themselves: by parser, and never the stock that was there before the first start."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps as installed
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from apps.ai import checks, conf, tasks
from apps.ai.models import AIModerationQueue, AIProcessingLog, AIQueueState
from apps.ai.services.runs.stock import FIRST_START
from apps.ai.services.runs.submission import submit_imported
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]
NEW = {"title": "x", "source": Product.Source.PARSER, "source_name": "bazaar"}


@pytest.fixture
def switch(settings: Any) -> Callable[[str], None]:
    def set_to(text: str) -> None:
        settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_PROCESS": text}

    return set_to


def stock_is_everything() -> None:
    last = Product.objects.order_by("-pk").values_list("pk", flat=True).first()
    AIQueueState.objects.create(name=FIRST_START, position=last or 0)


@pytest.mark.parametrize(
    ("text", "created", "changed"),
    [
        ("off", 0, 0),
        ("new", 1, 0),
        ("new_and_changed", 1, 1),
        ("", 1, 1),
        ("bazaar=off", 0, 0),
        ("bazaar=off,*=new", 0, 0),
        ("other=off", 1, 1),
        (" other = off , *=new ", 1, 0),
    ],
)
def test_the_switch_of_a_parser(switch: Callable[[str], None], text: str, created: int, changed: int) -> None:
    switch(text)
    product = Product.objects.create(slug="x", **NEW)
    assert AIProcessingLog.objects.count() == created
    AIProcessingLog.objects.all().delete()
    AIProcessingLog.objects.create(product=product, status="approved", input_fingerprint="before")
    submit_imported(product.pk, origin="bazaar")
    assert AIProcessingLog.objects.open().count() == changed


@pytest.mark.parametrize("text", ["new", "new_and_changed"])
def test_a_waiting_card_is_renewed_under_both(
    switch: Callable[[str], None], product: Product, tree: dict[str, Category], text: str
) -> None:
    """A person would otherwise have a card that nobody can approve."""
    switch(text)
    waiting_card(product, tree["pain"])
    Product.objects.update(title="Иначе")
    assert submit_imported(product.pk, origin="test") is not None
    assert not AIModerationQueue.objects.waiting().exists()


@pytest.mark.parametrize("text", ["yes", "bazaar=sometimes", "=", "new,maybe"])
def test_a_word_that_is_no_switch_stops_the_start(switch: Callable[[str], None], text: str) -> None:
    switch(text)
    with pytest.raises(ImproperlyConfigured, match="AI_AUTO_PROCESS"):
        conf.get()
    assert [one.id for one in checks.check_ai_settings()] == ["ai.E000"]


def test_the_first_start_asks(switch: Callable[[str], None]) -> None:
    switch("")
    assert [one.id for one in checks.check_ai_settings()] == ["ai.W031"]
    switch("new")
    assert checks.check_ai_settings() == []


def test_the_stock_is_left_alone(make_product: MakeProduct) -> None:
    old = make_product()
    stock_is_everything()
    assert tasks.sweep()["submitted"] == 0
    Product.objects.update(title="Импорт изменил")
    assert submit_imported(old.pk, origin="test") is None
    new = make_product()
    assert tasks.sweep()["submitted"] == 1
    assert AIProcessingLog.objects.get().product_id == new.pk


def test_a_product_of_the_stock_that_a_mass_run_took_is_followed(make_product: MakeProduct) -> None:
    old = make_product()
    stock_is_everything()
    AIProcessingLog.objects.create(product=old, status="approved", input_fingerprint="before")
    assert submit_imported(old.pk, origin="test") is not None


def test_the_sweep_takes_nothing_of_a_parser_that_is_switched_off(
    switch: Callable[[str], None], make_product: MakeProduct
) -> None:
    switch("bazaar=off")
    make_product(source_name="bazaar")
    wanted = make_product(source_name="other")
    assert tasks.sweep()["submitted"] == 1
    assert AIProcessingLog.objects.get().product_id == wanted.pk


migration = import_module("apps.ai.migrations.0010_people")


def test_the_migration_notes_the_stock_of_a_shop_that_has_no_runs(make_product: MakeProduct) -> None:
    last = [make_product().pk for _ in range(3)][-1]
    migration.note_the_stock(installed, None)
    assert AIQueueState.objects.get(name=FIRST_START).position == last


def test_a_shop_in_which_the_app_works_already_has_no_stock(product: Product) -> None:
    AIProcessingLog.objects.create(product=product, status="failed")
    migration.note_the_stock(installed, None)
    assert not AIQueueState.objects.filter(name=FIRST_START).exists()


def test_what_a_later_migration_numbers_is_stock(make_product: MakeProduct) -> None:
    """A host with keys that are no numbers may fill its row of numbers after this app's tables were made."""
    call_command("migrate", verbosity=0)
    assert not AIQueueState.objects.filter(name=FIRST_START).exists()
    last = [make_product(source=Product.Source.MANUAL).pk for _ in range(3)][-1]
    AIProcessingLog.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert AIQueueState.objects.get(name=FIRST_START).position == last
    assert tasks.sweep()["submitted"] == 0
    new = make_product()
    tasks.sweep()
    assert list(AIProcessingLog.objects.values_list("product_id", flat=True)) == [new.pk]
    call_command("migrate", verbosity=0)
    assert AIQueueState.objects.get(name=FIRST_START).position == last


def test_of_several_waiting_cards_the_migration_keeps_the_latest(
    make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    [several] = [
        one for one in AIProcessingLog._meta.constraints if one.name == "one_waiting_card_per_product"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(AIProcessingLog, several)
    one, other = make_product(), make_product()
    first, second, latest = (waiting_card(one, tree["pain"]) for _ in range(3))
    alone = waiting_card(other, tree["pain"])
    decided = waiting_card(other, tree["pain"], status="approved")
    AIModerationQueue.objects.create(log_entry=decided, reason="left over")
    migration.close_older_cards(installed, None)
    rows = AIProcessingLog.objects.order_by("pk").values_list("status", "error_code", "superseded_by")
    assert list(rows) == [
        ("rejected", "superseded", latest.pk),
        ("rejected", "superseded", latest.pk),
        ("moderation", "", None),
        ("moderation", "", None),
        ("approved", "", None),
    ]
    waiting = AIModerationQueue.objects.waiting().values_list("log_entry", flat=True)
    assert set(waiting) == {latest.pk, alone.pk}
    assert {first.pk, second.pk}.isdisjoint(waiting)
