"""Everything that the review page shows of one run, read once and held as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.ai import catalog, conf
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.models.processing import UNDECIDED_STATUSES
from apps.ai.services import composition
from apps.ai.services.audit import blind
from apps.ai.services.people import (
    card_edits,
    card_fields,
    card_findings,
    card_pictures,
    card_source,
    rechecking,
    replacing,
)
from apps.ai.services.people.card_fields import AttributeRow, Field
from apps.ai.services.people.card_findings import Finding
from apps.ai.services.people.card_marks import Mark, marked_plain
from apps.ai.services.people.card_pictures import Pictures
from apps.ai.services.people.card_source import Source, SourceSentence
from apps.ai.services.quality import meaning_rules
from apps.ai.services.texts.leaflets import sections
from apps.ai.text.meaning.reading import read
from apps.ai.text.safety import html, notices
from apps.ai.types import CategoryNode

#: Fields whose text may hold a finding's words.
_MARKED = ("title", "description", "seo_title", "seo_description")
#: Alternatives that have a key of their own.
MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    """`score` in 0..1, None where nobody measured it and while audits are blind."""

    node: CategoryNode
    score: float | None


@dataclass(frozen=True, slots=True)
class Category:
    """`confidence` in 0..1; None when there is none, or nobody measured it (`is_guess`), or while audits are blind."""

    node: CategoryNode | None
    may_be_chosen: bool
    confidence: float | None
    is_guess: bool
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class CardPage:
    """`title`: what colleagues call the product. `version`: what a decision sends back, "" once it is decided.

    `entry`: the queue's row while the card waits.
    """

    run: AIProcessingLog
    title: str
    admin_url: str
    shop_url: str
    version: str
    is_undecided: bool
    entry: AIModerationQueue | None
    source: Source
    fields: Mapping[str, Field]
    category: Category
    attributes: Sequence[AttributeRow]
    missing: Sequence[AttributeRow]
    findings: tuple[Finding, ...]
    pictures: Pictures

    @property
    def open_findings(self) -> list[Finding]:
        return [one for one in self.findings if not one.overruled]


def page_of(run: AIProcessingLog) -> CardPage:
    """`run`: as stored, or with edits that nobody has saved. Raises ProductMissing."""
    undecided = run.status in UNDECIDED_STATUSES
    if run.generated_description and not run.alignment:
        run.alignment = meaning_rules.alignment(card_edits.source_text(run), run.generated_description)
    if undecided:
        rechecking.look_again(run)
    plan = replacing.plan(run) if undecided else None
    findings = card_findings.findings_of(run)
    source = card_source.source_of(run, card_findings.left_out(findings))
    category = _category(run)
    fields = card_fields.fields_of(run, plan, _marks(run, findings, source, category.node))
    specs = category.node.attributes if category.node else ()
    values = run.extracted_attributes if "attributes" in fields else {}
    shop = catalog.get()
    return CardPage(
        run=run,
        title=shop.titles([run.product_id]).get(run.product_id) or f"№{run.product_id}",
        admin_url=shop.admin_url(run.product_id),
        shop_url=shop.shop_url(run.product_id),
        version=plan.version if plan else "",
        is_undecided=undecided,
        entry=_entry(run),
        source=_marked_source(source, findings, fields),
        fields=fields,
        category=category,
        attributes=[
            replace(row, sources=card_source.proof_of(f"{row.name}: {row.value}", row.evidence, run, source))
            for row in card_fields.attribute_rows(values, specs, _evidence(run))
        ],
        missing=card_fields.missing_attributes(values, specs) if "attributes" in fields else (),
        pictures=card_pictures.pictures_of(run),
        findings=tuple(
            replace(one, sources=card_source.numbers_of(one.evidence, source)) for one in findings
        ),
    )


def _entry(run: AIProcessingLog) -> AIModerationQueue | None:
    return AIModerationQueue.objects.waiting().filter(log_entry=run).select_related("assigned_to").first()


def _category(run: AIProcessingLog) -> Category:
    index = composition.category_index()
    hidden, measured = blind.hides(run), run.confidence_measured
    offered = [
        Alternative(
            index.choosable[key], float(other.get("score") or 0.0) if measured and not hidden else None
        )
        for other in run.category_alternatives
        if (key := other.get("category_id")) in index.choosable and key != run.suggested_category_id
    ]
    chosen = run.suggested_category_id
    is_own = "suggested_category" not in run.edited_by_moderator and run.category_confidence is not None
    return Category(
        node=index.nodes.get(chosen or 0),
        may_be_chosen=chosen in index.choosable,
        confidence=run.category_confidence if is_own and measured and not hidden else None,
        is_guess=is_own and not measured and not hidden,
        alternatives=tuple(offered[:MOST_ALTERNATIVES]),
    )


def _marks(
    run: AIProcessingLog, findings: Sequence[Finding], source: Source, node: CategoryNode | None
) -> dict[str, list[Mark]]:
    marks: dict[str, list[Mark]] = {name: [] for name in _MARKED}
    marks["description"] += _sentences(run, source, node)
    for finding in findings:
        for name in (finding.field,) if finding.field in _MARKED else _MARKED:
            marks[name] += finding.marks()
    return marks


def _sentences(run: AIProcessingLog, source: Source, node: CategoryNode | None) -> list[Mark]:
    """The description's sentences, each with the numbers of what proves it."""
    text = html.to_text(sections.without(run.generated_description or ""))
    language = run.options.get("language") or conf.get().language
    known = (
        " ".join(notices.wanted(conf.get().notices, node.kind, node.path, language=language)) if node else ""
    )
    headings = {unit.start for unit in read(text).units if unit.is_heading}
    found: list[Mark] = []
    for number, (row, proofs) in enumerate(zip(run.alignment, source.proofs, strict=True)):
        words = text[row[0] : row[1]]
        data = {"s": str(number), "p": " ".join(map(str, proofs))}
        found.append(Mark(words, "rv-s", data))
        if not proofs and row[0] not in headings and words.strip(" .") not in known:
            found.append(Mark(words, "rv-unproved", {}))
    return found


def _marked_source(source: Source, findings: Sequence[Finding], fields: Mapping[str, Field]) -> Source:
    """With the words of findings that stand nowhere in the card: what was lost stands in the source."""
    in_card = "".join(field.markup for field in fields.values())
    marks = [mark for one in findings if f'data-f="{one.key}"' not in in_card for mark in one.marks()]
    return replace(
        source,
        title=_marked_sentence(source.title, marks) if source.title else None,
        sentences=tuple(_marked_sentence(one, marks) for one in source.sentences),
    )


def _marked_sentence(one: SourceSentence, marks: Sequence[Mark]) -> SourceSentence:
    return replace(one, markup=marked_plain(one.text, marks))


def _evidence(run: AIProcessingLog) -> dict[str, str]:
    """The source's words by the attribute that they prove, while the run's stages are kept."""
    stage: Any = run.stage_results.get("second_look") or run.stage_results.get("category") or {}
    return {found["name"]: found["evidence"] for found in stage.get("attributes", ())}
