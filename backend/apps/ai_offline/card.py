"""What a card is written from: the product's title understood, its properties in Russian, its kept sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.ai.text import language
from apps.ai.text.language import russian
from apps.ai.text.safety import html
from apps.ai.types import DraftFacts, ProductSnapshot
from apps.ai_offline import (
    advice,
    attributes,
    books,
    introduction,
    sameness,
    source_text,
    title_properties,
    titles,
    traits,
)
from apps.ai_offline.advice import Advice
from apps.ai_offline.attributes import Property
from apps.ai_offline.titles import Title


@dataclass(frozen=True, slots=True)
class Card:
    """What the texts are written from. `lines`: the kept sentences of a Russian description, by source line.

    `advice`: what a foreign one says of use, limits and keeping. `untranslated`: what a person must write.
    """

    product: ProductSnapshot
    kind: str
    category: str
    path: tuple[str, ...]
    brand: str
    title: Title
    properties: tuple[Property, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    advice: tuple[str, ...] = ()
    untranslated: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, question: DraftFacts) -> Card:
        product = question.product
        brand = titles.spelled(product.brand)
        evidence = html.to_text(product.source_text)
        title = titles.write(
            product.title,
            brand=product.brand,
            kind=question.kind,
            evidence=evidence,
            is_book=books.is_book(product, question.kind),
        )
        names = [name for name in (brand, product.brand, product.supplier) if name]
        description = html.to_text(product.description)
        properties, unknown = _properties(question, title, description, evidence, names)
        remarks, told = _told(question, title, description, evidence, names)
        return cls(
            product=product,
            kind=question.kind if question.is_sure else "",
            category=question.category_path[-1] if question.category_path and question.is_sure else "",
            path=question.category_path if question.is_sure else (),
            brand=brand,
            title=title,
            properties=tuple(properties),
            lines=tuple(tuple(line) for line in source_text.kept(description, names=names)),
            remarks=tuple(remarks),
            advice=told.said,
            untranslated=tuple(dict.fromkeys((*title.untranslated, *unknown, *told.untold))),
        )


def _properties(
    question: DraftFacts, title: Title, description: str, evidence: str, names: Sequence[str]
) -> tuple[list[Property], list[str]]:
    """The lines of «Характеристики», each name once, and the words of attributes that are not translated."""
    product = question.product
    found: dict[str, Property] = {}
    unknown: list[str] = []
    for item in question.attributes:
        if item.name and item.value and not language.foreign_leftovers(item.value, allowed=names):
            found.setdefault(
                sameness.key(item.name), Property(russian.capitalise(item.name), item.value, item.evidence)
            )
    for name, value in product.attributes.items():
        translated = attributes.translate(name, value, evidence=evidence, names=names, kind=question.kind)
        unknown += translated.unknown
        _add(found, translated.property)
    for pair in () if titles.is_russian(description) else source_text.pairs(description):
        translated = attributes.translate(
            pair.name, pair.value, evidence=evidence, names=names, kind=question.kind
        )
        _add(found, translated.property)
    plain = titles.one_line(product.title)
    values = {row.value.casefold() for row in found.values()}
    named = [item for item in _traits(title, plain, question.kind) if item.value.casefold() not in values]
    stated = (*found.values(), *title_properties.of(plain, kind=question.kind, source=evidence), *named)
    return sameness.once(stated), unknown


def _told(
    question: DraftFacts, title: Title, description: str, evidence: str, names: Sequence[str]
) -> tuple[list[str], Advice]:
    """The remarks of a foreign description, and the advice in the rest of it."""
    remarks: dict[str, None] = {}
    rest: list[str] = []
    for piece in source_text.pieces(description):
        remark = source_text.remark(piece, evidence=evidence, names=names, gender=title.phrase.gender)
        if remark:
            remarks.setdefault(remark)
        elif not titles.is_russian(piece):
            rest.append(piece)
    path = question.category_path if question.is_sure else ()
    noticed = introduction.notice(question.kind if question.is_sure else "", path, said="")
    return list(remarks), advice.of(rest, kind=question.kind, noticed=noticed)


def _traits(title: Title, plain: str, kind: str) -> list[Property]:
    """What words of the title say; a book's name says nothing about the book's material or colour."""
    return [] if title.kind in BOOKS else traits.find(plain, kind=kind)


BOOKS = frozenset({"книга", "роман", "рассказы", "книга детская", "раскраска"})


def _add(found: dict[str, Property], item: Property | None) -> None:
    if item is not None:
        found.setdefault(sameness.key(item.name), item)
