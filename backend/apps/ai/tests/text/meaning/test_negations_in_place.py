"""What a negation does not deny: names, comparisons, what stands behind a dash, what is waited for."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.negations import Negates, is_limit, negates
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.meaning.statements import statements


def is_held(source: str, body: str, kind: str = "medicine") -> bool:
    one = meaning.case(source, {"description": body}, kind=kind)
    return any(found.code is Code.POLARITY and not found.weak for found in meaning.check(one))


@pytest.mark.parametrize("noun", ["pekmez", "elmadan", "kumasin", "kremadan"])
def test_turkish_nouns_deny_nothing(noun: str) -> None:
    assert negates(noun) is Negates.NO


@pytest.mark.parametrize("word", ["быстрее", "теплее", "медленнее", "моложе"])
def test_a_comparative_bounds(word: str) -> None:
    assert is_limit(word)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Боль не прошла — обратитесь к хирургу.", [True, False]),
        ("Çıkarmadan önce lensleri yıkayın.", [None]),
        ("No dose adjustment is needed in renal impairment.", [True]),
        ("Перед уколом выяснить, нет ли аллергии.", [False, None]),
    ],
)
def test_what_is_denied(text: str, denied: list[bool | None]) -> None:
    assert [one.denied for one in statements(read(text))] == denied


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Приём без ограничений", Stance.ALLOWS),
        ("не запрещено при астме", Stance.ALLOWS),
        ("Kullanımında sakınca yoktur", Stance.ALLOWS),
        ("Ограничения: астма", Stance.FORBIDS),
        ("Безопасность у детей не доказана", Stance.WARNS),
        ("нежелательные реакции: сыпь", Stance.NEUTRAL),
        ("беременным применение нежелательно", Stance.FORBIDS),
        ("только с разрешения доктора", Stance.WARNS),
    ],
)
def test_a_prohibition_taken_back(text: str, stance: Stance) -> None:
    assert stances(read(text))[0][0].stance is stance


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Крем. После пилинга не применять 3 дня.", "Крем. После пилинга выждать 3 дня.", "cosmetics"),
        (
            "Реланол. При потере аппетита и тошноте обратиться к врачу.",
            "Реланол. Если аппетита нет и тошнит, обратитесь к врачу.",
            "medicine",
        ),
        (
            "Sıvı sabun. Şişeyi 25°C altında tut, buzdolabına koyma.",
            "Жидкое мыло, хранить не в холодильнике.",
            "other",
        ),
        ("Reçetesiz satılmaz. Tablet.", "Без рецепта не продаётся. Таблетки.", "medicine"),
        (
            "Есть разъём для адаптера, адаптер в комплект не входит.",
            "Можно подключить адаптер, но его в комплекте нет.",
            "device",
        ),
    ],
)
def test_honest_wording_passes(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("Şurup. Buzdolabında saklamayın, 25 °C altında tutun.", "Сироп. Хранить в холодильнике."),
        ("Ciddi döküntüde tedavi kesilir. Tablet.", "При серьёзной сыпи лечение продолжают. Таблетки."),
        ("Smoking reduces the effect of the tablets.", "Курение усиливает действие таблеток."),
    ],
)
def test_the_contrary_is_held(source: str, body: str) -> None:
    assert is_held(source, body)
