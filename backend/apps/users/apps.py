from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "apps.users"
    label = "users"
    verbose_name = _("Пользователи")

    def ready(self) -> None:
        from apps.users.groups import sync_groups  # noqa: PLC0415  (models load first)

        post_migrate.connect(sync_groups, dispatch_uid="users.sync_groups")
