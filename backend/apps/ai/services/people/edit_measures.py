"""How much of a run's texts people change, and what that says about the templates that it was written with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg, Case, Count, F, FloatField, Q, Sum, Value, When
from django.utils import timezone
from rapidfuzz.distance import Levenshtein

from apps.ai import catalog
from apps.ai.models import AIDayFigures, AIEditMeasure, AIHouseRules, AIProcessingLog, AITemplate
from apps.ai.models.processing import Status
from apps.ai.models.texts import Outcome
from apps.ai.services.texts.leaflets import sections
from apps.ai.text.safety import html
from apps.ai.types import Mode

#: The texts of a card as they stand on a run.
TEXT_FIELDS = (
    "generated_title",
    "generated_description",
    "generated_seo_title",
    "generated_seo_description",
    "generated_keywords",
)
#: Of a decided card 1 − share stays as it was written; of a rejected one nothing.
_SUCCESS = Case(
    When(outcome=Outcome.REJECTED, then=Value(0.0)), default=1.0 - F("share"), output_field=FloatField()
)
GROUPINGS = {"version": "prompt_version", "category": "category_id", "moderator": "moderator_id"}


def before_edits(run: AIProcessingLog, values: Mapping[str, Any]) -> dict[str, Any]:
    """What `texts_before_edits` should hold when `values` are about to be replaced: the first ones stay."""
    first: dict[str, Any] = run.texts_before_edits
    return {name: values[name] for name in TEXT_FIELDS if name in values} | first


def measure(run_id: int) -> AIEditMeasure | None:
    """Write down what a person's decision did to the run's texts; None when nobody decided, or it has no texts.

    Running twice, or after the decision was taken back, ends in the same state.
    """
    run = AIProcessingLog.objects.filter(pk=run_id).first()
    outcome = None if run is None else _outcome(run)
    if run is None or outcome is None:
        _forget(run_id)
        return None
    shares, words, share = _compared(run)
    with transaction.atomic():
        former = AIEditMeasure.objects.filter(run=run).values_list("decided_at", flat=True).first()
        AIDayFigures.objects.mark_stale(former, run.moderation_date)
        measured, _ = AIEditMeasure.objects.update_or_create(
            run=run,
            defaults={
                "moderator_id": run.processed_by_id,
                "category_id": run.suggested_category_id or _category_id(run.product_id),
                "prompt_version": run.prompt_version,
                "llm_model": run.llm_model,
                "language": run.options.get("language", "ru"),
                "outcome": Outcome.EDITED if outcome is Outcome.CLEAN and share else outcome,
                "share": share,
                "fields": shares,
                "words": words,
                "decided_at": run.moderation_date or timezone.now(),
            },
        )
        used = AITemplate.objects.filter(pk__in=run.template_ids)
        measured.templates.set(used)
        measured.house_rules.set(AIHouseRules.objects.filter(pk__in=run.house_rules))
        _credit([template.pk for template in used])
    return measured


def _forget(run_id: int) -> None:
    """What was measured of a decision that its maker has taken back."""
    measured = AIEditMeasure.objects.filter(run_id=run_id)
    used = list(measured.values_list("templates", flat=True))
    if measured.delete()[0]:
        _credit([template_id for template_id in used if template_id])


def report(*, by: str, days: int) -> list[dict[str, Any]]:
    """A row a group, those with most decisions first: counts of outcomes, and changed words of all words."""
    since = timezone.now() - timedelta(days=days)
    rows = (
        AIEditMeasure.objects.filter(decided_at__gte=since)
        .order_by()
        .values(group=F(GROUPINGS[by]))
        .annotate(
            decisions=Count("pk"),
            kept=Count("pk", filter=Q(outcome=Outcome.CLEAN)),
            edited=Count("pk", filter=Q(outcome=Outcome.EDITED)),
            rejected=Count("pk", filter=Q(outcome=Outcome.REJECTED)),
            all_words=Sum("words"),
            changed_words=Sum(F("words") * F("share"), output_field=FloatField()),
        )
        .order_by("-decisions", "group")
    )
    names = _names(by, [row["group"] for row in rows if row["group"]])
    return [
        {
            "group": names.get(row["group"]) or "—",
            "decisions": row["decisions"],
            "clean": row["kept"],
            "edited": row["edited"],
            "rejected": row["rejected"],
            "words": row["all_words"],
            "changed": round(row["changed_words"] / row["all_words"], 4) if row["all_words"] else 0.0,
        }
        for row in rows
    ]


def of_rules(rules_id: int) -> dict[str, Any]:
    """What became of the cards that were written by a version: decisions, those taken as they were, changed words."""
    sums = AIEditMeasure.objects.filter(house_rules=rules_id).aggregate(
        decisions=Count("pk"),
        clean=Count("pk", filter=Q(outcome=Outcome.CLEAN)),
        rejected=Count("pk", filter=Q(outcome=Outcome.REJECTED)),
        all_words=Sum("words"),
        changed_words=Sum(F("words") * F("share"), output_field=FloatField()),
    )
    decisions, words = sums["decisions"], sums["all_words"]
    return {
        "decisions": decisions,
        "accepted": (decisions - sums["rejected"]) / decisions if decisions else None,
        "clean": sums["clean"] / decisions if decisions else None,
        "changed": sums["changed_words"] / words if words else None,
    }


def changed_share(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """The share of words that differ between two cards, over all their texts."""
    changed = words = 0
    for name in TEXT_FIELDS:
        one, other = _words(before.get(name)), _words(after.get(name))
        changed += Levenshtein.distance(one, other)
        words += max(len(one), len(other))
    return round(changed / words, 4) if words else 0.0


def _names(by: str, keys: Sequence[Any]) -> Mapping[Any, str]:
    if by == "moderator":
        return catalog.get().people(keys)
    if by == "category":
        return {node.id: node.path_text for node in catalog.get().categories()}
    return {key: key for key in keys}


def _category_id(product_id: int) -> int | None:
    product = catalog.get().snapshots([product_id]).get(product_id)
    return product.category_id if product else None


def _outcome(run: AIProcessingLog) -> Outcome | None:
    if run.processed_by_id is None or not Mode(run.processing_type).writes_text or not run.generated_title:
        return None
    if run.status == Status.APPROVED:
        return Outcome.CLEAN
    return Outcome.REJECTED if run.status == Status.REJECTED else None


def _compared(run: AIProcessingLog) -> tuple[dict[str, float], int, float]:
    """The share of changed words by field, the words of the longer of both versions, and the share in all of them."""
    shares: dict[str, float] = {}
    changed = words = 0
    for name in TEXT_FIELDS:
        after = _words(getattr(run, name))
        before = _words(run.texts_before_edits[name]) if name in run.texts_before_edits else after
        longest = max(len(before), len(after))
        distance = 0 if before == after else Levenshtein.distance(before, after)
        shares[name.removeprefix("generated_")] = round(distance / longest, 4) if longest else 0.0
        changed += distance
        words += longest
    return shares, words, round(changed / words, 4) if words else 0.0


def _words(value: str | Sequence[str] | None) -> list[str]:
    """Words of a text without its markup and its leaflet, which nobody is asked to write."""
    text = value if isinstance(value, str) else "\n".join(value or [])
    return html.to_text(sections.without(text)).split()


def _credit(template_ids: Sequence[int]) -> None:
    """How many decided cards each template was used for, and how well it served there."""
    rates = (
        AIEditMeasure.objects.filter(templates__in=template_ids)
        .order_by()
        .values("templates")
        .annotate(rate=Avg(_SUCCESS), cards=Count("pk"))
    )
    for row in rates:
        AITemplate.objects.filter(pk=row["templates"]).update(
            success_rate=round(row["rate"], 4), usage_count=row["cards"]
        )
