"""Measures the category stage on a labelled set, with vectors in memory: the shop's rows and collections are not
touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.ai.services import indexing
from apps.ai.services.benchmark import metrics
from apps.ai.services.benchmark.datasets import Dataset, Split
from apps.ai.services.benchmark.metrics import Prediction
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.category.evidence import product_text
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.fitting import train
from apps.ai.services.fitting.model import UNFITTED, CategoryFit
from apps.ai.services.indexing import Document
from apps.ai.services.people.confirmed import category_documents, product_document
from apps.ai.services.vector_store.exact import ExactStore
from apps.ai.services.vector_store.schema import Entry
from apps.ai.types import (
    MODEL,
    CallOutcome,
    ImageFindings,
    LanguageModel,
    Meter,
    PlannedCall,
    Usage,
)

Progress = Callable[[int], None]
#: USD for tokens of a model; None when its price is not known.
Prices = Callable[[str, Usage], float | None]


class CountingMeter:
    """Passes every call on to another meter, and counts tokens by model."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.usage: dict[str, Usage] = {}

    def reserve(self, call: PlannedCall) -> Any:
        return self._meter.reserve(call)

    def record(self, ticket: Any, call: PlannedCall, outcome: CallOutcome) -> None:
        self.usage[call.model] = self.usage.get(call.model, Usage()) + (outcome.usage or Usage())
        self._meter.record(ticket, call, outcome)

    @property
    def tokens(self) -> int:
        return sum(usage.total for usage in self.usage.values())


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` by metric; `context` says what was measured on what."""

    context: dict[str, Any]
    figures: dict[str, float | None]
    predictions: tuple[Prediction, ...] = ()


def run(
    dataset: Dataset,
    parts: Split,
    *,
    llm: LanguageModel,
    meter: Meter,
    prices: Prices,
    target: float,
    progress: Progress = lambda done: None,
) -> Report:
    """Index the examples, fit on them, categorise the test part, report. `target`: precision of automatic decisions.

    Vectors are searched in memory, exactly. Raises what the model's door raises.
    """
    counted = CountingMeter(meter)
    nodes = dataset.tree(parts.examples)
    examples = list(_examples(parts))
    store = ExactStore(
        *(
            _embedded(documents, llm=llm, meter=counted, progress=progress)
            for documents in (list(category_documents(nodes)), examples)
        )
    )
    index = CategoryIndex(nodes)
    began = time.perf_counter()
    training = train.train(
        examples,
        lambda fit: AutoCategorizer(llm, store, index, fit),
        meter=counted,
        target=target,
        progress=progress,
    )
    fit_seconds = time.perf_counter() - began
    fit = UNFITTED if training is None else training.fit
    indexing_tokens = counted.tokens
    started = time.perf_counter()
    predictions, asked = _predictions(
        parts, AutoCategorizer(llm, store, index, fit), fit, index, meter=counted, progress=progress
    )
    elapsed = time.perf_counter() - started
    return Report(
        context={
            "dataset": dataset.name,
            "categories": len(nodes),
            "examples": len(parts.examples),
            "tested": len(parts.test),
            "engine": llm.model,
            "embedding": f"{llm.embedding_model}, {llm.dimensions}",
            "indexing_tokens": indexing_tokens,
            "fit_seconds": round(fit_seconds, 1),
            "threshold": None if fit.alone is None else round(fit.alone.threshold, 4),
            "branches": 0 if fit.alone is None else len(fit.alone.branches),
        },
        figures={
            **figures(predictions, paths={node.id: (*node.ancestor_ids, node.id) for node in nodes}),
            "model_calls": float(asked),
            "tokens": float(counted.tokens - indexing_tokens),
            "cost_usd": _cost(counted.usage, prices),
            "ms_per_product": 1000.0 * elapsed / max(len(predictions), 1),
        },
        predictions=tuple(predictions),
    )


def _predictions(
    parts: Split,
    stage: AutoCategorizer,
    fit: CategoryFit,
    index: CategoryIndex,
    *,
    meter: Meter,
    progress: Progress,
) -> tuple[list[Prediction], int]:
    """What the stage says of each tested product, and for how many it asked a model."""
    predictions = []
    asked = 0
    for product in parts.test:
        closed = stage.find(product.snapshot, ImageFindings(), meter=meter)
        choice = stage.choose(product.snapshot, ImageFindings(), closed, meter=meter)
        asked += choice.method == MODEL
        node = None if choice.category_id is None else index.nodes[choice.category_id]
        others = [other.category_id for other in choice.alternatives]
        predictions.append(
            Prediction(
                right=frozenset(product.category_ids),
                choice=choice.category_id,
                confidence=choice.confidence,
                ranked=tuple(others if choice.category_id is None else [choice.category_id, *others]),
                candidates=tuple(candidate.node.id for candidate in closed.candidates),
                automatic=node is not None and choice.confidence >= fit.threshold(node, method=choice.method),
            )
        )
        progress(1)
    return predictions, asked


def figures(
    predictions: list[Prediction], *, paths: Mapping[int, tuple[int, ...]]
) -> dict[str, float | None]:
    """All metrics of the predictions themselves. `paths`: of each category, its ids from the root down."""
    at = {share: metrics.at_precision(predictions, share / 100) for share in (95, 98, 99)}
    default = metrics.automatic(predictions)
    return {
        "top1": metrics.top(predictions, 1),
        "top3": metrics.top(predictions, 3),
        "recall@10": metrics.recall(predictions, 10),
        "recall@20": metrics.recall(predictions, 20),
        "recall@30": metrics.recall(predictions, 30),
        "hierarchical_f1": metrics.hierarchical_f1(predictions, paths),
        "macro_f1": metrics.macro_f1(predictions),
        "abstentions": metrics.abstentions(predictions),
        "coverage@95": at[95].coverage,
        "coverage@98": at[98].coverage,
        "coverage@99": at[99].coverage,
        "threshold@98": at[98].threshold,
        "coverage@default": default.coverage,
        "precision@default": default.precision,
        "calibration_error": metrics.calibration_error(predictions),
    }


def _cost(usage: Mapping[str, Usage], prices: Prices) -> float | None:
    """USD of everything, indexing included; None as soon as one model's price is not known."""
    costs = [prices(model, tokens) for model, tokens in usage.items()]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def _embedded(
    documents: list[Document], *, llm: LanguageModel, meter: Meter, progress: Progress
) -> Iterator[Entry]:
    for start in range(0, len(documents), indexing.EMBED_BATCH):
        batch = documents[start : start + indexing.EMBED_BATCH]
        yield from indexing.embedded(batch, llm=llm, meter=meter)
        progress(len(batch))


def _examples(parts: Split) -> Iterator[Document]:
    for product in parts.examples:
        snapshot = product.snapshot
        text = product_text(snapshot)
        if text:
            first, *also = product.category_ids
            yield product_document(snapshot.product_id, snapshot.title, text, first, also)
