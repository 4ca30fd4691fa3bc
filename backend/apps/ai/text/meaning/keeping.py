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
    r"холод|охла[жд]|прохлад|замор|ледник|\bлед\b|со льдом|sogu[kt]|serin|buz|dondur|chill|cold|cool|\bice\b|iced|frozen|freez"
)
#: «Холодильник не нужен»
_NEEDLESS = re.compile(r"\bне (?:нуж|треб|обязат|надо)\w*|необязат|\bнет\b|\bбез\b|\bвне\b|вынут|вынь|доста[нт]")


def check(case: Case) -> Iterator[Finding]:
    if _is_cold(case.source):
        return
    for at, (unit, clauses) in enumerate(zip(case.body.units, stance.stances(case.body), strict=True)):
        for mention in unit.mentions:
            if mention.id == "fridge" and _is_put_in(unit, clauses, mention.first):
                yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


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
