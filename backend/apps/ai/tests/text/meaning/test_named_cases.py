"""Kinds of change that a pharmacist named: each is held, and the same said honestly passes."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning

PILLS = "Бельтозин таблетки 500 мг, 20 шт. Обезболивающее. "
CARD = "Бельтозин — обезболивающее, 20 таблеток по 500 мг. "
TURKISH = "Beltozin 500 mg 20 tablet, ağrı kesici. "
ENGLISH = "Beltozin 500 mg 20 tablets, pain relief. "
#: Kind, source, honest card, changed card.
ROWS = (
    # another plant, another excipient, another salt
    ("supplement", "Экстракт артишока 300 мг, 30 капсул. Артишок поддерживает печень.",
     "Экстракт артишока 300 мг, 30 капсул. Поддерживает печень.",
     "Экстракт расторопши 300 мг, 30 капсул. Поддерживает печень."),
    ("medicine", PILLS + "Вспомогательные вещества: мальтодекстрин, стеарат магния.",
     CARD + "Вспомогательные вещества: мальтодекстрин и стеарат магния.",
     CARD + "Вспомогательные вещества: аспартам и стеарат магния."),
    ("medicine", PILLS + "Вспомогательные вещества: мальтодекстрин, стеарат магния.",
     CARD + "Вспомогательные вещества: мальтодекстрин и стеарат магния.",
     CARD + "Вспомогательные вещества: мальтодекстрин и стеарат кальция."),
    # words of denial, in three languages
    ("medicine", PILLS + "Алкоголь на время лечения исключить.", CARD + "Алкоголь нужно исключить.",
     CARD + "Можно сочетать с алкоголем."),
    ("medicine", TURKISH + "Hamilelikte kullanımı yasaktır.", CARD + "Беременным применять запрещено.",
     CARD + "Разрешён беременным."),
    ("cosmetics", "Beltozin hand cream 50 ml. Free of parabens and alcohol.",
     "Крем для рук Бельтозин, 50 мл. Не содержит парабенов и спирта.",
     "Крем для рук Бельтозин, 50 мл. Содержит парабены и спирт."),
    ("medicine", ENGLISH + "Contraindicated in asthma.", CARD + "Противопоказан при астме.",
     CARD + "Показан при астме."),
    ("medicine", TURKISH + "Aç karnına almayınız.", CARD + "Нельзя принимать натощак.",
     CARD + "По 1 таблетке 3 раза в день натощак."),
    ("medicine", ENGLISH + "Do not take on an empty stomach.", CARD + "Не принимать натощак.",
     CARD + "Принимать натощак."),
    ("medicine", TURKISH + "Yemeklerden sonra kullanmayınız.", CARD + "Не применять после еды.",
     CARD + "Применять после еды."),
    # the way
    ("medicine", "Раствор Бельтозин 1 %, 30 мл. Применять наружно.",
     "Раствор Бельтозин 1 %, 30 мл. Применяют наружно.", "Раствор Бельтозин 1 %, 30 мл. Принимают внутрь."),
    ("medicine", "Раствор Бельтозин 1 %, 30 мл. Только для наружного применения.",
     "Раствор Бельтозин 1 %, 30 мл. Применяют только наружно.", "Раствор Бельтозин 1 %, 30 мл."),
    # a claim of which the source has no word
    ("supplement", "Бельтозин, капсулы 30 шт. Магний 100 мг.", "Бельтозин, 30 капсул, магний 100 мг.",
     "Бельтозин, 30 капсул, магний 100 мг. Подходит беременным."),
    # one item of a list: the disease of an organ has no other name
    ("medicine", PILLS + "Противопоказания: язва желудка, беременность, заболевания печени, возраст до 12 лет.",
     CARD + "Противопоказания: язва желудка, беременность, болезни печени, возраст до 12 лет.",
     CARD + "Противопоказания: язва желудка, беременность, возраст до 12 лет."),
    ("medicine", PILLS + "С осторожностью при болезнях сердца и диабете.",
     CARD + "С осторожностью при диабете и болезнях сердца.", CARD + "С осторожностью при диабете."),
    ("medicine", TURKISH + "Astımda ve ağır böbrek hastalığında kontrendikedir.",
     CARD + "Противопоказан при астме и тяжёлых болезнях почек.", CARD + "Противопоказан при астме."),
    ("medicine", ENGLISH + "Contraindicated in asthma and severe liver disease.",
     CARD + "Противопоказан при астме и тяжёлых заболеваниях печени.", CARD + "Противопоказан при астме."),
    # a supplier who shouts and cuts his words
    ("medicine", "БЕЛЬТОЗИН ТАБ. 500 МГ. ПОКАЗ.: БОЛЬ. ПРОТИВОПОК.: ТЯЖ. ПЕЧ. НЕДОСТ., БЕРЕМЕН. НЕ РЕКОМЕНД. ВМЕСТЕ С "
     "АСПИРИНОМ.",
     "Бельтозин, таблетки 500 мг, от боли. Нельзя при тяжёлой печёночной недостаточности и беременным. "
     "Не рекомендуется вместе с аспирином.",
     "Бельтозин, таблетки 500 мг, от боли. Нельзя при тяжёлой печёночной недостаточности и беременным. "
     "Рекомендуется вместе с аспирином."),
    ("medicine", "BELTOZIN 500 MG 20 TABLET. 12 YAS ALTI KULLANILMAZ. DAR ACILI GLOKOMDA KULLANMAYIN. 25C ALTI SAKLA.",
     "Бельтозин, 20 таблеток по 500 мг. До 12 лет и при закрытоугольной глаукоме нельзя. "
     "Хранить при температуре до 25 °C.",
     "Бельтозин, 20 таблеток по 500 мг. До 12 лет нельзя. Хранить при температуре до 25 °C."),
    # how it is kept
    ("medicine", PILLS + "Хранить при температуре не выше 25 °C.", CARD + "Хранить при температуре до 25 °C.", CARD),
    # cosmetics for children
    ("cosmetics", "Детский крем Бельтозин 50 мл, с цинком. Не наносить на повреждённую кожу.",
     "Детский крем Бельтозин с цинком, 50 мл. На повреждённую кожу не наносить.",
     "Детский крем Бельтозин с цинком, 50 мл."),
    ("cosmetics", "Детский крем Бельтозин 50 мл, с цинком. Избегать попадания в глаза. С 6 месяцев.",
     "Детский крем Бельтозин с цинком, 50 мл. С 6 месяцев. Берегите глаза от попадания.",
     "Детский крем Бельтозин с цинком, 50 мл. С 6 месяцев."),
    # to read the leaflet is asked of every buyer, and is no warning
    ("other", "Бельтозин, корм для птиц 500 г, с просом. Не давать щенкам. Перед применением прочитайте инструкцию.",
     "Корм Бельтозин для птиц с просом, 500 г. Не давать щенкам.",
     "Корм Бельтозин для птиц с просом, 500 г. Можно давать щенкам."),
)  # fmt: skip


def held(kind: str, source: str, card: str) -> list[meaning.Finding]:
    return [
        one for one in meaning.check(meaning.case(source, {"description": card}, kind=kind)) if not one.weak
    ]


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_an_honest_card_passes(kind: str, source: str, honest: str, changed: str) -> None:
    assert held(kind, source, honest) == []


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_its_change_is_held(kind: str, source: str, honest: str, changed: str) -> None:
    assert held(kind, source, changed)
