"""Texts cut to the length of their field: whole words, whole measures, a clean end."""

from __future__ import annotations

import re
import unicodedata

#: Words that call for another word behind them (Russian, English, Turkish), in small letters.
DANGLING = frozenset(
    "а без безо в вместо во возле вокруг да для до если же за и из изо или их к как ко когда кроме либо между на над "
    "не ни но о об обо около от ото перед по под подо при про против ради с само свой сквозь со так также то у через "
    "чем что чтобы это который которая которое которые № "
    "+ a an and as at but by for from in into is of on or than that the this to with without no no. "
    "ve veya ile için ya da de ki bu bir gibi kadar".split()
)
#: Units with capital letters. Behind a number any word in small letters is taken for its unit or for what it counts.
UNITS = frozenset(
    "В Вт кВт Гц МГц ГГц А Ач мАч Дж Па МПа Гб ГБ Мб МБ Тб ТБ К МЕ ЕД КОЕ Ом °C °С C С F W V A Hz GB MB TB KB L ML MG "
    "KG G CM MM M IU P Ml Mg Gr GR Adet ADET Tablet TABLET Kapsül KAPSÜL Lt LT Kg Cm Mm".split()
)
#: Words that belong to the number behind them.
BEFORE_NUMBER = frozenset(
    "№ no no. n spf ph уф от до по x х × * ± ~ ≈ < > ≤ ≥ + / - – — isbn размер том часть".split()
)
#: After these a number is complete: «№ 5 роман», «SPF 50 крем».
LABELS = frozenset("№ no no. spf isbn размер том часть".split())
#: How many characters behind the cut decide about it.
FORESIGHT = 60
CLOSING = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”", "„": "“"}
#: Punctuation that ends nothing.
LOOSE_ENDS = " \t\r\n\xa0,;:–—-−/\\|&*=<>(«[{“„·•~^#@_×\"'‘"
#: A bracket that lost its end goes with its content if this share of the limit remains.
WORTH_KEEPING = 0.4

_WORD = re.compile(r"\S+")
_TRAILING_NUMBER = re.compile(r"[\d.,-]+$")
_SYMBOL_OR_NUMBER = re.compile(r"[%‰°×+/–—*-]|\d|[xх](?:\d|$)", re.IGNORECASE)
_SENTENCE_END = ",;.!?)»]"


def fits(text: str, limit: int) -> bool:
    """Whether the text has at most `limit` characters."""
    return len(text) <= limit


def shorten(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` characters that parts no number from its unit and dangles nowhere.

    «500 мг» stays whole or goes whole; a preposition, a conjunction, an open bracket or loose punctuation does not end
    the text. A first word longer than the limit is cut hard, before its number if the cut falls into one. May be empty.
    """
    text = text.strip()
    if fits(text, limit):
        return text
    words = list(_WORD.finditer(text, 0, max(limit, 0) + 1))
    if not words or words[0].end() > limit:
        return _cut_hard(text, limit)
    kept = len(words) - (words[-1].end() > limit)
    spoken = [match[0] for match in words[:kept]] + text[words[kept - 1].end() :][:FORESIGHT].split()
    while kept and kept < len(spoken) and _waits(spoken, kept - 1):
        kept -= 1
    return _tidy(text[: words[kept - 1].end()], limit) if kept else ""


def _waits(words: list[str], index: int) -> bool:
    """Whether the word cannot stand without the next one: «500» мг, «для» лица, «№» 5, «10 x» 20."""
    word, following = words[index], words[index + 1]
    small = word.casefold()
    number_before = index > 0 and words[index - 1][-1:].isdigit()
    if small.strip("«(") in DANGLING and not (number_before and word in UNITS):
        return True
    if small in BEFORE_NUMBER and following[0].isdigit():
        return True
    if not word[-1].isdigit():
        return False
    if following.casefold() in DANGLING:
        return words[index + 2 : index + 3] != [] and words[index + 2][0].isdigit()
    labelled = index > 0 and words[index - 1].casefold() in LABELS
    return not labelled and _is_measure(following)


def _is_measure(word: str) -> bool:
    """Whether a word behind a number may belong to it: a unit, a counted thing, a sign, the rest of a number."""
    if _SYMBOL_OR_NUMBER.match(word):
        return True
    letters = word.strip(_SENTENCE_END + "(:")
    return letters in UNITS or (letters[:1].isalpha() and not letters[:1].isupper())


def _tidy(text: str, limit: int) -> str:
    """The text without loose punctuation and open brackets at its end."""
    while True:
        shorter = _closed(text.rstrip(LOOSE_ENDS), limit)
        head, _, last = shorter.rpartition(" ")
        if last.casefold() in DANGLING and last not in UNITS:
            shorter = head
        if shorter == text:
            return text
        text = shorter


def _closed(text: str, limit: int) -> str:
    """The text up to the last bracket that the cut has left open, if enough remains."""
    for opening, closing in CLOSING.items():
        start = text.rfind(opening)
        if start >= limit * WORTH_KEEPING and closing not in text[start + 1 :]:
            text = text[:start]
    return text


def _cut_hard(text: str, limit: int) -> str:
    """The start of one over-long word, without half a number at its end and without half a character."""
    end = max(limit, 0)
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    start = text[:end]
    following = text[end : end + 1]
    if following.isdigit() or (start[-1:].isdigit() and following.isalpha()):
        start = _TRAILING_NUMBER.sub("", start)
    return start.rstrip(LOOSE_ENDS)
