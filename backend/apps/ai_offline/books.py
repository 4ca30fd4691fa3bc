"""Titles of foreign books: a book's name stays as the source writes it, what describes the edition is translated."""

from __future__ import annotations

import re

from apps.ai.text.language import russian
from apps.ai.text.language.russian import Gender
from apps.ai.types import ProductSnapshot
from apps.ai_offline import phrase, pieces
from apps.ai_offline.phrase import Phrase
from apps.ai_offline.pieces import Piece

#: Words that describe an edition wherever they stand in a book's title.
_EDITION = frozenset(
    {
        "roman",
        "kitap",
        "kitabı",
        "öykü",
        "ciltli",
        "karton kapak",
        "karton kapaklı",
        "ince kapak",
        "sert kapak",
    }
    | {
        "sert kapaklı",
        "yumuşak kapak",
        "resimli",
        "renkli resimli",
        "toplu şiirler",
        "resimli masallar",
        "cep boy",
    }
    | {"tam metin", "novel", "book", "paperback", "hardcover", "illustrated", "çocuk kitabı", "boyama kitabı"}
)
_KINDS = frozenset(
    {
        "роман",
        "книга",
        "рассказы",
        "книга детская",
        "раскраска",
        "учебник",
        "словарь",
        "комикс",
        "энциклопедия",
    }
)
_MASCULINE = russian.word_set("роман учебник словарь комикс")
_FIRST_WORDS = frozenset(kind.split(" ")[0] for kind in _KINDS)
_PARTS = re.compile(r"\s+[-–—|/]\s+|[,;|()\[\]]")
_ISBN = re.compile(r"(?<!\d)97[89][- ]?(?:\d[- ]?){9}\d(?!\d)")
_BOOK_WORDS = re.compile(
    r"книг|литератур|(?<!\w)kitap|(?<!\w)roman(?!\w)|(?<!\w)books?(?!\w)|novel", re.IGNORECASE
)


def is_book(product: ProductSnapshot, kind: str) -> bool:
    """Whether the goods are a printed book: by the category's kind, an ISBN, or the source's own category."""
    if kind:
        return kind == "book"
    if _ISBN.search(product.barcode) or any("isbn" in name.lower() for name in product.attributes):
        return True
    return bool(_BOOK_WORDS.search(product.source_category))


def understand(plain: str) -> Phrase:
    """«Serenad - Zülfü Livaneli, 484 sayfa» is the name, the author and a measure."""
    names: list[str] = []
    words: dict[str, None] = {}
    measures: list[str] = []
    for part in _PARTS.split(plain):
        described = phrase.understand(part)
        if described.covered and not described.before and described.head in _KINDS:
            words.setdefault(described.kind)
            measures += described.measures
            names += described.after
            continue
        name: list[str] = []
        for item in pieces.cut(part):
            if item.piece is Piece.MEASURE:
                measures.append(item.text)
            elif item.entry is not None and _describes(item.entry.source, name):
                words.setdefault(item.entry.russian)
            elif item.piece is Piece.BREAK and item.text.startswith(":") and name:
                name[-1] += ":"
            elif item.piece is not Piece.BREAK and item.text:
                name.append(item.text)
        if name:
            names.append(" ".join(name))
    kind = next((word for word in words if word.split(" ")[0] in _FIRST_WORDS), "книга")
    gender = Gender.MASCULINE if kind.split(" ")[0] in _MASCULINE else Gender.FEMININE
    rest = tuple(russian.agree(word, gender) for word in words if word != kind)
    return Phrase(kind=kind, head=kind, before=tuple(names), measures=tuple(measures), modifiers=rest)


def _describes(word: str, name: list[str]) -> bool:
    """Whether a known word says what the edition is; after a word of the name, «… Çalışma Kitabı» is its end."""
    return word in _EDITION and not (name and word == "kitabı")


def title(understood: Phrase) -> str:
    """«Книга «Serenad», Zülfü Livaneli, 484 страницы»."""
    first, *others = understood.before or ("",)
    quoted = f"{understood.kind} «{first}»" if first else understood.kind
    parts = (quoted, *others, *understood.modifiers, *dict.fromkeys(understood.measures))
    return russian.capitalise(", ".join(parts))
