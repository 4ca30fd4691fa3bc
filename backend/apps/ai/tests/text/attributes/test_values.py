"""Values of attributes against a schema: what passes, in which form, and what is refused."""

from __future__ import annotations

import pytest

from apps.ai.text.attributes import schema as attribute_schema
from apps.ai.text.attributes.schema import AttributeSpec, problem
from apps.ai.text.attributes.values import fitted, found_in


def spec(**row: object) -> AttributeSpec:
    [built] = attribute_schema.specs([{"name": "Характеристика", **row}])
    return built


DOSE = spec(name="Дозировка", type="number", units=["мг", "мкг", "МЕ"])
VOLUME = spec(type="number", units=["мл"])
LENGTH = spec(type="number", units=["см"])
DIOPTRES = spec(type="number", units=["дптр"])
SHARE = spec(type="number", units=["%"])
COUNT = spec(name="Количество", type="count")
PAGES = spec(name="Количество страниц", type="count", units=["стр."])
FORM = spec(
    type="choice",
    from_title=True,
    values=[
        {"name": "таблетки", "synonyms": ["tablet"]},
        {"name": "шипучие таблетки", "synonyms": ["efervesan tablet"]},
        {"name": "гель", "synonyms": ["jel"]},
        {"name": "крем", "synonyms": ["krem"]},
    ],
)
MATERIAL = spec(type="choice", multiple=True, values=["хлопок", "полиэстер", "лён", "шёлк"])
TEXT = spec(name="Состав")


@pytest.mark.parametrize(
    ("wanted", "attribute", "value", "evidence"),
    [
        ("500 мг", DOSE, "500 мг", "500 mg"),
        ("500 мг", DOSE, "0,5 г", "0,5 g"),
        ("500 мг", DOSE, "500", "500 mg tablet"),
        ("50 мкг", DOSE, "50 мкг", "50 mcg"),
        ("1000 МЕ", DOSE, "1000 МЕ", "1000 IU"),
        ("500 мг + 65 мг", DOSE, "500 мг + 65 мг", "500 mg + 65 mg"),
        ("250 мг/5 мл", DOSE, "250 мг/5 мл", "250 mg/5 ml"),
        ("1500 мл", VOLUME, "1,5 л", "1,5 L"),
        ("50 мл", VOLUME, "50 мл", "3,4 oz / 50 ml"),
        ("15–30 см", LENGTH, "15-30 см", "15-30 cm"),
        ("1,5–3 см", LENGTH, "15-30 мм", "15-30 mm"),
        ("-3 дптр", DIOPTRES, "-3 дптр", "-3 dpt"),
        ("0,15 %", SHARE, "0,15 %", "%0,15 Boğaz Spreyi"),
        ("20 таблеток", COUNT, "20 таблеток", "20 Tablet"),
        ("20 шт.", COUNT, "20", "Adet: 20"),
        ("192 стр.", PAGES, "192", "Sayfa: 192"),
        ("таблетки", FORM, "Таблетки", "20 Film Kaplı Tablet"),
        ("таблетки", FORM, "таблетка", "№20 таблеток"),
        ("гель", FORM, "jel", "%5 Jel"),
        ("шипучие таблетки", FORM, "шипучие таблетки", "20 Efervesan Tablet"),
        ("хлопок, полиэстер", MATERIAL, "хлопок и полиэстер", "Pamuk, Polyester"),
        ("хлопок", MATERIAL, "хлопок, кашемир", "%100 Pamuk"),
        ("морская вода, 0,9 %", TEXT, "морская вода, 0,9 %", "deniz suyu %0,9"),
    ],
)
def test_a_value_takes_the_form_of_the_schema(
    wanted: str, attribute: AttributeSpec, value: str, evidence: str
) -> None:
    assert fitted(attribute, value, evidence).replace("\xa0", " ") == wanted


@pytest.mark.parametrize(
    ("attribute", "value", "evidence"),
    [
        (DOSE, "50 мг", "500 mg"),
        (DOSE, "500 мкг", "500 mg"),
        (DOSE, "100 мл", "100 ml"),
        (DOSE, "500 мг, 250 мг", "500 mg veya 250 mg"),
        (DOSE, "много", "500 mg"),
        (DOSE, "", ""),
        (DOSE, "5" * 5000, "5" * 5000),
        (VOLUME, "2 дюйма", "2 inç"),
        (LENGTH, "-", "-"),
        (LENGTH, "мм", "15 mm"),
        (VOLUME, "9" * 60 + " л", "9" * 60 + " l"),
        (COUNT, "30 таблеток", "20 Tablet"),
        (COUNT, "2 упаковки по 10", "2 x 10"),
        (FORM, "капсулы", "20 kapsül"),
        (FORM, "таблетки", "20 kapsül"),
        (FORM, "крем", "%5 Jel"),
        (MATERIAL, "шёлк", "%100 Pamuk"),
        (TEXT, "масло 12 %", "zeytinyağı"),
        (TEXT, "x" * 201, "x" * 201),
    ],
)
def test_what_is_not_allowed_or_not_stated_is_refused(
    attribute: AttributeSpec, value: str, evidence: str
) -> None:
    assert fitted(attribute, value, evidence) == ""


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Ağrosol 500 mg 20 Tablet", ("таблетки", "Tablet")),
        ("Egevitta 20 Efervesan Tablet", ("шипучие таблетки", "Efervesan Tablet")),
        ("Kasferin %5 Jel 60 g", ("гель", "Jel")),
        ("Парацетамол 500 мг, 20 таблеток", ("таблетки", "таблеток")),
        ("Krem ve jel seti", None),
        ("Кремовый свитер", None),
        ("", None),
    ],
)
def test_a_title_names_one_value_or_none(title: str, found: tuple[str, str] | None) -> None:
    assert found_in(FORM, title) == found


@pytest.mark.parametrize(
    "row",
    [{"name": "Вес", "type": "number", "units": ["пуд"]}, {"type": "text"}, {"name": "Цвет", "type": "rgb"}],
)
def test_rows_that_nobody_can_use_are_passed_over_and_can_be_named(row: dict[str, object]) -> None:
    assert problem(row)
    assert attribute_schema.specs([row]) == ()
