"""A linear classifier of product texts, fitted on confirmed products in closed form: numpy, no training loop.

Ridge regression of category membership on hashed words, word pairs and character n-grams. Its closed form
gives what it
would have said of each confirmed product without that product (leave-one-out), which is what a calibration
needs.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from apps.ai.text.stems import ngrams, stems, tokens

#: Raised when texts are read differently; a stored classifier of another format is not loaded.
FORMAT = 1
#: Columns of the hashed space. Leave-one-out on two shops: 8,192 gave 0.2 points more at eight times the
#: time.
DIMENSIONS = 4096
#: Weight of the ridge. Between 0.3 and 1 top-1 moves by less than half a point; larger ranks more of the
#: right below.
RIDGE = 1.0
#: Terms of a single confirmed product are left out: a quarter of a text's mass that predicts nothing and
#: collides.
RARE = 2
#: A pair of neighbouring words counts as much as a word, each of its n-grams half.
NGRAM_WEIGHT = 0.5
#: Scores beyond these say no more.
RANGE = (-0.2, 1.5)
#: Rows that are unfolded into the dense space at once.
BLOCK = 1024
#: An example that says all about itself would be divided by nothing.
MOST_LEVERAGE = 0.999
#: Confirmed products beyond these are left out evenly: two minutes and half a gigabyte are enough for a fit.
MOST_EXAMPLES = 50_000

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """`terms`: sorted hashes that are known, `rarity`: their IDF. `weights`: DIMENSIONS × categories, float16."""

    terms: Hashes
    rarity: Floats
    category_ids: tuple[int, ...]
    weights: NDArray[np.float16]

    def scores(self, text: str) -> dict[int, float]:
        """About 1 for the right category and 0 for the others, by category; empty when no word is known."""
        columns, values = self._project(*_features(text))
        if not len(columns):
            return {}
        return _by_category(self.category_ids, values @ self.weights[columns].astype(np.float32))

    def _project(self, hashes: Hashes, counts: Floats) -> tuple[NDArray[np.intp], Floats]:
        columns, values = _weighed(self.terms, self.rarity, hashes, counts)
        dense = np.bincount(columns, values, minlength=DIMENSIONS)
        used = np.flatnonzero(dense)
        length = float(np.linalg.norm(dense)) or 1.0
        return used, (dense[used] / length).astype(np.float32)

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(
            file,
            format=np.array([FORMAT, DIMENSIONS]),
            terms=self.terms,
            rarity=self.rarity.astype(np.float16),
            category_ids=np.array(self.category_ids, dtype=np.int64),
            weights=self.weights,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Classifier:
        """Raises ValueError for bytes of another format."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as parts:
            if parts["format"].tolist() != [FORMAT, DIMENSIONS]:
                raise ValueError(f"a classifier of format {parts['format'].tolist()}")
            return cls(
                parts["terms"],
                parts["rarity"].astype(np.float32),
                tuple(parts["category_ids"].tolist()),
                parts["weights"],
            )


@dataclass(frozen=True, slots=True)
class Fitted:
    """The classifier, and what it needs to say what it would have said without one of its examples.

    `_leverage`: how much each example speaks for itself, 0..1.
    """

    classifier: Classifier
    _rows: _Rows
    _labels: Sequence[Sequence[int]]
    _leverage: Floats

    def without(self, places: Sequence[int]) -> Iterator[dict[int, float]]:
        """`Classifier.scores` of the examples at these places, each as if it had not been confirmed."""
        weights = self.classifier.weights.astype(np.float32)
        for start in range(0, len(places), BLOCK):
            chosen = places[start : start + BLOCK]
            own = _membership([self._labels[place] for place in chosen], weights.shape[1])
            leverage = np.minimum(self._leverage[list(chosen), None], MOST_LEVERAGE)
            left = (self._rows.dense(chosen) @ weights - leverage * own) / (1.0 - leverage)
            for row in left:
                yield _by_category(self.classifier.category_ids, row)


def fit(texts: Sequence[str], categories: Sequence[Sequence[int]]) -> Fitted:
    """Fit on confirmed products: their texts, and the categories that each lies in (one, or several right ones)."""
    category_ids = sorted({one for several in categories for one in several})
    column = {category_id: place for place, category_id in enumerate(category_ids)}
    labels = [[column[one] for one in several] for several in categories]
    rows = _Rows.read(texts)
    solve = _by_products if len(texts) < DIMENSIONS else _by_columns
    weights, leverage = solve(rows, labels, len(category_ids))
    classifier = Classifier(rows.terms, rows.rarity, tuple(category_ids), weights.astype(np.float16))
    return Fitted(classifier, rows, labels, leverage)


