"""The shop as this app sees it: `get()` returns the adapter that AI_CONFIG["CATALOG"] names."""

from __future__ import annotations

from functools import lru_cache

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from apps.ai import conf
from apps.ai.catalog.port import (
    Card,
    CardChange,
    Catalog,
    ConfirmedProduct,
    HandEdit,
    ShopPicture,
    ShowsPictures,
)

__all__ = [
    "Card",
    "CardChange",
    "Catalog",
    "ConfirmedProduct",
    "HandEdit",
    "ShopPicture",
    "ShowsPictures",
    "get",
    "shown_pictures",
]


@lru_cache(maxsize=1)
def get() -> Catalog:
    """The catalogue, one a process."""
    catalog: Catalog = import_string(conf.get().catalog)()
    return catalog


def shown_pictures() -> ShowsPictures | None:
    """The catalogue as one that arranges and describes pictures; None when this shop's does not."""
    catalog = get()
    return catalog if isinstance(catalog, ShowsPictures) else None


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "AI_CONFIG":
        get.cache_clear()


setting_changed.connect(_forget, dispatch_uid="ai.catalog.forget")
