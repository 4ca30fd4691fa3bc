from __future__ import annotations

from decimal import Decimal

import pytest

from apps.parsers.services.cleaning import clean_line, clean_text, flat_text, shortened


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  Крем\t\n 50\xa0мл ", "Крем 50 мл"),
        ("a\x00b\x07c\x9f", "abc"),
        ("мыль\u00adница\u200b\ufeff", "мыльница"),
        ("\u202eabc\u2066", "abc"),
        ("half \ud83d", "half \ufffd"),
        ("и\u0306", "й"),
        ("👩\u200d👧", "👩\u200d👧"),
        (None, ""),
        (5, "5"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+999999"), "1E+999999"),
        (True, "да"),
        (False, "нет"),
        (["a", None, "b", "a"], "a; b"),
        ({"id": 3, "name": "Solgar"}, "Solgar"),
        ({"белки": 1, "жиры": ""}, "белки: 1"),
        ([[[[[[[["deep"]]]]]]]], ""),
    ],
)
def test_any_value_becomes_one_clean_line(value: object, line: str) -> None:
    assert clean_line(value) == line


def test_lines_of_a_text_stay_lines() -> None:
    assert clean_text("a  b\r\n\r\n\r\n\r\nc\x0bd \u2028e\n") == "a b\n\nc\nd\ne"


def test_deep_nesting_ends() -> None:
    value: object = "x"
    for _ in range(100_000):
        value = [value]
    assert flat_text(value) == ""


def test_texts_are_cut_between_words() -> None:
    assert shortened("один два три", 8) == "один два"
    assert shortened("один, два", 7) == "один"
    assert shortened("слово", 3) == "сло"
    assert shortened("слово", 5) == "слово"
