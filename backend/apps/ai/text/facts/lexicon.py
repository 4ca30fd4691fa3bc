"""Words that state a fact by themselves: materials, countries, dosage forms, radio and plug standards.

Each table maps an id to its spellings in Russian, Turkish and English. ``stem.x`` stands for the stem with
every ending of class ``x``; a bare word stands for itself. Only whole words match: «мех» is fur, «механизм»
is not.
"""

import re
from dataclasses import dataclass

_ENDINGS = {
    "m": " а у ом е ы",
    "f": "а ы и у ой ою е",
    "n": "о а у ом е",
    "j": "ь и ью",
    "i": "ия ии ию ией",
    "a": "ый ий ой ая яя ое ее ые ие ого его ому ему ую юю ым им ых их ыми ими ом ем ей",
    "t": " li lı lu lü lik lık luk lük dan den tan ten i ı u ü yi yı si sı in ın un ün nin nın de da te ta ye "
    "ya dır dir dur dür tır tir"
    " tur tür ından inden undan ünden sından sinden dandır dendir tandır tendir a e",
}

_MATERIALS: dict[str, str] = {
    "cotton": "хлопок хлопк.m хлопков.a хлопчатобумажн.a pamuk.t pamuğ.t cotton",
    "linen": "лен льн.m льнян.a keten.t linen",
    "wool": "шерст.j шерстян.a yün.t wool woolen woollen",
    "merino": "меринос.m мериносов.a merinos merino",
    "cashmere": "кашемир.m кашемиров.a kaşmir.t cashmere",
    "angora": "ангор.f angora",
    "mohair": "мохер.m мохеров.a mohair tiftik",
    "silk": "шелк.m шелков.a ipek ipekli silk",
    "satin": "сатин.m сатинов.a saten.t satin",
    "velvet": "бархат.m kadife.t velvet",
    "velour": "велюр.m велюров.a velour",
    "corduroy": "вельвет.m вельветов.a fitilli corduroy",
    "fleece": "флис.m флисов.a polar fleece",
    "denim": "деним.m денимов.a джинсов.a denim",
    "chiffon": "шифон.m шифонов.a şifon.t chiffon",
    "lace": "кружев.n кружевн.a dantel.t",
    "polyester": "полиэстер.m полиэстеров.a polyester.t polyester пэ пэс",
    "polyamide": "полиамид.m полиамидн.a poliamid.t polyamid.t polyamide",
    "nylon": "нейлон.m нейлонов.a naylon.t nylon",
    "acrylic": "акрил.m акрилов.a akrilik akrilikten acrylic",
    "viscose": "вискоз.f вискозн.a viskon.t viskoz.t viscose rayon",
    "elastane": "эластан.m спандекс.m лайкр.f elastan.t elastane elasthane likra.t likralı lycra spandex",
    "modal": "модал.m modal",
    "lyocell": "лиоцелл.m тенсел.m lyocell liyosel tencel",
    "microfiber": "микрофибр.f микроволокн.n mikrofiber.t microfiber microfibre microfibra",
    "neoprene": "неопрен.m неопренов.a neopren.t neoprene",
    "suede": "замш.f замшев.a süet.t suede",
    "nubuck": "нубук.m нубуков.a nubuk.t nubuck",
    "fur": "мех мехом меха меху мехов.a kürk.t fur",
    "leather": "кожан.a leather deriden",
    "faux_leather": "экокож.f кожзам.m кожзаменител.j кожзаменитель кожзаменителя leatherette",
    "rubber": "резин.f резинов.a каучук.m каучуков.a kauçuk.t rubber",
    "latex": "латекс.m латексн.a lateks.t latex",
    "nitrile": "нитрил.m нитрилов.a nitril.t nitrile",
    "silicone": "силикон.m силиконов.a silikon.t silicone",
    "plastic": "пластик.m пластиков.a пластмасс.f пластмассов.a пласт plastik.t plastic",
    "polypropylene": "полипропилен.m полипропиленов.a polipropilen.t polypropylene",
    "polyethylene": "полиэтилен.m полиэтиленов.a polietilen.t polyethylene",
    "polyurethane": "полиуретан.m полиуретанов.a poliüretan.t polyurethane",
    "pvc": "пвх pvc поливинилхлорид.m поливинилхлоридн.a",
    "abs": "абс abs",
    "eva": "эва eva",
    "steel": "стал.j стальн.a çelik.t çeliğ.t steel",
    "iron": "железо железн.a demir.t iron",
    "cast_iron": "чугун.m чугунн.a",
    "aluminium": "алюмини.m алюминий алюминия алюминия алюминием алюминиев.a alüminyum.t aluminium aluminum",
    "copper": "мед.j медн.a bakır.t copper",
    "brass": "латун.j латунн.a brass",
    "bronze": "бронз.f бронзов.a bronz.t bronze",
    "titanium": "титан.m титанов.a titanyum.t titanium",
    "zinc": "цинк.m цинков.a çinko.t zinc",
    "gold": "золото золота золотом altın",
    "silver": "серебро серебра серебром серебрян.a gümüş.t",
    "glass": "стекло стекла стеклом стеклянн.a cam camı camdan camdır camından camlı glass",
    "crystal": "хрустал.j хрустальн.a kristal.t",
    "ceramic": "керамик.f керамическ.a seramik.t ceramic ceramics",
    "porcelain": "фарфор.m фарфоров.a porselen.t porcelain",
    "clay": "глин.f глинян.a kil clay",
    "marble": "мрамор.m мраморн.a mermer.t marble",
    "granite": "гранит.m гранитн.a granit.t granite",
    "wood": "дерево дерева деревянн.a древесин.f ahşap.t ahşab.t wooden wood",
    "oak": "дуб дуба дубов.a meşe.t oak",
    "beech": "бук бука буков.a kayın kayından kayının beech",
    "birch": "берез.f березов.a huş birch",
    "pine": "сосн.f соснов.a çam çamdan pine",
    "bamboo": "бамбук.m бамбуков.a bambu.t bamboo",
    "rattan": "ротанг.m ротангов.a rattan",
    "plywood": "фанер.f фанерн.a kontrplak plywood",
    "mdf": "мдф mdf",
    "chipboard": "дсп лдсп sunta suntalam chipboard",
    "paper": "бумаг.f бумажн.a kağıt.t kağıd.t paper",
    "cardboard": "картон.m картонн.a karton.t cardboard",
    "jute": "джут.m джутов.a jüt jute",
    "cellulose": "мкц целлюлоз.f целлюлозн.a selüloz.t cellulose",
}

