"""What Turkish and English shop words are in Russian: our own dictionary, matched by the longest phrase first.

The data stand in `glossary_tr.tsv` and `glossary_en.tsv` beside this module (their columns are described there);
`glossary_derived` adds what Turkish makes of them by itself («-lı» with, «-sız» without, the salts of a substance).
A Turkish word is found with its plural, possessive and case endings taken off, with either reading of a capital I,
and as shops type it without Turkish letters, unless that spelling would be ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from apps.ai.text.language import glossary_derived
from apps.ai.text.language.glossary_data import ENGLISH, TURKISH, Entry, Part, entries, of_file
from apps.ai.text.language.letters import Letters
from apps.ai.text.made_once import made_once

__all__ = [
    "Entry",
    "Match",
    "Part",
    "Translation",
    "attribute_entry",
    "attribute_name",
    "entries",
    "fold",
    "is_written",
    "longest",
    "lower",
    "stems",
    "translate",
]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found at `words[start:end]`."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A text put into Russian word by word. `unknown`: the words that the glossary does not know, as written."""

    text: str
    covered: tuple[str, ...]
    unknown: tuple[str, ...]


WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|&")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def translate(text: str) -> Translation:
    """Every known phrase in Russian, in the order of the source and without agreement; Russian words stay."""
    words = [match[0] for match in WORD.finditer(text)]
    russian_words: list[str] = []
    covered: list[str] = []
    unknown: list[str] = []
    position = 0
    while position < len(words):
        match = longest(words, position)
        if match is None:
            word = words[position]
            if _CYRILLIC.search(word) or not _HAS_LETTER.search(word):
                russian_words.append(word)
            else:
                unknown.append(word)
            position += 1
            continue
        covered.append(" ".join(words[match.start : match.end]))
        if match.entry.russian:
            russian_words.append(match.entry.russian)
        position = match.end
    return Translation(" ".join(russian_words), tuple(covered), tuple(unknown))


def longest(words: Sequence[str], start: int) -> Match | None:
    """The longest entry that begins at `words[start]`; of two equally long ones the better spelled."""
    best = _longest(words, start)
    return None if best is None else Match(best[2], start, start + best[0])


def is_written(words: Sequence[str]) -> bool:
    """Whether the words are an entry as they stand or in the plural, and no name that only looks like one."""
    best = _longest(words, 0)
    if best is None:
        return False
    length, cost, _ = best
    return length > 1 or cost < _WITHOUT_ENDING or _MANY.search(fold(words[0])) is not None


_MANY = re.compile(r"l[ae]r[iu]?$")


def _longest(words: Sequence[str], start: int) -> tuple[int, int, Entry] | None:
    """How many words the longest entry takes, how far its spelling is off, and itself."""
    best: tuple[int, int, Entry] | None = None
    for root, worst in ((_index().turkish, _ANY_SPELLING), (_index().english, _SAME_WORD)):
        for length, cost, entry in _walk(root, words, start, worst=worst):
            if best is None or (length, -cost) > (best[0], -best[1]):
                best = (length, cost, entry)
    return best


def attribute_name(name: str) -> str | None:
    """The Russian name of an attribute («Üretim Yeri» is «страна производства»), None when unknown."""
    entry = attribute_entry(name)
    return None if entry is None else entry.russian


def attribute_entry(name: str) -> Entry | None:
    """The entry whose Russian names an attribute: one made for names, else a noun; an adjective names nothing."""
    words = WORD.findall(name)
    index = _index()
    for root, worst in (
        (index.attributes, _ANY_SPELLING),
        (index.turkish, _ANY_SPELLING),
        (index.english, 0),
    ):
        for length, _, entry in sorted(_walk(root, words, 0, worst=worst), key=lambda found: found[1]):
            if length == len(words) and entry.russian and entry.part in _NAMING:
                return entry
    return None


_NAMING = frozenset({Part.ATTRIBUTE, Part.NOUN})


# --- spelling ---------------------------------------------------------------------------------------------------------

#: What a spelling costs: the better one wins between two equally long entries.
_SAME_WORD, _WITHOUT_MARKS, _WITHOUT_ENDING, _ANY_SPELLING = range(4)
_fold = Letters({"çğıöşüâîû": "cgiosuaiu"})
_TURKISH = frozenset("çğöşü")


def lower(word: str) -> str:
    """Lower case as Turkish has it: I is ı, İ is i."""
    return word.replace("İ", "i").replace("I", "ı").lower().replace("’", "'")


def fold(text: str) -> str:
    """Turkish letters without their marks, in lower case."""
    return _fold(lower(text))


