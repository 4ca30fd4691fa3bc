"""Which side of goods a length is: «высота 20 см» for a diameter, «толщина 75 см» for a height.

Only a figure that stands right beside the name of its side counts. Length, width and depth are one another's in other
languages («en», «boy»), and are not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.views import once

_SIDES = frozenset("height width depth length diameter thickness ownweight carrying".split())
_LENGTHS = frozenset({"width", "depth", "length"})
_UNITS = frozenset({"cm", "kg"})
#: No word between that begins another part: «19 см в высоту и 22 см».
_BEFORE = re.compile(
    r"[\s:=—–-]*(?:(?!(?:и|а|ve|and)\s)[^\W\d]+\.?\s){0,2}?(?:[:=—–-]\s?)?(?:до|около|ок\.|не более|up to)?\s?$"
)
_BEHIND = re.compile(r"['’]?\w{0,4}\s(?:[вin]{1,2}\s)?$")
#: «рассчитан на вес до 120 кг» tells what is borne.
_BORNE = re.compile(
    r"рассчитан|выдерж|держит|нагруз|пользоват|человек|ребен|детей|малыш|собак|кош|груз|весом до|"
    r"вес(?:ом)? (?:тела|до)|"
    r"tas[iı]|kapasite|kullanici|load|capacity|support|holds|user|person|child"
)
Key = tuple[float, float, str]


def check(case: Case) -> Iterator[Finding]:
    if case.kind in MEDICAL:
        return
    theirs = _measured(case.source)
    for key, sides in _measured(case.body).items():
        known = theirs.get(key, {})
        for side, at in sides.items():
            if known and all(_is_another(side, other) for other in known):
                quote = case.body.units[at].text.strip()[:160]
                evidence = case.source.units[next(iter(known.values()))].text.strip()
                yield Finding(Code.WHOSE, "description", quote, evidence)
                break


def _is_another(one: str, other: str) -> bool:
    if one == other or {one, other} <= _LENGTHS:
        return False
    return {one, other} != {"height", "length"}  # «boy»


@once
def _measured(reading: Reading) -> dict[Key, dict[str, int]]:
    """Of each figure which side it is said to be, with the sentence that says so."""
    found: dict[Key, dict[str, int]] = {}
    for at, unit in enumerate(reading.units):
        amounts = [one for one in figures(unit) if one.unit in _UNITS]
        for mention in unit.mentions if amounts else ():
            if mention.id in _SIDES and not (mention.id == "ownweight" and _BORNE.search(unit.folded)):
                for figure in _beside(unit, mention, amounts):
                    found.setdefault(figure.key, {}).setdefault(mention.id, at)
    return found


def _beside(unit: Unit, mention: Mention, amounts: list[Figure]) -> Iterator[Figure]:
    """The figure right behind the name of a side, else that right before it: «высота 75 см», «75 см в высоту»."""
    tokens = unit.tokens
    start, end = tokens[mention.first].start - unit.start, tokens[mention.last].end - unit.start
    behind = next((one for one in amounts if one.first > mention.last), None)
    if behind and _BEFORE.fullmatch(unit.folded[end : tokens[behind.first].start - unit.start]):
        yield behind
        return
    before = next((one for one in reversed(amounts) if one.last < mention.first), None)
    if before and _BEHIND.fullmatch(unit.folded[tokens[before.last].end - unit.start : start]):
        yield before
