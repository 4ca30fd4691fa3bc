"""Shortened words of a Russian text, and what they may stand for: «геморр.», «нед-ть», «ГВ».

Few letters begin too many words: «гр.» is a gram before it is «грибок», «к-та» an acid before it is «катаракта».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.ai.text.meaning.reading import folded

#: «органич. поражения»: a full stop and a small letter, a sign or a figure behind it.
_CUT = re.compile(r"\b([А-Яа-яЁё]{4,})\.(?=\s*[а-яё\d,;:)(-])")
#: «поч. недостат.», «серд. недост-ть»: three letters before another shortened word.
_CUT_SHORT = re.compile(r"\b([а-яё]{3})\.(?=\s?[а-яё]{4,}[.-])")
_JOINED = re.compile(r"\b([А-Яа-яЁё]{3,7})-([а-яё]{1,3})\b")
_INITIALS = re.compile(r"\b[А-ЯЁ]{2,6}\b")


@dataclass(frozen=True, slots=True)
class Shortened:
    """`cut`: beginnings; `joined`: beginnings and ends; `initials`: in small letters."""

    cut: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    initials: frozenset[str]

    def stand_for(self, words: Sequence[str], has: Callable[[str], bool] = lambda _: False) -> bool:
        """Whether each of the words, or all together, may be written so; `has`: what stands there in full."""
        telling = [word for word in words if len(word) > 2]
        if not telling:
            return False
        together = "".join(word[0] for word in telling)
        if len(telling) > 1 and together in self.initials:
            return True
        return any(map(self._stands_for, telling)) and all(
            self._stands_for(word) or has(word) for word in telling
        )

    def _stands_for(self, word: str) -> bool:
        if word.startswith(self.cut):
            return True
        return any(word.startswith(begin) and _ends(word, end) for begin, end in self.joined)


def shortened(text: str) -> Shortened:
    """Every shortened word of a text, each letter case."""
    small = folded(text)
    return Shortened(
        tuple({match[1]: 0 for cut in (_CUT, _CUT_SHORT) for match in cut.finditer(small)}),
        tuple({(match[1], match[2]): 0 for match in _JOINED.finditer(small)}),
        frozenset(folded(match[0]) for match in _INITIALS.finditer(text)),
    )


def _ends(word: str, end: str) -> bool:
    """Whether the end is that of the word in some case: «нед-ть» of «недостаточностью»."""
    return end in word[-5:]
