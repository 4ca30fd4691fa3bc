"""What a source leaves to its reader: the grams of a table of nutrients, the unit of a clearance, the land of a town.

A card says it in full; the number itself, or the town, must stand in the source in so many letters.
"""

from __future__ import annotations

import re
from collections.abc import Set
from decimal import Decimal

from apps.ai.text.facts import told_apart, units
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
    "degree": (
        rf"{_HEAT}[^.;]{{{{0,30}}}}?(?<![\d.,]){{}} ?гр(?:ад)?(?![^\W_])|"
        rf"(?<![\w.,]){{}} ?[cс](?![^\W_])|(?<![\d.,]){{}} ?[cс]?(?:['’]?(?:n[iıuü]n|d[ea]n|y[ei]))? ?(?:alt|üst)[ıiuü]"
    ),
    "iu": r"(?<![\d.,]){} ?(?:units?|ünite\w*|единиц\w*)(?![^\W_])",
    "iu/ml": r"(?<![\d.,]){} ?(?:units?|ünite|единиц\w*|ед\.?) ?(?:/|per|в|на) ?(?:1 ?)?(?:ml|мл|millilit)",
    "s": rf"(?<![\d.,]){{}} ?[sс]{_END}",
    "year": rf"{_START}(?:до|с|от|старше|младше|моложе|дет\w*|взр\w*|возр\w*)[^.;\d]{{{{0,12}}}}{{}} ?л(?![^\W_])",
    "ph": rf"(?:ph|рн)(?:[ -]?[^\W\d_]{{{{2,10}}}}){{{{0,2}}}}[ :=—–-]{{{{1,3}}}}{{}}{_END}|"
    r"(?<![\d.,]){} ?(?:ph|рн)(?![^\W_])",
    "spf": r"(?:фактор|koruma faktörü|protection factor)[^.;\d]{{0,20}}{}(?!\d)",
    "month": rf"(?:вскры|откры|opening|pao|açıl)\w*[^.;\d]{{{{0,20}}}}{{}} ?[мm](?:ес)?{_END}",
}
#: So often a pattern may name the number.
_PLACES = 3
_OF_AGE = re.compile(r"совершеннолет|reşit")
_SIGNED = re.compile(r"-(\d[\d.]*)-(-?\d[\d.]*)")


def has_unit(folded: str, value: str, unit: str) -> bool:
    """Whether a bare number of a folded text is meant in a unit: «угл. 73» in grams, «КК <15» in ml/min."""
    if (value, unit) == ("18", "year") and _OF_AGE.search(folded):
        return True
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


_OLDER = (
    r"(?:старше|после|от|с|over|above|from|after) {0}(?!\d)|"
    r"(?<!\d){0}(?: ?(?:лет|yaş\w*|years?))? ?(?:(?:и|ve|and) )?"
    r"(?:старше|выше|üzeri|üstü|over|above|older|up)(?![^\W_])"
)


_BIRTH = re.compile(r"рожден|новорожд|перв\w+ дн|newborn|birth|yenidoğan|doğum|ilk günden|day one")


def is_from_age(folded: str, value: str) -> bool:
    """Whether «35+» is told in words: "35 and over", «старше 35», "not for children under 35"."""
    if value == "0":
        return _BIRTH.search(folded) is not None
    return re.search(_OLDER.format(re.escape(value)), folded) is not None or _is_least_age(folded, value)


_EACH_UNIT = re.compile(
    r"(?<![^\W_])(?:each|every|per|one|her|bir|кажд\w+|одн[а-я]{1,3}|на|до|младше|моложе|старше|нет|/) ?"
    r"([^\W\d_]{1,12})(?![^\W_])"
)


def is_each(folded: str, unit: str) -> bool:
    """Whether one of a unit is meant: «1 г» of "each gram"."""
    return any(units.unit_name(word) == unit for word in _EACH_UNIT.findall(folded))


_A_KILO = re.compile(
    r"(?:kg|kilo(?:gram)?)[ıiuü]?['’]?(?:n[ıi]n)? başına|"
    r"(?:per|a|на|/) ?(?:кажд\w+ |each |1 ?)?(?:kg|kilo|кг|килограмм)"
)


_IN_BLISTERS = re.compile(r"блистер|конвалют|пластин|ячейк|стрип|blister|strip")


def is_whole_pack(folded: str, value: str, noun: str, numbers: Set[str]) -> bool:
    """Whether a number of pieces is that of all blisters of a pack. `numbers`: those that the text has."""
    if noun and noun not in units.DOSAGE_FORMS:
        return False
    if not value.isdecimal() or _IN_BLISTERS.search(folded) is None:
        return False
    inside = [int(one) for one in numbers if one.isdecimal() and int(one) > 1]
    return any(int(value) == one * other for one in inside for other in inside)


def is_size(text: str, letter: str) -> bool:
    """«Размер L» of «L: 38–42 см», «S, M, L», where letters stand without the word."""
    found = rf"(?<![\w'’.-])(?<!\d ){re.escape(letter)}(?: ?[:=(]|, ?(?:XS|S|M|L|X{{1,3}}L)\b)"
    return re.search(found, text) is not None


#: An aerosol or powder in doses: «100 мкг/доза» of «дозированный аэрозоль 100 мкг, 200 доз».
_DOSED = re.compile(r"(?<![^\W_])(?:дозир\w+|metered|ölçülü doz)(?![^\W_])")


def is_rated(folded: str, unit: str) -> bool:
    """Whether what is given is given by the dose, or by weight: «kg başına 10 mg», «10 мг на килограмм»."""
    rated = {"dose": _DOSED, "kg": _A_KILO}.get(unit)
    return rated is not None and rated.search(folded) is not None


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
    for row in _ROW.findall(folded):
        numbers = re.findall(r"\d{1,2}", row)
        if sum(map(int, numbers)) == _WHOLE:
            found.update(numbers)
    return frozenset(found) | told_apart.composed(folded)


#: «акрил 60 шерсть 25 полиамид 15»: names and numbers in turn that are a hundred together.
_ROW = re.compile(
    r"(?:(?<![^\W_])[^\W\d_]{3,}[ :–-]{1,3}\d{1,2}(?![\d.,]?\d)(?! ?[^\W\d_]{1,2}(?![^\W_]))[ ,;/]*){2,}"
)
_WHOLE = 100


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


def _is_least_age(folded: str, years: str) -> bool:
    """«3+» of "not for children under 3", «36 aydan küçük»: from that age on."""
    months = str(12 * int(years)) if years.isdigit() else years
    return any(
        re.search(
            rf"(?:under|below|younger than|младше|моложе|до|age[ds]?)(?: the age of)? {number}(?![\d.,]\d|\d)|"
            rf"(?<![\d.,]){number}(?:[’']?\s?(?:yaş|ay)\w*)? (?:alt|küçük|üzer|üst|ve üzeri)",
            folded,
        )
        for number in (years, months)
    )
