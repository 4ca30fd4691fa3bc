"""What the source forbids and the card says without a negation is found; told otherwise it passes."""

from __future__ import annotations

import pytest

from apps.ai.tests.text.meaning.test_negations_in_place import is_held

#: Kind, source, honest card, changed card.
ROWS = (
    ("food", "Protein tozu, çilekli. Sıcak süte karıştırmayınız.", "Клубничный протеин. В горячее молоко не добавлять.",
     "Клубничный протеин. Хорошо растворяется в горячем молоке, добавляйте его."),
    ("medicine", "Мазь с гепарином. На язвы голени не наносить.", "Гепариновая мазь. Язвы голени ею не мажут.",
     "Гепариновая мазь. Ею обрабатывают и язвы голени."),
    ("device", "Gel pack for cold compress. Do not pierce the pack with a needle.",
     "Гелевый пакет для холода. Иглой пакет не прокалывают.", "Гелевый пакет для холода. Пакет прокалывают иглой."),
    ("medicine", "Tablet suyla yutulur. ÇİĞNENMEZ.", "Таблетку глотают с водой целиком.",
     "Таблетку разжёвывают и запивают водой."),
    ("medicine", "Not to be used for the treatment of influenza.", "Грипп этим средством не лечат.",
     "Средство подходит и при гриппе."),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_a_prohibition_in_other_words_passes(kind: str, source: str, honest: str, changed: str) -> None:
    assert not is_held(source, honest, kind)


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_what_is_forbidden_and_told_as_done_is_found(
    kind: str, source: str, honest: str, changed: str
) -> None:
    assert is_held(source, changed, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Растворяет лак — не наносить на мебель.", "Растворяет лак, поэтому на мебель не наносят.", "other"),
        ("Store cold, not frozen.", "Хранят на холоде, но не замораживают.", "food"),
        ("Göze kaçırmayınız.", "Случайно попавшее в глаз вымывают водой.", "cosmetics"),
        ("Retinol ile aynı akşam sürmeyiniz.", "Ретинол переносят на другой вечер.", "cosmetics"),
        ("Горячей водой не заливать: белок свернётся.", "В горячей воде белок сворачивается.", "food"),
    ],
)
def test_the_other_side_of_a_prohibition_passes(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)
