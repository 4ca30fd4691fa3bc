"""A card with edits that nobody has saved, checked again: what a finding said may be mended, or new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from apps.ai.issue_codes import RULES
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition, quality_checker
from apps.ai.services.people import card_edits
from apps.ai.services.people.finding_overrules import key_of
from apps.ai.services.quality import meaning_rules
from apps.ai.types import CategoryChoice, Draft, ExtractedAttribute, ImageFindings, Mode, Severity

_FINDINGS = TypeAdapter(ImageFindings)
#: Findings of the writer's own rules that only a model, or the whole leaflet, could look at again.
_KEPT = frozenset({"meaning_doubted", "untranslated", "leaflet", "leaflet_untranslated", "notice_missing"})
#: Findings that reading the texts again gives or takes away.
RECHECKED = frozenset(code for code, rule in RULES.items() if rule.repairable) - _KEPT | {
    "title_incomplete", "brand_missing", "superlative", "seo_empty", "title_long", "title_no_brand", "seo_length",
    "keywords_count", "keywords_repeat", "description_length", "description_wall",
}  # fmt: skip


def with_edits(run: AIProcessingLog, edits: Mapping[str, Any]) -> None:
    """Set the edits and what they do to the proofs on `run`, without saving. Raises ValidationError."""
    changed = card_edits.put(run, edits)
    if "generated_description" in changed:
        run.alignment = meaning_rules.alignment(card_edits.source_text(run), run.generated_description or "")
    run.edited_by_moderator = sorted({*run.edited_by_moderator, *changed})


def look_again(run: AIProcessingLog) -> None:
    """Set on an edited run, without saving, the findings that its texts have now; new ones are marked `fresh`."""
    if run.edited_by_moderator and run.generated_title and Mode(run.processing_type).writes_text:
        run.reasons = _reasons(run)


def _reasons(run: AIProcessingLog) -> list[dict[str, Any]]:
    """Those that stay, and what the rules say of the texts now; the gravest first."""
    report = quality_checker.check(
        card_edits.product_as_read(run),
        mode=Mode(run.processing_type),
        choice=_choice(run),
        draft=_draft(run),
        findings=_findings(run),
        threshold=0.0,
    )
    kept = [dict(reason) for reason in run.reasons if reason["code"] not in RECHECKED]
    stored = set(map(key_of, run.reasons))
    found = [asdict(issue) for issue in report.issues if issue.code in RECHECKED]
    fresh = [reason | {"fresh": key_of(reason) not in stored} for reason in found]
    order = list(Severity)
    return sorted(kept + fresh, key=lambda reason: order.index(Severity(reason["severity"])))


def _choice(run: AIProcessingLog) -> CategoryChoice | None:
    node = composition.category_index().nodes.get(run.suggested_category_id or 0)
    if node is None:
        return None
    found = tuple(
        ExtractedAttribute(name, str(value), "") for name, value in run.extracted_attributes.items()
    )
    return CategoryChoice(node.id, node.path, node.kind, 1.0, (), found)


def _draft(run: AIProcessingLog) -> Draft:
    return Draft(
        title=run.generated_title or "",
        description=run.generated_description or "",
        seo_title=run.generated_seo_title or "",
        seo_description=run.generated_seo_description or "",
        keywords=tuple(run.generated_keywords),
        language=str(run.options.get("language") or "ru"),
    )


def _findings(run: AIProcessingLog) -> ImageFindings:
    return _FINDINGS.validate_python(run.image_analysis or {})
