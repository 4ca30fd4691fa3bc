"""Decisions on many cards at once, in the background; each by the same rules as a single one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.ai.api import acts
from apps.ai.filters import AIModerationQueueFilter
from apps.ai.models import AIBulkDecision, AIModerationQueue
from apps.ai.models.bulk import BulkDecision, BulkItemState
from apps.ai.permissions import MayModerate
from apps.ai.rest import AIView, Conflict, EmptySerializer, Pages, StrictSerializer
from apps.ai.services.people import bulk

#: Cards left undecided that one answer lists.
MOST_LEFT = 200


class LeftSerializer(serializers.Serializer):
    log_id = serializers.IntegerField(source="run_id")
    why = serializers.CharField()


class BulkSerializer(serializers.ModelSerializer):
    """`state`: draft until confirmed, then running, and finished or cancelled. `left`: cards that were not decided,
    the first 200 with the reason in `left_cards`.
    """

    action = serializers.ChoiceField(source="decision", choices=BulkDecision.choices)
    done = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    left_cards = serializers.SerializerMethodField()

    class Meta:
        model = AIBulkDecision
        fields = [
            *("id", "action", "state", "notes", "selection", "total", "done", "left", "left_cards"),
            *("started_by", "created_at", "finished_at"),
        ]
        read_only_fields = fields

    def get_done(self, order: AIBulkDecision) -> int:
        return bulk.progress(order).done

    def get_left(self, order: AIBulkDecision) -> int:
        return bulk.progress(order).left

    @extend_schema_field(LeftSerializer(many=True))
    def get_left_cards(self, order: AIBulkDecision) -> Any:
        return LeftSerializer(order.items.filter(state=BulkItemState.LEFT)[:MOST_LEFT], many=True).data


class NewBulkSerializer(StrictSerializer):
    """Either `ids` of the moderation queue or a `filter` as its list takes: {"reason": "low_confidence"}.

    `confirm` false: a draft, which decides nothing before it is confirmed.
    """

    action = serializers.ChoiceField(choices=BulkDecision.choices)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        min_length=1,
        max_length=bulk.MOST,
    )
    filter = serializers.DictField(child=serializers.CharField(max_length=100), required=False)
    notes = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    confirm = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError(_("Нужно одно из двух: ids или filter."))
        return attrs


@extend_schema_view(list=acts.read(BulkSerializer(many=True)), retrieve=acts.read(BulkSerializer))
class BulkViewSet(AIView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Массовые решения."""

    queryset = AIBulkDecision.objects.all()
    serializer_class = BulkSerializer
    permission_classes = [MayModerate]
    pagination_class = Pages

    @acts.act(NewBulkSerializer, BulkSerializer, status=201)
    def create(self, request: Request) -> Response:
        """Решить много карточек: черновик, или сразу с confirm."""
        values = acts.valid(NewBulkSerializer, request)
        cards = _chosen(request, values)
        order = bulk.draft(
            cards, decision=values["action"], by=request.user, notes=values["notes"], selection="API"
        )
        if order is None:
            raise serializers.ValidationError({"ids": _("Таких карточек в очереди нет.")})
        if values["confirm"]:
            bulk.confirm(order)
        return Response(BulkSerializer(order).data, status=201)

    @acts.act(EmptySerializer, BulkSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str | None = None) -> Response:
        """Начать: то, что устарело, останется и будет перечислено."""
        return self._step(request, bulk.confirm)

    @acts.act(EmptySerializer, BulkSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Остановить: решённое остаётся решённым."""
        return self._step(request, bulk.cancel)

    def _step(self, request: Request, step: Any) -> Response:
        acts.valid(EmptySerializer, request)
        order = self.get_object()
        if order.started_by_id != request.user.pk and not request.user.is_superuser:
            raise Conflict(_("Это массовое решение начал другой человек."), "transition")
        if not step(order):
            raise Conflict(_("Массовое решение уже запущено, остановлено или закончено."), "transition")
        return Response(BulkSerializer(order).data)


def _chosen(request: Request, values: dict[str, Any]) -> Any:
    """Waiting cards, one more than an order takes, so that too many are noticed."""
    cards = AIModerationQueue.objects.waiting().select_related("log_entry")
    if "ids" in values:
        return cards.filter(pk__in=values["ids"])
    unknown = set(values["filter"]) - set(AIModerationQueueFilter.base_filters)
    if unknown:
        raise serializers.ValidationError(
            {"filter": _("Таких условий нет: {text}.").format(text=", ".join(sorted(unknown)))}
        )
    chosen = AIModerationQueueFilter(values["filter"], queryset=cards, request=request)
    if not chosen.is_valid():
        raise serializers.ValidationError({"filter": chosen.errors})
    return chosen.qs[: bulk.MOST + 1]
