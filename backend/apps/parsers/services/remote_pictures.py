"""Pictures at web addresses that an import noted and that do not lie in our storage yet."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.ai.models import StoredPicture
from apps.ai.models.stored_pictures import StoredPictureQuerySet
from apps.ai.services.keeping import wanting
from apps.products.models import ProductImage


class Remote(NamedTuple):
    """`owed`: pictures of the source's products. `problem`: why they cannot come now, "" when they are on their way."""

    owed: int = 0
    problem: str = ""


def owed_to(source_name: str) -> StoredPictureQuerySet:
    """Of the products as they stand: a count falls by itself while pictures come."""
    shown = ProductImage.objects.filter(product__source_name=source_name, is_hidden=False)
    return StoredPicture.objects.owed().filter(url__in=shown.values("url"))


def after_import(source_name: str) -> Remote:
    """What is owed, and whether it can come: a picture was tried in vain, or the storage takes no file now."""
    rows = owed_to(source_name)
    owed = rows.count()
    if not owed:
        return Remote()
    problem = wanting.storage_problem()
    if not problem:
        problem = rows.exclude(reason="").order_by("-attempts").values_list("reason", flat=True).first() or ""
    return Remote(owed, problem)


def failure(remote: Remote) -> str:
    """For whoever waits at the terminal; "" when nothing is wrong."""
    if not remote.problem:
        return ""
    return _("Товары приняты, фото ждут хранилища: {count}; их принесёт `keep_pictures`. {problem}").format(
        count=remote.owed, problem=remote.problem
    )
