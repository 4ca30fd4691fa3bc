"""Russian grammar of the offline engine, by tables."""

from __future__ import annotations

import pytest

from apps.ai.text.language import russian, typography
from apps.ai.text.language.russian import Case, Gender


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1", "1 таблетка"),
        ("2", "2 таблетки"),
        ("4", "4 таблетки"),
        ("5", "5 таблеток"),
        ("0", "0 таблеток"),
        ("11", "11 таблеток"),
        ("12", "12 таблеток"),
        ("21", "21 таблетка"),
        ("22", "22 таблетки"),
        ("111", "111 таблеток"),
        ("101", "101 таблетка"),
        ("0,5", "0,5 таблетки"),
        ("1,0", "1,0 таблетка"),
        ("4–6", "4–6 таблеток"),
        ("1-2", "1-2 таблетки"),
    ],
)
def test_counting(number: str, expected: str) -> None:
    assert russian.counted(number, russian.COUNTED["tablet"]) == expected


def test_years_have_three_words() -> None:
    year = russian.COUNTED["year"]
    assert [russian.counted(n, year) for n in ("1", "3", "5")] == ["1 год", "3 года", "5 лет"]


@pytest.mark.parametrize(
    ("adjective", "forms"),
    [
        ("красный", "красный красная красное красные"),
        ("синий", "синий синяя синее синие"),
        ("детский", "детский детская детское детские"),
        ("свежий", "свежий свежая свежее свежие"),
        ("большой", "большой большая большое большие"),
        ("золотой", "золотой золотая золотое золотые"),
        ("увлажняющий", "увлажняющий увлажняющая увлажняющее увлажняющие"),
        ("пенящийся", "пенящийся пенящаяся пенящееся пенящиеся"),
        ("мягкий", "мягкий мягкая мягкое мягкие"),
        ("верблюжий", "верблюжий верблюжья верблюжье верблюжьи"),
        ("беспроводной", "беспроводной беспроводная беспроводное беспроводные"),
        ("складной", "складной складная складное складные"),
        ("хаки", "хаки хаки хаки хаки"),
        ("из стекла", "из стекла из стекла из стекла из стекла"),
    ],
)
def test_agreement(adjective: str, forms: str) -> None:
    found = " ".join(russian.agree(adjective, gender) for gender in Gender)
    assert found == forms


def test_agreement_in_other_cases() -> None:
    assert russian.agree("шипучий", Gender.PLURAL, Case.GENITIVE) == "шипучих"
    assert russian.agree("чёрный", Gender.MASCULINE, Case.GENITIVE) == "чёрного"
    assert russian.agree("гиалуроновый", Gender.FEMININE, Case.INSTRUMENTAL) == "гиалуроновой"
    assert russian.agree("синий", Gender.NEUTER, Case.INSTRUMENTAL) == "синим"
    assert russian.dictionary_form("гиалуроновая", Gender.FEMININE) == "гиалуроновый"
    assert russian.dictionary_form("полотенце", Gender.NEUTER) is None


