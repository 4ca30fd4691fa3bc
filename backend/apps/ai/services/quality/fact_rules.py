"""Faithfulness: nothing of the source's title is lost, nothing is stated that the input does not state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.services.quality.source_rules import DOSE_UNITS, add_up
from apps.ai.text import facts
from apps.ai.text.facts import Fact, FactKind, units
from apps.ai.types import Issue

NAMES = {
    FactKind.QUANTITY: "величина",
    FactKind.COUNT: "количество",
    FactKind.PERCENT: "доля",
    FactKind.NUMBER: "число",
    FactKind.CODE: "код",
    FactKind.SIZE: "размер",
    FactKind.DIMENSIONS: "габариты",
    FactKind.FORM: "форма выпуска",
    FactKind.MATERIAL: "материал",
    FactKind.COUNTRY: "страна",
}
#: «5 мг на кг», «на 1 кг», «за кг».
_PER_BEFORE = re.compile(r"(?:^|[\s(])(?:на|за|в|per|каждый|кажд\w+) (?:один |одну )?$|/ ?$", re.IGNORECASE)
#: Kinds of goods of which the title itself must tell strength and number.
_DOSED = frozenset({"medicine", "supplement"})
_TITLES = ("title", "seo_title")
#: A unit that stands behind no number: «Ксанакс мг». Only spellings that mean nothing else.
_LONELY_UNIT = re.compile(
    r"(?<![^\W_])(?<![\d½¼¾/.,-])(?:мг|мкг|мл|кг|см|мм|мАч|кВт|Вт|ГБ|МЕ|шт\.|mg|mcg|ml|kg|cm|mm|mAh|GB|IU)(?![^\W_])"
)
_NUMBER_BEFORE = re.compile(
    r"(?:[\d½¼¾]|тыс\.?|млн|млрд|тысяч|%)[\s\u00a0\u202f-]*$|/\s?$|№\s?$", re.IGNORECASE
)


def lost(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    found = facts.lost(card.source_title, card.draft.title, card.body)
    if found:
        yield _about("fact_lost", f"Потеряно из исходного названия: {_kinds(found)}.", found, "description")


def invented(card: Card) -> Iterator[Issue]:
    for name, text in (*card.fields.items(), ("attributes", card.values)):
        found = facts.invented(card.known, text)
        if name == "keywords" and found:
            found = tuple(fact for fact in found if not _is_searched(fact, card))
        if found:
            yield _about("fact_invented", f"Этого нет в данных товара: {_kinds(found)}.", found, name)


def _is_searched(fact: Fact, card: Card) -> bool:
    """A strength as people type it into a search, without its unit."""
    return fact.kind is FactKind.NUMBER and fact.value in {
        one.value for one in facts.extract(card.known) if one.kind is FactKind.QUANTITY
    }


def in_title(card: Card) -> Iterator[Issue]:
    """A title whose dose or number of tablets comes from elsewhere in the source, not from its title."""
    if card.draft is None:
        return
    own = facts.extract(card.source_title)
    classes = {_class(fact) for fact in own} - {""}
    if not classes:
        return
    evidence = "\n".join((card.source_title, *card.product.attributes.values()))
    for name in _TITLES:
        strange = [fact for fact in facts.invented(evidence, card.fields[name]) if _class(fact) in classes]
        everywhere = facts.invented(card.known, card.fields[name]) if strange else ()
        dropped = {_class(fact) for fact in facts.lost(card.source_title, card.fields[name])}
        # «Лютеин 10 мг, таблетки 700 мг»: what its title tells is there, too.
        strange = [fact for fact in strange if fact not in everywhere and _class(fact) in dropped]
        if strange and not add_up(own, strange):
            yield _about(
                "title_fact", "В исходном названии и характеристиках другая величина.", strange, name
            )


def incomplete(card: Card) -> Iterator[Issue]:
    """What tells one pack from another stands only in the description."""
    if card.draft is None or card.kind not in _DOSED:
        return
    missing = [fact for fact in facts.lost(card.source_title, card.draft.title) if _class(fact)]
    told = facts.lost(card.source_title, card.draft.title, card.body)
    only_below = [fact for fact in missing if fact not in told]
    if only_below:
        yield _about("title_incomplete", "Есть только в описании.", only_below, "title")


def lonely_units(card: Card) -> Iterator[Issue]:
    """«Ксанакс мг»: a unit whose number was dropped. Units that stand alone in the source, too, are its own."""
    for name, text in card.fields.items():
        found = list(_lonely(text))
        if found and not list(_lonely(card.source)):
            yield issue("number_dropped", "Потеряно число перед единицей измерения.", found, field=name)


def _about(code: str, message: str, found: Iterable[Fact], field: str) -> Issue:
    return issue(code, message, (fact.text for fact in found), field=field)


def _kinds(found: Iterable[Fact]) -> str:
    return ", ".join(dict.fromkeys(NAMES[fact.kind] for fact in found))


def _class(fact: Fact) -> str:
    """What a fact of a title competes with: a strength with strengths, a number of tablets with such numbers."""
    if fact.unit in DOSE_UNITS or (
        fact.kind is FactKind.QUANTITY and fact.unit.partition("/")[0] in DOSE_UNITS
    ):
        return "dose"
    if fact.kind is FactKind.COUNT and (fact.unit in units.DOSAGE_FORMS or not fact.unit):
        return "count"
    return ""


def _lonely(text: str) -> Iterator[str]:
    for match in _LONELY_UNIT.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if not _NUMBER_BEFORE.search(before) and not _PER_BEFORE.search(before):
            yield text[max(0, text.rfind(" ", 0, max(0, match.start() - 1)) + 1) : match.end()].strip()
