"""Texts of strangers made safe for the database: no control characters, no broken Unicode, plain spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from ftfy import fix_encoding
from ftfy.badness import is_bad

# C0 and C1 controls without tab and line ends; soft hyphen, zero-width and direction marks, byte order mark.
# The joiners U+200C and U+200D stay: they are part of words and emoji.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")

#: What sources write where they have nothing to say.
_NOTHING = frozenset(
    "- -- --- – — . .. ... ? n/a #n/a n\\a null none undefined nan #ref! #value! [object object]".split(" ")
) | {
    *(
        "не указано",
        "не указан",
        "не указана",
        "нет данных",
        "отсутствует",
        "не задано",
        "belirtilmemiş",
        "tanımsız",
    ),
    *("not specified", "not available", "[object object]"),
}
_NO_NAME = frozenset(
    {
        *(
            "без бренда",
            "нет бренда",
            "нет",
            "no brand",
            "nobrand",
            "no name",
            "noname",
            "unbranded",
            "unknown",
        ),
        *(
            "markasız",
            "marka yok",
            "yok",
            "без названия",
            "no title",
            "untitled",
            "неизвестно",
            "неизвестен",
            "na",
        ),
    }
)
_NO_PICTURE = re.compile(
    r"(?:^|[/_.=-])(?:no[-_]?(?:image|photo|img|pic|picture|foto)s?|placeholder|image[-_]?not[-_]?(?:found|available)|"
    r"resim[-_]?yok|gorsel[-_]?yok|nofoto)(?=[/_.?&-]|$)",
    re.IGNORECASE,
)
_SPOILED_CODE = re.compile(r"\d+(?:[.,]\d+)?[eе]\+?\d{1,2}", re.IGNORECASE)

MAX_TEXT = 100_000
_SHORT = 80
MAX_DEPTH = 5
MAX_DIGITS = 30


def clean_text(value: object) -> str:
    """Any JSON value as a text of several lines: at most one blank line in a row, single spaces."""
    if value is None or value == "":
        return ""
    lines = _LINE_ENDS.sub("\n", _safe(flat_text(value))).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return _MANY_BLANK_LINES.sub("\n\n", text).strip()


def clean_line(value: object) -> str:
    """Any JSON value as a text of one line with single spaces."""
    if value is None or value == "":
        return ""
    return " ".join(_safe(flat_text(value)).split())


def flat_text(value: object, depth: int = 0) -> str:
    """A JSON value as text: lists by "; ", named things by their name, other objects as "key: value"."""
    if value is None or depth > MAX_DEPTH:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < MAX_DIGITS else str(value)
    if isinstance(value, list | tuple):
        texts = (flat_text(inner, depth + 1) for inner in value)
        return "; ".join(dict.fromkeys(text for text in texts if text))
    if isinstance(value, Mapping):
        return _object_text(value, depth + 1)
    return str(value)


def is_placeholder(text: str, *, of_attribute: bool = False) -> bool:
    """ "-", "N/A", "Без бренда": no value. Of an attribute "нет" is one."""
    folded = text.casefold().strip()
    return folded in _NOTHING or (not of_attribute and folded in _NO_NAME)


def is_no_picture(url: str) -> bool:
    return bool(_NO_PICTURE.search(clean_line(url)))


def is_spoiled_code(text: str) -> bool:
    """ "8,69053E+12": a spreadsheet has rounded the code, and its last digits are gone."""
    return bool(_SPOILED_CODE.fullmatch(text))


def shortened(text: str, max_length: int) -> str:
    """`text` cut between words to at most `max_length` characters; a single longer word is cut inside."""
    if len(text) <= max_length:
        return text
    head = text[: max_length + 1].rpartition(" ")[0]
    return (head or text[:max_length]).rstrip(" ,;:-–—")


def _object_text(value: Mapping[object, object], depth: int) -> str:
    for key in ("name", "title", "value"):
        if isinstance(value.get(key), str):
            return str(value[key])
    parts = ((str(key), flat_text(inner, depth)) for key, inner in value.items())
    return "; ".join(f"{key}: {text}" for key, text in parts if text)


def _safe(text: str) -> str:
    if text.isascii() and text.isprintable():  # most values of a feed, and nothing below could change them
        return text
    return _mended_name(text) if len(text) <= _SHORT else _mended_text(text)


def _mended(text: str) -> str:
    if not text.isascii() and is_bad(_INVISIBLE.sub("", text)):
        text = fix_encoding(text)
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


#: Names, brands, categories and values of characteristics come again with every product of a feed.
_mended_name = lru_cache(maxsize=20_000)(_mended)
#: A description is asked for several times while its record is read.
_mended_text = lru_cache(maxsize=8)(_mended)
