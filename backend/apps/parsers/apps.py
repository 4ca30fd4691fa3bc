from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParsersConfig(AppConfig):
    name = "apps.parsers"
    label = "parsers"
    verbose_name = _("Парсеры")

    def ready(self) -> None:
        from apps.parsers import signals  # noqa: F401, PLC0415  (connects the receiver)
