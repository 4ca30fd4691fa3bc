"""A verdict keeps its side in whatever Russian words: tables of sources and of sentences that say the same."""

from __future__ import annotations

from itertools import product

import pytest

from apps.ai.tests.text.meaning.test_negations_in_place import is_held

FORBIDDEN = (
    ("Emzirenlerde kullanılmaz.", "Not for breast-feeding women.", "Кормящим противопоказано."),
    ("Кормящим не стоит его принимать.", "Кормящим матерям — табу.", "При кормлении грудью применение исключено.",
     "Во время кормления грудью лечение не проводят.", "Тем, кто кормит грудью, не положено.",
     "Тем, кто кормит грудью, он вреден.", "Кормящим лучше выбрать другое средство."),
)  # fmt: skip
ALLOWED = (
    ("Emzirenler kullanabilir.", "Suitable for breast-feeding women.", "Кормящим можно."),
    ("При кормлении грудью противопоказаний нет.", "Кормящим нет нужды отказываться от него.",
     "Кормление грудью не является противопоказанием.", "При кормлении грудью препарат не отменяют."),
)  # fmt: skip
MAY_COME = (
    ("Baş ağrısı yapabilir.", "Headache may occur.", "Возможна головная боль."),
    ("Головная боль не исключена.", "Не исключена головная боль.", "Бывает головная боль."),
)
FREE = (
    ("Silikon içermez.", "Silicone-free.", "Без силикона."),
    ("Ноль силикона.", "Силикона здесь не найти.", "Состав обошёлся без силикона."),
)
NOT_HINDERED = (
    ("Araç kullanma yeteneğini etkilemez.", "Does not affect the ability to drive."),
    ("Водить машину можно.", "За руль садиться разрешается."),
)


@pytest.mark.parametrize(
    ("source", "body"),
    [pair for one in (FORBIDDEN, ALLOWED, MAY_COME, FREE, NOT_HINDERED) for pair in product(*one)],
)
def test_it_keeps_its_side(source: str, body: str) -> None:
    assert not is_held(source, body)


@pytest.mark.parametrize("source", FORBIDDEN[0])
def test_what_is_forbidden_is_not_allowed(source: str) -> None:
    assert is_held(source, "Кормящим можно.")
    assert is_held(source, "При кормлении грудью разрешён.")
    assert is_held(source, "Кормящим он не вреден.")
    assert is_held(source, "Кормление грудью приёму не мешает.")


@pytest.mark.parametrize("source", ["Can be used by diabetics.", "Diyabet hastaları kullanabilir."])
@pytest.mark.parametrize("body", ["Диабетикам нельзя.", "Диабетикам не рекомендуется."])
def test_what_is_allowed_is_not_forbidden(source: str, body: str) -> None:
    assert is_held(source, body)
