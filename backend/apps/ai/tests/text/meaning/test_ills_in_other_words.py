"""Diseases and side effects are told in the words of doctors, of leaflets and of everybody; another one is a lie."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning


def _found(source: str, body: str) -> list[str]:
    case = meaning.case(source, {"description": body}, kind="medicine")
    return [finding.quote for finding in meaning.check(case) if not finding.weak]


@pytest.mark.parametrize(
    ("source", "honest", "lie"),
    [
        ("Taşikardi görülebilir.", "Возможен частый пульс.", "Возможен редкий пульс."),
        ("Bradikardi görülebilir.", "Возможно урежение пульса.", "Возможно ускорение пульса."),
        ("Sulu dışkılama olabilir.", "Возможен понос.", "Возможен запор."),
        ("May cause fluid retention.", "Возможны отёки.", "Возможна жажда."),
        ("Çabuk yorulma yapabilir.", "Может вызвать слабость.", "Может вызвать бессонницу."),
        ("Difficulty falling asleep may occur.", "Возможна бессонница.", "Возможна сонливость."),
        ("Kalın bağırsak iltihabı.", "Колит.", "Гастрит."),
        ("Tip II şeker hastalığı.", "СД II типа.", "СД I типа."),
        ("Yellowing of the skin and eyes.", "Желтуха.", "Крапивница."),
        ("Karaciğer enzimlerinde yükselme.", "Повышение трансаминаз.", "Лейкопения."),
        ("Demir eksikliği.", "Железодефицит.", "Нехватка магния."),
        ("Balgamlı öksürük.", "Влажный кашель.", "Насморк."),
    ],
)
def test_an_ill_has_many_names(source: str, honest: str, lie: str) -> None:
    assert _found(source, honest) == []
    assert _found(source, lie)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("Воспаление придаточных пазух носа.", "Синусит."),
        ("Повышение внутриглазного давления.", "Глаукома."),
        ("Küçük parçalar boğulma tehlikesi yaratır.", "Мелкие детали: опасность удушья."),
        ("Glaucoma.", "Повышенное внутриглазное давление."),
    ],
)
def test_a_word_of_another_ill_is_not_read_in_a_longer_name(source: str, body: str) -> None:
    assert _found(source, body) == []
