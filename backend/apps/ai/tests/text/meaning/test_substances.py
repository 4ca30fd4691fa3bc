"""Substances, organs and materials that one word tells apart: each in its cases, salts and languages."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.reading import read


def held(source: str, card: str, kind: str = "medicine") -> list[str]:
    return [
        one.quote
        for one in meaning.check(meaning.case(source, {"description": card}, kind=kind))
        if not one.weak
    ]


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ("латанопроста латанопростом latanoprosta latanoprost", "inn:latanoprost"),
        ("монтелукаста монтелукастом montelukasta montelukast", "inn:montelukast"),
        ("ипратропия ипратропием ipratropium", "inn:ipratropium bromide"),
        ("золедронат золедроната zoledronate zoledronat", "inn:zoledronic acid"),
        ("вальпроат вальпроата valproate valproat", "inn:valproic acid"),
        ("деглудека degludec", "inn:insulin degludec"),
    ],
)
def test_a_substance_is_known_in_its_cases_and_by_its_telling_word(names: str, name: str) -> None:
    for word in names.split():
        suffix = " içerir." if word.isascii() else " в составе."
        assert name in read(word + suffix).ids, word


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        (
            "Zoledronat 4 mg infüzyon: kalsiyum düzeyi izlenmelidir.",
            "Золедронат 4 мг для инфузий: следят за уровнем кальция.",
            "Ибандронат 4 мг для инфузий: следят за уровнем кальция.",
        ),
        (
            "Ağır karaciğer yetmezliğinde kontrendikedir.",
            "Противопоказан при тяжёлой печёночной недостаточности.",
            "Противопоказан при тяжёлой почечной недостаточности.",
        ),
        (
            "Dar açılı glokomu olanlar kullanmamalıdır.",
            "Не применяют при закрытоугольной глаукоме.",
            "Не применяют при открытоугольной глаукоме.",
        ),
        (
            "For adults with type 2 diabetes.",
            "Для взрослых с сахарным диабетом второго типа.",
            "Для взрослых с сахарным диабетом 1-го типа.",
        ),
    ],
)
def test_what_one_word_tells_apart(source: str, honest: str, lie: str) -> None:
    assert not held(source, honest)
    assert held(source, lie)


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        (
            "%100 pamuk gömlek, düğmeler sedef.",
            "Рубашка из хлопка, пуговицы перламутровые.",
            "Рубашка из вискозы.",
        ),
        ("Suni deri çanta, metal fermuarlı.", "Сумка из экокожи на молнии.", "Сумка из замши на молнии."),
        ("Ahşap masa, nemli bezle silinir.", "Стол из дерева протирают влажной тканью.", "Стол из стекла."),
    ],
)
def test_goods_are_made_of_what_their_source_says(source: str, honest: str, lie: str) -> None:
    assert not held(source, honest, "other")
    assert held(source, lie, "other")
