"""Yes and no: what the source forbids the card may not allow, what is in it the card may not call absent.

A concept is said with a sign: forbidden or denied, a warning, or plain. A card's sign is held against the source
sentences that it is made from, and against all others where those do not speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from apps.ai.text.meaning import signs, stance
from apps.ai.text.meaning.aside import is_state
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import Case, Finding
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.permission import is_dosed, is_no_permission
from apps.ai.text.meaning.permitted import finding, is_same_limit, permitted
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.said import (
    ACTS,
    ACTS_AND_KEPT,
    PRESENT,
    Sign,
    denials,
    is_counted,
    is_mixed,
    key_of,
    sign,
)
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.unshown import unsays
from apps.ai.text.meaning.views import once

#: Of these a clause forbids, warns or allows; they are said plainly in lists, too.
_SPOKEN_OF = frozenset("person disease organism substance inn plant".split())
#: A sentence that is denied as a whole denies these, whichever of its words the negation governs.
_ADDED = frozenset({"excipient", "vitamin", "care", "effect"})
_ASKED = PRESENT | _SPOKEN_OF
OPPOSITES = {
    name: other
    for pair in (("enhance", "weaken"), ("stop", "continue"), ("high", "low"))
    for name, other in (pair, pair[::-1])
}


def check(case: Case) -> Iterator[Finding]:
    theirs = _signs(case.source)
    ours, words = stance.stances(case.body), signs.of_tokens(case.body)
    denied = denials(case.body)
    for at, (unit, clauses) in enumerate(zip(case.body.units, ours, strict=True)):
        for mention in unit.mentions:
            known = theirs.get(key_of(unit, mention), {})
            if not known or is_state(unit, mention):
                continue
            told = sign(unit, clauses, mention, words[at], denied[at])
            evidence = _contradicts(case, at, mention, told, known)
            if (
                evidence
                and not (mention.id == "exceed" and is_same_limit(case, at))
                and (
                    not _is_of_some_part(case, at, mention, known)
                    or _is_of_the_same(case, at, mention, known)
                )
                and not (told is Sign.YES and _is_another_case(case.source, unit, clauses, mention, known))
            ):
                is_sure = _refuses(unit, mention, told) or unsays(case, at, mention, told, known)
                yield finding(unit, evidence, weak=_is_weak(mention, told, known) and not is_sure)
        yield from permitted(case, unit, clauses, at)


def _is_weak(mention: Mention, ours: Sign, said: Mapping[int, Sign]) -> bool:
    """Whether such a contradiction is as often a paraphrase, by texts of strangers.

    Things of everyday goods are there in one sense and not in another («no wireless charging»), a warning is told as a
    rule, and of several sentences one may say it; a card that denies what is added denies it on purpose.
    """
    if mention.id in _EVERYWHERE_THE_SAME and ours is Sign.YES and len(said) == 1:
        return False
    if mention.group == "thing" or len(said) > 1 or set(said.values()) == {Sign.WARNED}:
        return True
    return ours is Sign.NO and mention.group not in {"excipient", "vitamin", "material", "care"}


def _refuses(unit: Unit, mention: Mention, ours: Sign) -> bool:
    """«Детям препарат не дают», and no limit: «взрослым нельзя превышать 3 г», «детям нельзя, только взрослым»."""
    is_refused = ours is Sign.NO and mention.group == "person" and not figures(unit)
    return is_refused and (mention.first == 0 or unit.tokens[mention.first - 1].small != "только")


def _contradicts(case: Case, at: int, mention: Mention, ours: Sign, said: Mapping[int, Sign]) -> str:
    """The source's sentence that says the opposite, "" when none does or another says the same."""
    against = _against(ours)
    if mention.id in _AGED and ours is Sign.YES:
        against = frozenset({Sign.NO})
    near = {place: said[place] for place in case.pairs[at].sources if place in said}
    if not near and mention.id in ACTS - _EVERYWHERE_THE_SAME:
        return ""  # the same act on another thing
    if not said or not against or not set((near or said).values()) <= against:
        return ""
    if ours in said.values():
        return ""
    if ours is Sign.YES and set((near or said).values()) == {Sign.WARNED} and _warns(case, at):
        return ""  # «взрослым по таблетке, дозу подбирает врач»
    if not near and (mention.group == "verb" or _is_act(case.body.units[at], mention)):
        return ""
    if (
        ours is Sign.YES
        and near
        and _ONLY.search(case.body.units[at].folded)
        and all(_asks_a_doctor(case.source.units[one]) for one in near)
        and _warns(case, at)
    ):
        return ""
    if mention.id in _AGED and any(figure.unit in _AGES for figure in figures(case.body.units[at])):
        return ""
    if ours is Sign.YES and is_no_permission(case.body.units[at], mention):
        return ""
    return case.source.units[next(iter(near or said))].text.strip()


_ONLY = re.compile(r"\b(?:только|лишь|исключительно|нельзя|запрещ\w+)\b")
#: «doktor önermedikçe kullanılmaz», «без назначения врача нельзя»: with one it is allowed.
_UNLESS = re.compile(
    r"\w{2,}m[ae]d[iu]kc[ae]\b|\bdanis(?:il)?madan\b|\bunless\b|\bwithout (?:\w+ ){0,3}(?:doctor|physician|medical)|"
    r"\bбез (?:\w+ )?(?:назначен|рекомендац|разрешен|указан|консультац|совет|ведома|согласован)\w* "
    r"(?:\w+ )?(?:врач|доктор|специалист)"
)


