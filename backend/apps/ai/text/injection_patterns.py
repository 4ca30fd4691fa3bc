"""What `injection` looks for, by kinds: orders to drop orders, roles, answers, verdicts, tasks, questions, payloads.

Patterns are matched on a folded copy of a sentence: small letters, «ё» as «е», Turkish letters without their marks.
They describe how such sentences are made, not which ones were seen; words that open an order in a text about goods,
too, count only when the rest of the sentence does not speak of goods.
"""

from __future__ import annotations

import re

_W = r"(?:[\w'’-]+[,]? )"


def _anywhere(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})")


def _at_start(*patterns: str) -> re.Pattern[str]:
    """Where an order may begin: at the start of a sentence, or behind an introduction."""
    introduction = (
        r"(?:^[^\w«“\"]*|[:;,(—–-] ?|(?<![^\W_])(?:please|kindly|now|then|next|and|also|finally|instead|"
        r"you must|you should|"
        r"пожалуйста|теперь|затем|потом|далее|а также|и|сначала|вместо этого|lutfen|simdi|sonra|ve) )"
    )
    return re.compile(rf"{introduction}(?P<order>{'|'.join(patterns)})(?![^\W_])")


# Words for what a model gets and gives. None of them is in a text about goods, alone or with what stands beside it.
_ORDERS_EN = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|commands?|constraints?|"
    r"restrictions?|polic(?:y|ies))"
)
_MACHINE_EN = (
    r"(?:ai|a\.i\.|llm|chat-?gpt|gpt|chat-?bot|bot|assistant|(?:large )?language model|ai model|"
    r"neural network|automated system|classifier|parser)"
)
_MACHINE_RU = (
    r"(?:ии|нейросет\w+|языков\w+ модел\w+|чат-?бот\w*|бот\w*|ассистент\w*|искусственн\w+ интеллект\w*|"
    r"модел[иь]|chatgpt|llm|gpt|систем[аеуы]|алгоритм\w*)"
)
_CHECKS_EN = (
    r"(?:checks?|validations?|moderat\w+|reviews?|verifications?|filters?|safety|security|safeguards?|"
    r"approvals?)"
)

