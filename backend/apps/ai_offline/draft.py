"""Draft stage of the offline engine: a card's texts out of nothing but the product's own facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import DraftAnswer
from apps.ai.text.language import russian
from apps.ai.types import DraftFacts
from apps.ai_offline import description, repair, sameness, seo
from apps.ai_offline.card import Card

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
        return repair.mend(question.previous, question.violations, advice=Card.of(question).advice)
    return _answer(Card.of(question))


def _answer(card: Card) -> DraftAnswer:
    if not card.title.text:
        return _nothing(card.untranslated)
    sentences = [sentence for line in card.lines for sentence in line]
    return DraftAnswer(
        title=card.title.text,
        description=description.html_of(card),
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


def _property_sentences(card: Card) -> Iterator[str]:
    if card.category:
        yield f"Категория: {russian.lower_first(card.category)}."
    for row in description.rows(card):
        if len(row.value) < 60 and row.value.lower() not in card.title.text.lower():
            yield f"{row.name}: {row.value.rstrip('.;')}."


def _key_phrases(card: Card) -> list[str]:
    understood = card.title.phrase
    agreeing = [m for m in understood.modifiers if " " not in m and not m.startswith("(")]
    named = [" ".join(w for w in (understood.head, *agreeing[:1]) if w)] if understood.head else []
    stated = [
        row.value
        for row in card.properties
        if sameness.key(row.name) in _TOLD and _PLAIN_WORDS.fullmatch(row.value)
    ]
    hanging = [m for m in understood.modifiers if " " in m and not m.startswith("(")]
    return [phrase for phrase in (*named, card.category, card.brand, *stated, *hanging) if phrase]


_PLAIN_WORDS = re.compile(r"[^\W\d_][^\d,;:()/]{2,38}")
_TOLD = frozenset({"действующее вещество", "вид товара", "материал", "цвет", "автор", "пол"})


_SHORTEST_BENEFIT, _LONGEST_BENEFIT = 12, 110


def _benefits(card: Card) -> list[str]:
    """Short statements of the source: its remarks, what hangs on the title's kind, short lines of its description."""
    hanging = [m for m in card.title.phrase.modifiers if " " in m and not m.startswith("(")]
    short = [
        line[0].rstrip(".")
        for line in card.lines
        if len(line) == 1 and _SHORTEST_BENEFIT <= len(line[0]) <= _LONGEST_BENEFIT and ":" not in line[0]
    ]
    stated = [] if card.kind == "medicine" else short
    named = [] if card.kind == "medicine" else [russian.capitalise(m) for m in hanging]
    every = (*named, *description.remarks(card), *stated)
    return list(dict.fromkeys(every))[:MOST_BENEFITS]
