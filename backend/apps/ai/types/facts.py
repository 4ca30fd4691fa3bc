"""What the questions are about: the value that a prompt's data part is rendered from."""

from __future__ import annotations

from dataclasses import dataclass

from apps.ai.types.card import CategoryCandidate, Draft, ExtractedAttribute, ImageFindings
from apps.ai.types.run import ProductSnapshot


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
    """What the draft question is about. `is_sure`: of category and kind, so that a text may say them.

    `violations` and `previous` are set on the one repair.
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
    kind: str = ""


@dataclass(frozen=True, slots=True)
class LeafletFacts:
    """One section of a medicine's leaflet, plain text with a line a paragraph. `violations`: set on its one repair."""

    heading: str
    text: str
    language: str
    previous_heading: str = ""
    previous_text: str = ""
    violations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyFacts:
    """A card and its source sentence by sentence, for a second reader. `notices`: what every such card says."""

    source: tuple[str, ...]
    card: tuple[str, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence of the card that a second reader does not find in the source, or finds contradicted by `evidence`."""

    sentence: str
    evidence: str
    contradicts: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of the second reading."""

    doubts: tuple[Doubt, ...] = ()
