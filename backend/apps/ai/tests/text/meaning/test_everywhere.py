"""Things that no card leaves out, of goods of any kind, in whatever sentence of the source they stand."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

TITLE = "Товар номер девять, коробка картонная.\n"


def left_out(source: str, body: str, kind: str) -> list[str]:
    found = meaning.check(meaning.case(TITLE + source, {"description": body}, kind=kind))
    return [one.evidence for one in found if one.code is Code.LEFT_OUT and not one.weak]


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        # what must be done by those who are pregnant forbids them nothing
        (
            "other",
            "Грунт для рассады, 10 л. Беременным работать в перчатках.",
            "Грунт под рассаду, 10 л. Будущим мамам работать в перчатках.",
            "Грунт под рассаду, 10 л. Работать в перчатках.",
        ),
        (
            "medicine",
            "Tablet günde bir alınır. Etkin madde anne sütüne geçer.",
            "По таблетке в день. Действующее вещество проникает в грудное молоко.",
            "По таблетке в день.",
        ),
        (
            "device",
            "Magnetic therapy mat. Ask your doctor first if you have a pacemaker.",
            "Коврик для магнитной терапии. С кардиостимулятором сперва спросите врача.",
            "Коврик для магнитной терапии. Сперва спросите врача.",
        ),
        (
            "perfume",
            "Saç spreyi, gül kokulu. Yanıcıdır, ateşe tutmayın.",
            "Спрей для волос с ароматом розы. Горюч, к огню не подносить.",
            "Спрей для волос с ароматом розы. Не подносить.",
        ),
        (
            "cosmetics",
            "Peeling serum. Do not use on children. Sealed for 12 months.",
            "Сыворотка-пилинг. Не для малышей. Запечатана на 12 месяцев.",
            "Сыворотка-пилинг. Запечатана на 12 месяцев. Хранить в недоступном для детей месте.",
        ),
        (
            "food",
            "Nohut cipsi, 90 g.\nFındık bulunan tesiste üretilmiştir.",
            "Чипсы из нута, 90 г. На предприятии есть фундук.",
            "Чипсы из нута, 90 г.",
        ),
        (
            "food",
            "Peynir, çiğ sütten. Hamileler yememelidir. +4 °C'de saklayın.",
            "Сыр из сырого молока. Беременным есть нельзя. Хранить при +4 °C.",
            "Сыр из сырого молока. Хранить при +4 °C.",
        ),
    ],
)
def test_a_thing_of_safety_is_told(kind: str, source: str, told: str, shortened: str) -> None:
    assert left_out(source, told, kind) == []
    assert left_out(source, shortened, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        # a fire under a pot, a test by its name, instructions that lie in the box
        (
            "food",
            "Mercimek çorbası karışımı. Kısık ateşte pişirin.",
            "Смесь для чечевичного супа. Варят медленно.",
        ),
        ("furniture", "Полка навесная. В коробке инструкция и крепёж.", "Навесная полка, крепёж в коробке."),
        # an age says it better
        ("toys", "Конструктор из дерева. Детям до 3 лет нельзя.", "Деревянный конструктор, с трёх лет."),
    ],
)
def test_what_only_sounds_like_it_may_be_left_out(kind: str, source: str, body: str) -> None:
    assert left_out(source, body, kind) == []


def test_a_figure_of_another_measure_tells_no_length() -> None:
    source = "Пастилки от боли в горле. По одной раз в 4 часа. Не применять дольше 4 дней."
    assert (
        left_out(source, "Пастилки при боли в горле. По одной каждые 4 часа, не дольше 4 дней.", "medicine")
        == []
    )
    assert left_out(source, "Пастилки при боли в горле. По одной каждые 4 часа.", "medicine")


def test_a_condition_of_a_warning_is_told() -> None:
    source = "Garlic capsules. If you have gastritis or take warfarin, ask a pharmacist before use."
    told = "Капсулы с чесноком. При гастрите и на варфарине сначала спрашивают фармацевта."
    assert left_out(source, told, "supplement") == []
    assert left_out(source, "Капсулы с чесноком. На варфарине сначала спрашивают фармацевта.", "supplement")
