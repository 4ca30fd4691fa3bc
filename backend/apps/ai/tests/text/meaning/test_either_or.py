"""Two ways to do a thing: the card may say its own in other words, and not tell the other one."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning

#: Kind, source, honest sentence, changed sentence.
ROWS = (
    ("shoes", "Bağcıklı erkek botu, kauçuk taban.", "Мужские ботинки на шнуровке, резиновая подошва.",
     "Мужские ботинки на молнии, резиновая подошва."),
    ("clothes", "Рубашка на кнопках, хлопок.", "Хлопковая рубашка, застёжка — кнопки.",
     "Хлопковая рубашка, застёжка — пуговицы."),
    ("device", "Measure while seated, arm at heart level.", "Измеряют сидя, рука на уровне сердца.",
     "Измеряют лёжа, рука на уровне сердца."),
    ("cosmetics", "Tüylerin çıkış yönünde sürün.", "Наносят по направлению роста волосков.",
     "Наносят против роста волосков."),
    ("device", "Прокипятить перед первым применением.", "До первого использования кипятят.",
     "Перед каждым использованием кипятят."),
    ("medicine", "Reactions occur mostly with the first dose.", "Реакции чаще бывают после первой дозы.",
     "Реакции чаще бывают после последней дозы."),
    ("medicine", "Вводить глубоко в ягодичную мышцу.", "Укол делают глубоко в ягодицу.",
     "Укол делают в дельтовидную мышцу."),
    ("medicine", "Düzenli kullanıldığında etkilidir.", "Действует при регулярном применении.",
     "Действует при применении по потребности."),
    ("clothes", "Dry flat, do not bleach.", "Сушить, разложив, не отбеливать.", "Сушить на вешалке, не отбеливать."),
    ("medicine", "Etki birkaç saatte başlar.", "Действие начинается за несколько часов.",
     "Действие начинается за несколько дней."),
    ("food", "Herbal blend for bedtime.", "Травяной сбор на вечер.", "Травяной сбор на утро."),
    ("supplement", "Kahvaltıdan sonra 1 kapsül.", "По 1 капсуле, когда вы позавтракали.",
     "По 1 капсуле, когда вы поужинали."),
)  # fmt: skip


def _held(kind: str, source: str, text: str) -> list[meaning.Finding]:
    case = meaning.case(source, {"description": text}, kind=kind)
    return [one for one in meaning.check(case) if not one.weak and one.code is meaning.Code.CONDITION]


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_the_same_way_passes(kind: str, source: str, honest: str, changed: str) -> None:
    assert _held(kind, source, honest) == []


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_the_other_way_is_found(kind: str, source: str, honest: str, changed: str) -> None:
    assert _held(kind, source, changed)


def test_a_way_that_is_denied_is_none() -> None:
    assert _held("shoes", "Ботинки на шнуровке.", "Ботинки на шнуровке, без молнии.") == []
