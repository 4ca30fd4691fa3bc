"""What a foreign description says of use, limits and keeping, in Russian: word groups of labels put together anew.

A sentence is said whole or not at all. One that advises, limits or warns and is not understood to its last word is
reported, so that a person writes it: a card without the warning of its source is worse than no card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from apps.ai.text import facts
from apps.ai.text.language import glossary, russian
from apps.ai_offline import doses, servings

#: The places of a Russian sentence, in its order.
_PLACES = (
    "verb",
    "whole",
    "who",
    "since",
    "how",
    "amount",
    "where",
    "often",
    "lasting",
    "from",
    "when",
    "doing",
)
#: With a dose the sentence begins with whom it is for.
_DOSED = ("who", "since", "verb", *_PLACES[4:])
_SEPARATOR = re.compile(r"\s*(?P<sign>[,;:]|\bve\b|\bveya\b|\bya da\b)?\s*")
_JOINED = {"ve": " и ", "veya": " или ", "ya da": " или "}


@dataclass(frozen=True, slots=True)
class Advice:
    """`said`: sentences in Russian, in the source's order. `untold`: those of the source that a person must write."""

    said: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """A known group of words: its place, and its Russian; `sign`: what joins it to the group before."""

    place: str
    text: str
    sign: str = ""


@dataclass(slots=True)
class _Clause:
    """The groups of words by their place. `latest`: the place of the last one."""

    groups: dict[str, list[_Words]] = field(default_factory=dict)
    latest: str = ""

    def add(self, words: _Words) -> None:
        self.groups.setdefault(words.place, []).append(words)
        self.latest = words.place


# --- which sentences must be told -------------------------------------------------------------------------------------

_ORDER = re.compile(
    r"(?:[aeiu]y|[bcdfghjklmnprstvyz])(?:iniz|unuz)$"  # kullanınız, aşmayınız
    r"|m[ae]lidir$|(?:[iu][ln]|n)m[ae]li$|(?:[iu][ln]|n)m[ae]z$|icindir$|(?:onerilir|onerilmez|edilmez)$"
    r"|(?:uygun|dahil) degildir$|yasaktir$|\b\d{1,4} ?kg tasir$|gecemez$|^dikkat|^uyari"
    r"|\b(?:yalnizca|sadece|yalniz) .* (?:icin|kullanil)|\bacildiktan sonra|\bkontrolunde\b|"
    r"\bonerisi(?:yle| ile| olmadan)\b"
    r"|\b(?:alerjen|alerji|bogulma|zehirl)|\bgunde (?:en |bir |iki |uc |\d)"
    r"|\b\d{1,3} yas(?:indan|in)? (?:alti|kucuk|ustu)"
)
#: What is ordered of goods that are swallowed, put on the body or fed, by a verb in the passive.
_TAKEN = re.compile(
    r"(?:kullanil|uygulan|surul|veril|icil|alin|yutul|tuketil|damlatil|puskurtul|saklan)(?:[iu]r|[ae]bilir)$"
    r"|\b(?:doktor|hekim|eczaci)|saatte bir\b|^(?:yetiskin|\d{1,3}(?: ?[-–] ?\d{1,3})? yas\b)"
    r"|\b(?:tatlandirici|kafein|sut|soya|gluten|balik|fistik|findik|yumurta|susam) icerir$"
    r"|\b(?:hamile|gebe)(?:ler|likte|lik (?:ve|doneminde|sirasinda|suresince))|\bemzir"
)
_PURPOSE = re.compile(r"(?:sinde|sinda|amaciyla|icin) kullanil[iu]r$")
_ENGLISH = re.compile(
    r"\b(?:do not|don't|never|avoid|keep (?:out|away|in)|store (?:in|at|below)|shake (?:well|before)|consult|use within"
    r"|not (?:for|suitable|recommended|intended)|for external use|only for|not exceed|discontinue|warning|caution"
    r"|under \d{1,3} years|(?:take|apply|use) (?:\d|one|two|once|twice|a |daily|up to))\b"
)
_CONSUMED = frozenset({"medicine", "supplement", "cosmetics", "perfume", "food"})
#: A part of a sentence that states something about the goods and orders nothing.
_STATES = re.compile(
    r"(?:icerir|icermez|olur|saglar|eder|gosterir|bulunur|icin|li|lu|siz|suz|olarak|sekilde|dir|dur|tir|tur)$"
)


def is_advice(text: str, *, kind: str) -> bool:
    """Whether a sentence or a part of one advises, limits or warns. `kind`: the category's."""
    folded = _folded(text)
    if _ENGLISH.search(folded) or _ORDER.search(folded) or servings.is_shared(text):
        return True
    return kind in _CONSUMED and _TAKEN.search(folded) is not None and not _PURPOSE.search(folded)


def of(pieces: Sequence[str], *, kind: str, noticed: str) -> Advice:
    """The advice in the sentences of a foreign description. `noticed`: the notice that stands under the card."""
    said: dict[str, None] = {}
    untold: dict[str, None] = {}
    for piece in pieces:
        wanted = any(is_advice(part, kind=kind) for part in _parts(piece))
        written = _written(piece, kind=kind, noticed=noticed, wanted=wanted)
        if written is None:
            if wanted:
                untold.setdefault(piece)
        elif written:
            said.setdefault(written)
    return Advice(tuple(said), tuple(untold))


