"""Under which words things are shelved."""

from __future__ import annotations

import pytest

from apps.ai.services.indexing import category_terms
from apps.ai.text.language.shelves import shelves
from apps.ai.text.language.stems import stem_index, stems


@pytest.mark.parametrize(
    ("title", "shelf"),
    [
        ("Салатники стеклянные, 2 шт.", "посуда"),
        ("Мармелад с пюре", "кондитерские"),
        ("Футболка мужская", "одежда"),
        ("Батарейки литиевые", "электротовары"),
    ],
)
def test_a_thing_is_found_by_the_name_of_its_shelf(title: str, shelf: str) -> None:
    assert shelves(title)[stems(shelf)[0]] == 1.0


def test_what_a_thing_is_for_counts_half() -> None:
    found = shelves("Кружка для футболки")
    assert found[stems("посуда")[0]] == 1.0
    assert found[stems("одежда")[0]] == 0.5


def test_other_words_lie_nowhere() -> None:
    assert shelves("Qwerty в ассортименте, набор для 5 шт.") == {}


def test_a_turkish_title_finds_a_russian_category() -> None:
    indices, _ = category_terms("Kahverengi Erkek Slim Fit Gömlek")
    assert {stem_index(stems(word)[0]) for word in ("рубашка", "одежда", "gömlek")} <= set(indices)
    assert indices == sorted(set(indices))
