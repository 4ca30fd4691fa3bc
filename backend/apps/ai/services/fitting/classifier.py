"""A classifier of product texts, fitted on confirmed products in closed form: numpy, no training loop.

Ridge regression of category membership on words, word pairs and character n-grams. Its closed form gives what it
would have said of each confirmed product without that product (leave-one-out), which is what a calibration needs.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.fitting import likeness, terms
from apps.ai.services.fitting.terms import Floats, Terms, Vocabulary

#: Raised when texts are read differently; a stored classifier of another format is not loaded.
FORMAT = 4
#: Confirmed products beyond these are left out evenly. Each is a weight of its own, and their likeness is a table of
#: 144 MB. A second, linear form that took 50,000 was right for as many on a shop of 11,350 confirmed products (68.2 and
#: 68.2 % of 2,000) and for 0.4 points more on one of 14,893: not worth a second form to fit, store and understand.
MOST_EXAMPLES = 6_000
#: Weights beyond the greatest of these are dropped: with all of them a prediction among 5,000 categories reads 120 MB.
#: Of a shop with 117 categories nearly all stay; of 6 million among 1,025 a twelfth does, at the same top-1.
MOST_WEIGHTS = 500_000
#: The ridge of the quadratic kernel. Alone it is right for 1.1 points more of trendyol than a linear one.
RIDGE = 0.5
#: Scores beyond these say no more.
RANGE = (-0.2, 1.5)
#: Titles of neighbours that are kept with their weighed terms, 1 kB each.
KEPT_TITLES = 5_000
#: Examples whose scores are computed at once.
BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of confirmed products for categories; a text is compared with each product.

    `held`, `values`: which products hold a term, and its part in each one's unit vector, term after term in the order
    of the vocabulary. `starts`: where each term's begin. `weighing`, `weights`: which products weigh for a category and
    how much, category after category; `firsts`: where each category's begin.
    """

    vocabulary: Vocabulary
    category_ids: tuple[int, ...]
    held: NDArray[np.uint16]
    values: NDArray[np.float16]
    starts: NDArray[np.int64]
    weighing: NDArray[np.intp]
    weights: Floats
    firsts: NDArray[np.int64]
    _title: Callable[[str], Terms] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Titles of confirmed products come again and again."""
        weighed = self.vocabulary.weighed
        kept = lru_cache(maxsize=KEPT_TITLES)(lambda title: weighed(terms.read(title)))
        object.__setattr__(self, "_title", kept)

    def scores(self, text: str) -> dict[int, float]:
        """About 1 for the right category and 0 for the others, by category; empty when no word is known."""
        places, weighed = self.vocabulary.known(terms.read(text))
        if not len(places):
            return {}
        postings = [slice(self.starts[place], self.starts[place + 1]) for place in places]
        products = np.concatenate([self.held[one] for one in postings])
        counts = self.starts[places + 1] - self.starts[places]
        parts = np.concatenate([self.values[one] for one in postings]) * np.repeat(weighed, counts)
        cosines = np.bincount(products, parts, minlength=self.vocabulary.products).astype(np.float32)
        said = np.add.reduceat(_kernel(cosines)[self.weighing] * self.weights, self.firsts)
        return _by_category(self.category_ids, said)

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine of a text to each of the others by weighed words, pairs and n-grams; 0 when they share none."""
        own = self.vocabulary.weighed(terms.read(text))
        return [terms.cosine(own, self._title(other)) for other in others]

    def to_bytes(self) -> bytes:
        known = self.vocabulary
        parts: dict[str, NDArray[Any]] = {
            "format": np.array([FORMAT]),
            "terms": known.terms,
            "frequency": known.frequency,
            "products": np.array(known.products),
            "category_ids": np.array(self.category_ids, dtype=np.int64),
            "weighing": self.weighing.astype(np.uint16),
            "weights": self.weights.astype(np.float16),
            "firsts": self.firsts,
            "held": self.held,
            "values": self.values,
        }
        file = io.BytesIO()
        np.savez_compressed(file, **parts)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Classifier:
        """Raises ValueError for bytes of another format."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as parts:
            if parts["format"][0] != FORMAT or "held" not in parts:
                raise ValueError(f"a classifier of format {parts['format'].tolist()}")
            vocabulary = Vocabulary(parts["terms"], parts["frequency"], int(parts["products"]))
            return cls(
                vocabulary,
                tuple(parts["category_ids"].tolist()),
                parts["held"],
                parts["values"],
                _starts(vocabulary),
                parts["weighing"].astype(np.intp),
                parts["weights"].astype(np.float32),
                parts["firsts"],
            )


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
    """Fit on confirmed products: their texts, and the categories that each lies in (one, or several right ones).

    At most MOST_EXAMPLES of them. What is left out of a ridge regression leaves the rest of its closed form as it is:
    target - weight / diagonal of the inverse.
    """
    category_ids = tuple(sorted({one for several in categories for one in several}))
    column = {category_id: place for place, category_id in enumerate(category_ids)}
    labels = [[column[one] for one in several] for several in categories]
    vocabulary = Vocabulary.of(read := [terms.read(text) for text in texts])
    rows = [vocabulary.known(one) for one in read]
    held, values = likeness.postings(rows)
    starts = _starts(vocabulary)
    table = _kernel(likeness.cosines(held, values, starts, len(rows)))
    table[np.diag_indices(len(rows))] += RIDGE
    # As a whole: by halves it takes a sixth of the time, and single precision loses a fifth of the coverage at 98 %.
    inverse: Floats = np.linalg.inv(table).astype(np.float32, copy=False)
    membership = _membership(labels, len(category_ids))
    weights: Floats = inverse @ membership
    own = np.diag(inverse).copy()

    def left_out(places: Sequence[int]) -> Floats:
        chosen = list(places)
        found: Floats = membership[chosen] - weights[chosen] / own[chosen, None]
        return found

    postings = (held, values.astype(np.float16), starts)
    fitted = Classifier(vocabulary, category_ids, *postings, *_greatest(weights))
    return Fitted(fitted, left_out)


def _greatest(weights: Floats) -> tuple[NDArray[np.intp], Floats, NDArray[np.int64]]:
    """The MOST_WEIGHTS greatest of products × categories, and each category's greatest, as `Classifier` holds them."""
    sizes = np.abs(weights).T
    excess = sizes.size - MOST_WEIGHTS
    kept = sizes >= (np.partition(sizes, excess, axis=None)[excess] if excess > 0 else 0.0)
    kept[np.arange(len(kept)), sizes.argmax(axis=1)] = True
    categories, products = np.nonzero(kept)
    firsts = np.searchsorted(categories, np.arange(len(kept)))
    return products, weights[products, categories], firsts


def _kernel(cosines: Floats) -> Floats:
    """Half linear, half quadratic: near products count more than they would in proportion."""
    return 0.5 * cosines + 0.5 * cosines * cosines


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