_COUNTRIES: dict[str, str] = {
    "tr": "турц.i турецк.a türkiye.t turkish türk türkçe.t turkey",
    "ru": "росси.j россия россию россией российск.a rusya.t russia russian",
    "de": "герман.i немецк.a almanya.t alman almanca germany german deutschland",
    "fr": "франц.i французск.a fransa.t fransız fransızca france french",
    "it": "итал.i итальянск.a italya.t italyan italyanca italy italian",
    "es": "испан.i испанск.a ispanya.t ispanyol spain spanish",
    "pt": "португал.i португальск.a portekiz.t portugal portuguese",
    "gb": "англ.i английск.a великобритан.i британск.a ingiltere.t ingiliz ingilizce england english britain"
    " british uk",
    "ie": "ирланд.i ирландск.a irlanda.t ireland irish",
    "us": "сша америк.f американск.a abd amerika.t amerikan usa american",
    "ca": "канад.f канадск.a kanada.t canada canadian",
    "mx": "мексик.f мексиканск.a meksika.t mexico mexican",
    "br": "бразил.i бразильск.a brezilya.t brazil brazilian",
    "ar": "аргентин.f аргентинск.a arjantin.t argentina",
    "cn": "кита.m китай китая китаю китаем китае китайск.a çin chinese china",
    "tw": "тайван.j тайваньск.a tayvan.t taiwan",
    "hk": "гонконг.m hong-kong",
    "jp": "япон.i японск.a japonya.t japon japan japanese",
    "kr": "коре.i корея кореи корею корейск.a kore.t koreli korea korean",
    "in": "индия индии индию индией индийск.a hindistan.t india indian",
    "pk": "пакистан.m пакистанск.a pakistan.t",
    "bd": "бангладеш.m bangladeş bangladesh",
    "vn": "вьетнам.m вьетнамск.a vietnam.t vietnamese",
    "th": "таиланд.m таиландск.a тайск.a tayland.t thailand thai",
    "id": "индонез.i индонезийск.a endonezya.t indonesia indonesian",
    "my": "малайз.i малайзийск.a malezya.t malaysia",
    "il": "израил.j израиля израиле израильск.a israil israel israeli",
    "ir": "иран.m иранск.a iran iranian",
    "ae": "оаэ эмират.m bae uae",
    "sa": "саудовск.a suudi saudi",
    "eg": "египет египт.m египетск.a egypt egyptian",
    "ma": "марокко марокканск.a fas morocco moroccan",
    "tn": "тунис.m тунисск.a tunus tunisia",
    "ch": "швейцар.i швейцарск.a isviçre.t switzerland swiss",
    "at": "австр.i австрийск.a avusturya.t austria austrian",
    "nl": "нидерланды нидерландов нидерландах голланд.i голландск.a нидерландск.a hollanda.t netherlands"
    " holland dutch",
    "be": "бельг.i бельгийск.a belçika.t belgium belgian",
    "dk": "дан.i датск.a danimarka.t denmark danish",
    "se": "швец.i шведск.a isveç.t sweden swedish",
    "no": "норвег.i норвежск.a norveç.t norway norwegian",
    "fi": "финлянд.i финск.a finlandiya.t finland finnish",
    "is": "исланд.i исландск.a izlanda iceland",
    "ee": "эстон.i эстонск.a estonya estonia",
    "lv": "латв.i латвийск.a letonya latvia",
    "lt": "литв.f литовск.a litvanya lithuania",
    "pl": "польша польши польшу польше польск.a polonya.t poland",
    "cz": "чехия чехии чехию чешск.a çekya.t çek czech",
    "sk": "словакия словакии словацк.a slovakya slovakia",
    "si": "словения словении словенск.a slovenya slovenia",
    "hu": "венгр.i венгерск.a macaristan.t macar hungary hungarian",
    "ro": "румын.i румынск.a romanya.t romania romanian",
    "bg": "болгар.i болгарск.a bulgaristan.t bulgar bulgaria bulgarian",
    "rs": "серб.i сербск.a sırbistan serbia serbian",
    "hr": "хорват.i хорватск.a hırvatistan croatia croatian",
    "gr": "греция греции грецию греческ.a yunanistan.t yunan greece greek",
    "cy": "кипр.m кипрск.a kıbrıs cyprus",
    "ua": "украин.f украинск.a ukrayna.t ukraine ukrainian",
    "by": "беларус.j белорусск.a беларусск.a белорусс.i belarus",
    "kz": "казахстан.m казахстанск.a kazakistan.t kazakhstan",
    "uz": "узбекистан.m узбекск.a özbekistan.t uzbekistan",
    "ge": "груз.i грузинск.a gürcistan.t",
    "am": "армен.i армянск.a ermenistan armenia",
    "az": "азербайджан.m азербайджанск.a azerbaycan.t azerbaijan",
    "co": "колумб.i колумбийск.a kolombiya.t colombia colombian",
    "cl": "чилийск.a şili chile chilean",
    "pe": "перуанск.a peru peruvian",
    "cu": "кубинск.a küba cuba cuban",
    "ec": "эквадор.m эквадорск.a ekvador ecuador",
    "et": "эфиоп.i эфиопск.a etiyopya.t ethiopia ethiopian",
    "ke": "кения кении кению кенией кенийск.a kenya.t kenya kenyan",
    "za": "юар южноафриканск.a",
    "ng": "нигер.i нигерийск.a nijerya nigeria",
    "lk": "шри-ланка шри-ланки шри-ланке цейлонск.a sri-lanka ceylon",
    "np": "непал.m непальск.a nepal nepalese",
    "mn": "монгол.i монгольск.a moğolistan mongolia mongolian",
    "ph": "филиппины филиппин филиппинск.a filipinler philippines",
    "sg": "сингапур.m сингапурск.a singapur singapore",
    "kh": "камбоджа камбоджи камбодже камбоджийск.a kamboçya cambodia",
    "nz": "новозеландск.a",
    "lu": "люксембург.m люксембургск.a lüksemburg luxembourg",
    "mt": "мальта мальты мальте мальтийск.a malta maltese",
    "al": "албан.i албанск.a arnavutluk albania",
    "ba": "босния боснии боснийск.a bosna bosnia",
    "me": "черногор.i черногорск.a karadağ montenegro",
    "mk": "македон.i македонск.a makedonya macedonia",
    "md": "молдов.f молдавия молдавии молдавск.a moldova",
    "kg": "кыргызстан.m киргиз.i киргизск.a кыргызск.a kırgızistan",
    "tj": "таджикистан.m таджикск.a tacikistan",
    "tm": "туркмен.i туркменистан.m туркменск.a türkmenistan",
    "iq": "ирак.m иракск.a ırak iraq",
    "sy": "сирия сирии сирию сирийск.a suriye syria syrian",
    "lb": "ливан.m ливанск.a lübnan lebanon",
    "jo": "иордан.i иорданск.a ürdün jordan",
    "qa": "катар.m катарск.a katar qatar",
    "kw": "кувейт.m кувейтск.a kuveyt kuwait",
    "au": "австрал.i австралийск.a avustralya.t australia australian",
}

