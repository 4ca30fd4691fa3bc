"""Records whose product a person deleted or merged: an import says so and leaves them out."""

from __future__ import annotations

from collections.abc import Sequence

from apps.products.models import RetiredCode
from apps.products.services.retiring import retired


def among(source_name: str, source_ids: Sequence[str]) -> dict[str, str]:
    """For those of the ids that are not to come back, what was done with their product."""
    if not source_ids:
        return {}
    return {key: _what(row) for key, row in retired(source_name, source_ids).items()}


def _what(row: RetiredCode) -> str:
    who = f" ({row.by})" if row.by else ""
    if row.merged_into_id is not None:
        return f"товар объединён с товаром №{row.merged_into_id}{who}"
    return f"товар удалён{who}"
