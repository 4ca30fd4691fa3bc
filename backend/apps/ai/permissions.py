from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, DjangoModelPermissions, IsAdminUser
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.ai.models.processing import MODERATE as MODERATE

VIEW_RUNS = "ai.view_aiprocessinglog"


class MaySeeRuns(IsAdminUser):
    """Staff with the right to see runs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request.user.has_perm(VIEW_RUNS)


class MayModerate(MaySeeRuns):
    """The same; who writes needs the moderators' permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        return request.method in SAFE_METHODS or request.user.has_perm(MODERATE)


class MaySetRules(IsAdminUser):
    """Staff who write the rules for cards: a trial costs money."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request.user.has_perm("ai.add_aihouserules")


class StaffModelPermissions(IsAdminUser, DjangoModelPermissions):
    """Staff only; reading and writing as Django's model permissions say."""

    perms_map = {**DjangoModelPermissions.perms_map, "GET": ["%(app_label)s.view_%(model_name)s"]}

    def has_permission(self, request: Request, view: APIView) -> bool:
        return IsAdminUser.has_permission(self, request, view) and DjangoModelPermissions.has_permission(
            self, request, view
        )
