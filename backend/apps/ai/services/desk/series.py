"""What the charts show: figures over days, and by category, prompt, model, moderator, reason and confidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from apps.ai import catalog
from apps.ai.issue_codes import RULES
from apps.ai.models import AIDayFigures
from apps.ai.models.figures import FigureGroup
from apps.ai.models.spending import dollars
from apps.ai.services.desk.rollups import COUNTS

#: Rows of a table of parts; the rest is in the CSV.
ROWS = 15
#: Longest and shortest span of a chart, in days.
SPANS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Day:
    """A day's figures; zeros where nothing was counted."""

    day: date
    counts: Mapping[str, float]

    @property
    def automatic_share(self) -> float | None:
        """Of the cards that went live, those that nobody looked at first."""
        live = self.counts["automatic"] + self.counts["kept"] + self.counts["edited"]
        return self.counts["automatic"] / live if live else None

    @property
    def usd(self) -> float:
        return float(dollars(int(self.counts["cost_nano"])))


@dataclass(frozen=True, slots=True)
class Part:
    """Decisions on the texts of a category, a prompt version, a model or by a moderator."""

    key: str
    label: str
    counts: Mapping[str, float]

    @property
    def decisions(self) -> int:
        return int(self.counts["kept"] + self.counts["edited"] + self.counts["rejected"])

    @property
    def accepted(self) -> float | None:
        """Share approved, with edits or without."""
        approved = self.counts["kept"] + self.counts["edited"]
        return approved / self.decisions if self.decisions else None

    @property
    def changed(self) -> float | None:
        """Share of the words that people changed."""
        return self.counts["changed_words"] / self.counts["words"] if self.counts["words"] else None

    @property
    def judged(self) -> int:
        return int(self.counts["right"] + self.counts["wrong"])

    @property
    def right_share(self) -> float | None:
        return self.counts["right"] / self.judged if self.judged else None

    @property
    def usd(self) -> float:
        return float(dollars(int(self.counts["cost_nano"])))


def days(span: int) -> list[Day]:
    """The last `span` days, today last, without holes."""
    today = timezone.localdate()
    first = today - timedelta(days=span - 1)
    rows = AIDayFigures.objects.filter(group=FigureGroup.ALL, key="", day__gte=first).values("day", *COUNTS)
    found = {row["day"]: row for row in rows}
    empty = dict.fromkeys(COUNTS, 0)
    dates = [first + timedelta(days=number) for number in range(span)]
    return [Day(one, found.get(one, empty)) for one in dates]


def parts(group: FigureGroup, span: int) -> list[Part]:
    """All parts that occur within the span, those with most decisions first."""
    first = timezone.localdate() - timedelta(days=span - 1)
    rows: Any = AIDayFigures.objects.filter(group=group, day__gte=first).order_by().values("key")
    sums = {row.pop("key"): row for row in rows.annotate(**{f"sum_{name}": Sum(name) for name in COUNTS})}
    labels = _labels(group, list(sums))
    found = [
        Part(key, labels.get(key) or key or "—", {name: row[f"sum_{name}"] for name in COUNTS})
        for key, row in sums.items()
    ]
    return sorted(found, key=lambda part: (-part.decisions, -part.counts["queued"], part.label))


def reliability(span: int) -> list[Part]:
    """Tenths of the confidence that occur, the smallest first."""
    return sorted(parts(FigureGroup.CONFIDENCE, span), key=lambda part: part.key)


def reasons(span: int) -> list[Part]:
    """Why cards went to people, the most frequent first."""
    return sorted(parts(FigureGroup.REASON, span), key=lambda part: -part.counts["queued"])


def _labels(group: FigureGroup, keys: list[str]) -> Mapping[str, str]:
    if group is FigureGroup.CATEGORY:
        return {str(node.id): node.path_text for node in catalog.get().categories()}
    if group is FigureGroup.MODERATOR:
        return {str(key): name for key, name in catalog.get().people([one for one in keys if one]).items()}
    if group is FigureGroup.REASON:
        return {key: RULES[key].about for key in keys if key in RULES}
    if group is FigureGroup.CONFIDENCE:
        return {key: f"{int(key) / 10:.1f}–{(int(key) + 1) / 10:.1f}" for key in keys if key.isdecimal()}
    found: dict[str, str] = defaultdict(str)
    return found


def table(values: list[Any]) -> list[list[Any]]:
    """Rows for a CSV, the first one its head."""
    if values and isinstance(values[0], Day):
        return [["day", *COUNTS], *[[one.day.isoformat(), *_numbers(one.counts)] for one in values]]
    return [["key", "name", *COUNTS], *[[one.key, one.label, *_numbers(one.counts)] for one in values]]


def _numbers(counts: Mapping[str, float]) -> list[float]:
    return [counts[name] for name in COUNTS]
