"""Words that negate, words that a negation passes through, and words that leave it open, in three languages.

All in small letters without marks, as tokens have them. Each word is looked at once and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache

from apps.ai.text.language import dictionary
from apps.ai.text.meaning.tokens import Token


class Negates(Enum):
    """Where a negation works: on the words behind it, on both sides, on itself and the word before, on itself."""

    NO = ""
    FORWARD = "forward"
    AROUND = "around"
    BACKWARD = "backward"
    ITSELF = "itself"


_FORWARD = re.compile(
    r"(?:не|ни|никак\w+|ноль|zero|без|кроме|вне|вдали|мимо|минуя|обходя|избегая|отсутстви\w+|not?|non|never|without|except|avoid\w*|\w+n't)$"
)
_AROUND = re.compile(
    r"(?:нет|нельзя|табу|лишен\w*|отказ\w*|откаж\w*|обход(?:ите|ить|ят|я)|запре[тщ]\w*|отсутству[юе]\w*|исключ(?!ительн)\w*|none|недостаточно|lacks?|lacking|избега(?!я)\w*|сторон(?:ятся|иться|итесь)|остере(?:га|чь)\w*|отменя[ею]тся|воздерж\w*|недопуст\w*|не(?:характер|эффектив|целесообраз|пригод|типич|умест|свойствен)(?:ен|н?[аоы]|н[аоы])|неприменим\w?|противопок\w*|противоп|п/п|п/показ\w*|"
    r"несовмест\w*|непригод\w*|hayir|невозмож(?:н|ен)\w*|cannot|free|contraindic\w*|prohibit\w*|unsuitable)$"
)
_BACKWARD = re.compile(
    r"(?:degil\w*|onlenmel\w+|onleyin(?:iz)?|yok|yoktur|yasak\w*|kontrendik\w*|kacin\w*|sakin(?!les|c\w* yok)\w*|"
    r"haric|disinda|"
    # Nouns of that ending are fruit, food and fabric: «elmadan», «pekmez», «kumaşın».
    r"(?!asm|gecme(?!z)|kacir|malzeme|firma(?!m)|marka|tema|pekmez|namaz|yaramaz|kumas|elma|hurma|kiyma|krema|lokma|"
    r"sarma(?!l)|dolma|cizme(?!y)|dugme|meme(?!y)|cama|hamma)\w{2,}m[ae](?:z|zlar|zler|yin|yiniz|yiniz|yelim|yalim|ma?l[iu]\w*|mel[iu]\w*|dig\w*|digi\w*|dan|den|yen|yan|sin|sinlar|"
    r"sinler|di|mis\w*|yacak\w*|yecek\w*|makta\w*|mekte\w*|digin\w*|m[ae](?:k|kt[ae]|y[ae]|s[iu]\w*|d[ae]n)))$"
)
_ITSELF = re.compile(
    r"не(?:токсич|ядовит)\w+$|un(?:lined|padded|hooded|insulated|scented|coated|wired|bleached)$|(?!rahat|yeter|gere[gk]siz|zarar|tehlike|sinir|sure|kesinti|suphe)(?:\w{3,}|\w+')s[iu]z(?:d[iu]r|ca|ce|lik\w*)?$|"
    r"(?!unless|regard|neverthe|stain|seam|end|price|time|worth|rest|home|care|harm|wire|cord|need|air|effort|flaw|count|breath)\w{3,}less$"
)
#: What does not rust or stick is so called, and denies nothing else.
_LASTING = re.compile(r"paslanmaz|нержаве|yapismaz|kaymaz|leke tutmaz|kirilmaz")
#: They turn nothing round, and make an opposite uncertain.
_OPEN = re.compile(
    r"(?:только|лишь|если|осторожн\w*|огранич\w*|вместо|против|от|бере[гч]\w*|защи[тщ]\w*|од(?:ин|н\w{1,3})|"
    r"потер[яиюе]|утрат[аеуы]|пока|когда|ли|пауз[аеуы]|выжд\w+|подожд\w+|пережд\w+|повремен\w+|чтобы?|дабы|while|when|\w{4,}(?:yken|irken|arken|urken)|"
    r"вред(?:ен|на|но|ны)|нежелател\w+|отдельно|ayri|separately|вдали|подальше|вне|out|away|sadece|ise|yalniz\w*|dikkat\w*|karsi\w*|koru\w*|once|only|if|unless|caution\w*|against|protect\w*|keep|limit\w*|uzak\w*)$"
)
#: Behind «не» these bound an amount, frame a sentence or name a quality: «не более», «не только», «не скользит», which
#: Turkish and English say in one word («kaymaz», "non-slip").
_LIMIT = re.compile(
    r"(?:перен[оеё]с\w*|более|менее|больше|меньше|только|ранее|раньше|реже|чаще|выше|ниже|дольше|короче|ближе|дальше|позднее|позже|просто|лишь|превыша\w*|"
    r"хуже|сколько|столько|обязательно|забы\w*|откладыв\w*|важно|свыше|дороже|старше|младше|моложе|"
    r"скольз\w*|прилип\w*|пригор\w*|ржаве\w*|бь[ею]тся|мн[ею]тся|выцвета\w*|выгора\w*|линя\w*|промока\w*|"
    r"тускне\w*|"
    r"more|less|longer|only|exceed\w*|later|earlier|above|below|need|necessar\w*|uzun|fazla|cok|daha|sure)$"
)
#: What a negation passes through to what is meant: «не рекомендуется применять детям».
_LIGHT = re.compile(
    r"(?:рекоменд|след[уо]|примен|использ|назнач|принима|прием|допуск|допуст|разреш|показан|подход|подойд|содерж|явля|может|"
    r"могут|можно|должн|предназнач|включ|вход|имеет|имею|имел|вызыва|вызов|добавл|быть|будет|дава[йт]|дают|качеств|наличи|"
    r"попадани|попаст|случа|возникн|обнаруж|оказыва|влия|рассчитан|годится|годен|нанос|нужда|стоит|надо|станет|позвол|"
    r"нужн|треб|contain|cause|use$|used$|add$|apply$|take$|taken$|recommend|suitable|give$|given$|appl|added|should|must|does$|"
    r"with$|have$|been$|kullan|icer|uygula|uygun|oner|bulun|edil|gerek|ile$|birlikte$|ise$|работа|годит|work|compatib|боятся$|боится$|количеств|больш|large|quantit|amount|miktar|комплект|состав|набор|упаков)"
)
#: Too short to tell anything, in Latin letters.
_EMPTY = frozenset("the for and any its your our are was has ile icin ise veya ama".split())
_FINITE = re.compile(
    r"\w{2,}[aeiu]y[iu]n(?:[iu]z)?$|(?:kullan|al|ver|ed|tuket|sur|yika|sil|ac|kapat|bekle|calkala|yut|bas|cevir)[iu]n(?:[iu]z)?$|"
    r"\w{3,}(?:dir|tir|ilir|inir|unur|anir|enir|abilir|ebilir|iniz|iyor|mali|meli)$|"
    r"\w{2,}[ae]yin$|\w*(?:et|tuket|yap|tut|ver|kullan|karistir|beklet|kurut|isit|sogut|cikar|birak|saklat)[iu]n$|"
    r"^(?:is|are|can|may|has|have|contains|use|take|keep|apply)$"
)


@lru_cache(maxsize=50_000)
def negates(small: str) -> Negates:
    if _LASTING.match(small):
        return Negates.NO
    if is_participle_without(small):
        return Negates.ITSELF
    if _FORWARD.match(small):
        return Negates.FORWARD
    if _AROUND.match(small):
        return Negates.AROUND
    if _BACKWARD.match(small):
        return Negates.BACKWARD
    return Negates.ITSELF if _ITSELF.match(small) else Negates.NO


#: Participles by their form that deny nothing.
_WHOLE_WORDS = re.compile(
    r"не(?:использ|вскры|распечат|принят|обходим|изменн|отъемл|истов|угом|заменим|видан|ожидан|пременн|сравненн|сомненн|посредств|определ)"
)


@lru_cache(maxsize=50_000)
def is_participle_without(small: str) -> bool:
    """«ненагревающаяся», «неповреждённая»: a participle that its «не» denies."""
    if len(small) < _PARTICIPLE_LETTERS or not small.startswith("не") or _WHOLE_WORDS.match(small):
        return False
    return any({"PRTF", "PRTS"} & tag.grammemes for tag in dictionary.tags(small[2:])[:1])


_PARTICIPLE_LETTERS = 9


_FREE_OF = frozenset({"of", "from"})
_FREE_REACH = 4
_WITHOUT_INSIDE = re.compile(r"\w{2,}(?:s[iu]z|m[ae]z)$")


def undoing(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """ "not sugar free", «şekersiz değildir», «kaymaz değil»: places in the sentence of two negations that are none."""
    for at, token in enumerate(tokens):
        if token.small == "not":
            for place in range(at + 2, min(at + _FREE_REACH, len(tokens))):
                behind = tokens[place + 1].small if place + 1 < len(tokens) else ""
                if tokens[place].small == "free" and behind not in _FREE_OF:
                    yield token.at, tokens[place].at
        elif token.small.startswith("degil") and at and _WITHOUT_INSIDE.match(tokens[at - 1].small):
            yield tokens[at - 1].at, token.at


#: Behind them «-madan» is no "without": «kullanmadan önce», «ilk yıkamadan itibaren».
NO_CONVERB = frozenset("once evvel itibaren sonra beri".split())
_LETS = re.compile(r"да(?:ет|ют|ть|ст|дут|вайте|вать|вая|й|йте|вал|вало|ла)$|позвол\w+$|let$|allow$|lets$")
#: «не допустить», not «не допускается».
_LETS_IN = re.compile(r"допуст(?:ит|ят|ить|ив)$|допуска(?:ет|ют|я)$")


def prevents(small: Sequence[str], at: int) -> bool:
    """«не даёт пыли оседать», «не допустить инфекции»: what is kept away, which other languages say without «не»."""
    if small[at] not in {"не", "not"} or at + 1 >= len(small):
        return False
    verb = small[at + 1]
    if _LETS_IN.match(verb):
        return True
    return _LETS.match(verb) is not None and any(
        one == "to" or part_of_speech(one) == "INFN" for one in small[at + 2 : at + 8]
    )


def is_empty(small: str) -> bool:
    return small in _EMPTY or len(small) < (4 if small[0] >= "а" else 3)


@lru_cache(maxsize=50_000)
def is_open(small: str) -> bool:
    return _OPEN.match(small) is not None


@lru_cache(maxsize=50_000)
def is_limit(small: str) -> bool:
    """Also of every comparative: «не быстрее чем за 3 минуты», «не теплее 25 °C»."""
    return _LIMIT.match(small) is not None or (small[:1] >= "а" and part_of_speech(small) == "COMP")


@lru_cache(maxsize=50_000)
def is_light(small: str) -> bool:
    return _LIGHT.match(small) is not None


@lru_cache(maxsize=50_000)
def is_adjective(small: str) -> bool:
    if not "а" <= small[0] <= "я":
        return False
    return part_of_speech(small) in _ADJECTIVES


@lru_cache(maxsize=50_000)
def is_finite(small: str) -> bool:
    """Whether a word may be the verb of a clause of its own."""
    if "а" <= small[0] <= "я":
        return part_of_speech(small) in _VERBS and small not in _SHORTENED
    return _FINITE.search(small) is not None


#: «кладут», «нужно», «надо», «возможен», «промыт»
_VERBS = frozenset({"VERB", "INFN", "PRTS", "ADJS", "PRED"})
_ADJECTIVES = frozenset({"ADJF", "PRTF", "NUMR"})
#: «берем. и кормящим»: of the pregnant, where the dictionary has a verb.
_SHORTENED = frozenset({"берем"})


@lru_cache(maxsize=50_000)
def is_subject(small: str) -> bool:
    """Whether a Russian noun can only be what a clause speaks of, by all its readings: «усадка», no «усадки»."""
    return all(tag.case == "nomn" for tag in dictionary.tags(small))


@lru_cache(maxsize=50_000)
def part_of_speech(small: str) -> str:
    """That of a Russian word by its likeliest reading, in pymorphy3's abbreviations; "" for none."""
    tags = dictionary.tags(small)
    return _LIKELIER.get(small) or (str(tags[0].POS or "") if tags else "")


#: Tea, and not «we hope».
_LIKELIER = {"чаем": "NOUN"}
