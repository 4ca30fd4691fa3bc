"""What is measured: each scenario makes a situation, waits for its end and names figures with their bounds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.db.models import Max, Sum
from django.utils import timezone

from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.provider import ServicePause
from apps.ai.models.spending import AICall, AIPrice, dollars
from apps.ai.types import Mode
from apps.products.models import Category
from benchmarks import goods
from benchmarks.books import Line, shared_prefix, summary
from benchmarks.stand import Stand, all_ended, ledger_tokens, stand, states

#: The faults of the issue, in per cent of all requests.
FAULTS = {"rate_limit": 10.0, "server_error": 5.0, "hang": 3.0, "truncated": 3.0, "broken_json": 2.0}
BUDGET_MODEL = "benchmark-model"
PREFIX_CATEGORY = "med-pain-tablets"


@dataclass(frozen=True, slots=True)
class Figure:
    """`bound`: in words, "" for what is only told; `holds` is then true."""

    name: str
    value: str
    bound: str = ""
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how much. `products` None: as many as the scenario wants. `speed`: of the hours of bad-hour."""

    state: Path
    sample: Path
    products: int | None = None
    concurrency: int | None = None
    speed: float = 1.0

    def submit(self, number: int) -> int:
        """Products of all branches; returns how many."""
        return len(goods.submit(goods.varied(self.sample / "catalogue.jsonl", self.products or number)))


def faults(bench: Bench) -> list[Figure]:
    """23 faults in a hundred requests: everything ends, nothing is asked twice, the books agree."""
    with stand(
        bench.state,
        concurrency=bench.concurrency or 32,
        settings={},
        latency=0.3,
        percent=FAULTS,
    ) as place:
        with place.working():
            number = bench.submit(500)
            seconds = place.wait(all_ended, seconds=max(600, number * 2))
        asked = summary(place.lines)
        attempts = AIProcessingLog.objects.aggregate(most=Max("attempts"))["most"]
        return [
            Figure("products", str(number)),
            Figure("ended", shown_states(), "all", all_ended()),
            Figure("seconds", f"{seconds:.0f}"),
            *_failures(),
            Figure("attempts, at most", str(attempts)),
            Figure("pauses of the provider", str(_pauses())),
            Figure("requests", str(asked.requests)),
            Figure("faults", _percent(asked.faults, asked.requests)),
            Figure("needed answers", str(asked.needed)),
            Figure(
                "requests per needed answer",
                f"{asked.requests_per_answer:.3f}",
                "≤ 1.4",
                asked.requests_per_answer <= 1.4,
            ),
            Figure("stages answered twice", str(len(asked.twice)), "0", not asked.twice),
            *books_agree(place),
            Figure("cost", f"{_cost():.6f} USD"),
        ]


def rate_limit(bench: Bench) -> list[Figure]:
    """Every request is answered 429 for 40 s: nobody waits in a slot, no attempt is used up, one probe at a time."""
    slots = bench.concurrency or 8
    with stand(
        bench.state,
        concurrency=slots,
        settings={"AI_MAX_ATTEMPTS": "2", "AI_RETRY_SECONDS": "5", "AI_SWEEP_SECONDS": "2"},
        percent={"rate_limit": 100},
        latency=0.05,
        retry_after=8,
    ) as place:
        with place.working():
            number = bench.submit(60)
            place.wait(lambda: bool(place.lines), seconds=60)
            time.sleep(40)
            refused, busy = len(place.lines), place.watch.slot_seconds()
            before = set(AIProcessingLog.objects.values_list("status", "attempts"))
            place.server.plan()
            seconds = place.wait(all_ended, seconds=300)
        return [
            Figure("products", str(number)),
            Figure("after 40 s", str(sorted(before)), "all pending", before == {("pending", 0)}),
            Figure("requests until then", str(refused), f"≤ {slots} + 5 probes", refused <= slots + 5),
            Figure("slot seconds a request", f"{busy / refused:.2f}", "≤ 1", busy / refused <= 1),
            Figure("ended", f"{shown_states()} in {seconds:.0f} s", "all", all_ended()),
            *books_agree(place),
        ]


