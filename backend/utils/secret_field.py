"""Secrets in the database: encrypted at rest, and never shown by accident.

Encrypted with Fernet (AES and HMAC) under a key made of SECRET_KEY; SECRET_KEY_FALLBACKS still decrypt.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from utils.secret import Secret

if TYPE_CHECKING:
    _TextField = models.TextField[Secret | str, Secret]
else:
    _TextField = models.TextField


class SecretField(_TextField):
    """A text column whose attribute is a `Secret`. A value that no key opens any more reads as empty."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret:
        return Secret(_opened(value or ""))

    def to_python(self, value: Any) -> Secret:
        return value if isinstance(value, Secret) else Secret(value or "")

    def get_prep_value(self, value: Any) -> str:
        text = self.to_python(value).reveal()
        return _keys().encrypt(text.encode()).decode("ascii") if text else ""

    def value_to_string(self, obj: models.Model) -> str:
        """For fixtures: a dump of the data holds no secret."""
        return ""

    def get_default(self) -> Secret:
        return Secret("")


def _opened(value: str) -> str:
    try:
        return _keys().decrypt(value).decode() if value else ""
    except InvalidToken:
        return ""


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"secret-field:" + secret.encode()).digest())
