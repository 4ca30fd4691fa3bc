from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from apps.users.groups import MODERATOR_GROUP, MODERATOR_PERMISSIONS, sync_groups
from apps.users.models import User

pytestmark = pytest.mark.django_db


def group_permissions() -> set[str]:
    group = Group.objects.get(name=MODERATOR_GROUP)
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{label}.{codename}" for label, codename in rows}


def test_migrations_make_the_moderators_group_with_exactly_its_permissions() -> None:
    expected = {f"{label}.{codename}" for label, names in MODERATOR_PERMISSIONS.items() for codename in names}
    assert group_permissions() == expected


def test_a_second_migration_keeps_permissions_added_by_hand() -> None:
    before = group_permissions()
    group = Group.objects.get(name=MODERATOR_GROUP)
    added = group.permissions.model.objects.get(codename="add_brand")
    group.permissions.add(added)
    for label in ("products", "ai", "sessions"):
        sync_groups(apps.get_app_config(label))
    assert group_permissions() == before | {"products.add_brand"}
    assert Group.objects.filter(name=MODERATOR_GROUP).count() == 1


def test_a_user_is_called_by_the_full_name_or_the_login() -> None:
    assert str(User(username="anna")) == "anna"
    assert str(User(username="anna", first_name="Анна", last_name="Ким")) == "Анна Ким"


def test_the_admin_pages_of_people_open(admin_client: Client, moderator: User) -> None:
    for url in (
        reverse("admin:users_user_changelist"),
        reverse("admin:users_user_add"),
        reverse("admin:users_user_change", args=[moderator.pk]),
        reverse("admin:auth_group_changelist"),
    ):
        assert admin_client.get(url).status_code == 200


def test_a_moderator_cannot_open_the_pages_of_people(client: Client, moderator: User) -> None:
    client.force_login(moderator)
    assert client.get(reverse("admin:users_user_changelist")).status_code == 403
