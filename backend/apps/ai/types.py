"""Values that travel between the parts. All are frozen; what is saved on a run round-trips through JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from apps.ai.text.attributes.schema import AttributeSpec

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class Stage(StrEnum):
    IMAGES = "images"
    CATEGORY = "category"
    SECOND_LOOK = "second_look"
    DRAFT = "draft"
    REPAIR = "repair"
    LEAFLET = "leaflet"
    QUALITY = "quality"


#: Stages whose answer is one of the offered categories; its log-probabilities are asked for.
CHOOSING = frozenset({Stage.CATEGORY, Stage.SECOND_LOOK})


class Mode(StrEnum):
    """What a run may do. The values are those of `AIProcessingLog.processing_type`."""

    FULL = "full"
    DESCRIPTION = "description_only"
    CATEGORY = "categorization_only"
    IMAGES = "image_analysis"

    @property
    def writes_text(self) -> bool:
        return self in (Mode.FULL, Mode.DESCRIPTION)

    @property
    def chooses_category(self) -> bool:
        return self in (Mode.FULL, Mode.CATEGORY)

    @property
    def card_fields(self) -> tuple[str, ...]:
        """The only card fields an apply of this mode may write."""
        return {
            Mode.FULL: CARD_FIELDS,
            Mode.DESCRIPTION: TEXT_FIELDS,
            Mode.CATEGORY: ("category", "attributes"),
            Mode.IMAGES: (),
        }[self]


TEXT_FIELDS = ("title", "description", "seo_title", "seo_description", "keywords")
CARD_FIELDS = ("category", "attributes", *TEXT_FIELDS)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the caller asked for besides the mode."""

    analyze_images: bool = True
    language: str = "ru"
    force: bool = False


