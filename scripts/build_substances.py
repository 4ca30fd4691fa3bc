#!/usr/bin/env python3
"""Build the lexicon of substances from the Eurasian Economic Union's public register of nonproprietary names.

    scripts/build_substances.py inn.tsv > backend/apps/ai/text/meaning/lexicon/substances.tsv

The register's rows are Latin, English and Russian; Turkish is spelt by rule. Left out: gene and cell
therapies (no shop sells them over a counter) and names of three words and more. The register does not say which names
are sold: a name too many costs a line, a name too few lets a swapped substance pass.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SHORTEST, LONGEST = 5, 32
#: Made once for one patient, or for nobody yet.
BIOLOGIC = re.compile(r"(?:leucel|gene|parvovec|cogene|vec|repvec|cel)\b|\b(?:alfa|beta|gamma|delta)\b|\d|\(")
TURKISH = (
    (r"(?<=[aeiou])s(?=[aeiou])", "z"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"rh", "r"),
    (r"ch", "k"),
    (r"qu", "k"),
    (r"x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"cc", "ks"),
    (r"c", "k"),
    (r"y", "i"),
    (r"w", "v"),
    (r"ae", "e"),
    (r"([bdfgklmnprst])\1", r"\1"),
    (r"ine$", "in"),
    (r"one$", "on"),
    (r"ole$", "ol"),
    (r"ide$", "id"),
    (r"ate$", "at"),
    (r"ene$", "en"),
    (r"ase$", "az"),
    (r"e$", ""),
)


def main() -> None:
    rows = [line.split("\t") for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[1:]]
    print(
        "# Nonproprietary names of substances. Source: the Eurasian Economic Union's public register; Turkish by rule."
    )
    print("# Built by scripts/build_substances.py. Columns: English, Latin, Russian, Turkish.")
    for latin, english, russian in sorted(rows, key=lambda row: row[1]):
        if is_sold(english) and "," not in russian and russian and not re.search(r"[a-z]", russian):
            print("\t".join((english, latin, russian, turkish(english))))


def is_sold(english: str) -> bool:
    words = english.split()
    return len(words) < 3 and SHORTEST <= len(english) <= LONGEST and not BIOLOGIC.search(english)


def turkish(english: str) -> str:
    """«paracetamol» is «parasetamol», «ciprofloxacin» «siprofloksasin», an acid «asit»."""
    words = [re.sub(r"^acid$", "asit", word) for word in english.lower().split()]
    return " ".join(spelled(word) for word in words)


def spelled(word: str) -> str:
    for pattern, letters in TURKISH:
        word = re.sub(pattern, letters, word)
    return word


if __name__ == "__main__":
    main()
