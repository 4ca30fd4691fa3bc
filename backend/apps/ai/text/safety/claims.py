"""Words that a shop card must not carry: counterfeits, promises that nobody can keep, praise that nobody can prove.

Each function returns the offending words as they stand in the text, each once, in order of appearance. Patterns are
matched on a folded copy of equal length: small letters, «ё» as «е», Turkish letters without their marks, and Latin
lookalikes inside Cyrillic words as Cyrillic («рeплика» with a Latin «e»).
"""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text.language.letters import Letters
from apps.ai.text.language.phrases import Phrases, alternatives_of
from apps.ai.text.safety.unseen import is_visible

_ADJECTIVE = r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ей|ею|ою|ых|их|ыми|ими)"
_CASES = r"(?:а|ы|и|у|ой|ою|е|ам|ами|ах)?"

_REPLICA = (
    rf"реплик{_CASES}(?! (?:геро|персонаж|актер|диалог|из (?:фильм|пьес|игр)|собеседник|в диалог))",
    r"копи(?:я|и|ю|ей|ям|ями|ях|й) (?:(?:класса|уровня|качества) )?"
    r"(?:1 ?[:кв] ?1|один (?:в|к) одному?|люкс|lux|luxe|premium|бренд|оригинал|известн|"
    r"[аa]{2,}(?![^\W_]))\w*(?: (?:бренд|марк)\w+)?",
    r"(?:1 ?: ?1|один в один) (?:копи|реплик|с оригинал|как оригинал|качеств|к оригинал)\w*",
    rf"(?:люкс\w*|lux|luxe|премиум|качественн{_ADJECTIVE}|брендов{_ADJECTIVE}|зеркальн{_ADJECTIVE}|"
    rf"паленн?{_ADJECTIVE})"
    r"[ -]копи(?:я|и|ю|ей|ям|ями|ях|й)",
    rf"точн{_ADJECTIVE} копи(?:я|и|ю|ей|ям|ями|ях|й) (?:бренд|оригинал|известн|дорог|люкс|часов|сумк|"
    r"кроссов|парфюм|аромат)\w*",
    r"пал(?:ь|и|ью)(?! (?:огнем|в ))",
    rf"паленк{_CASES}|палень(?:я|ем)|палён{_ADJECTIVE}|палян{_CASES}",
    rf"пален{_ADJECTIVE} (?:товар|вещ|бренд|шмот|продукт|водк|алкогол|парфюм|духи|духов|кроссов|сумк)\w*",
    rf"подделк{_CASES}|подделок|поддельн(?:о|{_ADJECTIVE})|подделан\w*",
    r"контрафакт\w*|фальсификат\w*|(?:фейк|фэйк|феик)\w*",
    rf"имитаци(?:я|и|ю|ей) (?:бренд|оригинал|известн{_ADJECTIVE})\w*",
    r"(?:это|is|are|not original|buy|cheap|high quality|best|good|top) fakes?(?! (?:fur|leather|lash|nail|"
    r"tan|plant|flower))",
    r"fakes?(?! (?:fur|lash|lashes|nails?|tan|tanning|leather|plants?|flowers?|eyelash|eyelashes|blood|"
    r"snow|tattoos?|news|"
    r"grass|candles?|collar|pockets?|bun|hair|piercings?|wood|layer|sleeves?|\w+ (?:fur|leather|lashes|"
    r"flowers?)))",
    r"replikas?(?:si|lar|lari|larin|dir)?|replicas?|counterfeits?|knock-?offs?|bootlegs?",
    r"(?:1 ?: ?1|aaa\+*|mirror|first|master|high|super|lux|luxury|exact) (?:cop(?:y|ies)|"
    r"clones?)(?! paper)",
    r"cakma(?:si|lar|lari|dir)?|sahte(?:si|dir|leri)?(?! (?:kirpik|ciceg|cicek))",
    r"taklit(?:i|tir|ler|leri|lerinden|lerine|ten|lik)?(?! (?:et|ed|oyun|yeten|yapma|becer|kabiliyet))",
    r"(?:birebir|bire bir|a\+?\+? kalite|1 ?: ?1) (?:kopya|ayni|replika)\w*|kopya (?:urun|marka)\w*|"
    r"orijinal(?:i)?nin kopyasi",
)
#: «Остерегайтесь подделок», «taklitlerinden sakınınız»: a warning against counterfeits says the opposite.
_DENIED_BEFORE = re.compile(
    r"(?:(?:остерега|берегитесь|опаса|избега|защи[тщ]|отлич|борьб|борот|борьбе|исключ|предотвра|распозна|"
    r"обнаруж|"
    r"avoid|beware|against|protect|prevent|detect|recogni[sz]e)\w*(?: [\w-]+){0,3}|против|от|без|никаких|"
    r"нет|never|no|not|"
    r"not an?|isn.t an?|не является|это не|не|ни) ?[«\"]?$"
)
_DENIED_AFTER = re.compile(
    r"[»\"]?,? (?:\S+ ){0,2}?(?:sakin|kacin|degil|uzak dur|itibar etme|karsi|исключен|невозмож|преследу|"
    r"запрещ|detect|protect|prevent|proof)"
)

