"""The columns of a feed before it is imported: heading, examples, which field it is taken for, what a person says.

What a person says is kept per supplier (`SupplierMapping`), and only where it differs from the guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.parsers.models import ParserRun, ParserSource, SupplierMapping
from apps.parsers.services import feeds
from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.records import Document, DocumentKind, FeedError
from apps.parsers.services.supplier_headers import field_of_header, guess_mapping
from apps.parsers.services.supplier_json import KNOWN_ROOTS, records_of
from apps.parsers.services.supplier_parser import SupplierParser
from apps.parsers.services.supplier_prices import PRICE_ROOTS

#: Documents of a feed that are looked at, and values of a column that are shown.
LOOKED_AT = 50
EXAMPLES = 3
AS_IS = "as_is"
FIELDS: dict[str, str | Promise] = {
    "id": _("код товара"),
    "title": _("название"),
    "description": _("описание"),
    "brand": _("бренд"),
    "supplier": _("поставщик"),
    "price": _("цена"),
    "currency": _("валюта"),
    "stock": _("остаток"),
    "in_stock": _("есть ли в наличии"),
    "sku": _("артикул"),
    "barcode": _("штрихкод"),
    "url": _("страница товара"),
    "category": _("категория"),
    "images": _("фото"),
    "group": _("код группы вариантов"),
    "size": _("размер"),
    "color": _("цвет"),
    "stock_of_size": _("остаток этого размера"),
    "stock_of_color": _("остаток этого цвета"),
    "attributes": _("характеристика"),
    "ignored": _("не читать"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """`guess`: a key of FIELDS, or AS_IS for a key of JSON whose meaning is known. `chosen`: what counts."""

    heading: str
    examples: tuple[str, ...]
    guess: str
    chosen: str


def of_run(run: ParserRun) -> list[Column]:
    """Empty for feeds whose format says itself what is what: YML, pages, the big shops."""
    if run.parser != SupplierParser.name:
        return []
    where = Path(run.feed.path) if run.feed else Path(run.path) if run.path else None
    if where is None or where.suffix == feeds.PAGES_SUFFIX:
        return []
    try:
        documents = [one for one in islice(feeds.read_path(where), LOOKED_AT) if isinstance(one, Document)]
    except FeedError:
        return []
    records = list(islice(_records(documents), LOOKED_AT))
    headings = list(dict.fromkeys(str(heading) for record in records for heading in record))
    is_table = any(document.kind is DocumentKind.TABLE for document in documents)
    guesses = guess_mapping(headings) if is_table else {name: _guess_of_key(name) for name in headings}
    kept = _kept(run.source_name)
    return [
        Column(name, _examples(name, records), guesses[name], kept.get(name, guesses[name]))
        for name in headings
    ]


def keep(run: ParserRun, chosen: Mapping[str, str]) -> None:
    """`chosen`: heading → key of FIELDS or AS_IS. A source's feed is read anew, though it has not changed."""
    columns = of_run(run)
    mapping = {
        column.heading: chosen[column.heading]
        for column in columns
        if chosen.get(column.heading) in FIELDS and chosen[column.heading] != column.guess
    }
    seen = {column.heading for column in columns}
    others = {name: field for name, field in _kept(run.source_name).items() if name not in seen}
    SupplierMapping.objects.update_or_create(
        source_name=run.source_name, defaults={"mapping": {**others, **mapping}}
    )
    if run.source is not None:
        ParserSource.objects.filter(pk=run.source.pk).update(etag="", modified="")


def _kept(source_name: str) -> dict[str, str]:
    return dict(
        SupplierMapping.objects.filter(source_name=source_name).values_list("mapping", flat=True).first()
        or {}
    )


def _records(documents: Iterable[Document]) -> Iterator[Mapping[object, object]]:
    for document in documents:
        if document.kind is DocumentKind.TABLE and isinstance(document.content, Mapping):
            yield document.content
        elif document.kind is DocumentKind.JSON:
            yield from (one for one in records_of(document.content) if isinstance(one, Mapping))


def _guess_of_key(key: str) -> str:
    if key in KNOWN_ROOTS or key in PRICE_ROOTS:
        return AS_IS
    return field_of_header(key) or "attributes"


def _examples(heading: str, records: Iterable[Mapping[object, object]]) -> tuple[str, ...]:
    values = (clean_line(record.get(heading))[:60] for record in records)
    return tuple(islice(dict.fromkeys(value for value in values if value), EXAMPLES))
