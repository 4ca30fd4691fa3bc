"""How goods are kept: that a card tells it, and each thing that they are kept from or in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import told, untold
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Unit


def check(case: Case) -> Iterator[Finding]:
    """How the goods are kept: that it is told at all, and each thing that they are kept from or in."""
    ours = case.told.union(*map(told.single_ids, case.body.units))
    kept = any(map(_is_kept, case.body.units)) or _is_kept_listed(case)
    for unit in case.source.units:
        if not _STORES.search(unit.folded) or _NOT_STORED.search(unit.folded):
            continue
        asked = unit.ids & _KEPT_FROM
        if asked or _DEGREES.search(unit.folded):
            if not kept:
                yield _finding(unit)
                return
            if not asked <= ours and not untold.has_own_words(case, unit):
                yield _finding(unit)


def _is_kept_listed(case: Case) -> bool:
    return not case.listed_ids.isdisjoint(_KEPT_FROM) or _DEGREES.search(case.listed) is not None


def speaks_of(unit: Unit) -> bool:
    """Whether a sentence speaks of storing at all, with what may be asked of it or without."""
    return _STORES.search(unit.folded) is not None


def is_told_of(unit: Unit) -> bool:
    """Whether a sentence of a source tells how the goods are kept."""
    if not _STORES.search(unit.folded):
        return False
    return not unit.ids.isdisjoint(_KEPT_FROM) or _DEGREES.search(unit.folded) is not None


_KEPT_FROM = frozenset({"fridge", "freeze", "light", "moist"})
#: What cannot be kept is thrown away, which is no way to keep the goods.
_NOT_STORED = re.compile(r"(?:cannot|can't|do not|don't|not) (?:be )?stor|не хран|saklamay|saklanma[zm]")
_STORES = re.compile(r"хран(?!ен\w* в тайне)|\bхр\.|держать|sakla|muhafaza|\bstore|\bkeep\b|storage")
_DEGREES = re.compile(r"\d\s?°|температур|градус|derece")
_KEEPS = re.compile(
    r"\bхран|\bдерж|\bберег|беречь|прячь|холод|прохлад|темн|сухо|сыр|солнц|мороз|заморож|"
    r"оберег|защи[щт]\w* от|не (?:допуска|подверга)|избега"
)


def _is_kept(unit: Unit) -> bool:
    return _KEEPS.search(unit.folded) is not None or _DEGREES.search(unit.folded) is not None


def _finding(unit: Unit) -> Finding:
    return Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])
