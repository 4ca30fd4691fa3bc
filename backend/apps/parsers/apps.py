from django.apps import AppConfig


class ParsersConfig(AppConfig):
    name = "apps.parsers"
    label = "parsers"
    verbose_name = "Парсеры"

    def ready(self) -> None:
        from apps.parsers import signals  # noqa: F401, PLC0415  (connects the receiver)