ANYWHERE_LATIN = _anywhere(
    # orders to drop orders
    r"(?:ignore|disregard|forget|override|bypass|neglect|overlook|discard|skip|drop|violate|break|cancel|"
    rf"erase) {_W}{{0,5}}?"
    rf"(?:{_ORDERS_EN}|context|above|previous\w*|prior|earlier|everything (?:you|above|before|else|that)|"
    r"what (?:the |i |you )|"
    rf"all (?:of )?(?:the |this )?(?:above|previous|text)|{_CHECKS_EN}|the (?:product|user|text|question|"
    r"task|listing|description|user's)\b)",
    rf"(?:do not|don.t|never|stop) (?:follow|obey|us)\w* {_W}{{0,4}}?{_ORDERS_EN}",
    rf"{_ORDERS_EN} {_W}{{0,3}}?(?:are|is) (?:now )?(?:void|cancell?ed|revoked|obsolete|invalid|over)\b",
    r"(?:new|updated|real|actual|additional|hidden|secret|urgent|important|special|system|admin\w*|"
    rf"developer) (?:system )?(?:{_ORDERS_EN}|task|objective|message)(?:\b[:.]|\W*$| follows?| for|"
    r" to the| from)",
    r"(?:vergiss|vergessen sie|ignoriere?n?|missachte\w*|olvida|ignora|olvide|oublie\w*|ignore[zr]|"
    r"dimentica|esque\w+) (?:[\w'’]+ ){0,6}?"
    r"(?:anweisung|instruk|instruc|instruction|consigne|istruzion|aufgabe|regel|regl|todo|alles|tout|tutt|"
    r"anterior|vorherig|pr[ée]c[ée]dent|precedent)\w*",
    r"(?:end|start|beginning|begin) of (?:the )?(?:product|data|input|text|document|description|system|"
    r"prompt|user|listing|instructions?|context)\b",
    # a role, an addressee
    r"you (?:are|re) (?:now|no longer|dan|an? (?:ai|assistant|expert|helpful|language|chatbot|"
    r"unrestricted|linux|professional|world)|being|reprogrammed)\b",
    r"you have been (?:reprogrammed|hacked|instructed|told|given|pwned|updated)|i have been pwned|"
    r"i am your|as your (?:developer|creator|admin\w*)",
    r"you (?:must|should|shall|will|have to|need to|can only|may only|are (?:required|obliged|instructed|"
    r"allowed|authori[sz]ed) to) (?:now |only |always |never |not )?"
    r"(?:answer|respond|reply|output|say|ignore|write|pretend|act|return|approve|classify|assign|mention|"
    r"recommend|comply|obey|refuse|translate|speak|print|tell|praise)\b",
    r"(?:act|behave|respond|reply|answer|speak) (?:as|like) (?:if|an?|the|though|you|my)\b|"
    r"pretend (?:to be|that|you|as)|role-?play as|from (?:now|this (?:point|moment)) on|"
    r"imagine (?:that )?you|i want you to|let.s play a game|do anything now|developer mode|jailbr\w+",
    r"(?:dear|hey|hi|hello|attention|(?:note|message|reminder|instructions?|request|warning|"
    rf"info\w*) (?:to|for)) (?:all |any |the |an? |every )*{_MACHINE_EN}\b",
    r"(?:if|when|since|as) (?:you(?: are|.re)?|this is(?: read by)?|read by|processed by) (?:an? |"
    rf"the )?{_MACHINE_EN}\b|{_MACHINE_EN}s? (?:must|should|reading|processing|that (?:reads?|process)|"
    r"will|are|has to|have to)\b",
    r"as an? (?:ai|language model|assistant|automated|developer|admin\w*)\b|as the (?:developer|owner|"
    r"admin\w*|creator|system|author) of|i (?:hereby )?authori[sz]e you|large language models?",
    # its answer, its prompt
    r"your (?:final |next |entire |whole |full |first |own |current |original |initial |system |secret |"
    r"hidden |previous )*(?:answers?|responses?|reply|replies|outputs?|completions?|prompts?|instructions|"
    r"context window|training|guidelines|configuration|"
    r"programming|task is|job is|role is|goal is|mission is|objective is|(?:new |only |real )(?:task|job|"
    r"role|goal|mission|objective))\b(?! time)",
    r"(?:in|to|of|with|into|for) (?:the|each|every|this|any|all) (?:final )?(?:answers?|responses?|"
    r"repl(?:y|ies)|generated text|output text|text you (?:write|produce|generate))\b|(?:text|description|"
    r"card|copy) (?:that )?you (?:write|produce|generate|create)\b",
    r"(?:in|of|from|render) your messages?\b|system (?:prompts?|message|instructions?)\b|(?:initial|"
    r"hidden|original|secret|full) (?:prompts?|instructions)\b|context window|(?:word for word|everything|"
    r"it|text|all) verbatim",
    r"(?:repeat|print|reveal|show|output|dump|display|tell|share|leak|list|quote) (?:me |"
    r"us )?(?:[\w'’]+ ){0,5}?(?:above|prompts?|instructions|configuration|system message|(?:api|secret|"
    r"access) keys?|environment variables?|credentials|passwords?)\b",
    r"(?:instead of|rather than) (?:the |a |this |your )?(?:description|title|answer|response|describing|"
    r"processing|product|card|translat\w+|writing|following)\b",
    r"(?:respond|reply|answer|output|say|return|write|print) (?:me |back )?(?:only|with|exactly|just|"
    r"nothing|the (?:word|phrase|following|text)|an? empty|\"|«|“|')",
    # the verdict of the processing
    r"(?:set|give|assign|put|return|use|has|have|receive|with|of|a|full|maximum|high|"
    r"perfect) (?:[\w'’]+ ){0,5}?confidence (?:score |level |value )?(?:of|to|is|=|:|at)? ?(?:0|1|9|100|"
    r"high|max|full|\d)",
    r"confidence(?: score| level| value)? ?(?:is|to|=|:|of|must|should|at)+ ?(?:be )?(?:0?[.,]\d|1|9\d|"
    r"100|high|max)|(?:full|maximum|highest|perfect|absolute) (?:confidence|score|rating)\b(?! boost)",
    r"(?:auto-?)?(?:approve|accept|whitelist|publish|reject|validate) (?:[\w'’]+ ){0,2}?(?:this|the|it|"
    r"all|every|listings?|items?|products?|cards?|automatically|immediately|without|everything)\b",
    r"(?:mark|classify|label|treat|rate|rank|categori[sz]e|flag|file|report|consider|list) (?:this|it|the|"
    r"all|every|everything|any|my|our|these|those) (?:[\w'’]+ ){0,4}?(?:as|into|under|10|5)\b",
    r"(?:choose|select|pick|set|assign|use|put|change|answer with|answer|return|"
    r"prefer) (?:[\w'’]+ ){0,4}?categor(?:y|ies)\b|categor(?:y|ies) (?:id )?(?:must|should|has to|"
    r"is always|to be|=|number)|(?:correct|right|true|only|first) (?:category|answer|label) (?:is|must|"
    r"should|for|here)",
    r"(?:skip|bypass|avoid|without|no need for|disable|turn off|evade|"
    rf"suppress) (?:[\w'’]+ ){{0,3}}?(?:{_CHECKS_EN})\b|(?:moderators?|moderation|reviewers?) (?:has|have|"
    r"is|are|said|approved|already|not|must|should|will)\b|to (?:a |the |any )?(?:moderat\w+|reviewers?|"
    r"human)\b|human review",
    r"already (?:been )?(?:approved|verified|reviewed|moderated)\b",
    r"(?:do not|don.t|never|must not|avoid) (?:mention|include|say|show|reveal|translate|write|warn|"
    r"disclose|tell|send|forward|submit|pass|check|verify|reject|flag|refuse|"
    r"question)\w*\b(?! the package)",
    r"(?:remove|delete|hide|omit|leave out|drop|strip|change|alter|set|raise|"
    r"lower) (?:[\w'’]+ ){0,3}?(?:warnings?|mentions?|disclaimers?|allerg\w+ (?:info|warn)\w*|"
    r"side effects|competitors?|database|tables?|records?|files?|the price|prices?|"
    r"user data)\b(?! (?:easily|and|from wood))",
    # harm
    r"(?:make|build|create|buy|produce|cook|synthesi[sz]e) (?:an? |some |the )?(?:[\w'’]+ )?(?:bombs?|"
    r"explosives?|meth|poison|weapons?|malware|virus(?:es)?|drugs|napalm|ransomware)\b|hack (?:into )?\w|"
    r"pick(?:ing)? an? lock|credit card (?:number|details|info)\w*|bank (?:details|account number)|"
    r"bitcoins?|overdose|commit suicide|launder|phishing|shoplift|steal (?:a|an|the|someone|money)|"
    r"(?:customer|user|personal|private) data\b|someone.s (?:email|account|password|phone)|"
    r"vaccines? (?:contain|cause)|moon landing|flat earth|earth is flat",
    r"(?:open|click|follow|download|install|fetch|visit|linking|link|pointing|directing|go|redirect\w*|"
    r"send|upload|post|exfiltrate)\w* (?:[\w'’:$-]+ ){0,6}?(?:https?:/|www\.|[\w-]+\.(?:com|net|org|xyz|"
    r"ru|io|evil|example)\b[\w/]*(?: and|$|\W))",
    r"(?:tell|encourage|urge|convince|persuade|ask|invite|direct|advise|instruct|inform|remind|trick|"
    r"tempt|lead) (?:all |the |every |our |any )?(?:users?|readers?|customers?|visitors?|people|buyers?|"
    r"shoppers?|audience|recipients?)\b",
    r"you won.t believe|weird trick|cracked version|(?:output|return|as|in|produce|valid|empty|"
    r"respond with|emit|format) (?:an? )?(?:json|xml|yaml|csv|markdown)\b|(?:your|chain of|reveal|show|"
    r"the) (?:chain.of.)?(?:reasoning|thoughts)\b|obey\b|(?:instructions?|rules?|orders?|restrictions?|"
    r"guidelines?) (?:[\w\']+ ){0,5}?(?:no longer|do not|don.t|does not) (?:apply|matter|count|bind)|"
    r"follow (?:my |the |these |any |all )?orders|(?:previous|prior|earlier|former|your|all) orders|"
    r"(?:the|this|our|any) (?:model|llm|system|ai|pipeline|algorithm|classifier) (?:should|must|says?|"
    r"will|needs|has to|ought)|this (?:text|listing|passage|sentence|card|paragraph|message) (?:was|is|"
    r"has|must|should|will|contains)|do (?:what|as|exactly as|exactly what) i|(?:no|without|any) (?:human|"
    r"person|moderator|reviewer)s? |(?:content|safety) filters?|let (?:us|me) (?:talk|discuss|play|chat|"
    r"pretend)|(?:would like|need|want|order|command|ask|urge|expect) you to|(?:all|any|the|these|those|"
    r"previous|prior) (?:previous |prior |other |existing )?(?:rules|instructions|restrictions|limits|"
    r"constraints|guidelines)(?: [\w']+){0,3} (?:are|is|have|has) |when (?:summari[sz]|translat|answer|"
    r"respond|writ|generat|processing|describ|classif)\w*|(?:highest|lowest|best|worst|top|maximum|"
    r"perfect) (?:possible )?(?:score|rating|mark|grade)|this is (?:a|an) (?:test|order|message|"
    r"instruction)|for (?:testing|debug\w*|educational) purposes",
    # Turkish
    r"(?:onceki|yukaridaki|tum|butun|diger|verilen|gizli|yeni|sistem|senin|"
    r"kendi) (?:[^ ]+ ){0,3}?(?:talimat|komut|kural|yonerge|istem|prompt|mesaj)\w*|(?:talimat|yonerge|"
    r"komut|kural|istem)\w* (?:[^ ]+ ){0,3}?(?:yok say|unut|gormezden|dikkate alma|uyma|gecersiz|goz ardi|"
    r"goster|tekrar|yaz|acikla|soyle)\w*",
    r"(?:sen artik|artik sen|bundan boyle|su andan itibaren|bundan sonra) |(?:gibi|olarak) (?:davran|"
    r"rol yap|yanit ver|cevap ver)\w*|(?:kural|talimat|kisitlama|sinirlama)\w* (?:iptal|gecersiz|kaldir|"
    r"yok)\w*|en yuksek (?:puan|skor|guven)\w*|yapay zeka\w*|dil modeli\w*|asistan[ ,:]|sohbet botu|"
    r"(?:guven|dogruluk) (?:skor|puan|deger|duzey|seviye)\w*|"
    r"(?:secilmeli|atanmali|olmali|isaretlenmeli|verilmeli|yazilmali|onaylanmali|yayinlanmali)\W*$|"
    r"(?:yanit|cevab|cikti)(?:in|iniz)\w* |(?:yanit|cevap) olarak|moderator\w*|moderasyon\w*|onayla(?:\b|"
    r"n\w* olarak|yin)|yayinla(?:\b|yin)|kontrol etme(?:den)?\b|denetim\w* atla|"
    r"kategori\w* (?:[^ ]+ ){0,3}?(?:olsun|koy|ata|yerlestir|sec|yaz|olarak isaretle|belirle|yap)(?:\b|"
    r"yin)|kredi karti numara\w*|(?:aciklama|baslik|cevap|yanit) yerine|(?:yan etki|uyari|"
    r"alerji)\w* (?:[^ ]+ ){0,2}?(?:bahsetme|yazma|soyleme|belirtme|kaldir|sil)\b|"
    r"kullaniciya|kullanicidan (?:[^ ]+ ){0,4}?(?:iste|sor)\b|bomba (?:yap|nasil)\w*|hackle\w*|bitcoin",
)
ANYWHERE_CYRILLIC = _anywhere(
    r"(?:игнорир\w+|проигнорир\w+|забуд[ьу]\w*|отмен[иья]\w*|отбрось\w*|обойд\w+|обход\w+|пренебре\w+|"
    r"нарушь\w*|не (?:следуй|соблюдай|выполняй|учитыва\w+|слушай|принимай|"
    r"обращай)\w*) (?:[^ ]+ ){0,5}?(?:инструкци|указани|правил|промпт|команд|запрос|контекст|"
    r"предыдущ|выше|вс[её]м?,? (?:что|о чем|ранее|остальн)|прежн|задани|задач|ограничени|проверк|фильтр|"
    r"предписани|настройк)\w*",
    r"(?:нов(?:ая|ые|ое|ую)|следующ(?:ая|ее|ую)) (?:задани|задач|команд)\w* ?[:—–-]|(?:нов(?:ая|ые|ое|ую|"
    r"ым)|следующ(?:ая|ие|ее|ую)|системн\w+|скрыт\w+|секретн\w+|исходн\w+|предыдущ\w+|прежн\w+|"
    r"первоначальн\w+|сво[иеюих]+|тво[ияеюих]+|ваши|вышеуказанн\w+) (?:инструкци|указани|промпт|подсказк|"
    r"установк|команд(?!ир|н)|настройк)\w*(?! по (?:применени|эксплуатац|сборк))",
    r"(?:инструкци\w+|указани\w+|обращение|сообщение|внимание|команда|задание|запрос|примечание|заметка|"
    r"уважаем\w+|дорог(?:ая|ой)|привет|эй),? (?:для |к |от |"
    rf"всем )?(?:[^ ]+ )?{_MACHINE_RU}(?![^\W_])(?! (?:автомобил|кожан|крем|телефон|полива|хран|фильтр|"
    r"очист|навиг|охлажд|вентил))",
    r"(?:ты|тебе|вы) ?(?:-|—|–)? ?(?:теперь|больше не|отныне|сейчас|всего лишь)? ?(?:-|—|–)? ?(?:обязан|"
    r"долж[ен]н|будешь (?:отвечать|делать|писать|действовать|играть|говорить)|действуешь|отвечаешь|пишешь|"
    r"переводчик|пират|поэт|dan|модель|бот|чат-?бот|ии|нейросет|языков|ассистент|помощник|терминал|"
    r"эксперт|администратор)\w*",
    r"(?:ты теперь|теперь ты|отныне ты (?!дома|в |не |сможешь|всегда|готов)|с этого момента|веди себя как|"
    r"действуй как|отвечай как|притвор[ия]|сыграй роль|представь(?:те)?,? что ты|если ты |твоя? (?:новая |"
    r"главная )?(?:задача|роль|цель|миссия|инструкци)|ты больше не|сыграем в игру|"
    r"языков\w+ модел|промпт|промт\w* (?!-)|системн\w+ (?:сообщени|инструкци|указани|промпт|подсказк)|"
    r"ии-(?:ассистент|модел|помощник|бот|систем)|режим разработчика|без ограничений и правил)\w*",
    r"(?:в|на|из|о|к|вместо|внутри) (?:сво|тво|ваш|итогов|кажд|эт)\w+ (?:ответ|отклик|вывод|сообщени|"
    r"реплик)\w*|в (?:ответе|ответ|конце ответа|начале ответа)(?: |,|$)(?!на|свет)|(?:тво[йяе]|"
    r"свой) (?:ответ|вывод|текст|промпт)\w*|ответ (?:начни|начинай|должен|дай|закончи|верни)|"
    r"вместо (?:описания|ответа|названия|перевода|карточки)",
    r"уверенност\w+ ?(?:=|:|на|должна|равна|в|-|—)? ?(?:быть |равна |до )?(?:0[.,]\d|1(?![\d])|9\d|100|"
    r"максим|макс)|(?:поставь|установи|присвой|укажи|верни|выстав|задай|нужна|"
    r"дай)\w* (?:[^ ]+ ){0,3}?(?:уверенност|оценк|балл|рейтинг|confidence|категори)\w*|"
    r"максимальн\w+ (?:балл|уверенност|оценк)\w*",
    r"(?:модератор|модерац|премодерац)\w*|(?:отключи|пропусти|обойди|минуя|без|"
    r"отмени)\w* (?:[^ ]+ ){0,2}?(?:проверк[аиу]|валидац\w+|фильтр(?:ы|ов|ац\w+)|контрол[ья])(?![^\W_])|"
    r"уже (?:провер|одобр|подтвержд)\w+",
    r"(?:всегда|обязательно|просто)? ?(?:выбирай|выбери|отнеси|помести|классифицируй|определяй|"
    r"относи)\w* (?:[^ ]+ ){0,4}?категори\w+|категори\w+ (?:[^ ]+ ){0,2}?(?:всегда|должна|обязательно|=|"
    r"id)|(?:одобри|утверди|опубликуй|публикуй|отклони)\w*(?![^\W_])",
    r"(?:сообщение|приказ|указание|распоряжение|от имени) (?:от )?(?:администрат|разработчик|владельц|"
    r"систем|продавц|создател)\w*|конец (?:данных|описания|текста|ввода|документа|карточки)|(?:указани|"
    r"инструкци|распоряжени|команд)\w+ (?:для систем|разработчик|системе)\w*",
    r"(?:написан|сказан|указан|изложен)\w* (?:выше|ранее)|вышенаписанн\w+|как (?:сказать|будет|"
    r"переводится) (?:слово )?[«\"]|(?:правил|инструкци|указани|огранич)\w* выше|(?:человек\w*|людям|"
    r"никому) не (?:нужно|надо|требуется|стоит|следует)|при (?:пересказе|переводе|обобщении|анализе|"
    r"классификации|обработке) (?:текста |товара |карточки )?(?:скажи|напиши|укажи|ставь|выбери|выбирай|"
    r"добавь|не )|вышесказанн\w+|дословно|все(?:,)? что (?:выше|написано|было)|какие инструкции",
    r"не (?:упоминай|пиши|показывай|сообщай|говори|переводи|указывай|отправляй|проверяй|предупреждай|"
    r"раскрывай|спрашивай|задавай)(?:те)?(?![^\W_])(?= (?:[^ ]+ ){0,4}?(?:побочн|предупрежд|противопоказ|"
    r"модератор|описани|текст|карточк|товар|пользовател|покупател|что|об|про|никому|проверк|вопрос))",
    r"взлома(?:ть|й|н|л)\w*|взлом(?= ?[»\"])|(?:сделать|собрать|изготовить|создать) (?:[^ ]+ )?(?:бомб|"
    r"взрывчат|наркотик|оружи|вирус)\w*|номер\w* (?:банковск\w+ )?карт[ыу](?! памяти)|биткоин\w*|"
    r"покончить с собой|отмыть деньги|данные (?:покупател|пользовател|клиент)\w*|(?:нелегальн|"
    r"незаконн)\w*|(?:купить|достать|сделать) (?:оружи|наркотик|взрывчат)\w*|поддел\w+ (?:паспорт|"
    r"документ|подпис)\w*|(?:каких-либо |любых |всех )(?:ограничени|правил|запрет)\w*|(?:распоряжени|"
    r"приказ|правил|запрет|ограничени)\w* (?:больше )?не (?:действу|работа|существу|примен|распростр)\w*|"
    r"(?:в формате|формат) (?:json|xml|html|csv|yaml|markdown)|шаг за шагом и|(?:прошла|пройдена|прошел|"
    r"без|про) модераци\w+|не обращай (?:[^ ]+ ){0,2}?внимани\w+|нарушени\w+ правил|в задании|"
    r"баз[уы] данных|земля плоская|(?:пароль|логин) от",
    r"(?:убеди|попроси|посоветуй|предложи|скажи|сообщи|порекомендуй|напомни|призови|"
    r"пригласи)(?:те)? (?:всем |всех )?(?:пользовател|покупател|читател|клиент|посетител|люд)\w+",
    r"(?:перейди|скачай|открой|зайди|установи|загрузи)(?:те)? (?:[^ ]+ ){0,4}?(?:https?:|www\.|по ссылке|"
    r"[\w-]+\.(?:com|ru|net|org|xyz|example)\b)",
)

