"""What a source leaves to its reader: the grams of a table of nutrients, the unit of a clearance, the land of a town.

A card says it in full; the number itself, or the town, must stand in the source in so many letters.
"""

from __future__ import annotations

import re
from decimal import Decimal

from apps.ai.text.facts import units
from apps.ai.text.facts.reading import numerals

_END = r"(?![^\W_])(?![.,]\d)"
_START = r"(?<![^\W_])"
_NUTRIENT = (
    r"(?:белк\w*|белок|жир\w*|насыщ\w*|углевод\w*|угл\.?|сахар\w*|клетчатк\w*|пищ\w* волок\w*|сол[ьи]|крахмал\w*|"
    r"protein\w*|yağ\w*|doymuş|karb\w*\.?|karbonhidrat\w*|şeker\w*|lif\w*|tuz\w*|nişasta\w*|fat|saturate[sd]|"
    r"carb\w*|sugars?|fib(?:re|er)|salt|starch|[бжу](?![^\W_]))"
)
_HEAT = r"(?:стир\w*|глад\w*|утюж\w*|утюг\w*|температур\w*|темп\.|t|хран\w*|хр\.|wash\w*|iron\w*|store\w*|temperature)"
#: By unit: what a bare number follows that is meant in it; the number stands for {}.
_UNIT_OF = {
    "g": rf"{_START}{_NUTRIENT}[ .:=–-]{{{{1,3}}}}{{}}{_END}(?! ?(?:%|м|m|мк|мг|кк|kc|kj|кд))"
    r"|(?<![\d.,]){}[.,]0(?!\d)|(?<![\d.,]){} ?(?:г|g|gr)/",  # a pharmacy's «30,0»; «120 г/м²»
    "mmhg": r"(?<![\d.,]){} ?(?:мм|mm)(?![^\W_])",
    "ml/min": (
        rf"{_START}(?:кк|клкр|скф|crcl|clcr|egfr|gfr|clearance|клиренс\w*|klirens\w*)[^.;\d]{{{{0,30}}}}"
        rf"(?:\d+ ?[-–] ?)?{{}}{_END}"
    ),
    "celsius": (
        rf"{_HEAT}[^.;]{{{{0,30}}}}?(?<![\d.,]){{}} ?гр(?:ад)?(?![^\W_])|"
        rf"(?<![\w.,]){{}} ?[cс](?![^\W_])|(?<![\d.,]){{}} ?[cс]?(?:['’]?(?:n[iıuü]n|d[ea]n|y[ei]))? ?(?:alt|üst)[ıiuü]"
    ),
    "iu": r"(?<![\d.,]){} ?(?:units?|ünite\w*|единиц\w*)(?![^\W_])",
    "iu/ml": r"(?<![\d.,]){} ?(?:units?|ünite|единиц\w*|ед\.?) ?(?:/|per|в|на) ?(?:1 ?)?(?:ml|мл|millilit)",
    "s": rf"(?<![\d.,]){{}} ?[sс]{_END}",
    "year": rf"{_START}(?:до|с|от|старше|младше|моложе|дет\w*|взр\w*|возр\w*)[^.;\d]{{{{0,12}}}}{{}} ?л(?![^\W_])",
    "month": rf"(?:вскры|откры|opening|pao|açıl)\w*[^.;\d]{{{{0,20}}}}{{}} ?[мm](?:ес)?{_END}",
}
#: So often a pattern may name the number.
_PLACES = 3
_SIGNED = re.compile(r"-(\d[\d.]*)-(-?\d[\d.]*)")


