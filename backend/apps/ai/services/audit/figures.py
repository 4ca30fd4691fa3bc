"""What the blind audit has measured: precision of automatic decisions per branch and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.models import AIAudit
from apps.ai.models.audits import AuditOutcome
from apps.ai.services.audit import blind
from apps.ai.services.fitting.binomial import lower_bound


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Audits of a branch, or of a month. `bound`: lower bound of the precision, 95 % one-sided."""

    name: str
    drawn: int
    waiting: int
    right: int
    wrong: int
    unjudged: int
    texts_edited: int
    share: float | None = None

    @property
    def judged(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def bound(self) -> float:
        return lower_bound(self.right, self.judged)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "drawn": self.drawn,
            "waiting": self.waiting,
            "judged": self.judged,
            "right": self.right,
            "wrong": self.wrong,
            "unjudged": self.unjudged,
            "texts_edited": self.texts_edited,
            "precision": None if self.precision is None else round(self.precision, 4),
            "lower_bound": round(self.bound, 4),
            "share": None if self.share is None else round(self.share, 4),
        }


@dataclass(frozen=True, slots=True)
class AuditReport:
    total: AuditFigures
    branches: tuple[AuditFigures, ...]
    months: tuple[AuditFigures, ...]


_COUNTS = {
    "drawn": Count("pk"),
    "waiting": Count("pk", filter=Q(decided_at__isnull=True)),
    "right": Count("pk", filter=Q(outcome=AuditOutcome.RIGHT)),
    "wrong": Count("pk", filter=Q(outcome=AuditOutcome.WRONG)),
    "unjudged": Count("pk", filter=Q(outcome=AuditOutcome.UNJUDGED)),
    "texts_edited": Count("pk", filter=Q(texts_edited=True)),
}


def report(*, days: int | None = None) -> AuditReport:
    """Figures in all, per branch (with the share in force) and per month in which they were drawn."""
    audits = AIAudit.objects.all()
    if days is not None:
        audits = audits.filter(created_at__gte=timezone.now() - timedelta(days=days))
    first = conf.get().audit_share
    judged = blind.last_judged_of_all()
    names = {node.id: node.name for node in catalog.get().categories()}
    branches = sorted(
        audits.order_by().values("branch").annotate(**_COUNTS),
        key=lambda row: (names.get(row["branch"], ""), row["branch"] or 0),
    )
    months = audits.annotate(month=TruncMonth("created_at")).order_by("month").values("month")
    return AuditReport(
        total=_figures("", audits.aggregate(**_COUNTS)),
        branches=tuple(
            _figures(
                names.get(row["branch"]) or "—",
                row,
                share=blind.share_after(*judged.get(row["branch"], (0, 0)), first=first),
            )
            for row in branches
        ),
        months=tuple(_figures(_month(row["month"]), row) for row in months.annotate(**_COUNTS)),
    )


def _figures(name: str, row: Mapping[str, Any], *, share: float | None = None) -> AuditFigures:
    return AuditFigures(name=name, share=share, **{key: row[key] for key in _COUNTS})


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
