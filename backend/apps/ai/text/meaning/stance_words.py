"""Which words forbid, warn and allow, in small letters without marks. Each word is looked at once and remembered."""

from __future__ import annotations

import re
from functools import lru_cache


class Mark:
    """What a word does to its clause, as bits. The weak ones need a neighbour: «не» a verb, «только» a condition."""

    FORBIDS, WARNS, ALLOWS, PERMITS = 1, 2, 4, 8
    #: «не», "no"; what makes a prohibition of it when it follows.
    NOT, FORBIDDEN = 16, 32
    #: «только»; what makes a warning of it when it follows.
    ONLY, CONDITION = 64, 128
    #: «кто», «если»: the next verb names people and allows nothing; a verb that allows, but not behind those.
    WHO, USED = 256, 512
    #: «возможен»: what makes a permission of it stands before it: «приём возможен», never «возможен отёк».
    POSSIBLE = 1024


_PATTERNS: tuple[tuple[int, str], ...] = (
    (
        Mark.FORBIDS,
        r"противопок|противоп$|прот$|препятств|помех|преград|п/п$|п/показ|нельзя|запре[тщ]|исключ(?:а|ит(?!ельн)|ен)|табу$|избега|воздерж|обход(?:ите|ить|ят|я$)|откаж|отказ|несовмест|недопуст|непереносим|ограничени|нежелател(?:ен|ьн[оаы])$|сторон(?:ятся|иться|итесь)$|остере(?:га|чь)|непригод|воспрещ|"
        r"kontrendik|(?!icer|gerek)\w{2,}(?:ma|me)(?:yin|yiniz|yalim|mali\w*|meli\w*|sin|sinlar|sinler|diginiz)$|"
        # «kullanılmaz», «kullanamaz»; «leke bırakmaz» tells of the goods.
        r"(?!bulun|icer|durula|etkile|engelle|degistir)\w{2,}(?:il|ul|in|un|an|en|[ae])m[ae]z(?:lar|ler)?$|"
        r"\w{2,}(?:mamal|memel)\w+$|yasak|onlenmeli|degil|onleyin|kacin|sakinca|not$|cannot$|\w+n't$|never$|avoid|contraindic|unsuitable",
    ),
    (
        Mark.WARNS,
        r"осторожн|остор$|врач|доктор|педиатр|консульт|назначени[юя]$|специалист|наблюден|контрол|сообщ|обсуд|спрос|спраш|риск|"
        r"вниман|опасн|вред(?:ен|на|но|ны|ит|ят)$|меша[ею]т$|губит|портит|портят|усилива|ослабл(?!енн)|снижа|слабее$|сильнее$|"
        r"zararl|harmful|doktor|hekim|dikkat|tehlike|uyari|hazard|danger|danis|risk|ozen|onay|doctor|physician|caution|careful|wary$|alert$|consult|care$|tell$|pharmacist|warning|seek$",
    ),
    (
        Mark.ALLOWS,
        r"показан|разреш(?!ени[еяюй])|можно$|подход|подойд|допуст|допуск|год(?:ится|ятся|ен|на|но|ны)$|пригод(?:ен|на|но|ны|ит)|применим|рекоменд(?!ованн|уем[а-я]{2,3}$)|лечит(?!ся)|безопас|предназнач|помога|снима|устран|облегч|"
        r"совместим(?!ост)|сочета(?:ет|ют|ем)|продолжа|полез|эффектив|идеал|создан|разработан|адресован|одобрен|когда$|дават|дают$|пьют$|пить$|"
        r"kullanil(?:ir|abilir)|(?:kullan|uygula|al|ver|yap)(?:[iu]?[ln])?m[ae]l[iu](?:d[iu]r)?$|kullanin|endike|tedavisi|uygun(?:dur)?$|elverisli(?:dir)?$|icindir|verilir|alinir|surulur|uygulanir|icilir|yutulur|damlatilir|tuketilir|solunur|devam|onerilir|"
        # «neden olabilir», «bulunabilir» tell what may happen.
        r"(?:kullan|uygula|al[ai]|icil|icebil|yen|yiye|yiyebil|tuket|giy|tak|sur|yika|kat|ekle|veril|pisir|"
        r"sakla|tasi|dokun|emzir|"
        r"yutul|seyrelt|karistir|hazirla|isit|tekrarla|bol|cigne|coz|temizle|utule|kurut|ayarla|birak|kes|"
        r"konul|yerlestir|baglan)"
        r"\w*[ae]bilir|\w+[ae]bilirsin|"
        r"giderm|azalt|hafiflet|used$|take$|indicated|suitable|can$|relie|treat|for$|safe$",
    ),
    (Mark.POSSIBLE, r"возмож(?:ен|но|на)$"),
    (Mark.USED, r"примен(?!яющ)|назнача|использ(?!ующ)|прин[ияе]м(?!ающ)|лечен|употребл(?!яющ)"),
    (
        Mark.PERMITS,
        r"можно$|разреш(?!ени[еяюй])|допуска|допустим|год(?:ится|ятся)$|пригод(?:ен|на|но|ны)$|применим|совместим(?!ост)|сочетает|полез|подход|подойд|безопас(?:ен|на|но|ны)$|рекомендован[аоы]?$",
    ),
    (Mark.NOT, r"не$|no$"),
    (
        Mark.FORBIDDEN,
        r"следует|корм[ия]т|рекоменд|реком|примен|назнач|принима|употребл|использ|пользу|дава|дают|дать|нанос|нанес|сочет|допуск|подход|подойд|год(?:ится|ятся|ен|на|но|ны)$|пригод|применим|"
        r"стоит$|позвол|провод|полож(?!ит)|одобр|утвержд|зарегистр|леч[иа]т(?!ель)|вылеч|излеч|снима[ею]|снять|устран|облегч|избавля|избавит|спаса|справля|купир|"
        r"должн|долж|смешив|закап|показан|разреш|предназнач|совмещ|совмес|управл|ввод|вводит|садит|желат|пить|пьют|может|"
        r"могут|можно|превыш|отпуска|глота|действ|помога|совет|став|нагрев|добавл|стира(?!ет)|мыть|греть|гладит|вод|вози|суша|"
        r"отбел|заменя|вместе$|одновремен|совместно$|при$|на$|в$|во$|с$|со$|для$|до$|more$|longer$",
    ),
    (Mark.ONLY, r"только$|лишь$|если$"),
    (Mark.CONDITION, r"после$|по$|если$|в$|при$|польз"),
    (Mark.WHO, r"пока$|кто$|котор|если$|лица|лиц$|начал[еоау]$|период|люд|при$|время$|после$|до$|перед$"),
)
_COMPILED = tuple((mark, re.compile(pattern)) for mark, pattern in _PATTERNS)


