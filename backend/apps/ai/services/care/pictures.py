"""Pictures of one product in the storage: those that this app made, and the shop's own that lie there."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.db.models import Q

from apps.ai import catalog, conf
from apps.ai.catalog.port import ForgetsProducts
from apps.ai.models import AIProcessingLog, StoredPicture
from apps.ai.services.media_processor import SHA256
from utils.r2_storage import get_storage


def made(product_id: int) -> list[str]:
    """Keys of the cleaned pictures; they lie in a folder of the product's.

    So do copies that products share, when a hash begins with the product's number: these are nobody's own.
    """
    own = get_storage().keys(f"{conf.get().media.processed_path}{product_id}/")
    return [key for key in own if not SHA256.match(PurePosixPath(key).stem)]


def originals(product_id: int) -> list[str]:
    """Keys of the shop's own pictures of the product, where they lie in this storage, and of our copies of others."""
    storage = get_storage()
    own = {key for url in _addresses(product_id) if (key := storage.key_of(url)) is not None}
    copies = {key for picture in stored(product_id) for key in picture.files()}
    return sorted((own | copies) - set(made(product_id)))


def stored(product_id: int) -> list[StoredPicture]:
    """What is known of the product's addresses; a row belongs to its address, whichever products show it."""
    return list(StoredPicture.objects.of(_addresses(product_id)).order_by("pk"))


def forget(product_id: int) -> int:
    """Delete the product's own pictures and our copies of them, but none that another product shows.

    Two addresses with the same content share one file. A catalogue that cannot tell keeps them all. Returns how many.
    """
    shop, storage = catalog.get(), get_storage()
    if not isinstance(shop, ForgetsProducts):
        return 0
    gone = [one for one in stored(product_id) if not shop.shares_picture(one.url, besides=product_id)]
    keys = {key for picture in gone for key in picture.files()}
    for url in _addresses(product_id):
        key = storage.key_of(url)
        if key is not None and not shop.shares_picture(url, besides=product_id):
            keys.add(key)
    others = StoredPicture.objects.exclude(pk__in=[one.pk for one in gone])
    places = Q(original_key__in=keys) | Q(processed_key__in=keys) | Q(thumb_key__in=keys)
    needed = {key for picture in others.filter(places) for key in picture.files()}
    removed = remove(sorted(keys - needed))
    StoredPicture.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return removed


def _addresses(product_id: int) -> set[str]:
    product = catalog.get().snapshots([product_id]).get(product_id)
    urls = set(product.image_urls if product else ())
    for named in AIProcessingLog.objects.filter(product_id=product_id).values_list(
        "input_images_urls", flat=True
    ):
        urls.update(url for url in named if isinstance(url, str))
    return urls


def remove(keys: list[str]) -> int:
    storage = get_storage()
    for key in keys:
        storage.delete(key)
    return len(keys)
