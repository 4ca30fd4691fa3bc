"""The meters of runs: every call passes the pause, the rate limits and the budgets, and its cost is recorded.

The ledger row is the reservation: it is written before the call with the most that the call can cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import BudgetExceeded, TransitionError
from apps.ai.models import database
from apps.ai.models.database import Write
from apps.ai.models.provider import PauseReason
from apps.ai.models.spending import AICall, AIPrice
from apps.ai.services.llm import errors
from apps.ai.services.money import breaker, budgets, ledger, rate_limits
from apps.ai.services.money.breaker import Passage
from apps.ai.services.money.ledger import RunTotals
from apps.ai.types import CallOutcome, CallStatus, PlannedCall, Usage

#: Seconds after the read timeout at which a call without an outcome is given up for lost.
LOST_AFTER = 300.0

#: How the ledger calls an answer that came after the run was taken by another worker.
TAKEN = "taken"
_TOO_LATE: Any = {
    "status": CallStatus.UNUSABLE,
    "code": TAKEN,
    "error": "the run had been taken by another worker",
}


_TROUBLE = {errors.OVERLOADED, errors.TIMEOUT, errors.CONNECTION}
_ACCOUNT = {errors.QUOTA: PauseReason.QUOTA, errors.KEY_REFUSED: PauseReason.KEY_REFUSED}
_REJECTED = {errors.REJECTED, "dimension"}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What `reserve` did and `record` answers for. `row`: the ledger's, as it was reserved.

    `expected_tokens`: taken from the model's rate limit, 0 when it has none.
    """

    row: AICall
    passage: Passage
    expected_tokens: int


