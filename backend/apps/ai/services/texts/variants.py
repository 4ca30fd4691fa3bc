"""Colours and sizes in texts, and a key that is equal for products that differ by them only. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.ai.types import ProductSnapshot, fingerprint

#: Russian adjective, English name, and how suppliers call it. Words that also name a material or a substance (gold,
#: silver, cream, coffee, mint) are left out: they are not masked.
_COLOURS = """
белый|white|beyaz
чёрный|black|siyah
серый|grey|gri gray
красный|red|kırmızı
синий|blue|mavi
тёмно-синий|navy|lacivert
голубой|light-blue|
зелёный|green|yeşil
жёлтый|yellow|sarı
оранжевый|orange|turuncu
розовый|pink|pembe
фиолетовый|purple|mor
коричневый|brown|kahverengi
бежевый|beige|bej
бордовый|burgundy|bordo
бирюзовый|turquoise|turkuaz
лиловый|lilac|lila
горчичный|mustard|hardal
антрацитовый|anthracite|antrasit
"""
#: Endings of a hard adjective in the order of the forms; of a soft one («синий») in the same order.
_HARD = "ый ая ое ые ого ому ым ом ой ую ых ыми".split()
_SOFT = "ий яя ее ие его ему им ем ей юю их ими".split()

_SIZE_NAMES = re.compile(r"^(?:beden|numara|ayakkabı numarası|size|размер)", re.IGNORECASE)
_COLOUR_NAMES = re.compile(r"^(?:renk|rengi|colou?r|цвет)", re.IGNORECASE)
_LONGEST_SIZE = 12

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LETTER_SIZE = re.compile(r"(?<![\w&'’.-])(?:[2-6]XL|X{0,3}S|M|X{0,5}L)(?![\w&'’-]|\.\w)")
_NUMBER = r"\d{2}(?:[.,]5)?(?:[-/–]\d{2}(?:[.,]5)?)?"
_NUMBER_SIZE = re.compile(
    rf"(?:(?<=размер )|(?<=размера )|(?<=размер: )|(?<=beden )|(?<=beden: )|(?<=numara )|(?<=numara: )|(?<=size )"
    rf"|(?<=size: )){_NUMBER}(?![\w%]|[.,]\d)|(?<![\d.,]){_NUMBER}(?=[ -](?:numara|beden|размер))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A word for a colour. `places`: the forms of the adjective that it may be; none outside of Russian."""

    colour: str
    language: str
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A colour or a size in a text. `value`: what it says, whatever its spelling."""

    kind: str
    value: str
    text: str
    start: int
    end: int


def key(product: ProductSnapshot, *context: object) -> str:
    """Equal for products that differ by colour and size only; "" for one that names neither.

    Photos and barcodes do not count: every variant has its own. `context`: what else an answer depends on.
    """
    attributes = sorted(product.attributes.items())
    if not tokens(product.title) and not any(value_tokens(name, value) for name, value in attributes):
        return ""
    masked = [(name, _masked(value, value_tokens(name, value))) for name, value in attributes]
    return fingerprint(
        "variant",
        _masked(product.title, tokens(product.title)),
        _masked(product.description, tokens(product.description)),
        product.brand,
        product.supplier,
        product.source,
        product.source_category,
        masked,
        *context,
    )


def tokens(text: str) -> list[Token]:
    """The colours and sizes that a text names, in their order."""
    found = [
        *_colours(text),
        *(
            Token("size", _size(match[0]), match[0], *match.span())
            for pattern in (_LETTER_SIZE, _NUMBER_SIZE)
            for match in pattern.finditer(text)
        ),
    ]
    return sorted(found, key=lambda token: token.start)


def fold(word: str) -> str:
    return word.lower().replace("i̇", "i").replace("ı", "i").replace("ё", "е")


def _paradigm(lemma: str) -> list[str]:
    """The forms of an adjective, in the order of `_HARD`."""
    stem, ending = lemma[:-2], lemma[-2:]
    if lemma.endswith("ний"):
        return [stem + one for one in _SOFT]
    return [stem + (ending if place == 0 else one) for place, one in enumerate(_HARD)]


def _forms() -> Iterator[tuple[str, _Form]]:
    for row in _COLOURS.split("\n"):
        if not row:
            continue
        lemma, english, others = row.split("|")
        written = _paradigm(lemma)
        for form in set(written):
            places = tuple(place for place, one in enumerate(written) if one == form)
            yield fold(form), _Form(english, "ru", places)
        yield english, _Form(english, "en")
        for other in others.split():
            yield fold(other), _Form(english, "")


FORMS = dict(_forms())
PARADIGMS = {row.split("|")[1]: _paradigm(row.split("|")[0]) for row in _COLOURS.split("\n") if row}


def _colours(text: str) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0]
        if fold(word) not in FORMS and "-" in word:  # «светло-серый»: the colour is the last part
            start, word = match.end() - len(word.rpartition("-")[2]), word.rpartition("-")[2]
        if (form := FORMS.get(fold(word))) is not None:
            yield Token("colour", form.colour, word, start, match.end())


def _size(text: str) -> str:
    """«XXL» and «2XL» are one size."""
    longer = re.fullmatch(r"(X{2,5})L", text)
    return f"{len(longer[1])}XL" if longer else text.replace(",", ".").replace("–", "-")


def value_tokens(name: str, value: str) -> list[Token]:
    """Those of an attribute's value; where its name says size or colour the value is one whatever it is."""
    found = tokens(value)
    whole = value.strip()
    if found or not whole:
        return found
    if _SIZE_NAMES.match(name) and len(whole) <= _LONGEST_SIZE:
        return [Token("size", _size(whole), whole, 0, len(value))]
    if _COLOUR_NAMES.match(name):
        return [Token("colour", fold(whole), whole, 0, len(value))]
    return []


def _masked(text: str, found: Sequence[Token]) -> str:
    for token in reversed(found):
        text = f"{text[: token.start]}\x00{token.kind}\x00{text[token.end :]}"
    return text
