"""What a word speaks of: concepts of medicine, care, food and trade in three languages, and names of substances.

`concepts.tsv` and `everyday.tsv` are our own; `substances.tsv` is built from a public register (see its head).
A concept is named by its id; its group says what it is (`disease`, `person` …) and so which rule asks about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path

from apps.ai.text.language.glossary import fold
from apps.ai.text.made_once import made_once
from apps.ai.text.meaning import sound

HERE = Path(__file__).parent
#: Groups whose names are substances in the widest sense.
SUBSTANCES = frozenset({"substance", "plant", "vitamin", "excipient", "salt", "inn"})
#: Parts of phrases that stand right before what they govern.
_PREPOSITIONS = frozenset(
    "до перед после во с за из не на в под без через от по вне при для вместе время".split()
)
#: The columns of `concepts.tsv` that hold words, in this order.
RUSSIAN, TURKISH, ENGLISH = 0, 1, 2
_SHORTEST_PREFIX = 3
#: Words that the reading of a text takes apart, too.
_HYPHEN = re.compile(r"(?<=[^\W\d_]{3})-(?=[^\W\d_]{3})")


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """One by id. `implies`: ids that are said together with it («синусит» speaks of the nose)."""

    id: str
    group: str
    implies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that are one concept. `reach`: how far behind a word the next may stand; 0: near, in any order."""

    concept: Concept
    parts: tuple[str, ...]
    reach: int
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """What a single word may mean. `parts`: pieces of phrases that it can be; `phrases`: those it begins."""

    concepts: tuple[Concept, ...]
    parts: frozenset[str]
    phrases: tuple[Phrase, ...]


#: The group of words and phrases that mean nothing of what their letters would: «кровать» is no blood.
NONE = "none"
#: Most words mean nothing here: they share one meaning.
_UNKNOWN = Word((), frozenset(), ())


@dataclass(slots=True)
class _Table:
    """Concepts and parts of phrases by the beginning of a word, and by whole words."""

    beginnings: dict[str, list[Concept]] = field(default_factory=dict)
    words: dict[str, list[Concept]] = field(default_factory=dict)
    part_beginnings: set[str] = field(default_factory=set)
    part_words: set[str] = field(default_factory=set)
    phrases: dict[str, list[Phrase]] = field(default_factory=dict)


@lru_cache(maxsize=40_000)
def word(small: str, latin: int) -> Word:
    """The meanings of a word in small letters («ё» as «е», Turkish folded): those of its longest known beginning.

    `latin`: how to read Latin letters.
    """
    if small[1:2] == "-" and len(small) > _SHORTEST_NAME:
        return word(small[2:], latin)  # «l-карнитин»
    table = _tables()[RUSSIAN if "а" <= small[0] <= "я" else latin]
    concepts = table.words.get(small, [])
    parts = {small + "$"} & table.part_words
    read = len(small)
    for length in range(len(small), _SHORTEST_PREFIX - 1, -1):
        beginning = small[:length]
        if not concepts and beginning in table.beginnings:
            concepts, read = table.beginnings[beginning], length
        if beginning in table.part_beginnings:
            parts.add(beginning)
    phrases = tuple(phrase for part in parts for phrase in table.phrases.get(part, ()))
    if not concepts and table is _tables()[TURKISH]:  # compositions are written in Latin or English
        concepts = [one for one in word(small, ENGLISH).concepts if one.group in _LATIN_GROUPS]
    if not concepts and "'" in small and latin == TURKISH:  # «KOAH'ta», «HIV'li»
        return word(small.partition("'")[0], latin) if small[0] != "'" else _UNKNOWN
    meant = {concept.id: concept for concept in concepts if concept.group != NONE}
    known = tuple(meant.values())
    if not known or (len(small) - read >= _UNREAD and known[0].group not in SUBSTANCES):
        known = substance(small) or known  # «montelukast» is no "monte"
    return Word(known, frozenset(parts), phrases) if known or parts else _UNKNOWN


@lru_cache(maxsize=40_000)
def substance(small: str) -> tuple[Concept, ...]:
    """The substance of the register that a word names, in any of its spellings and cases."""
    if len(small) < _SHORTEST_NAME:
        return ()
    known = _substances()
    for form in sound.bare(small):
        if form in known:
            return (known[form],)
    return ()


_SHORTEST_NAME = 6
#: So many letters behind a known beginning may make another word of it.
_UNREAD = 4
#: What a Turkish text, too, names in Latin.
_LATIN_GROUPS = SUBSTANCES | {"organism"}


def by_id() -> Mapping[str, Concept]:
    return _read()[1]


def _tables() -> tuple[_Table, _Table, _Table]:
    return _read()[0]


@made_once
def _read() -> tuple[tuple[_Table, _Table, _Table], dict[str, Concept]]:
    tables = (_Table(), _Table(), _Table())
    known: dict[str, Concept] = {}
    for concept, columns in _concepts():
        known[concept.id] = concept
        for language, column in enumerate(columns):
            for pattern in column.split():
                small = _HYPHEN.sub("__", fold(pattern).replace("ё", "е"))
                is_russian = "а" <= small[0] <= "я"
                for form in _softened(small) if language == TURKISH else (small,):
                    _add(tables[RUSSIAN if is_russian else language or ENGLISH], tables, concept, form)
    _add_fleeting(tables[RUSSIAN])
    return tables, known


