"""Cards made to be looked at, by the same stages and doors as real ones; the product and its runs never hear of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import AIError, PauseError, WorkerStops
from apps.ai.models import AICall, AIHouseRules, AIProcessingLog, AITrial
from apps.ai.models.rules import MOST_PRODUCTS, TrialState
from apps.ai.services import composition
from apps.ai.services.money.meter import AttemptMeter
from apps.ai.services.people import edit_measures
from apps.ai.services.runs import work
from apps.ai.services.runs.work import RecordingModel, Work
from apps.ai.text.safety import html
from apps.ai.types import CategoryChoice, Draft, Mode, ProductSnapshot, QualityReport, RunOptions

TASK = "apps.ai.tasks.run_trial"
SOURCE = "trial"
#: Longer than one product takes; a worker that died with it is followed by another.
LEASE = timedelta(minutes=15)
#: How long one task works on products before it calls the next, in seconds.
TASK_SECONDS = 120.0


@dataclass(frozen=True)
class CountingMeter(AttemptMeter):
    """Remembers the ledger rows of its calls: no run adds them up."""

    calls: list[int] = field(default_factory=list)

    def reserve(self, call: Any) -> Any:
        ticket = super().reserve(call)
        self.calls.append(ticket.row.pk)
        return ticket


@dataclass(slots=True)
class DryWork(Work):
    """Stages are kept in memory; only money is written down."""

    def _keep(self, results: dict[str, Any]) -> None:
        self.run.stage_results = results
        self.meter.unsaved.flush()


def start(
    product_ids: Sequence[int],
    *,
    versions: Sequence[AIHouseRules | None] = (None,),
    mode: Mode = Mode.FULL,
    language: str = "",
    analyze_images: bool = False,
    by: Any,
) -> AITrial:
    """Order a trial; a worker makes the cards. Raises ValueError for no or too many products, or versions."""
    ids = list(dict.fromkeys(product_ids))
    if not 0 < len(ids) <= MOST_PRODUCTS or not 0 < len(versions) <= 2:
        raise ValueError(f"A trial takes 1 to {MOST_PRODUCTS} products and one or two versions.")
    trial = AITrial.objects.create(
        product_ids=ids,
        versions=[None if version is None else version.pk for version in versions],
        mode=mode.value,
        language=language or catalog.get().languages()[0],
        analyze_images=analyze_images,
        created_by=by,
    )
    transaction.on_commit(lambda: _send(trial.pk), robust=True)
    return trial


def go_on(trial_id: int) -> bool:
    """Make the cards of product after product, each saved as soon as it is there; false when another worker does.

    A pause of the provider, or a spent budget, ends the trial: nobody waits an hour for a comparison.
    """
    now, end = timezone.now(), time.monotonic() + TASK_SECONDS
    free = Q(held_until__isnull=True) | Q(held_until__lt=now)
    open_ = Q(state__in=(TrialState.WAITING, TrialState.RUNNING))
    if not AITrial.objects.filter(free, open_, pk=trial_id).update(
        state=TrialState.RUNNING, held_until=now + LEASE
    ):
        return False
    trial = AITrial.objects.get(pk=trial_id)
    try:
        for product_id in trial.product_ids[len(trial.rows) :]:
            if time.monotonic() > end:
                AITrial.objects.filter(pk=trial_id).update(held_until=None)
                _send(trial_id)
                return True
            _add(trial, _row(trial, product_id))
    except WorkerStops:
        AITrial.objects.filter(pk=trial_id).update(held_until=None)
        _send(trial_id)
        return True
    except PauseError as error:
        _end(trial, TrialState.FAILED, note=str(error)[:500])
        return True
    except BaseException:
        AITrial.objects.filter(pk=trial_id).update(held_until=None)
        raise
    _end(trial, TrialState.FINISHED)
    return True


def _send(trial_id: int) -> None:
    current_app.send_task(TASK, args=[trial_id], queue="ai")


def _add(trial: AITrial, row: dict[str, Any]) -> None:
    trial.rows.append(row)
    cost = sum((Decimal(card["cost_usd"] or 0) for card in row["cards"]), Decimal(0))
    AITrial.objects.filter(pk=trial.pk).update(
        rows=trial.rows, cost_usd=F("cost_usd") + cost, held_until=timezone.now() + LEASE
    )


def _end(trial: AITrial, state: TrialState, *, note: str = "") -> None:
    AITrial.objects.filter(pk=trial.pk).update(
        state=state, note=note, held_until=None, finished_at=timezone.now()
    )


def _row(trial: AITrial, product_id: int) -> dict[str, Any]:
    """One product by every version. What all of them share, pictures and category, is asked once."""
    product = catalog.get().snapshots([product_id]).get(product_id)
    if product is None:
        return {
            "product_id": product_id,
            "title": "",
            "changed": None,
            "cards": [_empty("Товара больше нет.")],
        }
    rules = AIHouseRules.objects.in_bulk([key for key in trial.versions if key])
    cards: list[dict[str, Any]] = []
    shared: dict[str, Any] = {}
    for key in trial.versions:
        if key and key not in rules:
            cards.append(_empty("Этой версии правил больше нет."))
            continue
        cards.append(_card(trial, product, rules.get(key) if key else None, shared))
    both = len(cards) == 2 and not any(card["error"] for card in cards)
    changed = edit_measures.changed_share(cards[0]["texts"], cards[1]["texts"]) if both else None
    return {"product_id": product_id, "title": product.title, "changed": changed, "cards": cards}


def _card(
    trial: AITrial, product: ProductSnapshot, rules: AIHouseRules | None, shared: dict[str, Any]
) -> dict[str, Any]:
    """One card. `shared`: the stages that another version has paid for; filled in."""
    attempt = _attempt(trial, product, rules, shared)
    try:
        findings = work.look(attempt)
        choice = work.categorize(attempt, findings)
        shared |= attempt.run.stage_results
        draft, report = work.write(attempt, choice, findings)
    except (PauseError, WorkerStops):
        raise
    except AIError as error:
        return _empty(str(error)) | _price(attempt)
    finally:
        attempt.meter.unsaved.flush()
    return _shown(attempt, choice, draft, report) | _price(attempt)


def _attempt(
    trial: AITrial, product: ProductSnapshot, rules: AIHouseRules | None, shared: dict[str, Any]
) -> DryWork:
    options = RunOptions(analyze_images=trial.analyze_images, language=trial.language, force=True)
    run = AIProcessingLog(
        product_id=product.product_id,
        processing_type=trial.mode,
        source=SOURCE,
        options=asdict(options),
        stage_results=dict(shared),
    )
    meter = CountingMeter(None, product.product_id, SOURCE, trial.mode)
    return DryWork(run, SOURCE, product, RecordingModel(composition.language_model()), meter, trying=rules)


def _shown(
    attempt: DryWork, choice: CategoryChoice | None, draft: Draft | None, report: QualityReport
) -> dict[str, Any]:
    issues = [*attempt.unanswered.values(), *report.issues]
    texts = {} if draft is None else _texts(draft)
    return {
        "texts": texts,
        "category": " > ".join(choice.path) if choice else "",
        "category_id": choice.category_id if choice else None,
        "confidence": choice.confidence if choice else None,
        "confidence_measured": choice is not None and choice.is_measured,
        "attributes": {one.name: one.value for one in choice.attributes} if choice else {},
        "title_length": len(texts.get("generated_title", "")),
        "words": len(html.to_text(texts.get("generated_description", "")).split()),
        "score": report.score,
        "findings": [
            {"code": one.code, "severity": str(one.severity), "message": one.message} for one in issues
        ],
        "error": "",
    }


def _texts(draft: Draft) -> dict[str, Any]:
    return {
        "generated_title": draft.title,
        "generated_description": draft.description,
        "generated_seo_title": draft.seo_title,
        "generated_seo_description": draft.seo_description,
        "generated_keywords": list(draft.keywords),
    }


def _empty(error: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"texts": {}, "category": "", "attributes": {}, "findings": []}
    zero = {"title_length": 0, "words": 0, "score": 0.0, "tokens": 0, "cost_usd": None, "seconds": 0.0}
    return {
        **nothing,
        **zero,
        "category_id": None,
        "confidence": None,
        "confidence_measured": False,
        "error": error,
    }


def _price(attempt: DryWork) -> dict[str, Any]:
    """Tokens, dollars (null when a price is unknown) and seconds, as the ledger has them."""
    assert isinstance(attempt.meter, CountingMeter)  # noqa: S101
    calls = AICall.objects.filter(pk__in=attempt.meter.calls)
    sums = calls.order_by().aggregate(
        tokens=Sum(F("prompt_tokens") + F("completion_tokens")), cost=Sum("cost_usd")
    )
    unpriced = calls.filter(cost_usd=None, prompt_tokens__gt=0).exists()
    return {
        "tokens": sums["tokens"] or 0,
        "cost_usd": None if unpriced else str(sums["cost"] or 0),
        "seconds": round(time.monotonic() - attempt.started, 1),
    }
