"""Times and ages in whatever words: «полгода», «четверть часа», «двое суток», «восьмилетнего», "48 hours".

`minutes` and `numbers` hold everything that a sentence may mean by its words, so as to find again what a source gives
in figures; they are no reading of how much the card allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.views import once

_HOUR, _DAY, _MONTH = 60.0, 1440.0, 43_200.0
_MINUTES = {"minute": 1.0, "hour": _HOUR, "day": _DAY, "month": _MONTH, "year": 12 * _MONTH}
_ONES = {
    "одинн?адцат": 11,
    "двенадцат": 12,
    "тринадцат": 13,
    "четырнадцат": 14,
    "пятнадцат": 15,
    "шестнадцат": 16,
    "семнадцат": 17,
    "восемнадцат": 18,
    "девятнадцат": 19,
    r"втор|пар[ауы]\b|дв(?:ое|оих|оими|ум|ух|умя|а|е)": 2,
    "тр(?:ое|оих|ойн|ех|ем|емя|еть|и)": 3,
    "четверт|четыр|четвер": 4,
    "пят": 5,
    "шест": 6,
    "седьм|сем(?!ь?ей)": 7,
    "вос(?:ем|ьм)": 8,
    "девят": 9,
    "десят": 10,
    "одн|один|перв": 1,
}
_TENS = {"двадцат": 20, "тридцат": 30, "сорок": 40, "(?:пятьдесят|пятидесят)": 50, "шест(?:ь|и)десят": 60}
_TENS |= {"сем(?:ь|и)десят": 70, "вос(?:емь|ьми)десят": 80, "девяност": 90, "сто?$": 100}
_ONE = "|".join(f"(?P<o{number}>{word})" for word, number in _ONES.items())
_TEN = "|".join(f"(?P<t{number}>{word})" for word, number in _TENS.items())
_NUMBER = re.compile(
    rf"\b(?=[вдопстчш])(?:(?:{_TEN})[а-я]{{0,3}}\b ?)?(?:(?:{_ONE})[а-я]{{0,3}}?)?"
    r"(?=\W|$|час|сут|дн|нед|мес|лет|год|мин)"
)
_UNIT = re.compile(
    r"[а-я]{0,3}[ -]{0,2}(?:(?:первы|целы|календарны|полны|начальны|ближайши|последующи|последни)[хе] )?"
    r"(час|сут|дн|ден|нед|мес|лет|год|мин)"
)
#: «до конца 12-й недели»
_ORDINAL = re.compile(r"\b(\d{1,3})-(?:[йяею]|ой|го|му|ую)\W+(час|сут|дн|ден|нед|мес|год)")
_OF_UNIT = {"час": _HOUR, "нед": 7 * _DAY, "мес": _MONTH, "лет": 12 * _MONTH, "год": 12 * _MONTH, "мин": 1.0}
#: Words that are a duration by themselves.
_ALONE = tuple(
    (re.compile(rf"\b(?:{words})"), length)
    for words, length in (
        (r"полчас|получас|yarim saat|half an hour", 30.0),
        (r"четверт[ьи] часа|ceyrek saat|quarter of an hour", 15.0),
        (r"полтор[аы] час|полуторачас", 90.0),
        (r"полгод|полугод|yarim yil|half a year", 6 * _MONTH),
        (r"полтора месяц|полуторамес", 1.5 * _MONTH),
        (r"минут[ау]\b|минутк", 1.0),
        (r"пол[ -]?сут", 12 * _HOUR),
        (r"час[ау]?\b|часов(?:о|ы)[ймг]", _HOUR),
        (r"сут(?:ки|ок|очн\w+)\b|день\b|дн[яю]\b|ежедневн|однодневн", _DAY),
        (r"недел|hafta|week", 7 * _DAY),
        (r"месяц|месячн|month", _MONTH),
        (r"год[ау]?\b|годовал", 12 * _MONTH),
    )
)
_ANY_ALONE = re.compile("|".join(pattern.pattern for pattern, _ in _ALONE))


@once
def minutes(unit: Unit) -> frozenset[float]:
    """Every length of time that a sentence may name."""
    found = {end for figure in figures(unit) for end in _lengths(figure)}
    rest = _COUNTED.sub("#", unit.folded)
    for number, end in _in_words(unit):
        if behind := _UNIT.match(unit.folded, end):
            found.add(number * _OF_UNIT.get(behind[1], _DAY))
            rest = rest.replace(unit.folded[end - 1 : behind.end()], "#")
    for match in _ORDINAL.finditer(unit.folded):
        found.add(float(match[1]) * _OF_UNIT.get(match[2], _DAY))
    if _ANY_ALONE.search(rest):
        found.update(length for pattern, length in _ALONE if pattern.search(rest))
    return frozenset(found)


def lasts(figure: Figure) -> float | None:
    """The length of the figure's upper end; None when it is no time."""
    part = _MINUTES.get(figure.unit)
    return None if part is None else figure.high * part


def _lengths(figure: Figure) -> Iterator[float]:
    if part := _MINUTES.get(figure.unit):
        yield figure.low * part
        yield figure.high * part


def is_named(length: float, lengths: frozenset[float]) -> bool:
    """A month is thirty days or four weeks, a year twelve months or 365 days."""
    return any(abs(length - one) <= 0.08 * one if one >= 28 * _DAY else length == one for one in lengths)


@once
def numbers(unit: Unit) -> frozenset[float]:
    """The numbers of a sentence, written out or not, and parts of a word, as in «восьмилетний»."""
    found = {float(one.replace(",", ".")) for one in _DIGITS.findall(unit.folded)}
    found.update(number for number, _ in _in_words(unit))
    return frozenset(found)


_COUNTED = re.compile(r"\d[ -]{0,2}(?:х|ти|ми)?[ -]{0,2}[^\W\d_]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")


@once
def _in_words(unit: Unit) -> tuple[tuple[float, int], ...]:
    """Numbers in Russian words, and where each ends."""
    return tuple(
        (float(sum(int(name[1:]) for name, word in match.groupdict().items() if word)), match.end())
        for match in _NUMBER.finditer(unit.folded)
        if match[0]  # it matches nothing, too
    )


@once
def all_minutes(reading: Reading) -> frozenset[float]:
    return frozenset().union(*map(minutes, reading.units))
