"""Codes that a Russian text spells in its own letters: «Г6ФД» of G6PD."""

import re
from collections.abc import Iterable

#: By Cyrillic letter of a code the Latin ones that it may stand for: «Г6ФД» is G6PD.
_SOUNDS = {
    "Г": "GH",
    "Ф": "FP",
    "Д": "D",
    "Л": "L",
    "П": "P",
    "Б": "B",
    "C": "CS",
    "Ц": "CZ",
    "З": "Z",
    "И": "IJY",
}
_SOUNDS |= {"P": "PR", "H": "HN", "B": "BV", "X": "XH", "Й": "JY", "Ж": "JZ", "Ю": "U", "Э": "E", "Я": "J"}
_CYRILLIC_LETTER = re.compile(r"[А-Я]")


def is_written_over(code: str, known: Iterable[str]) -> bool:
    """Whether a known code in Latin letters sounds so, letter by letter."""
    if not _CYRILLIC_LETTER.search(code) or not any(letter.isdigit() for letter in code):
        return False
    sounds = re.compile("".join(f"[{_SOUNDS.get(letter, re.escape(letter))}]" for letter in code))
    return any(sounds.fullmatch(written) for written in known if len(written) == len(code))
