"""Findings that a person looked at and took off the card, each with a reason; they stay on the run's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai.host import person_key
from apps.ai.issue_codes import RULES
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services.people import card_leases, deciding
from apps.ai.types import fingerprint

LONGEST_REASON = 500


def key_of(reason: Mapping[str, Any]) -> str:
    """Names a finding of a run: its code, field and words."""
    return fingerprint(reason["code"], reason.get("field", ""), reason["message"])[:12]


def overrule_finding(
    run: AIProcessingLog,
    key: str,
    *,
    by: Any,
    reason: str,
    version: str | None = None,
    overrule: bool = False,
) -> None:
    """Take a finding off the card; an empty `reason` puts one back that was taken off.

    Raises ValidationError for a finding that the run has not, or a reason that is too long; what decisions raise.
    """
    with transaction.atomic():
        deciding.lock(run)
        deciding.check_state(run, Status.REJECTED)
        deciding.check_holder(run, by=by, overrule=overrule)
        deciding.check_version(run, by=by, seen=version)
        found = next((one for one in run.reasons if key_of(one) == key), None)
        if found is None:
            raise ValidationError({"key": _("Такого замечания у карточки нет.")})
        if len(reason) > LONGEST_REASON:
            raise ValidationError({"reason": _("Длиннее %(most)s символов.") % {"most": LONGEST_REASON}})
        _write(run, key, found, by=by, reason=reason.strip())
        card_leases.prolong(run, by=by)


def _write(run: AIProcessingLog, key: str, found: Mapping[str, Any], *, by: Any, reason: str) -> None:
    now = timezone.now()
    rest = {name: entry for name, entry in run.overruled.items() if name != key}
    if reason:
        rest[key] = {"by": person_key(by), "name": str(by), "at": now.isoformat(), "reason": reason}
    run.overruled = rest
    note = ": ".join(filter(None, (_about(str(found["code"])), reason)))
    run.note("overrule" if reason else "restore", by=by, at=now, note=note)
    AIProcessingLog.objects.filter(pk=run.pk).update(
        overruled=run.overruled, history=run.history, version=F("version") + 1, updated_at=now
    )
    run.version += 1


def _about(code: str) -> str:
    return RULES[code].about if code in RULES else code
