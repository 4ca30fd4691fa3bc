from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai.exceptions import AIError
from apps.ai.services import composition
from apps.ai.services.vector_store import Collection, QdrantManager


class Command(BaseCommand):
    help = "Create the Qdrant collections of the embedding model in use; what exists is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--recreate", action="store_true", help="drop this model's collections with all vectors first"
        )
        parser.add_argument(
            "--prune",
            action="store_true",
            help="drop collections of other embedding models that serve no longer",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, recreate: bool, prune: bool, dry_run: bool, **options: Any) -> None:
        store = composition.vector_store()
        try:
            existing = set(store.existing())
            if not dry_run:
                self._apply(store, recreate=recreate)
            dropped: tuple[str, ...] = ()
            if prune:
                dropped = store.superseded() if dry_run else store.drop_superseded()
        except AIError as error:
            raise CommandError(str(error)) from error
        for collection in Collection:
            what = _outcome(exists=collection in existing, recreate=recreate)
            self.stdout.write(
                f"{store.name(collection)}: {'would be ' if dry_run and what != 'kept' else ''}{what}"
            )
        for name in dropped:
            self.stdout.write(f"{name}: {'would be ' if dry_run else ''}dropped")
        self.stdout.write(f"{'Nothing changed' if dry_run else 'Ready'} in {store.place}.")

    def _apply(self, store: QdrantManager, *, recreate: bool) -> None:
        if recreate:
            store.recreate()
        else:
            store.ensure_collections()


def _outcome(*, exists: bool, recreate: bool) -> str:
    if not exists:
        return "created"
    return "emptied" if recreate else "kept"
