"""What the API shows and takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.ai import catalog
from apps.ai.host import category_model
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate, RejectReason
from apps.ai.models.processing import UNDECIDED_STATUSES
from apps.ai.rest import StrictSerializer
from apps.ai.services import composition
from apps.ai.services.audit import blind
from apps.ai.services.keeping.showing import shown
from apps.ai.services.people import card_edits, card_leases, replacing
from apps.ai.types import CARD_FIELDS, Mode

#: Characters of a keyword, and of an attribute's name and value, that the API takes.
LONGEST_KEYWORD, LONGEST_NAME, LONGEST_VALUE = 100, 100, 500


class NamedList(serializers.ListSerializer):
    """Titles of all products of a page by one query, and the tree read once."""

    def to_representation(self, data: Any) -> Any:
        rows = list(data)
        runs = [getattr(row, "log_entry", row) for row in rows]
        context = cast(dict[str, Any], self.context)  # what the rows' serializers read as theirs
        context["titles"] = catalog.get().titles(run.product_id for run in runs)
        context["pictures"] = shown(url for run in runs for url in run.input_images_urls)
        context["categories"] = composition.category_index().nodes
        return super().to_representation(rows)


class PictureSerializer(serializers.Serializer):
    """A picture as a page shows it: `src` and `thumb` from our storage as soon as it lies there, "" when there is
    nothing to show; links to a private bucket live an hour. `original`: where it came from.
    """

    original = serializers.CharField()
    src = serializers.CharField()
    thumb = serializers.CharField()
    srcset = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    is_ours = serializers.BooleanField()


class AIProcessingLogSerializer(serializers.ModelSerializer):
    product_title = serializers.SerializerMethodField()
    pictures = serializers.SerializerMethodField()
    category_name = serializers.SerializerMethodField()

    version = serializers.SerializerMethodField()

    class Meta:
        model = AIProcessingLog
        list_serializer_class = NamedList
        fields = [
            *("id", "product", "product_title", "processing_type", "status", "source", "version"),
            *("input_data", "input_images_urls", "pictures"),
            *("generated_title", "generated_description", "generated_seo_title", "generated_seo_description"),
            *("generated_keywords", "suggested_category", "category_name", "category_confidence"),
            *("confidence_measured", "category_alternatives", "extracted_attributes", "image_analysis"),
            *("reasons", "quality_score", "edited_by_moderator", "history", "superseded_by"),
            *("processed_by", "moderation_notes", "moderation_date", "taught_at"),
            *("llm_model", "prompt_version", "tokens_used", "processing_time_ms", "cost_usd"),
            *("error_code", "error_message", "attempts", "next_attempt_at", "message_sent_at"),
            *("mass", "task_id", "options", "priority", "input_fingerprint", "card_fingerprint"),
            *("created_at", "updated_at", "completed_at"),
        ]
        read_only_fields = fields

    def get_version(self, run: AIProcessingLog) -> str:
        """Send it back, in the body or as If-Match, with what you decide."""
        return str(run.version)

    def get_product_title(self, run: AIProcessingLog) -> str:
        titles = self.context.get("titles") or catalog.get().titles([run.product_id])
        return titles.get(run.product_id, "")

    @extend_schema_field(PictureSerializer(many=True))
    def get_pictures(self, run: AIProcessingLog) -> list[dict[str, Any]]:
        known = self.context.get("pictures") or shown(run.input_images_urls)
        return [asdict(known[url]) for url in run.input_images_urls if url in known]

    def get_category_name(self, run: AIProcessingLog) -> str | None:
        nodes = self.context.get("categories") or composition.category_index().nodes
        node = nodes.get(run.suggested_category_id or 0)
        return node.name if node else None

    def to_representation(self, instance: AIProcessingLog) -> dict[str, Any]:
        """While audits are blind, an undecided card shows nobody how sure it is."""
        shown: dict[str, Any] = super().to_representation(instance)
        if blind.hides(instance):
            alternatives = [{**other, "score": None} for other in instance.category_alternatives]
            shown |= {"category_confidence": None, "confidence_measured": False}
            shown |= {name: None for name in blind.TELLING if name in shown}
            shown |= {"category_alternatives": alternatives, "reasons": blind.shown_reasons(instance)}
        return shown


class LiveFieldSerializer(serializers.Serializer):
    """A card field: what an approval would write, and what stands in the shop.

    `author`: who wrote the live value: person, machine, import, or "" when there is none. `protected`: a person wrote
    or cleared it by hand. `ticked`: written by an approval that names no `fields`.
    """

    field = serializers.CharField()
    proposed = serializers.JSONField()
    live = serializers.JSONField()
    author = serializers.CharField()
    name = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    replaces = serializers.BooleanField()
    protected = serializers.BooleanField(source="is_protected")
    ticked = serializers.BooleanField(source="is_ticked")


class AIProcessingLogDetailSerializer(AIProcessingLogSerializer):
    """One run, with the live card beside an undecided one."""

    live = LiveFieldSerializer(many=True, read_only=True)

    class Meta(AIProcessingLogSerializer.Meta):
        fields = [*AIProcessingLogSerializer.Meta.fields, "live"]
        read_only_fields = fields

    def to_representation(self, instance: AIProcessingLog) -> dict[str, Any]:
        plan = replacing.plan(instance) if instance.status in UNDECIDED_STATUSES else None
        instance.live = plan.fields if plan else ()  # type: ignore[attr-defined]
        shown = super().to_representation(instance)
        return shown | {"version": plan.version if plan else str(instance.version)}


class AIModerationQueueSerializer(StrictSerializer, serializers.ModelSerializer):
    log = AIProcessingLogSerializer(source="log_entry", read_only=True)

    class Meta:
        model = AIModerationQueue
        list_serializer_class = NamedList
        fields = [
            *("id", "log_entry", "log", "priority", "reason"),
            *("assigned_to", "taken_until", "created_at", "resolved_at"),
        ]
        read_only_fields = [name for name in fields if name != "priority"]


class AITemplateSerializer(StrictSerializer, serializers.ModelSerializer):
    """`version`: send it as If-Match with a change or a deletion, which is refused when somebody was quicker."""

    version = serializers.CharField(read_only=True)

    class Meta:
        model = AITemplate
        fields = [
            *("id", "version", "name", "template_type", "category", "content", "language", "is_active"),
            *("usage_count", "success_rate", "source_run", "source_product", "created_at", "updated_at"),
        ]
        read_only_fields = [
            "usage_count",
            "success_rate",
            "source_run",
            "source_product",
            "created_at",
            "updated_at",
        ]


@extend_schema_field(int)
class CategoryKey(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> Any:
        return category_model()._base_manager.all()


class AttributesField(serializers.DictField):
    child = serializers.CharField(max_length=LONGEST_VALUE)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            if len(data) > card_edits.MOST_ATTRIBUTES:
                raise serializers.ValidationError(
                    _("Не больше {most_attributes} характеристик.").format(
                        most_attributes=card_edits.MOST_ATTRIBUTES
                    )
                )
            if any(not str(name).strip() or len(str(name)) > LONGEST_NAME for name in data):
                raise serializers.ValidationError(
                    _("Название — от 1 до {longest_name} символов.").format(longest_name=LONGEST_NAME)
                )
        return super().to_internal_value(data)


class DecisionSerializer(StrictSerializer):
    """`version`: what you saw, as a run's `version`; the header If-Match says the same. Without it a decision is
    refused when somebody else has edited the card since your own last act on it. `overrule`: decide although a
    colleague holds the card, which is a right of its own.
    """

    version = serializers.CharField(required=False, max_length=50)
    overrule = serializers.BooleanField(required=False, default=False)


class EditsSerializer(DecisionSerializer):
    """A moderator's edits; what is left out stays as it is."""

    generated_title = serializers.CharField(required=False, max_length=255)
    generated_description = serializers.CharField(required=False, max_length=card_edits.LONGEST_TEXT)
    generated_seo_title = serializers.CharField(required=False, max_length=70, allow_blank=True)
    generated_seo_description = serializers.CharField(required=False, max_length=160, allow_blank=True)
    generated_keywords = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_KEYWORD),
        max_length=card_edits.MOST_KEYWORDS,
        required=False,
    )
    suggested_category = CategoryKey(required=False)
    extracted_attributes = AttributesField(required=False)


