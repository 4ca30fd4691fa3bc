"""Whose figure it is, where a card tells it in words, leaves its unit out, or names the whole that it is part of."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.reading import read

#: What the supplier says, what an honest card says, what of it to exchange for what.
WHOSE = [
    (
        "5-9 yaş: günde 1 kez 3 ml; 10 yaş ve üzeri: günde 1 kez 6 ml.",
        "Раз в день: с десяти лет по 6 миллилитров, детям от пяти до девяти лет по 3.",
        ("по 6 миллилитров, детям от пяти до девяти лет по 3", "по 3 миллилитра, детям от пяти до девяти лет по 6"),
    ),
    (
        "Her 10 ml: parasetamol 250 mg, kafein 30 mg. Baş ağrısında kullanılır.",
        "В 10 мл раствора 250 мг парацетамола и 30 мг кофеина. Применяют при головной боли.",
        ("250 мг парацетамола и 30 мг кофеина", "30 мг парацетамола и 250 мг кофеина"),
    ),
    (
        "Lutein 20 mg, lycopene 5 mg, astaxanthin 4 mg per capsule.",
        "В капсуле лютеин — двадцать миллиграммов, ликопин — пять, астаксантин — четыре.",
        ("лютеин — двадцать миллиграммов, ликопин — пять", "лютеин — пять миллиграммов, ликопин — двадцать"),
    ),
    (
        "Başlangıç dozu yetişkinde haftada 10 mg. Maks 25 mg/hafta.",
        "Начальная доза для взрослых — 10 мг в неделю, максимум 25 мг в неделю.",
        ("10 мг в неделю, максимум 25 мг", "25 мг в неделю, максимум 10 мг"),
    ),
    (
        "Лозартан/гидрохлоротиазид 50 мг/12,5 мг. При повышенном давлении.",
        "В таблетке 50 мг лозартана и 12,5 мг гидрохлоротиазида. Применяют при повышенном давлении.",
        ("50 мг лозартана и 12,5 мг", "12,5 мг лозартана и 50 мг"),
    ),
]  # fmt: skip


def _whose(source: str, text: str) -> list[str]:
    case = meaning.case(source, {"description": text}, kind="medicine")
    return [one.quote for one in meaning.check(case) if one.code is Code.WHOSE and not one.weak]


@pytest.mark.parametrize(("source", "card", "_"), WHOSE, ids=[card for _, card, _ in WHOSE])
def test_the_same_figures_in_other_words_pass(source: str, card: str, _: tuple[str, str]) -> None:
    assert _whose(source, card) == []


@pytest.mark.parametrize(("source", "card", "change"), WHOSE, ids=[card for _, card, _ in WHOSE])
def test_exchanged_they_are_found(source: str, card: str, change: tuple[str, str]) -> None:
    assert change[0] in card
    assert _whose(source, card.replace(*change)) != []


def test_days_told_in_hours_are_days() -> None:
    source = "Use within 12 hours, at the latest within 48 hours. If sick within 2 hours, take another."
    card = "Применять за первые двенадцать часов, не позже двух суток. При тошноте в ближайшие два часа — ещё одну."
    assert _whose(source, card) == []


FIGURES = [
    ("сто двадцать пять граммов", (125_000.0, 125_000.0, "mg")),
    ("on beş gün", (15.0, 15.0, "day")),
    ("семилетнему ребёнку", (7.0, 7.0, "year")),
    ("тридцатимиллилитровый флакон", (30.0, 30.0, "ml")),
    ("каждые 72 часа", (3.0, 3.0, "day")),
]


@pytest.mark.parametrize(("text", "key"), FIGURES, ids=[text for text, _ in FIGURES])
def test_figures_in_words(text: str, key: tuple[float, float, str]) -> None:
    assert [figure.key for figure in figures(read(text).units[0])] == [key]