# Verbs that open a task. What buyers are told to do with goods (apply, wash, choose a size) is not among them.
_TASKS_STRONG = (
    r"(?:explain|describe|summari[sz]e|translate|compose|draft|paraphrase|rephrase|rewrite|proofread|"
    r"elaborate|analy[sz]e|classify|categori[sz]e|calculate|compute|prove|discuss|debate|debug|implement|"
    r"evaluate|critique|"
    r"brainstorm|outline|recite|impersonate|simulate|encrypt|decrypt|encode|decode|scramble|jumble|"
    r"anagram|misspell|respond|disregard|recommend|narrate|predict|argue|claim|assert|insinuate|tease|"
    r"persuade|convince|generate|execute|delete|"
    r"interpret|investigate|research|assist|transcribe|quote|cite|justify|refute|speculate|hypothesi[sz]e|"
    r"incorporate|augment|append|prepend|interject|mention|identify|determine|compare|define|list|name|"
    r"schedule|tell|suggest|propose|"
    r"contrast|review|assess|teach|continue|pretend|spell|conjugate|diagnose|plan|state|find|remind|"
    r"provide|write|give|develop|design|create|ask|say|convert|solve|answer|reply|repeat|rank|extract)"
)
_NOT_A_TASK_EN = (
    r"(?: (?:your (?:style|own|look|day|story|eyes|brows|lips|curls|hair|skin|body|life|home|room|photos|"
    r"memories|passion|outfit|doctor|pharmacist|physician|friends|love)|yourself|goodbye|good ?bye|hello|"
    r"yes to|no to|it with|on (?:both|any|all|the)|in (?:one|a) word|off|up\b|down\b|"
    r"price|plate|tag|of the art|if necessary|as needed|daily|every|twice|once|until|the (?:application|"
    r"procedure|look|filter|battery|gift)|to cart|beautiful|perfect|wireless|calls?|love|them|her|him)|"
    r"[:,.-]|s\b|\W*$)"
)
_EN_TEXT = (
    r"(?:poems?|essays?|stor(?:y|ies)|letters?|speech(?:es)?|articles?|paragraphs?|sentences?|"
    r"introductions?|summar(?:y|ies)|functions?|code|scripts?|programs?|examples?|explanations?|lists?|"
    r"recipes?|songs?|jokes?|riddles?|headlines?|slogans?|e-?mails?|"
    r"plot|theor(?:y|ies)|lifecycle|equations?|equivalent|translations?|dialogues?|reports?|reasons?|"
    r"insights?|haikus?|limericks?|tweets?|posts?|plans?|itinerar\w+|quer(?:y|ies)|templates?|outlines?|"
    r"questions?|answers?|synonyms?|steps?|instructions?|facts?|tips?|"
    r"reminders?|statements?|messages?|lines?|words?|phrases?|links?|adverti\w+|ads?|promotion\w*|tasks?|"
    r"typos|announcement|scandal\w*|feedback|threats?|appeals?|news|overview|analysis|definition|advice|"
    r"guide|review|cover letter)"
)
STARTS_LATIN = _at_start(
    rf"{_TASKS_STRONG}(?!{_NOT_A_TASK_EN})(?= (?:an?|the|this|that|these|those|me|us|my|your|how|what|why|"
    r"who|whether|if|in|to|for|some|any|all|each|every|two|three|four|five|ten|between|step|with|about|"
    r"several|names?|\"|«|“|'))",
    r"(?:explain|describe|summari[sz]e|translate|paraphrase|rephrase|rewrite|proofread|analy[sz]e|"
    r"classify|calculate|compute|discuss|debug|implement|critique|recite|impersonate|encrypt|decrypt|"
    r"anagram|misspell|disregard|predict|claim|assert|execute|refute|brainstorm|solve|"
    r"misquote)(?= (?![:.-]|your (?:own|style)|yourself|in (?:one|a) word)\S)",
    r"(?:compare|define|contrast|name|list) (?:\w+ ){0,3}?(?:and|vs\.?|versus|countries|cities|words?|"
    r"books?|examples?|sources?|facts|reasons|ways|planets|presidents|synonyms)\b",
    r"find (?:recent|information|studies|sources|out|all|some|any)|(?:help|show|give|tell|teach|remind|"
    r"send|write|find|get|make|bring|lend|guide|walk) (?:me|us)\b(?! (?:up|out|love))",
    r"(?:write|provide|develop|create|generate|produce|make up|invent|list|introduce|break down|include|"
    r"add|insert|integrate|modify|enhance|tease|suggest|append|prepend|end|start|begin|finish|set|design|"
    r"plan|express|share|prepare|build|conclude|close|open|use|"
    rf"put) (?:[\w'’-]+ ){{0,6}}?{_EN_TEXT}\b(?! (?:included|size|cards? for))",
    r"(?:replace|convert|remove|group|combine|use|insert|reverse|capitali[sz]e|shift|swap|substitute|"
    r"rearrange|render|count|alternate|change|encode|mix|repeat|write|speak|"
    r"type) (?:[\w'’]+ ){0,5}?(?:letters?|vowels?|consonants?|words|spaces|punctuation|symbols?|"
    r"characters?|typos|numbers? for|anagrams?|emojis?|cipher|caps|uppercase|lowercase|backwards|"
    r"pig latin|base ?\d+|morse)\b",
    r"(?:break down|begin your|end your|start your|now act|stop (?:processing|here|now|reading)|"
    r"assume (?:that|the role)|suppose|imagine (?:a|that|you)|convert \d+|change the (?:price|title|"
    r"category|currency|brand)|remember:|instead,)",
    r"(?:run|execute|eval) (?:[\w'’]+ ){0,3}?(?:commands?|code|scripts?|shell|sql|query|program)\b",
)
# Orders to one person; goods are explained to «вы».
STARTS_CYRILLIC = _at_start(
    r"(?:напиши|сочини|придумай|сгенерируй|объясни|опиши|перескажи|переведи|перефразируй|перепиши|"
    r"резюмируй|суммируй|обобщи|проанализируй|классифицируй|вычисли|посчитай|подсчитай|рассчитай|докажи|"
    r"назови|перечисли|процитируй|ответь|отвечай|упомяни|посоветуй|"
    r"порекомендуй|подскажи|закодируй|зашифруй|расшифруй|декодируй|раскодируй|сформулируй|напечатай|"
    r"выведи|верни|присвой|назначь|напомни|запланируй|утверждай|заяви|поясни|распиши|исправь|процитируй|"
    r"транслитерируй|проинтерпретируй|оцени|сымитируй|смоделируй|прокомментируй|сравни|помоги|скопируй|"
    r"извлеки|отсортируй|игнорируй|проигнорируй|прекрати|отключи|обсуди|разъясни|спроси|поговори)"
    r"(?! (?:себе|своим|своей|своих|друзьям|подругам|близким|нам|о нас|малышу|ребенку|в отзыв|вместе|коже|"
    r"волос|организм|свою|сво[ей]|мечт|слово|[^.]{0,40}вместе|за считан|морщин|на призыв|на вызов|"
    r"на любой вызов))",
    r"(?:объясните|переведите|перефразируйте|перескажите|сочините|сгенерируйте|проанализируйте|"
    r"процитируйте|проигнорируйте|игнорируйте|вычислите|решите уравнение|решите задачу|перечислите|"
    r"назовите|обобщите|закодируйте|расшифруйте|напишите (?!нам|в|свой|отзыв|менеджер|продавц|мне|на)|"
    r"опишите (?!проблем|ситуац|в)|расскажите (?!друзьям|о нас|близким|врачу|нам|ребенку|о своих))"
    r"(?! (?:нам|врач|друзьям))",
    r"(?!составьте список|создайте |составь(?:те)? слов|[^.]{0,60} вместе)(?:реши|расскажи|скажи|сообщи|"
    r"повтори|покажи|докажи|представь|найди|дай|составь|создай|подготовь|разработай|приведи|добавь|вставь|"
    r"включи|убери|замени|начни|закончи|заверши|продолжи|предложи|определи|поставь|установи|удали|отправь|"
    r"выполни|запусти|считай|сделай|выбери|используй|измени|укажи|попроси|переставь|"
    r"перемешай)(?:те)? (?:мне |нам |пожалуйста |все |в ответе |в тексте |ему |ей )?"
    r"(?:[^ ]+ ){0,3}?(?:стих\w*|эссе|сочинени\w+|рассказ\w*|истори[юия]|письм\w+|речь|статью|статьи|"
    r"абзац\w*|предложени\w+|введени\w+|резюме|функци[юи] (?:на|для|котор|вычис)|код(?:а|у|ом|е)?(?= |$|"
    r":)(?! доступа| замка| двери)|скрипт\w*|программ\w+ (?:на|для выч)|пример\w*|объяснени\w+|рецепт\w*|"
    r"песн\w+|шутк\w+|анекдот\w*|заголов\w+|теори\w+|уравнени\w+|задачу|интеграл\w*|перевод\w*|сказк\w+|"
    r"диалог\w*|поэм\w+|доклад\w*|"
    r"сообщени\w+|фраз[уыа]\w*|слов[оа] (?=[«\"\w])[^ ]*|буквы|гласн\w+|пробел\w*|символ\w*|эмодзи|"
    r"смайл\w*|хокку|тост|план (?:тренир|путеш|урок|статьи|действ|на|питан)\w*|список (?:дел|из|литератур|"
    r"стран|вопрос)\w*|sql\w*|запрос\w*|ошибк[уи] в|тональност\w+|определени\w+|информаци\w+ (?:о|об|про)|"
    r"исследовани\w+|что (?:ты|земля|этот|это|препарат|товар|сайт)|как (?:работает|устроен|сделать|"
    r"приготовить|решить|взломать)|"
    r"почему|зачем|ответ(?:а|у|ом|е)?(?= |$|,)|описани[еюя]|команд[уы]|базу|данные|файл\w*|"
    r"предупрежден\w+|дословно|погод\w+|инструкци\w+|проверенн\w+|одобренн\w+|товар\w* (?:проверен|"
    r"одобрен)|цену|стоимость|ссылк[уи]|html|json|python|java\w*|максимальн\w+|балл\w*|уверенн\w+|"
    r"категори\w+|тебе|себя как|роль|фильм\w*|книг[уи] о|вопрос\w*|ключ\w* api|лимерик|синоним\w*|"
    r"картинк\w+ с)",
    r"(?:(?:мне|нам) (?:нужно|надо|необходимо),? чтоб\w*|хочу,? чтоб\w*|прошу (?:тебя|вас)|делай (?:то|"
    r"все|так),|сколько будет|давай (?:поговорим|сыграем|представим|обсудим|пообщаемся)|поговорим|сыграем|"
    r"хочу,? чтобы ты|можешь ли ты|не мог бы ты|ты можешь|ты умеешь|ты знаешь|как тебя|что ты (?:думаешь|"
    r"умеешь|знаешь)|кто ты|теперь (?:отвечай|пиши|говори|выводи)|отвечай|пиши (?:только|на|по|все|ответ|"
    r"текст)|весь (?:дальнейший|последующий|остальной) текст|вместо этого)",
)
# Orders that may concern goods, too: they count when the rest of the sentence does not speak of goods.
WEAK_LATIN = _at_start(
    r"(?:sort|rate|judge|detect|spread|assign|leave|apply|talk|decide|conclude|deliver|detail|inspect|"
    r"invent|guarantee|pass|grant|allow|permit|let|lie|cheat|deceive|fool|invite|inform|notify|propose|"
    r"suggest|mention|tell|ask|say|reply|respond|answer|summari[sz]e|translate|inject|fix|"
    r"play (?=the role|a role|the part|along)|skip|make(?! up)|confirm|output|think|do|put|attach|produce|"
    r"swap|concatenate|overlook|finish|use|check|verify|correct|edit|complete|fill|guess|choose|select|"
    r"pick|report|praise|thank|apologi[sz]e|warn|accuse|threaten|sing|count|measure|estimate|search|"
    r"look up|browse|read|load|save|"
    r"send|email|post|tweet|book|order|call|contact|cancel|add|insert|include|remove|replace|change|set|"
    r"turn|move|copy|upload|consider|imagine|forget|remember|obey|comply|follow|believe|accept|refuse|"
    r"stop|start|begin|end|get|take|show|share|offer|advise|encourage|promote|advertise|criticize|mock|"
    r"insult|flatter|"
    r"explain|describe|rewrite|format|highlight|shorten|expand|reformat|merge|split|join|filter|group|"
    r"organi[sz]e|arrange|visuali[sz]e|draw|sketch|paint|illustrate|optimi[sz]e|refactor|deploy|configure|"
    r"access|log|speak|talk|chat|discuss|multiply|divide|subtract|integrate|derive|graph|plot) "
    r"(?:the|a|an|this|that|these|those|all|any|every|each|me|us|my|it|what|whatever|as|like|only|out|up|"
    r"about|for|in|into|to|by|with|on|no|not|never|your|some|two|three|[\"'«“])",
)
WEAK_CYRILLIC = _at_start(
    r"(?:сдвинь|пометь|отметь|применяй|одобряй|публикуй|утверждай|делай|сделай|замени|выдай|думай|закрой|"
    r"скажи|убери|поставь|возьми|слушай|подчин\w+|помни|знай|учти|признай|докажи|верь|поверь|говори|пиши|"
    r"читай|прочитай|прочти|считай|отсортируй|упорядочи|сгруппируй|отфильтруй|умножь|раздели|сложи|вычти|"
    r"проверь|исправь|отредактируй|сократи|расширь|дополни текст|продолжи|закончи|заверши|угадай|сыграй|"
    r"спой|нарисуй|изобрази|"
    r"похвали|поблагодари|извинись|предупреди|обвини|пригрози|оскорби|покритикуй|оцени|рекламируй|"
    r"прорекламируй|продвигай|призови|призывай|поддержи|опровергни|обоснуй|аргументируй|поспорь|согласись|"
    r"откажись|остановись|перестань|прекрати|начни|начинай|забудь|вспомни|повтори|повторяй|покажи|раскрой|"
    r"выведи|распечатай|сохрани|загрузи|скачай|отправь|"
    r"перешли|свяжись|позвони|закажи столик|забронируй|купи билет|найди|поищи|ищи|загугли|проведи|выполни|"
    r"исполни|запусти|протестируй|настрой|удали|сотри|измени|поменяй|переименуй|переведи|перенеси|"
    r"скопируй|вставь|добавь|включи|исключи|укажи|упомяни|пропусти|проигнорируй|подтверди|одобри|отклони|"
    r"прими|присвой|назначь|выбери|используй|используй только|сделай вид|представь|вообрази|предположи|"
    r"допусти|порассуждай|рассуждай|объясняй|отвечай|выдай|верни|дай|давай|составь|создай|разработай|"
    r"подготовь|придумай|реши|определи|установи|сравни|приведи|сформируй|построй|проставь|обмани|солги|"
    r"соври|врать|притворись),? "
    r"(?:[«\"]?[\w-]+)",
    r"не (?:[а-я]+(?:ай|яй|уй|юй)|пиши|говори|включи|добавь|упомяни|проверь|ставь|бери|верь|трогай|меняй|"
    r"переводи|удали|смотри) [\w«]",
    r"(?:требую|приказываю|ты (?:свобод|мо[йя]|на самом|сейчас|тут|здесь|получ|име|умн|глуп|прост|програм|"
    r"созд|можешь|умеешь|знаешь|отвеч|пиш|дума|раб)\w*)",
)
# Turkish puts the verb last; goods are explained with «-ınız».
TURKISH_ENDS = re.compile(
    r"(?<![^\W_])(?:yaz|anlat|acikla|cevir|hesapla|say|oner|ozetle|hazirla|listele|soyle|tekrarla|kodla|"
    r"sor|coz|uret|olustur|karsilastir|tanimla|yanitla|cevapla|dondur|sirala|tercume et|analiz et|"
    r"tekrar et|cevap ver|yanit ver|bahset|bahsetme|ver|unut|yok say|kullan|gonder|gonderme|"
    r"calistir|sil|davran|ekle|tartis|betimle|dusun|planla|duzelt|goster|ilet|belirt|bul|degistir|ikna et|"
    r"kontrol et|cikar|iptal et|reddet|kabul et|isaretle|oku|dinle|konus|kapat|atla|kaydir|cal|oyna|yazma|"
    r"soyleme|uyma)(?: misin)?\W*$|(?<![^\W_])(?:yaz|anlat|cevir|hesapla|ozetle|listele|yanitla|cevapla|"
    r"ver|oner|soyle|coz)(?:in|iniz|yin|yiniz|ar misin|er misin|ir misin|r misin)\W*$"
)
TURKISH_GOODS = re.compile(
    r"\b(?:sepete|hemen al|urunler\w*|kremi?|cilt|sac|kutu|paket|beden|hediye|cocuk|renk|"
    r"tak (?:ve )?calistir|ilkbahar\w*|sonbahar\w*|sezon\w*|mevsim\w*|kis(?:lik)?|kampanya|indirim|stok|"
    r"siparis|satin|fiyat|el kitab|suyla|su ile|yikama|duzenli|gunde|ince bir tabaka|uygula\w*)\b"
)

