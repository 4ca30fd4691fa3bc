"""Quality stage: everything that speaks against applying a card without a person looking.

Each rule is a function from `Card` to issues; a rule that does not concern the mode is silent. What a finding is
called, how grave it is and what it costs stands in `quality.codes`; messages are Russian and quote the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from apps.ai import conf
from apps.ai.issue_codes import RULES as CODES
from apps.ai.services.quality import (
    fact_rules,
    meaning_rules,
    picture_rules,
    shape_rules,
    source_rules,
    word_rules,
)
from apps.ai.services.quality.card import Card, Policy
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Issue,
    Mode,
    ProductSnapshot,
    QualityReport,
    Severity,
)

RULES: tuple[Callable[[Card], Iterator[Issue]], ...] = (
    source_rules.title,
    source_rules.price,
    source_rules.instructions,
    word_rules.replica,
    source_rules.category,
    source_rules.contradiction,
    fact_rules.lost,
    fact_rules.invented,
    fact_rules.in_title,
    fact_rules.lonely_units,
    fact_rules.incomplete,
    word_rules.brand,
    word_rules.other_brand,
    word_rules.contradicted,
    word_rules.leftovers,
    meaning_rules.said,
    word_rules.foreign,
    word_rules.promises,
    word_rules.required,
    word_rules.complete,
    source_rules.markup,
    source_rules.images,
    picture_rules.dose,
    picture_rules.substance,
    picture_rules.kind,
    picture_rules.count,
    picture_rules.colour,
    picture_rules.brand,
    picture_rules.shared,
    picture_rules.poor,
    lambda card: shape_rules.check(card.product, card.draft, kind=card.kind),
)


def check(
    product: ProductSnapshot,
    *,
    mode: Mode,
    choice: CategoryChoice | None,
    draft: Draft | None,
    findings: ImageFindings,
    threshold: float,
) -> QualityReport:
    """All findings, the gravest first. Price floors and notices are the settings'."""
    values = conf.get()
    policy = Policy(threshold, price_floors=values.price_floors, notices=values.notices)
    return judge(Card(product, mode, choice, draft, findings, policy))


def judge(card: Card) -> QualityReport:
    """All findings about a card, the gravest first, and what is left of the score of 1."""
    order = list(Severity)
    found = sorted((issue for rule in RULES for issue in rule(card)), key=lambda i: order.index(i.severity))
    return QualityReport(tuple(found), score(found))


def joined(report: QualityReport, more: Iterable[Issue]) -> QualityReport:
    """The report with further findings; none of its own is taken back."""
    order = list(Severity)
    every = sorted((*report.issues, *more), key=lambda found: order.index(found.severity))
    return QualityReport(tuple(every), score(every))


def score(issues: list[Issue]) -> float:
    """1 less the points of each finding; a finding in several fields counts fully once and half for each other."""
    taken: dict[str, float] = {}
    for issue in issues:
        taken[issue.code] = taken.get(issue.code, issue.score / 2) + issue.score / 2
    return round(max(0.0, 1.0 - sum(taken.values())), 3)


def repairable(report: QualityReport) -> tuple[Issue, ...]:
    """The issues that are worth one more question to the writer."""
    return tuple(issue for issue in report.blocking if CODES[issue.code].repairable)
