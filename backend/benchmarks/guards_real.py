"""Real texts of shops and a pharmacy through the guards: numbers changed, orders planted and absent, the cost.

Nothing of the texts is kept. Of a shop at most `sample` products are taken, drawn by a hash of their ids, so that every
run sees the same ones.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from apps.ai.services import quality_checker
from apps.ai.tests.quality.guards import answers, test_answers, test_markup
from apps.ai.tests.text import data
from apps.ai.text import facts
from apps.ai.text.safety import html
from apps.ai.text.safety.injection import find_instructions
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot
from benchmarks import prompt_tokens

CHOICE = CategoryChoice(1, ("Товары",), "other", 1.0, ())
SHORTEST = 100
Measured = dict[str, float | int | str]
Rows = list[dict[str, str]]


def in_held_out_half(key: str) -> bool:
    return _drawn(key) % 2 == 1


def _drawn(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16)


def products(name: str, *, whole: bool, sample: int) -> Rows:
    """A shop's products, or those of the half that no rule was looked at with; `sample` 0: all of them."""
    rows = [row for row in data.products(name) if whole or in_held_out_half(row["id"])]
    return rows if not sample else sorted(rows, key=lambda row: _drawn("sample" + row["id"]))[:sample]


def honest_texts(rows: Rows) -> Measured:
    """Real titles and descriptions as answers about themselves, in several honest spellings."""
    held = {
        name: sum(
            bool(
                answers.report(
                    answers.Row(
                        name,
                        row["title"],
                        row["description"],
                        rewrite(row["title"]),
                        rewrite(row["description"]),
                    )
                ).blocking
            )
            for row in rows
        )
        for name, rewrite in test_answers.REWRITES.items()
    }
    return {"texts": len(rows) * len(held), "held back": sum(held.values()) / (len(rows) * len(held))}


_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_UNIT = re.compile(r"(?<=\d)( ?)(мл|мг|кг|г|л|см|мм|Вт|%)(?!\w)")
_OTHER_UNIT = {
    "мл": "л",
    "мг": "г",
    "кг": "г",
    "г": "мл",
    "л": "мл",
    "см": "мм",
    "мм": "см",
    "Вт": "В",
    "%": "г",
}


def changed_numbers(rows: Rows) -> Measured:
    """One number of each real title changed, here and in its description; its unit changed, where it has one."""
    chance = random.Random(6)  # noqa: S311
    total = missed = 0
    for row in rows:
        numbers = list(_NUMBER.finditer(row["title"]))
        if not numbers:
            continue
        number = chance.choice(numbers)
        for changed in _changes(number[0], chance):
            title = row["title"][: number.start()] + changed + row["title"][number.end() :]
            same = re.compile(rf"(?<![\d.,]){re.escape(number[0])}(?![.,]?\d)")
            total += 1
            missed += not _differs(row, title, same.sub(changed, row["description"]))
        if _UNIT.search(row["title"]):
            total += 1
            missed += not _differs(row, _swapped(row["title"]), _swapped(row["description"]))
    return {"changes": total, "caught": 1 - missed / total}


def _swapped(text: str) -> str:
    return _UNIT.sub(lambda unit: unit[1] + _OTHER_UNIT[unit[2]], text)


def _changes(number: str, chance: random.Random) -> Iterator[str]:
    """Another digit; the decimal comma moved or a nought more; nothing at all is a count lost."""
    place = chance.choice([at for at, letter in enumerate(number) if letter.isdigit()])
    digit = chance.choice([digit for digit in "123456789" if digit != number[place]])
    yield number[:place] + digit + number[place + 1 :]
    if number.isdigit():
        yield f"{number[:-1]},{number[-1]}" if len(number) > 1 else f"{number}0"
    else:
        yield re.sub("[.,]", "", number).lstrip("0") or "7"


def _differs(row: dict[str, str], title: str, description: str) -> bool:
    source = f"{row['title']}\n{row['description']}\n{row['brand']}"
    output = f"{title}\n{description}"
    return bool(facts.lost(row["title"], output) or facts.invented(source, output))


def markup() -> Measured:
    lines = data.xss_lines() + data.naughty_strings()
    return {"lines": len(lines), "that run": sum(bool(test_markup.harmless(line)) for line in lines)}


def planted(rows: Rows) -> Measured:
    """Each order of the collections in the middle of a real description."""
    attacks = data.injections()
    hosts = [row["description"] for row in rows][: len(attacks)]
    flagged = sum(
        bool(find_instructions(f"{host} {attack} {host}"))
        for attack, host in zip(attacks, hosts, strict=True)
    )
    return {"orders": len(attacks), "flagged": flagged / len(attacks)}


def no_orders(rows: Rows) -> Measured:
    texts = [text for row in rows for text in (row["title"], row["description"]) if text]
    return {"texts": len(texts), "flagged": sum(bool(find_instructions(text)) for text in texts) / len(texts)}


def pharmacy(folder: Path) -> Rows:
    """The texts of a pharmacy's medicines, as a shop's rows."""
    file = folder / "pharmacy" / "Semavova.maksavit.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return [
        {"title": row["title"], "description": " ".join(row["metadata"].get("__description", ()))}
        for row in found
    ]


def bill(folder: Path, *, cards: int) -> Measured:
    """Tokens in of the two questions of a card, text only."""
    counts = prompt_tokens.cards(folder, cards)
    totals = [prompt_tokens.total(card) for card in counts]
    return {"cards": len(totals), "mean": statistics.fmean(totals), "most": max(totals)}


# --- what it costs ----------------------------------------------------------------------------------------------------


def cost(rows: Rows, *, letters: int, cards: int) -> Measured:
    """Processor milliseconds of one check of a card made new; source and description have that many letters each."""
    taken = []
    texts = [row["description"] for row in rows]
    for at, row in enumerate(rows[:cards]):
        description, further = row["description"], at
        while len(description) < letters:
            further = (further + 1) % len(texts)
            description += " " + texts[further]
        product, draft = _card(row["title"], description[:letters], row["brand"])
        started = time.process_time()
        quality_checker.check(
            product, mode=Mode.FULL, choice=CHOICE, draft=draft, findings=ImageFindings(), threshold=0.8
        )
        taken.append((time.process_time() - started) * 1000)
    return {
        "cards": len(taken),
        "median": statistics.median(taken),
        "mean": statistics.fmean(taken),
        "p95": statistics.quantiles(taken, n=20)[18],
    }


def _card(title: str, description: str, brand: str) -> tuple[ProductSnapshot, Draft]:
    product = ProductSnapshot(1, title, description, brand=brand)
    markup = html.clean(f"<p>{description}</p>")
    return product, Draft(title, markup, title[:70], description[:160], ("товар", "для дома"))
