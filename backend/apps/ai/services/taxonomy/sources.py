"""Where a taxonomy report gets what it is made from: the shop with its vectors, or a labelled set without the shop."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from apps.ai import catalog
from apps.ai.exceptions import AIError
from apps.ai.models import AIProcessingLog, AITaxonomyReport
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.benchmark.datasets import Dataset
from apps.ai.services.category.evidence import product_text
from apps.ai.services.category.index import document
from apps.ai.services.indexing import EMBED_BATCH, TEXT_LIMIT
from apps.ai.services.taxonomy.report import Report, TreeFacts, report_on
from apps.ai.services.taxonomy.vectors import MOST_PRODUCTS, Array, Vectors
from apps.ai.services.vector_store import Collection
from apps.ai.types import FreeMeter, LanguageModel

#: Reports that are kept.
KEEP = 10
#: Decisions by people that are looked at, the latest.
DECISIONS = 50_000


def of_shop() -> Report:
    """The shop's tree as it stands. Without Qdrant the sections that need vectors stay empty, and a note says so."""
    notes: tuple[str, ...] = ()
    categories = products = Vectors.none()
    try:
        categories, products = _stored_categories(), _stored_products()
    except AIError as error:
        notes = (f"Без векторов: {error} Близкие по смыслу и путаница по товарам не посчитаны.",)
    return report_on(
        TreeFacts(
            nodes=catalog.get().categories(),
            counts=catalog.get().product_counts(),
            category_vectors=categories,
            product_vectors=products,
            corrections=corrections(),
            notes=notes,
        )
    )


def of_dataset(dataset: Dataset, *, llm: LanguageModel) -> Report:
    """A labelled set's tree, its products all confirmed; the shop and its collections are not touched."""
    nodes = dataset.tree(dataset.products)
    products = [(one, product_text(one.snapshot)) for one in dataset.products]
    known = [(one, text) for one, text in products if text][:MOST_PRODUCTS]
    counts = Counter(category_id for one in dataset.products for category_id in one.category_ids)
    return report_on(
        TreeFacts(
            nodes=nodes,
            counts=counts,
            category_vectors=Vectors(
                tuple(node.id for node in nodes), _embedded([document(node) for node in nodes], llm)
            ),
            product_vectors=Vectors(
                tuple(one.snapshot.product_id for one, _ in known),
                _embedded([text for _, text in known], llm),
                tuple(one.category_ids[0] for one, _ in known),
                tuple(one.snapshot.title for one, _ in known),
            ),
        )
    )


def make() -> AITaxonomyReport:
    """Report on the shop and keep it; older ones beyond KEEP go."""
    started = time.monotonic()
    figures = of_shop().as_dict()
    saved = AITaxonomyReport.objects.create(figures=figures, seconds=round(time.monotonic() - started, 2))
    kept = list(AITaxonomyReport.objects.values_list("pk", flat=True)[:KEEP])
    AITaxonomyReport.objects.exclude(pk__in=kept).delete()
    return saved


def corrections() -> dict[tuple[int, int], int]:
    """How often people changed which category into which other one, before they approved."""
    changed = (
        AIProcessingLog.objects.filter(
            status=Status.APPROVED, processed_by__isnull=False, suggested_category__isnull=False
        )
        .exclude(edited_by_moderator=[])
        .order_by("-pk")
        .values_list(
            "suggested_category_id",
            "stage_results__second_look__category_id",
            "stage_results__category__category_id",
        )[:DECISIONS]
    )
    found: Counter[tuple[int, int]] = Counter()
    for became, second, first in changed.iterator(chunk_size=2000):
        was = second or first
        if isinstance(was, int) and became is not None and was != became:
            found[was, became] += 1
    return dict(found)


def _stored_categories() -> Vectors:
    rows = composition.vector_store().dense_vectors(Collection.CATEGORIES)
    return Vectors(tuple(row.id for row in rows), _matrix([row.dense for row in rows]))


def _stored_products() -> Vectors:
    rows = composition.vector_store().dense_vectors(Collection.PRODUCTS, most=MOST_PRODUCTS)
    return Vectors(
        tuple(row.id for row in rows),
        _matrix([row.dense for row in rows]),
        tuple(int(row.payload["category_id"]) for row in rows),
        tuple(str(row.payload.get("title", "")) for row in rows),
    )


def _embedded(texts: Sequence[str], llm: LanguageModel) -> Array:
    """Batch by batch in 4 bytes a number: as lists of Python's floats they would take eight times as much."""
    parts = []
    for start in range(0, len(texts), EMBED_BATCH):
        batch = [text[:TEXT_LIMIT] for text in texts[start : start + EMBED_BATCH]]
        parts.append(np.asarray(llm.embed(batch, meter=FreeMeter()), dtype=np.float32))
    return _matrix(row for part in parts for row in part)


def _matrix(vectors: Iterable[Sequence[float] | Array]) -> Array:
    """Unit rows; an empty matrix for none."""
    rows: Array = np.asarray(list(vectors), dtype=np.float32)
    if not rows.size:
        return Vectors.none().matrix
    unit: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
