"""What must not be left out: who may not take it, with what, for how long, how it is sold and kept, what it contains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance

#: Kinds of goods that must keep every warning; for others only a source that speaks of persons or allergens binds.
KINDS = frozenset({"medicine", "supplement", "cosmetics", "food"})
_PROTECTED = SUBSTANCES | {"disease", "organism", "person", "anatomy"}
_STORED = re.compile(r"хран|\bхр\.|беречь|держать|sakla|muhafaza|\bstore\b|\bstorage|\bkeep (?:in|at|below)")
_COURSE = re.compile(
    r"курс|продолж|длительн|не (?:более|больше|дольше)|подряд|в течение|\bboyunca|\bkur|\buzun|\bfazla|\basm|\bsurer|"
    r"no more|not more|longer|\bfor up to|\bcourse|\bmaximum"
)
_DEGREES = re.compile(r"\d\s?°|температур|градус")
_OPENED = re.compile(r"вскрыт|открыт|acildik|acilis|opening|opened|годен|raf omru|срок")
_ITEM = re.compile(r"[,;(]|\bи\b|\bили\b|\bve\b|\bveya\b|\bya da\b|\band\b|\bor\b")


def check(case: Case) -> Iterator[Finding]:
    if case.kind not in KINDS:
        return
    guarded = _guarded(case.body)
    stems = case.body.stems
    seen: set[str] = set()
    for unit, clauses in zip(case.source.units, stance.stances(case.source), strict=True):
        if _STORED.search(unit.folded) and not _is_warning(unit):
            continue
        missing = _missing(unit, clauses, guarded, stems, case)
        if missing and unit.text not in seen:
            seen.add(unit.text)
            yield Finding(Code.LEFT_OUT, "description", ", ".join(missing), unit.text.strip()[:180])
    yield from _sold(case)
    yield from _kept(case)
    yield from _courses(case)


def _is_warning(unit: Unit) -> bool:
    return False


def _missing(
    unit: Unit, clauses: tuple[Clause, ...], guarded: frozenset[str], stems: frozenset[str], case: Case
) -> list[str]:
    """What a forbidding or warning sentence speaks of and the card does not."""
    missing = []
    for mention in unit.mentions:
        said = stance.of(clauses, mention)
        if said not in (Stance.FORBIDS, Stance.WARNS) or mention.group not in _PROTECTED:
            continue
        if mention.id not in guarded and not set(mention.concept.implies) & guarded:
            missing.append(unit.quote(mention))
    for figure in figures(unit):
        if figure.bound in {"under", "over"} and figure.unit in {"year", "month"}:
            said = next((one.stance for one in clauses if one.first <= figure.first <= one.last), Stance.NEUTRAL)
            if said is Stance.FORBIDS and not _has(figure, case.body):
                missing.append(unit.text)
    return missing


def _has(figure: Figure, body: Reading) -> bool:
    return (figure.low, figure.unit) in _ends(body) or (figure.low * 12, "month") in _ends(body)


@lru_cache(maxsize=32)
def _ends(body: Reading) -> frozenset[tuple[float, str]]:
    return frozenset(
        (end, figure.unit) for unit in body.units for figure in figures(unit) for end in (figure.low, figure.high)
    )


@lru_cache(maxsize=32)
def _guarded(body: Reading) -> frozenset[str]:
    """What the card speaks of where it does not allow it."""
    found: set[str] = set()
    for unit, clauses in zip(body.units, stance.stances(body), strict=True):
        for mention in unit.mentions:
            if stance.of(clauses, mention) is not Stance.ALLOWS:
                found |= {mention.id, *mention.concept.implies}
    return frozenset(found)


def _sold(case: Case) -> Iterator[Finding]:
    wanted = case.source.ids & {"rx", "otc"}
    if wanted and not case.body.ids & {"rx", "otc"} and case.kind == "medicine":
        unit = next(unit for unit in case.source.units if unit.ids & wanted)
        yield Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])


def _kept(case: Case) -> Iterator[Finding]:
    units = [unit for unit in case.source.units if _STORED.search(unit.folded)]
    if units and not any(_STORED.search(unit.folded) or _is_kept(unit) for unit in case.body.units):
        yield Finding(Code.LEFT_OUT, "description", "", units[0].text.strip()[:180])


def _is_kept(unit: Unit) -> bool:
    return _DEGREES.search(unit.folded) is not None or any(mention.group == "storage" for mention in unit.mentions)


def _courses(case: Case) -> Iterator[Finding]:
    for unit in case.source.units:
        if not _COURSE.search(unit.folded) or _OPENED.search(unit.folded):
            continue
        for figure in figures(unit):
            if figure.unit in {"day", "month"} and (figure.high, figure.unit) not in _ends(case.body):
                yield Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])
                break
