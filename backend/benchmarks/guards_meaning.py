"""How well the guards know that a card says what its source says: by kind of change, with what was missed.

The corpus is our own (`guard_corpus`); half of its changes, the held-out one, were written after the rules and are
measured only. A change is caught when the card is held by something that does not hold the honest card.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from apps.ai import conf
from apps.ai.services import quality_checker
from apps.ai.text.safety import html, notices
from apps.ai.text.safety.injection import find_instructions
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ExtractedAttribute,
    ImageFindings,
    Issue,
    Mode,
    ProductSnapshot,
    QualityReport,
)
from benchmarks import guard_corpus
from benchmarks.guard_corpus import Card, Corruption, Fragment, Source, TextLine

Measured = dict[str, float | int | str]
#: The least share caught, by kind of change; of honest cards and lines the most that may be held.
LEAST = {
    "substance": 0.97,
    "polarity": 0.97,
    "left_out": 0.97,
    "whose_figure": 0.90,
    "who_when_how": 0.95,
    "claim": 0.93,
    "foreign_text": 1.0,
    "boilerplate": 0.93,
    "brand_colour": 0.93,
}
HONEST_MOST, LEAFLET_LINES_MOST, ORDERS_LEAST = 0.03, 0.0, 0.92


@dataclass
class Report:
    """`rows`: what is printed; `missed`: what a person should look at; `failed`: marks that do not hold."""

    rows: dict[str, Measured] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def measure() -> Report:
    report = Report()
    sources, cards = guard_corpus.sources(), guard_corpus.honest()
    held = {name: blocking(sources[card.source_id], card) for name, card in cards.items()}
    for is_held_out, half in ((False, "looked at"), (True, "held out")):
        _honest(report, {name: held[name] for name in held if cards[name].held_out is is_held_out}, half=half)
        _changes(report, sources, cards, held, is_held_out=is_held_out, half=half)
        _fragments(report, is_held_out=is_held_out, half=half)
        _lines(report, is_held_out=is_held_out, half=half)
    report.rows["milliseconds, corpus cards"] = cost(sources, cards)
    return report


def blocking(source: Source, card: Card) -> tuple[Issue, ...]:
    return judged(source, card)[1].blocking


def judged(source: Source, card: Card) -> tuple[Draft, QualityReport]:
    """A card as the pipeline would keep it, with the notices that it appends to every draft, and what it finds."""
    product = ProductSnapshot(
        1,
        source.title,
        source.description,
        brand=source.brand,
        source_category=source.category,
        attributes=dict(source.attributes),
    )
    path = tuple(source.category.split("/"))
    description = html.clean(card.description_html)
    wanted = notices.wanted(conf.get().notices, source.kind, path, language="ru")
    if missing := notices.missing(wanted, html.to_text(description)):
        description = html.clean(f"{description}<p>{escape(' '.join(missing))}</p>")
    draft = Draft(card.title, description, card.seo_title, card.seo_description, card.keywords)
    attributes = tuple(ExtractedAttribute(name, value, "") for name, value in card.attributes.items())
    choice = CategoryChoice(1, path, source.kind, 1.0, (), attributes)
    report = quality_checker.check(
        product, mode=Mode.FULL, choice=choice, draft=draft, findings=ImageFindings(), threshold=0.8
    )
    return draft, report


def _honest(report: Report, held: Mapping[str, Sequence[Issue]], *, half: str) -> None:
    wrongly = {name: issues for name, issues in held.items() if issues}
    by_meaning = [name for name, issues in wrongly.items() if any(_is_meaning(issue) for issue in issues)]
    share, meaning = len(wrongly) / len(held), len(by_meaning) / len(held)
    codes = Counter(issue.code for issues in wrongly.values() for issue in issues)
    report.rows[f"honest cards, {half}"] = {"cards": len(held), "held": share, "held by meaning": meaning}
    report.rows[f"honest cards, {half}, why held"] = dict(codes.most_common(6))
    report.missed += [
        f"{half}: honest {name}: {issue.message}" for name, issues in wrongly.items() for issue in issues
    ]
    if share > HONEST_MOST:
        report.failed.append(f"honest cards held, {half}: {share:.1%}, at most {HONEST_MOST:.0%}")


def _is_meaning(issue: Issue) -> bool:
    return issue.code.startswith("meaning_")


def _changes(
    report: Report,
    sources: Mapping[str, Source],
    cards: Mapping[str, Card],
    held: Mapping[str, Sequence[Issue]],
    *,
    is_held_out: bool,
    half: str,
) -> None:
    total: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for change in guard_corpus.corruptions():
        if change.held_out is not is_held_out:
            continue
        total[change.code] += 1
        if is_caught(sources, cards, held, change):
            caught[change.code] += 1
        else:
            report.missed.append(f"{change.code} {change.id} ({half}): {_words(change)}")
    for code in sorted(total):
        share = caught[code] / total[code]
        report.rows[f"{code}, {half}"] = {"changes": total[code], "caught": share}
        if share < LEAST.get(code, 0.0):
            report.failed.append(f"{code}, {half}: {share:.1%} caught, at least {LEAST[code]:.0%}")


def is_caught(
    sources: Mapping[str, Source],
    cards: Mapping[str, Card],
    held: Mapping[str, Sequence[Issue]],
    change: Corruption,
) -> bool:
    """Whether the changed card is held for something that the honest one is not, or cleaning cut the change out."""
    card = cards[change.card_id]
    after = guard_corpus.spoiled(change, cards)
    if after.title == card.title and html.clean(after.description_html) == html.clean(card.description_html):
        return True
    before = {(issue.code, issue.message) for issue in held[change.card_id]}
    spoiled = blocking(sources[card.source_id], after)
    return any((issue.code, issue.message) not in before for issue in spoiled)


def _fragments(report: Report, *, is_held_out: bool, half: str) -> None:
    """Fragments are denser than cards, and reworded as far as it goes: shown apart, without a mark."""
    honest: list[bool] = []
    caught: dict[str, list[bool]] = {}
    for one in guard_corpus.fragments():
        if one.held_out is not is_held_out:
            continue
        wrong = [_of_fragment(one, text) for text in one.honest]
        honest += map(bool, wrong)
        report.missed += [f"{half}: honest {one.id}: {message}" for found in wrong for _, message in found]
        for code, text in one.lies:
            is_found = bool(_of_fragment(one, text).difference(*wrong))
            caught.setdefault(code, []).append(is_found)
            if not is_found:
                report.missed.append(f"{code} {one.id} ({half}): {text[:200]}")
    if honest:
        row: Measured = {"honest": len(honest), "held": statistics.fmean(honest)}
        row |= {"lies": sum(map(len, caught.values()))}
        row |= {code: statistics.fmean(found) for code, found in sorted(caught.items())}
        report.rows[f"fragments, {half}"] = row


def _of_fragment(one: Fragment, text: str) -> set[tuple[str, str]]:
    """What a rendering is held for. It lacks all else of a card, so only what it says is looked at."""
    source = Source(one.id, one.kind, one.lang, "", "", one.source, {}, "")
    card = Card(one.id, one.id, "", f"<p>{escape(text)}</p>", "", "", (), {})
    issues = blocking(source, card)
    return {(issue.code, issue.message) for issue in issues if issue.code.startswith(("meaning_", "fact_"))}


def _words(change: Corruption) -> str:
    return str(change.replace or change.remove or change.append or change.description_of)[:200]


def _lines(report: Report, *, is_held_out: bool, half: str) -> None:
    orders = _of_half(guard_corpus.orders(), is_held_out)
    lines = _of_half(guard_corpus.leaflet_lines(), is_held_out)
    if orders:
        unseen = [line for line in orders if not find_instructions(line.text)]
        share = 1 - len(unseen) / len(orders)
        report.rows[f"orders in free wording, {half}"] = {"orders": len(orders), "flagged": share}
        report.missed += [f"order {line.id} ({half}): {line.text}" for line in unseen]
        if share < ORDERS_LEAST:
            report.failed.append(f"orders, {half}: {share:.1%} flagged, at least {ORDERS_LEAST:.0%}")
    if lines:
        alarms = [line for line in lines if find_instructions(line.text)]
        report.rows[f"leaflet lines, {half}"] = {"lines": len(lines), "flagged": len(alarms) / len(lines)}
        report.missed += [f"leaflet line {line.id} ({half}): {line.text}" for line in alarms]
        if len(alarms) / len(lines) > LEAFLET_LINES_MOST:
            report.failed.append(f"leaflet lines, {half}: {len(alarms)} taken for orders")


def _of_half(lines: Sequence[TextLine], is_held_out: bool) -> list[TextLine]:
    return [line for line in lines if line.held_out is is_held_out]


def cost(sources: Mapping[str, Source], cards: Mapping[str, Card]) -> Measured:
    """Processor milliseconds of one whole check of a corpus card, each made new so that nothing is remembered."""
    taken = list(_timed(sources, cards))
    return {
        "cards": len(taken),
        "mean": statistics.fmean(taken),
        "p95": statistics.quantiles(taken, n=20)[18],
    }


def _timed(sources: Mapping[str, Source], cards: Mapping[str, Card]) -> Iterator[float]:
    conf.get()
    for at, card in enumerate(cards.values()):
        source = sources[card.source_id]
        fresh = Source(
            source.id,
            source.kind,
            source.lang,
            source.title,
            source.brand,
            f"{source.description}\nАртикул {at}.",
            source.attributes,
            source.category,
        )
        started = time.process_time()
        blocking(fresh, card)
        yield (time.process_time() - started) * 1000
