"""The kit over the second host's adapter, and over adapters with one fault each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.ai.catalog.port import Card, CardChange
from apps.ai.testing import check_catalog
from apps.ai.types import CategoryNode, ProductSnapshot
from second_host.members.models import Member
from second_host.shelves.models import Shelf
from second_host.tests.conftest import PILL
from second_host.warehouse.ai_catalog import WarehouseCatalog
from second_host.warehouse.importing import take
from second_host.warehouse.models import Item, MedicineText


def test_many_products_are_read_by_few_queries(goods: dict[str, Item], moderator: Member) -> None:
    for number in range(12):
        take({**PILL, "title": f"Parol {number} mg"})
    assert check_catalog() == []


@pytest.mark.parametrize("kind", ["medicine", "book", "wear"])
def test_the_second_host_keeps_the_contract(goods: dict[str, Item], moderator: Member, kind: str) -> None:
    assert check_catalog(product_id=goods[kind].pk) == []


def test_trying_leaves_no_trace(goods: dict[str, Item]) -> None:
    before = {item.pk: WarehouseCatalog().snapshot(item.pk) for item in goods.values()}
    check_catalog()
    assert {item.pk: WarehouseCatalog().snapshot(item.pk) for item in goods.values()} == before
    assert not MedicineText.objects.exists()


def test_the_command_says_so(goods: dict[str, Item]) -> None:
    out = StringIO()
    call_command("ai_check_catalog", stdout=out)
    assert "keeps the contract" in out.getvalue()


class WritesShadow(WarehouseCatalog):
    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        super().write(product_id, values, language=language)
        if "title" in values:
            Item.objects.filter(pk=product_id).update(label=values["title"])


class ForgetsKeywords(WarehouseCatalog):
    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        super().write(product_id, {k: v for k, v in values.items() if k != "keywords"}, language=language)


class OneLanguageForAll(WarehouseCatalog):
    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        for one in self.languages():
            super().write(product_id, values, language=one)


class CutsTitle(WarehouseCatalog):
    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        cut = {k: v[:100] if k == "title" else v for k, v in values.items()}
        super().write(product_id, cut, language=language)


class LocksNothing(WarehouseCatalog):
    def locked(self, product_id: int) -> None:
        self.snapshot(product_id)


class UnsortedIsAShelf(WarehouseCatalog):
    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        unsorted = Shelf.objects.get(type="unsorted").pk
        found = super().snapshots(product_ids)
        return {key: replace(seen, category_id=seen.category_id or unsorted) for key, seen in found.items()}


class PriceOfNothing(WarehouseCatalog):
    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        found = super().snapshots(product_ids)
        prices = dict(Item.objects.filter(pk__in=found).values_list("pk", "price"))
        return {key: replace(seen, price=prices[key]) for key, seen in found.items()}


class ColumnNames(WarehouseCatalog):
    def card(self, product_id: int, *, language: str) -> Card:
        return replace(super().card(product_id, language=language), edited_fields=("name",))

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        return {
            key: replace(seen, edited_fields=("name",))
            for key, seen in super().snapshots(product_ids).items()
        }


class SuppliersTitleOnTheCard(WarehouseCatalog):
    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        found = super().snapshots(product_ids)
        return {
            key: replace(seen, card={**seen.card, "title": seen.card["title"] or seen.title})
            for key, seen in found.items()
        }


class ShelvesBelowLeaves(WarehouseCatalog):
    def read_categories(self) -> Iterable[CategoryNode]:
        return [replace(node, is_leaf=True) for node in super().read_categories()]


class NewTreeEveryTime(WarehouseCatalog):
    def categories(self) -> tuple[CategoryNode, ...]:
        return tuple(self.read_categories())


class QueryPerProduct(WarehouseCatalog):
    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        found = (super(QueryPerProduct, self).snapshots([one]) for one in product_ids)
        return {key: seen for one in found for key, seen in one.items()}


class EverythingIsImported(WarehouseCatalog):
    def without_category(self, *, after: int = 0, limit: int) -> list[int]:
        return list(Item.objects.order_by("-pk").values_list("pk", flat=True)[:limit])


class RevertsBlindly(WarehouseCatalog):
    def revert(self, product_id: int, change: CardChange) -> None:
        self.write(product_id, change.before, language=change.language or "ru")


class MissingIsNone(WarehouseCatalog):
    def snapshot(self, product_id: int) -> ProductSnapshot:
        return self.snapshots([product_id]).get(product_id)  # type: ignore[return-value]


class NobodyHasAName(WarehouseCatalog):
    def people(self, user_ids: Iterable[Any]) -> dict[Any, str]:
        return dict.fromkeys(user_ids, "")


class Breaks(WarehouseCatalog):
    def product_counts(self) -> dict[int, int]:
        raise AttributeError("'Item' object has no attribute 'category'")


class OtherArguments(WarehouseCatalog):
    def apply(self, product_id: int, values: Mapping[str, Any]) -> CardChange:  # type: ignore[override]
        return super().apply(product_id, values)


@pytest.mark.parametrize(
    ("adapter", "words"),
    [
        (WritesShadow, "changes what the supplier said: title"),
        (ForgetsKeywords, "keywords was"),
        (OneLanguageForAll, "apply() in 'en' changes the texts in 'ru'"),
        (CutsTitle, "title was"),
        (LocksNothing, "lock() locks nothing"),
        (UnsortedIsAShelf, "None when it is unsorted"),
        (PriceOfNothing, "price is 0"),
        (ColumnNames, "edited_fields names name"),
        (SuppliersTitleOnTheCard, "is the supplier's own"),
        (ShelvesBelowLeaves, "is a leaf and has active categories below it"),
        (NewTreeEveryTime, "builds the tree anew"),
        (QueryPerProduct, "use prefetch_related"),
        (EverythingIsImported, "without_category() must be in ascending order"),
        (RevertsBlindly, "revert() overwrites"),
        (MissingIsNone, "snapshot() of a product that is gone returns"),
        (NobodyHasAName, "people() has no name"),
        (Breaks, "AttributeError in product_counts()"),
        (OtherArguments, "OtherArguments.apply() does not take language"),
    ],
)
def test_a_planted_fault_is_named(
    goods: dict[str, Item], moderator: Member, adapter: type[WarehouseCatalog], words: str
) -> None:
    for number in range(10):
        take({**PILL, "title": f"Parol {number} mg"})
    problems = check_catalog(adapter(), product_id=goods["medicine"].pk)
    assert any(words in problem for problem in problems), problems


def test_an_adapter_that_is_half_written_is_told_what_is_missing() -> None:
    class Half:
        def languages(self) -> tuple[str, ...]:
            return ("ru",)

    problems = check_catalog(Half())
    assert any(problem.startswith("Half has no method snapshot()") for problem in problems)
    assert not any(problem.startswith("Half has no method languages()") for problem in problems)