class ApproveSerializer(EditsSerializer):
    """`fields`: the card fields to write. Left out: all that are proposed, save those that a person wrote or cleared
    in the shop by hand (`protected`), unless they are edited here.
    """

    fields_to_write = serializers.ListField(
        child=serializers.ChoiceField(choices=list(CARD_FIELDS)), required=False, allow_empty=False
    )
    notes = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a serializer's own attribute, so it is declared under another name."""
        declared: dict[str, Any] = super().get_fields()
        chosen = declared.pop("fields_to_write")
        return {**declared, "fields": chosen}


class RejectSerializer(DecisionSerializer):
    """`reason`: what is counted; `notes`: the words beside it."""

    reason = serializers.ChoiceField(
        choices=RejectReason.choices, required=False, allow_blank=True, default=""
    )
    notes = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class AssignSerializer(StrictSerializer):
    """`note`: why a card that a colleague holds is taken over."""

    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=card_leases.LONGEST_NOTE
    )


class ResolveSerializer(ApproveSerializer):
    reason = serializers.ChoiceField(
        choices=RejectReason.choices, required=False, allow_blank=True, default=""
    )
    action = serializers.ChoiceField(choices=["approve", "reject"])


class ProcessSerializer(StrictSerializer):
    """`mode` wins over the specification's switches `description`, `categorize` and `images`."""

    description = serializers.BooleanField(required=False, default=True)
    categorize = serializers.BooleanField(required=False, default=True)
    images = serializers.BooleanField(required=False, default=True)
    mode = serializers.ChoiceField(choices=[mode.value for mode in Mode], required=False)
    language = serializers.CharField(required=False, max_length=10)
    force = serializers.BooleanField(required=False, default=False)

    def validate_language(self, language: str) -> str:
        """A card in a language that the shop cannot show would be paid for in vain."""
        known = catalog.get().languages()
        if language not in known:
            raise serializers.ValidationError(
                _("Магазин хранит карточки на языках: {text}.").format(text=", ".join(known))
            )
        return language

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "mode" not in attrs and not (attrs["description"] or attrs["categorize"] or attrs["images"]):
            raise serializers.ValidationError(
                _("Нечего делать: описание, категория и изображения выключены.")
            )
        return attrs


class SubmissionSerializer(serializers.Serializer):
    """`status` is "queued", or "already_queued" when the product had an open run, which is then named."""

    task_id = serializers.UUIDField()
    log_id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    status = serializers.CharField()
