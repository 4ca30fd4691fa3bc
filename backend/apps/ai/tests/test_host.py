"""What ties the app's tables to a host's models, and the checks that say when it cannot be done."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.sessions.models import Session
from django.urls import clear_url_caches, path
from unfold.sites import UnfoldAdminSite

from apps.ai import conf, host_checks
from apps.ai.admin.sites import register_on
from apps.ai.catalog.model_catalog import ModelCatalog
from apps.ai.host import admin_page, created_in, product_model
from apps.products.ai_catalog import ShopCatalog
from apps.products.models import Product

APP = Path(django_settings.BACKEND_DIR) / "apps" / "ai"
HEAD = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    "
ITEM = "operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])]"


@pytest.fixture
def migrations_of_products(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package that Django takes for the migrations of `products`."""
    package = tmp_path / "migrations_of_a_host"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        monkeypatch.delitem(sys.modules, name)
    settings.MIGRATION_MODULES = {"products": package.name}
    return package


def test_this_shops_models_are_the_defaults() -> None:
    assert product_model() is Product
    assert created_in("products.Product") == ("products", "0001_initial")


def test_a_model_that_came_later_is_waited_for(migrations_of_products: Path) -> None:
    (migrations_of_products / "0001_start.py").write_text(f"{HEAD}operations = []", encoding="utf-8")
    (migrations_of_products / "0002_goods.py").write_text(f"{HEAD}{ITEM}", encoding="utf-8")
    (migrations_of_products / "0003_more.py").write_text(f"{HEAD}operations = []", encoding="utf-8")
    assert created_in("products.Item") == ("products", "0002_goods")


def test_a_renamed_model_is_there_from_its_new_name_on(migrations_of_products: Path) -> None:
    (migrations_of_products / "0001_goods.py").write_text(f"{HEAD}{ITEM}", encoding="utf-8")
    renamed = "operations = [migrations.RenameModel('Item', 'Article')]"
    (migrations_of_products / "0002_renamed.py").write_text(f"{HEAD}{renamed}", encoding="utf-8")
    assert created_in("products.Article") == ("products", "0002_renamed")


def test_a_table_that_was_there_before_counts_by_its_state(migrations_of_products: Path) -> None:
    created = ITEM.removeprefix("operations = ")
    adopted = f"operations = [migrations.SeparateDatabaseAndState(state_operations={created})]"
    (migrations_of_products / "0001_adopted.py").write_text(f"{HEAD}{adopted}", encoding="utf-8")
    assert created_in("products.Item") == ("products", "0001_adopted")


def test_of_a_squash_and_its_parts_the_part_is_named(migrations_of_products: Path) -> None:
    """Django puts the squash in its place; with the parts deleted, the squash itself is named."""
    squash = f"{HEAD}replaces = [('products', '0002_goods')]\n    {ITEM}"
    (migrations_of_products / "0001_squashed.py").write_text(squash, encoding="utf-8")
    assert created_in("products.Item") == ("products", "0001_squashed")
    (migrations_of_products / "0002_goods.py").write_text(f"{HEAD}{ITEM}", encoding="utf-8")
    assert created_in("products.Item") == ("products", "0002_goods")


def test_an_app_without_migrations_needs_no_waiting(settings: Any) -> None:
    settings.MIGRATION_MODULES = {"products": None}
    assert created_in("products.Product") == ("products", "__first__")


def test_a_key_that_is_no_number_is_refused_with_a_cure() -> None:
    (error,) = host_checks._integer_key("AI_PRODUCT_MODEL", Session)
    assert (error.id, "BigAutoField" in (error.hint or "")) == ("ai.E040", True)
    assert "sessions.Session" in error.msg
    assert list(host_checks._integer_key("AI_PRODUCT_MODEL", Product)) == []


class RussianCatalog(ShopCatalog):
    def languages(self) -> tuple[str, ...]:
        return ("ru",)


def test_a_language_that_the_shop_has_no_place_for(settings: Any) -> None:
    catalog = f"{__name__}.RussianCatalog"
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CATALOG": catalog, "DEFAULT_LANGUAGE": "en"}
    assert [message.id for message in host_checks.check_host()] == ["ai.E042"]


class HalfCatalog(ModelCatalog):
    """Lacks every method that a shop writes."""


