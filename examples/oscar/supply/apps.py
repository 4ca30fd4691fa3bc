from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "supply"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from supply import signals  # noqa: F401, PLC0415 - receivers register themselves
