"""A new key comes first, everything is written under it, and the former one may go."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.parsers.models import ParserSource
from utils import secret_field
from utils.secret import Secret

pytestmark = pytest.mark.django_db
OLD, NEW = "old-key-" * 8, "new-key-" * 8


def sealed() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, cookies FROM parsers_parsersource")
        return dict(cursor.fetchall())


def source(name: str, cookies: str) -> ParserSource:
    return ParserSource.objects.create(name=name, cookies=Secret(cookies))


def test_after_the_rotation_the_former_key_is_needed_no_more(settings: Any, capsys: Any) -> None:
    settings.SECRET_KEY = OLD
    one, empty = source("one", "sid=1"), source("two", "")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    young = source("three", "sid=3")
    before = sealed()

    call_command("rotate_secrets", "--dry-run")
    assert "ParserSource.cookies: 1 to be renewed, 1 current" in capsys.readouterr().out
    assert sealed() == before

    call_command("rotate_secrets")
    assert "ParserSource.cookies: 1 renewed, 1 current" in capsys.readouterr().out
    after = sealed()
    assert after[one.pk] != before[one.pk]
    assert (after[empty.pk], after[young.pk]) == ("", before[young.pk])
    settings.SECRET_KEY_FALLBACKS = []
    read = {row.pk: row.cookies.reveal() for row in ParserSource.objects.all()}
    assert read == {one.pk: "sid=1", empty.pk: "", young.pk: "sid=3"}

    call_command("rotate_secrets")
    assert sealed() == after


def test_without_the_rotation_the_secret_is_lost_with_its_key(settings: Any) -> None:
    """What the command is for: the field reads such a value as empty."""
    settings.SECRET_KEY = OLD
    source("one", "sid=1")
    settings.SECRET_KEY = NEW
    assert ParserSource.objects.get().cookies.reveal() == ""


def test_what_no_key_opens_is_named_and_left_alone(settings: Any) -> None:
    settings.SECRET_KEY = OLD
    row = source("one", "sid=1")
    settings.SECRET_KEY = NEW
    before = sealed()
    with pytest.raises(CommandError, match="1 secrets are under a key") as error:
        call_command("rotate_secrets")
    assert error.value.returncode == 1
    assert sealed() == before
    settings.SECRET_KEY_FALLBACKS = [OLD]  # the key was found after all
    call_command("rotate_secrets")
    row.refresh_from_db()
    assert row.cookies.reveal() == "sid=1"


def test_a_value_that_changed_meanwhile_is_not_overwritten(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECRET_KEY = OLD
    row = source("one", "sid=1")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    keys = secret_field._keys()

    class Meddling:
        def rotate(self, token: str) -> bytes:
            ParserSource.objects.filter(pk=row.pk).update(cookies=Secret("sid=2"))
            return keys.rotate(token)

    with monkeypatch.context() as patched:
        column = next(one for one in secret_field.columns() if one.name == "cookies")
        made = iter([Meddling()])
        patched.setattr(secret_field, "_keys", lambda: next(made, keys))
        secret_field.rotate(column)
    row.refresh_from_db()
    assert row.cookies.reveal() == "sid=2"


def test_every_column_of_secrets_is_found() -> None:
    names = {f"{field.model.__name__}.{field.name}" for field in secret_field.columns()}
    assert {
        "ParserSource.cookies",
        "ParserSource.headers",
        "ParserSource.proxy",
        "ParserRun.address",
    } <= names
