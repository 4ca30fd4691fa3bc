"""A card whose pictures have much to say: the first is a placeholder, one says another dose, two are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.utils import timezone
from PIL import Image

from apps.ai.models import AIProcessingLog, StoredPicture
from apps.ai.services.gallery import sightings
from apps.ai.services.people import picture_order
from apps.ai.services.pictures import looking
from apps.ai.tests.desk import cards
from apps.ai.tests.pictures.drawn import again, blurred, busy, pack
from apps.ai.types import ImageFindings
from apps.products.models import Category, Product
from apps.users.models import User

AWAY = "Хранилище не приняло фото: The bucket did not answer within 120 s (ConnectTimeoutError)."
GONE = "https://supplier.example/img/photo-4.png answered 404 Not Found."


def put(
    tree: dict[str, Category],
    make_product: Callable[..., Product],
    *,
    folder: Path,
    address: str,
    by: User,
) -> AIProcessingLog:
    """`address`: under which the server shows `folder`. `by` has dropped the last picture."""
    drawn = (
        busy(seed=3),
        pack("850 mg"),
        pack("500 mg", colour="#0f766e"),
        again(pack("850 mg")),
        blurred(pack()),
    )
    urls = [_kept(image, folder, address, number) for number, image in enumerate(drawn)]
    pictures = looking.open_all(list(zip(urls, drawn, strict=True))).facts
    for _ in range(11):
        sightings.noted(make_product().pk, ImageFindings(pictures=pictures[:1]))
    findings = ImageFindings(
        pictures=pictures[:4],
        text_on_package=("PAROL", "850 mg", "20 tablet"),
        doses=("850 mg",),
        kind="medicine",
    )
    run = cards.put(cards.FLAWED, tree, make_product, pictures=urls, findings=findings)
    picture_order.arrange(run, shown=urls[:4], dropped=urls[4:], by=by)
    _stored(urls)
    return run


def _stored(urls: list[str]) -> None:
    """In the storage's list: kept ones, one that waits, one that is gone."""
    now = timezone.now()
    for number, url in enumerate(urls):
        row = StoredPicture.new(url, now=now)
        if number < 3:
            key = f"desk/photo-{number}.png"
            row.original_key = row.processed_key = row.thumb_key = key
            row.status, row.sha256, row.kept_at = "kept", f"{number % 2:064}", now
            row.width, row.height, row.format = 1000, 1000, "PNG"
        row.save()
    StoredPicture.objects.filter(url=urls[3]).update(attempts=4, reason=AWAY)
    StoredPicture.objects.filter(url=urls[4]).update(status="broken", attempts=1, reason=GONE)


def _kept(image: Image.Image, folder: Path, address: str, number: int) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / f"photo-{number}.png")
    return f"{address}photo-{number}.png"
