"""Writes the goods that the sample shop has sold for years, as JSON lines for `manage.py import_catalogue`.

    python sample/make_catalogue.py FILE

They come from goods/*.txt: a line is a title with choices in braces, `= id` above it the category. Of all titles that a
line can make a few are taken, so that two of them differ in every choice where that is possible. Same input, same file.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GOODS = Path(__file__).with_name("goods")
#: Titles of one line.
RUSSIAN, TURKISH = 5, 4
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file of goods. `place`: file and line number, for messages."""

    place: str
    category_id: str
    template: str
    brands: tuple[str, ...]
    lang: str


def lines(folder: Path = GOODS) -> Iterator[Line]:
    """Raises ValueError for a title without a category above it, or a file without brands of its language."""
    for path in sorted(folder.glob("*.txt")):
        brands: dict[str, tuple[str, ...]] = {}
        category = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("brands "):
                lang, _, names = line.removeprefix("brands ").partition(":")
                brands[lang] = tuple(name.replace("_", " ") for name in names.split())
            elif line.startswith("= "):
                category = line.removeprefix("= ")
            elif line:
                lang = "ru" if re.search("[а-яё]", line, re.IGNORECASE) else "tr"
                if not category or lang not in brands:
                    raise ValueError(f"{path.name}:{number}: a title needs a category and brands above it")
                yield Line(f"{path.name}:{number}", category, line, brands[lang], lang)


def titles(line: Line) -> list[str]:
    """A few titles of the line, all different."""
    choices = [choice.split("|") for choice in _CHOICE.findall(line.template)]
    found: dict[str, None] = {}
    for turn in range(RUSSIAN if line.lang == "ru" else TURKISH):
        taken = iter(
            options[
                (turn * (1 + slot % 2) + turn // len(options) + number(line.template, slot)) % len(options)
            ]
            for slot, options in enumerate(choices)
        )
        title = _CHOICE.sub(lambda _: next(taken), line.template)  # noqa: B023  (used up within the turn)
        found[" ".join(title.split())] = None
    return list(found)


def number(*key: object) -> int:
    """The same number for the same key, everywhere and always."""
    return zlib.crc32(repr(key).encode())


def rows() -> Iterator[dict[str, str]]:
    """Products in the form of sample/catalogue.jsonl; every other one is sold under its brand's name."""
    seen: set[str] = set()
    for line in lines():
        for turn, plain in enumerate(titles(line)):
            brand = line.brands[number(plain) % len(line.brands)]
            title = f"{brand} {plain}" if turn % 2 and not plain.startswith("«") else plain
            if title in seen:
                continue
            seen.add(title)
            yield {
                "sku": f"PL-{len(seen):05}",
                "title": title,
                "category_id": line.category_id,
                "brand": brand,
                "lang": line.lang,
                "price": f"{90 + number(title) % 4000}.00",
                "currency": "RUB",
            }


def write(file: Path) -> None:
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows()), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
