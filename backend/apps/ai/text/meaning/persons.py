"""Persons that the source does not name: another one than its own is a finding, a further word for one only warns."""

from __future__ import annotations

from apps.ai.text.meaning.evidence import Evidence
from apps.ai.text.meaning.findings import MEDICAL
from apps.ai.text.meaning.reading import Mention

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
