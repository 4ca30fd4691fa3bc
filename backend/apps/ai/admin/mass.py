from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.decorators import display as unfold_display

from apps.ai.admin import sites
from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.models.mass import MassState
from apps.ai.models.processing import Status
from apps.ai.permissions import MODERATE
from apps.ai.services.money import breaker
from apps.ai.services.queue import window
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import mass_runs
from apps.ai.services.worker.control import MassProgress

CLOSE_TASK = "apps.ai.tasks.close_cancelled_runs"
MODE_LABELS = dict(AIProcessingLog.PROCESSING_TYPES)
STATE_COLORS = {"running": "info", "paused": "warning", "cancelled": "danger", "finished": "success"}
#: The buttons of a mass run by its state.
STEPS: dict[str, frozenset[str]] = {
    MassState.RUNNING: frozenset({"pause", "cancel", "retry"}),
    MassState.PAUSED: frozenset({"resume", "cancel"}),
    MassState.CANCELLED: frozenset(),
    MassState.FINISHED: frozenset({"retry"}),
}
#: Failures that one press of the button puts back.
RETRIES = 1000


@admin.register(AIMassRun)
class AIMassRunAdmin(ModelAdmin):
    """The queue as it stands, and below it the mass runs with how far they are."""

    list_display = (
        "id",
        "what",
        "mode_label",
        "state_label",
        "progress_bar",
        "spent",
        "created_at",
        "started_by",
    )
    list_display_links = ("id", "what")
    list_filter = (("state", ChoicesDropdownFilter), "source")
    list_select_related = ("started_by",)
    list_per_page = 10
    list_before_template = "admin/ai/queue.html"
    actions = ("pause_selected", "resume_selected", "cancel_selected")
    actions_submit_line = ("accept_sample", "pause", "resume", "cancel", "retry")
    readonly_fields = (
        "state",
        "note",
        "progress_bar",
        "statuses",
        "spent",
        "forecast_usd",
        "selection",
        "source",
        "mode_label",
        "options",
        "total",
        "sample",
        "sample_accepted_by",
        "submitted",
        "skipped",
        "started_by",
        "created_at",
        "finished_at",
    )
    fields = (*readonly_fields[:6], "cost_limit_usd", *readonly_fields[6:])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIMassRun | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AIMassRun | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def get_urls(self) -> list[Any]:
        steer = path("queue/", self.admin_site.admin_view(self.steer), name="ai_queue_steer")
        return [steer, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "queue": queue_control.figures(),
            "pauses": breaker.pauses(),
            "steer_url": sites.url(request, "ai_queue_steer"),
            "runs_url": sites.url(request, "ai_aiprocessinglog_changelist"),
            "may_steer": self.has_change_permission(request),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def steer(self, request: HttpRequest) -> HttpResponse:
        """Pause or resume the whole queue."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.POST.get("step") == "pause" and queue_control.pause_queue():
            self.message_user(request, gettext("Очередь приостановлена: начатое будет закончено."))
        elif request.POST.get("step") == "resume" and queue_control.resume_queue():
            self.message_user(request, gettext("Очередь продолжена."))
        return HttpResponseRedirect(sites.url(request, "ai_aimassrun_changelist"))

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        """Only the steps that the state allows."""
        mass = self.get_object(request, str(object_id))
        if mass is None or not self.has_change_permission(request):
            return []
        offered = super().get_actions_submit_line(request, object_id)
        steps = {*STEPS[mass.state], *(("accept_sample",) if mass.awaits_acceptance else ())}
        return [offer for offer in offered if offer.method.__name__ in steps]

    def save_model(self, request: HttpRequest, obj: AIMassRun, form: Any, change: bool) -> None:
        if "cost_limit_usd" in form.changed_data:
            AIMassRun.objects.filter(pk=obj.pk).update(cost_limit_usd=obj.cost_limit_usd)
        mass = AIMassRun.objects.get(pk=obj.pk)
        for offer in self.get_actions_submit_line(request, obj.pk):
            if offer.action_name in request.POST:
                self._take(request, mass, str(offer.method.__name__))

    def _take(self, request: HttpRequest, mass: AIMassRun, step: str) -> None:
        if step == "retry":
            count = mass_runs.retry_failed(limit=RETRIES, mass=mass)
            self.message_user(request, gettext("Возвращено в очередь: {count}.").format(count=count))
        elif step == "accept_sample":
            if mass_runs.accept_sample(mass, by=request.user):
                self.message_user(request, gettext("Проба принята: остальные товары ставятся в очередь."))
        elif _steer(mass, step):
            self.message_user(
                request,
                gettext("Массовая обработка №{pk}: {text}.").format(
                    pk=mass.pk, text=mass.get_state_display().lower()
                ),
            )

    def response_change(self, request: HttpRequest, obj: AIMassRun) -> HttpResponse:
        return HttpResponseRedirect(request.path)

    @action(
        description=gettext_lazy("Принять пробу: делать остальные"), icon="done_all", permissions=["change"]
    )
    def accept_sample(self, request: HttpRequest, obj: AIMassRun) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Приостановить"), icon="pause", permissions=["change"])
    def pause(self, request: HttpRequest, obj: AIMassRun) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Продолжить"), icon="play_arrow", permissions=["change"])
    def resume(self, request: HttpRequest, obj: AIMassRun) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Отменить"), icon="cancel", permissions=["change"])
    def cancel(self, request: HttpRequest, obj: AIMassRun) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Повторить неудачные"), icon="replay", permissions=["change"])
    def retry(self, request: HttpRequest, obj: AIMassRun) -> None:
        """Handled in save_model."""

    @admin.action(description=gettext_lazy("Приостановить"), permissions=["change"])
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[AIMassRun]) -> None:
        self._take_all(request, queryset, "pause")

    @admin.action(description=gettext_lazy("Продолжить"), permissions=["change"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[AIMassRun]) -> None:
        self._take_all(request, queryset, "resume")

    @admin.action(description=gettext_lazy("Отменить"), permissions=["change"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[AIMassRun]) -> None:
        self._take_all(request, queryset, "cancel")

    def _take_all(self, request: HttpRequest, masses: QuerySet[AIMassRun], step: str) -> None:
        taken = sum(_steer(mass, step) for mass in masses)
        self.message_user(
            request, gettext("Изменено: {taken} из {count}.").format(taken=taken, count=len(masses))
        )

    @display(description=gettext_lazy("Что"))
    def what(self, mass: AIMassRun) -> str:
        return mass.selection or mass.source

    @display(description=gettext_lazy("Тип обработки"))
    def mode_label(self, mass: AIMassRun) -> str:
        return str(MODE_LABELS.get(mass.mode, mass.mode))

    @unfold_display(description=gettext_lazy("Состояние"), ordering="state", label=STATE_COLORS)
    def state_label(self, mass: AIMassRun) -> tuple[str, str]:
        return mass.state, mass.get_state_display()

    @display(description=gettext_lazy("Готово"))
    def progress_bar(self, mass: AIMassRun) -> str:
        done = _progress(mass)
        return format_html(
            gettext('<progress max="100" value="{}" style="width:120px"></progress> {} из {}'),
            done.percent,
            done.ended,
            done.total,
        )

    @display(description=gettext_lazy("Потрачено, $"))
    def spent(self, mass: AIMassRun) -> str:
        return f"{_progress(mass).cost_usd:.4f}"

    @display(description=gettext_lazy("Запуски"))
    def statuses(self, mass: AIMassRun) -> str:
        counts = _progress(mass).by_status
        return ", ".join(
            f"{label.lower()}: {counts[status]}" for status, label in Status.choices if counts.get(status)
        )


def _progress(mass: AIMassRun) -> MassProgress:
    """Asked for once a row, however many columns show it."""
    if not hasattr(mass, "shown_progress"):
        mass.shown_progress = queue_control.progress([mass])[mass.pk]  # type: ignore[attr-defined]
    return mass.shown_progress  # type: ignore[no-any-return, attr-defined]


def _steer(mass: AIMassRun, step: str) -> bool:
    """Cancelling closes many rows: a worker does that."""
    if step == "pause":
        return queue_control.pause(mass)
    if step == "resume":
        return queue_control.resume(mass)
    cancelled = queue_control.cancel(mass)
    if cancelled:
        transaction.on_commit(lambda: window.send_task(CLOSE_TASK), robust=True)
    return cancelled
