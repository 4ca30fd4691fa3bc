"""What every decision begins with: the locks, and whether the person may decide on what they saw."""

from __future__ import annotations

from typing import Any

from apps.ai import catalog
from apps.ai.exceptions import CardHeld, CardSuperseded, DecidedAlready, VersionConflict
from apps.ai.host import person_key
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.models.processing import OVERRULE, UNDECIDED_STATUSES, Actor, AIProcessingStatus, sources
from apps.ai.services.people import replacing
from apps.ai.types import ProductSnapshot


def lock(run: AIProcessingLog) -> ProductSnapshot:
    """Lock the product, then the run, and read both anew: what `run` said before may be old.

    Everybody who ends or decides runs takes these locks in this order, so that all of it happens one after the other.
    Raises ProductMissing, AIProcessingLog.DoesNotExist.
    """
    product = catalog.get().lock(run.product_id)
    run.refresh_from_db(from_queryset=AIProcessingLog.objects.select_for_update(of=("self",)))
    return product


def check_state(run: AIProcessingLog, to: AIProcessingStatus) -> None:
    """Whether a person may take this step now. Raises CardSuperseded, DecidedAlready."""
    if run.status in sources(Actor.PERSON, to):
        return
    if run.superseded_by_id is not None:
        raise CardSuperseded(
            f"Run {run.pk} was superseded by run {run.superseded_by_id}.", newer_run=run.superseded_by_id
        )
    last = run.history[-1] if run.history else {}
    raise DecidedAlready(
        f"Run {run.pk} is '{run.status}'.",
        status=run.status,
        name=last.get("name", ""),
        at=last.get("at", ""),
    )


def check_holder(run: AIProcessingLog, *, by: Any, overrule: bool) -> None:
    """Whether a colleague has taken the card. Raises CardHeld.

    `overrule`: the person knows, and decides all the same; that is a right of its own.
    """
    entry = AIModerationQueue.objects.waiting().filter(log_entry=run).select_related("assigned_to").first()
    if entry is None or not entry.is_held() or entry.assigned_to_id == by.pk:
        return
    if (overrule and by.has_perm(OVERRULE)) or entry.taken_until is None:
        return
    raise CardHeld(
        f"The card is taken by {entry.assigned_to} until {entry.taken_until:%H:%M}.",
        holder=str(entry.assigned_to),
        until=entry.taken_until,
    )


def check_version(run: AIProcessingLog, *, by: Any, seen: str | None) -> replacing.Plan | None:
    """Whether the card is what the person saw. Returns the plan where one was made. Raises VersionConflict.

    `seen`: a version as `replacing.version_of` gives them, or its first part, which says nothing of the live card.
    None: the person did not say what they saw; then nobody else may have edited the card since their own last act.
    """
    if seen is None:
        others = _since_own(run, by)
        if others:
            raise VersionConflict(_conflict(run), version=str(run.version), changes=others)
        return None
    number, _, live = seen.partition("-")
    if number != str(run.version):
        since = int(number) if number.isdecimal() else 0
        changes = [entry for entry in run.history if entry["version"] > since]
        raise VersionConflict(_conflict(run), version=str(run.version), changes=changes)
    if run.status not in UNDECIDED_STATUSES:
        return None
    plan = replacing.plan(run)
    if live and seen != plan.version:
        changes = [live_change(one) for one in plan.fields if one.live or one.is_protected]
        raise VersionConflict(_conflict(run), version=plan.version, changes=changes)
    return plan


def _since_own(run: AIProcessingLog, by: Any) -> list[dict[str, Any]]:
    """What others edited since the person's own last act on the card."""
    own = [entry["version"] for entry in run.history if entry["by"] == person_key(by)]
    last = max(own, default=0)
    return [
        entry
        for entry in run.history
        if entry["version"] > last and entry["by"] != person_key(by) and entry["what"] == "edit"
    ]


def live_change(one: replacing.FieldPlan) -> dict[str, Any]:
    return {
        "what": "live",
        "fields": [one.field],
        "name": one.name,
        "author": str(one.author),
        "at": one.at.isoformat() if one.at else "",
    }


def _conflict(run: AIProcessingLog) -> str:
    return f"Run {run.pk} has changed since it was shown."
