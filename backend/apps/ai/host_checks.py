"""System checks of how the app is plugged in: the host's models and its adapter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, IntegerField, Model

from apps.ai import catalog, conf
from apps.ai.host import category_model, product_model


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
