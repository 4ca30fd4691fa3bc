from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ProtectedError

from apps.ai import catalog
from apps.ai.exceptions import AIError
from apps.ai.services.care import erase, export
from utils.r2_storage import StorageError


class Command(BaseCommand):
    help = "Export or delete everything that is known about one product: runs, texts, lessons, vectors, pictures."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        out = acts.add_parser("export", help="write it as JSON")
        out.add_argument("product_id", type=int)
        out.add_argument("--file", type=Path, required=True)
        gone = acts.add_parser("delete", help="delete it; may be run again after a failure")
        gone.add_argument("product_id", type=int)
        gone.add_argument("--keep-product", action="store_true", help="leave the shop's own row and pictures")
        gone.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["act"] == "export":
                self._export(options["product_id"], options["file"])
            else:
                self._delete(options)
        except (AIError, StorageError) as error:
            raise CommandError(str(error), returncode=1) from error
        except ProtectedError as error:
            raise CommandError(f"The shop does not let the product go: {error.args[0]}") from error

    def _export(self, product_id: int, file: Path) -> None:
        found = export.export(product_id)
        file.touch(mode=0o600)
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder), "utf-8")
        counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
        self.stdout.write(f"{file}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
        if found["product"] is None and not any(counts.values()):
            self.stderr.write(f"Nothing is known about product {product_id}.")

    def _delete(self, options: dict[str, Any]) -> None:
        product_id, keep = options["product_id"], options["keep_product"]
        if not options["yes"]:
            what = "everything but the shop's own row" if keep else "everything, the shop's own row included"
            if input(f"Delete {what} about product {product_id}? [y/N] ").strip().lower() != "y":
                raise CommandError("Nothing was deleted.", returncode=1)
        gone = erase.erase(product_id, keep_product=keep)
        self.stdout.write("Deleted: " + ", ".join(f"{name} {count}" for name, count in gone.items()))
        if catalog.get().existing([product_id]):
            self.stdout.write(
                "The product is still in the shop: an imported one is processed anew unless AI_AUTO_PROCESS is off."
            )
