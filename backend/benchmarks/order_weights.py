"""Fits the weights of `text/safety/order_signs` anew: `python -m benchmarks.order_weights`, from `backend/`.

Learns from the orders and lines of the corpora that are not held out, from the tables of the tests, and from what must
never be taken for an order: texts of five shops, sources and cards of the corpus. Writes `order_weights.tsv`; run it
after `order_signs.toml` or the corpora change. The same texts give the same weights.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice
from pathlib import Path

import django

django.setup()

from apps.ai.tests.text import data  # noqa: E402
from apps.ai.tests.text.safety import test_free_orders as tables  # noqa: E402
from apps.ai.text.safety import injection, order_signs, orders  # noqa: E402
from apps.ai.text.safety.html import to_text  # noqa: E402
from benchmarks import guard_corpus, guards_real  # noqa: E402

Sample = tuple[bool, float, tuple[tuple[str, str], ...]]
#: A sign, or two of them, seen in fewer sentences says nothing.
RAREST = 4
ROUNDS, STEP, SHRINK = 6, 0.05, 3e-4
#: Orders and lines like them are few and hard, texts of shops many and easy.
OF_ORDER, OF_LINE, OF_LEAFLET, OF_SHOP = 8.0, 6.0, 3.0, 1.5
TEXTS_OF_A_SHOP = 6_000
#: «Чайник 1,7 л.»: what a text with an order may begin with, and is none.
LONGEST_TITLE = 9
FILE = Path(order_signs.__file__).with_name("order_weights.tsv")


def main() -> None:
    samples = [*_of(_orders(), is_order=True, worth=OF_ORDER), *_of(_lines(), is_order=False, worth=OF_LINE)]
    samples += _of(_goods(), is_order=False, worth=OF_SHOP)
    samples += _of(_leaflets(), is_order=False, worth=OF_LEAFLET)
    bias, weights = fit(samples)
    rows = [f"\t\t{bias:.2f}", *(f"{a}\t{b}\t{worth:.2f}" for (a, b), worth in sorted(weights.items()))]
    FILE.write_text("\n".join(["sign\tbeside\tworth", *rows]) + "\n", encoding="utf-8")
    spoken = sum(is_order for is_order, _, _ in samples)
    print(f"{len(samples)} sentences, {spoken} of orders: {len(rows)} weights.")  # noqa: T201


def fit(samples: list[Sample]) -> tuple[float, dict[tuple[str, str], float]]:
    """Logistic regression by AdaGrad: what every sentence begins with, and the worth of each sign and pair."""
    seen = Counter(sign for _, _, signs in samples for sign in signs)
    weights = {sign: 0.0 for sign, times in seen.items() if times >= RAREST}
    squares = dict.fromkeys(weights, 1e-6)
    known = [(order, worth, [one for one in signs if one in weights]) for order, worth, signs in samples]
    bias = -2.0
    chance = random.Random(6)  # noqa: S311
    for _ in range(ROUNDS):
        chance.shuffle(known)
        for order, worth, signs in known:
            total = max(-30.0, min(30.0, bias + sum(weights[one] for one in signs)))
            slope = (1 / (1 + math.exp(-total)) - order) * worth
            bias -= 0.001 * slope
            for one in signs:
                turn = slope + SHRINK * 30 * worth * weights[one]
                squares[one] += turn * turn
                weights[one] -= STEP * turn / math.sqrt(squares[one])
    return bias, {sign: worth for sign, worth in weights.items() if abs(worth) >= 0.005}


def _of(texts: Iterator[str], *, is_order: bool, worth: float) -> Iterator[Sample]:
    for text in texts:
        for sentence in _spoken(text) if is_order else injection.sentences(text):
            names = [order_signs.NAMES[at] for at in order_signs.signs(sentence)]
            yield is_order, worth, (*((name, "") for name in names), *combinations(names, 2))


def _spoken(text: str) -> list[str]:
    """The sentences of an order, without the goods it may stand behind."""
    first, *others = injection.sentences(text)
    if others and len(first.split()) <= LONGEST_TITLE and not orders.is_order(first):
        return others
    return [first, *others]


def _orders() -> Iterator[str]:
    yield from (line.text for line in guard_corpus.orders() if not line.held_out)
    yield from tables.ORDERS
    yield from tables.rows("order")


def _lines() -> Iterator[str]:
    yield from (line.text for line in guard_corpus.leaflet_lines() if not line.held_out)
    yield from tables.rows("line")
    yield from tables.honest_lines()
    yield from (*tables.ISSUE, *tables.RUSSIAN, *tables.TURKISH, *tables.ENGLISH)


def _goods() -> Iterator[str]:
    for name in data.LABELLED:
        looked_at = (row for row in data.products(name) if not guards_real.in_held_out_half(row["id"]))
        for row in islice(looked_at, TEXTS_OF_A_SHOP):
            yield from filter(None, (row["title"], row["description"]))


def _leaflets() -> Iterator[str]:
    kept = {card.source_id for card in guard_corpus.honest().values() if card.held_out}
    for source in guard_corpus.sources().values():
        if source.id not in kept:
            yield f"{source.title}\n{source.description}"
    for fragment in guard_corpus.fragments():
        if not fragment.held_out:
            yield from (fragment.source, *fragment.honest)
    for card in guard_corpus.honest().values():
        if not card.held_out:
            yield to_text(card.description_html)


if __name__ == "__main__":
    main()
