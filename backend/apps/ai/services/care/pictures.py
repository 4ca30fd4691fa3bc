"""Pictures of one product in the storage: those that this app made, and the shop's own that lie there."""

from __future__ import annotations

from apps.ai import catalog, conf
from apps.ai.catalog.port import ForgetsProducts
from apps.ai.models import AIProcessingLog, StoredPicture
from utils.r2_storage import get_storage


def made(product_id: int) -> list[str]:
    """Keys of the cleaned pictures; they lie in a folder of the product's."""
    return list(get_storage().keys(f"{conf.get().media.processed_path}{product_id}/"))


def originals(product_id: int) -> list[str]:
    """Keys of the shop's own pictures of the product, where they lie in this storage."""
    storage = get_storage()
    product = catalog.get().snapshots([product_id]).get(product_id)
    urls = set(product.image_urls if product else ())
    runs = AIProcessingLog.objects.filter(product_id=product_id)
    for named in runs.values_list("input_images_urls", flat=True):
        urls.update(url for url in named if isinstance(url, str))
    return sorted({key for url in urls if (key := storage.key_of(url)) is not None} - set(made(product_id)))


def unshared(product_id: int) -> list[str]:
    """Those of `originals` that no other product shows: they lie under their content, so two may share one.

    A catalogue that cannot tell keeps them all.
    """
    shop, storage = catalog.get(), get_storage()
    if not isinstance(shop, ForgetsProducts):
        return []
    return [
        key
        for key in originals(product_id)
        if not shop.shares_picture(storage.public_url(key), besides=product_id)
    ]


def remove_copies(product_id: int) -> int:
    """Copies of the product's pictures with their small forms, and the notes of their addresses; how many files went.

    An address that another product shows stays, and so does a file that lies behind another address, too.
    """
    shop, storage = catalog.get(), get_storage()
    product = catalog.get().snapshots([product_id]).get(product_id)
    if product is None or not isinstance(shop, ForgetsProducts):
        return 0
    urls = {url for url in product.image_urls if not shop.shares_picture(url, besides=product_id)}
    rows = StoredPicture.objects.of(urls)
    pks = list(rows.values_list("pk", flat=True))
    digests = {digest for digest in rows.values_list("sha256", flat=True) if digest}
    elsewhere = StoredPicture.objects.exclude(pk__in=pks).filter(sha256__in=digests)
    alone = rows.exclude(sha256__in=list(elsewhere.values_list("sha256", flat=True)))
    named = alone.values_list("original_key", "processed_key", "thumb_key")
    keys = {key for row in named for key in row if key}
    for key in sorted(keys):
        storage.delete(key)
    StoredPicture.objects.filter(pk__in=pks).delete()
    return len(keys)


def remove(keys: list[str]) -> int:
    storage = get_storage()
    for key in keys:
        storage.delete(key)
    return len(keys)
