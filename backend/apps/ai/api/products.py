"""A product's history, and cards that are only made to be looked at."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.ai import catalog
from apps.ai.api import acts
from apps.ai.models import AIHouseRules, AITrial
from apps.ai.models.rules import MOST_PRODUCTS
from apps.ai.permissions import MaySeeRuns, MaySetRules
from apps.ai.rest import AIView, Pages, StrictSerializer
from apps.ai.services.people import product_history
from apps.ai.services.trials import runner
from apps.ai.types import Mode


class HistoryEventSerializer(serializers.Serializer):
    """`kind`: run, person, live (written into the shop) or back (taken out of it)."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    who = serializers.CharField()
    run_id = serializers.IntegerField(allow_null=True)
    change_id = serializers.IntegerField(allow_null=True)
    may_roll_back = serializers.BooleanField()


class HistorySerializer(serializers.Serializer):
    product_id = serializers.IntegerField()
    title = serializers.CharField()
    events = HistoryEventSerializer(many=True)


class HistoryView(AIView):
    """История карточки товара: запуски, решения, записи на сайт. Сначала последнее."""

    permission_classes = [MaySeeRuns]

    @acts.read(HistorySerializer)
    def get(self, request: Request, product_id: int) -> Response:
        title = catalog.get().titles([_existing(product_id)]).get(product_id, "")
        events = product_history.events_of(product_id)
        body = {"product_id": product_id, "title": title, "events": events}
        return Response(HistorySerializer(body).data)


class FindingSerializer(serializers.Serializer):
    code = serializers.CharField()
    severity = serializers.CharField()
    message = serializers.CharField()


class TrialCardSerializer(serializers.Serializer):
    """`error`: why there is no card; else "". `cost_usd` null: the price of the model is unknown."""

    texts = serializers.DictField()
    category = serializers.CharField()
    category_id = serializers.IntegerField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    confidence_measured = serializers.BooleanField()
    attributes = serializers.DictField(child=serializers.CharField())
    title_length = serializers.IntegerField()
    words = serializers.IntegerField()
    score = serializers.FloatField()
    findings = FindingSerializer(many=True)
    tokens = serializers.IntegerField()
    cost_usd = serializers.CharField(allow_null=True)
    seconds = serializers.FloatField()
    error = serializers.CharField()


class TrialRowSerializer(serializers.Serializer):
    """`cards`: one a version, in their order. `changed`: the share of words in which two differ."""

    product_id = serializers.IntegerField()
    title = serializers.CharField()
    changed = serializers.FloatField(allow_null=True)
    cards = TrialCardSerializer(many=True)


class TrialSerializer(serializers.ModelSerializer):
    rows = TrialRowSerializer(many=True)
    product_ids = serializers.ListField(child=serializers.IntegerField())
    versions = serializers.ListField(child=serializers.IntegerField(allow_null=True))

    class Meta:
        model = AITrial
        fields = [
            *("id", "state", "product_ids", "versions", "mode", "language", "analyze_images", "rows"),
            *("note", "cost_usd", "created_by", "created_at", "finished_at"),
        ]
        read_only_fields = fields


class PreviewSerializer(StrictSerializer):
    mode = serializers.ChoiceField(
        choices=[mode.value for mode in Mode], required=False, default=Mode.FULL.value
    )
    images = serializers.BooleanField(required=False, default=False)


class NewTrialSerializer(PreviewSerializer):
    """`versions`: one or two ids of house rules; null is the rules as they are now."""

    product_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_PRODUCTS,
    )
    versions = serializers.ListField(
        child=serializers.IntegerField(allow_null=True, min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=2,
        required=False,
        default=lambda: [None],
    )

    def validate_product_ids(self, ids: list[int]) -> list[int]:
        lacking = sorted(set(ids) - set(catalog.get().existing(ids)))
        if lacking:
            raise serializers.ValidationError(
                _("Нет товаров: {text}.").format(text=", ".join(map(str, lacking)))
            )
        return ids

    def validate_versions(self, ids: list[int | None]) -> list[AIHouseRules | None]:
        found = AIHouseRules.objects.in_bulk([key for key in ids if key])
        lacking = [str(key) for key in ids if key and key not in found]
        if lacking:
            raise serializers.ValidationError(_("Нет версий правил: {text}.").format(text=", ".join(lacking)))
        return [found[key] if key else None for key in ids]


class PreviewView(AIView):
    """Карточка на пробу: настоящая модель, но в товар и в очередь ничего не пишется."""

    permission_classes = [MaySetRules]

    @acts.act(PreviewSerializer, TrialSerializer, status=202)
    def post(self, request: Request, product_id: int) -> Response:
        """Ask again at /api/ai/trials/<id>/ for the card."""
        values = acts.valid(PreviewSerializer, request)
        return _ordered(request, [_existing(product_id)], [None], values)


@extend_schema_view(list=acts.read(TrialSerializer(many=True)), retrieve=acts.read(TrialSerializer))
class TrialViewSet(AIView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Пробы правил на товарах."""

    queryset = AITrial.objects.all()
    serializer_class = TrialSerializer
    permission_classes = [MaySetRules]
    pagination_class = Pages

    @acts.act(NewTrialSerializer, TrialSerializer, status=202)
    def create(self, request: Request) -> Response:
        values = acts.valid(NewTrialSerializer, request)
        return _ordered(request, values["product_ids"], values["versions"], values)


def _existing(product_id: int) -> int:
    if product_id >= 2**63 or not catalog.get().existing([product_id]):
        raise Http404
    return product_id


def _ordered(
    request: Request, ids: list[int], versions: list[AIHouseRules | None], values: dict[str, Any]
) -> Response:
    trial = runner.start(
        ids, versions=versions, mode=Mode(values["mode"]), analyze_images=values["images"], by=request.user
    )
    return Response(TrialSerializer(trial).data, status=202)
