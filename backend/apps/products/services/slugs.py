"""Addresses made of names: transliterated, short, ASCII."""

from __future__ import annotations

import hashlib

from django.utils.text import slugify

# Passport-style Russian transliteration; the Turkish dotless i has no decomposition that slugify could use.
_LETTERS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True))
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
    | {"ъ": "", "ь": "", "ю": "yu", "я": "ya", "ı": "i", "ß": "ss"}
)


def transliterated_slug(text: str, *, max_length: int) -> str:
    """`text` as an ASCII slug of at most `max_length` characters, cut between words; may be empty."""
    slug = slugify(text.lower().translate(_LETTERS))
    if len(slug) <= max_length:
        return slug.strip("-_")
    head, _, _ = slug[: max_length + 1].rpartition("-")
    return (head or slug[:max_length]).strip("-_")


def short_hash(text: str) -> str:
    """Twelve hexadecimal digits (48 bits) that stand for `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def hashed_slug(title: str, *, key: str, max_length: int) -> str:
    """A slug that reads like `title` and is as unique as `key` is."""
    digest = short_hash(key)
    words = transliterated_slug(title, max_length=max_length - len(digest) - 1)
    return f"{words}-{digest}" if words else digest