def quota(bench: Bench) -> list[Figure]:
    """No money: the pause, one probe an interval, and on by itself when there is money again."""
    slots, pause, sweep = bench.concurrency or 16, 6.0, 1.0
    with stand(
        bench.state,
        concurrency=slots,
        settings={
            "AI_BREAKER": json.dumps({"account_pause": pause}),
            "AI_SWEEP_SECONDS": str(sweep),
        },
        percent={"quota": 100},
        latency=0.2,
    ) as place:
        with place.working():
            number = bench.submit(200)
            place.wait(lambda: bool(place.lines), seconds=30)
            time.sleep(pause * 4)
            place.server.plan()
            recovered = time.time()
            moments = [line.at for line in place.lines if line.entry.fault == "quota"]
            while_paused = states()
            attempts = AIProcessingLog.objects.aggregate(most=Max("attempts"))["most"]
            seconds = place.wait(all_ended, seconds=300)
        probes = [at for at in moments if at > moments[0] + pause / 2]
        apart = [after - at for at, after in zip([moments[0], *probes], probes, strict=False)]
        passed = recovered - moments[0]
        first_answer = min(line.at for line in place.lines if line.usable) - recovered
        return [
            Figure("products", str(number)),
            Figure(
                "requests before the pause",
                str(len(moments) - len(probes)),
                f"≤ {slots} (concurrency)",
                len(moments) - len(probes) <= slots,
            ),
            Figure(
                f"probes in {passed:.1f} s at one in {pause:g} s",
                str(len(probes)),
                "1 … one an interval",
                1 <= len(probes) <= passed / pause,
            ),
            Figure(
                "seconds between them, at least",
                f"{min(apart):.1f}",
                f"≥ {pause:g}",
                min(apart) >= pause - 0.3,  # the clock of the books starts when a request is answered
            ),
            Figure(
                "while paused",
                shown_states(while_paused),
                "all pending",
                all(name.startswith("pending") for name in while_paused),
            ),
            Figure("attempts used up by the pause", str(attempts), "0", attempts == 0),
            Figure(
                "seconds from money to the first answer",
                f"{first_answer:.1f}",
                f"≤ {pause + 2 * sweep + 1:g}",
                first_answer <= pause + 2 * sweep + 1,
            ),
            Figure("ended", f"{shown_states()} in {seconds:.0f} s", "all", all_ended()),
            *books_agree(place),
        ]


def budget(bench: Bench) -> list[Figure]:
    """One USD a day, 32 workers, and a catalogue that costs more."""
    limit = Decimal(1)
    AIPrice.objects.update_or_create(
        model=BUDGET_MODEL,
        valid_from=timezone.localdate(),
        defaults={"input_usd": 1, "cached_input_usd": Decimal("0.5"), "output_usd": 4},
    )
    with stand(
        bench.state,
        concurrency=bench.concurrency or 32,
        settings={
            "AI_MODEL": BUDGET_MODEL,
            "AI_BUDGET_DAY_USD": str(limit),
            "AI_SWEEP_SECONDS": "2",
        },
        latency=0.3,
    ) as place:
        with place.working():
            number = bench.submit(400)
            seconds = place.wait(lambda: all_ended() or _all_wait_for_money(), seconds=400)
        ledger, books = _cost(), _priced(place.lines)
        most = max(look.taken_usd for look in place.watch.looks)
        waiting = AIProcessingLog.objects.filter(status=Status.PENDING)
        reasons = set(waiting.values_list("error_code", flat=True))
        return [
            Figure("products", str(number)),
            Figure("seconds", f"{seconds:.0f}"),
            Figure("states", shown_states()),
            Figure("spent: ledger", f"{ledger:.6f} USD", f"≤ {limit} USD", ledger <= limit),
            Figure("spent: server's books, priced", f"{books:.6f} USD", f"≤ {limit} USD", books <= limit),
            Figure("spent and reserved, at most", f"{most:.6f} USD", f"≤ {limit} USD", most <= limit),
            Figure("used of the budget", f"{ledger / limit:.1%}", "≥ 90 %", ledger >= limit * 9 / 10),
            Figure(
                "the rest",
                f"{waiting.count()} pending ({', '.join(sorted(reasons))})",
                'some, all for "budget"',
                reasons == {"budget"},
            ),
            *books_agree(place),
        ]


