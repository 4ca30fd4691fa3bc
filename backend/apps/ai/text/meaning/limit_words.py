"""Words that say which side of a figure a text allows, in three languages, before and behind it."""

from __future__ import annotations

import re

#: What may stand between a limit and its figure («не раньше чем через 2 часа», «at most about 3»).
THEN = (
    r"\s(?:чем\s|than\s)?(?:(?:один\s|1\s)?раз(?:а|у)?\s)?(?:через\s|за\s|на\s|в\s|after\s)?(?:\w+\s)?[≈~+]?$"
)
MORE = (
    r"более|больше|дольше|выше|свыше|позднее|позже|чаще|дальше|далее|старше|тяжелее|превыша\w*|ст\.|"
    r"over|above|more than|longer than|older than|exceed\w*"
)
LESS = (
    r"менее|меньше|ниже|реже|короче|раньше|ранее|ближе|младше|моложе|легче|не достиг\w*|не исполнил\w*|"
    r"under|below|less than|younger than|more often|more frequently"
)
#: «максимум за 24 часа — 2 дозы»: the time within which so much is taken.
WITHIN = re.compile(r"\b(?:за|в|in) $")
SO_MUCH = re.compile(r"(?: -|:) \d")
#: «ниже 25 °C и куда не доберутся дети»: what is denied behind these is another thing.
OF_ANOTHER = re.compile(r" и (?:куда|где|чтобы|котор\w+|там|туда) ")
#: «не должна превышать», «не превышайте дозу в 4 таблетки»
MUST = r"(?:(?:долж\w+|может|могут|следует|рекоменд\w+|нужно|надо|must|should|does|do|to)\s)?"
COMPARED = re.compile(
    rf"(?:\b(не|ни|not|no|never)\s{MUST})?(?:\b({MORE})|\b({LESS})){THEN}|"
    r"\b(не|not)\s(?:\w+\s)?(?:превыша\w*|превыс\w+|exceed\w*)(?:\s\w+){1,4}\s$"
)
#: «Максимально допустимая доза за день — 4»
OF_WHAT = r"\w*\.?(?:\s(?!через|достиг|наступ|after|sonra)\w+){1,5}(?:\s?[-:])?\s$"
MOST = re.compile(
    r"(?:\bдо|\bмакс\.?|максим\w+|наибольш\w+|предел\w*|up to|at most|maximum|\bmax\.?|\bmaks\.?|"
    rf"en fazla|en cok|azami|maksimum){THEN}|"
    rf"\b(?:максим|наибольш|предельн|макс\b|maximum|maksimum|azami|en yuksek){OF_WHAT}|"
    r"(?<!не )(?<!не)[<≤]\s?$|\bне ?>\s?$"
)
OFTEN = re.compile(r"раз|every|кажд")
#: «интервал увеличивают до 8 часов»: to exactly so much.
CHANGED_TO = re.compile(
    r"\b(?:увелич|удлин|продл|повы[шс]|расшир|сокра[щт]|сниж|сниз|уменьш|доводят|довод|довед|нагре|согре|охла[жд]|extend|increas|reduc)\w*"
    r" (?:\w+ ){0,3}(?:до|to) $"
)
LEAST = re.compile(
    rf"(?:\bот|минимум|минимальн\w+|хотя бы|по меньшей мере|at least|minimum|\bmin\.|en az|asgari|en erken){THEN}|"
    rf"\b(?:минимальн|наименьш|minimum|asgari|en dusuk){OF_WHAT}|"
    r"(?<!не )(?<!не)[>≥]\s?$|\bне ?<\s?$"
)
SINCE = re.compile(r"(?:\bс|\bот|\bпосле|\bиз|\bfrom|\baged|достиг\w+)\s(?:\w+\s)?$")
MOST_BEHIND = re.compile(
    r"^\W*(?:максимум|(?:\w+ ){0,2}?(?:и|or|and) (?:менее|меньше|ниже|младше|less|under|below|younger))\b"
)
LEAST_BEHIND = re.compile(
    r"^\W*(?:минимум|(?:\w+ ){0,2}?(?:и|or|and) (?:более|больше|выше|старше|more|over|above|older|up))\b"
)
TURKISH_MORE = re.compile(
    r"^\W*(?:[\w'’]{1,6} )?(?:\w+ )?(?:uzeri\w*|ustu\w*|fazla\w*|buyuk\w*|uzun\w*|yuksek\w*|asan)\b"
)
TURKISH_LESS = re.compile(
    r"^\W*(?:[\w'’]{1,6} )?(?:\w+ )?(?:alti\w*|kucuk\w*|once\w*|dusuk\w*|kadar|sik|az)\b"
)
ABLATIVE = re.compile(r"[dt][ae]n$")
#: «30 dereceyi geçmeden», «4 tabletin üzerine çıkmadan», «5 günden uzun olmamak üzere», «2 g'ı aşan doz önerilmez».
NOT_EXCEEDED = re.compile(
    r"^\W*(?:[\w'’]{1,8} )?(?:\w+ )?(?:(?:asm|asil?ma|gecm|gecilme)\w+|"
    r"(?:uzerine|ustune) cik(?:ma|il?ma)\w+|(?:uzun|fazla|yuksek|cok) olmama\w+|"
    r"as[ai]n (?:\w+ ){1,4}(?:onerm|onerilm|alinma|kullan[iı]lma)\w+)"
)
DENIES = re.compile(
    # «Беречь от температуры выше 25 °C»; «беречь при температуре ниже 25 °C» only keeps.
    r"\b(?:не|нельзя|(?:бере[гч]|защи[щт])\w*(?=.*\bот\b)|избега\w*|not|never|no|avoid|protect|"
    r"keep from|keep (?:\w+ ){0,3}away|keep out of)\b"
)
DENIED_BEHIND = re.compile(
    # «старше 16 лет — не более 4 раз» denies no age.
    r"\bне (?!в\b|на\b|для\b|под\b|бол|мен|чаще|реже|дольше|поз[дж]|ран|выше|ниже|свыше)|\bнельзя"
)
#: «ближе 20 см к плите, раковине и окну не ставить»: commas of a list do not end what is forbidden.
DENIED_AT_END = re.compile(
    r"(?:(?!\w+(?:ть|ться|чь|йте)\b|\b(?:но|а|если)\b)[^.;:!?()])*\b(?:не|нельзя) \w+(?:ть|ться|ти|чь|йте|ите)\W*$"
)
OWN_WEIGHT = re.compile(r"\b(?:вес|масс)\w* (?:тела |пациента |больного |ребенка )?(?:до|от) $")
DISTANCE = re.compile(
    r"ближе|дальше|далее|отступ|расстояни|зазор|\bостав|держ|промежут|mesafe|uzakl|distance|\bgap\b|clearance|away|closer"
)
#: «не позднее чем за 2 недели до операции»: two weeks or more.
AHEAD = re.compile(r"(?:позднее|позже|раньше|ранее) (?:чем )?за ")
#: «не чаще чем каждые 6 часов»: six hours or more.
HOW_OFTEN = re.compile(r"(?:не |ни )?(?:чаще|реже) ")
#: «12 saat geçmeden», "until 2 hours have passed": before the figure is too early.
TOO_EARLY = re.compile(r"^\W*(?:\w+ )?(?:gecmeden|dolmadan)\b")


