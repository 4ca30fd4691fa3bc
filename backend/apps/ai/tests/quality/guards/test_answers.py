"""Spoilt answers are caught and the right word is quoted; honest ones pass: our own tables and real texts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from decimal import Decimal

from apps.ai.services.quality.card import Card, Policy
from apps.ai.services.quality.source_rules import price
from apps.ai.tests.quality.guards.answers import Row, report, table
from apps.ai.tests.text.data import needs_data, products
from apps.ai.types import ImageFindings, Mode, ProductSnapshot

#: Warnings of the table; everything else must keep a card from going live by itself.
WARNINGS = {"superlative"}
#: Share of spoilt answers that must be caught, of honest ones that may be held back.
CAUGHT, FALSE_ALARMS = 0.98, 0.02


def caught(row: Row) -> bool:
    """Whether the finding that the row names is there with its word, and blocks where it must."""
    return any(
        issue.code == row.code
        and any(row.quote.casefold() in quote.casefold() for quote in issue.quotes)
        and (issue.severity == "blocking" or issue.code in WARNINGS)
        for issue in report(row).issues
    )


def test_spoilt_answers_are_caught() -> None:
    rows = table("corrupted.tsv")
    missed = [str(row) for row in rows if not caught(row)]
    assert len(rows) >= 120
    assert len(rows) == len({str(row) for row in rows})
    assert 1 - len(missed) / len(rows) >= CAUGHT, missed


def test_a_message_names_the_field_and_the_fact() -> None:
    row = Row("dose", "Parol 500 mg 20 Tablet", "", "Parol 600 мг, 20 таблеток", "")
    messages = [issue.message for issue in report(row).blocking]
    assert "Потеряно из исходного названия: величина (описание): «500 mg»." in messages
    assert "Этого нет в данных товара: величина (заголовок): «600 мг»." in messages


def test_honest_answers_pass() -> None:
    rows = table("honest.tsv")
    held = {str(row): [issue.message for issue in report(row).blocking] for row in rows}
    wrong = {name: messages for name, messages in held.items() if messages}
    assert len(rows) >= 80
    assert len(wrong) / len(rows) <= FALSE_ALARMS, wrong


def test_a_price_floor_belongs_to_its_currency() -> None:
    def codes(amount: str, currency: str) -> list[str]:
        product = ProductSnapshot(1, "Крем", "", price=Decimal(amount), currency=currency)
        policy = Policy(0.8, price_floors={"RUB": Decimal(20)})
        return [issue.code for issue in price(Card(product, Mode.FULL, None, None, ImageFindings(), policy))]

    assert codes("19.99", "RUB") == ["price_low"]
    assert codes("20", "RUB") == []
    assert codes("1", "KZT") == []
    assert codes("0", "KZT") == ["price_zero"]


REWRITES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "points for commas": lambda text: re.sub(r"(?<=\d),(?=\d)", ".", text),
    "spelled pieces": lambda text: re.sub(r"(?<=\d) шт\.?(?!\w)", " штук", text),
    "spelled millilitres": lambda text: re.sub(r"(?<=\d) мл(?!\w)", " миллилитров", text),
    "spelled grams": lambda text: re.sub(r"(?<=\d) г(?!\w)", " грамм", text),
    "hard blanks": lambda text: re.sub(r"(?<=\d) (?=\w)", "\u00a0", text),
    "no blanks": lambda text: re.sub(r"(?<=\d) (?=(?:мл|г|см|мм|кг)(?!\w))", "", text),
    "another multiplication sign": lambda text: re.sub(r"(?<=\d)[хx](?=\d)", " × ", text),
    "small letters": str.lower,
}


@needs_data
def test_real_texts_are_honest_in_every_spelling() -> None:
    rows = [row for row in products("fixprice") if len(row["description"]) >= 100]
    held: dict[str, int] = {}
    for row in rows:
        for name, rewrite in REWRITES.items():
            # Each text in one spelling, and all of them in its own.
            if name != "as it is" and hash_of(row["id"]) % len(REWRITES) != list(REWRITES).index(name):
                continue
            answer = Row(
                name, row["title"], row["description"], rewrite(row["title"]), rewrite(row["description"])
            )
            held[name] = held.get(name, 0) + bool(report(answer).blocking)
    assert len(rows) > 2_000
    assert sum(held.values()) / (len(rows) * 2) <= FALSE_ALARMS, held


def hash_of(text: str) -> int:
    """The same in every process."""
    return zlib.crc32(text.encode())
