"""Everything that is known about one product, as one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Model
from django.utils import timezone

from apps.ai import catalog
from apps.ai.services import composition
from apps.ai.services.care import pictures
from apps.ai.services.care.tables import TABLES, unsubmitted
from apps.ai.services.vector_store import Collection


def export(product_id: int) -> dict[str, Any]:
    """By section: `product` (None when the shop has it no longer), each of TABLES, `vectors`, `pictures`.

    Rows are columns by name. Raises VectorStoreUnavailable and StorageError: half an export is none.
    """
    product = catalog.get().snapshots([product_id]).get(product_id)
    rows = {table.name: [_columns(row) for row in table.rows(product_id)] for table in TABLES}
    return {
        "product_id": product_id,
        "exported_at": timezone.now(),
        "product": None if product is None else asdict(product),
        **rows,
        "mass_runs": sorted({chunk.mass_id for chunk in unsubmitted(product_id)}),
        "vectors": _vectors(product_id, [row["id"] for row in rows["lessons"]]),
        "stored_pictures": [_columns(row) for row in pictures.stored(product_id)],
        "pictures": {"made": pictures.made(product_id), "originals": pictures.originals(product_id)},
    }


def _columns(row: Model) -> dict[str, Any]:
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}


def _vectors(product_id: int, template_ids: list[int]) -> list[dict[str, Any]]:
    store = composition.vector_store()
    wanted = ((Collection.PRODUCTS, [product_id]), (Collection.TEMPLATES, template_ids))
    return [
        {
            "collection": collection.value,
            "id": entry.id,
            "dense": [float(number) for number in entry.dense],
            "payload": entry.payload,
        }
        for collection, ids in wanted
        for entry in store.entries(collection, ids)
    ]
