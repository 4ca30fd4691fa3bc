"""What a decision on many cards will write, a row a card: read for a whole page with a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.ai import catalog
from apps.ai.admin import shop, sites
from apps.ai.issue_codes import FIELDS
from apps.ai.models import AIBulkItem
from apps.ai.models.processing import UNDECIDED_STATUSES
from apps.ai.services.runs import applying
from apps.ai.text.safety import html
from apps.ai.types import Mode, ProductSnapshot

#: Of the run, what an approval writes and what it depends on.
COLUMNS = (
    *("version", "bulk_id", "run__product_id", "run__status", "run__version", "run__processing_type"),
    *("run__options", "run__input_fingerprint", "run__suggested_category_id", "run__extracted_attributes"),
    *("run__generated_title", "run__generated_description", "run__generated_seo_title"),
    *("run__generated_seo_description", "run__generated_keywords", "run__edited_by_moderator"),
)
LONGEST = 160


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`is_kept`: a person wrote the live value by hand; it stays."""

    name: str
    before: str
    after: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`obstacle`: why the card will be left, as far as it is known before; "" when nothing speaks against it."""

    item_id: int
    title: str
    url: str
    changes: tuple[FieldChange, ...]
    obstacle: str


def rows(request: HttpRequest, items: Iterable[AIBulkItem], *, is_approval: bool) -> list[Row]:
    """`items` with the COLUMNS of their runs loaded."""
    items = list(items)
    products = catalog.get().snapshots({item.run.product_id for item in items})
    return [_row(request, item, products.get(item.run.product_id), is_approval) for item in items]


def _row(request: HttpRequest, item: AIBulkItem, product: ProductSnapshot | None, is_approval: bool) -> Row:
    run = item.run
    title = (product.title if product else "") or _("Товар %s") % run.product_id
    changes = _changes(run, product) if is_approval and product is not None else ()
    url = sites.url(request, "ai_aiprocessinglog_change", run.pk)
    return Row(item.pk, title, url, changes, _obstacle(item, product, is_approval))


def _obstacle(item: AIBulkItem, product: ProductSnapshot | None, is_approval: bool) -> str:
    if product is None:
        return _("Товара больше нет.")
    if item.run.status not in UNDECIDED_STATUSES:
        return _("Карточка уже решена.")
    if item.version != item.run.version:
        return _("Карточку изменили после того, как вы её выбрали.")
    if is_approval and product.fingerprint != item.run.input_fingerprint:
        return _("Устарела: данные товара изменились, будет заказана новая.")
    return ""


def _changes(run: Any, product: ProductSnapshot) -> tuple[FieldChange, ...]:
    """The fields whose live value will be another one."""
    mode = Mode(run.processing_type)
    proposed = applying.proposed_values(run)
    return tuple(
        FieldChange(str(FIELDS[name]), _shown(name, product.card.get(name)), _shown(name, value), kept)
        for name, value in proposed.items()
        if not applying.is_never_written(name, mode=mode) and value != product.card.get(name)
        for kept in [name in product.edited_fields]
    )


def _shown(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    if name == "category":
        return shop.category_name(value)
    if name == "attributes":
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if name == "keywords":
        return ", ".join(value)
    return Truncator(html.to_text(str(value))).chars(LONGEST)