@lru_cache(maxsize=20_000)
def _variants(word: str) -> tuple[tuple[str, int], ...]:
    """The spellings under which a word may stand in the glossary, with what each costs."""
    turkish = lower(word)
    plain = word.replace("İ", "i").lower().replace("’", "'")
    forms: dict[str, int] = {turkish: _SAME_WORD}
    forms.setdefault(plain, _SAME_WORD)
    for spelled in (turkish, plain):
        for stem in stems(spelled):
            forms.setdefault(stem, _WITHOUT_ENDING)
    if not _TURKISH & set(turkish):
        folded = "~" + fold(word)
        forms.setdefault(folded, _WITHOUT_MARKS)
        for stem in stems(folded[1:]):
            forms.setdefault("~" + stem, _ANY_SPELLING)
    return tuple(forms.items())


_PLURAL = re.compile(r"l[ae]r$")
_ENDINGS = (
    r"(?:l[ae]r)?(?:n[ıiuü]n|[ıiuü]n)$",
    r"(?:l[ae]r)?[ıi]n?[dt][ae]n?$",
    r"[dt][ae]n?$",
    r"l[ae]r[ıi]$",
    r"l[ae]r$",
    r"s[ıiuü]$",
    r"y[ıiuüae]$",
    r"[ıiuü]$",
)
_ENDING_PATTERNS = tuple(re.compile(pattern) for pattern in _ENDINGS)
_HARDER = {"b": "p", "c": "ç", "d": "t", "ğ": "k", "g": "k"}
_SHORTEST_STEM = 3


def stems(word: str) -> tuple[str, ...]:
    """A Turkish word without plural, possessive and case endings; the softened last consonant both ways."""
    found: dict[str, None] = {}
    for pattern in _ENDING_PATTERNS:
        stem = pattern.sub("", word)
        if stem == word or len(stem) < _SHORTEST_STEM:
            continue
        found.setdefault(stem)
        if stem[-1] in _HARDER:
            found.setdefault(stem[:-1] + _HARDER[stem[-1]])
        if plural := _PLURAL.sub("", stem):
            found.setdefault(plural)
    return tuple(stem for stem in found if len(stem) >= _SHORTEST_STEM)


# --- the index --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class _Index:
    """Phrases of titles and values by language; `attributes`: names of attributes only."""

    turkish: _Node
    english: _Node
    attributes: _Node


def _walk(root: _Node, words: Sequence[str], start: int, *, worst: int) -> Iterator[tuple[int, int, Entry]]:
    """Every entry that begins at a word: how many words it takes, how far its spelling is off, and itself.

    `worst`: spellings that cost more are not tried. Words that are left out on a card, and «and», match only as
    they stand: «Forte» is not «for» with an ending.
    """
    paths = [(root, start, 0)]
    while paths:
        node, position, cost = paths.pop()
        if node.entry is not None and (cost < _WITHOUT_ENDING or node.entry.part not in _EXACT_ONLY):
            yield position - start, cost, node.entry
        if position == len(words):
            continue
        for form, extra in _variants(words[position]):
            if extra <= worst and (child := node.children.get(form)) is not None:
                paths.append((child, position + 1, cost + extra))


_EXACT_ONLY = frozenset({Part.DROP, Part.CONJUNCTION})


@made_once
def _index() -> _Index:
    index = _Index(_Node(), _Node(), _Node())
    turkish, english = of_file(TURKISH), of_file(ENGLISH)
    for entry in english:
        _insert(
            index.attributes if entry.part is Part.ATTRIBUTE else index.english, entry.source.split(), entry
        )
    for entry in turkish:
        _insert_with_stems(
            index.attributes if entry.part is Part.ATTRIBUTE else index.turkish, entry, mark=""
        )
    folded = _unambiguous(turkish)
    for entry in turkish:
        if folded.get(fold(entry.source)) is entry:
            _insert_with_stems(index.turkish, entry, mark="~")
    for entry in glossary_derived.derived(turkish):
        _insert(index.turkish, entry.source.split(), entry)
        _insert(index.turkish, ["~" + word for word in fold(entry.source).split()], entry)
    return index


def _insert_with_stems(root: _Node, entry: Entry, *, mark: str) -> None:
    """An entry, and a phrase also without the ending of its last word: «diş fırçası» is found in «diş fırçaları».

    `mark` "~": spelled without Turkish letters.
    """
    words = (fold(entry.source) if mark else entry.source).split()
    _insert(root, [mark + word for word in words], entry)
    for stem in stems(words[-1]) if len(words) > 1 else ():
        _insert(root, [mark + word for word in [*words[:-1], stem]], entry)


def _insert(root: _Node, words: Sequence[str], entry: Entry) -> None:
    """The first entry of a spelling stays."""
    node = root
    for word in words:
        node = node.children.setdefault(word, _Node())
    if node.entry is None:
        node.entry = entry


def _unambiguous(every: Sequence[Entry]) -> dict[str, Entry | None]:
    """Entries by spelling without marks; None where two different words fall together (diş and dış)."""
    found: dict[str, Entry | None] = {}
    for entry in every:
        if entry.part is Part.ATTRIBUTE:
            continue
        key = fold(entry.source)
        known = found.get(key, entry)
        same = known is not None and (known is entry or known.source == entry.source)
        found[key] = known if same else None
    return found
