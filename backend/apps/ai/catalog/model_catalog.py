"""What any Django shop answers alike, so that a shop's adapter states only what is its own."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from apps.ai.catalog.port import Card, CardChange, ConfirmedProduct
from apps.ai.exceptions import ProductMissing, StaleProductError
from apps.ai.host import admin_address, category_model, product_model
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CategoryNode, ProductSnapshot


class ModelCatalog(ABC):
    """A `Catalog` over the models that AI_PRODUCT_MODEL and AI_CATEGORY_MODEL name.

    A shop writes the abstract methods. It overrides `locked` when an apply writes more rows than the product's own,
    and the others where its models say better.
    """

    #: Look-ups by which a person's words find a product, as a ModelAdmin's `search_fields`.
    search_fields: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._tree_lock = threading.Lock()
        self._tree_version: object = None
        self._tree: tuple[CategoryNode, ...] | None = None
        self._state: TTLCached[None, object] = TTLCached(lambda _: self.tree_version())

    # What a shop writes

    @abstractmethod
    def languages(self) -> tuple[str, ...]: ...

    @abstractmethod
    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]: ...

    @abstractmethod
    def card(self, product_id: int, *, language: str) -> Card: ...

    @abstractmethod
    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        """Save these card fields; the product is locked. A `category` of None means that it lies nowhere."""

    @abstractmethod
    def read_categories(self) -> Iterable[CategoryNode]: ...

    @abstractmethod
    def tree_version(self) -> object:
        """Any value that changes with the tree, in one cheap query: a count and the latest `updated_at`, say."""

    @abstractmethod
    def product_counts(self) -> dict[int, int]: ...

    @abstractmethod
    def imported_products(self) -> QuerySet[Any]:
        """Products that came from a parser."""

    @abstractmethod
    def sorted_products(self, leaf_ids: frozenset[int]) -> QuerySet[Any]:
        """Imported products that lie in one of these categories."""

    @abstractmethod
    def described_products(self) -> QuerySet[Any]:
        """Imported products that have a description in the shop's own language."""

    # What follows from it

    def existing(self, product_ids: Iterable[int]) -> list[int]:
        wanted = list(product_ids)
        found = set(self._products().filter(pk__in=wanted).values_list("pk", flat=True))
        return [product_id for product_id in wanted if product_id in found]

    def snapshot(self, product_id: int) -> ProductSnapshot:
        found = self.snapshots([product_id]).get(product_id)
        if found is None:
            raise ProductMissing(f"Product {product_id} does not exist.")
        return found

    def titles(self, product_ids: Iterable[int]) -> dict[int, str]:
        return {product.pk: str(product) for product in self._products().filter(pk__in=set(product_ids))}

    def search(self, text: str, *, limit: int) -> list[int]:
        wanted = Q()
        for word in text.split():
            wanted &= Q(*((f"{name}__icontains", word) for name in self.search_fields), _connector=Q.OR)
        if not self.search_fields or not text.strip():
            wanted = Q(pk__in=[])
        if text.strip().isdecimal():
            wanted |= Q(pk=int(text))
        found = self._products().filter(wanted).order_by("-pk").values_list("pk", flat=True).distinct()
        return list(found[:limit])

    def locked(self, product_id: int) -> None:
        """Lock the product's row. Raises ProductMissing."""
        rows = self._products().select_for_update(of=("self",)).order_by().filter(pk=product_id)
        if not rows.values_list("pk", flat=True):
            raise ProductMissing(f"Product {product_id} does not exist.")

    def lock(self, product_id: int) -> ProductSnapshot:
        self.locked(product_id)
        return self.snapshot(product_id)

    def locked_card(self, product_id: int, *, language: str) -> Card:
        self.locked(product_id)
        return self.card(product_id, language=language)

    def apply(
        self, product_id: int, values: Mapping[str, Any], *, language: str = "", locked: Card | None = None
    ) -> CardChange:
        language = language or self.languages()[0]
        card = (locked or self.locked_card(product_id, language=language)).values
        after = {name: value for name, value in values.items() if card[name] != value}
        if after:
            self.write(product_id, after, language=language)
        return CardChange(before={name: card[name] for name in after}, after=after, language=language)

    def revert(self, product_id: int, change: CardChange) -> None:
        language = change.language or self.languages()[0]
        with transaction.atomic():
            card = self.locked_card(product_id, language=language).values
            moved = sorted(name for name, value in change.after.items() if card[name] != value)
            if moved:
                raise StaleProductError("Changed since it was applied: " + ", ".join(moved) + ".")
            self.write(product_id, change.before, language=language)

    def categories(self) -> tuple[CategoryNode, ...]:
        """Read again only when `tree_version` says so, which is asked every AI_CONFIG["CACHE_SECONDS"]."""
        version = self._state.get(None)
        with self._tree_lock:
            if self._tree is None or self._tree_version != version:
                self._tree, self._tree_version = tuple(self.read_categories()), version
            return self._tree

    def category_ids_by_external_id(self) -> dict[str, int]:
        return {}

    def imported(self, *, after: int = 0, limit: int) -> list[int]:
        return _page(self.imported_products(), after, limit)

    def newest_imported(self, *, limit: int) -> list[int]:
        return list(self.imported_products().order_by("-pk").values_list("pk", flat=True)[:limit])

    def without_category(self, *, after: int = 0, limit: int) -> list[int]:
        lying = self.sorted_products(self._leaf_ids()).values("pk")
        return _page(self.imported_products().exclude(pk__in=lying), after, limit)

    def without_description(self, *, after: int = 0, limit: int) -> list[int]:
        described = self.described_products().values("pk")
        return _page(self.sorted_products(self._leaf_ids()).exclude(pk__in=described), after, limit)

    def confirmed_products(self) -> Iterator[ConfirmedProduct]:
        return iter(())

    def people(self, user_ids: Iterable[Any]) -> dict[Any, str]:
        users = get_user_model()._default_manager.filter(pk__in=set(user_ids))
        return {user.pk: _name(user) for user in users}

    def admin_url(self, product_id: int) -> str:
        return _change_page(product_model(), product_id)

    def category_admin_url(self, category_id: int) -> str:
        return _change_page(category_model(), category_id)

    def shop_url(self, product_id: int) -> str:
        product = self._products().filter(pk=product_id).first()
        return str(attrgetter("get_absolute_url")(product)()) if hasattr(product, "get_absolute_url") else ""

    def _products(self) -> QuerySet[Any]:
        return product_model()._base_manager.all()

    def _leaf_ids(self) -> frozenset[int]:
        return frozenset(node.id for node in self.categories() if node.is_leaf and node.is_active)


def _page(products: QuerySet[Any], after: int, limit: int) -> list[int]:
    return list(products.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def _name(user: Any) -> str:
    """The full name, else what the person signs in with: a user model need not have a name at all."""
    full_name = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return str(full_name or user.get_username())


def _change_page(model: type[Model], key: int) -> str:
    return admin_address(f"{model._meta.app_label}_{model._meta.model_name}_change", key)
