from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, DjangoModelPermissions, IsAdminUser
from rest_framework.request import Request
from rest_framework.views import APIView

MODERATE = "ai.moderate_aiprocessinglog"


class IsStaffReader(IsAdminUser):
    """Staff may read."""


class MayModerate(IsAdminUser):
    """Staff may read; who writes needs the moderators' permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        return request.method in SAFE_METHODS or request.user.has_perm(MODERATE)


class StaffModelPermissions(IsAdminUser, DjangoModelPermissions):
    """Staff only, and writing as Django's model permissions say."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return IsAdminUser.has_permission(self, request, view) and DjangoModelPermissions.has_permission(
            self, request, view
        )
