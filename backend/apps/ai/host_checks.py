"""System checks of how the app is plugged in: the host's models, its adapter, its admin, its environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, IntegerField, Model
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from unfold.sites import UnfoldAdminSite

from apps.ai import catalog, conf
from apps.ai.host import admin_address, category_model, product_model

#: Variables that only ai_settings reads.
OURS = re.compile(r"(?:AI|OPENAI|QDRANT|R2)_")


@register(Tags.models)
def check_host(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        *_integer_key("AI_PRODUCT_MODEL", product_model()),
        *_integer_key("AI_CATEGORY_MODEL", category_model()),
        *_languages(),
    ]


def _integer_key(setting: str, model: type[Model]) -> Iterator[CheckMessage]:
    """Vectors, chunks of mass runs and the ledger hold products and categories by number."""
    key: Field[Any, Any] = model._meta.pk
    while key.remote_field is not None:  # a child of another model has its parent's key
        key = key.remote_field.model._meta.pk
    if not isinstance(key, IntegerField):
        yield Error(
            f"{setting} is {model._meta.label}, whose primary key {key.name!r} is a {type(key).__name__}.",
            hint="The AI app needs an integer key. Name a model that has one: a row beside yours with a BigAutoField "
            "and a OneToOneField to it (docs/plug-in.md, «A key that is no number»).",
            id="ai.E040",
        )


@register(Tags.urls)
def check_admin_sites(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """Unfold's templates are in force on every admin site, and link to pages that only its own sites have."""
    names = [config.name for config in apps.get_app_configs()]
    if "unfold" not in names or names.index("unfold") > names.index("django.contrib.admin"):
        yield Error(
            "INSTALLED_APPS needs 'unfold' before 'django.contrib.admin': the app's pages are built on its templates.",
            id="ai.E047",
        )
        return
    wanted: type = import_string(apps.get_app_config("admin").default_site)  # type: ignore[attr-defined]
    if not isinstance(admin.site, wanted):
        yield Error(
            f"'unfold' has put a site of its own in place of {_path(wanted)}, whose rules are no longer in force.",
            hint="Write 'unfold.apps.BasicAppConfig' in INSTALLED_APPS in place of 'unfold'.",
            id="ai.E044",
        )
    for site in sorted(all_sites, key=attrgetter("name")):
        if not isinstance(site, UnfoldAdminSite) and _is_served(f"{site.name}:index"):
            yield Error(
                f"The admin site '{site.name}' is a {_path(type(site))}, none of unfold's: its pages answer 500.",
                hint="Let the class inherit from unfold.sites.UnfoldAdminSite in place of AdminSite.",
                id="ai.E043",
            )
    if not admin_address("ai_aimoderationqueue_changelist"):
        yield Warning(
            "The moderators' pages have no address: they lie under Django's default admin site, which is not served.",
            hint="Serve admin.site.urls, or write apps.ai.admin.sites.register_on(your_site) in your urls.py.",
            id="ai.W045",
        )


def _is_served(page: str) -> bool:
    try:
        reverse(page)
    except NoReverseMatch:
        return False
    return True


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@register()
def check_environment(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """An .env that is read after ai_settings fills none of its settings, and nothing else says so."""
    known = conf.ENVIRONMENT
    late = [] if known is None else sorted(name for name in set(os.environ) - known if OURS.match(name))
    if late:
        yield Warning(
            f"{', '.join(late)} came into the environment after ai_settings was read, without effect.",
            hint="Put `from ai_settings import *` below the line that reads your .env.",
            id="ai.W046",
        )


def _languages() -> Iterator[CheckMessage]:
    try:
        spoken, language = catalog.get().languages(), conf.get().language
    except (ImportError, ImproperlyConfigured):
        return  # ai.E000 and ai.E009 say what is wrong
    except TypeError as error:
        yield Error(
            f"AI_CONFIG['CATALOG'] cannot be built: {error}",
            hint="Write the missing methods; apps/ai/catalog/port.py says what each returns.",
            id="ai.E041",
        )
        return
    if language not in spoken:
        yield Error(
            f"AI_DEFAULT_LANGUAGE is {language!r}, the catalogue writes {', '.join(spoken) or 'none'}.",
            hint="Cards in another language could never be applied: name one of those.",
            id="ai.E042",
        )
