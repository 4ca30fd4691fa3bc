"""A model's answer about one source product, checked as the pipeline checks it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apps.ai.schemas import DraftAnswer
from apps.ai.services import content_generator, quality_checker
from apps.ai.types import CategoryChoice, ImageFindings, Mode, ProductSnapshot, QualityReport

#: States nothing; makes a description long enough. The source says it, too, so that no rule asks for its proof.
FILLER = (
    "Подробности о товаре приведены в карточке. Проверьте их перед заказом и сверьте с тем, что вам нужно."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a source product and an answer about it. `code` and `quote` are "" for honest ones."""

    why: str
    source: str
    further: str
    title: str
    sentence: str
    code: str = ""
    quote: str = ""

    def __str__(self) -> str:
        return f"{self.why}: {self.source} | {self.title} | {self.sentence}"


def table(name: str) -> list[Row]:
    """The rows of a table of tab-separated columns beside this module."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def report(row: Row, *, kind: str = "other") -> QualityReport:
    """What the check says about the row's answer after it went the way of every answer."""
    brand = row.further.removeprefix("brand=") if row.further.startswith("brand=") else ""
    product = ProductSnapshot(
        1, row.source, FILLER if brand else f"{row.further}\n{FILLER}".strip(), brand=brand
    )
    seo = row.sentence.removeprefix("seo_title=") if row.sentence.startswith("seo_title=") else ""
    sentence = "" if seo else row.sentence
    answer = DraftAnswer(
        title=row.title,
        description=f"<p>{row.title}.</p><p>{sentence}</p><p>{FILLER}</p>",
        seo_title=seo or row.title,
        seo_description=row.title,
        keywords=["товар"],
        key_benefits=[],
        untranslated=[],
    )
    return quality_checker.check(
        product,
        mode=Mode.FULL,
        choice=CategoryChoice(1, ("Товары",), kind, 1.0, ()),
        draft=content_generator._fit(answer, "ru"),
        findings=ImageFindings(),
        threshold=0.8,
    )
