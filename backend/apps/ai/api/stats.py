"""What the API says of a period's runs."""

from __future__ import annotations

from rest_framework import serializers


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
    avg_measured_confidence = serializers.FloatField(
        allow_null=True,
        help_text="Of the runs alone whose confidence was measured on this shop (confidence_measured)",
    )
    total_cost = serializers.DecimalField(max_digits=12, decimal_places=6, allow_null=True)
    avg_processing_time = serializers.FloatField(allow_null=True)


class StatsSerializer(serializers.Serializer):
    period_days = serializers.IntegerField()
    summary = StatsSummarySerializer()
    by_status = StatusCountSerializer(many=True)