@dataclass(frozen=True, slots=True)
class ProductSnapshot:
    """A product as the pipeline saw it once. Texts are the source's own words, already free of controls.

    `card`: the Russian card as it stands, by card field name (`CARD_FIELDS`), values JSON-able.
    `edited_fields`: card fields that a person changed. `attributes`: the source's, flat.
    """

    product_id: int
    title: str
    description: str
    brand: str = ""
    supplier: str = ""
    source: str = ""
    source_url: str = ""
    source_category: str = ""
    barcode: str = ""
    price: Decimal | None = None
    currency: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    image_urls: tuple[str, ...] = ()
    category_id: int | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    edited_fields: tuple[str, ...] = ()
    created_at: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over what an answer depends on; price and stock change too often to pay for, so not they."""
        return fingerprint(
            self.title,
            self.description,
            self.brand,
            self.source_category,
            self.barcode,
            dict(self.attributes),
            list(self.image_urls),
        )

    @property
    def card_fingerprint(self) -> str:
        """SHA-256 over what an apply would change; differs when somebody edited the card meanwhile."""
        return fingerprint(dict(self.card), sorted(self.edited_fields))

    @property
    def source_text(self) -> str:
        """Everything the source says, one fact-bearing line after another: what a card may be built from."""
        lines = [
            self.title,
            self.description,
            self.brand,
            self.barcode,
            *(f"{name}: {value}" for name, value in self.attributes.items()),
        ]
        return "\n".join(line for line in lines if line)


def fingerprint(*parts: Any) -> str:
    """SHA-256 (hex) of JSON-able parts, the same in every process."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
    """A leaf offered to the model. `score` in 0..1; `examples`: titles people confirmed there."""

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


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """Result of the category stage. `category_id` None: nothing fits. `alternatives`: up to three.

    `evidence`: what spoke for the choice, `rival`: for the likeliest other; with both a calibration can be fitted
    later, when a person has decided. `method`: "neighbours" (no model asked), "model", "given" or "none".
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

    @property
    def is_sure(self) -> bool:
        """Whether a text may say what kind of goods this is; a guess of 0.01 made a coagulant a food supplement."""
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class ImageFindings:
    """Result of the image stage. Colours are Russian names, the most frequent first; `quality_score` in 0..1."""

    dominant_colors: tuple[str, ...] = ()
    color_hex: tuple[str, ...] = ()
    detected_objects: tuple[str, ...] = ()
    product_type: str = ""
    text_on_package: tuple[str, ...] = ()
    quality_score: float | None = None
    analyzed_urls: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


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

    `score`: what it takes from the report's score of 1.
    """

    code: str
    severity: Severity
    message: str
    field: str = ""
    quotes: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All findings, worst first. `score` in 0..1, 1 when there is nothing to say."""

    issues: tuple[Issue, ...] = ()
    score: float = 1.0

    @property
    def blocking(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is Severity.BLOCKING)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider reported them. `cached` is a part of `prompt`, `reasoning` a part of `completion`."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.prompt + self.completion

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.cached + other.cached,
            self.reasoning + other.reasoning,
        )


class Operation(StrEnum):
    CHAT = "chat"
    VISION = "vision"
    EMBEDDING = "embedding"


class CallStatus(StrEnum):
    OK = "ok"
    UNUSABLE = "unusable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One request that is about to be sent. Token figures are upper estimates for the reservation."""

    operation: Operation
    stage: Stage
    model: str
    prompt_tokens: int
    completion_tokens: int
    images: int = 0


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of a request. `usage` None: the provider reported none (an error, a timeout).

    `code`: what went wrong in a word (`services.llm.errors`, or an answer's fault), "" when nothing did.
    """

    status: CallStatus
    usage: Usage | None
    duration_ms: int
    request_id: str = ""
    code: str = ""
    error: str = ""


class Meter(Protocol):
    """Stands at the till: asked before every request, told after it. Implemented by `services.spending`."""

    def admit(self, call: PlannedCall) -> Any:
        """Reserve money for the call and return a ticket; raises PauseError or TransientAIError if it may not go."""

    def settle(self, ticket: Any, call: PlannedCall, outcome: CallOutcome) -> None:
        """Book what the call really cost and give back the rest of the reservation."""


class FreeMeter:
    """For what costs nothing and belongs to no run: benchmarks and tests."""

    def admit(self, call: PlannedCall) -> None:
        return None

    def settle(self, ticket: Any, call: PlannedCall, outcome: CallOutcome) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt. `system` is the same bytes for all products of a mode; `user` holds the data."""

    name: str
    version: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture for a vision model: a data URL, its pixels, and the URL it came from."""

    data_url: str
    width: int
    height: int
    source_url: str


@dataclass(frozen=True, slots=True)
class Question(Generic[AnswerT]):
    """One thing to ask a language model.

    `facts` is the value that the prompt's data part was rendered from: the offline engine reads it, a real
    model reads the prompt.
    """

    stage: Stage
    prompt: Prompt
    schema: type[AnswerT]
    facts: Any
    images: tuple[ImagePart, ...] = ()
    max_output_tokens: int = 1500
    temperature: float | None = 0.2


@dataclass(frozen=True, slots=True)
class Answer(Generic[AnswerT]):
    """`content` satisfies the question's schema. `certainty` in 0..1 from log-probabilities, None without."""

    content: AnswerT
    model: str
    usage: Usage
    raw: Mapping[str, Any]
    certainty: float | None = None


class LanguageModel(Protocol):
    """The model's door. `model` is what stands in the log; both methods may raise any `AIError`."""

    @property
    def model(self) -> str: ...

    @property
    def embedding_model(self) -> str: ...

    @property
    def dimensions(self) -> int:
        """Length of every dense vector."""

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]: ...

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        """One vector of `dimensions` floats a text, in the same order; an empty list for an empty list."""

    def known_vector(self, text: str) -> list[float] | None:
        """The vector of a text that this process embedded lately; None rather than a request or a query."""


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What the category question is about. The answer's number n means `candidates[n - 1]`.

    `measured`: the candidates' scores were fitted on this shop's confirmed products.
    """

    product: ProductSnapshot
    candidates: tuple[CategoryCandidate, ...]
    findings: ImageFindings
    measured: bool = False


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What the draft question is about. `violations` and `previous` are set on the one repair.

    `is_sure`: of category and kind, so that a text may say them.
    """

    product: ProductSnapshot
    category_path: tuple[str, ...]
    kind: str
    attributes: tuple[ExtractedAttribute, ...]
    findings: ImageFindings
    language: str
    shop_name: str
    shop_tone: str
    instructions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    previous: Draft | None = None
    violations: tuple[str, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the image question is about: the prepared pictures' JPEG bytes, in the product's order."""

    product: ProductSnapshot
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LeafletFacts:
    """One section of a medicine's leaflet, plain text with a line a paragraph. `violations`: set on its one repair."""

    heading: str
    text: str
    language: str
    previous_heading: str = ""
    previous_text: str = ""
    violations: tuple[str, ...] = ()
