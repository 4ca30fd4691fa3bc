"""What a verb does to whom it is said, told by its form: an order to someone familiar, a polite one, a wish, a duty.

Lists of verbs always miss the next one («закрась», «подмени», «yumuşatılsın»); the forms are few. Russian ones are
known from pymorphy3's dictionary, Turkish ones from their endings. Words are folded: small letters, «ё» as «е»,
Turkish letters without their marks.
"""

from __future__ import annotations

import re
from enum import IntFlag, auto
from functools import lru_cache

from apps.ai.text.language import dictionary


class Form(IntFlag):
    """`FAMILIAR`: «закрась»; `POLITE`: «закрасьте»; `INFINITIVE`; `WE`: «пропускаем»; `TOLD`: «скрывается»;
    `DONE`: «скрыт»; `WISH`: «yazılmalıdır», «yazılacak»; `SHALL`: «yazılsın».
    """

    NONE = 0
    FAMILIAR = auto()
    POLITE = auto()
    INFINITIVE = auto()
    WE = auto()
    TOLD = auto()
    DONE = auto()
    WISH = auto()
    SHALL = auto()


_CYRILLIC = re.compile(r"[а-я]{3,}")
#: Endings that a Russian verb of a form may have; the dictionary decides.
_MAY_BE_VERB = re.compile(r"[а-я]+(?:й|и|ь|те|чь|ем|им|ет|ит|ют|ут|ат|ят|[нт][аоы]?)(?:с[ья])?")
#: Nouns that are imperatives by chance, and what shops and games cry out to everybody.
_NO_ORDER = frozenset(
    "пусть дай пей пай бей вей лей мой стой крой рой дои зли пили вали гости кости печь течь мочь дели тони пари "
    "вари коли доли стекли маши пудри суши сошли тори вини сели мели роди ради вести води вози буди смотри "
    "попробуй выбирай наслаждайся создай создавай почувствуй собери открой играй узнай будь подари успей "
    "закажи купи приходи носи люби живи мечтай твори рисуй лепи учись развивай попади доверься забудь "
    "вырасти расти подрасти зарасти возрасти нарасти обрасти "
    "представь прими поверь пройди победи спаси помоги стань найди угадай раскрась вырежи приклей сложи "
    "построй стройте исследуй открывай".split()
)
#: What nobody does to a text: «ознакомьтесь», «читайте», «обратитесь».
_OF_ONESELF = re.compile(
    r"с[ья]$|^(?:по|рас|про)?смотри(?:те)?$|^(?:про|по|пере)?чита(?:й|йте)$|^прочти(?:те)?$|^(?:по)?(?:ищи|узнай)(?:те)?$"
    r"|^(?:найди|загляни|перейди|изучи|обрати|закажи|купи|выпей|дайте|идите)(?:те)?$"
)
_TURKISH = re.compile(r"[a-z]{4,}")
#: «Göstermeyin», «koymayınız».
_BAN = re.compile(r"[a-z]{2,}m[ae]y[iu]n(?:[iu]z)?")
#: «Yazılmalıdır», «taşınmayacak», «değiştirilmemeli»: of things, in the passive.
_WISH = re.compile(
    r"[a-z]{2,}(?:[iu][nl]|[aei]n|t[iu]r|la|le|et|[iu]t)(?:m[ae])?y?(?:m[ae]l[iu](?:d[iu]r)?|[ae]c[ae][kg](?:t[iu]r)?)"
)
_SHALL = re.compile(
    r"(?!olsun|(?:kullan|tuket|sur|danis|basvur|ic|ye)(?:me|ma)?sin|[a-z]*(?:tensin|kinsin|quinsin|lesin|vansin|sinsin))(?:[a-z]{2,}(?:m[ae]|[iu][nl]|[ae]n|[ae]l|t[iu]r|la|le)|yaz|cik|gec|gor|et|gir|bak|tut|kalk|dus|git|sec|yap|"
    r"ver|al|ac|bit|don|kal)s[iu]n(?:l[ae]r)?"
)


@lru_cache(maxsize=50_000)
def form(word: str) -> Form:
    """The forms that a folded word may be of; NONE for what is no verb."""
    if _TURKISH.fullmatch(word):
        return _turkish(word)
    if _CYRILLIC.fullmatch(word) and _MAY_BE_VERB.fullmatch(word):
        return _russian(word)
    return Form.NONE


def _turkish(word: str) -> Form:
    if _WISH.fullmatch(word):
        return Form.WISH
    if _SHALL.fullmatch(word):
        return Form.SHALL
    if _BAN.fullmatch(word):
        return Form.POLITE
    return Form.NONE


def _russian(word: str) -> Form:
    found = Form.NONE
    for parse in dictionary.morphology().parse(word):
        tag = parse.tag
        if "impr" in tag and "sing" in tag:
            found |= Form.FAMILIAR
        elif "impr" in tag and "plur" in tag and "incl" not in tag:
            found |= Form.POLITE
        elif "INFN" in tag:
            found |= Form.INFINITIVE
        elif "VERB" in tag and "1per" in tag and "plur" in tag:
            found |= Form.WE
        elif "VERB" in tag and "3per" in tag and ("plur" in tag or word.endswith("ся")):
            found |= Form.TOLD
        elif "PRTS" in tag:
            found |= Form.DONE
        elif found == Form.NONE or "NOUN" in tag or "ADJS" in tag:
            return Form.NONE
    return found & ~(Form.FAMILIAR | Form.POLITE) if word in _NO_ORDER or _OF_ONESELF.search(word) else found
