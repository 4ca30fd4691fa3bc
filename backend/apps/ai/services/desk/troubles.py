"""What is wrong now, in words, and what a person does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai.models import AICall, AIProcessingLog, ServicePause
from apps.ai.models.processing import Status
from apps.ai.models.provider import PauseReason
from apps.ai.models.spending import LedgerStatus
from apps.ai.services.desk import start
from apps.ai.services.worker import control, store_health

#: A run that could begin and has waited for so long while none is worked on: no worker or no beat runs.
SILENT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trouble:
    """`page`: the admin page where it is mended, as a name for `reverse`, or ""; `query` of its address."""

    what: str
    cure: str
    page: str = ""
    query: str = ""
    is_grave: bool = True


def found(
    *, pace: start.Pace, overdue: int, pauses: Sequence[ServicePause], spent: Sequence[start.Spending]
) -> list[Trouble]:
    """The gravest first. `pace`: of the runs; `overdue`: cards; `spent`: beside the budgets."""
    return [
        *_provider(pauses),
        *_queue(pace, pauses),
        *_budgets(spent),
        *_failures(),
        *_store(),
        *_prices(),
        *_cards(overdue),
    ]


def _provider(pauses: Sequence[ServicePause]) -> list[Trouble]:
    cures = {
        PauseReason.QUOTA: _("Пополните счёт у поставщика и снимите паузу."),
        PauseReason.KEY_REFUSED: _("Проверьте OPENAI_API_KEY и снимите паузу."),
        PauseReason.REJECTED: _(
            "Поставщик отклоняет запросы: проверьте модель и адрес, потом снимите паузу."
        ),
    }
    waits = _("Система попробует снова сама; паузу можно снять вручную.")
    return [
        Trouble(pause.sentence, cures.get(PauseReason(pause.reason), waits), *_page_of(pause))
        for pause in pauses
        if pause.reason
    ]


def _page_of(pause: ServicePause) -> tuple[str, str]:
    return "ai_servicepause_changelist", f"endpoint={pause.pk}"


def _queue(pace: start.Pace, pauses: Sequence[ServicePause]) -> list[Trouble]:
    if control.is_paused():
        what = _("Обработка приостановлена человеком.")
        return [Trouble(what, _("Продолжите очередь."), "ai_aimassrun_changelist")]
    if not pace.waiting or pace.per_hour or pauses:
        return []
    due = AIProcessingLog.objects.due(now=timezone.now()).order_by("created_at")
    oldest = due.values_list("created_at", flat=True).first()
    working = AIProcessingLog.objects.filter(status=Status.PROCESSING)
    if oldest is None or timezone.now() - oldest < SILENT or working.exists():
        return []
    what = _("Товары ждут обработки, но ни один исполнитель не работает.")
    return [Trouble(what, _("Запустите celery worker -Q ai и celery beat."), "ai_aimassrun_changelist")]


def _budgets(spent: Sequence[start.Spending]) -> list[Trouble]:
    names = {"day": _("Дневной бюджет исчерпан."), "month": _("Месячный бюджет исчерпан.")}
    return [
        Trouble(
            names[one.name],
            _("Обработка ждёт следующего периода; предел задают AI_BUDGET_DAY_USD и AI_BUDGET_MONTH_USD."),
            "ai_aibudgetperiod_changelist",
        )
        for one in spent
        if one.percent is not None and one.percent >= 100
    ]


def _failures() -> list[Trouble]:
    failed = start.failures()
    total = sum(count for _code, count in failed)
    if not total:
        return []
    codes = ", ".join(f"{code}: {count}" for code, count in failed[:4])
    what = _("За сутки не удалось обработать: %(total)d (%(codes)s).") % {"total": total, "codes": codes}
    cure = _("Посмотрите ошибки и верните запуски в очередь действием «Повторить неудачные».")
    return [Trouble(what, cure, "ai_aiprocessinglog_changelist", "status__exact=failed", is_grave=False)]


def _store() -> list[Trouble]:
    away = store_health.lately().sentence
    return [Trouble(away, _("Проверьте QDRANT_URL и что Qdrant запущен."))] if away else []


def _prices() -> list[Trouble]:
    since = timezone.now() - start.DAY
    unpriced = AICall.objects.filter(
        created_at__gte=since, price__isnull=True, cost_usd__isnull=True, status=LedgerStatus.OK
    )
    model = unpriced.order_by().values_list("model", flat=True).first()
    if model is None:
        return []
    what = _("Цена модели %(model)s неизвестна: её расходы не считаются.") % {"model": model}
    return [Trouble(what, _("Добавьте цену."), "ai_aiprice_changelist", is_grave=False)]


def _cards(overdue: int) -> list[Trouble]:
    if not overdue:
        return []
    what = _("Просрочено карточек: %(count)d.") % {"count": overdue}
    cure = _("Начните с них: они ждут дольше, чем позволяет их приоритет.")
    return [Trouble(what, cure, "ai_aimoderationqueue_changelist", "state=overdue", is_grave=False)]
