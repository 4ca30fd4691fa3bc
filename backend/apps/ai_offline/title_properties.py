"""Properties that a title states with a number: dose, volume, power, pack."""

from __future__ import annotations

import re

from apps.ai.text.facts import FactKind
from apps.ai_offline import measures, servings
from apps.ai_offline.attributes import Property

_BY_UNIT = {
    "spf": "Фактор защиты",
    "ml": "Объём",
    "l": "Объём",
    "w": "Мощность",
    "kw": "Мощность",
    "v": "Напряжение",
    "mah": "Ёмкость",
    "mp": "Разрешение",
    "den": "Плотность",
    "rpm": "Скорость вращения",
}
_BY_COUNT = {"page": "Количество страниц", "layer": "Количество слоёв"}
_DOSED = frozenset({"medicine", "supplement"})
_WEIGHED = frozenset({"cosmetics", "perfume", "supplement", "medicine", "food"})


def of(title: str, *, kind: str, source: str = "") -> list[Property]:
    """Properties whose name follows from the unit: «Объём: 75 мл», «Дозировка: 500 мг».

    An amount that the `source` gives for several tablets is no dose of one.
    """
    found: dict[str, Property] = {}
    shared = servings.shared(source) if kind in _DOSED else frozenset()
    ambiguous: set[str] = set()
    for measure in measures.find(title):
        name = _label(measure, kind)
        if not name or (measure.fact.value, measure.fact.unit) in shared:
            continue
        if name in found:
            ambiguous.add(name)
        value = f"{measure.fact.value} шт." if measure.text.startswith("№") else measure.text
        found[name] = Property(name, value, title[measure.start : measure.end])
    return [item for item in found.values() if item.name not in ambiguous]


def _label(measure: measures.Measure, kind: str) -> str:
    fact = measure.fact
    if fact.kind is FactKind.COUNT and re.match(r"№?\d", measure.text) and "+" not in measure.text:
        return _BY_COUNT.get(fact.unit, "Количество")
    if fact.kind is FactKind.DIMENSIONS and fact.unit:
        return "Размеры"
    if fact.kind is not FactKind.QUANTITY:
        return ""
    if fact.unit in {"mg", "mcg", "iu"} or "/" in fact.unit:
        return "Дозировка" if kind in _DOSED else ""
    if fact.unit in {"g", "kg"}:
        return "Масса" if kind in _WEIGHED else ""
    return _BY_UNIT.get(fact.unit, "")
