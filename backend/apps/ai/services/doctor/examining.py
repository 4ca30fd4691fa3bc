"""All examinations of the installation, side by side and within a bound of time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from queue import Empty, SimpleQueue

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai import conf
from apps.ai.models import AICall
from apps.ai.services.doctor import machine, provider, queue, shop, storage, vectors
from apps.ai.services.doctor.findings import Examination, Finding, State, fault
from utils.redaction import redacted

logger = logging.getLogger(__name__)

#: Seconds for everything.
PATIENCE = 14.0
DATABASE = Examination("database", gettext_lazy("База данных"), machine.database)
#: What is asked while a setting cannot be read.
WITHOUT_SETTINGS = (DATABASE.name, "settings", "secrets", "mail")
#: What needs no table; the others are asked only when DATABASE is sound.
WITHOUT_TABLES = ("settings", "secrets", "disk", "routing", "broker", "storage", "mail", "webhook")
EXAMINATIONS = (
    DATABASE,
    Examination("settings", gettext_lazy("Настройки"), machine.settings_sound),
    Examination("secrets", gettext_lazy("Секреты"), machine.secrets),
    Examination("disk", gettext_lazy("Диск"), machine.disk),
    Examination("tree", gettext_lazy("Категории"), shop.tree),
    Examination("automatic", gettext_lazy("Автоматика"), shop.automatic),
    Examination("money", gettext_lazy("Бюджет"), shop.money),
    Examination("pauses", gettext_lazy("Паузы"), shop.pauses),
    Examination("failures", gettext_lazy("Неудачи"), shop.failures),
    Examination("owed", gettext_lazy("Долги"), shop.owed),
    Examination("routing", gettext_lazy("Маршруты"), queue.routing),
    Examination("processes", gettext_lazy("Процессы"), queue.processes),
    Examination("broker", gettext_lazy("Брокер"), queue.broker, outside=True),
    Examination("provider", gettext_lazy("Модель"), provider.look, outside=True),
    Examination("vectors", gettext_lazy("Qdrant"), vectors.look, outside=True),
    Examination("synced", gettext_lazy("Дерево в Qdrant"), shop.synced, outside=True),
    Examination("storage", gettext_lazy("Хранилище"), storage.look, outside=True),
    Examination("clock", gettext_lazy("Часы"), machine.clock, outside=True),
    Examination("mail", gettext_lazy("Почта"), machine.mail, outside=True),
    Examination("webhook", gettext_lazy("Вебхук"), machine.webhook, outside=True),
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
    paths = settings.AI_CONFIG.get(
        "EXAMINATIONS", ()
    )  # not by conf: a slip elsewhere must be found, not raised
    return (*EXAMINATIONS, *map(import_string, paths))


def examine(*, offline: bool = False, names: Iterable[str] = (), without: Iterable[str] = ()) -> Report:
    """`offline`: ask no server. `names`: only these examinations. `without`: all but these.

    What reads the database runs in the caller's thread, so that it sees the caller's transaction.
    """
    began = timezone.now()
    found = list(examine_each(offline=offline, names=names, without=without))
    places = {one.name: place for place, one in enumerate(examinations())}
    parts = sorted(found, key=lambda part: places[part.examination.name])
    return Report(tuple(parts), spent_since(began))


def examine_each(
    *, offline: bool = False, names: Iterable[str] = (), without: Iterable[str] = ()
) -> Iterator[Part]:
    """The same, each part as soon as it is known; what is not known after PATIENCE comes last, as a fault.

    While the database is away its own part comes first, and only those follow that need no table.
    """
    chosen = _chosen(offline=offline, wanted=set(names), unwanted=set(without))
    database = _part(DATABASE)
    if not _settings_can_be_read():
        chosen = [one for one in chosen if one.name in WITHOUT_SETTINGS]
    if any(one.state is State.FAULT for one in database.findings):
        chosen = [DATABASE, *(one for one in chosen if one.name in WITHOUT_TABLES)]
    deadline, known = time.monotonic() + PATIENCE, SimpleQueue[Part]()
    waiting = {one.name for one in chosen if one.outside}
    language = translation.get_language()
    for one in chosen:
        if one.outside:
            threading.Thread(target=_in_thread, args=(one, known, language), daemon=True).start()
    for one in chosen:
        if not one.outside:
            yield database if one is DATABASE else _part(one)
    while waiting:
        try:
            part = known.get(timeout=max(0.001, deadline - time.monotonic()))
        except Empty:
            break
        waiting.discard(part.examination.name)
        yield part
    yield from (_too_slow(one) for one in chosen if one.name in waiting)


def spent_since(moment: datetime) -> Decimal:
    """USD that the doctor's questions to the model cost since then; unknown while the database is away: 0."""
    try:
        calls = AICall.objects.filter(source=provider.SOURCE, created_at__gte=moment)
        return calls.aggregate(sum=Sum("cost_usd"))["sum"] or Decimal(0)
    except DatabaseError:
        return Decimal(0)


def _settings_can_be_read() -> bool:
    """Else every part would only repeat what the part "settings" says with its cure."""
    try:
        conf.get()
    except ImproperlyConfigured:
        return False
    return True


def _chosen(*, offline: bool, wanted: set[str], unwanted: set[str]) -> list[Examination]:
    return [
        one
        for one in examinations()
        if not (offline and one.outside) and one.name not in unwanted and (not wanted or one.name in wanted)
    ]


def _in_thread(examination: Examination, known: SimpleQueue[Part], language: str | None) -> None:
    """In the language of whoever asks: a new thread speaks the shop's own."""
    try:
        with translation.override(language):
            known.put(_part(examination))
    finally:
        connection.close()


def _part(examination: Examination) -> Part:
    started = time.monotonic()
    try:
        findings = tuple(_redacted(finding) for finding in examination.look())
    except Exception as error:
        logger.exception("The examination %s failed", examination.name)
        text = redacted(
            _("Проверка «{title}» не удалась: {name}: {error}").format(
                title=examination.title, name=type(error).__name__, error=error
            )
        )
        findings = (fault(f"{examination.name}_broken", text, _("Посмотрите журнал: там вся ошибка.")),)
    return Part(examination, findings, time.monotonic() - started)


def _redacted(finding: Finding) -> Finding:
    """What a server answers may quote the key or the address that it was asked with."""
    return replace(finding, text=redacted(finding.text), cure=redacted(finding.cure))


def _too_slow(examination: Examination) -> Part:
    text = _("Проверка «{title}» не кончилась за {PATIENCE:g} с.").format(
        title=examination.title, PATIENCE=PATIENCE
    )
    cure = _("Сервер принимает соединения, но не отвечает: посмотрите на него самого.")
    return Part(examination, (fault(f"{examination.name}_slow", text, cure),), PATIENCE)
