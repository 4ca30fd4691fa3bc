"""Draft stage of the offline engine: a card's texts out of nothing but the product's own facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import DraftAnswer
from apps.ai.text import facts, language
from apps.ai.text.language import glossary, russian
from apps.ai.text.safety import html
from apps.ai.types import DraftFacts, ProductSnapshot
from apps.ai_offline import (
    attributes,
    books,
    introduction,
    measures,
    repair,
    sameness,
    seo,
    source_text,
    titles,
    traits,
)
from apps.ai_offline.attributes import Property
from apps.ai_offline.titles import Title

LANGUAGE = "ru"
MOST_BENEFITS = 5


def write(question: DraftFacts) -> DraftAnswer:
    """The texts of a card, the same every time. Raises PermanentAIError when asked for another language."""
    if question.language != LANGUAGE:
        raise PermanentAIError(
            f"The offline engine writes Russian only; it was asked for {question.language!r}.",
            code="language",
        )
    if question.previous is not None and question.violations:
        return repair.mend(question.previous, question.violations)
    return _answer(_Card.of(question))


@dataclass(frozen=True, slots=True)
class _Card:
    """What the texts are written from. `lines`: the kept sentences of a Russian description, by source line."""

    product: ProductSnapshot
    kind: str
    category: str
    path: tuple[str, ...]
    brand: str
    title: Title
    properties: tuple[Property, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    untranslated: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, question: DraftFacts) -> _Card:
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
        return cls(
            product=product,
            kind=question.kind if question.is_sure else "",
            category=question.category_path[-1] if question.category_path and question.is_sure else "",
            path=question.category_path if question.is_sure else (),
            brand=brand,
            title=title,
            properties=tuple(properties),
            lines=tuple(tuple(line) for line in source_text.kept(description, names=names)),
            remarks=tuple(
                source_text.properties(
                    description, evidence=evidence, names=names, gender=title.phrase.gender
                )
            ),
            untranslated=tuple(dict.fromkeys((*title.untranslated, *unknown))),
        )


def _answer(card: _Card) -> DraftAnswer:
    if not card.title.text:
        return _nothing(card.untranslated)
    sentences = [sentence for line in card.lines for sentence in line]
    return DraftAnswer(
        title=card.title.text,
        description=_description(card),
        seo_title=seo.title(card.title.text, category=card.category),
        seo_description=seo.description(card.title.text, [*sentences, *_property_sentences(card)]),
        keywords=seo.keywords(
            _key_phrases(card), [card.title.text, *reversed(card.path)], names=[card.brand]
        ),
        key_benefits=_benefits(card),
        untranslated=list(card.untranslated),
    )


def _nothing(untranslated: Sequence[str]) -> DraftAnswer:
    """No texts at all: a card without a title is for a person to write."""
    return DraftAnswer(
        title="",
        description="",
        seo_title="",
        seo_description="",
        keywords=[],
        key_benefits=[],
        untranslated=list(untranslated),
    )


# --- properties -------------------------------------------------------------------------------------------------------


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
    told = {row.value.casefold() for row in found.values()}
    named = [item for item in _traits(title, plain, question.kind) if item.value.casefold() not in told]
    stated = (*found.values(), *attributes.from_title(plain, kind=question.kind), *named)
    return sameness.once(stated), unknown


def _traits(title: Title, plain: str, kind: str) -> list[Property]:
    """What words of the title say; a book's name says nothing about the book's material or colour."""
    return [] if title.kind in _BOOKS else traits.find(plain, kind=kind)


_BOOKS = frozenset({"книга", "роман", "рассказы", "книга детская", "раскраска"})


def _add(found: dict[str, Property], item: Property | None) -> None:
    if item is not None:
        found.setdefault(sameness.key(item.name), item)


# --- description ------------------------------------------------------------------------------------------------------


def _description(card: _Card) -> str:
    parts = [_paragraph(_introduction(card)), *_paragraphs(card), *_list_of_remarks(card), *_list(card)]
    notice = introduction.notice(card.kind, card.path, said=html.to_text("".join(parts)))
    parts.append(_paragraph(escape(notice, quote=False)))
    written = "".join(parts)
    missing = _missing(card, html.to_text(written))
    if missing:
        written = "".join([*parts, _paragraph(escape(missing, quote=False))])
    return html.clean(russian.bind(written))


def _introduction(card: _Card) -> str:
    """«<strong>Parol 500 мг, 20 таблеток</strong> — товар бренда Atabay из категории «Обезболивающие»."""
    words = []
    if card.brand and glossary.fold(card.brand) not in glossary.fold(card.title.text):
        words.append(f"бренда {card.brand}")
    if card.category:
        words.append(f"из категории «{card.category}»")
    name = f"<strong>{escape(card.title.text, quote=False)}</strong>"
    noun = introduction.noun(card.kind, card.path, is_book=card.title.kind in _BOOKS)
    return f"{name} — {noun} {escape(' '.join(words), quote=False)}." if words else f"{name}."


def _paragraph(content: str) -> str:
    return f"<p>{content}</p>" if content else ""


_SENTENCES_IN_PARAGRAPH = 4


def _paragraphs(card: _Card) -> Iterator[str]:
    """What the source says, a paragraph for each of its lines."""
    for line in card.lines:
        for start in range(0, len(line), _SENTENCES_IN_PARAGRAPH):
            text = " ".join(russian.sentence(s) for s in line[start : start + _SENTENCES_IN_PARAGRAPH])
            yield _paragraph(escape(text, quote=False))


def _list_of_remarks(card: _Card) -> Iterator[str]:
    remarks = [remark for remark in _remarks(card) if _SAYS.search(remark)]
    if remarks:
        yield "<p><strong>Особенности</strong></p>"
        yield "<ul>" + "".join(f"<li>{escape(remark, quote=False)}</li>" for remark in remarks) + "</ul>"


def _remarks(card: _Card) -> list[str]:
    """The remarks of the source that neither the title and the characteristics nor the notice says."""
    said = "\n".join((card.title.text, *(f"{row.name}: {row.value}" for row in card.properties)))
    return [
        remark
        for remark in card.remarks
        if not (_IS_MEASURE.match(remark) and not facts.lost(remark, said))
        and not introduction.is_notice(remark)
    ]


#: A bullet without a letter or a figure is no remark.
_SAYS = re.compile(r"[^\W_]")
_IS_MEASURE = re.compile(r"(?:SPF )?\d|X{0,4}[SML](?![^\W\d_])")


def _list(card: _Card) -> Iterator[str]:
    rows = _rows(card)
    if rows:
        yield "<p><strong>Характеристики</strong></p>"
        items = (
            f"<li>{escape(row.name, quote=False)}: {escape(_ended(row.value), quote=False)}</li>"
            for row in rows
        )
        yield "<ul>" + "".join(items) + "</ul>"


def _ended(value: str) -> str:
    """A value without a full stop, but for that of «шт.»."""
    return re.sub(r"(?<=\d )шт$", "шт.", value.rstrip(".;"))


#: Letters by which «метформин» is seen in «метформина гидрохлорид».
_STEM = 6


def _rows(card: _Card) -> list[Property]:
    """The properties, with the kind of goods first and the brand second."""
    named = {sameness.key(row.name) for row in card.properties}
    told = named | {sameness.key(row.value) for row in card.properties}
    first = []
    head = sameness.key(card.title.phrase.head)
    active = next((row.value for row in card.properties if row.name == "Действующее вещество"), "")
    is_told = head in told or (head[:_STEM] and sameness.key(active).startswith(head[:_STEM]))
    if card.title.phrase.kind and "вид товара" not in named and not is_told:
        first.append(Property("Вид товара", card.title.phrase.head))
    if card.brand and "бренд" not in named:
        first.append(Property("Бренд", card.brand))
    return [*first, *card.properties]


def _missing(card: _Card, body: str) -> str:
    """A sentence that states what the title of the source has and the texts so far do not; "" when nothing."""
    lost = facts.lost(html.plain(card.product.title), f"{card.title.text}\n{body}")
    said = [text for fact in lost if (text := _restated(card, fact.text))]
    return f"В названии у поставщика также указано: {', '.join(dict.fromkeys(said))}." if said else ""


def _restated(card: _Card, words: str) -> str:
    """The words in Russian, as they stand, or "" when both would lose or add a fact."""
    measured = ", ".join(measure.text for measure in measures.find(words))
    for text in (measured, glossary.translate(words).text, words):
        if not text or facts.lost(words, text) or facts.invented(card.product.source_text, text):
            continue
        if not language.foreign_leftovers(text, allowed=[card.brand]):
            return text
    return ""


# --- the rest ---------------------------------------------------------------------------------------------------------


def _property_sentences(card: _Card) -> Iterator[str]:
    if card.category:
        yield f"Категория: {russian.lower_first(card.category)}."
    for row in _rows(card):
        if len(row.value) < 60 and row.value.lower() not in card.title.text.lower():
            yield f"{row.name}: {row.value.rstrip('.;')}."


def _key_phrases(card: _Card) -> list[str]:
    understood = card.title.phrase
    agreeing = [m for m in understood.modifiers if " " not in m and not m.startswith("(")]
    named = [" ".join(w for w in (understood.head, *agreeing[:1]) if w)] if understood.head else []
    told = [
        row.value
        for row in card.properties
        if sameness.key(row.name) in _TOLD and _PLAIN_WORDS.fullmatch(row.value)
    ]
    hanging = [m for m in understood.modifiers if " " in m and not m.startswith("(")]
    return [phrase for phrase in (*named, card.category, card.brand, *told, *hanging) if phrase]


_PLAIN_WORDS = re.compile(r"[^\W\d_][^\d,;:()/]{2,38}")
_TOLD = frozenset({"действующее вещество", "вид товара", "материал", "цвет", "автор", "пол"})


_SHORTEST_BENEFIT, _LONGEST_BENEFIT = 12, 110


def _benefits(card: _Card) -> list[str]:
    """Short statements of the source: its remarks, what hangs on the title's kind, short lines of its description."""
    hanging = [m for m in card.title.phrase.modifiers if " " in m and not m.startswith("(")]
    short = [
        line[0].rstrip(".")
        for line in card.lines
        if len(line) == 1 and _SHORTEST_BENEFIT <= len(line[0]) <= _LONGEST_BENEFIT and ":" not in line[0]
    ]
    told = [] if card.kind == "medicine" else short
    named = [] if card.kind == "medicine" else [russian.capitalise(m) for m in hanging]
    every = (*named, *_remarks(card), *told)
    return list(dict.fromkeys(every))[:MOST_BENEFITS]
