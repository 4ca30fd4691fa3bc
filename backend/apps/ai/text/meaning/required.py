"""What must not be left out: who may not take it, with what, for how long, how it is sold and kept, what it contains.

Two questions to each warning of the source: is everything that it speaks of in the card, and is there a sentence of
the card that gives it at all. The answer names the sentence of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from apps.ai.text.meaning import (
    courses,
    durations,
    everywhere,
    glosses,
    spans,
    stance,
    stored,
    told,
    unsaid,
    untold,
)
from apps.ai.text.meaning.courses import ends
from apps.ai.text.meaning.evidence import FAMILY
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.names import is_term
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.required_words import (
    ALLERGENS,
    FREE,
    NO_MEDICINE,
    OBLIGES,
    REASSURES,
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
    "tuberculosis osteoporosis psoriasis eczema dermatitis atopic neuropathy mental anemia pacemaker wound infection "
    "immunodeficiency gastritis pancreatitis ulcer numbness".split()
)
#: More commas make a list of a sentence.
_LISTED = 3
_SHORT = 3
_LABELLED = re.compile(r"[\s•*-]*[^:;.]{2,40}:")
#: Of whom or what a sentence speaks that no card may leave out as a whole.
_MATTERS = _PROTECTED | {"route", "food", "time", "verb", "care"}
_ADVISERS = frozenset({"doctor", "staff", "surgery"})


def check(case: Case) -> Iterator[Finding]:
    seen: set[str] = set()
    for unit, clauses in zip(case.source.units, stance.stances(case.source), strict=True):
        if unit.text in seen or not (unit.mentions or _is_urgent(unit)):
            continue
        seen.add(unit.text)
        lacking = [unit.quote(one) for one in everywhere.lacking(case, unit, clauses)]
        if not lacking and stored.is_told_of(unit) and not _is_of_allergens(unit):
            continue
        missing = [] if REASSURES.search(unit.folded) else [*lacking, *_missing(case, unit, clauses)]
        if missing or _is_unwarned(case, unit):
            yield _finding(unit, ", ".join(dict.fromkeys(missing)))
        elif ((_frowns(unit, clauses) or _informs(case, unit)) and _is_untold(case, unit)) or (
            not (stored.speaks_of(unit) or REASSURES.search(unit.folded) or NO_MEDICINE.search(unit.folded))
            and unsaid.is_unsaid(case, unit)
        ):
            yield _finding(unit)
    if case.kind in MEDICAL:
        yield from _sold(case)
        yield from courses.check(case)
    yield from stored.check(case)
    yield from spans.check(case)


def _finding(unit: Unit, quote: str = "") -> Finding:
    return Finding(Code.LEFT_OUT, "description", quote, unit.text.strip()[:180])


def _missing(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> list[str]:
    """What a warning speaks of and the card does not, in no words of its own either."""
    lacking = [mention for mention in unit.mentions if not told.is_told(case, unit, clauses, mention)]
    stressed = bool(lacking) and _is_stressed(case, unit)
    missing = []
    if lacking and (stressed or not FREE.search(unit.folded)):
        for mention in lacking:
            warned = stressed or _is_warned_of(unit, clauses, mention)
            clause = told.item_at(unit, stance.clause_at(clauses, mention.first), mention.first)
            if not warned or not _is_protected(case, unit, mention, clause):
                continue
            if glosses.is_glossed(case, unit, clauses, mention) or (
                case.source.is_russian
                and mention.group not in SUBSTANCES
                and glosses.is_other_word(case, unit, clauses, mention.first)
            ):
                continue
            if mention.group in SUBSTANCES or not told.is_retold(case, unit, clause):
                missing.append(unit.quote(mention))
    missing += _terms(case, unit, clauses)
    for figure in figures(unit):
        if figure.bound in {"under", "over"} and figure.unit in {"year", "month"}:
            said = stance.clause_at(clauses, figure.first).stance
            if said is Stance.FORBIDS and not _has(figure, case.body):
                missing.append(unit.text.strip())
    return missing


#: What opens a condition of what stands behind it.
_IF = frozenset("if when если при когда".split())


def _is_warned_of(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether a thing is forbidden or warned of, or is a condition of that: "if you have diabetes, ask a doctor"."""
    if stance.of(clauses, mention) in told.WARNED:
        return True
    at = clauses.index(stance.clause_at(clauses, mention.first))
    if not any(one.own and one.stance in told.WARNED for one in clauses[at + 1 :]):
        return False
    while at >= 0 and clauses[at].stance not in told.WARNED:
        if unit.tokens[clauses[at].first].small in _IF:
            return True
        at -= 1
    return False


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
                    and not glosses.is_other_word(case, unit, clauses, token.at)
                ):
                    yield unit.text[token.start - unit.start : token.end - unit.start]


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
    """An allergen that a composition names, too, is warned of only where the card warns, in whatever words."""
    if not WARNED_OF.search(unit.folded) or not any(one.group in SUBSTANCES for one in unit.mentions):
        return False
    if any(_is_of_allergens(one) or "аллерг" in one.folded for one in case.body.units):
        return False
    return not unsaid.is_made_into_one(case, unit)


