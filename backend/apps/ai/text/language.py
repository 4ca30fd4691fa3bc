"""Which language a text is in, and what in a Russian text is not Russian."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Literal

Language = Literal["ru", "tr", "en", "other", ""]


class LeftoverKind(StrEnum):
    """Why a passage does not belong in a Russian text."""

    TURKISH_WORD = "turkish_word"
    TURKISH_IN_CYRILLIC = "turkish_in_cyrillic"
    MIXED_ALPHABET = "mixed_alphabet"
    FOREIGN_SENTENCE = "foreign_sentence"
    FOREIGN_SCRIPT = "foreign_script"


@dataclass(frozen=True, slots=True)
class Leftover:
    """The offending words as they stand, and the sentence they stand in."""

    kind: LeftoverKind
    quote: str
    sentence: str


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TURKISH_WORDS = _words(
    """
    ve ile için veya çok daha gibi olan olarak bir bu şu her hem değil var yok kadar sonra önce içerir içeriği
    icin veya cok olan olarak degil icerir
    kadın erkek çocuk bebek kız unisex genç yetişkin kadin cocuk kiz
    elbise gömlek pantolon ceket kazak etek bluz tişört ayakkabı çanta cüzdan kemer şapka çorap mont yelek bot terlik
    gomlek ayakkabi canta cuzdan sapka corap tisort gecelik pijama takım takim eşofman esofman hırka tunik sandalet
    krem kremi şampuan sampuan sabun losyon jel jeli yağı yagi maske maskesi serumu saç sac cilt yüz yuz vücut vucut
    bakım bakim bakımı bakimi nemlendirici temizleyici temizleme kokusu parfüm parfum parfümü deodorant diş macunu
    ilaç ilac hap damla şurup surup kapsül kapsul tablet takviye edici gıda gida vitamini toz tozu ağrı agri kesici
    adet adedi paket paketi kutu kutusu parça boy boyu renk renkli beden kalıp yıl ay gün gun hafta yaş yas saat
    siyah beyaz kırmızı kirmizi mavi yeşil yesil sarı sari mor pembe gri kahverengi lacivert bej ekru
    pamuk pamuklu deri yün ipek keten saten kadife naylon ahşap ahsap çelik celik cam plastik paslanmaz
    uzun kısa kisa büyük buyuk küçük kucuk yeni özel ozel doğal dogal yumuşak yumusak sıcak sicak soğuk soguk
    kol kollu kolsuz yaka yüksek yuksek düşük bel dar bol detaylı detayli desenli baskılı baskili çizgili düz
    kullanım kullanim kullanımı talimatı ürün urun ürünü üretim yeri menşei içindekiler saklama koşulları uyarı uyarılar
    günde kez defa öğün yemek yemekten tok karnına doktor hekim danışınız danisiniz uygulayınız kullanınız saklayınız
    ev mutfak banyo yatak masa sandalye bardak tabak tencere tava bıçak çatal kaşık örtüsü takımı havlu yastık
    türkiye turkiye yerli malı ithal orijinal orjinal kalite kaliteli ücretsiz kargo indirim indirimli fiyat
    oyuncak kitap defter kalem roman çeviri yayınevi şarj kablosu kulaklık telefon kılıfı bilgisayar
    """
)
# Turkish words that are also brands, English words or units: they never convict a word alone.
_AMBIGUOUS = _words(
    """
    her bot mont bel bar ay ev hap cam kol dar bol mor ile jel krem losyon parfum tablet toz unisex original roman
    plastik naylon sac kadar tunik bu bir cilt saten deodorant serum hem yeni pijama boy beden kez tava masa var
    """
)
_TURKISH_SUFFIX = re.compile(
    r"[a-zçğıöşü]{3,}(?:ları|leri|ların|lerin|lardan|lerden|ınız|iniz|unuz|ünüz|siz|sız|suz|süz|lik|lık|luk|lük|"
    r"ması|mesi|ında|inde|ından|inden|acak|ecek|ıyor|iyor|uyor|üyor|mıştır|miştir|dır|dir|tır|tir|cı|ici|ımı|imi)"
)
_TURKISH_STRONG = re.compile(r"[ğışİĞŞ]")
_TURKISH_WEAK = re.compile(r"[çöüÇÖÜ]")
_OTHER_LATIN = re.compile(r"[äßñæøåłżžřčšąęőűãõœéèêëàáâîïíôóòúùû]")
_ENGLISH_WORDS = _words(
    """
    the and of for with in on to is are was be your you our it its this that from by as at not can will has have
    all any more best good new free use used using made men women kids baby skin hair body face hand daily care
    cream gel oil soap water clean cleaning soft strong light easy great quality product products high protection
    size color colour black white red blue green pack set box bag shirt dress shoes watch case cover print printed
    cotton leather after before each every only also which when store keep away children apply directions ingredients
    """
)
_OTHER_WORDS = _words(
    """
    der die das und für mit von den nicht ist ein eine auf zu bei aus le la les des du et pour avec une dans sur est
    el los las para con una por que del y il lo gli di e per non della nel
    """
)

# Turkish words as a careless engine spells them in Cyrillic. None of these is a Russian word.
_CYRILLIC_TURKISH = _words(
    """
    ичин илач илачлар кадын кадынлар эркек эркеклер чоджук чоджуклар бебекler гюзель гюзеллик гюнлюк гюндюз гедже
    элбисе элбиселер айаккабы гёмлек гемлек пантолон джекет казаклар чорап шапкасы чантасы джюздан кемери
    бакым бакымы бакыми джилт джильт юзей вюджут вуджут сач сачлар сачлары нэмлендириджи немлендириджи темизлейиджи
    адет адеди кутусу куту пакети урюн урюню урюнлер юрюн кулланым кулланымы ичерир ичериги ичиндекилер
    сыджак соук йени бюйюк кючюк узун кыса беяз сиях сийах кырмызы мави йешиль йешил сары пембе лаживерт
    памук памуклу дери йюн ипек кетен пасланмаз челик ахшап доал доалдыр дохал агры кесиджи таквийе эдиджи гыда
    гюнде дефа сагзен саклайыныз кулланыныз уйгулайыныз ойунджак китабы дефтери хавлу ястык мутфак баньо
    дерматолоджик антибактерийел органикдир тюркийе йерли малы инсанлар ве
    """
)
# Transliterations that are Russian words too: they count only beside one of the above.
_CYRILLIC_AMBIGUOUS = _words("куру бел яка кол дар тек он уч мави сары казак дери узун сач ве")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_RUN = re.compile(r"[^\W_]{1,64}")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_OTHER_CYRILLIC = re.compile(r"[іїєґўјљњћђџәғқңөұүһІЇЄҐЎӘҒҚҢӨҰҮҺ]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…](?=\S)[^.!?…\n]*)*[.!?…]*")
_FOREIGN_LETTERS = re.compile(
    r"[\u0590-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0e7f\u10a0-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
# «АвтоChist», «ФрутоKids»: two whole words of two alphabets are a name, not a slip of the keyboard.
_STYLED = re.compile(r"[а-яёА-ЯЁ]{4,}[a-zA-Z]{4,}|[a-zA-Z]{4,}[а-яёА-ЯЁ]{4,}")
_LOOKALIKES = re.compile(r"[aceopxyABCEHKMOPTXYасеорхуАВСЕНКМОРТХУ]")

# Below this many Latin words a sentence may be a name; a share of Cyrillic above this is Russian with names in it.
_SENTENCE_WORDS = 4
_RUSSIAN_SHARE = 0.3


def detect(text: str) -> Language:
    """The language of most of the text; "" when it has no letters."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    foreign = sum(len(found) for found in _FOREIGN_LETTERS.findall(text))
    if not cyrillic + latin + foreign:
        return ""
    if foreign > cyrillic + latin:
        return "other"
    if cyrillic >= _RUSSIAN_SHARE * (cyrillic + latin):
        return "other" if _OTHER_CYRILLIC.search(text) else "ru"
    return _latin_language(text)


