"""One of a family named in the place of another: the liver for the kidneys, diabetes of type 1 for type 2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding

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


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """The numbers of types that a text names, with their words."""
    for match in _TYPES.finditer(text.lower()):
        for found in filter(None, match.groups()):
            yield _NUMBERS[found], text[match.start() : match.end()]
