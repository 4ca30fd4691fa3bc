"""Another word in the place of the source's, in a sentence that is a copy of it otherwise: «овальные» for «круглые».

Who rewrites a sentence changes more than one word; who changes one word alone changes what it says, unless the two are
synonyms (`lexicon/synonyms.txt`). It needs no knowledge of what the words mean, but one language, so only Russian
sources are compared. Opposites (`lexicon/opposites.txt`) count in looser copies, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lexicon.word_pairs import are_opposites, are_synonyms
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.permitted import SURE
from apps.ai.text.meaning.reading import Reading, Token, Unit, mentions_at, unit_stems
from apps.ai.text.meaning.views import once

#: How many words two sentences must share, and which part of the longer one without what is replaced.
_SHARED, _COPIED = 3, 0.9
#: The same for opposites.
_SHARED_OF_OPPOSITES, _COPIED_OF_OPPOSITES = 2, 0.6
_SPAN, _LONGEST = 2, 80
_VOWELS = frozenset("аеиоуыэюя")
_DENIALS = frozenset("не нет ни без нельзя кроме".split())
#: Letters of a word that says something, and of the beginning that words of one family share.
_LETTERS, _FAMILY = 3, 4
_CLASSES = {"NOUN": "noun", "ADJF": "adjective", "PRTF": "adjective", "ADJS": "short", "PRTS": "short"}
#: Groups of concepts of which one stands for no other; the source may speak of both, in other sentences.
_SIBLINGS = frozenset({"person", "anatomy", "time", "route", "material"})


class Words(NamedTuple):
    """The words of a sentence that say something, and their stems."""

    tokens: tuple[Token, ...]
    stems: tuple[str, ...]


class Swap(NamedTuple):
    """`theirs` of the source's sentence stands where the card has `ours`; both with their stems."""

    theirs: Token
    ours: Token
    of_theirs: str
    of_ours: str


def check(case: Case) -> Iterator[Finding]:
    if not case.source.is_russian:
        return
    for at, unit in enumerate(case.body.units):
        if case.pairs[at].score < SURE or frozenset(_words(unit).stems) in _sentences(case.source):
            continue
        for place, theirs in enumerate(case.sources_of(at)[:2]):
            swaps = _swaps(unit, theirs)
            code = next(
                filter(None, (_code(case, unit, theirs, *one, is_best=not place) for one in swaps)), None
            )
            if code is not None:
                yield Finding(code, "description", unit.text.strip()[:160], theirs.text.strip())
                break


def _swaps(unit: Unit, theirs: Unit) -> Iterator[tuple[Swap, bool, bool]]:
    """Words put in the place of one another; whether the rest is a copy, and whether it is nearly one."""
    ours, known = _words(unit), _words(theirs)
    if max(len(ours.stems), len(known.stems)) > _LONGEST:
        return  # a whole leaflet without a stop
    if len(frozenset(ours.stems) & frozenset(known.stems)) < _SHARED_OF_OPPOSITES:
        return
    steps = SequenceMatcher(None, known.stems, ours.stems, autojunk=False).get_opcodes()
    shared = sum(end - start for kind, start, end, _, _ in steps if kind == "equal")
    for kind, start, end, first, last in steps:
        span = end - start
        if kind != "replace" or span > _SPAN or last - first != span:
            continue
        longer = max(len(ours.stems), len(known.stems)) - span
        is_copy = shared >= _SHARED and shared >= longer * _COPIED
        is_near = shared >= _SHARED_OF_OPPOSITES and shared >= longer * _COPIED_OF_OPPOSITES
        for one, other in zip(range(start, end), range(first, last), strict=True):
            swap = Swap(known.tokens[one], ours.tokens[other], known.stems[one], ours.stems[other])
            if _tells(swap.theirs.small) and _tells(swap.ours.small):
                yield swap, is_copy, is_near


def _code(
    case: Case, unit: Unit, theirs: Unit, swap: Swap, is_copy: bool, is_near: bool, *, is_best: bool
) -> Code | None:
    """What kind of change it is; none for words that may stand for one another."""
    if are_opposites(swap.of_theirs, swap.of_ours):
        is_known = swap.of_ours in case.source.stems  # of something else, perhaps
        return Code.POLARITY if (is_copy if is_known else is_near) and not _denies(unit, theirs) else None
    if not is_copy or swap.of_theirs[:_FAMILY] == swap.of_ours[:_FAMILY]:
        return None
    if are_synonyms(swap.of_theirs, swap.of_ours):
        return None
    mine = mentions_at(unit).get(swap.ours.at, ())
    his = mentions_at(theirs).get(swap.theirs.at, ())
    if {one.group for one in mine} & {one.group for one in his} & _SIBLINGS:
        is_same = not {one.id for one in mine}.isdisjoint(theirs.ids)
        return None if is_same or not is_best else Code.CLAIM
    if swap.of_ours in case.source.stems or not _is_nominal(swap):
        return None
    if mine and all(one.group == "size" or case.proof.proves(one, unit) for one in mine):
        return None
    return Code.CLAIM


def _denies(*units: Unit) -> bool:
    return any(token.small in _DENIALS for unit in units for token in unit.tokens)


def _is_nominal(swap: Swap) -> bool:
    """Whether both are nouns, or both adjectives: verbs have too many synonyms."""
    kind = _CLASSES.get(part_of_speech(swap.ours.small))
    return kind is not None and kind == _CLASSES.get(part_of_speech(swap.theirs.small))


def _tells(word: str) -> bool:
    """Whether a word says something: «млрд», without a vowel, only stands for one."""
    return len(word) >= _LETTERS and "а" <= word[0] <= "я" and not _VOWELS.isdisjoint(word)


@once
def _sentences(source: Reading) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(_words(unit).stems) for unit in source.units)


@once
def _words(unit: Unit) -> Words:
    stems = unit_stems(unit)
    said = [at for at, token in enumerate(unit.tokens) if len(token.small) >= 3 or token.small[0].isdigit()]
    return Words(tuple(unit.tokens[at] for at in said), tuple(stems[at] for at in said))
