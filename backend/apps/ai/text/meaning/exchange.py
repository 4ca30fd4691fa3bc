"""Two figures that have changed places: the source gives A to X and B to Y, the card the other way round.

Each place of the card is held against those of the source that have its own figure, and against those that have the
other (`shares`): what counts is how much more it has of the other's words. A word beside many figures counts little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.shares import Key, Share, shares
from apps.ai.text.meaning.views import once

#: How much each of the two places leans to the other figure, both together, and one where the other leans nowhere; set
#: on the rows of `benchmarks/guard_corpus` that are not held out.
_EACH, _BOTH, _ALONE = 0.1, 0.4, 1.1
_NOWHERE = -0.001
#: So many different figures of one unit are compared with each other; a table of more is no sentence.
_MOST = 14
#: A figure at more places is nobody's own.
_PLACES = 12
#: The form of the goods may stand beside each figure.
_FORM = 0.6
_FORMS = frozenset(
    "tablet capsule syrup spray drop pack package таблет капсул сироп флакон упаков kapsul capsul "
    "k:tablet k:kapsul k:sirop k:flakon".split()
)
ByKey = dict[Key, list[Share]]
Common = dict[tuple[str, str], int]


def check(case: Case) -> Iterator[Finding]:
    theirs, ours, common = _given(case.source), _by_key(case.body), _common(case.source)
    for unit in sorted({key[2] for key in ours}):
        keys = [key for key in ours if key[2] == unit and key in theirs][:_MOST]
        for one, other in combinations(keys, 2):
            if ours[one][0].counted != ours[other][0].counted:
                continue
            if place := _exchanged(theirs, ours, one, other, common):
                quote, origin = place.text.strip()[:160], theirs[one][0].unit.text.strip()
                yield Finding(Code.WHOSE, "description", quote, origin)


def _exchanged(theirs: ByKey, ours: ByKey, one: Key, other: Key, common: Common) -> Unit | None:
    """The place of the card that gives the one figure to the other's owner."""
    ones = [(_lean(share, theirs[one], theirs[other], common), share.unit) for share in ours[one]]
    others = [_lean(share, theirs[other], theirs[one], common) for share in ours[other]]
    most, place = max(ones, key=lambda lean: lean[0])
    if min(most, max(others)) >= _EACH and most + max(others) >= _BOTH:
        return place
    least = min(*(lean for lean, _ in ones), *others)
    # Of a bare number that stands alone nothing is known: it may be of anything.
    return place if one[2] and least >= _NOWHERE and max(most, *others) >= _ALONE else None


def _lean(share: Share, own: list[Share], others: list[Share], common: Common) -> float:
    """How much more a place of the card has of the words beside another figure than of those beside its own."""
    return max(_alike(share, place, common) for place in others) - max(
        _alike(share, place, common) for place in own
    )


def _alike(share: Share, place: Share, common: Common) -> float:
    there, unit = place.weights, share.key[2]
    return sum(
        max(
            min(weight, there[name]) / common[unit, name] * (_FORM if name in _FORMS else 1.0)
            for name in names & there.keys()
        )
        for weight, names in share.words
        if not names.isdisjoint(there)
    )


@once
def _by_key(reading: Reading) -> ByKey:
    found: dict[Key, dict[frozenset[tuple[str, float]], Share]] = {}
    for share in shares(reading):
        found.setdefault(share.key, {}).setdefault(frozenset(share.weights.items()), share)
    return {key: list(places.values()) for key, places in found.items() if len(places) <= _PLACES}


@once
def _given(source: Reading) -> ByKey:
    """The figures of the source; only a number that it always leaves bare may be of any unit."""
    return {
        key: places for key, places in _by_key(source).items() if not any(share.counted for share in places)
    }


@once
def _common(reading: Reading) -> Common:
    """Beside how many different figures of a unit each word stands."""
    found: dict[tuple[str, str], set[Key]] = defaultdict(set)
    for share in shares(reading):
        for name in share.weights:
            found[share.key[2], name].add(share.key)
    return {name: len(keys) for name, keys in found.items()}