def has_unit(folded: str, value: str, unit: str) -> bool:
    """Whether a bare number of a folded text is meant in a unit: «угл. 73» in grams, «КК <15» in ml/min."""
    if unit == "celsius" and (ends := _SIGNED.fullmatch(value)):
        low, high = (re.escape(end.lstrip("-")) for end in ends.groups())
        colder = "(?:-|minus|минус|eksi) ?" if ends[2].startswith("-") else r"(?:\+|plus|плюс|artı)? ?"
        between = r"(?: ?°? ?[cс]?)? ?(?:\.{2,3}|…|-|–|/|to|до|ila|ile|and|и|ve) ?"
        return (
            re.search(
                rf"(?<!\d)(?:-|−|minus|минус|eksi) ?{low}{between}{colder}{high}(?!\d)",
                folded.replace(",", "."),
            )
            is not None
        )
    pattern = _UNIT_OF.get(unit)
    written = folded.replace(",", ".")
    return (
        pattern is not None and re.search(pattern.format(*[re.escape(value)] * _PLACES), written) is not None
    )


_EACH_UNIT = re.compile(
    r"(?<![^\W_])(?:each|every|per|one|her|bir|кажд\w+|одн[а-я]{1,3}|на|/) ?([^\W\d_]{1,12})(?![^\W_])"
)


def is_each(folded: str, unit: str) -> bool:
    """Whether one of a unit is meant: «1 г» of "each gram"."""
    return any(units.unit_name(word) == unit for word in _EACH_UNIT.findall(folded))


def is_size(text: str, letter: str) -> bool:
    """«Размер L» of «L: 38–42 см», «S, M, L», where letters stand without the word."""
    found = rf"(?<![\w'’.-])(?<!\d ){re.escape(letter)}(?: ?[:=(]|, ?(?:XS|S|M|L|X{{1,3}}L)\b)"
    return re.search(found, text) is not None


#: An aerosol or powder in doses: «100 мкг/доза» of «дозированный аэрозоль 100 мкг, 200 доз».
_DOSED = re.compile(r"(?<![^\W_])(?:дозир\w+|metered|ölçülü doz)(?![^\W_])")


def is_in_doses(folded: str) -> bool:
    return _DOSED.search(folded) is not None


_USES = (
    r"(?:kullanım|uygulama|yıkama|seans|doz|porsiyon|servings?|порци|uses?|washes|wash|applications?|sessions?|"
    r"применени|использован|нанесени|"
    r"стир[оа]к|стирки|впрыск|нажати|пшик|puffs?|sprays?|pumps?|fıs|процедур|цикл|сеанс|обработ|посещени|измерени)"
)
#: «Haftada 3'ten fazla», "3 weekly": how often, without a word for times.
_PERIOD = r"(?<![^\W_])(?:günde|haftada|ayda|yılda|в (?:день|сутки|неделю|месяц)|a day|per day)"
_A_PERIOD = (
    r"(?:weekly|daily|monthly|a (?:day|week|month)|per (?:day|week|month)|(?:/|в ?)(?:день|сут|нед|мес)|"
    r"/ ?(?:gün|day|week))"
)
#: "Two evenings a week", «два вечера в неделю».
_EVENINGS = re.compile(
    r"([^\W_]+) (?:evenings?|nights?|mornings?|days?|вечера?|ночи|утра|дня|akşam|gece|sabah|gün)"
    r" (?:a|per|each|every|в|за) (?:week|month|недел|месяц)"
)
_IN = r"(?:in|из|на|'?[dt][ae]|/)"
_ONE_IN = re.compile(
    rf"(?<![\d.,])(\d{{1,3}}) ?{_IN} ?(?:каждых |every )?(\d{{1,3}}(?:[ .,]?000)*)(?![\d.,]*\d)"
)
_EACH = re.compile(r"кажд\w{2,3} (втор|трет|четверт|пят|десят|двадцат|сот|тысячн)\w{2,3}")
_ORDINAL = {"втор": 2, "четверт": 4, "пят": 5, "десят": 10, "двадцат": 20, "сот": 100, "тысячн": 1000}
_FRACTIONS = {
    "25": r"четверт[ьи](?![^\W_])|quarter|çeyre[kğ]|dörtte bir",
    "33": r"трет[ьи](?![^\W_])|one third|a third|üçte bir",
    "50": r"половин|half|yarı|наполовину",
    "75": r"три четверти|three quarters|dörtte üç",
    "20": r"пят(?:ая|ую|ой) част|one fifth|beşte bir",
    "10": r"десят(?:ая|ую|ой) част|one tenth|onda bir",
}


