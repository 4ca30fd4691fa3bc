"""The shape of a card: notes for moderators, and the few things that block. Values in, values out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.ai import prompts
from apps.ai.schemas import DraftAnswer
from apps.ai.services.content_generator import _fit
from apps.ai.services.quality import shape_rules
from apps.ai.text.language import keywords
from apps.ai.types import Draft, ProductSnapshot

SENTENCE = "Платье из плотного хлопка держит форму и легко садится по фигуре благодаря вытачкам. "
PRODUCT = ProductSnapshot(
    product_id=1,
    title="Koton Elbise",
    description="Хлопковое платье прямого кроя с карманами и поясом. Размер 44. Стирать при 30 °C. " * 18,
    brand="Koton",
)
GOOD = Draft(
    title="Koton платье прямое хлопковое, размер 44",
    description=f"<p>{SENTENCE * 8}</p><p>{SENTENCE * 5} Размер 44, стирка при 30 °C.</p>",
    seo_title="Платье Koton прямое хлопковое с поясом, размер 44 — купить",
    seo_description="Прямое платье Koton из хлопка с карманами и поясом, размер 44: держит форму, "
    "подходит для офиса и прогулок, стирается в машине при низкой температуре воды.",
    keywords=("платье", "хлопок", "прямой крой", "koton", "одежда с карманами"),
    key_benefits=("Плотный хлопок", "Карманы", "Пояс"),
)


def codes(draft: Draft | None, product: ProductSnapshot = PRODUCT, kind: str = "clothes") -> set[str]:
    return {issue.code for issue in shape_rules.check(product, draft, kind=kind)}


def test_a_card_in_shape_gets_no_note() -> None:
    assert 50 <= len(GOOD.seo_title) <= 60
    assert 150 <= len(GOOD.seo_description) <= 160
    assert codes(GOOD) == set()
    assert codes(None) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "Koton " + "платье " * 25}, "title_long"),
        ({"title": "Платье прямое, размер 44"}, "title_no_brand"),
        ({"seo_title": "Платье"}, "seo_length"),
        ({"seo_description": "Платье из хлопка."}, "seo_length"),
        ({"keywords": ("платье", "хлопок")}, "keywords_count"),
        ({"keywords": ("платье", "платья летние", "пояс", "крой", "хлопок")}, "keywords_repeat"),
        ({"description": "<p>Платье, размер 44, стирка при 30 °C.</p>"}, "description_length"),
        ({"description": f"<p>{SENTENCE * 30} Размер 44, стирка.</p><p>Пояс.</p>"}, "description_length"),
        ({"description": f"<p>{SENTENCE * 14} Размер 44, стирка.</p>"}, "description_wall"),
        ({"key_benefits": ("Пояс",)}, "benefits_count"),
        ({"description": GOOD.description.replace("стирка", "")}, "section_missing"),
    ],
)
def test_what_is_missed_is_noted(changes: dict[str, object], code: str) -> None:
    found = list(shape_rules.check(PRODUCT, replace(GOOD, **changes), kind="clothes"))  # type: ignore[arg-type]
    assert {issue.code for issue in found} == {code}
    assert {issue.severity.value for issue in found} == {"note"}


@pytest.mark.parametrize(
    ("kind", "source", "section"),
    [
        ("medicine", "Противопоказания: дети до 6 лет.", "противопоказания"),
        ("supplement", "Hamilelikte kullanmayınız.", "противопоказания"),
        ("medicine", "Reçeteyle satılır.", "условия отпуска"),
        ("food", "May contain traces of nuts.", "аллергены"),
    ],
)
def test_a_section_that_warns_is_asked_for(kind: str, source: str, section: str) -> None:
    told = {
        "противопоказания": "Детям до 6 лет нельзя.",
        "условия отпуска": "По рецепту.",
        "аллергены": "Возможны следы орехов.",
    }[section]
    product = replace(PRODUCT, description=source)

    def is_missed(text: str) -> bool:
        draft = replace(GOOD, description=f"<p>{text}</p>")
        found = shape_rules.check(product, draft, kind=kind)
        return any(issue.code == "section_missing" and section in issue.message for issue in found)

    assert is_missed("Без слов о том.")
    assert not is_missed(told)


def test_a_poor_source_is_no_fault_of_the_card() -> None:
    poor = replace(PRODUCT, description="Платье. Стирать при 30 °C.")
    assert (
        codes(replace(GOOD, description="<p>Платье, размер 44, стирка.</p>", key_benefits=()), poor) == set()
    )


def test_the_brand_of_a_book_is_its_publisher() -> None:
    assert "title_no_brand" not in codes(replace(GOOD, title="Пушкин А. С. Сказки"), kind="book")


def test_a_brand_is_found_whatever_its_case_and_marks() -> None:
    product = replace(PRODUCT, brand="La Roche-Posay İpek")
    assert "title_no_brand" not in codes(replace(GOOD, title="LA ROCHE POSAY Ipek крем"), product)


def test_the_leaflet_behind_the_text_is_not_measured() -> None:
    leaflet = "<h3>Инструкция</h3><h4>Состав</h4><p>" + SENTENCE * 100 + "</p>"
    assert codes(replace(GOOD, description=GOOD.description + leaflet)) == set()


def blocking(draft: Draft, product: ProductSnapshot = PRODUCT) -> set[tuple[str, str]]:
    found = shape_rules.check(product, draft, kind="clothes")
    return {(issue.code, issue.field) for issue in found if issue.severity.value == "blocking"}


def test_marks_of_a_masked_example_block() -> None:
    spoiled = replace(GOOD, title="[бренд] платье, размер [число]")
    assert blocking(spoiled) == {("mask_left", "title")}


def test_a_source_that_was_cut_blocks() -> None:
    long = replace(PRODUCT, description="слово " * (prompts.SOURCE_LIMIT // 5))
    assert blocking(GOOD, long) == {("source_cut", "description")}
    marked_up = replace(PRODUCT, description="<div></div>" * prompts.SOURCE_LIMIT)
    assert blocking(GOOD, marked_up) == set()


ENGLISH = Draft(
    title="Koton straight cotton dress, size 44",
    description="<p>A straight cotton dress with pockets and a belt. Size 44. Wash at 30 °C.</p>",
    seo_title="Koton straight cotton dress with a belt",
    seo_description="A straight cotton dress with pockets.",
    keywords=("dress", "cotton"),
    language="en",
)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "Koton платье, size 44"}, "title"),
        ({"description": "<p>A dress. Yüksek kaliteli pamuklu kumaştan üretilmiştir.</p>"}, "description"),
        ({"keywords": ("dress", "хлопок")}, "keywords"),
    ],
)
def test_an_english_card_is_english(changes: dict[str, object], field: str) -> None:
    assert blocking(ENGLISH) == set()
    assert blocking(replace(ENGLISH, **changes)) == {("foreign_words", field)}  # type: ignore[arg-type]


def test_a_brand_in_its_own_letters_may_stay_in_english() -> None:
    product = replace(PRODUCT, brand="Невская косметика")
    assert blocking(replace(ENGLISH, title="Невская Косметика cream"), product) == set()


# --- keywords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Крем", "кремы"], ["Крем"]),
        (["крем", "увлажняющий крем", "крем для рук"], ["крем", "увлажняющий"]),
        (["dress", "dresses", "summer dress"], ["dress", "summer"]),
        (["a1", "  ", "500", "и"], ["a1"]),
        (["крем для лица", "лицо"], ["крем для лица"]),
        ([*"чай лес дом кот сад нос рот".split(), "зуб"], "чай лес дом кот сад нос рот".split()),
        (["раз", "два", "три", "четыре", "пять", "раз два"], ["раз", "два", "три", "четыре", "пять"]),
    ],
)
def test_no_lemma_stands_twice(given: list[str], expected: list[str]) -> None:
    found = keywords.distinct(given)
    assert list(found) == expected
    assert keywords.repeated(found) == ()


def test_an_answer_is_fitted() -> None:
    answer = DraftAnswer(
        title="Крем",
        description="<p>Крем</p>",
        seo_title="Крем " * 30,
        seo_description="Крем " * 60,
        keywords=["крем.", "кремы", "<b>лицо</b>"],
        key_benefits=[],
        untranslated=[],
    )
    fitted = _fit(answer, "ru")
    assert fitted.keywords == ("крем", "лицо")
    assert len(fitted.seo_title) <= 70
    assert fitted.seo_title.endswith("Крем")
