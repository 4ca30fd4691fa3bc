"""The broker and who works behind it: is the queue routed, do workers and beat show signs of life."""

from __future__ import annotations

import os
from collections.abc import Iterator

from celery import current_app
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.ai import conf
from apps.ai.models import ProcessSign
from apps.ai.services.doctor.findings import Finding, fault, ok, warning
from apps.ai.services.worker import signs

QUEUE = "ai"
TASK = "apps.ai.tasks.process_product_ai"
START_WORKER = gettext_noop("Запустите исполнителя: celery -A {project} worker -Q ai --pool threads.")
START_BEAT = gettext_noop("Запустите планировщик: celery -A {project} beat (ровно один).")


def broker() -> Iterator[Finding]:
    try:
        with current_app.connection_for_write(connect_timeout=4) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=4)
            place = connection.as_uri()  # without the password
    except Exception as error:  # every transport has exceptions of its own
        yield fault(
            "broker_away",
            _("Брокер не отвечает: {name}: {error}").format(name=type(error).__name__, error=error),
            _("Запустите Redis и проверьте REDIS_URL (или CELERY_BROKER_URL)."),
        )
        return
    yield ok("broker", _("Брокер отвечает: {place}.").format(place=place))


def routing() -> Iterator[Finding]:
    routed = current_app.amqp.router.route({}, TASK)["queue"].name
    if routed != QUEUE:
        yield fault(
            "queue_not_routed",
            _("Задачи ИИ уходят в очередь {routed}, а исполнитель слушает {QUEUE}.").format(
                routed=routed, QUEUE=QUEUE
            ),
            _('Верните в CELERY_TASK_ROUTES строку "apps.ai.tasks.*": {"queue": "ai"}.'),
        )
    visibility, needed = conf.get().broker.visibility_timeout, conf.longest_task()
    if visibility is not None and visibility <= needed:
        yield fault(
            "visibility_too_short",
            _(
                "visibility_timeout брокера ({visibility:g} с) не больше времени работы ({needed:g} "
                "с): сообщения придут дважды."
            ).format(visibility=visibility, needed=needed),
            _("Поставьте в CELERY_BROKER_TRANSPORT_OPTIONS visibility_timeout больше {needed:g}.").format(
                needed=needed
            ),
        )


def processes() -> Iterator[Finding]:
    """By the signs that workers and beat leave in the database, so it is known without asking through the broker."""
    workers = [sign for sign in signs.fresh(ProcessSign.Kind.WORKER) if QUEUE in sign.queues]
    if workers:
        yield ok(
            "worker", _("Исполнителей очереди {QUEUE}: {count}.").format(QUEUE=QUEUE, count=len(workers))
        )
    else:
        last = _last_seen(ProcessSign.Kind.WORKER)
        yield fault(
            "no_worker",
            _("Нет исполнителя очереди {QUEUE}{last}.").format(QUEUE=QUEUE, last=last),
            _(START_WORKER).format(project=_project()),
        )
    if signs.fresh(ProcessSign.Kind.BEAT):
        yield ok("beat", _("Планировщик работает."))
    else:
        yield fault(
            "no_beat",
            _("Нет планировщика (beat){last_seen}.").format(last_seen=_last_seen(ProcessSign.Kind.BEAT)),
            _(START_BEAT).format(project=_project()),
        )
    if workers and not signs.fresh(ProcessSign.Kind.SWEEP):
        yield warning(
            "no_sweep",
            _("Обход очереди давно не заканчивался{last_seen}.").format(
                last_seen=_last_seen(ProcessSign.Kind.SWEEP)
            ),
            _(
                "Если планировщик и исполнитель работают, у исполнителя нет свободных мест: посмотрите его журнал."
            ),
        )


def _last_seen(kind: ProcessSign.Kind) -> str:
    sign = ProcessSign.objects.filter(kind=kind).order_by("-at").first()
    return "" if sign is None else _(", последний знак {age} назад").format(age=sign.age)


def _project() -> str:
    """The package that holds the settings, and by custom the Celery app."""
    return os.environ.get("DJANGO_SETTINGS_MODULE", "config").partition(".")[0]
