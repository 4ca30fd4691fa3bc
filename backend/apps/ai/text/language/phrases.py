"""Many phrases looked for at once, each only where a word begins as it does.

An alternation of a hundred phrases is tried at every word of a text. The words' first letters are read once for all
lists of phrases, and each list looks only where its own letters are among them. What is found is the same: the leftmost
match, of several the first in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

#: What a folded text is made of, besides what no phrase begins with.
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяіј0123456789№#%+-[{<«\"'")
#: So many letters tell whether a phrase is worth trying; one with more beginnings than that is told by fewer letters.
_FAR, _MOST = 4, 150
_OPTIONAL = re.compile(r"[?*]|\{0?,\d*\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
#: In so few letters a first letter is looked for; to read all words takes longer.
_SENTENCE = 200
#: Signs that a phrase may begin with.
_SIGNS = "№#%+-[{<«\"'"
_WORD, _BLANKS = re.compile(r"\w+"), " " * _FAR
_BEGINNING = re.compile(rf"(?<!\w)\w{{1,{_FAR}}}")
_AROUND = ("?!", "?=", "?<!", "?<=")
_NAMED = re.compile(r"\?(?:[a-z]*:|P<\w+>)")
#: What an escaped letter stands for, where that is plain.
_ESCAPED = {"d": "0123456789", "s": " \t\n\r\f\v", "t": "\t", "n": "\n"}
_ESCAPE = re.compile(r"\\.")


class _Compiled(dict[str, re.Pattern[str]]):
    """Patterns by the first letter of what they match, each compiled when it is first asked for."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__()
        self.sources = sources

    def __missing__(self, first: str) -> re.Pattern[str]:
        self[first] = re.compile(self.sources[first])
        return self[first]


class Phrases:
    """Alternatives of regular expressions over a folded text, found only where no letter or digit stands before."""

    def __init__(self, alternatives: Iterable[str], *, frame: str = "{}") -> None:
        """`frame`: what stands around each, such as "{}(?![^\\W_])".

        They are compiled where a text first asks for them, those of one first letter at once: all of them take half
        a second of a process' first card. A search that asks for a faulty one raises re.error.
        """
        self._alternatives = tuple(alternatives)
        self._frame = frame

    @cached_property
    def _by_first(self) -> _Compiled:
        by_first: dict[str, list[str]] = {}
        for alternative in (opened for whole in self._alternatives for opened in _opened(whole)):
            for first in beginnings(alternative) & _ALPHABET:
                by_first.setdefault(first, []).append(alternative)
        return _Compiled(
            {first: self._frame.replace("{}", f"(?:{'|'.join(found)})") for first, found in by_first.items()}
        )

    @cached_property
    def _heads(self) -> dict[int, frozenset[str]]:
        """The beginnings of words with which phrases begin, by length; one of `_FAR` with blanks is a whole word."""
        found = {_first_word(head) for head in frozenset().union(*map(heads, self._alternatives))}
        known = self._by_first.sources.keys()
        found = set(known) if "" in found else {head for head in found if head[0] in known}
        lengths = sorted({len(head) for head in found})
        return {far: frozenset(head for head in found if len(head) == far) for far in lengths}

    @cached_property
    def _starts(self) -> re.Pattern[str]:
        letters = "".join(re.escape(first) for first in sorted(self._by_first.sources))
        return re.compile(rf"(?<![^\W_])[{letters}]")

    def _places(self, folded: str) -> list[int]:
        """Where a phrase may begin, in order."""
        if len(folded) < _SENTENCE:
            return [match.start() for match in self._starts.finditer(folded)]
        places: list[int] = []
        for far, own in self._heads.items():
            words = _words(folded, far)
            for letters in own & words.keys():
                places += words[letters]
        return sorted(places)

    def search(self, folded: str) -> re.Match[str] | None:
        """The leftmost match."""
        return next(self.finditer(folded), None)

    def finditer(self, folded: str) -> Iterator[re.Match[str]]:
        """All matches from left to right, none overlapping another."""
        position = 0
        for place in self._places(folded):
            if (
                place >= position
                and (found := self._by_first[folded[place]].match(folded, place)) is not None
            ):
                yield found
                position = max(found.end(), place + 1)


@lru_cache(maxsize=256)
def _words(folded: str, far: int) -> Mapping[str, list[int]]:
    """Where words and signs stand, by their beginnings. Kept, because several lists of phrases look at a text."""
    found: dict[str, list[int]] = {}
    if far < _FAR:
        for letters, places in _words(folded, _FAR).items():
            found.setdefault(letters[:far], []).extend(places)
        return found
    for word in _BEGINNING.finditer(folded.replace("_", " ")):
        found.setdefault(word[0].ljust(_FAR), []).append(word.start())
    for sign in _SIGNS:
        if sign in folded:
            found[sign] = [
                place for place in _places_of(sign, folded) if not folded[place - 1 : place].isalnum()
            ]
    return found


