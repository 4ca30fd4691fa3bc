"""One of a family named in the place of another: the liver for the kidneys, diabetes of type 1 for type 2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.reading import Mention, Unit, mentions_at

_ALIKE = 0.45
#: Of each a sentence names one by purpose; a paraphrase names no other.
_ORGANS = frozenset(
    "kidney liver heart lung adrenal thyroid pancreas_ bladder brain ovary spleen uterus".split()
)
_NUMBERS = {"1": "1", "2": "2", "i": "1", "ii": "2", "перв": "1", "втор": "2"}
_NUMBER = r"(?:[12]|ii?|перв|втор)"
_ENDS = r"(?:-?(?:го|ый|ой|ого|ом|му|м|й))?"
_TYPES = re.compile(
    rf"\b({_NUMBER}){_ENDS}(?:\s?(?:,|и|или)\s?({_NUMBER}){_ENDS})?\s?тип|\b(?:тип[а-я]*|type|tip|сд)[\s-]?({_NUMBER})\b"
    rf"(?:\s?(?:,|и|или|and|or|ve|veya)\s?({_NUMBER})\b)?"
)


def check(case: Case) -> Iterator[Finding]:
    if case.kind not in MEDICAL:
        return
    yield from _organs(case)
    yield from _types(case)
    yield from _aches(case)
    yield from _grown(case)


_GROWN, _YOUNG = frozenset({"adult", "elderly"}), frozenset({"child", "infant", "teen"})


def _grown(case: Case) -> Iterator[Finding]:
    """A dose of children given to adults, of whom the source never speaks."""
    if not _GROWN.isdisjoint(case.source.ids):
        return
    for at, unit in enumerate(case.body.units):
        named = next((one for one in unit.mentions if one.id in _GROWN), None)
        if named is None or not _YOUNG.isdisjoint(unit.ids) or case.pairs[at].score < _ALIKE:
            continue
        behind = case.sources_of(at)[:1]
        if behind and not _YOUNG.isdisjoint(behind[0].ids) and figures(behind[0]) and figures(unit):
            yield Finding(Code.CONDITION, "description", unit.quote(named), case.evidence_of(at))


def _organs(case: Case) -> Iterator[Finding]:
    known = case.proof.ids
    for at, unit in enumerate(case.body.units):
        strange = [one for one in unit.mentions if one.id in _ORGANS and one.id not in known]
        if not strange or case.proof.proves(strange[0], unit):
            continue
        theirs = {name for one in case.sources_of(at) for name in one.ids & _ORGANS}
        if theirs - unit.ids:
            yield Finding(Code.CLAIM, "description", unit.quote(strange[0]), case.evidence_of(at))


def _types(case: Case) -> Iterator[Finding]:
    said = {number for number, _ in _numbers(case.source.text)}
    for number, words in _numbers(case.body.text):
        if said and number not in said:
            yield Finding(Code.CLAIM, "description", words)


#: Where it hurts: of each a source names its own.
_ACHING = frozenset(
    "throat ear teeth joint muscle abdomen stomach back neck spine chest head eye menses bladder".split()
)
_ACHES = frozenset(
    "pharyngitis toothache headache dysmenorrhea chestpain arthralgia myalgia otitis colic".split()
)


def _aches(case: Case) -> Iterator[Finding]:
    """A belly that aches in the place of the throat; where a source names pain alone, it may be any."""
    ids, units = case.source.ids, case.source.units
    is_told = not ids.isdisjoint(_ACHES) or any("pain" in one.ids and one.ids & _ACHING for one in units)
    for at, unit in enumerate(case.body.units if is_told else ()):
        for pain in unit.mentions:
            where = list(_where(unit, pain)) if pain.id == "pain" else []
            if where and not any(case.proof.proves(one, unit) for one in where):
                yield Finding(Code.CLAIM, "description", unit.quote(pain), case.evidence_of(at))


def _where(unit: Unit, pain: Mention) -> Iterator[Mention]:
    """«Боль в животе», «болит живот»."""
    near = mentions_at(unit)
    for place in range(pain.first - _NEAR, pain.last + _NEAR + 1):
        yield from (one for one in near.get(place, ()) if one.id in _ACHING)


_NEAR = 2


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """The numbers of types that a text names, with their words."""
    for match in _TYPES.finditer(text.lower()):
        for found in filter(None, match.groups()):
            yield _NUMBERS[found], text[match.start() : match.end()]
