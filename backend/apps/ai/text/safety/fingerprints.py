"""How alike two descriptions are: shared triples of words, and a few numbers by which alike texts find each other.

MinHash (Broder 1997): of each of 16 orders of all triples a text keeps the least; two texts keep the same one with a
probability that is the share of triples they have in common. Four of them make a band. Texts that share 90 % of their
triples meet in one of the four bands in 99 cases of 100, those that share 80 % in 88, those that share half in 23.
Numbers are left out: the same text about another pack is the same text.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

BANDS = 4
_ROWS = 4
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Words below which a text has too little to be compared.
SHORTEST = 20


def _odd_numbers(count: int) -> NDArray[np.uint64]:
    """Fixed odd 64-bit multipliers (splitmix64 from 1): each puts all hashes into an order of its own."""
    mask, state, found = (1 << 64) - 1, 1, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        found.append((mixed ^ (mixed >> 31)) | 1)
    return np.array(found, dtype=np.uint64)


_MULTIPLIERS = _odd_numbers(BANDS * _ROWS)[:, None]


def bands(text: str) -> tuple[int, ...] | None:
    """Four signed 32-bit numbers of a plain text; None for one of fewer than `SHORTEST` words."""
    triples = _triples(text)
    if triples is None:
        return None
    hashes = np.fromiter(map(zlib.crc32, triples), dtype=np.uint64, count=len(triples))
    least = ((hashes * _MULTIPLIERS) >> np.uint64(20)).min(axis=1).reshape(BANDS, _ROWS)
    return tuple(zlib.crc32(row.tobytes()) - (1 << 31) for row in least)


def similarity(one: str, other: str) -> float:
    """The share of all triples of words that both plain texts have, 0..1; 0 for texts too short to compare."""
    first, second = _triples(one), _triples(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def _triples(text: str) -> set[bytes] | None:
    words = _WORD.findall(text.lower().replace("ё", "е"))
    if len(words) < SHORTEST:
        return None
    return {" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)}
