"""Whether a text holds characters that nobody sees: nearly none does, and that is quickly known."""

from functools import lru_cache

#: Characters that count as printable and show nothing: fillers, joiners, variation selectors.
_SHOW_NOTHING = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0",
    *map(chr, range(0xFE00, 0xFE10)),
)
_HIDDEN = tuple("".join(_SHOW_NOTHING))


@lru_cache(maxsize=64)
def is_visible(text: str) -> bool:
    """Whether every character can be seen; newlines and hard blanks count as seen, other control characters do not."""
    bare = text.replace("\n", "").replace("\u00a0", "")
    return bare.isprintable() and not any(character in bare for character in _HIDDEN)