#: What is opened, mixed or prepared is used within the time that is given for it, however that is said.
SINCE_OPENED = re.compile(
    r"\b(?:вскры|откры|распечат|начат|пригот|развед|восстановл|растворен|смешив)\w*|\bopen(?:ed|ing)\b|\b(?:prepared|reconstitut\w+|mixing)\b|"
    r"\bac(?:il|tik|ma)\w*|\bhazirla\w*|\bsulandir\w*"
)
GONE_AFTER = re.compile(
    r"\b(?:через|по истечении|спустя|позднее|позже|дольше|более|больше)\b.*\b(?:не|нельзя|выбр|утилиз|уничтож)|"
    r"\b(?:не|нельзя|выбр\w+|утилиз\w+|уничтож\w+)\b.*"
    r"\b(?:через|по истечении|спустя|позднее|позже|дольше|более|больше)\b|"
    r"sonra (?:\w+ )?(?:kullanma|at[iı]n|imha)|\bdiscard|throw away|\bnot use\b|dispose"
)
STILL_SHUT = re.compile(
    r"\b(?:до|перед) \w*(?:вскры|откры)|\b(?:не|нев|нера)\w*скры|\bunopened|before (?:first )?opening|acilma(?:mis|dan)"
)
AT_ONCE = re.compile(
    r"\bразов\w+ доз|\bза (?:один |1 )?(?:раз|прием)\b|однократн|tek seferde|bir defada|\bat a time|single dose"
)
A_DAY = re.compile(
    r"\bсут|\bв день|\bза день|24 час|\bgun(?:de|luk)|24 saat|\bdaily|\ba day|per day|24 hours"
)


#: «если не использовали больше 5 дней»: it tells how long, and allows neither side.
WAS_NOT = re.compile(
    r"\b(?:не|ни) \w+(?:л|ла|ло|ли|лся|лась|лось|лись)\b|\b(?:has|have|had|was|were)(?: not|n't)\b"
)

#: «если кашель не проходит дольше недели»
DOES_NOT = re.compile(
    rf"{WAS_NOT.pattern}|\b(?:не|ни) \w+(?:[еуюая]т|ит)(?:ся)?\b|\b(?:does|do)(?: not|n't)\b"
)
#: «не более 28 дней при температуре ниже 30 °C»: what it denies is another limit.
NO_MORE = re.compile(rf"\b(?:не|ни|not?) (?:{MORE}|{LESS}|достиг\w*|исполн\w*)")
#: «опасность удушья для детей младше 3 лет»: those who might choke are those whom it is not for.
ENDANGERS = re.compile(
    r"\b(?:опасност|риск|угроз)\w* (?:удуш|подав|прогл|попер)\w* (?:для|у) |"
    r"\bchoking (?:hazard|risk|danger) (?:for|to) "
)
#: «Детям младше 12 лет — только по назначению врача», «если нужно более 3 дней, спросите врача»: allowed on advice.
ON_ADVICE = re.compile(
    r"врач|консульт|педиатр|специалист|медик|медработ|медицинск\w+ работ|фармацевт|"
    r"doctor|medical advice|physician|health (?:care )?prof|pharmacist|doktor|hekim|eczaci|saglik"
)
#: «Дольше двух недель — только с врачом»
ONLY = re.compile(r"^[^.;]{0,20}(?:только|лишь|исключительно)\b")
#: «7 günü aşan kullanım için doktorunuza danışınız»
LONGER_USE = re.compile(
    r"^\W*(?:[\w'’]{1,6} )?(?:asan|gecen|fazla|uzun)(?: sureli| sureyle)? kullan\w+ (?:icin|halinde|durum\w+|once)"
)
