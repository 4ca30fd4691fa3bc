"""Which sentences of the source a sentence of the card is made from.

Features of a sentence are its concepts, its stems, its figures and, in Latin letters, the sounds of its words; each
weighs the more the fewer sentences of the source have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from apps.ai.text.meaning import lexicon, sound
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.reading import Reading, Unit, unit_stems
from apps.ai.text.meaning.views import once

#: A feature of more sentences than this tells nothing and would make a long leaflet slow.
_TOO_COMMON = 40
_MOST_SOURCES = 3
#: Of the best sentence's share, what a further one must reach; and the least that counts at all.
_FURTHER, LEAST = 0.5, 0.12
_WORD_GROUP = 0.5
#: Letters from which on a word may be a name that sounds alike in two alphabets.
_NAME = 6


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of the card and the sentences of the source that prove it, best first. `score` in 0..1."""

    card: int
    sources: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Index:
    """The source's sentences by feature, and what each feature weighs."""

    units: dict[str, tuple[int, ...]]
    weights: dict[str, float]


def align(source: Reading, card: Reading) -> tuple[Pair, ...]:
    """A pair for every sentence of the card, in order; `sources` is empty where nothing of the source fits."""
    known = index(source)
    return tuple(_pair(at, unit, known) for at, unit in enumerate(card.units))


@once
def index(source: Reading) -> Index:
    places: dict[str, list[int]] = {}
    for at, unit in enumerate(source.units):
        for feature in features(unit):
            places.setdefault(feature, []).append(at)
    count = len(source.units)
    weights = {feature: math.log(1 + count / len(where)) for feature, where in places.items()}
    return Index(
        {feature: tuple(where) for feature, where in places.items() if len(where) <= _TOO_COMMON}, weights
    )


@once
def features(unit: Unit) -> frozenset[str]:
    found = {f"c:{name}" for name in unit.ids}
    found.update(f"f:{figure.low:g}-{figure.high:g}{figure.unit}" for figure in figures(unit))
    for token, stem in zip(unit.tokens, unit_stems(unit), strict=True):
        if len(stem) > 3:
            found.update(_of_word(token.small, stem))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _of_word(small: str, stem: str) -> tuple[str, ...]:
    stemmed = f"s:{stem[:6]}"
    if len(stem) >= _NAME and not lexicon.word(small, lexicon.ENGLISH).concepts:
        return stemmed, f"k:{sound.key(stem)[:6]}"
    return (stemmed,)


def _pair(at: int, unit: Unit, known: Index) -> Pair:
    total = 0.0
    scores: dict[int, float] = {}
    for feature in features(unit):
        weight = known.weights.get(feature, 0.0)
        total += weight or _WORD_GROUP
        if weight:
            for place in known.units.get(feature, ()):
                scores[place] = scores.get(place, 0.0) + weight
    total = total or 1.0
    # Rounded: sums of the same weights in another order differ by less, and equal sentences stay in their order.
    rounded = ((place, round(score, 6)) for place, score in scores.items())
    best = sorted(rounded, key=lambda item: (-item[1], item[0]))[:_MOST_SOURCES]
    if not best or best[0][1] / total < LEAST:
        return Pair(at, (), round(best[0][1] / total, 3) if best else 0.0)
    least = best[0][1] * _FURTHER - 0.000_002
    chosen = tuple(place for place, score in best if score >= least)
    return Pair(at, chosen, round(min(1.0, best[0][1] / total), 3))
