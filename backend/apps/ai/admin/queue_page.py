"""What the page of the queue shows: the filters with their numbers, the cards, and who holds them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai import catalog
from apps.ai.admin import display as fragments
from apps.ai.admin import shop, sites
from apps.ai.issue_codes import RULES
from apps.ai.models import AIModerationQueue
from apps.ai.models.moderation import DUE, STATES
from apps.ai.services.audit import blind
from apps.ai.services.desk import facets
from apps.ai.services.desk.facets import Chosen, Facet
from apps.ai.services.keeping.showing import shown

TITLES = {
    "reason": gettext_lazy("Причина"),
    "branch": gettext_lazy("Ветка"),
    "origin": gettext_lazy("Источник"),
    "age": gettext_lazy("Ждёт"),
    "priority": gettext_lazy("Приоритет"),
}
PRIORITIES = {str(value): label for value, label in AIModerationQueue.PRIORITY_CHOICES}
#: Columns of a run that a row shows; its texts and answers stay in the database.
RUN_COLUMNS = (
    *("product_id", "status", "version", "reasons", "generated_title", "input_images_urls"),
    *("suggested_category_id", "category_confidence", "confidence_measured", "variant_key"),
)
#: Values of a filter that are shown before "all".
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A link of a filter."""

    label: str
    count: int
    url: str
    is_chosen: bool


def chosen(request: HttpRequest) -> Chosen:
    return Chosen.of(request.GET.dict(), states=STATES)


def selected(request: HttpRequest, chosen: Chosen) -> tuple[Any, str]:
    """The cards that a button means, in the order of the page, and the choice in words."""
    rows = facets.cards(chosen, user=request.user)
    if request.POST.get("everything"):
        return rows.waiting().in_order(), words(chosen)
    ids = [int(one) for one in request.POST.getlist("_selected_action") if one.isdecimal() and len(one) < 19]
    some = AIModerationQueue.objects.waiting().filter(pk__in=ids).select_related("log_entry")
    return some.in_order(), _("Отмеченные карточки")


def words(chosen: Chosen) -> str:
    """The choice as a person would say it."""
    said = [str(STATES[chosen.state])]
    said += [
        f"{TITLES[name]}: {_label(name, value)}" for name in Chosen.FACETS if (value := getattr(chosen, name))
    ]
    if chosen.query:
        said.append(f"«{chosen.query}»")
    return "; ".join(said)


