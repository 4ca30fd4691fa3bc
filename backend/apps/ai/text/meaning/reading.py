"""A text as its meaning is compared: sentences and list items with their words, and what the words speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from apps.ai.text.language.glossary import fold
from apps.ai.text.language.letters import Letters
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import idioms, lexicon, meals
from apps.ai.text.meaning.lexicon import Concept
from apps.ai.text.meaning.sentence_end import SENTENCE_END
from apps.ai.text.meaning.views import once

#: A word; parts joined by a hyphen are words of their own unless one is very short («к-та», «в/в»).
_WORD = re.compile(
    # Most words are plain ones of the two alphabets, and are not tried as anything else.
    r"[а-яА-Яa-zA-ZёЁ]{3,}+(?![\w'’/-])|"
    r"[^\W\d_]{1,2}[-/][^\W\d_]+|[^\W\d_]+[-/][^\W\d_]{1,2}(?![^\W\d_])|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|\d+(?:[.,]\d+)?|½"
)
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]+")
_TURKISH = re.compile(r"[çğışöüÇĞİŞÖÜ]|\b(?:ve|ile|icin|veya|olarak)\b")
_COMMA = frozenset(",;:()•|")
#: Turkish orders of one person, which are no nouns where their clause ends behind an object.
_BARE = re.compile(r"(?:kullan|koy|sur|ver|yut|cigne|dondur|sik|birak|islat)m[ae]$")
_ENDS = re.compile(r"[.,;!]|\s*$")
#: Words that begin a new clause without a comma.
PARTING = frozenset({"а", "но", "but", "ancak", "ama", "однако"})
#: «не добавлены — только природный сахар»
_BEHIND_A_DASH = frozenset("только лишь зато only он она оно они это".split())
_NEAR = 5
_HEADING_WORDS = 6
_DENIAL = re.compile(
    r"\b(?:не|нет|ни|никак(?:ого|ой|их|ие)|ноль|zero|lacks|без|бес|кроме|отсутств|свобод|отдельно|вместо|вдали|подальше|вне|no|not|non|without|except|does|free)|s[iu]z|m[ae][zydlm]|yok|icerm|degil|gerekm|ilave"
)


class Token(NamedTuple):
    """A word or a number. `small`: in small letters, without marks; `at`: its place, `clause`: between which commas."""

    small: str
    at: int
    start: int
    end: int
    clause: int


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
    views: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of what is spoken of, with what that implies."""
        return frozenset(name for mention in self.mentions for name in (mention.id, *mention.concept.implies))

    @cached_property
    def denies(self) -> bool:
        """Whether there is a negation in it at all; what has none need not be asked word by word."""
        return _DENIAL.search(self.folded) is not None

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list, which goes on with what the line above it began."""
        return self.is_bullet or self.text.lstrip()[:1].islower()

    @property
    def is_bullet(self) -> bool:
        return self.text.lstrip()[:1] in tuple("•-–—*·")

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
        """The folded sentences, a line each: a pattern that is not in it is in none of them."""
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
    return tuple(chain.from_iterable(_stems_of(token.small) for token in unit.tokens))


@once
def mentions_at(unit: Unit) -> dict[int, list[Mention]]:
    """What is spoken of by the place of each of its words, between which others may stand."""
    found: dict[int, list[Mention]] = {}
    for mention in unit.mentions:
        for place in range(mention.first, mention.last + 1):
            found.setdefault(place, []).append(mention)
    return found


@lru_cache(maxsize=50_000)
def _stems_of(small: str) -> tuple[str, ...]:
    return tuple(stems(small))


def _units(text: str, latin: int) -> Iterator[Unit]:
    start, paragraph = 0, 0
    small = idioms.plain(folded(text))
    for end in (*SENTENCE_END.finditer(text), None):
        stop = end.start() + (0 if end and "\n" in end[0] else 1) if end else len(text)
        piece = text[start:stop]
        if piece.strip(" \n-•*·.;"):
            tokens = tuple(_tokens(piece, small[start:stop], start))
            mentions = tuple(_mentions(tokens, latin))
            yield Unit(piece, start, stop, paragraph, tokens, mentions, small[start:stop])
        if end is None:
            return
        if end[0].count("\n") > 1:
            paragraph += 1
        start = end.end()


def _tokens(text: str, small: str, start: int) -> Iterator[Token]:
    clause, last = 0, 0
    for at, match in enumerate(_WORD.finditer(text)):
        first, end = match.span()
        word = small[first:end]
        if first - last > 1 or (first > last and text[last] != " "):
            between = text[last:first]
            clause += not _COMMA.isdisjoint(between) or (
                "—" in between and word in _BEHIND_A_DASH and _DENIAL.search(small, 0, first) is not None
            )
        last = end
        clause += word in PARTING and end - first > 1
        if _BARE.match(word) and _ENDS.match(text, end):
            word += "yin"  # «buzdolabına koyma.»: an order without its ending
        if not at and word == "кроме":
            word = "помимо"  # «Кроме кислоты в нём сок алоэ»: nothing is excepted
        yield Token(word, at, start + first, start + end, clause)


def _mentions(tokens: tuple[Token, ...], latin: int) -> Iterator[Mention]:
    words = [lexicon.word(token.small, latin) for token in tokens]
    spans = _phrases(words, tokens) if any(word.phrases for word in words) else []
    if not spans:
        yield from (Mention(one, at, at) for at, word in enumerate(words) for one in word.concepts)
        return
    beside: dict[int, list[frozenset[int]]] = {}
    for places, _ in spans:
        for place in places:
            beside.setdefault(place, []).append(places)
    found = {
        (concept.id, min(places)): Mention(concept, min(places), max(places))
        for places, concept in spans
        if concept.group != lexicon.NONE and not any(places < others for others in beside[min(places)])
    }
    for at, word in enumerate(words):
        # «До ужина» speaks of the evening, too.
        alone = [one for one in word.concepts if at not in beside or one.group == "time"]
        found |= {(concept.id, at): Mention(concept, at, at) for concept in alone}
    yield from sorted(found.values(), key=itemgetter(1, 2))


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


def _places(
    phrase: lexicon.Phrase, words: list[lexicon.Word], tokens: tuple[Token, ...], at: int
) -> set[int]:
    """Where the words of a phrase stand that begins at a place; nothing when one of them is missing."""
    places = {at}
    position = at
    for part in phrase.parts[1:]:
        if phrase.reach:
            near = range(position + 1, min(position + 1 + phrase.reach, len(words)))
        else:
            near = range(max(0, at - _NEAR), min(at + _NEAR + 1, len(words)))
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
    return places
