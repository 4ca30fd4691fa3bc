"""Checks the corpus and prints its counts: `python -m benchmarks.guard_corpus` in backend/. Exits 1 on a broken row."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from benchmarks import guard_corpus as corpus


def main() -> int:
    """Prints faults or counts; 1 when a row is broken."""
    try:
        faults = list(_faults())
    except (corpus.CorpusError, ValueError) as exc:
        faults = [str(exc)]
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    if faults:
        return 1
    _print_counts()
    return 0


def _faults() -> Iterable[str]:
    sources, cards, changes = corpus.sources(), corpus.honest(), corpus.corruptions()
    lines = [*corpus.orders(), *corpus.leaflet_lines()]
    names = ("sources", "honest", "corruptions", "fragments", "orders", "leaflet_lines")
    for name in names:
        yield from _repeated(name)
    for card in cards.values():
        if card.source_id not in sources:
            yield f"{card.id}: no source {card.source_id}"
    for change in changes:
        yield from _change_faults(change, cards)
    for number, text in Counter(line.text for line in lines).items():
        if text > 1:
            yield f"written {text} times: {number}"
    yield from (
        f"{one.id}: code {code}"
        for one in corpus.fragments()
        for code, _ in one.lies
        if code not in corpus.CODES
    )
    yield from (f"{row.id}: language {row.lang}" for row in lines if row.lang not in corpus.LANGUAGES)


def _repeated(name: str) -> Iterable[str]:
    text = (corpus.HERE / f"{name}.jsonl").read_text(encoding="utf-8")
    ids = Counter(line.split('"')[3] for line in text.splitlines())
    yield from (f"{name}: id {row} is used {times} times" for row, times in ids.items() if times > 1)


def _change_faults(change: corpus.Corruption, cards: dict[str, corpus.Card]) -> Iterable[str]:
    if change.code not in corpus.CODES:
        yield f"{change.id}: code {change.code}"
    if change.card_id not in cards or change.description_of not in {"", *cards}:
        yield f"{change.id}: no such card"
        return
    try:
        corpus.spoiled(change, cards)
    except corpus.CorpusError as exc:
        yield str(exc)


def _print_counts() -> None:
    sources, cards = corpus.sources(), corpus.honest()
    _table("sources", ((row.kind, row.lang) for row in sources.values()))
    _table(
        "honest cards",
        ((sources[card.source_id].kind, sources[card.source_id].lang) for card in cards.values()),
    )
    _table("corruptions", ((row.code, _half(held=row.held_out)) for row in corpus.corruptions()))
    _table("fragments", ((row.kind, row.lang) for row in corpus.fragments()))
    _table("orders", ((row.lang, _half(held=row.held_out)) for row in corpus.orders()))
    _table("leaflet lines", ((row.lang, _half(held=row.held_out)) for row in corpus.leaflet_lines()))


def _half(*, held: bool) -> str:
    return "held out" if held else "open"


def _table(name: str, pairs: Iterable[tuple[str, str]]) -> None:
    counts = Counter(pairs)
    print(f"{name}: {sum(counts.values())}")  # noqa: T201
    for first in sorted({pair[0] for pair in counts}):
        row = {second: times for (one, second), times in sorted(counts.items()) if one == first}
        listed = ", ".join(f"{key} {times}" for key, times in row.items())
        print(f"  {first:<14} {sum(row.values()):>4}  {listed}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
