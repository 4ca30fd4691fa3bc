"""Writes docs/cards-side-by-side.md: sources beside the cards that careful writers made of them by the model's prompts.

python -m benchmarks.guards_cards > ../docs/cards-side-by-side.md  (DJANGO_SETTINGS_MODULE as for scripts/bench_guards)

A card is completed, cleaned and checked as a run's is. Nothing is chosen by its result: of each kind of goods the first
of the last hands of the corpus that are not held out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import django

django.setup()

from apps.ai.text.safety import html  # noqa: E402
from apps.ai.types import Draft, QualityReport  # noqa: E402
from benchmarks import guard_corpus, guards_meaning  # noqa: E402

KINDS = {"medicine": 6, "supplement": 4, "cosmetics": 4, "clothes": 3, "food": 3}
#: The hands that wrote last, and those who named a kind that these did not.
HANDS = ("n14-", "n15-", "n16-", "n17-", "n18-", "n19-", "n10-", "")
HEAD = """# Sources and finished cards, side by side

Twenty products of five kinds (`benchmarks/guard_corpus`; products and brands are invented), with the cards that careful
writers made of them when they were given a model's prompts and nothing else; no model can be asked where this was
written. The notice that every such card gets is appended. Findings are the guards' own; «↯» would hold the card for a
person. The rules have been mended with these texts in view, so that few findings are left; what they do to texts that
nobody has read stands in docs/guards.md. Made by `python -m benchmarks.guards_cards` in `backend/`.
"""


def main() -> None:
    print(HEAD)  # noqa: T201
    taken = Counter[str]()
    sources = guard_corpus.sources()
    shown: set[str] = set()
    for hand in HANDS:
        for card in guard_corpus.honest().values():
            source = sources[card.source_id]
            is_next = card.id.startswith(hand) and not card.held_out and source.id not in shown
            if is_next and taken[source.kind] < KINDS.get(source.kind, 0):
                taken[source.kind] += 1
                shown.add(source.id)
                _print(source, card, *guards_meaning.judged(source, card))


def _print(source: guard_corpus.Source, card: guard_corpus.Card, draft: Draft, report: QualityReport) -> None:
    rows = [
        ("**", source.title, draft.title),
        ("", source.description, html.to_text(draft.description)),
        ("", _listed(source.attributes), _listed(card.attributes)),
        ("", source.category, f"SEO: {draft.seo_title} — {draft.seo_description}"),
        ("", "", f"слова: {', '.join(draft.keywords)}"),
    ]
    print(f"## {source.id}: {source.kind}, {source.lang}\n\n| source | card |\n|---|---|")  # noqa: T201
    for mark, given, made in rows:
        print(f"| {mark}{_cell(given)}{mark} | {mark}{_cell(made)}{mark} |")  # noqa: T201
    print("\nFindings:", "none." if not report.issues else "")  # noqa: T201
    for issue in report.issues:
        print(f"- {'↯ ' if issue in report.blocking else ''}`{issue.code}`: {_cell(issue.message)}")  # noqa: T201
    print()  # noqa: T201


def _listed(attributes: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in attributes.items())


def _cell(text: str) -> str:
    return "<br>".join(
        " ".join(line.split()) for line in text.replace("|", "\\|").splitlines() if line.strip()
    )


if __name__ == "__main__":
    main()
