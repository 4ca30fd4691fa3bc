"""The sandbox with its supplier's products imported, and two people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from apps.ai.services import composition


@pytest.fixture
def sandbox(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.QDRANT = {**settings.QDRANT, "PATH": str(tmp_path / "qdrant")}
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CACHE_SECONDS": 0.0}  # each test has a tree of its own
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_sandbox", verbosity=0)
    call_command("init_qdrant", verbosity=0)
    call_command("sync_categories", verbosity=0)
    yield
    composition.forget()


@pytest.fixture
def owner(transactional_db: None) -> User:
    return User.objects.create_superuser("owner", "owner@example.com", "a-secret-word")


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client
