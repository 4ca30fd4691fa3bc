"""Shortened words of a Russian source prove the word that they stand for, and no other that begins alike."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.shortened import shortened


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Тяжёлая почечн. недостаточность", ["почечная"]),
        ("при дыхат. расстройствах", ["дыхательных"]),
        ("печёночная недост-ть", ["недостаточностью"]),
        ("Не применять при ГВ и ИБС", ["грудном", "вскармливании"]),
        ("Не применять при ГВ и ИБС", ["ишемической", "болезни", "сердца"]),
    ],
)
def test_a_shortened_word_stands_for_the_whole(source: str, words: list[str]) -> None:
    assert shortened(source).stand_for(words)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Крем 50 гр. в тубе", ["грибка"]),
        ("Курс 2 нед. и перерыв", ["недостаточности"]),
        ("Принимать 3 раз. в день", ["раздражения"]),
        ("Содержит к-та лимонная", ["катаракта"]),
        ("р-р для приёма внутрь", ["ринорея"]),
        ("С осторожностью при ХСН", ["холестериновых"]),
        ("Хранить в сухом месте.", ["месте"]),
    ],
)
def test_a_unit_or_a_letter_stands_for_no_illness(source: str, words: list[str]) -> None:
    assert not shortened(source).stand_for(words)


def test_a_claim_is_not_proved_by_grams() -> None:
    source = "Крем для ног с мочевиной, туба 50 гр. в коробке. Наносить на чистую сухую кожу стоп вечером."
    card = (
        "Крем для ног с мочевиной, туба 50 г. Наносят вечером на чистую сухую кожу стоп. Избавляет от грибка."
    )
    found = list(meaning.check(meaning.case(source, {"description": card}, kind="cosmetics")))
    assert any(not one.weak and "грибка" in one.quote for one in found), found
