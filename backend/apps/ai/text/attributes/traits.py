"""Traits of which a thing has one and not another: colour, for whom, season, kind of water, binding, skin type.

A card that gives a value which its source does not give, while the source gives another, contradicts it. A trait that
the source is silent about is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from apps.ai.text.language.letters import Letters
from apps.ai.text.language.phrases import alternatives_of, beginnings
from apps.ai.text.made_once import made_once

_A = r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ую|юю|ым|им|ом|ем|ей|ых|их|ыми|ими|о)"
_unmarked = Letters({"ёıİ": "еiI"})

#: By value: what it is called in Russian, Turkish and English. Values in one set of `_ALIKE` agree with each other.
_COLOURS = {
    "white": rf"бел(?:оснежн)?{_A}|beyaz\w*|white",
    "black": rf"черн{_A}|siyah\w*|black",
    "red": rf"красн{_A}|ал{_A}|kirmizi\w*|red",
    "burgundy": rf"бордов{_A}|бордо|bordo\w*|burgundy|maroon|wine",
    "navy": rf"темно-син{_A}|lacivert\w*|navy",
    "blue": rf"син{_A}|голуб{_A}|лазурн{_A}|васильков{_A}|mavi\w*|saks|blue|azure|indigo|индиго",
    "turquoise": rf"бирюзов{_A}|аквамарин\w*|turkuaz|turquoise|teal",
    "green": rf"зелен{_A}|салатов{_A}|yesil\w*|green|lime",
    "emerald": r"изумруд\w*|zumrut\w*|emerald",
    "olive": rf"оливков{_A}|хаки|болотн{_A}|haki\w*|olive|khaki",
    "yellow": rf"желт{_A}|sari(?!l|m)\w{{0,3}}|hardal|yellow|mustard",
    "orange": rf"оранжев{_A}|turuncu\w*|orange",
    "coral": r"коралл\w*(?! ?риф)|mercan|somon|seftali rengi|coral",
    "pink": rf"розов{_A}|фукси\w*|пудров{_A}|pembe\w*|pudra\w*|fusya|pink|fuchsia|powder pink",
    "purple": rf"фиолетов{_A}|лилов{_A}|сиренев{_A}|пурпурн{_A}|mor(?:u|dur)?|lila\w*|purple|violet|lilac",
    "brown": rf"коричнев{_A}|kahve(?:rengi)?\w*|kahverengi\w*|taba\b|vizon|brown",
    "camel": rf"кэмел|верблюж\w+|песочн{_A}|camel|tan\b|kum rengi",
    "beige": (
        rf"бежев{_A}|телесн{_A}|экрю|слонов\w+ кост\w+|айвори|bej\w*|krem rengi|ekru|ten rengi|beige|ecru|"
        r"ivory|nude"
    ),
    "grey": (
        rf"сер{_A}|пепельн{_A}|графитов{_A}|антрацит\w*|дымчат{_A}|gri\w{{0,3}}|antrasit\w*|fume|gr[ae]y|"
        r"anthracite|graphite|charcoal"
    ),
    "ginger": rf"рыж{_A}|ginger|kizil renk\w*",
    "terracotta": rf"терракотов{_A}|кирпичн{_A}|kiremit rengi|terracotta",
    "bronze": rf"бронзов{_A}|медн{_A} цвет\w*|bronz rengi|bronze",
    "silver": rf"серебрист{_A}|gumus rengi|silver",
    "gold": rf"золотист{_A}|altin rengi|gold(?:en)?",
}
_ALIKE = (
    {"blue", "navy", "turquoise"},
    {"green", "emerald", "olive", "turquoise"},
    {"red", "burgundy", "coral", "pink"},
    {"orange", "coral", "yellow", "gold"},
    {"brown", "camel", "beige"},
    {"white", "beige"},
    {"grey", "silver", "black"} - {"black"},
    {"pink", "purple"},
)
_WOMEN = (
    rf"женск{_A}|для женщин|женщинам|дамск{_A}|kadin(?:lar|lara|lar icin)?|bayan|wom[ae]n(?:.?s)?|ladies|"
    r"lady|female"
)
_MEN = rf"мужск{_A}|для мужчин|мужчинам|erkek(?!\w* cocuk)(?:ler)?|bay\b|m[ae]n(?:.?s)?|male|gents?"
_TRAITS: dict[str, Mapping[str, str]] = {
    "colour": _COLOURS,
    "gender": {"women": _WOMEN, "men": _MEN},
    "child": {
        "girls": rf"для девоч\w+|девочк\w+|девичь{_A}|kiz cocu\w*|girls?(?:.?s)?",
        "boys": r"для мальчик\w+|мальчик\w+|erkek cocu\w*|boys?(?:.?s)?",
    },
    "age": {
        "children": rf"(?<!не )детск{_A}(?! (?:врач|возраст|доз|тест))|pediatri\w+|paediatri\w+|for kids",
        "adults": rf"для взрослых|взросл(?:ый|ая|ое|ые)|мужск{_A}|женск{_A}|yetiskin\w*|adults?|erkek|kadin",
    },
    "length": {
        "mini": r"мини|mini",
        "midi": r"миди|midi",
        "maxi": r"макси|maxi",
    },
    "animal": {
        "cod": rf"треск[аиуо]\w{{0,2}}|тресков{_A}|morina\w*|cod",
        "goose": rf"гус[ьяюи]\w{{0,2}}|гусин{_A}|kaz (?:eti|cigeri)\w*|goose",
        "duck": rf"утк[аиу]|утин{_A}|ordek\w*|duck",
        "chicken": rf"куриц\w{{1,2}}|курин{_A}|курят\w+|tavuk\w*|chicken",
        "beef": r"говя\w+|теля(?:тин|ч)\w+|dana\w*|sigir\w*|beef|veal",
        "pork": r"свин\w+|domuz\w*|pork",
        "turkey": r"индейк\w+|индюш\w+|hindi (?:eti|gogus)\w*",
        "lamb": r"баран\w+|ягн[яе]\w+|kuzu\w*|lamb",
        "rabbit": r"кролик\w*|крол(?:ич|ьч)\w+|tavsan\w*|rabbit",
        "salmon": r"лосос\w+|семг\w+|somon\w*|salmon",
        "tuna": r"тун(?:ец|ц)\w*|ton baligi\w*|tuna",
        "trout": r"форел\w+|alabalik\w*|trout",
        "herring": r"сельд\w+|селедк\w+|ringa\w*|herring",
    },
    "season": {
        "winter": rf"зимн{_A}|kislik|kis (?:mevsim|sezon)\w*|winter",
        "summer": rf"летн{_A}(?! (?:возраст|ребен))|yazlik|summer",
        "between": rf"демисезон\w*|весенн{_A}|осенн{_A}|mevsimlik|ilkbahar|sonbahar|demi-?season|autumn|spring",
    },
    "flavour": {
        "vanilla": r"ванил\w+|vanil\w*",
        "chocolate": r"шоколад\w*|cikolata\w*|chocolate|какао|kakao\w*|cocoa",
        "strawberry": r"клубни\w+|земляни\w+|cilek\w*|strawberr\w+",
        "raspberry": r"малин\w+|ahududu\w*|raspberr\w+",
        "cherry": r"вишн\w+|черешн\w+|visne\w*|kiraz\w*|cherr\w+",
        "mint": r"мят[аыуоен]\w*|ментол\w*|nane\w*|mentol\w*|mint|menthol",
        "lemon": r"лимон\w*|лайм\w*|limon\w*|lemon|lime",
        "orange": r"апельсин\w*|мандарин\w*|portakal\w*|mandalina\w*|orange",
        "apple": r"яблок\w*|яблочн\w+|elma\w*|apple",
        "banana": r"банан\w*|muz\w{0,3}|banana",
        "lingonberry": r"брусни\w+|клюкв\w+|yaban mersini\w*|kizilcik\w*|cranberr\w+|lingonberr\w+",
        "blueberry": r"черни[кч]\w+|голубик\w+|yaban mersini\w*|blueberr\w+|bilberr\w+",
        "currant": r"смородин\w+|kus uzumu\w*|currant\w*",
        "coconut": r"кокос\w*|hindistan cevizi\w*|coconut",
        "caramel": r"карамел\w+|karamel\w*|caramel",
        "peach": r"персик\w*|абрикос\w*|seftali\w*|kayisi\w*|peach|apricot",
        "buckwheat honey": r"гречишн\w+|buckwheat",
        "flower honey": r"цветочн\w+ мед|цветочный|cicek bal\w+|flower honey",
        "lime honey": r"липов\w+|ihlamur\w*|linden",
    },
    "water": {
        "perfume": r"парфюмерн\w+ вод\w+|eau de parfum|edp|parfum suyu",
        "toilette": r"туалетн\w+ вод\w+|eau de toilette|edt",
        "cologne": r"одеколон\w*|eau de cologne|kolonya\w*|cologne",
    },
    "binding": {
        "hard": r"тв[её]рд\w+ (?:переплет|обложк)\w*|в переплете|ciltli|sert kapak|hard ?cover",
        "soft": r"мягк\w+ (?:переплет|обложк)\w*|karton kapak|ince kapak|paperback|soft ?cover",
    },
    "tongue": {
        "russian": r"на русском(?: языке)?|русск\w+ язык\w*|rusca|in russian",
        "turkish": r"на турецком(?: языке)?|турецк\w+ язык\w*|turkce|in turkish",
        "german": r"на немецком(?: языке)?|немецк\w+ язык\w*|almanca|in german",
        "french": r"на французском(?: языке)?|французск\w+ язык\w*|fransizca|in french",
        "spanish": r"на испанском(?: языке)?|испанск\w+ язык\w*|ispanyolca|in spanish",
        "italian": r"на итальянском(?: языке)?|итальянск\w+ язык\w*|italyanca|in italian",
        "chinese": r"на китайском(?: языке)?|китайск\w+ язык\w*|cince|in chinese",
        "arabic": r"на арабском(?: языке)?|арабск\w+ язык\w*|arapca|in arabic",
        "english": r"на английском(?: языке)?|английск\w+ язык\w*|ingilizce|in english",
    },
    "oil": {
        "dry": (
            rf"(?:для )?сух{_A} (?:(?:и|или|,) [а-я ]{{1,25}} )?(?:кож|волос)\w*|kuru(?: ve [a-z ]{{1,20}})? "
            r"(?:cilt|deri|sac)\w*|dry (?:skin|hair)"
        ),
        "oily": (
            rf"(?:для )?жирн{_A} (?:(?:и|или|,) [а-я ]{{1,25}} )?(?:кож|волос)\w*|yagli(?:(?:,| ve) [a-z "
            rf"]{{1,20}})? (?:cilt|deri|sac)\w*|oily (?:skin|hair)|greasy hair"
        ),
        "normal": rf"(?:для )?нормальн{_A} (?:и \w+ )?(?:кож|волос)\w*|normal (?:cilt|sac|skin|hair)\w*",
    },
}
#: What a thing is, told by the first noun of a title: of one line a title names one.
_KINDS = (
    "крем/krem/cream гель/jel/gel шампунь/şampuan/shampoo маска/maske/mask сыворотка/serum "
    "тоник/tonik/toner пенка/köpük/foam лосьон/losyon/lotion мыло/sabun/soap бальзам/balsam/balm",
    "кроссовки/sneaker/trainers/koşu_ayakkabısı/spor_ayakkabı/running_shoes туфли/topuklu/pumps "
    "ботинки/bot/boots сандалии/sandalet/sandals сапоги/çizme тапочки/terlik/slippers "
    "балетки/babet/flats мокасины/loafer/loafers",
    "платье/elbise/dress юбка/etek/skirt брюки/pantolon/trousers рубашка/gömlek/shirt блузка/bluz/blouse "
    "футболка/tişört/t-shirt джинсы/jean/jeans пальто/kaban/coat свитер/kazak/sweater шорты/şort/shorts "
    "кардиган/hırka/cardigan пижама/pijama/pajamas",
    "стол/masa/table стул/sandalye/chair шкаф/dolap/wardrobe диван/koltuk/sofa кровать/karyola/bed "
    "комод/şifonyer/dresser",
    "таблетки/tablet/tablets капсулы/kapsül/capsules сироп/şurup/syrup мазь/merhem/ointment "
    "капли/damla/drops спрей/sprey/spray пластырь/plaster/patch порошок/toz/powder "
    "свечи/fitil/suppositories гель/jel/gel крем/krem/cream раствор/çözelti/solution",
    "кукла/bebek/doll медведь/ayı/bear машинка/araba/car пазл/puzzle/puzzle конструктор/blok/blocks",
    "кружка/kupa/mug тарелка/tabak/plate сковорода/tava/pan кастрюля/tencere/pot нож/bıçak/knife "
    "чайник/çaydanlık/kettle",
    "обеденный/yemek/dining журнальный/sehpa/coffee письменный/çalışma/desk",
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`trait`: colour, gender, … or kind; `quote`: the card's word."""

    trait: str
    quote: str