#: «не предупреждает болезни», "does not cure": no promise; «не только лечит» is one.
_NOT = re.compile(r"(?<![^\W_])(?:не|ни|not|never|cannot|can.t|doesn.t|don.t|won.t) $")

#: «им лечат акне», «этим гелем лечат угри»: doctors do.
_WITH_IT = re.compile(r"(?<![^\W_])(?:им|ею|ей|ими|[а-я]+(?:ом|ем|ой|ью|ами|ями)) $")

_RESULT = r"(?:результат|эффект|избавлени|излечени|исцелени|выздоровлени|похудени|гаранти|защит|успе[хш])\w*"
_DISEASE = (
    r"(?:рак(?:а|ом|у)?|онкологи|диабет|гепатит|астм|псориаз|экзем|артрит|артроз|остеохондроз|гипертони|"
    r"грипп|вич|ковид|covid|"
    r"болезн|боль|боли|заболевани|недуг|простуд|простатит|геморро|варикоз|аллерги|бесплоди|импотенци|"
    r"депресси|алкоголизм|"
    r"грибок|грибк|кашел|кашл|насморк|мигрен|бессонниц|целлюлит|перхот|акне|угр|прыщ|морщин|облысени|"
    r"инфекци|сустав)\w*"
)
_RIDS = r"(?:избав|спас[еу]т|освобод|защит)\w*"
_PROMISES = (
    r"(?:вы|из|ис)?леч(?:ит|ат)(?: (?:от )?(?:\w+ ){0,2}?"
    + _DISEASE
    + r")|(?:вы|из)леч(?:ит|ат|ишь|ите|им|ивает|ивают|ить|ивать)(?:ся|есь)?",
    rf"исцел(?:ит|ят|яет|яют|ить|яющ{_ADJECTIVE})",
    r"(?:предотвра(?:щает|щают|тит)|предупрежда(?:ет|ют)) (?:\w+ )?(?:рак(?:а|ом|у)?|онкологи|диабет|инфаркт|"
    r"инсульт|заболевани|болезн|грипп|простуд|аллерги)\w*",
    rf"(?:побед|побежда|уничтож|искорен|устран)(?:ит|ят|ает|ают|яет|яют) (?:\w+ )?{_DISEASE} (?:полностью|"
    r"навсегда|раз и навсегда|за \w+ \w+)",
    rf"{_RIDS}(?: [\w-]+){{0,6}}? (?:навсегда|раз и навсегда)|(?:навсегда|раз и навсегда) {_RIDS}",
    r"(?:навсегда|раз и навсегда) (?:забу|реш|устран|исчез|уйд|пройд|прощ|прощай|забыть)\w*|(?:забу|реш|"
    r"исчез|пройд|прощ)\w+(?: [\w-]+){0,4}? (?:навсегда|раз и навсегда)",
    rf"полностью (?:вылеч|излеч|избав|исцел|устран|уничтож)\w+(?: (?:\w+ )?{_DISEASE})?",
    r"гарантированно|гарантированы? (?:результат|эффект)\w*",
    rf"гарантированн{_ADJECTIVE} (?:\w+ )?(?:результат|эффект|излечени|избавлени|похудени|успех|рост|"
    r"снижени|омоложени|помощ|исцелени)\w*",
    rf"гаранти(?:руем|рует|руют|рую|я|ей|ю) (?:\w+ ){{0,2}}?(?:\d+ ?% )?{_RESULT}",
    rf"(?:100|сто) ?(?:%|процент\w*)(?:[- ]?н?\w{{2,3}})? (?:\w+ )?{_RESULT}",
    rf"{_RESULT}(?: на)? (?:100|сто) ?(?:%|процент\w*)|помо(?:жет|гает|гут)(?: \w+)? (?:на 100 ?%|"
    r"в 100 ?%|всем и всегда|любому)",
    rf"стопроцентн{_ADJECTIVE} (?:\w+ )?{_RESULT}",
    rf"чудодейственн{_ADJECTIVE}|чудо-?(?: )?(?:средств|крем|препарат|таблетк|маз|лекарств|эликсир)\w*|"
    r"панаце(?:я|и|ю|ей)|эликсир молодости",
    r"(?:без|нет|не име[ею]т|не вызыва[ею]т|не да[ею]т|отсутстви\w+|лишен\w*)(?: (?:каких-либо|каких либо|"
    r"никаких|всяких|любых|опасных))?"
    r" (?:побочн|вредн)\w+ (?:эффект|действи|явлени|реакци|последстви)\w*",
    r"побочн\w+ (?:эффект|действи|явлени|реакци)\w* (?:нет|отсутств\w+|исключен\w*|не (?:имеет|"
    r"вызывает))(?! данн)",
    r"(?:абсолютно|полностью|совершенно|на (?:все )?100 ?%|100 ?%|стопроцентно) (?:безопасн?(?:ен|на|но|"
    rf"ны|{_ADJECTIVE})|"
    r"безвред(?:ен|на|но|ны|ный|ная|ное|ные))",
    rf"(?:абсолютн|полн|стопроцентн){_ADJECTIVE} безопасност\w*",
    r"замен(?:ит|яет|ят|яют) (?:врача|лекарств|операци|хирург|пластическ|поход к врачу|визит к врачу)\w*|"
    r"вместо (?:врача|операции|лекарств)",
    r"(?:врачи|доктора) (?:в шоке|скрывают|не хотят)|без противопоказаний|противопоказаний (?:нет|"
    r"не имеет)|не имеет противопоказаний",
    r"(?:подходит|показан\w?|безопас\w+) (?:абсолютно )?всем без исключения|без вреда для здоровья",
    r"клинически доказан\w* 100 ?%|мгновенн\w+ (?:излечени|исцелени|похудени|избавлени)\w*|"
    r"омолод\w+ на \d+ лет",
    r"(?:похуде|сброс|минус)\w*(?: до| на)? \d+ (?:кг|килограмм\w*) за (?:\d+ |одн\w+ )?(?:дн|день|недел|месяц)\w*",
    r"(?:лекарство|средство) от (?:всех|любых) (?:болезн|заболеван|недуг)\w*|помога(?:ет|ют) (?:абсолютно )?всем"
    r"(?: без исключения)?(?! кто|,)",
    r"(?:побежда|побед)(?:ет|ют|ит|ят) (?:рак|диабет|онкологию|болезнь|любую болезнь)|"
    r"(?:останавлива|остановит|обраща)\w* (?:старени|процесс старени|рост опухол)\w*",
    r"kesin (?:cozum|sonuc|tedavi|etki)\w*|garantili (?:sonuc|cozum|zayiflama|etki|tedavi)\w*|"
    r"% ?100 (?:etki|sonuc|garanti|cozum|basari|guvenli)\w*",
    r"tedavi eder|iyilestirir|mucize(?:vi)?|sifa (?:verir|kaynagi|bulur\w*|dagitir)|yan etkisi (?:yok|"
    r"bulunmamakta|bulunmaz)\w*|yan etkisiz|"
    r"(?:tamamen|kesinlikle) (?:guvenli|zararsiz)\w*|hicbir yan etki\w*|sonsuza (?:dek|kadar) kurtul\w*",
    r"(?:cures?|heals?) (?:\w+ )?(?:cancer|diabetes|diseases?|arthritis|covid\S*|flu|all|asthma|acne|"
    r"everything)|miracle (?:cure|pill|remedy|drug)",
    r"guaranteed (?:results?|cure|weight loss|success|effect)|100 ?% (?:effective|results?|cure|"
    r"guaranteed?|safe)|(?:no|without|zero)(?: any)? side[ -]effects?|"
    r"completely safe|instant cure|permanent(?:ly)? (?:cures?|removes?)",
)

