"""One or two without a number: «по таблетке», «birer tablet», «однократно», «двойная доза»."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apps.ai.text.facts import understood, units
from apps.ai.text.facts.reading.source import Fact

_ONE_OF = re.compile(
    r"(?<![^\W_])(?:по|в|на|birer|bir|tek|one|an?|each|every|per|her(?: bir)?|1['’]er|кажд\w+) "
    r"((?:[^\W\d_]+ ){0,2}[^\W\d_]+)"
)
_PLURAL = re.compile(r"[а-я]+(?:ки|лы|ам|ах|ок|ул|зы)$|[a-zçğıöşü]+l[ae]r|[a-z]+s$")


#: «таблетку растворить»: one, where no number stands before it.
_SINGULAR = re.compile(r"(?<![^\W_])([а-я]+(?:к[уа]|л[уа]|ч[уа]|з[уа])|саше|пакетик[ауе]?)(?![^\W_])")


def is_one_of(folded: str, noun: str) -> bool:
    """Whether one of a counted thing is meant: «1 таблетка» of «по таблетке», «her tablet», "a tablet"."""
    if any(units.count_name(word) == noun for word in _SINGULAR.findall(folded)):
        return True
    return any(
        units.count_name(word) == noun and not _PLURAL.match(word)
        for said in _ONE_OF.findall(folded)
        for word in said.split()
    )


#: «однократно» is stated by "a single dose".
_ONE_DOSE = re.compile(
    r"\btek (?:doz|sefer)|\bsingle[- ]dose|\bодн\w+ доз|\bразов\w+ (?:при[её]м|доз)|\bone-off|per dose|"
    r"(?:за|на) (?:один |1 )?(?:раз|при[её]м)(?![^\W_])|bir (?:defa|sefer)de"
)
#: «1 раз в сутки» of «1 таблетка в сутки», «на ночь», where no other number of times is told.
_A_DAY = re.compile(
    r"(?:в|за) (?:день|сутки)|суточн|ежедн|daily|günlük|ко сну|вечером|утром|"
    r"/ ?(?:сут|день|д(?![^\W_])|gün|day)|на ночь|перед сном|a day|per day|"
    r"at (?:night|bedtime)|before (?:bed|going)|günde|yatmadan|gece"
)
_DOUBLE = re.compile(r"двойн|двое|удва|удво|double|twice|çift|iki kat")


_BY_DAY = re.compile(
    r"сут(?:ки|ок|очн|\.|(?![^\W_]))|в день|за день|ежедн|a day|per day|daily|/ ?(?:день|gün|day)|günde|günlük|bir gün"
)


def is_by_day(folded: str) -> bool:
    """Whether anything is counted by the day, as «за 24 часа» is."""
    return _BY_DAY.search(folded) is not None


def is_once_a_day(folded: str) -> bool:
    return _A_DAY.search(folded) is not None


def is_stated(folded: str, fact: Fact) -> bool:
    """«Однократно», «по таблетке», «двойная доза»: one or two without a number."""
    if fact.value == "1" and fact.unit:
        is_once = fact.unit == "times" and _ONE_DOSE.search(folded) is not None
        return is_once or is_one_of(folded, fact.unit)
    return (fact.value, fact.unit) == ("2", "dose") and _DOUBLE.search(folded) is not None


def happens(folded: str, value: str, nouns: Mapping[str, set[str]]) -> bool:
    """Whether so many times are meant. `nouns`: what a text counts, by number."""
    if value == "1" and not any("times" in counted for counted in nouns.values()) and is_once_a_day(folded):
        return True
    return understood.happens(folded, value)
