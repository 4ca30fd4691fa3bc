"""Which card fields an apply may write, and the write itself with its record of before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.catalog import CardChange
from apps.ai.exceptions import TransitionError
from apps.ai.models import AIProcessingLog, AppliedChange
from apps.ai.text.safety import html
from apps.ai.types import TEXT_FIELDS, Mode, ProductSnapshot

FILL_EMPTY = "fill_empty"
OVERWRITE = "overwrite"
NEVER = "never"
POLICIES = (FILL_EMPTY, OVERWRITE, NEVER)


def proposed_values(run: AIProcessingLog) -> dict[str, Any]:
    """The run's card fields that its mode owns and that have a value; HTML through the allow-list again.

    Texts in a language that the shop has no place for stay on the run.
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
    foreign = _language(run) not in catalog.get().languages()
    return {
        name: values[name]
        for name in Mode(run.processing_type).card_fields
        if values[name] and not (foreign and name in TEXT_FIELDS)
    }


def writable_values(
    values: Mapping[str, Any], product: ProductSnapshot, *, mode: Mode, by_person: bool
) -> dict[str, Any]:
    """`values` less what the field policy, a person's earlier edit or a filled field forbids.

    A person who approves has seen both texts, so `fill_empty` does not hold them back; `never` does, and a
    field that a person edited by hand is not overwritten by either.
    """
    policies = conf.get().field_policy
    writable = {}
    for name, value in values.items():
        policy = policies.get(f"{mode.value}.{name}", policies.get(name, FILL_EMPTY))
        if policy == NEVER or name in product.edited_fields:
            continue
        if policy == FILL_EMPTY and not by_person and not _is_empty(name, product):
            continue
        writable[name] = value
    return writable


def apply_run(run: AIProcessingLog, product: ProductSnapshot, *, by: Any | None) -> AppliedChange | None:
    """Write the run's card into the product, in the caller's transaction. None when nothing was to change."""
    language = _language(run)
    own, *others = catalog.get().languages()
    if language in others:
        card = catalog.get().card(run.product_id, language=language)
        product = replace(product, card=card.values, edited_fields=card.edited_fields)
    values = writable_values(
        proposed_values(run), product, mode=Mode(run.processing_type), by_person=by is not None
    )
    change = catalog.get().apply(run.product_id, values, language=language if language in others else own)
    if not change.after:
        return None
    return AppliedChange.objects.create(
        run=run,
        product_id=run.product_id,
        language=change.language,
        before=change.before,
        after=change.after,
        applied_by=by,
    )


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


def _language(run: AIProcessingLog) -> str:
    return str(run.options.get("language") or conf.get().language)


def _is_empty(name: str, product: ProductSnapshot) -> bool:
    """Empty, for a category, also means one where no product may lie."""
    value = product.card[name]
    if name != "category" or value is None:
        return not value
    return not any(node.id == value and node.is_leaf for node in catalog.get().categories())
