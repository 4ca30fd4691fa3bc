"""A card against its source: every kind of change of meaning, and the same said honestly."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

ESCITALOPRAM = (
    "Селектра таб. 10 мг N 28\nАнтидепрессант. 1 таб. содержит: эсциталопрама оксалат 12,78 мг, эсциталопрам 10 мг. "
    "Показания: депрессивные эпизоды, паническое расстройство. Противопоказания: повышенная чувствительность к "
    "эсциталопраму, удлинение интервала QT, возраст до 18 лет. Беременным не назначают. Внутрь, 1 "
    "раз в сутки, во время "
    "еды. Хранить при температуре не выше 25 °C. Отпускается по рецепту."
)
HONEST = (
    "Антидепрессант: 12,78 мг эсциталопрама оксалата, что соответствует 10 мг эсциталопрама.\n\n"
    "Показан при депрессивных эпизодах и паническом расстройстве.\n\n"
    "Противопоказан при гиперчувствительности к эсциталопраму, удлинении интервала QT, до 18 лет. "
    "Беременным не назначают.\n\nПринимают внутрь 1 раз в сутки во время еды.\n\n"
    "Хранить при температуре до 25 °C. По рецепту."
)


def codes(source: str, body: str, kind: str = "medicine", *, is_honest: bool = False) -> set[str]:
    """What holds a card; of an honest one also what only warns."""
    found = meaning.check(meaning.case(source, {"description": body}, kind=kind))
    return {one.code.value for one in found if is_honest or not one.weak}


def test_an_honest_card_passes() -> None:
    assert codes(ESCITALOPRAM, HONEST, is_honest=True) == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("эсциталопрам", "циталопрам", Code.NAME),
        ("Противопоказан при", "Показан при", Code.POLARITY),
        (
            "Противопоказан при гиперчувствительности к эсциталопраму, удлинении интервала QT, до 18 лет. ",
            "",
            Code.LEFT_OUT,
        ),
        ("паническом расстройстве.", "паническом расстройстве, мигрени и бессоннице.", Code.CLAIM),
        ("Беременным не назначают.", "Безопасен для детей и беременных.", Code.CLAIM),
        ("во время еды", "до еды", Code.CONDITION),
        ("Беременным не назначают.", "Разрешён беременным.", Code.POLARITY),
        (
            "12,78 мг эсциталопрама оксалата, что соответствует 10 мг эсциталопрама",
            "10 мг эсциталопрама оксалата, что соответствует 12,78 мг эсциталопрама",
            Code.WHOSE,
        ),
        (" По рецепту.", "", Code.LEFT_OUT),
        ("Антидепрессант:", "Эффективно при диабете. Антидепрессант:", Code.CLAIM),
        ("Антидепрессант:", "Избавляет от грибка. Антидепрессант:", Code.CLAIM),
        ("Антидепрессант:", "Одобрено дерматологами. Антидепрессант:", Code.CLAIM),
    ],
)
def test_a_changed_meaning_is_found(old: str, new: str, code: Code) -> None:
    assert old in HONEST
    assert code.value in codes(ESCITALOPRAM, HONEST.replace(old, new))


def test_the_finding_of_an_omission_names_the_sentence_of_the_source() -> None:
    card = HONEST.replace(" Беременным не назначают.", "")
    found = [
        one
        for one in meaning.check(meaning.case(ESCITALOPRAM, {"description": card}, kind="medicine"))
        if one.code is Code.LEFT_OUT
    ]
    assert [one.evidence for one in found] == ["Беременным не назначают."]


TURKISH = (
    "PAROLDİN 500 mg 20 Tablet\nHer tablet 500 mg parasetamol içerir. Ağrı kesici ve ateş düşürücüdür. Yetişkinlerde "
    "günde 3 kez 1 tablet. 12 yaşından küçük çocuklarda kullanılmamalıdır. Şiddetli karaciğer yetmezliğinde "
    "kullanılmaz. Alkolle birlikte kullanmayınız. Reçetesiz satılır."
)
RUSSIAN = (
    "Обезболивающее и жаропонижающее: 500 мг парацетамола в таблетке.\n\nВзрослым по 1 таблетке 3 раза в день.\n\n"
    "Нельзя детям до 12 лет и при тяжёлой печёночной недостаточности. Не сочетать с алкоголем.\n\nБез рецепта."
)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("парацетамола", "ибупрофена", Code.NAME),
        (" и при тяжёлой печёночной недостаточности", "", Code.LEFT_OUT),
        ("Нельзя детям до 12 лет", "Можно детям до 12 лет", Code.POLARITY),
        ("Не сочетать с алкоголем", "Можно сочетать с алкоголем", Code.POLARITY),
        ("3 раза в день", "дважды в день", Code.CONDITION),
    ],
)
def test_the_same_against_a_turkish_source(old: str, new: str, code: Code) -> None:
    assert codes(TURKISH, RUSSIAN, is_honest=True) == set()
    assert code.value in codes(TURKISH, RUSSIAN.replace(old, new))


CREAM = (
    "Крем для лица 50 мл\nУвлажняющий крем с алоэ и пантенолом. Без парабенов. Содержит отдушку. "
    "Наносить на чистую кожу утром."
)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Увлажняющий крем с алоэ и пантенолом. Содержит парабены.", Code.POLARITY),
        ("Увлажняющий крем с алоэ и пантенолом, без отдушки.", Code.POLARITY),
        ("Увлажняющий крем с алоэ и пантенолом. Гипоаллергенно.", Code.CLAIM),
        ("Увлажняющий крем с ромашкой и пантенолом.", Code.NAME),
        ("Увлажняющий крем с алоэ и пантенолом. Клинически доказано.", Code.CLAIM),
    ],
)
def test_cosmetics(body: str, code: Code) -> None:
    honest = "Увлажняющий крем с алоэ, пантенолом и отдушкой, без парабенов. Утром, на чистую кожу."
    assert codes(CREAM, honest, "cosmetics", is_honest=True) == set()
    assert code.value in codes(CREAM, body, "cosmetics")


def test_the_description_of_another_product_is_foreign() -> None:
    foreign = (
        "Сковорода чугунная с деревянной ручкой. Подходит для индукционных плит и духовки. "
        "Перед первым использованием промойте горячей водой, протрите насухо и смажьте растительным маслом."
    )
    assert Code.FOREIGN.value in codes(ESCITALOPRAM, foreign)
