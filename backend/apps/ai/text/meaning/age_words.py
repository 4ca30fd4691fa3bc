"""Ages that are told without the word for a year: «до 18 л.», "aged 12"."""

from __future__ import annotations

import re

from apps.ai.text.meaning.reading import Unit

AGED = frozenset("aged ages age".split())
#: «До 18 л. не применять»: years, where the text speaks of persons and not of what a vessel holds.
_AGE_SIDE = frozenset("до с от старше младше моложе после ст".split())
_PERSONS = re.compile(r"дет|взросл|возраст|подрост|примен|назнач|приним|противопок|рекоменд|\bпить\b")
_VESSELS = re.compile(r"объ[её]м|вместим|[её]мкост|литр|\bвод|\bбак|ведр|бутыл|канистр|чайник|кастрюл")
_OLDEST = 99


#: "children under 5", «малышам до 3»: a person's number is one of years.
_OF_PERSONS = re.compile(
    r"(?:child|kid|infant|bab(?:y|ies)|person|people|patient|teen|adolescent|adult|those|anyone|дет[ея]|дети|ребен|малыш|"
    r"подрост|лиц|младен)"
)
_SIDES = frozenset("under over below above до младше моложе старше".split())
_OF_AGE = re.compile(r"(?P<not>не)?совершеннолетн")


def is_of_persons(unit: Unit, at: int) -> bool:
    """Whether a number without a unit is the age of those who are named before it."""
    tokens = unit.tokens
    if not at or tokens[at - 1].small not in _SIDES:
        return False
    if at + 1 < len(tokens) and tokens[at + 1].small == "s":
        return True  # "under 18s"
    return at > 1 and _OF_PERSONS.match(tokens[at - 2].small) is not None


def of_age(small: str) -> str:
    """The side of 18 years that a word names: «несовершеннолетним»."""
    told = _OF_AGE.match(small)
    return "" if told is None else "under" if told["not"] else "over"


def is_an_age(unit: Unit, at: int, low: float) -> bool:
    """Whether a number before «л.» or «г.» counts years."""
    told = at > 0 and unit.tokens[at - 1].small in _AGE_SIDE and low <= _OLDEST and low == int(low)
    return told and _PERSONS.search(unit.folded) is not None and _VESSELS.search(unit.folded) is None


#: "Children under 12", «детям до 12»: an age that names no unit at all.
_BOUNDS = frozenset("under over below above until до старше младше моложе".split())
_AGED_PERSONS = re.compile(
    r"(?:child|kid|infant|bab(?:y|ies)|adult|teen|adolescen|people|person|patient|anyone|those|дет|ребен|взросл|подрост|пациент|лиц|пожил)"
)


def is_bare_age(unit: Unit, at: int, low: float) -> bool:
    """Whether a number without a unit, at the end of its clause, says how old somebody is."""
    tokens = unit.tokens
    if at < 2 or not 0 < low <= _OLDEST or low != int(low) or tokens[at - 1].small not in _BOUNDS:
        return False
    if (
        at + 1 < len(tokens)
        and tokens[at + 1].clause == tokens[at].clause
        and not _GOES_ON.match(tokens[at + 1].small)
    ):
        return False
    return any(_AGED_PERSONS.match(one.small) for one in tokens[at - 2 : at - 1])


_GOES_ON = re.compile(r"(?:is|are|should|must|may|can|do|не|нельзя|use|to|with|противопок|запре)")


#: «Конструктор 6+», "adults 18+".
AND_OLDER = re.compile(r"(?<!SPF )(?<!PA )(?<![\d.,+xх*])(\d{1,2})\s?\+(?!\s?\d)")
