"""Persons that the source does not name: another one than its own is a finding, a further word for one only warns."""

from __future__ import annotations

import re

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.evidence import Evidence
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import MEDICAL, Case
from apps.ai.text.meaning.lexicon import SUBSTANCES
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance

#: Of these a card may not name another than its source does.
_RIVALS = (
    frozenset({"man", "woman"}),
    frozenset({"infant", "child", "teen", "adult", "elderly"}),
)
#: What a card says of these is asked for, whoever else the source speaks of.
_GUARDED = frozenset({"pregnant", "lactation", "child", "infant", "teen", "elderly"})
#: «Водителям по 1 пакетику»: to whom a dose is given.
_DATIVE = ("ам", "ям")


def is_only_worded(proof: Evidence, kind: str, mention: Mention, word: str) -> bool:
    """Whether a person that the source lacks contradicts nobody in it: «за рулём», «взрослым»; `word`: the card's."""
    if mention.id in _GUARDED or (kind in MEDICAL and word.endswith(_DATIVE)):
        return False
    return not any(mention.id in row and row & proof.source.ids for row in _RIVALS)


_YOUNGEST, _GROWN = 10, 18
_YOUNG = frozenset({"child", "infant", "teen"})
_ADULTS_ONLY = re.compile(
    r"(?:только|лишь|исключительно) (?:для )?взросл|(?:sadece|yalniz\w*) yetiskin|adults only|"
    r"only (?:for |by |in )?adults|"
    r"yetiskinler? icindir|intended for adults|for adult use"
)


def _is_for_adults(source: Reading) -> bool:
    """Whether goods are for adults only: who says that they are not for children says no more."""
    return any("adult" in unit.ids and _ADULTS_ONLY.search(unit.folded) for unit in source.units)


def are_told_otherwise(case: Case, unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether the source tells the same persons by their age, or by whom else the goods are for."""
    if mention.id in _YOUNG and stance.of(clauses, mention) is Stance.FORBIDS:
        return _is_for_adults(case.source)
    return mention.id == "teen" and any(
        figure.unit == "year" and _YOUNGEST <= figure.low < _GROWN and figure.low in case.proof.numbers
        for figure in figures(unit)  # «подросткам с 16 лет»
    )


def are_warned_of(unit: Unit, mention: Mention) -> bool:
    """«Аллергикам: содержит молоко»: whom a sentence about an allergen addresses."""
    return unit.tokens[mention.first].small.startswith("аллергик") and any(
        one.group in SUBSTANCES for one in unit.mentions
    )
