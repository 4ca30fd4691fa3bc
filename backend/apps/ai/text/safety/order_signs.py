"""Whether a sentence as a whole speaks to the shop's system: many weak signs, weighed against one another.

The rules of `order_rules` know orders whose parts stand near one another. One in free wording may have none of them
together («порог, после которого товар уходит к человеку, равен нулю»), yet it names a record, a step of the work, a
fact and why it shall be otherwise, and neither a game nor a parcel. What each word may be a sign of stands in
`order_signs.toml`; what a sign is worth, alone and beside another, in `order_weights.tsv`, which
`python -m benchmarks.order_weights` fits to the orders and lines of the corpora and to texts of shops.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path

from apps.ai.text.made_once import made_once
from apps.ai.text.safety import order_parts
from apps.ai.text.safety.order_parts import Part

#: Above the first a sentence is an order by itself. Below the third it is none by any rule, people's business below the
#: second; a phrase that no person is told is one all the same.
ENOUGH, LEAST, NEVER = 0.5, -1.5, -4.0
#: So many words are weighed together; a longer sentence is a list.
LONGEST = 40
#: A sentence of so many words is short, of more than the second long.
SHORT, LONG = 4, 25

_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")
_QUOTE = re.compile(r"[«\"“]")
#: «Как 990», «на «12+»», "into 30 ml", «"250" olarak»: what something is to become.
_TURNED = re.compile(
    r"(?<!\w)(?:как|вместо|as|to|into|instead of|rather than|на|до|в|за|by) (?:[«\"“]|[-−]?\d)"
    r"|(?:(?<!\S)\d[\d.,]{0,9}\w{0,5}(?: \w{1,9})?|[»\"”]) (?:yerine|olarak|diye|de(?:yin|n)|yaz|goster|gec)"
)
_NEGATED = re.compile(r"(?:не|not|don't|do-not)-")
_PARTS = tuple(name.lower() for name in vars(Part) if name.isupper())
_SURFACE = ("one_figure", "figures", "quote", "turned", "short", "long", "question", "colon")
_HERE = Path(__file__)


def _read(path: Path) -> tuple[tuple[str, ...], dict[str, dict[str, int]]]:
    """The sections' names; whole words, beginnings («word*») and Turkish stems («word~») as bits of sections."""
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    tables: dict[str, dict[str, int]] = {"": {}, "*": {}, "~": {}}
    for at, words in enumerate(sections.values()):
        for word in words.split():
            sign = word[-1] if word[-1] in tables else ""
            key = word.removesuffix(sign)
            tables[sign][key] = tables[sign].get(key, 0) | 1 << at
    return tuple(sections), tables


_SECTIONS, _TABLES = _read(_HERE.with_suffix(".toml"))
_LENGTHS = range(2, max(map(len, _TABLES["*"])) + 1)
_STEM_LENGTHS = range(2, max(map(len, _TABLES["~"])) + 1)
#: All signs; the place of one is its bit.
NAMES = (*_PARTS, *(f"of_{name}" for name in _SECTIONS), *_SURFACE)
#: What speaks of people's business.
_AGAINST = frozenset(NAMES.index(f"of_{name}") for name in "game book device reading trade".split())
_BITS = {name: 1 << at for at, name in enumerate(NAMES)}


class Sign(Enum):
    """What the signs of a sentence say: an order; a rule must decide; no order by any rule."""

    ORDER = auto()
    UNCLEAR = auto()
    NONE = auto()


def judge(folded: str, parts: Sequence[int]) -> Sign:
    """What a folded sentence's signs say; `parts`: what its words are in an order. Linear."""
    tokens = order_parts.tokens_of(folded)
    pieces = [
        _signs(folded, tokens[at : at + LONGEST], parts[at : at + LONGEST])
        for at in range(0, max(1, len(tokens)), LONGEST)
    ]
    worth = max(map(_weighed, pieces))
    if worth > ENOUGH:
        return Sign.ORDER
    least = LEAST if any(sign in _AGAINST for piece in pieces for sign in piece) else NEVER
    return Sign.NONE if worth < least else Sign.UNCLEAR


def signs(folded: str) -> list[int]:
    """The places in `NAMES` of the signs of a folded sentence's first `LONGEST` words, in order."""
    return _signs(folded, order_parts.tokens_of(folded)[:LONGEST], order_parts.words_of(folded)[:LONGEST])


def _signs(folded: str, tokens: Sequence[tuple[str, int, int]], parts: Sequence[int]) -> list[int]:
    held = 0
    for one in parts:
        held |= one
    own = 0
    for word, _, _ in tokens:
        own |= _of_word(word)
    if tokens:
        held |= own << len(_PARTS) | _on_the_surface(folded[tokens[0][1] : tokens[-1][2] + 2], len(tokens))
    return [at for at in range(held.bit_length()) if held >> at & 1]


def _on_the_surface(folded: str, words: int) -> int:
    figures = len(_FIGURE.findall(folded))
    found = {
        "one_figure": figures == 1,
        "figures": figures > 1,
        "quote": _QUOTE.search(folded) is not None,
        "turned": _TURNED.search(folded) is not None,
        "short": words <= SHORT,
        "long": words > LONG,
        "question": "?" in folded,
        "colon": ":" in folded,
    }
    return sum(_BITS[name] for name, holds in found.items() if holds)


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> int:
    """What a word is a sign of; a joined «не» makes no difference."""
    denied = _NEGATED.match(word)
    return _looked_up(word) | (_looked_up(word[denied.end() :]) if denied else 0)


def _looked_up(word: str) -> int:
    found = _TABLES[""].get(word, 0)
    beginnings, stems = _TABLES["*"], _TABLES["~"]
    for length in _LENGTHS:
        if length > len(word):
            break
        found |= beginnings.get(word[:length], 0)
    if not word.isascii():
        return found
    for length in _STEM_LENGTHS:
        if length > len(word):
            break
        if (stem := stems.get(word[:length], 0)) and order_parts.CASES.fullmatch(word, length):
            found |= stem
    return found


def _weighed(held: Sequence[int]) -> float:
    alone, beside = _weights()
    total = alone[-1]
    for at, one in enumerate(held):
        total += alone[one]
        row = beside[one]
        for other in held[at + 1 :]:
            total += row[other]
    return total


@made_once
def _weights() -> tuple[list[float], list[list[float]]]:
    """What each sign is worth alone, what every text begins with behind them; what two are worth together.

    KeyError for an unknown sign.
    """
    alone, beside = [0.0] * (len(NAMES) + 1), [[0.0] * len(NAMES) for _ in NAMES]
    places = {name: at for at, name in enumerate(NAMES)} | {"": len(NAMES)}
    for line in _HERE.with_name("order_weights.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        first, second, worth = line.split("\t")
        if second:
            beside[places[first]][places[second]] = float(worth)
        else:
            alone[places[first]] = float(worth)
    return alone, beside
