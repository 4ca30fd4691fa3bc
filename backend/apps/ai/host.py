"""The host's models that this app's tables point to, the migrations in which they are created, its admin's pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.db.migrations import CreateModel, Migration, RenameModel, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from apps.ai import conf


def product_model() -> type[Model]:
    return apps.get_model(conf.PRODUCT_MODEL)


def category_model() -> type[Model]:
    return apps.get_model(conf.CATEGORY_MODEL)


def person_key(user: Any) -> int | str | None:
    """A user's key as JSON holds it: a number stays one, a UUID becomes its text; None for nobody."""
    key = getattr(user, "pk", None)
    return key if key is None or isinstance(key, int) else str(key)


def admin_address(page: str, *args: Any, on: str = "") -> str:
    """Path of an admin page, `ai_review` or `index`, on the site of that name; where that one has no such page, on the
    default site or another; "" where none is served, as in some workers' projects.
    """
    for name in dict.fromkeys([on, admin.site.name, *sorted(site.name for site in all_sites)]):
        try:
            return reverse(f"admin:{page}", args=args, current_app=name)
        except NoReverseMatch:
            continue
    return ""


def admin_page(page: str) -> str:
    """The absolute address for a message; "" where no admin is served."""
    path = admin_address(page)
    return path and conf.get().site_url.rstrip("/") + path


def created_in(label: str) -> tuple[str, str]:
    """The migration that creates the model, as a dependency: ("warehouse", "0003_item").

    `swappable_dependency` names the app's first migration, which is too early for a model that came later, and
    "__latest__" would make every new migration of the host one that this app's applied ones depend on. An app without
    migrations gets "__first__", which Django passes over.
    """
    app_label, model_name = label.lower().split(".")
    app_label = apps.get_app_config(label.split(".")[0]).label
    squashed = []
    for name, migration in _migrations(app_label):
        if model_name in set(_created(migration.operations)):
            if not migration.replaces:
                return app_label, name
            squashed.append(name)
    return app_label, squashed[0] if squashed else "__first__"


def _migrations(app_label: str) -> Iterator[tuple[str, type[Migration]]]:
    module_name, _ = MigrationLoader.migrations_module(app_label)
    if module_name is None:
        return
    try:
        package = import_module(module_name)
    except ModuleNotFoundError:
        return
    for name in sorted(module.name for module in iter_modules(getattr(package, "__path__", []))):
        if name[0] not in "_~":
            migration = getattr(import_module(f"{module_name}.{name}"), "Migration", None)
            if migration is not None:
                yield name, migration


def _created(operations: Iterable[Any]) -> Iterator[str]:
    """Names, lower case, of the models that exist after these operations and did not before."""
    for operation in operations:
        if isinstance(operation, CreateModel):
            yield operation.name_lower
        elif isinstance(operation, RenameModel):
            yield operation.new_name_lower
        elif isinstance(operation, SeparateDatabaseAndState):
            yield from _created(operation.state_operations)
