"""Attributes by rules: in the words of the category's own schema."""

from __future__ import annotations

from apps.ai.text.attributes import schema
from apps.ai.types import ProductSnapshot
from apps.ai_offline.category import claims

SPECS = schema.specs(
    [
        {"name": "Дозировка", "type": "number", "units": ["мг"], "synonyms": ["Доза"]},
        {"name": "Количество", "type": "count"},
        {
            "name": "Форма выпуска",
            "type": "choice",
            "values": [{"name": "таблетки", "synonyms": ["tablet"]}, "гель"],
            "from_title": True,
        },
    ]
)


def test_claims_speak_the_schemas_language() -> None:
    product = ProductSnapshot(
        1, "Ağrosol 500 mg 20 Tablet", "", brand="Ağrosol", attributes={"Doz": "500 mg", "Renk": "Beyaz"}
    )
    assert {(claim.name, claim.value) for claim in claims(product, "medicine", SPECS)} == {
        ("Дозировка", "500 мг"),
        ("Количество", "20 таблеток"),
        ("Форма выпуска", "таблетки"),
    }


def test_what_no_attribute_of_the_schema_asks_for_is_left_out() -> None:
    product = ProductSnapshot(1, "Платье синее", "", attributes={"Цвет": "синий"})
    assert claims(product, "clothes", SPECS) == []
