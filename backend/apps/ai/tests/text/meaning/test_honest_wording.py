"""Honest sentences of kinds that strangers' cards were held for, each with a change of the same kind that is caught."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.stance import Stance, stances

#: Enough of a source that its sentences are compared, in its language.
REST = {
    "ru": "Панцирол таблетки 20 мг. Таблетки от изжоги для взрослых, 14 штук в упаковке, производство Россия.",
    "tr": "Panzirol 20 mg 14 tablet. Yetişkinler için mide yanması tabletleri, kutuda 14 adet, Türkiye üretimi.",
    "en": "Panzirol 20 mg, 14 tablets. Tablets for adults against heartburn, 14 in a box, made in Turkey.",
}
#: Language, kind, source, honest sentence, changed sentence.
ROWS = (
    (
        "ru", "home", "Ручка при работе не нагревается.",
        "Ненагревающаяся при работе ручка.", "Ручка при работе нагревается.",
    ),
    (
        "ru", "medicine", "Снижает кислотность желудочного сока, не вызывая запора при длительном приёме.",
        "Снижает кислотность желудочного сока и при длительном приёме не вызывает запора.",
        "Повышает кислотность желудочного сока и при длительном приёме не вызывает запора.",
    ),
    (
        "tr", "medicine", "Doz: 1-5 yaş: günde 1 kez 5 ml (10 mg). 6-11 yaş: günde 1 kez 10 ml (20 mg).",
        "• 1–5 лет: 5 мл (10 мг) 1 раз в день\n• 6–11 лет: 10 мл (20 мг) 1 раз в день",
        "• 1–5 лет: 10 мл (20 мг) 1 раз в день\n• 6–11 лет: 5 мл (10 мг) 1 раз в день",
    ),
    (
        "en", "medicine", "Rub in gently 3 to 4 times a day.",
        "Втирайте осторожно 3–4 раза в день.", "Втирайте осторожно 5–6 раз в день.",
    ),
    (
        "tr", "clothes", "Kumaşı %60 keten, %40 pamuktan oluşur.",
        "Ткань на 60 % состоит из льна и на 40 % из хлопка.",
        "Ткань на 40 % состоит из льна и на 60 % из хлопка.",
    ),
    (
        "ru", "medicine", "Осторожно: пневмония с повышенной температурой. Препарат повышает уровень калия в крови.",
        "Осторожно при пневмонии с повышенной температурой. Уровень калия в крови препарат повышает.",
        "Осторожно при пневмонии с повышенной температурой. Уровень калия в крови препарат снижает.",
    ),
)  # fmt: skip


def _blocking(language: str, kind: str, source: str, sentence: str) -> list[meaning.Finding]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind=kind)
    return [one for one in meaning.check(case) if not one.weak and one.code is not meaning.Code.LEFT_OUT]


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(
    language: str, kind: str, source: str, honest: str, changed: str
) -> None:
    assert _blocking(language, kind, source, honest) == []


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_a_changed_one_is_not(language: str, kind: str, source: str, honest: str, changed: str) -> None:
    assert _blocking(language, kind, source, changed)


@pytest.mark.parametrize("listed", ["Отпуск: без рецепта", "Условия отпуска: Без рецепта"])
def test_what_the_attributes_tell_is_not_left_out(listed: str) -> None:
    source = f"{REST['ru']}\nОтпуск: без рецепта"
    body = {"description": "Таблетки от изжоги для взрослых."}

    def left_out(**more: str) -> bool:
        one = meaning.case(source, body, kind="medicine", **more)
        return any(found.code is meaning.Code.LEFT_OUT for found in meaning.check(one))

    assert left_out()
    assert not left_out(listed=listed)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("Kıyafette leke bırakmaz", False),
        ("Cildi kurutmaz", False),
        ("Hamilelerde kullanılmaz", True),
        ("Emzirenler kullanamaz", True),
        ("Göze sürülmez", True),
    ],
)
def test_a_quality_of_turkish_goods_forbids_nothing(text: str, flagged: bool) -> None:
    clauses = stances(read(text))[0]
    assert any(one.stance is Stance.FORBIDS for one in clauses) is flagged


TIMES = (
    ("ru", "По 150 мг 1 р/нед.", "По 150 мг один раз в неделю.", "По 150 мг один раз в день."),
    ("tr", "Haznesini ayda bir temizleyin.", "Резервуар чистят раз в месяц.", "Резервуар чистят раз в год."),
    ("en", "Apply again every 2 hours.", "Наносите снова каждые 2 часа.", "Наносите снова раз в сутки."),
    ("tr", "Akşamları sürünüz, haftada bir ara verin.", "Наносить ежедневно.", "Наносить раз в месяц."),
    ("ru", "1 таб. каждые 12 часов.", "По 1 таблетке 2 раза в день.", "По 1 таблетке раз в неделю."),
    (
        "tr", "Gebeliğin ilk üç ayında kullanılmaz.",
        "Не применяют в первом триместре беременности.", "Не применяют в третьем триместре беременности.",
    ),
    (
        "ru", "Противопоказан: I триместр беременности. II-III триместр - с осторожностью.",
        "Противопоказан в первом триместре. Во втором и третьем — с осторожностью.",
        "Противопоказан в третьем триместре. В первом и втором триместрах — с осторожностью.",
    ),
    (
        "en", "Do not use in the last three months of pregnancy.",
        "Нельзя применять в последние 3 месяца беременности.",
        "Нельзя применять в первые 3 месяца беременности.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("language", "source", "honest", "changed"), TIMES)
def test_how_often_and_which_trimester(language: str, source: str, honest: str, changed: str) -> None:
    def strange(sentence: str) -> bool:
        return any(
            one.code in {meaning.Code.CONDITION, meaning.Code.POLARITY}
            for one in _blocking(language, "medicine", source, sentence)
        )

    assert not strange(honest)
    assert strange(changed)


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("Противопоказ.: глаукома, астма; лейкоз, шок; возраст до 18 лет.", "лейкоз"),
        ("С остор.: глаукома; бронхиальная астма; пожилой возраст.", "астма"),
    ],
)
def test_a_list_goes_on_behind_its_semicolon(source: str, missing: str) -> None:
    whole = source.replace("Противопоказ.", "Противопоказания").replace("С остор.", "С осторожностью")
    assert "left_out" not in _codes(source, whole)
    assert "left_out" in _codes(source, whole.replace(missing, "прочее"))


def _codes(source: str, sentence: str) -> set[str]:
    case = meaning.case(
        f"{REST['ru']}\n{source}", {"description": f"{REST['ru']}\n{sentence}"}, kind="medicine"
    )
    return {one.code.value for one in meaning.check(case) if not one.weak}
