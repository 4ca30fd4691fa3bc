"""Qualities of goods as a Russian card claims them, and in three languages what in a source may stand for each.

Patterns of folded text. A source speaks of a quality by what is resisted, done or made, in whatever form: "rain" and
«su geçirmez» stand for «водостойкий». None is asked of a medicine, whose patches have such qualities by nature.
"""

from __future__ import annotations

import re

#: What the first half of a built word resists, and how a source may speak of that.
_RESISTED = (
    (
        "водо|влаго|вода|влага",
        r"вод[аоыуен]|влаг|промок|брызг|дожд|water|splash|rain|sweat|moist|\bip\s?x?\d|\bsu(?:ya|dan|da|yu)?\b|sugecir|\bnem|"
        r"yagmur|islan|\bwet|swim|плав|yuz(?:me|dukten)",
    ),
    (
        "жаро|термо|тепло",
        r"жар|термо|тепл|огн|температур|градус|°|духов|печ|heat|oven|\bisi|firin|sicak|ates|fire|hot|boro",
    ),
    ("морозо|холодо", r"мороз|холод|frost|freez|\bdon|soguk|cold|-\s?\d"),
    ("ударо", r"удар|бь[юе]|разби|проч|shock|drop|shatter|break|kiril|darbe|dusme|impact|durab|dayanikl"),
    ("износо", r"износ|истир|проч|долг|wear|abras|durab|dayanikl|asinma|uzun omur|long.?lasting"),
    ("грязе|пятно|пыле", r"гряз|пят[ен]|пыл|stain|dirt|dust|leke|\bkir|\btoz"),
    ("масло|бензо|маслобензо|жиро", r"масл|бенз|жир|\boil|\byag|petrol|fuel|yakit|grease"),
    ("кислото|хемо", r"кисл|хим|acid|asit|kimya|chemic"),
    (
        "свето|уф-|солнце",
        r"свет|отраж|солн|\bуф|\buv|reflect|light|fade|gunes|isik|yansit|reflekt|fosfor|glow|sun",
    ),
    ("ветро", r"ветр|продув|wind|ruzgar"),
    ("шумо|звуко", r"шум|тих|звук|noise|quiet|silen|sound|\bses|gurultu|дб|db\b"),
    ("огне|пламя", r"гор[июя]|огн|плам|fire|flame|burn|yan[ma]|alev|ates|tutus"),
    ("взломо", r"взлом|burglar|hirsiz|pick"),
)
_RESISTS = r"(?:стойк|устойчив|непроница|упорн|прочн|отталк|защит|защищ|изол|изоляц|поглощ|подавл|отраж)"
#: The same in a word or a phrase of its own.
_OWN_WORDS = (
    ("непромока|не промока", _RESISTED[0][1]),
    ("небьющ|противоудар|не бьется|не бьются|неубива", _RESISTED[3][1]),
    ("противоскольз|нескольз|антискольз|не скольз", r"скольз|slip|grip|\bkay(?:ma|maz|di)|skid|tutus"),
    ("немнущ|несминаем|не мнется|не мнутся", r"мн[уеё]|смин|wrinkle|crease|iron|kiris|burus|utu"),
    ("негорюч|невоспламен|самозатух", _RESISTED[11][1]),
    ("закален", r"закал|temper|toughen|sertles"),
    ("органическ", r"органи|эко|\bbio|био|organi"),
    ("герметичн", r"гермет|плотн|airtight|leak|seal|sizdir|hava al|vakum|vacuum|hermet|tight|kapal"),
    ("ортопедическ|анатомическ|эргономич", r"ортоп|анатом|эргоном|orthop|anatom|ergonom|ortoped"),
    ("бесшумн", _RESISTED[10][1]),
    ("антистатич", r"стати|static|statik"),
    ("саморазогр|самоочищ|самоклеющ|самоклей", r"само|клей|self|kendi|clean|clear|yapisk"),
    (
        r"вручную|ручн\w+ (?:работ|роспис|чекан|вышив|вязк|сборк|выделк|шить|лепк|отлив|плетен|ковк|печат|"
        r"окраск|набивк)",
        r"руч|рук|hand|\bel(?:de|le)?\b|\bel[ -]?(?:yap|isi|is[cl]|or|dok|emeg|dik|boy|ork)|manu",
    ),
    (
        r"лимитированн|ограниченн\w+ (?:сери|тираж|выпуск)|эксклюзивн",
        r"лимит|огранич|коллекц|эксклюз|limit|collect|exclus|sinirli|koleks|ozel",
    ),
    ("антибактериальн|бактерицидн|антимикробн", r"бактер|микроб|септ|bacter|microb|bakteri|mikrop|antisep"),
    (
        "экологичн|экологически|биоразлаг|биоразлож|компостир",
        r"эко|био|перераб|eco|bio|cevre|doga|compost|fsc|recycl|ekolo",
    ),
    ("фосфоресц|светится в темноте|светящ", r"свет|фосф|glow|light|lumin|isi[kl]|fosfor|parla"),
    ("антивандал|пуленепроб|бронирован", r"вандал|пул|брон|vandal|bullet|armou?r|zirh|kursun"),
)
QUALITIES = (
    *((re.compile(rf"\b(?:{first}){_RESISTS}"), re.compile(source)) for first, source in _RESISTED),
    *((re.compile(rf"\b(?:{words})"), re.compile(source)) for words, source in _OWN_WORDS),
)
#: Any of them: most sentences claim none.
ANY = re.compile("|".join(claimed.pattern for claimed, _ in QUALITIES))
