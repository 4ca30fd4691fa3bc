"""Codes that a text gives in another way: «Г6ФД» is G6PD, «витамин B6» pyridoxine."""

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


#: By the code of a vitamin what chemists call it, in three languages. Folded beginnings.
_CHEMICAL = {
    "VITAMINA": "retin[oy]l|ретин[ои]л|beta[- ]?karoten|beta[- ]?caroten|бета-?каротин",
    "VITAMINC": "ascorb|аскорб|askorb",
    "VITAMINE": "tocopher|токофер|tokofer|tocotrien|токотриен",
    "VITAMIND": "calciferol|kalsiferol|кальциферол",
    "VITAMINK": "menaquin|menakin|менахин|phylloquin|fillokin|филлохин|phytomenad|fitomenad|фитоменад",
    "D3": "cholecalcif|kolekalsif|холекальциф|колекальциф",
    "D2": "ergocalcif|ergokalsif|эргокальциф",
    "K1": "phylloquin|fillokin|филлохин|phytomenad|fitomenad|фитоменад",
    "K2": "menaquin|menakin|менахин|mk-?7|мк-?7",
    "B1": "thiamin|tiamin|тиамин|benfotiam|бенфотиам",
    "B2": "riboflav|рибофлав",
    "B3": "niacin|niasin|ниацин|nicotin[ai]|nikotin[ai]|никотин(?:ам|ов)",
    "PP": "niacin|niasin|ниацин|nicotin[ai]|nikotin[ai]|никотин(?:ам|ов)",
    "B5": "pant[oh]t?h?e[nk]|pantenol|пантенол|пантотен|dexpant|dekspant|декспант",
    "B6": "pyridox|piridoks|пиридокс",
    "B7": "biotin|биотин",
    "B8": "biotin|биотин|inosit|инозит",
    "B9": "fol(?:ic|ik|at)|фол(?:иев|ат)|methylfol|метилфол",
    "B12": "cobalamin|kobalamin|кобаламин",
}


def is_vitamin_of(code: str, folded: str) -> bool:
    """Whether a folded text names the substance that a vitamin's code stands for."""
    chemical = _CHEMICAL.get(code)
    return chemical is not None and re.search(chemical, folded) is not None
