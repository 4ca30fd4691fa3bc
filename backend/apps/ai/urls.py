from __future__ import annotations

from django.urls import include, path, re_path
from rest_framework.permissions import IsAdminUser
from rest_framework.routers import APIRootView, DefaultRouter

from apps.ai import views
from apps.ai.api import bulk, products
from apps.ai.rest import AIView


class Contents(AIView, APIRootView):
    """What there is."""

    permission_classes = [IsAdminUser]


class Router(DefaultRouter):
    APIRootView = Contents


router = Router()
router.register("logs", views.AIProcessingLogViewSet, basename="ai-logs")
router.register("moderation", views.AIModerationQueueViewSet, basename="ai-moderation")
router.register("templates", views.AITemplateViewSet, basename="ai-templates")
router.register("trials", products.TrialViewSet, basename="ai-trials")
router.register("bulk", bulk.BulkViewSet, basename="ai-bulk")

urlpatterns = [
    path("", include(router.urls)),
    path("products/<int:product_id>/history/", products.HistoryView.as_view(), name="ai-history"),
    path("preview/<int:product_id>/", products.PreviewView.as_view(), name="ai-preview"),
    path("stats/", views.AIStatsView.as_view(), name="ai-stats"),
    path("process/<int:product_id>/", views.ProcessProductView.as_view(), name="ai-process"),
    # In the API's own form; a path that lacks its last slash is still sent on to the one that has it.
    re_path(r"^.*/$", views.NoSuchPage.as_view()),
]
