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
FORMAT = 2
#: Columns of the hashed space. Leave-one-out on two shops: 8,192 gave 0.2 points more at eight times the
#: time.
DIMENSIONS = 4096
#: Weight of the ridge. Between 0.3 and 1 top-1 moves by less than half a point; larger ranks more of the
#: right below.
RIDGE = 1.0
#: Terms of a single confirmed product are left out: a quarter of a text's mass that predicts nothing and
#: collides.
RARE = 2
#: Up to so many products each is a weight of its own (their likeness is a table of 144 MB), beyond them each column is.
MOST_BY_LIKENESS = 6_000
#: The ridge of the quadratic kernel. Alone it is right for 1.1 points more of trendyol than the linear one.
QUADRATIC_RIDGE = 0.5
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
    """`terms`: sorted hashes that are known, `rarity`: their IDF.

    `examples`: DIMENSIONS × products, a unit column each, or None. `weights`: products × categories with examples, else
    DIMENSIONS × categories. Both float16: they lie in every worker's memory.
    """

    terms: Hashes
    rarity: Floats
    category_ids: tuple[int, ...]
    weights: NDArray[np.float16]
    examples: NDArray[np.float16] | None = None

    def scores(self, text: str) -> dict[int, float]:
        """About 1 for the right category and 0 for the others, by category; empty when no word is known."""
        columns, values = self._project(*_features(text))
        if not len(columns):
            return {}
        if self.examples is None:
            return _by_category(self.category_ids, values @ self.weights[columns].astype(np.float32))
        likeness = _kernel(values @ self.examples[columns].astype(np.float32))
        return _by_category(self.category_ids, likeness @ self.weights.astype(np.float32))

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine of a text to each of the others by weighed words, pairs and n-grams; 0 when no word is known."""
        columns, values = self._project(*_features(text))
        query = np.zeros(DIMENSIONS, dtype=np.float32)
        query[columns] = values
        found = []
        for other in others:
            columns, values = self._project(*_short_features(other))
            found.append(float(query[columns] @ values))
        return found

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
            examples=np.zeros((0, 0), np.float16) if self.examples is None else self.examples,
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
                parts["examples"] if parts["examples"].size else None,
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
            block = self._rows.dense(chosen)
            if self.classifier.examples is not None:
                block = _kernel(block @ self.classifier.examples.astype(np.float32))
            own = _membership([self._labels[place] for place in chosen], weights.shape[1])
            leverage = np.minimum(self._leverage[list(chosen), None], MOST_LEVERAGE)
            left = (block @ weights - leverage * own) / (1.0 - leverage)
            for row in left:
                yield _by_category(self.classifier.category_ids, row)


def fit(texts: Sequence[str], categories: Sequence[Sequence[int]]) -> Fitted:
    """Fit on confirmed products: their texts, and the categories that each lies in (one, or several right ones)."""
    category_ids = sorted({one for several in categories for one in several})
    column = {category_id: place for place, category_id in enumerate(category_ids)}
    labels = [[column[one] for one in several] for several in categories]
    rows = _Rows.read(texts)
    examples = None
    if len(texts) <= MOST_BY_LIKENESS:
        examples = rows.dense(range(len(texts)))
        weights, leverage = _by_products(examples, _membership(labels, len(category_ids)))
    else:
        weights, leverage = _by_columns(rows, labels, len(category_ids))
    classifier = Classifier(
        rows.terms,
        rows.rarity,
        tuple(category_ids),
        weights.astype(np.float16),
        None if examples is None else np.ascontiguousarray(examples.T, dtype=np.float16),
    )
    return Fitted(classifier, rows, labels, leverage)


def _by_products(examples: Floats, membership: Floats) -> tuple[Floats, Floats]:
    """A weight for each product, and how much each speaks for itself, from their likeness to each other."""
    likeness = _kernel(examples @ examples.T)
    likeness[np.diag_indices(len(examples))] += QUADRATIC_RIDGE
    inverse: Floats = np.linalg.inv(likeness).astype(np.float32)
    weights: Floats = inverse @ membership
    return weights, (1.0 - QUADRATIC_RIDGE * np.diag(inverse)).astype(np.float32)


def _kernel(cosines: Floats) -> Floats:
    """Half linear, half quadratic: near products count more than they would in proportion."""
    return 0.5 * cosines + 0.5 * cosines * cosines


def _by_columns(rows: _Rows, labels: Sequence[Sequence[int]], width: int) -> tuple[Floats, Floats]:
    """A weight for each column: the size of the problem does not grow with the products."""
    blocks = [range(start, min(start + BLOCK, len(labels))) for start in range(0, len(labels), BLOCK)]
    covariance = np.zeros((DIMENSIONS, DIMENSIONS), dtype=np.float32)
    target = np.zeros((DIMENSIONS, width), dtype=np.float32)
    for places in blocks:
        block = rows.dense(places)
        covariance += block.T @ block
        target += block.T @ _membership([labels[place] for place in places], width)
    covariance[np.diag_indices(DIMENSIONS)] += RIDGE
    inverse: Floats = np.linalg.inv(covariance).astype(np.float32)
    leverage: list[Floats] = [
        np.einsum("ij,ij->i", block @ inverse, block) for block in (rows.dense(places) for places in blocks)
    ]
    weights: Floats = inverse @ target
    return weights, np.concatenate(leverage)


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
    values: Floats = signs * counts[known] * rarity[places[known]]
    return columns, values


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


#: Titles of confirmed products come again and again.
_short_features = lru_cache(maxsize=5_000)(_features)


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
