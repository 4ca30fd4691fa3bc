"""What must not be left out: who may not take it, with what, for how long, how it is sold and kept, what it contains.

Two questions to each warning of the source: is everything that it speaks of in the card, and is there a sentence of
the card that gives it at all. The answer names the sentence of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.names import MEDICAL
from apps.ai.text.meaning.reading import Mention, Reading, Unit, unit_stems
from apps.ai.text.meaning.stance import Clause, Stance

#: Kinds of goods of which every warning is kept; of all others those that speak of ages, children and allergens.
KINDS = MEDICAL | {"cosmetics"}
_PROTECTED = SUBSTANCES | {"disease", "organism", "person", "anatomy"}
_EVERYWHERE = frozenset({"person", "airbag", "smallparts", "choking"})
_STORED = re.compile(r"(?<!со)хран|\bхр\.|беречь от|(?<!со)держать|sakla|muhafaza|\bstore\b|\bstorage|\bkeep (?:in|at|below)")
_COURSE = re.compile(
    r"курс|продолж|длительн|не (?:более|больше|дольше)|подряд|в течение|\bboyunca|\bkur|\buzun|\bfazla|\basm|\bsurer|"
    r"no more|not more|longer|\bfor up to|\bcourse|\bmaximum"
)
_OPENED = re.compile(r"вскрыт|открыт|acildik|acilis|opening|opened|годен|raf omru|срок")
_FREE = re.compile(r"icerm|\bfree\b|yoktur|\bбез\b|не содерж|\bno added|не добавл|eklenmem|ilave")
_STRESSED = re.compile(
    r"перерыв|интервал|промежут|\bмежду\b|arasinda|\barada\b|\bbetween\b|surgery|операц|kesilmeli|at once|immediately|"
    r"hemen doktor|срочно|немедленно|учитыва|warning|удуш|choking|обязательн|\bmutlaka"
)
_ALLERGENS = re.compile(
    r"аллерген|следы|следов|traces|may (?:also )?contain|iz miktar|eser miktar|icerebilir|может содерж|могут содерж|"
    r"alerjen|allergen|urunu icerir|contains (?:iron|lanolin|nuts|milk|soy|wheat|fish)|продукт\w* пчел|содержит (?:молоко|сою|рыбу|яйц|орех)"
)
_GENERIC = frozenset(
    "use product doctor tablet capsule day year month week other_ food dose treatment contra severe risk small big below above".split()
)
_TOLD = frozenset({"verb", "route", "storage", "care", "thing"})
_COVERED = 0.3


def check(case: Case) -> Iterator[Finding]:
    seen: set[str] = set()
    for unit, clauses in zip(case.source.units, stance.stances(case.source), strict=True):
        if unit.text in seen or (_STORED.search(unit.folded) and not _ALLERGENS.search(unit.folded)):
            continue
        seen.add(unit.text)
        missing = _missing(case, unit, clauses)
        if missing or (case.kind in KINDS and _is_untold(case, unit, clauses)):
            yield _finding(unit, ", ".join(missing))
    if case.kind in MEDICAL:
        yield from _sold(case)
        yield from _courses(case)
    yield from _kept(case)


def _finding(unit: Unit, quote: str = "") -> Finding:
    return Finding(Code.LEFT_OUT, "description", quote, unit.text.strip()[:180])


def _missing(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> list[str]:
    """What a warning speaks of and the card does not."""
    stressed = _ALLERGENS.search(unit.folded) is not None or (
        case.kind in KINDS and _STRESSED.search(unit.folded) is not None
    )
    if _FREE.search(unit.folded) and not stressed:
        return []
    missing = []
    for mention in unit.mentions:
        warned = stressed or stance.of(clauses, mention) in (Stance.FORBIDS, Stance.WARNS)
        if warned and _is_protected(case, unit, mention) and mention.id not in case.body.ids:
            missing.append(unit.quote(mention))
    for figure in figures(unit):
        if figure.bound in {"under", "over"} and figure.unit in {"year", "month"}:
            said = next((one.stance for one in clauses if one.first <= figure.first <= one.last), Stance.NEUTRAL)
            if said is Stance.FORBIDS and not _has(figure, case.body):
                missing.append(unit.text.strip())
    return missing


def _is_protected(case: Case, unit: Unit, mention: Mention) -> bool:
    if case.kind not in KINDS and not _ALLERGENS.search(unit.folded):
        return mention.id in _EVERYWHERE
    if mention.group == "anatomy" and any(other.group == "disease" for other in unit.mentions):
        return False
    return mention.group in _PROTECTED and mention.id not in _AGED


#: An age says it better.
_AGED = frozenset({"child", "infant", "teen", "adult"})


def _is_untold(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> bool:
    """Whether a sentence that warns by its own words has no sentence of the card beside it."""
    if not any(one.own and one.stance is not Stance.ALLOWS for one in clauses) and not _STRESSED.search(unit.folded):
        return False
    if sum(_is_protected(case, unit, mention) for mention in unit.mentions) > 1:
        return False
    if not any(mention.group in _PROTECTED or mention.group in _TOLD for mention in unit.mentions):
        return False
    told = _telling(unit, case.source.is_russian)
    best = max((len(told & _telling(one, case.source.is_russian)) for one in case.body.units), default=0)
    return len(told) > 1 and best < len(told) * _COVERED


@lru_cache(maxsize=4096)
def _telling(unit: Unit, with_stems: bool) -> frozenset[str]:
    """What makes a sentence itself: its concepts, figures and, within one language, stems."""
    found = set(unit.ids) - _GENERIC
    found |= {f"{figure.high:g}{figure.unit}" for figure in figures(unit)}
    if with_stems:
        taken = {place for mention in unit.mentions for place in range(mention.first, mention.last + 1)}
        found |= {
            stem[:5]
            for token, stem in zip(unit.tokens, unit_stems(unit), strict=False)
            if token.at not in taken and len(stem) > 3
        }
    return frozenset(found)


def _has(figure: Figure, body: Reading) -> bool:
    return (figure.low, figure.unit) in _ends(body) or (figure.low * 12, "month") in _ends(body)


@lru_cache(maxsize=32)
def _ends(body: Reading) -> frozenset[tuple[float, str]]:
    return frozenset(
        (end, figure.unit) for unit in body.units for figure in figures(unit) for end in (figure.low, figure.high)
    )


def _sold(case: Case) -> Iterator[Finding]:
    wanted = case.source.ids & {"rx", "otc"}
    if wanted and not case.body.ids & {"rx", "otc"}:
        yield _finding(next(unit for unit in case.source.units if unit.ids & wanted))


def _kept(case: Case) -> Iterator[Finding]:
    units = [unit for unit in case.source.units if _STORED.search(unit.folded)]
    kept = [unit for unit in case.body.units if _STORED.search(unit.folded) or _is_kept(unit)]
    if units and not kept:
        yield _finding(units[0])


_DEGREES = re.compile(r"\d\s?°|температур|градус")


def _is_kept(unit: Unit) -> bool:
    return _DEGREES.search(unit.folded) is not None or any(mention.group == "storage" for mention in unit.mentions)


def _courses(case: Case) -> Iterator[Finding]:
    for unit in case.source.units:
        if not _COURSE.search(unit.folded) or _OPENED.search(unit.folded):
            continue
        for figure in figures(unit):
            if figure.unit in {"day", "month"} and (figure.high, figure.unit) not in _ends(case.body):
                yield _finding(unit)
                break
