"""When in a pregnancy: the first third for the last, and which of them the source forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.stance import Stance

_ORDINALS = (
    (1, r"перв\w+|\bi\b|\b1(?:-?\w{1,2}|\.)?|first|1st|birinci|ilk"),
    (2, r"втор\w+|\bii\b|\b2(?:-?\w{1,2}|\.)?|second|2nd|ikinci"),
    (3, r"трет\w+|\biii\b|\b3(?:-?\w{1,2}|\.)?|third|3rd|ucuncu|последн\w+|last|final|son"),
)
_TRIMESTER = re.compile(r"((?:[\w.]+[\s,–—-]+(?:и |and |ve )?){1,3})(?:трим\b|триместр|trimest)")
#: «последние три месяца беременности», «gebeliğin son 3 ayı», "the last three months of pregnancy".
_MONTHS = re.compile(
    r"(перв\w+|first|ilk)\s(?:12|13|двенадцат\w+|тринадцат\w+|twelve|on iki)\s(?:недел|weeks|hafta)|"
    r"(перв\w+|последн\w+|first|last|ilk|son)\s(?:\w+\s)?(?:месяц|months|ay)|(перв\w+|последн\w+) (?:\w+ ){0,2}месяц"
)
#: "months 4-9 of pregnancy", «с 4-го по 9-й месяц».
_NUMBERED = re.compile(
    r"\bmonths? ([1-9]) ?(?:-|to) ?([1-9]) of (?:the )?pregnan|"
    r"(?:gebeli|hamileli)\w+ ([1-9])\.? ?(?:-|ile) ?([1-9])\.? ay|"
    r"\b([1-9])(?:-?го)? ?(?:-|по) ?([1-9])(?:-?[йяе])? месяц\w* беремен"
)
_HALF_AND_MORE = re.compile(r"\b(?:6|шесть|six|alti)\b")
_PREGNANT = re.compile(r"беремен|pregnan|gebeli|hamile")
_WORDS_OF_A_ROW = re.compile(r"[\w.]+")
_JOINING = frozenset("и или and or ve veya го й м ом the".split())
_NAMED = tuple((number, re.compile(rf"(?:{words})")) for number, words in _ORDINALS)


def check(case: Case) -> Iterator[Finding]:
    theirs: dict[int, set[Stance]] = {}
    for _, told in _of_pregnancy(case.source):
        for number, said in told.items():
            theirs.setdefault(number, set()).add(said)
    if not theirs and not any(_PREGNANT.search(unit.folded) for unit in case.source.units):
        return
    forbidden = {number for number, said in theirs.items() if Stance.FORBIDS in said}
    open_ = {number for number, said in theirs.items() if Stance.NEUTRAL in said}
    for unit, told in _of_pregnancy(case.body):
        strange = set(told) - set(theirs)
        wrongly = {number for number, said in told.items() if said is Stance.FORBIDS} - forbidden - open_
        if strange or (wrongly and forbidden):
            yield Finding(Code.CONDITION, "description", unit.text.strip()[:160])


def _of_pregnancy(reading: Reading) -> Iterator[tuple[Unit, dict[int, Stance]]]:
    """Sentences that name a third of a pregnancy, and what they say of each."""
    before = ""
    for unit, clauses in zip(reading.units, stance.stances(reading), strict=True):
        told: dict[int, Stance] = {}
        spoken, before = before + unit.folded, unit.folded
        thirds = _TRIMESTER.finditer(unit.folded) if "трим" in unit.folded or "trimest" in unit.folded else ()
        for match in (*thirds, *_in_months(unit, spoken)):
            place = next(
                (token.at for token in unit.tokens if token.end - unit.start > match.start()),
                len(unit.tokens) - 1,
            )
            said = stance.clause_at(clauses, place).stance
            told |= dict.fromkeys(_ordinals(match), said)
        if told:
            yield unit, told


def _ordinals(match: re.Match[str]) -> Iterator[int]:
    """The numbers that stand right before «триместр»: in «до 3 лет, I триместр» the first only."""
    if match.re is not _TRIMESTER:
        if match.re is _NUMBERED:
            first, last = (int(number) for number in match.groups() if number)
            yield from range((first + 2) // 3, (last + 2) // 3 + 1)
            return
        named = next(filter(None, match.groups()))
        thirds = {number for number, words in _NAMED if words.search(named)}
        if _HALF_AND_MORE.search(match[0]):
            thirds |= {2}  # «первые 6 месяцев»
        yield from thirds
        return
    for word in reversed(_WORDS_OF_A_ROW.findall(match[1])):
        found = [number for number, words in _NAMED if words.fullmatch(word)]
        if not found and word not in _JOINING:
            return
        yield from found


def _in_months(unit: Unit, spoken: str) -> Iterator[re.Match[str]]:
    """The thirds told by months; `spoken`: the sentence with the one before it, one of which speaks of a pregnancy."""
    if _PREGNANT.search(spoken):
        yield from _MONTHS.finditer(unit.folded)
        yield from _NUMBERED.finditer(unit.folded)
