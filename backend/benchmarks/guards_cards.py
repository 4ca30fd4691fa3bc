"""Writes docs/cards.md: finished cards of our own corpus beside their sources, each through all checks.

python -m benchmarks.guards_cards > ../docs/cards.md       (DJANGO_SETTINGS_MODULE as for scripts/bench_guards)
"""

from __future__ import annotations

from collections import Counter

import django

django.setup()

from apps.ai.services.quality.meaning_rules import alignment  # noqa: E402
from apps.ai.text.safety import html  # noqa: E402
from benchmarks import guard_corpus  # noqa: E402
from benchmarks.guards_meaning import blocking  # noqa: E402

KINDS = {"medicine": 6, "supplement": 5, "cosmetics": 4, "clothes": 3, "other": 2}


def main() -> None:
    print("# Finished cards beside their sources\n")  # noqa: T201
    print(  # noqa: T201
        "Our own texts (`benchmarks/guard_corpus`); products are invented. None of them is held by a check. The number"
    )
    print("behind a sentence is its likeness to the source sentences that prove it, in percent.\n")  # noqa: T201
    sources, taken = guard_corpus.sources(), Counter[str]()
    seen: set[str] = set()
    for card in guard_corpus.honest().values():
        source = sources[card.source_id]
        if source.id in seen or taken[source.kind] >= KINDS.get(source.kind, 0) or blocking(source, card):
            continue
        seen.add(source.id)
        taken[source.kind] += 1
        text = html.to_text(card.description_html)
        rows = alignment(f"{source.title}\n{source.description}", card.description_html)
        proved = " ".join(f"{_cell(text[start:end])} ({likeness})" for start, end, likeness, *_ in rows)
        print(f"## {source.id}: {source.kind}, {source.lang}\n\n| source | card |\n|---|---|")  # noqa: T201
        print(  # noqa: T201
            f"| **{_cell(source.title)}** | **{_cell(card.title)}** |\n| {_cell(source.description)} | {proved} |\n"
        )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("•", "").split())


if __name__ == "__main__":
    main()
