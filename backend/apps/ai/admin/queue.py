from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from apps.ai.admin import bulk_pages, charts, queue_page, sites
from apps.ai.exceptions import TransitionError
from apps.ai.models import AIModerationQueue
from apps.ai.permissions import MODERATE
from apps.ai.services.desk import facets
from apps.ai.services.people import bulk, moderation
from apps.ai.services.worker import store_health

Act = Callable[[AIModerationQueue], None]


@admin.register(AIModerationQueue)
class AIModerationQueueAdmin(ModelAdmin):
    """Cards that wait for a person, on a page of their own; a row opens the card itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIModerationQueue | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        live = path("live/", self.admin_site.admin_view(self.live), name="ai_queue_live")
        return [live, *bulk_pages.urls(self), *charts.urls(self), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = queue_page.chosen(request)
        if request.method == "POST":
            return self._act(request, chosen)
        if away := store_health.lately().sentence:
            messages.warning(request, away)
        context = {
            **self.admin_site.each_context(request),
            **queue_page.context(request, chosen),
            "title": self.opts.verbose_name_plural,
            "may_moderate": request.user.has_perm(MODERATE),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/ai/desk_queue.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = self.get_object(request, object_id)
        if entry is None:
            return HttpResponseRedirect(sites.url(request, "ai_aimoderationqueue_changelist"))
        return HttpResponseRedirect(sites.url(request, "ai_review", entry.log_entry_id))

    def live(self, request: HttpRequest) -> JsonResponse:
        """What the open page asks for every few seconds: who holds its cards, which are decided, the numbers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(queue_page.live(request, queue_page.chosen(request)))

    def _act(self, request: HttpRequest, chosen: facets.Chosen) -> HttpResponse:
        """A button over the selected cards, or over all of the filter."""
        back = HttpResponseRedirect(request.get_full_path())
        if not request.user.has_perm(MODERATE):
            messages.error(request, _("Нет права модерировать карточки."))
            return back
        wanted, selection = queue_page.selected(request, chosen)
        action = request.POST.get("action", "")
        if action == "take":
            self._each(request, wanted, lambda one: moderation.assign(one, to=request.user), _("Взято"))
        elif action == "release":
            self._each(request, wanted, lambda one: moderation.release(one, by=request.user), _("Возвращено"))
        elif action in ("approve", "reject"):
            return self._draft(request, wanted, action, selection) or back
        return back

    def _each(self, request: HttpRequest, wanted: Any, act: Act, done: str) -> None:
        acted = refused = 0
        for entry in wanted[: facets.PAGE]:
            try:
                act(entry)
                acted += 1
            except TransitionError:
                refused += 1
        said = _("%(done)s: %(acted)d. Уже у других или решено: %(refused)d.")
        self.message_user(request, said % {"done": done, "acted": acted, "refused": refused})

    def _draft(self, request: HttpRequest, wanted: Any, decision: str, selection: str) -> HttpResponse | None:
        light = wanted.select_related("log_entry").only("log_entry__version")
        try:
            order = bulk.draft(
                light[: bulk.MOST + 1], decision=decision, by=request.user, selection=selection
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
        if order is None:
            messages.warning(request, _("Не выбрано ни одной карточки."))
            return None
        return HttpResponseRedirect(sites.url(request, "ai_bulk", order.pk))