def shares(folded: str) -> frozenset[str]:
    """Percentages told in another way: "1 in 10 people", «каждый десятый», "about a quarter"."""
    found = {value for value, said in _FRACTIONS.items() if re.search(rf"{_START}(?:{said})", folded)}
    of = [(int(part), int(re.sub(r"\D", "", whole))) for part, whole in _ONE_IN.findall(folded)]
    of += [(1, _ORDINAL[word]) for word in _EACH.findall(folded) if word in _ORDINAL]
    for part, whole in of:
        if whole and part < whole:
            found.add(f"{(Decimal(part * 100) / whole).normalize():f}")
    return frozenset(found)


#: «Дважды» is stated by what is double, «один раз» by what serves a single time.
_TIMES = {
    "1": r"раз (?:в|за) |через день|every other day|gün aşırı|alternate days|"
    r"еже(?:дн|нед|мес)|каждый (?:день|месяц|вечер)|daily|weekly|monthly|"
    r"her (?:gün|hafta|ay|akşam)|single[- ]use|disposable|"
    r"tek kullan\w+|kullan[- ]?at|одноразов\w+|once|(?:bir|1) (?:kez|kere|defa)\w*|"
    r"(?:günde|haftada|ayda) (?:bir|1)|tek sefer\w*|1 ?р(?:аз)?[./]",
    "3": r"sabah\w*[ ,:\d]{1,5}öğle\w*[^.;]{1,10}akşam|утром,? дн[её]м и вечером|morning, (?:noon|midday)",
    "2": r"sabah\w*[^.;]{1,15}akşam|утром[^.;]{1,15}вечером|morning[^.;]{1,15}(?:evening|night)|"
    r"çifte? (?:kat )?\w+m[iıuü]ş|double[- ]\w+ed|twice|двойн\w+ (?:обжар|очист|дистил|фильтр|обработ)",
}


def happens(folded: str, value: str) -> bool:
    """Whether so many times are meant: «20 kullanım», "double roasted", «çift kavrulmuş»."""
    if re.search(rf"(?<![\d.,]){re.escape(value)} (?:{_USES}|kat(?![^\W_]))", folded):
        return True
    often = re.escape(value)
    if re.search(rf"{_PERIOD} {often}(?![\d.,]*\d)|(?<![\d.,]){often} ?(?:x |р[./ ])?{_A_PERIOD}", folded):
        return True
    told = _EVENINGS.findall(folded)
    if value in {*told, *numerals.spelled(told)}:
        return True
    said = _TIMES.get(value)
    return said is not None and re.search(rf"{_START}(?:{said})", folded) is not None


def is_proportion(folded: str, value: str) -> bool:
    """«2:1» of «2'ye 1», «1/2» written so: the same two numbers side by side."""
    first, second = (
        (re.escape(part) for part in re.split("[:/]", value, maxsplit=1))
        if re.search("[:/]", value)
        else ("", "")
    )
    if not first:
        return False
    return (
        re.search(rf"(?<![\d.,/]){first}(?: ?[:/] ?| ?к ?| to |['’]?(?:ye|ya|e|a) ){second}(?![\d/])", folded)
        is not None
    )