_FORMS: dict[str, str] = {
    "tablet": "табл tabletler tabletleri tabletin tableti tabletten tablette tabletlerin таб таблетк.f таблеток таблетками таблетках таблеткам tablet tablets tableti tabletten",
    "capsule": "капс капсул.f капсул капсулами капсулах капсулам kapsül kapsul kapsülü capsule capsules"
    " softgel softgels softjel",
    "dragee": "драже draje dragee",
    "ampoule": "амп ампул.f ампул ампулах ампулами ampul ampül ampoule ampoules",
    "suppository": "супп суппозитори.m суппозиторий суппозитории суппозиториев fitil supozituvar süpozituvar"
    " suppository suppositories",
    "syrup": "сироп.m şurup şurubu syrup",
    "suspension": "сусп суспензи.j суспензия суспензию суспензией süspansiyon süspansiyonu suspension",
    "ointment": "маз.j merhem pomad pomadı ointment",
    "drop": "капли каплях damla damlası drops",
    "spray": "спре.m спрей спрея спреем sprey spreyi spray",
}

_STANDARDS: dict[str, str] = {
    "WIFI": "wifi wi-fi вай-фай вайфай",
    "BLUETOOTH": "bluetooth блютуз блютус",
    "NFC": "nfc",
    "GPS": "gps",
    "HDMI": "hdmi",
    "USB": "usb юсб",
    "USBC": "usb-c usb-type-c type-c",
    "USBA": "usb-a usb-type-a type-a",
    "MICROUSB": "micro-usb микро-usb",
}

