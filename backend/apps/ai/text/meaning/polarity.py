"""Yes and no: what the source forbids the card may not allow, what is in it the card may not call absent.

A concept is said with a sign: forbidden or denied, a warning, or plain. A card's sign is held against the source
sentences that it is made from, and against all others where those do not speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from apps.ai.text.meaning import signs, stance
from apps.ai.text.meaning.denial import is_affirmed, is_denied
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.statements import statements
from apps.ai.text.meaning.views import once

#: Of these a clause forbids, warns or allows; they are said plainly in lists, too.
_SPOKEN_OF = frozenset({"person", "disease", "organism", "substance", "inn", "plant"})
_ACTS = frozenset(
    {"mixing", "ocular", "swallowing", "act", "effective", "pass_into", "cause", "shake", "chew", "driving"}
    | {"replace", "touch", "alcohol", "grapefruit", "wash", "cloudy", "damaged_skin"}
)
#: These are there or not; to name them is to say that they are.
_PRESENT = frozenset({"excipient", "effect", "care", "thing", "vitamin", "material"})
#: A sentence that is denied as a whole denies these, whichever of its words the negation governs.
_ADDED = frozenset({"excipient", "vitamin", "care", "effect"})
_KEPT = frozenset({"fridge", "freeze"})
_ACTS_AND_KEPT = _ACTS | _KEPT
_ASKED = _PRESENT | _SPOKEN_OF
#: To say these without a negation is to affirm them.
_PREDICATES = frozenset({"act", "pass_into", "replace", "touch", "freeze", "swallowing", "damaged_skin"})
OPPOSITES = {
    "enhance": "weaken",
    "weaken": "enhance",
    "stop": "continue",
    "continue": "stop",
    "high": "low",
    "low": "high",
}


class Sign(StrEnum):
    NO = "no"
    WARNED = "warned"
    NAMED = "named"
    YES = "yes"


def check(case: Case) -> Iterator[Finding]:
    theirs = _signs(case.source)
    ours, words = stance.stances(case.body), signs.of_tokens(case.body)
    said = denials(case.body)
    for at, (unit, clauses) in enumerate(zip(case.body.units, ours, strict=True)):
        for mention in unit.mentions:
            if mention.id not in theirs:
                continue
            told = sign(unit, clauses, mention, words[at], said[at])
            if evidence := _contradicts(case, at, mention, told, theirs):
                yield _finding(unit, evidence, weak=_is_weak(mention, told, theirs[mention.id]))
        yield from _permitted(case, unit, clauses, at)


def sign(
    unit: Unit,
    clauses: tuple[Clause, ...],
    mention: Mention,
    words: tuple[signs.Sign, ...],
    denied: Mapping[int, bool],
) -> Sign:
    """How a sentence speaks of a concept. `words`: the signs of its words; `denied`: of those of whole statements."""
    if _excepts(unit) or (mention.group in {"care", "verb"} and _BOUNDED.search(unit.folded)):
        return Sign.NAMED
    said, own = stance.of(clauses, mention), stance.is_own(clauses, mention)
    if is_present(mention):
        forbidden = said is Stance.FORBIDS and own and mention.group in {"care", "effect"}
        if forbidden:
            return Sign.NO
        there = _there(unit, mention, words, denied)
        return Sign.NAMED if there is Sign.YES and said is Stance.FORBIDS else there
    if mention.id in _PREDICATES:
        return _there(unit, mention, words, denied)
    if said is Stance.FORBIDS or (mention.id in _ACTS_AND_KEPT and is_denied(unit, mention)):
        return Sign.NO
    if said is Stance.WARNS:
        return Sign.WARNED
    return Sign.YES if said is Stance.ALLOWS else Sign.NAMED


#: "Grind nothing other than roasted beans": what is excepted is not forbidden.
_EXCEPTS = re.compile(
    r"\bother than\b|\b(?:nothing|anything) (?:but|except)\b|\b(?:dışında|disinda|haricinde|haric)\b|"
    r"\bкроме (?:тех|детей|случа|пациент|лиц|людей)|\bза исключением|\bиначе как\b|\bничего,? кроме\b"
)


@once
def _excepts(unit: Unit) -> bool:
    return _EXCEPTS.search(unit.folded) is not None


#: «Носить не дольше 3 часов» and «не носить более 3 часов» say the same.
_BOUNDED = re.compile(
    r"(?:более|больше|дольше|свыше|чаще|раньше) (?:чем )?(?:через |в )?\d|"
    r"\d\w* ?\w+(?:dan|den) (?:fazla|uzun)|more than \d|longer than \d"
)


def _there(unit: Unit, mention: Mention, words: tuple[signs.Sign, ...], denied: Mapping[int, bool]) -> Sign:
    said = _of_word(unit, mention, words)
    whole = denied.get(mention.first)
    return Sign.NAMED if whole is not None and (said is Sign.NO) is not whole else said


def _of_word(unit: Unit, mention: Mention, words: tuple[signs.Sign, ...]) -> Sign:
    own = max(words[mention.first : mention.last + 1])
    if own is signs.Sign.DENIED or is_denied(unit, mention):
        return Sign.NO
    if own is signs.Sign.PLAIN or mention.group == "thing" or is_affirmed(unit, mention):
        return Sign.YES
    return Sign.NAMED


@once
def denials(reading: Reading) -> tuple[dict[int, bool], ...]:
    """Of each sentence the places whose whole statement is denied, or is not, by its own words."""
    found: tuple[dict[int, bool], ...] = tuple({} for _ in reading.units)
    for one in statements(reading):
        if one.own and one.denied is not None:
            found[one.unit].update(dict.fromkeys(one.places, one.denied))
    return found


def is_present(mention: Mention) -> bool:
    return mention.group in _PRESENT and mention.id not in _ACTS


def _finding(unit: Unit, evidence: str, *, weak: bool = False) -> Finding:
    return Finding(Code.POLARITY, "description", unit.text.strip()[:160], evidence, weak=weak)


def _is_weak(mention: Mention, ours: Sign, said: Mapping[int, Sign]) -> bool:
    """Whether such a contradiction is as often a paraphrase, by texts of strangers.

    Things of everyday goods are there in one sense and not in another («no wireless charging»), a warning is told as a
    rule, and of several sentences one may say it; a card that denies what is added denies it on purpose.
    """
    if mention.group == "thing" or len(said) > 1 or set(said.values()) == {Sign.WARNED}:
        return True
    return ours is Sign.NO and mention.group not in {"excipient", "vitamin", "material", "care"}


def _contradicts(
    case: Case, at: int, mention: Mention, ours: Sign, theirs: Mapping[str, dict[int, Sign]]
) -> str:
    """The source's sentence that says the opposite, "" when none does or another says the same."""
    if mention.id in _AGED and any(figure.unit in _AGES for figure in figures(case.body.units[at])):
        return ""
    if ours is Sign.YES and _is_no_permission(case.body.units[at], mention):
        return ""
    said = theirs.get(mention.id, {})
    against = _against(ours)
    if mention.id in _AGED and ours is Sign.YES:
        against = frozenset({Sign.NO})
    near = {place: said[place] for place in case.pairs[at].sources if place in said}
    if not near and mention.id in _ACTS:
        return ""  # the same act on another thing
    if not said or not against or not set((near or said).values()) <= against:
        return ""
    if ours in said.values():
        return ""
    if ours is Sign.YES and set((near or said).values()) == {Sign.WARNED} and _warns(case, at):
        return ""  # «взрослым по таблетке, дозу подбирает врач»
    if mention.group == "verb" and not near:
        return ""
    return case.source.units[next(iter(near or said))].text.strip()


