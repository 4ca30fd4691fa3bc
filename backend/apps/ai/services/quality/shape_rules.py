"""What a card should look like besides being true: lengths, paragraphs, sections. A miss is a note for the moderator.

Two things here do block: a source that was too long to be sent whole, and the marks of a masked example in a text.
And a card in English that is not English: the guard for Russian does not look at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.ai import issue_codes, prompts
from apps.ai.services.texts.leaflets import sections
from apps.ai.text import language
from apps.ai.text.language import keywords
from apps.ai.text.safety import html
from apps.ai.types import Draft, Issue, ProductSnapshot

TITLE_MOST = 150
#: What honest texts reach: of 166 careful cards three in four have an SEO description of 113 letters or more, none that
#: need not be cut 160. A note on every card is none.
SEO_TITLE = (20, 70)
SEO_DESCRIPTION = (100, 160)
#: Words of a description, and of a source from which that many can be written.
WORDS = (150, 250)
ENOUGH_SOURCE = 150
BENEFITS = (3, 5)
#: A text of so many words without a second paragraph is a wall.
WALL = 80
#: Marks that stand for numbers and brands in examples that people approved (`services.people_examples`).
MASKS = re.compile(r"\[(?:число|бренд|number|brand)\]", re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Section:
    """Something a kind of goods should tell when its source does. Patterns are searched in small letters."""

    name: str
    kinds: frozenset[str]
    source: re.Pattern[str]
    text: re.Pattern[str]


def _section(name: str, kinds: str, source: str, text: str) -> Section:
    return Section(name, frozenset(kinds.split()), re.compile(source), re.compile(text))


SECTIONS = (
    _section(
        "уход",
        "clothes shoes tableware furniture",
        r"стира|глад|отбелив|химчистк|мыть|посудомо|протира|yıkan|yıkay|ütü|bulaşık|machine wash|hand wash|dishwasher"
        r"|wipe|iron",
        r"стир|глад|утюг|отбелив|чист|мыть|мойк|мытья|посудомо|протир|уход|wash|iron|dishwasher|wipe|clean|care",
    ),
    _section(
        "применение",
        "medicine supplement cosmetics",
        r"примен|принима|наносит|нанес|kullanım|kullanıl|uygulay|günde|apply|take \d|dosage|directions|how to use",
        r"примен|прин[иия]м|приём|прием|нанос|нанес|использ|apply|take|use",
    ),
    _section(
        "хранение",
        "medicine supplement",
        r"хран|saklay|saklanma|muhafaza|store (?:at|in|below)|storage",
        r"хран|берегите|stor|keep",
    ),
    _section(
        "форма выпуска",
        "medicine supplement",
        r"таблет|капсул|сироп|раствор|мазь|гель|крем|порош|капл|спрей|tablet|kapsül|şurup|damla|merhem|jel|krem|toz"
        r"|capsule|syrup|drops|ointment|spray|powder|sachet",
        r"таблет|капсул|сироп|раствор|мазь|гель|крем|порош|капл|спрей|саше|tablet|capsule|syrup|solution|drops|ointment"
        r"|gel|cream|spray|powder|sachet",
    ),
    _section(
        "размер",
        "clothes shoes furniture",
        r"размер|beden|numara|ölçü|genişlik|yükseklik|size|width|height|\d\s*[x×]\s*\d",
        r"размер|ширин|высот|глубин|длин|рост|size|width|height|depth|length|\d\s*[x×]\s*\d",
    ),
    _section(
        "противопоказания",
        "medicine supplement",
        r"противопоказ|kontrendik|contraindicat|kullanmayın|kullanılmamalı|do not (?:use|take) if",
        r"противопоказ|нельзя|не (?:применя|принима|использ|назнач|рекоменд|подход)|запрещ|исключ|contraindicat|do not",
    ),
    _section(
        "условия отпуска",
        "medicine",
        r"рецепт|reçete|prescription",
        r"рецепт|prescription",
    ),
    _section(
        "аллергены",
        "food supplement",
        r"аллерген|может содержать следы|alerjen|eser miktarda|allergen|may contain",
        r"аллерг|след|может содержать|могут (?:быть|попасть)|allergen|may contain|traces",
    ),
)


def check(product: ProductSnapshot, draft: Draft | None, *, kind: str) -> Iterator[Issue]:
    """The issues of one card, in no order. `kind`: the category's. Nothing for a run without texts."""
    if draft is None:
        return
    body = own_text(draft)
    source = html.to_text(product.source_text[: prompts.DESCRIPTION_LIMIT])
    yield from _masks(draft)
    yield from _source(product)
    if draft.language == "en":
        yield from _english(product, draft)
    yield from _title(product, draft, kind)
    yield from _seo(draft)
    yield from _keywords(draft)
    yield from _description(draft, body, source)
    yield from _sections(body, source, kind)


def own_text(draft: Draft) -> str:
    """The description as plain text, without the leaflet behind it."""
    return html.to_text(sections.without(draft.description))


