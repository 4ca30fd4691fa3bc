"""A name is proved by its parts in one sentence, by what it is built of, by its acid; a swap proves nothing."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.language.glossary import fold
from apps.ai.text.meaning import Code, lexicon, sound

REST = {
    "ru": "Подробности о товаре, его составе и изготовителе приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}
UNPROVED = {Code.NAME, Code.CLAIM}


def unproved(source: str, body: str, language: str, kind: str = "medicine") -> list[str]:
    one = meaning.case(f"{source} {REST[language]}", {"description": body}, kind=kind)
    return [found.quote for found in meaning.check(one) if found.code in UNPROVED and not found.weak]


@pytest.mark.parametrize(
    ("language", "source", "honest", "wrong"),
    [
        (  # a phrase by its words in one sentence
            "tr",
            "Damla göz tansiyonunu düşürür.",
            "Капли снижают внутриглазное давление.",
            "Капли снижают уровень холестерина.",
        ),
        (  # what a name of one word is built of
            "en",
            "Stop if you notice inflammation of a tendon.",
            "При тендините приём прекращают.",
            "При пиелонефрите приём прекращают.",
        ),
        (
            "tr",
            "Sinir hasarı riski vardır, kullanmayın.",
            "Возможна нейропатия, не применяйте.",
            "Возможна катаракта, не применяйте.",
        ),
        (  # glucose of the blood
            "ru",
            "Дозу подбирают по глюкозе крови.",
            "Дозу подбирают по уровню глюкозы в крови.",
            "Дозу подбирают по уровню магния в крови.",
        ),
        (  # a salt of an acid
            "en",
            "Contains risedronic acid.",
            "Содержит ризедронат.",
            "Содержит ибандронат.",
        ),
        (
            "tr",
            "Ipratropium bromür içeren inhaler.",
            "Ингалятор с ипратропием.",
            "Ингалятор с тиотропием.",
        ),
        (  # «латанопроста» ends in no "-ta"
            "en",
            "Eye drops with latanoprost.",
            "Глазные капли латанопроста.",
            "Глазные капли тафлупроста.",
        ),
        (  # the salt of a medicine is none for the table
            "en",
            "Diclofenac sodium tablets.",
            "Таблетки, в которых натриевая соль диклофенака.",
            "Таблетки, в которых морская соль.",
        ),
        (  # the organ of a failure
            "tr",
            "Ağır böbrek yetmezliğinde kullanılmaz.",
            "Не применять при тяжёлой почечной недостаточности.",
            "Не применять при тяжёлой печёночной недостаточности.",
        ),
        (
            "en",
            "For adults with type 2 diabetes.",
            "Взрослым с диабетом 2 типа.",
            "Взрослым с диабетом 1 и 2 типа.",
        ),
        (
            "tr",
            "Dar açılı glokomda kullanılmaz.",
            "Нельзя при закрытоугольной глаукоме.",
            "Нельзя при открытоугольной глаукоме.",
        ),
        (  # an effect that is denied is no promise
            "tr",
            "Hastalıkların tedavisi için kullanılmaz.",
            "Не применяют, чтобы вылечить болезнь.",
            "Применяют, чтобы исцелить болезнь.",
        ),
        (  # a list of what may happen
            "en",
            "May cause constipation and nausea.",
            "Побочные действия: запор и тошнота.",
            "Побочных действий нет, запор и тошнота исключены.",
        ),
        (  # what weakens a medicine
            "tr",
            "Rifampisin ilacın etkisini azaltır.",
            "Рифампицин снижает эффективность препарата.",
            "Препарат эффективен и с рифампицином.",
        ),
    ],
)
def test_a_name_said_in_other_words(language: str, source: str, honest: str, wrong: str) -> None:
    assert unproved(source, honest, language) == []
    assert unproved(source, wrong, language)


def test_parts_of_two_sentences_prove_nothing() -> None:
    source = "Tendons were not studied. Inflammation of the gums goes away."
    assert unproved(source, "Помогает при тендините.", "en")


def test_the_smell_of_food_is_no_perfume() -> None:
    assert unproved("Kavun aromalı şeker.", "Леденец с ароматом дыни.", "tr", "food") == []


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("латанопроста", "inn:latanoprost"),
        ("ипратропию", "inn:ipratropium bromide"),
        ("вальпроата", "inn:valproic acid"),
        ("деглудек", "inn:insulin degludec"),
    ],
)
def test_a_short_name_of_the_register(word: str, name: str) -> None:
    assert [concept.id for concept in lexicon.substance(word)] == [name]


def test_the_plural_of_a_class_sounds_like_one() -> None:
    assert set(sound.bare("phenothiazines")) & set(sound.bare("фенотиазинов"))


@pytest.mark.parametrize(
    ("word", "concept"),
    [("yoğurdu", "milk"), ("pamukçuğunda", "candidiasis"), ("balığı", "fish"), ("balı", "honey")],
)
def test_a_turkish_end_softens(word: str, concept: str) -> None:
    assert concept in {one.id for one in lexicon.word(fold(word), lexicon.TURKISH).concepts}


def test_a_short_beginning_swallows_no_substance() -> None:
    assert [one.id for one in lexicon.word("montelukast", lexicon.TURKISH).concepts] == ["inn:montelukast"]


def test_a_shortened_word_beside_a_whole_one() -> None:
    assert unproved("Заболевания предст. железы.", "При болезнях предстательной железы.", "ru") == []
