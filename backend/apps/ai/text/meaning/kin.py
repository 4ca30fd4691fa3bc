"""What may prove what: neighbours in a paraphrase, an effect by its indication, a class by its member."""

from __future__ import annotations

from functools import lru_cache

#: What is said in other words when all of these are said: before breakfast the stomach is empty.
FOLLOWS = tuple(
    (name, frozenset(reasons.split()))
    for name, reasons in (
        ("fasting", "before_meal morning"),
        ("fasting", "before_meal after_meal"),
        ("any_meal", "before_meal after_meal"),
        ("hypotension", "pressure weaken"),
        ("protect", "risk weaken"),
        ("failure", "kidney disease_w"),
        ("failure", "liver disease_w"),
        ("dementia", "alzheimer"),
        ("salt", "sodium chloride"),
        ("pregnant", "contraceptive"),
        ("increase_dose", "dose exceed"),
        ("oral", "glass use"),
        ("child", "supervision_ adult"),
        ("adult", "supervision_ child"),
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
        ("child", "conception fertility fetus"),
        (
            "antibacterial",
            "chloramph penicillin cephalosporin macrolide quinolone tetracycline sulfonamide "
            "nitrofuran aminoglycoside helicobacter",
        ),
        ("damaged_skin", "intact_"),
        ("antihypertensive", "hypertension"),
        ("protect", "against_ deodorant_ smell_"),
        ("allergic", "allergen photosens hayfever"),
        ("failure", "hypothyroid"),
        ("bleeding", "bloody_ gums"),
        ("vagina", "vaginal"),
        ("ocular", "eye conjunctivitis glaucoma"),
        (
            "inflammation",
            "arthritis gastritis sinusitis otitis cystitis bronchitis pancreatitis dermatitis pharyngitis "
            "hepatitis enterocolitis conjunctivitis tonsillitis",
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
        ("pain", "headache toothache dysmenorrhea anesthetic chestpain colic"),
        ("flushing", "menopause"),
        ("rheumatism", "arthritis"),
        ("dandruff", "dermatitis"),
        ("flaking", "dandruff"),
        ("memory", "dementia"),
        ("xerosis", "dry moisturize"),
        ("cough", "sputum"),
        ("dyspnea", "choking"),
        ("chills", "tremor"),
        ("tremor", "chills"),
        ("exfoliate", "aha salicylic retinoid"),
        ("moisturize", "xerosis dryeye hyaluron"),
        ("anorexia", "appetite"),
        ("rash", "acne flushing eyered_"),
        ("irritation", "burning soothe softskin"),
        ("sulfur", "earwax"),
        ("anesthetic", "numbness"),
        ("soothe", "relieve"),
        ("contraceptive", "precaution_"),
        ("enhance", "raise_"),
        ("diuretic", "waterout_"),
        ("wax", "carnauba"),
        ("g6pd", "g6pdx_"),
        ("weaken", "lower_"),
        ("pistachio", "pistapea_"),
        ("peanut", "pistapea_"),
        ("dysbiosis", "probiotic"),
        ("bacteria", "dysbiosis probiotic"),
        ("pigmentation", "whiten even_tone"),
        ("burn", "spf"),
        ("wound", "heal_"),
        ("dryness", "moisturize"),
        ("toxin", "detox_"),
        ("fatigue", "energy"),
        ("heartburn", "antacid acidity_"),
        ("clinical", "confirm_"),
        ("certified", "approve"),
        ("iron_", "iron irondeficit_"),
        ("elastic", "elasticband_ elastane stretch_"),
        ("metal_", "steel aluminium castiron brassm silverm"),
        ("effective", "durable"),
        ("sweet+", "sugar"),
        ("natural", "natural+"),
        ("decaf+", "caffeine"),
        # Which of the two is said, `advice` compares.
        ("rx", "otc"),
        ("otc", "rx"),
        ("restore", "heal_"),
        ("enzymes", "lactase pancreatin"),
        ("icelandmoss", "lichen"),
    )
}

#: What a name of one word is built of: «тендинит» is an inflammation of a tendon.
BUILT_OF = {
    name: tuple(frozenset(parts.split()) for parts in rows)
    for name, *rows in (
        ("tendinitis_", "tendon inflammation"),
        ("tonsillitis", "throat inflammation"),
        ("pharyngitis", "throat inflammation", "throat soothe", "throat irritation", "throat pain"),
        ("sinusitis", "sinus inflammation", "nose inflammation"),
        ("runnynose", "nose inflammation"),
        ("otitis", "ear inflammation", "ear infection"),
        ("bronchitis", "bronchi inflammation"),
        ("pneumonia", "lung inflammation"),
        ("arthritis", "joint inflammation"),
        ("myositis", "muscle inflammation"),
        ("hepatitis", "liver inflammation"),
        ("nephritis", "kidney inflammation"),
        ("pyelonephritis", "kidney inflammation", "kidney infection"),
        ("cystitis", "bladder inflammation", "bladder infection"),
        ("gastritis", "stomach inflammation"),
        ("arthralgia", "joint pain"),
        ("myalgia", "muscle pain"),
        ("dysuria", "bladder burning"),
        ("cholecystitis", "gall inflammation"),
        ("pancreatitis", "pancreas_ inflammation"),
        ("enterocolitis", "bowel inflammation"),
        ("gums", "mouth inflammation"),
        ("stomatitis", "mouth inflammation", "mouth ulcer", "mouth wound"),
        ("dermatitis", "skin inflammation"),
        ("proctitis_", "rectal inflammation", "rectum inflammation"),
        ("phlebitis", "vessels inflammation"),
        ("vasculitis", "vessels inflammation"),
        ("blepharitis", "eyelid inflammation"),
        ("keratitis", "cornea inflammation"),
        ("conjunctivitis", "eye inflammation", "eye infection"),
        ("vaginosis", "vagina infection"),
        ("vaginaldischarge", "vagina infection"),
        ("mastitis", "breast inflammation"),
        ("colic", "pain abdomen"),
        ("immune_boost", "immune normal"),
        ("irondeficit_", "iron deficiency", "iron anemia"),
        ("stress", "soothe nerve"),
        ("anxiety", "soothe nerve"),
        ("sedative", "soothe nerve", "soothe anxiety"),
        ("toothache", "pain teeth"),
        ("sciatica", "nerve pain"),
        ("meningitis", "brain inflammation"),
        ("dysmenorrhea", "pain menses"),
        ("menorrhagia", "bleeding menses", "severe menses"),
        ("bloodsugar", "glucose"),
        ("hypoglycemia", "bloodsugar weaken", "glucose weaken"),
        ("hyperglycemia", "bloodsugar enhance", "glucose enhance"),
        ("neuropathy", "nerve damage"),
        ("hypotension", "pressure weaken"),
        ("hypertension", "pressure enhance"),
        ("alcoholism", "alcohol excess_", "alcohol big"),
        ("sublingual", "dissolve mouth", "dissolve tongue"),
        ("urineretention", "bladder obstruction"),
        ("bradycardia", "heartrate weaken"),
        ("hypokalemia", "potassium weaken", "potassium deficiency"),
        ("hyperkalemia", "potassium enhance"),
        ("hyponatremia", "sodium weaken"),
        ("hypocalcemia", "calcium weaken", "calcium deficiency"),
        ("hypomagnesemia", "magnesium weaken", "magnesium deficiency"),
    )
}

#: Of these a sentence that has one speaks of no other.
OPPOSITES = {
    name: other
    for one, two in (
        ("hypokalemia", "hyperkalemia"),
        ("hypoglycemia", "hyperglycemia"),
        ("hypotension", "hypertension"),
        ("hypocalcemia", "hypercalcemia"),
        ("hyponatremia", "hypernatremia"),
    )
    for name, other in ((one, two), (two, one))
}

#: Neighbours: who reads one in a source may write another of the same row in a paraphrase.
_AKIN = tuple(
    frozenset(row.split())
    for row in (
        "at_once quick abrupt",
        "rash urticaria itch irritation eczema dermatitis diaperrash",
        "heartburn reflux dyspepsia gastritis",
        "fatigue drowsy dizziness",
        "depression anxiety stress panic",
        "wound damaged_skin irritation burn broken ulcer",
        "bruise sprain",
        "edema bloating",
        "paraffin vaseline mineraloil",
        "pain cramps",
        "colic cramps",
        "colic bloating",
        "atopic dermatitis eczema",
        "epilepsy cramps",
        "runnynose congestion hayfever flu",
        "vaginal vagina",
        "nose nostril",
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
        "abdomen stomach",
        "milk lactation",
        "drip drop",
        "before_feed before_meal",
        "after_feed after_meal",
        "with_feed with_meal",
        "with_feed lactation",
        "child infant teen",
        "teen adult",
        "evening bedtime",
        "staff doctor",
        "driving driver",
        "forever permanent restore_",
        "toxic toxin",
        "soothe softskin relieve",
        "moisturize nourish softskin",
        "quick instant urgent_",
        "health beauty energy",
        "addon_ mixing combination",
        "strengthen immune_boost protect",
        "natural eco crueltyfree vegan vegetarian origin_farm",
        "clinical certified dermatologist",
        "chills tremor",
        "leukopenia agranulocytosis neutropenia",
        "plantain psyllium",
        "vanilla vanillin",
        "rosacea acne",
        "energy refresh_",
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
