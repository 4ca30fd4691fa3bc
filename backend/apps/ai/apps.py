from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AIConfig(AppConfig):
    name = "apps.ai"
    label = "ai"
    verbose_name = _("ИИ-карточки")

    def ready(self) -> None:
        from apps.ai import checks, host_checks  # noqa: F401, PLC0415  (registers the system checks)
