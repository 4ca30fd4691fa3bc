"""Turkish words as a careless engine spells them in Russian letters: «ичин», «кадын», «таблетлер»."""

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.language import transliterated
from apps.ai.text.language.words import WORDS

_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
#: Endings of Turkish words in Cyrillic that no Russian word has, but for those below.
_SUFFIX = re.compile(
    r"[а-яё]{3,}(?:лары|лери|ларын|лерин|лардан|лерден|ларда|лерде|ыныз|юнюз|мактадыр|мектедир|ыйор|ийор|джилер|джылар)"
)
_RUSSIAN = frozenset(("доллары", "полдоллары", "евродоллары", "молары", "пелерин", "балерин", "галлери"))


def among(words: list[str]) -> Iterator[str]:
    """The words that are Turkish in Russian letters; those that may be Russian only beside one that is not."""
    cyrillic = [word for word in words if _CYRILLIC.match(word)]
    if not any(map(_is_turkish, cyrillic)):
        return
    yield from (word for word in cyrillic if _is_turkish(word) or word.lower() in WORDS["cyrillic_ambiguous"])


@lru_cache(maxsize=8192)
def _is_turkish(word: str) -> bool:
    small = word.lower()
    if small in WORDS["cyrillic_ambiguous"]:
        return False
    if small in WORDS["cyrillic_turkish"] or transliterated.is_turkish(small):
        return True
    return _SUFFIX.fullmatch(small) is not None and small not in _RUSSIAN
