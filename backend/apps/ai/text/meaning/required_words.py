"""Words by which a source stresses what a card may not leave out, in three languages, small and without marks."""

from __future__ import annotations

import re

COURSE = re.compile(
    r"курс|продолж|длительн|не (?:более|больше|дольше)|дольше|подряд|в течение|"
    r"\bboyunca|\bkur|\buzun|\bfazla|\basm|\bsurer|"
    r"\bgecme|no more|not more|longer|\bfor up to|\bcourse|\bmaximum"
)
OPENED = re.compile(r"вскрыт|открыт|acildik|acilis|opening|opened|годен|raf omru|срок")
FREE = re.compile(
    r"icerm|\bfree\b|yoktur|не содерж|\bno added|не добавл|eklenmem|ilave|"
    r"\bбез\b(?! (?:\w+ )?(?:консультац|назначен|совет|разрешен|контрол|рекоменд|рецепт|надзор|присмотр|врач))"
)
STRESSED = re.compile(
    r"перерыв|интервал|промежут|\bмежду\b|arasinda|\barada\b|\bbetween\b|surgery|операц|kesilmeli|at once|"
    r"immediately|"
    r"\barayla\b|\bapart\b|known effect|известн\w+ (?:эффект|действ)|bilinen etki|etkisi bilinen|"
    r"hemen doktor|срочно|немедленно|учитыва|учесть|учтите|dikkate al|into account|"
    r"bear in mind|опасн|разделя|медицинск\w+ персонал|saglik personel|healthcare prof|"
    r"etkilesim|interact|взаимод|усилива\w+ действ|(?:снижа|ослабл)\w+ (?:действ|эффект)|"
    r"etkisini (?:azalt|artir|zayiflat)|"
    r"yan etkileri artir|warning|удуш|choking|обязательн|\bmutlaka"
)
ALLERGENS = re.compile(
    r"аллерген|след(?:ы|ов|ах|ами)\b|следов(?:ые|ых|ыми?) количеств|traces|"
    r"may (?:also )?contain|iz miktar|eser miktar|icerebilir|может содерж|могут содерж|"
    r"alerjen|allergen|urunu icerir|islen\w+ (?:bir )?(?:tesis|ortam)|ayni tesis|"
    r"(?:same|shared|a) (?:facility|equipment)|"
    r"(?:возможн\w+|допуска\w+) (?:содержани|наличи|присутстви|примес)|"
    r"(?:наличи|присутстви|примес)\w* (?:\w+ ){1,3}возможн|"
    r"содерж\w* (?:\w+ )?(?:молочн|соев|рыбн|яичн|орехов|пшеничн|глютен|лактоз)|"
    r"(?:предприяти|производств|лини|цех|завод)\w*,? (?:на )?(?:где|котор\w+)|"
    r"\b(?:on|in) (?:a|the same) (?:line|plant|factory|kitchen)|"
    r"bulunan (?:bir )?(?:tesis|hat|ortam)|(?:ayni|bir) (?:hat|makine|tesis)|"
    r"uretim hatti|manufactured where|produced where|"
    r"на (?:том|этом) же (?:производств|предприят)|"
    r"(?:возможн\w+|мо[жг]\w+ (?:вызвать|вызывать)|вызыва\w+) (?:\w+ )?аллерг|"
    r"alerji\w* (?:\w+ )?(?:neden|yap|yol)|may cause an? allerg|"
    r"contains (?:iron|lanolin|nuts|milk|soy|wheat|fish)|"
    r"продукт\w* пчел|содерж\w* (?:молок|со[юи]\b|рыб|яйц|орех|глютен|лактоз|арахис|кунжут|горчиц)|"
    r"(?:sut|soya|balik|yumurta|findik|fistik|gluten|susam) icerir|"
    r"contains? (?:milk|egg|gluten|peanut|sesame|shellfish)"
)
WARNED_OF = re.compile(
    r"аллергены?\b|\bследы\b|traces|may contain|eser miktar|iz miktar|alerjen|allergen|продукт\w* пчел"
)
#: What is asked for of goods of every kind.
URGENT = re.compile(
    r"обязательн|удуш|\bопасн|choking|warning|\bmutlaka|\buyari|bogulma|"
    r"must be (?:fixed|secured)|sabitlen|\bкрепить\b"
)
INTERVAL = re.compile(
    r"перерыв|интервал|промежут|раздел|\bмежду\b|arasinda|\barada\b|\bara ver|\bara ile|between|apart|within"
)
#: What a sentence says of a thing that need worry nobody.
#: «Не является лекарством», "not intended to treat any disease": supplements' standing words, each for the other.
NO_MEDICINE = re.compile(
    r"не (?:явля|относит)\w+ (?:к |ся )?(?:\w+ )?лекарств|лекарств\w+(?: \w+)? не (?:явля|счита)|not a (?:medicin|"
    r"drug)|не (?:для|предназнач\w+ для) (?:лечени|терапи|диагност)|не лекарств|"
    r"(?:терапи|лечени)\w+ \w+ не предназнач|ilac degildir|not a medicine|"
    r"not (?:intended )?to (?:diagnose|treat|cure)|"
    r"tedavi\w*(?: edilmesi)? (?:amaciyla|amacli|icin) kullanilma"
)
REASSURES = re.compile(
    r"\bне опасн|\bнеопасн|не вред|безвредн|не влия|не сказыва|не повод|не требует отмены|"
    r"not (?:dangerous|harmful|affect)|harmless|"
    r"tehlikeli degil|zararsiz|zarari yok|etkilemez|onemli degil"
)
#: What must be done, checked or limited: as much a warning as what is forbidden.
OBLIGES = re.compile(
    r"\bmust be\b|should be (?:checked|monitored|avoided|stopped)|needs? to be|\blimit\b|keep (?:away|out) |"
    r"\bsart\b|gerekir|gereklidir|sinirla|uzak tut|takip edil|takibi|izlenmeli|yapilmalidir|"
    r"контролир|контрол[ья] |наблюда(?:ть|йте|ют)|ограничи(?:ть|вать|вают|ва?йте)|"
    r"allergic to|allergy to|alerjisi olan|\bаллерги\w* (?:на|к) |вдали от|подальше от|беречь от|берегите"
)
