"""One import of a source at a time: two would write the same products by turns, each over the other's values."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.parsers.models import ParserRun, RunState

logger = logging.getLogger(__name__)


@contextmanager
def only_import_of(source_name: str) -> Iterator[bool]:
    """Whether no other process imports this source; then none begins until the block ends.

    The lock is PostgreSQL's own and belongs to the connection: it ends with a process that is killed, at once. A trial
    needs none, for it writes nothing.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    key = _key(source_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            _give_back(key)


def busy(source_name: str) -> str:
    """The sentence for a person whose import must wait."""
    running = ParserRun.objects.filter(source_name=source_name, status=RunState.RUNNING, dry_run=False)
    run = running.order_by("-beat_at", "-pk").first()
    if run is None:
        return _("Источник «%(name)s» сейчас импортирует другой процесс. Дождитесь его конца.") % {
            "name": source_name
        }
    said = {
        "name": source_name,
        "number": run.pk,
        "since": date_format(timezone.localtime(run.started_at), "H:i"),
        "done": run.position,
        "total": run.total,
    }
    return (
        _(
            "Источник «%(name)s» уже импортируется: импорт %(number)s с %(since)s, записано %(done)s из %(total)s. "
            "Дождитесь его конца или остановите его."
        )
        % said
    )


def _give_back(key: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    except DatabaseError as error:  # the connection is gone, and the lock with it
        logger.warning("The turn of an import was not given back: %s", error)


def _key(source_name: str) -> int:
    digest = hashlib.sha256(f"parsers.import:{source_name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
