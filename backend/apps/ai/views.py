"""The API of the specification §9. Staff only; views translate, services decide, `rest` says what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, Q, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from apps.ai import catalog, serializers
from apps.ai.api import acts
from apps.ai.api.stats import StatsSerializer
from apps.ai.filters import AIModerationQueueFilter, AIProcessingLogFilter, AITemplateFilter
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate
from apps.ai.models.processing import Priority, Status
from apps.ai.permissions import MayModerate, MaySeeRuns, StaffModelPermissions
from apps.ai.rest import AIView, Conflict, EmptySerializer, Pages
from apps.ai.services.people import moderation
from apps.ai.services.runs.submission import submit
from apps.ai.services.templates import library

STATS_DAYS = 30
RUN, RUN_DETAIL = serializers.AIProcessingLogSerializer, serializers.AIProcessingLogDetailSerializer
ENTRY, SUBMISSION = serializers.AIModerationQueueSerializer, serializers.SubmissionSerializer


@extend_schema_view(list=acts.read(RUN(many=True)), retrieve=acts.read(RUN_DETAIL))
class AIProcessingLogViewSet(AIView, viewsets.ReadOnlyModelViewSet):
    """Логи обработки: чтение и решения."""

    queryset = AIProcessingLog.objects.all()
    serializer_class = RUN
    permission_classes = [MayModerate]
    pagination_class = Pages
    filterset_class = AIProcessingLogFilter

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Один запуск; у нерешённого рядом то, что сейчас на сайте, и версия для решения."""
        return _detail(self.get_object(), self.get_serializer_context())

    @acts.act(serializers.ApproveSerializer, RUN_DETAIL)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str | None = None) -> Response:
        """Применить карточку к товару, с правками модератора."""
        values = acts.decision(serializers.ApproveSerializer, request)
        run = self.get_object()
        moderation.approve(run, by=request.user, **values)
        return _detail(run, self.get_serializer_context())

    @acts.act(serializers.RejectSerializer, RUN_DETAIL)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str | None = None) -> Response:
        """Отклонить карточку."""
        values = acts.decision(serializers.RejectSerializer, request)
        run = self.get_object()
        moderation.reject(run, by=request.user, **values)
        return _detail(run, self.get_serializer_context())

    @acts.act(serializers.DecisionSerializer, SUBMISSION, status=202)
    @action(detail=True, methods=["post"])
    def reprocess(self, request: Request, pk: str | None = None) -> Response:
        """Обработать товар заново, в том же режиме."""
        values = acts.decision(serializers.DecisionSerializer, request)
        return acts.queued(moderation.reprocess(self.get_object(), by=request.user, **values))

    @acts.act(EmptySerializer, RUN_DETAIL)
    @action(detail=True, methods=["post"])
    def rollback(self, request: Request, pk: str | None = None) -> Response:
        """Вернуть товару то, что было до применения карточки."""
        acts.valid(EmptySerializer, request)
        run = self.get_object()
        change = run.applied_changes.filter(reverted_at__isnull=True).first()
        if change is None:
            raise Conflict(_("Этот запуск ничего не менял."), "nothing_applied")
        moderation.roll_back(change, by=request.user)
        run.refresh_from_db()
        return _detail(run, self.get_serializer_context())


@extend_schema_view(
    list=acts.read(ENTRY(many=True)), retrieve=acts.read(ENTRY), partial_update=acts.act(ENTRY, ENTRY)
)
class AIModerationQueueViewSet(
    AIView,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """Очередь модерации."""

    queryset = AIModerationQueue.objects.select_related("log_entry", "assigned_to").in_order()
    serializer_class = ENTRY
    permission_classes = [MayModerate]
    pagination_class = Pages
    filterset_class = AIModerationQueueFilter
    http_method_names = ["get", "patch", "post", "head", "options"]

    @acts.act(serializers.AssignSerializer, ENTRY)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str | None = None) -> Response:
        """Взять карточку себе на полчаса; взятую коллегой — со словами почему."""
        note = acts.valid(serializers.AssignSerializer, request)["note"]
        entry = self.get_object()
        moderation.assign(entry, to=request.user, note=note)
        return Response(self.get_serializer(entry).data)

    @acts.act(EmptySerializer, ENTRY)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str | None = None) -> Response:
        """Вернуть карточку всем."""
        acts.valid(EmptySerializer, request)
        entry = self.get_object()
        moderation.release(entry, by=request.user)
        return Response(self.get_serializer(entry).data)

    @acts.act(serializers.ResolveSerializer, ENTRY)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str | None = None) -> Response:
        """Одобрить (approve) или отклонить (reject)."""
        values = acts.decision(serializers.ResolveSerializer, request)
        decision, reason = values.pop("action"), values.pop("reason")
        entry = self.get_object()
        if decision == "approve" and reason:
            raise ValidationError({"reason": _("Причина бывает только при отклонении (reject).")})
        if decision == "approve":
            moderation.approve(entry.log_entry, by=request.user, **values)
        elif values["edits"] or values["fields"] is not None:
            raise ValidationError({"action": _("Правки и поля бывают только при одобрении (approve).")})
        else:
            del values["edits"], values["fields"]
            moderation.reject(entry.log_entry, by=request.user, reason=reason, **values)
        entry.refresh_from_db()
        return Response(self.get_serializer(entry).data)


