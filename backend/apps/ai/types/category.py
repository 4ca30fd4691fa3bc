"""Categories: the shop's tree, what may be chosen from it for a product, and the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.ai.text.attributes.schema import AttributeSpec


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
