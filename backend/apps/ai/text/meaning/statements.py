"""What a text states, piece by piece, each with yes or no: the whole piece is denied, or not.

A piece lies between commas; what «без», "no", «-sız» deny is a piece of its own. Which word of it a negation governs
is not asked: «С ретинолом не совмещать» and «Не сочетать с ретинолом» deny the same, wherever the negation stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from apps.ai.text.language import dictionary, glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import lexicon
from apps.ai.text.meaning.lexicon import Concept
from apps.ai.text.meaning.negations import Negates, is_subject, negates, part_of_speech
from apps.ai.text.meaning.piece_words import is_denied_inside, is_gerund
from apps.ai.text.meaning.pieces import PARTS, Piece, pieces_of
from apps.ai.text.meaning.reading import Reading, Token, Unit, mentions_at
from apps.ai.text.meaning.signs import is_frame
from apps.ai.text.meaning.stance import Clause, Stance, clause_at, stances
from apps.ai.text.meaning.verdicts import is_relative
from apps.ai.text.meaning.views import once


class Statement(NamedTuple):
    """`features`: concepts and stems; `denied`: None when it is left open; `places`: of its words in the sentence.

    `own`: by its own words, not by those of a neighbour.
    """

    unit: int
    features: frozenset[str]
    denied: bool | None
    own: bool
    places: frozenset[int]


def statements(reading: Reading, *, by_concepts: bool = False) -> tuple[Statement, ...]:
    """Those of every sentence, in order. `by_concepts`: for a source in another language, which has no such stems."""
    return _statements(reading, by_concepts)


@once
def _statements(reading: Reading, by_concepts: bool) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for at, (unit, clauses) in enumerate(zip(reading.units, stances(reading), strict=True)):
        found += _of_unit(unit, at, reading, clauses, by_concepts)
    return tuple(found)


def _of_unit(
    unit: Unit, at: int, reading: Reading, clauses: tuple[Clause, ...], by_concepts: bool
) -> Iterator[Statement]:
    pieces = pieces_of(unit)
    is_said_here = any(one.own and one.stance is Stance.FORBIDS for one in clauses)
    is_turkish = reading.latin == lexicon.TURKISH and not reading.is_russian
    speaking = [place for place, one in enumerate(pieces) if one.denied is None or one.own]
    denied = next((place for place in speaking if pieces[place].denied and pieces[place].own), len(pieces))
    is_plain = all(one.denied is False for one in pieces)
    said = [features_of(unit, one.tokens, by_concepts) for one in pieces]
    is_judged = any(
        one.denied and one.own and not features for one, features in zip(pieces, said, strict=True)
    )
    for place, (piece, features) in enumerate(zip(pieces, said, strict=True)):
        if not features:
            continue
        first = piece.tokens[0].at
        places = frozenset(token.at for token in piece.tokens)
        clause = clause_at(clauses, first)
        listed = (
            clause.stance is Stance.FORBIDS
            and (clause.listed or not clause.own or (unit.is_bullet and unit.tokens[0].small == "при"))
            and piece.denied is False
            and not piece.strong
        )
        if listed and (denied < place or not is_said_here):
            yield Statement(at, features, None, False, places)
        elif piece.denied is False and (is_judged or _is_open(pieces, place)):
            yield Statement(at, features, None, piece.own, places)
        elif piece.own or piece.denied is not False:
            yield Statement(at, features, piece.denied, piece.own, places)
        elif _inherited(unit, pieces, place, speaking, is_turkish=is_turkish):
            yield Statement(at, features, True, False, places)
        else:
            yield Statement(at, features, False if is_plain else None, False, places)


def _is_open(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a piece tells of a case, a wait or a purpose, and states nothing by itself."""
    ways = (_is_of_whom, _tells_of, _awaits, _has_happened, _is_so_that)
    return any(way(pieces, place) for way in ways)


def _is_so_that(pieces: Sequence[Piece], place: int) -> bool:
    """«держат так, чтобы кончик не касался глаза»: what is done is said by what must not happen."""
    following = pieces[place + 1].tokens if place + 1 < len(pieces) else ()
    return (
        bool(following)
        and following[0].small in {"чтобы", "чтоб"}
        and pieces[place].tokens[-1].small == "так"
    )


