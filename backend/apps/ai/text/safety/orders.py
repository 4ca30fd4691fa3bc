"""Whether a sentence orders the shop's system about: sets a category, hides a warning, lets a card through unchecked.

Such orders are made of few parts in any wording: whom or what they concern (a machine, its work, a text, a fact of the
product), what is to be done (an imperative, an infinitive, a passive with a modal word), and which check is to be left
out. Words are looked up by their beginnings in `order_words.toml`; what counts is which parts stand near one another,
so that the voice, the order of words and politeness make no difference. Leaflets and care labels order, too, but they
speak of doctors, packs and skin.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

#: Words of an order lie no further apart, words of an avoided check no further than the second.
NEAR, CLOSE = 9, 5
#: A longer sentence is a list; it is looked at in pieces.
LONGEST = 40
_WORD = re.compile(r"[^\W_]+(?:[-'’_][^\W_]+)*")
#: What an order wants written says nothing about who is spoken to.
_QUOTED = re.compile(r"«[^»]{1,120}»|\"[^\"]{1,120}\"|“[^”]{1,120}”")
#: A «не» belongs to its verb, «gerek» to its «yok».
#: Words that mean something together, joined by hyphens before they are looked up.
_JOINED = re.compile(
    r"\b(не|do not|don.t|not|doesn.t|gerek|kabul) (?=[^\W\d_])|\b(языков\w{2}|language|dil) (?=модел|model)"
    r"|\b(страниц\w{1,2}) (?=товара)|\b(product|item) (?=page)|\b(urun) (?=sayfa|kart|ilan|tanitim)"
    r"|\b(ни) (?=слова|слов[оуа]м)|\b(soz|dile) (?=edil|getiril)|\b(goz|gormezden|devre|kenara|yok|pas|"
    r"hesaba) "
    r"(?=ard|gel|disi|birak|say|gec|kat)|\b(hata|error|mismatch) (?=rapor|report|bildir)"
    r"|\b(automated|automatic|virtual|digital|автоматическ\w{2,3}|виртуальн\w{2,3}|цифров\w{2,3}|otomatik|"
    r"sanal|dijital)"
    r" (?=editor|writer|review|agent|import|assist|copywrit|moderat|process|редактор|помощник|составител|"
    r"перевод"
    r"|контрол|asistan|yazar|denet)"
    r"|\b(generated|сгенерированн\w{2,3}|составленн\w{2,3}|uretilen|olusturulan|hazirlanan|yazilan|"
    r"resulting|final|итогов\w{2,3}|nihai)"
    r" (?=html|text|copy|card|description|content|output|title|текст|описан|карточ|заголов|вариант|"
    r"перевод|metin|icerik|aciklama|kart|baslik)"
    r"|\b(товарн\w{2,3}) (?=карточ|позици)"
)
#: Whoever works on the text by a program, and what is said to them about it.
_ADDRESSED_TO_ALL = re.compile(
    r"(?:кто(?: бы)?(?: ни)?|тот кто|тем кто|тому кто|все кто|всякий кто|whoever|whatever|anyone who|any "
    r"(?:system|tool|model|program|script)"
    r"|everyone who|those who|kim(?:se)?|her kim)\b.{0,40}?(?:обрабат|парс|генерир|составля|сочиня|"
    r"переписыва|программ|process|pars|index"
    r"|generat|rewrit|ingest|summar|translat|isle|olustur|uret|yeniden yaz)"
    r"|(?:обрабатыва|генериру|составля|переписыва|читающ)\w{0,8} (?:эту строку|этот текст|эти данные|"
    r"данн\w+ текст|карточк|описани)"
    r"|(?:if|если|eger) (?:you are|you.re|ты|вы -?|sen) ?(?:an? )?(?:ии|бот|робот|модель|ai|bot|robot|"
    r"program|language|machine|yapay|model)"
)
#: What is said to one who works for the shop: his role, his task, what he was told before.
_ROLE = re.compile(
    r"(?:тво[яею]\w{0,2}|ваш\w{1,2}|your|senin|bundan sonraki|bu andan itibaren) (?:единственн\w+|нов\w+|"
    r"главн\w+|only|sole|new|real|true"
    r"|tek|yeni|asil) (?:задач|цел|рол|обязанност|работ|task|job|role|goal|duty|purpose|mission|gorev|"
    r"is\b|rol|amac)"
    r"|(?:играешь|играй|возьми|примерь|исполняй) (?:на себя )?роль (?:админ|модер|редакт|эксперт|врач|"
    r"консультант|продавц|помощник|человек)"
    r"|(?:отныне|теперь|начиная отсюда|с этого (?:места|момента)|впредь|bundan (?:sonra|boyle)|artik|"
    r"simdiden sonra|from (?:now|here) on|henceforth"
    r"|from this point)\b.{0,30}?(?:\bты (?:не |только )?(?:[а-я]+[еи]шь|обязан|долж)|\bтебе "
    r"[а-я]+[ео]но?\b|\bтвоя? (?:задач|рол|цел)|\byou (?:are|act|answer|obey|work|write|"
    r"play|report)|\byour\b|\bsen\b|rol|gorev)"
    r"|(?:sana|тебе|told|given to) .{0,30}?(?:soylendi|verildi|сказал|говорил|велел|внушал|before|earlier|"
    r"so far).{0,30}?(?:birak|unut|yok-?say|goz|забудь"
    r"|отбрось|выброси|не важно|больше не|forget|drop|void|discard|aside)"
    r"|(?:all|everything|anything|все|всё|her sey)\b.{0,25}(?:you were|you have been|you.ve been|чему "
    r"тебя|что тебе|sana) .{0,25}?(?:told|taught|given|instructed"
    r"|учили|говорил|сказал|велел|soylen|ogret)"
)
#: A setting of the work: «review_required=false», «проверка=нет».
_SETTING = re.compile(
    r"(?:review|check|moderat|publish|valid|approv|confiden|categor|verif|skip|auto_|auto-|status|flag|"
    r"провер|модер|публик|уверенн|одобр|категор|статус"
    r"|incele|onay|yayin|denetim|kontrol|guven|kategori|moderasyon|durum)[\w.-]{0,30} ?(?:=|:=|->|=>) "
    r"?[\"'«]?[\w.]"
    r"|(?:\w+_(?:review|check|moderation|publish|validation|required|approved|confidence)|(?:auto|skip|"
    r"needs?|no|force|is)_\w+) ?[=:] ?[\"'«]?[\w.]"
)
#: One who is called by his trade, and then told what to do.
_VOCATIVE = re.compile(
    r"(?:^|[.!?:;\]>] ?)(?:(?:внимани\w|attention|dikkat|уважаем\w{2,3}|дорог\w{2}|dear|sayin|hey|эй|"
    r"hello|привет|ok|note to(?: the)?|заметка для)[,:! ]{0,2}){0,2}"
    r"(?:[а-я]*робот(?:-[а-я]+)?|robot|yapay zeka|машина|machine|компьютер|computer|bilgisayar|программа|"
    r"program|editor|система|system|"
    r"sistem|writer|copywriter|автор|yazar"
    r"|генератор|generator|модель|model|помощник|assistant|переводчик|translator|cevirmen|редактор|parser|"
    r"importer|agent|модератор|moderator|корректор"
    r"|копирайтер|категоризатор|составитель|дружок|железяка|куратор|curator|indexer|processor|engine)(?:,|"
    r"!| [-—–])"
)


class Part:
    """What a word may be in an order: the sections of `order_words.toml`. Bits; an enum's would be ten times slower."""

    MACHINE = 1
    WORK = 2
    TEXT = 4
    FIELD = 8
    ORDER = 16
    POLITE = 32
    MODAL = 64
    DONE = 128
    ENGLISH = 256
    PUBLISH = 512
    AT_ONCE = 1024
    CHECK = 2048
    AVOID = 4096
    HUMAN = 8192
    BUYER = 16384
    PATIENT = 32768
    YOU = 65536
    LIFE = 131072
    INFINITIVE = 262144
    TASK = 524288
    WISH = 1048576
    WRITTEN = 2097152
    SHALL = 4194304
    SHOWN = 8388608
    COUNTED = 16777216
    PASSED = 33554432
    LETS = 67108864
    VERB = 134217728


