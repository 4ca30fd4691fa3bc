"""A warning told in plain words, and one that is not told at all."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code


def left_out(source: str, body: str, kind: str = "medicine") -> bool:
    case = meaning.case(source, {"description": body}, kind=kind)
    return any(one.code is Code.LEFT_OUT and not one.weak for one in meaning.check(case))


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        (
            "Valoren damla 30 ml. Uyku ilacı ile birlikte kullanmayınız.",
            "Капли Valoren, 30 мл. Вместе с препаратами для сна не принимают.",
            "Капли Valoren, 30 мл.",
        ),
        (
            "Herbasan capsules. Do not take with anticoagulants or antihypertensives.",
            "Капсулы Herbasan. Не сочетают с лекарствами против свёртывания крови и таблетками от давления.",
            "Капсулы Herbasan. Не сочетают с таблетками от давления.",
        ),
        (
            "Травяной сбор «Лесной», 50 г. Беременным не применять.",
            "Сбор «Лесной», 50 г. Женщинам в положении не подходит.",
            "Сбор «Лесной», 50 г. Заваривают в положении крышкой вниз.",
        ),
        (
            "Sinorel tablets. Codeine must not be given to children under 12 years. Contains codeine.",
            "Таблетки Sinorel с кодеином. До 12 лет препарат запрещён.",
            "Таблетки Sinorel с кодеином.",
        ),
        (
            "Orvitan sprey. Kabus veya saldırganlık görülürse kullanmayınız.",
            "Спрей Orvitan. Не применяйте при кошмарах или агрессии.",
            "Спрей Orvitan. Не применяйте при кошмарах.",
        ),
    ],
)
def test_plain_words_tell_a_warning(source: str, honest: str, lie: str) -> None:
    assert not left_out(source, honest)
    assert left_out(source, lie)


def test_what_is_harmless_need_not_be_told() -> None:
    source = "Сироп железа 100 мл. Окрашивание зубов не опасно. Принимают после еды."
    assert not left_out(source, "Сироп железа, 100 мл. Принимают после еды.", "food")


def test_months_told_in_days_without_their_unit() -> None:
    source = "Коллаген, порошок 300 г. Курс 3 месяца, затем перерыв 1 месяц."
    assert not left_out(
        source, "Порошок коллагена, 300 г. Девяносто дней пьют, тридцать отдыхают.", "supplement"
    )
    assert left_out(source, "Порошок коллагена, 300 г. Пьют каждый день.", "supplement")


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        (
            "Renalto 10 mg tablet. Siroz hastalarında günlük doz 5 mg ile sınırlandırılmalıdır.",
            "Таблетки Renalto 10 мг; при циррозе печени дают не больше 5 мг в день.",
            "Таблетки Renalto 10 мг.",
        ),
        (
            "Calmag powder 200 g. Take two hours apart from antacids.",
            "Порошок Calmag, 200 г. От антацидов его отделяют два часа.",
            "Порошок Calmag, 200 г.",
        ),
    ],
)
def test_what_is_limited_or_kept_apart_is_asked_for(source: str, honest: str, lie: str) -> None:
    assert not left_out(source, honest)
    assert left_out(source, lie)


def test_what_burns_is_no_harmless_thing() -> None:
    source = "Лак для волос, 200 мл. Огнеопасно: держать вдали от огня."
    assert left_out(source, "Лак для волос, 200 мл.", "cosmetics")
