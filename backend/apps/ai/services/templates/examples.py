"""Instructions and examples of a branch: the shop's templates, inherited down the tree."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from apps.ai.exceptions import AIError
from apps.ai.models import AITemplate
from apps.ai.services import composition, indexing
from apps.ai.services.category.evidence import product_text
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CategoryChoice, CategoryNode, ImageFindings, ProductSnapshot

logger = logging.getLogger(__name__)

MAX_INSTRUCTIONS = 4
MAX_EXAMPLES = 2
#: Found beyond what is needed: some may be the product's own, or switched off since.
SPARE = 6
INSTRUCTION, EXAMPLE = "attribute_extraction", "description"


class Examples(TypedDict):
    instructions: list[str]
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes into a prompt."""

    instructions: tuple[AITemplate, ...] = ()
    examples: tuple[AITemplate, ...] = ()

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in (*self.instructions, *self.examples)]

    @property
    def texts(self) -> Examples:
        return Examples(
            instructions=[row.content for row in self.instructions],
            examples=[row.content for row in self.examples],
        )


def choose(
    choice: CategoryChoice,
    *,
    language: str,
    product: ProductSnapshot | None = None,
    findings: ImageFindings | None = None,
) -> Chosen:
    """For the category itself first, then for its ancestors, then for all; examples also from other branches of a kind.

    When a branch holds more than a prompt takes, those nearest to the product are taken (Qdrant, with the vector that
    the category stage has paid for); without the vector or Qdrant the order of the tree decides. What was made from
    the product itself is left out. Costs no SQL while the rows are cached (CACHE_SECONDS), and never a
    request for a vector.
    """
    nodes = composition.category_index().nodes
    node = nodes.get(choice.category_id or 0)
    branch = [] if node is None else [node.id, *reversed(node.ancestor_ids)]
    rank: dict[int | None, int] = {category_id: place for place, category_id in enumerate(branch)}
    rank[None] = len(rank)
    rows = [row for row in _active.get(language) if product is None or _is_foreign(row, product)]
    mine = sorted((row for row in rows if row.category_id in rank), key=lambda row: _order(row, rank))
    near = _Nearness(language, branch, choice.kind, product, findings)
    instructions = near.pick(INSTRUCTION, mine, MAX_INSTRUCTIONS)
    examples = near.pick(EXAMPLE, mine, MAX_EXAMPLES)
    if len(examples) < MAX_EXAMPLES and choice.kind:
        kin = [row for row in rows if row.category_id not in rank and _kind(row, nodes) == choice.kind]
        examples += near.pick(EXAMPLE, kin, MAX_EXAMPLES - len(examples), by_kind=True)
    return Chosen(tuple(instructions), tuple(examples))


def again(template_ids: Sequence[int], *, language: str) -> Chosen:
    """What was chosen before, as far as it is still active."""
    rows = {row.pk: row for row in _active.get(language)}
    found = [rows[template_id] for template_id in template_ids if template_id in rows]
    return Chosen(
        tuple(row for row in found if row.template_type == INSTRUCTION),
        tuple(row for row in found if row.template_type == EXAMPLE),
    )


@dataclass(frozen=True, slots=True)
class _Nearness:
    """Orders templates by how near they are to the product."""

    language: str
    branch: list[int]
    kind: str
    product: ProductSnapshot | None
    findings: ImageFindings | None

    def pick(
        self, template_type: str, rows: Sequence[AITemplate], most: int, *, by_kind: bool = False
    ) -> list[AITemplate]:
        """At most `most` rows of the type; Qdrant is asked only when there are more."""
        fitting = [row for row in rows if row.template_type == template_type]
        if len(fitting) <= most:
            return fitting
        place = {
            template_id: rank
            for rank, template_id in enumerate(self._search(template_type, most, by_kind=by_kind))
        }
        return sorted(fitting, key=lambda row: place.get(row.pk, len(place)))[:most]

    def _search(self, template_type: str, most: int, *, by_kind: bool) -> list[int]:
        """Ids of the nearest templates; none when the vector is not at hand or Qdrant is away."""
        text = "" if self.product is None else product_text(self.product, self.findings)
        dense = composition.language_model().known_vector(text) if text else None
        if dense is None:
            return []
        words, grams = indexing.terms(text)
        try:
            hits = composition.vector_store().get_relevant_templates(
                dense,
                words,
                grams=grams,
                template_type=template_type,
                language=self.language,
                category_ids=[] if by_kind else self.branch,
                kind=self.kind if by_kind else "",
                limit=most + SPARE,
            )
        except AIError as error:
            logger.info("Templates are taken in the order of the tree: %s", error)
            return []
        return [hit.template_id for hit in hits]


def _order(row: AITemplate, rank: dict[int | None, int]) -> tuple[int, float, str]:
    return rank[row.category_id], -row.success_rate, row.name


def _kind(row: AITemplate, nodes: dict[int, CategoryNode]) -> str:
    node = nodes.get(row.category_id or 0)
    return "" if node is None else node.kind


def _is_foreign(row: AITemplate, product: ProductSnapshot) -> bool:
    return row.source_product_id is None or row.source_product_id != product.product_id


_active = TTLCached[str, list[AITemplate]](
    lambda language: list(AITemplate.objects.filter(is_active=True, language=language))
)


def forget() -> None:
    """Read the templates anew at the next use."""
    _active.clear()
