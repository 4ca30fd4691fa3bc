"""The public price list that comes with the project; rows that people entered or changed are left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.ai.models.spending import AIPrice

PRICE_LIST = Path(__file__).parents[2] / "data" / "prices.json"


def load_prices(model: Any = AIPrice) -> int:
    """Add what is missing, by model and day; returns how many. A migration passes its own model class."""
    added = 0
    for row in _rows():
        key = {"model": row.pop("model"), "valid_from": row.pop("valid_from")}
        _, created = model.objects.get_or_create(**key, defaults=row)
        added += created
    return added


def _rows() -> Iterator[dict[str, Any]]:
    for entry in json.loads(PRICE_LIST.read_text(encoding="utf-8"))["prices"]:
        cached = entry["cached_input_usd"]
        for name in entry["models"]:
            yield {
                "model": name,
                "valid_from": date.fromisoformat(entry["valid_from"]),
                "input_usd": Decimal(entry["input_usd"]),
                "cached_input_usd": None if cached is None else Decimal(cached),
                "output_usd": Decimal(entry["output_usd"]),
                "image_formula": entry["image_formula"],
                "batch_factor": Decimal(entry["batch_factor"]),
                "source": entry["source"],
            }
