"""Instructions and figures of goods of any kind: told in whatever words, or left out."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

TITLE = "Товар номер восемь, коробка картонная.\n"


def left_out(source: str, body: str, kind: str) -> list[str]:
    found = meaning.check(meaning.case(TITLE + source, {"description": body}, kind=kind))
    return [one.evidence for one in found if one.code is Code.LEFT_OUT and not one.weak]


@pytest.mark.parametrize(
    ("kind", "source", "shortened"),
    [
        ("cosmetics", "Тушь чёрная. Перед сном смыть маслом.", "Чёрная тушь."),
        ("clothes", "Платье в горошек. Яркий принт будет радовать каждый день!", "Платье в горошек."),
        ("food", "Квас тёмный. Рекомендуется пить охлаждённым.", "Тёмный квас."),
        ("tableware", "Ковш стальной. Соберите всю коллекцию посуды этой серии!", "Стальной ковш."),
        (
            "other",
            "Фонарь карманный. Работает до 8 часов от двух батареек.",
            "Карманный фонарь на двух батарейках.",
        ),
    ],
)
def test_what_is_no_warning_may_be_shortened(kind: str, source: str, shortened: str) -> None:
    assert left_out(source, shortened, kind) == []


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        # what is done before, after, and when something happens
        (
            "other",
            "Пена для ковров. При попадании на кожу промыть водой.",
            "Пена для ковров. Попала на кожу — смойте водой.",
            "Пена для ковров.",
        ),
        # what may happen, and what is inside
        (
            "clothes",
            "Denim jacket, cotton. May stain light upholstery at first.",
            "Джинсовая куртка из хлопка. Поначалу способна оставлять пятна на светлой обивке.",
            "Джинсовая куртка из хлопка.",
        ),
        (
            "food",
            "Muzlu tahıl barı. Fındık ve badem içerir.",
            "Злаковый батончик с бананом. Аллергены: фундук и миндаль.",
            "Злаковый батончик с бананом.",
        ),
        (
            "other",
            "Перед использованием ознакомьтесь с инструкцией и мерами предосторожности. Мыло хозяйственное.",
            "Хозяйственное мыло. Сначала прочтите инструкцию и предосторожности.",
            "Хозяйственное мыло.",
        ),
    ],
)
def test_a_warning_of_any_goods_is_told(kind: str, source: str, told: str, shortened: str) -> None:
    assert left_out(source, told, kind) == []
    assert left_out(source, shortened, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        # where it is made, how it feels, what a line of attributes says
        ("clothes", "Куртка мужская, нейлон. Пошита на фабрике в Бурсе.", "Мужская куртка из нейлона."),
        ("perfume", "Eau de parfum, 50 ml. Warm and inviting amber trail.", "Парфюмерная вода, 50 мл."),
        ("cosmetics", "Yüz kremi, E vitaminli.\nHacim: 50 ml", "Крем для лица с витамином Е."),
        # a portion is given, and so is its limit
        (
            "food",
            "Toz içecek. Günde 1 ölçek, suyla. Önerilen günlük porsiyonu aşmayınız.",
            "Порошок для напитка. В день одна мерная ложка, с водой.",
        ),
    ],
)
def test_what_instructs_nobody_may_be_left_out(kind: str, source: str, body: str) -> None:
    assert left_out(source, body, kind) == []


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        (
            "cosmetics",
            "Hair mask with oils. Leave on for 20 minutes. Use within 6 months of opening.",
            "Маска для волос с маслами. Держат треть часа, 20 минут. Открытую банку расходуют за полгода.",
            "Маска для волос с маслами. Держат треть часа, 20 минут. Открытую банку расходуют.",
        ),
        (
            "other",
            "Пазл деревянный. Для детей от 4 лет.",
            "Деревянный пазл для детей, которым исполнилось четыре года.",
            "Деревянный пазл для детей.",
        ),
        (
            "device",
            "Isıtıcı ped. 60 derecenin üzerinde yıkamayın; 90 dakikada kapanır.",
            "Электрогрелка. Стирка не горячее шестидесяти градусов; отключается через полтора часа.",
            "Электрогрелка. Стирка не горячая; отключается через полтора часа.",
        ),
        (
            "medicine",
            "Sprey buruna sıkılır. 12 saatte bir, en fazla 7 gün.",
            "Спрей впрыскивают в нос раз в полсуток, не дольше недели.",
            "Спрей впрыскивают в нос раз в полсуток, недолго.",
        ),
        (
            "supplement",
            "Лецитин в гранулах. В день не более 15 г.",
            "Лецитин гранулированный. Предел на день — пятнадцать граммов.",
            "Лецитин гранулированный.",
        ),
    ],
)
def test_ages_times_and_limits_are_told(kind: str, source: str, told: str, shortened: str) -> None:
    assert left_out(source, told, kind) == []
    assert left_out(source, shortened, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        ("device", "Фонарь налобный. Аккумулятор работает 9 часов.", "Налобный фонарь на аккумуляторе."),
        ("other", "Steel lock, 2 keys. Warranty 3 years.", "Стальной замок, 2 ключа."),
        (
            "cosmetics",
            "Kakao yağlı güneş kremi SPF 30, güneş öncesi.",
            "Крем от солнца с маслом какао, SPF 30.",
        ),
    ],
)
def test_how_long_goods_last_may_be_left_out(kind: str, source: str, body: str) -> None:
    assert left_out(source, body, kind) == []
