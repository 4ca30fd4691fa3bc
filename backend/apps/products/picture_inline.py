"""A product's pictures on its page in the admin, as our storage has them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from apps.ai import shop_pictures
from apps.products.models import ProductImage


class ProductImageInline(TabularInline):
    model = ProductImage
    fields = ["preview", "url", "position", "is_hidden", "alt"]
    readonly_fields = ["preview"]
    extra = 0

    @admin.display(description=gettext_lazy("вид"))
    def preview(self, image: ProductImage) -> SafeString | str:
        """Asked for once a page: all rows share their product."""
        known = vars(image.product)
        if "_shown" not in known:
            known["_shown"] = shop_pictures.shown(one.url for one in image.product.images.all())
        one = known["_shown"].get(image.url)
        if one is None or not one.src:
            return "—"
        return format_html(
            '<img src="{}" alt="" loading="lazy" referrerpolicy="no-referrer" style="max-height:80px">',
            one.thumb,
        )