_SUPERLATIVES = (
    rf"сам{_ADJECTIVE} (?:лучш|эффективн|качественн|надежн|мощн|популярн|безопасн|дешев|низк|выгодн|"
    r"передов|продаваем|"
    r"известн|вкусн|полезн|красив|быстр|современн|модн|стильн|любим|натуральн|действенн|сильн|желанн)\w+",
    rf"(?:наи)?лучш(?:{_ADJECTIVE})(?! (?:сорт|друг|друз|подруг|результат|эффект|усво|сцеплени|впитыв|"
    r"качеств\w* (?:печат|сн)|"
    r"обзор|видимост|понимани|скольжени|фиксаци|отзыв|раствор|сохран|проникн|удержан|контрол|вентиляц|"
    r"распредел|способ|сторон|"
    r"времен|до\b|чувств|традици))",
    rf"(?:великолепн|превосходн)(?:о|{_ADJECTIVE})|непревзойденн(?:о|{_ADJECTIVE})|неповторим{_ADJECTIVE}|бесподобн(?:о|{_ADJECTIVE})|несравненн(?:о|"
    rf"{_ADJECTIVE})|безупречн(?:о|{_ADJECTIVE})",
    rf"уникальн(?:о|{_ADJECTIVE})(?! (?:номер|код|идентификатор|артикул|ключ|адрес|серийн|id|qr|штрих))",
    rf"невероятн(?:о|{_ADJECTIVE})|потрясающ{_ADJECTIVE}|фантастическ{_ADJECTIVE} (?:эффект|результат|"
    rf"качеств|вкус|цен)\w*|феноменальн(?:о|{_ADJECTIVE})|"
    rf"сенсационн{_ADJECTIVE}|революционн{_ADJECTIVE}|волшебн{_ADJECTIVE} (?:эффект|результат|средств)\w*|"
    rf"идеальнейш{_ADJECTIVE}",
    r"не (?:имеет|имеют|имеющ\w+) (?:аналогов|равных)|без аналогов|нет (?:аналогов|равных)|"
    r"аналогов (?:нет|не имеет)|вне конкуренции",
    r"(?:номер (?:один|1)|№ ?1|n ?1|no\. ?1|# ?1)(?: (?:в|на|среди|по) (?:мире|россии|турции|европе|сша|"
    r"рынке|продаж\w*|планете|стране|мнению)|"
    r"(?= (?:бренд|средств|выбор|препарат|крем|шампун|марк)))",
    r"(?:выбор|средство|бренд|препарат|марка|крем|шампунь|продукт) (?:номер (?:один|1)|№ ?1)(?!\d)",
    r"лидер\w* (?:рынка|продаж|отрасли)|хит продаж|бестселлер №? ?1|топ продаж",
    rf"единственн{_ADJECTIVE} (?:в (?:мире|россии|своем роде)|на рынке)|"
    r"лучше(?:е)? (?:чем (?:у )?(?:любой|другие|конкурент)|всех|аналогов|конкурентов)\w*",
    r"(?:эксклюзивнейш|супер-?эффективн|суперэффективн|сверхэффективн|ультраэффективн|эффективнейш|"
    rf"качественнейш|превосходнейш|прекраснейш|мощнейш){_ADJECTIVE}",
    r"(?:dunyanin )?en (?:iyi|kaliteli|etkili|ucuz|guzel|populer)(?:si|leri)?|rakipsiz|essiz|benzersiz|"
    r"bir numara(?:li)?|inanilmaz|muhtesem|mukemmel",
    r"world.?s (?:best|finest|greatest)|best (?:in the world|on the market|ever)|"
    r"the (?:very )?best(?! (?:of both|way|time|practice))|unbeatable|unrivall?ed|unmatched|"
    r"unparallell?ed|number one|incredible|amazing|most (?:effective|powerful|advanced|popular)",
)

