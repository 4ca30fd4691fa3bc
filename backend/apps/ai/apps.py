from django.apps import AppConfig


class AIConfig(AppConfig):
    name = "apps.ai"
    label = "ai"
    verbose_name = "ИИ-карточки"

    def ready(self) -> None:
        from apps.ai import checks, host_checks  # noqa: F401, PLC0415  (registers the system checks)
