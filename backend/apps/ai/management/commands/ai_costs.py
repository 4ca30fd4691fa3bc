"""What the models cost: spending by day, model, stage or source, and a forecast of a mass run."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from apps.ai.services.money import costs
from apps.ai.services.money.forecast import Forecast, UnknownPrice, forecast
from apps.ai.services.money.prices import load_prices
from apps.ai.types import Mode

CARDS_SAID = (
    "live: asked at once; batch: half the price, hours later; free: known answers and variants, no request.\n"
    "fixed: instructions and schema, about; varying: the product's own data and pictures; cached: of all in."
)


class Command(BaseCommand):
    help = "Print what the models cost, or with --dry-run COUNT what a mass run would cost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how many days, today included (30)")
        parser.add_argument("--by", choices=costs.GROUPINGS, default="day")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
        parser.add_argument("--dry-run", type=int, metavar="COUNT", help="forecast for COUNT products")
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.FULL.value)
        parser.add_argument(
            "--load-prices", action="store_true", help="add missing rows of the public price list"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["load_prices"]:
            self.stdout.write(f"Price rows added: {load_prices()}.")
            return
        if options["dry_run"] is not None:
            self._forecast(options["dry_run"], Mode(options["mode"]), as_json=options["json"])
            return
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.")
        self._report(options["by"], options["days"], as_json=options["json"])

    def _forecast(self, count: int, mode: Mode, *, as_json: bool) -> None:
        if count < 1:
            raise CommandError("--dry-run needs the number of products, 1 or more.")
        try:
            found = forecast(count=count, mode=mode)
        except UnknownPrice as error:
            raise CommandError(str(error)) from error
        if as_json:
            self._print_json({**asdict(found), "total_usd": found.total_usd})
        else:
            self.stdout.write(_sentences(found))

    def _report(self, by: str, days: int, *, as_json: bool) -> None:
        lines = costs.report(by=by, days=days)
        total = costs.total(lines)
        cards = costs.per_card(days=days)
        if len(cards) > 1 and (mean := costs.mean_card(cards)) is not None:
            cards = [*cards, mean]
        periods = costs.open_budgets()
        if as_json:
            budgets = [
                {
                    "period": period.key,
                    "limit_usd": period.limit_usd,
                    "spent_usd": period.spent_usd,
                    "reserved_usd": period.reserved_usd,
                }
                for period in periods
            ]
            self._print_json(
                {
                    "by": by,
                    "days": days,
                    "lines": [asdict(line) for line in lines],
                    "total": asdict(total),
                    "cards": [asdict(line) for line in cards],
                    "budgets": budgets,
                }
            )
            return
        if not lines:
            self.stdout.write(f"No calls in the last {days} days. (The offline engine makes none.)")
        else:
            self._print_table(by, lines, total)
        if cards:
            self._print_cards(cards)
        for period in periods:
            self.stdout.write(
                f"Budget {period.key}: {period.spent_usd:.4f} of {period.limit_usd:.2f} USD spent, "
                f"{period.reserved_usd:.4f} reserved by calls under way."
            )
        if total.held_usd:
            self.stdout.write(
                f"Held: {total.held_usd:.6f} USD for calls whose outcome is not known; budgets count it."
            )
        if total.unpriced:
            self.stdout.write(f"Without a price: {total.unpriced} calls, their cost is not in the sums.")

    def _print_table(self, by: str, lines: list[costs.Line], total: costs.Line) -> None:
        table = Table(show_footer=True)
        table.add_column(by, footer="total")
        for name, value in _cells(total).items():
            table.add_column(name, footer=value, justify="right", no_wrap=True)
        for line in lines:
            table.add_row(line.name, *_cells(line).values())
        self._console().print(table)

    def _console(self) -> Console:
        file = cast(IO[str], self.stdout)
        return Console(file=file, width=None if self.stdout.isatty() else 110, highlight=False)

    def _print_cards(self, cards: list[costs.CardLine]) -> None:
        table = Table("how", title="A finished card, on average")
        for name in ("cards", "requests", "in", "fixed", "varying", "cached", "out", "USD"):
            table.add_column(name, justify="right", no_wrap=True)
        for line in cards:
            tokens = (line.prompt, line.fixed, line.prompt - line.fixed, line.cached, line.completion)
            counts = (f"{line.cards:,}", f"{line.requests:.2f}", *(f"{each:,.0f}" for each in tokens))
            table.add_row(line.how, *counts, f"{line.usd:.6f}")
        self._console().print(table)
        self.stdout.write(CARDS_SAID)

    def _print_json(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _cells(line: costs.Line) -> dict[str, str]:
    return {
        "calls": f"{line.calls:,}",
        "bad": f"{line.failed:,}",
        "prompt": f"{line.prompt:,}",
        "cached": f"{line.cached:,}",
        "completion": f"{line.completion:,}",
        "USD": f"{line.cost_usd:.6f}",
    }


def _sentences(found: Forecast) -> str:
    p90 = "" if found.p90_usd is None else f", nine in ten at most {found.p90_usd:.6f} USD"
    return (
        f"Forecast for {found.count} products, mode {found.mode}, from {found.basis}:\n"
        f"  one product: {found.calls:.1f} calls, {found.tokens:,.0f} tokens, {found.usd:.6f} USD{p90}\n"
        f"  all: {found.total_usd:.2f} USD"
    )


def _plain(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Cannot write {type(value).__name__} as JSON.")
