"""Third-party texts for measuring; they lie outside the repository and may be absent."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[6] / "shared" / "data"
LABELLED = ("fixprice", "c001", "uhtt_a", "trendyol", "flipkart")

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the third-party data folder ../shared/data is absent"
)


@cache
def products(name: str) -> list[dict[str, str]]:
    """Rows of one labelled set: id, title, description, brand, category_ids, lang."""
    path = DATA / "labelled" / name / "products.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def product_texts(*names: str) -> list[str]:
    """Titles and descriptions of labelled sets."""
    rows = [row for name in names for row in products(name)]
    return [text for row in rows for text in (row["title"], row["description"]) if text]


@cache
def descriptions(name: str) -> list[str]:
    return [row["description"] for row in products(name) if row["description"]]


@cache
def pharmacy_texts() -> list[str]:
    rows = json.loads((DATA / "pharmacy" / "Semavova.maksavit.json").read_text(encoding="utf-8"))
    return [text for row in rows for text in (row["title"], json.dumps(row["metadata"], ensure_ascii=False))]


@cache
def naughty_strings() -> list[str]:
    strings: list[str] = json.loads(
        (DATA / "adversarial" / "naughty" / "blns.json").read_text(encoding="utf-8")
    )
    return strings


@cache
def xss_lines() -> list[str]:
    """Payload lines and the inputs of the numbered cases."""
    folder = DATA / "adversarial" / "xss"
    payloads = folder / "payloadbox.xss-payload-list.txt"
    lines = payloads.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    cases = [path.read_text(encoding="utf-8") for path in sorted((folder / "bleach_tests").glob("*.test"))]
    return [line for line in lines if line] + cases


@cache
def injections() -> list[str]:
    """Attack instructions of the two collections."""
    folder = DATA / "adversarial" / "prompt_injection"
    kinds = json.loads((folder / "BIPIA.text_attack_train.json").read_text(encoding="utf-8"))
    chinese = (folder / "compass.attack.csv").read_text(encoding="utf-8")
    return [line for lines in kinds.values() for line in lines] + _first_column(chinese)


def _first_column(text: str) -> list[str]:
    return [row[0] for row in csv.reader(text.splitlines(keepends=True))][1:]
