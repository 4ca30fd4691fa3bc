"""Faithfulness: nothing of the source's title is lost, nothing is stated that the input does not state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.services.quality.source_rules import DOSE_UNITS
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
_NO_BRAND = re.compile(
    r"без бренд|нет бренд|no ?name|no ?brand|unbranded|markasız|markasiz|generic", re.IGNORECASE
)
_SHORTEST_BRAND = 3


def lost(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    found = facts.lost(card.source_title, card.draft.title, card.body)
    if found:
        yield _about("fact_lost", f"Потеряно из исходного названия: {_kinds(found)}.", found, "description")


def invented(card: Card) -> Iterator[Issue]:
    for name, text in (*card.fields.items(), ("attributes", card.values)):
        found = facts.invented(card.known, text)
        if found:
            yield _about("fact_invented", f"Этого нет в данных товара: {_kinds(found)}.", found, name)


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
        strange = [fact for fact in strange if fact not in everywhere]
        if strange:
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


def brand(card: Card) -> Iterator[Issue]:
    name = card.product.brand.strip()
    folded = _letters(name)
    if card.draft is None or len(folded) < _SHORTEST_BRAND or _NO_BRAND.search(name):
        return
    text = f"{card.draft.title}\n{card.body}"
    if folded in _letters(text) or _sounds_alike(name, text):
        return
    if folded in _letters(card.source_title):
        yield issue("brand_lost", "Потерян бренд из исходного названия.", [name], field="title")
    else:
        yield issue("brand_missing", "В карточке не назван бренд.", [name], field="title")


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
        if not _NUMBER_BEFORE.search(before):
            yield text[max(0, text.rfind(" ", 0, max(0, match.start() - 1)) + 1) : match.end()].strip()


def _letters(text: str) -> str:
    """Small letters and digits without marks and signs: «L'Oréal» and «LOREAL» are one."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "I").replace("ı", "i").casefold())
    return "".join(character for character in plain if character.isalnum())


_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдезийклмнопрстуфхыэ",
            "a b v g d e z i i k l m n o p r s t u f h y e".split(),
            strict=True,
        )
    )
    | {"ж": "zh", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ь": "", "ъ": "", "ю": "u", "я": "a", "ё": "e"}
)
_VOWELS = re.compile(r"[aeiouyj]|(?<=(.))\1")
_ALIKE = str.maketrans({"c": "k", "q": "k", "w": "v", "x": "k"})


def _sounds_alike(name: str, text: str) -> bool:
    """Whether the brand is written in the other alphabet: the same consonants in one word («Нивея» for Nivea)."""
    wanted = _skeleton(name)
    return len(wanted) > 1 and any(_skeleton(word) == wanted for word in re.findall(r"[^\W\d_]{3,}", text))


def _skeleton(word: str) -> str:
    return _VOWELS.sub("", _letters(word).translate(_LATIN).translate(_ALIKE))
