"""Names of a card that its source does not have: substances, diseases, persons, times of day, effects.

A near-miss is no occurrence: «циталопрам» is not proved by «эсциталопрам».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.language import dictionary
from apps.ai.text.meaning import body, headings, persons, routes, stance, timing
from apps.ai.text.meaning.deeds import was_done
from apps.ai.text.meaning.denial import is_denied
from apps.ai.text.meaning.evidence import Evidence
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.reading import Mention, Reading, Unit, read
from apps.ai.text.meaning.stance import Clause, Stance

_CONDITIONS = frozenset({"person", "food", "time", "route", "rx"})
_CLAIMS = frozenset({"disease", "organism", "effect"})
_MEDICAL_ONLY = frozenset({"anatomy", "food", "time", "route", "rx"})
#: «и на голодный, и на полный желудок»
#: «с пищей это не связано»
_HUNGRY = re.compile(
    r"\b(?:голодн|пуст)\w+[^.;]{0,20}\b(?:полн|сыт)\w+|"
    r"\b(?:ед|пищ)\w+ (?:\w+ ){0,2}не (?:связан|завис|влия|важн)|\bне (?:связан|завис)\w* (?:с|от) (?:\w+ )?(?:ед|пищ)"
)
#: Words with the shape of a scientific name, so that an unknown one is asked for, too.
_TERM = re.compile(
    r"(?!степен)[а-я]{3,}(?:(?:[еи]ми(?=[яию])|алги|пати|ури|тери|пени|плази|склероз|филлин|мицин|циклин|"
    r"прил|олол|сартан|статин|азол|етин|"
    r"окс?ацин|цилин|циллин|азепам|дипин|тидин|профен|фенак|окаин|кавир|ловир|офурин|тоин)(?:[аыуеяюи]|ом|"
    r"ой|ов|ам|ами|ах|"
    r"ия|ии|ию|ией)?|[дтлнрк]ит(?:а|ы|е|ом|ах|ам|ов)|[а-я]{2}оз(?:а|е|ом|ы)?)$"
)
_TERM_LETTERS = 7


def check(case: Case) -> Iterator[Finding]:
    relations = {mention.id for mention in case.body.mentions() if mention.group == "food"}
    any_meal = "any_meal" in case.source.ids and (
        len(relations) > 1 or "any_meal" in relations or _HUNGRY.search(case.body.folded) is not None
    )
    for name, text in case.fields.items():
        reading = case.body if name == "description" else read(text)
        for at, (unit, clauses) in enumerate(zip(reading.units, stance.stances(reading), strict=True)):
            for mention in unit.mentions:
                if any_meal and mention.group == "food":
                    continue
                if _is_no_name(case, unit, clauses, mention):
                    continue
                if _asked(mention, case.kind, name) and _is_new(case, mention, unit):
                    if (
                        mention.group == "effect"
                        and name == "description"
                        and headings.heads(reading, unit, mention)
                    ):
                        continue  # «Уход и безопасность» claims nothing
                    evidence = case.evidence_of(at) if reading is case.body else ""
                    weak = _is_weak(case, unit, mention)
                    yield Finding(_code(mention), name, unit.quote(mention), evidence, weak=weak)
            if case.kind in MEDICAL and name == "description":
                yield from _strange(case, reading, unit, at)
            if name in {"title", "description"}:
                yield from _latin(case, name, unit, at if reading is case.body else -1)
    yield from _of_two(case)
    yield from _other_half(case)


def _is_new(case: Case, mention: Mention, unit: Unit) -> bool:
    if mention.group != "route":
        return not _is_proved(case.proof, mention, unit)
    if not routes.is_strange(case.source, mention):
        return False
    return routes.is_ruled_out(case.source, mention) or not _is_proved(case.proof, mention, unit)


#: «не вредит» is a claim in itself.
_HARMLESS = frozenset({"safe", "hypoallergenic"})
_DENIALS = frozenset({"не", "нет", "нельзя"})
#: «На осветлённых тонких волосах»
_NEAR = 2
_NONE_AT_ALL = re.compile(r"\b(?:без|нет|не (?:име|вызыв|оказыв|облада|дает)|отсутств|лишен|никак)")
#: «Днём» of what is done within the day.
_BY_DAY = re.compile(r"\bgun (?:icinde|boyu)|\bв течение дня|\bthroughout the day|\bduring the day")
_WAITS = re.compile(r"\bс (?:едой|пищей|при[её]мом пищи)[^.;]{0,40}\b(?:подожд|повремен|жд[уеи]т|не спеш)")
#: What smells so is named behind them; «ароматизатор» is a substance itself.
_SMELLS = tuple("аромат$ аромата аромату ароматом аромате ароматы ароматов ароматн".split())


def _is_no_name(case: Case, unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Words that name nothing here: «соль сульфадиазина» is no salt for the table, «аромат дыни» no perfume."""
    if mention.group == "route":
        return not routes.is_used_so(unit, clauses, mention)
    if mention.group == "effect":
        return _is_no_effect(case, unit, clauses, mention)
    if mention.group == "person":
        return persons.are_told_otherwise(case, unit, clauses, mention)
    if mention.id == "with_meal":
        return _WAITS.search(unit.folded) is not None  # «с едой подождите»
    if persons.are_warned_of(unit, mention) or timing.tells_twice(case, unit, mention):
        return True
    if mention.group in {"disease", "food"}:
        # «пока давление не упало», «после чрезмерной еды»
        between = unit.tokens[mention.first + 1 : mention.last]
        return any(token.small == "не" or token.small.startswith("чрезмерн") for token in between)
    if mention.id == "noon":
        return any(_BY_DAY.search(one.folded) for one in case.source.units)
    if mention.id == "dye":
        return unit.tokens[mention.first].small.startswith("окрашив")  # what turns its colour holds no dye
    if mention.id == "fragrance":
        return case.kind == "perfume" or (unit.tokens[mention.first].small + "$").startswith(_SMELLS)
    return mention.id == "salt" and any(
        one.group in _SALTED
        and one.id != "salt"
        and (one.last == mention.first - 1 or one.first == mention.last + 1)
        for one in unit.mentions
    )


