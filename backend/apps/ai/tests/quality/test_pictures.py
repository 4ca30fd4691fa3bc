"""Pictures against the text, both sides quoted; what agrees, in whatever spelling, is silent."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.services import quality_checker
from apps.ai.services.quality.card import Card, Policy
from apps.ai.types import Background, CategoryChoice, ImageFindings, Mode, PictureFacts, ProductSnapshot

PATHS = {
    "medicine": ("Аптека", "Обезболивающие"),
    "clothes": ("Одежда", "Платья"),
    "cosmetics": ("Косметика", "Кремы"),
    "book": ("Книги",),
    "": (),
}


def found(title: str, kind: str, seen: dict[str, Any], **product: Any) -> dict[str, tuple[str, ...]]:
    """Codes of the picture findings with their quotes."""
    snapshot = ProductSnapshot(1, title, product.pop("description", ""), **product)
    choice = CategoryChoice(1, PATHS[kind], kind, 0.9, (), method="model")
    findings = ImageFindings(analyzed_urls=("a",), **seen)
    report = quality_checker.judge(Card(snapshot, Mode.CATEGORY, choice, None, findings, Policy(0.5)))
    return {one.code: one.quotes for one in report.issues if one.code.startswith("picture_")}


@pytest.mark.parametrize(
    ("title", "seen", "code"),
    [
        ("Parol 500 mg 20 tablet", {"doses": ("850 mg",)}, "picture_dose"),
        ("Парол 500 мг, 20 таблеток", {"text_on_package": ("PAROL", "250 mg film tablet")}, "picture_dose"),
        ("Devit-3 50000 IU ampul", {"doses": ("300000 IU",)}, "picture_dose"),
        ("Parol 500 mg", {"doses": ("500 mg",)}, ""),
        ("Парол 0,5 г", {"doses": ("500 mg",)}, ""),
        ("Парол 500 мг", {"doses": ("500MG",), "text_on_package": ("max 3000 mg",)}, ""),
        ("Augmentin 1000 mg", {"doses": ("875 mg", "125 mg")}, ""),
        ("Parol", {"doses": ("500 mg",)}, ""),
        ("Parol 500 mg", {}, ""),
        ("Parol 500 mg tablet", {"doses": ("5 mg/ml",)}, ""),
    ],
)
def test_doses(title: str, seen: dict[str, Any], code: str) -> None:
    assert list(found(title, "medicine", seen)) == ([code] if code else [])


def test_both_sides_are_quoted() -> None:
    quotes = found("Parol 500 mg 20 tablet", "medicine", {"doses": ("850 mg",)})["picture_dose"]
    assert quotes == ("на упаковке: 850 mg", "у поставщика: 500 mg")


@pytest.mark.parametrize(
    ("title", "substances", "code"),
    [
        ("Парацетамол 500 мг", ("Ibuprofen",), "picture_substance"),
        ("Metformin 850 mg tablet", ("Atorvastatin",), "picture_substance"),
        ("Метформин 850 мг, таблетки", ("Metoprolol",), "picture_substance"),
        ("Левотироксин натрия 50 мкг", ("Levocetirizine",), "picture_substance"),
        ("Валсартан 160 мг, 28 таблеток", ("Valacyclovir",), "picture_substance"),
        ("Цефтриаксон 1 г, порошок", ("Ceftriaxone",), ""),
        ("Амоксициллин 500 мг, капсулы", ("Amoksisilin",), ""),
        ("Парацетамол 500 мг", ("Parasetamol",), ""),
        ("Метформина гидрохлорид 850 мг", ("Cetirizine hydrochloride",), "picture_substance"),
        ("Ибупрофен 400 мг", ("İbuprofen",), ""),
        ("Metformin 850 mg", ("Metformin hidroklorür",), ""),
        ("Таблетки", ("Ibuprofen",), ""),
    ],
)
def test_substances(title: str, substances: tuple[str, ...], code: str) -> None:
    assert list(found(title, "medicine", {"substances": substances})) == ([code] if code else [])


@pytest.mark.parametrize(
    ("kind", "seen", "disagrees"),
    [
        ("medicine", "shoes", True),
        ("clothes", "book", True),
        ("cosmetics", "electronics", True),
        ("medicine", "medicine", False),
        ("medicine", "supplement", False),
        ("cosmetics", "perfume", False),
        ("clothes", "other", False),
        ("clothes", "", False),
        ("", "shoes", False),
    ],
)
def test_kinds(kind: str, seen: str, disagrees: bool) -> None:
    assert ("picture_kind" in found("Вещь", kind, {"kind": seen})) is disagrees


@pytest.mark.parametrize(
    ("title", "size", "disagrees"),
    [
        ("Parol 500 mg 20 tablet", "30 tablet", True),
        ("Крем для рук 50 мл", "75 ml", True),
        ("Parol 500 mg 20 tablet", "20 Film Kaplı Tablet", False),
        ("Парол №20", "20 tablet", False),
        ("Крем 50 мл", "50 ML", False),
        ("Крем 50 мл", "1.7 fl oz", False),
        ("Крем", "50 ml", False),
    ],
)
def test_counts(title: str, size: str, disagrees: bool) -> None:
    assert ("picture_count" in found(title, "cosmetics", {"pack_size": size})) is disagrees


@pytest.mark.parametrize(
    ("title", "seen", "disagrees"),
    [
        ("Siyah elbise", ("красный",), True),
        ("Платье синее", ("жёлтый", "белый"), True),
        ("Платье синее", ("тёмно-синий",), False),
        ("Lacivert elbise", ("синий",), False),
        ("Платье синее", ("белый", "синий"), False),
        ("Платье", ("красный",), False),
        ("Платье синее", (), False),
    ],
)
def test_colours(title: str, seen: tuple[str, ...], disagrees: bool) -> None:
    assert ("picture_colour" in found(title, "clothes", {"dominant_colors": seen})) is disagrees


@pytest.mark.parametrize(
    ("brand", "seen", "text", "disagrees"),
    [
        ("Bioderma", "La Roche-Posay", (), True),
        ("Bioderma", "BIODERMA", (), False),
        ("Биодерма", "Bioderma", (), False),
        ("Atabay", "PAROL", ("ATABAY",), False),
        ("", "Bioderma", (), False),
        ("Bioderma", "", (), False),
    ],
)
def test_brands(brand: str, seen: str, text: tuple[str, ...], disagrees: bool) -> None:
    told = found("Крем", "cosmetics", {"brand": seen, "text_on_package": text}, brand=brand)
    assert ("picture_brand" in told) is disagrees


def picture(score: float, *reasons: str) -> PictureFacts:
    return PictureFacts("u", 900, 900, "0" * 16, 100.0, 0.5, Background.WHITE, score=score, reasons=reasons)


def test_poor_pictures_and_a_better_first() -> None:
    assert found("Крем", "", {"pictures": (picture(0.9), picture(0.95))}) == {}
    assert found("Крем", "", {"pictures": (picture(0.2, "нерезкая"),)}) == {"picture_poor": ("нерезкая",)}
    better = found("Крем", "", {"pictures": (picture(0.5, "тёмная"), picture(0.6), picture(0.9))})
    assert better == {"picture_poor": ("тёмная",)}


def test_what_a_package_says_proves_no_dose() -> None:
    snapshot = ProductSnapshot(1, "Parol tablet", "")
    findings = ImageFindings(
        analyzed_urls=("a",), text_on_package=("500 mg",), doses=("500 mg",), substances=("Parasetamol",)
    )
    card = Card(snapshot, Mode.FULL, None, None, findings, Policy(0.5))
    assert "500" not in card.known
    assert "arasetamol" not in card.known
