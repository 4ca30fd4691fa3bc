"""Passages of a product text that speak to a language model instead of a buyer.

Patterns follow kinds of attack, in Russian, English, Turkish and Chinese: orders to drop earlier instructions, a new
role, chat markup, steering of the verdict, leaking of the prompt, hidden payloads, remarks on "your answer", and tasks
that no product text sets (explain, translate, compose, solve). A text that trips one goes to a moderator: a false alarm
costs a look, a miss may cost a card. The patterns are a net and no wall: what a model may do is limited elsewhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text import units
from apps.ai.text.html import to_text

_LONGEST_QUOTE = 300

_OVERRIDE = (
    # ignore / forget / disregard (all) (previous) instructions
    r"(?:ignore|disregard|forget|override|bypass|skip|drop)\s(?:\w+\s){0,4}(?:instructions?|prompts?|rules?|"
    r"guidelines?|"
    r"directions?|context|commands?|constraints?|polic(?:y|ies)|everything|above|previous\w*)",
    r"(?:do\snot|don'?t|never)\s(?:follow|obey|use)\s(?:\w+\s){0,4}(?:instructions?|prompts?|rules?|guidelines?)",
    r"(?:new|updated|real|actual|following|important)\s(?:system\s)?instructions?\s?(?::|follow|are|from)",
    r"(?:игнориру\w*|проигнорируй\w*|забудь\w*|отмени\w*|отбрось\w*|обойди\w*|не\s(?:следуй|соблюдай|выполняй|обращай"
    r"\sвнимани\w)\w*)\s(?:\S+\s){0,5}?(?:инструкци\w+|указани\w+|правил\w*|промпт\w*|команд\w*|запрос\w*|"
    r"контекст\w*|"
    r"предыдущ\w+|вышесказанн\w+|все\sвыше)",
    r"(?:instructions?|directions?|rules?|guidelines?|prompts?)\s(?:\w+\s){0,3}?(?:are|is)\s(?:now\s)?(?:void|"
    r"cancell?ed|revoked|obsolete|"
    r"invalid)|ignore\sthe\sproduct|(?:stop|прекрати)\s(?:processing|обработк\w+|анализ\w*)|reprogrammed",
    r"забудь(?:те)?\s(?:все|обо\sвсем),?\s(?:что|о\sчем)|не\s(?:учитыва\w+|"
    r"принима\w+\sво\sвнимание)\s(?:\S+\s){0,3}?(?:инструкци\w+|"
    r"указани\w+|правил\w*|промпт\w*|предыдущ\w+)",
    r"(?:önceki|yukarıdaki|tüm|bütün)\s(?:\S+\s){0,3}?(?:talimat\w*|komut\w*|kural\w*|yönerge\w*|"
    r"istem\w*)\S*\s(?:\S+\s){0,3}?"
    r"(?:yok\ssay\w*|unut\w*|görmezden\w*|dikkate\salma\w*|uyma\w*|geçersiz\w*|göz\sardı\w*)",
)
_ROLE = (
    r"(?:you\s(?:are|were)\s(?:now|actually|no\slonger|an?\s(?:ai|assistant|expert|language|chatbot|helpful|terminal|"
    r"unrestricted))|from\snow\son,?\s(?:you|act|ignore|answer|respond)|(?:act|behave|respond|reply|"
    r"answer)\sas\s(?:if|an?|the|though)"
    r"|pretend\s(?:to\sbe|that|you)|as\san?\s(?:ai|language\smodel|assistant)\b|developer\smode|jailbreak\w*|"
    r"your\s(?:new\s)?(?:task|job|role|goal|mission)\s(?:is|now)|dear\s(?:ai|llm|language\smodel|assistant|model)|"
    r"do\sanything\snow)",
    r"(?:(?:ты\s(?:теперь|отныне|сейчас)|теперь\sты|отныне\sты|с\sэтого\sмомента\sты)\s(?:-\s|не\s)?(?:долж\w+|"
    r"будешь|действу\w+|"
    r"отвеча\w+|явля\w+|(?:\S+\s)?(?:помощник\w*|ассистент\w*|бот|чат-?бот|модел\w+|терминал\w*|пират\w*|"
    r"эксперт\w*|переводчик\w*|"
    r"админ\w*|поэт\w*|писател\w+|консол\w+))|ты\sбольше\sне\s|"
    r"ты\s(?:-\s)?(?:языков\w+\sмодел\w+|ии|нейросет\w+|ассистент|чат-?бот\w*|искусственн\w+\sинтеллект)|"
    r"веди\sсебя\sкак|"
    r"действуй\sкак|отвечай\sкак|притворись|сыграй\sроль|представь,?\sчто\sты|тво[яй]\s(?:новая\s)?(?:задача|"
    r"роль|цель)\s|"
    r"ты\sдолжен\s(?:ответить|написать|игнорировать|вернуть|одобрить|вывести|поставить|присвоить))",
    # a machine called by its name
    r"(?:assistant|ai(?:\s(?:assistant|model))?|llm|chatgpt|gpt|bot|нейросеть|ассистент|ии(?:-\w+)?|бот|"
    r"yapay\szeka|asistan)\s?[,:]\s\w|"
    r"модель,\s\w+(?:й|и|ь)(?:те)?\s|(?:note|message|instructions?|attention|warning)\s(?:to|for)\s(?:the\s|"
    r"all\s)?(?:ai|llm|"
    r"assistant|language\smodel|bot)\w*|(?:обращение|внимание|инструкция)\s(?:к|для)\s(?:ии|нейросет\w+|модели|"
    r"бот\w+|ассистент\w+)",
    r"(?:sen\sartık|artık\ssen|bundan\sböyle|şu\sandan\sitibaren)\s\w+|(?:gibi|olarak)\s(?:davran|rol\syap|"
    r"yanıt\sver|cevap\sver)\w*",
    r"(?:если|if)\s(?:ты|вы|you)\s(?:-\s|are\s)?(?:(?:an?\s)?(?:ии|нейросет\w+|языков\w+\sмодел\w+|бот|ai|llm|"
    r"language\smodel|"
    r"bot|assistant))",
)
_MARKUP = (
    r"<\|[^|<>]{1,40}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|user|instructions?|prompt|human|ai|tool_call)>",
    r"(?:^|\n|\.\s|\*\*)(?:assistant|human|ассистент)\s?(?:\*\*)?:\s\S",
    r"(?:^|\n|\.\s|\*\*)(?:system|user|ai|система|пользователь|sistem)(?:\s(?:message|prompt|note|"
    r"сообщение))?\s?(?:\*\*)?:\s(?:\S+\s){0,4}?"
    r"(?:you|your|set|ignore|approve|respond|reply|answer|output|act|classify|category|confidence|instructions?|"
    r"prompt|ты|поставь|одобри\w*|"
    r"игнорируй\w*|категори\w+|уверенн\w+|отве\w+|инструкци\w+|onayla\w*|kategori\w*|talimat\w*|yanıt\w*)",
    r"[\"']role[\"']\s?:\s?[\"'](?:system|assistant|user)",
    r"#{2,}\s?(?:system|instructions?|assistant|prompt|response|инструкци\w+\sдля\s(?:модел|ии|бот)\w*|task)\b",
    r"(?:begin|end|start)\s(?:of\s)?(?:system|hidden|secret|new)\s(?:prompt|instructions?|message)",
)
_STEERING = (
    r"(?:set|put|give|assign|return|output|use|поставь\w*|установи\w*|присво\w+|укажи\w*|верни\w*|выстав\w+|"
    r"задай\w*)\s(?:\S+\s){0,4}?"
    r"(?:confidence|уверенност\w*|score|оценк\w*|rating\sto|category_?id|категори\w+\s(?:id|номер|как|на|=))",
    r"(?:confidence|уверенност\w+|güven\s(?:skoru\w*|puanı\w*))\s?(?:score)?\s?(?:is|to|=|:|должна\sбыть|равна|"
    r"на)\s?(?:0[.,]\d+|1(?:[.,]0)?|100)\b",
    r"(?:approve|accept|auto-?approve|whitelist|publish)\s(?:\w+\s){0,2}(?:this|the|it|automatically|"
    r"immediately|without)\b",
    r"(?:mark|classify|label|treat|rate|categori[sz]e)\s(?:this|it|the\sproduct|the\sitem|the\sabove|"
    r"everything)\s(?:\S+\s){0,4}?(?:as|into|under)\b",
    r"(?:одобри\w*|утверди\w*|подтверди\w*|опубликуй\w*)\s(?:\S+\s){0,2}?(?:эт\w+|товар\w*|карточк\w+|"
    r"автоматически|без\s(?:проверки|модерации))",
    r"(?:не\s(?:отправля\w+|передава\w+|показыва\w+|направля\w+)|без)\s(?:\S+\s){0,2}?(?:на\s)?(?:модераци\w+|"
    r"модератор\w*|ручн\w+\sпроверк\w+)",
    r"(?:do\snot|don'?t|never)\s(?:send|forward|submit|show|pass)\s(?:\w+\s){0,4}?to\s(?:the\s|"
    r"a\s)?(?:moderat\w+|human\w*|review\w*)",
    r"(?:the\s)?(?:correct|right|true|only)\s(?:category|answer|label)\s(?:is|must|should)|(?:choose|select|"
    r"pick|выбери|выбирай)\w*\s"
    r"(?:\S+\s){0,3}?(?:category|категори\w+)",
    r"güven\s(?:skor|puan|değer)\w*\s\S{0,12}\d|kategori(?:si)?(?:ne|ni|\solarak)\s(?:\S+\s)?(?:koy|ata|"
    r"yerleştir|seç|yaz)\w*",
    r"(?:already|уже|zaten)\s(?:been\s)?(?:approved|verified|reviewed|checked|одобрен\w*|проверен\w*|"
    r"подтвержден\w*|onaylan\w+)"
    r"(?:\s(?:by|модератор\w+|редактор\w+|администратор\w+)|\sthis)",
    r"(?:^|(?<=[,.!?:]\s))(?:публикуй|опубликуй|классифицируй|обработай|onayla|yayınla)\b|(?:hemen|direkt|"
    r"otomatik)\syayınla\w*|"
    r"kontrol\setme(?:den)?\b",
    r"(?:skip|bypass|avoid|without|no\sneed\sfor)\s(?:\w+\s){0,2}(?:moderation|moderators?|human\sreview|"
    r"the\sreview)",
    r"(?:bu\sürünü|ürünü|otomatik(?:\solarak)?)\s(?:\S+\s){0,2}?onayla\w*|moderasyon\w*\s(?:gönderme|atla)\w*",
    r"(?:отнеси|определи|помести|классифицируй)\w*\s(?:\S+\s){0,3}?(?:в\sкатегори\w+|к\sкатегори\w+|категори\w+|"
    r"как)\b",
)
_LEAK = (
    r"(?:system|initial|hidden|original|secret|your|full|previous)\s(?:system\s)?(?:prompts?|instructions?)\b",
    r"(?:системн\w+|скрыт\w+|исходн\w+|сво[ийюяею]\w*|тво[ийюяею]\w*|ваш\w*|начальн\w+|"
    r"первоначальн\w+)\s(?:промпт\w*|подсистемн\w+\sинструкци\w+)",
    r"(?:покажи|выведи|раскрой|повтори|напечатай|процитируй|перескажи|"
    r"сообщи)\s(?:мне\s)?(?:\S+\s){0,3}?(?:инструкци\w+|промпт\w*|правил\w+|указани\w+|ключ\w*|секрет\w*)",
    r"(?:print|show|reveal|repeat|output|display|tell|share|leak)\s(?:\w+\s){0,5}?(?:system\s(?:message|prompt)|"
    r"words?\sabove|text\sabove|"
    r"everything\sabove|instructions?\sabove)",
    r"(?:output|print|reveal|show|dump)\s(?:me\s)?(?:your|the\ssystem'?s?)\s(?:config\w*|instructions?|prompts?|"
    r"rules?|system|settings?|"
    r"memory|context)|системн\w+\s(?:указани|инструкци|сообщени|настройк)\w+|"
    r"(?:перечисли|назови|опиши|раскрой)\s(?:все\s)?(?:сво|тво|ограничени)\w*",
    r"sistem\s(?:mesaj|istem|komut|talimat|prompt)\w*|talimatlar\w*\s(?:göster|yaz|açıkla|tekrarla)\w*|istemini\s\w+",
    r"(?:api|access|secret)[\s_-]?(?:key|token)s?\b|environment\svariables?|переменн\w+\sокружени\w+",
)
_PAYLOAD = (
    r"base-?64|rot-?13|hex-?(?:encoded|decode)|(?:decode|deobfuscate|декодируй|расшифруй|раскодируй)\w*\s\S+|"
    r"url-?encoded",
    r"(?:run|execute|eval|выполни|запусти|çalıştır)\w*\s(?:\S+\s){0,3}?(?:command|code|script|shell|sql|query|"
    r"команд\w+|код\w*|скрипт\w*|запрос\w*|komut\w*|kodu?)\b",
    r"rm\s-rf|drop\stable|curl\shttps?:|wget\shttps?:|powershell|os\.system|subprocess\.",
    r"(?:download|install|скачай\w*|установи\w*)\s(?:\S+\s){0,5}?(?:from|from:|с\sсайта|at)\s(?:https?://|"
    r"www\.)?[\w-]+\.\w{2,}",
)
# A long run of the Base64 alphabet with both cases and a digit.
_ENCODED = re.compile(
    r"(?<![a-zA-Z0-9+/=])(?=[a-zA-Z0-9+/]{40})(?=[a-zA-Z0-9+/]{0,60}[a-z])(?=[a-zA-Z0-9+/]{0,60}[A-Z])(?=[a-zA-Z0-9+/]{0,60}\d)"
    r"[a-zA-Z0-9+/]{40,400}={0,2}"
)
_ANSWER = (
    r"(?:your|the|each|every)\s(?:final\s|next\s|entire\s|whole\s)?(?:answers?|responses?|reply|replies|output|"
    r"messages?|completion)\b"
    r"(?!\s(?:time|card|rate|is\sin))",
    r"(?:respond|reply|answer|output|print|say|return)\s(?:me\s)?(?:only|with|exactly|in|just|using|nothing|"
    r"back|the\sfollowing|\"|«|')",
    r"(?:в\s|на\s)?(?:тво[еёийм]\w*|сво[еёи]\w*|ваш\w*|итогов\w+)\s(?:ответ\w*|отклик\w*|вывод\w*|"
    r"сообщени\w+)(?!\s(?:о|по|на|важ|помо|оцен))",
    r"(?:ответь|отвечай|выведи|напечатай|верни|скажи)\s(?:мне\s)?(?:только|исключительно|на\s\w+\sязыке|словом|"
    r"одним|следующ\w+|"
    r"фраз\w+|текст\w*|json|\"|«|:|строк\w+|формат\w*)",
    r"(?:return|output|produce|print|верни|выведи)\s(?:\S+\s){0,4}?json",
    r"(?:in|to|of)\s(?:the|any|every)\s(?:text|answer|reply|description)s?\s(?:that\s)?you\s(?:write|produce|"
    r"generate|return|create)",
    r"отвечай\s(?:\S+\s){0,2}?(?:от\sимени|как|по|в\sстиле)|(?:верни|выдай)\s(?:пуст\w+|ответ\w*|строк\w+|"
    r"значени\w+|результат\w*)",
    r"в\s(?:своем\s|твоем\s)?ответе\s(?:не\s)?(?:\w+\s)?(?:использу|пиши|напиш|укажи|добавь|упомян|должн)\w*",
    r"пиши\s(?:\S+\s){0,2}?на\s(?:английск|русск|турецк|французск|немецк|китайск|испанск)\w+",
    r"(?:cevab|yanıt|çıktı)(?:ın|ini|ında|ınıza|ınızda|ını|ınızı|ınıza)\w*\s\S+|(?:sadece|yalnızca|şöyle|"
    r"şunu)\s(?:\S+\s){0,4}?(?:yaz|cevap\sver|yanıtla|söyle|döndür)\w*",
)
_TEXT_OBJECT = (
    r"(?:poems?|essays?|stor(?:y|ies)|letters?|speech(?:es)?|articles?|paragraphs?|sentences?|introductions?|"
    r"summar(?:y|ies)|"
    r"functions?|code|scripts?|programs?|examples?|explanations?|lists?\sof|recipes?|songs?|jokes?|headlines?|"
    r"slogans?|emails?|e-mails?|"
    r"plot|theor(?:y|ies)|process(?:es)?|lifecycle|life\scycle|equations?|equivalent|translations?|dialogues?|"
    r"reviews?\sof|reports?|reasons?)"
)
_RUSSIAN_TEXT_OBJECT = (
    r"(?:стих\w*|эссе|сочинени\w+|рассказ\w*|истори\w+|письм\w+|речь|стать\w+|абзац\w*|предложени\w+|введени\w+|"
    r"резюме|функци\w+|код\w*|"
    r"скрипт\w*|программ\w+|пример\w*|объяснени\w+|рецепт\w*|песн\w+|шутк\w+|анекдот\w*|заголов\w+|отзыв\w*|"
    r"теори\w+|уравнени\w+|задач\w+|"
    r"перевод\w*|диалог\w*|поэм\w+|доклад\w*|сообщени\w+|текст\w*|фраз\w+)"
)
# Where an order begins: a sentence, a clause, a quotation, or after a word of politeness.
_START = (
    r"(?:^|(?<=[.!?:;…\n»\")])\s?|(?<![^\W_])(?:please|now|then|and|also|kindly|пожалуйста|теперь|затем|"
    r"а\sтакже|lütfen)\s)"
)
_ORDERS = (
    # what no description ever orders its reader to do
    r"(?:explain|describe|draft|compose|translate|summari[sz]e|paraphrase|elaborate|rephrase|rewrite|misspell|"
    r"scramble|jumble|"
    r"anagram|rearrange|render|substitute|spell|recite|calculate|compute|solve|prove|brainstorm|outline|"
    r"tell\sme|show\sme|give\sme|"
    r"help\sme|teach\sme)\b(?!\s(?:your\s(?:style|own)|yourself|in\sone\sword))",
    r"(?:write|provide|develop|create|generate|produce|make\sup|invent|list|introduce|break\sdown|include|add|"
    r"insert|integrate|"
    r"modify|enhance|augment|tease|suggest|mention|append|prepend|end|start|"
    r"begin)\s(?:\S+\s){0,6}?" + _TEXT_OBJECT + r"\b",
    r"(?:replace|convert|remove|group|combine|use|insert|reverse|capitali[sz]e|encode|shift|swap)\s(?:\S+\s){0,4}?"
    r"(?:letters?|vowels?|consonants?|words?|spaces|punctuation|symbols?|characters?|typos|numbers\sfor|anagrams?)\b",
    r"(?:write|provide|generate|produce|create)\s(?:me\s|us\s)?(?:an?\s|the\s|some\s|your\s|"
    r"\d+\s)?(?:\w+\s){0,2}" + _TEXT_OBJECT + r"\b",
    r"(?:напиши|сочини|придумай|составь|сгенерируй|создай|приведи|разработай|подготовь|добавь|вставь|включи|"
    r"упомяни|допиши)\s"
    r"(?:\S+\s){0,4}?" + _RUSSIAN_TEXT_OBJECT,
    r"(?:объясни|переведи|перескажи|расскажи|реши|докажи|вычисли|посчитай|опиши|перефразируй|перепиши|"
    r"процитируй|ответь|сравни|"
    r"переставь|зашифруй)(?:те)?\s(?!друзьям|подругам|о\sнас|близким|слов\w+|картинк\w+)\S+",
    r"(?:сформулируй|перечисли|назови)\s(?:\S+\s){0,2}?(?:вопрос\w*|факт\w*|причин\w*|пример\w*|слов\w*|"
    r"стран\w*|столиц\w*)",
    r"(?:замени|убери|удали|перемешай|используй)(?:те)?\s(?:\S+\s){0,4}?(?:букв\w*|гласн\w+|пробел\w*|"
    r"слов\w*\sв|символ\w*)",
)
_TURKISH_ORDERS = (
    r"(?:şiir|makale|hikaye|mektup|kodu?|fonksiyon|özet|paragraf|deneme|konuşma|şarkı)\s(?:\S+\s){0,2}?(?:yaz|"
    r"oluştur|üret|hazırla)(?:ın|ınız|ar\smısın)?\b",
    r"(?:ingilizce|türkçe|fransızca|almanca|rusça|ispanyolca)\S*\s(?:çevir|tercüme\set)\w*|\b(?:açıkla|anlat|"
    r"hesapla|çöz)(?:ar\smısın|yın)?\s?[.!]",
)
_PRODUCT_QUESTION = (
    r"(?!.*\b(?:it|its|this|product|item|package|pack|box|kit|set|size|included|contain|made\sof|wash|shipping|"
    r"warranty|"
    r"device|battery|fit|material|ingredients?|delivery|benefits?|you\sget|your)\b)"
)
_QUESTION = (
    # general knowledge asked in English: what is the capital of …, who wrote …, how do solar panels work
    r"(?:^|[.!?\n]\s*)(?:(?:what|who|when|where|why|which)(?:\s(?:year|country|city|language|planet|"
    r"animal))?(?:'s|\s(?:is|are|was|were|did|does|do|wrote|invented|discovered|"
    r"painted|won|caused|has|have|can|would))|how\s(?:do|does|did|can|to|many|much|would)|(?:can|could|would|"
    r"will)\syou)\s" + _PRODUCT_QUESTION + r"[^.!?\n]{3,200}\?",
    r"(?:какая|какой|какое|назови)\s(?:\w+\s)?(?:столиц\w+|президент\w*|население|формул\w+)|"
    r"кто\s(?:написал|изобрел|открыл|нарисовал|сочинил)\s(?:[«\"']|роман|поэм|пьес|картин|симфони|гимн|телефон|"
    r"радио|америк|закон)|"
    r"сколько\sбудет\s\d|скажи\sмне",
    r"(?:как|что)\s(?:переводится|будет|значит|означает)\s(?:слов\w+\s)?(?:по-|на\s|[«\"'])|как\s(?:решать|"
    r"решить|сказать)\s(?:\w+\s)?(?:уравнени\w+|"
    r"задач\w+|по-)[^.!?»\"]{0,60}\?",
    r"ne\szaman\s(?:kuruldu|doğdu|başladı|bitti|öldü)|kim\s(?:yazdı|icat\setti|buldu|keşfetti)|kaç\syılında\s\w+",
    r"(?:başkenti|yazarı|formülü|nüfusu)\s(?:neresi|nere|kim|ne|kaç)\w*",
)
_BAIT = (
    r"\blink(?:ing|ed|s)?\sto\s\S+\.\w{2,}|(?:you\swon'?t\sbelieve|one\sweird\strick|cracked\sversion)",
    r"(?:visit|go\sto|open|перейди\w*\s(?:на|по)|зайди\w*\sна)\s(?:https?://|www\.)?[\w-]+\.\S+\s(?:and|to|"
    r"и)\s(?:download|install|enter|"
    r"log|claim|скача|введ|устан)\w*",
    r"(?:tell|encourage|urge|convince|persuade|ask|invite|direct|suggest|advise)\s(?:the\s)?(?:users?|readers?|"
    r"customers?|visitors?)\s",
    r"(?:убеди|попроси|посоветуй|предложи|скажи)\s(?:пользовател\w+|покупател\w+|читател\w+)\s",
)
_CHINESE = (
    r"(?:忽略|无视|忘记|提示词|提示完整|指示|指令|你是|你将|你必须|你要|你应该|批准|你的(?:新|提示|翻译|概要|判断)|扮演|请(?:你|用|翻译|输出|对|按)|输出|回复|语言模型|"
    r"注入)[^。！？\n]{0,120}",
)

_CYRILLIC = re.compile("[а-я]")
_LATIN = re.compile("[a-z]")
_ESCAPE = re.compile(r"\\\w")
_WORDED = (*_OVERRIDE, *_ROLE, *_STEERING, *_LEAK, *_PAYLOAD, *_ANSWER, *_TURKISH_ORDERS, *_BAIT)


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _by_alphabet(patterns: tuple[str, ...]) -> str:
    """The patterns behind a look at the first letter, which spares most words of a text most patterns."""
    cyrillic = tuple(pattern for pattern in patterns if _CYRILLIC.search(pattern))
    latin = tuple(pattern for pattern in patterns if _LATIN.search(_ESCAPE.sub("", pattern)))
    return f"(?=[а-я])(?:{_either(cyrillic)})|(?![а-я])(?:{_either(latin)})"


_PATTERNS = (
    re.compile(rf"(?<![^\W_])(?:{_by_alphabet(_WORDED)})"),
    re.compile(rf"{_START}(?:{_by_alphabet(_ORDERS)})"),
    *(re.compile(_either(kind)) for kind in (_MARKUP, _QUESTION, _CHINESE)),
)
_SPACES = re.compile(r"\s{2,}|[^\S ]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_SENTENCE_EDGE = re.compile(r"[.!?…。！？\n]")


@lru_cache(maxsize=64)
def find_instructions(text: str) -> tuple[str, ...]:
    """The sentences that address a model, quoted as they stand, in order of appearance; () for a product text.

    Markup is looked at as well: an order in an HTML comment or an attribute is read by a model, too.
    """
    found: list[tuple[int, str]] = []
    bare = to_text(text) if "<" in text or "&" in text else text
    for reading in dict.fromkeys((_readable(text), _readable(bare))):
        lowered = units.fold(reading)
        for pattern in _PATTERNS:
            found += [_sentence(reading, match) for match in pattern.finditer(lowered)]
        found += [_sentence(reading, match) for match in _ENCODED.finditer(reading)]
    return tuple(dict.fromkeys(quote for _, quote in sorted(found)))


def _readable(text: str) -> str:
    """The text without invisible characters, every run of spaces as one space or one line break."""
    return _SPACES.sub(lambda run: "\n" if "\n" in run[0] else " ", _UNSEEN.sub("", text))


def _sentence(text: str, match: re.Match[str]) -> tuple[int, str]:
    """Where the sentence around a match begins, and the sentence."""
    start = match.start() + (len(match[0]) - len(match[0].lstrip(' .!?:;…\n»")')))
    edges = list(_edges(text, max(0, start - _LONGEST_QUOTE), start))
    begin = edges[-1] if edges else max(0, start - _LONGEST_QUOTE)
    after = _SENTENCE_EDGE.search(text, match.end() - 1)
    end = after.end() if after else len(text)
    quote = text[begin : min(end, begin + _LONGEST_QUOTE)].strip()
    return begin, quote


def _edges(text: str, start: int, end: int) -> Iterator[int]:
    return (edge.end() for edge in _SENTENCE_EDGE.finditer(text, start, end))
