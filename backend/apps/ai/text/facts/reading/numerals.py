"""Numbers written as words, in Russian, Turkish and English. A form that ends in * is the beginning of a word."""

from collections.abc import Iterable

_NUMERALS: dict[str, str] = {
    "1": "один одна одно одного одной одну bir tek one single",
    "2": "два две двух двумя двум двое двой* двух* дву* iki ikili çift two double twin",
    "3": "три трех тремя трем трое трой* трех* üç üçlü three triple",
    "4": "четыре четырех четырьмя четырем четверо четырех* dört dörtlü four",
    "5": "пять пяти пятью пятеро пяти* beş beşli five",
    "6": "шесть шести шестью шести* altı altılı six",
    "7": "семь семи семью семи* yedi yedili seven",
    "8": "восемь восьми восемью восьми* sekiz sekizli eight",
    "9": "девять девяти девятью dokuz dokuzlu nine",
    "10": "десять десяти десятью on onlu ten",
    "11": "одиннадцать одиннадцати eleven",
    "12": "двенадцать двенадцати дюжина twelve dozen",
    "15": "пятнадцать пятнадцати fifteen",
    "20": "двадцать двадцати yirmi twenty",
    "30": "тридцать тридцати otuz thirty",
}
_NUMERAL_WORDS = {w: n for n, ws in _NUMERALS.items() for w in ws.split() if not w.endswith("*")}
_NUMERAL_STEMS = tuple((w[:-1], n) for n, ws in _NUMERALS.items() for w in ws.split() if w.endswith("*"))
_NUMERAL_BEGINNINGS = tuple(stem for stem, _ in _NUMERAL_STEMS)

#: By word, how often: «дважды» is two times.
TIMES = {
    word: number
    for number, words in {
        "1": "однократно once",
        "2": "дважды двукратно twice",
        "3": "трижды троекратно thrice",
    }.items()
    for word in words.split()
}
#: Words for one; they are articles as often as numbers, and count only what lasts or happens.
ONE = frozenset("один одна одно одного одной одну bir one".split())
#: By word, those that count something when a noun follows: «один» and «bir» are articles as often as numbers.
COUNTING = {word: number for word, number in _NUMERAL_WORDS.items() if number != "1"}


def spelled(words: Iterable[str]) -> Iterable[str]:
    """The numbers that words state; `words` are folded."""
    for word in words:
        if word in _NUMERAL_WORDS:
            yield _NUMERAL_WORDS[word]
        elif word.startswith(_NUMERAL_BEGINNINGS):
            yield from (
                n for stem, n in _NUMERAL_STEMS if word.startswith(stem) and len(word) > len(stem) + 3
            )