def _is_act(unit: Unit, mention: Mention) -> bool:
    """«добавьте 50 мл воды», and not «на индукционной плите»."""
    return mention.group == "care" and part_of_speech(unit.tokens[mention.last].small) in {"VERB", "INFN"}


@once
def _asks_a_doctor(unit: Unit) -> bool:
    return _UNLESS.search(unit.folded) is not None


#: Acts that are the same wherever they are spoken of.
_EVERYWHERE_THE_SAME = frozenset({"driving", "alcohol", "grapefruit"})
#: Of what they are, the words beside them say: the failure of a kidney is not that of the heart.
_OF_SOME_PART = frozenset(
    "failure pain inflammation infection bleeding tumor deficiency irritation broken obstruction ulcer edema burn "
    "burns_ pus_ toxin cramps polyps fracture dysbiosis".split()
)


def _is_of_some_part(case: Case, at: int, mention: Mention, known: Mapping[int, Sign]) -> bool:
    is_far = known.keys().isdisjoint(case.pairs[at].sources)
    return mention.id in _OF_SOME_PART or (mention.group == "disease" and is_far)


def _is_of_the_same(case: Case, at: int, mention: Mention, known: Mapping[int, Sign]) -> bool:
    """Whether the source speaks of it beside the same words, in the aligned sentences where there are any."""
    near = [place for place in case.pairs[at].sources if place in known]
    ours = _beside(case.body.units[at], mention)
    return any(_has_beside(case, place, mention, ours) for place in near or list(known)[:_MOST])


#: «ALMAMALIDIR» of people on nitrates, "not for injection": who, when and by which way a substance is forbidden.
_CASES = frozenset({"person", "disease", "route", "anatomy", "inn", "substance"})


def _is_another_case(
    source: Reading, unit: Unit, clauses: tuple[Clause, ...], mention: Mention, known: Mapping[int, Sign]
) -> bool:
    """Whether a substance is forbidden only to those and in those ways of which a card's sentence does not speak."""
    if mention.group not in {"inn", "substance"}:
        return False
    ours = {
        name
        for one in unit.mentions
        if one.id != mention.id and stance.of(clauses, one) is not Stance.FORBIDS
        for name in (one.id, *one.concept.implies)
    }
    return all(
        (cases := _cases(source.units[place], mention)) and ours.isdisjoint(cases)
        for place, said in known.items()
        if said in {Sign.NO, Sign.WARNED}
    )


def _cases(unit: Unit, mention: Mention) -> set[str]:
    """What a clause names besides a substance that tells whom or what it forbids."""
    clauses = {unit.tokens[one.first].clause for one in unit.mentions if one.id == mention.id}
    return {
        name
        for one in unit.mentions
        if one.group in _CASES and one.id != mention.id and unit.tokens[one.first].clause in clauses
        for name in (one.id, *one.concept.implies)
    }


_MOST = 10


def _has_beside(case: Case, place: int, mention: Mention, ours: frozenset[str]) -> bool:
    unit = case.source.units[place]
    told = [_beside(unit, one) for one in unit.mentions if one.id == mention.id]
    return any(ours == one or ours & one for one in told)


def _beside(unit: Unit, mention: Mention) -> frozenset[str]:
    """The organs and diseases that the clause of a mention speaks of."""
    clause = unit.tokens[mention.first].clause
    return frozenset(
        name
        for other in unit.mentions
        if other.group in {"anatomy", "disease"} and other.id != mention.id
        if unit.tokens[other.first].clause == clause
        for name in (other.id, *other.concept.implies)
    )


def _warns(case: Case, at: int) -> bool:
    return any(one.own and one.stance is Stance.WARNS for one in stance.stances(case.body)[at])


#: Of these an age says more than the word: `ages` compares it.
_AGED = frozenset({"child", "infant", "teen", "adult", "elderly"})
_AGES = frozenset({"year", "month"})


#: A cloth is any, and so is a metal; what is said of a guarantee `provided` compares.
_SAID_ELSEWHERE = frozenset({"textile", "metal_", "guarantee"})


def _is_asked(mention: Mention) -> bool:
    return (mention.group in _ASKED and mention.id not in _SAID_ELSEWHERE) or mention.id in ACTS_AND_KEPT


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
        for mention in unit.mentions:
            if not _is_asked(mention) or is_counted(unit, mention) or is_state(unit, mention):
                continue
            told = sign(unit, clauses, mention, words[at], whole[at])
            if (
                told is Sign.NAMED
                and not is_mixed(unit, mention)
                and whole[at].get(mention.first)
                and _is_added(unit, mention)
            ):
                told = Sign.NO
            if told is Sign.NAMED and mention.group == "person" and is_dosed(unit):
                told = Sign.YES  # «детям — по полтаблетки»
            places = found.setdefault(key_of(unit, mention), {})
            places[at] = told if places.get(at, told) is told else Sign.NAMED
    return found


def _is_added(unit: Unit, mention: Mention) -> bool:
    """Sugar, not blood sugar, and not what it is mixed with."""
    return (
        mention.group in _ADDED
        and not is_mixed(unit, mention)
        and not any(other.group == "disease" for other in unit.mentions)
    )
