"""«Можно» where the sentences behind it only forbid and warn, whatever they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import bounds, stance
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Unit
from apps.ai.text.meaning.stance import Clause, Stance


def is_same_limit(case: Case, at: int) -> bool:
    """«не более 4 таблеток» and «максимум 4 таблетки»"""
    return any(bounds.agree(case, at, place) for place in case.pairs[at].sources)


def finding(unit: Unit, evidence: str, *, weak: bool = False) -> Finding:
    return Finding(Code.POLARITY, "description", unit.text.strip()[:160], evidence, weak=weak)


#: «Можно не раньше чем через час»: a permission that forbids.
_LIMITED = re.compile(r"не раньше|только|лишь|исключительно|не ранее|в том числе|если")


def permitted(case: Case, unit: Unit, clauses: tuple[Clause, ...], at: int) -> Iterator[Finding]:
    """«можно» where the sentences behind it only forbid and warn, whatever they speak of."""
    forbidden = any(one.own and one.stance is Stance.FORBIDS for one in clauses)
    permitted = any(one.permits and one.stance is not Stance.WARNS for one in clauses)
    if forbidden or case.pairs[at].score < SURE or not permitted:
        return
    if unit.is_heading or _LIMITED.search(unit.folded):
        return
    if is_same_limit(case, at):
        return  # «до 12 лет нельзя», «с 12 лет можно»
    theirs = stance.stances(case.source)
    behind = [theirs[place] for place in case.pairs[at].sources]
    if _BY_A_DOCTOR.search(unit.folded) and not any(
        one.stance is Stance.FORBIDS for each in behind for one in each
    ):
        return
    if (
        behind
        and not _is_of_another_clause(unit, clauses, case.sources_of(at)[0], behind[0])
        and (
            all(_only_forbids(one) for one in behind)
            or (not unit.denies and _forbids_alone(behind[0], behind[1:]))
        )
    ):
        yield finding(unit, case.evidence_of(at))


#: «повторить можно, согласовав с врачом» is «повтор по согласованию с врачом».
_BY_A_DOCTOR = re.compile(r"\bможно,? (?:(?!без )[^.;])*\b(?:врач|доктор|специалист)")


def _is_of_another_clause(
    unit: Unit, ours: tuple[Clause, ...], source: Unit, clauses: tuple[Clause, ...]
) -> bool:
    """«не отбеливать, барабанная сушка»: whether the clauses with what the card speaks of forbid nothing."""
    asked = {one.id for one in unit.mentions if stance.clause_at(ours, one.first).permits} or unit.ids
    shared = [
        stance.of(clauses, mention)
        for mention in source.mentions
        if mention.id in asked and mention.group not in {"word", "person"}
    ]
    return bool(shared) and not any(one in {Stance.FORBIDS, Stance.WARNS} for one in shared)


def _forbids_alone(best: tuple[Clause, ...], others: list[tuple[Clause, ...]]) -> bool:
    """Whether the sentence that is most alike forbids, and the others allow nothing."""
    if any(one.stance is Stance.ALLOWS for clauses in (best, *others) for one in clauses):
        return False
    return any(one.own and one.stance is Stance.FORBIDS for one in best)


#: How alike a sentence and its source must be for what is aligned to count.
SURE = 0.25


def _only_forbids(clauses: tuple[Clause, ...]) -> bool:
    own = {one.stance for one in clauses if one.own}
    return bool(own) and own <= {Stance.FORBIDS, Stance.WARNS}
