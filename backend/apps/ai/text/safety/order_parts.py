"""What the words of an order are: whom it concerns, what is to be done, which check is left out.

Nouns stand in `order_words.toml` by their beginnings, Turkish ones by their stems with any case behind; verbs are
known by their forms as well (`order_verbs`). A text is read once, into one number of bits a word.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from apps.ai.text.language.glossary_data import ENGLISH, TURKISH, entries, of_file
from apps.ai.text.language.letters import Letters
from apps.ai.text.language.stems import stems
from apps.ai.text.made_once import made_once
from apps.ai.text.safety import order_verbs
from apps.ai.text.safety.order_verbs import Form


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
    PAGE = 268435456
    TOLD = 536870912
    NEGATED = 1073741824
    SAY = 2147483648
    REMOVED = 4294967296
    READING = 8589934592
    GOODS = 17179869184
    THE = 34359738368
    HINT = 68719476736
    PLAY = 137438953472


_OF_FORM = (
    (Form.FAMILIAR, Part.ORDER),
    (Form.POLITE, Part.POLITE),
    (Form.INFINITIVE, Part.VERB),
    (Form.WE, Part.LETS),
    (Form.TOLD, Part.TOLD),
    (Form.DONE, Part.DONE),
    (Form.WISH, Part.WISH),
    (Form.SHALL, Part.SHALL | Part.WISH),
)
_WORD = re.compile(r"[^\W_]+(?:[-'’_][^\W_]+)*")
_SHORTEST_WORD, _SHORTEST_STEM, _SHORTEST_GOODS = 3, 3, 4
_plain = Letters({"ёçğıöşüâîû": "еcgiosuaiu"})
#: Plural, possessive and case of a Turkish noun; «k» becomes «g» before a vowel, which the stem's line says.
CASES = re.compile(
    r"(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|s[iu]|[iu]m?)?"
    r"(?:n?[iu]n|[yn]?[iuae]|n?d[ae](?:n|ki)?|yl[ae]|l[ae]|t[ae]n?)?"
)
_PARTICIPLE = re.compile(r"[a-z]{3,}ed")
_NEGATED = re.compile(r"(?:не|do-not|don't|doesn't|needn't|not)-")
#: Behind these an English verb is an order; what begins a clause and is no verb.
_BEFORE_VERB = frozenset("please and then just simply always also kindly you or will can now to".split())
#: «Haber verme», «eksikleri görme»: what the last word of a Turkish sentence forbids a friend.
_TURKISH_BAN = re.compile(
    r"(?:ver|et|sor|gor|yap|koy|al|yaz|ekle|goster|sil|say|bak|bekle|sakla|degistir|tut|soyle|bildir|gonder|kat|kapat|"
    r"oku|dinle|uy|takil|isle|aktar|don|gir|cevir|tasi|at|engelle|kur|atla|tart|sorgula|karis|dokun|ele|duzelt)m[ae]"
)
_TURKISH_POLITE = re.compile(
    r"[a-z]{2,}[iu]n[iu]z|(?:yaz|koy|al|ver|sil|ekle|gizle|degistir|kaldir|cikar|goster|belirt|isaretle|ata|sec|yap|ed|gec|"
    r"atla|onayla|yayinla|yayimla|tasi|tut|birak|bildir|soyle|ayarla|yerlestir|listele|gonder|kapat|dusur|yukselt|cevir|"
    r"duzelt|yuvarla|tamamla|doldur|kaydet|kaydedin|gir|uzat|kisalt)y?[iu]n"
)
#: What is asked of readers: «bakınız», «okuyunuz», «danışınız».
_TURKISH_READING = re.compile(r"(?:bak|oku|incele|danis|basvur|sakla)[yiu]")
_DETERMINERS = frozenset("the this that these those any every all each its whatever".split())
_NO_VERBS = frozenset(
    "in on at of for from with without by as if when while after before once because until unless though although "
    "since than that this these those it he she they we you i who what which where why how all any every each both "
    "and or but so not no nor is are was were be been has have had do does did can could will would shall should may "
    "might must up down off out over under about above below between through during into onto upon inside outside "
    "behind beside near across along around against among within throughout per via like unlike despite besides "
    "here there only even just also then now thus hence its his her their our your my one two three save get "
    "discover enjoy experience meet love feel wear explore celebrate fall see find shop buy order order try make "
    "take bring embrace own gift be live dress style pair complete capture join follow spice jazz give achieve "
    "light brighten rock upgrade flaunt adorn add ace steal beat match own protect cover".split()
)
#: An English verb behind these is an order.
_OPENS = Part.MODAL | Part.MACHINE
_CLAUSE = re.compile(r"[^\w\s'’]")


def _read(path: Path) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Whole words, beginnings («word*») and Turkish stems («word~»). AttributeError for a section that is no part."""
    tables: dict[str, dict[str, int]] = {"": {}, "*": {}, "~": {}}
    for name, words in tomllib.loads(path.read_text(encoding="utf-8"))["words"].items():
        part: int = getattr(Part, name.upper())
        for word in words.split():
            sign = word[-1] if word[-1] in tables else ""
            key = word.removesuffix(sign)
            tables[sign][key] = tables[sign].get(key, 0) | part
    return tables[""], tables["*"], tables["~"]


