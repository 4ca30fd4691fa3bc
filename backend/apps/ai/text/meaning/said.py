"""How a sentence speaks of a concept: forbids or denies it, warns of it, names it, or affirms and allows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from apps.ai.text.meaning import signs, stance
from apps.ai.text.meaning.aside import is_by_the_way
from apps.ai.text.meaning.denial import is_affirmed, is_denied, is_not_borne
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.provided import is_provided
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.statements import statements
from apps.ai.text.meaning.verdicts import is_excepted
from apps.ai.text.meaning.views import once

ACTS = frozenset(
    {"mixing", "ocular", "swallowing", "act", "effective", "pass_into", "cause", "shake", "chew", "driving"}
    | {"replace", "touch", "alcohol", "grapefruit", "wash", "cloudy", "damaged_skin"}
)
#: These are there or not; to name them is to say that they are.
PRESENT = frozenset({"excipient", "effect", "care", "thing", "vitamin", "material"})
_KEPT = frozenset({"fridge", "freeze"})
ACTS_AND_KEPT = ACTS | _KEPT
#: To say these without a negation is to affirm them.
_PREDICATES = frozenset(
    {
        "act",
        "pass_into",
        "replace",
        "touch",
        "freeze",
        "fridge",
        "damaged_skin",
        "shake",
        "chew",
    }
)
_IN_GOODS = frozenset({"vitamin", "excipient"})
TAKEN = _IN_GOODS | {"substance", "inn"}


class Sign(StrEnum):
    NO = "no"
    WARNED = "warned"
    NAMED = "named"
    YES = "yes"


_SIGNS = {
    Stance.FORBIDS: Sign.NO,
    Stance.WARNS: Sign.WARNED,
    Stance.ALLOWS: Sign.YES,
    Stance.NEUTRAL: Sign.NAMED,
}


def sign(
    unit: Unit,
    clauses: tuple[Clause, ...],
    mention: Mention,
    words: tuple[signs.Sign, ...],
    denied: Mapping[int, bool],
) -> Sign:
    """How a sentence speaks of a concept. `words`: the signs of its words; `denied`: of those of whole statements."""
    if _excepts(unit) or _is_bounded(unit, clauses, mention):
        return Sign.NAMED
    if (is_present(mention) and is_not_borne(unit, mention)) or is_by_the_way(unit, mention):
        return Sign.NAMED
    said, own = stance.of(clauses, mention), stance.is_own(clauses, mention)
    if is_mixed(unit, mention):
        return _of_mixed(unit, clauses, mention, words, denied)
    if is_present(mention):
        own = stance.clause_at(clauses, mention.first).own if mention.group == "effect" else own
        return _of_present(unit, mention, said, _there(unit, mention, words, denied), is_own=own)
    if mention.id in _PREDICATES:
        is_kept_so = mention.id in _KEPT and said is Stance.FORBIDS and own and denied.get(mention.first)
        return Sign.NO if is_kept_so else _there(unit, mention, words, denied)
    if mention.id == "driving" and _NO_EFFECT.search(unit.folded):
        return Sign.YES
    if said is Stance.FORBIDS or _is_denied_act(unit, mention, words):
        return Sign.NO
    if mention.group == "disease" and said is Stance.ALLOWS and _lacks(unit, clauses, mention):
        return Sign.NAMED
    return _SIGNS[said]


def _of_present(unit: Unit, mention: Mention, said: Stance, there: Sign, *, is_own: bool) -> Sign:
    if is_counted(unit, mention) or _is_act(unit, mention):
        return Sign.NAMED
    if mention.group in _IN_GOODS and _ADDS.search(unit.folded):
        return Sign.NAMED
    if said is Stance.FORBIDS and is_own and mention.group in {"care", "effect"}:
        return Sign.NO
    # «краска ему вредна» does not tell that there is any.
    told = said is Stance.FORBIDS or (said is Stance.WARNS and is_own and mention.group != "effect")
    return Sign.NAMED if there is Sign.YES and told else there


#: «молоко не добавляйте»: what the buyer adds is no part of the goods.
_ADDS = re.compile(
    r"\bне (?:добавля|лей|подлива|клад)й?(?:ите|те)\b|\b(?:ekle|kat)m[ae]yin(?:iz)?\b|\bdo not add\b"
)


def _is_denied_act(unit: Unit, mention: Mention, words: tuple[signs.Sign, ...]) -> bool:
    if mention.id not in ACTS_AND_KEPT:
        return False
    # «çiğnemeden», «не разламывая» only tell how a thing is swallowed.
    said_so = mention.id != "swallowing" and words[mention.last] is signs.Sign.DENIED
    return is_denied(unit, mention) or said_so


#: «На способность управлять автомобилем не влияет.»
_NO_EFFECT = re.compile(
    r"\bне (?:влия|отража|сказыва|оказыва\w+ (?:\w+ )?влияни|ухудша|снижа|мешает|наруша)|"
    r"\bno (?:\w+ )?(?:effect|influence)|not (?:affect|impair|influence|interfere)|etkilemez|"
    r"etkilememekte|etkisi (?:yok|bulunmam)"
)


#: "Grind nothing other than roasted beans": what is excepted is not forbidden.
_EXCEPTS = re.compile(
    r"\bother than\b|\b(?:nothing|anything) (?:but|except)\b|\b(?:dışında|disinda|haricinde|haric)\b|"
    r"\bвместо\b[^,;]*\b(?:показан|назнач|примен|использу)|, а \w+(?: \w+)? [-–—] (?:пожалуйста|можно|да)\b|"
    r"\bкроме (?:тех|детей|случа|пациент|лиц|людей)|\bза исключением|\bиначе как\b|\bничего,? кроме\b"
)


#: «вместе с», "alongside": what is said there is said of the two together, not of what the goods contain.
_MIXES = re.compile(
    r"\bвместе\b|одновремен|\bсовме[сщ]|\bсочета(?!ни)|комбинир|смешива|параллельно|наряду|запива[йтюе]|"
    r"\bс другими\b|\bдруг\w+ (?:источник|средств|препарат|добавк|бад|продукт)|"
    r"\bother (?:source|product|supplement|medicine)|\bdiger (?:urun|ilac|kaynak|takviye)|"
    r"\bв (?:тот же|один|одну|одно|ту же) (?:вечер|день|ноч|время)|"
    r"\b(?:use|take|apply|give)\w* (?:\w+ )?with\b|\bile\b[^.;]{0,30}\b(?:kullan|al[imd]|uygula|veril|"
    r"ic[eim]|tuket)|"
    r"\btogether|\balongside|\bcombin|\bmix(?:ed|ing)? |\b(?:same|one) (?:evening|night|day|time)|"
    r"\bbirlikte|\bberaber|\bayni (?:anda|zamanda|gun|gece|aksam)|\bkaristir|\bkombine"
)


_NUTRIENTS = re.compile(
    r"\bккал|\bkcal|\bкдж|\bkj\b|\bуглевод|carbohydrate|karbonhidrat|пищевая ценность|besin deg"
)


def is_counted(unit: Unit, mention: Mention) -> bool:
    """«сахара 0,4 г» among nutrients: whether it was added is not told."""
    if mention.id in _NUTRIENTS_TOO and mention.last + 1 < len(unit.tokens):
        return value_of(unit.tokens[mention.last + 1].small) is not None or _counts_nutrients(unit)
    return mention.group in _IN_GOODS and _counts_nutrients(unit)


_NUTRIENTS_TOO = frozenset({"sugar", "salt"})


@once
def _counts_nutrients(unit: Unit) -> bool:
    return _NUTRIENTS.search(unit.folded) is not None


@once
def mixes(unit: Unit) -> bool:
    return _MIXES.search(unit.folded) is not None


def is_mixed(unit: Unit, mention: Mention) -> bool:
    return mention.group in _IN_GOODS and mention.id not in ACTS and mixes(unit)


def _of_mixed(
    unit: Unit,
    clauses: tuple[Clause, ...],
    mention: Mention,
    words: tuple[signs.Sign, ...],
    denied: Mapping[int, bool],
) -> Sign:
    said = stance.of(clauses, mention)
    if said in {Stance.FORBIDS, Stance.WARNS}:
        return _SIGNS[said]
    if denied.get(mention.first) or _of_word(unit, mention, words) is Sign.NO:
        return Sign.NO
    if said is Stance.ALLOWS:
        return Sign.YES
    return Sign.NAMED if any(one.stance is Stance.FORBIDS for one in clauses) else Sign.YES


def _lacks(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """«кашель без мокроты», and not «…, кроме больных глаукомой»."""
    one = stance.clause_at(clauses, mention.first)
    return is_denied(unit, mention) and not is_excepted(unit.tokens[one.first : one.last + 1])


def key_of(unit: Unit, mention: Mention) -> str:
    """Its id; what is mixed with the goods is no part of them."""
    return f"with {mention.id}" if is_mixed(unit, mention) else mention.id


@once
def _excepts(unit: Unit) -> bool:
    return _EXCEPTS.search(unit.folded) is not None


#: «Носить не дольше 3 часов» and «не носить более 3 часов» say the same.
BOUNDED = re.compile(
    r"(?:более|больше|дольше|свыше|чаще|раньше) (?:чем )?(?:через |в )?\d|"
    r"\d\w* ?\w+(?:dan|den) (?:fazla|uzun)|more than \d|longer than \d"
)


def _is_bounded(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """«artritte 21 günden uzun kullanılmamalıdır»: longer than that is forbidden, not the use."""
    if BOUNDED.search(unit.folded) is None:
        return False
    if mention.group in {"care", "verb"}:
        return True
    one = stance.clause_at(clauses, mention.first)
    if one.stance is not Stance.FORBIDS:
        return False
    if not one.own:
        one = next((other for other in clauses if other.first > one.first and other.own), one)
    first, last = unit.tokens[one.first].start - unit.start, unit.tokens[one.last].end - unit.start
    return BOUNDED.search(unit.folded[first:last]) is not None


def _there(unit: Unit, mention: Mention, words: tuple[signs.Sign, ...], denied: Mapping[int, bool]) -> Sign:
    if mention.group == "thing" and (comes := is_provided(unit, mention)) is not None:
        return Sign.YES if comes else Sign.NO
    said = _of_word(unit, mention, words)
    whole = denied.get(mention.first)
    return Sign.NAMED if whole is not None and (said is Sign.NO) is not whole else said


def _of_word(unit: Unit, mention: Mention, words: tuple[signs.Sign, ...]) -> Sign:
    own = max(words[mention.first : mention.last + 1])
    if own is signs.Sign.DENIED or is_denied(unit, mention):
        return Sign.NO
    if own is signs.Sign.PLAIN or mention.group == "thing" or is_affirmed(unit, mention):
        return Sign.YES
    return Sign.NAMED


@once
def denials(reading: Reading) -> tuple[dict[int, bool], ...]:
    """Of each sentence the places whose whole statement is denied, or is not, by its own words."""
    found: tuple[dict[int, bool], ...] = tuple({} for _ in reading.units)
    for one in statements(reading):
        if one.own and one.denied is not None:
            found[one.unit].update(dict.fromkeys(one.places, one.denied))
    return found


def _is_denied_word(mention: Mention, words: tuple[signs.Sign, ...]) -> bool:
    """«çiğnemeden», «не разламывая» only tell how a thing is swallowed."""
    return mention.id != "swallowing" and words[mention.last] is signs.Sign.DENIED


def _is_act(unit: Unit, mention: Mention) -> bool:
    """«окрашивать», "wash": what is done is no part of the goods."""
    if mention.group != "excipient" or mention.first != mention.last:
        return False
    return part_of_speech(unit.tokens[mention.first].small) in {"VERB", "INFN", "GRND"}


def is_present(mention: Mention) -> bool:
    return mention.group in PRESENT and mention.id not in ACTS