MARKUP = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|user|instructions?|prompt|human|ai|"
    r"tool_call|tool|function_call|context|untrusted|admin|override)\b[^<>\n]{0,40}>|"
    r"\{\{[^{}\n]{1,60}\}\}|\[(?:system|assistant|user|admin|instruction)\b[^\]\n]{0,40}\]|"
    r"#{2,} ?(?:system|instructions?|assistant|prompt|response|task|human|user|инструкци|система|новая|"
    r"talimat)\w*|[\"'](?:role|content|system_prompt|instructions?)[\"'] ?: ?[\"']|"
    r"(?:^|[\n.!?*»\"] ?)(?:assistant|human|system|ассистент|chatgpt|ai|llm|нейросеть|bot|бот|ии|"
    r"asistan|yapay zeka|admin|developer|system (?:message|prompt|note|override)|"
    r"ai assistant)(?: ?\*\*)? ?[:,] ?(?=[^\W\d_])(?!(?:ios|android|windows|harmony|bluetooth|операц|"
    r"no frost|nofrost|linux|мак|mac|[\w-]+,? \d))|"
    r"```|\bbegin[ _](?:system|prompt|instruct)\w*",
)
CODE = re.compile(
    r"(?<![^\W_])(?:rm -rf|drop table|select \* from|curl https?:|wget https?:|os\.system|subprocess\.|"
    r"eval\(|exec\(|print\(|console\.log|import os|for \w+ in range|def \w+\(|function \w*\(|"
    r"public static|#include|sudo |powershell|base-?64|base ?32|rot-?13|caesar cipher|morse code|whoami|"
    r"chmod |"
    r"(?:\\x[0-9a-f]{2}){4}|(?:[01]{8} ?){4}|(?:%[0-9a-f]{2}){6}|(?:&#x?[0-9a-f]{2,5};){4}|"
    r"(?:[0-9a-f]{2} ){10})|(?<![^\W_])(?:[a-zа-я][ .*_-]){9,}[a-zа-я](?![^\W_])"
)
ENCODED = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{16,4000}={0,2}")

