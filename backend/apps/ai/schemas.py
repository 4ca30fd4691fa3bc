"""What a model may answer. Strict: unknown keys are refused, and every field is required (Structured Outputs)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model


class StrictAnswer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AttributeClaim(StrictAnswer):
    name: str = Field(description="Название характеристики по-русски")
    value: str = Field(description="Значение по-русски, числа и единицы без изменений")
    evidence: str = Field(description="Дословная цитата из данных товара, которая это подтверждает")


class CategoryAnswer(StrictAnswer):
    """`choice` is a candidate's number as text, or "none"."""

    choice: str = Field(description="Номер кандидата или none, если не подходит ни один")
    runners_up: list[str] = Field(description="До трёх следующих по вероятности номеров")
    attributes: list[AttributeClaim]


@lru_cache(maxsize=64)
def category_answer(candidates: int) -> type[CategoryAnswer]:
    """The schema whose enum is the numbers 1..candidates and "none"; the same class for the same count."""
    numbers = (*(str(number) for number in range(1, candidates + 1)), "none")
    offered: Any = Literal[numbers]
    fields = CategoryAnswer.model_fields
    return create_model(
        "CategoryAnswer",
        __base__=CategoryAnswer,
        choice=(offered, fields["choice"]),
        runners_up=(list[offered], fields["runners_up"]),
    )


class DraftAnswer(StrictAnswer):
    """`untranslated`: words of the source that the writer could not put into the card's language."""

    title: str
    description: str = Field(description="HTML: только p, ul, li, strong")
    seo_title: str
    seo_description: str
    keywords: list[str]
    key_benefits: list[str]
    untranslated: list[str] = Field(description="Слова источника, которые не удалось перевести")


class LeafletAnswer(StrictAnswer):
    """A translated section of a leaflet."""

    heading: str = Field(description="Заголовок раздела на языке перевода")
    text: str = Field(description="HTML: только p, ul, li, strong")
    untranslated: list[str] = Field(description="Слова источника, которые не удалось перевести")


class VerifyClaim(StrictAnswer):
    """`source_sentence` 0: no sentence of the source speaks of it."""

    card_sentence: int = Field(description="Номер предложения карточки")
    source_sentence: int = Field(description="Номер предложения источника или 0")
    problem: Literal["unsupported", "contradicts"]


class VerifyAnswer(StrictAnswer):
    """What a second reader doubts; empty when there is nothing."""

    doubts: list[VerifyClaim]


class ImageAnswer(StrictAnswer):
    """Colours as Russian names and #RRGGBB; `quality_score` in 0..1."""

    dominant_colors: list[str]
    color_hex: list[str]
    detected_objects: list[str]
    product_type: str
    text_on_package: list[str]
    quality_score: float


class SeenAnswer(ImageAnswer):
    """What every kind of goods is asked. The defaults are for servers that do not hold themselves to the schema."""

    brand: str = Field("", description="Марка, как она написана на товаре или упаковке; пусто, если не видна")
    kind: Literal[
        "medicine",
        "supplement",
        "cosmetics",
        "perfume",
        "clothes",
        "shoes",
        "book",
        "furniture",
        "tableware",
        "electronics",
        "food",
        "household",
        "toys",
        "other",
        "unclear",
    ] = Field("unclear", description="Вид товара; unclear, если по снимку не понять")


class PackageAnswer(SeenAnswer):
    """Goods of which a dose may stand on the package, or of which nobody knows yet what they are."""

    doses: list[str] = Field([], description="Дозировки с единицами, дословно с упаковки: 500 mg")
    substances: list[str] = Field([], description="Действующие вещества, дословно с упаковки")
    pack_size: str = Field("", description="Количество в упаковке дословно: 30 tablet, 50 ml")


class MeasuredAnswer(SeenAnswer):
    """Goods that are sold by volume, weight or pieces."""

    pack_size: str = Field("", description="Объём, масса или количество дословно с упаковки: 50 ml")


_BY_KIND: dict[str, type[SeenAnswer]] = {
    **dict.fromkeys(("cosmetics", "perfume", "food", "household"), MeasuredAnswer),
    **dict.fromkeys(
        ("clothes", "shoes", "book", "furniture", "tableware", "electronics", "toys"), SeenAnswer
    ),
}


def image_answer(kind: str) -> type[SeenAnswer]:
    """What is asked about pictures of goods of this kind; of an unknown kind also what stands on packages."""
    return _BY_KIND.get(kind, PackageAnswer)
