"""Ages that the card allows on the side that the source forbids, however either says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

#: «С рождения»: an age without a figure; and whatever a source may call it.
_FROM_BIRTH = re.compile(
    r"\b(?:с|от) (?:самого )?рождени\w*(?! (?:не|ни|страда\w+|имеющ\w+|лишен\w+|слаб\w+)\b)|"
    r"\bс первых дней жизни|\bс 0 (?:мес|лет)"
)
_BIRTH = re.compile(
    r"рожд|груднич|младен|перв(?:ых|ого) дн(?:ей|я)|любо\w+ возраст|\b0 ?(?:\+|мес|лет|г|до|[-–—])|"
    r"dogum|yeni ?dogan|her yas|\b0 ?ay|"
    r"ilk gunden|birth|newborn|new-born|day one|(?:any|all) ages?\b"
)


def check(case: Case) -> Iterator[Finding]:
    yield from _from_birth(case)
    yield from _sides(case)


def _from_birth(case: Case) -> Iterator[Finding]:
    """Goods for children of an age that the card gives to newborns."""
    if any(_BIRTH.search(unit.folded) for unit in case.source.units):
        return
    for at, unit in enumerate(case.body.units):
        if _FROM_BIRTH.search(unit.folded):
            yield Finding(Code.CONDITION, "description", unit.text.strip()[:160], case.evidence_of(at))


def _sides(case: Case) -> Iterator[Finding]:
    told = _age_sides(case.source)
    for unit, clauses in zip(case.body.units, stance.stances(case.body), strict=True):
        for figure in figures(unit):
            allowed = _allowed_side(figure, clauses)
            known = told.get((figure.low, figure.unit), {})
            if allowed and known and allowed not in known:
                yield Finding(
                    Code.POLARITY, "description", unit.text.strip()[:160], next(iter(known.values()))
                )


def _allowed_side(figure: Figure, clauses: tuple[Clause, ...]) -> str:
    """«до 12 лет нельзя» and «с 12 лет можно» allow the same side; "" when nothing is said."""
    if figure.bound not in {"under", "over"} or figure.unit not in {"year", "month"}:
        return ""
    said = stance.clause_at(clauses, figure.first).stance
    if said is Stance.FORBIDS:
        return "over" if figure.bound == "under" else "under"
    return figure.bound if said is Stance.ALLOWS else ""


@once
def _age_sides(source: Reading) -> dict[tuple[float, str], dict[str, str]]:
    found: dict[tuple[float, str], dict[str, str]] = {}
    for unit, clauses in zip(source.units, stance.stances(source), strict=True):
        for figure in figures(unit):
            if allowed := _allowed_side(figure, clauses):
                found.setdefault((figure.low, figure.unit), {}).setdefault(allowed, unit.text.strip())
    return found
