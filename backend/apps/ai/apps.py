from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AIConfig(AppConfig):
    name = "apps.ai"
    label = "ai"
    verbose_name = _("ИИ-карточки")

    def ready(self) -> None:
        from apps.ai import checks, host_checks  # noqa: F401, PLC0415  (registers the system checks)
        from apps.ai.services.runs.stock import note_stock  # noqa: PLC0415

        post_migrate.connect(note_stock, sender=self, dispatch_uid="ai.note_stock")
