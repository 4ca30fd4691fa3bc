"""What can go wrong, named by what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any


class AIError(Exception):
    """Root of everything this app raises on purpose. `code` is stored on the run."""

    code = "error"


class TransientAIError(AIError):
    """It may work later: the run goes back to the queue.

    `retry_after`: seconds the other side asked for, None when it did not say. `costs_attempt`: the product itself may
    be the cause, so the run's attempts are counted; a service that is away is nobody's fault.
    """

    code = "transient"
    costs_attempt = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentAIError(AIError):
    """Trying again cannot help: the run fails with this reason."""

    code = "permanent"

    def __init__(self, message: str, *, code: str = "permanent") -> None:
        super().__init__(message)
        self.code = code


class ProviderTrouble(TransientAIError):
    """The provider answered 5xx, in time nothing, or nothing readable.

    Counted against the run only while the provider answers other products (`money.blame`).
    """


class RequestRejected(ProviderTrouble):
    """The provider refuses the request with a 4xx that may be about the model, the address or a feature.

    `code`: "unknown_model" or "bad_request", or "dimension" for vectors of another length than the store's.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class PauseError(TransientAIError):
    """Nobody may call the provider now; runs stay pending until `retry_after` seconds have passed."""

    code = "paused"
    costs_attempt = False


class ProviderBusy(PauseError):
    """429 or "overloaded": the provider asks this caller to wait."""

    code = "provider_busy"


class QuotaExceeded(PauseError):
    """The provider says that the account has no money left."""

    code = "quota"


class VariantUnderWay(PauseError):
    """Another colour or size of the product is worked on now; its card will do for this one."""

    code = "variant"


class PicturesOnTheWay(PauseError):
    """The product's pictures are being brought into our storage; the card waits for them a while."""

    code = "pictures"


class KeyRefused(PauseError):
    """The provider refuses the key."""

    code = "key_refused"


class BudgetExceeded(PauseError):
    """Our own limit for the day, the month or the run is spent."""

    code = "budget"


class WorkerStops(AIError):
    """The process is about to end: the run goes back with the stages that are finished."""

    code = "worker_stops"


class TransitionError(AIError):
    """The run is not in a state from which this step is allowed (somebody else was quicker)."""

    code = "transition"


class DecidedAlready(TransitionError):
    """`status`: the run's present one. `name`, `at`: who decided and when, "" for the system."""

    code = "decided"

    def __init__(self, message: str, *, status: str, name: str = "", at: str = "") -> None:
        super().__init__(message)
        self.status, self.name, self.at = status, name, at


class CardSuperseded(TransitionError):
    """A newer run of the product has taken the card's place."""

    code = "superseded"

    def __init__(self, message: str, *, newer_run: int) -> None:
        super().__init__(message)
        self.newer_run = newer_run


class CardHeld(TransitionError):
    """A colleague has taken the card, until `until`."""

    code = "held"

    def __init__(self, message: str, *, holder: str, until: datetime) -> None:
        super().__init__(message)
        self.holder, self.until = holder, until


class NothingToUndo(TransitionError):
    """The last thing that happened to the card is no decision of this person, or others have built on it."""

    code = "nothing_to_undo"


class VersionConflict(TransitionError):
    """The card is not what the person saw. `changes`: what happened since, entries as in a run's `history`."""

    code = "version"

    def __init__(self, message: str, *, version: str, changes: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.version, self.changes = version, tuple(changes)


class StaleProductError(AIError):
    """The product is not what the snapshot saw. `fresh_run`: the run that works on it as it is now, if one does."""

    code = "stale"

    def __init__(self, message: str, *, fresh_run: int | None = None) -> None:
        super().__init__(message)
        self.fresh_run = fresh_run


class ProductMissing(AIError):
    """The product does not exist (any more)."""

    code = "product_missing"


class VectorStoreUnavailable(TransientAIError):
    """Qdrant does not answer, or its local folder belongs to another process."""

    code = "vector_store"
    costs_attempt = False
