"""The acts themselves, each as the shop really does it, and a product as the model of `people_model` sees it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from apps.ai import catalog
from apps.ai.exceptions import StaleProductError, TransitionError
from apps.ai.models import AIProcessingLog, AppliedChange
from apps.ai.services.money.ledger import RunTotals
from apps.ai.services.money.meter import Unsaved
from apps.ai.services.people import moderation
from apps.ai.services.runs import settling
from apps.ai.types import Draft, ImageFindings, Issue, ProductSnapshot, QualityReport, Severity
from apps.parsers.services.base_parser import BaseParser, Document, ParsedItem, ParsedProduct, SaveOutcome
from apps.products.models import Product
from apps.products.services.editing import MARKS, mark_edited
from apps.users.models import User
from benchmarks.people_model import Act, Change, Happened, Run, Shop

MODE = "description_only"
LEASE = timedelta(minutes=5)
PEOPLE_DECIDE = ("approve", "reject", "edit", "reprocess")
UNSURE = Issue(code="low_confidence", severity=Severity.BLOCKING, message="Решает человек.")
_owners = itertools.count(1)


class Feed(BaseParser):
    name = "people"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        return iter(())


class Stand:
    """One product and what is done to it; `log` holds everything that happened, whoever did it."""

    def __init__(self, key: str, people: dict[str, User]) -> None:
        self.key, self.people = key, people
        self.log: list[Happened] = []
        Feed().save_product(self._parsed(0))
        self.product_id = Product.objects.get(source_name=Feed.name, source_id=key).pk
        self.before = self.seen()

    def do(self, act: Act) -> object:
        """Do it, and note its answer and its time."""
        began = time.monotonic()
        answer = self._done(act)
        self.log.append(Happened(act, answer, began, time.monotonic()))
        return answer

    def work(self, number: int, *, sure: bool, pause: Callable[[], None] = lambda: None) -> None:
        """What a worker does with a run: claim it, read the product, write the result."""
        if self.do(Act("claim", run=number)) != "done":
            return
        read = self.do(Act("read", run=number))
        pause()
        self.do(Act("finish", run=number, read=read, sure=sure))  # type: ignore[arg-type]

    def seen(self) -> Shop:
        """The product as it stands now, without what only the model knows (`Run.edited`)."""
        product = Product.objects.get(pk=self.product_id)
        rows = list(AIProcessingLog.objects.filter(product_id=self.product_id).order_by("pk"))
        numbers = {row.pk: number for number, row in enumerate(rows)}
        runs = tuple(
            Run(
                status=row.status,
                read=self._version_read(row),
                title=row.generated_title or "",
                text=row.generated_description or "",
                superseded_by=None if row.superseded_by_id is None else numbers[row.superseded_by_id],
                restarts=row.restarts,
                acts=tuple((entry["name"], entry["what"]) for entry in row.history),
            )
            for row in rows
        )
        changes = tuple(
            Change(
                run=numbers[change.run_id or 0],
                written=tuple(
                    ("title" if name == "title" else "text", change.before[name] or "", change.after[name])
                    for name in sorted(change.after, key=lambda name: name != "description")
                ),
                reverted=change.reverted_at is not None,
            )
            for change in AppliedChange.objects.filter(product_id=self.product_id).order_by("pk")
        )
        return Shop(
            source=int(product.title.removeprefix("S")),
            title=product.title_ru or "",
            text=product.description_ru or "",
            by_hand="title_ru" in product.edited_fields,
            runs=runs,
            changes=changes,
        )

    def run(self, number: int) -> AIProcessingLog:
        return AIProcessingLog.objects.filter(product_id=self.product_id).order_by("pk")[number]

    def _done(self, act: Act) -> object:
        if act.what in PEOPLE_DECIDE:
            return self._decided(act)
        acts: dict[str, Callable[[Act], object]] = {
            "import": self._imported,
            "by hand": self._saved_by_hand,
            "roll back": self._rolled_back,
            "claim": self._claimed,
            "read": self._read,
            "finish": self._finished,
        }
        return acts[act.what](act)

    def _decided(self, act: Act) -> object:
        run, by = self.run(act.run), self.people[act.who]
        try:
            if act.what == "approve":
                moderation.approve(run, by=by)
            elif act.what == "reject":
                moderation.reject(run, by=by)
            elif act.what == "edit":
                moderation.edit(run, {"generated_title": act.value}, by=by)
            else:
                return self._number(moderation.reprocess(run, by=by).run.pk)
        except TransitionError:
            return "refused"
        except StaleProductError:
            return "stale"
        return "done"

    def _imported(self, act: Act) -> object:
        outcome = Feed().save_product(self._parsed(act.version))
        return {SaveOutcome.UNCHANGED: "same", SaveOutcome.UPDATED: "changed"}[outcome]

    def _saved_by_hand(self, act: Act) -> object:
        with transaction.atomic():
            product = Product.objects.select_for_update(of=("self",)).get(pk=self.product_id)
            product.title_ru = act.value
            mark_edited(product, ["title_ru"], by=self.people[act.who])
            product.save(update_fields=["title_ru", *MARKS, "updated_at"])
        return "done"

    def _rolled_back(self, act: Act) -> object:
        change = self.run(act.run).applied_changes.filter(reverted_at__isnull=True).first()
        if change is None:
            return "refused"
        try:
            moderation.roll_back(change, by=self.people[act.who])
        except (TransitionError, StaleProductError):
            return "refused"
        return "done"

    def _claimed(self, act: Act) -> object:
        owner = f"worker-{next(_owners)}"
        claimed = AIProcessingLog.objects.claim(self.run(act.run).pk, owner=owner, lease=LEASE)
        if claimed is None:
            return "refused"
        # An import orders a full run. Here all write texts alone, so that one short model fits them.
        AIProcessingLog.objects.filter(pk=claimed.pk).update(processing_type=MODE)
        return "done"

    def _read(self, act: Act) -> object:
        snapshot = self._snapshots[act.run] = catalog.get().snapshot(self.product_id)
        live = (
            snapshot.card["title"] or "",
            snapshot.card["description"] or "",
            "title" in snapshot.edited_fields,
        )
        return int(snapshot.title.removeprefix("S")), live

    def _finished(self, act: Act) -> object:
        run, product = self.run(act.run), self._snapshots[act.run]
        seen = {"input_fingerprint": product.fingerprint, "card_fingerprint": product.card_fingerprint}
        settling.settle(
            run,
            owner=run.lease_owner,
            product=product,
            findings=ImageFindings(),
            choice=None,
            draft=Draft(f"T{act.run}", f"<p>D{act.run}</p>", "", "", ()),
            report=QualityReport(() if act.sure else (UNSURE,), 1.0),
            raw={},
            elapsed_ms=1,
            unsaved=Unsaved(fields=seen),
            spent=RunTotals(),
            unanswered={},
        )
        return str(run.status)  # as it was written; by now somebody may have claimed it again

    @property
    def _snapshots(self) -> dict[int, ProductSnapshot]:
        found: dict[int, ProductSnapshot] = self.__dict__.setdefault("read_by_run", {})
        return found

    def _parsed(self, version: int) -> ParsedProduct:
        return ParsedProduct(source_id=self.key, title=f"S{version}")

    def _number(self, run_id: int) -> int:
        ids = AIProcessingLog.objects.filter(product_id=self.product_id).order_by("pk")
        return list(ids.values_list("pk", flat=True)).index(run_id)

    def _version_read(self, run: AIProcessingLog) -> int | None:
        if not run.input_fingerprint:
            return None
        now = catalog.get().snapshot(self.product_id)
        for version in range(1000):
            if replace(now, title=f"S{version}").fingerprint == run.input_fingerprint:
                return version
        raise LookupError(f"Run {run.pk} read a version that never was.")
