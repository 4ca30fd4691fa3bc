"""Figures that changed places, and what a sentence and its source must agree on: time, food, route, age, names."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code, lexicon


def codes(source: str, body: str, kind: str = "medicine") -> set[Code]:
    return {one.code for one in meaning.check(meaning.case(source, {"description": body}, kind=kind))}


SIZES = "Стол из дуба. Ширина 80, высота 75 см. Нагрузка 60 кг, вес 42 кг."


@pytest.mark.parametrize(
    ("source", "honest", "changed"),
    [
        (SIZES, "Стол: ширина 80 см; высота 75 см.", "Стол: ширина 75 см; высота 80 см."),
        (SIZES, "Стол весом 42 кг, нагрузка 60 кг.", "Стол весом 60 кг, нагрузка 42 кг."),
        (
            "Наушники: кейс 400 мА·ч, наушник 35 мА·ч.",
            "Ёмкость кейса 400 мА·ч, каждого наушника 35 мА·ч.",
            "Ёмкость кейса 35 мА·ч, каждого наушника 400 мА·ч.",
        ),
        (
            "Взрослым 10 капель в день, детям 5 капель в день.",
            "Детям по 5 капель, взрослым по 10 капель в день.",
            "Детям по 10 капель, взрослым по 5 капель в день.",
        ),
        (
            "Kumaş: %60 pamuk, %40 polyester.",
            "Ткань: хлопок 60 %, полиэстер 40 %.",
            "Ткань: хлопок 40 %, полиэстер 60 %.",
        ),
    ],
)
def test_figures_that_changed_places(source: str, honest: str, changed: str) -> None:
    assert Code.WHOSE not in codes(source, honest, "other")
    assert Code.WHOSE in codes(source, changed, "other")


DOSES = (
    "При изжоге принимают 1 капсулу утром до еды. При язве принимают 2 капсулы вечером во время еды. "
    "Противопоказан детям младше 12 лет. Курс 6 дней."
)


@pytest.mark.parametrize(
    "body",
    [
        "При изжоге принимают 1 капсулу утром во время еды.",
        "При изжоге принимают 1 капсулу вечером до еды.",
        "Противопоказан детям младше 6 лет.",
    ],
)
def test_a_sentence_agrees_with_its_own_source_and_not_with_another(body: str) -> None:
    assert Code.CONDITION in codes(DOSES, body)


def test_the_same_said_honestly_agrees() -> None:
    body = "При изжоге 1 капсула утром до еды. При язве 2 капсулы вечером с едой. Детям до 12 лет нельзя, курс 6 дней."
    assert codes(DOSES, body) & {Code.CONDITION, Code.WHOSE} == set()


@pytest.mark.parametrize("name", ["бетаметазоном", "бетагистина", "бетаксолол", "бетакаротин", "пилокарпина", "секукинумаб"])
def test_a_name_with_a_greek_letter_or_without_a_register_is_a_substance(name: str) -> None:
    assert lexicon.substance(name) or any(one.group == "substance" for one in lexicon.word(name, 0).concepts)


@pytest.mark.parametrize(
    "claim",
    [
        "Разработано кардиологами.",
        "Рекомендован Минздравом.",
        "Бестселлер, лауреат премии.",
        "Помогает похудеть.",
        "Эффективно при диабете.",
        "Избавляет от грибка.",
        "Одобрено дерматологами.",
        "Клинически доказано.",
        "Гипоаллергенно.",
        "Без парабенов.",
        "Безопасен для детей и беременных.",
        "Показан при мигрени и бессоннице.",
    ],
)
def test_a_claim_needs_a_source(claim: str) -> None:
    source = "Бальзам для тела с маслом ши смягчает сухую кожу. Наносить на чистую кожу по мере необходимости."
    honest = "Бальзам с маслом ши смягчает сухую кожу тела."
    assert codes(source, honest, "cosmetics") == set()
    assert codes(source, f"{honest} {claim}", "cosmetics") != set()
