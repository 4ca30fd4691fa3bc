"""Cosines of every product to every other from sparse unit vectors, without a library for sparse matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.fitting.terms import Floats, Places

Products = NDArray[np.uint16]
#: A term in more products than this is multiplied as a dense column, else pair by pair: there both cost the same.
PAIRED = 256
#: Dense columns, and pairs, that are worked on at once.
COLUMNS, PAIRS = 2048, 4_000_000


def postings(rows: Sequence[tuple[Places, Floats]]) -> tuple[Products, Floats]:
    """Which products hold a term, and its value in each; term after term. `rows`: terms and values by product."""
    if not rows:
        return np.zeros(0, dtype=np.uint16), np.zeros(0, dtype=np.float32)
    products = np.repeat(np.arange(len(rows)), [len(terms) for terms, _ in rows]).astype(np.uint16)
    order = np.argsort(np.concatenate([terms for terms, _ in rows]), kind="stable")
    return products[order], np.concatenate([values for _, values in rows])[order]


def cosines(held: Products, values: Floats, starts: NDArray[np.int64], products: int) -> Floats:
    """products × products; `starts`: where each term's postings begin, and the end."""
    table = np.zeros((products, products), dtype=np.float32)
    frequency = np.diff(starts)
    common = np.flatnonzero(frequency > PAIRED)
    for first in range(0, len(common), COLUMNS):
        chosen = common[first : first + COLUMNS]
        dense = np.zeros((products, len(chosen)), dtype=np.float32)
        for column, term in enumerate(chosen):
            own = slice(starts[term], starts[term + 1])
            dense[held[own], column] = values[own]
        table += dense @ dense.T
    flat = table.reshape(-1)
    for size in range(1, PAIRED + 1):
        terms = np.flatnonzero(frequency == size)
        at_once = max(1, PAIRS // (size * size))
        for first in range(0, len(terms), at_once):
            places = starts[terms[first : first + at_once], None] + np.arange(size)
            holders, parts = held[places].astype(np.int64), values[places]
            pairs = holders[:, :, None] * products + holders[:, None, :]
            np.add.at(flat, pairs.reshape(-1), (parts[:, :, None] * parts[:, None, :]).reshape(-1))
    return table