def _is_no_effect(case: Case, unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    small = unit.tokens[mention.first].small
    if mention.id == "protect" and small.startswith(("оберег", "предохранительн")):
        return True  # «оберегать от влаги», «предохранительный клапан»
    if was_done(small) and any(
        one.group == "anatomy" and 0 < one.first - mention.last <= _NEAR for one in unit.mentions
    ):
        return True
    denied = mention.id not in _HARMLESS and _is_denied(unit, clauses, mention)
    # A list of what may happen is one of side effects, whether or not the source calls it so.
    if mention.id == "sideeffect":
        return case.kind in MEDICAL and not denied and not _NONE_AT_ALL.search(unit.folded)
    return denied or (mention.id == "effective" and not unit.ids.isdisjoint({"weaken", "below"}))


_SALTED = SUBSTANCES | {"material"}


def _is_denied(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether its clause denies an effect, or that whose purpose it tells: «не применяют, чтобы вылечить»."""
    at = clauses.index(stance.clause_at(clauses, mention.first))
    if at and unit.tokens[clauses[at].first].small == "чтобы":
        at -= 1
    denied = any(
        unit.tokens[place].small in _DENIALS for place in range(clauses[at].first, clauses[at].last + 1)
    )
    return denied and clauses[at].stance is Stance.FORBIDS


def _is_proved(proof: Evidence, mention: Mention, unit: Unit) -> bool:
    """Whether the source has what a word means in one of its meanings: «судороги» are cramps or fits."""
    return any(
        proof.proves(one, unit)
        for one in unit.mentions
        if (one.first, one.last) == (mention.first, mention.last)
        and (one is mention or one.group == mention.group)
    )


#: Of these a text says one.
_ALTERNATIVES = (
    ("runs+", "runs-"),
    ("warm_season", "cold_season"),
    ("layer+", "layer-"),
    ("ironside+", "ironside-"),
    ("often+", "often-"),
    ("wet_on", "dry_on"),
    ("night_care", "day_care"),
    ("thin_", "thicken_"),
    ("line1_", "line2_"),
    ("excess_", "deficiency"),
    ("of_animals_", "of_plants_"),
    ("acute", "chronic"),
)


def _of_two(case: Case) -> Iterator[Finding]:
    """«Маломерят» for «большемерят», a thick layer for a thin one: where the source says only the other one."""
    for names in _ALTERNATIVES:
        said = case.proof.ids & set(names)
        if len(said) != 1:
            continue
        for at, unit in enumerate(case.body.units):
            for mention in unit.mentions:
                if mention.id in names and mention.id not in said and not _is_excluded(case, at, mention):
                    yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


#: Of these times of goods that are no medicine the card may not tell the other.
_MORNING, _NIGHT = frozenset({"morning"}), frozenset({"evening", "bedtime"})


def _other_half(case: Case) -> Iterator[Finding]:
    """«На утро» for "at bedtime", of goods of which no other time is asked for."""
    theirs = case.proof.ids & (_MORNING | _NIGHT)
    rivals = _NIGHT if theirs == _MORNING else _MORNING if theirs and theirs <= _NIGHT else frozenset()
    for at, unit in enumerate(case.body.units if rivals and case.kind not in MEDICAL else ()):
        for mention in unit.mentions:
            if mention.id in rivals and not _is_excluded(case, at, mention):
                yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


def _is_excluded(case: Case, at: int, mention: Mention) -> bool:
    before = case.body.units[at].tokens[max(0, mention.first - 1) : mention.first]
    denied = any(token.small in {"не", "ни", "более", "менее", "достаточно", "как"} for token in before)
    denied = denied or is_denied(case.body.units[at], mention)
    return denied or stance.of(stance.stances(case.body)[at], mention) is Stance.FORBIDS


_LATIN = re.compile(r"[a-z]{5,}")


def _latin(case: Case, name: str, unit: Unit, at: int) -> Iterator[Finding]:
    """Words in Latin letters are copied, never translated: «rhamnosus» for «reuteri»."""
    for token in unit.tokens:
        if (
            token.small[0] <= "z"
            and _LATIN.fullmatch(token.small)
            and not case.proof.has_word(token)
            and token.small not in case.proof.known.words
        ):
            words = unit.text[token.start - unit.start : token.end - unit.start]
            yield Finding(Code.NAME, name, words, case.evidence_of(at) if at >= 0 else "")


def _asked(mention: Mention, kind: str, field: str) -> bool:
    if mention.group in SUBSTANCES:
        return True
    if field in {"keywords", "seo_title"}:
        return False
    if mention.group in _MEDICAL_ONLY:
        return kind in MEDICAL or (kind == "cosmetics" and mention.group == "time")
    if mention.id in _OF_GOODS:
        return kind not in _NO_GOODS and field == "description"
    if mention.group == "material":
        return kind not in MEDICAL and mention.id not in _ANY_CLOTH
    return mention.group in _CONDITIONS or mention.group in _CLAIMS


#: What goods have, or bear, that a card may not add to its source.
_OF_GOODS = frozenset(
    "dishwasher microwave oven tumble iron_ bleach dryclean induction_ pocket hood zipper bluetooth_ wifi_ timer_ "
    "remote armrest_ embroidery_ sequin_ velcro_".split()
)
_NO_GOODS = MEDICAL | {"cosmetics", "food"}
#: «протирать влажной тканью»
_ANY_CLOTH = frozenset({"textile", "woodm", "solid_wood"})
#: Words with which a writer fills in what the source says otherwise: no promise that a buyer pays for.
_LIGHT_CLAIMS = frozenset("cleanse moisturize soothe softskin quick health warm guarantee".split())
#: Praise of shoes and pans; of a medicine «надёжная контрацепция» says something else.
_OF_THINGS = frozenset({"durable", "elastic", "breathable"})
#: Said of most diseases; no further one where the source names any.
COMMON = frozenset({"inflammation", "pain", "irritation", "infection", "edema", "fatigue", "dryness", "itch"})


def _is_weak(case: Case, unit: Unit, mention: Mention) -> bool:
    """Whether a word that the source lacks is as often a paraphrase."""
    if mention.group == "anatomy":
        return not body.is_put_there(unit, mention) and not body.is_listed(case, unit, mention)
    if mention.group == "person":
        return persons.is_only_worded(case.proof, case.kind, mention, unit.tokens[mention.last].small)
    if mention.group == "effect":
        return mention.id in _LIGHT_CLAIMS or (case.kind in MEDICAL and mention.id in _OF_THINGS)
    return mention.id in COMMON and any(one.group == "disease" for one in case.source.mentions())


def _code(mention: Mention) -> Code:
    if mention.group in SUBSTANCES or mention.group == "material":
        return Code.NAME
    if mention.id in _OF_GOODS:
        return Code.CLAIM
    return Code.CONDITION if mention.group in _CONDITIONS or mention.group == "anatomy" else Code.CLAIM


def _strange(case: Case, reading: Reading, unit: Unit, at: int) -> Iterator[Finding]:
    """Scientific words that no lexicon has, and the source neither."""
    known = {place for mention in unit.mentions for place in range(mention.first, mention.last + 1)}
    for token in unit.tokens:
        if token.at not in known and is_term(token.small) and not case.proof.has_word(token):
            yield Finding(
                Code.NAME, "description", unit.text[token.start - unit.start : token.end - unit.start],
                case.evidence_of(at),
            )  # fmt: skip


@lru_cache(maxsize=50_000)
def is_term(small: str) -> bool:
    """Whether a word has the shape of a scientific name."""
    return len(small) >= _TERM_LETTERS and _TERM.match(small) is not None and not _is_verb(small)


def _is_verb(small: str) -> bool:
    """«предупредите» has the ending of «гастрите»."""
    return small.endswith("ите") and any("VERB" in tag for tag in dictionary.tags(small))
