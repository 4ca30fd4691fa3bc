"""The batch lane: backlogs through the provider's Batch API, at its price for patience.

    submit   pending mass runs ──claim──→ file ──upload──→ batch at the provider
    poll     how far is it?
    ingest   answers ──the stage's own code──→ saved on the run ──→ draft batch, or back to the normal queue

A run in the lane is `processing`, held by "batch:<id>"; between two batches it is parked ("batch:draft"). The lane
only ever saves stages: what becomes of the card is decided by the normal pipeline, which finds them and pays
nothing. `docs/batch.md` says what happens after a crash between any two steps.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import (
    AIError,
    PauseError,
    TransientAIError,
)
from apps.ai.models import AIBatch, AIBatchItem, AIQueueState
from apps.ai.models.batches import BatchState, ItemState
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.batch import sheets
from apps.ai.services.batch.claims import STAGES, Claims, held, renew, renew_followers, wake_followers
from apps.ai.services.llm.batch_api import BatchApi, RemoteBatch
from apps.ai.services.llm.errors import RequestFailed, classify
from apps.ai.services.llm.transport import Endpoint
from apps.ai.services.llm_client import LLMClient
from apps.ai.services.money import breaker, ledger
from apps.ai.types import CallOutcome, CallStatus, Stage

logger = logging.getLogger(__name__)

#: Seconds for one upload, or one download of an answer file.
FILE_TIMEOUT = 900.0
#: Called between any two steps, with the name of the one just done. Tests end the process here.
checkpoint: Callable[[str], None] = lambda step: None  # noqa: E731


def language_model() -> LLMClient:
    """Raises ImproperlyConfigured when the engine has no Batch API."""
    model = composition.language_model()
    if not isinstance(model, LLMClient):
        raise ImproperlyConfigured(
            "The batch lane needs AI_ENGINE=openai: the offline engine has no Batch API."
        )
    return model


def api() -> BatchApi:
    values = conf.get()
    return BatchApi(
        Endpoint(
            values.base_url, values.api_key, values.connect_timeout, max(values.read_timeout, FILE_TIMEOUT)
        )
    )


# --- submit ---


def submit(*, limit: int | None = None) -> list[AIBatch]:
    """Send what waits, at most `limit` pending runs a stage, in as many batches as the limits ask for.

    What a dead process left is put right first. Raises AIError when the provider refuses or is away, a budget
    is spent, or the queue is paused; what was sent until then stays sent.
    """
    llm = language_model()
    recover()
    if AIQueueState.objects.filter(name="queue", paused=True).exists():
        raise PauseError("The queue is paused.")
    return _send(limit, llm)


def submit_next() -> list[AIBatch]:
    """Send the next questions of the runs whose answers have come."""
    return _send(None, language_model(), only_parked=True)


def _send(limit: int | None, llm: LLMClient, *, only_parked: bool = False) -> list[AIBatch]:
    wake_followers()
    sent: list[AIBatch] = []
    for stage in STAGES:
        claims = Claims(stage, limit, only_parked)
        while batch := _build(claims, llm):
            sent.append(batch)
    return sent


def recover() -> None:
    """Put right what a process left that died while it sent."""
    for batch in AIBatch.objects.abandoned(now=timezone.now()).order_by("pk"):
        if not batch.lock(until=timezone.now() + sheets.SILENCE):
            continue
        if batch.state == BatchState.BUILDING:
            _discard(batch, "Процесс прервался до отправки.")
        else:
            _create(batch, known=api().find)


def _build(claims: Claims, llm: LLMClient) -> AIBatch | None:
    """One batch, sent; None when there was nothing to ask or no room for it."""
    room = conf.get().batch_limits.tokens - (
        AIBatch.objects.at_provider().aggregate(sum=Sum("tokens"))["sum"] or 0
    )
    if room <= 0 or not claims.waiting().exists():
        return None
    _refuse_while_paused(claims.stage, llm)
    batch = AIBatch.objects.create(
        stage=claims.stage.value,
        model=_model(claims.stage, llm),
        locked_until=timezone.now() + sheets.SILENCE,
    )
    with tempfile.NamedTemporaryFile(prefix="ai-batch-", suffix=".jsonl") as file:
        sheet = sheets.Sheet(file, room)
        try:
            while runs := claims.claim(batch.owner, conf.get().batch_limits.lines - sheet.lines):
                if not sheets.fill(sheet, batch, claims, runs, llm):
                    break
                checkpoint("slice")
        except AIError as error:
            _discard(batch, str(error))
            raise
        if not sheet.lines:
            _discard(batch, "Спрашивать не о чем.")
            return None
        file.flush()
        checkpoint("built")
        batch.step(sources=(BatchState.BUILDING,), lines=sheet.lines, tokens=sheet.tokens)
        _upload(batch, Path(file.name))
    return batch


def _model(stage: Stage, llm: LLMClient) -> str:
    return conf.get().vision_model if stage is Stage.IMAGES else llm.model


def _refuse_while_paused(stage: Stage, llm: LLMClient) -> None:
    """Raises PauseError while the breaker keeps everybody from the stage's model."""
    breaker.give_back(breaker.enter(_model(stage, llm)))


