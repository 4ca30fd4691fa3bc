"""The shop's side: the tree, what was fitted on it, why nothing is automatic, and what has failed lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai import catalog, conf
from apps.ai.exceptions import AIError
from apps.ai.models import AIAudit, AIProcessingLog
from apps.ai.models.processing import CANCELLED
from apps.ai.services import composition
from apps.ai.services.doctor.findings import Finding, fault, note, ok, warning
from apps.ai.services.fitting import store as fits
from apps.ai.services.money import alerts, breaker, budgets
from apps.ai.services.vector_store import Collection
from apps.ai.services.worker import control, store_health

#: Decisions that the thresholds need (`services.fitting.train`), as docs/categorisation.md explains.
LATELY = timedelta(hours=1)


def tree() -> Iterator[Finding]:
    nodes = catalog.get().categories()
    leaves = [node for node in nodes if node.is_leaf]
    if not leaves:
        yield fault(
            "no_tree",
            _("В магазине нет категорий: выбирать не из чего."),
            _(
                "Импортируйте дерево магазина: manage.py import_categories ФАЙЛ (для пробы — "
                "sample/categories.jsonl), затем manage.py sync_categories."
            ),
        )
        return
    yield ok(
        "tree",
        _("Категорий: {count}, из них конечных: {count2}.").format(count=len(nodes), count2=len(leaves)),
    )


def synced() -> Iterator[Finding]:
    """How many of the tree's categories Qdrant knows. Nothing is said while Qdrant is away: another part says that."""
    nodes = catalog.get().categories()
    try:
        stored = set(composition.vector_store().stored_hashes(Collection.CATEGORIES))
    except AIError:
        return
    known = {node.id for node in nodes}
    missing, gone = known - stored, stored - known
    if nodes and (missing or gone):
        yield warning(
            "tree_not_synced",
            _("Дерево в Qdrant отстаёт: не хватает {count}, лишних {count2} из {count3}.").format(
                count=len(missing), count2=len(gone), count3=len(nodes)
            ),
            _("Выполните manage.py sync_categories."),
        )


def automatic() -> Iterator[Finding]:
    """Why nothing goes live by itself, and what is missing until it does."""
    values = conf.get()
    if not values.auto_apply:
        yield note("auto_apply_off", _("AI_AUTO_APPLY выключен: каждую карточку решает человек."))
        return
    if values.auto_apply_threshold is not None:
        yield note(
            "fixed_threshold",
            _("Порог задан вручную: {auto_apply_threshold:g}; что он стоит, не измерено.").format(
                auto_apply_threshold=values.auto_apply_threshold
            ),
        )
        return
    embedding_model = composition.language_model().embedding_model
    row = fits.newest(embedding_model)
    if row is None:
        yield warning(
            "no_fit",
            _("Пороги для {embedding_model} ещё не подобраны: всё идёт к человеку.").format(
                embedding_model=embedding_model
            ),
            _(
                "Подтвердите категории товаров (решениями модератора или импортом каталога) и "
                "выполните manage.py fit_categories."
            ),
        )
        return
    fit = composition.category_fit()
    if all(one is None or (one.threshold > 1.0 and not one.branches) for one in (fit.alone, fit.asked)):
        yield warning(
            "no_safe_threshold",
            _(
                "По {confirmed} подтверждённым товарам нет порога, который держал бы точность "
                "{target_precision:g}: всё идёт к человеку."
            ).format(confirmed=row.confirmed, target_precision=row.target_precision),
            _("Подтвердите больше товаров в разных ветках и выполните manage.py fit_categories."),
        )
        return
    yield ok(
        "fit",
        _("Пороги подобраны {localtime:%d.%m.%Y} по {confirmed} товарам.").format(
            localtime=timezone.localtime(row.created_at), confirmed=row.confirmed
        ),
    )


def money() -> Iterator[Finding]:
    values = conf.get()
    if values.in_process:
        return
    if values.budget_day is None and values.budget_month is None:
        yield warning(
            "no_budget",
            _("Бюджет не задан: ничто не остановит расходы."),
            _("Задайте AI_BUDGET_DAY_USD и AI_BUDGET_MONTH_USD."),
        )
    for limit, left in budgets.left(now=timezone.now()):
        if left <= 0:
            yield fault(
                "budget_empty",
                _("Бюджет исчерпан: {label} {key}, предел {usd:f} $.").format(
                    label=limit.scope.label, key=limit.key, usd=limit.usd
                ),
                _("Поднимите предел или дождитесь конца периода: очередь продолжит сама."),
            )
        elif left * 10 < limit.usd:
            yield warning(
                "budget_low",
                _("Осталось меньше десятой части бюджета: {label} {key}, {left:.4f} $.").format(
                    label=limit.scope.label, key=limit.key, left=left
                ),
                _("Поднимите предел, если работы ещё много."),
            )


def pauses() -> Iterator[Finding]:
    if control.is_paused():
        yield fault(
            "queue_paused", _("Очередь стоит на паузе, её поставил человек."), "manage.py ai_queue resume"
        )
    for pause in breaker.pauses():
        yield fault(
            "provider_paused",
            pause.sentence,
            _(
                "Устраните причину; проба идёт сама, а «Возобновить» в «Паузах поставщиков» снимает паузу сразу."
            ),
        )


def failures() -> Iterator[Finding]:
    since = timezone.now() - LATELY
    ended = AIProcessingLog.objects.filter(completed_at__gte=since).exclude(error_code=CANCELLED).order_by()
    codes = Counter(ended.exclude(error_code="").values_list("error_code", flat=True)[:10_000])
    failed = sum(codes.values())
    if failed:
        listed = ", ".join(f"{code}: {count}" for code, count in codes.most_common(6))
        text = _("За последний час без результата: {failed} ({listed}).").format(failed=failed, listed=listed)
        cure = _("Посмотрите эти запуски в админке; после исправления — manage.py ai_queue retry.")
        yield (fault if failed >= alerts.MANY else warning)("failures", text, cure)
    sentence = store_health.lately().sentence
    if sentence:
        yield warning("decided_without_store", sentence, _("Проверьте, что Qdrant запущен и отвечает."))


def owed() -> Iterator[Finding]:
    lessons = AIProcessingLog.objects.filter(lesson_due_at__lt=timezone.now() - LATELY).count()
    if lessons:
        yield warning(
            "lessons_owed",
            _("Решения модераторов, которые ещё не выучены: {lessons}.").format(lessons=lessons),
            _("Проверьте исполнителя и Qdrant; обход очереди повторяет сам."),
        )
    audits = AIAudit.objects.exists()
    if conf.get().auto_apply and not conf.get().audit_share and not audits:
        yield warning(
            "no_audit",
            _("Карточки уходят в магазин сами, и никто не проверяет выборочно, верны ли они."),
            _("Задайте AI_AUDIT_SHARE, например 0.1."),
        )
