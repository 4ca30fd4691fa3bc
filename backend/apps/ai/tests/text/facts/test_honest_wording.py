"""What a supplier abbreviates or inflects and a card says in full is no invention; what is changed still is."""

from __future__ import annotations

import pytest

from apps.ai.text.facts import invented, lost

SAME = [
    # Turkish endings
    ("8 saatte bir 1 tablet", "По 1 таблетке каждые 8 часов"),
    ("3 ayından büyük bebekler", "Младенцам старше 3 месяцев"),
    ("12 yaşından küçüklerde kullanılmaz", "Не применять до 12 лет"),
    ("24 saatte 4 doz", "4 дозы за 24 часа"),
    ("24 aya kadar", "До 24 месяцев"),
    ("30 derecede yıkayınız", "Стирать при 30 °C"),
    ("25°C'nin altında saklayınız", "Хранить ниже 25 °C"),
    ("14 günden uzun kullanmayınız", "Не дольше 14 дней"),
    ("2 haftada bir", "Раз в 2 недели"),
    ("5 yıldır", "5 лет"),
    ("yüzde 80 pamuk", "80 % хлопка"),
    ("Taban kauçuktur", "Подошва из каучука"),
    ("borosilikat camından", "Из стекла"),
    ("kayın ağacından", "Из бука, дерево"),
    ("döküm demirden", "Из чугуна"),
    ("Deri çanta", "Сумка из кожи"),
    ("Çay ağacı yağı", "Масло чайного дерева"),
    ("Menşei: TR", "Сделано в Турции"),
    ("Menşei TR", "Турция"),
    ("Güvenko Oto Koltuğu 4+ No 9-16 Kg", "Автокресло, 9–16 кг"),
    ("0+ ay", "С рождения"),
    # Russian abbreviations
    ("1 тб 2 р/сут", "По 1 таблетке 2 раза в сутки"),
    ("3 р. в день", "Три раза в день"),
    ("2 р/д", "Дважды в день"),
    ("Курс 3 нед.", "Курс 3 недели"),
    ("с 3-х летнего возраста", "С 3 лет"),
    ("Хранить до +25С", "Хранить при температуре до 25 °C"),
    ("Хранить при t не выше 25 С", "До 25 °C"),
    ("2 ч.л. в день", "2 чайные ложки в день"),
    ("1 ст. л.", "1 столовая ложка"),
    ("Плотность 180 г/кв. м", "Плотность 180 г/м²"),
    ("таб. N 28", "28 таблеток"),
    ("таб. N100 пак.", "100 таблеток"),
    ("Срок годн. 3 г.", "Срок годности 3 года"),
    ("дети до 18", "До 18 лет"),
    ("Пачка 20 тб", "20 таблеток"),
    # the same figures otherwise
    ("Размеры 46, 48, 50", "Размеры 46–50"),
    ("Beden 30-32-34-36", "Размеры 30, 32, 34 и 36"),
    ("Размеры 40–45", "С 40 по 45"),
    ("5 мг/мл", "В 1 мл 5 мг"),
    ("1 мл содержит 5 мг", "5 мг/мл"),
    ("20 г/день", "20 г в день"),
    ("160×60×220", "Ширина 160 см, глубина 60 см, высота 220 см"),
    ("Стол 120(160)×80×75 см", "120 см, в разложенном виде 160 см, 80 см, 75 см"),
    ("aged 15 to 50", "15–50 лет"),
    ("hafif bir kez", "Один раз"),
    ("Taken once daily", "1 раз в день"),
]

CHANGED = [
    ("8 saatte bir", "Каждые 6 часов"),
    ("12 yaşından küçüklerde", "До 14 лет"),
    ("2 р/сут", "3 раза в сутки"),
    ("2 ч.л.", "2 часа"),
    ("2 ч.л.", "2 столовые ложки"),
    ("до +25С", "до 30 °C"),
    ("kayın ağacından", "Из дуба"),
    ("Suni deri çanta", "Сумка из натуральной кожи"),
    ("döküm demirden", "Из нержавеющей стали"),
    ("Menşei TR", "Сделано в Китае"),
    ("Размеры 46, 48, 50", "Размеры 46–52"),
    ("20 мкг/доза", "20 мг"),
    ("5 мг/мл", "В 1 мл 50 мг"),
    ("Срок годн. 3 г.", "5 лет"),
    ("0+ ay", "С 6 месяцев"),
    ("160×60×220", "Ширина 180 см"),
    ("20 тб", "20 капсул"),
]


@pytest.mark.parametrize(("source", "card"), SAME, ids=[source for source, _ in SAME])
def test_the_same_said_otherwise_is_no_invention(source: str, card: str) -> None:
    assert invented(source, card) == ()


@pytest.mark.parametrize(("source", "card"), CHANGED, ids=[source for source, _ in CHANGED])
def test_a_change_is_seen_all_the_same(source: str, card: str) -> None:
    assert invented(source, card)


@pytest.mark.parametrize(
    ("title", "card"),
    [
        ("Тербиксан крем 1 % 15 г", "Тербиксан, крем 1 %, 15 г"),
        ("Сироп 15 мг/5 мл", "Сироп: в 5 мл 15 мг"),
        ("Powder for oral suspension 3 g", "Порошок 3 г"),
        ("Шкаф 160×60×220", "Шкаф 160×60×220 см"),
        ("Автокресло 4+ No 9-16 Kg", "Автокресло 9–16 кг"),
    ],
)
def test_nothing_of_the_title_is_lost(title: str, card: str) -> None:
    assert lost(title, card) == ()


def test_skin_is_no_leather() -> None:
    assert invented("Hassas deri için krem", "Крем для кожи") == ()
    assert invented("Cilt kremi", "Крем из натуральной кожи")
