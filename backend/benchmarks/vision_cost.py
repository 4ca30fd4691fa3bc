"""What a look at a product's three pictures costs, by the price list: at our defaults and as the specification has it.

    python -m benchmarks.vision_cost [MODEL …]

Tokens of instructions and answer are those of a measured question of ours; the specification's are taken as equal.
What is billed stands in the ledger (`manage.py ai_costs`); `tests/pictures/test_vision_costs.py` compares both there.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.ai.services.money.image_tokens import of_picture

PRICES = Path(__file__).parents[1] / "apps" / "ai" / "data" / "prices.json"
PICTURES, INSTRUCTIONS, ANSWER = 3, 700, 120
SPECIFICATION, SHEET = (1024, 1024), (512, 512)


def main(models: list[str]) -> None:
    sys.stdout.write(f"{'model':16}{'specification':>28}{'ours':>24}{'again':>9}{'ratio':>8}\n")
    for row in json.loads(PRICES.read_text(encoding="utf-8"))["prices"]:
        model = row["models"][0]
        if row["image_formula"] and (not models or model in models):
            theirs = PICTURES * of_picture(row["image_formula"], SPECIFICATION, detail="auto")
            ours = of_picture(row["image_formula"], SHEET, detail="low")
            dear, cheap = _dollars(row, theirs), _dollars(row, ours)
            sys.stdout.write(
                f"{model:16}{theirs:>12} tokens ${dear:.6f}{ours:>8} tokens ${cheap:.6f}{0:>9}{dear / cheap:>7.1f}×\n"
            )


def _dollars(row: dict[str, Any], picture_tokens: int) -> Decimal:
    asked = (INSTRUCTIONS + picture_tokens) * Decimal(row["input_usd"])
    return (asked + ANSWER * Decimal(row["output_usd"])) / 1_000_000


if __name__ == "__main__":
    main(sys.argv[1:])
