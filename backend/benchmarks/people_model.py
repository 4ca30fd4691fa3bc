"""What people, imports and a worker may do to a product, one after the other: from the rules, not from the code.

`explained` looks for an order of acts that happened at the same time which ends as the shop did, every act with the
answer that it got.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

#: Restarts of a run whose product keeps changing.
MOST_RESTARTS = 3
OPEN = ("pending", "processing")
UNDECIDED = ("moderation", "completed")


@dataclass(frozen=True)
class Run:
    """`read`: the source version that its card was made from. `edited`: a moderator wrote its title after the last
    title by hand. `acts`: (person, what) in order.
    """

    status: str = "pending"
    read: int | None = None
    title: str = ""
    text: str = ""
    superseded_by: int | None = None
    restarts: int = 0
    edited: bool = False
    acts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """What an approval or a worker wrote: (field, before, after), of which run, and whether it was taken back."""

    run: int
    written: tuple[tuple[str, str, str], ...]
    reverted: bool = False


@dataclass(frozen=True)
class Shop:
    """One product. `source`: version of the supplier's data. `by_hand`: a person wrote the title."""

    source: int = 0
    title: str = ""
    text: str = ""
    by_hand: bool = False
    runs: tuple[Run, ...] = ()
    changes: tuple[Change, ...] = ()

    def with_run(self, number: int, **values: object) -> Shop:
        run = replace(self.runs[number], **values)  # type: ignore[arg-type]
        return replace(self, runs=(*self.runs[:number], run, *self.runs[number + 1 :]))

    def ordered(self) -> tuple[Shop, int]:
        """With an open run: the one that there is, or a new one."""
        for number, run in enumerate(self.runs):
            if run.status in OPEN:
                return self, number
        return replace(self, runs=(*self.runs, Run())), len(self.runs)

    def superseded(self, number: int, newer: int) -> Shop:
        return self.with_run(number, status="rejected", superseded_by=newer)

    def live(self) -> tuple[str, str, bool]:
        return self.title, self.text, self.by_hand


@dataclass(frozen=True)
class Act:
    """`run`: its number among the product's runs. `value`: a text, or a source version. `read`: what a worker saw."""

    what: str
    who: str = ""
    run: int = -1
    value: str = ""
    version: int = 0
    read: tuple[int, tuple[str, str, bool]] = (0, ("", "", False))
    sure: bool = False


@dataclass(frozen=True)
class Happened:
    """An act with its answer, and when it began and ended (seconds of one clock)."""

    act: Act
    answer: object
    began: float
    ended: float


def step(shop: Shop, act: Act) -> tuple[Shop, object]:
    """The shop after the act, and its answer. A run that no act has ordered yet cannot be acted upon."""
    if act.run >= len(shop.runs):
        return shop, "too early"
    if act.what in ("approve", "reject", "edit", "reprocess"):
        return _decision(shop, act)
    return {
        "import": _import,
        "by hand": _by_hand,
        "roll back": _roll_back,
        "claim": _claim,
        "read": lambda shop, act: (shop, (shop.source, shop.live())),
        "finish": _finish,
    }[act.what](shop, act)


def explained(before: Shop, after: Shop, history: Sequence[Happened]) -> bool:
    """Is there an order, true to the clock, in which one act after the other ends as all of them did?"""
    seen: set[tuple[frozenset[int], Shop]] = set()

    def search(left: frozenset[int], shop: Shop) -> bool:
        if not left:
            return observable(shop) == after
        if (left, shop) in seen:
            return False
        seen.add((left, shop))
        first_end = min(history[number].ended for number in left)
        for number in left:
            happened = history[number]
            if happened.began > first_end:
                continue
            following, answer = step(shop, happened.act)
            if answer == happened.answer and search(left - {number}, following):
                return True
        return False

    return search(frozenset(range(len(history))), before)


def observable(shop: Shop) -> Shop:
    """Without what no row of the shop tells."""
    return replace(shop, runs=tuple(replace(run, edited=False) for run in shop.runs))


