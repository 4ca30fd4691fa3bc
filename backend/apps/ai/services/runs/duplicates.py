"""Near-duplicates: cards of other products whose description says nearly the same. One indexed query a card."""

from __future__ import annotations

import re

from django.db.models import Q

from apps.ai.issue_codes import issue
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.text.safety import fingerprints, html
from apps.ai.types import Draft, Issue

#: From this share of common triples on, two descriptions are the same text with small changes.
ALIKE = 0.75
#: So many cards that share a band are compared; a text that thousands share is no news.
MOST_COMPARED = 5
COLUMNS = tuple(f"text_band_{number}" for number in range(1, fingerprints.BANDS + 1))
_NO_CARD = (Status.REJECTED, Status.FAILED)
_NUMBERS = re.compile(r"[\W\d_]+(?:мг|мкг|мл|г|л|шт|таблет\w+|капсул\w+|саше|размер \w+)?(?![^\W_])")


def columns(draft: Draft | None, *, notices: tuple[str, ...] = ()) -> dict[str, int]:
    """The run's columns by which its description is found; none for a text too short to compare.

    `notices` stand under every card of their kind and make none alike.
    """
    bands = fingerprints.bands(_compared(draft.description, notices)) if draft else None
    return dict(zip(COLUMNS, bands, strict=True)) if bands else {}


def find(
    run: AIProcessingLog, draft: Draft | None, found: dict[str, int], *, notices: tuple[str, ...] = ()
) -> tuple[Issue, ...]:
    """A warning that names the cards of other products that say nearly the same. `found`: the run's `columns`."""
    if draft is None or not found:
        return ()
    shared = Q()
    for name, value in found.items():
        shared |= Q(**{name: value})
    rows = (
        AIProcessingLog.objects.filter(shared)
        .exclude(product_id=run.product_id)
        .exclude(status__in=_NO_CARD)
        .order_by()
        .values_list("product_id", "generated_title", "generated_description")[:MOST_COMPARED]
    )
    text = _compared(draft.description, notices)
    names = [
        f"{title} (товар {product_id})"
        for product_id, title, description in rows
        if not _is_variant(draft.title, title or "")
        and fingerprints.similarity(text, _compared(description or "", notices)) >= ALIKE
    ]
    if not names:
        return ()
    return (
        issue("near_duplicate", "Описание почти совпадает с другим товаром.", names, field="description"),
    )


def _compared(description: str, notices: tuple[str, ...]) -> str:
    text = html.to_text(description)
    for sentence in notices:
        text = text.replace(sentence, " ")
    return text


def _is_variant(one: str, other: str) -> bool:
    """The same goods in another size or number: alike by right."""
    return _NUMBERS.sub(" ", one.casefold()).split() == _NUMBERS.sub(" ", other.casefold()).split()
