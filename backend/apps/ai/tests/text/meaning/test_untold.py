"""A sentence of the source of which the card has nothing, and the same told in words of the card's own."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

TITLE = "Товар номер семь, коробка картонная.\n"


def left_out(source: str, body: str, kind: str) -> list[str]:
    found = meaning.check(meaning.case(TITLE + source, {"description": body}, kind=kind))
    return [one.evidence for one in found if one.code is Code.LEFT_OUT and not one.weak]


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        # no danger is named, but what is to be done
        (
            "medicine",
            "Bir tablet yutulur. Ameliyattan önce tableti bırakın, cerraha söyleyin.",
            "Глотают по одной таблетке. Перед операцией приём прекращают и предупреждают хирурга.",
            "Глотают по одной таблетке.",
        ),
        (
            "medicine",
            "Spray once into each nostril. Your urine may turn orange.",
            "По одному впрыску в каждую ноздрю. Моча может стать оранжевой.",
            "По одному впрыску в каждую ноздрю.",
        ),
        # words that no lexicon has stand where the sentence may be told
        (
            "medicine",
            "Растворить таблетку в воде. Возможна заторможенность.",
            "Таблетку растворяют в воде. Может клонить ко сну.",
            "Таблетку растворяют в воде.",
        ),
        # of other goods only what forbids or warns is asked for
        (
            "device",
            "Measures blood pressure. Do not wear it in the shower: electric shock.",
            "Измеряет кровяное давление. В душе не надевать: может ударить током.",
            "Измеряет кровяное давление.",
        ),
        # one thing alone, where it is of those that harm
        (
            "supplement",
            "Take one sachet a day. Contains sorbitol.",
            "По одному саше в день. В составе есть сорбит.",
            "По одному саше в день.",
        ),
        # a child is told by an age
        (
            "supplement",
            "По 1 капсуле вечером. Не рек. детям.",
            "По 1 капсуле вечером. До 18 лет не рекомендуется.",
            "По 1 капсуле вечером.",
        ),
    ],
)
def test_a_sentence_is_told_in_any_words(kind: str, source: str, told: str, shortened: str) -> None:
    assert left_out(source, told, kind) == []
    assert left_out(source, shortened, kind) != []


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "medicine",
            "Препарат пьют утром. Изготовитель работает с аптеками всей страны.",
            "Препарат пьют утром.",
        ),
        ("medicine", "Tabletler sabah alınır. Şeker içermez.", "Таблетки принимают утром."),
        ("device", "Измеряет давление. Подсветка экрана помогает ночью.", "Измеряет давление."),
    ],
)
def test_what_is_no_matter_of_the_treatment_may_be_left_out(kind: str, source: str, body: str) -> None:
    assert left_out(source, body, kind) == []


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        # each item of a list is asked for, whatever words tell its neighbours
        (
            "medicine",
            "Do not take it if you have asthma, gout or stomach ulcers.",
            "Нельзя при астме, подагре или язве желудка.",
            "Нельзя при астме или язве желудка.",
        ),
        (
            "supplement",
            "Не рекомендуется беременным или лицам с повышенной чувствительностью к женьшеню.",
            "Не рекомендуется будущим мамам и тем, кто плохо переносит женьшень.",
            "Не рекомендуется тем, кто плохо переносит женьшень.",
        ),
        ("supplement", "Прот.: подагра, цистит.", "Нельзя при подагре и цистите.", "Нельзя при цистите."),
        # ages without their unit
        (
            "medicine",
            "16 yaş altı ve 70 yaş üstü kişilerde kullanılmaz.",
            "Не назначают до шестнадцати и после 70 лет.",
            "Не назначают до шестнадцати лет.",
        ),
        # a course in other units
        (
            "supplement",
            "Take one tablet with water. The course is no longer than 6 months.",
            "Таблетку запивают водой. Курс не дольше полугода.",
            "Таблетку запивают водой.",
        ),
        # each thing from which the goods are kept
        (
            "supplement",
            "Keep in a cool place away from light, do not freeze.",
            "Держать в прохладном тёмном месте, не морозить.",
            "Держать в прохладном тёмном месте.",
        ),
    ],
)  # fmt: skip
def test_each_item_of_a_list_is_asked_for(kind: str, source: str, told: str, shortened: str) -> None:
    assert left_out(source, told, kind) == []
    assert left_out(source, shortened, kind) != []
