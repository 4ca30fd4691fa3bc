"""The card in the making: its category, what the pictures show, the texts, and what the quality check says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.types.pictures import PictureFacts


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category of the shop's tree. `path`: names from the root; `kind`: own or inherited, "" if none.

    `attributes`: what its products are described by, own and inherited.
    """

    id: int
    name: str
    path: tuple[str, ...]
    ancestor_ids: tuple[int, ...] = ()
    kind: str = ""
    synonyms: tuple[str, ...] = ()
    is_leaf: bool = True
    is_active: bool = True
    attributes: tuple[AttributeSpec, ...] = ()

    @property
    def path_text(self) -> str:
        return " > ".join(self.path)


@dataclass(frozen=True, slots=True)
class CategoryCandidate:
    """A leaf among which the model chooses. `score` in 0..1; `examples`: titles people confirmed there."""

    category_id: int
    path: tuple[str, ...]
    kind: str
    score: float
    examples: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    attributes: tuple[AttributeSpec, ...] = ()

    @property
    def path_text(self) -> str:
        return " > ".join(self.path)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A product whose category a person confirmed. `score`: cosine similarity of the dense vectors.

    `words`: IDF-weighted cosine of the stems, 0..1; 1 for the same words, near 0 when only common words are
    shared. 0 where the search did not compute it. `also`: further categories that were confirmed as right.
    """

    product_id: int
    category_id: int
    title: str
    score: float
    words: float = 0.0
    also: tuple[int, ...] = ()

    @property
    def category_ids(self) -> tuple[int, ...]:
        return (self.category_id, *self.also)


@dataclass(frozen=True, slots=True)
class ScoredCategory:
    category_id: int
    path: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class ExtractedAttribute:
    """An attribute with the words of the source that prove it."""

    name: str
    value: str
    evidence: str


#: How a category was chosen: by confirmed neighbours and the classifier alone, or by a model among the candidates.
NEIGHBOURS, MODEL = "neighbours", "model"

#: Before the method of a choice that was taken over from another colour or size of the product.
VARIANT = "variant:"


#: Confidence from which a text may name category and kind.
SURE = 0.35
#: A model whose log-probabilities say less than that was guessing (they are 0 where the server gives none).
GUESS_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """Result of the category stage. `category_id` None: nothing fits. `alternatives`: up to three.

    `evidence`: what spoke for the choice, `rival`: for the likeliest other; with both a calibration can be fitted
    later, when a person has decided. `method`: "neighbours" (no model asked), "model", "given" or "none".
    `is_measured`: how often a choice made that way is right was measured on this shop; else `confidence` is a guess.
    """

    category_id: int | None
    path: tuple[str, ...]
    kind: str
    confidence: float
    alternatives: tuple[ScoredCategory, ...]
    attributes: tuple[ExtractedAttribute, ...] = ()
    method: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    rival: Mapping[str, float] = field(default_factory=dict)
    is_measured: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether a text may say what kind of goods this is: a guess of 0.01 once made a coagulant a supplement."""
        return self.confidence >= SURE

    @property
    def wants_second_look(self) -> bool:
        """Whether the model was asked, and answered `none` or guessed at something that no confirmed product backs."""
        if self.method != MODEL:
            return False
        if self.category_id is None:
            return True
        return 0.0 < self.evidence.get("certainty", 0.0) < GUESS_BELOW and not self.evidence.get("vote", 0.0)


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
