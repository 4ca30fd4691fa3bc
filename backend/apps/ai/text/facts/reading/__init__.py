"""Reads the facts of a text: one pass over its words and numbers, never back. Every repetition is bounded."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.facts import lexicon, units
from apps.ai.text.facts.reading.codes import SHORT_PART, code_at, long_code
from apps.ai.text.facts.reading.measures import measure_at
from apps.ai.text.facts.reading.sides import sides_at
from apps.ai.text.facts.reading.source import (
    HAS_DIGIT,
    INVISIBLE,
    RUN,
    SPACE,
    Fact,
    FactKind,
    Reading,
    Source,
)
from apps.ai.text.facts.reading.words import (
    PREFIX_WORDS,
    TELLING,
    VITAMINS_TURKISH,
    omega_at,
    read_word,
    term_fact,
    vitamins_at,
)
from apps.ai.text.safety.unseen import is_visible

_LEADING_WORD = re.compile(r"([^\W\d_]+)")

_PREFIXES = frozenset({"spf", "спф", "ph", "x", "х", "n", "no"})

_IN_ONE = re.compile(
    rf"(\d{{1,2}}){SPACE}?(?:-?(?:в|in){SPACE}?-?{SPACE}?1|'[a-zıüöş]{{1,3}} (?:1|bir) arada)"
    r"(?!\d|[.,]\d)(?: arada)?"
)

_MEASURED = frozenset(
    {"ml", "gr", "g", "kg", "lt", "l", "cl", "adet", "tablet", "kapsül", "мл", "г", "шт", "л", "кг"}
)


def read(text: str) -> Iterator[Fact]:
    """The facts of a text in order of appearance, with repetitions."""
    visible = unicodedata.normalize("NFC", text)
    if not is_visible(visible):
        visible = INVISIBLE.sub("", visible)
    source = Source(visible, units.fold(visible))
    position = 0
    for whole in RUN.finditer(source.folded):
        if _states_nothing(whole[0]):
            continue
        run = whole if whole.start() >= position else _rest(source, whole, position)
        while run is not None:
            facts, end = _numeric(source, run) if HAS_DIGIT.search(run[0]) else read_word(source, run)
            yield from facts
            position = max(end, run.start() + 1)
            run = _rest(source, whole, position)


@lru_cache(maxsize=50_000)
def _states_nothing(word: str) -> bool:
    """Most words: neither figures nor names of what a fact may be."""
    return (
        word.isalpha() and word not in TELLING and not word.startswith(PREFIX_WORDS) and not _is_letter(word)
    )


def _is_letter(word: str) -> bool:
    """A single Latin letter may be a vitamin or a size, and so may «М»."""
    return len(word) == 1 and (word <= "z" or word == "м")


def _rest(source: Source, whole: re.Match[str], position: int) -> re.Match[str] | None:
    """What is left of a word behind `position`."""
    return RUN.search(source.folded, position, whole.end()) if position < whole.end() else None


def _numeric(source: Source, run: re.Match[str]) -> Reading:
    """Facts stated by a word that has a digit, and by what belongs to it."""
    start = run.start()
    if source.folded[start].isdigit() or source.folded[start] in "½¼¾":
        return _from_number(source, start)
    return _from_letters(source, run)


def _from_letters(source: Source, run: re.Match[str]) -> Reading:
    """A word that begins with a letter and has digits: a code, a prefixed number, or a word glued to a
    number.
    """
    start = run.start()
    leading = _LEADING_WORD.match(run[0])
    word = leading[1] if leading else ""
    digits = start + len(word) + (1 if run[0][len(word) : len(word) + 1] == "-" else 0)
    at_digit = source.folded[digits : digits + 1].isdigit()
    if word in lexicon.SIZES and not at_digit:
        return [
            source.fact(FactKind.SIZE, lexicon.SIZES[word], span=(start, start + len(word)))
        ], start + len(word)
    if len(word) == 1 and (match := VITAMINS_TURKISH.match(source.folded, start)):
        return vitamins_at(source, word, start) or code_at(source, run, match.end())
    if omega := omega_at(source, word, start):
        return omega
    if at_digit and _is_prefix(source, word, run, digits):
        return _from_number(source, digits)
    if at_digit and _is_glued_word(source, word, start, hyphen=digits > start + len(word)):
        fact = term_fact(source, start, start + len(word))
        facts, end = _from_number(source, digits)
        if digits > start + len(word) and len(facts) == 1 and facts[0].kind is FactKind.COUNT:
            # «Метформин-850 таб.»: the strength in a name, no number of tablets
            facts, end = [source.fact(FactKind.NUMBER, facts[0].value, span=(digits, end))], end
        return ([fact] if fact else []) + facts, end
    if not at_digit and len(word) > SHORT_PART:
        fact = term_fact(source, start, start + len(word))
        return ([fact] if fact else []), start + len(word)
    return code_at(source, run, run.end())


def _is_prefix(source: Source, word: str, run: re.Match[str], digits: int) -> bool:
    """«SPF50», «pH5.5», «N30», «x3»: a sign before a number. «X3» after a capitalised word is a model."""
    if word not in _PREFIXES or not source.folded[digits : run.end()].isdecimal():
        return False
    if word not in {"x", "х"}:
        return True
    start = run.start()
    before = source.text[max(0, start - 12) : start].rstrip()
    last = before.split(" ")[-1] if before else ""
    return source.text[start].islower() or not last[:1].isupper() or last.lower().strip(".") in _MEASURED


def _is_glued_word(source: Source, word: str, start: int, *, hyphen: bool) -> bool:
    """«до50», «цв12», «Блогир-3»: the word is a word, the number stands alone."""
    cyrillic = "а" <= word[0] <= "я"
    if hyphen:
        return len(word) > SHORT_PART
    return cyrillic and len(word) > 1 and source.text[start : start + len(word)].islower()


def _from_number(source: Source, start: int) -> Reading:
    folded = source.folded
    if match := _IN_ONE.match(folded, start):
        return [source.fact(FactKind.CODE, f"{match[1]}IN1", span=match.span())], match.end()
    if long := long_code(source, start):
        return long
    if sides := sides_at(source, start):
        return sides
    return measure_at(source, start)