def _add_fleeting(table: _Table) -> None:
    """«бородавок», «волокон», «опасен»: forms with a vowel between their last consonants, unless known."""
    for beginning, concepts in list(table.beginnings.items()):
        if not (found := _TWO_CONSONANTS.fullmatch(beginning)):
            continue
        for vowel in _FLEETING[found[3]] if found[2] not in _HUSHED else "е":
            form = found[1] + found[2].strip("йь") + vowel + found[3]
            known = (form[:length] for length in range(_SHORTEST_PREFIX, len(form) + 1))
            if not any(one in table.beginnings for one in known):
                table.words.setdefault(form, concepts)


_TWO_CONSONANTS = re.compile(r"([а-я]{2,})([бвгджзйклмнпрстфхцчшщь])([кнлц])")
_FLEETING = {"к": "о", "н": "ое", "л": "ое", "ц": "е"}
_HUSHED = frozenset("жчшщцйь")


def _softened(pattern: str) -> tuple[str, ...]:
    """A Turkish word, and how its end sounds before a vowel: «yoğurt», «yoğurdu»; «ürik asit», «ürik asidi»."""
    parts = pattern.split("_")
    shortest = _SOFTENED if len(parts) == 1 else _SOFTENED_PART
    return tuple("_".join(forms) for forms in product(*(_ends(part, shortest) for part in parts)))


def _ends(part: str, shortest: int) -> tuple[str, ...]:
    soft = _SOFT.get(part[-1:]) if len(part) >= shortest else None
    return (part, part[:-1] + soft) if soft else (part,)


_SOFT = {"k": "g", "t": "d", "p": "b"}
_SOFTENED = 5
_SOFTENED_PART = 4


def _add(table: _Table, tables: tuple[_Table, ...], concept: Concept, pattern: str) -> None:
    parts = tuple(part for part in pattern.split("_") if part)
    if len(parts) > 1:
        parts = tuple(_bounded(part) for part in parts)
        is_ordered = parts[0].rstrip("$") in _PREPOSITIONS or any(
            len(part.rstrip("$")) == 1 for part in parts
        )
        reach = 1 if "__" in pattern else 2 if is_ordered else 0
        phrase = Phrase(concept, parts, reach, frozenset(parts))
        table.phrases.setdefault(parts[0], []).append(phrase)
        for part in parts:
            for other in (table, tables[ENGLISH]) if part < "а" else (table,):
                (other.part_words if part.endswith("$") else other.part_beginnings).add(part)
    elif pattern.endswith("$") or len(parts[0]) < _SHORTEST_PREFIX:
        table.words.setdefault(parts[0].rstrip("$"), []).append(concept)
    else:
        table.beginnings.setdefault(parts[0], []).append(concept)


def _bounded(part: str) -> str:
    """A part of a phrase; a preposition and what is too short to be a beginning is a whole word, with $."""
    whole = part.endswith("$") or len(part) < _SHORTEST_PREFIX or part in _PREPOSITIONS
    return part.rstrip("$") + ("$" if whole else "")


def _concepts() -> Iterator[tuple[Concept, list[str]]]:
    """Every concept with its words by language; a row of the group + gives a known one further words."""
    known: dict[str, Concept] = {}
    for file in ("concepts.tsv", "everyday.tsv"):
        for line in (HERE / file).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, group, implied, *columns = line.split("\t")
                if group != "+":
                    known[name] = Concept(name, group, tuple(filter(None, implied.split(","))))
                yield known[name], columns


@made_once
def _substances() -> dict[str, Concept]:
    """Substances by the sound of their names; of a name of two words («салициловая кислота») the telling one."""
    single: dict[str, Concept] = {}
    compound: dict[str, Concept] = {}
    for line in (HERE / "substances.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        names = line.split("\t")
        concept = Concept("inn:" + names[0], "inn")
        for name in names:
            words = [one for one in _telling(name.split()) if len(one) >= _SHORTEST_NAME]
            if len(words) == 1:
                found = compound if " " in name else single
                for form in sound.nominatives(words[0]):
                    if len(form) >= _SHORTEST_NAME - 1:
                        found.setdefault(form, concept)
    # «лоперамида» is the genitive of a substance before it is the first word of «лоперамида оксид».
    return single | {
        form: one for form, one in compound.items() if not any(base in single for base in sound.bare(form))
    }


def _telling(words: list[str]) -> list[str]:
    """Those words of a name that tell it apart: no salt behind it («ипратропия бромид»), no «инсулин» before it."""
    kept = [
        one for one in words[:1] if not one.lower().startswith("insulin") and not one.startswith("инсулин")
    ]
    kept += [one for one in words[1:] if not _COUNTER_ION.search(one.lower())]
    return [one for one in kept or words if one.lower() not in _ACIDS]


#: Endings of the second half of a salt, in Russian, Latin and Turkish.
_COUNTER_ION = re.compile(r"(?:ид|ат|[iy]d(?:um|e)?|at(?:um|e)|as)$")
_ACIDS = frozenset("acidum кислота sodium натрия calcium кальция".split())
