"""What a classifier reads in a product's text: hashes of its terms, and how rare each is in the shop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from apps.ai.text.language.stems import ngrams, stems, tokens

#: A pair of neighbouring words counts as much as a word, each of its n-grams half.
NGRAM_WEIGHT = 0.5
#: Terms of a single confirmed product are left out. Kept, they cost half a point of top-1 beside the neighbours' votes,
#: which know them already.
RARE = 2

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]
Places = NDArray[np.intp]
#: Sorted hashes of a text's terms, and their damped counts.
Terms = tuple[Hashes, Floats]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`terms`: sorted hashes; `frequency`: how many of the `products` hold each."""

    terms: Hashes
    frequency: NDArray[np.uint16] | NDArray[np.uint32]
    products: int

    @classmethod
    def of(cls, texts: Sequence[Terms]) -> Vocabulary:
        every = np.concatenate([hashes for hashes, _ in texts]) if texts else np.zeros(0, dtype=np.uint32)
        terms, frequency = np.unique(every, return_counts=True)
        known = frequency >= RARE
        return cls(terms[known], frequency[known].astype(np.uint32), len(texts))

    def known(self, read: Terms) -> tuple[Places, Floats]:
        """Places of the text's known terms, and their TF-IDF: a unit vector."""
        places = self._places(read[0])
        return places[places >= 0], self._weigh(read[1], places)[places >= 0]

    def weighed(self, read: Terms) -> Terms:
        """All of a text's terms with their TF-IDF. The known ones have length 1; the others come on top, so that two
        texts that share a word which nobody else has are more alike.
        """
        return read[0], self._weigh(read[1], self._places(read[0]))

    def _weigh(self, counts: Floats, places: Places) -> Floats:
        known = places >= 0
        frequency = np.zeros(len(places))
        frequency[known] = self.frequency[places[known]]
        values = counts * (np.log((self.products + 1.0) / (frequency + 1.0)) + 1.0)
        found: Floats = (values / (float(np.linalg.norm(values[known])) or 1.0)).astype(np.float32)
        return found

    def _places(self, hashes: Hashes) -> Places:
        """The place of each hash among the terms, -1 for an unknown one."""
        if not len(self.terms):
            return np.full(len(hashes), -1, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.terms, hashes), len(self.terms) - 1)
        found: Places = np.where(self.terms[places] == hashes, places, -1)
        return found


def read(text: str) -> Terms:
    """Stems, pairs of neighbouring stems, n-grams and both ends; the first line is the title."""
    found: dict[int, float] = {}
    times: dict[int, int] = {}
    for number, line in enumerate(text.split("\n")):
        stemmed = stems(line)
        for term in stemmed:
            _count(found, times, _hash("stem", term), 1.0)
        for one, other in pairwise(stemmed):
            _count(found, times, _hash("pair", f"{one} {other}"), 1.0)
        for word in tokens(line):
            for gram in _grams(word):
                _count(found, times, gram, NGRAM_WEIGHT)
        if number == 0:
            for end in _ends(stemmed):
                _count(found, times, end, 1.0)
    hashes = np.fromiter(found, dtype=np.uint32, count=len(found))
    counts = np.array([weight * (1.0 + math.log(times[term])) for term, weight in found.items()], np.float32)
    order = np.argsort(hashes)
    return hashes[order], counts[order]


def cosine(one: Terms, other: Terms) -> float:
    """Of two weighed texts, at most 1."""
    if not len(one[0]):
        return 0.0
    places = np.minimum(np.searchsorted(one[0], other[0]), len(one[0]) - 1)
    shared = one[0][places] == other[0]
    return min(float(one[1][places[shared]] @ other[1][shared]), 1.0)


def _count(found: dict[int, float], times: dict[int, int], term: int, weight: float) -> None:
    found[term] = weight
    times[term] = times.get(term, 0) + 1


def _ends(stemmed: Sequence[str]) -> Iterator[int]:
    """A title's first and last word without digits: the head noun in Russian and in Turkish."""
    words = [term for term in stemmed if term.isalpha()]
    if words:
        yield _hash("first", words[0])
        yield _hash("last", words[-1])


@lru_cache(maxsize=50_000)
def _grams(word: str) -> tuple[int, ...]:
    return tuple(_hash("gram", gram) for gram in ngrams(word))


def _hash(space: str, text: str) -> int:
    return crc32(f"{space}:{text}".encode("utf-8", "surrogatepass"))
