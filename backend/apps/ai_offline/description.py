"""The description of a card: an introduction, what the source says, its characteristics, the notice of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from apps.ai.text import facts, language
from apps.ai.text.language import glossary, russian, typography
from apps.ai.text.safety import html
from apps.ai_offline import introduction, measures, sameness
from apps.ai_offline.attributes import Property
from apps.ai_offline.card import BOOKS, Card


def html_of(card: Card) -> str:
    parts = [_paragraph(_introduction(card)), *_paragraphs(card), *_list_of_remarks(card)]
    parts += [*_advice(card), *_list(card)]
    notice = introduction.notice(card.kind, card.path, said=html.to_text("".join(parts)))
    parts.append(_paragraph(escape(notice, quote=False)))
    written = "".join(parts)
    missing = _missing(card, html.to_text(written))
    if missing:
        written = "".join([*parts, _paragraph(escape(missing, quote=False))])
    return html.clean(typography.bind(written))


def _introduction(card: Card) -> str:
    """«<strong>Parol 500 мг, 20 таблеток</strong> — товар бренда Atabay из категории «Обезболивающие»."""
    words = []
    if card.brand and glossary.fold(card.brand) not in glossary.fold(card.title.text):
        words.append(f"бренда {card.brand}")
    if card.category:
        words.append(f"из категории «{card.category}»")
    name = f"<strong>{escape(card.title.text, quote=False)}</strong>"
    noun = introduction.noun(card.kind, card.path, is_book=card.title.kind in BOOKS)
    return f"{name} — {noun} {escape(' '.join(words), quote=False)}." if words else f"{name}."


def _paragraph(content: str) -> str:
    return f"<p>{content}</p>" if content else ""


_SENTENCES_IN_PARAGRAPH = 4


def _paragraphs(card: Card) -> Iterator[str]:
    """What the source says, a paragraph for each of its lines."""
    for line in card.lines:
        for start in range(0, len(line), _SENTENCES_IN_PARAGRAPH):
            text = " ".join(russian.sentence(s) for s in line[start : start + _SENTENCES_IN_PARAGRAPH])
            yield _paragraph(escape(text, quote=False))


#: A bullet without a letter or a figure is no remark.
_SAYS = re.compile(r"[^\W_]")


def _list_of_remarks(card: Card) -> Iterator[str]:
    said = [remark for remark in remarks(card) if _SAYS.search(remark)]
    if said:
        yield "<p><strong>Особенности</strong></p>"
        yield "<ul>" + "".join(f"<li>{escape(remark, quote=False)}</li>" for remark in said) + "</ul>"


def _advice(card: Card) -> Iterator[str]:
    if card.advice:
        yield "<p><strong>Применение и предупреждения</strong></p>"
        yield "<ul>" + "".join(f"<li>{escape(said, quote=False)}</li>" for said in card.advice) + "</ul>"


def remarks(card: Card) -> list[str]:
    """The remarks of the source that neither the title and the characteristics nor the notice says."""
    said = "\n".join((card.title.text, *(f"{row.name}: {row.value}" for row in card.properties)))
    return [
        remark
        for remark in card.remarks
        if not (_IS_MEASURE.match(remark) and not facts.lost(remark, said))
        and not introduction.is_notice(remark)
    ]


_IS_MEASURE = re.compile(r"(?:SPF )?\d|X{0,4}[SML](?![^\W\d_])")


def _list(card: Card) -> Iterator[str]:
    found = rows(card)
    if found:
        yield "<p><strong>Характеристики</strong></p>"
        items = (
            f"<li>{escape(row.name, quote=False)}: {escape(_ended(row.value), quote=False)}</li>"
            for row in found
        )
        yield "<ul>" + "".join(items) + "</ul>"


def _ended(value: str) -> str:
    """A value without a full stop, but for that of «шт.»."""
    return re.sub(r"(?<=\d )шт$", "шт.", value.rstrip(".;"))


#: Letters by which «метформин» is seen in «метформина гидрохлорид».
_STEM = 6


def rows(card: Card) -> list[Property]:
    """The properties, with the kind of goods first and the brand second."""
    named = {sameness.key(row.name) for row in card.properties}
    stated = named | {sameness.key(row.value) for row in card.properties}
    first = []
    head = sameness.key(card.title.phrase.head)
    active = next((row.value for row in card.properties if row.name == "Действующее вещество"), "")
    is_stated = head in stated or (head[:_STEM] and sameness.key(active).startswith(head[:_STEM]))
    if card.title.phrase.kind and "вид товара" not in named and not is_stated:
        first.append(Property("Вид товара", card.title.phrase.head))
    if card.brand and "бренд" not in named:
        first.append(Property("Бренд", card.brand))
    return [*first, *card.properties]


def _missing(card: Card, body: str) -> str:
    """A sentence that states what the title of the source has and the texts so far do not; "" when nothing."""
    lost = facts.lost(html.plain(card.product.title), f"{card.title.text}\n{body}")
    said = [text for fact in lost if (text := _restated(card, fact.text))]
    return f"В названии у поставщика также указано: {', '.join(dict.fromkeys(said))}." if said else ""


def _restated(card: Card, words: str) -> str:
    """The words in Russian, as they stand, or "" when both would lose or add a fact."""
    measured = ", ".join(measure.text for measure in measures.find(words))
    for text in (measured, glossary.translate(words).text, words):
        if not text or facts.lost(words, text) or facts.invented(card.product.source_text, text):
            continue
        if not language.foreign_leftovers(text, allowed=[card.brand]):
            return text
    return ""
