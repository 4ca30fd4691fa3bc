"""The entries of the glossary: what a line of `glossary_tr.tsv` and `glossary_en.tsv` says, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from apps.ai.text.language import russian
from apps.ai.text.language.russian import Case, Gender

TURKISH, ENGLISH = "glossary_tr.tsv", "glossary_en.tsv"


class Part(StrEnum):
    NOUN = "noun"
    ADJECTIVE = "adj"
    PHRASE = "phrase"
    CONJUNCTION = "conj"
    DROP = "drop"
    ATTRIBUTE = "attr"


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase and its Russian. `attribute`: the form in which a noun modifies another one, "" when unknown.

    `is_kind`: a noun that names goods rather than a purpose, a part of the body or an ingredient.
    """

    source: str
    russian: str
    part: Part
    gender: Gender | None = None
    attribute: str = ""
    is_kind: bool = False


def entries() -> tuple[Entry, ...]:
    """All entries of both files, the Turkish ones first. Raises ValueError that names a line it cannot read."""
    return of_file(TURKISH) + of_file(ENGLISH)


@lru_cache(maxsize=2)
def of_file(name: str) -> tuple[Entry, ...]:
    """The entries of one file. Raises ValueError that names a line it cannot read."""
    return tuple(_read(Path(__file__).with_name(name)))


def _read(path: Path) -> Iterator[Entry]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            yield _entry(*line.split("\t"))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path.name}:{number}: {error}") from error


def _entry(source: str, word: str, part: str, gender: str = "", attribute: str = "") -> Entry:
    known = Gender(gender) if gender else None
    goods = part == Part.NOUN and (attribute in {"", "f"} or russian.is_adjective(attribute))
    return Entry(source, word, Part(part), known, _attribute(word, known, attribute), goods)


def _attribute(word: str, gender: Gender | None, attribute: str) -> str:
    if attribute not in {"+", "f"} or gender is None:
        return attribute
    case, preposition = (Case.INSTRUMENTAL, "с") if attribute == "+" else (Case.GENITIVE, "для")
    declined = _decline(word, gender, case)
    if declined is None:
        raise ValueError(f"no {case} of {word!r}: write the attribute out")
    return f"{preposition} {declined}"


def _decline(word: str, gender: Gender, case: Case) -> str | None:
    """A noun, or an adjective and a noun («гиалуроновая кислота»)."""
    if declined := russian.decline(word, gender, case):
        return declined
    adjective, _, noun = word.rpartition(" ")
    declined = russian.decline(noun, gender, case)
    dictionary_form = russian.dictionary_form(adjective, gender)
    if declined is None or dictionary_form is None:
        return None
    return f"{russian.agree(dictionary_form, gender, case)} {declined}"
