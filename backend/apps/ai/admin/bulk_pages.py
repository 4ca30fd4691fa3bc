"""The pages of a decision on many cards: what will change, the confirmation, how far it is, what was left."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from apps.ai import catalog
from apps.ai.admin import bulk_table, sites
from apps.ai.models import AIBulkDecision, AIBulkItem, AIModerationQueue
from apps.ai.models.bulk import BulkItemState, BulkState
from apps.ai.models.processing import OVERRULE
from apps.ai.permissions import MODERATE
from apps.ai.services.people import bulk, similar

#: Cards of one page of the table, and of the list of what was left.
PAGE = 25
#: Orders that the list shows.
LISTED = 50
#: An order of so many cards at most offers the cards that are like its first one.
FEW = 20
LONGEST_NOTE = 2000


def urls(of: admin.ModelAdmin[Any]) -> list[Any]:
    """The addresses below the queue's."""
    guarded = of.admin_site.admin_view
    return [
        path("bulk/", guarded(lambda request: _list(of, request)), name="ai_bulk_list"),
        path("bulk/<int:pk>/", guarded(lambda request, pk: _page(of, request, pk)), name="ai_bulk"),
        path("bulk/<int:pk>/live/", guarded(_live), name="ai_bulk_live"),
    ]


def _list(of: admin.ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    _check(request)
    orders = list(AIBulkDecision.objects.select_related("started_by")[:LISTED])
    context = {
        **of.admin_site.each_context(request),
        "title": _("Массовые решения"),
        "orders": [{"order": order, "done": bulk.progress(order)} for order in orders[:10]],
        "older": orders[10:],
    }
    return TemplateResponse(request, "admin/ai/desk_bulk_list.html", context)


def _page(of: admin.ModelAdmin[Any], request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    order = _order(pk)
    if request.method == "POST":
        return _step(request, order)
    done = bulk.progress(order)
    left = order.items.filter(state=BulkItemState.LEFT).select_related("run").only("why", "run__product_id")
    context = {
        **of.admin_site.each_context(request),
        "title": f"{order.get_decision_display()}: {_('карточек')} {order.total}",
        "order": order,
        "done": done,
        "may_step": _may_step(request, order),
        "live_url": sites.url(request, "ai_bulk_live", pk),
        "left": _titled(request, left[: 4 * PAGE]),
        "similar": _similar(request, order),
        **_table(request, order),
    }
    return TemplateResponse(request, "admin/ai/desk_bulk.html", context)


def _table(request: HttpRequest, order: AIBulkDecision) -> dict[str, Any]:
    """What will change, a page at a time, as long as nothing is decided yet."""
    if order.state != BulkState.DRAFT:
        return {"rows": []}
    after = request.GET.get("after", "")
    items = order.items.filter(pk__gt=int(after) if after.isdecimal() and len(after) < 19 else 0)
    found = list(items.order_by("pk").select_related("run").only(*bulk_table.COLUMNS)[: PAGE + 1])
    rows = bulk_table.rows(request, found[:PAGE], is_approval=order.decision == "approve")
    more = f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return {"rows": rows, "next_url": more, "is_first": not after}


def _step(request: HttpRequest, order: AIBulkDecision) -> HttpResponse:
    """Confirm, give up, or leave one card out."""
    if not _may_step(request, order):
        raise PermissionDenied
    step = request.POST.get("step", "")
    if step == "confirm":
        notes = request.POST.get("notes", "").replace("\x00", "").strip()[:LONGEST_NOTE]
        AIBulkDecision.objects.filter(pk=order.pk, state=BulkState.DRAFT).update(notes=notes)
        if not bulk.confirm(order):
            messages.warning(request, _("Решение уже запущено или отменено."))
    elif step == "cancel" and bulk.cancel(order):
        messages.info(request, _("Остановлено: решённое остаётся решённым, остальное не тронуто."))
    elif step == "drop":
        item = request.POST.get("item", "")
        bulk.drop(order, int(item) if item.isdecimal() and len(item) < 19 else 0)
    return HttpResponseRedirect(request.get_full_path())


def _live(request: HttpRequest, pk: int) -> JsonResponse:
    _check(request)
    order = _order(pk)
    done = bulk.progress(order)
    return JsonResponse(
        {
            "state": order.state,
            "label": str(order.get_state_display()),
            "total": done.total,
            "done": done.done,
            "left": done.left,
            "percent": done.percent,
        }
    )


def _similar(request: HttpRequest, order: AIBulkDecision) -> dict[str, Any] | None:
    """Decided one: the rest may be decided alike."""
    if order.state != BulkState.FINISHED or order.total > FEW:
        return None
    first = order.items.filter(state=BulkItemState.DONE).order_by("pk").first()
    entry = AIModerationQueue.objects.filter(log_entry_id=first.run_id).first() if first else None
    if entry is None:
        return None
    queue = sites.url(request, "ai_aimoderationqueue_changelist")
    return {
        "found": similar.of(entry, user=request.user),
        "variants_url": f"{queue}?state=free&like={entry.pk}",
        "reason_url": f"{queue}?state=free&reason={entry.reason}&branch={entry.branch_id or '-'}",
    }


def _titled(request: HttpRequest, items: Any) -> list[dict[str, Any]]:
    items = list(items)
    titles = catalog.get().titles({item.run.product_id for item in items})
    return [{"item": item, "title": _title(item, titles), "url": _card(request, item)} for item in items]


def _title(item: AIBulkItem, titles: dict[int, str]) -> str:
    return titles.get(item.run.product_id) or _("Товар %s") % item.run.product_id


def _card(request: HttpRequest, item: AIBulkItem) -> str:
    return sites.url(request, "ai_aiprocessinglog_change", item.run_id)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied


def _may_step(request: HttpRequest, order: AIBulkDecision) -> bool:
    """Whose order it is, or who may decide over colleagues."""
    return order.started_by_id == request.user.pk or request.user.has_perm(OVERRULE)


def _order(pk: int) -> AIBulkDecision:
    found = AIBulkDecision.objects.select_related("started_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
