"""Prescription, doctor, exceptions: each honest wording passes, each turned one is a finding that blocks."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

TITLE = "Ренофарм таблетки 10 мг, 20 штук.\n"


def _polarity(source: str, sentence: str, kind: str = "medicine") -> list[str]:
    case = meaning.case(TITLE + source, {"description": sentence}, kind=kind)
    return [one.quote for one in meaning.check(case) if one.code is Code.POLARITY and not one.weak]


@pytest.mark.parametrize(
    ("source", "honest", "turned"),
    [
        ("Отпускают без рецепта.", "Купить можно без рецепта врача.", "Отпускается строго по рецепту."),
        ("Reçete ile satılır.", "Понадобится рецепт.", "Рецепт не нужен."),
        ("Reçetesiz satılır.", "Безрецептурный препарат.", "Продаётся по рецепту."),
        ("Prescription only medicine.", "Только по рецепту.", "Безрецептурное средство."),
        (
            "Беременным принимать только по совету врача.",
            "Беременным нужен совет врача.", "Беременным можно принимать без консультации врача.",
        ),
        (
            "İlacı doktora danışmadan bırakmayın.",
            "Без разрешения врача не прекращайте приём.", "Приём прекращают без разрешения врача.",
        ),
        (
            "Ask your doctor before use if you have asthma.",
            "При астме до приёма посоветуйтесь с врачом.", "При астме консультация врача не требуется.",
        ),
    ],
)  # fmt: skip
def test_prescription_and_doctor(source: str, honest: str, turned: str) -> None:
    assert _polarity(source, honest) == []
    assert _polarity(source, turned)


def test_a_receptor_is_no_prescription() -> None:
    assert _polarity("Отпуск: без рецепта.", "Блокирует рецепторы гистамина. Без рецепта.") == []


def test_what_stands_below_a_prohibition_is_no_permission() -> None:
    source = "Do not use during pregnancy unless your doctor says so. Not for children."
    assert _polarity(source, "Не применять:\n• детям\n• беременным без указания врача") == []


def test_some_days_without_a_doctor_are_no_permission_for_more() -> None:
    source = "Не применять дольше 3 дней без консультации врача."
    assert _polarity(source, "Без консультации врача применяют до 3 дней.") == []


@pytest.mark.parametrize(
    ("source", "honest", "turned"),
    [
        (
            "Подходит для всех тканей, кроме шёлка и шерсти.",
            "Годится для любых тканей, кроме шерсти и шёлка.", "Годится для любых тканей, включая шерсть и шёлк.",
        ),
        (
            "Kuru ciltler hariç her cilt tipine uygundur.",
            "Для любой кожи, за исключением сухой.", "Для любой кожи, в том числе для сухой.",
        ),
        (
            "Suitable for all hobs including induction.",
            "Для всех плит, в том числе индукционных.", "Для всех плит, кроме индукционных.",
        ),
    ],
)  # fmt: skip
def test_what_is_excepted_is_not_included(source: str, honest: str, turned: str) -> None:
    assert _polarity(source, honest, "home") == []
    assert _polarity(source, turned, "home")
