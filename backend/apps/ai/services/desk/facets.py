"""The queue as a moderator filters it: the numbers beside the filters, and the page of cards behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Count, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai import catalog
from apps.ai.models import AIModerationQueue
from apps.ai.models.moderation import DUE, ModerationQuerySet
from apps.ai.ttl_cache import TTLCached

#: Cards of one page.
PAGE = 50
#: Products by their title that a search goes through.
MOST_FOUND = 1000
#: States of the desk, in the order of its tabs; the others of `moderation.STATES` are for the archive.
OPEN_STATES = ("waiting", "mine", "free", "overdue")
#: Longer waits than these are counted apart.
AGES = {
    "day": (None, timedelta(days=1), _("до суток")),
    "three": (timedelta(days=1), timedelta(days=3), _("1–3 дня")),
    "week": (timedelta(days=3), timedelta(days=7), _("3–7 дней")),
    "older": (timedelta(days=7), None, _("больше недели")),
}
NONE = "-"
COLUMNS = ("reason", "branch_id", "origin", "priority")
#: How long a card waits: (age, at most so long). Their edges are those of AGES and of DUE.
SPANS = (
    ("day", DUE[3]),
    ("day", DUE[2]),
    ("three", DUE[1]),
    ("week", timedelta(days=7)),
    ("older", timedelta(days=36500)),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person chose, as it came in the address; what makes no sense is left out by `of`.

    `after`: the id of the card that the page begins behind. `like`: a card whose variants are wanted. `products`:
    those that the search words found.
    """

    state: str = "waiting"
    reason: str = ""
    branch: str = ""
    origin: str = ""
    age: str = ""
    priority: str = ""
    query: str = ""
    like: int = 0
    after: int = 0
    products: tuple[int, ...] = ()
    FACETS: ClassVar = ("reason", "branch", "origin", "age", "priority")

    @classmethod
    def of(cls, params: Mapping[str, str], *, states: Mapping[str, Any]) -> Chosen:
        state = params.get("state", "waiting")
        branch, priority, age = params.get("branch", ""), params.get("priority", ""), params.get("age", "")
        query = _clean(params.get("q", ""))
        return cls(
            products=tuple(catalog.get().search(query, limit=MOST_FOUND)) if query else (),
            state=state if state in states else "waiting",
            reason=_clean(params.get("reason", "")),
            branch=branch if branch == NONE or branch.isdecimal() else "",
            origin=_clean(params.get("origin", "")),
            age=age if age in AGES else "",
            priority=priority if priority in ("1", "2", "3") else "",
            query=query,
            like=_number(params.get("like", "")),
            after=_number(params.get("after", "")),
        )

    def without(self, name: str) -> Chosen:
        changes: Any = {name: ""}
        return replace(self, **changes)

    def address(self, **changes: Any) -> dict[str, str]:
        """The parameters of the address, `after` left out unless it is among the changes."""
        names = {"query": "q"}
        values = {name: getattr(self, name) for name in ("state", *self.FACETS, "query", "like")} | changes
        values["state"] = "" if values["state"] == "waiting" else values["state"]
        return {names.get(name, name): str(value) for name, value in values.items() if value}


