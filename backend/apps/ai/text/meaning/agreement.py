"""What a sentence and the one behind it must agree on: meal, time, way; and «только утром» for "morning and night"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apps.ai.text.meaning import routes, stance
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.kin import akin
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause

_AGREED = frozenset({"time", "food", "route"})
#: Of these a text may name one where its source names several.
_RESTRICTED = frozenset({"time", "food", "person"})
_ALIKE = 0.45
_ONLY = frozenset("только лишь исключительно обязательно строго".split())
_ONLY_ANYWHERE = frozenset("только лишь исключительно only sadece yalniz yalnizca".split())
#: What may stand between such a word and what it restricts.
_NEAR = 2
#: Where drops go.
_DRIPPED = frozenset({"ocular", "nasal", "aural"})
_BEFORE, _AFTER = frozenset({"before_meal", "fasting"}), frozenset({"after_meal"})


def check(case: Case) -> Iterator[Finding]:
    clauses = stance.stances(case.body)
    for at, (unit, pair) in enumerate(zip(case.body.units, case.pairs, strict=True)):
        if pair.score < _ALIKE:
            continue
        said = _asked_of(case, pair.sources[:1])
        ours = list(_uses(unit, clauses[at]))
        found = [
            *(_other(case.source, said, ours) if case.kind in MEDICAL else ()),
            *_restricted(case, said, ours, unit, at),
        ]
        for mention in found:
            yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))
    if case.kind in MEDICAL:
        yield from _forbidden_meal(case)
    else:
        yield from _turned_meal(case)


def _forbidden_meal(case: Case) -> Iterator[Finding]:
    """«Натощак» where the source only forbids it: "not on an empty stomach"."""
    forbidden: dict[str, Unit] = {}
    allowed: set[str] = set()
    for unit, clauses in zip(case.source.units, stance.stances(case.source), strict=True):
        for mention in unit.mentions:
            if mention.group != "food":
                continue
            if stance.of(clauses, mention) is stance.Stance.FORBIDS:
                forbidden.setdefault(mention.id, unit)
            else:
                allowed.update((mention.id, *mention.concept.implies))
    for unit, clauses in zip(case.body.units, stance.stances(case.body), strict=True):
        for mention in unit.mentions if forbidden else ():
            is_told = mention.id in forbidden and mention.id not in allowed
            if is_told and stance.of(clauses, mention) not in _FROWNS and not unit.denies:
                yield Finding(
                    Code.CONDITION,
                    "description",
                    unit.quote(mention),
                    forbidden[mention.id].text.strip(),
                )


_FROWNS = frozenset({stance.Stance.FORBIDS, stance.Stance.WARNS})


def _other(source: Reading, said: list[Mention], ours: list[Mention]) -> Iterator[Mention]:
    """«до еды» where the sentence behind it says «во время еды», though another sentence has «до еды», too."""
    if any(mention.id == "any_meal" for mention in ours):
        return
    for group in _AGREED:
        theirs = {name for m in said if m.group == group for name in (m.id, *m.concept.implies)}
        if "drip" in theirs:
            theirs |= routes.ways_of(source) & {"ocular"}  # «закапывают в глаза»
        elif theirs & _DRIPPED:
            theirs.add("drip")
        told = [m for m in ours if m.group == group]
        if told and theirs and "any_meal" not in theirs and not any(_is_of(m, theirs) for m in told):
            yield told[0]


def _restricted(
    case: Case, said: list[Mention], ours: list[Mention], unit: Unit, at: int
) -> Iterator[Mention]:
    """«только утром», «строго натощак»: where the sentence behind it names another time, meal or person as well."""
    for mention in ours:
        words = {token.small for token in unit.tokens[max(0, mention.first - _NEAR) : mention.first]}
        if mention.group not in _RESTRICTED or words.isdisjoint(_ONLY):
            continue
        behind = case.sources_of(at)[0]
        if any(token.small in _ONLY_ANYWHERE for token in behind.tokens):
            continue
        theirs = stance.stances(case.source)[case.pairs[at].sources[0]]
        rivals = [
            m
            for m in said
            if m.group == mention.group
            # «взрослым, детям не давать» is «только взрослым»
            and (m.group != "person" or stance.of(theirs, m) is not stance.Stance.FORBIDS)
        ]
        told = _names(ours)
        left = [m for m in rivals if m.id not in told and akin(m.id).isdisjoint(told)]
        if left and (_is_of(mention, _names(rivals)) or "any_meal" in _names(rivals)):
            yield mention


def _names(mentions: Sequence[Mention]) -> set[str]:
    return {name for m in mentions for name in (m.id, *m.concept.implies)}


def _turned_meal(case: Case) -> Iterator[Finding]:
    """Of goods that are no medicine only the other side of a meal is asked for: «после еды» for "before eating"."""
    theirs = {m.id for m in case.source.mentions() if m.group == "food"}
    for at, unit in enumerate(case.body.units):
        if not unit.ids.isdisjoint(_BEFORE) and not unit.ids.isdisjoint(_AFTER):
            continue  # one of them is said of something else: «после них»
        for mention in unit.mentions:
            turned = (mention.id in _AFTER and theirs and theirs <= _BEFORE) or (
                mention.id in _BEFORE and theirs and theirs <= _AFTER
            )
            if turned:
                yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


def _asked_of(case: Case, places: Sequence[int]) -> list[Mention]:
    """What sentences of the source say of the ways to use the goods."""
    source = case.source
    return [m for at in places for m in _uses(source.units[at], stance.stances(source)[at])]


def _uses(unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[Mention]:
    return (
        mention
        for mention in unit.mentions
        if mention.group != "route" or routes.is_used_so(unit, clauses, mention)
    )


def _is_of(mention: Mention, ids: set[str]) -> bool:
    return (
        mention.id in ids
        or not akin(mention.id).isdisjoint(ids)
        or not ids.isdisjoint(mention.concept.implies)
    )
