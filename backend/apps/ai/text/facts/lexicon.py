"""Words that state a fact by themselves: materials, countries, dosage forms, radio and plug standards.

Each table maps an id to its spellings in Russian, Turkish and English. ``stem.x`` stands for the stem with
every ending of class ``x``; a bare word stands for itself. Only whole words match: «мех» is fur, «механизм»
is not.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TABLES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
_ENDINGS = _TABLES.pop("endings")

# Clothes sizes; single letters only beside a word that says so, they are too often something else.
SIZES = {"xxs": "XXS", "xs": "XS", "xl": "XL", "xxl": "2XL", "xxxl": "3XL", "xxxxl": "4XL"}
SIZES |= {f"{n}xl": f"{n}XL" for n in range(2, 9)} | {"2xs": "XXS"}

# The statement on the left contains the one on the right.
IMPLIES = {
    "stainless_steel": "steel",
    "merino": "wool",
    "velvet": "velour",
    "oak": "wood",
    "beech": "wood",
    "birch": "wood",
    "pine": "wood",
    "abs": "plastic",
    "pvc": "plastic",
    "polypropylene": "plastic",
    "polyethylene": "plastic",
}
#: Words that say of what a thing is without being the material's name. Folded.
_STAINLESS_WORD = re.compile(r"нержавейк|нержавеющ|paslanmaz|stainless")
_IMPLIED = {
    "stainless_steel": _STAINLESS_WORD,
    "steel": _STAINLESS_WORD,
    "iron": re.compile(r"желез[оаеу](?![^\W_])|железом(?![^\W_])|(?<![^\W_])(?:demir|iron)(?![^\W_])"),
    "plastic": re.compile(
        r"(?<![^\W_])(?:pet|пэт|pp|пп|hdpe|ldpe|petg|tritan|тритан|поликарбонат\w*|polikarbonat|пл/б|"
        r"поли(?:этилен|пропилен)\w*|poli(?:etilen|propilen)\w*)(?![^\W_])"
    ),
    "glass": re.compile(r"(?<![^\W_])(?:ст/б|с/б|ст\. ?бан\w*|стеклобан\w*|стеклотар\w*|şişecam)(?![^\W_])"),
    "cotton": re.compile(r"(?<![^\W_])(?:х/б|хб)(?![^\W_])"),
    "wool": re.compile(r"(?<![^\W_])(?:п/ш|ч/ш)(?![^\W_])"),
    "denim": re.compile(r"(?<![^\W_])(?:jeans?|kot|джинс\w*)(?![^\W_])"),
    "wood": re.compile(
        r"(?<!çay )ağac(?:ı|ından|ıdır)(?![^\W_])|ağaçtan|tahta(?:dan| sap\w*)(?![^\W_])|из дерев|деревян"
    ),
    "leather": re.compile(
        r"(?<!suni )(?<!yapay )(?<!vegan )(?<!pu )(?<![^\W_])deri(?:den)? (?:\w+ )?(?:çanta|ayakkabı|bot|"
        r"kemer|cüzdan|ceket|mont|sandalet|terlik|eldiven|koltuk|kordon|kayış|kılıf)"
    ),
}


@dataclass(frozen=True, slots=True)
class Term:
    """What a word states: ``group`` is material, country, form or standard."""

    group: str
    id: str


def _expand(spelled: str) -> list[str]:
    words: list[str] = []
    for item in spelled.split():
        stem, dot, ending_class = item.partition(".")
        words += [stem + ending for ending in _ENDINGS[ending_class].split(" ")] if dot else [stem]
    return words


def _index() -> dict[str, Term]:
    return {
        word.replace("ё", "е"): Term(group, name)
        for group, table in _TABLES.items()
        for name, spelled in table.items()
        for word in _expand(spelled)
    }


_TERMS = _index()

_FAUX = re.compile(
    r"(?:искусственн\w+|эко|иск\.?|suni|yapay|faux|vegan|protein|pu|imitation|synthetic|artificial)[ .-]{0,2}$"
)
_GENUINE = re.compile(r"(?:натуральн\w+|нат\.|настоящ\w+|из|hakiki|gerçek|genuine|real) $")
_STAINLESS = re.compile(r"(?:нержавеющ\w+|paslanmaz|stainless)[ -]$")
_CAST = re.compile(r"(?:döküm|dökme|cast)[ -]$")
#: «Квасцы калия-алюминия», «диоксид титана»: a part of a compound is nothing that a thing is made of.
_COMPOUND_BEFORE = re.compile(
    r"(?:оксид|окис|сульфат|хлорид|хлоргидрат|фосфат|силикат|карбонат|цитрат|глюконат|ацетат|лактат|стеарат|пиколинат|"
    r"нитрат|сульфид|бисглицинат|хелат|квасц|сол[ьиея]|ионы|ионов|коллоид|препарат|крахмал)\w*[ -](?:[а-я]+[ -])?$"
)
_ELEMENTS = frozenset("aluminium copper titanium zinc gold silver iron".split())
_COLOUR_AFTER = re.compile(r"[ -]?(?:reng|renk|sarıs|colou?r)")
#: «Koyu kumral altın», "6.3 altın": a tone of hair.
_TONE_BEFORE = re.compile(r"(?:kumral|sarı|kahve|kestane|karamel|bakır|kızıl|\d{1,2}[./]\d{1,2}) $")
_GADGET = re.compile(r"(?:inç|inch|android|ipad|\bgb\b|планшет|kılıf)")
_SKIN = frozenset({"кожа", "кожи", "коже", "кожу", "кожей", "deri", "derisi"})
WORDS: frozenset[str] = frozenset(_TERMS) | _SKIN
_ORIGIN_BEFORE = re.compile(r"(?:\b(?:in|from|of)|origin|country|made)[ :.-]{1,3}$")
#: «Масло чайного дерева» is no wood.
_TREE_BEFORE = re.compile(
    r"(?:чайн|хлебн|кофейн|манго|дын|коричн|рожков|хинн|тутов|камфорн|мыльн|масличн|оливков|апельсинов|новогодн|"
    r"генеалогическ|ши|tea )\w* ?$|\bдерев\w+ ши$"
)
#: «Порошок для приготовления суспензии» is a powder: the form that is made of it may be left out.
MADE_UP = frozenset({"suspension", "syrup", "drop"})
POWDER = re.compile(r"(?<![^\W_])(?:порош\w+|гранул\w+|powder|granules|toz\w{0,4}|granül\w*)(?![^\W_])")
#: Beside these iron is eaten.
_NUTRIENTS = re.compile(
    r"йод|цинк|витамин|магни[йяе]|кальци|фолиев|обогащ|iyot|çinko|vitamin|magne[sz]y?um|kalsiyum|calcium|zinc|iodine|"
    r"белк[аио]|углевод|protein|анеми|гемоглобин"
)
#: What is made of a plant's or an animal's stuff is not of the material: «семена льна», «кора дуба», «протеины шёлка».
_PART = (
    r"(?:масл|экстракт|вытяжк|семен|семян|кор[аыуое](?![^\W_])|коры|корой|отвар|насто[йя]|сок(?![^\W_])|сока|дегот|дегт|почк|"
    r"почек|лист|плод|протеин|белк|гидролизат|пудр|гел(?:[ьяюе]|ем|ев)|камед|смол|мук[аиоу]|цветк|пыльц|аромат|эфирн|хвои|хво[йя]|гриб)"
)
_PART_BEFORE = re.compile(rf"(?<![^\W_]){_PART}\w* (?:[а-я]{{4,}}(?:ого|его|ой|ей|ых|их) )?$")
_PART_AFTER = re.compile(rf" {_PART}")
_PLANTS = frozenset(
    "linen cotton silk cashmere oak beech birch pine bamboo wood wool merino clay paper latex".split()
)
#: «Волосы стали мягче»: of a metal only behind such a word.
_OF_STEEL = re.compile(r"(?:(?<![^\W_])(?:из|для|по|о|от|к|на)|ей|ой|марка|марки|материал:?) $")
#: Other medicines than the one that is sold.
_OTHER_MEDICINE = re.compile(
    r"(?<![^\W_])(?:сахаро(?:сниж|пониж)ающ|противозачаточн|контрацептивн|мочегонн|снотворн|друг|люб|прочи|"
    r"противо[а-я]{4,12}|анти[а-я]{4,14}|гипо[а-я]{4,12}|гормональн|обезболивающ|жаропонижающ|успокоительн|ин)"
    r"(?:ие|ые|их|ых|ими|ыми|ой|ом|ым|ими|ую|ая|ий|ый|е|х)? $"
)
#: A food or a scent: «кленовым сиропом», «сироп глюкозы».
#: «таблетках, снижающих сахар», «таблетки от давления»: other medicines, too.
_OTHER_MEDICINE_AFTER = re.compile(
    r",? (?:от (?:давлени|диабет|сахар|аллерги|бол)|(?:снижа|понижа|разжижа|повыша|содержа)ющ)"
)
#: What is wiped up.
_SPILT_BEFORE = re.compile(r"(?:вытира|вытри|стира|сотр|промокн|пролит|упавш|попавш)\w* $")
_FOOD_BEFORE = re.compile(
    r"(?:кленов|сахарн|кукурузн|глюкозн|фруктозн|инвертн|рисов|фиников|ванильн|карамельн|шоколадн)\w+ $"
)
_FOOD_AFTER = re.compile(r" (?:глюкоз|агав|топинамбур|финик|цикори|фруктоз|рожков)")
_BATTERY = re.compile(r"батаре\w+-$")
_NAMED_AFTER_COUNTRY = re.compile(
    r" (?:орех|сол[ьи](?![^\W_])|горох|лимонник|м[ох]+(?![^\W_])|мха|роз[аыуе](?![^\W_])|лук(?![^\W_])|пере?ц|кухн|"
    r"маникюр|педикюр|булавк|мифолог|борщевик|чеснок|капуст|салат|акаци|норк|стол(?![^\W_])|клубник|алфавит)"
)
#: "Marble run": little balls.
_TOY_AFTER = re.compile(r" (?:runs?|maze|race|tracks?|game)(?![^\W_])")
_TRADE_WORDS_AFTER = re.compile(r"[ -](?:press|manicure|manikür|usb|огород)")


def term(folded: str, start: int, end: int) -> Term | None:
    """What the word ``folded[start:end]`` states where it stands, or None."""
    word = folded[start:end]
    before = folded[max(0, start - 20) : start]
    if word in _SKIN:
        return _leather(word, before)
    found = _TERMS.get(word)
    if found is None:
        return None
    if found.id == "leather" and _FAUX.search(before):
        return Term("material", "faux_leather")
    if found.id == "steel" and _STAINLESS.search(before):
        return Term("material", "stainless_steel")
    if found.id == "iron" and _CAST.search(before):
        return Term("material", "cast_iron")
    if _is_other_sense(found, word, folded, start, end):
        return None
    return found


def implied(folded: str, material: str) -> bool:
    """Whether a folded text says that something is of a material without naming it."""
    pattern = _IMPLIED.get(material)
    if pattern is not None and pattern.search(folded) is not None:
        return True
    stems = _stems_of(material)
    return stems is not None and stems.search(folded) is not None


#: Letters of a stem from which on every word that begins with it names the material: «pamukluda», «льносемя».
_TELLING_STEM = 5


@lru_cache(maxsize=256)
def _stems_of(name: str) -> re.Pattern[str] | None:
    """Words that begin as a material or form is called, and other words that tell of it; None for no such."""
    spelled = _TABLES["material"].get(name, "") or _TABLES["form"].get(name, "")
    stems = {word.partition(".")[0] for word in spelled.split() if word not in {"rubber", "paper"}}
    told = [re.escape(stem) for stem in stems if len(stem) >= _TELLING_STEM] + _TOLD.get(name, [])
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(told)})") if told else None


#: Words of another kind that tell of a material or a form; what is dripped are drops.
_TOLD = {
    "linen": ["flax", "льн", "лен(?![^\\W_])"],
    "aluminium": ["алюм", "alum"],
    "copper": ["cupr", "меди(?![^\\W_])"],
    "zinc": ["zinc"],
    "silver": ["argent", "silver"],
    "brass": ["pirinç (?:musluk|batarya|gövde|vana)"],
    "glass": ["borosilicat", "borosilikat", "боросиликат"],
    "polypropylene": ["pp(?![^\\W_])", "пп(?![^\\W_])"],
    "polyethylene": ["pe(?![^\\W_])", "пэ(?![^\\W_])", "ldpe", "hdpe", "пвд", "пнд"],
    "rubber": ["lastik"],
    "latex": ["natural rubber", "натуральн\\w+ каучук"],
    "ointment": ["pomat"],
    "tablet": ["chewable", "жеват", "pastil", "caplet", "kaplet"],
    "drop": ["damlat", "damlal", "закап", "капа(?:ть|ют|йте)", "instil", "drip", "глазн"],
    "spray": ["puff?s?(?![^\\W_])", "sık[ıi][mnl]", "нажати", "püskürt", "впрыск", "распыл"],
}


def _leather(word: str, before: str) -> Term | None:
    """«кожа» and «deri» are skin unless the words before them say that they are leather."""
    if _FAUX.search(before):
        return Term("material", "faux_leather")
    if _GENUINE.search(before):
        return Term("material", "leather")
    return None


def _is_plant(found: Term, word: str, folded: str, start: int, end: int) -> bool:
    """A plant or an animal, of which something is taken; «стали» that is a verb."""
    if word == "стали":
        return _OF_STEEL.search(folded, max(0, start - 20), start) is None
    if found.id in _ELEMENTS:
        return _COMPOUND_BEFORE.search(folded, max(0, start - 40), start) is not None
    if found.id not in _PLANTS:
        return False
    before = _PART_BEFORE.search(folded, max(0, start - 45), start)
    return before is not None or _PART_AFTER.match(folded, end) is not None


def _is_no_form(found: Term, folded: str, start: int, end: int) -> bool:
    """A battery, a food, another medicine that is called as a dosage form is."""
    before = folded[max(0, start - 30) : start]
    if found.id == "syrup" and (_FOOD_BEFORE.search(before) or _FOOD_AFTER.match(folded, end)):
        return True
    if _OTHER_MEDICINE_AFTER.match(folded, end) or (found.id == "drop" and _SPILT_BEFORE.search(before)):
        return True
    return _BATTERY.search(before) is not None or _OTHER_MEDICINE.search(before) is not None


def _is_other_sense(found: Term, word: str, folded: str, start: int, end: int) -> bool:
    if word in {"altın", "gümüş", "bronz", "bakır"} and (
        _COLOUR_AFTER.match(folded, end) or _TONE_BEFORE.search(folded, max(0, start - 20), start)
    ):
        return True
    if (word == "marble" and _TOY_AFTER.match(folded, end)) or (
        word == "glass" and folded.startswith(" of ", end)  # "a glass of water"
    ):
        return True
    if word in {"turkey", "china"}:
        return _ORIGIN_BEFORE.search(folded, max(0, start - 20), start) is None
    if found.id == "wood" and _TREE_BEFORE.search(folded, max(0, start - 20), start):
        return True
    if found.group == "material" and _is_plant(found, word, folded, start, end):
        return True
    if found.group == "form" and _is_no_form(found, folded, start, end):
        return True
    if found.group == "country" and _NAMED_AFTER_COUNTRY.match(folded, end):
        return True
    if found.id == "iron" and _NUTRIENTS.search(folded, max(0, start - 80), end + 80):
        return True
    if found.id == "fr" and _TRADE_WORDS_AFTER.match(folded, end):
        return True
    return word == "tablet" and _GADGET.search(folded, max(0, start - 60), end + 60) is not None
