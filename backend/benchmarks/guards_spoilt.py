"""Real descriptions, spoilt by rule and as they are: what the guards of meaning catch and hold on texts not our own.

Nothing of the texts is kept: only counts are printed, and the changed words of what was missed.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from apps.ai.tests.text import data
from apps.ai.text import meaning
from apps.ai.text.meaning.findings import Finding
from apps.ai.text.meaning.reading import read

Measured = dict[str, float | int | str]
Text = tuple[str, str, str]
CLAIMS = (
    "Одобрено дерматологами.",
    "Клинически доказано.",
    "Гипоаллергенно и безопасно для детей и беременных.",
    "Не содержит парабенов.",
    "Избавляет от грибка и псориаза.",
    "Эффективно при диабете и гипертонии.",
    "Укрепляет иммунитет и сжигает жир.",
    "Восстанавливает суставы и снимает боль.",
)
SUBSTANCES = (
    "ментол",
    "коллаген",
    "алоэ",
    "кофеин",
    "глицерин",
    "ромашка",
    "лаванда",
    "мёд",
    "витамин С",
    "пантенол",
)
OTHER = "ретинол"
_FLIPS = (
    (re.compile(r"\bбез (?=\w+а\b|\w+ов\b)"), "с содержанием "),
    (re.compile(r"\bне содержит\b"), "содержит"),
    (re.compile(r"\bподходит для\b"), "не подходит для"),
    (re.compile(r"\bможно\b"), "нельзя"),
)


def texts(root: Path) -> list[Text]:
    """Title, description, kind of goods: a discounter's shop and a pharmacy."""
    found = [
        (row["title"], row["description"], "cosmetics" if "3" in row["category_ids"] else "other")
        for row in data.products("fixprice")
        if len(row["description"]) >= 150
    ]
    pharmacy = root / "pharmacy" / "Semavova.maksavit.json"
    for row in json.loads(pharmacy.read_text(encoding="utf-8")) if pharmacy.is_file() else ():
        description = " ".join(row["metadata"].get("__description", ()))
        if len(description) >= 150:
            found.append((row["title"], description, "medicine"))
    return found


def findings(source: str, title: str, body: str, kind: str) -> list[Finding]:
    """What holds the card; weak findings only warn."""
    case = meaning.case(source, {"title": title, "description": body}, kind=kind)
    return [one for one in meaning.check(case) if not one.weak]


def as_they_are(rows: Sequence[Text]) -> Measured:
    """Each text as a card of itself, whole and with every third sentence left out that warns of nothing."""
    held = sum(bool(findings(f"{title}\n{body}", title, body, kind)) for title, body, kind in rows)
    short = sum(
        bool(findings(f"{title}\n{body}", title, shortened(body), kind)) for title, body, kind in rows
    )
    return {"texts": len(rows), "held": held / len(rows), "held when shortened": short / len(rows)}


def shortened(body: str) -> str:
    units = read(body).units
    kept = [unit.text for at, unit in enumerate(units) if at % 3 != 2 or _warns(unit.text)]
    return "\n".join(kept)


def _warns(text: str) -> bool:
    warning = (
        r"\bне\b|нельзя|осторож|противопок|хран|беречь|береч|избега|"
        r"врач|дет|лет\b|аллерг|состав|содерж|курс|соблюда|безопас|внутрь"
    )
    return re.search(warning, text.lower()) is not None


def spoilt(rows: Sequence[Text]) -> dict[str, Measured]:
    """The share of each kind of change that is found."""
    chance = random.Random(13)  # noqa: S311
    kinds: dict[str, Callable[[Text], Iterator[str]]] = {
        "claim": lambda row: iter([f"{row[1]} {chance.choice(CLAIMS)}"]),
        "substance": _other_substance,
        "polarity": _flipped,
        "foreign text": lambda row: iter([chance.choice(rows)[1]]),
    }
    return {name: _found(rows, change) for name, change in kinds.items()}


def _found(rows: Sequence[Text], change: Callable[[Text], Iterator[str]]) -> Measured:
    total = caught = 0
    for title, body, kind in rows:
        for changed in change((title, body, kind)):
            if changed == body:
                continue
            total += 1
            caught += bool(findings(f"{title}\n{body}", title, changed, kind))
    return {"changes": total, "caught": caught / total if total else 1.0}


def _other_substance(row: Text) -> Iterator[str]:
    """The first substance that the text names becomes another."""
    for name in SUBSTANCES:
        pattern = re.compile(rf"\b{name[:-1]}\w*", re.IGNORECASE)
        if pattern.search(row[1]) and OTHER not in row[1].lower():
            yield pattern.sub(OTHER, row[1])
            return


def _flipped(row: Text) -> Iterator[str]:
    for pattern, words in _FLIPS:
        if pattern.search(row[1]):
            yield pattern.sub(words, row[1], count=1)


def growth(rows: Sequence[Text]) -> Measured:
    """Processor milliseconds for leaflets of 10,000 and 20,000 letters, source and card; linear is a factor of 2."""
    chance = random.Random(3)  # noqa: S311
    taken = {}
    for letters in (5_000, 10_000, 20_000):
        runs = []
        for _ in range(3):
            source, card = _long(rows, letters, chance), _long(rows, letters, chance)
            started = time.process_time()
            findings(source, "", card, "medicine")
            runs.append((time.process_time() - started) * 1000)
        taken[letters] = statistics.median(runs)
    return {"10,000": taken[10_000], "20,000": taken[20_000], "factor": taken[20_000] / taken[10_000]}


def _long(rows: Sequence[Text], letters: int, chance: random.Random) -> str:
    text = ""
    while len(text) < letters:
        text += chance.choice(rows)[1] + "\n"
    return text[:letters]
