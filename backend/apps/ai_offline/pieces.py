"""A Turkish or English title cut into known words, names, numbers with units, and breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.ai.text.facts import FactKind
from apps.ai.text.language import glossary, russian
from apps.ai.text.language.glossary import Entry, Part
from apps.ai_offline import measures
from apps.ai_offline.measures import Measure


class Piece(StrEnum):
    WORD = "word"
    NAME = "name"
    LABEL = "label"
    MEASURE = "measure"
    BREAK = "break"
    AND = "and"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a title. `text`: Russian for measures, the source's words otherwise.

    `own`: the product's own name, which no rule may take for a word.
    """

    piece: Piece
    text: str
    entry: Entry | None = None
    compatible: bool = False
    own: bool = False


_BREAK = re.compile(r"[,;|/()\[\]{}+–—:]|(?<=\s)-|-(?=\s)|\.\s")
_COMPATIBLE = frozenset({"uyumlu", "compatible"})


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def cut(text: str, *, named: bool = False) -> Iterator[Item]:
    """The title cut up, from left to right.

    `named`: the title begins with the product's own name, unless its first word is literally in the glossary:
    «Demirsu» is not «Demir» with an ending.
    """
    found = measures.find(text)
    words = [token for match in glossary.WORD.finditer(text) for token in _tokens(match, found)]
    position, place = 0, 0
    while place < len(words):
        start = words[place].start
        if start < position:
            place += 1
            continue
        if _BREAK.search(text, position, start):
            yield Item(Piece.BREAK, text[position:start].strip())
        if named and place == 0 and _is_own_name(text, words, found):
            yield Item(Piece.NAME, words[0].text, own=True)
            position = words[0].end
            continue
        item, position = _piece(text, words, place, found)
        yield item


_WRITTEN_NAME = re.compile(r"[A-ZÇĞİÖŞÜ][^\W\d_]{3,}(?:[-'’][^\W\d_]+)*")


def _is_own_name(text: str, words: Sequence[_Token], found: Sequence[Measure]) -> bool:
    first = words[0]
    if not _WRITTEN_NAME.fullmatch(first.text) or any(m.start < first.end for m in found):
        return False
    return not glossary.is_written(_run(text, words, 0))


def _tokens(match: re.Match[str], found: Sequence[Measure]) -> Iterator[_Token]:
    """A word; two when a number is glued to its end («Tartı-180 kg»)."""
    for measure in found:
        if match.start() < measure.start < match.end() and measure.fact.kind is not FactKind.CODE:
            head = match[0][: measure.start - match.start()].rstrip("-'’")
            if head:
                yield _Token(head, match.start(), match.start() + len(head))
                yield _Token(match[0][measure.start - match.start() :], measure.start, match.end())
                return
    yield _Token(match[0], match.start(), match.end())


def _piece(text: str, words: Sequence[_Token], place: int, found: Sequence[Measure]) -> tuple[Item, int]:
    """The piece that begins at a word, and where it ends."""
    start = words[place].start
    measure = next((m for m in found if m.start <= start < m.end), None)
    match = glossary.longest(_run(text, words, place), 0)
    if match is not None:
        end = words[place + match.end - 1].end
        if all(m.end <= start or m.start >= end or _inside(m, start, end) for m in found):
            return _word(text[start:end], match.entry), end
    if measure is not None:
        return _measured(text, words[place], measure)
    item = _unfamiliar(text, words[place])
    return item, words[place].end + item.text.endswith("+")


def _inside(measure: Measure, start: int, end: int) -> bool:
    """A code that a known phrase contains: «D3 vitamini»."""
    return measure.fact.kind is FactKind.CODE and start <= measure.start and measure.end <= end


def _run(text: str, words: Sequence[_Token], place: int) -> list[str]:
    """The words that follow one another with nothing but a space between them."""
    run = [words[place].text]
    for previous, word in zip(words[place:], words[place + 1 : place + 7], strict=False):
        if text[previous.end : word.start].strip(" \u00a0"):
            break
        run.append(word.text)
    return run


def _word(written: str, entry: Entry) -> Item:
    if entry.part is Part.CONJUNCTION:
        return Item(Piece.AND, written, entry)
    return Item(Piece.WORD, written, entry)


def _measured(text: str, word: _Token, measure: Measure) -> tuple[Item, int]:
    if not measure.is_label:
        return Item(Piece.MEASURE, measure.text), measure.end
    end = max(measure.end, word.end)
    return Item(Piece.LABEL, text[min(measure.start, word.start) : end]), end


_SHOUTED = 5
_TURKISH_LETTERS = re.compile(r"[çğıöşüÇĞİÖŞÜ]")
#: Endings by which a word without Turkish letters is still seen to be Turkish and no name.
_TURKISH_ENDINGS = re.compile(
    r"(?:l[iu]k|l[iu]g[iu]|l[ae]r[iu]?|l[ae]r[iu]n|s[iu]z|mal[iu]|mel[iu]|[ae]cak|[ae]cek|[iu]yor|l[ae]m[ae]|l[iu]"
    r"|c[iu]s[iu]|s[iu]|t[iu]c[iu]|d[iu]r[iu]c[iu])$"
)


def _unfamiliar(text: str, word: _Token) -> Item:
    written = word.text
    if glossary.lower(written) in _COMPATIBLE:
        return Item(Piece.WORD, written, compatible=True)
    if len(written) == 1 and not written.isupper():
        return Item(Piece.UNKNOWN, "")
    if not written[0].isupper() and not re.match(r"[a-z][A-Z]|\d", written):
        return Item(Piece.UNKNOWN, written)
    plus = re.match(r"\+(?=\s|$)", text[word.end :])
    return Item(Piece.NAME, written + ("+" if plus else ""))


#: Endings of Turkish adjectives and salts that no name but a leading one is trusted with.
_DERIVED = re.compile(
    r"[bcdfghjklmnprstvyz]l[iu]$|s[iu]z$|l[iu]k$|[iu]c[iu]$|.{4}ik$|(?:[aei]n|on|itr|rb|kt)at$|(?:fosf|sulf|aset)at$"
    r"|lor[iu]r$|oksit$|asit$|iyum$"
)


def is_name(written: str, *, leading: bool, first: bool) -> bool:
    """Whether a capitalised word that the glossary does not know may stand on a card as a name.

    Before the first known word (`leading`) a word without Turkish letters is one, though only the very first may
    end like an adjective («Ventilsiz»). A word with them may only be one
    as the very first. What is left is taken by its ending: «Doğadan» may be a name, «Şeritli» is none.
    """
    if re.search(r"\d|[a-z][A-Z]|[а-яё]", written):
        return True
    marked = _TURKISH_LETTERS.search(written.replace("I", "")) is not None
    if marked and not first:
        return False
    if leading and not marked:
        return first or not _DERIVED.search(glossary.fold(written))
    return len(written) <= _SHOUTED or not _TURKISH_ENDINGS.search(glossary.fold(written))


_SPELLED = {
    word.lower(): word
    for word in russian.word_set(
        "iPhone iPad iPod iMac MacBook AirPods PlayStation Xbox USB LED HDMI SSD UHD FHD QLED OLED"
    )
}


def display(name: str) -> str:
    """A name without Turkish letters; a long one in capitals is written like a name."""
    if (known := _SPELLED.get(glossary.fold(name))) is not None:
        return known
    plain = name.translate(str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU"))
    return plain.capitalize() if plain.isupper() and plain.isalpha() and len(plain) > _SHOUTED else plain
