"""The words of a card: their language, what they promise, what must stand there, what is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.services.quality.card import Card
from apps.ai.services.quality.codes import issue
from apps.ai.text import claims, language, notices
from apps.ai.types import Issue

#: Characters of text below which a description says nothing (specification §6.2).
MIN_DESCRIPTION = 100
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"\n]{2,120})[»”“\"]")
_BOOK_NAME = re.compile(r"[^\W_]+")


def foreign(card: Card) -> Iterator[Issue]:
    if card.draft is None or card.draft.language != "ru":
        return
    allowed = [word for word in (card.product.brand, card.product.supplier) if word]
    for name, text in card.fields.items():
        leftovers = language.foreign_leftovers(_without_book_names(card, text), allowed=allowed)
        if leftovers:
            quotes = (leftover.quote for leftover in leftovers)
            reasons = ", ".join(dict.fromkeys(leftover.why for leftover in leftovers))
            yield issue(
                "foreign_words", f"В русском тексте осталось иностранное: {reasons}.", quotes, field=name
            )
    if card.draft.untranslated:
        yield issue("untranslated", "Слова источника остались без перевода.", card.draft.untranslated)


def _without_book_names(card: Card, text: str) -> str:
    """A book's own name may stay foreign: in quotation marks, with words of the source's title only."""
    if card.kind != "book":
        return text
    own = set(_BOOK_NAME.findall(card.source_title.casefold()))

    def name_or_text(match: re.Match[str]) -> str:
        words = _BOOK_NAME.findall(match[1].casefold())
        return "«»" if words and own.issuperset(words) else match[0]

    return _QUOTED.sub(name_or_text, text)


def promises(card: Card) -> Iterator[Issue]:
    for name, text in card.fields.items():
        found = claims.find_promises(text)
        if found:
            yield issue("claim", "Обещание, которого карточка давать не может.", found, field=name)
        praise = claims.find_superlatives(text)
        if praise:
            yield issue("superlative", "Хвалебные слова.", praise, field=name)


def replica(card: Card) -> Iterator[Issue]:
    texts = (card.source, *card.fields.values())
    quotes = dict.fromkeys(quote for text in texts for quote in claims.find_replica(text))
    if quotes:
        yield issue("replica", "Слова о подделке или копии.", quotes)


def required(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    absent = notices.missing(card.notices, card.body)
    if absent:
        yield issue("notice_missing", "Нет обязательного предупреждения.", absent, field="description")


def complete(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    if not card.draft.title:
        yield issue("no_text", "Заголовок пуст.", field="title")
    if len(card.body) < MIN_DESCRIPTION:
        yield issue(
            "description_short",
            f"Описание короче {MIN_DESCRIPTION} знаков ({len(card.body)}).",
            field="description",
        )
    for name in ("seo_title", "seo_description"):
        if not card.fields[name]:
            yield issue("seo_empty", "SEO-поле пусто.", field=name)
