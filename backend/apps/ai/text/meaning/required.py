"""What must not be left out: who may not take it, with what, for how long, how it is sold and kept, what it contains.

Two questions to each warning of the source: is everything that it speaks of in the card, and is there a sentence of
the card that gives it at all. The answer names the sentence of the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from apps.ai.text.meaning import courses, stance, told
from apps.ai.text.meaning.courses import ends
from apps.ai.text.meaning.evidence import FAMILY
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.names import is_term
from apps.ai.text.meaning.reading import Mention, Reading, Unit, unit_stems
from apps.ai.text.meaning.required_words import (
    ALLERGENS,
    FREE,
    STRESSED,
    URGENT,
    WARNED_OF,
)
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

#: Kinds of goods of which every warning is kept; of all others those that speak of ages, children and allergens.
KINDS = MEDICAL | {"cosmetics"}
_PROTECTED = SUBSTANCES | {"disease", "organism", "person", "anatomy"}
_EVERYWHERE = frozenset({"person", "airbag", "smallparts", "choking"})
#: Who may not use goods of other kinds: a word for a fever is also one for fire.
_STATES = frozenset(
    "pregnant lactation allergic epilepsy thrombosis clot varicose phlebitis hernia diabetes asthma cancer "
    "hypertension hypotension infarct angina stroke arrhythmia glaucoma celiac phenylketonuria hemophilia "
    "tuberculosis osteoporosis psoriasis eczema dermatitis atopic neuropathy mental anemia".split()
)
_GENERIC = frozenset(
    "use product doctor tablet capsule day year month week other_ food dose "
    "treatment contra severe risk small big below above".split()
)
_TOLD = frozenset({"verb", "route", "storage", "care", "thing"})
#: That a portion is not to be exceeded goes without saying where the card gives the portion.
_LIMITS = frozenset({"exceed", "increase_dose"})
_COVERED = 0.3
#: The likeness of a sentence that a warning became.
_ALIKE = 0.5


def check(case: Case) -> Iterator[Finding]:
    seen: set[str] = set()
    for unit, clauses in zip(case.source.units, stance.stances(case.source), strict=True):
        if unit.text in seen or not (unit.mentions or _is_urgent(unit)):
            continue
        seen.add(unit.text)
        if "store" in unit.ids and not _is_of_allergens(unit):
            continue
        missing = _missing(case, unit, clauses)
        asked = case.kind in KINDS or _is_urgent(unit)
        if missing or _is_unwarned(case, unit):
            yield _finding(unit, ", ".join(missing))
        elif asked and _is_untold(case, unit, clauses):
            yield _finding(unit, weak=not _names_a_danger(unit))
    if case.kind in MEDICAL:
        yield from _sold(case)
        yield from courses.check(case)
    yield from _kept(case)


def _finding(unit: Unit, quote: str = "", *, weak: bool = False) -> Finding:
    return Finding(Code.LEFT_OUT, "description", quote, unit.text.strip()[:180], weak=weak)


def _names_a_danger(unit: Unit) -> bool:
    """Whether a warning names for whom, with what or of what it warns; "handle with care" does not."""
    return _is_urgent(unit) or any(mention.group in _PROTECTED | _TOLD for mention in unit.mentions)


def _missing(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> list[str]:
    """What a warning speaks of and the card does not, in no words of its own either."""
    lacking = [mention for mention in unit.mentions if not told.is_told(case, unit, clauses, mention)]
    stressed = bool(lacking) and _is_stressed(case, unit)
    missing = []
    if lacking and (stressed or not FREE.search(unit.folded)):
        for mention in lacking:
            warned = stressed or stance.of(clauses, mention) in told.WARNED
            if not warned or not _is_protected(case, unit, mention):
                continue
            clause = stance.clause_at(clauses, mention.first)
            if told.is_glossed(case, unit, clauses, mention) or (
                case.source.is_russian
                and mention.group not in SUBSTANCES
                and told.is_other_word(case, unit, clauses, mention.first)
            ):
                continue
            if mention.group in SUBSTANCES or not told.is_retold(case, unit, clause):
                missing.append(unit.quote(mention))
    missing += _terms(case, unit, clauses)
    missing += _items(case, unit, clauses)
    for figure in figures(unit):
        if figure.bound in {"under", "over"} and figure.unit in {"year", "month"}:
            said = stance.clause_at(clauses, figure.first).stance
            if said is Stance.FORBIDS and not _has(figure, case.body):
                missing.append(unit.text.strip())
    return missing


def _terms(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[str]:
    """Scientific words of a Russian prohibition that no lexicon has: «лейкопения» is the same word in a card."""
    if not case.source.is_russian or case.kind not in MEDICAL:
        return
    known = {place for mention in unit.mentions for place in range(mention.first, mention.last + 1)}
    for one in clauses:
        if one.stance is Stance.FORBIDS:
            for token in unit.tokens[one.first : one.last + 1]:
                if (
                    token.at not in known
                    and is_term(token.small)
                    and token.small[:FAMILY] not in told.begun(case.body)
                    and not told.is_other_word(case, unit, clauses, token.at)
                ):
                    yield unit.text[token.start - unit.start : token.end - unit.start]


def _items(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[str]:
    """Items of a Russian list of prohibitions of which the card has no word at all, be they known or not."""
    if not case.source.is_russian:
        return
    for one in clauses:
        tokens = unit.tokens[one.first : one.last + 1]
        telling = [token for token in tokens if told.is_telling(token.small) and len(token.small) >= FAMILY]
        if (
            one.stance is Stance.FORBIDS
            and (one.own or one.listed or unit.is_item)
            and telling
            and not any(one.first <= mention.first <= one.last for mention in unit.mentions)
            and not any(token.small[:FAMILY] in told.begun(case.body) for token in telling)
            and not told.is_other_word(case, unit, clauses, one.first)
            and not told.is_retold(case, unit, one)
        ):
            yield unit.text[tokens[0].start - unit.start : tokens[-1].end - unit.start]


@once
def _is_urgent(unit: Unit) -> bool:
    return URGENT.search(unit.folded) is not None


@once
def _is_of_allergens(unit: Unit) -> bool:
    return ALLERGENS.search(unit.folded) is not None


@once
def _stresses(unit: Unit) -> bool:
    return STRESSED.search(unit.folded) is not None


def _is_unwarned(case: Case, unit: Unit) -> bool:
    """An allergen that a composition names, too, is warned of only where the card warns."""
    if not WARNED_OF.search(unit.folded):
        return False
    return not any(_is_of_allergens(one) or "аллерг" in one.folded for one in case.body.units)


def _is_stressed(case: Case, unit: Unit) -> bool:
    """Whether a sentence stresses what it says without forbidding it: allergens, intervals, dangers."""
    if _is_of_allergens(unit):
        return True
    return case.kind in KINDS and _stresses(unit)


def _is_protected(case: Case, unit: Unit, mention: Mention) -> bool:
    if case.kind not in KINDS and not _is_of_allergens(unit):
        return mention.id in _EVERYWHERE | _STATES
    if mention.id == "elderly" and any(one.unit == "year" and _has(one, case.body) for one in figures(unit)):
        return False
    if mention.group == "anatomy" and any(other.group == "disease" for other in unit.mentions):
        return False
    return mention.group in _PROTECTED and mention.id not in _AGED


#: An age says it better.
_AGED = frozenset({"child", "infant", "teen", "adult"})


def _is_untold(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> bool:
    """Whether a sentence that warns by its own words has no sentence of the card beside it."""
    if not _is_urgent(unit) and not any(
        mention.group in _PROTECTED or (mention.group in _TOLD and mention.id not in _LIMITS)
        for mention in unit.mentions
    ):
        return False
    if not any(one.own and one.stance is not Stance.ALLOWS for one in clauses) and not _stresses(unit):
        return False
    if sum(_is_protected(case, unit, mention) for mention in unit.mentions) > 1:
        return False
    if any(
        pair.score >= _ALIKE and case.source.units[pair.sources[0]] is unit
        for pair in case.pairs
        if pair.sources
    ):
        return False
    telling = _telling(unit, case.source.is_russian)
    if len(telling) < (1 if _is_urgent(unit) else 2):
        return False
    where = _told_where(case.body, case.source.is_russian)
    shared = Counter(place for feature in telling for place in where.get(feature, ()))
    return max(shared.values(), default=0) < len(telling) * _COVERED


@once
def _told_where(body: Reading, with_stems: bool) -> dict[str, list[int]]:
    """The card's sentences by what they tell."""
    found: dict[str, list[int]] = {}
    for at, unit in enumerate(body.units):
        for feature in _telling(unit, with_stems):
            found.setdefault(feature, []).append(at)
    return found


@once
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
    if figure.low == 1 and any({figure.unit, "below"} <= unit.ids for unit in body.units):
        return True  # «до года»
    return (figure.low, figure.unit) in ends(body) or (figure.low * 12, "month") in ends(body)


def _sold(case: Case) -> Iterator[Finding]:
    wanted = case.source.ids & {"rx", "otc"}
    if wanted and not case.told & {"rx", "otc"}:
        yield _finding(next(unit for unit in case.source.units if unit.ids & wanted))


def _kept(case: Case) -> Iterator[Finding]:
    wanted = next(
        (unit for unit in case.source.units if "store" in unit.ids and not _NOT_STORED.search(unit.folded)),
        None,
    )
    if wanted is not None and not any(_is_kept(unit) for unit in case.body.units):
        yield _finding(wanted)


#: What cannot be kept is thrown away, which is no way to keep the goods.
_NOT_STORED = re.compile(r"(?:cannot|can't|do not|don't|not) (?:be )?stor|не хран|saklamay|saklanma[zm]")
_DEGREES = re.compile(r"\d\s?°|температур|градус")


def _is_kept(unit: Unit) -> bool:
    return (
        any(mention.group == "storage" for mention in unit.mentions)
        or _DEGREES.search(unit.folded) is not None
    )
