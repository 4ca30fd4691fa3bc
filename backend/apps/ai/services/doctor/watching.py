"""Troubles that last: people are told once when one begins, with its cure, and once when it is over.

Runs on the default queue, not on `ai`: when the AI worker is dead, somebody else must notice.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.ai.host import admin_page
from apps.ai.models import Trouble
from apps.ai.services.doctor.examining import examine
from apps.ai.services.doctor.findings import Finding, State
from apps.ai.services.money import alerts

logger = logging.getLogger(__name__)

#: What is looked at every AI_WATCH_SECONDS. Nothing here costs money.
WATCHED = ("processes", "broker", "vectors", "storage", "disk", "pauses", "money", "failures")
#: Those who notice these first send the alert at once (`money.breaker`, `money.budgets`, `money.alerts`).
ANNOUNCED = {"provider_paused", "budget_empty", "failures"}
#: A fault that the next look does not find any more disturbed nobody.
PATIENCE = timedelta(seconds=getattr(settings, "AI_WATCH_SECONDS", 20.0) / 2)


def watch() -> dict[str, int]:
    """Returns how many troubles began, were announced and ended."""
    faults = {one.code: one for one in examine(names=WATCHED).findings if one.state is State.FAULT}
    now = timezone.now()
    began = sum(_note(finding) for finding in faults.values())
    ended = announced = 0
    for trouble in Trouble.objects.open():
        if trouble.code not in faults:
            ended += _end(trouble)
        elif trouble.announced_at is None and trouble.since <= now - PATIENCE:
            announced += _announce(trouble)
    return {"began": began, "announced": announced, "ended": ended}


def _note(finding: Finding) -> bool:
    open_one = Trouble.objects.open().filter(code=finding.code)
    if open_one.update(text=finding.text, cure=finding.cure, seen_at=timezone.now()):
        return False
    _, created = Trouble.objects.get_or_create(
        code=finding.code, over_at=None, defaults={"text": finding.text, "cure": finding.cure}
    )
    return created


def _announce(trouble: Trouble) -> bool:
    """Only whoever marks the row sends: two watchers send one alert."""
    won = Trouble.objects.filter(pk=trouble.pk, announced_at=None).update(announced_at=timezone.now())
    if won and trouble.code not in ANNOUNCED:
        text = f"{trouble.text}\nЧто делать: {trouble.cure}\n{admin_page('ai_trouble_changelist')}"
        alerts.send_after_commit(f"ИИ-карточки: {trouble.text[:90]}", text)
    return bool(won)


def _end(trouble: Trouble) -> bool:
    with transaction.atomic():
        won = Trouble.objects.open().filter(pk=trouble.pk).update(over_at=timezone.now())
        if won and trouble.announced_at is not None:
            lasted = timezone.now() - trouble.since
            alerts.send_after_commit(
                f"ИИ-карточки: устранено — {trouble.text[:80]}",
                f"{trouble.text}\nДлилось {str(lasted).partition('.')[0]}.",
            )
    return bool(won)
