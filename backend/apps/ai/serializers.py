"""What the API shows and takes."""

from __future__ import annotations

from typing import Any

from django.apps import apps as django_apps
from rest_framework import serializers

from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate
from apps.ai.services.audit import blind
from apps.ai.types import Mode


class AIProcessingLogSerializer(serializers.ModelSerializer):
    product_title = serializers.CharField(source="product.title", read_only=True)
    category_name = serializers.CharField(source="suggested_category.name", read_only=True, default=None)

    class Meta:
        model = AIProcessingLog
        exclude = [
            "stage_results",
            "template_ids",
            "taken_from",
            "rejected_run_id",
            "raw_llm_response",
            "stack_trace",
            "lease_owner",
            "lease_expires_at",
            "work_key",
            "variant_key",
            "texts_before_edits",
        ]
        read_only_fields = [field.name for field in AIProcessingLog._meta.fields]

    def to_representation(self, instance: AIProcessingLog) -> dict[str, Any]:
        """While audits are blind, an undecided card shows nobody how sure it is."""
        shown: dict[str, Any] = super().to_representation(instance)
        if blind.hides(instance):
            alternatives = [{**other, "score": None} for other in instance.category_alternatives]
            shown |= {"category_confidence": None}
            shown |= {name: None for name in blind.TELLING if name in shown}
            shown |= {"category_alternatives": alternatives, "reasons": blind.shown_reasons(instance)}
        return shown


class AIModerationQueueSerializer(serializers.ModelSerializer):
    log = AIProcessingLogSerializer(source="log_entry", read_only=True)

    class Meta:
        model = AIModerationQueue
        fields = ["id", "log_entry", "log", "priority", "reason", "assigned_to", "created_at", "resolved_at"]
        read_only_fields = ["id", "log_entry", "reason", "assigned_to", "created_at", "resolved_at"]


class AITemplateSerializer(serializers.ModelSerializer):
    class Meta:
        model = AITemplate
        exclude = ["embedding_vector"]
        read_only_fields = [
            "usage_count",
            "success_rate",
            "source_run",
            "source_product",
            "created_at",
            "updated_at",
        ]


class EditsSerializer(serializers.Serializer):
    """A moderator's edits; what is left out stays as it is."""

    generated_title = serializers.CharField(required=False, max_length=255)
    generated_description = serializers.CharField(required=False)
    generated_seo_title = serializers.CharField(required=False, max_length=70, allow_blank=True)
    generated_seo_description = serializers.CharField(required=False, max_length=160, allow_blank=True)
    generated_keywords = serializers.ListField(child=serializers.CharField(max_length=100), required=False)
    suggested_category = serializers.PrimaryKeyRelatedField(
        queryset=django_apps.get_model("products.Category")._default_manager.all(),
        required=False,
    )
    extracted_attributes = serializers.DictField(child=serializers.CharField(), required=False)


class ApproveSerializer(EditsSerializer):
    notes = serializers.CharField(required=False, allow_blank=True, default="")


class RejectSerializer(serializers.Serializer):
    notes = serializers.CharField(required=False, allow_blank=True, default="")


class ResolveSerializer(ApproveSerializer):
    action = serializers.ChoiceField(choices=["approve", "reject"])


class ProcessSerializer(serializers.Serializer):
    """`mode` wins over the specification's switches `description`, `categorize` and `images`."""

    description = serializers.BooleanField(required=False, default=True)
    categorize = serializers.BooleanField(required=False, default=True)
    images = serializers.BooleanField(required=False, default=True)
    mode = serializers.ChoiceField(choices=[mode.value for mode in Mode], required=False)
    language = serializers.ChoiceField(choices=["ru", "en"], required=False)
    force = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "mode" not in attrs and not (attrs["description"] or attrs["categorize"] or attrs["images"]):
            raise serializers.ValidationError("Нечего делать: описание, категория и изображения выключены.")
        return attrs


class SubmissionSerializer(serializers.Serializer):
    """`status` is "queued", or "already_queued" when the product had an open run, which is then named."""

    task_id = serializers.UUIDField()
    log_id = serializers.IntegerField()
    product_id = serializers.IntegerField()
    status = serializers.CharField()


class StatusCountSerializer(serializers.Serializer):
    status = serializers.CharField()
    count = serializers.IntegerField()


class StatsSummarySerializer(serializers.Serializer):
    total_processed = serializers.IntegerField()
    successful = serializers.IntegerField()
    failed = serializers.IntegerField()
    moderation = serializers.IntegerField()
    applied_automatically = serializers.IntegerField()
    avg_confidence = serializers.FloatField(allow_null=True)
    total_cost = serializers.DecimalField(max_digits=12, decimal_places=6, allow_null=True)
    avg_processing_time = serializers.FloatField(allow_null=True)


class StatsSerializer(serializers.Serializer):
    period_days = serializers.IntegerField()
    summary = StatsSummarySerializer()
    by_status = StatusCountSerializer(many=True)
