"""The words of a card: their language, what they promise, what must stand there, what is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.text import language
from apps.ai.text.language import glossary
from apps.ai.text.safety import claims, notices
from apps.ai.types import Issue

#: Characters of text below which a description says nothing (specification §6.2).
MIN_DESCRIPTION = 100
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def foreign(card: Card) -> Iterator[Issue]:
    if card.draft is None or card.draft.language != "ru":
        return
    named = "" if card.kind == "book" else card.source_title  # a book has its own rule for names
    names = filter(language.is_name, _WORD.findall(named))
    allowed = [
        word for word in (card.product.brand, card.product.supplier, *_own_names(card), *names) if word
    ]
    for name, text in card.fields.items():
        leftovers = language.foreign_leftovers(_without_book_name(card, text), allowed=allowed)
        if leftovers:
            quotes = (leftover.quote for leftover in leftovers)
            reasons = ", ".join(dict.fromkeys(leftover.why for leftover in leftovers))
            yield issue(
                "foreign_words", f"В русском тексте осталось иностранное: {reasons}.", quotes, field=name
            )
    if card.draft.untranslated:
        yield issue("untranslated", "Слова источника остались без перевода.", card.draft.untranslated)


#: Words about an edition, which are translated; all others of a foreign book's title are its names.
_EDITION = frozenset(
    "roman kitap kitabi kitaplari sayfa cilt ciltli kapak kapakli baski basim yayin yayinlari yayinevi set seti oyku "
    "siir siirler cocuk resimli sozluk sozlugu ders masal masallar the and of for with book novel pages edition".split()
)


def _own_names(card: Card) -> list[str]:
    """What a foreign book is called and who wrote it may stay as it is, with or without its Turkish letters."""
    if card.kind != "book":
        return []
    writers = (value for name, value in card.product.attributes.items() if glossary.fold(name) in _WRITERS)
    words = [
        word for word in _WORD.findall(" ".join((card.source_title, *writers))) if not _CYRILLIC.search(word)
    ]
    names = [word for word in words if glossary.fold(word) not in _EDITION]
    return [*names, *map(glossary.fold, names)]


_WRITERS = frozenset(
    "yazar author cevirmen translator yayinevi publisher resimleyen cizer illustrator seri".split()
)
_QUOTED = re.compile(r"«([^«»]+)»")


def _without_book_name(card: Card, text: str) -> str:
    """A text without the quoted name of a book that stands so in its source's title: a name is no foreign sentence."""
    if card.kind != "book":
        return text
    title = glossary.fold(" ".join(card.source_title.split()))
    return _QUOTED.sub(
        lambda found: "«»" if glossary.fold(" ".join(found[1].split())) in title else found[0], text
    )


def promises(card: Card) -> Iterator[Issue]:
    for name, text in card.fields.items():
        found = [quote for quote in claims.find_promises(text) if not _says_the_leaflet(card, quote)]
        if found:
            yield issue("claim", "Обещание, которого карточка давать не может.", found, field=name)
        praise = claims.find_superlatives(text)
        if praise:
            yield issue("superlative", "Хвалебные слова.", praise, field=name)


_TREATS = re.compile(r"леч[иа]т ", re.IGNORECASE)
_TREATMENT = re.compile(r"лечен|леч[иа]т|tedavi|treat", re.IGNORECASE)


def _says_the_leaflet(card: Card, promise: str) -> bool:
    """«Лечит инфекции» is what a medicine is for, when its source speaks of a treatment."""
    return (
        card.kind == "medicine"
        and _TREATS.match(promise) is not None
        and _TREATMENT.search(card.source) is not None
    )


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
