"""What this shop's own REST API does by default: an envelope, versions in the namespace, pages of seven, own errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from second_host.members.models import Member


class GatewayAuthentication(BaseAuthentication):
    """A gateway before the shop says who calls."""

    def authenticate(self, request: Request) -> tuple[Member, None] | None:
        member = Member.objects.filter(email=request.headers.get("X-Gateway-Member", "")).first()
        return (member, None) if member else None


class EnvelopeRenderer(JSONRenderer):
    media_type = "application/vnd.second+json"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return super().render({"payload": data}, accepted_media_type, renderer_context)


class Sevens(PageNumberPagination):
    page_size = 7


def said(error: Exception, context: dict[str, Any]) -> Response | None:
    return Response({"error": type(error).__name__}, status=418)
