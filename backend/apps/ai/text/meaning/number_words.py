"""Numbers told in words: «двадцать четыре», "twenty-four", and with their unit in one word («восьмилетний»)."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    number: words.split()
    for number, words in {
        0.5: "половина половину половине полтаблетки yarim half ½",
        1.0: "один одна одно одну одного одной одним одному bir one single",
        1.5: "полтора полторы полутора",
        2.0: "два две двух двумя двум двое двоих пара пару iki two couple",
        3.0: "три трех тремя трем трое троих трижды uc three",
        4.0: "четыре четырех четырьмя четырем четверо четверых dort four",
        5.0: "пять пяти пятью пятеро bes five",
        6.0: "шесть шести шестью alti six",
        7.0: "семь семи семью yedi seven",
        8.0: "восемь восьми восемью sekiz eight",
        9.0: "девять девяти девятью dokuz nine",
        10.0: "десять десяти десятью десяток on ten",
        11.0: "одиннадцать одиннадцати eleven",
        12.0: "двенадцать двенадцати дюжина twelve dozen",
        13.0: "тринадцать тринадцати thirteen",
        14.0: "четырнадцать четырнадцати fourteen",
        15.0: "пятнадцать пятнадцати fifteen",
        16.0: "шестнадцать шестнадцати sixteen",
        17.0: "семнадцать семнадцати seventeen",
        18.0: "восемнадцать восемнадцати eighteen",
        19.0: "девятнадцать девятнадцати nineteen",
        20.0: "двадцать двадцати yirmi twenty",
        30.0: "тридцать тридцати otuz thirty",
        40.0: "сорок сорока kirk forty",
        50.0: "пятьдесят пятидесяти elli fifty",
        60.0: "шестьдесят шестидесяти altmis sixty",
        70.0: "семьдесят семидесяти yetmis seventy",
        80.0: "восемьдесят восьмидесяти seksen eighty",
        90.0: "девяносто девяноста doksan ninety",
        100.0: "сто ста hundred",
        200.0: "двести двухсот",
        300.0: "триста трехсот",
        400.0: "четыреста четырехсот",
        500.0: "пятьсот пятисот",
        600.0: "шестьсот шестисот",
        700.0: "семьсот семисот",
        800.0: "восемьсот восьмисот",
        900.0: "девятьсот девятисот",
    }.items()
}
_VALUES = {word: number for number, words in _WORDS.items() for word in words}
#: What a number in words may be followed by within itself: tens by ones, hundreds by anything below.
_TENS, _HUNDREDS = 20.0, 100.0

#: How a number begins an adjective, and what it counts there.
_BEGINNINGS = {
    "одно": 1, "двух": 2, "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9,
    "десяти": 10, "одиннадцати": 11, "двенадцати": 12, "тринадцати": 13, "четырнадцати": 14, "пятнадцати": 15,
    "шестнадцати": 16, "восемнадцати": 18, "двадцати": 20, "тридцати": 30, "сорока": 40, "шестидесяти": 60,
    "девяносто": 90, "двадцатичетырех": 24, "сорокавосьми": 48, "полутора": 1.5,
}  # fmt: skip
_COUNTED = {
    "летн": ("year", 1.0), "годичн": ("year", 1.0), "годовал": ("year", 1.0), "месячн": ("month", 1.0),
    "недельн": ("day", 7.0), "дневн": ("day", 1.0), "суточн": ("day", 1.0), "часов": ("hour", 1.0),
    "минутн": ("minute", 1.0), "миллиграмм": ("mg", 1.0), "граммов": ("mg", 1000.0), "миллилитр": ("ml", 1.0),
    "кратн": ("times", 1.0),
}  # fmt: skip
_ADJECTIVE = re.compile(
    rf"({'|'.join(sorted(_BEGINNINGS, key=len, reverse=True))})({'|'.join(_COUNTED)})\w{{1,3}}$"
)
#: One word for a time of its own.
_SPANS = {
    "полгода": (6.0, "month"),
    "полугода": (6.0, "month"),
    "полугодия": (6.0, "month"),
    "полугодовал": (6.0, "month"),
    "полугодовалого": (6.0, "month"),
    "полчаса": (30.0, "minute"),
    "получаса": (30.0, "minute"),
    "получасовой": (30.0, "minute"),
}


@lru_cache(maxsize=10_000)
def value_of(small: str) -> float | None:
    """The number that a word is; None for any other word."""
    if small[0].isdigit():
        try:
            return float(small.replace(",", "."))
        except ValueError:
            return None
    return _VALUES.get(small)


def joined(low: float, word: str, following: str) -> float | None:
    """The number that two words are together («двадцать четыре»); None when they are two."""
    if word[0].isdigit() or low < _TENS or following[0].isdigit():
        return None
    second = _VALUES.get(following)
    room = 10.0 if low < _HUNDREDS else _HUNDREDS
    fits = second is not None and 1.0 <= second < room and second == int(second)
    return low + second if fits and second is not None else None


@lru_cache(maxsize=10_000)
def counted(small: str) -> tuple[float, str] | None:
    """The amount and its unit that one word tells: «восьмилетний» is 8 years."""
    if small in _SPANS:
        return _SPANS[small]
    match = _ADJECTIVE.match(small)
    if match is None:
        return None
    unit, factor = _COUNTED[match[2]]
    if unit == "times" and match[1] == "одно":
        return None
    return _BEGINNINGS[match[1]] * factor, unit
