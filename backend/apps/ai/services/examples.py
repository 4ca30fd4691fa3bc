"""Instructions and examples of a branch: the shop's templates, inherited down the tree."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import F, Q

from apps.ai import catalog
from apps.ai.models import AITemplate
from apps.ai.types import CategoryChoice

MAX_INSTRUCTIONS = 4
MAX_EXAMPLES = 2


class Examples(TypedDict):
    instructions: list[str]
    examples: list[str]


def for_category(choice: CategoryChoice, *, language: str) -> Examples:
    """What is written for the category itself first, then for its ancestors, then for all."""
    branch = _branch(choice.category_id)
    templates = AITemplate.objects.filter(is_active=True, language=language).filter(
        Q(category_id__in=branch) | Q(category__isnull=True)
    )
    rank = {category_id: place for place, category_id in enumerate(branch)}
    ordered = sorted(
        templates, key=lambda template: (rank.get(template.category_id or 0, len(rank)), template.name)
    )
    instructions = [row for row in ordered if row.template_type == "attribute_extraction"][:MAX_INSTRUCTIONS]
    examples = [row for row in ordered if row.template_type == "description"][:MAX_EXAMPLES]
    used = [row.pk for row in (*instructions, *examples)]
    AITemplate.objects.filter(pk__in=used).update(usage_count=F("usage_count") + 1)
    return Examples(
        instructions=[row.content for row in instructions], examples=[row.content for row in examples]
    )


def _branch(category_id: int | None) -> list[int]:
    """The category and its ancestors, nearest first."""
    node = next((node for node in catalog.get().categories() if node.id == category_id), None)
    return [] if node is None else [node.id, *reversed(node.ancestor_ids)]
