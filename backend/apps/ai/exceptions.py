"""What can go wrong, named by what happens next."""

from __future__ import annotations


class AIError(Exception):
    """Root of everything this app raises on purpose. `code` is stored on the run."""

    code = "error"


class TransientAIError(AIError):
    """It may work later: the run goes back to the queue.

    `retry_after`: seconds the other side asked for, None when it did not say.
    """

    code = "transient"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentAIError(AIError):
    """Trying again cannot help: the run fails with this reason."""

    code = "permanent"

    def __init__(self, message: str, *, code: str = "permanent") -> None:
        super().__init__(message)
        self.code = code


class PauseError(AIError):
    """Nobody may call the provider now; runs stay pending until `retry_after` seconds have passed."""

    code = "paused"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaExceeded(PauseError):
    """The provider says that the account has no money left."""

    code = "quota"


class VariantUnderWay(PauseError):
    """Another colour or size of the product is worked on now; its card will do for this one."""

    code = "variant"


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


class StaleProductError(AIError):
    """The product is not what the snapshot saw."""

    code = "stale"


class ProductMissing(AIError):
    """The product does not exist (any more)."""

    code = "product_missing"


class VectorStoreUnavailable(TransientAIError):
    """Qdrant does not answer, or its local folder belongs to another process."""

    code = "vector_store"