_plain = Letters({"ёçğıöşüâîû": "еcgiosuaiu"})
_CYRILLIC_MIRROR = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_WORD = re.compile(r"[^\W\d_]+")
_MIXED = re.compile(r"[a-z][а-я]|[а-я][a-z]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")
_UNSEEN = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def _compiled(patterns: tuple[str, ...]) -> Phrases:
    return Phrases(alternatives_of("|".join(patterns)), frame=r"{}(?![^\W_])")


_REPLICA_WORDS = _compiled(_REPLICA)
_PROMISE_WORDS = _compiled(_PROMISES)
_SUPERLATIVE_WORDS = _compiled(_SUPERLATIVES)


@lru_cache(maxsize=256)
def find_replica(text: str) -> tuple[str, ...]:
    """Words that call the product a replica or a fake; warnings against fakes are not among them."""
    text, folded = _prepared(text)
    spans = [match.span() for match in _REPLICA_WORDS.finditer(folded)]
    return _quotes(text, [span for span in spans if not _is_denied(folded, *span)])


def find_promises(text: str) -> tuple[str, ...]:
    """Medical and absolute promises: of a cure, of a certain result, of harmlessness."""
    text, folded = _prepared(text)
    spans = [match.span() for match in _PROMISE_WORDS.finditer(folded)]
    return _quotes(text, [span for span in spans if not _is_said_of_doctors(folded, span[0])])


