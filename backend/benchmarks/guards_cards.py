"""Writes docs/cards-side-by-side.md: sources of our own beside the cards that the offline engine made of them.

python -m benchmarks.guards_cards > ../docs/cards-side-by-side.md  (DJANGO_SETTINGS_MODULE as for scripts/bench_guards)

Both questions are asked as the pipeline asks them, of the offline engine, in the sample shop's tree; the card is
completed, cleaned and checked as a run's is. Nothing is chosen by its result: the first sources of each kind.
"""

from __future__ import annotations

from collections import Counter

import django

django.setup()

from apps.ai.services import content_generator, quality_checker  # noqa: E402
from apps.ai.services.content_generator import ContentGenerator  # noqa: E402
from apps.ai.text.safety import html  # noqa: E402
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot, QualityReport  # noqa: E402
from benchmarks import guard_corpus, prompt_tokens  # noqa: E402

KINDS = {"medicine": 6, "supplement": 4, "cosmetics": 4, "clothes": 3, "food": 3}
THRESHOLD = 0.8
HEAD = """# Sources and finished cards, side by side

Twenty products of our own writing (`benchmarks/guard_corpus/sources.jsonl`; products and brands are invented), each
through a real run of both questions: **the cards are the offline engine's**, which rearranges and translates by rule;
a model writes fuller ones. The category is the engine's choice in the sample shop's tree. Findings are the guards'
own; «↯» holds the card for a person. Made by `python -m benchmarks.guards_cards` in `backend/`.
"""


def main() -> None:
    print(HEAD)  # noqa: T201
    taken = Counter[str]()
    door = prompt_tokens.Counted()
    categorizer, _ = prompt_tokens.shop(door)
    writer = ContentGenerator(door, "PharmaTurk", "спокойный")
    for number, source in enumerate(guard_corpus.sources().values(), 1):
        if taken[source.kind] >= KINDS.get(source.kind, 0):
            continue
        taken[source.kind] += 1
        product = _product(number, source)
        found = ImageFindings()
        offered = categorizer.find(product, found, meter=None)  # type: ignore[arg-type]
        choice = categorizer._ask(product, found, offered, None)  # type: ignore[arg-type]
        facts = writer.facts(product, choice, found, language="ru")
        draft = content_generator.completed(writer.write(facts, meter=None), facts)  # type: ignore[arg-type]
        report = quality_checker.check(
            product,
            mode=Mode.FULL,
            choice=choice,
            draft=draft,
            findings=found,
            threshold=THRESHOLD,
        )
        _print(source, choice, draft, report)


def _product(number: int, source: guard_corpus.Source) -> ProductSnapshot:
    return ProductSnapshot(
        number,
        source.title,
        source.description,
        brand=source.brand,
        source_category=source.category,
        attributes=dict(source.attributes),
    )


def _print(source: guard_corpus.Source, choice: CategoryChoice, draft: Draft, report: QualityReport) -> None:
    attributes = "; ".join(f"{name}: {value}" for name, value in source.attributes.items())
    path = " › ".join(choice.path) or "—"
    card = [
        ("**", source.title, draft.title),
        ("", source.description, html.to_text(draft.description)),
        ("", attributes, f"SEO: {draft.seo_title} — {draft.seo_description}"),
        ("", source.category, f"{path} ({choice.confidence:.2f}); слова: {', '.join(draft.keywords)}"),
    ]
    print(f"## {source.id}: {source.kind}, {source.lang}\n\n| source | card |\n|---|---|")  # noqa: T201
    for mark, given, made in card:
        print(f"| {mark}{_cell(given)}{mark} | {mark}{_cell(made)}{mark} |")  # noqa: T201
    print("\nFindings:", "none." if not report.issues else "")  # noqa: T201
    for issue in report.issues:
        print(f"- {'↯ ' if issue in report.blocking else ''}`{issue.code}`: {_cell(issue.message)}")  # noqa: T201
    print()  # noqa: T201


def _cell(text: str) -> str:
    return "<br>".join(
        " ".join(line.split()) for line in text.replace("|", "\\|").splitlines() if line.strip()
    )


if __name__ == "__main__":
    main()
