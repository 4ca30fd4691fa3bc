"""claim → read → think → settle. The only place where a run's fate is decided."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from pydantic import TypeAdapter

from apps.ai import catalog, conf, prompts
from apps.ai.exceptions import (
    PauseError,
    PermanentAIError,
    ProductMissing,
    TransientAIError,
    TransitionError,
    WorkerStops,
)
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services import engines, examples, judging, quality_checker, queue_leases, queue_window, settling
from apps.ai.services.recording import RecordingModel
from apps.ai.services.spending import RunMeter, patiently, release_connections, run_totals
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Mode,
    ProductSnapshot,
    QualityReport,
    RunOptions,
    Stage,
    fingerprint,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: AI_CONFIG["RETRY_SECONDS"] before the second attempt; doubles with each further one, up to this limit.
BACKOFF_LIMIT = 3600.0
#: Seconds that a pause lasts when nobody said how long.
PAUSE_DEFAULT = 60.0


@dataclass(slots=True)
class Work:
    """One attempt at a run: what it read, and whose it is."""

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot
    llm: RecordingModel
    meter: RunMeter
    started: float = field(default_factory=time.monotonic)

    @property
    def mode(self) -> Mode:
        return Mode(self.run.processing_type)

    @property
    def options(self) -> RunOptions:
        return RunOptions(**self.run.options)

    def stage(self, stage: Stage, shape: type[T], think: Callable[[], T]) -> T:
        """The saved result of a stage, or a new one that is saved at once: a retry pays only for what lacks."""
        saved = self.run.stage_results.get(stage.value)
        adapter = _adapter(shape)
        if saved is not None:
            return adapter.validate_python(saved)
        if queue_leases.stopping():
            raise WorkerStops
        if stage is Stage.IMAGES:  # fetching is slow; calls of the model release by themselves
            release_connections()
        result = think()
        results = {**self.run.stage_results, stage.value: adapter.dump_python(result, mode="json")}
        patiently(
            lambda: self.run.write_while_held(
                owner=self.owner, stage_results=results, lease_expires_at=timezone.now() + _lease()
            )
        )
        return result


def run(run_id: int) -> bool:
    """Work on a run until it ends (true), waits, or is found to be somebody else's. Only bugs are raised."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{time.monotonic_ns()}"[:100]
    if queue_leases.stopping():
        queue_window.take_back(AIProcessingLog.objects.filter(pk=run_id))
        return False
    claimed = AIProcessingLog.claim(run_id, owner=owner, lease=_lease())
    if claimed is None:
        logger.info("Run %s is not ours to take.", run_id)
        return False
    with queue_leases.held(run_id, owner):
        return _end(claimed, owner)


def _end(claimed: AIProcessingLog, owner: str) -> bool:
    """One attempt and what follows from it; true when the run has ended."""
    try:
        _attempt(claimed, owner)
    except TransitionError as error:
        logger.warning("Run %s was taken from us: %s", claimed.pk, error)
        return False
    except WorkerStops:
        _step(claimed, Status.PENDING, owner=owner, attempts=claimed.attempts - 1, message_sent_at=None)
        return False
    except PauseError as error:
        _postpone(
            claimed, owner, error, seconds=error.retry_after or PAUSE_DEFAULT, attempts=claimed.attempts - 1
        )
        return False
    except TransientAIError as error:
        return _retry(claimed, owner, error)
    except (OperationalError, InterfaceError) as error:
        return _retry(claimed, owner, TransientAIError(f"Database: {error}"))
    except SoftTimeLimitExceeded:
        return _retry(claimed, owner, TransientAIError("The attempt took longer than AI_RUN_SECONDS."))
    except (PermanentAIError, ProductMissing) as error:
        _fail(claimed, owner, code=error.code, message=str(error))
    except Exception as error:
        _fail(claimed, owner, code="internal", message=repr(error), trace=traceback.format_exc())
        raise
    return True


def _attempt(claimed: AIProcessingLog, owner: str) -> None:
    product = catalog.get().snapshot(claimed.product_id)
    llm = RecordingModel(engines.language_model())
    meter = RunMeter(
        run_id=claimed.pk,
        product_id=claimed.product_id,
        source=claimed.source,
        mode=claimed.processing_type,
    )
    work = Work(claimed, owner, product, llm, meter)
    remember_inputs(work)
    findings = _look(work)
    choice = _categorize(work, findings)
    draft, report = _write(work, choice, findings)
    settling.settle(
        work.run,
        owner=owner,
        product=product,
        findings=findings,
        choice=choice,
        draft=draft,
        report=report,
        raw=llm.raw,
        elapsed_ms=int((time.monotonic() - work.started) * 1000),
    )


def remember_inputs(work: Work) -> None:
    """Write down what the run sees, and take over the answers of an equal run or of an earlier attempt."""
    run, product = work.run, work.product
    key = _work_key(work)
    results = run.stage_results if run.work_key == key else {}
    if not results and not work.options.force:
        twin = AIProcessingLog.objects.with_result_for(key).exclude(pk=run.pk).first()
        results = twin.stage_results if twin is not None else {}
    run.write_while_held(
        owner=work.owner,
        input_data=_input_data(product),
        input_images_urls=list(product.image_urls),
        input_fingerprint=product.fingerprint,
        card_fingerprint=product.card_fingerprint,
        prompt_version=prompts.version(),
        llm_model=work.llm.model[:50],
        work_key=key,
        stage_results=results,
    )


