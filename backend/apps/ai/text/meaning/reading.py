"""A text as its meaning is compared: sentences and list items with their words, and what the words speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from apps.ai.text.language.glossary import fold
from apps.ai.text.language.letters import Letters
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import idioms, lexicon, meals
from apps.ai.text.meaning.lexicon import Concept
from apps.ai.text.meaning.sentence_end import SENTENCE_END
from apps.ai.text.meaning.tokens import DENIAL, Token, tokens_of
from apps.ai.text.meaning.views import once

__all__ = ["Mention", "Reading", "Token", "Unit", "folded", "mentions_at", "read", "unit_stems"]

_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]+")
#: Letters that only Turkish has, and words of its sentences, for a supplier who writes without them.
_TURKISH = re.compile(
    r"[çğışöüÇĞİŞÖÜ]|"
    r"(?i:\b(?:ve|veya|ile|icin|olarak|olan\w*|gunde|gun|degil|kadar|alti|uzeri|yas|kullan\w+)\b)"
)
_SWEET = frozenset({"sweet+", "decaf+"})  # «без сахара» speaks of sugar, too
_NEAR, _HEADING_WORDS = 5, 6


class Mention(NamedTuple):
    """A concept that a sentence speaks of, and the places of its words."""

    concept: Concept
    first: int
    last: int

    @property
    def id(self) -> str:
        return self.concept.id

    @property
    def group(self) -> str:
        return self.concept.group


@dataclass(frozen=True, eq=False)
class Unit:
    """A sentence or list item. `paragraph`: the number of the block of lines that it stands in; `views`: see there."""

    text: str
    start: int
    end: int
    paragraph: int
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    folded: str
    ends_line: bool
    views: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of what is spoken of, with what that implies."""
        return frozenset(name for mention in self.mentions for name in (mention.id, *mention.concept.implies))

    @cached_property
    def denies(self) -> bool:
        """Whether there is a negation in it at all; what has none need not be asked word by word."""
        return DENIAL.search(self.folded) is not None

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list, which goes on with what the line above it began."""
        return self.is_bullet or self.text.lstrip()[:1].islower()

    @property
    def is_bullet(self) -> bool:
        return self.text.lstrip()[:1] in tuple("•-–—*·")

    @property
    def is_a_line(self) -> bool:
        """Whether a few words stand alone or last: a heading, or what says no more than one."""
        return len(self.tokens) <= _HEADING_WORDS and self.ends_line

    @property
    def is_heading(self) -> bool:
        return len(self.tokens) <= _HEADING_WORDS and self.text.rstrip()[-1:] not in ".!?;,"

    def quote(self, mention: Mention) -> str:
        """The words of a mention as they stand."""
        tokens = self.tokens
        return self.text[tokens[mention.first].start - self.start : tokens[mention.last].end - self.start]


@dataclass(frozen=True, eq=False)
class Reading:
    """A whole text. `latin`: the language of its Latin letters; `is_russian`: most of its letters are Cyrillic."""

    text: str
    units: tuple[Unit, ...]
    latin: int
    is_russian: bool
    views: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset().union(*(unit.ids for unit in self.units))

    @cached_property
    def folded(self) -> str:
        """The folded sentences, a line each."""
        return "\n".join(unit.folded for unit in self.units)

    def mentions(self) -> Iterator[Mention]:
        return (mention for unit in self.units for mention in unit.mentions)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for unit in self.units for stem in unit_stems(unit))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.small for unit in self.units for token in unit.tokens)


#: Texts kept read, of the cards that are looked at just now. What lives longer costs the collector more than reading.
_AT_WORK = 32
#: So few Latin letters, as a title has, may be Turkish without one that says so: «Erkek Boxer Siyah».
_TITLE = 200


@lru_cache(maxsize=_AT_WORK)
def read(text: str) -> Reading:
    """The sentences of a text and their concepts; one pass, each word looked up once."""
    cyrillic = sum(map(len, _CYRILLIC.findall(text)))
    letters = sum(map(str.isalpha, text))
    is_russian = cyrillic * 2 >= letters
    latin = lexicon.TURKISH if len(_TURKISH.findall(text)) * 100 > len(text) - cyrillic else lexicon.ENGLISH
    units = tuple(_units(text, latin))
    if latin == lexicon.ENGLISH and 0 < letters - cyrillic <= _TITLE:
        turkish = tuple(map(_in_turkish, units))
        if _known(turkish) > _known(units):
            return Reading(text, turkish, lexicon.TURKISH, is_russian)
    return Reading(text, units, latin, is_russian)


def _in_turkish(unit: Unit) -> Unit:
    """The sentence with its Latin letters read as Turkish; itself where it has none."""
    if all("а" <= token.small[0] <= "я" for token in unit.tokens):
        return unit
    return replace(unit, mentions=tuple(_mentions(unit.tokens, lexicon.TURKISH)))


def _known(units: tuple[Unit, ...]) -> tuple[int, int]:
    """Concepts that were recognised, and how many of them not only by the sound of a name."""
    found = [mention for unit in units for mention in unit.mentions]
    return len(found), sum(mention.group != "inn" for mention in found)


_plain = Letters({"ё": "е", "\u00a0\u202f": " ", "–—": "-"})


def folded(text: str) -> str:
    """Small letters of equal length: «ё» is «е», Turkish letters have no marks, blanks are plain."""
    return _plain(fold(text))


@once
def unit_stems(unit: Unit) -> tuple[str, ...]:
    """The stem of each word; «1,15» and «в/в» are one."""
    return tuple(_stem_of(token.small) for token in unit.tokens)


@once
def mentions_at(unit: Unit) -> dict[int, list[Mention]]:
    """What is spoken of by the place of each of its words, between which others may stand."""
    found: dict[int, list[Mention]] = {}
    for mention in unit.mentions:
        for place in range(mention.first, mention.last + 1):
            found.setdefault(place, []).append(mention)
    return found


@lru_cache(maxsize=50_000)
def _stem_of(small: str) -> str:
    found = stems(small)
    is_word = len(found) == 1 or (found and "’" in small.replace("'", "’"))
    return found[0] if is_word else small.replace(",", ".")


def _units(text: str, latin: int) -> Iterator[Unit]:
    start, paragraph = 0, 0
    small = idioms.plain(folded(text))
    for end in (*SENTENCE_END.finditer(small if _is_shouted(text) else text), None):
        stop = end.start() + (end[0][0] not in "\n;" or "\n" not in end[0]) if end else len(text)
        piece = text[start:stop]
        # A sentence of signs alone says nothing.
        if tokens := tuple(tokens_of(piece, small[start:stop], start)):
            mentions = tuple(_mentions(tokens, latin))
            yield Unit(piece, start, stop, paragraph, tokens, mentions, small[start:stop], _ends_line(end))
        if end is None:
            return
        if end[0].count("\n") > 1:
            paragraph += 1
        start = end.end()


def _is_shouted(text: str) -> bool:
    """Whether a Russian text is all in capitals: behind a full stop they tell no sentence («ТЯЖ. ПОЧ. НЕДОСТ.»)."""
    return len(_CAPITAL.findall(text)) > max(_SHOUTED, len(_SMALL.findall(text)) * _MANY)


_CAPITAL, _SMALL = re.compile(r"[А-ЯЁ]"), re.compile(r"[а-яёa-z]")
_SHOUTED, _MANY = 60, 8


def _ends_line(end: re.Match[str] | None) -> bool:
    return end is not None and "\n" in end[0]


def _mentions(tokens: tuple[Token, ...], latin: int) -> Iterator[Mention]:
    words = [lexicon.word(token.small, latin) for token in tokens]
    spans = _phrases(words, tokens) if any(word.phrases for word in words) else []
    if not spans:
        yield from (Mention(one, at, at) for at, word in enumerate(words) for one in word.concepts)
        return
    beside: dict[int, list[frozenset[int]]] = {}
    for places, concept in spans:
        for place in places if concept.id not in _SWEET else ():
            beside.setdefault(place, []).append(places)
    found = {
        (concept.id, min(places)): Mention(concept, min(places), max(places))
        for places, concept in spans
        if concept.group != lexicon.NONE and not any(map(places.__lt__, beside.get(min(places), ())))
    }
    for at, word in enumerate(words):
        # «До ужина» speaks of the evening, too.
        alone = [one for one in word.concepts if at not in beside or one.group == "time"]
        found |= {(concept.id, at): Mention(concept, at, at) for concept in alone}
    yield from sorted(found.values(), key=itemgetter(1, 2))


def mentions_of(text: str, latin: int) -> Iterator[Mention]:
    """What a few words, already folded, speak of."""
    return _mentions(tuple(tokens_of(text, text, 0)), latin)


def _phrases(words: list[lexicon.Word], tokens: tuple[Token, ...]) -> list[tuple[frozenset[int], Concept]]:
    """The concepts that several words are together, each with their places."""
    present = frozenset().union(*(word.parts for word in words if word.parts))
    found = [
        (frozenset(places), phrase.concept)
        for at, word in enumerate(words)
        for phrase in word.phrases
        # Most phrases lack a word of the sentence altogether: no place is looked for then.
        if phrase.needed <= present and (places := _places(phrase, words, tokens, at))
    ]
    return meals.completed(tokens, found)


@lru_cache(maxsize=2_000)
def _nearest(at: int, count: int) -> tuple[int, ...]:
    """The places around one, the nearest first: «предстательная железа» beside «щитовидная железа»."""
    return tuple(place for far in range(1, _NEAR + 1) for place in (at + far, at - far) if 0 <= place < count)


def _places(
    phrase: lexicon.Phrase, words: list[lexicon.Word], tokens: tuple[Token, ...], at: int
) -> set[int]:
    """Where the words of a phrase stand that begins at a place; nothing when one of them is missing."""
    places = {at}
    position = at
    for part in phrase.parts[1:]:
        if phrase.reach:
            near: Sequence[int] = range(position + 1, min(position + 1 + phrase.reach, len(words)))
        else:
            near = _nearest(at, len(words))
        position = next(
            (
                place
                for place in near
                if part in words[place].parts
                and place not in places
                and tokens[place].clause == tokens[at].clause
            ),
            -1,
        )
        if position < 0:
            return set()
        places.add(position)
    if phrase.concept.group == "disease" and any(
        tokens[place].small == "для" for place in range(min(places), max(places)) if place not in places
    ):
        return set()  # «со вкусом вишни для облегчения расстройства желудка»
    return places
