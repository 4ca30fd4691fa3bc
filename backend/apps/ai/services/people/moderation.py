"""What a person decides about a card. Every decision is one transaction; what it teaches is a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import StaleProductError, TransitionError
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.models.processing import Priority, Status
from apps.ai.services.audit import blind
from apps.ai.services.people import edit_measures as edits_of_people
from apps.ai.services.runs import applying
from apps.ai.services.runs.submission import Submission, submit
from apps.ai.text.safety import html
from apps.ai.types import Mode

#: Run fields that a moderator may edit before approving.
EDITABLE_FIELDS = (
    "generated_title",
    "generated_description",
    "generated_seo_title",
    "generated_seo_description",
    "generated_keywords",
    "suggested_category",
    "extracted_attributes",
)


def approve(
    run: AIProcessingLog, *, by: Any, edits: Mapping[str, Any] | None = None, notes: str = ""
) -> AIProcessingLog:
    """Apply the card, with the moderator's edits, and close its place in the queue.

    Raises TransitionError (already decided), StaleProductError (the source's texts changed since the run read
    them: reprocess), ValidationError (an edit that the card cannot hold).
    """
    with transaction.atomic():
        product = catalog.get().lock(run.product_id)
        if product.fingerprint != run.input_fingerprint:
            raise StaleProductError("The supplier's data changed since this card was written. Reprocess it.")
        changed = edit(run, edits or {})
        _check_category(run)
        run.advance(
            Status.APPROVED,
            processed_by=by,
            moderation_date=timezone.now(),
            moderation_notes=notes or run.moderation_notes,
            edited_by_moderator=sorted({*run.edited_by_moderator, *changed}),
        )
        applying.apply_run(run, product, by=by)
        _close_queue(run)
        blind.close(run, by=by)
        _teach_after_commit(run)
    return run


def reject(run: AIProcessingLog, *, by: Any, notes: str = "") -> AIProcessingLog:
    """Close the card without applying it. Raises TransitionError when it was decided already."""
    with transaction.atomic():
        if run.status == Status.APPROVED:
            raise TransitionError(f"Run {run.pk} is applied; roll it back instead.")
        run.advance(Status.REJECTED, processed_by=by, moderation_date=timezone.now(), moderation_notes=notes)
        _close_queue(run)
        blind.close(run, by=by)
        _teach_after_commit(run)
    return run


def reprocess(run: AIProcessingLog, *, by: Any) -> Submission:
    """Work on the product anew, in the same mode, before all others; an undecided card is closed.

    Returns the open run when there is one already.
    """
    with transaction.atomic():
        submission = submit(
            run.product_id,
            mode=Mode(run.processing_type),
            analyze_images=run.options.get("analyze_images", True),
            language=run.options.get("language", ""),
            force=True,
            source="moderator",
            priority=Priority.PERSON,
        )
        if run.status in (Status.MODERATION, Status.COMPLETED):
            run.advance(
                Status.REJECTED,
                processed_by=by,
                moderation_date=timezone.now(),
                moderation_notes=f"Отправлено на повторную обработку: запуск №{submission.run.pk}",
            )
            _close_queue(run)
            blind.close(run, by=by, judged=False)
    return submission


def roll_back(change: AppliedChange, *, by: Any) -> None:
    """Take an applied card back; its run becomes rejected. Raises TransitionError or StaleProductError."""
    with transaction.atomic():
        applying.revert(change, by=by)
        run = change.run
        if run is not None and run.status == Status.APPROVED:
            run.advance(
                Status.REJECTED,
                processed_by=by,
                moderation_date=timezone.now(),
                moderation_notes="Применённая карточка откачена",
            )
            _teach_after_commit(run)


def assign(entry: AIModerationQueue, *, to: Any) -> None:
    """Take a waiting card. Raises TransitionError when somebody else has it or it is resolved."""
    free = AIModerationQueue.objects.waiting().filter(pk=entry.pk)
    mine = free.filter(assigned_to=to) | free.filter(assigned_to__isnull=True)
    if not mine.update(assigned_to=to):
        raise TransitionError("The card is taken by somebody else or decided already.")
    entry.assigned_to = to


def edit(run: AIProcessingLog, edits: Mapping[str, Any]) -> list[str]:
    """Write a moderator's edits into an undecided run; returns the names that really changed.

    Raises ValidationError for unknown fields and values that do not fit, TransitionError when it is decided.
    """
    unknown = sorted(set(edits) - set(EDITABLE_FIELDS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "Это поле нельзя изменить."))
    before = {name: getattr(run, name) for name in EDITABLE_FIELDS}
    for name, value in edits.items():
        setattr(run, name, _cleaned(name, value))
    changed = [name for name in EDITABLE_FIELDS if getattr(run, name) != before[name]]
    if not changed:
        return []
    run.clean_fields(exclude=[field.name for field in run._meta.fields if field.name not in changed])
    undecided = AIProcessingLog.objects.filter(pk=run.pk, status__in=(Status.MODERATION, Status.COMPLETED))
    run.texts_before_edits = edits_of_people.before_edits(run, {name: before[name] for name in changed})
    values = {name: getattr(run, name) for name in (*changed, "texts_before_edits")}
    if not undecided.update(**values, updated_at=timezone.now()):
        raise TransitionError(f"Run {run.pk} is decided already.")
    return changed


def _cleaned(name: str, value: Any) -> Any:
    if name == "generated_description":
        return html.clean(str(value or ""))
    if name == "generated_keywords":
        return [word for word in (html.plain(str(item)) for item in value or []) if word]
    if name == "extracted_attributes":
        return {html.plain(str(key)): html.plain(str(item)) for key, item in (value or {}).items()}
    if name == "suggested_category":
        return value
    return html.plain(str(value or ""))


def _check_category(run: AIProcessingLog) -> None:
    """A product may lie only in an active leaf."""
    if not Mode(run.processing_type).chooses_category:
        return
    if run.suggested_category_id is None:
        raise ValidationError({"suggested_category": "Выберите категорию."})
    if not any(node.id == run.suggested_category_id and node.is_leaf for node in catalog.get().categories()):
        raise ValidationError({"suggested_category": "Нужна действующая категория без вложенных."})


def _close_queue(run: AIProcessingLog) -> None:
    AIModerationQueue.objects.waiting().filter(log_entry=run).update(resolved_at=timezone.now())


def _teach_after_commit(run: AIProcessingLog) -> None:
    mode = Mode(run.processing_type)
    if not (mode.chooses_category or mode.writes_text):
        return
    transaction.on_commit(
        lambda: current_app.send_task("apps.ai.tasks.learn_decision", args=[run.pk], queue="ai"),
        robust=True,
    )
