"""`scripts/bench_desk`: keys and milliseconds from a decision to the next card ready, and the page's height."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from apps.ai.tests.desk import cards
from apps.products.models import Category

pytestmark = pytest.mark.django_db(transaction=True)
CARDS = 40
#: Looking at a card, in milliseconds: what the next one is fetched in.
LOOK = 800
#: Notes when a key went down and when another card was ready to be decided.
WATCH = """() => {
  window.bench = { waits: [], keys: 0 };
  addEventListener("keydown", () => { bench.keys += 1; bench.at ??= performance.now(); }, true);
  new MutationObserver(() => {
    const run = document.querySelector(".rv-card")?.dataset.run;
    if (run && run !== bench.run && bench.at) {
      const began = bench.at;
      requestAnimationFrame(() => bench.waits.push(performance.now() - began));
      bench.at = undefined;
    }
    bench.run = run ?? bench.run;
  }).observe(document.getElementById("rv-card"), { childList: true });
  bench.run = document.querySelector(".rv-card").dataset.run;
}"""


def test_bench(
    desk: dict[str, Category], make_product: Any, sit_down: Callable[..., Page], pictures: list[str]
) -> None:
    for number in range(CARDS + 2):
        cards.put((cards.SURE, cards.PLAIN)[number % 2], desk, make_product, pictures=pictures[:3])
    page = sit_down("anna")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate(WATCH)
    for number in range(CARDS):
        page.wait_for_timeout(LOOK)
        page.keyboard.press("a")
        page.wait_for_function(f"bench.waits.length > {number}")
    waits, keys = page.evaluate("bench.waits"), page.evaluate("bench.keys")
    p95 = statistics.quantiles(waits, n=20)[18]
    print(f"\ncards decided     {len(waits)}")
    print(f"keys a card       {keys / len(waits):.2f}")
    print(
        f"to the next card  median {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms, worst {max(waits):.0f} ms"
    )
    print(f"page height       {height} px at 1440 × 900")
    assert height == 900
    assert keys == len(waits)
