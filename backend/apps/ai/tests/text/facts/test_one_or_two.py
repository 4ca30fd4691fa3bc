"""Numbers that a source leaves out, and other ways to write them: one, a half, a day, a pack of blisters."""

from __future__ import annotations

import pytest

from apps.ai.text.facts import invented, lost

SAME = (
    ("günde iki kez birer draje", "по 1 драже 2 раза в день"),
    ("sabahları ikişer tablet", "по 2 таблетки утром"),
    ("по капсуле вечером", "по 1 капсуле вечером"),
    ("one capsule with each meal", "1 капсула"),
    ("Each capsule contains 40 mg", "1 капсула содержит 40 мг"),
    ("1 tablet q.i.d.", "по 1 таблетке 4 раза в день"),
    ("4 x 1 tablet/gün", "по 1 таблетке 4 раза в день"),
    ("3x5 ml/gün", "по 5 мл 3 раза в день"),
    ("günde 2x1 kapsül", "по 1 капсуле 2 раза в день"),
    ("iki buçuk tablet", "2,5 таблетки"),
    ("one and a half tablets", "1,5 таблетки"),
    ("курс — месяц", "курс 1 месяц"),
    ("an hour before bedtime", "за 1 час до сна"),
    ("en fazla günde 5 tablet", "не более 5 таблеток за 24 часа"),
    ("14 tabletlik 2 blister", "28 таблеток: 2 блистера по 14"),
    ("kilogram başına 5 mg", "5 мг/кг"),
    ("20 mg per kg", "20 мг на килограмм массы тела"),
    ("bir ila üç hafta", "1–3 недели"),
    ("akşamları 1 kapsül", "1 капсула вечером"),
    ("1 bardak suda eritiniz", "растворить в стакане воды"),
    ("a glass of water", "стакан воды"),
    ("çift doz almayınız", "не принимать две дозы"),
)
CHANGED = (
    ("günde iki kez birer draje", "по 3 драже 2 раза в день"),
    ("iki buçuk tablet", "3,5 таблетки"),
    ("an hour before bedtime", "за 3 часа до сна"),
    ("14 tabletlik 2 blister", "42 таблетки: 3 блистера по 14"),
    ("kilogram başına 5 mg", "15 мг/кг"),
    ("1 tablet q.i.d.", "по 1 таблетке 5 раз в день"),
    ("Защита на 12 часов, таблетки, принимать вечером", "Защита на 24 часа, таблетки, принимать вечером"),
)


@pytest.mark.parametrize(("source", "card"), SAME)
def test_the_same_number_is_neither_invented_nor_lost(source: str, card: str) -> None:
    assert (invented(source, card), lost(source, card)) == ((), ())


@pytest.mark.parametrize(("source", "card"), CHANGED)
def test_another_number_is_invented(source: str, card: str) -> None:
    assert invented(source, card)
