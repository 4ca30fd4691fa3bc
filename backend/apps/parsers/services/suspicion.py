"""What makes a feed look wrong as a whole, found before anything of it is written.

Every alarm was seen in real feeds: a supplier's export broke off, a price column changed its unit, a key was renamed,
file names stood where ids belong.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
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
#: So many addresses of pictures are counted at once: one that half the products share is among the most common.
_COUNTED_PICTURES = 20_000


def alarms(
    chunks: Iterable[Sequence[ParsedProduct]],
    *,
    conflicts: int,
    source_name: str,
    run: ParserRun,
    complete: bool,
) -> list[str]:
    """Sentences in Russian, empty when nothing is odd. `conflicts`: records whose id had another record's contents.

    `complete` is false when the import was limited, so that its size says nothing.
    """
    figures = _Figures(source_name)
    for chunk in chunks:
        figures.add(chunk)
    found = [
        _size(figures.products, run) if complete else "",
        _ids(figures.products, conflicts),
        figures.titles(),
        figures.pictures(),
        figures.moved(),
        figures.gone(),
    ]
    return [alarm for alarm in found if alarm]


class _Figures:
    """What is counted over a feed, of one size whatever the feed's."""

    def __init__(self, source_name: str) -> None:
        self._source_name = source_name
        self.products = 0
        self._title: str | None = None
        self._group: str | None = None
        self._one_title = self._one_group = True
        self._images: Counter[str] = Counter()
        self._factors = array("d")
        self._priced = self._silent = 0

    def add(self, products: Sequence[ParsedProduct]) -> None:
        known = self._known_prices(products)
        for product in products:
            self._describe(product)
            if product.source_id in known:
                self._compare(product, *known[product.source_id])
        if len(self._images) > _COUNTED_PICTURES:
            self._images = Counter(dict(self._images.most_common(_COUNTED_PICTURES // 2)))

    def titles(self) -> str:
        if self.products < FEW // 2 or not self._one_title or self._one_group or not self._title:
            return ""
        return f"у всех {self.products} товаров одно название: «{self._title[:80]}»"

    def pictures(self) -> str:
        url, count = next(iter(self._images.most_common(1)), ("", 0))
        if count < FEW or count < self.products / 2 or self._one_group:
            return ""
        return f"одна картинка у {count} товаров из {self.products}: {url[:120]}"

    def moved(self) -> str:
        factors = self._factors
        if len(factors) < FEW // 2 or 1 / PRICE_FACTOR < median(factors) < PRICE_FACTOR:
            return ""
        return f"цены изменились примерно в {median(factors):.3g} раза у половины из {len(factors)} известных товаров"

    def gone(self) -> str:
        if self._priced < FEW // 2 or self._silent < PRICES_GONE * self._priced:
            return ""
        return f"цена пропала у {self._silent} из {self._priced} известных товаров: возможно, у неё теперь другое имя"

    def _describe(self, product: ParsedProduct) -> None:
        group = product.attributes.get("source_group", product.source_id)
        if self._title is None:
            self._title, self._group = product.title, group
        self._one_title = self._one_title and product.title == self._title
        self._one_group = self._one_group and group == self._group
        self._images.update(set(product.image_urls))
        self.products += 1

    def _compare(self, product: ParsedProduct, price: Decimal, currency: str) -> None:
        self._priced += 1
        if product.price is None:
            self._silent += 1
        elif product.currency in ("", currency):
            self._factors.append(float(product.price / price))

    def _known_prices(self, products: Sequence[ParsedProduct]) -> dict[str, tuple[Decimal, str]]:
        ids = [product.source_id for product in products]
        rows = Product.objects.filter(source_name=self._source_name, source_id__in=ids, price__gt=0)
        found = rows.values_list("source_id", "price", "currency")
        return {source_id: (price, currency) for source_id, price, currency in found if price is not None}


def _size(products: int, run: ParserRun) -> str:
    same = Q(source=run.source_id) if run.source_id else Q(parser=run.parser, origin=run.origin)
    finished = ParserRun.objects.filter(same, status=ParserRun.Status.FINISHED, dry_run=False, limit=None)
    earlier = finished.exclude(pk=run.pk)
    last = earlier.order_by("-pk").first()
    before = (
        last.position if last is not None else 0
    )  # of a resumed run the counts are those of its part alone
    if before < FEW or SHRUNK <= products / before <= GROWN:
        return ""
    word = "уменьшилась" if products < before else "выросла"
    return f"лента {word}: было {before} товаров, теперь {products}"


def _ids(products: int, conflicts: int) -> str:
    total = products + conflicts
    if conflicts < 3 or conflicts < REPEATED * total:
        return ""
    return f"{conflicts} записей из {total} повторяют чужой код с другим содержимым: коды, похоже, не коды товаров"