@pytest.mark.parametrize(
    ("noun", "gender", "genitive", "instrumental"),
    [
        ("крем", "m", "крема", "кремом"),
        ("имбирь", "m", "имбиря", "имбирём"),
        ("чай", "m", "чая", "чаем"),
        ("огурец", "m", "огурца", "огурцом"),
        ("порошок", "m", "порошка", "порошком"),
        ("чеснок", "m", "чеснока", "чесноком"),
        ("вода", "f", "воды", "водой"),
        ("кожа", "f", "кожи", "кожей"),
        ("пыльца", "f", "пыльцы", "пыльцой"),
        ("медь", "f", "меди", "медью"),
        ("суспензия", "f", "суспензии", "суспензией"),
        ("мыло", "n", "мыла", "мылом"),
        ("полотенце", "n", "полотенца", "полотенцем"),
        ("питание", "n", "питания", "питанием"),
        ("драже", "n", "драже", "драже"),
        ("волосы", "pl", "волос", "волосами"),
        ("крем для рук", "m", "крема для рук", "кремом для рук"),
        ("коэнзим Q10", "m", "коэнзима Q10", "коэнзимом Q10"),
        ("чехол для телефона", "m", "чехла для телефона", "чехлом для телефона"),
        ("карандаш для губ", "m", "карандаша для губ", "карандашом для губ"),
        ("камень", "m", "камня", "камнем"),
        ("кашель", "m", "кашля", "кашлем"),
        ("рот", "m", "рта", "ртом"),
        ("овёс", "m", "овса", "овсом"),
        ("пальто", "n", "пальто", "пальто"),
        ("животное", "n", "животного", "животным"),
        ("штаны", "pl", "штанов", "штанами"),
        ("щипцы", "pl", "щипцов", "щипцами"),
        ("трусы-боксеры", "pl", "трусов-боксёров", "трусами-боксёрами"),
        ("куртка-джинсовка", "f", "куртки-джинсовки", "курткой-джинсовкой"),
        ("гель-лак для ногтей", "m", "гель-лака для ногтей", "гель-лаком для ногтей"),
        ("L-карнитин", "m", "L-карнитина", "L-карнитином"),
        ("мак", "m", "мака", "маком"),
        ("мака", "f", "маки", "макой"),
        ("алпразолам", "m", "алпразолама", "алпразоламом"),
        ("берберин", "m", "берберина", "берберином"),
        ("вилдаглиптин", "m", "вилдаглиптина", "вилдаглиптином"),
        ("обувница", "f", "обувницы", "обувницей"),
        ("автокресло", "n", "автокресла", "автокреслом"),
        ("кешью", "n", "кешью", "кешью"),
    ],
)
def test_declension(noun: str, gender: str, genitive: str, instrumental: str) -> None:
    assert russian.decline(noun, Gender(gender), Case.GENITIVE) == genitive
    assert russian.decline(noun, Gender(gender), Case.INSTRUMENTAL) == instrumental


def test_what_the_rules_do_not_know_is_not_guessed() -> None:
    assert russian.decline("набор кастрюль", Gender.MASCULINE, Case.GENITIVE) is None
    assert russian.decline("брюнары", Gender.PLURAL, Case.GENITIVE) is None
    assert russian.decline("диван-кровать", Gender.MASCULINE, Case.GENITIVE) is None
    assert russian.decline("Bluetooth", Gender.MASCULINE, Case.GENITIVE) is None


def test_small_things() -> None:
    assert russian.join_and([]) == ""
    assert russian.join_and(["соль"]) == "соль"
    assert russian.join_and(["соль", "сахар", "перец"]) == "соль, сахар и перец"
    assert russian.decimal("0.5") == "0,5"
    assert russian.decimal("36-40") == "36–40"
    assert russian.capitalise("крем") == "Крем"
    assert russian.capitalise("iPhone 14") == "iPhone 14"
    assert russian.sentence("крем для рук") == "Крем для рук."
    assert russian.sentence("крем!") == "Крем!"
    assert russian.sentence("  ") == ""
    assert russian.lower_first("Кремы для рук") == "кремы для рук"
    assert russian.lower_first("BB-кремы") == "BB-кремы"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Крем "Лён" для рук', "Крем «Лён» для рук"),
        ("Крем “Лён” , 75 мл", "Крем «Лён», 75 мл"),
        ('Телевизор 55" LED', 'Телевизор 55" LED'),
        ("Крем - это уход", "Крем — это уход"),
        ("размер 36-40", "размер 36-40"),
    ],
)
def test_typography(text: str, expected: str) -> None:
    assert typography.typographic(text) == expected


def test_numbers_stay_with_their_units() -> None:
    assert (
        typography.bind("Крем 75 мл, 20 таблеток, SPF 50") == "Крем 75\u00a0мл, 20\u00a0таблеток, SPF\u00a050"
    )
    assert typography.bind("Samsung A52 смартфон") == "Samsung A52 смартфон"
    assert typography.bind("120×80 см") == "120×80\u00a0см"


@pytest.mark.parametrize(
    ("number", "expected"),
    [("1", "1 шипучая таблетка"), ("3", "3 шипучие таблетки"), ("20", "20 шипучих таблеток")],
)
def test_counting_with_an_adjective(number: str, expected: str) -> None:
    assert russian.described(number, "шипучий", russian.COUNTED["tablet"]) == expected
    assert russian.described(number, "", russian.COUNTED["tablet"]) == russian.counted(
        number, russian.COUNTED["tablet"]
    )