def contradictions(source: str, text: str) -> tuple[Contradiction, ...]:
    """The values that a text gives to a trait of which the source gives others only."""
    given = _values(_fold(source))
    found = []
    for (trait, name), (start, end) in _values(_fold(text)).items():
        known = {other for known_trait, other in given if known_trait == trait}
        if trait == "flavour" and ("colour", name) in given:
            continue  # an orange is one word with its colour
        if known and name not in known and not (trait == "colour" and _is_like(name, known)):
            found.append(Contradiction(trait, text[start:end]))
    return tuple(found)


def values_of(trait: str, text: str) -> frozenset[str]:
    """The values that a text gives to a trait: {"navy"} for «тёмно-синее платье»."""
    return frozenset(name for known, name in _values(_fold(text)) if known == trait)


def quotes_of(trait: str, text: str) -> list[str]:
    """The words with which the text gives them."""
    return [text[start:end] for (known, _), (start, end) in _values(_fold(text)).items() if known == trait]


def agree(trait: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether some value of each is the same, or near it as navy is to blue; colours alone are near each other."""
    return bool(one & other) or (trait == "colour" and any(_is_like(name, set(other)) for name in one))


@lru_cache(maxsize=128)
def _values(folded: str) -> dict[tuple[str, str], tuple[int, int]]:
    """The traits' values that a text names, each with the place where it first does. One look at each word."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    by_first = _patterns()
    for word in _STARTS.finditer(folded):
        pattern = by_first.get(word[0])
        match = pattern.match(folded, word.start()) if pattern else None
        if match is not None and match.lastgroup:
            trait, name = match.lastgroup.rstrip("0123456789").split("__")
            found.setdefault((trait, name), match.span())
    return found


_STARTS = re.compile(r"(?<![^\W_])[^\W\d_]")


def other_kind(source: str, source_title: str, title: str) -> Contradiction | None:
    """A title that calls the thing what its source nowhere calls it, while the source's title calls it otherwise."""
    given, given_title, told = _fold(source), _fold(source_title), _fold(title)
    for rivals in _kinds():
        match = next((found for pattern in rivals if (found := pattern.search(told))), None)
        if match is None:
            continue
        mine = next(pattern for pattern in rivals if pattern.search(told))
        if mine.search(given) is None and any(pattern.search(given_title) for pattern in rivals):
            return Contradiction("kind", title[match.start() : match.end()])
    return None


def _is_like(name: str, known: set[str]) -> bool:
    return any(name in group and group & known for group in _ALIKE)


def _fold(text: str) -> str:
    """Small letters of equal length; Turkish ones without their marks."""
    return _plain(_unmarked(text).lower())[: len(text)]


_plain = Letters({"çğşöüâîû": "cgsouaiu"})


@made_once
def _patterns() -> dict[str, re.Pattern[str]]:
    """By first letter: every value's spellings, in a group that is called after trait and value."""
    spelled: dict[str, list[str]] = {}
    alternatives = [
        (f"{trait}__{name.replace(' ', '_')}", spelling)
        for trait, values in _TRAITS.items()
        for name, pattern in values.items()
        for spelling in alternatives_of(pattern)
    ]
    for number, (group, spelling) in enumerate(alternatives):
        for first in beginnings(spelling):
            spelled.setdefault(first, []).append(rf"(?P<{group}{number}>(?:{spelling})(?![^\W_]))")
    return {first: re.compile("|".join(found)) for first, found in spelled.items()}


@made_once
def _kinds() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """For each line the patterns of its kinds, singular and plural, with Turkish endings."""
    return tuple(
        tuple(
            re.compile(r"(?<![^\W_])(?:" + "|".join(_word(word) for word in kind.split("/")) + ")")
            for kind in line.split()
        )
        for line in _KINDS
    )


def _word(word: str) -> str:
    folded = _fold(word).replace("_", " ")
    if "а" <= folded[0] <= "я":
        return rf"{folded.rstrip('аяиыьйое')}[а-я]{{0,3}}(?![^\W_])"
    return rf"{folded}(?:i|si|lar|ler|lari|leri|s)?(?![^\W_])"
