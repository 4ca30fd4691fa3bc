"""A person puts a product's pictures in order on the desk and drops the bad ones; each step can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai import catalog
from apps.ai.catalog import ShowsPictures
from apps.ai.exceptions import NothingToUndo
from apps.ai.models import AIPictureOrder, AIProcessingLog
from apps.ai.models.processing import UNDECIDED_STATUSES
from apps.ai.services.runs.applying import describe_pictures


def arrange(run: AIProcessingLog, *, shown: Sequence[str], dropped: Sequence[str], by: Any) -> None:
    """Show these pictures of the run's product in this order, and hide those. Harmless twice.

    Raises ValidationError when they are not the product's pictures, each once, and when the shop arranges none.
    """
    with transaction.atomic():
        shop = _shop()
        catalog.get().lock(run.product_id)
        before = state(run.product_id)
        after = {"shown": list(shown), "dropped": list(dropped)}
        if sorted((*shown, *dropped)) != sorted((*before["shown"], *before["dropped"])):
            raise ValidationError(_("Фотографии товара изменились: обновите страницу."))
        if after == before:
            return
        _write(shop, run, after, by=by)
        AIPictureOrder.objects.create(product_id=run.product_id, before=before, after=after, by=by)


def undo(run: AIProcessingLog, *, by: Any) -> None:
    """Take the last step back. Raises NothingToUndo when there is none, or the pictures were changed since."""
    with transaction.atomic():
        shop = _shop()
        catalog.get().lock(run.product_id)
        last = AIPictureOrder.objects.filter(product_id=run.product_id, undone_at=None).first()
        if last is None or state(run.product_id) != last.after:
            raise NothingToUndo(_("Отменять нечего: фотографии не меняли, или их изменили иначе."))
        _write(shop, run, last.before, by=by)
        AIPictureOrder.objects.filter(pk=last.pk).update(undone_at=timezone.now())


def state(product_id: int) -> dict[str, list[str]]:
    """Addresses in the shop's order: {"shown": […], "dropped": […]}; empty when the shop arranges none."""
    shop = catalog.shown_pictures()
    pictures = shop.pictures(product_id) if shop else ()
    return {
        "shown": [one.url for one in pictures if not one.is_hidden],
        "dropped": [one.url for one in pictures if one.is_hidden],
    }


def _shop() -> ShowsPictures:
    shop = catalog.shown_pictures()
    if shop is None:
        raise ValidationError(_("Этот магазин не меняет фотографии из очереди."))
    return shop


def _write(shop: ShowsPictures, run: AIProcessingLog, wanted: dict[str, list[str]], *, by: Any) -> None:
    """The person who arranges has seen the card: it does not become stale by it, nor does any other waiting one."""
    old = catalog.get().snapshot(run.product_id).fingerprint
    shop.arrange_pictures(run.product_id, shown=wanted["shown"], dropped=wanted["dropped"], by=by)
    new = catalog.get().snapshot(run.product_id)
    describe_pictures(new, new.card)
    read = AIProcessingLog.objects.filter(product_id=run.product_id, input_fingerprint=old)
    read.filter(status__in=UNDECIDED_STATUSES).update(
        input_fingerprint=new.fingerprint, input_images_urls=list(new.image_urls)
    )
