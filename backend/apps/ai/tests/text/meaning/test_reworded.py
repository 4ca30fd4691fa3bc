"""Warnings told in words that no lexicon has, and the same card with the warning left out."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code


def lacks(source: str, body: str, kind: str = "medicine") -> bool:
    found = meaning.check(meaning.case(source, {"description": body}, kind=kind))
    return any(one.code is Code.LEFT_OUT and not one.weak for one in found)


RU = "Прочие подробности приведены на картонной коробке и вкладыше."
TR = "Diğer bilgiler karton kutunun üzerinde yazılıdır."


@pytest.mark.parametrize(
    ("source", "told", "shortened"),
    [
        (
            f"Göz damlası.\nKullanmayınız: glokom, kalp krizi, migren. {TR}",
            "Капли нельзя применять при глаукоме, сердечном приступе, мигрени.",
            "Капли нельзя применять при глаукоме, мигрени.",
        ),
        (
            "Eye gel.\nDo not use if you have asthma, athlete's foot, heartburn. More is told on the box.",
            "Гель не применяют при астме, стопе атлета, жжении за грудиной.",
            "Гель не применяют при астме.",
        ),
        (
            f"Крем.\nПротивопоказания: псориаз, мочекаменная болезнь, отит. {RU}",
            "Крем противопоказан при псориазе, камешках мочевыводящих путей, отите.",
            "Крем противопоказан при псориазе, отите неясной этиологии.",
        ),
    ],
)
def test_a_disease_may_be_told_in_other_words(source: str, told: str, shortened: str) -> None:
    assert not lacks(source, told)
    assert lacks(source, shortened)


def test_a_substance_has_no_other_words() -> None:
    source = f"Tablet.\nVarfarin ve digoksin ile birlikte kullanmayınız. {TR}"
    assert not lacks(source, "Таблетки нельзя сочетать с варфарином и дигоксином.")
    assert lacks(source, "Таблетки нельзя сочетать с варфарином и похожим лекарством.")
