"""Goods put into a fridge that their source keeps out of it: «хранить в холодильнике» for "store below 25 °C"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Unit, mentions_at
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

_COLD = frozenset({"fridge", "freeze"})
#: Up to so many degrees a fridge is meant.
_COOL = 15.0
#: What a source may say instead.
_CHILLED = re.compile(
    r"холод|охла[жд]|прохлад|замор|ледник|\bлед\b|со льдом|sogu[kt]|serin|buz|dondur|"
    r"chill|cold|cool|\bice\b|iced|frozen|freez"
)
#: «Холодильник не нужен»
_NEEDLESS = re.compile(
    r"\bне (?:нуж|треб|обязат|надо)\w*|необязат|\bнет\b|\bбез\b|\bвне\b|вынут|вынь|доста[нт]"
)


#: «Хранить в морозильной камере»
_FREEZER = re.compile(r"\b(?:в|во) (?:морозил|морозк)")


def check(case: Case) -> Iterator[Finding]:
    yield from _warm(case)
    if _is_cold(case.source):
        return
    for at, (unit, clauses) in enumerate(zip(case.body.units, stance.stances(case.body), strict=True)):
        for mention in unit.mentions:
            if mention.id == "fridge" and _is_put_in(unit, clauses, mention.first):
                yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


def _warm(case: Case) -> Iterator[Finding]:
    """Room temperature for what its source keeps in the fridge, and the freezer for what is never frozen."""
    known, chilled = case.source.ids, "fridge" in case.source.ids
    for at, (unit, clauses) in enumerate(zip(case.body.units, stance.stances(case.body), strict=True)):
        room = next((one for one in unit.mentions if one.id == "roomtemp"), None)
        if (
            chilled
            and room
            and "roomtemp" not in known
            and "fridge" not in unit.ids
            and not _WARMS.search(unit.folded)
        ):
            yield Finding(Code.CONDITION, "description", unit.quote(room), case.evidence_of(at))
        frozen = _FREEZER.search(unit.folded)
        is_put = frozen and not any(one.stance is Stance.FORBIDS for one in clauses)
        if frozen and is_put and "freeze" not in known and not _CHILLED.search(case.source.folded):
            yield Finding(Code.CONDITION, "description", frozen[0], case.evidence_of(at))


#: «Перед инъекцией согреть до комнатной температуры»
_WARMS = re.compile(r"согре|нагре|довед|достич|до комнат|достан|вын[иу]")


@once
def _is_cold(source: Reading) -> bool:
    """Whether anything is kept cool: by its words or by degrees."""
    if not _COLD.isdisjoint(source.ids) or any(_CHILLED.search(unit.folded) for unit in source.units):
        return True
    return any(
        figure.unit == "degree" and figure.low <= _COOL for unit in source.units for figure in figures(unit)
    )


def _is_put_in(unit: Unit, clauses: tuple[Clause, ...], place: int) -> bool:
    mention = next(one for one in mentions_at(unit)[place] if one.id == "fridge")
    denied = place > 0 and any(token.small == "не" for token in unit.tokens[max(0, place - 2) : place])
    if denied or stance.of(clauses, mention) is Stance.FORBIDS:
        return False
    return unit.tokens[place - 1].small in {"в", "во"} and _NEEDLESS.search(unit.folded) is None


__all__ = ["check"]