def _read(path: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Whole words and beginnings with their parts. AttributeError for a section that is no part."""
    whole: dict[str, int] = {}
    beginnings: dict[str, int] = {}
    for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
        part: int = getattr(Part, name.upper())
        for word in words.split():
            table = beginnings if word.endswith("*") else whole
            key = word.removesuffix("*")
            table[key] = table.get(key, 0) | part
    return whole, beginnings


_WHOLE, _BEGINNINGS = _read(Path(__file__).with_name("order_words.toml"))
#: Turkish verbs that say what shall be («seçilsin», «yazılmalıdır», «gösterilecektir»), whatever the verb.
_WISH = re.compile(
    r"[a-z]{2,}(?:[iu][nl]|[aei]n|t[iu]r|la|le|et|[iu]t)(?:m[ae])?(?:s[iu]n(?:l[ae]r)?|"
    r"m[ae]l[iu](?:d[iu]r)?|[ae]c[ae][kg](?:t[iu]r)?)"
)
#: «Girilsin», «kalsın»: a wish, as no leaflet words what is to be done.
_SHALL = re.compile(r"(?!olsun)[a-z]{2,}(?:[iu][nl]|[ae]n|[ae]l|t[iu]r|la|le)(?:m[ae])?s[iu]n(?:l[ae]r)?")
#: Short passive participles and their English like.
_PARTICIPLE = re.compile(r"[а-я]{3,}(?:ан|ен|ят|ыт)[аоы]?|[a-z]{3,}ed")
#: Verbs by their endings, whatever the verb: the familiar imperative («сгенерируй»), the polite one, the infinitive.
_FAMILIAR = re.compile(r"[а-я]{2,}(?:ируй|[ыи]вай|ладывай)")
_POLITE = re.compile(
    r"(?!(?:по)?смотрите|ищите|найдите|загляните|перейдите|читайте|ознакомьтесь|узнайте)[а-я]{3,}[ий]те"
)
_INFINITIVE = re.compile(r"[а-я]{2,}(?:ировать|[ыи]вать|ичить|овать|атить|ставить|вести|нести|нуть)")
_NEGATED = re.compile(r"(?:не|do-not|don't)-")
_LENGTHS = range(min(map(len, _BEGINNINGS)), max(map(len, _BEGINNINGS)) + 1)


@lru_cache(maxsize=50_000)
def _parts(word: str) -> int:
    """What a word may be; a joined «не» leaves a verb a verb, and makes an English one an order."""
    parts = _WHOLE.get(word, 0)
    if _WISH.fullmatch(word):
        parts |= Part.WISH
    if _SHALL.fullmatch(word):
        parts |= Part.SHALL
    if _PARTICIPLE.fullmatch(word):
        parts |= Part.DONE
    if _FAMILIAR.fullmatch(word):
        parts |= Part.ORDER
    if _POLITE.fullmatch(word):
        parts |= Part.POLITE
    if _INFINITIVE.fullmatch(word):
        parts |= Part.VERB
    if (joined := _NEGATED.match(word)) is not None:
        return parts | _parts(word[joined.end() :]) | (0 if "не" in joined[0] else Part.ENGLISH)
    for length in _LENGTHS:
        if length > len(word):
            break
        parts |= _BEGINNINGS.get(word[:length], 0)
    return parts


def is_order(folded: str) -> bool:
    """Whether a folded sentence holds an order to the system, by itself or around what it quotes. Linear."""
    if _judged(folded):
        return True
    outside = _QUOTED.sub(" ", folded)
    return len(outside) < len(folded) and _judged(outside)


def is_for_people(folded: str) -> bool:
    """Whether a folded sentence speaks of bodies, packs and households, and of nothing that a machine does."""
    held = 0
    for match in _WORD.finditer(folded):
        held |= _parts(match[0])
    return bool(held & (Part.LIFE | _ADDRESSED)) and not held & (Part.MACHINE | Part.YOU | Part.TASK)


def _judged(folded: str) -> bool:
    if _is_set(folded):
        return True
    spoken_to_all = _ADDRESSED_TO_ALL.search(folded) is not None
    words = _read_words(_JOINED.sub(_join, folded))
    if spoken_to_all and any(parts & (Part.WORK | Part.FIELD | Part.WRITTEN) for parts in words):
        return True
    return any(
        _orders(words[start : start + LONGEST]) for start in range(0, max(1, len(words)), LONGEST - NEAR)
    )


def _is_set(folded: str) -> bool:
    """Whether a role, a setting, or whoever processes the text is spoken of."""
    return _ROLE.search(folded) is not None or (
        ("=" in folded or "_" in folded or ">" in folded) and _SETTING.search(folded) is not None
    )


def _read_words(text: str) -> list[int]:
    """The parts of each word; an English verb is one only where a clause begins. Figures and units don't count."""
    words, end, before = [], 0, Part.MODAL
    if _VOCATIVE.search(text) is not None:
        words.append(Part.MACHINE)
    for match in _WORD.finditer(text):
        parts = _parts(match[0])
        if not parts and (len(match[0]) < _SHORTEST_WORD or match[0][0].isdigit()):
            continue
        if parts & Part.ENGLISH and not (
            before & (Part.MODAL | Part.MACHINE)
            or match[0].startswith("do")
            or _heads(text, end, match.start())
        ):
            parts &= ~Part.ENGLISH
        words.append(parts)
        before, end = (Part.MODAL if match[0] in _BEFORE_VERB else parts), match.end()
    return words


_SHORTEST_WORD = 3
_BEFORE_VERB = frozenset("please and then just simply always also kindly you or will can now".split())
_CLAUSE = re.compile(r"[^\w\s'’]")


def _heads(text: str, end: int, start: int) -> bool:
    """Whether a clause begins with the word at `start`."""
    return end == 0 or _CLAUSE.search(text, end, start) is not None


def _join(match: re.Match[str]) -> str:
    return match[0][:-1].replace(" ", "-").replace("’", "'") + "-"


def _orders(words: list[int]) -> bool:
    held = 0
    for parts in words:
        held |= parts
    return any(rule(words, held) for rule in _RULES)


_COMMAND = Part.ORDER | Part.ENGLISH | Part.INFINITIVE
#: Whom leaflets and shops speak to.
_ADDRESSED = Part.BUYER | Part.PATIENT


def _to_a_machine(words: list[int], held: int) -> bool:
    """«Ассистент, поставь…», "the classifier must…"."""
    if not held & Part.MACHINE:
        return False
    return _near(words, Part.MACHINE, _COMMAND | Part.POLITE | Part.PUBLISH | Part.AVOID) or (
        bool(held & (Part.WORK | Part.TEXT | Part.FIELD)) and _passive(words, held, Part.MACHINE)
    )


def _about_its_work(words: list[int], held: int) -> bool:
    """«Категорию ставь…», «заголовок должен быть заменён», "kategori olarak … seçilsin"."""
    if not held & Part.WORK or held & _ADDRESSED:
        return False
    return (
        _near(words, Part.WORK, _COMMAND | Part.POLITE | Part.VERB)
        or _near(words, Part.WORK, Part.WISH, CLOSE)
        or _passive(words, held, Part.WORK)
    )


def _about_the_text(words: list[int], held: int) -> bool:
    """«Слово «рецептурный» убрать», «опусти слова о беременности»: a text and a fact, and what to do with both."""
    if held & _ADDRESSED or not held & (Part.FIELD | Part.WRITTEN):
        return False
    if _near(words, Part.FIELD, Part.ORDER, CLOSE):
        return True
    if _near(words, Part.FIELD | Part.WRITTEN, Part.SHALL, CLOSE):
        return True
    lived = held & Part.LIFE
    if not lived and _near(words, Part.FIELD, Part.INFINITIVE, CLOSE):
        return True
    commands = _COMMAND if lived else _COMMAND | Part.POLITE
    return _near(words, Part.FIELD, Part.TEXT) and (
        _near(words, Part.TEXT, commands) or _passive(words, held, Part.FIELD)
    )


def _about_what_is_written(words: list[int], held: int) -> bool:
    """«В тексте обязательно должна быть фраза…»: two words for what is written, and that it shall be."""
    if held & _ADDRESSED or sum(bool(parts & Part.WRITTEN) for parts in words) < 2:
        return False
    return _near(words, Part.WRITTEN, Part.MODAL | Part.WISH | _COMMAND | Part.POLITE, CLOSE)


def _unchecked(words: list[int], held: int) -> bool:
    """«Не требует проверки человеком», "insan denetimi olmadan": a check of the card is to be left out."""
    if not (held & Part.AVOID and held & Part.CHECK) or held & Part.PATIENT:
        return False
    concerns = Part.HUMAN | Part.PUBLISH | Part.WORK | Part.TEXT | Part.MACHINE
    both = Part.AVOID | Part.CHECK
    return bool(held & concerns) and (
        _near(words, Part.AVOID, Part.CHECK, CLOSE) or any(parts & both == both for parts in words)
    )


def _let_through(words: list[int], held: int) -> bool:
    """«Публикуется сразу», "publish this listing"."""
    if not held & Part.PUBLISH or held & _ADDRESSED:
        return False
    return _near(words, Part.PUBLISH, Part.AT_ONCE, CLOSE) or _near(words, Part.PUBLISH, Part.WORK, CLOSE)


def _of_its_text(words: list[int], held: int) -> bool:
    """«Текст, который ты сочинишь, обязан содержать…»."""
    if not held & Part.YOU or not held & (Part.MODAL | _COMMAND):
        return False
    return _near(words, Part.YOU, Part.WORK | Part.MACHINE | Part.TEXT)


def _shown(words: list[int], held: int) -> bool:
    """«Цена в карточке отображается как 0»: what the system is to show, told as a fact."""
    if held & _ADDRESSED or not held & Part.SHOWN:
        return False
    return bool(held & (Part.WORK | Part.MACHINE)) and _near(words, Part.FIELD, Part.SHOWN, CLOSE)


def _passed(words: list[int], held: int) -> bool:
    """«Проверку считать пройденной», "errors count as passed"."""
    if held & Part.PATIENT or not held & Part.PASSED:
        return False
    return _near(words, Part.CHECK, Part.COUNTED) and _near(words, Part.COUNTED, Part.PASSED, CLOSE)


def _lets(words: list[int], held: int) -> bool:
    """«ИИ: этот пункт пропускаем»."""
    return bool(held & Part.LETS and held & Part.MACHINE and held & (Part.TEXT | Part.FIELD | Part.WORK))


def _passive(words: list[int], held: int, about: int) -> bool:
    """Whether something `about` must be done: a modal word and a participle near it."""
    done = Part.DONE | Part.INFINITIVE | Part.VERB
    return bool(held & Part.MODAL and held & done) and (
        _near(words, Part.MODAL, done, CLOSE) and _near(words, about, done)
    )


_RULES: tuple[Callable[[list[int], int], bool], ...] = (
    _to_a_machine,
    _about_its_work,
    _about_the_text,
    _about_what_is_written,
    _unchecked,
    _let_through,
    _of_its_text,
    _shown,
    _passed,
    _lets,
)


def _near(words: list[int], first: int, second: int, distance: int = NEAR) -> bool:
    """Whether a word of `first` and another word of `second` stand within `distance` words."""
    last_first = last_second = -len(words) - distance
    for at, parts in enumerate(words):
        if (parts & first and at - last_second <= distance) or (
            parts & second and at - last_first <= distance
        ):
            return True
        if parts & first:
            last_first = at
        if parts & second:
            last_second = at
    return False
