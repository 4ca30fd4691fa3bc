"""Limits: which side of a figure is allowed must be the source's, whatever the words."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

REST = {
    "ru": "Прочие подробности приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def is_turned(language: str, source: str, body: str) -> bool:
    case = meaning.case(f"{source}\n{REST[language]}", {"description": body}, kind="medicine")
    return any(one.code in {Code.CONDITION, Code.POLARITY} for one in meaning.check(case))


LIMITS = [
    ("tr", "30 °C altında saklayınız.", "Беречь при температуре ниже 30 °C.", "Беречь при температуре выше 30 °C."),
    ("ru", "Хранить при темп. до +20С.", "Хранить при температуре не выше 20 °C.", "Хранить выше 20 °C."),
    ("ru", "Принимают не чаще 2 раз в день.", "Не более 2 раз в день.", "Не реже 2 раз в день."),
    ("ru", "Курс не дольше 4–6 дней.", "Курс не более 4–6 дней.", "Курс не менее 4–6 дней."),
    ("ru", "Взрослые и дети старше 7 лет.", "Взрослым и детям с 7 лет.", "Взрослым и детям младше 7 лет."),
    ("ru", "Нагревать выше 40 °C нельзя.", "Не нагревать выше 40 °C.", "Нагревать до температуры выше 40 °C."),
    ("tr", "25 °C'nin altında saklayınız.", "Хранят при температуре до 25 °C.", "Хранят при температуре от 25 °C."),
    ("tr", "Günde en fazla 3 tablet alınır.", "Не более 3 таблеток в день.", "Не менее 3 таблеток в день."),
    ("tr", "8 yaş üstü çocuklarda kullanılır.", "Детям старше 8 лет.", "Детям младше 8 лет."),
    ("en", "Do not store above 30 °C.", "Хранят при температуре до 30 °C.", "Хранят при температуре свыше 30 °C."),
    ("tr", "6 saat geçmeden tekrarlamayın.", "Не раньше чем через 6 часов.", "Не позже чем через 6 часов."),
    ("en", "Take at least 40 minutes before food.", "Минимум за 40 минут до еды.", "Не более чем за 40 минут до еды."),
    ("ru", "Не ставить к печи ближе 60 см.", "Отступ от печи — минимум 60 см.", "Отступ от печи — максимум 60 см."),
    ("ru", "Не держать при температуре выше 18 °C.", "Держать при температуре до 18 °C.", "Держать выше 18 °C."),
    ("tr", "9 yaş altındaki çocuklarda kullanılmaz.", "Разрешён детям с 9 лет.", "Разрешён детям до 9 лет."),
    ("tr", "Günde 5 kapsülün üzerine çıkmadan alınır.", "Не больше 5 капсул в день.", "Не меньше 5 капсул в день."),
    ("tr", "60 dereceyi geçmeden ısıtılır.", "Греют не выше 60 °C.", "Греют не ниже 60 °C."),
    ("tr", "10 günden uzun olmamak üzere sürülür.", "Мажут не дольше 10 дней.", "Мажут не меньше 10 дней."),
    ("tr", "48 saatte en fazla 3 tablet.", "Максимум за 48 часов — 3 таблетки.", "За 48 часов не меньше 3 таблеток."),
    ("tr", "20 °C altında saklayınız.", "Хранить при температуре, не достигающей 20 °C.", "Хранить выше 20 °C."),
    ("tr", "20 °C altında, çocuklardan uzak saklayın.", "Хранить там, где ниже 20 °C и куда не дотянутся дети.",
     "Хранить там, где выше 20 °C и куда не дотянутся дети."),
    ("en", "Leave at least 2 hours between doses.", "Между дозами не менее 2 часов.", "Между дозами не более 2 часов."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "honest", "changed"), LIMITS)
def test_a_limit_keeps_its_side(language: str, source: str, honest: str, changed: str) -> None:
    assert not is_turned(language, source, honest)
    assert is_turned(language, source, changed)


@pytest.mark.parametrize(
    ("language", "source", "body"),
    [
        ("ru", "Противопоказан детям до 9 лет.", "Применяют с 9 лет."),
        ("ru", "Дети до 6 лет — 5 мл, старше 6 лет — 10 мл.", "Младше 6 лет 5 мл, с 6 лет 10 мл."),
        ("ru", "Не хранить выше 25 °C.", "Беречь от температуры выше 25 °C."),
        ("tr", "Haftada 15 mg üzeri metotreksat alanlarda kullanılmaz.", "Нельзя с метотрексатом выше 15 мг в неделю."),
        ("en", "Not for children under 3 years.", "Детям от 3 лет."),
        ("tr", "Ameliyattan en az 3 hafta önce bırakın.", "Отменяют не позднее чем за 3 недели до операции."),
    ],
)  # fmt: skip
def test_a_prohibition_turns_a_limit(language: str, source: str, body: str) -> None:
    assert not is_turned(language, source, body)
