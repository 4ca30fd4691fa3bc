"""Qdrant: does it answer with this key, are the collections of this embedding model there, in service and filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.ai import conf
from apps.ai.exceptions import AIError
from apps.ai.services import composition
from apps.ai.services.doctor.findings import Finding, fault, note, ok, warning
from apps.ai.services.vector_store import Collection, QdrantManager

#: Seconds for one request; the shop's own patience may be longer than an examination lasts.
PATIENCE = 4
INIT = gettext_noop("Выполните manage.py init_qdrant, затем manage.py sync_categories.")


def look() -> Iterator[Finding]:
    values = conf.get()
    if not values.qdrant.url:
        yield note(
            "qdrant_local",
            _("Qdrant в папке {path}: её делят процессы одной машины.").format(path=values.qdrant.path),
            _("Для исполнителей на нескольких машинах запустите сервер Qdrant и задайте QDRANT_URL."),
        )
    try:
        yield from _collections(_store(values))
    except AIError as error:
        yield _away(error)


def _store(values: conf.AISettings) -> QdrantManager:
    """A connection of its own, with less patience."""
    model = composition.language_model()
    return QdrantManager(
        replace(values.qdrant, timeout=PATIENCE), dimensions=model.dimensions, model=model.embedding_model
    )


def _collections(store: QdrantManager) -> Iterator[Finding]:
    missing = sorted(set(Collection) - set(store.existing()))
    if missing:
        yield fault(
            "collections_missing",
            _("В Qdrant нет коллекций {names} этой модели.").format(names=", ".join(missing)),
            _(INIT),
        )
        return
    serving = store.serving()
    for collection in Collection:
        name = serving.get(collection.value)
        if name is None:
            yield fault(
                "alias_missing",
                _("Псевдоним {collection} в Qdrant ни на что не указывает.").format(collection=collection),
                _(INIT),
            )
        elif name != store.name(collection):
            yield fault(
                "alias_of_other_model",
                _("{collection}: служит ещё {name}, коллекция этой модели не заполнена.").format(
                    collection=collection, name=name
                ),
                _("Выполните manage.py sync_categories и manage.py import_templates."),
            )
    counts = store.counts()
    if not counts[Collection.CATEGORIES]:
        yield warning(
            "no_vectors", _("В Qdrant нет ни одной категории."), _("Выполните manage.py sync_categories.")
        )
    listed = ", ".join(f"{one}: {count}" for one, count in counts.items())
    yield ok("qdrant", f"Qdrant ({store.place}): {listed}.")


def _away(error: AIError) -> Finding:
    text = str(error)
    if "refuses the key" in text:
        return fault(
            "qdrant_key_refused", text, _("Впишите в QDRANT_API_KEY ключ, с которым запущен сервер.")
        )
    return fault(
        "qdrant_away", text, _("Запустите Qdrant и проверьте QDRANT_URL (или QDRANT_HOST, QDRANT_PORT).")
    )
