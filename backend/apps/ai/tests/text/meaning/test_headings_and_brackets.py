"""Where a prohibition ends, and what a word in brackets, a limit before its verb and a purpose say."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.stance import Stance, stances

TITLE = {
    "ru": "Доломин таблетки 15 мг, 30 штук, для взрослых.\n",
    "tr": "Dolomin 15 mg 30 tablet, yetişkinler için.\n",
    "en": "Dolomin 15 mg, 30 tablets for adults.\n",
}
ROWS = (
    (
        "ru", "medicine",
        "Противопоказания. Глаукома, дети до 7 лет.\nДозы. Внутрь. Дети старше 7 лет: по 1 табл. в день.",
        "Дети старше 7 лет принимают по 1 таблетке в день. Нельзя при глаукоме и детям до 7 лет.",
        "Детям до 7 лет можно по 1 таблетке в день. Нельзя при глаукоме.",
    ),
    (
        "ru", "home", "Держать не ближе 30 см от кроватей, занавесок, мебели.",
        "• ближе 30 см к кроватям, занавескам и мебели не ставить",
        "• не далее 30 см от кроватей, занавесок и мебели ставить",
    ),
    (
        "ru", "home", "НЕЛЬЗЯ: для мраморных и лакированных столешниц, паркета; смешивать с уксусом.",
        "Нельзя:\n• применять для мраморных и лакированных столешниц, паркета\n• смешивать с уксусом",
        "Можно:\n• применять для мраморных и лакированных столешниц, паркета\n• смешивать с уксусом",
    ),
    (
        "ru", "furniture", "Подушки в комплект НЕ входят, высота 10 см.",
        "Подушки (высота 10 см) и чехол нужно покупать отдельно.", "Подушки высотой 10 см входят в комплект.",
    ),
    (
        "ru", "medicine", "При остановке кровотечения или его отсутствии более 5 ч приём прекратить.",
        "Приём прекращают, когда кровотечение остановилось или отсутствует дольше 5 часов.",
        "Приём прекращают, когда кровотечение остановилось или отсутствует менее 5 часов.",
    ),
    (
        "ru", "medicine", "Показания — подагра, профилактика повторных приступов подагры после операции на суставе.",
        "Назначают при подагре, а также чтобы приступ подагры не повторился после операции на суставе.",
        "При подагре после операции на суставе не назначают.",
    ),
    (
        "ru", "medicine",
        "Эпилепсия, тяжёлый гепатит, индивидуальная непереносимость, непереносимость фруктозы — противопоказания.",
        "Таблетки не назначают:\n• при эпилепсии и тяжёлом гепатите\n• при непереносимости препарата или фруктозы",
        "Таблетки не назначают:\n• при эпилепсии и тяжёлом гепатите\n\nПри непереносимости фруктозы можно.",
    ),
    (
        "en", "supplement", "Do not use if you take warfarin or heparin, have gout or kidney stones.",
        "Их не принимают люди с подагрой, камнями в почках и те, кому назначены варфарин или гепарин.",
        "Их принимают люди с подагрой, камнями в почках и те, кому назначены варфарин или гепарин.",
    ),
    (
        "tr", "medicine",
        "Allopurinol kaşıntıyı artırır, varfarin alanlarda kanama izlenir, fenitoin ile birlikte verilmez.",
        "Аллопуринол усиливает зуд. При приёме варфарина следят за кровотечениями. С фенитоином вместе не дают.",
        "Аллопуринол ослабляет зуд. При приёме варфарина следят за кровотечениями. С фенитоином вместе не дают.",
    ),
    (
        "tr", "medicine", "Tedavi en fazla 5 gün sürer.", "Курс не дольше 5 дней.", "Курс не короче 5 дней.",
    ),
    (
        "ru", "medicine", "В сутки не больше 4 свечей.", "За сутки не больше 4 свечей.", "За сутки не меньше 4 свечей.",
    ),
    (
        "tr", "cosmetics", "Haftada en fazla 2 gece kullanın.",
        "Наносите не чаще 2 вечеров в неделю.", "Наносите не реже 2 вечеров в неделю.",
    ),
    (
        "en", "medicine",
        "Children 3–7 years: 1.5 mg (3 drops) twice a day. Children 7–11 years: 3 mg (6 drops) twice a day.",
        "• от 3 до 7 лет: 3 капли (1,5 мг) дважды в день\n• от 7 до 11 лет: 6 капель (3 мг) дважды в день",
        "• от 3 до 7 лет: 6 капель (3 мг) дважды в день\n• от 7 до 11 лет: 3 капли (1,5 мг) дважды в день",
    ),
    (
        "tr", "supplement", "3 aydan fazla ara vermeden kullanılmamalıdır.",
        "Не применять больше 3 месяцев без перерыва.", "Применять не меньше 3 месяцев без перерыва.",
    ),
)  # fmt: skip


def _blocking(language: str, kind: str, source: str, sentence: str) -> list[meaning.Finding]:
    case = meaning.case(TITLE[language] + source, {"description": sentence}, kind=kind)
    return [one for one in meaning.check(case) if not one.weak and one.code is not meaning.Code.LEFT_OUT]


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(
    language: str, kind: str, source: str, honest: str, changed: str
) -> None:
    assert _blocking(language, kind, source, honest) == []


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_a_changed_one_is_not(language: str, kind: str, source: str, honest: str, changed: str) -> None:
    assert _blocking(language, kind, source, changed)


@pytest.mark.parametrize(
    "text",
    [
        "Противопоказания. Астма.\nДозировка по возрасту: детям с 9 лет 1 таблетка.",
        "Противопоказания. Астма. Способ применения. Детям с 9 лет 1 таблетка.",
        "Contraindications. Asthma. Dosage. From 9 years 1 tablet.",
    ],
)
def test_a_heading_in_the_line_ends_with_it(text: str) -> None:
    said = stances(read(text))
    assert said[1][0].stance is Stance.FORBIDS
    assert said[-1][-1].stance is not Stance.FORBIDS


@pytest.mark.parametrize(
    ("source", "honest", "lacking"),
    [
        ("Не применять: воспаление толстой кишки (колит).", "Нельзя при колите.", "Нельзя при мигрени."),
        (
            "От жара — не более 4 дней, от боли — не более 6 дней.",
            "При жаре срок до 4 дней, при боли — до 6.", "Принимают при жаре и при боли.",
        ),
        ("Железо, хинолоны — интервал 3 ч.", "Хинолоны и железо отделяют тремя часами.", "Хинолоны и железо отделяют."),
        (
            "Осторожно: трициклические или тетрациклические антидепрессанты.",
            "С осторожностью — три- либо тетрациклические антидепрессанты.", "Осторожность нужна при астме.",
        ),
        ("Осторожно: низкий магний.", "Осторожно: может снизиться магний.", "Держать при 20 °C."),
    ],
)  # fmt: skip
def test_what_other_words_tell_is_not_left_out(source: str, honest: str, lacking: str) -> None:
    def left_out(sentence: str) -> list[str]:
        case = meaning.case(TITLE["ru"] + source, {"description": sentence}, kind="medicine")
        return [
            one.evidence for one in meaning.check(case) if one.code is meaning.Code.LEFT_OUT and not one.weak
        ]

    assert left_out(honest) == []
    assert left_out(lacking)


def test_an_adjective_and_the_one_in_brackets_are_one() -> None:
    source = TITLE["ru"] + "Не наносить на раны; под плотную (герметичную) повязку нельзя."
    sentence = "Не наносите на раны и не закрывайте плотной повязкой."
    case = meaning.case(source, {"description": sentence}, kind="medicine")
    assert "герметичную" not in {one.quote for one in meaning.check(case)}
