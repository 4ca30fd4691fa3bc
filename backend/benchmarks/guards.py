"""How well the guards of the texts do, and what checking a card costs.

    python -m benchmarks.guards_bench [--data DIR] [--json FILE] [--part half|all] [--show FILE] [--only meaning]

Exit code 0 only when the marks of `guards_meaning` hold; `--show` writes what was missed and what was held wrongly.

Our own tables need nothing; real texts are read from the third-party data folder, ../shared/data unless --data names
another, and left out where it is absent. `half`: only products whose id hashes to 1, none of which a rule was looked at
with.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from apps.ai.services import quality_checker
from apps.ai.tests.quality.guards import answers, test_answers, test_markup, test_orders
from apps.ai.tests.text import data
from apps.ai.text import facts
from apps.ai.text.safety import html
from apps.ai.text.safety.injection import find_instructions
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot
from apps.ai_offline.tests import test_title_facts
from benchmarks import guards_meaning, guards_spoilt

CHOICE = CategoryChoice(1, ("Товары",), "other", 1.0, ())
SHORTEST = 100
Measured = dict[str, float | int | str]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=data.DATA)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", choices=("half", "all"), default="all")
    parser.add_argument("--show", type=Path)
    parser.add_argument("--only", choices=("meaning",))
    options = parser.parse_args(arguments)
    data.DATA = options.data
    measured: dict[str, Measured] = {}
    report = guards_meaning.measure()
    rest = () if options.only else _measures(options.data.is_dir(), whole=options.part == "all")
    of_meaning = ((name, lambda row=row: row) for name, row in report.rows.items())
    for name, measure in (*of_meaning, *_real(options.data), *rest):
        measured[name] = measure()
        values = "  ".join(f"{key} {_shown(value)}" for key, value in measured[name].items())
        print(f"{name:<36}{values}", flush=True)  # noqa: T201
    for failure in report.failed:
        print(f"MARK MISSED: {failure}")  # noqa: T201
    if options.show:
        options.show.write_text("\n".join(report.missed), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if report.failed else 0


def _real(folder: Path) -> Iterator[tuple[str, Callable[[], Measured]]]:
    """Meaning on texts that are not ours, where they are at hand."""
    if not folder.is_dir():
        return
    rows = guards_spoilt.texts(folder)
    yield "meaning, real texts as they are", lambda: guards_spoilt.as_they_are(rows[::3])
    for name, row in guards_spoilt.spoilt(rows[::3]).items():
        yield f"meaning, real texts, {name}", lambda row=row: row  # type: ignore[misc]
    yield "meaning, milliseconds by letters", lambda: guards_spoilt.growth(rows)


def _shown(value: float | int | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _measures(has_data: bool, *, whole: bool) -> Iterator[tuple[str, Callable[[], Measured]]]:
    yield "titles (own)", titles
    yield "spoilt answers (own)", spoilt
    yield "honest answers (own)", honest
    yield "orders (own)", orders
    if not has_data:
        print("The data folder is absent: nothing but our own tables is measured.")  # noqa: T201
        return
    rows = [row for row in data.products("fixprice") if len(row["description"]) >= SHORTEST]
    rows = [row for row in rows if whole or in_held_out_half(row["id"])]
    yield "honest texts", lambda: honest_texts(rows)
    for name in ("fixprice", "c001", "uhtt_a", "trendyol"):
        yield f"changed numbers {name}", lambda name=name: changed_numbers(name, whole=whole)  # type: ignore[misc]
    yield "attacks in markup", markup
    yield "planted orders", lambda: planted(rows)
    for name in data.LABELLED:
        yield f"no orders in {name}", lambda name=name: no_orders(name, whole=whole)  # type: ignore[misc]
    yield "milliseconds a card", lambda: cost(rows)
    yield "milliseconds, 1000 letters", lambda: cost(rows, letters=1000)
    yield "milliseconds, 2000 letters", lambda: cost(rows, letters=2000)


def in_held_out_half(key: str) -> bool:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


# --- our own tables ---------------------------------------------------------------------------------------------------


def titles() -> Measured:
    cards = test_title_facts.cards()
    lost = [
        t for _, _, t, draft, _ in cards if facts.lost(t, f"{draft.title}\n{html.to_text(draft.description)}")
    ]
    invented = [
        t for _, _, t, _, report in cards if any(issue.code == "fact_invented" for issue in report.issues)
    ]
    held = [t for _, _, t, _, report in cards if report.blocking]
    return {"titles": len(cards), "lost": len(lost), "invented": len(invented), "held back": len(held)}


def spoilt() -> Measured:
    rows = answers.table("corrupted.tsv")
    missed = [row for row in rows if not test_answers.caught(row)]
    return {"answers": len(rows), "caught": 1 - len(missed) / len(rows)}


def honest() -> Measured:
    rows = answers.table("honest.tsv")
    return {"answers": len(rows), "held back": sum(bool(answers.report(row).blocking) for row in rows)}


def orders() -> Measured:
    rows = [(text, host) for _, text in test_orders.orders() for host in test_orders.HOSTS]
    flagged = sum(bool(find_instructions(f"{host} {text}")) for text, host in rows)
    return {"texts": len(rows), "flagged": flagged / len(rows)}


# --- real texts -------------------------------------------------------------------------------------------------------


def honest_texts(rows: list[dict[str, str]]) -> Measured:
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


def changed_numbers(name: str, *, whole: bool) -> Measured:
    """One number of each real title changed, here and in its description; its unit changed, where it has one."""
    chance = random.Random(6)  # noqa: S311
    total = missed = 0
    for row in data.products(name):
        numbers = list(_NUMBER.finditer(row["title"]))
        if not numbers or not (whole or in_held_out_half(row["id"])):
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


def planted(rows: list[dict[str, str]]) -> Measured:
    """Each order of the collections in the middle of a real description."""
    attacks = data.injections()
    hosts = [row["description"] for row in rows][: len(attacks)]
    flagged = sum(
        bool(find_instructions(f"{host} {attack} {host}"))
        for attack, host in zip(attacks, hosts, strict=True)
    )
    return {"orders": len(attacks), "flagged": flagged / len(attacks)}


def no_orders(name: str, *, whole: bool) -> Measured:
    rows = [row for row in data.products(name) if whole or in_held_out_half(row["id"])]
    texts = [text for row in rows for text in (row["title"], row["description"]) if text]
    return {"texts": len(texts), "flagged": sum(bool(find_instructions(text)) for text in texts) / len(texts)}


# --- what it costs ----------------------------------------------------------------------------------------------------


def cost(rows: list[dict[str, str]], *, letters: int = 0) -> Measured:
    """Processor milliseconds of one check, each card seen once; `letters`: descriptions made at least that long."""
    taken = []
    texts = [row["description"] for row in rows]
    for at, row in enumerate(rows):
        description, further = row["description"], at
        while len(description) < letters:
            further = (further + 1) % len(texts)
            description += " " + texts[further]
        product, draft = _card(row["title"], description, row["brand"])
        started = time.process_time()
        quality_checker.check(
            product, mode=Mode.FULL, choice=CHOICE, draft=draft, findings=ImageFindings(), threshold=0.8
        )
        taken.append((time.process_time() - started) * 1000)
    percentiles = statistics.quantiles(taken, n=100)
    return {
        "cards": len(taken),
        "mean": statistics.fmean(taken),
        "p95": percentiles[94],
        "p99": percentiles[98],
    }


def _card(title: str, description: str, brand: str) -> tuple[ProductSnapshot, Draft]:
    product = ProductSnapshot(1, title, description, brand=brand)
    markup = html.clean(f"<p>{description}</p>")
    return product, Draft(title, markup, title[:70], description[:160], ("товар", "для дома"))