def _parts(piece: str) -> list[str]:
    return [part for part in re.split(r",(?!\d)\s*|;\s*", piece) if part.strip()]


def _written(piece: str, *, kind: str, noticed: str, wanted: bool) -> str | None:
    """A sentence in Russian, without what it merely states; "" when the notice says it; None when not understood.

    `wanted`: it advises something; of any other only a whole statement that labels make is said.
    """
    if (serving := servings.said(piece)) and not facts.lost(piece, serving):
        return serving
    piece = _PACK.sub("", piece)
    whole = _read(_folded(piece))
    if whole is None and wanted:
        piece = ", ".join(_without_statements(_parts(piece), kind=kind))
        whole = _read(_folded(piece))
    if whole is None or not (wanted or all("whole" in clause.groups for clause in whole)):
        return None
    text = russian.capitalise("; ".join(filter(None, (_said(clause, noticed) for clause in whole))))
    if not text:
        return ""
    return None if facts.lost(piece, f"{text}\n{noticed}") or facts.invented(piece, text) else text


def _without_statements(parts: Sequence[str], *, kind: str) -> Iterator[str]:
    """The parts of a sentence that advise, and those that the advice may depend on."""
    begun = False
    for part in parts:
        folded = _folded(part)
        begun = begun or is_advice(part, kind=kind)
        stated = _STATES.search(folded) or not (begun or kind in _CONSUMED or _DEPENDS.search(folded))
        if is_advice(part, kind=kind) or not stated:
            yield part


#: Endings of what the advice behind it may depend on: for whom, when, where, under which condition.
_DEPENDS = re.compile(r"(?:l[ae]r|[dt][ae]|[dt][ae]n|ile|once|sonra|s[ae]|[ae]n)$")


#: What a pack holds before how long it keeps: «50 ml kavanoz, açıldıktan sonra 12 ay».
_PACK = re.compile(
    r"^\s*\d[\d.,]*\s*(?:(?:ml|g|gr)(?: [^\W\d_]+)?,\s+(?=açıldıktan)|[^\W\d_]+l[iıuü]k [^\W\d_]+,\s+)",
    re.IGNORECASE,
)


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    pattern: re.Pattern[str]
    text: str


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    lines = Path(__file__).with_name("advice_tr.tsv").read_text(encoding="utf-8").splitlines()
    split = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(
        _Row(place, re.compile(rf"(?:{doses.SLOT.sub(lambda _: doses.NUMBER, pattern)})(?![^\W_])"), text)
        for place, pattern, text in split
    )


def _read(folded: str) -> list[_Clause] | None:
    """The clauses of a sentence; None unless every word of it belongs to a known group."""
    clauses = [_Clause()]
    position, sign = 0, ""
    while position < len(folded):
        found = max(
            ((match.end(), row, match) for row in _rows() if (match := row.pattern.match(folded, position))),
            key=lambda one: one[0],
            default=None,
        )
        if found is None:
            return None
        position, row, match = found
        if _begins(clauses[-1], row.place, sign):
            clauses.append(_Clause())
        clauses[-1].add(_Words(row.place, doses.rendered(row.text, match), sign))
        separator = _SEPARATOR.match(folded, position)
        sign = (separator and separator["sign"]) or ""
        position = separator.end() if separator else position
    return clauses


def _begins(clause: _Clause, place: str, sign: str) -> bool:
    """Whether a group of words begins a new clause: one complete by itself, or a place that is taken already.

    Only what stands side by side is a list: in «4–10 yaş günde 5 ml, yetişkinler günde 10 ml» each has its dose.
    """
    groups = clause.groups
    if not groups:
        return False
    if place in {"whole", "said"} or not {"whole", "said"}.isdisjoint(groups):
        return True
    is_listed = place == clause.latest and place != "verb" and sign in {",", *_JOINED}
    return sign == ";" or (place in groups and not is_listed)


def _said(clause: _Clause, noticed: str) -> str:
    groups = clause.groups
    if "said" in groups:
        return "" if all(one.text in noticed for one in groups["said"]) else groups["said"][0].text
    order = _DOSED if "amount" in groups else _PLACES
    if "where" in groups and groups["where"][0].text.startswith("на "):
        groups = groups | {
            "verb": [replace(one, text=_PUT_ON.get(one.text, one.text)) for one in groups.get("verb", [])]
        }
    parts = [
        (", " if place == "doing" else " ") + _listed(groups[place]) for place in order if groups.get(place)
    ]
    return "".join(parts).strip(" ,")


#: What one says of goods that are put on something.
_PUT_ON = {"применять": "наносить", "не применять": "не наносить", "можно применять": "можно наносить"}


def _listed(found: Sequence[_Words]) -> str:
    text = found[0].text
    for one in found[1:]:
        text += _JOINED.get(one.sign, ", " if one.sign else " ") + one.text
    return text


def _folded(text: str) -> str:
    return " ".join(glossary.fold(text).replace("’", "'").split()).strip(" .!?;:,•●·*-–—")
