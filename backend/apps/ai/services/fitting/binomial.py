"""How sure an observed share is: the exact bound of Clopper and Pearson, without a statistics library."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=4096)
def lower_bound(right: int, tried: int, *, level: float = 0.95) -> float:
    """One-sided lower bound of the true share after `right` of `tried`; 0 without any.

    The share p for which `right` or more successes are as improbable as 1 - level (Clopper & Pearson, 1934).
    """
    if not 0 <= right <= tried:
        raise ValueError(f"{right} of {tried} is no share.")
    if not right:
        return 0.0
    low, high = 0.0, right / tried
    for _ in range(50):
        middle = (low + high) / 2
        if at_least(right, tried, middle) < 1.0 - level:
            low = middle
        else:
            high = middle
    return low


def at_least(successes: int, trials: int, p: float) -> float:
    """Probability of so many successes or more, for 0 < p < 1."""
    logs = math.log(p), math.log1p(-p)
    return math.fsum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * logs[0]
            + (trials - count) * logs[1]
        )
        for count in range(successes, trials + 1)
    )
