"""The shop's groups: moderators decide on cards and change nothing else; owners see the money and set rules, too."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

MODERATOR_GROUP = "Модераторы карточек"
OWNER_GROUP = "Владельцы магазина"

MODERATOR_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "ai": (
        "view_aiprocessinglog",
        "change_aiprocessinglog",
        "moderate_aiprocessinglog",
        "view_aimoderationqueue",
        "change_aimoderationqueue",
        "view_aitemplate",
        "view_appliedchange",
        "view_storedpicture",
    ),
    "products": ("view_product", "view_productimage", "view_category", "view_brand", "view_supplier"),
}


def _all(acts: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{act}_{model}" for model in models for act in acts.split())


OWNER_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "ai": (
        *MODERATOR_PERMISSIONS["ai"],
        "overrule_aiprocessinglog",
        "change_appliedchange",
        "change_storedpicture",
        *_all("add change delete", "aitemplate"),
        *_all("view add delete", "aiapitoken"),
        *_all("view add change delete", "aiwebhook", "aihouserules"),
        "view_aitrial",
        *_all("view change", "aiwebhookdelivery"),
        *_all("view change", "aimassrun", "servicepause"),
        *_all("view add change", "aiprice"),
        *_all("view", "aibudgetperiod", "aicall", "aieditmeasure", "aileafletsection", "trouble"),
    ),
    "parsers": _all("view add change", "parserrun", "parsersource", "suppliermapping"),
    "products": (
        *MODERATOR_PERMISSIONS["products"],
        *_all("add change", "product", "productimage", "category", "brand", "supplier"),
    ),
}
GROUPS = {MODERATOR_GROUP: MODERATOR_PERMISSIONS, OWNER_GROUP: OWNER_PERMISSIONS}


def sync_groups(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """Give the groups their permissions on the app that was just migrated; permissions added by hand stay."""
    for name, permissions in GROUPS.items():
        if sender.label in permissions:
            _give(name, sender.label, permissions[sender.label], using=using)


def _give(name: str, label: str, codenames: Iterable[str], *, using: str) -> None:
    group, _ = Group.objects.using(using).get_or_create(name=name)
    group.permissions.add(
        *Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
    )
