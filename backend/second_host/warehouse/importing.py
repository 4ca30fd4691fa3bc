"""What this shop's parser does with a record: a shadow row, a sheet of its kind, pictures; then the AI app is asked."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.ai import shop_pictures
from apps.ai.tasks import submit_imported
from second_host.shelves.models import Shelf
from second_host.warehouse.models import Book, BoxShot, Item, LeafletPart, Look, Medicine, Wear


@transaction.atomic
def take(record: dict[str, Any]) -> Item:
    item = Item.objects.create(
        label=record["title"],
        description=record.get("description", ""),
        shelf=Shelf.objects.get(type=Shelf.Type.UNSORTED),
        price=record.get("price"),
        origin={
            "source": "bazaar",
            "supplier": record.get("seller", ""),
            "url": record.get("url", ""),
            "category": record.get("category", ""),
        },
    )
    sheet, pictures = record["sheet"], record.get("pictures", [])
    match record["kind"]:
        case "medicine":
            medicine = Medicine.objects.create(item=item, **sheet)
            for place, (heading, body) in enumerate(record.get("leaflet", [])):
                LeafletPart.objects.create(
                    sheet=medicine, language="tr", place=place, heading=heading, body=body
                )
            BoxShot.objects.bulk_create(BoxShot(item=item, address=url) for url in pictures)
        case "book":
            Book.objects.create(item=item, **sheet)
            BoxShot.objects.bulk_create(BoxShot(item=item, address=url) for url in pictures)
        case "wear":
            wear = Wear.objects.create(item=item, **sheet)
            Look.objects.bulk_create(Look(sheet=wear, file_url=url, rank=n) for n, url in enumerate(pictures))
    shop_pictures.want(pictures)
    submit_imported(item.pk, origin="bazaar", created=True)
    return item
