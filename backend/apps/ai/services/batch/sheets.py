"""The file of a batch: a run's question as a line, with its money reserved before the line is written."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import (
    AIError,
    BudgetExceeded,
    PermanentAIError,
    ProductMissing,
    TransitionError,
    VariantUnderWay,
)
from apps.ai.models import AIBatch, AIBatchItem, AICall, AIPrice, AIProcessingLog
from apps.ai.models.batches import BatchState
from apps.ai.services.batch import questions
from apps.ai.services.batch.claims import LEASE, Claims, follow, go_on, hand_back, release
from apps.ai.services.llm.batch_api import CHAT_PATH
from apps.ai.services.llm_client import LLMClient
from apps.ai.services.money import budgets, ledger
from apps.ai.types import PlannedCall, Stage

logger = logging.getLogger(__name__)

#: A process that builds or creates a batch and has not been heard of for so long is dead.
SILENCE = timedelta(minutes=10)
#: Runs after which a building process says that it lives: pictures may take many seconds each.
HEARTBEAT = 10
#: Bytes a token for the provider's cap on waiting tokens: Russian is 4 to 7, JSON and English 3 to 4.
BYTES_PER_TOKEN = 4


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


def fill(sheet: Sheet, batch: AIBatch, claims: Claims, runs: list[AIProcessingLog], llm: LLMClient) -> bool:
    """Write the runs' lines; False when the sheet is full: what was claimed beyond that is given back.

    Raises BudgetExceeded when there is no money for a single line.
    """
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
            return False
        if not fitted:
            # Without a line in the sheet nothing more may wait at the provider until answers have come.
            (claims.give_back if sheet.lines else hand_back)(runs[place:], batch.owner)
            return False
    return True


def _add(sheet: Sheet, batch: AIBatch, run: AIProcessingLog, attempt: int, llm: LLMClient) -> bool:
    """Write the run's line; False when the sheet is full. A run without a question leaves the batch."""
    stage = Stage(batch.stage)
    try:
        line = questions.plan(run, owner=batch.owner, stage=stage, llm=llm)
    except (ProductMissing, PermanentAIError) as error:
        logger.info("Run %s is left to the normal queue: %s", run.pk, error)
        release(run, batch.owner)
        return True
    except VariantUnderWay:
        follow(run, batch.owner)
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
    pictures = ledger.picture_tokens(price, planned)
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
        fixed_share=ledger.fixed_share(price, planned),
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
