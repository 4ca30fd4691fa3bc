"""The blind audit: a share of what would be applied by itself goes to people, who cannot tell it from the rest.

It measures what the automatic decisions are worth where nobody looks. A branch begins with AI_AUDIT_SHARE and falls
to SMALLEST as its observed precision is proved; an error raises its share again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from apps.ai import conf
from apps.ai.briefly import Briefly
from apps.ai.models import AIAudit, AIProcessingLog
from apps.ai.models.audits import AuditOutcome
from apps.ai.models.processing import Status
from apps.ai.services import engines
from apps.ai.services.category_index import CategoryIndex
from apps.ai.services.proportions import lower_bound
from apps.ai.types import CategoryChoice, Issue, Mode, Severity

#: A share of audits that no branch falls below: drift must be seen some day.
SMALLEST = 0.01
#: The share falls while the lower bound of the precision climbs from DOUBTED to PROVED: from 29 right decisions
#: in a row to 149.
DOUBTED, PROVED = 0.90, 0.98
#: Judged audits of a branch that count, the latest: what was wrong a year ago is mended or measured anew.
WINDOW = 500

#: What a moderator is told of every category that is to be confirmed, audited or not.
CONFIRM = "low_confidence"
CONFIRM_MESSAGE = "Категорию должен подтвердить человек."


@dataclass(frozen=True, slots=True)
class Draw:
    """An automatic decision that a person is to judge."""

    branch_id: int | None
    choice: CategoryChoice
    share: float

    @property
    def reason(self) -> Issue:
        """The same as that of a category that is not sure."""
        return Issue(CONFIRM, Severity.BLOCKING, CONFIRM_MESSAGE, field="category")


def draw(run: AIProcessingLog, choice: CategoryChoice | None) -> Draw | None:
    """Whether the run's automatic decision is to be audited. The same run is always drawn alike at the same share."""
    share = conf.get().audit_share
    chosen = None if choice is None else choice.category_id
    if share <= 0.0 or choice is None or chosen is None or not Mode(run.processing_type).chooses_category:
        return None
    branch_id = branch_of(chosen)
    wanted = share_after(*_judged.get(branch_id), first=share)
    return Draw(branch_id, choice, wanted) if lot(run.pk) < wanted else None


def lot(run_id: int) -> float:
    """A number in 0..1 that only the run's id decides."""
    return int.from_bytes(hashlib.sha256(f"audit:{run_id}".encode()).digest()[:8], "big") / 2**64


def share_after(right: int, judged: int, *, first: float) -> float:
    """The share of a branch of whose last `judged` audits `right` were right."""
    least = min(SMALLEST, first)
    proved = (lower_bound(right, judged) - DOUBTED) / (PROVED - DOUBTED)
    return first - (first - least) * max(0.0, min(1.0, proved))


def open_audit(run: AIProcessingLog, drawn: Draw) -> None:
    """Write down that the run was drawn, in the transaction that sends it to a person."""
    AIAudit.objects.create(
        run=run,
        branch_id=drawn.branch_id,
        category_id=drawn.choice.category_id,
        confidence=drawn.choice.confidence,
        method=drawn.choice.method[:20],
        share=drawn.share,
    )


def close(run: AIProcessingLog, *, by: Any, judged: bool = True) -> None:
    """A person decided: right is who approves the category as it was, wrong who changes it or rejects the card.

    `judged` false: sent round again, which says nothing. Of a run that was not drawn nothing happens.
    """
    audit = AIAudit.objects.filter(run=run, decided_at__isnull=True).first()
    if audit is None:
        return
    approved = run.status == Status.APPROVED
    kept = approved and run.suggested_category_id == audit.category_id
    audit.outcome = (AuditOutcome.RIGHT if kept else AuditOutcome.WRONG) if judged else AuditOutcome.UNJUDGED
    audit.final_category_id = run.suggested_category_id if approved else None
    audit.texts_edited = approved and bool(set(run.edited_by_moderator) - {"suggested_category"})
    audit.decided_at, audit.decided_by = timezone.now(), by
    audit.save(update_fields=["outcome", "final_category", "texts_edited", "decided_at", "decided_by"])


def branch_of(category_id: int) -> int | None:
    """The branch that a category's audits count for: below the root, or below the only root that there is."""
    index = engines.category_index()
    node = index.nodes.get(category_id)
    if node is None:
        return None
    line = (*node.ancestor_ids, node.id)
    return line[min(len(line) - 1, int(_has_one_root(index)))]


@lru_cache(maxsize=1)
def _has_one_root(index: CategoryIndex) -> bool:
    return sum(not node.ancestor_ids for node in index.nodes.values()) == 1


def _last_judged(branch_id: int | None) -> tuple[int, int]:
    """How many of the branch's latest audits were right, and how many were judged."""
    latest = AIAudit.objects.judged().filter(branch_id=branch_id).order_by("-decided_at", "-pk")
    outcomes = list(latest.values_list("outcome", flat=True)[:WINDOW])
    return outcomes.count(AuditOutcome.RIGHT), len(outcomes)


_judged = Briefly(_last_judged)


# --- what a moderator may see -----------------------------------------------------------------------------------------


def is_on() -> bool:
    return conf.get().audit_share > 0.0


def hides(run: AIProcessingLog) -> bool:
    """Whether the run's figures are kept from people until they have decided: of all alike, or audits would show."""
    return is_on() and run.status == Status.MODERATION


def shown_reasons(run: AIProcessingLog) -> list[Mapping[str, Any]]:
    """The run's reasons, without the confidence that stands in their words."""
    if not hides(run):
        return list(run.reasons)
    return [
        {**reason, "message": CONFIRM_MESSAGE} if reason["code"] == CONFIRM else reason
        for reason in run.reasons
    ]


# --- figures ----------------------------------------------------------------------------------------------------------


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
    branches = audits.order_by("branch__name", "branch").values("branch", "branch__name").annotate(**_COUNTS)
    months = audits.annotate(month=TruncMonth("created_at")).order_by("month").values("month")
    return AuditReport(
        total=_figures("", audits.aggregate(**_COUNTS)),
        branches=tuple(
            _figures(
                row["branch__name"] or "—", row, share=share_after(*_last_judged(row["branch"]), first=first)
            )
            for row in branches
        ),
        months=tuple(_figures(_month(row["month"]), row) for row in months.annotate(**_COUNTS)),
    )


def _figures(name: str, row: Mapping[str, Any], *, share: float | None = None) -> AuditFigures:
    return AuditFigures(name=name, share=share, **{key: row[key] for key in _COUNTS})


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