#: «парабены дают аллергию» permits nothing; «отделяют промежутком в 2 часа» is no mixing.
_CAUSES = re.compile(r"\bда[юе]т\b|вызыва|вызвать|привод|\bcauses?\b|yapabilir|neden ol")
_APART = re.compile(r"промежут|интервал|раздел|отдел|перерыв|с разниц|\bapart\b|arayla|ara ile")


def _is_no_permission(unit: Unit, mention: Mention) -> bool:
    if mention.group == "disease":
        return _CAUSES.search(unit.folded) is not None
    return mention.group in _TAKEN and _APART.search(unit.folded) is not None


_TAKEN = frozenset({"substance", "inn", "vitamin", "excipient"})


def _warns(case: Case, at: int) -> bool:
    return any(one.own and one.stance is Stance.WARNS for one in stance.stances(case.body)[at])


#: Of these an age says more than the word: `ages` compares it.
_AGED = frozenset({"child", "infant", "teen", "adult", "elderly"})
_AGES = frozenset({"year", "month"})


def _is_asked(mention: Mention) -> bool:
    return mention.group in _ASKED or mention.id in _ACTS_AND_KEPT


def _against(ours: Sign) -> frozenset[Sign]:
    """The signs that contradict one when the source has no other."""
    if ours is Sign.YES:
        return frozenset({Sign.NO, Sign.WARNED})
    return frozenset({Sign.YES}) if ours is Sign.NO else frozenset()


@once
def _signs(source: Reading) -> dict[str, dict[int, Sign]]:
    """The sign of each concept asked about in each sentence that speaks of it; plain wins over denied within one."""
    found: dict[str, dict[int, Sign]] = {}
    words, whole = signs.of_tokens(source), denials(source)
    for at, (unit, clauses) in enumerate(zip(source.units, stance.stances(source), strict=True)):
        for mention in filter(_is_asked, unit.mentions):
            told = sign(unit, clauses, mention, words[at], whole[at])
            if told is Sign.NAMED and whole[at].get(mention.first) and _is_added(unit, mention):
                told = Sign.NO
            places = found.setdefault(mention.id, {})
            places[at] = told if places.get(at, told) is told else Sign.NAMED
    return found


def _is_added(unit: Unit, mention: Mention) -> bool:
    """Sugar, not blood sugar."""
    return mention.group in _ADDED and not any(other.group == "disease" for other in unit.mentions)


#: «Можно не раньше чем через час»: a permission that forbids.
_LIMITED = re.compile(r"не раньше|только|лишь|не ранее|в том числе|если")


def _permitted(case: Case, unit: Unit, clauses: tuple[Clause, ...], at: int) -> Iterator[Finding]:
    """«можно» where the sentences behind it only forbid and warn, whatever they speak of."""
    forbidden = any(one.own and one.stance is Stance.FORBIDS for one in clauses)
    permitted = any(one.permits and one.stance is not Stance.WARNS for one in clauses)
    if forbidden or case.pairs[at].score < SURE or not permitted:
        return
    if unit.is_heading or _LIMITED.search(unit.folded):
        return
    theirs = stance.stances(case.source)
    behind = [theirs[place] for place in case.pairs[at].sources]
    if behind and all(_only_forbids(one) for one in behind):
        yield _finding(unit, case.evidence_of(at))


#: How alike a sentence and its source must be for what is aligned to count.
SURE = 0.25


def _only_forbids(clauses: tuple[Clause, ...]) -> bool:
    own = {one.stance for one in clauses if one.own}
    return bool(own) and own <= {Stance.FORBIDS, Stance.WARNS}
