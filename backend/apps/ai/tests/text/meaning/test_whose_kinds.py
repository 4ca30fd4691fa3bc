"""To whom a figure is given: owners of one kind, figures before and behind names, labels with a colon, brackets."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

#: Source, honest sentence, changed sentence.
ROWS = {
    "labels and their figures in turn": (
        "Дети 3-6 лет: 1,5 мл 2 р/д. 7-14 лет: 4 мл 2 р/д.",
        "Детям 3–6 лет дают по 1,5 мл 2 раза в день, в 7–14 лет — по 4 мл 2 раза в день.",
        "Детям 3–6 лет дают по 4 мл 2 раза в день, в 7–14 лет — по 1,5 мл 2 раза в день.",
    ),
    "a bracket between a figure and its name": (
        "Рыбий жир 400 мг, витамин D3 10 мкг (400 МЕ), витамин E 3 мг.",
        "В капсуле 400 мг рыбьего жира, 10 мкг (400 МЕ) витамина D3 и 3 мг витамина E.",
        "В капсуле 400 мг рыбьего жира, 3 мг (400 МЕ) витамина D3 и 10 мкг витамина E.",
    ),
    "a figure right behind each name": (
        "Cream 30 g. Each gram contains neomycin 5 mg, zinc oxide 20 mg in a macrogol base.",
        "Крем 30 г: 5 мг неомицина и 20 мг оксида цинка, основа — макрогол.",
        "Крем 30 г: 20 мг неомицина и 5 мг оксида цинка, основа — макрогол.",
    ),
    "a substance and its user are no pair": (
        "Caffeine tablets 100 mg are for adults of normal weight; 50 mg for smokers.",
        "Кофеин в таблетках: 100 мг — взрослым с обычным весом, 50 мг — курильщикам.",
        "Кофеин в таблетках: 50 мг — взрослым с обычным весом, 100 мг — курильщикам.",
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_whose_figure(row: tuple[str, str, str]) -> None:
    source, honest, changed = row

    def findings(card: str) -> list[Code]:
        case = meaning.case(source, {"description": card}, kind="medicine")
        return [one.code for one in meaning.check(case) if one.code is Code.WHOSE]

    assert findings(honest) == []
    assert findings(changed) != []
