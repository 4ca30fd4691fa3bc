"""Which card fields an apply may write, and the write itself with its record of before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.catalog import Card, CardChange
from apps.ai.exceptions import TransitionError
from apps.ai.models import AIProcessingLog, AppliedChange, database
from apps.ai.services.pictures import alts
from apps.ai.text.safety import html
from apps.ai.types import TEXT_FIELDS, Mode, ProductSnapshot

FILL_EMPTY = "fill_empty"
OVERWRITE = "overwrite"
NEVER = "never"
POLICIES = (FILL_EMPTY, OVERWRITE, NEVER)


#: Fields that a moderator may empty; without title, description or category a card is none.
CLEARABLE = frozenset({"attributes", "seo_title", "seo_description", "keywords"})
#: Column of a run → card field.
RUN_FIELDS = {
    "generated_title": "title",
    "generated_description": "description",
    "generated_seo_title": "seo_title",
    "generated_seo_description": "seo_description",
    "generated_keywords": "keywords",
    "suggested_category": "category",
    "extracted_attributes": "attributes",
}


def proposed_values(run: AIProcessingLog) -> dict[str, Any]:
    """The run's card fields that its mode owns and that have a value, or that a moderator emptied in it.

    HTML goes through the allow-list again. Texts in a language that the shop has no place for stay on the run.
    """
    values = {
        "title": html.plain(run.generated_title or ""),
        "description": html.clean(run.generated_description or ""),
        "seo_title": html.plain(run.generated_seo_title or ""),
        "seo_description": html.plain(run.generated_seo_description or ""),
        "keywords": [html.plain(word) for word in run.generated_keywords],
        "category": run.suggested_category_id,
        "attributes": {html.plain(k): html.plain(str(v)) for k, v in run.extracted_attributes.items()},
    }
    emptied = {RUN_FIELDS[name] for name in run.edited_by_moderator if name in RUN_FIELDS} & CLEARABLE
    foreign = language_of(run) not in catalog.get().languages()
    return {
        name: values[name]
        for name in Mode(run.processing_type).card_fields
        if (values[name] or name in emptied) and not (foreign and name in TEXT_FIELDS)
    }


def is_never_written(name: str, *, mode: Mode) -> bool:
    """Whether the shop's field policy keeps the field from people and machines alike."""
    return _policy(name, mode) == NEVER


def apply_automatically(run: AIProcessingLog, product: ProductSnapshot) -> AppliedChange | None:
    """Write what the field policy lets a machine write. None when nothing was to change.

    A field that a person wrote or cleared stays, whatever the policy.
    """
    mode, card = Mode(run.processing_type), _card(run, product)
    values = {
        name: value
        for name, value in proposed_values(run).items()
        if name not in card.edited_fields
        and _policy(name, mode) != NEVER
        and (_policy(name, mode) == OVERWRITE or _is_empty(name, card))
    }
    return write(run, product, values, by=None)


def write(
    run: AIProcessingLog, product: ProductSnapshot, values: Mapping[str, Any], *, by: Any | None
) -> AppliedChange | None:
    """Write these fields into the product, in the caller's transaction, in which `product` was locked and read.

    None when nothing was to change.
    """
    language = language_of(run)
    own, *others = catalog.get().languages()
    if language in others:
        change = catalog.get().apply(run.product_id, values, language=language)
    else:
        card = Card(product.card, product.edited_fields)
        change = catalog.get().apply(run.product_id, values, language=own, locked=card)
        describe_pictures(product, {**product.card, **change.after})
    if not change.after:
        return None
    record = AppliedChange(
        run=run,
        product_id=run.product_id,
        language=change.language,
        before=change.before,
        after=change.after,
        applied_by=by,
    )
    database.save(record)
    return record


def describe_pictures(product: ProductSnapshot, card: Mapping[str, Any]) -> None:
    """Alternative texts, from the card in the shop's own language, which may be newer than the product's.

    A person's texts stay. In the caller's transaction.
    """
    shop = catalog.shown_pictures() if product.image_urls else None
    if shop is None:
        return
    written = alts.alts(
        product.image_urls, title=card.get("title") or "", attributes=card.get("attributes") or {}
    )
    if written:
        shop.describe_pictures(product.product_id, written)


def revert(change: AppliedChange, *, by: Any) -> None:
    """Put the product's fields back as they were before the apply.

    Raises TransitionError when it was taken back already, StaleProductError when a field was changed since.
    """
    with transaction.atomic():
        won = AppliedChange.objects.filter(pk=change.pk, reverted_at__isnull=True).update(
            reverted_at=timezone.now(), reverted_by=by
        )
        if not won:
            raise TransitionError(f"Change {change.pk} has been taken back already.")
        catalog.get().revert(
            change.product_id, CardChange(change.before, change.after, language=change.language)
        )


def language_of(run: AIProcessingLog) -> str:
    return str(run.options.get("language") or conf.get().language)


def _policy(name: str, mode: Mode) -> str:
    policies = conf.get().field_policy
    return policies.get(f"{mode.value}.{name}", policies.get(name, FILL_EMPTY))


def _card(run: AIProcessingLog, product: ProductSnapshot) -> Card:
    """The card in the run's language; that of the shop's own is on the snapshot already."""
    language = language_of(run)
    if language in catalog.get().languages()[1:]:
        return catalog.get().card(run.product_id, language=language)
    return Card(product.card, product.edited_fields)


def _is_empty(name: str, card: Card) -> bool:
    """Empty, for a category, also means one where no product may lie."""
    value = card.values[name]
    if name != "category" or value is None:
        return not value
    return not any(node.id == value and node.is_leaf for node in catalog.get().categories())
