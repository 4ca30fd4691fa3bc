"""What a Russian sentence says that goods do: the verb, what it is done to, whether it is denied.

«Крем снимает зуд», «капли, которые не раздражают глаза», «помогает укрепить кости».
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from apps.ai.text.language import dictionary
from apps.ai.text.meaning.reading import Token, Unit
from apps.ai.text.meaning.views import once

#: Behind these an infinitive is what the goods do themselves.
_HELPS = ("помога", "поможет", "помогут", "позвол", "призван", "умеет", "умеют")
_REACH = 4
_NOUNS = frozenset({"NOUN", "NPRO"})
_QUALITIES = frozenset({"ADJF", "PRTF", "NUMR"})
#: Words that open what is only supposed, wished or asked.
_SUPPOSED = frozenset("если когда пока чтобы чтоб ли пусть хотя".split())
_NOT = "не"
_OBJECTS = frozenset({"accs", "gent"})


class Deed(NamedTuple):
    """`object`: words of the verb's clause behind it, and those before it that are no subject where those name nothing.

    `subject`: the words before it that may be what does it; `named`: whether a verb in the plural has one; `direct`:
    whether something stands behind the verb to which it is done, without a preposition.
    """

    verb: Token
    object: tuple[Token, ...]
    subject: tuple[Token, ...]
    denied: bool
    named: bool
    direct: bool


@once
def deeds(unit: Unit) -> tuple[Deed, ...]:
    """Those of a sentence, in order; none of what is only supposed."""
    return tuple(_deeds(unit))


def _deeds(unit: Unit) -> Iterator[Deed]:
    for token in unit.tokens:
        form = form_of(token.small)
        if not form or (form == "INFN" and not _is_helped(unit, token)):
            continue
        clause = [one for one in unit.tokens if one.clause == token.clause]
        if any(one.small in _SUPPOSED for one in clause if one.at < token.at):
            continue
        earlier = [one for one in reversed(clause) if one.at < token.at]
        before = list(takewhile(_is_no_verb, earlier))
        behind = tuple(takewhile(_is_no_verb, (one for one in clause if one.at > token.at)))
        if form == "PRTF" and _is_attribute(token, behind):
            continue
        denied = bool(before) and before[0].small == _NOT
        if form in {"PRTF", "GRND"}:
            before = []
        subject = tuple(one for one in before if _may_do(one.small))
        direct = any(_is_done_to(one.small) for one in takewhile(_governs_nothing, behind))
        if not any(is_thing(one.small) for one in behind):
            behind = (*(one for one in reversed(before) if one not in subject), *behind)
        opens = not token.at or _is_plural(unit.tokens[0].small)  # «Укрепляют ногти.»
        named = form != "plur" or opens or any(_are(clause, one) for one in earlier)
        yield Deed(token, behind, subject, denied, named, direct)


def _is_no_verb(token: Token) -> bool:
    return form_of(token.small) in {"", "PRTF"}


def _governs_nothing(token: Token) -> bool:
    return not _is_preposition(token.small)


@lru_cache(maxsize=50_000)
def _is_done_to(small: str) -> bool:
    return any(one.POS == "NOUN" and one.case in _OBJECTS for one in dictionary.tags(small))


def _is_attribute(token: Token, behind: tuple[Token, ...]) -> bool:
    """«увлажняющим кремом»: said of the noun behind it, and no deed to it."""
    return bool(behind) and any(
        one.case == other.case and one.number == other.number and one.gender in {other.gender, None}
        for one in dictionary.tags(token.small)
        for other in dictionary.tags(behind[0].small)
        if other.POS == "NOUN"
    )


def _are(clause: list[Token], token: Token) -> bool:
    """Whether several things do it: a noun in the plural that no preposition governs."""
    place = token.at - clause[0].at
    return _is_plural(token.small) and not (place and _is_preposition(clause[place - 1].small))


@lru_cache(maxsize=50_000)
def _is_preposition(small: str) -> bool:
    return str(dictionary.tags(small)[0].POS) == "PREP"


def _is_helped(unit: Unit, token: Token) -> bool:
    """«помогает быстро снять»"""
    near = unit.tokens[max(0, token.at - _REACH) : token.at]
    return any(one.small.startswith(_HELPS) and one.clause == token.clause for one in near)


@lru_cache(maxsize=50_000)
def form_of(small: str) -> str:
    """Of what form a word is that tells of a deed: "sing", "plur", PRTF, GRND, INFN; "" of all others."""
    if not "а" <= small[0] <= "я":
        return ""
    tag = dictionary.tags(small)[0]
    if tag.POS == "VERB":
        return str(tag.number or "") if tag.person == "3per" and tag.tense in {"pres", "futr"} else ""
    if tag.POS == "PRTF":
        return "PRTF" if tag.voice == "actv" else ""
    return str(tag.POS) if tag.POS in {"GRND", "INFN"} else ""


@lru_cache(maxsize=50_000)
def _may_do(small: str) -> bool:
    """Whether a word before a verb may be what does it."""
    tag = dictionary.tags(small)[0]
    return tag.POS in _NOUNS and any(one.case == "nomn" for one in dictionary.tags(small))


@lru_cache(maxsize=50_000)
def _is_plural(small: str) -> bool:
    return small.startswith("котор") or any(
        one.POS in _NOUNS and one.case == "nomn" and one.number == "plur" for one in dictionary.tags(small)
    )


@lru_cache(maxsize=50_000)
def is_thing(small: str) -> bool:
    """Whether a word names what something is done to."""
    return "а" <= small[0] <= "я" and dictionary.tags(small)[0].POS == "NOUN"


@lru_cache(maxsize=50_000)
def is_quality(small: str) -> bool:
    return "а" <= small[0] <= "я" and dictionary.tags(small)[0].POS in _QUALITIES


@lru_cache(maxsize=50_000)
def was_done(small: str) -> bool:
    """Whether a word says what was done to a thing: «на осветлённых волосах»."""
    return "а" <= small[0] <= "я" and {"PRTF", "pssv", "past"} <= dictionary.tags(small)[0].grammemes
