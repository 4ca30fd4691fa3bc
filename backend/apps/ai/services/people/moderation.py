"""What a person decides about a card. Every decision is one transaction; what it teaches is a task.

`version`, in all of them: what the person saw (`replacing.version_of`). `overrule`: decide over a colleague who holds
the card. All raise DecidedAlready, CardSuperseded, CardHeld or VersionConflict, which are TransitionErrors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai.exceptions import StaleProductError, VersionConflict
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange, RejectReason
from apps.ai.models.processing import Actor, Status
from apps.ai.services import composition
from apps.ai.services.audit import blind
from apps.ai.services.outside import events
from apps.ai.services.people import card_edits, card_leases, deciding, lessons, replacing
from apps.ai.services.people.card_edits import EDITABLE_FIELDS
from apps.ai.services.people.card_leases import assign, release
from apps.ai.services.runs import applying, settling
from apps.ai.services.runs.submission import Again, Submission, submit_again
from apps.ai.types import Mode, ProductSnapshot

__all__ = ["EDITABLE_FIELDS", "approve", "assign", "edit", "reject", "release", "reprocess", "roll_back"]


def approve(
    run: AIProcessingLog,
    *,
    by: Any,
    edits: Mapping[str, Any] | None = None,
    notes: str = "",
    fields: Collection[str] | None = None,
    version: str | None = None,
    overrule: bool = False,
) -> AIProcessingLog:
    """Apply the card, with the moderator's edits, and close its place in the queue.

    `fields`: the card fields that were left ticked. None: all that are proposed, save those that a person wrote or
    cleared in the shop by hand and nobody has edited in the card since.

    Raises StaleProductError (the product's data changed since the run read them: the next run is ordered and takes
    the card's place) and ValidationError (an edit that the card cannot hold, a field that it has not).
    """
    with transaction.atomic():
        product = deciding.lock(run)
        deciding.check_state(run, Status.APPROVED)
        deciding.check_holder(run, by=by, overrule=overrule)
        shown = deciding.check_version(run, by=by, seen=version)
        if product.fingerprint == run.input_fingerprint:
            _check_seen(run, fields, version, edits or {}, shown)
            return _approve(run, product, by=by, edits=edits or {}, notes=notes, fields=fields)
        fresh = submit_again(run, force=False).run
        settling.supersede(run, fresh)
    raise StaleProductError(f"Product data changed; run {fresh.pk} works on it.", fresh_run=fresh.pk)


def reject(
    run: AIProcessingLog,
    *,
    by: Any,
    notes: str = "",
    reason: str = "",
    version: str | None = None,
    overrule: bool = False,
) -> AIProcessingLog:
    """Close the card without applying it. `reason`: one of RejectReason. Raises ValidationError for another."""
    if reason and reason not in RejectReason:
        raise ValidationError({"reason": _("Такой причины нет.")})
    with transaction.atomic():
        _begin(run, by=by, version=version, overrule=overrule)
        said = ": ".join(filter(None, (str(RejectReason(reason).label) if reason else "", notes)))
        _decide(
            run,
            Status.REJECTED,
            by=by,
            what="reject",
            note=said,
            moderation_notes=notes,
            reject_reason=reason,
        )
        blind.close(run, by=by)
        lessons.order(run)
        events.card("card_rejected", run, by=by)
    return run


def reprocess(
    run: AIProcessingLog,
    *,
    by: Any,
    version: str | None = None,
    overrule: bool = False,
    changes: Again | None = None,
) -> Submission:
    """Work on the product anew, in the same mode unless `changes` says so, before all others.

    An undecided card is closed. Returns the open run when there is one already. Of a decided run nobody need hold the
    card or know its version. Raises UnknownLanguage.
    """
    with transaction.atomic():
        deciding.lock(run)
        undecided = run.status in (Status.MODERATION, Status.COMPLETED)
        if undecided:
            deciding.check_holder(run, by=by, overrule=overrule)
            deciding.check_version(run, by=by, seen=version)
        submission = submit_again(run, force=True, changes=changes)
        if undecided:
            note = changes.hint if changes else ""
            run.note("reprocess", by=by, at=timezone.now(), note=note, ordered=submission.created)
            settling.supersede(run, submission.run)
    return submission


def edit(
    run: AIProcessingLog,
    edits: Mapping[str, Any],
    *,
    by: Any,
    version: str | None = None,
    overrule: bool = False,
) -> list[str]:
    """Write a moderator's edits into an undecided run; returns the names that really changed.

    Raises ValidationError for unknown fields and values that do not fit.
    """
    with transaction.atomic():
        _begin(run, by=by, version=version, overrule=overrule)
        card_leases.prolong(run, by=by)
        return card_edits.write(run, edits, by=by)


def roll_back(change: AppliedChange, *, by: Any) -> None:
    """Take an applied card back; its run becomes rejected. Raises StaleProductError when a field was changed since."""
    with transaction.atomic():
        run = change.run
        if run is not None:
            deciding.lock(run)
        applying.revert(change, by=by)
        if run is None or run.status != Status.APPROVED:
            events.rolled_back(change, by=by)
            return
        now = timezone.now()
        run.note("roll_back", by=by, at=now)
        run.advance(
            Status.REJECTED,
            actor=Actor.ROLL_BACK,
            processed_by=by,
            moderation_date=now,
            moderation_notes="Применённая карточка откачена",
            history=run.history,
        )
        lessons.order(run)
        events.rolled_back(change, by=by)


def _begin(run: AIProcessingLog, *, by: Any, version: str | None, overrule: bool) -> None:
    deciding.lock(run)
    deciding.check_state(run, Status.REJECTED)
    deciding.check_holder(run, by=by, overrule=overrule)
    deciding.check_version(run, by=by, seen=version)


def _check_seen(
    run: AIProcessingLog,
    fields: Collection[str] | None,
    version: str | None,
    edits: Mapping[str, Any],
    shown: replacing.Plan | None,
) -> None:
    """To replace what a person wrote by hand one must have seen it: a tick alone could be older than that text."""
    if fields is None or (version is not None and "-" in version):
        return
    plan = shown or replacing.plan(run)
    blindly = [
        one.field
        for one in plan.fields
        if one.field in fields and one.is_protected and not _edits(edits, one.field)
    ]
    if blindly:
        raise VersionConflict(
            f"A person wrote {', '.join(blindly)} by hand: name the version that you saw.",
            version=plan.version,
            changes=[deciding.live_change(one) for one in plan.fields if one.field in blindly],
        )


def _edits(edits: Mapping[str, Any], field: str) -> bool:
    return any(applying.RUN_FIELDS.get(name) == field for name in edits)


def _approve(
    run: AIProcessingLog,
    product: ProductSnapshot,
    *,
    by: Any,
    edits: Mapping[str, Any],
    notes: str,
    fields: Collection[str] | None,
) -> AIProcessingLog:
    """The approval itself, when everything speaks for it. `product`: as it was locked."""
    if fields is not None and not fields:
        raise ValidationError({"fields": "Не отмечено ни одного поля."})
    card_edits.write(run, edits, by=by)
    edited = run.suggested_category_id
    plan = replacing.plan(run, edited_now=edits)
    values = plan.chosen(fields)
    _check_category(run, plan, fields, values)
    _keep_live_category(run, plan, values)
    written = applying.write(run, product, values, by=by)
    _decide(
        run,
        Status.APPROVED,
        by=by,
        what="approve",
        fields=values,
        before={} if edited == run.suggested_category_id else {"suggested_category_id": edited},
        moderation_notes=notes or run.moderation_notes,
        suggested_category_id=run.suggested_category_id,
    )
    blind.close(run, by=by)
    lessons.order(run)
    events.card("card_applied", run, by=by, fields=written.after if written else ())
    return run


def _check_category(
    run: AIProcessingLog, plan: replacing.Plan, fields: Collection[str] | None, values: Mapping[str, Any]
) -> None:
    """A product may lie only in an active leaf, and a card that chooses a category has one, unless left unticked."""
    if not Mode(run.processing_type).chooses_category:
        return
    if "category" in values:
        if values["category"] not in composition.category_index().choosable:
            raise ValidationError({"suggested_category": "Нужна действующая категория без вложенных."})
    elif fields is None and "category" not in plan.live.edited_fields:
        raise ValidationError({"suggested_category": "Выберите категорию."})


def _keep_live_category(run: AIProcessingLog, plan: replacing.Plan, values: Mapping[str, Any]) -> None:
    """An approved run's category is what people confirmed: where it was not ticked, that is the live one, if a person
    chose it, and otherwise none.
    """
    if not Mode(run.processing_type).chooses_category or "category" in values:
        return
    by_hand = "category" in plan.live.edited_fields
    run.suggested_category_id = plan.live.values["category"] if by_hand else None


def _decide(
    run: AIProcessingLog,
    to: Status,
    *,
    by: Any,
    what: str,
    fields: Collection[str] = (),
    note: str = "",
    before: Mapping[str, Any] | None = None,
    **columns: Any,
) -> None:
    """The step of a person, its entry in the history, and the end of the card's wait."""
    now = timezone.now()
    run.note(what, by=by, at=now, fields=fields, note=note, **(before or {}))
    run.advance(to, actor=Actor.PERSON, processed_by=by, moderation_date=now, history=run.history, **columns)
    AIModerationQueue.objects.waiting().filter(log_entry=run).update(resolved_at=now)
