"""What the source excepts, and the card includes, or back: «кроме чувствительной кожи», «даже для чувствительной»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.permitted import SURE
from apps.ai.text.meaning.reading import Reading, Unit, unit_stems
from apps.ai.text.meaning.views import once


class Way(Enum):
    EXCEPTED = "excepted"
    INCLUDED = "included"


_WORDS = (
    (
        Way.EXCEPTED,
        re.compile(
            r"\b(?:кроме|за исключением|исключая|не считая|исключение|"
            r"except(?:ing)?(?: for)?|excluding|apart from|other than)\b"
        ),
    ),
    (
        Way.INCLUDED,
        re.compile(r"\b(?:включая|в том числе|в т\. ?ч\.|даже|including|includes|even|as well as)\b"),
    ),
)
#: Turkish says it behind: «hassas ciltler hariç», «bebekler dahil».
_BEHIND = (
    (Way.EXCEPTED, re.compile(r"\b(?:haric|disinda|haricinde)\b")),
    (Way.INCLUDED, re.compile(r"\b(?:dahil|bile)\b")),
)
_REACH = 5
_LEAST = 4
Told = dict[Way, frozenset[str]]


def check(case: Case) -> Iterator[Finding]:
    theirs = _told(case.source)
    for at, (unit, ours) in enumerate(zip(case.body.units, _told(case.body), strict=True)):
        if not ours or case.pairs[at].score < SURE:
            continue
        for place in case.pairs[at].sources:
            told = theirs[place]
            if any(
                names & told.get(_OTHER[way], frozenset()) - told.get(way, frozenset())
                for way, names in ours.items()
            ):
                source = case.source.units[place].text.strip()
                yield Finding(Code.POLARITY, "description", unit.text.strip()[:160], source)
                break


_OTHER = {Way.EXCEPTED: Way.INCLUDED, Way.INCLUDED: Way.EXCEPTED}


@once
def _told(reading: Reading) -> tuple[Told, ...]:
    """Of each sentence the concepts and stems that it excepts and includes."""
    if not any(pattern.search(reading.folded) for _, pattern in _WORDS + _BEHIND):
        return ({},) * len(reading.units)
    return tuple(_of_unit(unit) for unit in reading.units)


def _of_unit(unit: Unit) -> Told:
    found: Told = {}
    for way, pattern in _WORDS:
        for match in pattern.finditer(unit.folded):
            names = _names(unit, unit.start + match.end(), 1)
            found[way] = found.get(way, frozenset()) | names
    for way, pattern in _BEHIND:
        for match in pattern.finditer(unit.folded):
            names = _names(unit, unit.start + match.start(), -1)
            found[way] = found.get(way, frozenset()) | names
    return {way: names for way, names in found.items() if names}


def _names(unit: Unit, place: int, step: int) -> frozenset[str]:
    """What is spoken of in the few words behind (1) or before (-1) a place of the text, within their clause."""
    near = [token for token in unit.tokens if (token.start >= place if step > 0 else token.end <= place)]
    near = near[:_REACH] if step > 0 else near[-_REACH:]
    if not near:
        return frozenset()
    clause = near[0 if step > 0 else -1].clause
    places = {token.at for token in near if token.clause == clause}
    roots = unit_stems(unit)
    stems = (roots[at] for at in places)
    concepts = (one.id for one in unit.mentions if one.first in places and one.group not in {"word", "verb"})
    return frozenset(concepts) | frozenset(
        f"s:{stem[:6]}" for stem in stems if len(stem) > _LEAST and stem[0] >= "а"
    )
