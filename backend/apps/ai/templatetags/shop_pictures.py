"""A product's picture on a page of the shop."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.ai.services.keeping.showing import ShownPicture

register = template.Library()


@register.simple_tag
def shop_picture(
    pictures: Mapping[str, ShownPicture], url: str, alt: str = "", sizes: str = "100vw", loading: str = "lazy"
) -> SafeString:
    """An `<img>` in the sizes that there are, from our storage or still from the supplier; where there is no picture,
    an element of the class `shop-picture-missing`. `pictures`: of `shop_pictures.shown`.
    """
    one = pictures.get(url, ShownPicture(url))
    if not one.src:
        return format_html('<span class="shop-picture-missing" role="img" aria-label="{}"></span>', alt)
    extra = format_html(' srcset="{}" sizes="{}"', one.srcset, sizes) if one.srcset else SafeString("")
    if one.width:
        extra += format_html(' width="{}" height="{}"', one.width, one.height)
    if not one.is_ours:
        extra += SafeString(' referrerpolicy="no-referrer"')
    return format_html('<img src="{}" alt="{}" loading="{}"{}>', one.src, alt, loading, extra)
