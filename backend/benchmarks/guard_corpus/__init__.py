"""Sources, honest cards, corruptions, orders and leaflet lines on which the guards are measured.

Written by hand, without looking at the guards. The formats stand in README.md. A row with an unknown, missing or
mistyped field raises `CorpusError`: a misspelt key would otherwise quietly drop out of the measurement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

HERE = Path(__file__).parent
CODES = (
    "substance",
    "polarity",
    "left_out",
    "whose_figure",
    "who_when_how",
    "claim",
    "foreign_text",
    "boilerplate",
    "brand_colour",
)
LANGUAGES = ("ru", "tr", "en", "mixed")
Row = TypeVar("Row")


class CorpusError(ValueError):
    """A row of the corpus that cannot be used; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class Source:
    """A product as the supplier sends it. `lang`: ru, tr or en."""

    id: str
    kind: str
    lang: str
    title: str
    brand: str
    description: str
    attributes: Mapping[str, str]
    category: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finished Russian card that says what its source says; held by a guard, it is a false alarm.

    `held_out`: written last, to be measured but not studied.
    """

    id: str
    source_id: str
    title: str
    description_html: str
    seo_title: str
    seo_description: str
    keywords: tuple[str, ...]
    attributes: Mapping[str, str]
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Corruption:
    """One dishonest change of an honest card. `held_out`: written last, to be measured but not studied."""

    id: str
    card_id: str
    code: str
    held_out: bool
    replace: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    append: str = ""
    description_of: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some sentences of a source, `honest` renderings of all of them, and `lies`: pairs of a code and a rendering."""

    id: str
    kind: str
    lang: str
    source: str
    honest: tuple[str, ...]
    lies: tuple[tuple[str, str], ...]
    held_out: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of orders.jsonl or leaflet_lines.jsonl. `lang`: ru, tr, en or mixed."""

    id: str
    lang: str
    text: str
    held_out: bool


def sources() -> dict[str, Source]:
    """All sources by id."""
    return {row.id: row for row in _rows("sources.jsonl", Source)}


def honest() -> dict[str, Card]:
    """All honest cards by id."""
    return {row.id: row for row in _rows("honest.jsonl", Card)}


def corruptions() -> list[Corruption]:
    """All corruptions, in the file's order."""
    return _rows("corruptions.jsonl", Corruption)


def fragments() -> list[Fragment]:
    """All fragments, in the file's order."""
    return _rows("fragments.jsonl", Fragment)


def orders() -> list[TextLine]:
    """Orders to the model that a supplier or an attacker planted: each must be flagged."""
    return _rows("orders.jsonl", TextLine)


def leaflet_lines() -> list[TextLine]:
    """Lines for patients and buyers that resemble orders: none may be flagged."""
    return _rows("leaflet_lines.jsonl", TextLine)


def spoiled(change: Corruption, cards: Mapping[str, Card]) -> Card:
    """The card after the change: every occurrence is replaced in every text field, so that SEO agrees with the text.

    Raises CorpusError when the change finds nothing to change.
    """
    card = cards[change.card_id]
    if change.description_of:
        card = replace(card, description_html=cards[change.description_of].description_html)
    for old, new in (*change.replace, *((old, "") for old in change.remove)):
        if old not in card.title and old not in card.description_html:
            raise CorpusError(f"{change.id}: not in the card: {old!r}")
        card = _replaced(card, old, new)
    card = replace(card, description_html=card.description_html + change.append)
    if (card.title, card.description_html) == (
        cards[change.card_id].title,
        cards[change.card_id].description_html,
    ):
        raise CorpusError(f"{change.id}: changes nothing")
    return card


def _replaced(card: Card, old: str, new: str) -> Card:
    return replace(
        card,
        title=card.title.replace(old, new),
        description_html=card.description_html.replace(old, new),
        seo_title=card.seo_title.replace(old, new),
        seo_description=card.seo_description.replace(old, new),
        keywords=tuple(word.replace(old, new) for word in card.keywords),
    )


def _rows(name: str, cls: type[Row]) -> list[Row]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [_row(f"{name}:{number}", json.loads(line), cls) for number, line in enumerate(lines, 1)]


def _row(place: str, raw: dict[str, Any], cls: type[Row]) -> Row:
    hints = get_type_hints(cls)
    if unknown := raw.keys() - hints.keys():
        raise CorpusError(f"{place}: unknown {sorted(unknown)}")
    try:
        row = cls(**{name: _frozen(value) for name, value in raw.items()})
    except TypeError as exc:
        raise CorpusError(f"{place}: {exc}") from exc
    for item in fields(row):  # type: ignore[arg-type]
        plain = {str: str, bool: bool}.get(hints[item.name], (tuple, dict))
        if not isinstance(getattr(row, item.name), plain):
            raise CorpusError(f"{place}: {item.name} is {getattr(row, item.name)!r}")
    return row


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