def _decision(shop: Shop, act: Act) -> tuple[Shop, object]:
    run = shop.runs[act.run]
    if run.status not in UNDECIDED:
        if act.what != "reprocess":
            return shop, "refused"
        ordered, number = shop.ordered()
        return ordered, number
    own = [place for place, (who, _) in enumerate(run.acts) if who == act.who]
    since = run.acts[own[-1] + 1 :] if own else run.acts
    if any(what == "edit" for _, what in since):
        return shop, "refused"
    acts = (*run.acts, (act.who, act.what))
    if act.what == "reject":
        return shop.with_run(act.run, status="rejected", acts=acts), "done"
    if act.what == "edit":
        return shop.with_run(act.run, title=act.value, edited=True, acts=acts), "done"
    if act.what == "reprocess":
        ordered, number = shop.ordered()
        return ordered.with_run(act.run, acts=acts).superseded(act.run, number), number
    if run.read != shop.source:
        ordered, number = shop.ordered()
        return ordered.superseded(act.run, number), "stale"
    values = {"text": run.text}
    if not shop.by_hand or run.edited:
        values["title"] = run.title
    return _written(shop.with_run(act.run, status="approved", acts=acts), act.run, values), "done"


def _written(shop: Shop, run: int, values: dict[str, str]) -> Shop:
    written = tuple(
        (name, getattr(shop, name), value)
        for name, value in sorted(values.items())
        if getattr(shop, name) != value
    )
    if not written:
        return shop
    after = replace(shop, **{name: value for name, _, value in written})  # type: ignore[arg-type]
    return replace(after, changes=(*after.changes, Change(run, written)))


def _import(shop: Shop, act: Act) -> tuple[Shop, object]:
    if act.version == shop.source:
        return shop, "same"
    shop = replace(shop, source=act.version)
    if shop.runs and shop.runs[-1].status in OPEN:
        return shop, "changed"
    reads = [run.read for run in shop.runs if run.read is not None]
    if reads and reads[-1] == act.version:
        return shop, "changed"
    shop, newer = shop.ordered()
    for number, run in enumerate(shop.runs):
        if run.status in UNDECIDED and run.read != act.version:
            shop = shop.superseded(number, newer)
    return shop, "changed"


def _by_hand(shop: Shop, act: Act) -> tuple[Shop, object]:
    runs = tuple(replace(run, edited=False) for run in shop.runs)
    return replace(shop, title=act.value, by_hand=True, runs=runs), "done"


def _roll_back(shop: Shop, act: Act) -> tuple[Shop, object]:
    for place, change in enumerate(shop.changes):
        if change.run != act.run or change.reverted:
            continue
        if any(getattr(shop, name) != now for name, _, now in change.written):
            return shop, "refused"
        back = replace(shop, **{name: before for name, before, _ in change.written})  # type: ignore[arg-type]
        taken = replace(change, reverted=True)
        back = replace(back, changes=(*back.changes[:place], taken, *back.changes[place + 1 :]))
        run = back.runs[act.run]
        if run.status == "approved":
            back = back.with_run(act.run, status="rejected", acts=(*run.acts, (act.who, "roll_back")))
        return back, "done"
    return shop, "refused"


def _claim(shop: Shop, act: Act) -> tuple[Shop, object]:
    if shop.runs[act.run].status != "pending":
        return shop, "refused"
    return shop.with_run(act.run, status="processing"), "done"


def _finish(shop: Shop, act: Act) -> tuple[Shop, object]:
    """The worker holds the run: nobody else may end it."""
    source, live = act.read
    run = shop.runs[act.run]
    if source != shop.source and run.restarts < MOST_RESTARTS:
        return shop.with_run(act.run, status="pending", restarts=run.restarts + 1), "pending"
    valid = [change for change in shop.changes if not change.reverted]
    conflict = source != shop.source or live != shop.live()
    if not conflict and valid and shop.runs[valid[-1].run].read != source:
        conflict = True
    for number, older in enumerate(shop.runs):
        if older.status in UNDECIDED:
            shop = shop.superseded(number, act.run)
    status = "moderation" if conflict or not act.sure else "approved"
    shop = shop.with_run(act.run, status=status, read=source, title=f"T{act.run}", text=f"<p>D{act.run}</p>")
    if status == "approved":
        values = {}
        if not shop.title and not shop.by_hand:
            values["title"] = f"T{act.run}"
        if not shop.text:
            values["text"] = f"<p>D{act.run}</p>"
        shop = _written(shop, act.run, values)
    return shop, status