def _is_stressed(case: Case, unit: Unit) -> bool:
    """Whether a sentence stresses what it says without forbidding it: allergens, intervals, dangers."""
    if _is_of_allergens(unit):
        return True
    return case.kind in KINDS and _stresses(unit)


def _is_protected(case: Case, unit: Unit, mention: Mention, item: Clause) -> bool:
    if case.kind not in KINDS and not _is_of_allergens(unit):
        return mention.id in _EVERYWHERE | _STATES
    if mention.id == "elderly" and any(one.unit == "year" and _has(one, case.body) for one in figures(unit)):
        return False
    if mention.id in {"woman", "man"} and any(one.group in {"disease", "anatomy"} for one in unit.mentions):
        return False
    if mention.group == "anatomy" and any(
        other.group == "disease" and other.id != "failure" and item.first <= other.first <= item.last
        for other in unit.mentions
    ):
        return False  # of a failing organ the organ says which, and «болезни печени» have no other name
    if any(one[1:] == mention[1:] and one.group not in _PROTECTED for one in unit.mentions):
        return False  # «koruyucu» is a preservative, or what protects
    is_label = mention.id == "allergic" and _LABEL.match(
        unit.text, unit.tokens[mention.last].end - unit.start
    )
    if (mention.id == "allergen" or is_label) and any(one.group in SUBSTANCES for one in unit.mentions):
        return False  # "Allergy: may contain fish" warns of fish
    if unit.tokens[mention.first].small == "лиц":
        return False  # «лиц до 18 лет» are people
    return mention.group in _PROTECTED and mention.id not in _AGED


_LABEL = re.compile(r"\s*:")
#: An age says it better.
_AGED = frozenset({"child", "infant", "teen", "adult"})


#: That a portion is not to be exceeded goes without saying where the card gives the portion.
_LIMITS = frozenset({"exceed", "increase_dose"})


def _is_untold(case: Case, unit: Unit) -> bool:
    """Whether the card has nothing of a sentence, and no words of its own where it could tell it."""
    if NO_MEDICINE.search(unit.folded) and NO_MEDICINE.search(case.body.folded):
        return False
    if unit.ids <= _LIMITS and all(_has(figure, case.body) for figure in figures(unit)):
        return False
    share, count = untold.share_told(case, unit)
    is_enough = count > 1 or any(mention.group in _PROTECTED for mention in unit.mentions)
    return bool(count) and is_enough and share < untold.LEAST and not untold.has_own_words(case, unit)


def _frowns(unit: Unit, clauses: tuple[Clause, ...]) -> bool:
    """Whether a sentence forbids, warns, asks or stresses, and calls nothing harmless."""
    if REASSURES.search(unit.folded):
        return False
    return any((_is_urgent(unit), _stresses(unit), OBLIGES.search(unit.folded))) or any(
        one.own and one.stance in told.WARNED for one in clauses
    )


def _matters_not(mention: Mention) -> bool:
    return mention.group not in _MATTERS or mention.id in untold.GENERIC


def _is_composition(unit: Unit) -> bool:
    """Whether a sentence only names what the goods are made of; «Содержит сорбит» alone says more."""
    matters = {one.group for one in unit.mentions if not _matters_not(one)}
    return len(unit.tokens) > _SHORT and bool(matters) and matters <= SUBSTANCES


def _informs(case: Case, unit: Unit) -> bool:
    """Whether a sentence of a leaflet tells anything of the treatment that is no list, label or promise.

    The first one names the goods, what they are free of is no warning, and how they are sold is asked for elsewhere.
    """
    return case.kind in MEDICAL and not (
        unit is case.source.units[0]
        or unit.is_heading
        or unit.text.count(",") > _LISTED
        or _LABELLED.match(unit.text)
        or FREE.search(unit.folded)
        or not unit.ids.isdisjoint({"rx", "otc"})
        or (unit.ids.isdisjoint(_ADVISERS) and all(_matters_not(one) for one in unit.mentions))
        or _is_composition(unit)
    )


def _has(figure: Figure, body: Reading) -> bool:
    """Whether the card gives an age, with its unit or without: «младше 18 и старше 65 лет», «несовершеннолетним»."""
    if figure.low == 1 and any({figure.unit, "below"} <= unit.ids for unit in body.units):
        return True  # «до года»
    if (figure.low, figure.unit) == (18.0, "year") and any(
        "совершеннолет" in unit.folded for unit in body.units
    ):
        return True
    if (figure.low, figure.unit) in ends(body) or (figure.low * 12, "month") in ends(body):
        return True
    length = durations.lasts(replace(figure, high=figure.low))
    return any(
        (length is not None and durations.is_named(length, durations.minutes(unit)))
        or (figure.low in durations.numbers(unit) and _AGED_WORDS.search(unit.folded))
        for unit in body.units
    )


_AGED_WORDS = re.compile(
    r"лет|возраст|младше|моложе|старше|год[аоу]|до \d|до [а-я]+(?:и|х)\b|за (?:сорок|\w+десят)\b"
)


def _sold(case: Case) -> Iterator[Finding]:
    wanted = case.source.ids & {"rx", "otc"}
    if wanted and not case.told & {"rx", "otc"}:
        yield _finding(next(unit for unit in case.source.units if unit.ids & wanted))
