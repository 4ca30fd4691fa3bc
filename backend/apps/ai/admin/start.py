"""The start page: what waits and since when, what went live, how right the machine was, money, trouble.

A moderator sees work; who may see the ledger sees money, too. Each number leads to its list.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.ai.admin import sites
from apps.ai.admin.charts import SEE_MONEY
from apps.ai.admin.charts_svg import bars, said
from apps.ai.models import AIBulkDecision
from apps.ai.models.bulk import BulkState
from apps.ai.permissions import MODERATE, VIEW_RUNS
from apps.ai.services.desk import facets, series, start, troubles
from apps.ai.services.money import breaker
from apps.ai.templatetags.ai_desk import duration, percent, thousands, waited

QUEUE = "ai_aimoderationqueue_changelist"
RUNS = "ai_aiprocessinglog_changelist"
CHANGES = "ai_appliedchange_changelist"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its list. `tone`: "", "bad" or "good"."""

    title: str
    value: str
    note: str = ""
    url: str = ""
    tone: str = ""


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD["DASHBOARD_CALLBACK"]: what `admin/ai/start.html` shows; nothing of it to who may not see runs."""
    if not request.user.has_perm(VIEW_RUNS):
        return context
    numbers = facets.numbers(facets.Chosen(), user=request.user)
    runs = start.worker_pace()
    overdue = numbers.states.get("overdue", 0)
    days, pauses = series.days(start.JUDGED_DAYS), breaker.pauses()
    spent = start.spending(days)
    found = troubles.found(pace=runs, overdue=overdue, pauses=pauses, spent=spent)
    return context | {
        "title": _("Рабочий стол"),
        "desk": {
            "troubles": [_trouble(request, one) for one in found],
            "work": _work(numbers, request),
            "machine": _machine(request, runs, start.rightness(days), pauses),
            "live": start.went_live(days),
            "live_url": _url(request, CHANGES),
            "money": _money(request, spent, start.cost_of_a_card(days))
            if request.user.has_perm(SEE_MONEY)
            else [],
            "bulk": AIBulkDecision.objects.filter(state=BulkState.RUNNING).order_by("-pk")[:3],
            "chart": _chart(days) if request.user.has_perm(MODERATE) else "",
            "may_moderate": request.user.has_perm(MODERATE),
            "next_url": sites.url(request, QUEUE),
        },
    }


def _work(numbers: facets.Numbers, request: HttpRequest) -> list[Tile]:
    """The moderators' queue."""
    waiting, overdue = numbers.states.get("waiting", 0), numbers.states.get("overdue", 0)
    pace, queue = start.people_pace(waiting=waiting), sites.url(request, QUEUE)
    oldest = start.oldest_waiting()
    since = _("самая старая ждёт %s") % waited(oldest) if oldest else _("всё решено")
    mine = numbers.states.get("mine", 0)
    return [
        Tile(_("Ждут решения"), thousands(waiting), since, queue),
        Tile(
            _("Просрочены"),
            thousands(overdue),
            _("дольше своего срока"),
            f"{queue}?state=overdue",
            "bad" if overdue else "good",
        ),
        Tile(_("Мои"), thousands(mine), _("взяты вами"), f"{queue}?state=mine"),
        Tile(_("Решено за час"), thousands(pace.per_hour), _pace_note(pace), f"{queue}?state=resolved"),
    ]


def _machine(
    request: HttpRequest, runs: start.Pace, judged: start.Rightness, paused: list[Any]
) -> list[Tile]:
    """The runs, and how right the automatic decisions were."""
    listed = _url(request, RUNS)
    right_note = (
        _("проверок %(count)d, не ниже %(bound)s") % {"count": judged.judged, "bound": percent(judged.bound)}
        if judged.judged
        else _("слепых проверок за 30 дней нет")
    )
    return [
        Tile(
            _("В обработке ждут"),
            (_("больше %s") if runs.is_many else "%s") % thousands(runs.waiting),
            _pace_note(runs),
            f"{listed}?status__exact=pending",
        ),
        Tile(_("Обработано за час"), thousands(runs.per_hour), "", listed),
        Tile(_("Машина права"), percent(judged.share), right_note, _url(request, "ai_aiaudit_changelist")),
        Tile(
            _("Поставщик модели"),
            _("пауза") if paused else _("отвечает"),
            paused[0].sentence[:90] if paused else "",
            _url(request, "ai_servicepause_changelist"),
            "bad" if paused else "good",
        ),
    ]


def _money(request: HttpRequest, spent: tuple[start.Spending, ...], card: Decimal | None) -> list[Tile]:
    names = {"day": _("Потрачено сегодня"), "month": _("Потрачено за месяц")}
    lists = {"day": "ai_aicall_changelist", "month": "ai_aibudgetperiod_changelist"}
    tiles = []
    for one in spent:
        note = _("предел не задан")
        if one.limit is not None:
            note = _("%(percent)d %% из %(limit)s $") % {
                "percent": one.percent or 0,
                "limit": f"{one.limit:.2f}",
            }
        tone = "bad" if (one.percent or 0) >= 90 else ""
        tiles.append(
            Tile(names[one.name], f"{said(float(one.spent))} $", note, _url(request, lists[one.name]), tone)
        )
    price = "—" if card is None else f"{card:.4f} $".replace(".", ",")
    charts = sites.url(request, "ai_charts")
    return [*tiles, Tile(_("Карточка стоит"), price, _("в среднем за 30 дней"), f"{charts}#spend")]


def _pace_note(pace: start.Pace) -> str:
    if not pace.waiting:
        return _("очередь пуста")
    left = pace.seconds_left
    if left is None:
        return _("пришло %(came)d: очередь не убывает") % {"came": pace.came}
    return _("так закончится через %s") % duration(left)


def _chart(days: list[series.Day]) -> str:
    stacks = [
        (_("автоматически"), "auto", [one.counts["automatic"] for one in days]),
        (_("люди одобрили"), "people", [one.counts["kept"] + one.counts["edited"] for one in days]),
    ]
    return bars(
        [f"{one.day:%d.%m}" for one in days],
        stacks,
        label=_("Карточки, вышедшие в магазин, по дням"),
        height=150,
    )


def _trouble(request: HttpRequest, one: troubles.Trouble) -> dict[str, Any]:
    page = _url(request, one.page) if one.page else ""
    url = f"{page}?{one.query}" if page and one.query else page
    return {"what": one.what, "cure": one.cure, "url": url, "is_grave": one.is_grave}


def _url(request: HttpRequest, page: str) -> str:
    """The list's address; "" for who may not open it: a number then leads nowhere, not to a refusal."""
    model = page.removeprefix("ai_").removesuffix("_changelist")
    registry = sites.of(request)._registry.items()
    registered = next((one for key, one in registry if key._meta.label_lower == f"ai.{model}"), None)
    return (
        sites.url(request, page) if registered is not None and registered.has_view_permission(request) else ""
    )
