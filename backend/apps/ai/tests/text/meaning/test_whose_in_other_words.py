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
    (
        "Leave at least 3 hours between it and milk or cheese and at least 5 hours between it and thyroxine.",
        "Молоко и сыр отделяют промежутком не менее 3 часов, тироксин — не менее 5 часов.",
        ("3 часов, тироксин — не менее 5", "5 часов, тироксин — не менее 3"),
    ),
    (
        "Doz: 2-4 yaş: günde 1 kez 3 ml. 5-9 yaş: günde 1 kez 6 ml. 10 yaş ve üzeri: günde 1 kez 12 ml.",
        "Раз в день:\n• дети 2–4 лет — 3 мл\n• дети 5–9 лет — 6 мл\n• с 10 лет — 12 мл",
        ("3 мл\n• дети 5–9 лет — 6", "6 мл\n• дети 5–9 лет — 3"),
    ),
    (
        "1 tablet: çinko 10 mg (BRD %100), selenyum 55 mcg (BRD %83), C vitamini 40 mg (BRD %50).",
        "Таблетка даёт 10 мг цинка, 55 мкг селена и 40 мг витамина C, соответственно 100 %, 83 % и 50 % нормы.",
        ("100 %, 83 % и 50 %", "50 %, 83 % и 100 %"),
    ),
    (
        "Вес собаки 3-6 кг: 1/2 таб. 6-12 кг: 1 таб. 12-24 кг: 2 таб.",
        "• Масса 3–6 кг — 1/2 таблетки\n• Масса 6–12 кг — 1 таблетка\n• Масса 12–24 кг — 2 таблетки",
        ("1 таблетка\n• Масса 12–24 кг — 2 таблетки", "2 таблетки\n• Масса 12–24 кг — 1 таблетка"),
    ),
    (
        "В капсуле: цинк 12 мг - 80%*, витамин С 90 мг - 150%*, биотин 50 мкг - 100%*. *% от рек. уровня.",
        "В капсуле 12 мг цинка (80 % от рекомендуемого уровня), 90 мг витамина C (150 %), 50 мкг биотина (100 %).",
        ("(80 % от рекомендуемого уровня), 90 мг витамина C (150", "(150 % от него), 90 мг витамина C (80"),
    ),
    (
        "2 kapsülde: Rodiola kök ekstresi (Rhodiola rosea, %3 rosavin) 400 mg / Taurin 150 mg / Çinko 15 mg",
        "• экстракт родиолы — 400 мг\n• таурин — 150 мг\n• цинк — 15 мг",
        ("400 мг\n• таурин — 150 мг", "150 мг\n• таурин — 400 мг"),
    ),
    (
        "Открытый флакон хранят 3 недели; между этими и другими каплями делают перерыв 20 минут.",
        "Между каплями перерыв 20 минут, открытый флакон годен 3 недели.",
        ("20 минут, открытый флакон годен 3 недели", "3 недели, открытый флакон годен 20 минут"),
    ),
    (
        "Çap 26 cm, yükseklik (kapaksız) 15 cm, ağırlık 2,4 kg",
        "Сотейник без крышки 15 см в высоту и 26 см в диаметре, масса 2,4 кг.",
        ("15 см в высоту и 26 см", "26 см в высоту и 15 см"),
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
    ("not for under-16s", (16.0, 16.0, "year")),
    ("омега-3 600 мг", (600.0, 600.0, "mg")),
    ("КК 15–40 — 200 мг", (200.0, 200.0, "mg")),
    ("38 — 24,4 см", (24.4, 24.4, "cm")),
]


@pytest.mark.parametrize(("text", "key"), FIGURES, ids=[text for text, _ in FIGURES])
def test_figures_in_words(text: str, key: tuple[float, float, str]) -> None:
    assert [figure.key for figure in figures(read(text).units[0])] == [key]
