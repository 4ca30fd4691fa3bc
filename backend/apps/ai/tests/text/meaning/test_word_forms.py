"""Forms in which a word of the lexicon stands in a text, and terms that explain one another."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.reading import read


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Крем от веснушек.", "pigmentation"),
        ("Средство от бородавок.", "warts"),
        ("Хватает на пять суток.", "day"),
        ("Состав вполне безопасен.", "safe"),
        ("Kanda ürik asidi artmış olanlar kullanmamalıdır.", "uricacid"),
        ("Saç bakımında mayıs papatyası kullanılır.", "chamomile"),
    ],
)
def test_a_word_is_read_in_all_its_forms(text: str, name: str) -> None:
    assert name in read(text).ids


@pytest.mark.parametrize(
    ("text", "name"),
    [("Пятно просохло за минуту.", "millet"), ("Растение не переносит сырости.", "allergic")],
)
def test_what_only_begins_like_a_word_is_none(text: str, name: str) -> None:
    assert name not in read(text).ids


def _found(source: str, card: str, kind: str = "medicine") -> list[str]:
    case = meaning.case(source, {"description": card}, kind=kind)
    return [finding.quote for finding in meaning.check(case) if not finding.weak]


_ANTISEPTIC = "Klorheksidin çözeltisi cilt antisepsisi için haricen kullanılır; gözle temasından kaçınınız."


def test_a_term_of_another_word_formation_proves_an_effect() -> None:
    assert not _found(
        _ANTISEPTIC,
        "Раствор хлоргексидина применяют наружно как антисептическое средство для кожи. Беречь глаза.",
    )


def test_another_effect_is_still_found() -> None:
    assert _found(_ANTISEPTIC, "Раствор хлоргексидина применяют наружно для омоложения кожи. Беречь глаза.")
