"""What each part of goods is made of: «верх — текстиль, подкладка — кожа» for the other way round; notes of perfumes.

A material belongs to the part of its clause, in a clause of several parts to the one before it, or to that whose
adjective it is («резиновая подошва»). Compared is a part of which both texts name materials, none one of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.negations import is_adjective
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.views import once

_PARTS = {
    name: re.compile(pattern)
    for name, pattern in (
        ("upper", r"верх(?:а|ом|у|е)?$|наружн|снаружи|внешн|saya(?:si)?$|dis(?:i)?$|uppers?$|outer$|shell$"),
        ("lining", r"подклад|внутр|изнанк|astar|ic(?:i)?$|lining|inner$|inside$"),
        ("sole", r"подошв|taban(?:i|da)?$|sole$|outsole"),
        ("insole", r"стел(?:ьк|ек)|tabanlik|insole|footbed"),
        ("filling", r"наполнител|утеплител|набивк|dolgu(?:su)?$|filling|filler|padding"),
        ("top", r"столешниц|tabla(?:si)?$|tabletop|countertop"),
        ("legs", r"нож(?:к[аиуо]|ек$|кам|ках)|опор[аы]|ayak(?:lar\w*)?$|legs?$"),
        ("frame", r"каркас|рам[аыуе]$|рамой$|корпус|iskelet|govde|karkas|cerceve|frame$|body$|housing"),
        ("facade", r"фасад|kapaklar|facade|fronts?$"),
        ("handle", r"ручк[аиуо]|рукоят|sap(?:i|lar\w*)?$|kulp|handles?$"),
        ("lid", r"крыш(?:к|ек)|kapa[kg](?:i)?$|lids?$"),
        ("cover", r"чехол|чехл|обивк|kilif|doseme(?:si)?$|cover$|upholster"),
        ("blade", r"лезви|клинк|клинок|namlu|blade"),
    )
}
#: What is one of the other: suede is leather, cotton is a cloth.
_KINDS = {
    "textile": "cotton polyester viscose wool linen silk polyamide acrylic elastane fleece canvas velour flannel "
    "tencel",
    "leather": "suede nubuck",
    "woodm": "solid_wood mdf_ chipboard walnutw",
    "plasticm": "eva_ acrylic",
    "glassm": "boro crystal",
    "ceramicm": "porcelain",
    "wool": "merino_ cashmere_ angora_",
    "rubberm": "eva_",
    "insulated": "down",
    "metal_": "steel aluminium castiron brassm silverm",
}
Made = dict[str, dict[str, int]]


#: Where in a perfume a note is heard.
_NOTES = {
    name: re.compile(pattern)
    for name, pattern in (
        (
            "top",
            r"верхн|верх$|верху$|начальн|стартов|открыва|начале$|перв|вначале|сначала|ust$|acilis|top$|opening|opens$",
        ),
        ("heart", r"средн|сердц|сердеч|kalp|kalb|orta$|heart|middle"),
        ("base", r"базов|баз[аеуы]$|шлейф|конечн|dip$|alt$|taban|base$|dry-?down"),
    )
}
_SMELLS = frozenset({"plant", "excipient", "substance", "salt", "material"})


def check(case: Case) -> Iterator[Finding]:
    if case.kind == "perfume":
        yield from _check_notes(case)
    if case.kind in MEDICAL:
        return
    theirs = _made(case.source)
    for part, materials in _made(case.body).items():
        known = theirs.get(part, {})
        for name, at in materials.items():
            if known and not any(_is_kind_of(name, other) for other in known):
                quote = case.body.units[at].text.strip()[:160]
                evidence = case.source.units[next(iter(known.values()))].text.strip()
                yield Finding(Code.WHOSE, "description", quote, evidence)
                break


def _check_notes(case: Case) -> Iterator[Finding]:
    theirs = _heard(case.source)
    for name, ours in _heard(case.body).items():
        known = theirs.get(name, {})
        if known and known.keys().isdisjoint(ours):
            quote = case.body.units[next(iter(ours.values()))].text.strip()[:160]
            evidence = case.source.units[next(iter(known.values()))].text.strip()
            yield Finding(Code.WHOSE, "description", quote, evidence)


@once
def _heard(reading: Reading) -> Made:
    """Of each smell where in the perfume it is heard, with a sentence that says so."""
    found: Made = {}
    for at, unit in enumerate(reading.units):
        smells = [one for one in unit.mentions if one.group in _SMELLS and one.id != "fragrance"]
        for one, name in _noted(unit, smells):
            found.setdefault(one.id, {}).setdefault(name, at)
    return found


def _noted(unit: Unit, smells: list[Mention]) -> Iterator[tuple[Mention, str]]:
    """Each smell with the note before it; where the first smell stands before the first note, with that behind it."""
    notes = [(token.at, name) for token in unit.tokens if (name := _note_of(token.small))]
    if not notes or not smells or any(token.small in _THEN for token in unit.tokens):
        return
    is_behind = smells[0].first < notes[0][0]
    for one in smells:
        beside = [name for at, name in notes if (at > one.last if is_behind else at < one.first)]
        if beside:
            yield one, beside[0 if is_behind else -1]


#: «сначала бергамот, затем жасмин»
_THEN = frozenset("затем потом далее сменяется sonra ardindan then followed".split())


@lru_cache(maxsize=20_000)
def _note_of(small: str) -> str:
    return next((name for name, pattern in _NOTES.items() if pattern.match(small)), "")


@lru_cache(maxsize=1000)
def _is_kind_of(one: str, other: str) -> bool:
    return one == other or one in _KINDS.get(other, "").split() or other in _KINDS.get(one, "").split()


@once
def _made(reading: Reading) -> Made:
    """Of each part the materials that it is said to be of, with a sentence that says so."""
    found: Made = {}
    for at, unit in enumerate(reading.units):
        materials = [one for one in unit.mentions if one.group == "material"]
        if materials and not unit.denies:
            for part, name in _of_unit(unit, materials):
                found.setdefault(part, {}).setdefault(name, at)
    return found


def _of_unit(unit: Unit, materials: list[Mention]) -> Iterator[tuple[str, str]]:
    label: list[tuple[int, str]] = []
    for clause in _clauses(unit):
        first, last = clause[0].at, clause[-1].at
        parts = [(token.at, name) for token in clause if (name := _part_of(token.small))]
        inside = [one for one in materials if first <= one.first <= last]
        for one in inside:
            for name in _owners(unit, one, parts or label):
                yield name, one.id
        label = parts if parts and not inside else []


def _clauses(unit: Unit) -> Iterator[tuple[Token, ...]]:
    first = 0
    for token in unit.tokens[1:]:
        if token.clause != unit.tokens[token.at - 1].clause:
            yield unit.tokens[first : token.at]
            first = token.at
    yield unit.tokens[first:]


def _owners(unit: Unit, one: Mention, parts: list[tuple[int, str]]) -> list[str]:
    if not parts:
        return []
    behind = [(at, name) for at, name in parts if at > one.last]
    if behind and behind[0][0] == one.last + 1 and _describes(unit.tokens[one.last].small):
        return [behind[0][1]]
    before = [(at, name) for at, name in parts if at < one.first]
    if not before:
        return []
    owners = [before[-1]]
    while len(before) > len(owners) and _is_joined(unit, before[-len(owners) - 1][0], owners[-1][0]):
        owners.append(before[-len(owners) - 1])
    return [name for _, name in owners]


def _describes(small: str) -> bool:
    return small[0] < "а" or is_adjective(small)


def _is_joined(unit: Unit, first: int, last: int) -> bool:
    """«верх и подкладка из кожи»"""
    return last == first + 2 and unit.tokens[first + 1].small in {"и", "ve", "and"}


@lru_cache(maxsize=20_000)
def _part_of(small: str) -> str:
    return next((name for name, pattern in _PARTS.items() if pattern.match(small)), "")
