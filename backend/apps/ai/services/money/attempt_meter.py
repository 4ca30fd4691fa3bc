"""The meter of one attempt at a run: an answer is booked in the transaction that saves what became of it.

Were it booked before, a worker that died in between would leave a paid stage that must be asked again, and a
ledger that calls its answer received. So until then the row says `sent`, and becomes `lost` if nobody comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.ai.services.money import ledger
from apps.ai.services.money.ledger import RunMeter, Ticket
from apps.ai.types import CallOutcome, CallStatus, PlannedCall


@dataclass(frozen=True)
class AttemptMeter(RunMeter):
    """A `RunMeter` that keeps usable answers unbooked until `book`."""

    _unbooked: list[tuple[Ticket, CallOutcome]] = field(default_factory=list)

    def admit(self, call: PlannedCall) -> Ticket:
        """As `RunMeter.admit`; what came before this call is booked first."""
        self.book_now()
        return super().admit(call)

    def settle(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        if outcome.status is CallStatus.OK:
            self._unbooked.append((ticket, outcome))
            self.tell(ticket, call, outcome)
        else:
            super().settle(ticket, call, outcome)

    def book(self) -> None:
        """In the caller's transaction; call `booked` when it is committed. Harmless twice."""
        for ticket, outcome in self._unbooked:
            ledger.book(ticket.row, outcome)

    def booked(self) -> None:
        self._unbooked.clear()

    def book_now(self) -> None:
        if self._unbooked:
            ledger.patiently(self.book)
            self.booked()
