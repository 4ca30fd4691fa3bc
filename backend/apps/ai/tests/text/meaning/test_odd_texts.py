"""Signs without words, halves of sentences, headings of nothing: whatever stands there, a check ends with findings."""

from __future__ import annotations

import random

import pytest

from apps.ai.text import meaning

_PIECES = (
    "✅|• ✅|—|•|***|№|%|- 🙂|🙂 текст|при|• при|не|• не|100 %|°C|«»|()|. . .|!!!|?|1|½|• 5|и|или|да|:|Состав:|"
    "Противопоказания:|Не применять при:|KULLANMAYIN:|Do not:|при беременности|Нельзя детям до 3 лет.|"
    "Принимать по 1 таблетке 2 раза в день.|Günde 2 kez 1 tablet.|Take 1 tablet.|без сахара|но|however|ama|"
    "– нельзя|'|a'|’s|\u200b|漢字|я|Б.|т. е.|/|в/в|- не применять|•не"
).split("|")
_JOINTS = ("\n", ". ", " ", "; ", "\n\n")
_KINDS = ("medicine", "supplement", "cosmetics", "food", "clothes", "")


@pytest.mark.parametrize("seed", range(20))
def test_no_text_breaks_the_check(seed: int) -> None:
    chance = random.Random(seed)

    def text() -> str:
        return chance.choice(_JOINTS).join(chance.choices(_PIECES, k=chance.randint(0, 7)))

    for _ in range(40):
        source, card = text(), text()
        fields = {"description": card, "title": chance.choice(_PIECES)}
        case = meaning.case(source, fields, kind=chance.choice(_KINDS), listed=chance.choice(_PIECES))
        assert all(isinstance(one, meaning.Finding) for one in meaning.check(case))
