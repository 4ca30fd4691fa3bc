"""The classes to which a substance of the register belongs by the ending of its name: «-olol» is a beta blocker."""

from __future__ import annotations

import re
from functools import lru_cache

#: The class that the end of a nonproprietary name tells: ofloxacin is a quinolone and so an antibiotic.
_KINDS = tuple(
    (re.compile(pattern), tuple(kinds.split()))
    for pattern, kinds in (
        (r"oxacin$", "quinolone antibiotic"),
        (r"cillin$", "penicillin antibiotic"),
        (r":cef|:ceph", "cephalosporin antibiotic"),
        (r"thromycin$|josamycin$", "macrolide antibiotic"),
        (r"mycin$|micin$", "antibiotic antibacterial"),
        (r"tadine$|fenadine$|tirizine$", "antihistamine"),
        (r"gliptin$|gliflozin$|glitazone$", "antidiabetic"),
        (r"caine$", "anesthetic"),
        (r"terol$", "bronchodilator"),
        (r"barbital$", "barbiturate"),
        (r"sone$|solone$|sonide$", "steroid"),
        (r"(?:tobra|neo|kana|genta|strepto)m[iy]cin$|amikacin$", "aminoglycoside antibiotic"),
        (r"cycline$", "tetracycline antibiotic"),
        (r"^inn:sulfa", "sulfonamide"),
        (r"pril$", "aceinhibitor antihypertensive"),
        (r"sartan$", "sartan antihypertensive"),
        (r"olol$", "betablocker"),
        (r"dipine$", "calciumblocker"),
        (r"statin$", "statin"),
        (r"prazole$", "protonpump"),
        (r"a[mz]epam$|zolam$", "benzodiazepine"),
        (r"profen$|fenac$|coxib$|oxicam$", "nsaid"),
        (r"triptan$", "triptans"),
        (r"thiazide$", "thiazide diuretic"),
        (r"parin$", "anticoagulant"),
        (r"oxetine$|citalopram$|sertraline$", "ssri antidepressant"),
    )
)


@lru_cache(maxsize=10_000)
def kinds_of(name: str) -> tuple[str, ...]:
    """The ids of the classes to which a substance of the register belongs by its name."""
    return tuple(kind for pattern, kinds in _KINDS if pattern.search(name) for kind in kinds)
