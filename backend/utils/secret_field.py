"""Secrets in the database: encrypted at rest, and never shown by accident.

Encrypted with Fernet (AES and HMAC) under a key made of SECRET_KEY; SECRET_KEY_FALLBACKS still decrypt.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast

from utils.secret import Secret

if TYPE_CHECKING:
    _TextField = models.TextField[Secret | str, Secret]
else:
    _TextField = models.TextField


class SecretField(_TextField):
    """A text column whose attribute is a `Secret`. A value that no key opens any more reads as empty."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret:
        return Secret(opened_or_none(value or "") or "")

    def to_python(self, value: Any) -> Secret:
        return value if isinstance(value, Secret) else Secret(value or "")

    def get_prep_value(self, value: Any) -> str:
        return sealed(self.to_python(value).reveal())

    def value_to_string(self, obj: models.Model) -> str:
        """For fixtures: a dump of the data holds no secret."""
        return ""

    def get_default(self) -> Secret:
        return self.to_python(super().get_default())


def sealed(text: str) -> str:
    """As it lies in the database; "" stays empty."""
    return _keys().encrypt(text.encode()).decode("ascii") if text else ""


def opened_or_none(value: str) -> str | None:
    """The text behind it; None when no key opens it."""
    try:
        return _keys().decrypt(value).decode() if value else ""
    except InvalidToken:
        return None


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"secret-field:" + secret.encode()).digest())


class Rotation(NamedTuple):
    """How many values were written anew, how many were under the first key already, and rows that no key opens."""

    renewed: int
    current: int
    unreadable: list[object]


def rotate(field: SecretField, *, dry_run: bool = False) -> Rotation:
    """Encrypt every value of the column under SECRET_KEY, those under SECRET_KEY_FALLBACKS anew.

    Each is written only if nobody has changed it meanwhile; what no key opens stays as it is, as its key may be found.
    """
    first, renewed, current, unreadable = Fernet(_derived(settings.SECRET_KEY)), 0, 0, []
    rows = field.model._base_manager.annotate(sealed=Cast(field.name, models.TextField())).exclude(sealed="")
    for pk, sealed in rows.order_by("pk").values_list("pk", "sealed").iterator(chunk_size=500):
        try:
            first.decrypt(sealed)
            current += 1
            continue
        except InvalidToken:
            pass
        try:
            anew = _keys().rotate(sealed).decode("ascii")
        except InvalidToken:
            unreadable.append(pk)
            continue
        if not dry_run:
            rows.filter(pk=pk, sealed=sealed).update(**{field.name: Value(anew, models.TextField())})
        renewed += 1
    return Rotation(renewed, current, unreadable)


def columns() -> list[SecretField]:
    """Every column of the project that holds secrets."""
    found = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [field for field in found if isinstance(field, SecretField)]
