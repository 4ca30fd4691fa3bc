"""What makes a feed look wrong as a whole, found before anything of it is written.

Every alarm was seen in real feeds: a supplier's export broke off, a price column changed its unit, a key was renamed,
file names stood where ids belong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median

from django.db.models import Q

from apps.parsers.models import ParserRun
from apps.parsers.services.records import ParsedProduct
from apps.products.models import Product

#: Below so many products a feed is too small to say what is usual.
FEW = 10
#: A feed is alarming when it has fewer or more than so many times the products of the last one.
SHRUNK, GROWN = 0.5, 3.0
#: The middle price change of known products may not be larger, in either direction.
PRICE_FACTOR = 2
#: So many of the known prices missing at once mean that the key has another name today.
PRICES_GONE = 0.9
REPEATED = 0.2
_CHUNK = 5000


def alarms(
    products: Sequence[ParsedProduct], *, conflicts: int, source_name: str, run: ParserRun, complete: bool
) -> list[str]:
    """Sentences in Russian, empty when nothing is odd. `conflicts`: records whose id had another record's contents.

    `complete` is false when the import was limited, so that its size says nothing.
    """
    found = [
        _size(products, run) if complete else "",
        _ids(products, conflicts),
        _titles(products),
        _pictures(products),
    ]
    known = _known_prices(products, source_name)
    found += [_moved(products, known), _gone(products, known)]
    return [alarm for alarm in found if alarm]


def _size(products: Sequence[ParsedProduct], run: ParserRun) -> str:
    same = Q(source=run.source_id) if run.source_id else Q(parser=run.parser, origin=run.origin)
    finished = ParserRun.objects.filter(same, status=ParserRun.Status.FINISHED, dry_run=False, limit=None)
    earlier = finished.exclude(pk=run.pk)
    last = earlier.order_by("-pk").first()
    before = last.created_count + last.updated_count + last.unchanged_count if last is not None else 0
    if before < FEW or SHRUNK <= len(products) / before <= GROWN:
        return ""
    word = "уменьшилась" if len(products) < before else "выросла"
    return f"лента {word}: было {before} товаров, теперь {len(products)}"


def _ids(products: Sequence[ParsedProduct], conflicts: int) -> str:
    total = len(products) + conflicts
    if conflicts < 3 or conflicts < REPEATED * total:
        return ""
    return f"{conflicts} записей из {total} повторяют чужой код с другим содержимым: коды, похоже, не коды товаров"


def _titles(products: Sequence[ParsedProduct]) -> str:
    titles = {product.title for product in products}
    groups = {product.attributes.get("source_group", product.source_id) for product in products}
    if len(products) < FEW // 2 or len(titles) > 1 or len(groups) == 1 or titles == {""}:
        return ""
    return f"у всех {len(products)} товаров одно название: «{products[0].title[:80]}»"


def _pictures(products: Sequence[ParsedProduct]) -> str:
    counts = Counter(url for product in products for url in set(product.image_urls))
    url, count = next(iter(counts.most_common(1)), ("", 0))
    groups = {product.attributes.get("source_group", product.source_id) for product in products}
    if count < FEW or count < len(products) / 2 or len(groups) == 1:
        return ""
    return f"одна картинка у {count} товаров из {len(products)}: {url[:120]}"


def _known_prices(products: Sequence[ParsedProduct], source_name: str) -> dict[str, tuple[Decimal, str]]:
    ids = [product.source_id for product in products]
    known: dict[str, tuple[Decimal, str]] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = Product.objects.filter(
            source_name=source_name, source_id__in=ids[start : start + _CHUNK], price__gt=0
        )
        for source_id, price, currency in rows.values_list("source_id", "price", "currency"):
            if price is not None:
                known[source_id] = (price, currency)
    return known


def _moved(products: Sequence[ParsedProduct], known: Mapping[str, tuple[Decimal, str]]) -> str:
    factors = [
        float(product.price / known[product.source_id][0])
        for product in products
        if product.price is not None
        and product.source_id in known
        and product.currency in ("", known[product.source_id][1])
    ]
    if len(factors) < FEW // 2 or 1 / PRICE_FACTOR < median(factors) < PRICE_FACTOR:
        return ""
    return f"цены изменились примерно в {median(factors):.3g} раза у половины из {len(factors)} известных товаров"


def _gone(products: Sequence[ParsedProduct], known: Mapping[str, tuple[Decimal, str]]) -> str:
    priced = [product for product in products if product.source_id in known]
    silent = [product for product in priced if product.price is None]
    if len(priced) < FEW // 2 or len(silent) < PRICES_GONE * len(priced):
        return ""
    return (
        f"цена пропала у {len(silent)} из {len(priced)} известных товаров: возможно, у неё теперь другое имя"
    )
