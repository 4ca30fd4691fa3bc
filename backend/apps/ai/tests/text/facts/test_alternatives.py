"""Figures that a card gives in another way than its source, and such as only look so."""

from __future__ import annotations

import pytest

from apps.ai.text import facts

SAME = (
    ("6-12 yaş: yarım-1 tablet", "½–1 таблетка"),
    ("günde 4 kez 1-2 tablet", "1 или 2 таблетки 4 раза в день"),
    ("günde en fazla 3 doz", "не более 3 раз в день"),
    ("3 to 4 times a day", "3–4 раза в день"),
    ("3 to 4 times a day", "три–четыре раза в сутки"),
    ("two to three capsules", "2–3 капсулы"),
    ("every 12 hours", "2 раза в сутки"),
    ("8 saatte bir 1 tablet", "1 таблетка 3 раза в день"),
    ("sabah ve akşam 1 tablet", "1 таблетка дважды в день"),
    ("günde 2x1 kapsül", "1 капсула 2 раза в день"),
    ("3 blister x 10 tablet", "30 таблеток"),
    ("SPF50+ güneş kremi", "крем с SPF 50"),
    ("250 mg / 500 mg tablet", "таблетки по 250 либо по 500 мг"),
    ("табл. 5мг; 10мг; 20мг", "таблетки 5, 10 и 20 мг"),
    ("2,5 мг, 5 мг, 10 мг", "2,5; 5; 10 мг"),
    ("таб. 400+57 кажд. 12 ч, флакон 400 мг+57 мг", "400 мг + 57 мг каждые 12 часов"),
    ("Хр. до 25гр., беречь от детей", "при температуре до 25 °C"),
    ("15-25C arasında", "от 15 до 25 °C"),
    ("нагреватель из нержавейки", "нагреватель из нержавеющей стали"),
    ("protein leather strap", "ремешок из экокожи"),
    ("KOB: 5 damlada 1 milyar", "1 млрд КОЕ в 5 каплях"),
)
OTHER = (
    ("günde en fazla 3 doz", "4 раза в день"),
    ("3 to 4 times a day", "5 раз в день"),
    ("every 12 hours", "3 раза в сутки"),
    ("sabah ve akşam 1 tablet", "3 раза в день"),
    ("günde 2x1 kapsül", "3 раза в день"),
    ("3 blister x 10 tablet", "40 таблеток"),
    ("SPF 50", "SPF 50+"),
    ("табл. 5мг; 10мг; 20мг", "таблетки 5, 15 и 20 мг"),
    ("10x20 cm", "2 раза в день"),
    ("таб. 400+57, флакон 400 мг+57 мг", "500 мг + 57 мг"),
    ("1-2 tablet", "3 таблетки"),
    ("в пачке 30, 500 мг каждая", "30 мг"),
    ("через 12 часов после еды", "2 раза в день"),
    ("hakiki deri kayış", "ремешок из экокожи"),
)


@pytest.mark.parametrize(("source", "card"), SAME)
def test_another_way_to_write_it_is_no_invention(source: str, card: str) -> None:
    assert facts.invented(source, card) == ()


@pytest.mark.parametrize(("source", "card"), OTHER)
def test_another_figure_is_an_invention(source: str, card: str) -> None:
    assert facts.invented(source, card)