def _places_of(sign: str, folded: str) -> Iterator[int]:
    place = folded.find(sign)
    while place >= 0:
        yield place
        place = folded.find(sign, place + 1)


def _first_word(head: str) -> str:
    """What is known of the word that a phrase begins with, blanks behind a short one; a sign alone; "" stays."""
    word = _WORD.match(head.replace("_", " "))
    if word is None:
        return head[:1]
    return word[0] if word.end() == len(head) else (word[0] + _BLANKS)[:_FAR]


def beginnings(pattern: str) -> frozenset[str]:
    """The characters with which a match of a pattern may begin; the whole alphabet where that is not plain."""
    found = heads(pattern, 1)
    return _ALPHABET if "" in found else found


def heads(pattern: str, far: int = _FAR) -> frozenset[str]:
    """Strings of at most `far` characters; each match of a pattern begins with one. "" where that is not plain."""
    return frozenset(text for text, _ in _of_branches(pattern, far))


def alternatives_of(pattern: str) -> list[str]:
    """A pattern divided at the bars that stand in no group and no class."""
    parts, start, depth, position = [], 0, 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "[":
            position = _class_end(pattern, position)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(pattern[start:position])
            start = position + 1
        position += 1
    return [*parts, pattern[start:]]


def _opened(pattern: str) -> list[str]:
    """A pattern whose first group holds alternatives, one for each of them: each begins with fewer letters."""
    if not pattern.startswith("(?:"):
        return [pattern]
    end = _group_end(pattern)
    rest = pattern[end + 1 :]
    if _QUANTIFIER.match(rest):
        return [pattern]
    return [branch + rest for branch in alternatives_of(pattern[3:end])]


#: Beginnings of what a part of a pattern matches, and whether they are all of it, so that the next part goes on.
_Heads = frozenset[tuple[str, bool]]
_NOTHING: _Heads = frozenset({("", True)})
_ANYTHING: _Heads = frozenset({("", False)})


def _of_branches(pattern: str, far: int) -> _Heads:
    return frozenset().union(*(_of_sequence(branch, far) for branch in alternatives_of(pattern)))


def _of_sequence(pattern: str, far: int) -> _Heads:
    found = _NOTHING
    while pattern and any(whole for _, whole in found):
        item, pattern = _of_item(pattern, far)
        if quantifier := _QUANTIFIER.match(pattern):
            pattern = pattern[quantifier.end() :]
            if not quantifier[0].startswith("?"):
                item = frozenset((text, False) for text, _ in item)  # it may come again
            if _OPTIONAL.match(quantifier[0]):
                item |= _NOTHING
        longer = frozenset(
            (text + more, whole and len(text + more) < far) if open_ else (text, False)
            for text, open_ in found
            for more, whole in item
        )
        if len(longer) > _MOST:
            return frozenset((text, False) for text, _ in found)
        found = longer
    return frozenset((text[:far], whole) for text, whole in found)


def _of_item(pattern: str, far: int) -> tuple[_Heads, str]:
    """What the first item of a pattern begins with, and what follows the item."""
    head = pattern[0]
    if head == "\\":
        return _of_escape(pattern[1]), pattern[2:]
    if head == "[":
        end = _class_end(pattern, 0)
        return _of_class(pattern[1:end]), pattern[end + 1 :]
    if head == "(":
        end = _group_end(pattern)
        inside, rest = pattern[1:end], pattern[end + 1 :]
        if inside.startswith(_AROUND):
            return _NOTHING, rest
        inside = _NAMED.sub("", inside, count=1) if inside.startswith("?") else inside
        return (_ANYTHING if inside.startswith("?") else _of_branches(inside, far)), rest
    if head in "^$":
        return _NOTHING, pattern[1:]
    return (_ANYTHING if head == "." else frozenset({(head, True)})), pattern[1:]


def _of_escape(letter: str) -> _Heads:
    if letter in "bB":
        return _NOTHING
    if letter.isalnum() and letter not in _ESCAPED:
        return _ANYTHING
    return frozenset((one, True) for one in _ESCAPED.get(letter, letter))


def _of_class(inside: str) -> _Heads:
    if inside.startswith("^"):
        return _ANYTHING
    ranges = re.findall(r"([^\\])-(.)", inside)
    spread = {chr(code) for low, high in ranges for code in range(ord(low), ord(high) + 1)}
    escaped = (_of_escape(letter) for letter in re.findall(r"\\(.)", inside))
    plain = frozenset((letter, True) for letter in {*_ESCAPE.sub("", inside), *spread})
    return plain.union(*escaped)


def _class_end(pattern: str, start: int) -> int:
    position = start + 2 if pattern[start + 1 : start + 2] == "]" else start + 1
    while pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position


def _group_end(pattern: str) -> int:
    depth, position = 0, 0
    while True:
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "[":
            position = _class_end(pattern, position)
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position
        position += 1
