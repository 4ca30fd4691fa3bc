"""Two acts at the same moment on PostgreSQL, and a small storm of them: one order of the acts explains what came of it.

The rules by which it is explained stand in benchmarks.people_model, written by hand. scripts/people_stress is the storm
in full.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from apps.users.models import User
from benchmarks.people_acts import Stand
from benchmarks.people_model import Act, Happened, Run, Shop, explained, step
from benchmarks.people_stress import PEOPLE, faults, torment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets nobody write at the same time"),
]
#: Run 0 was approved and may be rolled back, run 1 waits for a person, a worker is about to end run 2.
ACTS: dict[str, Callable[[Stand], object]] = {
    "approve": lambda stand: stand.do(Act("approve", who="anna", run=1)),
    "approve, too": lambda stand: stand.do(Act("approve", who="boris", run=1)),
    "reject": lambda stand: stand.do(Act("reject", who="boris", run=1)),
    "edit": lambda stand: stand.do(Act("edit", who="vera", run=1, value="Правка")),
    "edit, too": lambda stand: stand.do(Act("edit", who="boris", run=1, value="Другая правка")),
    "reprocess": lambda stand: stand.do(Act("reprocess", who="vera", run=1)),
    "roll back": lambda stand: stand.do(Act("roll back", who="anna", run=0)),
    "roll back, too": lambda stand: stand.do(Act("roll back", who="boris", run=0)),
    "import": lambda stand: stand.do(Act("import", version=1)),
    "import the same": lambda stand: stand.do(Act("import", version=0)),
    "by hand": lambda stand: stand.do(Act("by hand", who="vera", value="Моё")),
    "worker, unsure": lambda stand: _finish(stand, sure=False),
    "worker, sure": lambda stand: _finish(stand, sure=True),
    "approve what is worked on": lambda stand: stand.do(Act("approve", who="anna", run=2)),
}
PAIRS = list(itertools.combinations(ACTS, 2))


def _finish(stand: Stand, *, sure: bool) -> None:
    read = next(one.answer for one in reversed(stand.log) if one.act.what == "read")
    stand.do(Act("finish", run=2, read=read, sure=sure))  # type: ignore[arg-type]


def _stand(key: str) -> Stand:
    stand = Stand(key, {name: User.objects.get_or_create(username=name)[0] for name in PEOPLE})
    stand.work(0, sure=True)
    stand.do(Act("reprocess", who="anna", run=0))
    stand.work(1, sure=False)
    stand.do(Act("reprocess", who="anna", run=0))
    assert stand.do(Act("claim", run=2)) == "done"
    stand.do(Act("read", run=2))
    assert [run.status for run in stand.seen().runs] == ["approved", "moderation", "processing"]
    return stand


def _together(stand: Stand, *names: str) -> None:
    barrier = threading.Barrier(len(names))

    def play(name: str) -> None:
        try:
            barrier.wait()
            ACTS[name](stand)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(names)) as pool:
        for player in [pool.submit(play, name) for name in names]:
            player.result()


def test_all_pairs_of_two_simultaneous_acts() -> None:
    unexplained = []
    for number, (one, other) in enumerate(PAIRS):
        if {one, other} == {"worker, unsure", "worker, sure"}:
            continue  # one run has one worker
        stand = _stand(str(number))
        _together(stand, one, other)
        unexplained += [f"{one} and {other}: {fault}" for fault in faults(stand)]
    assert unexplained == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_small_storm(seed: int) -> None:
    verdict = torment(seed)
    assert verdict.faults == []
    assert verdict.answers.total() >= 48


def test_the_judge_knows_what_no_order_explains() -> None:
    """A card that was approved and ended rejected, with its text in the shop."""
    before = Shop(runs=(Run(status="moderation", read=0, title="T0", text="D0"),))
    approve, reject = Act("approve", who="anna", run=0), Act("reject", who="boris", run=0)
    both = [Happened(approve, "done", 0.0, 1.0), Happened(reject, "done", 0.0, 1.0)]
    applied, _ = step(before, approve)
    rejected, _ = step(before, reject)
    assert not explained(before, applied, both)
    assert not explained(before, rejected, both)
    assert explained(before, applied, [both[0], Happened(reject, "refused", 0.0, 1.0)])
    # the clock counts: who began after the other had ended cannot have come first
    assert not explained(before, rejected, [Happened(reject, "done", 5.0, 6.0), Happened(approve, "done", 0.0, 1.0)])
