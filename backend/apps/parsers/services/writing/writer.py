"""Parsed products into the catalogue, many at once: a dozen queries a chunk, none that writes when nothing is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import DataError, IntegrityError, transaction

from apps.ai.services.keeping import wanting
from apps.parsers.services import owed_pictures
from apps.parsers.services.local_images import LocalImageError
from apps.parsers.services.owed_pictures import Owed
from apps.parsers.services.records import ParsedProduct, SaveOutcome
from apps.parsers.services.writing import retired, rows
from apps.parsers.services.writing.names import Names
from apps.parsers.services.writing.pictures import Pictures
from apps.parsers.services.writing.planning import Change, Plan, Standing, plan
from apps.products.models import Product


class ForeignProduct(Exception):
    """The id belongs to a product of another supplier, which must not be overwritten."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A product with its pictures stored and its names looked up: `values` are columns the source speaks of."""

    parsed: ParsedProduct
    values: Mapping[str, object]
    image_urls: tuple[str, ...]
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a product; `error` says why it was refused, then `outcome` is None."""

    parsed: ParsedProduct
    outcome: SaveOutcome | None
    changes: tuple[Change, ...] = ()
    owed: tuple[Owed, ...] = ()
    error: Exception | None = None


class ProductWriter:
    """Writes the products of one source. Remembers brands and suppliers, so it should live for one import.

    What the source does not say (empty, None) does not erase what is known. The Russian card, the category and a
    person's own attributes and images stay.
    """

    def __init__(self, source_name: str, *, ids_are_the_suppliers: bool = False) -> None:
        self._source_name = source_name
        self._ids_are_the_suppliers = ids_are_the_suppliers
        self._names = Names()
        self._pictures = Pictures()

    def prepare(self, products: Sequence[ParsedProduct]) -> list[Prepared | Saved]:
        """Upload pictures and look up names, outside the transaction that will write. The products are fitted.

        What cannot be taken, and what is in the catalogue exactly so, comes back as Saved: only the others are to be
        written, and locked.
        """
        self._names.learn(products)
        standing = rows.standing(self._source_name, [one.source_id for one in products])
        owing = owed_pictures.owing(
            standing[one.source_id].product for one in products if one.images and one.source_id in standing
        )
        return [self._prepared(one, standing.get(one.source_id), owing) for one in products]

    def write(self, prepared: Sequence[Prepared | Saved]) -> list[Saved]:
        """Write what is to be written, in one transaction, with one call that orders the runs.

        Two imports of one product at once are safe: the loser of the race updates. A record that the database refuses
        is refused alone. The answers come in the order of `prepared`.
        """
        wanted = [one for one in prepared if isinstance(one, Prepared)]
        written = {one.parsed.source_id: one for one in self._written(wanted)}
        return [one if isinstance(one, Saved) else written[one.parsed.source_id] for one in prepared]

    def _prepared(
        self, parsed: ParsedProduct, standing: Standing | None, owing: frozenset[int]
    ) -> Prepared | Saved:
        try:
            urls, owed = self._pictures.stored(parsed, standing.image_urls if standing is not None else ())
        except LocalImageError as error:
            return Saved(parsed, None, error=error)
        prepared = Prepared(parsed, self._values(parsed), urls, owed)
        if standing is None or owed or standing.product.pk in owing:
            return prepared
        planned = self._planned(prepared, standing)
        return prepared if isinstance(planned, Plan) and planned.writes else self._saved(prepared, planned)

    def _values(self, parsed: ParsedProduct) -> dict[str, object]:
        """Columns that the source says something about, without attributes."""
        said: dict[str, object] = {
            "title": parsed.title,
            "description": parsed.description,
            "sku": parsed.sku,
            "barcode": parsed.barcode,
            "brand_id": self._names.brand_id(parsed.brand),
            "supplier_id": self._names.supplier_id(parsed.supplier),
            "price": parsed.price,
            "currency": parsed.currency,
            "stock": parsed.stock,
            "source_url": parsed.url,
            "source_category": parsed.category,
        }
        return {name: value for name, value in said.items() if value is not None and value != ""}

    def _planned(self, prepared: Prepared, standing: Standing) -> Plan | ForeignProduct:
        other, named = standing.product.supplier_id, prepared.values.get("supplier_id")
        if self._ids_are_the_suppliers and other is not None and named not in (None, other):
            owner = standing.product.supplier
            return ForeignProduct(
                f"код принадлежит товару поставщика {owner}: у этой ленты должно быть своё имя источника"
            )
        return plan(
            standing, prepared.parsed, prepared.values, prepared.image_urls, complete=not prepared.owed
        )

    def _saved(self, prepared: Prepared, planned: Plan | ForeignProduct) -> Saved:
        if isinstance(planned, ForeignProduct):
            return Saved(prepared.parsed, None, error=planned)
        is_new = planned.touches_product or planned.variants_changed
        outcome = SaveOutcome.UPDATED if is_new else SaveOutcome.UNCHANGED
        changes = tuple(rows.with_names(planned.changes, prepared.parsed.brand, prepared.parsed.supplier))
        return Saved(prepared.parsed, outcome, changes, prepared.owed)

    def _written(self, wanted: Sequence[Prepared], *, again: bool = True) -> list[Saved]:
        """All of them, or, when the database refuses that, each half by itself, down to the record it refuses."""
        if not wanted:
            return []
        try:
            with transaction.atomic():
                return self._write(wanted)
        except (DataError, IntegrityError) as error:
            if len(wanted) == 1 and again:  # the other import that was quicker has committed by now
                return self._written(wanted, again=False)
            if len(wanted) == 1:
                return [Saved(wanted[0].parsed, None, error=error)]
        half = len(wanted) // 2
        return [*self._written(wanted[:half]), *self._written(wanted[half:])]

    def _write(self, wanted: Sequence[Prepared]) -> list[Saved]:
        standing = rows.standing(self._source_name, [one.parsed.source_id for one in wanted], lock=True)
        absent = [one for one in wanted if one.parsed.source_id not in standing]
        away = retired.among(self._source_name, [one.parsed.source_id for one in absent])
        new = [one for one in absent if one.parsed.source_id not in away]
        created = rows.create(self._source_name, new)
        plans = {
            one.parsed.source_id: self._planned(one, standing[one.parsed.source_id])
            for one in wanted
            if one.parsed.source_id in standing
        }
        good = {key: planned for key, planned in plans.items() if isinstance(planned, Plan)}
        rows.update([(standing[key], planned) for key, planned in good.items()])
        written = {one.parsed.source_id: one for one in wanted}
        products = {key: standing[key].product for key in good} | created
        owed_pictures.note(
            {
                products[one.parsed.source_id]: one.owed
                for one in wanted
                if one.parsed.images and one.parsed.source_id in products
            }
        )
        from apps.ai.tasks import keep_pictures, submit_imported_many  # noqa: PLC0415 (see apps.parsers.signals)

        shown = [
            url
            for key in products
            for url in (written[key].image_urls if key not in good else good[key].image_urls or ())
        ]
        wanting.want(shown, send=keep_pictures.delay)
        changed = [standing[key].product.pk for key, planned in good.items() if planned.touches_product]
        submit_imported_many(
            origin=self._source_name, created=[one.pk for one in created.values()], changed=changed
        )
        return [self._answer(one, created, away, plans) for one in wanted]

    def _answer(
        self,
        one: Prepared,
        created: Mapping[str, Product],
        away: Mapping[str, str],
        plans: Mapping[str, Plan | ForeignProduct],
    ) -> Saved:
        key = one.parsed.source_id
        if key in created:
            new = Change(key, "новый товар", "", one.parsed.title)
            return Saved(one.parsed, SaveOutcome.CREATED, (new,), one.owed)
        if key in away:
            stays = Change(key, away[key], "", one.parsed.title, held=True)
            return Saved(one.parsed, SaveOutcome.UNCHANGED, (stays,))
        return self._saved(one, plans[key])


def save_one(writer: ProductWriter, parsed: ParsedProduct) -> Saved:
    """One product by itself. Raises whatever refused it."""
    (saved,) = writer.write(writer.prepare([parsed]))
    if saved.error is not None:
        raise saved.error
    return saved