def foreign_leftovers(text: str, *, allowed: Iterable[str] = ()) -> tuple[Leftover, ...]:
    """What is not Russian in a text that should be, sentence by sentence, in order of appearance.

    Names of brands and models, units, codes, and all words of ``allowed`` may stay in Latin letters.
    """
    permitted = frozenset(word.lower() for phrase in allowed for word in _WORD.findall(phrase))
    found = (leftover for sentence in _sentences(text) for leftover in _in_sentence(sentence, permitted))
    return tuple(dict.fromkeys(found))


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        if sentence := match[0].strip():
            yield sentence


def _in_sentence(sentence: str, permitted: frozenset[str]) -> Iterator[Leftover]:
    for match in _FOREIGN_LETTERS.finditer(sentence):
        yield Leftover(LeftoverKind.FOREIGN_SCRIPT, match[0], sentence)
    words = [word for word in _WORD.findall(sentence) if word.lower() not in permitted]
    if _is_foreign(words):
        yield Leftover(LeftoverKind.FOREIGN_SENTENCE, sentence, sentence)
        return
    for word in _turkish(words):
        yield Leftover(LeftoverKind.TURKISH_WORD, word, sentence)
    for word in _turkish_in_cyrillic(words):
        yield Leftover(LeftoverKind.TURKISH_IN_CYRILLIC, word, sentence)
    for run in _RUN.findall(sentence):
        if run.lower() not in permitted and _is_mixed(run):
            yield Leftover(LeftoverKind.MIXED_ALPHABET, run, sentence)