QUESTION_EN = re.compile(
    r"(?:^|[:,;—–«\"“-] ?|(?:^| )(?:so|and|but|please|also) )"
    r"(?:what.s|(?:what|who|whom|whose|when|where|why|which)(?: [\w'’]+){0,3}? (?:is|are|was|were|did|"
    r"does|do|wrote|invented|discovered|painted|won|caused|has|have|had|can|could|would|will|should|"
    r"makes?|made|happened|came)|"
    r"how (?:do|does|did|is|are|was|can|could|to|many|much|would|should|long|far|old|tall|come|might)|"
    r"(?:can|could|would|will|do|does|did|is|are|was|were|have|has|should|may) (?:you|we|i|it|there|the|"
    r"this|that|a|he|she|they|someone|my|any|[a-z]+ing)) [^?]{1,240}\?"
)
GOODS_EN = re.compile(
    r"\b(?:it|its|this (?:product|item|set|cream|dress|one)|product|item|package|pack|box|kit|set|sizes?|"
    r"included?|contain|made of|wash|shipping|warranty|device|battery|fits?|material|ingredients?|"
    r"delivery|benefits?|you get|you receive|order|your (?:skin|hair|home|style|baby|kids?|family|body|"
    r"feet|look|room)|"
    r"skin|hair|use it|to use|how to (?:use|apply|wash|clean|order|store)|wear|looking for|tired of|want|"
    r"ready|need|choose|us|our|apply|take it|dose)\b"
)
QUESTION_RU = re.compile(
    r"(?:^|[:,;—–«\"-] ?)(?:а |и |но )?(?P<question>(?:кто|что|где|когда|почему|зачем|откуда|куда|"
    r"как(?:ой|ая|ое|ие|ого|ом|ую|им|ова|овы|ов)?|скольк\w+|чему|чем|чей|чья|в каком|в какой|в чем|"
    r"на какой|из чего|по какой|как\w+ из|правда ли|верно ли|можно ли|можешь|умеешь|знаешь|есть ли|"
    r"является ли|ты|который) [^?]{2,240}\?)"
)
GOODS_RU = re.compile(
    r"(?<![^\W_])(?:примен|использ|ухажив|ухаж|хран|заказ|куп(?:ить|и)|подойд|подход|вход|комплект|размер|"
    r"средств|товар|крем|выбрать|выбир|наш|вы(?![^\W_])|вам|вас|ваш|состав|упаков|доставк|оплат|принима|"
    r"нанос|чист|стира|мыть|носить|надев|сочета|работает это|издели|продукт|препарат|витамин|кож|волос|"
    r"лиц|аромат|подар|"
    r"(?:это|он|она|они|им|ей|его|ее|их|нас|мы|я|мне) |получ|ребен|дет|малыш|игра|книг|аппетит|приготов|"
    r"посуд|дом|квартир|машин|отлич|особен|преимущ|польз|уход|материал|ткан|цвет|фасон|обув|одежд|стил|"
    r"образ|сезон|гост|вечер|утр|герои|геро|автор|роман|тайн|убийц|убил|случил|любов|жизн|судьб|доктор)"
)
ADVERT_RU = re.compile(
    r"(?<![^\W_])(?:себя|себе|свой|свою|свои|своих|своим\w*|своего|своей|друзь\w+|подруг\w+|нам|близк\w+|"
    r"мечт\w+|вдохновен\w+|праздн\w+|настроен\w+|красот\w+|стиль\w*|комфорт\w*|уют\w*|удовольств\w+|"
    r"вкус\w*|скидк\w+|акци[яию]\w*|корзин\w+|сух(?:ой|ости)|проблем\w+|скук\w+|«?нет»?|"
    r"отличн\w+|идеальн\w+|тепл\w+|легк\w+|ярк\w+|масл\w+|вод[уоы]\w*|минут\w*|час(?:а|ов)?|мин\b|"
    r"секунд\w*|раз(?:а)? в|таблет\w+|капсул\w+|доз\w+|врач\w*|крышк\w+|режим\w*|кнопк\w+|батаре\w+|"
    r"фигур\w+|пазл\w*|конструктор\w*|набор\w*|шар\w*|украшен\w+|узор\w*|рисун\w+|поделк\w+|"
    r"открытк\w+)(?![^\W_])"
)
YOU_RU = re.compile(r"(?<![^\W_])(?:ты|тебя|тебе|тобой|тво[йяеиюем]\w*)(?![^\W_])")
QUESTION_TR = re.compile(
    r"(?<![^\W_])(?:nedir|neresi\w*|nerede\w*|kim(?:dir|di|ler)?|kac\w*|neden\w*|nicin|nasil\w*|hangi\w*|"
    r"ne zaman|ne|m[iu](?:sin|dir|siniz|yim)?)(?![^\W_])[^?]{0,80}\?"
)
GOODS_TR = re.compile(
    r"(?:kullan|urun|icer|icin|fayda|krem|beden|kargo|iade|siparis|cilt|sac|uygula|renk|numara|fiyat|"
    r"garanti|satin|paket|kutu|yikan|malzeme|kumas|boyut|olcu|hediye|neden biz|uyumlu|calisir|temizle|"
    r"saklan|tercih|kombin|giy|sik sorulan)"
)

