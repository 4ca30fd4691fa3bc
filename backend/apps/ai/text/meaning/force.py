"""How strongly a state stands against the goods: «с осторожностью» for «противопоказан», and the other way round.

What forbids, what asks for caution or for a doctor, and a dose that is only changed exclude one another, of the same
people and diseases. A sentence that says two of them is compared with neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.said import mixes
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once


class Force(Enum):
    FORBIDS = "forbids"
    ASKS = "asks"
    DOSES = "doses"


_ASKS = re.compile(
    r"осторожн(?!\w*\s?[:!])|врач|доктор|специалист|консульт|назначени|наблюдени|контрол|\bпольз|необходимост|"
    r"doktor|hekim|dikkat(?!\s?[:!])|uzman|danis|gozetim|kontrol|fayda|yarar|gerekli|doctor|physician|"
    r"caution(?!\s?[:!])|care\b|advice|"
    r"supervis|consult|benefit|monitor|necessary"
)
#: «Дозу снижают», «по обычной схеме»: who takes a dose takes the goods.
_DOSES = re.compile(
    r"(?:снижен|уменьш|половин|коррекци|корректир|подбор|подбира|обычн|пересм|измен|увелич|удваива)\w* "
    r"(?:\w+ )?(?:доз|схем)|"
    r"доз\w* (?:\w+ ){0,4}(?:сниж|уменьш|корректир|подбира|не меня|менять|вдвое|увелич|пересм)|"
    r"\bdoz\w* (?:\w+ )?(?:azalt|dusur|ayarla)|dose (?:should|must|needs|is|has)|"
    r"(?:reduce|adjust|lower)\w* (?:the )?dose|dose adjust"
)
#: Who is said by an age is compared by it.
_ASKED = frozenset({"person", "disease"})
#: A state of any name: «при хронических заболеваниях».
_STATES = frozenset({"chronic"})
_SUBSTANCES = frozenset({"inn", "substance"})
_AGED = frozenset({"child", "infant", "teen", "adult"})
#: Of these the words beside them say what they are.
_PARTIAL = frozenset({"failure", "infection", "inflammation", "pain", "bleeding", "tumor"})
#: «При …», «с …»: as the state of whom it is said, not as what may come.
_IN_CASE = frozenset("при с со у если есть имеется".split())
_IF_ONLY = re.compile(
    r"\bтолько\b|\bлишь\b|\bкроме\b|\bбез\b|\bдольше\b|\bболее\b|\bсвыше\b|\bсамостоятельно\b|\bсами\b"
)


class Said(NamedTuple):
    """`in_case`: as the state of whom the sentence speaks, and not as what may come of something."""

    forces: frozenset[Force]
    in_case: bool


def check(case: Case) -> Iterator[Finding]:
    if case.kind not in MEDICAL:
        return
    theirs, ours = _said(case.source), _said(case.body)
    for name, places in ours.items():
        told = theirs.get(name, {})
        known = frozenset().union(*(one.forces for one in told.values()))
        if len(known) != 1 or any(one.forces & known for one in places.values()):
            continue
        for at, said in places.items():
            if said.in_case and len(said.forces) == 1 and Force.FORBIDS in said.forces | known:
                quote = case.body.units[at].text.strip()[:160]
                yield Finding(
                    Code.POLARITY, "description", quote, case.source.units[next(iter(told))].text.strip()
                )


@once
def _said(reading: Reading) -> dict[str, dict[int, Said]]:
    """By person, disease or substance the sentences that say how strongly it stands against the goods."""
    found: dict[str, dict[int, Said]] = {}
    for at, (unit, clauses) in enumerate(zip(reading.units, stance.stances(reading), strict=True)):
        forces = {one: frozenset(_of(unit, one)) for one in clauses}
        own = _by_clause(unit, clauses)
        for mention in unit.mentions:
            if not _is_asked(unit, mention):
                continue
            clause = stance.clause_at(clauses, mention.first)
            said = forces[clause]
            if Force.FORBIDS in said and own[clause].substances - {mention.id}:
                said |= {Force.ASKS}  # «вместе с тиреостатиками не назначать»: only then it is forbidden
            if said:
                name = " ".join((mention.id, *own[clause].organs)) if mention.id in _PARTIAL else mention.id
                before = found.setdefault(name, {}).get(at, Said(frozenset(), in_case=False))
                found[name][at] = Said(before.forces | said, before.in_case or _is_case(unit, mention))
    return found


class _Beside(NamedTuple):
    organs: tuple[str, ...]
    substances: frozenset[str]


def _by_clause(unit: Unit, clauses: tuple[Clause, ...]) -> dict[Clause, _Beside]:
    groups: dict[Clause, list[Mention]] = {one: [] for one in clauses}
    for mention in unit.mentions:
        groups[stance.clause_at(clauses, mention.first)].append(mention)
    return {
        clause: _Beside(
            tuple(sorted({one.id for one in group if one.group == "anatomy"})),
            frozenset(one.id for one in group if one.group in _SUBSTANCES),
        )
        for clause, group in groups.items()
    }


def _is_asked(unit: Unit, mention: Mention) -> bool:
    if mention.group in _SUBSTANCES:
        return mixes(unit)  # what it does to the goods is another question
    return (mention.group in _ASKED and mention.id not in _AGED) or mention.id in _STATES


def _of(unit: Unit, clause: Clause) -> Iterator[Force]:
    asks, is_bounded, doses = _words(_text(unit, clause)) if clause.own else _words_of(unit)
    if asks:
        yield Force.ASKS
    if clause.stance is Stance.FORBIDS:
        if is_bounded:
            yield Force.ASKS
        if not (asks and is_bounded):
            yield Force.FORBIDS
    elif doses:
        yield Force.DOSES


def _words(text: str) -> tuple[bool, bool, bool]:
    """Whether a text asks for caution or a doctor, bounds what it forbids, changes a dose."""
    asks, bounds, doses = (pattern.search(text) is not None for pattern in (_ASKS, _IF_ONLY, _DOSES))
    return asks, bounds, doses


@once
def _words_of(unit: Unit) -> tuple[bool, bool, bool]:
    return _words(unit.folded)


def _is_case(unit: Unit, mention: Mention) -> bool:
    if mention.group == "person":
        return True
    before = [token.small for token in unit.tokens[max(0, mention.first - 2) : mention.first]]
    return not _IN_CASE.isdisjoint(before)


def _text(unit: Unit, clause: Clause) -> str:
    tokens = unit.tokens
    return unit.folded[tokens[clause.first].start - unit.start : tokens[clause.last].end - unit.start]
