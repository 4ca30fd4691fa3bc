"""Lines of «Характеристики» that say the same fact in other words: said once, as fully as any of them says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.ai.text import facts
from apps.ai.text.facts import FactKind
from apps.ai_offline.attributes import Property

_GROUPS = tuple(
    (group, re.compile(pattern))
    for group, pattern in (
        ("volume", r"объем(?: товара| нетто)?"),
        ("mass", r"масса|масса нетто|вес|вес нетто|вес изделия|вес товара без упаковки"),
        ("protection", r"фактор защиты(?: spf)?|spf"),
        (
            "amount",
            r"количество|комплектация|количество (?:штук )?в упаковке|количество (?:таблеток|капсул|саше|предметов)",
        ),
        ("size", r"размеры?(?: изделия| товара)?"),
        ("pages", r"(?:количество )?страниц"),
        ("country", r"страна(?: производства| происхождения)?"),
        ("material", r"материал|материал (?:верха|изделия|товара)|ткань|состав(?: ткани)?|пряжа"),
        ("age", r"возраст|возрастная группа|возрастные ограничения"),
    )
)
#: Names that only repeat the unit: such a line goes when another one states the same number about something.
_GENERIC = frozenset({"дозировка", "объем", "масса", "размеры", "количество", "мощность"})
_MEASURED = frozenset({FactKind.QUANTITY, FactKind.DIMENSIONS})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def once(properties: Sequence[Property]) -> list[Property]:
    """The properties without repetitions; a repeated fact stands where it was said first."""
    kept: list[Property] = []
    for item in properties:
        place = next((at for at, other in enumerate(kept) if _same(other, item)), None)
        if place is None:
            kept.append(item)
        else:
            kept[place] = _fuller(kept[place], item)
    return [item for item in kept if not _is_restated(item, kept)]


def key(name: str) -> str:
    """A name of a property for comparison."""
    return name.casefold().replace("ё", "е")


def _group(item: Property) -> str:
    name = key(item.name)
    return next((group for group, pattern in _GROUPS if pattern.fullmatch(name)), name)


def _same(first: Property, second: Property) -> bool:
    group = _group(first)
    if group != _group(second):
        return False
    if group == "material":
        return _contains(first.value, second.value)
    if group == "age":
        return "возрастная группа" in {key(first.name), key(second.name)}
    one, other = _numbers(first.value), _numbers(second.value)
    return one == other if one or other else key(first.value) == key(second.value)


def _contains(first: str, second: str) -> bool:
    return key(first) in key(second) or key(second) in key(first)


def _numbers(value: str) -> list[str]:
    return [number.replace(",", ".") for number in _NUMBER.findall(value)]


def _fuller(first: Property, second: Property) -> Property:
    """Of two equal statements the one with a unit or a noun; of two equally full ones the shorter name."""
    if _group(first) == "age":
        return second if key(first.name) == "возрастная группа" else first
    if _group(first) == "material":
        fuller = max((first, second), key=lambda item: len(item.value))
        return replace(fuller, name=second.name if key(first.name) == "материал" else first.name)
    if _group(first) == "amount":
        best = max((first, second), key=lambda item: _fullness(item.value))
        named = next((item.name for item in (first, second) if key(item.name) == "количество"), best.name)
        return replace(best, name=named)
    if _fullness(second.value) > _fullness(first.value):
        return second
    if _fullness(second.value) == _fullness(first.value) and len(second.name) < len(first.name):
        return replace(first, name=second.name)
    return first


def _fullness(value: str) -> int:
    """Letters of the value; «шт.» says hardly more than the number alone."""
    return len(re.findall(r"[^\W\d_]", value.replace("шт", "ш")))


def _is_restated(item: Property, every: Sequence[Property]) -> bool:
    if key(item.name) not in _GENERIC:
        return False
    own = _measures(item.value)
    return bool(own) and any(
        own <= _measures(other.value)
        for other in every
        if other is not item and key(other.name) not in _GENERIC
    )


def _measures(value: str) -> frozenset[tuple[str, str]]:
    return frozenset((fact.value, fact.unit) for fact in facts.extract(value) if fact.kind in _MEASURED)