def _by_products(rows: _Rows, labels: Sequence[Sequence[int]], width: int) -> tuple[Floats, Floats]:
    """Weights and leverages from the products' likeness to each other: cheaper while they are few."""
    block = rows.dense(range(len(labels)))
    likeness = block @ block.T
    likeness[np.diag_indices(len(labels))] += RIDGE
    inverse = np.linalg.inv(likeness)
    weights = block.T @ (inverse @ _membership(labels, width))
    return weights, (1.0 - RIDGE * np.diag(inverse)).astype(np.float32)


def _by_columns(rows: _Rows, labels: Sequence[Sequence[int]], width: int) -> tuple[Floats, Floats]:
    """The same from the columns' covariance: its size does not grow with the products."""
    blocks = [range(start, min(start + BLOCK, len(labels))) for start in range(0, len(labels), BLOCK)]
    covariance = np.zeros((DIMENSIONS, DIMENSIONS), dtype=np.float32)
    target = np.zeros((DIMENSIONS, width), dtype=np.float32)
    for places in blocks:
        block = rows.dense(places)
        covariance += block.T @ block
        target += block.T @ _membership([labels[place] for place in places], width)
    covariance[np.diag_indices(DIMENSIONS)] += RIDGE
    inverse = np.linalg.inv(covariance)
    leverage = [
        np.einsum("ij,ij->i", block @ inverse, block) for block in (rows.dense(places) for places in blocks)
    ]
    return inverse @ target, np.concatenate(leverage)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The examples' terms, one row a text: columns and unit-length values in the hashed space."""

    terms: Hashes
    rarity: Floats
    rows: list[tuple[NDArray[np.int16], Floats]]

    @classmethod
    def read(cls, texts: Sequence[str]) -> _Rows:
        read = [_features(text) for text in texts]
        every = np.concatenate([hashes for hashes, _ in read]) if read else np.zeros(0, dtype=np.uint32)
        terms, frequency = np.unique(every, return_counts=True)
        known = frequency >= RARE
        terms, frequency = terms[known], frequency[known]
        rarity = (np.log((len(texts) + 1.0) / (frequency + 1.0)) + 1.0).astype(np.float32)
        rows = []
        for hashes, counts in read:
            columns, values = _weighed(terms, rarity, hashes, counts)
            rows.append((columns.astype(np.int16), values))
        return cls(terms, rarity, rows)

    def dense(self, places: Sequence[int]) -> Floats:
        """Unit rows of the hashed space, places × DIMENSIONS."""
        block = np.zeros((len(places), DIMENSIONS), dtype=np.float32)
        for row, place in enumerate(places):
            columns, values = self.rows[place]
            block[row] = np.bincount(columns, values, minlength=DIMENSIONS)
        lengths = np.linalg.norm(block, axis=1, keepdims=True)
        block /= np.where(lengths > 0.0, lengths, 1.0)
        return block


def _weighed(
    terms: Hashes, rarity: Floats, hashes: Hashes, counts: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Columns and signed values of the known among `hashes`. The sign makes collisions cancel on average."""
    if not len(terms):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    places = np.minimum(np.searchsorted(terms, hashes), len(terms) - 1)
    known = terms[places] == hashes
    found = hashes[known]
    signs = np.where(found & np.uint32(0x80000000), 1.0, -1.0).astype(np.float32)
    columns = (found & np.uint32(DIMENSIONS - 1)).astype(np.int64)
    return columns, signs * counts[known] * rarity[places[known]]


def _by_category(category_ids: Sequence[int], scores: Floats) -> dict[int, float]:
    return dict(zip(category_ids, np.clip(scores, *RANGE).tolist(), strict=True))


def _membership(labels: Sequence[Sequence[int]], width: int) -> Floats:
    table = np.zeros((len(labels), width), dtype=np.float32)
    for row, several in enumerate(labels):
        table[row, list(several)] = 1.0
    return table


def _features(text: str) -> tuple[Hashes, Floats]:
    """Hashes of a text's terms and their weighted, damped counts; the first line is the title."""
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
    return hashes, counts


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


def evenly(count: int, most: int) -> list[int]:
    """At most `most` places out of `count`, spread evenly; the same every time."""
    if count <= most:
        return list(range(count))
    return [int(place) for place in np.linspace(0, count - 1, most)]