#: Which states a waiting card belongs to, by who holds it.
HOLDS = {"mine": ("mine", "free"), "others": (), "nobody": ("free",)}


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one filter with their numbers, the largest first."""

    name: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    states: Mapping[str, int]
    facets: tuple[Facet, ...]


def cards(chosen: Chosen, *, user: Any) -> ModerationQuerySet:
    """All cards of the choice, without order."""
    rows = _found(AIModerationQueue.objects.in_state(chosen.state, user=user), chosen)
    if chosen.reason:
        rows = rows.filter(reason=chosen.reason)
    if chosen.branch:
        rows = rows.filter(branch_id=None if chosen.branch == NONE else int(chosen.branch))
    if chosen.origin:
        rows = rows.filter(origin="" if chosen.origin == NONE else chosen.origin)
    if chosen.priority:
        rows = rows.filter(priority=int(chosen.priority))
    return rows.filter(_age(chosen.age)) if chosen.age else rows


def _found(rows: ModerationQuerySet, chosen: Chosen) -> ModerationQuerySet:
    if chosen.query:
        rows = rows.filter(log_entry__product_id__in=chosen.products)
    return rows.filter(variant_key__in=_variant_key(chosen.like)) if chosen.like else rows


def page(rows: ModerationQuerySet, *, after: int) -> list[AIModerationQueue]:
    """PAGE cards behind the card `after`, and one more when there is one: no card is counted or skipped over."""
    last = AIModerationQueue.objects.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(priority__lte=last.priority).filter(
            Q(priority__lt=last.priority)
            | Q(worth__lt=last.worth)
            | Q(worth=last.worth, created_at__gt=last.created_at)
            | Q(worth=last.worth, created_at=last.created_at, pk__gt=last.pk)
        )
    return list(rows.in_order()[: PAGE + 1])


def numbers(chosen: Chosen, *, user: Any) -> Numbers:
    """Numbers beside the states and filters: for each value, the cards that it would leave, the others as they are.

    One pass over the waiting cards groups them by all filters at once; the rest is adding up.
    """
    states: Counter[str] = Counter()
    facets: dict[str, Counter[str]] = {name: Counter() for name in Chosen.FACETS}
    for *values, hold, late, count in _groups(chosen, user):
        keys = dict(zip(Chosen.FACETS, map(_key, values), strict=True))
        other = [name for name in Chosen.FACETS if getattr(chosen, name) not in ("", keys[name])]
        belongs = {"waiting", *HOLDS[hold], *(["overdue"] if late else [])}
        if not other:
            states.update(dict.fromkeys(belongs, count))
        if chosen.state not in belongs:
            continue
        for name in Chosen.FACETS:
            if not set(other) - {name}:
                facets[name][keys[name]] += count
    return Numbers(states, tuple(Facet(name, dict(facets[name].most_common())) for name in Chosen.FACETS))


def _groups(chosen: Chosen, user: Any) -> Iterator[tuple[Any, ...]]:
    """(the five facets' values, who holds the cards, whether they are late, how many)."""
    now = timezone.now()
    rows = _found(AIModerationQueue.objects.waiting(), chosen)
    is_narrowed = bool(chosen.query or chosen.like)
    groups = Counter(dict(_by_span(rows, now)) if is_narrowed else _all_groups.get(""))
    is_held = rows.filter(assigned_to__isnull=False, taken_until__gt=now).order_by()
    for *values, created_at, holder in is_held.values_list(*COLUMNS, "created_at", "assigned_to"):
        span = next(number for number, (_age, start) in enumerate(SPANS) if created_at > now - start)
        groups[*values, span] -= 1
        yield *_facet_values(values, span), "mine" if holder == user.pk else "others", _late(values, span), 1
    for (*values, span), count in groups.items():
        yield *_facet_values(values, span), "nobody", _late(values, span), count


def _by_span(rows: ModerationQuerySet, now: datetime) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Numbers by the columns and by span. A query a span, all in one: grouped by an expression of the time, the
    database would expect a group a card and sort them all.
    """
    queries, newest = [], None
    for number, (_age, oldest) in enumerate(SPANS):
        spanned = rows.order_by().filter(created_at__gt=now - oldest)
        if newest is not None:
            spanned = spanned.filter(created_at__lte=now - newest)
        grouped = spanned.values_list(*COLUMNS).annotate(span=Value(number), count=Count("pk"))
        queries.append(grouped)
        newest = oldest
    for *values, span, count in queries[0].union(*queries[1:], all=True):
        yield (*values, span), count


#: Of the whole queue, for all who look at it within the same seconds.
_all_groups: TTLCached[str, dict[tuple[Any, ...], int]] = TTLCached(
    lambda _: dict(_by_span(AIModerationQueue.objects.waiting(), timezone.now()))
)


def _facet_values(values: Sequence[Any], span: int) -> tuple[Any, ...]:
    reason, branch, origin, priority = values
    return reason, branch, origin, SPANS[span][0], priority


def _late(values: Sequence[Any], span: int) -> bool:
    return span > 0 and SPANS[span - 1][1] >= DUE[values[3]]


def _key(value: Any) -> str:
    return NONE if value in (None, "") else str(value)


def _age(name: str) -> Q:
    least, most, _label = AGES[name]
    now, wanted = timezone.now(), Q()
    if least is not None:
        wanted &= Q(created_at__lte=now - least)
    if most is not None:
        wanted &= Q(created_at__gt=now - most)
    return wanted


def _variant_key(entry_id: int) -> list[str]:
    keys = AIModerationQueue.objects.filter(pk=entry_id).values_list("variant_key", flat=True)
    return [key for key in keys if key]


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()[:200]


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else 0