_template = serializers.AITemplateSerializer


@extend_schema_view(
    list=acts.read(_template(many=True)),
    retrieve=acts.read(_template),
    create=acts.act(_template, _template, status=201),
    update=acts.act(_template, _template),
    partial_update=acts.act(_template, _template),
    destroy=acts.act(None, None, status=204),
)
class AITemplateViewSet(AIView, viewsets.ModelViewSet):
    """Шаблоны и примеры для промптов."""

    queryset = AITemplate.objects.all()
    serializer_class = _template
    permission_classes = [StaffModelPermissions]
    pagination_class = Pages
    filterset_class = AITemplateFilter

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[AITemplate]) -> None:
        library.index_after_commit([serializer.save().pk])

    @transaction.atomic
    def perform_update(self, serializer: BaseSerializer[AITemplate]) -> None:
        self._check_version(serializer.instance)
        library.index_after_commit([serializer.save().pk])

    @transaction.atomic
    def perform_destroy(self, instance: AITemplate) -> None:
        self._check_version(instance)
        library.index_after_commit([instance.pk])
        instance.delete()

    def _check_version(self, template: AITemplate | None) -> None:
        """Lock the row, and compare it with what the client saw, if it says so."""
        seen = acts.if_match(self.request)
        now = (
            AITemplate.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
            if template
            else None
        )
        if now is None:
            raise Http404
        if seen is not None and seen != now.version:
            raise Conflict(
                _("Шаблон изменили после того, как вы его получили."), "version", {"version": now.version}
            )


class ProcessProductView(AIView):
    """Ручной запуск обработки товара."""

    permission_classes = [MayModerate]

    @acts.act(serializers.ProcessSerializer, SUBMISSION, status=202)
    def post(self, request: Request, product_id: int) -> Response:
        values = acts.valid(serializers.ProcessSerializer, request)
        if not catalog.get().existing([product_id]):
            raise Http404
        submission = submit(
            product_id,
            mode=values.get("mode"),
            generate_description=values["description"],
            categorize=values["categorize"],
            analyze_images=values["images"],
            language=values.get("language", ""),
            force=values["force"],
            source="api",
            priority=Priority.PERSON,
        )
        return acts.queued(submission)


@extend_schema(exclude=True)
class NoSuchPage(AIView):
    """Addresses that the API does not have."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


class AIStatsView(AIView):
    """Статистика обработки за последние 30 дней."""

    permission_classes = [MaySeeRuns]

    @acts.read(StatsSerializer)
    def get(self, request: Request) -> Response:
        runs = AIProcessingLog.objects.filter(created_at__gte=timezone.now() - timedelta(days=STATS_DAYS))
        summary = runs.aggregate(
            total_processed=Count("id"),
            successful=Count("id", filter=Q(status=Status.APPROVED)),
            failed=Count("id", filter=Q(status=Status.FAILED)),
            moderation=Count("id", filter=Q(status=Status.MODERATION)),
            applied_automatically=Count("id", filter=Q(status=Status.APPROVED, processed_by__isnull=True)),
            avg_confidence=Avg("category_confidence"),
            avg_measured_confidence=Avg("category_confidence", filter=Q(confidence_measured=True)),
            total_cost=Sum("cost_usd"),
            avg_processing_time=Avg("processing_time_ms"),
        )
        by_status = runs.order_by("status").values("status").annotate(count=Count("id"))
        body = {"period_days": STATS_DAYS, "summary": summary, "by_status": list(by_status)}
        return Response(StatsSerializer(body).data)


def _detail(run: AIProcessingLog, context: Mapping[str, Any]) -> Response:
    shown = RUN_DETAIL(run, context=dict(context)).data
    return Response(shown, headers={"ETag": f'"{shown["version"]}"'})
