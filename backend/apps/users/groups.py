"""The moderators' group: what a person may do who decides on cards and changes nothing else."""

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

MODERATOR_GROUP = "Модераторы карточек"

MODERATOR_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "ai": (
        "view_aiprocessinglog",
        "change_aiprocessinglog",
        "moderate_aiprocessinglog",
        "view_aimoderationqueue",
        "change_aimoderationqueue",
        "view_aitemplate",
        "view_appliedchange",
    ),
    "products": ("view_product", "view_productimage", "view_category", "view_brand", "view_supplier"),
}


def sync_moderator_group(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """Give the group its permissions on the app that was just migrated; permissions added by hand stay."""
    codenames = MODERATOR_PERMISSIONS.get(sender.label)
    if codenames is None:
        return
    group, _ = Group.objects.using(using).get_or_create(name=MODERATOR_GROUP)
    group.permissions.add(
        *Permission.objects.using(using).filter(content_type__app_label=sender.label, codename__in=codenames)
    )
