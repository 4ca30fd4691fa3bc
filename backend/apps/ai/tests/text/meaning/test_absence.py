"""What is missing from the goods by the card and there by the source: parts that no lexicon lists."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning


def held(source: str, card: str) -> bool:
    found = meaning.check(meaning.case(source, {"description": card}, kind="other"))
    return any(one.code is meaning.Code.POLARITY and not one.weak for one in found)


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        (
            "Сумка дорожная. Колёсики поворачиваются на 360°, ремень в комплекте.",
            "Дорожная сумка с поворотными колёсиками и ремнём.",
            "Дорожная сумка с ремнём, колёсиков у неё нет.",
        ),
        (
            "Шампунь без сульфатов, силиконов и отдушек. Дозатор удобный.",
            "Сульфатов, силиконов и отдушек в шампуне нет, есть дозатор.",
            "Сульфатов и силиконов в шампуне нет, дозатора нет.",
        ),
    ],
)
def test_a_part_of_the_goods_is_there_or_not(source: str, honest: str, lie: str) -> None:
    assert not held(source, honest)
    assert held(source, lie)
