"""About how many tokens a text is, without a vocabulary: for comparing prompts."""

from __future__ import annotations

import re

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


def estimate(text: str) -> int:
    """About so many tokens, for comparing prompts; a budget is kept by `wire.most_tokens`.

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
