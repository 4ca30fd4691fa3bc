"""Fits the shop's categories anew from what people confirmed, when enough of that has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from apps.ai import conf
from apps.ai.models import AICategoryFit
from apps.ai.services import composition
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.category.evidence import Evidence
from apps.ai.services.fitting import store, train
from apps.ai.services.fitting.model import branch_of
from apps.ai.services.fitting.train import KnownChoice
from apps.ai.services.people import confirmed
from apps.ai.services.vector_store import Collection
from apps.ai.types import MODEL, NEIGHBOURS, Meter, Stage

#: A fit is repeated when so many products were confirmed or decided since, or this share of them.
CHANGED, CHANGED_SHARE = 50, 0.02
#: People's latest decisions that are looked at.
MOST_DECISIONS = 5000
_EVIDENCE = {field.name for field in fields(Evidence)}


@dataclass(frozen=True, slots=True)
class Refit:
    """`row`: the new fit, or None. `reason`: why there is none: "unchanged" or "too_few"."""

    row: AICategoryFit | None
    confirmed: int
    decided: int
    reason: str = ""


def refit(
    *,
    meter: Meter,
    force: bool = False,
    most_tested: int = train.MOST_TESTED,
    progress: Callable[[int], None] = lambda done: None,
) -> Refit:
    """Fit anew when enough has changed, or with `force`. Raises what the store and the model's door raise.

    The confirmed products must be in the vector store (`sync_categories`): their neighbours are searched there.
    """
    llm, vectors, index = (
        composition.language_model(),
        composition.vector_store(),
        composition.category_index(),
    )
    target, counted = conf.get().target_precision, _count()
    known = store.newest(llm.embedding_model)
    if known is not None and not force and not _changed(known, counted, target):
        return Refit(None, counted["confirmed"], counted["approved"], "unchanged")
    documents = [
        one for one in confirmed.confirmed_documents() if one.payload["category_id"] in index.choosable
    ]
    decisions = list(_decisions())
    training = train.train(
        documents,
        lambda fit: AutoCategorizer(llm, vectors, index, fit),
        meter=meter,
        target=target,
        decisions=decisions,
        most_tested=most_tested,
        progress=progress,
    )
    if training is None:
        return Refit(None, len(documents), len(decisions), "too_few")
    row = store.save(
        training,
        embedding_model=llm.embedding_model,
        target=target,
        decided=len(decisions),
        counted=counted,
    )
    return Refit(row, len(documents), len(decisions))


def _count() -> dict[str, int]:
    """What a fit would be made from, counted without reading it: two requests, however large the shop is."""
    stored = composition.vector_store().counts()[Collection.PRODUCTS]
    return {"confirmed": stored, "approved": confirmed.person_approved().count()}


def _changed(known: AICategoryFit, counted: Mapping[str, int], target: float) -> bool:
    """Since the fit, against what was counted then: a fit of an earlier version did not note it, and is repeated."""
    if known.target_precision != target or not known.counted:
        return True
    before: dict[str, int] = known.counted
    changed = sum(abs(number - before.get(name, 0)) for name, number in counted.items())
    return changed >= min(CHANGED, max(1.0, CHANGED_SHARE * counted["confirmed"]))


def _decisions() -> Iterator[KnownChoice]:
    """Choices that a person then approved or corrected. A rejected card says nothing about its category."""
    index = composition.category_index()
    rows = confirmed.person_approved().order_by("-pk").values_list("stage_results", "suggested_category_id")
    for results, category_id in rows[:MOST_DECISIONS].iterator(chunk_size=500):
        choice = results.get(Stage.CATEGORY.value) or {}
        node = index.nodes.get(choice.get("category_id") or 0)
        if node is None or choice.get("method") not in (NEIGHBOURS, MODEL):
            continue
        evidence, rival = (_evidence(choice.get(name) or {}) for name in ("evidence", "rival"))
        if evidence.fit or rival.fit:  # made with a classifier, as all will be
            yield KnownChoice(evidence, rival, node.id == category_id, branch_of(node), choice["method"])


def _evidence(stored: Mapping[str, Any]) -> Evidence:
    return Evidence(**{name: float(value) for name, value in stored.items() if name in _EVIDENCE})
