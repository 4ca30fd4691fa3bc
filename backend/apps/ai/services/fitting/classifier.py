"""A classifier of product texts, fitted on confirmed products in closed form: numpy, no training loop.

Ridge regression of category membership on words, word pairs and character n-grams. Its closed form gives what it
would have said of each confirmed product without that product (leave-one-out), which is what a calibration needs.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.fitting import likeness as likeness_table
from apps.ai.services.fitting import terms
from apps.ai.services.fitting.terms import Floats, Places, Terms, Vocabulary

#: Raised when texts are read differently; a stored classifier of another format is not loaded.
FORMAT = 3
#: Up to so many products each is a weight of its own (their likeness is a table of 144 MB), beyond them each column is.
MOST_BY_LIKENESS = 6_000
#: The ridge of the quadratic kernel. Alone it is right for 1.1 points more of trendyol than the linear one.
QUADRATIC_RIDGE = 0.5
#: Columns of the hashed space. Leave-one-out on two shops: 8,192 gave 0.2 points more at eight times the time.
DIMENSIONS = 4096
#: Weight of the ridge by columns. Between 0.3 and 1 top-1 moves by less than half a point; larger ranks more of the
#: right below.
RIDGE = 1.0
#: Scores beyond these say no more.
RANGE = (-0.2, 1.5)
#: Rows that are unfolded into the dense space at once.
BLOCK = 1024
#: An example that says all about itself would be divided by nothing.
MOST_LEVERAGE = 0.999
#: Confirmed products beyond these are left out evenly: two minutes and half a gigabyte are enough for a fit.
MOST_EXAMPLES = 50_000


@dataclass(frozen=True, slots=True)
class ByProducts:
    """A weight for each product and category; a text is compared with each product.

    `products`, `values`: which products hold a term, and its part in each one's unit vector, term after term in the
    order of the vocabulary. `starts`: where each term's begin. `weights`: products × categories.
    """

    products: NDArray[np.uint16]
    values: NDArray[np.float16]
    starts: NDArray[np.int64]
    weights: Floats

    def scores(self, places: Places, values: Floats) -> Floats:
        held = [slice(self.starts[place], self.starts[place + 1]) for place in places]
        counts = self.starts[places + 1] - self.starts[places]
        products = np.concatenate([self.products[one] for one in held])
        parts = np.concatenate([self.values[one] for one in held]) * np.repeat(values, counts)
        cosines = np.bincount(products, parts, minlength=len(self.weights)).astype(np.float32)
        found: Floats = _kernel(cosines) @ self.weights
        return found


@dataclass(frozen=True, slots=True)
class ByColumns:
    """A weight for each column of a hashed space and category: DIMENSIONS × categories, float16 as it lies in every
    worker's memory.
    """

    weights: NDArray[np.float16]

    def scores(self, hashes: terms.Hashes, values: Floats) -> Floats:
        dense = _hashed(hashes, values)
        used = np.flatnonzero(dense)
        found: Floats = dense[used] @ self.weights[used].astype(np.float32)
        return found


@dataclass(frozen=True, slots=True)
class Classifier:
    vocabulary: Vocabulary
    category_ids: tuple[int, ...]
    model: ByProducts | ByColumns

    def scores(self, text: str) -> dict[int, float]:
        """About 1 for the right category and 0 for the others, by category; empty when no word is known."""
        places, values = self.vocabulary.known(terms.read(text))
        if not len(places):
            return {}
        if isinstance(self.model, ByProducts):
            return _by_category(self.category_ids, self.model.scores(places, values))
        return _by_category(self.category_ids, self.model.scores(self.vocabulary.terms[places], values))

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine of a text to each of the others by weighed words, pairs and n-grams; 0 when they share none."""
        own = self.vocabulary.weighed(terms.read(text))
        titles = (terms.read_title(other) for other in others)
        return [terms.cosine(own, self.vocabulary.weighed(title)) for title in titles]

    def to_bytes(self) -> bytes:
        known = self.vocabulary
        parts: dict[str, NDArray[Any]] = {
            "format": np.array([FORMAT, DIMENSIONS]),
            "terms": known.terms,
            "frequency": known.frequency,
            "products": np.array(known.products),
            "category_ids": np.array(self.category_ids, dtype=np.int64),
            "weights": self.model.weights.astype(np.float16),
        }
        if isinstance(self.model, ByProducts):
            parts |= {"held": self.model.products, "values": self.model.values}
        file = io.BytesIO()
        np.savez_compressed(file, **parts)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Classifier:
        """Raises ValueError for bytes of another format."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as parts:
            if parts["format"].tolist() != [FORMAT, DIMENSIONS]:
                raise ValueError(f"a classifier of format {parts['format'].tolist()}")
            vocabulary = Vocabulary(parts["terms"], parts["frequency"], int(parts["products"]))
            model: ByProducts | ByColumns
            if "held" in parts:
                weights = parts["weights"].astype(np.float32)
                model = ByProducts(parts["held"], parts["values"], _starts(vocabulary), weights)
            else:
                model = ByColumns(parts["weights"])
            return cls(vocabulary, tuple(parts["category_ids"].tolist()), model)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The classifier, and what it would have said without one of its examples.

    `_left_out`: scores of the examples at these places, a row each.
    """

    classifier: Classifier
    _left_out: Callable[[Sequence[int]], Floats]

    def without(self, places: Sequence[int]) -> Iterator[dict[int, float]]:
        """`Classifier.scores` of the examples at these places, each as if it had not been confirmed."""
        for start in range(0, len(places), BLOCK):
            for row in self._left_out(places[start : start + BLOCK]):
                yield _by_category(self.classifier.category_ids, row)


