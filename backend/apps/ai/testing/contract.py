"""`check_catalog`: every promise of `catalog.port`, asked of an adapter one after another."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from apps.ai import catalog as shops_catalog
from apps.ai.catalog.port import Catalog
from apps.ai.testing import cards, products, trees

#: A part of the contract: problems in words, none when it is kept.
Part = Callable[[Any, int], Iterator[str]]
PARTS: tuple[Part, ...] = (
    trees.languages,
    trees.categories,
    trees.counts,
    products.reading,
    products.missing,
    products.many_at_once,
    products.selections,
    products.work_to_do,
    products.finding,
    products.people_and_addresses,
    cards.locking,
    cards.round_trip,
    cards.taking_back,
)


def check_catalog(catalog: Any = None, *, product_id: int | None = None) -> list[str]:
    """What is missing or wrong in the adapter, in words; empty when the AI app can work with it.

    Without `catalog` the one that AI_CONFIG["CATALOG"] names. `product_id`: an imported product to try everything on,
    the latest by default; its card is written and rolled back. Needs a product and two categories where one may lie.
    """
    shop = shops_catalog.get() if catalog is None else catalog
    problems = [*_methods(shop)]
    if problems:
        return problems
    if product_id is None:
        latest = _asked(lambda: iter(shop.newest_imported(limit=1)), problems)
        if problems or not latest:
            return problems or ["newest_imported() finds nothing: import a product, or pass `product_id`."]
        product_id = int(latest[0])
    for part in PARTS:
        _asked(lambda part=part: part(shop, product_id), problems)  # type: ignore[misc]
    return problems


def _asked(part: Callable[[], Iterator[Any]], problems: list[str]) -> list[Any]:
    """What a part says, in a savepoint that is rolled back; an exception of the adapter is a problem, too."""
    found: list[Any] = []
    try:
        with transaction.atomic():
            for one in part():  # what was said before an exception counts
                found.append(one)
            transaction.set_rollback(True)
    except Exception as error:  # an adapter may raise anything
        where = inspect.trace()[-1]
        found.append(f"{type(error).__name__} in {where.function}(), line {where.lineno}: {error}")
    problems += [one for one in found if isinstance(one, str)]
    return found


def _methods(shop: Any) -> Iterator[str]:
    """Methods that the port has and the adapter lacks, or that take other arguments."""
    name = type(shop).__name__
    for method, wanted in inspect.getmembers(Catalog, inspect.isfunction):
        if method.startswith("_"):
            continue
        own = getattr(shop, method, None)
        if not callable(own):
            told = (inspect.getdoc(wanted) or "").split("\n")[0]
            yield f"{name} has no method {method}(). {told}"
            continue
        takes = inspect.signature(own).parameters
        missing = [one for one in list(inspect.signature(wanted).parameters)[1:] if one not in takes]
        if missing and not any(one.kind is one.VAR_KEYWORD for one in takes.values()):
            yield f"{name}.{method}() does not take {', '.join(missing)}."
