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
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import (
    AIError,
    BudgetExceeded,
    PauseError,
    PermanentAIError,
    ProductMissing,
    TransientAIError,
    TransitionError,
)
from apps.ai.models import AIBatch, AIBatchItem, AICall, AIPrice, AIProcessingLog, AIQueueState
from apps.ai.models.batches import BatchState, ItemState
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.batch import questions
from apps.ai.services.batch.claims import LEASE, STAGES, Claims, go_on, hand_back, held, release
from apps.ai.services.llm.batch_api import CHAT_PATH, BatchApi, RemoteBatch
from apps.ai.services.llm.errors import RequestFailed, classify
from apps.ai.services.llm.transport import Endpoint
from apps.ai.services.llm_client import LLMClient
from apps.ai.services.money import breaker, budgets, ledger
from apps.ai.types import CallOutcome, CallStatus, PlannedCall, Stage

logger = logging.getLogger(__name__)

#: A process that builds or creates a batch and has not been heard of for so long is dead.
SILENCE = timedelta(minutes=10)
#: Runs after which a building process says that it lives: pictures may take many seconds each.
HEARTBEAT = 10
#: Seconds for one upload, or one download of an answer file.
FILE_TIMEOUT = 900.0
#: Bytes a token for the provider's cap on waiting tokens: Russian is 4 to 7, JSON and English 3 to 4.
BYTES_PER_TOKEN = 4

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


@dataclass(slots=True)
class Sheet:
    """The file being written. `tokens`: about what its lines ask; `room`: how many may still wait."""

    file: IO[bytes]
    room: int
    lines: int = 0
    size: int = 0
    tokens: int = 0

    def fits(self, text: bytes, tokens: int) -> bool:
        most = conf.get().batch_limits
        return (
            self.lines < most.lines
            and self.size + len(text) <= most.bytes
            and self.tokens + tokens <= self.room
        )

    def write(self, text: bytes, tokens: int) -> None:
        self.file.write(text)
        self.lines += 1
        self.size += len(text)
        self.tokens += tokens


def submit(*, limit: int | None = None) -> list[AIBatch]:
    """Send what waits, at most `limit` pending runs a stage, in as many batches as the limits ask for.

    What a dead process left is put right first. Raises AIError when the provider refuses or is away, a budget
    is spent, or the queue is paused; what was sent until then stays sent.
    """
    llm = language_model()
    recover()
    if AIQueueState.objects.filter(name="queue", paused=True).exists():
        raise PauseError("The queue is paused.")
    sent = []
    for stage in STAGES:
        sent += _send_stage(stage, limit, llm)
    return sent


def submit_next() -> list[AIBatch]:
    """Send the next questions of the runs whose answers have come."""
    llm = language_model()
    sent = []
    for stage in STAGES:
        sent += _send_stage(stage, None, llm, only_parked=True)
    return sent


def _send_stage(
    stage: Stage, limit: int | None, llm: LLMClient, *, only_parked: bool = False
) -> list[AIBatch]:
    claims = Claims(stage, limit, only_parked)
    return list(iter(lambda: _build(claims, llm), None))


def recover() -> None:
    """Put right what a process left that died while it sent."""
    for batch in AIBatch.objects.abandoned(now=timezone.now()).order_by("pk"):
        if not batch.lock(until=timezone.now() + SILENCE):
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
        stage=claims.stage.value, model=_model(claims.stage, llm), locked_until=timezone.now() + SILENCE
    )
    with tempfile.NamedTemporaryFile(prefix="ai-batch-", suffix=".jsonl") as file:
        sheet = Sheet(file, room)
        try:
            _fill(sheet, batch, claims, llm)
        except AIError as error:
            _discard(batch, str(error))
            raise
        if not sheet.lines:
            _discard(batch, "Спрашивать не о чем.")
            return None
        file.flush()
        checkpoint("built")
        batch.step(sources=(BatchState.BUILDING,), lines=sheet.lines, tokens=sheet.tokens)
        _send(batch, Path(file.name))
    return batch


def _model(stage: Stage, llm: LLMClient) -> str:
    return conf.get().vision_model if stage is Stage.IMAGES else llm.model


def _refuse_while_paused(stage: Stage, llm: LLMClient) -> None:
    """Raises PauseError while the breaker keeps everybody from the stage's model."""
    breaker.give_back(breaker.enter(_model(stage, llm)))


