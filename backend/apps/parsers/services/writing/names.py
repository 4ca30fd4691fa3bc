"""Ids of the brands and suppliers that a feed names; those that the shop does not know are created."""

from __future__ import annotations

from collections.abc import Iterable

from apps.parsers.services.records import ParsedProduct
from apps.products.models import Brand, Supplier


class Names:
    """Remembers what it has looked up, so it should live for one import."""

    def __init__(self) -> None:
        self._brands: dict[str, int] = {}
        self._suppliers: dict[str, int] = {}

    def learn(self, products: Iterable[ParsedProduct]) -> None:
        """Look up whatever the products name, the known names with one query for each kind."""
        sites = {one.supplier: one.supplier_site for one in products if one.supplier not in self._suppliers}
        sites.pop("", None)
        brands = {one.brand for one in products if one.brand not in self._brands} - {""}
        if brands:
            self._brands |= dict(Brand.objects.filter(name__in=brands).values_list("name", "pk"))
        for name in sorted(brands - self._brands.keys()):
            brand = Brand.objects.filter(name__iexact=name).order_by("pk").first()
            self._brands[name] = (brand or Brand.objects.get_or_create(name=name)[0]).pk
        if sites:
            self._suppliers |= dict(Supplier.objects.filter(name__in=sites).values_list("name", "pk"))
        for name in sorted(sites.keys() - self._suppliers.keys()):
            supplier = Supplier.objects.filter(name__iexact=name).order_by("pk").first()
            known = supplier or Supplier.objects.get_or_create(name=name, defaults={"site": sites[name]})[0]
            self._suppliers[name] = known.pk

    def brand_id(self, name: str) -> int | None:
        return self._brands[name] if name else None

    def supplier_id(self, name: str) -> int | None:
        return self._suppliers[name] if name else None
