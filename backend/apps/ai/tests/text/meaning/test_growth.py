"""A leaflet twice as long takes about twice the work, whichever rule looks at it, and a sentence is looked at once."""

import sys
from itertools import product
from types import FrameType, ModuleType

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import pieces, reading, stance
from apps.ai.text.meaning.reading import Unit

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


def _steps(letters: int, joint: str, mark: str) -> int:
    """Calls of functions during one check: no seconds, which other work on the machine adds to.

    `mark` makes texts that nothing remembers.
    """
    sentences = [sentence.rstrip(".") for sentence in _sentences()]
    source = joint.join(sentences)[:letters] + f"\n{mark}"
    card = joint.join(reversed(sentences))[:letters] + f"\n{mark}"
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        list(meaning.check(meaning.case(source, {"description": card}, kind="medicine")))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("joint", [".\n", ", ", " и ", "; "])
def test_twice_the_leaflet_takes_twice_the_steps(joint: str) -> None:
    """In sentences, and in one sentence that is a list."""
    _steps(2 * _LETTERS, joint, "Разогрев")
    assert _steps(2 * _LETTERS, joint, "Вдвое") < 2.3 * _steps(_LETTERS, joint, "Раз")


def test_a_sentence_is_analysed_once_for_the_draft_and_its_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: dict[str, list[str]] = {}
    for module, name in ((reading, "tokens_of"), (pieces, "_split"), (stance, "_clauses")):
        _note(monkeypatch, module, name, looked_at.setdefault(name, []))
    source = "Принимать по 5 мг до еды.\nНельзя детям до 3 лет, осторожно пожилым.\nНе содержит сахара."
    draft, repaired = "Пить по 5 мг после еды.\nМожно детям с 3 лет.", "Пить по 5 мг до еды.\nБез сахара."
    for body in (draft, repaired):
        list(meaning.check(meaning.case(source, {"description": body}, kind="medicine")))
    sentences = "\n".join((source, draft, repaired)).replace(".", "").splitlines()
    for name in ("tokens_of", "_split", "_clauses"):
        assert sorted(looked_at[name]) == sorted(sentences), name


def _note(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, sentences: list[str]) -> None:
    """Writes down the sentence of each call of a function, which does its work as ever."""
    look = getattr(module, name)

    def noted(first: Unit | str, *more: object) -> object:
        sentences.append((first if isinstance(first, str) else first.text).rstrip("."))
        return look(first, *more)

    monkeypatch.setattr(module, name, noted)


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
