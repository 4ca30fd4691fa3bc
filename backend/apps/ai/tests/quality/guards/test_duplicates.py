"""Cards that say nearly the same as another product's are named; variants of one product are not."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.models import AIProcessingLog
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.text.data import needs_data, products
from apps.ai.text.safety.fingerprints import bands, similarity
from apps.products.models import Category

TEXT = (
    "Мягкий крем для рук с маслом ши и глицерином смягчает сухую кожу, быстро впитывается и не оставляет жирной "
    "плёнки. Подходит для ежедневного ухода зимой и летом, помещается в сумку и пригодится в дороге. Нанесите "
    "немного крема на чистые руки и помассируйте до впитывания."
)
OTHER = (
    "Электрический чайник с прозрачной колбой кипятит воду за несколько минут и сам выключается. Съёмный фильтр "
    "задерживает накипь, ручка не нагревается, а подставка позволяет ставить чайник любой стороной. Уход прост: "
    "протирайте корпус влажной тканью."
)


def meet(one: str, other: str) -> bool:
    """Whether an indexed query for one text would find the other."""
    first, second = bands(one), bands(other)
    return bool(first and second and any(a == b for a, b in zip(first, second, strict=True)))


def test_bands_are_the_same_in_every_process() -> None:
    assert bands(TEXT) == bands(TEXT.upper().replace("Ё", "Е"))
    assert bands(TEXT) == (bands(TEXT) or ())[:4]
    assert all(-(2**31) <= band < 2**31 for band in bands(TEXT) or ())
    assert bands("Слишком короткий текст.") is None


@pytest.mark.parametrize(
    ("changed", "is_alike"),
    [
        (TEXT.replace("50 мл", "75 мл"), True),
        (TEXT.replace("Мягкий крем", "Нежный крем"), True),
        (TEXT + " Не тестировалось на животных.", True),
        (OTHER, False),
    ],
)
def test_alike_texts_meet(changed: str, is_alike: bool) -> None:
    assert meet(TEXT, changed) is is_alike
    assert (similarity(TEXT, changed) >= 0.8) is is_alike


def _process(product: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def _alike(run: AIProcessingLog) -> list[dict[str, Any]]:
    return [reason for reason in run.reasons if reason["code"] == "near_duplicate"]


@pytest.mark.django_db
def test_a_card_names_the_other_product(shop: dict[str, Category], make_product: Any) -> None:
    first = make_product(title="Крем для рук Нега", description=TEXT)
    _process(first)
    second = make_product(title="Крем для рук Забота", description=TEXT.replace("Мягкий", "Нежный"))
    run = _process(second)
    (reason,) = _alike(run)
    assert (reason["severity"], reason["field"]) == ("warning", "description")
    assert f"(товар {first.pk})" in reason["message"]
    assert run.quality_score is not None
    assert run.quality_score < 1.0


@pytest.mark.django_db
def test_variants_and_other_texts_are_let_be(shop: dict[str, Category], make_product: Any) -> None:
    _process(make_product(title="Крем для рук Нега, 50 мл", description=TEXT))
    assert _alike(_process(make_product(title="Крем для рук Нега, 75 мл", description=TEXT))) == []
    assert _alike(_process(make_product(title="Чайник Пар", description=OTHER))) == []


@needs_data
def test_real_texts_that_are_alike_meet() -> None:
    """By brute force over real descriptions: pairs that share 80 % of their triples are found, in spite of bands."""
    texts = [row["description"] for row in products("fixprice") if len(row["description"]) > 250][:400]
    pairs = [
        (one, other)
        for at, one in enumerate(texts)
        for other in texts[at + 1 :]
        if one[:40] == other[:40] and similarity(one, other) >= 0.8
    ]
    assert len(pairs) >= 5
    assert sum(meet(one, other) for one, other in pairs) / len(pairs) >= 0.8
