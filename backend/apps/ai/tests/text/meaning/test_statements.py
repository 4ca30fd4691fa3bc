"""Statements: the whole piece is denied or not, wherever its negation stands, in one language and across two."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.statements import statements

REST = {
    "ru": "Прочие подробности приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def is_turned(language: str, source: str, body: str, kind: str) -> bool:
    one = meaning.case(f"{source}\n{REST[language]}", {"description": body}, kind=kind)
    return any(finding.code is Code.POLARITY for finding in meaning.check(one))


@pytest.mark.parametrize(
    ("language", "kind", "source", "body"),
    [
        ("ru", "cosmetics", "Сыворотка. Не сочетать с ниацинамидом.", "С ниацинамидом не совмещать."),
        ("ru", "cosmetics", "Тоник. Не сочетать с ретинолом.", "Не наносить на раны и вместе с ретинолом."),
        ("ru", "other", "Мигающий фонарь, батарейки не нужны.", "Фонарь мигает без батареек."),
        (
            "ru",
            "supplement",
            "Лютеин 5 мг (из бархатцев), цинк 10 мг.",
            "Лютеин 5 мг (из бархатцев) и цинк 10 мг.",
        ),
        (
            "en",
            "clothes",
            "Two zipped pockets, no inside pocket.",
            "Два кармана на молнии, внутреннего кармана нет.",
        ),
        ("tr", "other", "Su bazlı, kokusuz boya.", "Краска на водной основе, без запаха."),
        ("tr", "cosmetics", "Krem gözle temas ettirmeyiniz.", "Крем: не допускайте попадания в глаза."),
    ],
)
def test_the_same_in_another_order_is_not_the_opposite(
    language: str, kind: str, source: str, body: str
) -> None:
    assert not is_turned(language, source, body, kind)


@pytest.mark.parametrize(
    ("language", "kind", "source", "body"),
    [
        ("ru", "other", "Коляска. Капор есть. Ручного тормоза нет.", "У коляски есть ручной тормоз."),
        ("tr", "other", "El feneri.\nKablo dahil değildir.", "Фонарь ручной. Кабель в комплекте."),
        ("en", "other", "A lamp. Not for use with external dimmers.", "Лампа с внешними диммерами работает."),
        ("ru", "other", "Печенье овсяное. Халяль: НЕТ", "Печенье овсяное халяльное, халяль разрешён."),
        (
            "tr",
            "clothes",
            "Keten gömlek.\nKuru temizleme yapılmaz.",
            "Сухая чистка допустима, исключён только хлор.",
        ),
        ("tr", "cosmetics", "Retinol ile aynı akşam sürmeyin.", "Крем наносят вместе с ретинолом."),
        (
            "en",
            "other",
            "Wooden toy.\nCare: do not put in the dishwasher.",
            "Посудомойка допустима, огонь под запретом.",
        ),
        ("ru", "medicine", "Взаимод.: не применять с др. НПВП.", "С другими НПВП хорошо сочетается."),
    ],
)
def test_a_whole_statement_turned_round_is_found(language: str, kind: str, source: str, body: str) -> None:
    assert is_turned(language, source, body, kind)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Воду не пропускает.", [True]),
        ("Su geçirmez değildir.", [False]),
        ("Дождя не боится.", [False]),
        ("Масло без отдушки.", [True, None]),
        ("Играть можно и без присмотра.", [True, False]),
        ("Веган: нет.", [True]),
        ("Не более трёх масок.", [None]),
    ],
)
def test_a_statement_is_denied_as_a_whole(text: str, denied: list[bool | None]) -> None:
    assert [one.denied for one in statements(read(text))] == denied
