"""Words, stems and hashed vectors of short texts in Russian, Turkish and English.

Hashes are CRC-32, so that vectors are the same in every process and on every day.
"""

import math
import re
import threading
from collections import Counter
from functools import lru_cache
from zlib import crc32

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]")
_TURKISH = re.compile(r"[çğıöşü]")
_TURKISH_CAPITALS = re.compile(r"[çğıöşüÇĞÖŞÜİ]")
_TURKISH_PLURAL = re.compile(r"(?<=[^\W\d_]{4})(?:lar|ler)(?:[ıiuü]n?|d[ae]n?|[ae])?$")
_FOLD = str.maketrans({"ё": "е", "ı": "i"})
_LONGEST_WORD = 40

# A stem is worth four of its n-grams: enough for a shared word to outweigh a shared ending.
STEM_WEIGHT = 1.0
NGRAM_WEIGHT = 0.25

_local = threading.local()


def tokens(text: str) -> list[str]:
    """The words of a text in lower case. In a text with Turkish letters I becomes ı, elsewhere i; ё is е."""
    if _TURKISH_CAPITALS.search(text):
        text = text.replace("I", "ı")
    lowered = text.replace("İ", "i").lower().replace("ё", "е")
    return [word[:_LONGEST_WORD] for word in _WORD.findall(lowered)]


def stems(text: str) -> list[str]:
    """The stem of each word, by its script and letters, with ı folded into i."""
    return [stem(word) for word in tokens(text)]


def ngrams(word: str, shortest: int = 3, longest: int = 5) -> list[str]:
    """The character n-grams of a word between its two edges, shorter ones first."""
    padded = f"<{word.translate(_FOLD)}>"
    return [
        padded[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(padded) - size + 1)
    ]


def sparse_vector(text: str) -> tuple[list[int], list[float]]:
    """Sorted unique indices below 2**31 and their damped term frequencies; IDF is left to the search engine."""
    weights: dict[int, float] = {}
    for word, times in Counter(tokens(text)).items():
        damped = 1 + math.log(times)
        for index, weight in _sparse_word(word):
            weights[index] = weights.get(index, 0.0) + weight * damped
    indices = sorted(weights)
    return indices, [weights[index] for index in indices]


def stem_index(stemmed: str) -> int:
    """The index of a stem in sparse vectors."""
    return hashed("stem", stemmed) & 0x7FFFFFFF


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word of `tokens`."""
    if _CYRILLIC.search(word):
        return _stemmer("russian", word)
    if _TURKISH.search(word):
        return _stemmer("turkish", _TURKISH_PLURAL.sub("", word)).translate(_FOLD)
    return _stemmer("english", _TURKISH_PLURAL.sub("", word))


def _stemmer(language: str, word: str) -> str:
    """A stemmer is not safe to share between threads: each has its own."""
    stemmer = getattr(_local, language, None)
    if stemmer is None:
        stemmer = Stemmer.Stemmer(language)
        setattr(_local, language, stemmer)
    found: str = stemmer.stemWord(word)
    return found


@lru_cache(maxsize=50_000)
def _sparse_word(word: str) -> tuple[tuple[int, float], ...]:
    own = ((stem_index(stem(word)), STEM_WEIGHT),)
    return own + tuple((hashed("gram", gram) & 0x7FFFFFFF, NGRAM_WEIGHT) for gram in set(ngrams(word)))


def hashed(space: str, text: str) -> int:
    """The CRC-32 of a word; `space` keeps stems and n-grams of the same letters apart."""
    return crc32(f"{space}:{text}".encode("utf-8", "surrogatepass"))