def is_vitamin(folded: str, letters: str) -> bool:
    """«A vit.», «A, C veya E vitamini», «вит. D»: letters with that word behind or before."""
    listed = r"(?:(?:,| ve| veya| and| or| и| или|/|\+| &) ?[a-k]\d{0,2})*"
    written = "".join(_LOOKS.get(letter, letter) for letter in letters)
    named = rf"{_START}{written}(?:\d{{1,2}})?{listed}[ -](?:vit(?:\.|amin)|вит(?:\.|амин))"
    return (
        re.search(named, folded) is not None
        or re.search(rf"{_START}(?:vit|вит)(?:amin\w*|амин\w*|\.)? ?{written}(?![^\W_])", folded) is not None
        or any(re.search(rf"{_START}{written}(?![^\W_])", found) for found in _VITAMIN_LIST.findall(folded))
    )


#: «витамины и минералы (кальций, A, C, E)»: letters of a list that is called vitamins.
_VITAMIN_LIST = re.compile(r"(?:vitamin|витамин)[^.;\n]{0,160}")
#: A vitamin's letter may be of either alphabet.
_LOOKS = {"a": "[aа]", "b": "[bв]", "c": "[cс]", "d": "[dд]", "e": "[eе]", "h": "[hн]", "k": "[kк]"}


#: Towns that no other word of a shop's is, by country: «Bursa üretimi» is made in Turkey.
_TOWNS = {
    "tr": (
        "anadolu ege karadeniz akdeniz trakya анатоли "
        "istanbul ankara izmir bursa antalya adana denizli gaziantep konya kayseri eskişehir trabzon samsun malatya "
        "diyarbakır kahramanmaraş tekirdağ kocaeli manisa balıkesir çanakkale edirne sakarya erzurum kütahya isparta "
        "burdur afyonkarahisar şanlıurfa hatay mersin nevşehir kapadokya kastamonu zonguldak giresun "
        "стамбул анкара измир бурса анталья денизли газиантеп конья кайсери малатья бурдур"
    ),
    "ru": (
        "алтай алтайск сибирь сибирск урал уральск кавказ карели башкири камчатк "
        "москва москве московская санкт-петербург спб новосибирск екатеринбург казань челябинск самара омск ростов уфа "
        "красноярск воронеж пермь волгоград краснодар саратов тюмень тольятти ижевск барнаул иркутск "
        "хабаровск ярославль иваново тула рязань пенза киров курск бийск калининград томск "
        "кемерово смоленск калуга moscow moskova"
    ),
    "by": "минск брест гродно витебск гомель могилев борисов бобруйск барановичи рб minsk",
    "ua": "киев харьков львов одесса днепр kyiv kiev",
    "kz": "алматы алма-ата астана шымкент",
    "uz": "ташкент самарканд",
    "us": "states california калифорния",
    "de": "берлин мюнхен гамбург кельн франкфурт berlin münchen munich hamburg cologne düsseldorf leverkusen darmstadt",
    "fr": "париж лион марсель paris lyon grasse грасс",
    "it": (
        "sicilya sicily toscana tuscany сицили тоскан милан рим неаполь болонья флоренция "
        "milan milano roma bologna firenze florence torino"
    ),
    "gb": "лондон kingdom london manchester birmingham edinburgh leeds scotland wales шотландия",
    "es": "мадрид барселона madrid barcelona valencia",
    "pl": "варшава краков warsaw warszawa polish",
    "ch": "цюрих женева базель zürich zurich geneva basel",
    "in": "мумбаи дели mumbai delhi bangalore ahmedabad hyderabad",
    "kr": "сеул seoul",
    "jp": "токио осака tokyo osaka",
    "cn": "prc пекин шанхай гуанчжоу шэньчжэнь shanghai shenzhen guangzhou",
}


def is_town_of(folded: str, country: str) -> bool:
    """Whether a folded text names a town of a country, with or without an ending."""
    towns = _TOWNS.get(country)
    if towns is None:
        return False
    return (
        re.search(
            rf"{_START}(?:{'|'.join(towns.split())})(?:['’]?[a-zçğıöşü]{{0,4}}|[аеиоуыяйм]{{1,2}})?(?![^\W_])",
            folded,
        )
        is not None
    )
