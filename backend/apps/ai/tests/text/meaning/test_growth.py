"""A leaflet twice as long takes about twice the time, whichever rule looks at it."""

import time
from itertools import product

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import reading

_WHO = "детям,беременным,пожилым,взрослым,водителям,больным астмой,больным диабетом,аллергикам".split(",")
_SAID = (
    "нельзя принимать,можно принимать,с осторожностью назначают,не противопоказан,без опасений дают".split(
        ","
    )
)
_WHAT = "парацетамол,ибупрофен,аспирин,витамин С,цинк,магний,экстракт ромашки,масло чайного дерева".split(",")
_HOW = "до еды по 5 мг,после еды по 10 мг,утром 3 дня,на ночь 2 недели,каждые 8 часов,без алкоголя".split(",")
_LETTERS = 12_000


def _sentences() -> list[str]:
    return [
        f"{who.capitalize()} {said} {what}, {how}."
        for who, said, what, how in product(_WHO, _SAID, _WHAT, _HOW)
    ]


def _milliseconds(letters: int, mark: str) -> float:
    """The least of three: other work on the machine only adds. `mark` makes texts that nothing remembers."""
    taken = []
    for attempt in range(3):
        source = "\n".join(_sentences())[:letters] + f"\n{mark} {attempt}"
        card = "\n".join(reversed(_sentences()))[:letters] + f"\n{mark} {attempt}"
        started = time.process_time()
        list(meaning.check(meaning.case(source, {"description": card}, kind="medicine")))
        taken.append((time.process_time() - started) * 1000)
    return min(taken)


def test_twice_the_leaflet_takes_no_more_than_three_times_the_time() -> None:
    _milliseconds(_LETTERS, "Разогрев")
    assert _milliseconds(2 * _LETTERS, "Вдвое") < 3 * _milliseconds(_LETTERS, "Раз")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Масса 5 гр. Хранить в тепле. Здесь вит. С есть.", ["Масса 5 гр. Хранить в тепле.", "Здесь вит. С есть."]),
        ("Живёт в г. Москве. Пьёт чай… Потом спит!", ["Живёт в г. Москве.", "Пьёт чай…", "Потом спит!"]),
        ("Пить таблетку. 2 раза в день; не чаще\nХранить", ["Пить таблетку.", "2 раза в день;", "не чаще", "Хранить"]),
        ("Объём 5. 6 штук. «Чай» и кофе.Нет", ["Объём 5. 6 штук.", "«Чай» и кофе.Нет"]),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_reader_ends_it(text: str, sentences: list[str]) -> None:
    assert [unit.text for unit in reading.read(text).units] == sentences
