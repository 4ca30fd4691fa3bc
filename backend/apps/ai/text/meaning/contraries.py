"""Contraries: «сужает» for «расширяет», «запор» for "loose stools", «резко» for «постепенно».

A sentence that says one side is held against the sentences that it is made from: a finding where they only say the
other one. What is said of both sides in either text tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from apps.ai.text.made_once import made_once
from apps.ai.text.meaning import lexicon, signs, stance
from apps.ai.text.meaning.alignment import Pair
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import Negates, negates
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

#: How alike a sentence and its source must be.
_ALIKE = 0.12
_SHORTEST = 3
#: So many words may stand between the two of a pair.
_SOON = 2
_COLUMNS = 3


class Told(NamedTuple):
    """A side of a row of contraries. `side`: the first or the other; `forbidden`: by the clause that names it."""

    row: str
    side: bool
    forbidden: bool = False


@dataclass(slots=True)
class _Words:
    """The sides of one language by the first letters of a word; the second words of pairs by the sides of the first."""

    begun: dict[str, list[tuple[str, bool, Told, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class _Rows:
    languages: tuple[_Words, _Words, _Words]
    turned_by_not: set[str] = field(default_factory=set)


def check(case: Case) -> Iterator[Finding]:
    theirs, ours = _sides(case.source), _sides(case.body)
    everywhere = {(one.row, one.side) for told in theirs for one in told}
    for at, (unit, told) in enumerate(zip(case.body.units, ours, strict=True)):
        pair = case.pairs[at]
        if not told:
            continue
        places = _near(case.source, pair) if pair.score >= _ALIKE else range(len(theirs))
        near = frozenset().union(*(theirs[place] for place in places))
        for one in told:
            other = one._replace(side=not one.side)
            if one[:2] in everywhere or other not in near or any(other in sentence for sentence in ours):
                continue
            place = next(place for place in places if other in theirs[place])
            quote, source = unit.text.strip()[:160], case.source.units[place].text.strip()
            yield Finding(Code.POLARITY, "description", quote, source)
            break


#: «…; this is harmless», «Bu normaldir»: what goes on about the sentence before it.
_GOES_ON = frozenset("this it that bu это эта этот".split())


def _near(source: Reading, pair: Pair) -> list[int]:
    """The sentences that a card's is made from, and those that go on about them."""
    behind = (place + 1 for place in pair.sources if place + 1 < len(source.units))
    return [
        *pair.sources,
        *(place for place in behind if source.units[place].tokens[0].small in _GOES_ON),
    ]


@once
def _sides(reading: Reading) -> tuple[frozenset[Told], ...]:
    """The sides that each sentence says."""
    read = zip(reading.units, signs.of_tokens(reading), stance.stances(reading), strict=True)
    return tuple(frozenset(_of_unit(unit, words, clauses, reading.latin)) for unit, words, clauses in read)


def _of_unit(
    unit: Unit, words: tuple[signs.Sign, ...], clauses: tuple[Clause, ...], latin: int
) -> Iterator[Told]:
    turned = _rows().turned_by_not
    for token in unit.tokens:
        for told, behind in _of_word(token.small, latin):
            if behind and not any(
                _begins(other.small, behind) and other.clause == token.clause
                for other in unit.tokens[token.at + 1 : token.at + 2 + _SOON]
            ):
                continue
            if words[token.at] is signs.Sign.DENIED or negates(token.small) is Negates.BACKWARD:
                if told.row in turned:
                    yield Told(told.row, not told.side)
            else:
                clause = stance.clause_at(clauses, token.at)
                forbids = clause.stance is Stance.FORBIDS and (clause.own or clause.listed)
                yield told._replace(forbidden=forbids)


def _begins(small: str, pattern: str) -> bool:
    return small == pattern[:-1] if pattern.endswith("$") else small.startswith(pattern)


@lru_cache(maxsize=50_000)
def _of_word(small: str, latin: int) -> tuple[tuple[Told, str], ...]:
    """The sides that a word says, each with the word that must follow soon, if any."""
    language = lexicon.RUSSIAN if "а" <= small[0] <= "я" else latin
    known = _rows().languages[language].begun.get(small[:_SHORTEST], ())
    return tuple(
        (told, behind)
        for pattern, is_whole, told, behind in known
        if (small == pattern if is_whole else small.startswith(pattern))
    )


@made_once
def _rows() -> _Rows:
    found = _Rows((_Words(), _Words(), _Words()))
    for line in (lexicon.HERE / "contraries.tsv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, kind, *columns = line.split("\t")
        if kind:
            found.turned_by_not.add(name)
        for number, column in enumerate(columns):
            told = Told(name, number < _COLUMNS)
            words = found.languages[number % _COLUMNS]
            for pattern in column.split():
                first, _, behind = pattern.partition("_")
                whole = first.endswith("$")
                first = first.rstrip("$")
                words.begun.setdefault(first[:_SHORTEST], []).append((first, whole, told, behind))
    return found
