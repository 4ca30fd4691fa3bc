"""Numbers written as words, in Russian, Turkish and English: simple («пяти»), made of several («двадцать восемь»,
"twenty-eight", «yirmi sekiz»), at the beginning of an adjective («десятимиллилитровый»)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: By number its words; a form that ends in * is the beginning of a word.
_NUMERALS: dict[int, str] = {
    1: "один одна одно одного одной одну одному одним одном bir birer tek one single",
    2: "два две двух двумя двум двое двоих двой* двух* дву* iki ikişer ikili çift two double twin",
    3: "три трех тремя трем трое троих трой* трех* üç üçer üçlü three triple",
    4: "четыре четырех четырьмя четырем четверо четверых четырех* dört dörder dörtlü four",
    5: "пять пяти пятью пятеро пяти* beş beşer beşli five",
    6: "шесть шести шестью шести* altı altılı six",
    7: "семь семи семью семи* yedi yedili seven",
    8: "восемь восьми восемью восьмью восьми* sekiz sekizli eight",
    9: "девять девяти девятью девяти* dokuz dokuzlu nine",
    10: "десять десяти десятью десяток десяти* on onar onlu ten",
    11: "одиннадцать одиннадцати eleven",
    12: "двенадцать двенадцати дюжина дюжину twelve dozen",
    13: "тринадцать тринадцати thirteen",
    14: "четырнадцать четырнадцати fourteen",
    15: "пятнадцать пятнадцати fifteen",
    16: "шестнадцать шестнадцати sixteen",
    17: "семнадцать семнадцати seventeen",
    18: "восемнадцать восемнадцати eighteen",
    19: "девятнадцать девятнадцати nineteen",
    20: "двадцать двадцати двадцатью yirmi yirmili twenty",
    30: "тридцать тридцати тридцатью otuz otuzlu thirty",
    40: "сорок сорока kırk forty",
    50: "пятьдесят пятидесяти пятьюдесятью elli fifty",
    60: "шестьдесят шестидесяти шестьюдесятью altmış sixty",
    70: "семьдесят семидесяти семьюдесятью yetmiş seventy",
    80: "восемьдесят восьмидесяти seksen eighty",
    90: "девяносто девяноста doksan ninety",
    100: "сто ста сотня сотню yüz hundred",
    200: "двести двухсот двумстам",
    300: "триста трехсот тремстам",
    400: "четыреста четырехсот",
    500: "пятьсот пятисот",
    600: "шестьсот шестисот",
    700: "семьсот семисот",
    800: "восемьсот восьмисот",
    900: "девятьсот девятисот",
    1000: "тысяча тысячу тысячи thousand",
}
_NUMERAL_WORDS = {w: str(n) for n, ws in _NUMERALS.items() for w in ws.split() if not w.endswith("*")}
_NUMERAL_STEMS = tuple((w[:-1], str(n)) for n, ws in _NUMERALS.items() for w in ws.split() if w.endswith("*"))
_NUMERAL_BEGINNINGS = tuple(stem for stem, _ in _NUMERAL_STEMS)

#: By word, how often: «дважды» is two times.
TIMES = {
    word: number
    for number, words in {
        "1": "однократно once",
        "2": "дважды двукратно twice",
        "3": "трижды троекратно thrice",
        "4": "четырежды",
    }.items()
    for word in words.split()
}
#: Words for one; they are articles as often as numbers, and count only what lasts or happens.
ONE = frozenset("один одна одно одного одной одну bir one".split())
#: By word, those that count something when a noun follows: «один» and «bir» are articles as often as numbers.
COUNTING = {word: number for word, number in _NUMERAL_WORDS.items() if number != "1"} | {
    "полтора": "1.5",
    "полторы": "1.5",
    "полутора": "1.5",
}
_HUNDRED = 100
_TEN, _TWENTY = 10, 20
_NEXT = re.compile(r"[ \u00a0-]([^\W\d_]+)")


#: Parts of one, in evidence: «yarım tablet», «по половине таблетки».
_PARTS = {
    word: part
    for part, words in {
        "0.5": "yarım yarımşar half половина половину половины половине половинка половинки половинке половинку",
        "0.25": "çeyrek quarter четверть четверти четвертинка четвертинку четвертинки",
    }.items()
    for word in words.split()
}


def spelled(words: Sequence[str]) -> Iterable[str]:
    """The numbers that words state; `words` are folded and stand in their order."""
    for at, word in enumerate(words):
        if (before := _before_a_half(words, at)) in _NUMERAL_WORDS:
            yield f"{_NUMERAL_WORDS[before]}.5"
        if word in _PARTS:
            yield _PARTS[word]
        elif word in _NUMERAL_WORDS:
            yield _NUMERAL_WORDS[word]
            if at and (total := added(words[at - 1], word)):
                yield total
                if at > 1 and (whole := added(words[at - 2], total)):
                    yield whole
        elif word.startswith(_NUMERAL_BEGINNINGS):
            yield from (
                n for stem, n in _NUMERAL_STEMS if word.startswith(stem) and len(word) > len(stem) + 3
            )


def _before_a_half(words: Sequence[str], at: int) -> str:
    """The word of the whole in «bir buçuk», "two and a half", «две с половиной»; "" for none."""
    if words[at] == "buçuk":
        return words[at - 1] if at else ""
    joined = list(words[max(0, at - 2) : at])
    if words[at] == "half" and joined == ["and", "a"]:
        return words[at - 3] if at > len(joined) else ""
    return words[at - 2] if words[at] == "половиной" and joined[1:] == ["с"] else ""


def added(first: str, other: str) -> str:
    """«двадцать» and «восемь» are 28; "" when the two make no number."""
    tens = int(_NUMERAL_WORDS.get(first, "0"))
    ones = int(other if other.isdecimal() else _NUMERAL_WORDS.get(other, "0"))
    fits = 0 < ones < _HUNDRED <= tens < 10 * _HUNDRED or (
        0 < ones < _TEN <= tens < _HUNDRED and tens % _TEN == 0 and (tens >= _TWENTY or first == "on")
    )
    return str(tens + ones) if fits else ""


def whole_at(folded: str, word: str, end: int) -> tuple[str, int] | None:
    """The number that begins with `word` and goes on in the words behind `end`: its value and where it ends."""
    value = COUNTING.get(word)
    if value is None:
        return None
    before = word
    for _ in range(2):
        following = _NEXT.match(folded, end)
        total = added(before, following[1]) if following else ""
        if not following or not total:
            break
        if int(value) % _HUNDRED == 0:
            total = str(int(value) + int(_NUMERAL_WORDS[following[1]]))
        elif int(value) > _HUNDRED:
            total = str(int(value) // _HUNDRED * _HUNDRED + int(total))
        value, end, before = total, following.end(), following[1]
    return value, end


_PREFIXES = {
    prefix: value
    for value, prefixes in {
        "0.5": "пол полу",
        "1.5": "полутора",
        "2": "двух дву",
        "3": "трех",
        "4": "четырех",
        "5": "пяти",
        "6": "шести",
        "7": "семи",
        "8": "восьми",
        "9": "девяти",
        "10": "десяти",
        "12": "двенадцати",
        "14": "четырнадцати",
        "15": "пятнадцати",
        "20": "двадцати",
        "24": "двадцатичетырех",
        "25": "двадцатипяти",
        "30": "тридцати",
        "40": "сорока",
        "48": "сорокавосьми",
        "50": "пятидесяти",
        "60": "шестидесяти",
        "70": "семидесяти",
        "80": "восьмидесяти",
        "90": "девяносто",
        "100": "сто",
        "150": "стопятидесяти",
        "200": "двухсот",
        "250": "двухсотпятидесяти",
        "300": "трехсот",
        "400": "четырехсот",
        "500": "пятисот",
        "1000": "тысяче",
    }.items()
    for prefix in prefixes.split()
}
#: By the middle of such an adjective (or of «полграмма») the unit.
_MEASURED = {
    "миллиграм": "mg",
    "микрограм": "mcg",
    "килограм": "kg",
    "грам": "g",
    "миллилитр": "ml",
    "литр": "l",
    "сантиметр": "cm",
    "миллиметр": "mm",
    "метр": "m",
    "процент": "%",
    "секунд": "s",
    "минут": "min",
    "час": "h",
    "дневн": "day",
    "суточн": "day",
    "недел": "week",
    "месяч": "month",
    "год(?!н)": "year",
    "годичн": "year",
    "летн": "year",
    "градусн": "degree",
    "таблетк": "tablet",
    "капсул": "capsule",
}
_ADJECTIVE = re.compile(
    rf"(?P<number>{'|'.join(sorted(_PREFIXES, key=len, reverse=True))})-?"
    rf"(?P<unit>{'|'.join(_MEASURED)})[а-я]{{0,8}}$"
)
BEGINNINGS = tuple(sorted({prefix[:3] for prefix in _PREFIXES}))


def made_of(word: str) -> tuple[str, str] | None:
    """Value and unit of «десятимиллилитровый», «двухнедельная», «полграмма»; None for any other word."""
    match = _ADJECTIVE.match(word)
    if match is None:
        return None
    found = next(unit for middle, unit in _MEASURED.items() if re.match(middle, match["unit"]))
    return _PREFIXES[match["number"]], found
