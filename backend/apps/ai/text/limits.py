"""Texts cut to a length that a field holds, without cutting a meaning in two."""

import re

from apps.ai.text import units

_DANGLING = frozenset(
    {"и", "или", "а", "но", "в", "во", "на", "с", "со", "к", "ко", "у", "о", "об", "от", "до", "из", "по", "за", "под"}
    | {"над", "при", "для", "без", "через", "про", "между", "не", "ни", "как", "что", "№", "ve", "ile", "için", "veya"}
    | {"and", "or", "the", "a", "an", "of", "for", "with", "in", "on", "to", "from", "by", "at", "no", "no."}
)
_TRAILING = " \t\n\u00a0,;:-–—−/|&+*×=(«[{\"'“„‘№"
_JOINTS = frozenset({"x", "х", "×", "*", "-", "–", "—", "+", "/"})
_SIGNS = frozenset({"№", "no", "no.", "n", "#", "%", "spf", "ph", "от", "до", "isbn"})
_OPENING = {"(": ")", "«": "»", "[": "]", "{": "}", "“": "”"}
_NUMBER_END = re.compile(r"[\d½¼¾]$")
_NUMBER_START = re.compile(r"[\d½¼¾]")


def fits(text: str, limit: int) -> bool:
    """Whether the text has at most ``limit`` characters."""
    return len(text) <= limit


def shorten(text: str, limit: int) -> str:
    """The longest beginning of at most ``limit`` characters that ends after a whole word.

    A number keeps its unit, a multiplication its sides, a thousand its zeros. No punctuation, preposition, conjunction or
    open bracket is left at the end. A single word that is too long is cut only when no digit is in it.
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = 0
    for boundary in _boundaries(text):
        if boundary > limit:
            break
        end = boundary
    if end == 0:
        return _cut_word(text, limit)
    return _without_dangling(text[:end])


def _boundaries(text: str) -> list[int]:
    """Where the text may be cut: ends of words that belong to nothing after them."""
    words = list(re.finditer(r"\S+", text))
    ends = [word.end() for word, following in zip(words, words[1:], strict=False) if not _joined(text, word, following)]
    return [*ends, len(text)]


def _joined(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    """Whether a cut between two words would part a number from what it counts or measures."""
    left, right = word[0].lower(), following[0].lower()
    if _NUMBER_END.search(left):
        return right in _JOINTS or _starts_thousands(right) or right.startswith("%") or _measures(text, word.end())
    if left in _SIGNS or left in _JOINTS:
        return _NUMBER_START.match(right) is not None
    return False


def _starts_thousands(word: str) -> bool:
    return re.match(r"\d{3}(?!\d)", word) is not None


def _measures(text: str, position: int) -> bool:
    """Whether a unit or a counting noun follows."""
    window = text[position : position + 60]
    folded = units.fold(window)
    return units.unit_at(window, folded, 0, "0") is not None or units.count_at(folded, 0) is not None


def _cut_word(text: str, limit: int) -> str:
    """A first word longer than the limit: cut when it is only letters, else nothing is left."""
    beginning = text[:limit]
    return "" if any(character.isdigit() for character in text.split()[0]) else beginning.rstrip(_TRAILING)


def _without_dangling(text: str) -> str:
    while True:
        trimmed = text.rstrip(_TRAILING)
        trimmed = _without_open_bracket(trimmed)
        head, space, last = trimmed.rpartition(" ")
        if space and last.lower() in _DANGLING:
            trimmed = head
        if trimmed == text:
            return trimmed
        text = trimmed


def _without_open_bracket(text: str) -> str:
    """Without the bracket that the cut left open, and what stands in it."""
    for opening, closing in _OPENING.items():
        position = text.rfind(opening)
        if position > 0 and closing not in text[position:]:
            return text[:position].rstrip()
    return text
