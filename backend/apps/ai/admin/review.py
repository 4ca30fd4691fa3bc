"""The review page: one card on one screen, the next one fetched ahead; its addresses lie under those of the runs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from apps.ai import catalog
from apps.ai.admin import review_decisions, review_pictures, review_texts, shop, sites
from apps.ai.admin.review_body import body_of
from apps.ai.models import AIModerationQueue, AIProcessingLog, RejectReason
from apps.ai.permissions import MODERATE, VIEW_RUNS
from apps.ai.services.people import card_leases, card_page, category_search, product_history, rechecking
from apps.ai.services.people.card_page import CardPage
from apps.ai.text.safety import html

#: Categories that a search shows, and waiting cards that are counted one by one.
MOST_FOUND, MOST_COUNTED = 12, 1000
CARD, PAGE = "admin/ai/review/card.html", "admin/ai/review/page.html"
HEAD = "admin/ai/review/field_changes.html"


class ReviewPages:
    """For the ModelAdmin of runs."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        pages = [
            path("review/", wrap(start), name="ai_review_start"),
            path("review/next/", wrap(following), name="ai_review_next"),
            path("review/categories/", wrap(categories), name="ai_review_categories"),
            path("review/<int:run_id>/", wrap(review), name="ai_review"),
            path("review/<int:run_id>/card/", wrap(card), name="ai_review_card"),
            path("review/<int:run_id>/pictures/", wrap(review_pictures.arrange), name="ai_review_pictures"),
            path("review/<int:run_id>/check/", wrap(check), name="ai_review_check"),
            *(
                path(
                    f"review/<int:run_id>/{name}/",
                    wrap(review_decisions.act),
                    {"name": name},
                    f"ai_review_{name}",
                )
                for name in review_decisions.ACTS
            ),
            path("history/<int:product_id>/", wrap(history), name="ai_product_history"),
        ]
        return [*pages, *super().get_urls()]  # type: ignore[misc]


def may_see(request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    if not (request.user.has_perm(VIEW_RUNS) or request.user.has_perm(MODERATE)):
        raise PermissionDenied


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """On to the first card that is free; a page that says so when there is none."""
    may_see(request)
    if request.user.has_perm(MODERATE):
        entry = card_leases.take_next(request.user)
        if entry is not None:
            return HttpResponseRedirect(sites.url(request, "ai_review", entry.log_entry_id))
    return render(request, PAGE, _page_context(request, None))


@require_GET
def review(request: HttpRequest, run_id: int) -> HttpResponse:
    may_see(request)
    run = get_object_or_404(AIProcessingLog, pk=run_id)
    return render(request, PAGE, _page_context(request, card_page.page_of(run)))


@require_GET
def card(request: HttpRequest, run_id: int) -> JsonResponse:
    """The card alone, for the page that is open already."""
    may_see(request)
    run = get_object_or_404(AIProcessingLog, pk=run_id)
    return JsonResponse(_fragment(request, card_page.page_of(run)))


@require_POST
def following(request: HttpRequest) -> JsonResponse:
    """Take the next card and send it; what is left in the queue. `run` is null when there is none."""
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied
    try:
        passed_over = body_of(request).passed_over
    except ValidationError as error:
        return review_decisions.refused(" ".join(error.messages), "invalid", status=400)
    entry = card_leases.take_next(request.user, passed_over=passed_over)
    if entry is None:
        empty = render_to_string(CARD, _card_context(request, None), request)
        return JsonResponse({"run": None, "html": empty, "left": _left()})
    return JsonResponse(_fragment(request, card_page.page_of(entry.log_entry)))


@require_POST
def check(request: HttpRequest, run_id: int) -> JsonResponse:
    """The parts of the card as they would be with these edits, which are not saved."""
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied
    run = get_object_or_404(AIProcessingLog, pk=run_id)
    try:
        rechecking.with_edits(run, body_of(request).edits)
    except ValidationError as error:
        return review_decisions.refused(" ".join(error.messages), "invalid", status=400)
    page = card_page.page_of(run)
    context = _card_context(request, page)
    heads = {
        f"head-{name}": render_to_string(HEAD, context | {"field": field}, request)
        for name, field in page.fields.items()
    }
    parts = {
        name: render_to_string(
            f"admin/ai/review/{name}.html", context | {"field": page.fields.get(name)}, request
        )
        for name in ("findings", *(name for name in ("attributes",) if name in page.fields))
    }
    description = page.fields["description"].markup if "description" in page.fields else None
    return JsonResponse({"parts": heads | parts, "description": description})


@require_GET
def categories(request: HttpRequest) -> JsonResponse:
    """Categories that may be chosen, as a person looks for them."""
    may_see(request)
    found = category_search.search(request.GET.get("q", "")[:200], limit=MOST_FOUND)
    return JsonResponse({"found": [{"id": node.id, "path": node.path} for node in found]})


@require_GET
def history(request: HttpRequest, product_id: int) -> HttpResponse:
    may_see(request)
    titles = catalog.get().titles([product_id])
    context = sites.of(request).each_context(request) | {
        "title": titles.get(product_id) or shop.product_title(product_id),
        "product_id": product_id,
        "events": product_history.events_of(product_id),
        "admin_url": sites.here(request, catalog.get().admin_url(product_id)) if titles else "",
        "may_decide": request.user.has_perm(MODERATE),
        "texts": review_texts.texts(),
    }
    return render(request, "admin/ai/review/history.html", context)


def _fragment(request: HttpRequest, page: CardPage) -> dict[str, Any]:
    return {
        "run": page.run.pk,
        "title": page.title,
        "url": sites.url(request, "ai_review", page.run.pk),
        "html": render_to_string(CARD, _card_context(request, page), request),
        "left": _left(),
    }


def _page_context(request: HttpRequest, page: CardPage | None) -> dict[str, Any]:
    return (
        sites.of(request).each_context(request)
        | _card_context(request, page)
        | {
            "left": _left(),
            "most_counted": MOST_COUNTED,
            "texts": review_texts.texts(),
            "reject_reasons": RejectReason.choices,
            "modes": [(mode.value, label) for mode, label in review_texts.modes()],
            "languages": catalog.get().languages(),
            "shortcuts": review_texts.shortcuts(),
            "is_moderator": request.user.has_perm(MODERATE),
            "allowed_tags": " ".join(sorted(html.ALLOWED)),
        }
    )


def _card_context(request: HttpRequest, page: CardPage | None) -> dict[str, Any]:
    may_decide = request.user.has_perm(MODERATE)
    held = page is not None and page.entry is not None and page.entry.is_held()
    mine = (
        held and page is not None and page.entry is not None and page.entry.assigned_to_id == request.user.pk
    )
    return {
        "page": page,
        "admin_url": "" if page is None else sites.here(request, page.admin_url),
        "may_decide": may_decide and page is not None and page.is_undecided,
        "held_by_other": held and not mine,
    }


def _left() -> int:
    """Waiting cards, counted up to MOST_COUNTED: the queue may have a million."""
    return AIModerationQueue.objects.waiting().order_by()[:MOST_COUNTED].count()
