"""The blind audit: a share of what would be applied by itself goes to people, who cannot tell it from the rest.

It measures what the automatic decisions are worth where nobody looks. A branch begins with AI_AUDIT_SHARE and falls
to SMALLEST as its observed precision is proved; an error raises its share again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from apps.ai import conf
from apps.ai.issue_codes import issue
from apps.ai.models import AIAudit, AIProcessingLog
from apps.ai.models.audits import AuditOutcome
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.fitting.binomial import lower_bound
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CategoryChoice, Issue, Mode

#: A share of audits that no branch falls below: drift must be seen some day.
SMALLEST = 0.01
#: The share falls while the lower bound of the precision climbs from DOUBTED to PROVED: from 29 right decisions
#: in a row to 149.
DOUBTED, PROVED = 0.90, 0.98
#: Judged audits of a branch that count, the latest: what was wrong a year ago is mended or measured anew.
WINDOW = 500

#: What a moderator reads of every category that is to be confirmed, audited or not.
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
        return issue(CONFIRM, CONFIRM_MESSAGE, field="category")


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


def reopen(run: AIProcessingLog) -> None:
    """Who decided takes the decision back: the audit waits again. Of a run that was not drawn nothing happens."""
    AIAudit.objects.filter(run=run, decided_at__isnull=False).update(
        outcome="", final_category=None, texts_edited=False, decided_at=None, decided_by=None
    )


def branch_of(category_id: int) -> int | None:
    """The branch that a category's audits count for: below the root, or below the only root that there is."""
    index = composition.category_index()
    node = index.nodes.get(category_id)
    if node is None:
        return None
    line = (*node.ancestor_ids, node.id)
    return line[min(len(line) - 1, int(_has_one_root(index)))]


@lru_cache(maxsize=1)
def _has_one_root(index: CategoryIndex) -> bool:
    return sum(not node.ancestor_ids for node in index.nodes.values()) == 1


def last_judged(branch_id: int | None) -> tuple[int, int]:
    """How many of the branch's latest audits were right, and how many were judged."""
    latest = AIAudit.objects.judged().filter(branch_id=branch_id).order_by("-decided_at", "-pk")
    outcomes = list(latest.values_list("outcome", flat=True)[:WINDOW])
    return outcomes.count(AuditOutcome.RIGHT), len(outcomes)


def last_judged_of_all() -> dict[int | None, tuple[int, int]]:
    """`last_judged` of every branch that has any, by one query."""
    place = Window(
        RowNumber(), partition_by=F("branch_id"), order_by=[F("decided_at").desc(), F("pk").desc()]
    )
    latest = AIAudit.objects.judged().annotate(place=place).filter(place__lte=WINDOW).order_by()
    found: dict[int | None, list[str]] = defaultdict(list)
    for branch_id, outcome in latest.values_list("branch_id", "outcome"):
        found[branch_id].append(outcome)
    return {key: (outcomes.count(AuditOutcome.RIGHT), len(outcomes)) for key, outcomes in found.items()}


_judged = TTLCached(last_judged)


# --- what a moderator may see -----------------------------------------------------------------------------------------


#: Fields of a run from which one can tell whether a model was asked for the category: where the fit decides alone, it
#: never is for what would be applied by itself.
TELLING = ("quality_score", "raw_llm_response", "tokens_used", "cost_usd", "processing_time_ms")


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