def context(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    found = facets.page(_light(facets.cards(chosen, user=request.user)), after=chosen.after)
    entries, more = found[: facets.PAGE], len(found) > facets.PAGE
    numbers = facets.numbers(chosen, user=request.user)
    here = sites.url(request, "ai_aimoderationqueue_changelist")
    return {
        "chosen": chosen,
        "rows": rows(entries, request),
        "filtered": words(chosen) if chosen != Chosen() else "",
        "total": numbers.states.get(chosen.state, 0),
        "tabs": _tabs(chosen, numbers.states, here),
        "facets": [_facet(facet, chosen, here) for facet in numbers.facets],
        "next_url": _url(here, chosen, after=entries[-1].pk) if more else "",
        "first_url": _url(here, chosen) if chosen.after else "",
        "clear_url": here if chosen.address() else "",
        "here": _url(here, chosen),
        "live_url": _url(sites.url(request, "ai_queue_live"), chosen),
        "kept": {name: value for name, value in chosen.address().items() if name != "q"},
        "is_archive": chosen.state not in facets.OPEN_STATES,
    }


def rows(entries: Iterable[AIModerationQueue], request: HttpRequest) -> list[dict[str, Any]]:
    entries, here = list(entries), sites.url(request, "ai_aimoderationqueue_changelist")
    titles = catalog.get().titles({entry.log_entry.product_id for entry in entries})
    twins = _twins(entries)
    pictures = _pictures(entries)
    return [
        {
            "entry": entry,
            "url": sites.url(request, "ai_aiprocessinglog_change", entry.log_entry_id),
            "title": (titles.get(entry.log_entry.product_id) or _("Товар %s") % entry.log_entry.product_id)[
                :110
            ],
            "picture": pictures.get(entry.log_entry_id, ""),
            "category": shop.category_name(entry.log_entry.suggested_category_id),
            "branch": shop.category_name(entry.branch_id) if entry.branch_id else "",
            "confidence": _confidence(entry),
            "why": why(entry),
            "twins": twins.get(entry.variant_key, 1) - 1,
            "twins_url": f"{here}?like={entry.pk}",
            "is_late": entry.resolved_at is None and _late(entry),
            **holder(entry, user=request.user),
        }
        for entry in entries
    ]


def why(entry: AIModerationQueue) -> str:
    """The gravest reason in words."""
    found = [one["message"] for one in blind.shown_reasons(entry.log_entry) if one["code"] == entry.reason]
    return Truncator(found[0] if found else _label("reason", entry.reason)).chars(130)


def holder(entry: AIModerationQueue, *, user: Any) -> dict[str, Any]:
    """Empty once the time is over: then the card is anybody's."""
    if entry.taken_until is None or not entry.is_held():
        return {"holder": "", "until": "", "is_mine": False}
    until = f"{localtime(entry.taken_until):%H:%M}"
    return {"holder": str(entry.assigned_to), "until": until, "is_mine": entry.assigned_to_id == user.pk}


def live(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    ids = [int(one) for one in request.GET.get("ids", "").split(",") if one.isdecimal() and len(one) < 19]
    entries = AIModerationQueue.objects.filter(pk__in=ids[: facets.PAGE]).select_related("assigned_to")
    shown = entries.only("assigned_to", "taken_until", "resolved_at")
    return {
        "cards": {
            entry.pk: {**holder(entry, user=request.user), "decided": entry.resolved_at is not None}
            for entry in shown
        },
        "states": facets.numbers(chosen, user=request.user).states,
    }


def _confidence(entry: AIModerationQueue) -> str:
    """ "" while it is kept from people, where there is none, and where the reason says that nobody measured it."""
    run = entry.log_entry
    said = entry.reason == "low_confidence" and not run.confidence_measured
    return "" if said or run.category_confidence is None or blind.hides(run) else fragments.confidence(run)


def _light(rows: Any) -> Any:
    return rows.select_related("log_entry", "assigned_to").only(
        *("priority", "reason", "worth", "branch_id", "origin", "variant_key", "created_at", "resolved_at"),
        *("taken_until", "assigned_to", *(f"log_entry__{name}" for name in RUN_COLUMNS)),
    )


def _twins(entries: Iterable[AIModerationQueue]) -> Mapping[str, int]:
    """How many cards wait of each variant's product, those of the page included."""
    keys = {entry.variant_key for entry in entries if entry.variant_key}
    waiting = AIModerationQueue.objects.waiting().filter(variant_key__in=keys).exclude(variant_key="")
    return dict(waiting.order_by().values_list("variant_key").annotate(count=Count("pk"))) if keys else {}


def _late(entry: AIModerationQueue) -> bool:
    return localtime() - entry.created_at > DUE[entry.priority]


def _pictures(entries: Iterable[AIModerationQueue]) -> dict[int, str]:
    """By run, the small form of its first picture that a browser loads."""
    urls = {entry.log_entry_id: entry.log_entry.input_images_urls for entry in entries}
    known = shown(url for one in urls.values() for url in one)
    return {
        run: next((known[url].thumb for url in one if url and known[url].thumb), "")
        for run, one in urls.items()
    }


def _tabs(chosen: Chosen, counts: Mapping[str, int], here: str) -> list[Choice]:
    names = (*facets.OPEN_STATES, "resolved")
    cleared = Chosen(state=chosen.state)
    return [
        Choice(
            str(STATES[name]),
            counts.get(name, 0) if name in facets.OPEN_STATES else -1,
            _url(here, chosen if name in facets.OPEN_STATES else cleared, state=name),
            name == chosen.state,
        )
        for name in names
    ]


def _facet(facet: Facet, chosen: Chosen, here: str) -> dict[str, Any]:
    value = getattr(chosen, facet.name)
    counts = dict(facet.counts)
    if value and value not in counts:
        counts[value] = 0
    choices = [
        Choice(
            _label(facet.name, key),
            count,
            _url(here, chosen, **{facet.name: "" if key == value else key}),
            key == value,
        )
        for key, count in counts.items()
    ]
    return {
        "name": facet.name,
        "title": TITLES[facet.name],
        "first": choices[:SHOWN],
        "rest": choices[SHOWN:],
    }


def _label(name: str, value: str) -> str:
    """A filter's value as a person calls it."""
    if value == facets.NONE:
        return _("не указано")
    if name == "reason":
        return RULES[value].about if value in RULES else value
    if name == "branch":
        return shop.category_name(int(value))
    if name == "age":
        return str(facets.AGES[value][2])
    return str(PRIORITIES.get(value, value)) if name == "priority" else value


def _url(base: str, chosen: Chosen, **changes: Any) -> str:
    query = urlencode(chosen.address(**changes))
    return f"{base}?{query}" if query else base