def _work_key(work: Work) -> str:
    """Equal keys mean that the same questions would be asked: mode, inputs, prompts, model, options."""
    category = work.product.category_id if work.mode is Mode.DESCRIPTION else None
    return fingerprint(
        work.mode.value,
        work.product.fingerprint,
        prompts.version(),
        work.llm.model,
        work.options.language,
        work.options.analyze_images,
        category,
    )


def _look(work: Work) -> ImageFindings:
    if not (work.options.analyze_images and work.product.image_urls):
        return ImageFindings()
    return work.stage(
        Stage.IMAGES,
        ImageFindings,
        lambda: engines.image_analyzer(work.llm).analyze(
            work.product, max_images=conf.get().max_images, meter=work.meter
        ),
    )


def _categorize(work: Work, findings: ImageFindings) -> CategoryChoice | None:
    if not work.mode.chooses_category:
        return given_category(work) if work.mode.writes_text else None
    return work.stage(
        Stage.CATEGORY,
        CategoryChoice,
        lambda: engines.categorizer(work.llm).categorize(work.product, findings, meter=work.meter),
    )


def given_category(work: Work) -> CategoryChoice:
    """The category that the product has already: a description never moves it."""
    category_id = work.product.category_id
    node = next((node for node in catalog.get().categories() if node.id == category_id), None)
    if node is None:
        return CategoryChoice(None, (), "", 0.0, (), method="given")
    return CategoryChoice(node.id, node.path, node.kind, 1.0, (), method="given")


def _write(
    work: Work, choice: CategoryChoice | None, findings: ImageFindings
) -> tuple[Draft | None, QualityReport]:
    """The draft and what is to be said about it, after at most one repair."""

    def check(draft: Draft | None) -> QualityReport:
        return quality_checker.check(
            work.product,
            mode=work.mode,
            choice=choice,
            draft=draft,
            findings=findings,
            threshold=judging.threshold(choice),
        )

    if choice is None or not work.mode.writes_text:
        return None, check(None)
    generator = engines.content_generator(work.llm)
    facts = generator.facts(
        work.product,
        choice,
        findings,
        language=work.options.language,
        **examples.for_category(choice, language=work.options.language),
    )
    draft = work.stage(Stage.DRAFT, Draft, lambda: generator.write(facts, meter=work.meter))
    report = check(draft)
    repairable = quality_checker.repairable(report)
    if not repairable:
        return draft, report
    repaired = work.stage(
        Stage.REPAIR, Draft, lambda: generator.repair(facts, draft, repairable, meter=work.meter)
    )
    better = check(repaired)
    if len(quality_checker.repairable(better)) > len(repairable):
        return draft, report
    return repaired, better


def _retry(run: AIProcessingLog, owner: str, error: TransientAIError) -> bool:
    """True when that was the last attempt."""
    if run.attempts >= conf.get().max_attempts:
        _fail(run, owner, code=error.code, message=f"Попытки исчерпаны ({run.attempts}): {error}")
        return True
    _postpone(run, owner, error, seconds=_wait(run.attempts, error.retry_after), attempts=run.attempts)
    return False


def _wait(attempts: int, retry_after: float | None) -> float:
    """Seconds until the next attempt, up to a fifth more by chance: many that failed together come back apart."""
    base = float(settings.AI_CONFIG.get("RETRY_SECONDS", 15.0))
    backoff = min(base * 2.0 ** (attempts - 1), BACKOFF_LIMIT)
    return max(backoff, retry_after or 0.0) * random.uniform(1.0, 1.2)  # noqa: S311


def _postpone(
    run: AIProcessingLog, owner: str, error: TransientAIError | PauseError, *, seconds: float, attempts: int
) -> None:
    """Back into the queue; the sweeper wakes the run when its time has come."""
    _step(
        run,
        Status.PENDING,
        owner=owner,
        attempts=attempts,
        next_attempt_at=timezone.now() + timedelta(seconds=seconds),
        message_sent_at=None,
        error_code=error.code,
        error_message=str(error),
    )


def _fail(run: AIProcessingLog, owner: str, *, code: str, message: str, trace: str | None = None) -> None:
    _step(
        run,
        Status.FAILED,
        owner=owner,
        completed_at=timezone.now(),
        cost_usd=run_totals(run.pk).cost_usd,
        error_code=code,
        error_message=message,
        stack_trace=trace,
    )


def _step(run: AIProcessingLog, to: Status, *, owner: str, **fields: Any) -> None:
    try:
        run.advance(to, owner=owner, **fields)
    except TransitionError as error:
        logger.warning("Run %s was taken from us: %s", run.pk, error)


def _input_data(product: ProductSnapshot) -> dict[str, Any]:
    """The snapshot under the specification's names."""
    return {
        "product_id": product.product_id,
        "title": product.title,
        "original_description": product.description,
        "brand": product.brand or None,
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "supplier": product.supplier or None,
        "source_url": product.source_url or None,
        "source_category": product.source_category,
        "barcode": product.barcode,
        "image_urls": list(product.image_urls),
        "parsed_attributes": dict(product.attributes),
        "created_at": product.created_at or None,
    }


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    """Building one costs more than using it a hundred times."""
    adapter: TypeAdapter[T] = _adapters.setdefault(shape, _adapters.get(shape) or TypeAdapter(shape))
    return adapter


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _lease() -> timedelta:
    return timedelta(seconds=conf.get().lease_seconds)
