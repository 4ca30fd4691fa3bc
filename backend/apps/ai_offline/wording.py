"""A noun and what belongs to it, as Russian words it: «крем увлажняющий для рук»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.ai.text.language import glossary, russian
from apps.ai.text.language.glossary import Entry, Part
from apps.ai.text.language.russian import Case, Gender
from apps.ai_offline.pieces import Item, Piece


@dataclass(frozen=True, slots=True)
class Words:
    """`text`: the head with all that belongs to it, "" without a head."""

    text: str
    modifiers: tuple[str, ...]


def around(items: Sequence[Item], head: int | None, gender: Gender | None) -> Words:
    """The known words of a part around its head: «крем», «увлажняющий», «для рук»."""
    agreeing: dict[str, None] = {}
    hanging: dict[str, None] = {}
    beside: dict[str, None] = {}
    kind = items[head].entry.russian if head is not None and items[head].entry else ""  # type: ignore[union-attr]
    izafet = head is not None and is_possessed(items[head].text) and kind not in _SETS
    for place, item in enumerate(items):
        if item.piece is not Piece.WORD or item.entry is None or place == head:
            continue
        text = _modifier(item.entry, izafet=izafet and head is not None and place < head)
        if not text or text in kind or item.entry.russian in kind:
            continue
        if russian.is_adjective(text):
            agreed = russian.agree(text, gender or Gender.MASCULINE)
            if agreed not in kind.split():
                agreeing.setdefault(agreed)
        elif text == item.entry.russian and item.entry.part is Part.NOUN:
            beside.setdefault(text)
        else:
            hanging.setdefault(text)
    modifiers = (*agreeing, *hanging, *beside)
    if not kind:
        return Words("", modifiers)
    first, tail = russian.split_head(kind)
    ordered = sorted(hanging, key=lambda words: not words.startswith("цвета "))
    text = hang(" ".join(word for word in (first, *agreeing, tail) if word), ordered)
    if kind in _SETS and beside:
        return Words(f"{text}: {', '.join(beside)}", modifiers)
    return Words(", ".join((text, *beside)), modifiers)


#: Sets, whose other nouns are what they hold and not what they are for.
_SETS = frozenset({"набор", "комплект", "набор подарочный"})


def is_possessed(written: str) -> bool:
    """Whether the head wears the ending of a Turkish compound («araba lastiği»)."""
    word = glossary.lower(written)
    return word[-1:] in {"ı", "i", "u", "ü"} and bool(glossary.stems(word))


def _modifier(entry: Entry, *, izafet: bool) -> str:
    """The form in which a word modifies the head."""
    if entry.part is not Part.NOUN:
        return entry.russian
    if entry.attribute:
        return entry.attribute
    if izafet and entry.gender is not None:
        return russian.decline(entry.russian, entry.gender, Case.GENITIVE) or entry.russian
    return entry.russian


def hang(text: str, phrases: Iterable[str]) -> str:
    """Phrases after a noun; a comma before a second one with the same preposition («для лица, для сухой кожи»).

    What the goods come with is said in one: «с прополисом и чёрной бузиной».
    """
    every = list(phrases)
    contained = [phrase for phrase in every if phrase.startswith("с ") and not _INNER.search(phrase[2:])]
    if len(contained) > 1 and " с " not in f" {text} ":
        together = "с " + russian.join_and([phrase[2:] for phrase in contained])
        every = [
            together if phrase == contained[0] else phrase
            for phrase in every
            if phrase == contained[0] or phrase not in contained
        ]
    for phrase in every:
        preposition = phrase.split(" ", 1)[0]
        comma = "," if f" {preposition} " in text and " " in phrase else ""
        text = f"{text}{comma} {phrase}"
    return text


_INNER = re.compile(r" (?:и|с|со|для|на|в|из|от) |,")