def fit(texts: Sequence[str], categories: Sequence[Sequence[int]]) -> Fitted:
    """Fit on confirmed products: their texts, and the categories that each lies in (one, or several right ones)."""
    category_ids = tuple(sorted({one for several in categories for one in several}))
    column = {category_id: place for place, category_id in enumerate(category_ids)}
    labels = [[column[one] for one in several] for several in categories]
    read = [terms.read(text) for text in texts]
    if len(texts) <= MOST_BY_LIKENESS:
        return _fit_products(read, labels, category_ids)
    return _fit_columns(read, labels, category_ids)


def _fit_products(
    read: Sequence[Terms], labels: Sequence[Sequence[int]], category_ids: tuple[int, ...]
) -> Fitted:
    """From the products' likeness to each other. What is left out of a ridge regression leaves the rest of its
    closed form as it is: target - weight / diagonal of the inverse.
    """
    vocabulary = Vocabulary.of(read)
    rows = [vocabulary.known(one) for one in read]
    held, values = likeness_table.postings(rows)
    starts = _starts(vocabulary)
    likeness = _kernel(likeness_table.cosines(held, values, starts, len(rows)))
    likeness[np.diag_indices(len(rows))] += QUADRATIC_RIDGE
    inverse: Floats = np.linalg.inv(likeness).astype(np.float32, copy=False)
    membership = _membership(labels, len(category_ids))
    weights: Floats = inverse @ membership
    own = np.diag(inverse).copy()
    model = ByProducts(held, values.astype(np.float16), starts, weights)

    def left_out(places: Sequence[int]) -> Floats:
        chosen = list(places)
        found: Floats = membership[chosen] - weights[chosen] / own[chosen, None]
        return found

    return Fitted(Classifier(vocabulary, category_ids, model), left_out)


def _fit_columns(
    read: Sequence[Terms], labels: Sequence[Sequence[int]], category_ids: tuple[int, ...]
) -> Fitted:
    """From the columns' covariance: the size of the problem does not grow with the products."""
    vocabulary = Vocabulary.of(read)
    rows = [(vocabulary.terms[places], values) for places, values in map(vocabulary.known, read)]
    width = len(category_ids)

    def dense(places: Sequence[int]) -> Floats:
        return np.stack([_hashed(*rows[place]) for place in places])

    blocks = [range(start, min(start + BLOCK, len(rows))) for start in range(0, len(rows), BLOCK)]
    covariance = np.zeros((DIMENSIONS, DIMENSIONS), dtype=np.float32)
    target = np.zeros((DIMENSIONS, width), dtype=np.float32)
    for places in blocks:
        block = dense(places)
        covariance += block.T @ block
        target += block.T @ _membership([labels[place] for place in places], width)
    covariance[np.diag_indices(DIMENSIONS)] += RIDGE
    inverse: Floats = np.linalg.inv(covariance).astype(np.float32, copy=False)
    weights: Floats = inverse @ target

    def left_out(places: Sequence[int]) -> Floats:
        block = dense(places)
        own = _membership([labels[place] for place in places], width)
        leverage = np.minimum(np.einsum("ij,ij->i", block @ inverse, block), MOST_LEVERAGE)[:, None]
        found: Floats = (block @ weights - leverage * own) / (1.0 - leverage)
        return found

    return Fitted(Classifier(vocabulary, category_ids, ByColumns(weights.astype(np.float16))), left_out)


def _kernel(cosines: Floats) -> Floats:
    """Half linear, half quadratic: near products count more than they would in proportion."""
    return 0.5 * cosines + 0.5 * cosines * cosines


def _hashed(hashes: terms.Hashes, values: Floats) -> Floats:
    """A unit vector of DIMENSIONS; the sign of each term makes collisions cancel on average."""
    signs = np.where(hashes & np.uint32(0x80000000), 1.0, -1.0)
    columns = (hashes & np.uint32(DIMENSIONS - 1)).astype(np.intp)
    dense = np.bincount(columns, signs * values, minlength=DIMENSIONS)
    found: Floats = (dense / (float(np.linalg.norm(dense)) or 1.0)).astype(np.float32)
    return found


def _starts(vocabulary: Vocabulary) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(vocabulary.frequency, dtype=np.int64)])


def _by_category(category_ids: Sequence[int], scores: Floats) -> dict[int, float]:
    return dict(zip(category_ids, np.clip(scores, *RANGE).tolist(), strict=True))


def _membership(labels: Sequence[Sequence[int]], width: int) -> Floats:
    table = np.zeros((len(labels), width), dtype=np.float32)
    for row, several in enumerate(labels):
        table[row, list(several)] = 1.0
    return table


def evenly(count: int, most: int) -> list[int]:
    """At most `most` places out of `count`, spread evenly; the same every time."""
    if count <= most:
        return list(range(count))
    return [int(place) for place in np.linspace(0, count - 1, most)]
