"""Issue, find and revoke tokens of the API. The token itself is returned once and stored nowhere."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.ai.models import AIApiToken

#: Says what it is to a secret scanner, and to whoever finds it in a log.
PREFIX = "aicard_"
#: `last_used_at` is not written more often: a busy client would rewrite one row with every request.
USED_EVERY = timedelta(minutes=1)


def issue(
    *, user: Any, name: str, by: Any | None, expires_at: datetime | None = None
) -> tuple[AIApiToken, str]:
    """The row, and the token to show to the person who asked for it."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = AIApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(token),
        start=token[: len(PREFIX) + 4],
        created_by=by,
        expires_at=expires_at,
    )
    return row, token


def find(token: str) -> AIApiToken | None:
    """The valid token of a user who may still log in; notes that it was used."""
    if not token.startswith(PREFIX):
        return None
    row = AIApiToken.objects.valid().select_related("user").filter(digest=_digest(token)).first()
    if row is None or not row.user.is_active:
        return None
    now = timezone.now()
    seldom = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_EVERY)
    if row.last_used_at is None or row.last_used_at < now - USED_EVERY:
        AIApiToken.objects.filter(seldom, pk=row.pk).update(last_used_at=now)
    return row


def revoke(row: AIApiToken) -> bool:
    """False when it was revoked before."""
    return bool(
        AIApiToken.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
