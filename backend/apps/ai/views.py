"""The API of the specification §9. Staff only; views translate, services decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Avg, Count, Q, Sum
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.ai import catalog, serializers
from apps.ai.exceptions import StaleProductError, TransitionError
from apps.ai.filters import AIModerationQueueFilter, AIProcessingLogFilter, AITemplateFilter
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate
from apps.ai.models.processing import Priority, Status
from apps.ai.permissions import IsStaffReader, MayModerate, StaffModelPermissions
from apps.ai.services.people import moderation
from apps.ai.services.runs.submission import Submission, submit
from apps.ai.services.templates import library

STATS_DAYS = 30
T = TypeVar("T")


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"


def _decide(step: Callable[[], T]) -> T:
    """A service's refusals as HTTP: 409 for a state or a conflict, 400 for a value."""
    try:
        return step()
    except (TransitionError, StaleProductError) as error:
        raise Conflict(str(error), code=error.code) from error
    except DjangoValidationError as error:
        raise ValidationError(getattr(error, "message_dict", None) or error.messages) from error


class AIProcessingLogViewSet(viewsets.ReadOnlyModelViewSet):
    """Логи обработки: чтение и решения."""

    queryset = AIProcessingLog.objects.all()
    serializer_class = serializers.AIProcessingLogSerializer
    permission_classes = [MayModerate]
    filterset_class = AIProcessingLogFilter

    @extend_schema(request=serializers.ApproveSerializer, responses=serializers.AIProcessingLogSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str | None = None) -> Response:
        """Применить карточку к товару, с правками модератора."""
        edits = _valid(serializers.ApproveSerializer, request)
        notes = edits.pop("notes")
        run = self.get_object()
        _decide(lambda: moderation.approve(run, by=request.user, edits=edits, notes=notes))
        return Response(self.get_serializer(run).data)

    @extend_schema(request=serializers.RejectSerializer, responses=serializers.AIProcessingLogSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str | None = None) -> Response:
        """Отклонить карточку."""
        notes = _valid(serializers.RejectSerializer, request)["notes"]
        run = self.get_object()
        _decide(lambda: moderation.reject(run, by=request.user, notes=notes))
        return Response(self.get_serializer(run).data)

    @extend_schema(request=None, responses={202: serializers.SubmissionSerializer})
    @action(detail=True, methods=["post"])
    def reprocess(self, request: Request, pk: str | None = None) -> Response:
        """Обработать товар заново, в том же режиме."""
        run = self.get_object()
        return _queued(_decide(lambda: moderation.reprocess(run, by=request.user)))

    @extend_schema(request=None, responses=serializers.AIProcessingLogSerializer)
    @action(detail=True, methods=["post"])
    def rollback(self, request: Request, pk: str | None = None) -> Response:
        """Вернуть товару то, что было до применения карточки."""
        run = self.get_object()
        change = run.applied_changes.filter(reverted_at__isnull=True).first()
        if change is None:
            raise Conflict("Этот запуск ничего не менял.", code="nothing_applied")
        _decide(lambda: moderation.roll_back(change, by=request.user))
        run.refresh_from_db()
        return Response(self.get_serializer(run).data)


class AIModerationQueueViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """Очередь модерации."""

    queryset = AIModerationQueue.objects.select_related("log_entry", "assigned_to")
    serializer_class = serializers.AIModerationQueueSerializer
    permission_classes = [MayModerate]
    filterset_class = AIModerationQueueFilter
    http_method_names = ["get", "patch", "post", "head", "options"]

    @extend_schema(request=None, responses=serializers.AIModerationQueueSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str | None = None) -> Response:
        """Взять карточку себе."""
        entry = self.get_object()
        _decide(lambda: moderation.assign(entry, to=request.user))
        return Response(self.get_serializer(entry).data)

    @extend_schema(request=serializers.ResolveSerializer, responses=serializers.AIModerationQueueSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str | None = None) -> Response:
        """Одобрить (approve) или отклонить (reject)."""
        values = _valid(serializers.ResolveSerializer, request)
        decision, notes = values.pop("action"), values.pop("notes")
        entry = self.get_object()
        run = entry.log_entry
        if decision == "approve":
            _decide(lambda: moderation.approve(run, by=request.user, edits=values, notes=notes))
        else:
            _decide(lambda: moderation.reject(run, by=request.user, notes=notes))
        entry.refresh_from_db()
        return Response(self.get_serializer(entry).data)


class AITemplateViewSet(viewsets.ModelViewSet):
    """Шаблоны и примеры для промптов."""

    queryset = AITemplate.objects.all()
    serializer_class = serializers.AITemplateSerializer
    permission_classes = [StaffModelPermissions]
    filterset_class = AITemplateFilter

    def perform_create(self, serializer: BaseSerializer[AITemplate]) -> None:
        library.index_after_commit([serializer.save().pk])

    def perform_update(self, serializer: BaseSerializer[AITemplate]) -> None:
        library.index_after_commit([serializer.save().pk])

    def perform_destroy(self, instance: AITemplate) -> None:
        library.index_after_commit([instance.pk])
        instance.delete()


class ProcessProductView(APIView):
    """Ручной запуск обработки товара."""

    permission_classes = [MayModerate]

    @extend_schema(request=serializers.ProcessSerializer, responses={202: serializers.SubmissionSerializer})
    def post(self, request: Request, product_id: int) -> Response:
        values = _valid(serializers.ProcessSerializer, request)
        if not catalog.get().existing([product_id]):
            raise Http404("Такого товара нет.")
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
        return _queued(submission)


class AIStatsView(APIView):
    """Статистика обработки за последние 30 дней."""

    permission_classes = [IsStaffReader]

    @extend_schema(responses=serializers.StatsSerializer)
    def get(self, request: Request) -> Response:
        runs = AIProcessingLog.objects.filter(created_at__gte=timezone.now() - timedelta(days=STATS_DAYS))
        summary = runs.aggregate(
            total_processed=Count("id"),
            successful=Count("id", filter=Q(status=Status.APPROVED)),
            failed=Count("id", filter=Q(status=Status.FAILED)),
            moderation=Count("id", filter=Q(status=Status.MODERATION)),
            applied_automatically=Count("id", filter=Q(status=Status.APPROVED, processed_by__isnull=True)),
            avg_confidence=Avg("category_confidence"),
            total_cost=Sum("cost_usd"),
            avg_processing_time=Avg("processing_time_ms"),
        )
        by_status = runs.order_by("status").values("status").annotate(count=Count("id"))
        body = {"period_days": STATS_DAYS, "summary": summary, "by_status": list(by_status)}
        return Response(serializers.StatsSerializer(body).data)


def _valid(serializer: type[Any], request: Request) -> dict[str, Any]:
    bound = serializer(data=request.data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


def _queued(submission: Submission) -> Response:
    run = submission.run
    body = {
        "task_id": run.task_id,
        "log_id": run.pk,
        "product_id": run.product_id,
        "status": "queued" if submission.created else "already_queued",
    }
    return Response(serializers.SubmissionSerializer(body).data, status=202)