@dataclass(frozen=True)
class RunMeter:
    """Implements `types.Meter` for a run. `run_id` None: the money is the shop's, not a run's."""

    run_id: int | None
    product_id: int | None
    source: str
    mode: str

    def reserve(self, call: PlannedCall) -> Ticket:
        """Gives the thread's database connections back: the caller is about to wait.

        Raises PauseError (the provider's pause, a rate limit, a day's or a month's budget) or
        PermanentAIError (the run's own budget).
        """
        passage = breaker.enter(call.model)
        try:
            price = ledger.price_of(call.model)
            images = ledger.picture_tokens(price, call)
            expected = self._take(call, images) if conf.get().rate_limits else 0
            try:
                row = self._reserve(call, price, prompt_tokens=call.prompt_tokens + images)
            except BaseException:
                if expected:
                    rate_limits.give_back(call.model, expected)
                raise
        except BaseException:
            breaker.give_back(passage)
            raise
        database.release()
        return Ticket(row, passage, expected)

    def record(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        database.write_through_outage(lambda: ledger.record(ticket.row, outcome))
        self.report(ticket, call, outcome)

    def report(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        """The rate limits and the breaker learn of the outcome."""
        if ticket.expected_tokens:
            rate_limits.correct(call.model, expected=ticket.expected_tokens, usage=outcome.usage)
        _report(ticket, outcome)

    def _take(self, call: PlannedCall, image_tokens: int) -> int:
        """Tokens taken from the model's rate limit. Raises RateLimitReached."""
        expected = rate_limits.expected_tokens(call, image_tokens=image_tokens)
        rate_limits.take(call.model, expected)
        return expected

    def _reserve(self, call: PlannedCall, price: AIPrice | None, *, prompt_tokens: int) -> AICall:
        amount = 0
        if price is not None:
            amount = price.cost(prompt=prompt_tokens, cached=0, completion=call.completion_tokens)
        elif conf.get().has_budgets:
            raise BudgetExceeded(
                f"Задан бюджет, но цена модели {call.model} неизвестна: добавьте её в «Цены моделей».",
                retry_after=600.0,
            )
        row = self._ledger_row(call, price)
        self._save(row, amount=amount)
        return row

    def _save(self, row: AICall, *, amount: int) -> None:
        if conf.get().has_budgets:
            budgets.reserve(row, amount=amount)
        else:
            row.held_nano = amount
            database.save(row)

    def _ledger_row(self, call: PlannedCall, price: AIPrice | None) -> AICall:
        now = timezone.now()
        return AICall(
            created_at=now,
            expires_at=now + timedelta(seconds=conf.get().read_timeout + LOST_AFTER),
            run_id=self.run_id,
            product_id=self.product_id,
            source=self.source[:20],
            mode=self.mode,
            stage=call.stage.value,
            operation=call.operation.value,
            model=call.model,
            images=call.images,
            fixed_share=ledger.fixed_share(price, call),
            price=price,
        )


class UnattendedMeter(RunMeter):
    """For commands and upkeep that belong to no run."""

    def __init__(self, source: str) -> None:
        super().__init__(run_id=None, product_id=None, source=source, mode="")


@dataclass(slots=True)
class Unsaved:
    """A run's fields and the outcomes of its calls: written together, with the next thing that must be written.

    That is the reservation of the next call, or the end of the run. A worker that is killed meanwhile loses an answer
    whose ledger row still says `sent`, as it does while it waits for one, which is nearly always.

    `hold` writes fields on the run if it is still this attempt's; without it only money is written down.
    """

    hold: Callable[[Mapping[str, Any]], Write] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    answers: list[tuple[AICall, CallOutcome]] = field(default_factory=list)

    def write(self, row: AICall | None = None) -> None:
        """All of it, and a further ledger row, or nothing; `forget` when it is committed. Harmless twice.

        Raises TransitionError when the run is somebody else's.
        """
        held = self.hold(self.fields) if self.fields and self.hold is not None else None
        with transaction.atomic() if self._have_budgets else nullcontext():
            bookings = self.bookings()
            keys = database.together(
                [*bookings, *([] if row is None else [database.insert(row)])], given=held
            )
            if held is not None and keys.pop(0) is None:
                raise TransitionError("The run is somebody else's.")
            if row is not None:
                row.pk, row._state.adding = keys.pop(), False
            self.booked(keys)

    def bookings(self) -> list[Write]:
        """The outcomes, to be written with other things; `booked` with what became of them is then called.

        When budgets are charged too, they are booked at once, in the caller's transaction, and none is left.
        """
        if not self._have_budgets:
            return [ledger.recording(row, outcome) for row, outcome in self.answers]
        for row, outcome in self.answers:
            ledger.record(row, outcome)
        return []

    def booked(self, keys: Sequence[Any]) -> None:
        """Something had happened to the rows whose key is None."""
        for (row, outcome), key in zip(self.answers, keys, strict=False):
            if key is None:
                ledger.record_late(row.pk, outcome)

    def forget(self) -> None:
        self.fields.clear()
        self.answers.clear()

    def flush(self) -> None:
        """Write it now, however long the database restarts. Of a run that is somebody else's by now, the money alone:
        its answers came too late, and are paid for again.
        """
        try:
            self._commit()
        except TransitionError:
            self.fields.clear()
            self.answers = [(row, replace(outcome, **_TOO_LATE)) for row, outcome in self.answers]
            self._commit()
            raise

    def _commit(self) -> None:
        if self.fields or self.answers:
            database.write_through_outage(self.write)
            self.forget()

    @property
    def _have_budgets(self) -> bool:
        return any(row.periods for row, _ in self.answers)


@dataclass(frozen=True)
class AttemptMeter(RunMeter):
    """The meter of one attempt at a run: an answer is recorded in the transaction that saves what became of it.

    Were it recorded before, a worker that died in between would leave a paid stage that must be asked again, and a
    ledger that calls its answer received. So until then the row says `sent`, and becomes `lost` if nobody comes back.
    """

    unsaved: Unsaved = field(default_factory=Unsaved)
    _costs: list[tuple[Usage, Decimal | None]] = field(default_factory=list)

    def record(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        self._costs.append((outcome.usage or Usage(), ledger.cost_of(ticket.row, outcome.usage)))
        if outcome.status is CallStatus.OK:
            self.unsaved.answers.append((ticket.row, outcome))
            self.report(ticket, call, outcome)
        else:
            super().record(ticket, call, outcome)

    def totals(self, before: RunTotals) -> RunTotals:
        """What the run has cost, this attempt with those before it."""
        for usage, cost in self._costs:
            before = before.plus(usage, cost)
        return before

    def _save(self, row: AICall, *, amount: int) -> None:
        """In one transaction with what was paid for before this call; a budget's refusal must not undo that."""
        if self.unsaved.answers and conf.get().has_budgets:
            self.unsaved.flush()
        if not self.unsaved.answers:
            super()._save(row, amount=amount)
            return
        row.held_nano = amount
        database.write_through_outage(lambda: self._save_with_unsaved(row))
        self.unsaved.forget()

    def _save_with_unsaved(self, row: AICall) -> None:
        # Nobody knows whether a write that broke off was committed: then that row becomes lost.
        row.ticket = uuid4()
        self.unsaved.write(row)


def _report(ticket: Ticket, outcome: CallOutcome) -> None:
    """Tell the breaker; a probe of the endpoint is answered by whatever is said of the model."""
    passage, code, message = ticket.passage, outcome.code, outcome.error
    on_endpoint, on_model = passage.on_endpoint, passage.on_model
    if code == errors.INTERRUPTED:
        breaker.give_back(passage)
        return
    if code in _ACCOUNT:
        breaker.account_failed(passage.endpoint, _ACCOUNT[code], message)
        if on_model:
            breaker.give_back_probe(passage.model)
        return
    if on_endpoint and code in _TROUBLE:
        breaker.failed(passage.endpoint, message, probe=True)
    else:
        breaker.succeeded(passage.endpoint, probe=on_endpoint)
    if code in _TROUBLE:
        breaker.failed(passage.model, message, probe=on_model, asked=outcome.retry_after or 0.0)
    elif code == errors.RATE_LIMITED:
        breaker.asked_to_wait(passage.model, message, seconds=outcome.retry_after, probe=on_model)
    elif code in _REJECTED:
        rejection, product = str(outcome.http_status or code), ticket.row.product_id
        breaker.rejected(passage.model, message, rejection=rejection, product_id=product, probe=on_model)
    else:
        breaker.succeeded(passage.model, probe=on_model)
