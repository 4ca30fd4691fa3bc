"""Which products show a stored picture: one that stands at many is a placeholder, or somebody else's photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.ai import catalog
from apps.ai.catalog.port import FindsByPicture
from apps.ai.models import StoredPicture

#: Products of one address, and other addresses with the same files, that are read at most.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Sharing:
    """`products`: ids, ascending. `others`: other addresses of the same file. `is_all`: none was left out."""

    products: tuple[int, ...]
    others: tuple[str, ...]
    is_all: bool


def of(pictures: Sequence[StoredPicture]) -> dict[int, Sharing]:
    """By the row's key, two queries for all of them; empty when the shop cannot tell."""
    shop = catalog.get()
    if not isinstance(shop, FindsByPicture):
        return {}
    same, every_address = _same_files(pictures)
    addresses = {one.url for one in pictures}.union(*same.values())
    showing = shop.products_showing(addresses, most=MOST)
    return {one.pk: _sharing(one, same.get(one.sha256, set()), showing, every_address) for one in pictures}


def _same_files(pictures: Sequence[StoredPicture]) -> tuple[dict[str, set[str]], bool]:
    """Addresses by the SHA-256 of the file there, and whether these are all."""
    hashes = {one.sha256 for one in pictures} - {""}
    rows = StoredPicture.objects.filter(sha256__in=hashes).values_list("sha256", "url")
    found = list(rows[: MOST + len(pictures)])
    same: dict[str, set[str]] = {}
    for digest, url in found:
        same.setdefault(digest, set()).add(url)
    return same, len(found) < MOST + len(pictures)


def _sharing(
    picture: StoredPicture, same: set[str], showing: dict[str, list[int]], every_address: bool
) -> Sharing:
    addresses = same | {picture.url}
    lists = [showing.get(url, []) for url in addresses]
    is_all = every_address and all(len(ids) < MOST for ids in lists)
    return Sharing(tuple(sorted(set().union(*lists))), tuple(sorted(addresses - {picture.url})), is_all)
