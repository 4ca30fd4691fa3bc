"""`Authorization: Bearer aicard_…`: a token instead of a session or a password, which would be hashed per request."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.ai.models import AIApiToken
from apps.ai.services.outside import tokens

KEYWORD = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """Other schemes of the header are left to other classes."""

    def authenticate(self, request: Request) -> tuple[Any, AIApiToken] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != KEYWORD.lower():
            return None
        row = tokens.find(token.strip())
        if row is None:
            raise AuthenticationFailed(_("Токен неизвестен, отозван или истёк."))
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}
