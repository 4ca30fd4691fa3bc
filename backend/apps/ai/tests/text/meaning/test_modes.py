"""Orders, permissions, prohibitions and what nobody needs: held against the source, whatever words say them."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.modes import Mode, mode_of
from apps.ai.text.meaning.reading import read


def is_held(source: str, body: str, kind: str) -> bool:
    one = meaning.case(source, {"description": body}, kind=kind)
    return any(found.code is Code.POLARITY and not found.weak for found in meaning.check(one))


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("снимать линзы не нужно", Mode.SPARED),
        ("линзы можно не снимать", Mode.SPARED),
        ("нет необходимости в диете", Mode.SPARED),
        ("doz ayarlamasına gerek yoktur", Mode.SPARED),
        ("kurutma gerekmez", Mode.SPARED),
        ("adjustment is not required", Mode.SPARED),
        ("не противопоказан при астме", Mode.MAY),
        ("kullanımında sakınca yoktur", Mode.MAY),
        ("astımlılarda uygundur", Mode.MAY),
        ("astımlılarda uygun değildir", Mode.MUST_NOT),
        ("не годится для шёлка", Mode.MUST_NOT),
        ("hamileler kullanmamalıdır", Mode.MUST_NOT),
        ("lensler çıkarılmalıdır", Mode.MUST),
        ("зелёный чай с мятой", None),
    ],
)
def test_the_verdict_of_a_clause(text: str, mode: Mode | None) -> None:
    assert mode_of(read(text).units[0].tokens) is mode


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "medicine",
            "Kontakt lensler damladan önce çıkarılmalıdır. Damla gözde yanma yapabilir.",
            "Контактные линзы перед закапыванием можно не снимать. Капли могут вызвать жжение в глазах.",
        ),
        (
            "medicine",
            "Капли в ухо. При перфорации барабанной перепонки применять запрещается.",
            "Капли в ухо. При перфорации барабанной перепонки применение допускается.",
        ),
        (
            "device",
            "Pulse ring, titanium. No need to remove the ring in the shower.",
            "Титановое кольцо измеряет пульс. В душе кольцо нужно снимать.",
        ),
        (
            "medicine",
            "Не применяют при язве желудка. Таблетки запивают водой.",
            "При язве желудка препарат не противопоказан. Таблетки запивают водой.",
        ),
        (
            "medicine",
            "Galaktoz intoleransı olanlar kullanmamalıdır. Tablet su ile yutulur.",
            "При непереносимости галактозы таблетки принимать можно, их глотают с водой.",
        ),
    ],
)
def test_the_contrary_is_held(kind: str, source: str, body: str) -> None:
    assert is_held(source, body, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "medicine",
            "Böbrek yetmezliğinde doz ayarlaması gerekmez. Karaciğer yetmezliğinde kullanılmamalıdır.",
            "При почечной недостаточности дозу менять не нужно. При печёночной недостаточности применять нельзя.",
        ),
        (
            "other",
            "Мягкая игрушка, мелкие детали: риск удушья. Детям до 3 лет не давать.",
            "Детям до 3 лет не подходит — мелкими деталями можно подавиться.",
        ),
        (
            "medicine",
            "Gebelik saptanır saptanmaz tedavi kesilmelidir. Tablet su ile yutulur.",
            "При установлении беременности лечение сразу прекращают. Таблетку глотают с водой.",
        ),
        (
            "medicine",
            "Линзы снять перед закапыванием, надеть через 15 минут.",
            "Перед закапыванием линзы снимают, надевать их можно не раньше чем через 15 минут.",
        ),
        (
            "clothes",
            "Стирать при 40 °C, не отбеливать, барабанная сушка на низкой температуре.",
            "Сушить в барабане можно, температура низкая. Стирка при 40 °C, отбеливать нельзя.",
        ),
    ],
)
def test_honest_wording_is_not(kind: str, source: str, body: str) -> None:
    assert not is_held(source, body, kind)
