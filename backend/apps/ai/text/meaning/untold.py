"""Sentences of the source of which a card has nothing: neither what they speak of nor other words in its place.

A thing is told by any of its readings: a concept or one akin to it, the stem of a Russian word, what the glossary makes
of a foreign one, a length of time in whatever words. Who says a sentence in words of his own leaves words in the card
that the source does not prove; who leaves it out leaves none.
"""

from __future__ import annotations

from functools import lru_cache

from apps.ai.text.language import glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import durations, plain_words, sound, stance, told
from apps.ai.text.meaning.evidence import FAMILY
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.kin import akin
from apps.ai.text.meaning.reading import Reading, Unit, read, unit_stems
from apps.ai.text.meaning.views import once

#: Concepts of any leaflet and label, which make no sentence another.
GENERIC = frozenset(
    "use product doctor tablet capsule day year month week hour minute other_ food dose first indication contain "
    "treatment contra severe risk small big below above take mixing cause width course is_ relieve "
    "store avoid_ syndrome at_once dispose_ household_ sewage_".split()
)
_STEM = 5
_KEY = 5
#: So short a word of one language is often another of the other.
_SHORT = 3
#: The share of a sentence's things below which it is told nowhere; those of a long card meet by chance.
LEAST = 0.26


def share_told(case: Case, unit: Unit, first: int = 0, last: int | None = None) -> tuple[float, int]:
    """Which share of a sentence's things the card's best sentence tells, and how many things there are."""
    asked = list(
        dict.fromkeys(
            readings
            for place, readings in things(unit, case.source.is_russian)
            if first <= place and (last is None or place <= last)
        )
    )
    if not asked:
        return 1.0, 0
    known, listed = places(case.body), len(case.body.units)
    told_in: dict[int, set[int]] = {}
    for at, readings in enumerate(asked):
        for place in {place for one in readings for place in known.get(one, ())}:
            told_in.setdefault(place, set()).add(at)
        if any(one.removeprefix("c:") in case.listed_ids for one in readings):
            told_in.setdefault(listed, set()).add(at)
        if is_in_plain_words(case.body, readings):
            told_in.setdefault(listed + 1, set()).add(at)
    if not told_in:
        return 0.0, len(asked)
    best = told_in[min(told_in, key=lambda place: (-len(told_in[place]), place))]
    more = max(len(best | further) for further in told_in.values())
    return more / len(asked), len(asked)


def is_in_plain_words(body: Reading, readings: frozenset[str]) -> bool:
    return any(one[:2] == "c:" and plain_words.says(body, one[2:]) for one in readings)


@once
def places(body: Reading) -> dict[str, list[int]]:
    """The sentences of the card that tell a thing."""
    found: dict[str, list[int]] = {}
    for at, unit in enumerate(body.units):
        for feature in features(unit):
            found.setdefault(feature, []).append(at)
    return found


@once
def things(unit: Unit, is_russian: bool) -> tuple[tuple[int, frozenset[str]], ...]:
    """What a sentence of the source speaks of: each thing's place and its readings."""
    found: dict[int, set[str]] = {}
    taken: set[int] = set()
    for mention in unit.mentions:
        taken.update(range(mention.first, mention.last + 1))
        if mention.id in GENERIC:
            continue
        names = {mention.id, told.also(mention.id), *akin(mention.id), *mention.concept.implies} - GENERIC
        readings = found.setdefault(mention.first, set())
        readings.update(f"c:{name}" for name in names)
        if is_russian:
            readings.update(f"s:{one.small[:_STEM]}" for one in unit.tokens[mention.first : mention.last + 1])
    for figure in figures(unit):
        taken.update(range(figure.first, figure.last + 1))
        length = durations.lasts(figure)
        found[figure.first] = {f"n:{figure.high:g}"} if length is None else {f"t:{length:g}"}
    for place, readings in _russian(unit) if is_russian else _foreign(unit):
        if place in found or place not in taken:
            found.setdefault(place, set()).update(readings)
    return tuple((place, frozenset(readings)) for place, readings in found.items())


def _russian(unit: Unit) -> list[tuple[int, set[str]]]:
    return [
        (token.at, {f"s:{stem[:_STEM]}" for stem in (token.small, *stems(token.small))})
        for token in unit.tokens
        if told.is_telling(token.small)
    ]


def _foreign(unit: Unit) -> list[tuple[int, set[str]]]:
    """Words that the glossary puts into Russian, and names by their sound; all others cannot be asked for."""
    words = [unit.text[token.start - unit.start : token.end - unit.start] for token in unit.tokens]
    found: list[tuple[int, set[str]]] = []
    place = 0
    while place < len(words):
        match = glossary.longest(words, place)
        if match is not None and len(words[place]) > _SHORT and (russian := _stems_of(match.entry.russian)):
            heard = {f"k:{sound.key(words[place])[:_KEY]}"} if len(words[place]) > FAMILY else set()
            found.append((match.start, {f"s:{stem}" for stem in russian} | heard))
        place = match.end if match is not None else place + 1
    return found


@lru_cache(maxsize=10_000)
def _stems_of(russian: str) -> frozenset[str]:
    return frozenset(
        token.small[:_STEM]
        for one in read(russian).units
        for token in one.tokens
        if told.is_telling(token.small)
    )


@once
def features(unit: Unit) -> frozenset[str]:
    """What a sentence of the card tells."""
    found = {f"c:{name}" for name in unit.ids | told.single_ids(unit)}
    found |= {f"s:{token.small[:_STEM]}" for token in unit.tokens if len(token.small) > 3}
    found |= {f"s:{stem[:_STEM]}" for stem in unit_stems(unit) if len(stem) > 2}
    found |= {f"k:{sound.key(stem)[:_KEY]}" for stem in unit_stems(unit) if len(stem) > FAMILY}
    found |= {f"t:{length:g}" for length in durations.minutes(unit)}
    found |= {f"c:{name}" for name in _persons(unit)}
    found |= {f"n:{number:g}" for number in durations.numbers(unit)}
    return frozenset(found)


#: Who is meant by an age, in years up to and from which he is.
_OF_AGE = (("infant", 0.0, 3.0), ("child", 0.0, 18.0), ("teen", 10.0, 18.0), ("elderly", 60.0, 120.0))


def _persons(unit: Unit) -> set[str]:
    """Who is spoken of by age: «до 18 лет» is said of children."""
    part = {"year": 1.0, "month": 12.0}
    ages = [one.high / part[one.unit] for one in figures(unit) if one.unit in part]
    return {name for name, low, high in _OF_AGE if any(low <= age <= high for age in ages)}


def has_own_words(case: Case, unit: Unit) -> bool:
    """Whether the card has words of its own where it may tell a sentence of the source."""
    place = next(at for at, one in enumerate(case.source.units) if one is unit)
    for at, pair in enumerate(case.pairs):
        ours = case.body.units[at]
        if place in pair.sources and any(
            told.own_words(case, ours, one) for one in stance.stances(case.body)[at]
        ):
            return True
        if not pair.sources and (ours.is_item or not ours.is_a_line) and _says_something(case, ours):
            return True
    return False


def _says_something(case: Case, unit: Unit) -> bool:
    """Whether a sentence that comes from none of the source says something by itself."""
    return count_own(case, unit) > 0


def count_own(case: Case, unit: Unit) -> int:
    """How many words of a sentence of the card, verbs too, the source has not."""
    return sum(
        (told.is_telling(token.small) or told.is_doing(token.small)) and not case.proof.has_word(token)
        for token in unit.tokens
    )
