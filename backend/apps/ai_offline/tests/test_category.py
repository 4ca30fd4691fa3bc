"""The offline engine's choice among candidates, and the attributes that it can prove."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.schemas import CategoryAnswer, category_answer
from apps.ai.types import (
    CategoryCandidate,
    CategoryFacts,
    FreeMeter,
    ImageFindings,
    ProductSnapshot,
    Prompt,
    Question,
    Stage,
)
from apps.ai_offline import OfflineEngine

TREE = (
    (("Аптека", "Лекарства", "Обезболивающие таблетки и капсулы"), "medicine"),
    (("Аптека", "Лекарства", "Сиропы от кашля"), "medicine"),
    (("Аптека", "Витамины и добавки", "Витамин D"), "supplement"),
    (("Красота", "Уход", "Кремы для рук"), "cosmetics"),
    (("Красота", "Уход", "Шампуни"), "cosmetics"),
    (("Красота", "Декоративная косметика", "Помады"), "cosmetics"),
    (("Одежда", "Женская одежда", "Платья"), "clothes"),
    (("Одежда", "Женская одежда", "Куртки"), "clothes"),
    (("Одежда", "Мужская одежда", "Куртки"), "clothes"),
    (("Одежда", "Мужская одежда", "Рубашки"), "clothes"),
    (("Обувь", "Женская обувь", "Кроссовки"), "shoes"),
    (("Обувь", "Мужская обувь", "Кроссовки"), "shoes"),
    (("Дом", "Мебель", "Шкафы"), "furniture"),
    (("Дом", "Посуда", "Кастрюли"), "tableware"),
    (("Дом", "Посуда", "Кружки и чашки"), "tableware"),
    (("Книги", "Художественная литература"), "book"),
    (("Электроника", "Наушники"), "other"),
)
CANDIDATES = tuple(
    CategoryCandidate(category_id=100 + place, path=path, kind=kind, score=0.02)
    for place, (path, kind) in enumerate(TREE)
)


def ask(title: str, **changes: Any) -> CategoryAnswer:
    product = ProductSnapshot(1, title, changes.pop("description", ""), **changes)
    asked = CategoryFacts(product, CANDIDATES, ImageFindings())
    question = Question(
        Stage.CATEGORY, Prompt("category", "1", "", ""), category_answer(len(CANDIDATES)), asked
    )
    return OfflineEngine(dimensions=32).ask(question, meter=FreeMeter()).content


@pytest.mark.parametrize(
    ("title", "leaf"),
    [
        ("Nemlendirici El Kremi 75 ml", ("Красота", "Уход", "Кремы для рук")),
        ("Kepek Karşıtı Şampuan 400 ml", ("Красота", "Уход", "Шампуни")),
        ("Öksürük Şurubu 150 ml", ("Аптека", "Лекарства", "Сиропы от кашля")),
        ("Vitamin D3 1000 IU Damla", ("Аптека", "Витамины и добавки", "Витамин D")),
        ("Mat Ruj 05", ("Красота", "Декоративная косметика", "Помады")),
        ("Siyah Saten Elbise", ("Одежда", "Женская одежда", "Платья")),
        ("Kadın Siyah Mont", ("Одежда", "Женская одежда", "Куртки")),
        ("Erkek Siyah Mont", ("Одежда", "Мужская одежда", "Куртки")),
        ("Erkek Gömlek Slim Fit", ("Одежда", "Мужская одежда", "Рубашки")),
        ("Kadın Beyaz Spor Ayakkabı", ("Обувь", "Женская обувь", "Кроссовки")),
        ("3 Kapılı Gardırop", ("Дом", "Мебель", "Шкафы")),
        ("Çelik Tencere 24 cm", ("Дом", "Посуда", "Кастрюли")),
        ("Ceramic Coffee Mug", ("Дом", "Посуда", "Кружки и чашки")),
        ("Кроссовки мужские беговые", ("Обувь", "Мужская обувь", "Кроссовки")),
        ("Kablosuz Kulaklık", ("Электроника", "Наушники")),
    ],
)
def test_the_candidate_that_shares_most_words(title: str, leaf: tuple[str, ...]) -> None:
    answer = ask(title)
    assert TREE[int(answer.choice) - 1][0] == leaf
    assert len(answer.runners_up) == 3
    assert answer.choice not in answer.runners_up


def test_the_category_of_the_source_counts() -> None:
    assert TREE[int(ask("Parol 500 mg 20 adet", source_category="Ağrı kesici tablet").choice) - 1][0][-1] == (
        "Обезболивающие таблетки и капсулы"
    )


@pytest.mark.parametrize("title", ["asdfgh qwerty", "????", "Zxcvb 123", "…"])
def test_absurd_text_fits_nothing(title: str) -> None:
    answer = ask(title)
    assert answer.choice == "none"
    assert answer.attributes == []


def test_attributes_have_evidence_in_the_source() -> None:
    answer = ask(
        "Kadın Siyah Mont %100 Polyester 2 Adet",
        attributes={"Beden": "M", "Üretim Yeri": "Türkiye", "Bilinmeyen": "değer"},
    )
    found = {claim.name: (claim.value, claim.evidence) for claim in answer.attributes}
    assert found["Размер"] == ("M", "Beden: M")
    assert found["Страна производства"] == ("Турция", "Üretim Yeri: Türkiye")
    assert found["Цвет"] == ("чёрный", "Siyah")
    assert found["Пол"] == ("женский", "Kadın")
    assert found["Количество"] == ("2 шт.", "2 Adet")
    assert "Bilinmeyen" not in found


def test_no_candidates_is_no_choice() -> None:
    asked = CategoryFacts(ProductSnapshot(1, "Mont", ""), (), ImageFindings())
    question = Question(Stage.CATEGORY, Prompt("category", "1", "", ""), category_answer(0), asked)
    assert OfflineEngine(dimensions=8).ask(question, meter=FreeMeter()).content.choice == "none"
