"""Leaflets of a run: each section is asked for once, whoever the product, and saved before the next one is begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from apps.ai import prompts
from apps.ai.models import AILeafletSection, AIProcessingLog, database
from apps.ai.models.processing import Status
from apps.ai.services import quality_checker
from apps.ai.services.texts.leaflets import checks, sections
from apps.ai.services.texts.leaflets.checks import Translation
from apps.ai.services.texts.leaflets.sections import Leaflet, Section
from apps.ai.services.texts.leaflets.translator import LeafletTranslator
from apps.ai.text import language
from apps.ai.text.safety import html
from apps.ai.types import (
    Draft,
    Issue,
    LanguageModel,
    LeafletFacts,
    Meter,
    ProductSnapshot,
    QualityReport,
    Severity,
    Stage,
    fingerprint,
)

T = TypeVar("T")


class SavedStage(Protocol):
    """`pipeline.Work.stage`."""

    def __call__(self, stage: str, shape: type[T], think: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class _Piece:
    section: Section
    text: str
    key: str


def added(
    leaflet: Leaflet,
    draft: Draft,
    report: QualityReport,
    product: ProductSnapshot,
    *,
    llm: LanguageModel,
    meter: Meter,
    stage: SavedStage,
) -> tuple[Draft, QualityReport]:
    """The draft with the leaflet under its description, and the report with what is wrong with the sections.

    A section that did not pass its checks blocks the card; one that was not translated is left out of it as well.
    """
    translator = LeafletTranslator(llm, [name for name in (product.brand, product.supplier) if name])
    pieces = [
        _Piece(section, text, _key(section, text, draft.language, llm.model))
        for section in leaflet.sections
        for text in sections.pieces(section)
    ]
    translations = _translated(pieces, draft.language, translator=translator, meter=meter, stage=stage)
    issues = [
        checks.issue(piece.section.heading, translation)
        for piece, translation in zip(pieces, translations, strict=True)
        if translation.problems
    ]
    title = sections.TITLES.get(draft.language, sections.TITLES["ru"])
    written = _markup(pieces, translations, draft.language)
    description = f"{draft.description}<h3>{title}</h3>{written}" if written else draft.description
    return replace(draft, description=html.clean(description)), _with_issues(report, issues)


def forget_corrected(run_id: int) -> int:
    """Forget sections that a person changed in an approved card, so that no pack size repeats the mistake.

    Returns how many.
    """
    run = AIProcessingLog.objects.filter(
        pk=run_id, status=Status.APPROVED, processed_by__isnull=False
    ).first()
    if run is None or "generated_description" not in run.texts_before_edits:
        return 0
    description = run.generated_description or ""
    known = AILeafletSection.objects.filter(key__in=keys_of(run))
    wrong = [row.pk for row in known if row.text not in description]
    return AILeafletSection.objects.filter(pk__in=wrong).delete()[0]


def keys_of(run: AIProcessingLog) -> list[str]:
    """Keys of the sections that this run's source has, whether they were kept or not."""
    leaflet = sections.of(run.input_data.get("original_description", ""), kind=sections.ANY)
    language_code = run.options.get("language", "ru")
    return [
        fingerprint(section.heading, text, language_code, run.prompt_version, run.llm_model)
        for section in (leaflet.sections if leaflet else ())
        for text in sections.pieces(section)
    ]


def _translated(
    pieces: Sequence[_Piece],
    language_code: str,
    *,
    translator: LeafletTranslator,
    meter: Meter,
    stage: SavedStage,
) -> list[Translation]:
    """Of every piece, in order: as it is, as it was kept, or as it is now asked for and saved."""
    foreign = [piece for piece in pieces if language.detect(piece.text) != language_code]
    known = {
        row.key: Translation(row.heading, row.text)
        for row in AILeafletSection.objects.filter(key__in={piece.key for piece in foreign})
    }
    translations = []
    for piece in pieces:
        if piece not in foreign:
            translations.append(_as_it_is(piece, language_code, translator.names))
            continue
        if piece.key not in known:
            facts = LeafletFacts(piece.section.heading, piece.text, language_code)
            known[piece.key] = stage(
                f"{Stage.LEAFLET}:{piece.key[:16]}",
                Translation,
                lambda facts=facts: translator.translate(facts, meter=meter),  # type: ignore[misc]
            )
            _keep(piece, known[piece.key], language_code, translator.llm.model)
        translations.append(known[piece.key])
    return translations


def _as_it_is(piece: _Piece, language_code: str, names: Sequence[str]) -> Translation:
    """A section that the supplier wrote in the card's language: nothing to pay for, but checked like the others."""
    same = Translation(piece.section.heading, sections.as_html(piece.text))
    found = checks.problems(piece.text, same, language_code=language_code, names=names)
    return replace(same, problems=found)


def _keep(piece: _Piece, translation: Translation, language_code: str, model: str) -> None:
    """For other products. What did not pass is not kept: a person will see it in this run alone."""
    if translation.problems:
        return
    row = AILeafletSection(
        key=piece.key,
        language=language_code,
        prompt_version=prompts.version(),
        llm_model=model[:50],
        source_heading=piece.section.heading[:200],
        heading=translation.heading[:200],
        text=translation.text,
    )
    database.write_through_outage(lambda: AILeafletSection.objects.bulk_create([row], ignore_conflicts=True))


def _key(section: Section, text: str, language_code: str, model: str) -> str:
    return fingerprint(section.heading, text, language_code, prompts.version(), model)


def _markup(pieces: Sequence[_Piece], translations: Sequence[Translation], language_code: str) -> str:
    """Sections under their names, a section's pieces together."""
    blocks: list[str] = []
    before: Section | None = None
    for piece, translation in zip(pieces, translations, strict=True):
        if not translation.text:
            continue
        if piece.section is not before:
            blocks.append(f"<h4>{sections.name(piece.section, language_code)}</h4>")
            before = piece.section
        blocks.append(translation.text)
    return "".join(blocks)


def _with_issues(report: QualityReport, issues: Sequence[Issue]) -> QualityReport:
    """The report with more in it. What the text lacks of the source's sections stands in the leaflet."""
    kept = [issue for issue in report.issues if issue.code != "section_missing"]
    order = list(Severity)
    every = sorted((*issues, *kept), key=lambda issue: order.index(issue.severity))
    return QualityReport(tuple(every), quality_checker.score(every))