BOOK = re.compile(
    r"(?<![^\W_])(?:роман[ае]?|детектив\w*|повест[ьи]|книг[аеиу]|триллер\w*|фэнтези|бестселлер\w*|"
    r"сказк[аи])(?![^\W_])"
)
HAN_ETC = re.compile(
    r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
SENTENCE = re.compile(r"(?:[^.!?…\n]|[.](?=[^\s.!?…]))+[.!?…]*[»\"”')\]]*|[.!?…]+")
#: The end of a line that is not the end of a sentence.
LINE_BREAK = re.compile(r"(?<=[^.!?…:\s]) ?\n\s*")
#: An English order may stand in a title without a full stop before it: «… Elbise What is the capital of …».
INNER_START = re.compile(
    r"(?<=[^\s.!?:;] )(?=[A-Z][a-z']+ (?:[a-z]|\d|[\"'«])|(?:Compare|Explain|Describe|Translate|"
    r"Summari[sz]e|Define|Write|Ignore|Disregard|Forget|Tell|Give|Create|Provide|Analy[sz]e|Discuss|List|"
    r"Name|Compose|Draft|Calculate|Respond|Convert) )|(?<=[а-яёА-ЯЁ0-9)»] )(?=[A-Z][a-z]+ )|"
    r"(?<=[A-Za-z0-9)] )(?=[А-ЯЁ][а-яё]+ )"
)
ENGLISH_WORD = re.compile(
    r"(?<![^\W_])(?:the|an?|of|to|is|are|was|were|be|you|your|i|me|my|we|us|it|that|this|these|those|what|"
    r"who|how|why|when|where|which|and|or|but|not|do|does|did|don.t|can|could|will|would|should|must|in|"
    r"on|at|for|from|with|by|as|if|have|has|had|there|their|his|her|he|she|they|them|all|any|some|about|"
    r"into|than|then|please)(?![^\W_])"
)
GERMAN_ETC_WORD = re.compile(
    r"(?<![^\W_])(?:der|die|das|und|ist|nicht|du|ich|sie|ein|eine|einen|dem|den|mir|dir|mit|fur|auf|von|"
    r"wie|was|wer|alle|bitte|sich|el|la|los|las|que|por|para|una|es|con|cual|como|le|les|des|est|et|vous|"
    r"je|tu|une|dans|pour|quel|quelle|il|che|di|per|non|sono|qual|mi)(?![^\W_])"
)
GOODS_ENGLISH = re.compile(
    r"\b(?:skin|hair|wash|water|apply|keep|store|children|machine|warm|size|cotton|made in|delivery|"
    r"warranty|care|comfort\w*|fit|designed|perfect|soft|ideal|suitable|features?|easy|daily|protect\w*|"
    r"face|body|baby|clean\w*|dry|ml|mg|tablets?|capsules?|ingredients?|eau de|quality|fabric|leather|"
    r"color|colour|printed|style|"
    r"contains?|directed|needed|cart|shop|gift|package|material|collection|edition|series|version|cover|"
    r"case|women.?s?|men.?s?|kids)\b"
)
LATIN = re.compile(r"[a-z]{2}")
CYRILLIC = re.compile(r"[а-я]{2}")
LATIN_WORDS = re.compile(r"[a-z] [a-z'’]+ [a-z]")
LETTERS = re.compile(r"[^\W\d_]+")

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
STYLED_LETTERS = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]")
BLANKS = re.compile(r"[^\S\n]+")
MIXED = re.compile(r"[a-z][а-яіј]|[а-яіј][a-z]")
LATIN_LETTER = re.compile(r"[a-z]")
CYRILLIC_LETTER = re.compile(r"[а-яіј]")
TO_LATIN = str.maketrans("асеорхукмтнвіј", "aceopxykmthbij")
TO_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
VARIANTS = tuple(zip("ёçğıöşüâîû", "еcgiosuaiu", strict=True))
