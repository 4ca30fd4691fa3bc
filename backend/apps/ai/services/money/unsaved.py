"""What an attempt at a run has found out and paid for, and no write has carried yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from apps.ai.exceptions import TransitionError
from apps.ai.models import writes
from apps.ai.models.spending import AICall
from apps.ai.models.writes import Write
from apps.ai.services import connections
from apps.ai.services.money import ledger
from apps.ai.types import CallOutcome, CallStatus

#: How the ledger calls an answer that came after the run was taken by another worker.
TAKEN = "taken"
_TOO_LATE: Any = {
    "status": CallStatus.UNUSABLE,
    "code": TAKEN,
    "error": "the run had been taken by another worker",
}


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
            keys = writes.together([*bookings, *([] if row is None else [writes.insert(row)])], given=held)
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
            connections.write_through_outage(self.write)
            self.forget()

    @property
    def _have_budgets(self) -> bool:
        return any(row.periods for row, _ in self.answers)
