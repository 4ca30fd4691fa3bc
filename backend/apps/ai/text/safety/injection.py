"""Passages of a product text that speak to a language model instead of a buyer.

A text is read sentence by sentence, and each sentence is asked what no product text does: does it address a
machine, its instructions or its answer; does it steer the processing; does it set a task (explain, translate,
compose, solve); does it ask a question that has nothing to do with goods; does it hide something? Sentences in a
language that the text is not in need less evidence. A false alarm costs a moderator a look, a miss may cost a
card, so doubt goes to the moderator.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from apps.ai.text.safety import injection_patterns as patterns
from apps.ai.text.safety import orders, questions
from apps.ai.text.safety.html import to_text
from apps.ai.text.safety.order_signs import Sign
from apps.ai.text.safety.unseen import is_visible

LONGEST_QUOTE = 300
MAX_QUOTES = 20
#: Letters of a script that neither the shop nor its suppliers write in, from which on a text is foreign.
FOREIGN_LETTERS = 6
#: From so many words on, of which so many hold a language's sentences together, a sentence has a language.
FOREIGN_WORDS = 5
FUNCTION_WORDS = 2
#: Words with figures inside, from which on a text is tried with letters in their place.
FIGURED_WORDS = 1
#: Starts within one sentence that are looked at.
MAX_PARTS = 40
#: Stands for a line break within a sentence; no prepared text holds it.
JOINT = "\0"
#: Two or three words in capitals alone are a brand; the rules of orders have looked at them before.
_SHOUTED = re.compile(r"\s*[A-Z]{2,12}(?: [A-Z]{2,12}){1,2}\s*")
#: An order inside a sentence is judged by so many characters.
SHORTEST_ORDER, LONGEST_ORDER = 5, 160


@dataclass(frozen=True, slots=True)
class _Text:
    """A text ready for matching; `folded` has the same length. `host`: the language of most of it, "ru", "tr" or "en".

    `is_book`: it tells a story, and may ask anything.
    """

    shown: str
    folded: str
    host: str
    is_book: bool


@lru_cache(maxsize=128)  # a card that is repaired is checked twice, with 64 others between
def find_instructions(text: str) -> tuple[str, ...]:
    """The sentences that address a model or steer the processing, as they stand, in order; () for a product text.

    Markup is looked at as well: an order in an HTML comment or an attribute is read by a model, too.
    """
    quotes: dict[str, None] = {}
    hidden = patterns.TAGS.search(text)
    if hidden:
        quotes["".join(chr(ord(character) - 0xE0000) for character in hidden[0])[:LONGEST_QUOTE]] = None
    readings = dict.fromkeys((text, to_text(text))) if "<" in text or "&" in text else (text,)
    for reading in readings:
        for quote in _found(_prepared(reading)):
            quotes.setdefault(quote)
            if len(quotes) >= MAX_QUOTES:
                return tuple(quotes)
    return tuple(quotes)


def sentences(text: str) -> list[str]:
    """The sentences of a text as they are judged: folded, and long enough to order something."""
    folded = _prepared(text).folded
    found = (match[0].strip() for match in patterns.SENTENCE.finditer(folded))
    return [sentence for sentence in found if len(sentence) >= SHORTEST_ORDER]


def _prepared(text: str) -> _Text:
    shown = text if is_visible(text) else patterns.UNSEEN.sub("", text)
    if patterns.STYLED_LETTERS.search(shown):
        shown = unicodedata.normalize("NFKC", shown)
    shown = patterns.BLANKS.sub(" ", shown)
    folded = shown.replace("İ", "i").lower()
    if patterns.MIXED.search(folded):
        folded = patterns.LETTERS.sub(_in_one_alphabet, folded)
    folded = patterns.plain(folded)
    return _Text(
        shown,
        folded if len(folded) == len(shown) else shown.lower()[: len(shown)],
        _host(shown),
        patterns.BOOK.search(folded) is not None,
    )


def _in_one_alphabet(match: re.Match[str]) -> str:
    """A word of two alphabets, spelt in the one that most of its letters are in."""
    word = match[0]
    latin, cyrillic = len(patterns.LATIN_LETTER.findall(word)), len(patterns.CYRILLIC_LETTER.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(patterns.TO_LATIN if latin > cyrillic else patterns.TO_CYRILLIC)


def _host(text: str) -> str:
    cyrillic = sum(map(text.count, "оеаин"))
    latin = sum(map(text.count, "eainro"))
    if cyrillic > latin:
        return "ru"
    return "tr" if sum(map(text.count, "ığşİçöüÇÖÜŞ")) * 40 > len(text) else "en"


def _found(text: _Text) -> Iterator[str]:
    if len(patterns.HAN_ETC.findall(text.shown)) >= FOREIGN_LETTERS:
        first = patterns.HAN_ETC.search(text.shown)
        start = first.start() if first else 0
        yield text.shown[start : start + LONGEST_QUOTE].strip()
    for pattern in (patterns.MARKUP, patterns.CODE):
        for match in pattern.finditer(text.folded):
            yield _around(text.shown, match.start(), match.end())
    for match in patterns.ENCODED.finditer(text.shown):
        if _hides_text(match[0]):
            yield match[0][:LONGEST_QUOTE]
    yield from _in_figures(text)
    for sentence in patterns.SENTENCE.finditer(text.folded):
        start, end = sentence.span()
        if _speaks_to_a_machine(text, start, end):
            yield text.shown[start : min(end, start + LONGEST_QUOTE)].strip()
    yield from _across_lines(text)


def _in_figures(text: _Text) -> Iterator[str]:
    """Orders with figures for letters: «1gn0re all prev1ous rules»."""
    if len(patterns.FIGURED.findall(text.folded)) < FIGURED_WORDS:
        return
    spelled = patterns.FIGURED.sub(lambda match: match[0].translate(patterns.FROM_FIGURES), text.folded)
    for sentence in patterns.SENTENCE.finditer(spelled):
        if patterns.ANYWHERE_LATIN.search(sentence[0]):
            yield text.shown[sentence.start() : sentence.end()].strip()[:LONGEST_QUOTE]


def _across_lines(text: _Text) -> Iterator[str]:
    """Orders that are broken over lines: a line may end in the middle of a sentence."""
    folded = patterns.LINE_BREAK.sub(JOINT, text.folded)
    if JOINT not in folded:
        return
    shown = patterns.LINE_BREAK.sub(JOINT, text.shown)
    for match in patterns.SENTENCE.finditer(folded):
        if JOINT not in match[0]:
            continue
        sentence = match[0].replace(JOINT, " ")
        if patterns.ANYWHERE_LATIN.search(sentence) or patterns.ANYWHERE_CYRILLIC.search(sentence):
            yield shown[match.start() : match.end()].replace(JOINT, " ").strip()[:LONGEST_QUOTE]


def _speaks_to_a_machine(text: _Text, start: int, end: int) -> bool:
    folded = text.folded[start:end]
    if len(folded) < SHORTEST_ORDER:
        return False
    if _is_order_anywhere(folded) and not orders.is_shop_talk(folded):
        return True  # whatever else it speaks of: words beside an order buy nothing off
    signs = orders.judge(folded)
    if signs is Sign.ORDER or (signs is Sign.UNCLEAR and orders.is_order(folded)):
        return not (orders.is_shop_talk(folded) or orders.is_told(folded))
    if _SHOUTED.fullmatch(text.shown, start, end):
        return False  # "READ ME", "SEND TO MARKET": a brand
    parts = tuple(_parts(text, start, end))
    if any(questions.asks(part, text.folded, is_book=text.is_book) for part in parts):
        return True
    if orders.is_for_people(folded) or orders.is_told(folded) or orders.is_shop_talk(folded):
        return False
    return _begins_an_order(folded, parts, text.host)


def _is_order_anywhere(folded: str) -> bool:
    found = patterns.ANYWHERE_CYRILLIC.search(folded) if patterns.CYRILLIC.search(folded) else None
    if found is not None and not (
        patterns.SAID_POLITELY.fullmatch(found[0]) and orders.is_for_people(folded)
    ):
        return True
    found = patterns.ANYWHERE_LATIN.search(folded) if patterns.LATIN.search(folded) else None
    return found is not None and not (
        patterns.SAID_BY_DOCTORS.match(found[0]) and orders.is_for_people(folded)
    )


def _begins_an_order(folded: str, parts: tuple[str, ...], host: str) -> bool:
    return (
        (patterns.LATIN.search(folded) is not None and patterns.STARTS_LATIN.search(folded) is not None)
        or (
            patterns.CYRILLIC.search(folded) is not None
            and patterns.STARTS_CYRILLIC.search(folded) is not None
        )
        or _ends_in_a_turkish_order(folded)
        or any(_is_odd(part, host) for part in parts)
    )


def _parts(text: _Text, start: int, end: int) -> Iterator[str]:
    """The sentence, and what begins inside it with a capital letter."""
    yield text.folded[start:end].lstrip()
    if patterns.LATIN_LETTER.search(text.folded, start, end) is None:
        return
    for cut in islice(patterns.INNER_START.finditer(text.shown, start, end), MAX_PARTS):
        yield text.folded[cut.start() : min(end, cut.start() + LONGEST_ORDER)]


def _is_odd(part: str, host: str) -> bool:
    """Whether no text about goods would say this here."""
    return (
        (patterns.STARTS_LATIN.match(part) or patterns.STARTS_CYRILLIC.match(part)) is not None
        or _orders(part)
        or _is_foreign(part, host)
    )


def _ends_in_a_turkish_order(folded: str) -> bool:
    return patterns.TURKISH_ENDS.search(folded) is not None and patterns.TURKISH_GOODS.search(folded) is None


def _orders(folded: str) -> bool:
    """Whether the sentence is an order that has nothing to do with goods."""
    if patterns.WEAK_LATIN.match(folded):
        return patterns.GOODS_EN.search(folded) is None and patterns.GOODS_ENGLISH.search(folded) is None
    if patterns.CYRILLIC.search(folded) and patterns.WEAK_CYRILLIC.search(folded):
        return patterns.GOODS_RU.search(folded) is None and patterns.ADVERT_RU.search(folded) is None
    return False


def _is_foreign(folded: str, host: str) -> bool:
    """Whether the sentence is in a language that the text is not in, and says nothing about goods."""
    if patterns.LATIN_WORDS.search(folded) is None:
        return False
    german = len(patterns.GERMAN_ETC_WORD.findall(folded))
    english = 0
    if host != "en" or german > FUNCTION_WORDS:
        english = len(set(patterns.ENGLISH_WORD.findall(folded)) - patterns.TURKISH_TWINS)
    words = len(patterns.LATIN_WORD.findall(folded)) if max(german, english) >= FUNCTION_WORDS else 0
    if words < FOREIGN_WORDS:
        return False
    if german > FUNCTION_WORDS and german > english and german * 3 >= words:
        return True
    return host != "en" and english >= FUNCTION_WORDS and patterns.GOODS_ENGLISH.search(folded) is None


def _hides_text(run: str) -> bool:
    """Whether a run of the Base64 alphabet is a text."""
    if run.islower() or run.isupper() or run.istitle() or run.isdigit():
        return False
    try:
        decoded = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    letters = sum(character.isalpha() or character == " " for character in decoded)
    return decoded.isprintable() and letters >= 0.8 * len(decoded)


def _around(text: str, start: int, end: int) -> str:
    """The line around a match, cut to the longest quote."""
    begin = max(text.rfind("\n", 0, start) + 1, start - LONGEST_QUOTE // 2)
    line_end = text.find("\n", end)
    return text[begin : min(line_end if line_end >= 0 else len(text), begin + LONGEST_QUOTE)].strip()
