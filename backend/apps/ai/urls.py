from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from apps.ai import views

router = DefaultRouter()
router.register("logs", views.AIProcessingLogViewSet, basename="ai-logs")
router.register("moderation", views.AIModerationQueueViewSet, basename="ai-moderation")
router.register("templates", views.AITemplateViewSet, basename="ai-templates")

urlpatterns = [
    path("", include(router.urls)),
    path("stats/", views.AIStatsView.as_view(), name="ai-stats"),
    path("process/<int:product_id>/", views.ProcessProductView.as_view(), name="ai-process"),
]
