"""Numbers of a list that have changed rows, with units or without, across languages."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

#: What the supplier says, what an honest card says, what of it to exchange for what.
ROWS = [
    (
        "Каша. На 100 г: белки 9,1; жиры 2,4; углеводы 71 г; 340 ккал.",
        "В 100 г белка 9,1 г, жира 2,4 г, углеводов 71 г, это 340 ккал.",
        ("белка 9,1 г, жира 2,4", "белка 2,4 г, жира 9,1"),
    ),
    (
        "Doz: 3-5 yaş 2,5 ml; 6-9 yaş 5 ml; 10 yaş üstü 7,5 ml, günde iki kez.",
        "Детям 3–5 лет дают 2,5 мл, 6–9 лет — 5 мл, старше 10 лет — 7,5 мл дважды в день.",
        ("3–5 лет дают 2,5 мл, 6–9 лет — 5 мл", "3–5 лет дают 5 мл, 6–9 лет — 2,5 мл"),
    ),
    (
        "Стелька: 36 - 23,1 см; 37 - 23,8 см; 38 - 24,4 см. Материал верха — велюр.",
        "Длина стельки по размерам:\n• 36 — 23,1 см\n• 37 — 23,8 см\n• 38 — 24,4 см",
        ("36 — 23,1 см\n• 37 — 23,8", "36 — 23,8 см\n• 37 — 23,1"),
    ),
    (
        "КК 20-50: 300-600 мг/сут; КК <20: 150 мг/сут. Гемодиализ - не применять.",
        "При клиренсе креатинина 20–50 — 300–600 мг в сутки, ниже 20 — 150 мг в сутки.",
        ("20–50 — 300–600 мг в сутки, ниже 20 — 150", "20–50 — 150 мг в сутки, ниже 20 — 300–600"),
    ),
    (
        "Çinko 12 mg • Selenyum 55 mcg • Manganez 2 mg • Bakır 1 mg. Günde 1 tablet alınır.",
        "В таблетке:\n• цинк — 12 мг\n• селен — 55 мкг\n• марганец — 2 мг\n• медь — 1 мг",
        ("марганец — 2 мг\n• медь — 1 мг", "марганец — 1 мг\n• медь — 2 мг"),
    ),
]  # fmt: skip


def _whose(source: str, text: str) -> list[str]:
    case = meaning.case(source, {"description": text}, kind="supplement")
    return [finding.quote for finding in meaning.check(case) if finding.code is Code.WHOSE]


@pytest.mark.parametrize(("source", "card", "change"), ROWS)
def test_numbers_in_their_own_rows_pass(source: str, card: str, change: tuple[str, str]) -> None:
    assert _whose(source, card) == []


@pytest.mark.parametrize(("source", "card", "change"), ROWS)
def test_numbers_in_each_others_rows_are_found(source: str, card: str, change: tuple[str, str]) -> None:
    assert change[0] in card
    assert _whose(source, card.replace(*change))


def test_a_range_is_one_number_and_a_dash_before_a_value_is_none() -> None:
    """«38 — 24,4» are a size and its length, «20–50» one range: neither is looked for in the other's place."""
    source = "Размер 38 - 24,4 см; размер 39 - 25,1 см. Тираж 20-50 пар."
    assert _whose(source, "Размер 38 — стелька 24,4 см; размер 39 — стелька 25,1 см; тираж 20–50 пар.") == []
    assert _whose(source, "Размер 38 — стелька 25,1 см; размер 39 — стелька 24,4 см; тираж 20–50 пар.")


def test_the_same_number_told_twice_is_no_exchange() -> None:
    source = "Утром 2 капсулы с завтраком; вечером 3 капсулы с ужином. Курс 30 дней, перерыв 10 дней."
    assert (
        _whose(source, "Вечером 3 капсулы с ужином, утром 2 капсулы с завтраком; 30 дней, перерыв 10 дней.")
        == []
    )
