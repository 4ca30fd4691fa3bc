"""The end of a run: one transaction in which its result, its state and the product move together.

And of older cards by it: a product has one live card, so a newer run closes the undecided ones and is named on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.exceptions import StaleProductError
from apps.ai.issue_codes import issue
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.models.processing import SUPERSEDED, Actor, RunQuerySet, Status
from apps.ai.services.audit import blind
from apps.ai.services.money.ledger import RunTotals
from apps.ai.services.money.meter import Unsaved
from apps.ai.services.outside import events
from apps.ai.services.quality import meaning_rules
from apps.ai.services.queue import window
from apps.ai.services.runs import applying, ranking, twins
from apps.ai.text.safety import notices
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Issue,
    Mode,
    ProductSnapshot,
    QualityReport,
    Severity,
)

HIGH, MEDIUM = 3, 2
#: So often a run begins anew because its product changed; one that is never twice the same is then for a person.
MOST_RESTARTS = 3
#: Reasons with which a card goes to the head of the queue.
URGENT = frozenset({"prompt_injection", "replica", "stale", "source_changed"})


def settle(
    run: AIProcessingLog,
    *,
    owner: str,
    product: ProductSnapshot,
    findings: ImageFindings,
    choice: CategoryChoice | None,
    draft: Draft | None,
    report: QualityReport,
    raw: dict[str, Any],
    elapsed_ms: int,
    unsaved: Unsaved,
    spent: RunTotals,
    unanswered: Mapping[str, Issue],
) -> None:
    """Write the result, then apply it, queue it for a person, or leave it lying; older cards it replaces are closed.

    A product whose inputs changed meanwhile is worked on anew at once: a card made from what is no longer so could
    not be approved by anybody. `unsaved` goes with it. `spent`: what the run has cost. `unanswered`: what the model
    did not answer, by code.

    Raises TransitionError when `owner` no longer holds the run; nothing is written then.
    """
    mode = Mode(run.processing_type)
    required = _notices(choice, draft)
    bands = twins.text_bands(draft, notices=required)
    alignment = meaning_rules.alignment(product.source_text, draft.description) if draft else []
    alike = twins.near_duplicates(run, draft, bands, notices=required)
    with transaction.atomic():
        now_in_shop = catalog.get().lock(run.product_id)
        if product.fingerprint != now_in_shop.fingerprint and run.restarts < MOST_RESTARTS:
            _start_over(run, owner=owner, unsaved=unsaved)
            return
        own = (*_conflicts(run, product, now_in_shop), *_rejected(run), *unanswered.values())
        issues = (*own, *report.issues, *alike)
        target = _target(mode, issues)
        drawn = blind.draw(run, choice) if target is Status.APPROVED else None
        if drawn is not None:
            target, issues = Status.MODERATION, (drawn.reason, *issues)
        close_replaced(run, waits=target is Status.MODERATION)
        keys = run.advance(
            target,
            owner=owner,
            along=unsaved.bookings(),
            completed_at=timezone.now(),
            **{**unsaved.fields, **_result(mode, findings, choice, draft), **bands},
            alignment=alignment,
            **_bill(spent),
            raw_llm_response=raw or run.raw_llm_response,
            processing_time_ms=elapsed_ms,
            quality_score=max(0.0, round(report.score - sum(found.score for found in alike), 3)),
            reasons=[asdict(issue) for issue in issues],
            error_code=next(iter(unanswered), ""),
            error_message=next((found.message for found in unanswered.values()), None),
        )
        unsaved.booked(keys)
        if target is Status.APPROVED:
            change = applying.apply_automatically(run, now_in_shop)
            events.card("card_applied", run, fields=change.after if change else ())
        else:
            events.card("card_ready", run)
        if target is Status.MODERATION:
            _queue_for_person(run, issues, now_in_shop)
        if drawn is not None:
            blind.open_audit(run, drawn)


def _start_over(run: AIProcessingLog, *, owner: str, unsaved: Unsaved) -> None:
    """The import that changed the product found this run open and ordered none."""
    keys = run.advance(
        Status.PENDING,
        owner=owner,
        along=unsaved.bookings(),
        restarts=run.restarts + 1,
        stage_results={},
        attempts=0,
        message_sent_at=None,
        next_attempt_at=None,
        error_code=StaleProductError.code,
        error_message="Данные товара изменились во время обработки: она начата заново.",
    )
    unsaved.booked(keys)
    window.notify_after_commit(run)


def _target(mode: Mode, issues: tuple[Issue, ...]) -> Status:
    if mode is Mode.IMAGES:
        return Status.COMPLETED
    if any(issue.severity is Severity.BLOCKING for issue in issues):
        return Status.MODERATION
    return Status.APPROVED if conf.get().auto_apply else Status.COMPLETED


def _conflicts(
    run: AIProcessingLog, product: ProductSnapshot, now_in_shop: ProductSnapshot
) -> tuple[Issue, ...]:
    """What happened to the product besides this run: only a person may decide on top of it."""
    if (
        product.fingerprint != now_in_shop.fingerprint
        or product.card_fingerprint != now_in_shop.card_fingerprint
    ):
        return (issue("stale", "Товар изменился, пока карточка готовилась."),)
    if not run.may_meet_cards:
        return ()
    latest = AppliedChange.objects.filter(product_id=run.product_id, reverted_at__isnull=True).first()
    if latest is None or latest.run is None or latest.run.input_fingerprint == product.fingerprint:
        return ()
    return (issue("source_changed", "Данные поставщика изменились после того, как карточка была принята."),)


def _rejected(run: AIProcessingLog) -> tuple[Issue, ...]:
    """A card that a person rejected or took back does not come back by itself."""
    former = run.rejected_run_id
    if former is None:
        return ()
    return (issue("rejected_before", f"Такую же карточку человек уже отклонил: запуск №{former}."),)


def _result(
    mode: Mode, findings: ImageFindings, choice: CategoryChoice | None, draft: Draft | None
) -> dict[str, Any]:
    fields: dict[str, Any] = {"image_analysis": asdict(findings) if findings != ImageFindings() else {}}
    if choice is not None and mode.chooses_category:
        fields |= {
            "suggested_category_id": choice.category_id,
            "category_confidence": choice.confidence,
            "confidence_measured": choice.is_measured,
            "category_alternatives": [asdict(other) for other in choice.alternatives],
            "extracted_attributes": {found.name: found.value for found in choice.attributes},
        }
    if draft is not None:
        fields |= {
            "generated_title": draft.title,
            "generated_description": draft.description,
            "generated_seo_title": draft.seo_title,
            "generated_seo_description": draft.seo_description,
            "generated_keywords": list(draft.keywords),
        }
    return fields


def _notices(choice: CategoryChoice | None, draft: Draft | None) -> tuple[str, ...]:
    """The sentences that stand under every card of this kind."""
    if choice is None or draft is None:
        return ()
    return notices.wanted(conf.get().notices, choice.kind, choice.path, language=draft.language)


def _bill(totals: RunTotals) -> dict[str, Any]:
    return {
        "cost_usd": totals.cost_usd,
        "tokens_used": {
            "prompt": totals.usage.prompt,
            "completion": totals.usage.completion,
            "total": totals.usage.total,
            "cached": totals.usage.cached,
        },
    }


def _queue_for_person(run: AIProcessingLog, issues: tuple[Issue, ...], product: ProductSnapshot) -> None:
    """Who had taken the card that this one replaces has this one."""
    gravest = next(issue.code for issue in issues if issue.severity is Severity.BLOCKING)
    replaced = AIModerationQueue.objects.filter(log_entry__superseded_by=run, taken_until__gt=timezone.now())
    taken = replaced.order_by("-pk").first()
    entry = AIModerationQueue(
        log_entry=run,
        reason=gravest[:100],
        priority=HIGH if gravest in URGENT else MEDIUM,
        assigned_to=taken.assigned_to if taken else None,
        taken_until=taken.taken_until if taken else None,
    )
    ranking.rank(entry, product).save(force_insert=True)


def close_outdated(newer: AIProcessingLog, *, fingerprint: str) -> int:
    """Close the product's cards that were made from other inputs; returns how many.

    Nobody could approve them any more: `newer`, which has just been ordered, brings the card that can be.
    """
    outdated = _older(newer).exclude(input_fingerprint=fingerprint)
    return _close(list(outdated), newer)


def close_replaced(newer: AIProcessingLog, *, waits: bool) -> int:
    """Close the product's cards that the result of `newer` replaces; returns how many.

    Those are the cards with no field that `newer` lacks; when it `waits` for a person itself, every waiting one, as a
    person is shown one card a product.
    """
    fields = set(Mode(newer.processing_type).card_fields)
    if not fields or not newer.may_meet_cards:
        return 0
    replaced = [
        card
        for card in _older(newer)
        if set(Mode(card.processing_type).card_fields) <= fields
        or (waits and card.status == Status.MODERATION)
    ]
    return _close(replaced, newer)


def supersede(card: AIProcessingLog, newer: AIProcessingLog) -> None:
    """Close one undecided card in favour of `newer`, in the caller's transaction. Raises TransitionError."""
    card.advance(
        Status.REJECTED,
        actor=Actor.NEWER_RUN,
        superseded_by_id=newer.pk,
        error_code=SUPERSEDED,
        error_message=f"Заменена более новой карточкой: запуск №{newer.pk}.",
        history=card.history,
    )
    AIModerationQueue.objects.waiting().filter(log_entry=card).update(resolved_at=timezone.now())
    blind.close(card, by=None, judged=False)


def _older(newer: AIProcessingLog) -> RunQuerySet:
    cards = AIProcessingLog.objects.undecided().filter(product_id=newer.product_id).exclude(pk=newer.pk)
    return cards.select_for_update(of=("self",)).order_by("pk")


def _close(cards: list[AIProcessingLog], newer: AIProcessingLog) -> int:
    for card in cards:
        supersede(card, newer)
    return len(cards)
