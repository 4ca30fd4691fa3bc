"""In which order cards wait: what a person should decide first, as numbers on the row of the queue.

Nothing here looks at how sure the system is of a category: the order would tell which cards are audited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from apps.ai import catalog
from apps.ai.models import AIDayFigures, AIModerationQueue
from apps.ai.models.figures import FigureGroup
from apps.ai.services.audit import blind
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import ProductSnapshot

#: A decision teaches so many points in a category that nobody has decided on, half as many after HALF_TAUGHT.
MOST_TAUGHT, HALF_TAUGHT = 60, 10
#: A product without a text of its own cannot be sold yet; one without a price would not be sold all the same.
NOT_LIVE, PRICED = 25, 15
#: Decisions that are older say little about what the system knows today.
REMEMBERED = timedelta(days=90)
BATCH = 500


def rank(entry: AIModerationQueue, product: ProductSnapshot) -> AIModerationQueue:
    """Set, without saving, what the queue is ordered and counted by. `entry.log_entry` is loaded."""
    run = entry.log_entry
    category_id = run.suggested_category_id or product.category_id
    entry.worth = worth(product, decided=_decided.get("").get(str(category_id), 0))
    entry.branch_id = None if category_id is None else blind.branch_of(category_id)
    entry.origin = product.source[:50]
    entry.variant_key = run.variant_key
    entry.ranked_at = timezone.now()
    return entry


def worth(product: ProductSnapshot, *, decided: int) -> int:
    """0–100. `decided`: how many cards of the category people have decided lately."""
    taught = MOST_TAUGHT * HALF_TAUGHT / (HALF_TAUGHT + decided)
    earned = 0 if product.card.get("description") else NOT_LIVE + (PRICED if product.price else 0)
    return round(taught) + earned


def rank_waiting(*, again: bool = False, after: int = 0) -> int:
    """Rank one batch of waiting cards; returns the id of its last one, 0 when none is left.

    `again`: also those that were ranked before, as what was learned since has changed what they teach.
    """
    wanted = AIModerationQueue.objects.waiting().filter(pk__gt=after).order_by("pk")
    if not again:
        wanted = wanted.filter(ranked_at__isnull=True)
    light = wanted.select_related("log_entry").only(
        "pk", "log_entry__product_id", "log_entry__suggested_category_id", "log_entry__variant_key"
    )
    entries = list(light[:BATCH])
    products = catalog.get().snapshots({entry.log_entry.product_id for entry in entries})
    ranked = [rank(entry, products[entry.log_entry.product_id]) for entry in _with(entries, products)]
    AIModerationQueue.objects.bulk_update(ranked, ["worth", "branch", "origin", "variant_key", "ranked_at"])
    return entries[-1].pk if entries else 0


def _with(
    entries: Iterable[AIModerationQueue], products: Mapping[int, ProductSnapshot]
) -> Iterable[AIModerationQueue]:
    return (entry for entry in entries if entry.log_entry.product_id in products)


def _decisions(_: str) -> dict[str, int]:
    """Cards that people decided lately, by category."""
    since = timezone.localdate() - REMEMBERED
    rows = AIDayFigures.objects.filter(group=FigureGroup.CATEGORY, day__gte=since).order_by().values("key")
    counted = rows.annotate(count=Sum("kept") + Sum("edited") + Sum("rejected"))
    return {row["key"]: row["count"] for row in counted}


_decided = TTLCached(_decisions)
