"""A name in Russian letters stands in the source, in either alphabet; a strange maker's is found."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import proper_names

TOLD = (
    ("Brinoxa 200 mg 20 tablet, ağrı kesici", "Бринокса снимает боль."),
    ("Hammam Bucak Lavanta Sabunu, Bucak'ta üretilir", "Мыло сварено в Буджаке."),
    ("Behçet hastalığında kullanılır", "При болезни Бехчета."),
    ("Child's chair, two doors", "Двухдверный шкафчик. Биодобавок нет."),
    ("Стойка для обуви Дорвекс", "Обувница Дорвекса на восемь пар обуви."),
    ("Suitable for Hashimoto thyroiditis", "Подходит при тиреоидите Хашимото."),
)
STRANGE = (
    ("Brinoxa 200 mg 20 tablet, ağrı kesici", "Обезболивающее Нурофен снимает боль.", "Нурофен"),
    ("Ибулонг, таблетки 200 мг", "Обезболивающее Пенталгин, таблетки 200 мг.", "Пенталгин"),
    ("Dorveks bebek bezi, 40 adet", "Подгузники Хуггис, 40 штук.", "Хуггис"),
    ("Крем для рук Велюра", "Крем для рук Лореаль.", "Лореаль"),
)


def strange(source: str, sentence: str) -> list[str]:
    case = meaning.case(source, {"description": sentence}, kind="other")
    return [one.quote for one in proper_names.check(case) if not one.weak]


@pytest.mark.parametrize(("source", "sentence"), TOLD)
def test_a_name_of_the_source_may_be_spelt_in_russian(source: str, sentence: str) -> None:
    assert strange(source, sentence) == []


@pytest.mark.parametrize(("source", "sentence", "name"), STRANGE)
def test_another_name_is_found(source: str, sentence: str, name: str) -> None:
    assert strange(source, sentence) == [name]


def test_a_word_that_begins_a_sentence_may_be_a_common_one() -> None:
    case = meaning.case("Brinoxa 200 mg, oje çıkarıcı", {"description": "Ремувер снимает лак."}, kind="other")
    assert [(one.quote, one.weak) for one in proper_names.check(case)] == [("Ремувер", True)]
    assert proper_names.strangers("Нурофен, таблетки 200 мг", "Ибулонг, таблетки 200 мг") == ("Нурофен",)
