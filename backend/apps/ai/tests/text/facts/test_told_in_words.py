"""Figures that a card tells in other words than its source are no inventions; another figure in words still is."""

from __future__ import annotations

import pytest

from apps.ai.text.facts import FactKind, extract, invented

#: What the supplier says, the same in other words, another figure in such words.
TOLD = [
    ("21 kapsül", "двадцать одна капсула", "двадцать две капсулы"),
    ("135 g", "сто тридцать пять граммов", "сто сорок пять граммов"),
    ("24 hours", "двадцать четыре часа", "двадцать пять часов"),
    ("18 ml", "восемнадцать миллилитров", "девятнадцать миллилитров"),
    ("500 мг", "полграмма", "четверть грамма и два грамма"),
    ("yarım tablet", "полтаблетки", "полторы таблетки"),
    ("20 мл", "двадцатимиллилитровый флакон", "сорокамиллилитровый флакон"),
    ("3 hafta", "трёхнедельный курс", "двухнедельный курс"),
    ("%12", "двенадцатипроцентный раствор, 12 %", "восьмипроцентный раствор"),
    ("96 saat", "четверо суток", "пятеро суток"),
    ("once a week", "раз в семь дней", "раз в восемь дней"),
    ("for a fortnight", "четырнадцать дней", "пятнадцать дней"),
    ("the second trimester lasts", "три месяца", "четыре месяца"),
    ("9 aydan itibaren, 6. aydan önce verilmez", "не раньше полугода", "не раньше полутора лет"),
    ("−20 °C", "в мороз до 20 °C", "в мороз до 25 °C"),
    ("-10 °C", "минус десять градусов", "минус двадцать градусов"),
    ("40 m²", "сорок квадратных метров", "пятьдесят квадратных метров"),
    ("21-30 mmHg", "21–30 мм рт. ст.", "23–30 мм рт. ст."),
    ("insulin 200 units/ml", "200 ЕД/мл", "300 ЕД/мл"),
    ("Each gram has 3 mg", "в 1 г содержится 3 мг", "в 2 г содержится 3 мг"),
    ("may affect 1 in 100 people", "у 1 % людей", "у 10 % людей"),
    ("a quarter of the dose", "25 % дозы", "30 % дозы"),
    ("Haftada 4'ten fazla kullanmayın", "не чаще четырёх раз в неделю", "не чаще пяти раз в неделю"),
    ("3 evenings a week", "3 раза в неделю", "4 раза в неделю"),
    ("Günde 5 defaya kadar", "до 5 раз в день", "до 6 раз в день"),
    ("до 16 л. не применять", "с 16 лет", "с 14 лет"),
    ("auto off 45 s", "выключается через 45 секунд", "выключается через 55 секунд"),
    ("дефицит G6PD", "дефицит Г6ФД", "дефицит Г7ФД"),
    ("Origin: United Kingdom", "Великобритания", "Ирландия"),
    ("lutein 20 mg, zeaxanthin 4 mg", "лютеина 20 мг, зеаксантина 4", "лютеина 20 мг, зеаксантина 6"),
    ("6 saat arayla", "четыре раза в день", "пять раз в день"),
    ("3000 IU", "три тысячи МЕ", "четыре тысячи МЕ"),
    ("20 mg/ml", "раствор 2 %", "раствор 3 %"),
    ("krem %0,2", "2 мг/г", "3 мг/г"),
    ("pyridoxine", "витамин B6", "витамин B12"),
    ("askorbik asit", "витамин C", "витамин D"),
    ("NYHA II–III", "2–3 класса по NYHA", "3–4 класса по NYHA"),
    ("LDPE bag", "пакет из полиэтилена", "пакет из бумаги"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "same", "other"), TOLD, ids=[same for _, same, _ in TOLD])
def test_the_same_figure_in_words_is_no_invention(source: str, same: str, other: str) -> None:
    assert invented(source, same) == ()
    assert invented(source, other) != ()


#: Words that name no material and no form where they stand.
ASIDE = [
    ("alüminyum klorür", "хлорид алюминия"),
    ("flaxseed gel", "гель льна"),
    ("pamukluda kullanılır", "для хлопка"),
    ("Silikonsuz", "без силикона"),
    ("serum damlatın", "закапайте капли"),
    ("oral antidiyabetikler", "противодиабетические таблетки"),
    ("düğme pil", "батарейка-таблетка"),
    ("akçaağaç kokusu", "запах кленового сиропа"),
    ("верх нат. кожа", "из натуральной кожи"),
    ("gövde ABS", "корпус из пластика"),
]


@pytest.mark.parametrize(("source", "card"), ASIDE, ids=[card for _, card in ASIDE])
def test_a_word_of_another_sense_is_no_invention(source: str, card: str) -> None:
    assert invented(source, card) == ()


def test_a_single_noun_is_counted_by_one_only() -> None:
    """«Старше 65 доза обычная»: the noun begins another part of the sentence."""
    assert [fact.kind for fact in extract("старше 65 доза обычная")] == [FactKind.NUMBER]
    assert [(fact.value, fact.unit) for fact in extract("21 таблетка")] == [("21", "tablet")]


def test_a_broken_range_states_neither_end() -> None:
    assert invented("10–15 мл", "15–10 мл") != ()


@pytest.mark.parametrize(
    ("source", "card"),
    [
        ("Состав хлопок 70 лён 20 вискоза 10. Длина 98 см", "Хлопок — 70 %, лён — 20 %, вискоза — 10 %"),
        ("%60 merinos yünü, %40 akrilik", "Шерсть мериноса — 60 %"),
        ("стирка ручная 40 гр. не отжимать", "Стирать вручную при 40 градусах"),
        ("36 aydan küçük çocuklara uygun değildir", "Возраст: 3+"),
        ("Not for children under 4", "Возраст 4+"),
        ("a book for 5- to 8-year-olds", "Для детей 5–8 лет"),
    ],
)
def test_what_goods_leave_out(source: str, card: str) -> None:
    assert invented(source, card) == ()


def test_numbers_that_are_no_shares() -> None:
    assert invented("Рост 70 вес 20", "хлопок 70 %") != ()
