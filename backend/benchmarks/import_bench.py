"""How fast an import is, and how much memory it takes. See scripts/bench_import."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from apps.parsers.models import ParserRun  # noqa: E402
from apps.products.models import Product  # noqa: E402

BACKEND = Path(__file__).parents[1]
#: Seconds, CPU-bound, and MB that 50,000 products may take.
MOST_NEW, MOST_AGAIN, MOST_MB = 300.0, 60.0, 300.0
#: What the import took before it wrote in chunks, in seconds: measured once, on two cores.
BEFORE = "17,150 created: 452 s (so 50,000: 1,318 s); 20,000 unchanged: 111 s (so 50,000: 278 s)"
_WORDS = "krem şampuan tablet vitamin losyon jel serum sabun parfüm yağ maske tonik kapsül şurup damla bant".split()


def main() -> int:
    options = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.jsonl"
        _write_feed(path, options.products)
        rows = {"new": _import(path, "bench"), "again": _import(path, "bench")}
        if not options.no_kill:
            rows |= _killed(path, rows["new"]["seconds"])
        equal = options.no_kill or _contents("supplier:bench") == _contents("supplier:killed")
        if options.before:
            rows |= _before(path, options.before)
    console.print(_table(rows, options.products))
    console.print(f"before chunks: {BEFORE}")
    problems = _problems(rows, options.products, equal=equal)
    console.print("\n".join(problems) or "all marks hold")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return int(bool(problems))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench_import", description=__doc__)
    parser.add_argument("--products", type=int, default=50_000, metavar="N")
    parser.add_argument(
        "--no-kill", action="store_true", help="without the import that is killed and resumed"
    )
    parser.add_argument("--before", type=Path, metavar="DIR", help="the backend folder of an older commit")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


def _write_feed(path: Path, count: int) -> None:
    dice = random.Random(7)  # noqa: S311  (test data)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(_record(number, dice), ensure_ascii=False) + "\n")


def _record(number: int, dice: random.Random) -> dict[str, Any]:
    words = [dice.choice(_WORDS) for _ in range(80)]
    return {
        "id": f"p-{number}",
        "title": f"{words[0]} {words[1]} {number}",
        "description": " ".join(words),
        "brand": f"Marka {number % 700}",
        "price": f"{dice.randint(100, 90_000) / 100:.2f}",
        "barcode": f"{8_690_000_000_000 + number}",
        "category": ["Kozmetik", words[0], words[1]],
        "url": f"https://magaza.example/p/{number}",
        "images": [f"https://cdn.example/{number}-{index}.jpg" for index in range(4)],
        "attributes": {
            name: dice.choice(_WORDS) for name in ("Renk", "Koku", "Form", "Ülke", "Seri", "Cilt")
        },
        "variants": [
            {
                "id": f"{number}-{size}",
                "size": size,
                "price": "100",
                "stock": dice.randint(0, 9),
                "barcode": f"{8_700_000_000_000 + number * 3 + place}",
            }
            for place, size in enumerate(("S", "M", "L"))
        ],
    }


def _import(path: Path, source: str, *more: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  (ourselves)
        _command(path, source, *more),
        env=environment or _environment(BACKEND),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _before(path: Path, backend: Path) -> dict[str, dict[str, Any]]:
    """In a database of its own: older code knows nothing of columns that came later and may not be empty."""
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS import_before")
        cursor.execute("CREATE DATABASE import_before")
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/import_before").geturl()
    environment = {**_environment(backend.absolute()), "DATABASE_URL": address}
    migrate = [sys.executable, "-P", "-W", "ignore", "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True)  # noqa: S603  (ourselves)
    return {
        name: _import(path, "older", environment=environment) for name in ("before: new", "before: again")
    }


def _killed(path: Path, seconds: float) -> dict[str, dict[str, Any]]:
    """The same import under another name, killed in its middle and taken up again."""
    command = _command(path, "killed")
    process = subprocess.Popen(command, env=_environment(BACKEND), stdout=subprocess.PIPE)  # noqa: S603  (ourselves)
    latest = ParserRun.objects.order_by("-pk")
    deadline = time.monotonic() + 2 * seconds + 30
    products = Product.objects.filter(source_name="supplier:killed")
    half = Product.objects.filter(source_name="supplier:bench").count() // 2
    while products.count() < half and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    position = latest.values_list("position", flat=True).first() or 0
    if position != products.count():
        raise SystemExit(f"After the kill the run says {position}, the catalogue holds {products.count()}.")
    return {f"killed at {position}, resumed": _import(path, "killed", "--resume")}


def _command(path: Path, source: str, *more: str) -> list[str]:
    return [
        sys.executable,
        "-P",
        "-W",
        "ignore",
        str(BACKEND / "benchmarks" / "import_one.py"),
        str(path),
        source,
        *more,
    ]


def _environment(backend: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(backend)}


def _contents(source_name: str) -> list[tuple[Any, ...]]:
    """Everything that an import writes, without keys and times."""
    rows: list[tuple[Any, ...]] = []
    products = Product.objects.filter(source_name=source_name).order_by("source_id")
    for product in (
        products.select_related("source_state", "brand")
        .prefetch_related("images", "price_history")
        .iterator(1000)
    ):
        rows.append(tuple(_parts(product)))
    return rows


def _parts(product: Product) -> Iterator[Any]:
    yield from (
        product.source_id,
        product.title,
        product.description,
        product.price,
        product.stock,
        product.barcode,
    )
    yield from (str(product.brand), str(product.attributes), product.source_url, product.source_category)
    yield tuple(image.url for image in product.images.all())
    yield tuple((str(point.price), point.stock) for point in product.price_history.all())
    yield (
        str(product.source_state.said.keys()),
        str(product.source_state.variants),
    )


def _table(rows: dict[str, dict[str, Any]], products: int) -> Table:
    table = Table(title=f"{products} products, 3 variants and 4 pictures each, into PostgreSQL")
    for name in (
        "import",
        "s",
        "CPU s",
        "peak MB",
        "statements",
        "writing",
        "created",
        "updated",
        "unchanged",
        "refused",
        "runs",
    ):
        table.add_column(name, justify="left" if name == "import" else "right")
    for name, row in rows.items():
        figures = [f"{row[key]:.1f}" for key in ("seconds", "cpu_seconds", "peak_mb")]
        counts = ("statements", "writing", "created", "updated", "unchanged", "refused", "submitted")
        table.add_row(name, *figures, *(str(row[key]) for key in counts))
    return table


def _problems(rows: dict[str, dict[str, Any]], products: int, *, equal: bool) -> list[str]:
    new, again = rows["new"], rows["again"]
    found = {
        f"not all were created: {new['created']}": new["created"] != products or new["submitted"] != products,
        f"new: {new['cpu_seconds']:.0f} s": new["cpu_seconds"] > MOST_NEW,
        f"again: {again['cpu_seconds']:.0f} s": again["cpu_seconds"] > MOST_AGAIN,
        f"memory: {new['peak_mb']:.0f} MB": max(new["peak_mb"], again["peak_mb"]) > MOST_MB,
        "the second import wrote or submitted": bool(again["writing"] or again["submitted"]),
        "the import that was killed and resumed has another result": not equal,
    }
    return [text for text, is_so in found.items() if is_so]


if __name__ == "__main__":
    sys.exit(main())
