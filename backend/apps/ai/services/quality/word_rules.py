"""The words of a card: their language, what they promise, what must stand there, what is empty; what a writer leaves
behind, and what contradicts the source outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.text import language
from apps.ai.text.attributes import names, traits
from apps.ai.text.language import glossary, transliterated
from apps.ai.text.meaning import proper_names
from apps.ai.text.safety import boilerplate, claims, first_person, notices
from apps.ai.types import Issue

#: Characters of text below which a description says nothing (specification §6.2).
MIN_DESCRIPTION = 100
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def foreign(card: Card) -> Iterator[Issue]:
    if card.draft is None or card.draft.language != "ru":
        return
    named = "" if card.kind == "book" else card.source_title  # a book has its own rule for names
    titled = filter(language.is_name, _WORD.findall(named))
    allowed = [
        word for word in (card.product.brand, card.product.supplier, *_own_names(card), *titled) if word
    ]
    spelt = transliterated.names(card.source_body)
    for name, text in card.fields.items():
        if name == "seo_title" and _is_the_name(card, text):
            continue
        leftovers = [
            found
            for found in language.foreign_leftovers(_without_book_name(card, text), allowed=allowed)
            if not (
                found.why == language.TURKISH_IN_CYRILLIC
                and (transliterated.is_name_of(found.quote, spelt) or _says_the_source(card, found.quote))
            )
        ]
        if leftovers:
            quotes = (leftover.quote for leftover in leftovers)
            reasons = ", ".join(dict.fromkeys(leftover.why for leftover in leftovers))
            yield issue(
                "foreign_words", f"В русском тексте осталось иностранное: {reasons}.", quotes, field=name
            )
    if card.draft.untranslated:
        yield issue("untranslated", "Слова источника остались без перевода.", card.draft.untranslated)


def _is_the_name(card: Card, text: str) -> bool:
    """Whether a title for search engines is what a foreign maker calls the goods, as its source writes it."""
    said = set(_WORD.findall(card.source_title))
    return (
        bool(card.product.brand)
        and names.is_named(card.product.brand, text)
        and said.issuperset(_WORD.findall(text))
        and language.is_whole_name(text)
    )


def _says_the_source(card: Card, word: str) -> bool:
    """A town, a name of a Russian source is no word that was left untranslated."""
    return word[:1].isupper() and word in card.source


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
    """A text without the quoted names of books that stand so in its source: a name is no foreign sentence."""
    if card.kind != "book":
        return text
    title = glossary.fold(" ".join(card.source.split()))
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


_SAID = {
    "refusal": "Вместо описания — отказ или оправдание.",
    "letter": "К описанию приписано письмо.",
    "placeholder": "В тексте осталось незаполненное место.",
    "markdown": "В тексте осталась разметка, которую покупатель увидит как знаки.",
    "raw_json": "В тексте остался код ответа.",
    "repeated": "Одно и то же сказано несколько раз.",
    "shop_promise": "Обещание магазина: доставка, гарантия, возврат, скидка.",
}
_THOUGHT = re.compile(r"</?(?:think|thinking|reasoning)>", re.IGNORECASE)
#: Tags that were escaped, which the buyer would read.
_ESCAPED = re.compile(
    r"&lt;/?[a-z][a-z0-9]*(?: [^&]{0,80})?/?&gt;|&amp;(?:lt|gt|amp|nbsp|quot);", re.IGNORECASE
)
#: Kinds of goods whose colour, gender or season is a fact of the thing; a novel's heroine wears what she likes.
_UNTOLD = frozenset({"book"})
_OF_BOOKS = frozenset({"binding", "tongue"})
_TRAIT_CODES = {"colour": "colour_other", "gender": "gender_other", "child": "gender_other"}
_LATIN_NAME = re.compile(r"(?<![^\W_])[A-Z][A-Za-z'’]{2,}(?![^\W_])")
#: Latin words of Russian shops that are no makers.
_COMMON = frozenset(
    "spf led usb hdmi wifi android ios edp edt eau parfum toilette cologne omega vitamin plus max mini pro "
    "new premium classic inci dna rna atx tft ips oled gps nfc type-c denim oversize slim fit unisex eco "
    "aqua".split()
)


def leftovers(card: Card) -> Iterator[Issue]:
    for name, text in card.fields.items():
        for kind, quotes in boilerplate.find(text).items():
            if name != "keywords" or kind != "repeated":
                yield issue(kind, _SAID[kind], quotes, field=name)
        spoken = () if card.kind == "book" else first_person.find(text)
        if spoken and name != "keywords":
            yield issue("letter", _SAID["letter"], spoken, field=name)
        promised = boilerplate.unfounded_guarantee(text, card.source)
        if promised:
            yield issue("shop_promise", _SAID["shop_promise"], promised, field=name)
    if card.draft is not None and _THOUGHT.search(card.draft.description):
        yield issue("letter", "В описание попали рассуждения модели.", field="description")
    if card.draft is None or "&" not in card.draft.description:
        return
    if (escaped := _ESCAPED.search(card.draft.description)) is not None:
        yield issue("markdown", _SAID["markdown"], [escaped[0]], field="description")


def brand(card: Card) -> Iterator[Issue]:
    name = card.product.brand.strip()
    if card.draft is None or not _is_brand(name):
        return
    if names.is_named(name, f"{card.draft.title}\n{card.body}"):
        return
    named = names.is_named(name, card.source_title) and card.kind != "book"  # a publisher makes no other book
    if named and not names.is_company(name, card.source_title):
        yield issue("brand_lost", "Потерян бренд из исходного названия.", [name], field="title")
    else:
        yield issue("brand_missing", "В карточке не назван бренд.", [name], field="title")


_NO_BRAND = re.compile(
    r"без бренд|нет бренд|no ?name|no ?brand|unbranded|markasız|markasiz|generic", re.IGNORECASE
)
_SHORTEST_BRAND = 3


def _is_brand(name: str) -> bool:
    return len(names.letters(name)) >= _SHORTEST_BRAND and _NO_BRAND.search(name) is None


def other_brand(card: Card) -> Iterator[Issue]:
    """A maker in the title whom the input does not know, while its own brand is not there."""
    own = card.product.brand.strip()
    if card.draft is None or not _is_brand(own) or names.is_named(own, card.draft.title):
        return
    known = names.letters(card.known)
    strange = [
        name
        for name in _LATIN_NAME.findall(card.draft.title)
        if name.lower() not in _COMMON
        and names.letters(name) not in known
        and not names.sounds_alike(name, card.known)
    ]
    strange += proper_names.strangers(card.draft.title, card.known)
    if strange:
        yield issue("brand_other", "В заголовке марка, которой нет в данных товара.", strange, field="title")


def contradicted(card: Card) -> Iterator[Issue]:
    """A colour, a wearer, a season or a kind of thing that is not the source's."""
    if card.draft is None:
        return
    texts = {name: card.fields[name] for name in ("title", "description", "seo_title", "seo_description")}
    for found in traits.contradictions(card.known, "\n".join(texts.values())):
        if (card.kind in _UNTOLD) is (found.trait in _OF_BOOKS):
            code = _TRAIT_CODES.get(found.trait, "kind_other")
            name = next((name for name, text in texts.items() if found.quote in text), "description")
            yield issue(code, "У поставщика сказано другое.", [found.quote], field=name)
    kind = traits.other_kind(card.known, card.source_title, card.fields["title"])
    if kind:
        yield issue("kind_other", "У поставщика это другая вещь.", [kind.quote], field="title")