def _fill(sheet: Sheet, batch: AIBatch, claims: Claims, llm: LLMClient) -> None:
    """Write lines until nothing waits or the sheet is full; what was claimed beyond that is given back."""
    while runs := claims.claim(batch.owner, conf.get().batch_limits.lines - sheet.lines):
        if claims.stage is Stage.CATEGORY:
            questions.embed_all(runs, llm)
        earlier = Counter(
            AIBatchItem.objects.filter(run__in=runs, stage=batch.stage).values_list("run_id", flat=True)
        )
        for place, run in enumerate(runs):
            if place % HEARTBEAT == 0:
                batch.step(sources=(BatchState.BUILDING,), locked_until=timezone.now() + SILENCE)
            try:
                fitted = _add(sheet, batch, run, earlier[run.pk] + 1, llm)
            except BudgetExceeded:
                hand_back(runs[place:], batch.owner)
                if not sheet.lines:
                    raise
                return
            if not fitted and sheet.lines:
                claims.give_back(runs[place:], batch.owner)
                return
            if not fitted:  # until answers have come, nothing more may wait at the provider
                hand_back(runs[place:], batch.owner)
                return
        checkpoint("slice")


def _add(sheet: Sheet, batch: AIBatch, run: AIProcessingLog, attempt: int, llm: LLMClient) -> bool:
    """Write the run's line; False when the sheet is full. A run without a question leaves the batch."""
    stage = Stage(batch.stage)
    try:
        line = questions.plan(run, owner=batch.owner, stage=stage, llm=llm)
    except (ProductMissing, PermanentAIError) as error:
        logger.info("Run %s is left to the normal queue: %s", run.pk, error)
        release(run, batch.owner)
        return True
    except TransitionError:
        return True
    if line is None:
        go_on(run, batch.owner)
        return True
    body, planned = llm.prepare(line.question)
    custom_id = f"{run.pk}:{stage.value}:{attempt}"
    row = {"custom_id": custom_id, "method": "POST", "url": CHAT_PATH, "body": body}
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    price = ledger.price_of(planned.model)
    pictures = planned.images * ledger.image_tokens(price)
    tokens = planned.prompt_tokens // BYTES_PER_TOKEN + pictures
    if not sheet.fits(text, tokens):
        if len(text) <= conf.get().batch_limits.bytes and tokens <= conf.get().batch_limits.tokens:
            return False
        release(run, batch.owner)  # no file will ever hold it
        return True
    call = _ledger_row(run, planned, price)
    amount = 0
    if price is not None:
        amount = price.cost(
            prompt=planned.prompt_tokens + pictures,
            cached=0,
            completion=planned.completion_tokens,
            factor=price.batch_factor,
        )
    item = AIBatchItem(
        batch=batch, run=run, call=call, stage=batch.stage, custom_id=custom_id, context=line.context
    )
    if _reserve(item, call, amount):
        sheet.write(text, tokens)
    else:
        release(run, batch.owner)
    return True


def _ledger_row(run: AIProcessingLog, planned: PlannedCall, price: AIPrice | None) -> AICall:
    """Raises BudgetExceeded for an unknown price while there is a budget."""
    if price is None and conf.get().has_budgets:
        raise BudgetExceeded(f"Задан бюджет, но цена модели {planned.model} неизвестна.", retry_after=600.0)
    now = timezone.now()
    return AICall(
        created_at=now,
        expires_at=now + LEASE,
        run_id=run.pk,
        product_id=run.product_id,
        source=run.source[:20],
        mode=run.processing_type,
        stage=planned.stage.value,
        operation=planned.operation.value,
        model=planned.model,
        images=planned.images,
        price=price,
        price_factor=1 if price is None else price.batch_factor,
    )


def _reserve(item: AIBatchItem, call: AICall, amount: int) -> bool:
    """Save the item and the reservation of its money together. False: the run's own budget is spent.

    Raises BudgetExceeded.
    """
    refusal: AIError | None = None
    with transaction.atomic():
        try:
            budgets.reserve(call, amount=amount)
        except (BudgetExceeded, PermanentAIError) as error:  # caught in here, so that its alert is sent
            refusal = error
        else:
            item.call = call
            item.save()
    if isinstance(refusal, BudgetExceeded):
        raise refusal
    return refusal is None


def _send(batch: AIBatch, file: Path) -> None:
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
        locked_until=timezone.now() + SILENCE,
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
    held(batch).update(lease_expires_at=timezone.now() + LEASE)


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
        held(batch).update(lease_expires_at=timezone.now() + LEASE)
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