def _masks(draft: Draft) -> Iterator[Issue]:
    marked = "[" in draft.description
    for name, text in _fields(draft, with_description=marked):
        if found := MASKS.search(text):
            yield issue_codes.issue(
                "mask_left", f"В тексте осталась пометка образца: «{found[0]}».", field=name
            )


def _source(product: ProductSnapshot) -> Iterator[Issue]:
    length = len(product.description)
    if length > prompts.SOURCE_LIMIT and len(html.to_text(product.description)) > prompts.SOURCE_LIMIT:
        yield issue_codes.issue(
            "source_cut",
            f"Описание поставщика длиннее {prompts.SOURCE_LIMIT} знаков: модель видела только начало.",
            field="description",
        )


_CYRILLIC_WORD = re.compile(r"[а-яё]+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+")


def _english(product: ProductSnapshot, draft: Draft) -> Iterator[Issue]:
    """Russian words, and sentences that are Turkish, in a card that should be English."""
    names = {
        word.casefold() for name in (product.brand, product.supplier) for word in _WORD.findall(name or "")
    }
    for field, text in _fields(draft, with_description=True):
        foreign = [found[0] for found in _CYRILLIC_WORD.finditer(text) if found[0].casefold() not in names]
        foreign += [
            sentence[0].strip()
            for sentence in _SENTENCE.finditer(text)
            if language.detect(" ".join(w for w in sentence[0].split() if w.casefold() not in names)) == "tr"
        ]
        if foreign:
            message = "В английском тексте остались слова на другом языке."
            yield issue_codes.issue("foreign_words", message, foreign, field=field)


def _title(product: ProductSnapshot, draft: Draft, kind: str) -> Iterator[Issue]:
    if len(draft.title) > TITLE_MOST:
        yield issue_codes.issue(
            "title_long", f"Название длиннее {TITLE_MOST} знаков ({len(draft.title)}).", field="title"
        )
    brand = product.brand.strip()
    if kind != "book" and brand and draft.title and _folded(brand) not in _folded(draft.title):
        yield issue_codes.issue("title_no_brand", f"В названии нет бренда «{brand}».", field="title")


def _seo(draft: Draft) -> Iterator[Issue]:
    for name, label, text, (fewest, most) in (
        ("seo_title", "SEO-заголовок", draft.seo_title, SEO_TITLE),
        ("seo_description", "SEO-описание", draft.seo_description, SEO_DESCRIPTION),
    ):
        if text and not fewest <= len(text) <= most:
            yield issue_codes.issue(
                "seo_length", f"{label}: {len(text)} знаков, нужно {fewest}–{most}.", field=name
            )


def _keywords(draft: Draft) -> Iterator[Issue]:
    words = draft.keywords
    if not keywords.FEWEST <= len(words) <= keywords.MOST:
        wanted = f"{keywords.FEWEST}–{keywords.MOST}"
        yield issue_codes.issue(
            "keywords_count", f"Ключевых слов {len(words)}, нужно {wanted}.", field="keywords"
        )
    if again := keywords.repeated(words):
        quoted = ", ".join(f"«{word}»" for word in again)
        yield issue_codes.issue(
            "keywords_repeat", f"Ключевые слова повторяют друг друга: {quoted}.", field="keywords"
        )


def _description(draft: Draft, body: str, source: str) -> Iterator[Issue]:
    words, source_words = len(_WORD.findall(body)), len(_WORD.findall(source))
    fewest, most = WORDS
    if (words < fewest and source_words >= ENOUGH_SOURCE) or words > most:
        yield issue_codes.issue(
            "description_length", f"В описании {words} слов, нужно {fewest}–{most}.", field="description"
        )
    paragraphs = sections.without(draft.description).count("<p>")
    if words >= WALL and paragraphs < 2:
        yield issue_codes.issue("description_wall", "Описание не разбито на абзацы.", field="description")
    fewest, most = BENEFITS
    if source_words >= ENOUGH_SOURCE and not fewest <= len(draft.key_benefits) <= most:
        found = len(draft.key_benefits)
        yield issue_codes.issue(
            "benefits_count", f"Преимуществ {found}, нужно {fewest}–{most}.", field="description"
        )


def _sections(body: str, source: str, kind: str) -> Iterator[Issue]:
    told, said = source.lower(), body.lower()
    missing = [
        one.name
        for one in SECTIONS
        if kind in one.kinds and not one.text.search(said) and one.source.search(told)
    ]
    if missing:
        yield issue_codes.issue(
            "section_missing",
            f"У поставщика это есть, в описании нет: {', '.join(missing)}.",
            field="description",
        )


def _fields(draft: Draft, *, with_description: bool) -> Iterable[tuple[str, str]]:
    return (
        ("title", draft.title),
        ("description", html.to_text(draft.description) if with_description else ""),
        ("seo_title", draft.seo_title),
        ("seo_description", draft.seo_description),
        ("keywords", "\n".join(draft.keywords)),
    )


def _folded(text: str) -> str:
    """For comparing names: case, blanks, apostrophes and the dots of İ do not count."""
    return re.sub(r"[\W_\u0307]+", "", text.replace("İ", "I").replace("ı", "i").casefold())