def _awaits(pieces: Sequence[Piece], place: int) -> bool:
    """«греть баллон, прокалывать запрещено»: of infinitives the verdict behind them speaks, too."""
    own = pieces[place].tokens
    if not any(part_of_speech(token.small) == "INFN" for token in own) or any(
        part_of_speech(token.small) in {"VERB", "PRED", "PRTS", "ADJS"} for token in own
    ):
        return False
    return any(
        one.denied and one.own and any(negates(token.small) is Negates.AROUND for token in one.tokens)
        for one in pieces[place + 1 :]
    )


def _is_of_whom(pieces: Sequence[Piece], place: int) -> bool:
    """«тем, кто пьёт варфарин, нельзя»: it tells of whom the rest speaks, and states nothing."""
    return is_relative(pieces[place].tokens) and any(one.denied is not False for one in pieces)


def _has_happened(pieces: Sequence[Piece], place: int) -> bool:
    """«Пропустили дозу — не удваивайте следующую»: a case, as with «если»."""
    if place + 1 >= len(pieces):
        return False
    tag = dictionary.tags(pieces[place].tokens[0].small)
    return bool(tag) and (tag[0].POS, tag[0].tense, tag[0].number) == ("VERB", "past", "plur")


def _tells_of(pieces: Sequence[Piece], place: int) -> bool:
    """«мелких деталей, которыми можно подавиться, нет»: what is not there does nothing."""
    words = [token.small for token in pieces[place].tokens[:2]]
    return any(word.startswith("котор") for word in words) and any(one.denied for one in pieces[:place])


def _inherited(
    unit: Unit, pieces: Sequence[Piece], place: int, speaking: list[int], *, is_turkish: bool
) -> bool | None:
    """What a piece of a list takes from the next verb in Turkish, from the one before elsewhere.

    `speaking`: the places of the pieces that say something by themselves.
    """
    own = pieces[place].tokens
    if (
        own[0].small in PARTS
        or says_itself(unit, own)
        or is_gerund(own[0].small)
        or (is_turkish and (_DOES.match(own[-1].small) or any(one.small in _BIDS for one in own)))
    ):
        return False
    if is_turkish and unit.text[own[-1].end - unit.start :].lstrip()[:1] == ":":
        return False
    near = bisect_left(speaking, place)
    for other in map(pieces.__getitem__, speaking[near:] if is_turkish else reversed(speaking[:near])):
        if is_turkish and other.alone and _is_a_whole_item(unit, other):
            return False  # «vegan, şekersiz, tuz içermez»
        if is_turkish and other.alone:
            continue  # «zehirsiz boya»: an adjective is no verb of the list
        if other.alone and not _is_listed_with(own):
            return False
        if other.tokens[0].clause != own[0].clause:
            return False if _are_side_by_side(other.tokens, own) else other.denied
    return False


def _is_a_whole_item(unit: Unit, piece: Piece) -> bool:
    """Whether a piece stands alone between commas."""
    first, last = piece.tokens[0], piece.tokens[-1]
    around = (*unit.tokens[max(0, first.at - 1) : first.at], *unit.tokens[last.at + 1 : last.at + 2])
    return all(one.clause != first.clause for one in around)


_ACTS = frozenset({"GRND", "INFN", "VERB"})


def _are_side_by_side(denied: Sequence[Token], own: Sequence[Token]) -> bool:
    """«не разжёвывая, запивая водой», «не жевать, запить водой»: two acts, the first of which alone is denied."""
    form = next((name for one in own if (name := part_of_speech(one.small)) in _ACTS), "")
    return bool(form) and any(
        one.small == "не" and part_of_speech(other.small) == form for one, other in pairwise(denied)
    )


def _is_listed_with(tokens: Sequence[Token]) -> bool:
    """«без сахара, соли», but not «без сахара, приготовление на воде»: whether its first noun may be a genitive."""
    tags = (dictionary.tags(token.small) for token in tokens if part_of_speech(token.small) == "NOUN")
    return any(tag.case == "gent" for tag in next(tags, ())) or tokens[0].small[0] < "а"


