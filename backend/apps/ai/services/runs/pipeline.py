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
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from pydantic import TypeAdapter

from apps.ai import conf
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
from apps.ai.services import composition, quality_checker
from apps.ai.services.category import second_look
from apps.ai.services.content_generator import ContentGenerator, completed
from apps.ai.services.media_processor import ImageBatch
from apps.ai.services.money.attempt_meter import AttemptMeter
from apps.ai.services.money.ledger import patiently, release_connections, run_totals
from apps.ai.services.queue import leases, window
from apps.ai.services.runs import leaflets, reading, reuse, settling
from apps.ai.services.runs.reading import Prepared
from apps.ai.services.runs.recording import RecordingModel
from apps.ai.services.templates import examples
from apps.ai.services.texts.leaflets.sections import Leaflet
from apps.ai.types import (
    CategoryChoice,
    Draft,
    DraftFacts,
    ImageFindings,
    Mode,
    ProductSnapshot,
    QualityReport,
    RunOptions,
    Stage,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: AI_CONFIG["RETRY_SECONDS"] before the second attempt; doubles with each further one, up to this limit.
BACKOFF_LIMIT = 3600.0
#: Seconds in stock after which a run is asked whether it is still ours before anything is paid for it.
STALE = 10.0
#: Seconds that a pause lasts when nobody said how long.
PAUSE_DEFAULT = 60.0


@dataclass(slots=True)
class Work:
    """One attempt at a run: what it read, and whose it is."""

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot
    llm: RecordingModel
    meter: AttemptMeter
    pictures: Future[ImageBatch] | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def mode(self) -> Mode:
        return Mode(self.run.processing_type)

    @property
    def options(self) -> RunOptions:
        return RunOptions(**self.run.options)

    def stage(self, stage: str, shape: type[T], think: Callable[[], T]) -> T:
        """The saved result of a stage, or a new one that is saved at once: a retry pays only for what lacks.

        `stage`: a `Stage`, or the name of a part of one.
        """
        saved = self.run.stage_results.get(str(stage))
        adapter = _adapter(shape)
        if saved is not None:
            return adapter.validate_python(saved)
        if leases.stopping():
            raise WorkerStops
        if stage == Stage.IMAGES:  # fetching is slow; calls of the model release by themselves
            release_connections()
        result = think()
        results = {**self.run.stage_results, str(stage): adapter.dump_python(result, mode="json")}
        patiently(lambda: self._save(results))
        release_connections()
        return result

    def _save(self, results: dict[str, Any]) -> None:
        """The results and the money that they cost, or neither."""
        unsaved = self.run.unsaved
        try:
            with transaction.atomic():
                self.run.write_while_held(
                    owner=self.owner, stage_results=results, lease_expires_at=timezone.now() + _lease()
                )
                self.meter.book()
        except BaseException:
            self.run.unsaved = unsaved
            raise
        self.meter.booked()


def run(run_id: int) -> bool:
    """Work on a run until it ends (true), waits, or is found to be somebody else's. Only bugs are raised."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{time.monotonic_ns()}"[:100]
    if leases.stopping():
        window.take_back(AIProcessingLog.objects.filter(pk=run_id))
        return False
    claimed = AIProcessingLog.claim(run_id, owner=owner, lease=_lease())
    if claimed is None:
        logger.info("Run %s is not ours to take.", run_id)
        return False
    with leases.held(run_id, owner):
        return _end(claimed, owner, lambda: reading.prepare([claimed], owner=owner)[0])


def go_on(prepared: Prepared) -> bool:
    """The same for a run that this process has claimed and prepared already."""
    run, owner = prepared.run, prepared.owner
    with leases.held(run.pk, owner):
        if time.monotonic() - prepared.at > STALE:
            try:
                run.write_while_held(owner=owner)
            except TransitionError:
                logger.warning("Run %s was taken from us while it was in stock.", run.pk)
                return True
        return _end(run, owner, lambda: prepared)


def _end(claimed: AIProcessingLog, owner: str, prepare: Callable[[], Prepared]) -> bool:
    """One attempt and what follows from it; true when the run has ended."""
    try:
        _attempt(prepare())
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


def _attempt(prepared: Prepared) -> None:
    run, owner, product = prepared.run, prepared.owner, reading.present(prepared)
    llm = RecordingModel(composition.language_model())
    meter = AttemptMeter(
        run_id=run.pk, product_id=run.product_id, source=run.source, mode=run.processing_type
    )
    work = Work(run, owner, product, llm, meter, prepared.pictures)
    try:
        findings = _look(work)
        choice = _categorize(work, findings)
        draft, report = _write(work, choice, findings)
    finally:
        meter.book_now()
    settling.settle(
        run,
        owner=owner,
        product=product,
        findings=findings,
        choice=choice,
        draft=draft,
        report=report,
        raw=llm.raw,
        elapsed_ms=int((time.monotonic() - work.started) * 1000),
    )


def _look(work: Work) -> ImageFindings:
    if not (work.options.analyze_images and work.product.image_urls):
        return ImageFindings()
    return work.stage(
        Stage.IMAGES,
        ImageFindings,
        lambda: composition.image_analyzer(work.llm).analyze(
            work.product, max_images=conf.get().max_images, meter=work.meter, pictures=work.pictures
        ),
    )


def _categorize(work: Work, findings: ImageFindings) -> CategoryChoice | None:
    if not work.mode.chooses_category:
        return reuse.given_category(work.product) if work.mode.writes_text else None
    first = work.stage(
        Stage.CATEGORY,
        CategoryChoice,
        lambda: composition.categorizer(work.llm).categorize(work.product, findings, meter=work.meter),
    )
    if not second_look.wanted(first):
        return first
    return work.stage(
        Stage.SECOND_LOOK,
        CategoryChoice,
        lambda: composition.categorizer(work.llm).look_again(work.product, findings, first, meter=work.meter),
    )


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
            threshold=composition.threshold(choice),
        )

    if choice is None or not work.mode.writes_text:
        return None, check(None)
    generator = composition.content_generator(work.llm)
    leaflet = leaflets.of(work.product, choice)
    facts = draft_facts(work, generator, choice, findings, leaflet)
    written = work.stage(Stage.DRAFT, Draft, lambda: generator.write(facts, meter=work.meter))
    draft = completed(written, facts)
    report = check(draft)
    repairable = quality_checker.repairable(report)
    if repairable:
        former = draft
        rewritten = work.stage(
            Stage.REPAIR, Draft, lambda: generator.repair(facts, former, repairable, meter=work.meter)
        )
        repaired = completed(rewritten, facts)
        better = check(repaired)
        if len(quality_checker.repairable(better)) <= len(repairable):
            draft, report = repaired, better
    if leaflet is None:
        return draft, report
    return leaflets.added(
        leaflet, draft, report, work.product, llm=work.llm, meter=work.meter, stage=work.stage
    )


def draft_facts(
    work: Work,
    generator: ContentGenerator,
    choice: CategoryChoice,
    findings: ImageFindings,
    leaflet: Leaflet | None,
) -> DraftFacts:
    """What the draft is written from. Which templates it was is saved together with it, or was before."""
    language, saved = work.options.language, work.run.stage_results.get(examples.TEMPLATES)
    if saved is None:
        chosen = examples.choose(choice, language=language, product=work.product, findings=findings)
        if chosen.ids:
            work.run.stage_results = {**work.run.stage_results, examples.TEMPLATES: chosen.ids}
    else:
        chosen = examples.again(saved, language=language)
    product = work.product if leaflet is None else replace(work.product, description=leaflet.summary)
    return generator.facts(product, choice, findings, language=language, **chosen.texts)


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


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    """Building one costs more than using it a hundred times."""
    adapter: TypeAdapter[T] = _adapters.setdefault(shape, _adapters.get(shape) or TypeAdapter(shape))
    return adapter


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _lease() -> timedelta:
    return timedelta(seconds=conf.get().lease_seconds)
