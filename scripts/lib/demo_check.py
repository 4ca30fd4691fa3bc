"""Where the demo's live cards lie, against what a person wrote beside the feeds; texts are not read. Exit code 1 when a
card should not be live.

python demo_check.py EXPECTED
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from apps.ai.models import AIProcessingLog  # noqa: E402
from apps.products.models import Product  # noqa: E402

#: What the import itself takes out and reports, so that the card is sound: it has no price.
MENDED = {"zero_price"}


def main(expected: dict[str, dict[str, Any]]) -> int:
    live = AIProcessingLog.objects.filter(status="approved", processed_by=None).values("product_id")
    products = list(Product.objects.filter(pk__in=live).select_related("category"))
    wrong = [found for product in products if (found := _fault(product, expected))]
    for sentence in wrong:
        print(f"   {sentence}")
    right = len(products) - len(wrong)
    print(f"   {right} of {len(products)} live cards lie where a person put them and have a sound source")
    return int(bool(wrong) or not products)


def _fault(product: Product, expected: dict[str, dict[str, Any]]) -> str:
    right = expected[f"{product.source_name}:{product.source_id}"]
    if right["broken"] and right["broken"] not in MENDED:
        return f"{product.title}: is live although its source is broken ({right['broken']})"
    found = product.category.external_id if product.category else None
    if found != right["category_id"]:
        return f"{product.title}: lies in {found}, belongs in {right['category_id']}"
    return ""


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
