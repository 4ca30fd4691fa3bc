"""Texts that people approved become examples for the same branch; what no person has seen never does.

An example teaches form, so what only its own product has is masked: numbers and the brand. What is copied all the same
is caught: the marks by `shape_rules`, facts by the fact guard.
"""

from __future__ import annotations

import re

from django.db.models import Count, QuerySet

from apps.ai import catalog
from apps.ai.models import AIProcessingLog, AITemplate
from apps.ai.models.processing import Status
from apps.ai.services.people import replacing
from apps.ai.services.templates.examples import EXAMPLE
from apps.ai.services.texts.leaflets import sections
from apps.ai.text.language.stems import stems
from apps.ai.text.safety import html
from apps.ai.types import Mode

#: Examples of people a category and language; the best and newest stay.
MOST = 8
#: Words below which a description teaches nothing.
FEWEST_WORDS = 40
#: Texts that share so many of their stems (Jaccard) are one example.
SAME = 0.8
#: Decisions after which a success rate counts, and the rate below which an example goes first.
MEASURED, POOR = 3, 0.5

_MASKS = {"ru": ("[число]", "[бренд]"), "en": ("[number]", "[brand]")}
_TAG_OR_NUMBER = re.compile(r"<[^>]*>|&#?\w+;|\d+(?:[.,]\d+)*")


def learn(run_id: int) -> list[int]:
    """Bring the examples in line with the decision on this run; returns the ids that came, changed or went.

    Running twice, or after a rollback, ends in the same state.
    """
    run = AIProcessingLog.objects.filter(pk=run_id).first()
    product = None if run is None else catalog.get().snapshots([run.product_id]).get(run.product_id)
    if run is None or product is None:
        return []
    if not _may_teach(run):
        return _forget(AITemplate.objects.filter(source_run=run))
    category_id = run.suggested_category_id or product.category_id
    language = run.options.get("language", "ru")
    gone = _forget(AITemplate.objects.filter(source_product=run.product_id).exclude(source_run=run))
    if category_id is None:
        return gone + _forget(AITemplate.objects.filter(source_run=run))
    branch = AITemplate.objects.filter(template_type=EXAMPLE, category_id=category_id, language=language)
    content = _content(run, language, brand=product.brand)
    if _is_known(content, branch.filter(is_active=True).exclude(source_run=run)):
        return gone + _forget(AITemplate.objects.filter(source_run=run))
    example, _ = AITemplate.objects.update_or_create(
        source_run=run,
        defaults={
            "name": f"Одобрено: запуск №{run.pk}",
            "template_type": EXAMPLE,
            "category_id": category_id,
            "content": content,
            "language": language,
            "source_product_id": run.product_id,
        },
    )
    return [example.pk, *gone, *_trim(branch)]


def masked(text: str, *, brand: str, language: str = "ru") -> str:
    """The text, HTML or plain, with marks in the place of numbers and of the brand."""
    number, name = _MASKS.get(language, _MASKS["en"])
    if brand.strip():
        text = re.sub(rf"(?<!\w){re.escape(brand.strip())}(?!\w)", name, text, flags=re.IGNORECASE)
    return _TAG_OR_NUMBER.sub(lambda match: number if match[0][0].isdigit() else match[0], text)


def _may_teach(run: AIProcessingLog) -> bool:
    """Approved by a person, and long enough to show how a card is written."""
    if run.status != Status.APPROVED or run.processed_by_id is None:
        return False
    if not Mode(run.processing_type).writes_text or not run.generated_title:
        return False
    if not {"title", "description"} <= set(replacing.accepted_fields(run)):
        return False  # the person left the shop's own text in place
    return len(html.to_text(_own(run)).split()) >= FEWEST_WORDS


def _own(run: AIProcessingLog) -> str:
    return sections.without(run.generated_description or "")


def _content(run: AIProcessingLog, language: str, *, brand: str) -> str:
    return masked(f"{run.generated_title}\n{_own(run)}", brand=brand, language=language)


def _is_known(content: str, examples: QuerySet[AITemplate]) -> bool:
    mine = set(stems(html.to_text(content)))
    others = (set(stems(html.to_text(other))) for other in examples.values_list("content", flat=True))
    return any(len(mine & other) >= SAME * len(mine | other) for other in others)


def _trim(branch: QuerySet[AITemplate]) -> list[int]:
    """Delete what people's examples of the branch are too many: first what served badly, then the oldest."""
    rows = list(branch.filter(source_run__isnull=False).annotate(decisions=Count("measures")))
    rows.sort(
        key=lambda row: (not (row.decisions >= MEASURED and row.success_rate < POOR), row.created_at, row.pk)
    )
    return _forget(AITemplate.objects.filter(pk__in=[row.pk for row in rows[: max(0, len(rows) - MOST)]]))


def _forget(templates: QuerySet[AITemplate]) -> list[int]:
    ids = list(templates.values_list("pk", flat=True))
    if ids:
        templates.delete()
    return ids
