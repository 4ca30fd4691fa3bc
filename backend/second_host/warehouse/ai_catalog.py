"""The second host's adapter: the example of docs/plug-in.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from apps.ai.catalog.model_catalog import ModelCatalog
from apps.ai.catalog.port import Card
from apps.ai.exceptions import ProductMissing
from apps.ai.types import CategoryNode, ProductSnapshot
from second_host.shelves.models import Shelf, ShelfName
from second_host.warehouse.models import Item, LeafletPart

COLUMNS = {
    "title": "name",
    "description": "body",
    "seo_title": "meta_title",
    "seo_description": "meta_text",
    "keywords": "words",
    "attributes": "traits",
}
EDITED = {**{column: name for name, column in COLUMNS.items()}, "shelf": "category"}
KINDS = {"medicine": "medicine", "books": "book", "wear": "clothes"}
SHEETS = ("medicine", "book", "wear")
SECTION = re.compile(r"<h3>([^<]*)</h3>")


class WarehouseCatalog(ModelCatalog):
    search_fields = ("label", "medicine__texts__name", "book__texts__name", "wear__texts__name")

    def languages(self) -> tuple[str, ...]:
        return ("ru", "en")

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        return {item.pk: self._snapshot(item) for item in self._items().filter(pk__in=product_ids)}

    def card(self, product_id: int, *, language: str) -> Card:
        item = self._items().filter(pk=product_id).first()
        if item is None:
            raise ProductMissing(f"Item {product_id} does not exist.")
        return _card(item, language)

    def locked(self, product_id: int) -> None:
        """The shadow row, and the texts that an apply writes."""
        super().locked(product_id)
        list(_sheet(Item.objects.get(pk=product_id)).texts.select_for_update())

    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        item = self._items().get(pk=product_id)
        if "category" in values:
            unsorted = Shelf.objects.get(type=Shelf.Type.UNSORTED).pk
            Item.objects.filter(pk=product_id).update(shelf=values["category"] or unsorted)
        columns = {COLUMNS[name]: value for name, value in values.items() if name != "category"}
        if "body" in columns and hasattr(item, "medicine"):
            columns["body"], *parts = SECTION.split(columns["body"])
            item.medicine.leaflet.filter(language=language).delete()
            pairs = enumerate(zip(parts[::2], parts[1::2], strict=True))
            LeafletPart.objects.bulk_create(
                LeafletPart(sheet=item.medicine, language=language, place=place, heading=heading, body=body)
                for place, (heading, body) in pairs
            )
        if columns:
            _sheet(item).texts.update_or_create(language=language, defaults=columns)

    def read_categories(self) -> Iterable[CategoryNode]:
        shelves = {shelf.pk: shelf for shelf in Shelf.objects.exclude(type=Shelf.Type.UNSORTED)}
        names = {row.shelf_id: row for row in ShelfName.objects.filter(language="ru")}
        parents = {shelf.inside_id for shelf in shelves.values() if not shelf.hidden}
        for shelf in shelves.values():
            way = [shelf]
            while way[0].inside_id in shelves:
                way.insert(0, shelves[way[0].inside_id])
            active = not any(one.hidden for one in way)
            yield CategoryNode(
                id=shelf.pk,
                name=names[shelf.pk].name,
                path=tuple(names[one.pk].name for one in way),
                ancestor_ids=tuple(one.pk for one in way[:-1]),
                kind=KINDS[shelf.type],
                synonyms=tuple(filter(None, names[shelf.pk].also_called.split("\n"))),
                is_leaf=active and shelf.pk not in parents,
                is_active=active,
            )

    def tree_version(self) -> object:
        names = ShelfName.objects.aggregate(Count("pk"), Max("pk"))
        return *Shelf.objects.aggregate(Count("pk"), Max("changed")).values(), *names.values()

    def product_counts(self) -> dict[int, int]:
        rows = Item.objects.exclude(shelf__type=Shelf.Type.UNSORTED).order_by().values_list("shelf")
        return dict(rows.annotate(Count("pk")))

    def imported_products(self) -> QuerySet[Item]:
        return Item.objects.filter(origin__has_key="source")

    def sorted_products(self, leaf_ids: frozenset[int]) -> QuerySet[Item]:
        return self.imported_products().filter(shelf__in=leaf_ids)

    def described_products(self) -> QuerySet[Item]:
        texts = (f"{sheet}__texts" for sheet in SHEETS)
        written = (Q((f"{text}__language", "ru"), (f"{text}__body__gt", "")) for text in texts)
        return self.imported_products().filter(reduce(or_, written))

    def _items(self) -> QuerySet[Item]:
        texts = ("medicine__texts", "book__texts", "wear__texts", "medicine__leaflet")
        items = Item.objects.select_related("shelf", *SHEETS)
        return items.prefetch_related(*texts, "shots", "wear__looks")

    def _snapshot(self, item: Item) -> ProductSnapshot:
        sheet, card = _sheet(item), _card(item, "ru")
        leaflet = [f"{part.heading}\n{part.body}" for part in _leaflet(item, "tr")]
        looks = item.wear.looks.all() if hasattr(item, "wear") else ()
        facts = {name: getattr(sheet, name, None) for name in ("dose", "tablets", "pages", "fabric", "size")}
        makers = (getattr(sheet, name, "") for name in ("maker", "publisher", "label_name"))
        return ProductSnapshot(
            product_id=item.pk,
            title=item.label,
            description="\n".join([item.description, *leaflet]),
            brand=next(filter(None, makers), ""),
            supplier=item.origin.get("supplier", ""),
            source=item.origin.get("source", ""),
            source_url=item.origin.get("url", ""),
            source_category=item.origin.get("category", ""),
            barcode=getattr(sheet, "barcode", "") or getattr(sheet, "isbn", ""),
            price=item.price or None,
            currency="TRY" if item.price else "",
            attributes={name: str(value) for name, value in facts.items() if value},
            image_urls=(*(shot.address for shot in item.shots.all()), *(look.file_url for look in looks)),
            category_id=card.values["category"],
            card=card.values,
            edited_fields=card.edited_fields,
            created_at=item.made.isoformat(),
        )


def _card(item: Item, language: str) -> Card:
    text = next((text for text in _sheet(item).texts.all() if text.language == language), None)
    empty: dict[str, Any] = {"keywords": [], "attributes": {}}
    values = {name: getattr(text, column, empty.get(name, "")) for name, column in COLUMNS.items()}
    values["description"] += "".join(
        f"<h3>{part.heading}</h3>{part.body}" for part in _leaflet(item, language)
    )
    values["category"] = None if item.shelf.type == Shelf.Type.UNSORTED else item.shelf_id
    return Card(values, tuple(sorted(EDITED[name] for name in item.by_hand)))


def _sheet(item: Item) -> Any:
    return next(getattr(item, kind) for kind in SHEETS if hasattr(item, kind))


def _leaflet(item: Item, language: str) -> list[LeafletPart]:
    parts = item.medicine.leaflet.all() if hasattr(item, "medicine") else ()
    return [part for part in parts if part.language == language]
