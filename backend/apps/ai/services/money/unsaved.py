"""What an attempt at a run has found out and paid for, and no write has carried yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from apps.ai.exceptions import TransitionError
from apps.ai.models.spending import AICall
from apps.ai.services import connections
from apps.ai.services.money import ledger
from apps.ai.types import CallOutcome


def _nowhere(**fields: Any) -> None:
    """For what is no run's: only its money is written down."""


@dataclass(slots=True)
class Unsaved:
    """A run's fields and the outcomes of its calls: written together, with the next thing that must be written.

    That is the reservation of the next call, or the end of the run. A worker that is killed meanwhile loses an answer
    whose ledger row still says `sent`, as it does while it waits for one, which is nearly always.

    `hold` writes fields on the run; raises TransitionError when the run is somebody else's.
    """

    hold: Callable[..., None] = _nowhere
    fields: dict[str, Any] = field(default_factory=dict)
    answers: list[tuple[AICall, CallOutcome]] = field(default_factory=list)

    def write(self) -> None:
        """In the caller's transaction; `forget` when it is committed. Harmless twice."""
        if self.fields:
            self.hold(**self.fields)
        self.book()

    def book(self) -> None:
        """Only the money, in the caller's transaction."""
        for row, outcome in self.answers:
            ledger.record(row, outcome)

    def forget(self) -> None:
        self.fields.clear()
        self.answers.clear()

    def flush(self) -> None:
        """Write it now, however long the database restarts. When the run is somebody else's, the money alone."""
        try:
            self._commit()
        except TransitionError:
            self.fields.clear()
            self._commit()
            raise

    def _commit(self) -> None:
        if self.fields or self.answers:
            connections.write_through_outage(transaction.atomic(self.write))
            self.forget()
