"""Two figures that have changed places, whatever they are of.

Beside each figure stand words that the other has not: «ширина» beside 80 cm, «высота» beside 75 cm. When the card has
the source's words of the one beside the other, and nothing speaks for the right order, they were exchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from apps.ai.text.meaning import sound
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Unit, mentions_at, unit_stems
from apps.ai.text.meaning.views import once
from apps.ai.text.meaning.wholes import is_whole

_OR = frozenset({"или", "либо", "veya", "or"})
_BEHIND_OR = 2
Key = tuple[float, float, str]
#: So many different figures of one unit are compared with each other; a table of more is no sentence.
_MOST = 14
_WINDOW = 6
#: Letters from which on a word may be a name that sounds alike in two alphabets.
_NAME = 6
#: They say whose another figure is.
_LIMITS = frozenset({"most", "least"})
_SHORT = frozenset({"minute", "hour", "day"})
_OF_OTHERS = frozenset({"year", "month", "times"})
FRAMES = frozenset(
    "contain use day year month week dose product above below exceed other_ big small repeat child_ temperature "
    "minute hour second indication".split()
)

#: The form of the goods may stand beside each figure: it speaks for an order, never against one.
_FORMS = frozenset(
    "tablet capsule syrup spray drop pack package таблет капсул сироп флакон упаков kapsul capsul "
    "k:tablet k:kapsul k:sirop k:flakon".split()
)


def check(case: Case) -> Iterator[Finding]:
    theirs, ours = _beside(case.source), _beside(case.body)
    choices = _choices(case.source)
    for unit in sorted({key[2] for key in ours} - _OF_OTHERS):
        keys = [key for key in ours if key[2] == unit and key in theirs][:_MOST]
        times = Counter(word for key, (words, _) in theirs.items() if key[2] == unit for word in words)
        often = frozenset(word for word, count in times.items() if count > 1)
        for one, other in combinations(keys, 2):
            if {one, other} in choices:
                continue  # «500 мг или 850 мг»: what stands beside the one is said of the other, too
            if _exchanged(theirs, ours, one, other, often):
                place = ours[one][1]
                yield Finding(
                    Code.WHOSE, "description", place.text.strip()[:160], theirs[one][1].text.strip()
                )


Beside = dict[Key, tuple[frozenset[str], Unit]]


def _exchanged(theirs: Beside, ours: Beside, one: Key, other: Key, often: frozenset[str]) -> bool:
    """`often`: words beside several figures, which alone prove nothing."""
    true_one, true_other = theirs[one][0] - theirs[other][0], theirs[other][0] - theirs[one][0]
    our_one, our_other = ours[one][0] - ours[other][0], ours[other][0] - ours[one][0]
    if our_one & true_one or our_other & true_other:
        return False
    true_one, true_other = true_one - _FORMS, true_other - _FORMS
    if our_one & true_other and our_other & true_one:
        return True
    if ours[one][0] & true_one or ours[other][0] & true_other:
        return False
    if not theirs[one][0] or not theirs[other][0]:
        return False  # of a figure that stands alone nothing is known
    crossed = (our_one & true_other) - _told_with(theirs, one, other)
    crossed = crossed or (our_other & true_one) - _told_with(theirs, other, one)
    return bool(crossed - often)


def _told_with(theirs: Beside, one: Key, other: Key) -> frozenset[str]:
    """What the sentence of a figure speaks of, where the other figure has a sentence of its own."""
    place = theirs[one][1]
    return frozenset() if place is theirs[other][1] else frozenset(mention.id for mention in place.mentions)


@once
def _choices(reading: Reading) -> list[set[Key]]:
    """Figures of which the source gives either."""
    return [
        {one.key, other.key}
        for unit in reading.units
        for one, other in pairwise(figures(unit))
        if other.first - one.last == _BEHIND_OR and unit.tokens[one.last + 1].small in _OR
    ]


@once
def _beside(reading: Reading) -> Beside:
    """What stands beside each figure, over all its places, and the first of these."""
    found: Beside = {}
    for unit in reading.units:
        own = tuple(figure for figure in figures(unit) if not is_whole(unit, figure))
        for at, figure in enumerate(own):
            before = own[at - 1].last if at else -1
            behind = own[at + 1].first if at + 1 < len(own) else len(unit.tokens)
            words = frozenset(_words(unit, figure, before, behind)) | _of_other_unit(unit, own, at)
            if figure.unit in _SHORT:
                words -= {"first"}  # «в первые двенадцать часов»: from a moment on
            if figure.bound in _LIMITS:
                words |= {f"b:{figure.bound}"}
            known, first = found.get(figure.key, (frozenset(), unit))
            found[figure.key] = (known | words, first)
    return found


def _of_other_unit(unit: Unit, own: tuple[Figure, ...], at: int) -> frozenset[str]:
    """An age, a strength in the same clause says whose a figure is, too."""
    clause = unit.tokens[own[at].first].clause
    near = [one for one in own[max(0, at - 1) : at + 2] if unit.tokens[one.first].clause == clause]
    # «2–6 лет: 2,5 мг (5 капель)»: an age before a colon is that of all behind it.
    near += [one for one in own[:at] if one.unit in _OF_OTHERS - {"times"} and _labels(unit, one)][-1:]
    return frozenset(f"f:{one.low:g}-{one.high:g}{one.unit}" for one in near if one.unit != own[at].unit)


def _labels(unit: Unit, figure: Figure) -> bool:
    return unit.text[unit.tokens[figure.last].end - unit.start :].lstrip(" )")[:1] == ":"


def _words(unit: Unit, figure: Figure, before: int, behind: int) -> Iterator[str]:
    """Concepts and stems of the figure's clause between its neighbours; of the clause before when there are none."""
    first = max(before + 1, figure.first - _WINDOW)
    last = min(behind, figure.last + 1 + _WINDOW)
    places = [at for at in range(first, last) if not figure.first <= at <= figure.last]
    clause = unit.tokens[figure.first].clause
    own = list(words_at(unit, {at for at in places if unit.tokens[at].clause == clause}))
    yield from own or words_at(unit, {at for at in places if at < figure.first})


def words_at(unit: Unit, places: set[int]) -> Iterator[str]:
    """What words at these places are known by: concepts, stems, and the sound of a name."""
    known = mentions_at(unit)
    for mention in (one for at in places for one in known.get(at, ())):
        if mention.id not in FRAMES:
            yield mention.id
    roots = unit_stems(unit)
    for at in places:
        if len(roots[at]) > 3:
            yield roots[at][:6]
        if len(roots[at]) >= _NAME:
            yield f"k:{sound.key(roots[at])[:_NAME]}"
