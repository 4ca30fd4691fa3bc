"""Taking in what came back: every line once, in one transaction with its money and its run.

The guard is the item's state: of two processes, or of a line and its double, one wins and the other changes
nothing. Files are read as they come and may be read again from the start at any time.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, transaction
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import PermanentAIError, ProductMissing, TransitionError
from apps.ai.models import AIBatch, AIBatchItem, AIProcessingLog
from apps.ai.models.batches import BatchState, ItemState
from apps.ai.models.processing import Status
from apps.ai.services.batch import claims as batch_claims
from apps.ai.services.batch import lane, questions
from apps.ai.services.llm.batch_api import LineResponse, ResultLine, parse_line
from apps.ai.services.llm.embedding import reported_usage
from apps.ai.services.llm.errors import RequestFailed, classify
from apps.ai.services.llm.wire import Response
from apps.ai.services.llm_client import LLMClient
from apps.ai.types import CallOutcome, CallStatus, Stage, Usage

logger = logging.getLogger(__name__)

#: What a line may be besides the state it brings its item to.
UNKNOWN, DOUBLE, UNREADABLE = "unknown", "double", "unreadable"
#: More tokens than any answer has; a server that says more is not believed.
MOST_TOKENS = 100_000_000
_OUR_ID = re.compile(r"[0-9]{1,18}:[a-z]{1,20}:[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class LineResult:
    """What a line came to. `result`: the stage as it is saved, for DONE alone; `raw`: for the log."""

    state: ItemState
    outcome: CallOutcome
    result: Any = None
    raw: dict[str, Any] = field(default_factory=dict)
    error: str = ""


def ingest() -> Counter[str]:
    """Take in every batch that has ended, then send the next questions of its runs.

    Returns how many lines ended in which state. Raises AIError when the provider is away; what was taken in
    until then stays.
    """
    llm = lane.language_model()
    counts: Counter[str] = Counter()
    for batch in AIBatch.objects.filter(state=BatchState.ENDED).order_by("pk"):
        counts += _ingest(batch, llm)
    lane.submit_next()
    return counts


def _ingest(batch: AIBatch, llm: LLMClient) -> Counter[str]:
    counts: Counter[str] = Counter()
    for file_id in (batch.output_file_id, batch.error_file_id):
        if file_id:
            _read_file(batch, file_id, llm, counts)
    lane.checkpoint("read")
    for item in batch.items.filter(state=ItemState.SENT).select_related("run").iterator():
        counts[_write(item, batch, _no_answer(batch))] += 1
    _release_rest(batch)
    lane.checkpoint("emptied")
    batch.step(sources=(BatchState.ENDED,), state=BatchState.INGESTED, ingested_at=timezone.now())
    return counts


def _read_file(batch: AIBatch, file_id: str, llm: LLMClient, counts: Counter[str]) -> None:
    """Raises AIError; a file that is gone is as good as an empty one."""
    try:
        for line in lane.api().lines(file_id):
            counts[_take_in(batch, line, llm)] += 1
            lane.checkpoint("line")
    except RequestFailed as failed:
        if failed.status != 404:
            raise classify(failed).error from None
        batch.step(sources=(BatchState.ENDED,), problem=f"Файла {file_id} у поставщика больше нет.")


def _release_rest(batch: AIBatch) -> None:
    """Runs that the batch holds without a line: none, unless a process died at an odd moment."""
    batch_claims.held(batch).step(Status.PENDING)


def _take_in(batch: AIBatch, line: bytes, llm: LLMClient) -> str:
    """Returns the item's new state, or why the line changed nothing."""
    parsed = parse_line(line)
    if parsed is None:
        return UNREADABLE
    if not _OUR_ID.fullmatch(parsed.custom_id):
        return UNKNOWN
    item = batch.items.select_related("run").filter(custom_id=parsed.custom_id).first()
    if item is None:
        return UNKNOWN
    if item.state != ItemState.SENT:
        return DOUBLE
    found = _read(item, batch, parsed, llm)
    try:
        return _write(item, batch, found)
    except DataError as error:  # an answer that the database cannot hold
        outcome = CallOutcome(CallStatus.UNUSABLE, None, 0, code="invalid_answer", error=str(error)[:500])
        return _write(item, batch, LineResult(ItemState.UNUSABLE, outcome, error=outcome.error))


