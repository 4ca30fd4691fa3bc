"""A copy of a sentence with one other word says something else, unless the word is a synonym."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import replaced
from apps.ai.text.meaning.lexicon import word_pairs

REST = "Мельтарон, 14 штук. Товар для дома и семьи, картонная пачка."
#: Source, honest sentence, changed sentence.
ROWS = (
    # a noun of no lexicon, a quality of no lexicon
    ("Скатерть с вышивкой украсит веранду и беседку.", "Скатерть с вышивкой украсит веранду, беседку.",
     "Скатерть с вышивкой украсит теплицу и беседку."),
    ("Плед из вискозы с кисточками, бордюр вязаный.", "Плед из вискозы с кисточками и вязаным бордюром.",
     "Плед из вискозы с помпонами, бордюр вязаный."),
    # synonyms
    ("Шкатулка предназначена для хранения мелких украшений.", "Шкатулка создана для хранения мелких украшений.",
     "Шкатулка предназначена для хранения мелких продуктов."),
    ("Удобная рукоятка щётки не скользит в ладони.", "Комфортная рукоятка щётки не скользит в ладони.",
     "Удобная щетина щётки не скользит в ладони."),
    # things of one kind
    ("Лакомство для кошек с тунцом, 80 г.", "Лакомство для кошек, с тунцом, 80 г.",
     "Лакомство для собак с тунцом, 80 г."),
    ("Прозрачный раствор жёлтого цвета.", "Раствор прозрачный, жёлтого цвета.", "Прозрачный раствор синего цвета."),
    ("Бальзам для губ с воском, 4 г.", "Бальзам с воском для губ, 4 г.", "Бальзам для век с воском, 4 г."),
    # contraries, of every part of speech
    ("Губка хорошо впитывает воду.", "Губка прекрасно впитывает воду.", "Губка хорошо отталкивает воду."),
    ("Хранить в недоступном для детей месте.", "Храните в недоступном для детей месте.",
     "Хранить в доступном для детей месте."),
    ("Снижает вязкость мокроты при кашле.", "Понижает вязкость мокроты при кашле.",
     "Повышает вязкость мокроты при кашле."),
    # with a decimal figure in the sentence
    ("Пиво светлое «Мотор», 1,15 л, крепость 4,5 %.", "Светлое пиво «Мотор», 1,15 л, крепость 4,5 %.",
     "Пиво тёмное «Мотор», 1,15 л, крепость 4,5 %."),
    # persons of the same sentence
    ("Взрослым по 2 капсулы дважды в день с водой.", "Взрослым по 2 капсулы дважды в день, с водой.",
     "Детям по 2 капсулы дважды в день с водой."),
)  # fmt: skip


def _found(source: str, sentence: str) -> list[meaning.Code]:
    case = meaning.case(f"{REST}\n{source}", {"description": sentence}, kind="other")
    return [one.code for one in replaced.check(case)]


@pytest.mark.parametrize(("source", "honest", "changed"), ROWS)
def test_a_copy_with_another_word_is_found(source: str, honest: str, changed: str) -> None:
    assert not _found(source, honest)
    assert _found(source, changed)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        # both stand in the source
        (
            "Круглые таблетки белого цвета с риской. Овальные таблетки белого цвета с риской.",
            "Овальные таблетки белого цвета с риской.",
        ),
        # written anew
        ("Удобная рукоятка щётки не скользит в ладони.", "Щётку приятно держать: ручка не скользит."),
        # a foreign source has no copies
        ("Şeffaf sarı renkli çözelti.", "Прозрачный раствор жёлтого цвета."),
    ],
)
def test_what_is_no_copy_is_let_through(source: str, sentence: str) -> None:
    assert not _found(source, sentence)


def test_no_word_excludes_itself_or_a_synonym() -> None:
    lines = [line.split("|") for line in word_pairs.lines("opposites.txt")]
    assert len(lines) > 100
    for sides in lines:
        of_sides = [set(stems(side)) for side in sides]
        for at, side in enumerate(of_sides):
            others = set().union(*of_sides[:at], *of_sides[at + 1 :])
            assert not side & others, sides
            assert not [(a, b) for a in side for b in others if word_pairs.are_synonyms(a, b)], sides
