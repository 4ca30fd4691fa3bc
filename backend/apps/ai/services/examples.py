"""Instructions and examples of a branch: the shop's templates, inherited down the tree."""

from __future__ import annotations

import atexit
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypedDict

from django.db import DatabaseError, InterfaceError
from django.db.models import F

from apps.ai import catalog, conf
from apps.ai.briefly import Briefly
from apps.ai.models import AITemplate
from apps.ai.types import CategoryChoice

MAX_INSTRUCTIONS = 4
MAX_EXAMPLES = 2


class Examples(TypedDict):
    instructions: list[str]
    examples: list[str]


def for_category(choice: CategoryChoice, *, language: str) -> Examples:
    """What is written for the category itself first, then for its ancestors, then for all."""
    rank: dict[int | None, int] = {
        category_id: place for place, category_id in enumerate(_branch(choice.category_id))
    }
    rank[None] = len(rank)
    ordered = sorted(
        (template for template in _active.get(language) if template.category_id in rank),
        key=lambda template: (rank[template.category_id], template.name),
    )
    instructions = [row for row in ordered if row.template_type == "attribute_extraction"][:MAX_INSTRUCTIONS]
    examples = [row for row in ordered if row.template_type == "description"][:MAX_EXAMPLES]
    _uses.add([row.pk for row in (*instructions, *examples)])
    return Examples(
        instructions=[row.content for row in instructions], examples=[row.content for row in examples]
    )


_active = Briefly[str, list[AITemplate]](
    lambda language: list(AITemplate.objects.filter(is_active=True, language=language))
)


@dataclass
class _Uses:
    """How often templates were used since they were last written down: many workers would queue for one row.

    What a killed process has not written is missing in `usage_count`, which nothing decides upon.
    """

    counts: Counter[int] = field(default_factory=Counter)
    written_at: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, template_ids: list[int]) -> None:
        with self.lock:
            self.counts.update(template_ids)
            if time.monotonic() < self.written_at + conf.get().cache_seconds:
                return
        self.write()

    def write(self) -> None:
        with self.lock:
            counts, self.counts = self.counts, Counter()
            self.written_at = time.monotonic()
        for times in sorted(set(counts.values())):
            ids = [template_id for template_id, number in counts.items() if number == times]
            AITemplate.objects.filter(pk__in=ids).update(usage_count=F("usage_count") + times)


_uses = _Uses()


def _write_at_exit() -> None:
    with suppress(DatabaseError, InterfaceError):
        _uses.write()


atexit.register(_write_at_exit)


def forget() -> None:
    """Write the counts down, and read the templates anew at the next use."""
    _uses.write()
    _active.forget()


def _branch(category_id: int | None) -> list[int]:
    """The category and its ancestors, nearest first."""
    node = next((node for node in catalog.get().categories() if node.id == category_id), None)
    return [] if node is None else [node.id, *reversed(node.ancestor_ids)]