#: «30 derecede yıka»
_BIDS = frozenset("yika kullan koy utule kurut sakla uygula sik calkala durula".split())
#: «artırır», «izlenir»: a Turkish piece with a verb of its own, and no «sinir».
_DOES = re.compile(r"[a-z]{3,}[dlnrt][iu]r$")
_DASH = re.compile(r"\s[-–—]\s")


def says_itself(unit: Unit, tokens: Sequence[Token]) -> bool:
    """«не смывать, через 10 мин — крем», «не линяет, усадка до 3 %»: with a predicate or a subject of its own."""
    if tokens[0].small[0] < "а":
        return False
    if _DASH.search(unit.text[tokens[0].start - unit.start : tokens[-1].end - unit.start]):
        return True
    return next((is_subject(token.small) for token in tokens if part_of_speech(token.small) == "NOUN"), False)


#: Said of everything, with and without a negation.
_SAID_EITHER_WAY = frozenset(
    "use product doctor day year month week dose below above exceed risk danger contra caution indication treatment "
    "store lack other_ help first last normal outofreach contain stay food supplement portion increase_dose tablet "
    "moist light capsule child small big syrup cream gel ointment solution topical oral any_meal mixing rx otc "
    "expiry".split()
)
_EITHER_WAY = frozenset(f"{mark}:{name}" for name in _SAID_EITHER_WAY for mark in "cd")
#: Of these clauses forbid, warn and allow: `polarity` compares them.
_OF_STANCES = frozenset({"person", "disease", "organism"})
_LEAST = 4
_MODAL = re.compile(
    r"можно|может|могут|лучше|числе|очень|чтобы|нужн|надо|также|отлично|хорошо|любо[йгм]|всегда|обязательно|таблет|капсул|"
    r"возмож|допуст|разреш|служ|включая|друг|после$|кроме"
)


def features_of(unit: Unit, tokens: Sequence[Token], by_concepts: bool) -> frozenset[str]:
    """Concepts («c:», of persons and diseases «d:») and stems («s:») that words of a sentence speak of."""
    known = mentions_at(unit)
    places = {token.at for token in tokens}
    found: set[str] = set()
    for at, mention in ((token.at, one) for token in tokens for one in known.get(token.at, ())):
        if mention.first == at and at in places and mention.last in places:
            found |= _of_concept(mention.concept)
            if by_concepts or mention.group in _OF_STANCES:
                places -= set(range(mention.first, mention.last + 1))
    for token in tokens:
        if token.at in places:
            found |= _of_word(token.small)
    return frozenset(found)


@lru_cache(maxsize=10_000)
def _of_concept(concept: Concept) -> frozenset[str]:
    mark = "d" if concept.group in _OF_STANCES else "c"
    return frozenset(f"{mark}:{name.rstrip('+-')}" for name in (concept.id, *concept.implies)) - _EITHER_WAY


@lru_cache(maxsize=50_000)
def _of_word(small: str) -> frozenset[str]:
    if _MODAL.match(small) or (negates(small) is not Negates.NO and not is_denied_inside(small)):
        return frozenset()
    bare = re.sub(r"^(?:без|бес|не)(?=[а-я]{5})", "", small) if is_denied_inside(small) else small
    return frozenset(
        f"s:{stem[:6]}"
        for stem in stems(bare)
        if len(stem) >= _LEAST and not is_frame(stem) and stem[0] >= "а"
    )


def translated(one: Statement, reading: Reading) -> frozenset[str]:
    """What the glossary makes of its words, as stems."""
    unit = reading.units[one.unit]
    return translation(unit, [unit.tokens[place] for place in sorted(one.places)])


def translation(unit: Unit, tokens: Sequence[Token]) -> frozenset[str]:
    """What the glossary makes of these words of a sentence, as stems."""
    return _translated(
        " ".join(unit.text[token.start - unit.start : token.end - unit.start] for token in tokens)
    )


@lru_cache(maxsize=10_000)
def _translated(text: str) -> frozenset[str]:
    return frozenset().union(
        *(_of_word(word) for word in glossary.translate(text).text.lower().replace("ё", "е").split())
    )