def prefix(bench: Bench) -> list[Figure]:
    """How much of what stands before the product's data is the same for products of a mode and a branch."""
    category = Category.objects.get(external_id=PREFIX_CATEGORY)
    with stand(bench.state, concurrency=bench.concurrency or 8, settings={}) as place:
        with place.working():
            ids = goods.submit(goods.alike(bench.products or 100, category=category), mode=Mode.DESCRIPTION)
            place.wait(all_ended, seconds=300)
            goods.submit_again(ids, mode=Mode.CATEGORY)
            place.wait(all_ended, seconds=300)
        found = [Figure("products", f"{len(ids)} of {category.name}")]
        for stage, before in (("draft", "product"), ("category", "candidates")):
            found += _prefix_of(stage, before, [line for line in place.lines if line.stage == stage])
        return found


def _prefix_of(stage: str, before: str, lines: list[Line]) -> list[Figure]:
    shared, share = shared_prefix(lines, before=before)
    prompt, cached = (sum(getattr(line.entry, name) for line in lines) for name in ("prompt", "cached"))
    whole = sum(len(json.dumps(line.body, ensure_ascii=False).encode()) for line in lines) / len(lines)
    return [
        Figure(
            f"{stage}: identical before <{before}>",
            f"{share:.1%} in {len(lines)} prompts",
            "≥ 80 %",
            share >= 0.8,
        ),
        Figure(f"{stage}: bytes of it, of a whole request", f"{shared} of {whole:.0f}"),
        Figure(f"{stage}: tokens cached, by the test server", f"{cached} of {prompt}"),
    ]


SCENARIOS: dict[str, Callable[[Bench], list[Figure]]] = {
    "faults": faults,
    "rate-limit": rate_limit,
    "quota": quota,
    "budget": budget,
    "prefix": prefix,
}


def books_agree(place: Stand) -> list[Figure]:
    """To the token, and a ledger row a request."""
    books, ledger = summary(place.lines), ledger_tokens()
    rows = AICall.objects.count()
    return [
        Figure("ledger rows", str(rows), f"{books.requests} requests", rows == books.requests),
        Figure("tokens: ledger", _tokens(ledger), _tokens(books.tokens), ledger == books.tokens),
    ]


def _all_wait_for_money() -> bool:
    later = timezone.now() + timedelta(seconds=60)
    waiting = AIProcessingLog.objects.filter(
        status=Status.PENDING, error_code="budget", next_attempt_at__gt=later
    )
    return waiting.count() == AIProcessingLog.objects.open().count()


def _cost() -> Decimal:
    return AICall.objects.aggregate(sum=Sum("cost_usd"))["sum"] or Decimal(0)


def _priced(lines: list[Line]) -> Decimal:
    """What the server's books cost by the price list."""
    today = timezone.localdate()
    total = 0
    for line in lines:
        price = AIPrice.objects.in_force(line.entry.model, on=today)
        if price is None:
            raise LookupError(f"No price of {line.entry.model}.")
        entry = line.entry
        total += price.cost(prompt=entry.prompt, cached=entry.cached, completion=entry.completion)
    return dollars(total)


def _failures() -> list[Figure]:
    """Why runs failed, in their own words."""
    rows = AIProcessingLog.objects.filter(status=Status.FAILED).order_by("pk")
    reasons = rows.values_list("product__title", "error_code", "error_message", "stack_trace")
    return [
        Figure(f"failed: {title}", f"{code}: {(message or '')[:200]} {(trace or '')[-600:]}")
        for title, code, message, trace in reasons[:5]
    ]


def _pauses() -> int:
    return sum(ServicePause.objects.filter(opened_at__isnull=False).values_list("opens", flat=True))


def shown_states(counts: Mapping[str, int] | None = None) -> str:
    counts = states() if counts is None else counts
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


def _percent(counts: Mapping[str, int], total: int) -> str:
    bad = {name: number for name, number in counts.items() if name != "none"}
    return ", ".join(f"{name} {number / total:.1%}" for name, number in sorted(bad.items()))


def _tokens(sums: Mapping[str, int]) -> str:
    return " + ".join(f"{number} {name}" for name, number in sums.items())
