"""A text is cut after a whole word, and never inside a dose."""

import pytest

from apps.ai.tests.text.data import needs_data, products
from apps.ai.tests.text.facts.tables import TITLES
from apps.ai.text.facts import invented
from apps.ai.text.language.limits import fits, shorten


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Крем для рук", 12, "Крем для рук"),
        ("Крем для рук", 11, "Крем"),
        ("Крем для рук", 8, "Крем"),
        ("Ксанакс 0,5 мг, 30 таблеток", 11, "Ксанакс"),
        ("Ксанакс 0,5 мг, 30 таблеток", 18, "Ксанакс 0,5 мг"),
        ("Ксанакс 0,5 мг, 30 таблеток", 27, "Ксанакс 0,5 мг, 30 таблеток"),
        ("Ксанакс табл. № 30 белые", 17, "Ксанакс табл."),
        ("Простыня 120 x 200 см белая", 20, "Простыня"),
        ("Простыня 120 x 200 см белая", 22, "Простыня 120 x 200 см"),
        ("Солнцезащитный крем SPF 50+ дневной", 28, "Солнцезащитный крем SPF 50+"),
        ("Витамин C 1 000 мг в день", 12, "Витамин C"),
        ("Хлопок 95 % и эластан", 9, "Хлопок"),
        ("Krem SPF 50 gündüz", 8, "Krem"),
        ("Powerbank 20 000 mAh siyah", 16, "Powerbank"),
        ("Мыло – гель – крем", 7, "Мыло"),
        ("Сверхдлинноеслово", 5, "Сверх"),
        ("  Крем  ", 4, "Крем"),
        ("Крем", 0, ""),
        ("", 10, ""),
    ],
)
def test_shorten(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected
    assert fits(shorten(text, limit), limit)


def test_fits() -> None:
    assert fits("крем", 4)
    assert not fits("крем", 3)


@pytest.mark.parametrize("title", [title for title, _ in TITLES if title])
def test_no_cut_makes_a_new_dose(title: str) -> None:
    """Whatever the limit, a quantity of the short text is one of the long text."""
    for limit in range(len(title.split()[0]), len(title)):
        shortened = shorten(title, limit)
        assert len(shortened) <= limit
        assert [fact for fact in invented(title, shortened) if fact.unit] == []


def test_a_megabyte_is_cut_at_once() -> None:
    assert shorten("слово " * 200_000, 160) == ("слово " * 26).strip()
    assert len(shorten("1 " * 500_000, 160)) <= 160


@needs_data
def test_real_titles_shorten_to_their_own_words() -> None:
    for row in products("trendyol") + products("fixprice"):
        title = row["title"].strip()
        shortened = shorten(title, 40)
        assert title.startswith(shortened)
        assert shortened or len(title.split()[0]) > 40
