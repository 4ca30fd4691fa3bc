"""«Process these»: the products that an import brought, handed to the AI app as one mass run."""

from __future__ import annotations

from enum import StrEnum

from apps.ai.models import AIMassRun
from apps.ai.services.worker import mass_runs
from apps.parsers.models import ParserRun
from apps.products.models import Product
from apps.users.models import User


class Which(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    BOTH = "both"


def products_of(run: ParserRun, which: Which) -> list[int]:
    """Ids of the products, in the order in which they came. New ones are told by when they were made: an import that
    was killed has then forgotten none.
    """
    ids: set[int] = set()
    if which is not Which.CHANGED:
        made = Product.objects.filter(source_name=run.source_name, created_at__gte=run.started_at)
        if run.finished_at is not None:
            made = made.filter(created_at__lte=run.finished_at)
        ids.update(made.values_list("pk", flat=True))
    if which is not Which.NEW:
        for source_ids in run.changed.values_list("source_ids", flat=True):
            known = Product.objects.filter(source_name=run.source_name, source_id__in=source_ids)
            ids.update(known.values_list("pk", flat=True))
    return sorted(ids)


def counts(run: ParserRun) -> dict[str, int]:
    """How many products each choice means."""
    return {which.value: len(products_of(run, which)) for which in Which}


def process(run: ParserRun, which: Which, *, by: User | None = None) -> AIMassRun | None:
    """Order the mass run, with what the source says the AI should do; None when there are no products."""
    source = run.source
    mass = mass_runs.start(
        products_of(run, which),
        mode=source.ai_mode if source is not None else None,
        analyze_images=source.ai_images if source is not None else True,
        source="import",
        by=by,
        selection=f"Импорт №{run.pk}: {run.origin}"[:200],
    )
    if mass is not None:
        ParserRun.objects.filter(pk=run.pk).update(mass=mass)
    return mass