def _is_said_of_doctors(folded: str, start: int) -> bool:
    """Whether the promise at a place is denied, or tells what doctors do."""
    before = folded[max(0, start - 60) : start]
    return _NOT.search(before) is not None or (
        folded.startswith("лечат", start) and _WITH_IT.search(before) is not None
    )


def find_superlatives(text: str) -> tuple[str, ...]:
    """Praise that nobody can prove. «Лучше растворяется», «лучшие сорта» and «уникальный номер» are not praise."""
    text, folded = _prepared(text)
    return _quotes(text, [match.span() for match in _SUPERLATIVE_WORDS.finditer(folded)])


@lru_cache(maxsize=16)
def _prepared(text: str) -> tuple[str, str]:
    """The text that is quoted, and the one that is matched."""
    tidy = _tidy(text)
    return tidy, _folded(tidy)


def _tidy(text: str) -> str:
    """Single blanks, nothing unseen: the text that is matched and quoted."""
    return " ".join((text if is_visible(text) else _UNSEEN.sub("", text)).split())


def _folded(text: str) -> str:
    """A copy of equal length in which spelling variants are one."""
    small = _plain(text.replace("İ", "i").lower())
    return _WORD.sub(_in_one_alphabet, small) if _MIXED.search(small) else small


def _in_one_alphabet(match: re.Match[str]) -> str:
    word = match[0]
    mixed = _LATIN.search(word) and _CYRILLIC.search(word)
    return word.translate(_CYRILLIC_MIRROR) if mixed else word


def _is_denied(folded: str, start: int, end: int) -> bool:
    """Whether the words around say that it is no fake."""
    before = folded[max(0, start - 60) : start]
    return _DENIED_BEFORE.search(before) is not None or _DENIED_AFTER.match(folded, end) is not None


def _quotes(text: str, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))
