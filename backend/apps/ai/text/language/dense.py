"""Hashed dense vectors of short texts: the embedding of the offline engine and of tests, which ask no model.

Apart from `stems`, because they alone need numpy.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from apps.ai.text.language.stems import NGRAM_WEIGHT, STEM_WEIGHT, hashed, ngrams, stem, tokens


def dense_vector(text: str, dimensions: int) -> list[float]:
    """A unit vector of signed hashes of n-grams and stems; an empty text gives the first axis.

    Raises ValueError when ``dimensions`` is not positive.
    """
    if dimensions < 1:
        raise ValueError(f"a vector needs at least one dimension, not {dimensions}")
    vector: NDArray[np.float64] = np.zeros(dimensions)
    if words := [_dense_word(word) for word in tokens(text)]:
        hashes = np.concatenate([hashes for hashes, _ in words])
        weights = np.concatenate([weights for _, weights in words])
        vector = np.bincount(hashes % dimensions, weights, minlength=dimensions).astype(np.float64)
    length = float(np.linalg.norm(vector))
    if length < 1e-12:
        vector[0] = length = 1.0
    result: list[float] = (vector / length).tolist()
    return result


@lru_cache(maxsize=50_000)
def _dense_word(word: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Hashes (without their top bit) and signed weights of a word."""
    hashes = [hashed("stem", stem(word)), *(hashed("gram", gram) for gram in ngrams(word))]
    weights = [STEM_WEIGHT, *[NGRAM_WEIGHT] * (len(hashes) - 1)]
    signed = [
        weight if value & 0x80000000 else -weight for value, weight in zip(hashes, weights, strict=True)
    ]
    return np.array([value & 0x7FFFFFFF for value in hashes], dtype=np.int64), np.array(
        signed, dtype=np.float64
    )
