"""Russian words that may stand for one another, and words of which one excludes the other; ours, by stem."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from apps.ai.text.language.stems import stems

HERE = Path(__file__).parent


def are_synonyms(one: str, other: str) -> bool:
    """Whether two stems stand in a line of `synonyms.txt` together."""
    sets = _sets()
    return not sets.get(one, frozenset()).isdisjoint(sets.get(other, frozenset()))


def are_opposites(one: str, other: str) -> bool:
    """Whether two stems stand on different sides of a line of `opposites.txt`, and never on the same one."""
    ours, theirs = _sides().get(one, frozenset()), _sides().get(other, frozenset())
    lines = {line for line, _ in theirs}
    return ours.isdisjoint(theirs) and any(line in lines for line, _ in ours)


@cache
def _sets() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(lines("synonyms.txt")):
        for stem in stems(line):
            found.setdefault(stem, set()).add(number)
    return {stem: frozenset(numbers) for stem, numbers in found.items()}


@cache
def _sides() -> dict[str, frozenset[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(lines("opposites.txt")):
        for side, words in enumerate(line.split("|")):
            for stem in stems(words):
                found.setdefault(stem, set()).add((number, side))
    return {stem: frozenset(places) for stem, places in found.items()}


def lines(name: str) -> list[str]:
    """Lines of a file beside this one, without comments."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