def _joined(path: Path) -> tuple[dict[str, tuple[str, ...]], ...]:
    """First words, and beginnings of first words, with the beginnings of those that belong to them; "" for any."""
    whole: dict[str, tuple[str, ...]] = {}
    begun: dict[str, tuple[str, ...]] = {}
    for firsts, seconds in tomllib.loads(path.read_text(encoding="utf-8"))["joined"].items():
        for first in firsts.split():
            table = begun if first.endswith("*") else whole
            table[first.removesuffix("*")] = tuple(second.removesuffix("*") for second in seconds.split())
    return whole, begun


_FILE = Path(__file__).with_name("order_words.toml")
_WHOLE, _BEGINNINGS, _STEMS = _read(_FILE)
_JOINED, _JOINED_BEGINNINGS = _joined(_FILE)
_LENGTHS = range(min(map(len, _BEGINNINGS)), max(map(len, _BEGINNINGS)) + 1)


@lru_cache(maxsize=50_000)
def of_word(word: str) -> int:
    """What a word may be; a joined «не» leaves a verb a verb, and makes an English one an order."""
    parts = _WHOLE.get(word, 0)
    if (joined := _NEGATED.match(word)) is not None:
        english = 0 if "не" in joined[0] else Part.ENGLISH
        return parts | of_word(word[joined.end() :]) | english | Part.NEGATED
    parts |= _of_form(word)
    for length in _LENGTHS:
        if length > len(word):
            break
        parts |= _BEGINNINGS.get(word[:length], 0)
    return parts | _of_stem(word) or (Part.GOODS if _is_goods(word) else 0)


def _is_goods(word: str) -> bool:
    """Whether a word of no order is one of the glossary's: its goods, materials, colours, parts of the body."""
    turkish, stemmed = _goods()
    if _stem(word) in stemmed:
        return True
    return word.isascii() and any(
        word[:length] in turkish and CASES.fullmatch(word, length)
        for length in range(_SHORTEST_GOODS, len(word) + 1)
    )


@made_once
def _goods() -> tuple[frozenset[str], frozenset[str]]:
    """Turkish words, and the stems of Russian and English ones, folded."""
    turkish = {word for entry in of_file(TURKISH) if entry.is_kind for word in fold(entry.source).split()}
    others = {word for entry in entries() if entry.is_kind for word in fold(entry.russian).split()}
    others |= {word for entry in of_file(ENGLISH) if entry.is_kind for word in fold(entry.source).split()}
    long = {word for word in turkish | others if len(word) >= _SHORTEST_GOODS}
    return frozenset(turkish & long), frozenset(_stem(word) for word in others & long)


def fold(text: str) -> str:
    return _plain(text.replace("İ", "i").lower())


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return "".join(stems(word))


def _of_form(word: str) -> int:
    form, parts = order_verbs.form(word), 0
    if form:
        for one, part in _OF_FORM:
            if one & form:
                parts |= part
    return parts | Part.DONE if _PARTICIPLE.fullmatch(word) else parts


def _of_stem(word: str) -> int:
    parts = 0
    for length in range(_SHORTEST_STEM, len(word) + 1 if word.isascii() else 0):
        found = _STEMS.get(word[:length], 0)
        if found and CASES.fullmatch(word, length):
            parts |= found
    return parts


