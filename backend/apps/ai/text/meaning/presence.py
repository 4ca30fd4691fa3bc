"""What is in the goods and what is not: «на спирту» for «alkolsüz», «здесь он есть» for "contains none".

Compared is what one text says is there and the other only denies, as a part of the goods, in a sentence about the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import Negates, negates
from apps.ai.text.meaning.pieces import Piece, pieces_of
from apps.ai.text.meaning.reading import Reading, Token, Unit, mentions_at
from apps.ai.text.meaning.sound import key
from apps.ai.text.meaning.stance import Stance, clause_at, stances
from apps.ai.text.meaning.statements import features_of, translation
from apps.ai.text.meaning.views import once

_LACKS = re.compile(
    r"(?:без|нет|отсутству\w+|лишен\w*|free|no|without|none|lacks|"
    r"icerm\w+|yok|yoktur|bulunmaz|bulunmam\w+|katilmam\w+|edilmem\w+|eklenmem\w+|\w{3,}s[iu]z(?:d[iu]r)?)$"
)
_PUT_IN = r"содерж\w+|входит|входят|добавл(?!яй)\w+|использован\w*|кла[лд]\w+|contain\w*|includ\w+|added|used"
_IS_PUT_IN = re.compile(rf"(?:{_PUT_IN})$")
_HAS = re.compile(
    r"(?:содерж\w+|составе|есть|присутств\w+|имеется|добавлен[аоы]?|обогащ\w+|contains?|icerir|iceren|vardir|ilaveli|katkili)$"
)
_NOT = frozenset({"не", "not"})
_WITH = frozenset({"с", "со", "на", "with"})
#: What goods are made of: it is there or not. Sugar is there by nature where none is added.
_GROUPS = frozenset({"excipient", "vitamin", "substance", "plant", "inn", "food", "material"})
_ALSO = frozenset({"alcohol", "salt", "caffeine", "sweet+", "decaf+"})
_LEAST, _SOUND = 6, 8
_BASED = re.compile(r"на \w+(?:ой|ей|ом|у)(?: основе)?$| bazli$|-based$")


def check(case: Case) -> Iterator[Finding]:
    theirs = _told(case.source, False)
    seen: set[int] = set()
    for name, places in _told(case.body, not case.source.is_russian).items():
        known = theirs.get(name, {})
        told = set().union(*known.values())
        for at, said in places.items():
            if len(said) != 1 or len(told) != 1 or said == told or not case.pairs[at].sources or at in seen:
                continue
            seen.add(at)
            quote = case.body.units[at].text.strip()[:160]
            yield Finding(
                Code.POLARITY, "description", quote, case.source.units[next(iter(known))].text.strip()
            )


@once
def _told(reading: Reading, by_concepts: bool) -> dict[str, dict[int, set[bool]]]:
    """Of each concept and stem in which sentences it is said to be there, or not."""
    found: dict[str, dict[int, set[bool]]] = {}
    for at, (unit, clauses) in enumerate(zip(reading.units, stances(reading), strict=True)):
        if "allergic" in unit.ids:
            continue  # whom it does not harm
        for piece in pieces_of(unit):
            is_there = _is_there(piece)
            said = clause_at(clauses, piece.tokens[0].at)
            if is_there is None or (said.own and said.stance in {Stance.FORBIDS, Stance.WARNS} and is_there):
                continue
            parts = piece.tokens if is_there else _what_lacks(piece.tokens)
            for name in _names(unit, parts, reading, by_concepts=by_concepts):
                found.setdefault(name, {}).setdefault(at, set()).add(is_there)
    return found


def _what_lacks(tokens: Sequence[Token]) -> Sequence[Token]:
    """«мыло с розой не содержит спирта», "the cream contains no alcohol": what lacks it is not missing itself."""
    for place, (before, token) in enumerate(pairwise(tokens[:-1]), start=1):
        if (before.small in _NOT and _IS_PUT_IN.match(token.small)) or before.small == "iceren":
            return tokens[place:]
    return tokens


def _is_there(piece: Piece) -> bool | None:
    """None when a piece tells neither."""
    words = [token.small for token in piece.tokens]
    if piece.denied:
        # «без» and "no" stand before what they deny alone.
        lacks = piece.alone and all(negates(one) is Negates.NO for one in words)
        lacks = lacks or any(map(_LACKS.match, words))
        lacks = lacks or any(one in _NOT and _IS_PUT_IN.match(other) for one, other in pairwise(words))
        return False if lacks else None
    if piece.denied is None:
        return None
    if any(map(_HAS.match, words)) or words[0] in _WITH or _BASED.search(" ".join(words)):
        return True
    return None


def _names(unit: Unit, tokens: Sequence[Token], reading: Reading, *, by_concepts: bool) -> frozenset[str]:
    """Parts of goods by concept, and what no lexicon has by stem and sound."""
    known = mentions_at(unit)
    places = {token.at for token in tokens}
    concepts = frozenset(
        f"c:{one.id}"
        for token in tokens
        for one in known.get(token.at, ())
        if {one.first, one.last} <= places and one.id != "sugar" and (one.group in _GROUPS or one.id in _ALSO)
    )
    strange = [token for token in tokens if token.at not in known]
    stems = features_of(unit, strange, by_concepts)
    if not reading.is_russian:
        stems |= translation(unit, strange)
    sounds = {f"n:{key(token.small)[:_SOUND]}" for token in strange if len(token.small) > _SOUND}
    return concepts | sounds | frozenset(name for name in stems if name[0] == "s" and len(name) >= _LEAST)