# Clothes sizes; single letters only beside a word that says so, they are too often something else.
SIZES = {"xxs": "XXS", "xs": "XS", "xl": "XL", "xxl": "2XL", "xxxl": "3XL", "xxxxl": "4XL"}
SIZES |= {f"{n}xl": f"{n}XL" for n in range(2, 9)} | {"2xs": "XXS"}

# The statement on the left contains the one on the right.
IMPLIES = {
    "stainless_steel": "steel",
    "merino": "wool",
    "oak": "wood",
    "beech": "wood",
    "birch": "wood",
    "pine": "wood",
}
#: Words that say of what a thing is without being the material's name. Folded.
_IMPLIED = {
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
    groups = {"material": _MATERIALS, "country": _COUNTRIES, "form": _FORMS, "standard": _STANDARDS}
    return {
        word.replace("ё", "е"): Term(group, name)
        for group, table in groups.items()
        for name, spelled in table.items()
        for word in _expand(spelled)
    }


_TERMS = _index()

_FAUX = re.compile(
    r"(?:искусственн\w+|эко|иск\.?|suni|yapay|faux|vegan|pu|imitation|synthetic|artificial)[ .-]{0,2}$"
)
_GENUINE = re.compile(r"(?:натуральн\w+|настоящ\w+|из|hakiki|gerçek|genuine|real)[ ]$")
_STAINLESS = re.compile(r"(?:нержавеющ\w+|paslanmaz|stainless)[ -]$")
_CAST = re.compile(r"(?:döküm|dökme|cast)[ -]$")
_COLOUR_AFTER = re.compile(r"[ -]?(?:reng|renk|sarıs|colou?r)")
_GADGET = re.compile(r"(?:inç|inch|android|ipad|\bgb\b|планшет|kılıf)")
_SKIN = frozenset({"кожа", "кожи", "коже", "кожу", "кожей", "deri", "derisi"})
WORDS: frozenset[str] = frozenset(_TERMS) | _SKIN
_ORIGIN_BEFORE = re.compile(r"(?:\b(?:in|from|of)|origin|country|made)[ :.-]{1,3}$")
#: «Масло чайного дерева» is no wood.
_TREE_BEFORE = re.compile(
    r"(?:чайн|хлебн|кофейн|манго|дын|коричн|новогодн|генеалогическ|ши|tea )\w* ?$|\bдерев\w+ ши$"
)
#: «Порошок для приготовления суспензии» is a powder: the form that is made of it may be left out.
MADE_UP = frozenset({"suspension", "syrup", "drop"})
POWDER = re.compile(r"(?<![^\W_])(?:порош\w+|гранул\w+|powder|granules|toz\w{0,4}|granül\w*)(?![^\W_])")
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
    return pattern is not None and pattern.search(folded) is not None


def _leather(word: str, before: str) -> Term | None:
    """«кожа» and «deri» are skin unless the words before them say that they are leather."""
    if _FAUX.search(before):
        return Term("material", "faux_leather")
    if _GENUINE.search(before):
        return Term("material", "leather")
    return None


def _is_other_sense(found: Term, word: str, folded: str, start: int, end: int) -> bool:
    if word in {"altın", "gümüş", "bronz", "bakır"} and _COLOUR_AFTER.match(folded, end):
        return True
    if word in {"turkey", "china"}:
        return _ORIGIN_BEFORE.search(folded, max(0, start - 20), start) is None
    if found.id == "wood" and _TREE_BEFORE.search(folded, max(0, start - 20), start):
        return True
    if found.id == "fr" and _TRADE_WORDS_AFTER.match(folded, end):
        return True
    return word == "tablet" and _GADGET.search(folded, max(0, start - 60), end + 60) is not None
