"""The card in the making: what the pictures show, the texts, and what the quality check says of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from apps.ai.types.pictures import PictureFacts


@dataclass(frozen=True, slots=True)
class ImageFindings:
    """Result of the image stage. Colours are Russian names, the most frequent first; `quality_score` in 0..1.

    `text_on_package`, `doses`, `substances` and `pack_size` are read from the packaging by a model: they may be
    compared with the source, and prove nothing by themselves. `kind`: of goods, "" when it cannot be seen. `asked`: why
    the model was asked, in words, "" when it was not. `pictures`: what is known of each without a model.
    """

    dominant_colors: tuple[str, ...] = ()
    color_hex: tuple[str, ...] = ()
    detected_objects: tuple[str, ...] = ()
    product_type: str = ""
    text_on_package: tuple[str, ...] = ()
    quality_score: float | None = None
    analyzed_urls: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    brand: str = ""
    kind: str = ""
    doses: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    pack_size: str = ""
    asked: str = ""
    pictures: tuple[PictureFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Result of the draft stage: the card's texts. `description` is HTML, the rest is plain."""

    title: str
    description: str
    seo_title: str
    seo_description: str
    keywords: tuple[str, ...]
    key_benefits: tuple[str, ...] = ()
    language: str = "ru"
    untranslated: tuple[str, ...] = ()


class Severity(StrEnum):
    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of the quality check. `code` is stable; `message` is Russian and quotes the words.

    `score`: what it takes from the report's score of 1. `evidence`: the sentence of the source that speaks against it.
    """

    code: str
    severity: Severity
    message: str
    field: str = ""
    quotes: tuple[str, ...] = ()
    score: float = 0.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All findings, worst first. `score` in 0..1, 1 when there is nothing to say."""

    issues: tuple[Issue, ...] = ()
    score: float = 1.0

    @property
    def blocking(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is Severity.BLOCKING)
