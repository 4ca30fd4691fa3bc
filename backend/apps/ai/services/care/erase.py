"""Deletion of everything about one product. Running it again, after a crash anywhere, ends in the same state.

What lies outside the database is found by the product's number, or goes while the rows that name it are still there;
all rows go in one transaction. The ledger keeps its sums without saying whose they are.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from apps.ai import catalog
from apps.ai.catalog.port import ForgetsProducts
from apps.ai.exceptions import AIError
from apps.ai.models import AICall, AIProcessingLog, AITrial
from apps.ai.models.processing import Status
from apps.ai.models.rules import TrialState
from apps.ai.services import composition
from apps.ai.services.care import pictures
from apps.ai.services.care.tables import TABLES, unsubmitted
from apps.ai.services.vector_store import Collection


class ProductBusy(AIError):
    """A run of the product is under way: its worker would write back what is deleted."""


def erase(product_id: int, *, keep_product: bool) -> dict[str, int]:
    """Returns how many rows, pictures and vectors went, by section; nothing but zeros the second time.

    `keep_product`: the shop's own row and pictures stay. Raises ProductBusy before anything is deleted, also when a
    run began meanwhile; VectorStoreUnavailable and StorageError, after which it is to be called again.
    """
    with transaction.atomic():
        _lock_idle(product_id)
    store = composition.vector_store()
    lessons = next(table for table in TABLES if table.name == "lessons").rows(product_id)
    store.delete(Collection.TEMPLATES, list(lessons.values_list("pk", flat=True)))
    gone = {"originals": 0 if keep_product else _originals(product_id)}
    with transaction.atomic():
        _lock_idle(product_id)
        gone |= _rows(product_id)
        gone["product"] = 0 if keep_product else _product(product_id)
    gone["vectors"] = len(store.entries(Collection.PRODUCTS, [product_id]))
    store.delete(Collection.PRODUCTS, [product_id])
    return gone | {"pictures": pictures.remove(pictures.made(product_id))}


def _originals(product_id: int) -> int:
    unshared = pictures.unshared(product_id)
    return pictures.remove_copies(product_id) + pictures.remove(unshared)


def _lock_idle(product_id: int) -> None:
    """Lock the product's runs until the transaction ends, so that no worker claims one. Raises ProductBusy."""
    runs = AIProcessingLog.objects.select_for_update().filter(product_id=product_id).order_by("pk")
    busy = [pk for pk, status in runs.values_list("pk", "status") if status == Status.PROCESSING]
    if busy:
        raise ProductBusy(f"Run {busy[0]} of product {product_id} is under way: wait until it has ended.")
    calls = AICall.objects.open().filter(product_id=product_id, expires_at__gt=timezone.now())
    if (call := calls.first()) is not None:
        raise ProductBusy(f"A request to the model about product {product_id} is under way (call {call.pk}).")
    trials = AITrial.objects.filter(state__in=(TrialState.WAITING, TrialState.RUNNING))
    for trial in trials:
        if product_id in trial.product_ids:
            raise ProductBusy(f"Trial {trial.pk} with product {product_id} is under way.")


def _rows(product_id: int) -> dict[str, int]:
    gone = {}
    for chunk in unsubmitted(product_id).select_for_update():
        chunk.product_ids = [pk for pk in chunk.product_ids if pk != product_id]
        chunk.save(update_fields=["product_ids"])
    for table in TABLES:
        # By primary key: some are found through the very columns that are blanked.
        rows = table.model._base_manager.filter(
            pk__in=list(table.rows(product_id).values_list("pk", flat=True))
        )
        gone[table.name] = rows.count()
        if table.blank is None:
            rows.delete()
        else:
            rows.update(**table.blank)
    return gone


def _product(product_id: int) -> int:
    """The shop's row, with what hangs on it there. Raises ProtectedError when the shop forbids it."""
    shop = catalog.get()
    return int(isinstance(shop, ForgetsProducts) and shop.delete_product(product_id))
