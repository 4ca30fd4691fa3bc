"""Cards as a seller's own account lists them, in the shape of the public card.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

#: Of one photo in several sizes the largest.
_LARGEST = ("big", "hq", "c516x688", "square", "c246x328", "tm")


def is_sellers_card(record: Record) -> bool:
    """{nmID, vendorCode, title, photos: [{big}], characteristics: [{name, value}], sizes: [{techSize, skus}]}."""
    return "nmID" in record and any(name in record for name in ("vendorCode", "imtID", "sizes"))


def as_card(record: Record) -> dict[str, Any]:
    """`photos` are addresses and `coded_sizes` {id, name, original, barcodes}, which the public card has not."""
    return {
        "nm_id": record.get("nmID"),
        "imt_id": record.get("imtID"),
        "imt_name": record.get("title") or _named(record, "Наименование"),
        "description": record.get("description") or _named(record, "Описание"),
        "vendor_code": record.get("vendorCode"),
        "subj_name": record.get("subjectName") or record.get("object"),
        "selling": {"brand_name": record.get("brand") or _named(record, "Бренд")},
        "options": [{"name": name, "value": value} for name, value in _characteristics(record)],
        "photos": list(_photos(record)),
        "coded_sizes": [
            {
                "id": size.get("chrtID"),
                "name": size.get("wbSize"),
                "original": size.get("techSize"),
                "barcodes": [code for code in _listed(size.get("skus")) if isinstance(code, str)],
            }
            for size in _listed(record.get("sizes"))
            if isinstance(size, Mapping)
        ],
    }


def _photos(record: Record) -> Iterator[str]:
    for photo in _listed(record.get("photos")) or _listed(record.get("mediaFiles")):
        if isinstance(photo, Mapping):
            photo = next((photo[key] for key in _LARGEST if isinstance(photo.get(key), str)), None)
        if isinstance(photo, str) and not photo.lower().endswith((".mp4", ".m3u8")):
            yield photo


def _characteristics(record: Record) -> Iterator[tuple[object, object]]:
    """[{name, value}] today, [{"Цвет": ["белый"]}] before 2023."""
    for one in _listed(record.get("characteristics")):
        if isinstance(one, Mapping):
            pairs = [(one["name"], one["value"])] if {"name", "value"} <= one.keys() else one.items()
            yield from ((name, value) for name, value in pairs if name not in _FIELDS)


_FIELDS = frozenset({"Наименование", "Описание", "Бренд", "Предмет"})


def _named(record: Record, wanted: str) -> object:
    for one in _listed(record.get("characteristics")):
        if isinstance(one, Mapping):
            value = one.get("value") if one.get("name") == wanted else one.get(wanted)
            if value not in (None, "", []):
                return value[0] if isinstance(value, list) else value
    return None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