def _is_foreign(words: list[str]) -> bool:
    """A sentence of foreign words, not of names: hardly any Cyrillic, and words that are no names."""
    if any(_OTHER_CYRILLIC.search(word) for word in words):
        return True
    latin = [word for word in words if _LATIN.match(word)]
    cyrillic = [word for word in words if _CYRILLIC.match(word)]
    if len(latin) < _SENTENCE_WORDS or len(cyrillic) > _RUSSIAN_SHARE * len(words):
        return False
    common = [word for word in latin if _is_common(word.lower())]
    lower = [word for word in latin if word[0].islower() and len(word) > 2]
    return len(common) >= 2 or len(lower) >= _SENTENCE_WORDS


def _is_common(word: str) -> bool:
    return word in _ENGLISH_WORDS or word in _OTHER_WORDS or word in _TURKISH_WORDS


def _turkish(words: list[str]) -> Iterator[str]:
    """Turkish words in Latin letters. A word that is also a brand counts only beside one that is not."""
    latin = [word for word in words if _LATIN.match(word) and not _CYRILLIC.search(word)]
    sure = [word for word in latin if _is_turkish(word)]
    yield from sure
    if sure:
        yield from (word for word in latin if word not in sure and _lower(word) in _TURKISH_WORDS)


def _is_turkish(word: str) -> bool:
    if _TURKISH_STRONG.search(word):
        return True
    lower = _lower(word)
    if lower in _AMBIGUOUS:
        return False
    if lower in _TURKISH_WORDS:
        return True
    if _TURKISH_WEAK.search(word):
        return not _OTHER_LATIN.search(lower)
    return word.islower() and len(word) > 5 and _TURKISH_SUFFIX.fullmatch(lower) is not None


def _lower(word: str) -> str:
    return word.replace("İ", "i").lower()


def _turkish_in_cyrillic(words: list[str]) -> Iterator[str]:
    cyrillic = [word.lower() for word in words if _CYRILLIC.match(word)]
    sure = [word for word in cyrillic if word in _CYRILLIC_TURKISH - _CYRILLIC_AMBIGUOUS]
    yield from sure
    if sure:
        yield from (word for word in cyrillic if word in _CYRILLIC_AMBIGUOUS)


def _is_mixed(run: str) -> bool:
    """Cyrillic and Latin letters in one word without digits, at least one of them looking like the other alphabet."""
    if any(character.isdigit() for character in run):
        return False
    cyrillic, latin = _CYRILLIC.findall(run), _LATIN.findall(run)
    if not cyrillic or not latin:
        return False
    if _STYLED.fullmatch(run):
        return False
    fewer = cyrillic if len(cyrillic) <= len(latin) else latin
    return any(_LOOKALIKES.match(letter) for letter in fewer)


@lru_cache(maxsize=4096)
def _latin_language(text: str) -> Language:
    words = [_lower(word) for word in _WORD.findall(text)]
    turkish = sum(3 if _TURKISH_STRONG.search(word) else 0 for word in _WORD.findall(text))
    turkish += sum(2 for word in words if word in _TURKISH_WORDS)
    turkish += sum(1 for word in words if _TURKISH_WEAK.search(word) or _TURKISH_SUFFIX.fullmatch(word))
    english = sum(2 for word in words if word in _ENGLISH_WORDS)
    other = sum(2 for word in words if word in _OTHER_WORDS) + sum(
        3 for word in words if _OTHER_LATIN.search(word)
    )
    if turkish > max(english, other):
        return "tr"
    return "other" if other > english and other > turkish else "en"
