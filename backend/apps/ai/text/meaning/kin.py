"""What may prove what: neighbours in a paraphrase, an effect by its indication, a class by its member."""

from __future__ import annotations

import re
from functools import lru_cache

#: What is said in other words when all of these are said: before breakfast the stomach is empty.
FOLLOWS = tuple(
    (name, frozenset(reasons.split()))
    for name, reasons in (
        ("fasting", "before_meal morning"),
        ("any_meal", "before_meal after_meal"),
        ("hypotension", "pressure weaken"),
        ("protect", "risk weaken"),
        ("failure", "kidney disease_w"),
        ("failure", "liver disease_w"),
        ("cystitis", "bladder infection"),
        ("conjunctivitis", "eye infection"),
        ("otitis", "ear infection"),
        ("gastritis", "stomach inflammation"),
        ("arthralgia", "joint pain"),
        ("myalgia", "muscle pain"),
        ("dementia", "alzheimer"),
        ("dysuria", "bladder burning"),
        ("salt", "sodium chloride"),
        ("pregnant", "contraceptive"),
        ("increase_dose", "dose exceed"),
        ("oral", "glass use"),
        ("neuropathy", "nerve damage"),
        ("sideeffect", "cause"),
        ("tendinitis_", "tendon inflammation"),
        *(
            ("oral", way)
            for way in ("before_meal", "after_meal", "with_meal", "any_meal", "fasting", "sachet")
        ),
    )
)
#: What each of these is for, or is the lack of: medicines of diabetes are taken by diabetics.
_SHOWN_BY = {
    name: frozenset(row.split())
    for name, row in (
        (
            "antibacterial",
            "chloramph penicillin cephalosporin macrolide quinolone tetracycline sulfonamide "
            "nitrofuran aminoglycoside",
        ),
        ("bleeding", "bloody_"),
        ("allergic", "allergen"),
        (
            "inflammation",
            "arthritis gastritis sinusitis otitis cystitis bronchitis pancreatitis dermatitis pharyngitis",
        ),
        ("infection", "otitis cystitis pneumonia tonsillitis"),
        ("hypokalemia", "deficiency electrolytes"),
        ("hyperkalemia", "electrolytes"),
        ("antiage", "wrinkles elastic"),
        ("shock", "anaphylaxis"),
        ("visiontrouble", "vision blurredvision"),
        ("hearingloss", "hearing"),
        ("ulcer", "stomatitis"),
        ("chestpain", "angina infarct"),
        ("pain", "headache toothache dysmenorrhea anesthetic chestpain"),
        ("flushing", "menopause"),
        ("rash", "acne"),
        ("wax", "carnauba"),
        ("rheumatism", "arthritis"),
        ("dandruff", "dermatitis"),
        ("exfoliate", "aha salicylic retinoid"),
        ("moisturize", "xerosis dryeye hyaluron"),
    )
}


#: Neighbours: who reads one in a source may write another of the same row in a paraphrase.
_AKIN = tuple(
    frozenset(row.split())
    for row in (
        "rash urticaria itch irritation eczema dermatitis diaperrash",
        "heartburn reflux dyspepsia gastritis",
        "fatigue drowsy dizziness",
        "depression anxiety stress panic",
        "wound damaged_skin irritation burn broken ulcer",
        "bruise sprain",
        "paraffin vaseline mineraloil",
        "pain headache",
        "pain cramps",
        "epilepsy cramps",
        "runnynose congestion hayfever flu",
        "fever temperature",
        "bleeding clot thrombosis",
        "weightloss slim",
        "menses dysmenorrhea",
        "numbness anesthetic",
        "flax linen",
        "nitrates nitrate_",
        "protect protection",
        "wound scratch_",
        "nausea dyspepsia",
        "milk lactation",
        "drip drop ocular",
        "before_feed before_meal",
        "after_feed after_meal",
        "with_feed with_meal",
        "with_feed lactation",
        "child infant teen",
        "teen adult",
        "evening bedtime",
        "staff doctor doctor_rec",
        "driving driver",
        "forever permanent restore_",
        "toxic toxin",
        "soothe softskin relieve",
        "moisturize nourish softskin",
        "quick instant",
        "health beauty energy",
        "strengthen immune_boost protect",
        "natural eco crueltyfree vegan vegetarian origin_farm",
        "clinical certified dermatologist",
        "durable shockproof",
    )
)


@lru_cache(maxsize=10_000)
def akin(name: str) -> frozenset[str]:
    """Ids of which each proves that a paraphrase may speak of a concept."""
    return frozenset().union(*(row for row in _AKIN if name in row)) - {name}


@lru_cache(maxsize=10_000)
def provers(name: str) -> frozenset[str]:
    """Ids of a source of which each proves that a card may speak of a concept."""
    return akin(name) | _SHOWN_BY.get(name, frozenset())


#: The class that the end of a nonproprietary name tells: ofloxacin is a quinolone and so an antibiotic.
_KINDS = tuple(
    (re.compile(pattern), tuple(kinds.split()))
    for pattern, kinds in (
        (r"oxacin$", "quinolone antibiotic"),
        (r"cillin$", "penicillin antibiotic"),
        (r":cef|:ceph", "cephalosporin antibiotic"),
        (r"thromycin$|josamycin$", "macrolide antibiotic"),
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
