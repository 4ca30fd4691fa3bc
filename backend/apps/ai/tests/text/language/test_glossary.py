"""The glossary's data and how words are found in it."""

from __future__ import annotations

import re

import pytest

from apps.ai.text import facts, language
from apps.ai.text.language import glossary, glossary_data
from apps.ai.text.language.glossary import Part


def test_size() -> None:
    files = glossary_data.of_file("glossary_tr.tsv"), glossary_data.of_file("glossary_en.tsv")
    assert len(files[0]) >= 3500
    assert len(files[1]) >= 250


def test_every_entry_is_well_formed() -> None:
    for entry in glossary.entries():
        assert entry.source == glossary.lower(entry.source).strip() or not re.search("[ıİ]", entry.source)
        assert bool(entry.russian) == (entry.part is not Part.DROP), entry
        assert (entry.gender is not None) >= (entry.part is Part.NOUN), entry
        assert not re.search(r"[çğıöşüÇĞİÖŞÜ]", entry.russian + entry.attribute), entry
        assert language.foreign_leftovers(entry.russian) == (), entry


def test_no_entry_is_written_twice() -> None:
    for name in ("glossary_tr.tsv", "glossary_en.tsv"):
        keys = [(entry.source, entry.part is Part.ATTRIBUTE) for entry in glossary_data.of_file(name)]
        assert len(keys) == len(set(keys))


def test_no_number_changes_in_translation() -> None:
    for entry in glossary.entries():
        wanted = re.findall(r"\d+", entry.source)
        assert re.findall(r"\d+", entry.russian) == wanted or not entry.russian, entry


#: Entries whose Russian says a material, a form or a country that the guard does not see in the source, or the other
#: way round (tea tree, coconut, «tablet» computers). The engine checks such words against each product's own source.
KNOWN_DIFFERENCES = 40


def test_facts_of_entries_agree_with_the_guard() -> None:
    differing = [
        entry.source
        for entry in glossary.entries()
        if entry.russian
        and (facts.lost(entry.source, entry.russian) or facts.invented(entry.source, entry.russian))
    ]
    assert len(differing) <= KNOWN_DIFFERENCES, differing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diş Fırçası", "щётка зубная"),
        ("Diş Fırçaları", "щётка зубная"),
        ("DİŞ FIRÇASI", "щётка зубная"),
        ("dis fircasi", "щётка зубная"),
        ("El Kremi", "крем для рук"),
        ("Kadın Siyah Ayakkabılar", "женский чёрный обувь"),
        ("Iç Çamaşırı Takımları", "комплект нижнего белья"),
        ("kopek mamasi", "корм для собак"),
        ("Ağrı kesici", "обезболивающее средство"),
        ("Kitabı", "книга"),
        ("Eau de Parfum", "парфюмерная вода"),
        ("Women's Running Shoes", "мужской кроссовки для бега".replace("мужской", "женщины")),
        ("Крем Bebek Kremi", "Крем крем детский"),
    ],
)
def test_words_are_found(text: str, expected: str) -> None:
    translation = glossary.translate(text)
    assert translation.text == expected
    assert translation.unknown == ()


def test_unknown_words_are_named() -> None:
    translation = glossary.translate("Siyah Mafsal Elbise Forte")
    assert translation.text == "чёрный платье"
    assert translation.covered == ("Siyah", "Elbise")
    assert translation.unknown == ("Mafsal", "Forte")


def test_the_longest_phrase_wins() -> None:
    assert glossary.translate("spor ayakkabı").text == "кроссовки"
    assert glossary.translate("spor").text == "спортивный"


def test_words_that_differ_by_marks_only_are_not_confused() -> None:
    assert glossary.translate("diş").text == "зуб"
    assert glossary.translate("dış").text == "внешний"
    assert glossary.translate("dis").unknown == ("dis",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Renk", "цвет"),
        ("Üretim Yeri", "страна производства"),
        ("ETKEN MADDE", "действующее вещество"),
        ("İçindekiler", "состав"),
        ("Kullanım Şekli", "способ применения"),
        ("Saklama Koşulları", "условия хранения"),
        ("Country of Origin", "страна происхождения"),
        ("Zımbırtı", None),
        ("", None),
    ],
)
def test_names_of_attributes(name: str, expected: str | None) -> None:
    assert glossary.attribute_name(name) == expected


def test_nothing_and_much() -> None:
    assert glossary.translate("").text == ""
    assert len(glossary.translate("Siyah Elbise " * 2000).covered) == 4000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Propolisli", "с прополисом"),
        ("propolissiz", "без прополиса"),
        ("Hyaluronik Asitli", "с гиалуроновой кислотой"),
        ("Kolajenli", "с коллагеном"),
        ("E Vitaminli", "с витамином E"),
        ("Setirizin Dihidroklorür", "цетиризина дигидрохлорид"),
        ("Benzidamin HCl", "бензидамина гидрохлорид"),
        ("Magnezyum Bisglisinat", "бисглицинат магния"),
        ("Demir Bisglisinat", "бисглицинат железа"),
        ("magnezyum sitrat", "цитрат магния"),
        ("Cinko Oksit", "оксид цинка"),
        ("Çinko Oksitli", "с оксидом цинка"),
        ("Naproksen Potasyum", "напроксен калия"),
    ],
)
def test_words_that_follow_from_others(text: str, expected: str) -> None:
    translation = glossary.translate(text)
    assert translation.text == expected
    assert translation.unknown == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Demir"], True),
        (["Demirsu"], False),
        (["Boğazin"], False),
        (["Vitaminler"], True),
        (["Diş", "Fırçaları"], True),
        (["Zımbırtı"], False),
    ],
)
def test_what_is_written_in_the_glossary(words: list[str], expected: bool) -> None:
    assert glossary.is_written(words) is expected


def test_an_adjective_names_no_attribute() -> None:
    assert glossary.attribute_name("Nemlendirici Etki") is None
    assert glossary.attribute_name("Mavi") is None
    assert glossary.attribute_name("Demir") == "железо"
