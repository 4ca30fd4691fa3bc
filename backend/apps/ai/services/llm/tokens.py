"""How many tokens a request can cost at most, before it is sent.

The bound is one token per UTF-8 byte. The tokenizers in use are byte-level BPE (or SentencePiece with byte
fall-back): every single byte is a token of its own and merges only make fewer, so no text of n bytes can
become more than n tokens, whatever its language. For Russian that is several times too much (some 4 to 7
bytes a token), for JSON and English 3 to 4 times; it costs nothing, because the difference is given back when
the call is settled. A tighter guess (bytes / 2) fails on punctuation, emoji and rare scripts, and then a
budget would not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Role marks and separators around each message (4 in the known chat formats), rounded up.
PER_MESSAGE = 16
#: Start of the answer, and what a server adds to describe a schema, beyond its own bytes.
PER_REQUEST = 64

#: Words and numbers with the blank before them, and the signs between.
_PIECE = re.compile(
    r"(?P<blank> ?)(?:(?P<ascii>[A-Za-z]+)(?![^\W\d_])|(?P<cyrillic>[\u0400-\u04ff]+)|(?P<other>[^\W\d_]+)"
    r"|(?P<digits>\d+))| ?(?P<signs>(?:[^\w ]|_)+)| +"
)
#: Tokens of a word: of its first letters, of each further one, and the number of the first.
_WORDS = {
    "ascii": (1.0, 0.15, 4),
    "cyrillic": (1.0, 0.2, 3),
    "other": (1.2, 0.38, 1),
    "digits": (1.0, 0.34, 3),
}
#: More of a word that no blank stands before: the vocabulary knows words with their blank.
_WITHOUT_BLANK = {"ascii": 0.2, "cyrillic": 0.9, "other": 0.8, "digits": 0.0}


def upper_bound(texts: Iterable[str]) -> int:
    """At most so many tokens for these message texts, without pictures."""
    return PER_REQUEST + sum(PER_MESSAGE + byte_length(text) for text in texts)


def byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def estimate(text: str) -> int:
    """About so many tokens, for comparing prompts; a budget is kept by `upper_bound`.

    Mean tokens of words by alphabet and length, as the o200k vocabulary divides our prompts: within a
    tenth of it over a whole card.
    """
    return round(sum(map(_tokens, _PIECE.finditer(text))))


def _tokens(piece: re.Match[str]) -> float:
    kind = piece.lastgroup or ""
    if kind not in _WORDS:
        return 1 + max(0, len(piece[0].strip()) - 3) / 4
    first, further, letters = _WORDS[kind]
    extra = 0.0 if piece["blank"] else _WITHOUT_BLANK[kind]
    return first + extra + further * max(0, len(piece[kind]) - letters)
