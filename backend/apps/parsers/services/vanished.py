"""Products that a complete feed has no longer: marked, and by setting taken off sale until the feed has them again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.parsers.models import ParserRun, ParserSource, SourceState
from apps.parsers.services.journal import Journal
from apps.products.models import Product

_Value = TypeVar("_Value")

_STEP = 500
_SHOWN = 10


def note(
    source_name: str, seen: Collection[str], run: ParserRun, journal: Journal, *, complete: bool, unread: int
) -> None:
    """Mark what vanished and what came back, and say so in the journal.

    `complete`: the feed is of a kind that holds everything. `unread`: so many of its records or files were not
    understood; then nothing is marked, as absence is no fact there.
    """
    feed = hashlib.sha256(run.origin.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    belonging, back, gone = list[int](), list[int](), list[tuple[int, str]]()
    for key, source_id, known_feed, missing in _states(source_name):
        if source_id in seen:
            if missing:
                back.append(key)
            if complete and known_feed != feed and (missing or not known_feed):
                belonging.append(key)
        elif known_feed == feed and not missing:
            gone.append((key, source_id))
    for keys in _steps(belonging):
        SourceState.objects.filter(pk__in=keys).update(feed=feed)
    for keys in _steps(back):
        _bring_back(keys)
    if not gone or not complete:
        return
    if unread:
        what = f"в ленте нет {len(gone)} товаров, но записей и файлов не прочитано: {unread}; они не отмечены"
        journal.write("vanished", "лента", what)
        return
    take_off = _takes_off(run)
    taken_off = sum(_mark(keys, take_off=take_off) for keys in _steps([key for key, _ in gone]))
    ids = ", ".join(source_id for _, source_id in gone[:_SHOWN])
    more = "…" if len(gone) > _SHOWN else ""
    off = f"; снято с продажи: {taken_off}" if taken_off else ""
    journal.write("vanished", "лента", f"пропало товаров: {len(gone)} ({ids}{more}){off}")


def _steps(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    return (values[start : start + _STEP] for start in range(0, len(values), _STEP))


def _states(source_name: str) -> Iterator[tuple[int, str, str, bool]]:
    rows = SourceState.objects.filter(product__source_name=source_name).order_by("pk")
    columns = rows.values_list("pk", "product__source_id", "feed", "missing_since")
    for key, source_id, feed, missing_since in columns.iterator(chunk_size=2000):
        yield key, source_id, feed, missing_since is not None


def _takes_off(run: ParserRun) -> bool:
    """As the source of that name says, else as the settings do."""
    named = ParserSource.objects.filter(parser=run.parser, name=run.source_name.partition(":")[2])
    source = run.source or named.first()
    if source is None or source.vanished == ParserSource.Vanished.SETTING:
        return bool(settings.PARSERS_TAKE_OFF_VANISHED)
    return source.vanished == ParserSource.Vanished.TAKE_OFF


@transaction.atomic
def _mark(keys: Sequence[int], *, take_off: bool) -> int:
    """Returns how many were taken off sale. What a person put on sale stays."""
    SourceState.objects.filter(pk__in=keys).update(missing_since=timezone.now())
    if not take_off:
        return 0
    on_sale = Product.objects.select_for_update(of=("self",)).filter(source_state__in=keys, is_active=True)
    rows = on_sale.order_by("pk").values_list("pk", "edited_fields")
    products = [pk for pk, edited in rows if "is_active" not in edited]
    SourceState.objects.filter(product__in=products).update(taken_off=True)
    return Product.objects.filter(pk__in=products).update(is_active=False, updated_at=timezone.now())


@transaction.atomic
def _bring_back(keys: Sequence[int]) -> None:
    """On sale again is what an import took off, unless a person has decided about it since."""
    off = Product.objects.select_for_update(of=("self",)).filter(
        source_state__in=keys, source_state__taken_off=True
    )
    rows = off.order_by("pk").values_list("pk", "edited_fields")
    products = [pk for pk, edited in rows if "is_active" not in edited]
    Product.objects.filter(pk__in=products).update(is_active=True, updated_at=timezone.now())
    SourceState.objects.filter(pk__in=keys).update(missing_since=None, taken_off=False)