def _upload(batch: AIBatch, file: Path) -> None:
    try:
        file_id = api().upload(file)
    except RequestFailed as failed:
        error = classify(failed).error
        _discard(batch, str(error))
        raise error from None
    checkpoint("uploaded")
    sent_by_us = batch.step(
        sources=(BatchState.BUILDING,),
        state=BatchState.CREATING,
        input_file_id=file_id,
        locked_until=timezone.now() + sheets.SILENCE,
    )
    if not sent_by_us:
        _discard(batch, "Другой процесс счёл этот мёртвым.")
        raise TransientAIError(f"Batch {batch.pk} was given up by another process: this one was too slow.")
    checkpoint("creating")
    _create(batch)


def _create(batch: AIBatch, known: Callable[..., RemoteBatch | None] = lambda token: None) -> None:
    """Create the batch, unless `known` finds that it was created before. Raises AIError."""
    token = str(batch.token)
    try:
        remote = known(token=token) or api().create(batch.input_file_id, token=token)
    except RequestFailed as failed:
        error = classify(failed).error
        if _surely_not_created(failed):
            _discard(batch, str(error))
        else:
            batch.step(sources=(BatchState.CREATING,), problem=str(error))
        raise error from None
    checkpoint("created")
    _note(batch, remote, sources=(BatchState.CREATING,), state=BatchState.OPEN, locked_until=None, problem="")
    renew(batch)


def _surely_not_created(failed: RequestFailed) -> bool:
    if failed.status is None:
        return not failed.left
    return failed.status < 500 and failed.status not in (408, 409)


def _discard(batch: AIBatch, reason: str) -> None:
    """Undo a batch that the provider never saw. Can be interrupted and repeated anywhere."""
    for item in batch.items.filter(state=ItemState.SENT).iterator():
        with transaction.atomic():
            item.state, item.context = ItemState.WITHDRAWN, {}
            item.save(update_fields=["state", "context"])
            record(item, CallOutcome(CallStatus.FAILED, None, 0, code="withdrawn", error=reason))
    held(batch).step(Status.PENDING)
    checkpoint("discarding")
    if batch.items.exists():
        batch.step(
            sources=(BatchState.BUILDING, BatchState.CREATING),
            state=BatchState.DISCARDED,
            problem=reason,
            locked_until=None,
        )
    else:
        batch.delete()


# --- poll ---


def poll() -> list[AIBatch]:
    """Ask how far the open batches are; returns them. Raises AIError when the provider is away."""
    language_model()
    recover()
    batches = list(AIBatch.objects.filter(state=BatchState.OPEN).order_by("pk"))
    for batch in batches:
        try:
            remote = api().retrieve(batch.provider_id)
        except RequestFailed as failed:
            if failed.status != 404:
                raise classify(failed).error from None
            batch.step(
                sources=(BatchState.OPEN,),
                state=BatchState.ENDED,
                provider_status="missing",
                ended_at=timezone.now(),
                problem="Поставщик не знает такого пакета.",
            )
            continue
        if remote.ended:
            _note(batch, remote, sources=(BatchState.OPEN,), state=BatchState.ENDED, ended_at=timezone.now())
        else:
            _note(batch, remote, sources=(BatchState.OPEN,))
        renew(batch)
    renew_followers()
    return batches


def cancel(batch: AIBatch) -> None:
    """Ask the provider to stop; what was answered until then is taken in by `ingest`. Raises AIError."""
    try:
        remote = api().cancel(batch.provider_id)
    except RequestFailed as failed:
        raise classify(failed).error from None
    _note(batch, remote, sources=(BatchState.OPEN,))


def _note(batch: AIBatch, remote: RemoteBatch, *, sources: tuple[str, ...], **fields: object) -> None:
    counts = remote.request_counts
    if counts is not None:
        fields |= {"completed": max(0, counts.completed), "failed": max(0, counts.failed)}
    if remote.errors:
        fields["problem"] = json.dumps(remote.errors, ensure_ascii=False)[:2000]
    batch.step(
        sources=sources,
        provider_id=remote.id,
        provider_status=remote.status,
        output_file_id=(remote.output_file_id or "")[:100],
        error_file_id=(remote.error_file_id or "")[:100],
        expires_at=remote.expires,
        **fields,
    )


# --- what both ends share ---


def record(item: AIBatchItem, outcome: CallOutcome) -> None:
    if item.call_id is not None:
        ledger.record_late(item.call_id, outcome)
