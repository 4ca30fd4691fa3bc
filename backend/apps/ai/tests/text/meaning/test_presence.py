"""What is in the goods, what they are not said to do, and opposites in sentences that are not nearly the same."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code


def is_held(source: str, body: str, kind: str) -> bool:
    one = meaning.case(source, {"description": body}, kind=kind)
    return any(found.code is Code.POLARITY and not found.weak for found in meaning.check(one))


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "cosmetics",
            "Saç jölesi, güçlü tutuş. Formaldehit içermez.",
            "Гель для волос, сильная фиксация. Содержит формальдегид.",
        ),
        ("cosmetics", "Tonik, su bazlı. Alkolsüz.", "Тоник на спирту."),
        (
            "supplement",
            "Vegan omega oil, no benzophenone, 250 mg.",
            "Веганское масло омега 250 мг, с бензофеноном.",
        ),
        (
            "medicine",
            "Tablet. Uzun süre kullanım bağımlılık yapabilir.",
            "Таблетки. При длительном приёме не вызывают зависимости.",
        ),
        (
            "medicine",
            "Sprey. Burun kanaması görülebilir.",
            "Спрей. Носовое кровотечение нехарактерно.",
        ),
        (
            "device",
            "Нож для сыра, ручка из дуба, одноразовый чехол в наборе.",
            "Сырный нож с дубовой ручкой и многоразовым чехлом.",
        ),
    ],
)
def test_the_contrary_is_held(kind: str, source: str, body: str) -> None:
    assert is_held(source, body, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "cosmetics",
            "Saç jölesi, güçlü tutuş. Formaldehit içermez.",
            "Гель для волос, сильная фиксация. Формальдегида нет.",
        ),
        (
            "food",
            "No added sugar, contains naturally occurring sugars. Apple juice.",
            "Яблочный сок. Сахара не добавляли, есть природный.",
        ),
        (
            "medicine",
            "Tablet. Ilaç alerjisi olanlarda kullanılmaz.",
            "Таблетки. Людям с аллергией на лекарство не дают.",
        ),
        (
            "supplement",
            "Ekinezya. Alkolle birlikte almayın. Alkol içermez.",
            "Эхинацея. Спирта нет, с алкоголем не принимать.",
        ),
    ],
)
def test_honest_wording_passes(kind: str, source: str, body: str) -> None:
    assert not is_held(source, body, kind)