@lru_cache(maxsize=50_000)
def marks(small: str) -> int:
    """All marks of a word."""
    found = 0
    for mark, pattern in _COMPILED:
        if pattern.match(small):
            found |= mark
    return found


#: So many words behind WHO a verb still belongs to it.
WHO_REACH = 5
#: «не доказана», «kanıtlanmamıştır»: what is not proved is no praise.
UNPROVED = re.compile(r"доказ|установл|изуч|подтвержд|исследов|определ")
EXCEPT, CASES = "кроме", "случа"
EVEN = ("в", "том", "числе")
HARMLESS = re.compile(r"опасн|бо[ия]тся|вреди|вреден$|вредн[аоы]$|меша[ею]т$")

#: «лечение», and in the cases that only tell when: «лечении», «приёмом».
NOUN_OF_USE = re.compile(
    r"(?:лечен|применен|использован|назначен|употреблен)(?:ие$|ию$|(?P<oblique>ии$|ием$|ия$|ий$))|"
    r"прием(?:$|(?P<taken>[аеу]$|ом$))"
)
#: «принимаете», and not «принимайте»: what somebody does already.
PERSON_USES = re.compile(r"(?:принима|использу|применя|употребля)(?:ете|ешь)$|леч(?:ится|атся|итесь)$")
#: «Тем, кто на диете, …», «у кого болит печень, …»: of whom the next verdict speaks.
WHOM = re.compile(
    r"(?:тем|тому|той|кто|кого|кому|людям|лицам|пациент(?:ам|у|кам|ке)|больн(?:ым|ому|ой)|женщин(?:ам|е)|"
    r"мужчин(?:ам|е)|"
    r"дет(?:ям|ишкам)|малышам|младенцам|ребенку|взрослым|подросткам|пожилым|старикам|беременн(?:ым|ой)|"
    r"кормящ(?:им|ей)|страдающ(?:им|ему|ей)|аллергикам|диабетикам|астматикам|гипертоникам|водителям)$"
)
#: What is forbidden by a list above it, though «приём» alone would allow it.
TAKING = ("прием", "примен", "использ", "одноврем", "совмест", "сочетан")
BEING_TREATED = ("лечение", "лечении", "прием", "применение", "терапия", "терапии")
#: «…, прежде всего когда в стуле есть кровь, …»: it tells of the clause before it.
INSERTED = re.compile(
    r"(?:прежде всего |особенно |даже |в том )?(?:когда|если|при|особенно|котор\w+|числе)\b"
)
#: Behind «не» they forbid whatever infinitives follow.
MODAL = re.compile(
    r"рекоменд|реком|след|долж|допуск|допуст|разреш|можно|мо[гж]|нужн|надо|желат|стоит|показан|дают$"
)
_HARMS = re.compile(
    r"(?:поперхн|подав|задохн|задых|захлебн|обжечь|обжиг|ошпар|пора[нж]|изран|порез|укол|отрав|ослеп|"
    r"оглох|упасть|упад|"
    r"поскольз|споткн|удар|травм|повред|поцарап|слома|испорт|зараз|утон|умереть|погиб|лишить|потеря|обгоре|навред|"
    r"прищем|защем|пережать|заболе|пересуш|спровоц|вызвать|усугуб|ухудш|занести|внести|ошиб|спута|"
    r"перепута|проглот|"
    r"chok|suffoc|burn|injur|caus|damag|harm|hurt|irritat|lead$|result$|stain|break|poison|drown|fall$|"
    r"worsen|affect)"
)


@lru_cache(maxsize=50_000)
def harms(small: str) -> bool:
    """Whether a word names a harm that may come to somebody or something."""
    return _HARMS.match(small) is not None
