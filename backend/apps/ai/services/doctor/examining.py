"""All examinations of the installation, side by side and within a bound of time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.ai import conf
from apps.ai.models import AICall
from apps.ai.services.doctor import machine, provider, queue, shop, storage, vectors
from apps.ai.services.doctor.findings import Examination, Finding, State, fault

logger = logging.getLogger(__name__)

#: Seconds for everything.
PATIENCE = 14.0
DATABASE = Examination("database", "База данных", machine.database)
#: What needs no table; the others are asked only when DATABASE is sound.
WITHOUT_TABLES = ("settings", "secrets", "disk", "routing", "broker", "storage", "mail", "webhook")
EXAMINATIONS = (
    DATABASE,
    Examination("settings", "Настройки", machine.settings_sound),
    Examination("secrets", "Секреты", machine.secrets),
    Examination("disk", "Диск", machine.disk),
    Examination("tree", "Категории", shop.tree),
    Examination("automatic", "Автоматика", shop.automatic),
    Examination("money", "Бюджет", shop.money),
    Examination("pauses", "Паузы", shop.pauses),
    Examination("failures", "Неудачи", shop.failures),
    Examination("owed", "Долги", shop.owed),
    Examination("routing", "Маршруты", queue.routing),
    Examination("processes", "Процессы", queue.processes),
    Examination("broker", "Брокер", queue.broker, outside=True),
    Examination("provider", "Модель", provider.look, outside=True),
    Examination("vectors", "Qdrant", vectors.look, outside=True),
    Examination("synced", "Дерево в Qdrant", shop.synced, outside=True),
    Examination("storage", "Хранилище", storage.look, outside=True),
    Examination("clock", "Часы", machine.clock, outside=True),
    Examination("mail", "Почта", machine.mail, outside=True),
    Examination("webhook", "Вебхук", machine.webhook, outside=True),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One examination's findings and the seconds it took."""

    examination: Examination
    findings: tuple[Finding, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """`spent_usd`: what the questions to the model cost, by the ledger."""

    parts: tuple[Part, ...]
    spent_usd: Decimal

    @property
    def findings(self) -> list[Finding]:
        return [finding for part in self.parts for finding in part.findings]

    @property
    def is_sound(self) -> bool:
        return all(finding.state is not State.FAULT for finding in self.findings)


def examinations() -> tuple[Examination, ...]:
    """The app's own, and those of the shop's other apps (AI_CONFIG["EXAMINATIONS"])."""
    return (*EXAMINATIONS, *(import_string(path) for path in conf.get().examinations))


def examine(*, offline: bool = False, names: Iterable[str] = (), without: Iterable[str] = ()) -> Report:
    """`offline`: ask no server. `names`: only these examinations. `without`: all but these.

    What reads the database runs in the caller's thread, so that it sees the caller's transaction.
    """
    wanted, unwanted = set(names), set(without)
    chosen = [
        one
        for one in examinations()
        if not (offline and one.outside) and one.name not in unwanted and (not wanted or one.name in wanted)
    ]
    before = {DATABASE.name: _part(DATABASE)}
    if any(one.state is State.FAULT for one in before[DATABASE.name].findings):
        return _without_tables(chosen, before)
    began, deadline = timezone.now(), time.monotonic() + PATIENCE
    done = dict(before)
    threads = [
        threading.Thread(target=_in_thread, args=(one, done), name=f"doctor-{one.name}", daemon=True)
        for one in chosen
        if one.outside
    ]
    for thread in threads:
        thread.start()
    for one in chosen:
        if not one.outside and one.name not in done:
            done[one.name] = _part(one)
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    parts = tuple(done.get(one.name) or _too_slow(one) for one in chosen)
    spent = AICall.objects.filter(source=provider.SOURCE, created_at__gte=began).aggregate(
        sum=Sum("cost_usd")
    )
    return Report(parts, spent["sum"] or Decimal(0))


def _without_tables(chosen: Sequence[Examination], before: Mapping[str, Part]) -> Report:
    parts = tuple(_part(one) for one in chosen if one.name in WITHOUT_TABLES)
    return Report((*before.values(), *parts), Decimal(0))


def _in_thread(examination: Examination, done: dict[str, Part]) -> None:
    try:
        done[examination.name] = _part(examination)
    finally:
        connection.close()


def _part(examination: Examination) -> Part:
    started = time.monotonic()
    try:
        findings = tuple(examination.look())
    except Exception as error:
        logger.exception("The examination %s failed", examination.name)
        text = f"Проверка «{examination.title}» не удалась: {type(error).__name__}: {error}"
        findings = (fault(f"{examination.name}_broken", text, "Посмотрите журнал: там вся ошибка."),)
    return Part(examination, findings, time.monotonic() - started)


def _too_slow(examination: Examination) -> Part:
    text = f"Проверка «{examination.title}» не кончилась за {PATIENCE:g} с."
    cure = "Сервер принимает соединения, но не отвечает: посмотрите на него самого."
    return Part(examination, (fault(f"{examination.name}_slow", text, cure),), PATIENCE)
