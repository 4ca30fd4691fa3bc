"""What a finished card costs, by the ledger: `python -m benchmarks.card_costs`. See scripts/bench_costs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from apps.ai.services.money import costs  # noqa: E402
from apps.ai.services.money.costs import CardLine  # noqa: E402
from apps.ai.services.money.prices import load_prices  # noqa: E402
from apps.ai.tests.support import shop_answers  # noqa: E402
from benchmarks import card_costs_shop as shop  # noqa: E402
from benchmarks.card_costs_server import BillingServer  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class Row:
    """`mean`: of all finished cards. `free`: cards without a request, in percent. Of a card: `varying`, tokens of data
    and pictures; `again`, USD for the same goods from another supplier.
    """

    confirmed: int
    pictures: int
    lane: str
    mean: CardLine
    free: float
    varying: float
    again: Decimal


def main() -> int:
    options = _options()
    call_command("migrate", verbosity=0)
    load_prices()
    goods = shop.Goods.of(options.data / "labelled" / options.set, options.products)
    rows, console = list[Row](), Console(width=150)
    for confirmed in options.confirmed:
        with _server() as server:
            shop.open_with(goods, confirmed)
            for pictures, lane in product(options.pictures, options.lanes):
                rows.append(_measure(goods, server, confirmed, pictures, lane))
                console.print(f"{confirmed} % confirmed, {pictures} pictures, {lane}: measured.")
    console.print(_table(rows))
    if options.json:
        text = json.dumps([asdict(row) for row in rows], default=float, indent=2)
        options.json.write_text(text, encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench_costs", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--set", default="c001", help="the labelled set that is the shop")
    parser.add_argument("--products", type=int, default=300)
    parser.add_argument("--confirmed", type=_numbers, default=[0, 50, 90], metavar="P,…", help="percent")
    parser.add_argument("--pictures", type=_numbers, default=[0, 3], metavar="N,…", help="of each product")
    parser.add_argument("--lanes", type=lambda text: text.split(","), default=["live", "batch"])
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def _measure(goods: shop.Goods, server: BillingServer, confirmed: int, pictures: int, lane: str) -> Row:
    shop.forget_arrivals()
    server.forget()
    work = shop.through_batches if lane == "batch" else shop.live
    work(shop.arrive(goods, pictures, supplier="north"))
    lines, varying = costs.per_card(days=1), server.parts["varying"]
    mean = costs.mean_card(lines)
    if mean is None:
        raise RuntimeError("No card was finished.")
    spent = _spent()
    work(shop.arrive(goods, pictures, supplier="south"))
    again = (_spent() - spent) / mean.cards
    free = sum(line.cards for line in lines if line.how == "free")
    return Row(confirmed, pictures, lane, mean, 100 * free / mean.cards, varying / mean.cards, again)


def _spent() -> Decimal:
    return costs.total(costs.report(by="day", days=1)).cost_usd


@contextmanager
def _server() -> Iterator[BillingServer]:
    """The provider that the settings name, in a shop without anything."""
    with BillingServer(script=shop_answers.answer) as server, tempfile.TemporaryDirectory() as media:
        values = {**settings.AI_CONFIG, "ENGINE": "openai", "EMBEDDING_DIMENSIONS": DIMENSIONS}
        with override_settings(
            OPENAI_BASE_URL=server.url,
            OPENAI_API_KEY="sk-benchmark",
            AI_CONFIG=values,
            MEDIA_ROOT=Path(media),
        ):
            shop.close()
            try:
                yield server
            finally:
                shop.close()


def _table(rows: list[Row]) -> Table:
    table = Table("confirmed", "pictures", "lane", title="a finished card")
    for name in ("cards", "free", "requests", "in", "fixed", "varying", "cached", "out", "USD", "again USD"):
        table.add_column(name, justify="right")
    for row in rows:
        mean = row.mean
        table.add_row(
            *(f"{row.confirmed} %", str(row.pictures), row.lane, str(mean.cards), f"{row.free:.0f} %"),
            *(f"{mean.requests:.2f}", f"{mean.prompt:,.0f}", f"{mean.prompt - row.varying:,.0f}"),
            *(f"{row.varying:,.0f}", f"{mean.cached:,.0f}", f"{mean.completion:,.0f}"),
            *(f"{mean.usd:.6f}", f"{row.again:.6f}"),
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