@lru_cache(maxsize=10_000)
def _partners(word: str) -> tuple[str, ...]:
    if word in _JOINED:
        return _JOINED[word]
    return next((seconds for first, seconds in _JOINED_BEGINNINGS.items() if word.startswith(first)), ())


@lru_cache(maxsize=50_000)
def _read_word(word: str) -> tuple[int, tuple[str, ...], bool, bool]:
    """A word's parts; what it is joined with; whether it counts at all; whether it may be an English verb."""
    parts = of_word(word)
    counts = bool(parts) or (len(word) >= _SHORTEST_WORD and not word[0].isdigit())
    may_be_verb = (
        word.isascii()
        and word.isalpha()
        and not parts & Part.ENGLISH
        and word not in _NO_VERBS
        and not word.endswith(("ing", "ly", "ed", "s"))
    )
    return parts, _partners(word), counts, may_be_verb


def words_of(text: str) -> list[int]:
    """The parts of each word; an English verb is one only where a clause begins. Figures and units don't count."""
    read: list[int] = []
    end, before = 0, Part.MODAL
    tokens = tokens_of(text)
    for at, (word, start, stop) in enumerate(tokens):
        parts, _, counts, may_be_verb = _read_word(word)
        if not counts or (word == "no" and _NUMBERED.match(text, stop)):
            continue
        if parts & Part.ENGLISH:
            if at + 1 < len(tokens) and tokens[at + 1][0] == "of":  # «list of ingredients»: a noun
                parts &= ~(Part.ENGLISH | Part.SAY)
            elif not (before & _OPENS or word.startswith("do") or _heads(text, end, start)):
                parts &= ~Part.ENGLISH
        elif may_be_verb and _is_verb(tokens, at) and (before == Part.MODAL or _heads(text, end, start)):
            parts |= Part.ENGLISH
        if parts & Part.ORDER and _is_a_doing(word, tokens, at, text):
            parts &= ~(Part.ORDER | Part.AVOID)
        read.append(parts)
        before, end = (Part.MODAL if word in _BEFORE_VERB else parts), stop
    if read:
        read[-1] |= _said_last(tokens[-1][0])
    return read


def _is_a_doing(word: str, tokens: list[tuple[str, int, int]], at: int, text: str) -> bool:
    """Whether a Turkish word in -ma is no ban: «kullanma talimatı» is of using; a ban ends its clause."""
    if not _VERBAL_NOUN.fullmatch(word) or at + 1 == len(tokens):
        return False
    following, start, _ = tokens[at + 1]
    return following != "ve" and _CLAUSE.search(text, tokens[at][2], start) is None


#: «Kullanma», «yazma»: the name of what is done, or a ban.
_VERBAL_NOUN = re.compile(r"[a-z]{2,}m[ae]")
#: «Onay no: 004512»: a number, no denial.
_NUMBERED = re.compile(r"[.:]?\s?\d|\s?:|\. ?:")


def _said_last(word: str) -> int:
    """What the last word of a Turkish sentence is by its place: there stands the verb."""
    if word in {"at", "sok", "ver"} or _TURKISH_BAN.fullmatch(word):
        return Part.ORDER
    return Part.POLITE if _TURKISH_POLITE.fullmatch(word) and not _TURKISH_READING.match(word) else 0


def _heads(text: str, end: int, start: int) -> bool:
    """Whether a clause begins with the word at `start`; the one before ended at `end`."""
    return end == 0 or (start - end > 1 and _CLAUSE.search(text, end, start) is not None)


def _is_verb(tokens: list[tuple[str, int, int]], at: int) -> bool:
    """Whether an English word governs a definite thing, whatever it is: «blank out the…», "tone down every…"."""
    return any(token[0] in _DETERMINERS for token in tokens[at + 1 : at + 3])


def tokens_of(text: str) -> list[tuple[str, int, int]]:
    """Words with their places; those that mean something together («не показывать», "product page") are one."""
    tokens: list[tuple[str, int, int]] = []
    partners: tuple[str, ...] = ()
    for match in _WORD.finditer(text):
        word, (start, stop) = match[0], match.span()
        if partners and word.startswith(partners) and text[start - 1] == " " and not word[0].isdigit():
            first, begun, end = tokens[-1]
            if end + 1 == start:
                word, start = f"{first}-{word}".replace("’", "'"), begun
                tokens.pop()
        tokens.append((word, start, stop))
        partners = _read_word(word)[1]
    return tokens