def _read(item: AIBatchItem, batch: AIBatch, line: ResultLine, llm: LLMClient) -> LineResult:
    answer = line.response
    if answer is None or not 200 <= answer.status_code < 300:
        return _refused(line)
    try:
        response = Response(_storable(answer.body), _plain(answer.request_id or "")[:100])
    except RecursionError:
        return _unusable(Response({}, ""), None, "invalid_answer", "The answer is nested too deeply.")
    reported = _usage(response)
    paid = CallOutcome(CallStatus.OK, reported, 0, response.request_id)
    run = item.run
    try:
        product = catalog.get().snapshot(run.product_id)
        if run.lease_owner != batch.owner or product.fingerprint != run.input_fingerprint:
            return LineResult(ItemState.OVERTAKEN, paid, error="Товар изменился или запуск уже не наш.")
        result, raw = questions.replay(
            run, product, stage=Stage(item.stage), context=item.context, response=response, llm=llm
        )
    except (ProductMissing, LookupError) as error:
        return LineResult(ItemState.OVERTAKEN, paid, error=repr(error)[:500])
    except (PermanentAIError, RequestFailed) as error:
        return _unusable(response, reported, getattr(error, "code", "") or "invalid_answer", str(error))
    except Exception as error:  # one answer must not keep thousands of others out
        logger.exception("The answer %s cannot be read.", item.custom_id)
        return _unusable(response, reported, "internal", repr(error))
    return LineResult(ItemState.DONE, paid, result=result, raw=raw)


def _unusable(response: Response, usage: Usage | None, code: str, error: str) -> LineResult:
    error = error.replace("\x00", "")[:2000]
    outcome = CallOutcome(CallStatus.UNUSABLE, usage, 0, response.request_id, code, error)
    return LineResult(ItemState.UNUSABLE, outcome, error=f"{code}: {error}")


def _refused(line: ResultLine) -> LineResult:
    """An error instead of an answer: it costs nothing."""
    code, text = "refused", ""
    if line.error is not None:
        code, text = line.error.code or code, line.error.message or ""
    elif line.response is not None:
        code, text = f"http_{line.response.status_code}", _error_text(line.response)
    code, text = _plain(code)[:50], _plain(text)[:500]
    return LineResult(
        ItemState.REFUSED,
        CallOutcome(CallStatus.FAILED, None, 0, code=code, error=text),
        error=f"{code}: {text}",
    )


def _error_text(answer: LineResponse) -> str:
    error = answer.body.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else ""


def _no_answer(batch: AIBatch) -> LineResult:
    """Of what an expired or cancelled batch did not come to, nothing is billed. Else nobody knows."""
    unbilled = batch.provider_status in ("expired", "cancelled", "failed")
    outcome = CallOutcome(
        CallStatus.FAILED if unbilled else CallStatus.UNUSABLE,
        None,
        0,
        code="unanswered",
        error=f"Пакет {batch.provider_status}: ответа нет.",
    )
    return LineResult(ItemState.UNANSWERED, outcome, error=outcome.error)


@transaction.atomic
def _write(item: AIBatchItem, batch: AIBatch, found: LineResult) -> str:
    """The item, its money and its run, or nothing at all when somebody was quicker."""
    state = found.state
    fields = {"context": {}, "error": found.error}
    if not batch.items.filter(pk=item.pk, state=ItemState.SENT).update(state=state, **fields):
        return DOUBLE
    lane.record(item, found.outcome)
    run = AIProcessingLog.objects.get(pk=item.run_id)
    try:
        if state is ItemState.DONE:
            run.write_while_held(
                owner=batch.owner,
                stage_results={**run.stage_results, item.stage: found.result},
                raw_llm_response={**(run.raw_llm_response or {}), **found.raw},
            )
            batch_claims.go_on(run, batch.owner)
        else:
            batch_claims.release(run, batch.owner)
    except TransitionError:  # the lease ran out, and a worker does it: its result counts
        batch.items.filter(pk=item.pk).update(state=ItemState.OVERTAKEN)
        return ItemState.OVERTAKEN
    return state


def _usage(response: Response) -> Usage | None:
    try:
        reported = reported_usage(response.body)
    except (TypeError, ValueError):
        return None
    usage = reported.usage if reported else None
    if usage is None:
        return None
    counts = (usage.prompt, usage.completion, usage.cached, usage.reasoning)
    return usage if all(0 <= count <= MOST_TOKENS for count in counts) else None


def _storable(value: Any) -> Any:
    """PostgreSQL's JSON holds neither NUL nor half a surrogate pair."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_plain(str(name)): _storable(one) for name, one in value.items()}
    return value


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