def test_an_adapter_that_is_half_written(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CATALOG": f"{__name__}.HalfCatalog"}
    (error,) = host_checks.check_host()
    assert error.id == "ai.E041"
    assert "snapshots" in error.msg


#: A query path into the host's tables, a page of its admin, a name that only this shop's models have.
PATHS = re.compile(
    r"\b(?!stage_results__)(?:\w+__)?(?:product|category|suggested_category|final_category|branch|moderator)__"
    r"(?!isnull|in\b|category_id)\w+|admin:(?!ai_|index)\w+|\busername\b|apps\.(?:products|users|parsers)"
)


def test_nothing_in_the_app_names_the_host() -> None:
    files = [
        path
        for path in APP.rglob("*")
        if path.suffix in {".py", ".html"} and "tests" not in path.relative_to(APP).parts
    ]
    assert len(files) > 150
    found = {
        f"{path.relative_to(APP)}: {match[0]}"
        for path in files
        for match in PATHS.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize("path", sorted((APP / "migrations").glob("0*.py")), ids=lambda path: path.stem)
def test_no_migration_names_the_host(path: Path) -> None:
    """`makemigrations` writes this shop's labels: replace them, as 0001 does, by those of `conf`."""
    # "products.Product", ("products", "0001_initial")
    label = r"['\"](?:products|users)(?:\.[^'\"]*['\"]|['\"],\s*['\"])"
    assert re.findall(label, path.read_text(encoding="utf-8")) == []


class PlainSite(AdminSite):
    """A site as Django's documentation writes it: its pages answer 500 where unfold's templates are in force."""


class UnfoldSite(UnfoldAdminSite):  # type: ignore[misc]
    """As docs/plug-in.md asks for."""


plain, own = PlainSite(name="backoffice"), UnfoldSite(name="counter")
for _site in (plain, own):
    register_on(_site)
_patterns: dict[str, list[Any]] = {
    "plain": [path("b/", plain.urls)],
    "own": [path("c/", own.urls)],
    "none": [],
    "both": [path("c/", own.urls), path("admin/", admin.site.urls)],
}
for _name, _urls in _patterns.items():
    sys.modules[f"{__name__}_{_name}"] = module = ModuleType(_name)
    module.urlpatterns = _urls  # type: ignore[attr-defined]


def _said_of(settings: Any, urls: str) -> list[tuple[str | None, bool]]:
    settings.ROOT_URLCONF = f"{__name__}_{urls}"
    clear_url_caches()
    return [(message.id, "backoffice" in message.msg) for message in host_checks.check_admin_sites()]


def test_an_admin_site_of_the_hosts(settings: Any) -> None:
    assert _said_of(settings, "plain") == [("ai.E043", True)]
    assert _said_of(settings, "own") == []
    assert _said_of(settings, "both") == []
    assert _said_of(settings, "none") == [("ai.W045", False)]


def test_a_default_site_that_unfold_replaced(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `has_permission` would silently be out of force."""
    monkeypatch.setattr(apps.get_app_config("admin"), "default_site", f"{__name__}.UnfoldSite")
    (error,) = host_checks.check_admin_sites()
    assert (error.id, "UnfoldSite" in error.msg, "BasicAppConfig" in (error.hint or "")) == (
        "ai.E044",
        True,
        True,
    )


def test_unfold_behind_djangos_admin(settings: Any) -> None:
    settings.INSTALLED_APPS = [*(name for name in settings.INSTALLED_APPS if name != "unfold"), "unfold"]
    assert [message.id for message in host_checks.check_admin_sites()] == ["ai.E047"]


def test_an_env_that_is_read_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conf, "ENVIRONMENT", frozenset(os.environ))
    assert list(host_checks.check_environment()) == []
    monkeypatch.setenv("AI_OF_A_LATE_ENV", "1")
    (warning,) = host_checks.check_environment()
    assert (warning.id, "AI_OF_A_LATE_ENV" in warning.msg) == ("ai.W046", True)
    monkeypatch.setattr(conf, "ENVIRONMENT", None)
    assert list(host_checks.check_environment()) == []


def test_an_alert_in_a_project_without_an_admin(settings: Any) -> None:
    settings.SITE_URL = "https://shop.example/"
    settings.ROOT_URLCONF = f"{__name__}_none"
    clear_url_caches()
    assert admin_page("ai_servicepause_changelist") == ""
    settings.ROOT_URLCONF = f"{__name__}_own"
    clear_url_caches()
    assert admin_page("ai_servicepause_changelist") == "https://shop.example/c/ai/servicepause/"
