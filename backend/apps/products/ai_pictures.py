"""The pictures of this shop's products, as the AI app's desk arranges and describes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from apps.ai.catalog.port import ShopPicture
from apps.products.models import Product, ProductImage
from apps.products.services.editing import MARKS, mark_edited


class PicturesOfProducts:
    """Implements `ShowsPictures` and `FindsByPicture` of `apps.ai.catalog.port`."""

    def products_showing(self, urls: Collection[str], *, most: int) -> dict[str, list[int]]:
        place = Window(RowNumber(), partition_by="url", order_by="product_id")
        rows = ProductImage.objects.filter(url__in=urls).annotate(place=place).filter(place__lte=most)
        found: dict[str, list[int]] = {}
        for url, product_id in rows.order_by("url", "product_id").values_list("url", "product_id"):
            found.setdefault(url, []).append(product_id)
        return found

    def pictures(self, product_id: int) -> tuple[ShopPicture, ...]:
        images = ProductImage.objects.filter(product_id=product_id)
        return tuple(ShopPicture(image.url, image.alt, image.is_hidden) for image in images)

    def arrange_pictures(
        self, product_id: int, *, shown: Sequence[str], dropped: Sequence[str], by: object
    ) -> None:
        """Pictures that an import added meanwhile stay behind those that are shown; the mark keeps imports away."""
        product = Product.objects.select_for_update(of=("self",)).get(pk=product_id)
        order = {url: place for place, url in enumerate((*shown, *dropped))}
        images = list(ProductImage.objects.filter(product_id=product_id))
        for image in images:
            image.position = order.get(image.url, len(order) + image.position)
            image.is_hidden = image.url in dropped or (image.is_hidden and image.url not in shown)
        ProductImage.objects.bulk_update(images, ["position", "is_hidden"])
        mark_edited(product, ["images"], by=by)
        product.save(update_fields=[*MARKS, "updated_at"])

    def describe_pictures(self, product_id: int, alts: Mapping[str, str]) -> None:
        """A text that a person wrote or emptied stays: it is no longer what was written here."""
        text = Case(*(When(url=url, then=Value(alt[:255])) for url, alt in alts.items()))
        own = ProductImage.objects.filter(Q(alt=F("written_alt")), product_id=product_id, url__in=alts)
        own.update(alt=text, written_alt=text)
