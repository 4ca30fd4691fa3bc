"""Where the demo's live cards lie, against what a person wrote beside the feeds, and whether each says what its source
warns of. A step of demo_steps.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from apps.ai.models import AIProcessingLog
from apps.ai.text.meaning.lexicon import by_id
from apps.ai.text.meaning.reading import Unit, read
from apps.ai.text.safety import html
from apps.products.models import Product

#: What the import itself takes out and reports, so that the card is sound: it has no price.
MENDED = {"zero_price"}
#: Words of a sentence that advises, limits or warns, in the languages of the feeds.
WARNS = re.compile(
    r"[ıiuü]n[ıiuü]z(?!\w)|m[ae]l[ıi]d[ıi]r|[ıiuü][ln]m[ae]z(?!\w)|öneril|değildir|içindir|günde \d|saatte bir"
    r"|açıldıktan|yaş(?:ından)? (?:alt|küç|büy|itib)|reçete|alerji"
    r"|хранит|беречь|берегите|не рекоменд|противопоказ|не подход|только (?:для|по)|не более|принима"
    r"|после вскрыт|аллерги",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
#: Concepts that say what a sentence is about; verbs and everyday words stand in many.
_ABOUT = frozenset("substance person disease organism anatomy storage care food route".split())


def main(expected: dict[str, dict[str, Any]]) -> int:
    """1 when a card is live that should not be, or none is."""
    live = AIProcessingLog.objects.filter(status="approved", processed_by=None)
    runs = {run.product_id: run for run in live}
    products = list(Product.objects.filter(pk__in=runs).select_related("category"))
    misplaced = [found for product in products if (found := _fault(product, expected))]
    silent = [said for product in products for said in _untold(product, runs[product.pk])]
    for sentence in (*misplaced, *silent):
        print(f"   {sentence}")
    right = len(products) - len(misplaced)
    print(f"   {right} of {len(products)} live cards lie where a person put them and have a sound source")
    print(f"   {len(silent)} warnings of their sources are not on them")
    return int(bool(misplaced or silent) or not products)


def _fault(product: Product, expected: dict[str, dict[str, Any]]) -> str:
    right = expected[f"{product.source_name}:{product.source_id}"]
    if right["broken"] and right["broken"] not in MENDED:
        return f"{product.title}: is live although its source is broken ({right['broken']})"
    found = product.category.external_id if product.category else None
    if found != right["category_id"]:
        return f"{product.title}: lies in {found}, belongs in {right['category_id']}"
    return ""


def _untold(product: Product, run: AIProcessingLog) -> Iterator[str]:
    """The warnings of the source of which the card lacks a figure, or has no subject at all."""
    card = f"{run.generated_title}\n{html.to_text(run.generated_description or '')}"
    numbers, subjects = _numbers(card), _subjects(read(card).units)
    for unit in read(html.to_text(product.description)).units:
        if not WARNS.search(unit.text):
            continue
        wanted = _subjects([unit])
        if _numbers(unit.text) - numbers or (wanted and not wanted & subjects):
            yield f"{product.title}: «{unit.text.strip()}» is not on the card"


def _subjects(units: Iterable[Unit]) -> set[str]:
    found = [mention for unit in units for mention in unit.mentions if mention.group in _ABOUT]
    implied = {
        implies for mention in found if mention.id in by_id() for implies in by_id()[mention.id].implies
    }
    return {mention.id for mention in found} | implied


def _numbers(text: str) -> set[str]:
    return {number.replace(",", ".") for number in _NUMBER.findall(text)}
