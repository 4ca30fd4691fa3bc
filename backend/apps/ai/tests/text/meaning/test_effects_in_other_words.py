"""Effects, ways of use and storage that strangers say in other words."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning


def found(source: str, card: str, kind: str = "medicine") -> list[str]:
    case = meaning.case(source, {"description": card}, kind=kind)
    return [one.code.value for one in meaning.check(case) if not one.weak]


@pytest.mark.parametrize(
    ("source", "card", "kind"),
    [
        ("Cildi sakinleştirir.", "Успокаивает кожу.", "cosmetics"),
        ("Moisturises the skin.", "Восполняет недостаток влаги.", "cosmetics"),
        ("Selülit karşıtı.", "Уменьшает апельсиновую корку.", "cosmetics"),
        ("Yatmadan önce alın.", "На ночь.", "medicine"),
        ("Reçetesiz satılmaz.", "Отпускается по рецепту.", "medicine"),
        ("Отпускается по рецепту.", "Без рецепта не продаётся.", "medicine"),
        ("Kanamayı durdurur.", "Гемостатическое средство.", "medicine"),
    ],
)
def test_an_effect_in_other_words_is_the_same(source: str, card: str, kind: str) -> None:
    assert found(source, card, kind) == []


@pytest.mark.parametrize(
    ("source", "card", "kind"),
    [
        ("Отпускается по рецепту.", "Отпускается без рецепта.", "medicine"),
        ("Reçetesiz satılır.", "Без рецепта не продаётся.", "medicine"),
        ("Moisturises the skin.", "Разглаживает морщины и шрамы.", "cosmetics"),
        ("Yemeklerden önce alın.", "Принимать после еды.", "medicine"),
        ("Снимает воспаление.", "Снимает воспаление, не сочетать с антацидами.", "medicine"),
    ],
)
def test_what_the_source_does_not_say_is_found(source: str, card: str, kind: str) -> None:
    assert found(source, card, kind) != []
