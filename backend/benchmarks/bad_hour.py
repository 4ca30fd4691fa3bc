"""A provider's bad hour: overload, a withdrawn model, refused schemas, lost answers; and what the products got."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import Avg, Sum

from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.spending import AICall, dollars
from benchmarks.books import Line, summary
from benchmarks.scenarios import Bench, Figure, books_agree, shown_states
from benchmarks.stand import Stand, all_ended, stand

#: Seconds at full size.
BUSY, NO_MODEL, NO_SCHEMA, RETRY_AFTER = 300.0, 120.0, 60.0, 9.0
#: Alone for so long on both sides, in seconds, a request that is refused was a probe.
APART = 0.25
REFUSED = ("rate_limit", "unknown_model")


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the phases went. `speed`: everything that takes time takes so many times less."""

    speed: float = 1.0

    @property
    def settings(self) -> dict[str, str]:
        breaker = {
            "first_pause": 30.0,
            "longest_pause": 600.0,
            "account_pause": 300.0,
            "long_wait": 5.0,
            "longest_wait": 60.0,
        }
        scaled = {name: seconds / self.speed for name, seconds in breaker.items()}
        return {
            "AI_BREAKER": json.dumps(scaled),
            "AI_RETRY_SECONDS": f"{15.0 / self.speed:.3f}",
            "AI_SWEEP_SECONDS": f"{max(0.5, 10.0 / self.speed):.3f}",
        }

    @property
    def retry_after(self) -> float:
        return RETRY_AFTER / self.speed

    def happen(self, place: Stand) -> None:
        """429 has begun already; afterwards the provider is well, but for a lost answer in fifty."""
        time.sleep(BUSY / self.speed)
        place.server.plan(percent={"unknown_model": 100})
        time.sleep(NO_MODEL / self.speed)
        place.server.refuses = frozenset({"schema_now"})
        place.server.plan(percent={"hang": 2})
        time.sleep(NO_SCHEMA / self.speed)
        place.server.refuses = frozenset()


def bad_hour(bench: Bench) -> list[Figure]:
    """5 minutes of 429, 2 of an unknown model, a minute without schemas: every product gets its card."""
    trouble = Trouble(bench.speed)
    with stand(
        bench.state,
        concurrency=bench.concurrency or 16,
        settings=trouble.settings,
        latency=0.1,
        percent={"rate_limit": 100},
        retry_after=trouble.retry_after,
    ) as place:
        with place.working():
            number = bench.submit(200)
            place.wait(lambda: bool(place.lines), seconds=60)
            trouble.happen(place)
            seconds = place.wait(all_ended, seconds=900)
        log = place.shop.log
    asked, refused = summary(place.lines), probes(place.lines)
    outside = (asked.requests - len(refused)) / max(1, asked.needed)
    failed = AIProcessingLog.objects.filter(status=Status.FAILED).count()
    cards = AIProcessingLog.objects.exclude(generated_title=None).count()
    pauses = log.count("ИИ-карточки на паузе")
    return [
        Figure("products", str(number)),
        Figure("ended", f"{shown_states()}, {seconds:.0f} s after the trouble", "all", all_ended()),
        Figure("cards", str(cards), str(number), cards == number),
        Figure("failed", str(failed), "0", failed == 0),
        Figure("requests", str(asked.requests)),
        Figure("probes among them", str(len(refused))),
        Figure("needed answers", str(asked.needed)),
        Figure("requests per needed answer, without probes", f"{outside:.3f}", "≤ 1.2", outside <= 1.2),
        Figure("stages answered twice", str(len(asked.twice)), "0", not asked.twice),
        Figure("alerts of pauses", str(pauses), "≤ 3, one a trouble", pauses <= 3),
        *books_agree(place),
        _held(),
    ]


def probes(lines: list[Line]) -> list[Line]:
    """Refused requests that were alone: in a pause nothing but a probe is sent."""
    moments = [float("-inf"), *(line.at for line in lines), float("inf")]
    gaps = [after - before for before, after in pairwise(moments)]
    return [
        line
        for line, before, after in zip(lines, gaps[:-1], gaps[1:], strict=True)
        if line.entry.fault in REFUSED and before > APART and after > APART
    ]


def _held() -> Figure:
    """What unknown outcomes hold in the budgets, per call, against what known ones of their stages cost."""
    unknown = AICall.objects.filter(held_nano__gt=0)
    held = dollars(unknown.aggregate(sum=Sum("held_nano"))["sum"] or 0)
    likely = Decimal(0)
    for stage, model in unknown.values_list("stage", "model"):
        known = AICall.objects.filter(stage=stage, model=model, status="ok")
        likely += known.aggregate(mean=Avg("cost_usd"))["mean"] or Decimal(0)
    share = held / likely if likely else Decimal(0)
    return Figure(
        "unknown outcomes hold",
        f"{held:.6f} USD in {unknown.count()} calls, {share:.2f} of what known ones cost",
        "≤ 1.5",
        share <= Decimal("1.5"),
    )
