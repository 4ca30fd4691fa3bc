"""What the system knows by heart: the tree, and the categories that people confirmed, as vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services import composition, indexing
from apps.ai.services.category.evidence import product_text
from apps.ai.services.category.index import CategoryIndex, document
from apps.ai.services.indexing import Document, SyncSummary
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.vector_store import Collection
from apps.ai.types import CategoryNode, Meter, Mode

Progress = Callable[[int], None]
#: Products that are read at a time.
SLICE = 500
CATEGORY_MODES = tuple(mode.value for mode in Mode if mode.chooses_category)


def learn_decision(run_id: int) -> None:
    """Make the vector store say what people last confirmed about this run's product.

    The latest approval by a person writes the product's vector and category; when there is none (rejected,
    rolled back, applied automatically) the product teaches nothing. Running twice, late or out of order ends
    in the same state. Raises VectorStoreUnavailable; `sync_confirmed` makes up for what was missed.
    """
    run = AIProcessingLog.objects.filter(pk=run_id).first()
    if run is None or not Mode(run.processing_type).chooses_category:
        return
    learned = next(_learned([run.product_id]), None)
    store = composition.vector_store()
    if learned is None:
        store.delete(Collection.PRODUCTS, [run.product_id])
        return
    meter = RunMeter(run_id=run.pk, product_id=run.product_id, source="learning", mode=run.processing_type)
    store.upsert(
        Collection.PRODUCTS, indexing.embedded([learned], llm=composition.language_model(), meter=meter)
    )


def sync_tree(
    *, meter: Meter, prune: bool = False, dry_run: bool = False, progress: Progress = lambda done: None
) -> SyncSummary:
    """Bring the collection of categories in line with the shop's tree."""
    return indexing.sync(
        Collection.CATEGORIES,
        category_documents(catalog.get().categories()),
        store=composition.vector_store(),
        llm=composition.language_model(),
        meter=meter,
        prune=prune,
        dry_run=dry_run,
        progress=progress,
    )


def sync_confirmed(
    *, meter: Meter, prune: bool = False, dry_run: bool = False, progress: Progress = lambda done: None
) -> SyncSummary:
    """Bring the collection of products in line with what people confirmed: decisions, then the old catalogue.

    `prune` removes products that are confirmed no longer; a decision stays when its run was cleaned away.
    """
    return indexing.sync(
        Collection.PRODUCTS,
        confirmed_documents(),
        store=composition.vector_store(),
        llm=composition.language_model(),
        meter=meter,
        prune=prune,
        dry_run=dry_run,
        removable=_forgettable,
        progress=progress,
    )


def category_documents(nodes: Iterable[CategoryNode]) -> Iterator[Document]:
    """One document a node; those that may not be chosen are stored as such, and never found."""
    index = CategoryIndex(nodes)
    for node in index.nodes.values():
        yield Document(
            id=node.id,
            text=document(node),
            payload={
                "name": node.name,
                "path": list(node.path),
                "kind": node.kind,
                "leaf": node.is_leaf,
                "active": node.is_active if not node.is_leaf else node.id in index.choosable,
                "branches": [*node.ancestor_ids, node.id],
            },
        )


def confirmed_documents() -> Iterator[Document]:
    """Every product whose category a person confirmed, once; a decision here beats the catalogue's record.

    Read in slices of SLICE products: two statements a slice, and never all texts at once.
    """
    decided = person_approved().values_list("product_id", flat=True).distinct().order_by("product_id")
    seen: set[int] = set()
    last = 0
    while product_ids := list(decided.filter(product_id__gt=last)[:SLICE]):
        last = product_ids[-1]
        for learned in _learned(product_ids):
            seen.add(learned.id)
            yield learned
    for product in catalog.get().confirmed_products():
        if product.product_id not in seen:
            yield product_document(product.product_id, product.title, product.text, product.category_id)


def product_document(
    product_id: int, title: str, text: str, category_id: int, also: Sequence[int] = ()
) -> Document:
    """`also`: further categories that are right for the product; a shop's own product has one."""
    payload: dict[str, Any] = {"category_id": category_id, "title": title[:255]}
    return Document(id=product_id, text=text, payload=payload | ({"also": list(also)} if also else {}))


def person_approved() -> QuerySet[AIProcessingLog]:
    """Runs whose category a person approved or corrected; what was applied automatically is never among them."""
    return AIProcessingLog.objects.filter(
        status=Status.APPROVED,
        processed_by__isnull=False,
        suggested_category__isnull=False,
        processing_type__in=CATEGORY_MODES,
    )


def _forgettable(product_ids: set[int]) -> set[int]:
    """Of products that nobody confirms now: those that are gone, and those whose runs still say otherwise."""
    runs = AIProcessingLog.objects.filter(product_id__in=product_ids, processing_type__in=CATEGORY_MODES)
    taken_back = set(runs.values_list("product_id", flat=True))
    return taken_back | product_ids.difference(catalog.get().existing(product_ids))


def _learned(product_ids: Sequence[int]) -> Iterator[Document]:
    """What the latest approval by a person teaches about each of the products; nothing without one."""
    runs = person_approved().filter(product_id__in=product_ids).order_by("moderation_date", "pk")
    latest = dict(runs.values_list("product_id", "suggested_category_id"))
    for product_id, product in sorted(catalog.get().snapshots(list(latest)).items()):
        text, category_id = product_text(product), latest[product_id]
        if text and category_id is not None:
            yield product_document(product_id, product.title, text, category_id)
