"""Shortened, elided and regional figures that a card gives in full, and their changes."""

from __future__ import annotations

import pytest

from apps.ai.text import facts

SAME = (
    ("Мазь серная 25,0 туба", "туба 25 г"),
    ("футболка, плотность 180 г/м²", "плотность 180 граммов"),
    ("тонометр, давление в мм рт. ст., погрешность ±2 мм / ±4 %", "погрешность ±2 мм рт. ст."),
    ("S: 30-34 cm, M: 34-38 cm", "размер M на 34–38 см"),
    ("Хранить +2 до +20С", "от 2 до +20 °C"),
    ("çifte fırınlanmış bisküvi", "дважды запечённое печенье"),
    ("1 l carton", "картонная упаковка, 1 л"),
    ("с другими средствами не сочетать", "с другими за один раз не сочетать"),
    ("пить до 12 недель", "пить до трёх месяцев"),
    ("применять в течение месяца", "применять один месяц"),
    ("диабетикам осторожно", "тем, кто пьёт таблетки, снижающие сахар, осторожно"),
    ("sabah 1, akşam 1 ölçek", "мерная ложка два раза в день"),
    ("sabah, öğle ve akşam 1 ölçek", "мерная ложка три раза в день"),
    ("3 kat daha dayanıklı", "прочнее в три раза"),
    ("üçte biri meyve", "33 % фруктов"),
    ("Ege zeytinyağı", "оливковое масло, Турция"),
    ("мёд алтайский", "мёд, страна — Россия"),
)
OTHER = (
    ("Мазь серная 25,0 туба", "туба 50 г"),
    ("погрешность ±2 мм / ±4 %", "погрешность ±3 мм рт. ст."),
    ("S: 30-34 cm, M: 34-38 cm", "размер XL на 34–38 см"),
    ("пить до 12 недель", "пить до двух месяцев"),
    ("применять в течение месяца", "применять два месяца"),
    ("sabah 1, akşam 1 ölçek", "мерная ложка три раза в день"),
    ("3 kat daha dayanıklı", "прочнее в четыре раза"),
    ("Ege zeytinyağı", "оливковое масло, Италия"),
)


@pytest.mark.parametrize(("source", "card"), SAME)
def test_what_is_given_in_full_is_no_invention(source: str, card: str) -> None:
    assert facts.invented(source, card) == ()


@pytest.mark.parametrize(("source", "card"), OTHER)
def test_what_is_changed_is_invented(source: str, card: str) -> None:
    assert facts.invented(source, card)


def test_an_age_in_months_keeps_the_one_of_a_title() -> None:
    assert facts.lost("Пюре с грушей 8+", "Пюре с грушей для детей с 8 месяцев") == ()


def test_a_metered_aerosol_keeps_the_strength_of_each_dose() -> None:
    assert facts.lost("аэрозоль 50мкг/доза", "дозированный аэрозоль 50 мкг") == ()
