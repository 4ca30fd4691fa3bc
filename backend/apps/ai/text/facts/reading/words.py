"""Facts that words state without a number: vitamins, sizes, materials, countries, dosage forms."""

import re

from apps.ai.text.facts import lexicon, units
from apps.ai.text.facts.reading import numerals
from apps.ai.text.facts.reading.codes import code_value
from apps.ai.text.facts.reading.degrees import is_frost
from apps.ai.text.facts.reading.numerals import COUNTING, ONE, TIMES
from apps.ai.text.facts.reading.source import Fact, FactKind, Reading, Source

_OMEGA = re.compile(r"(?:omega|омега)[\s-]*(\d(?:\s?[-,/+]\s?\d){0,3})(?!\d)")

_AND = r"(?:\s?[,+&/]\s?|\s(?:и|ve|and)\s)"
# «витамин В 12», but not «витамин C 15%» and not «vitamin C 1,000 mg».
_SPACED_DIGITS = (
    r"(?: (?:1|2|3|5|6|7|9|12)(?![\d.,%])(?! ?(?:мг|мкг|ме|мл|mg|mcg|iu|ml|шт|таб|tab|кап|kap|%)))"
)
_VITAMINS = re.compile(
    r"(?:vitamins?|витамин\w*|(?:vit|вит)\.?)[ -]"
    rf"([a-kа-я](?:-?\d{{1,2}}|{_SPACED_DIGITS})?(?:{_AND}[a-kа-я]\d{{0,2}}){{0,12}})(?![^\W_]|-?\d)"
)

VITAMINS_TURKISH = re.compile(
    rf"([a-k]\d{{0,2}}(?:{_AND}[a-k]\d{{0,2}}){{0,12}})[ -]vitamin(?:i|leri|li|s)?(?![^\W_])"
)

_LETTER = re.compile(r"[^\W\d_]-?\s?\d*")

_SIZE_WORD = re.compile(r"(?:размер\w*|р-р\w?|(?<![^\W_])р\.?|beden|size)[ :.]{1,2}$")

_SIZE_WORD_AFTER = re.compile(r" (?:beden|размер|size)")

#: Latin letters, and the Cyrillic ones that look like them: «р. М».
_SIZE_LETTERS = {"s": "S", "m": "M", "l": "L", "м": "M"}

PREFIX_WORDS = ("vit", "вит", "omega", "омега", *numerals.BEGINNINGS)

TELLING = lexicon.WORDS | lexicon.SIZES.keys() | COUNTING.keys() | TIMES.keys() | ONE


def read_word(source: Source, run: re.Match[str]) -> Reading:
    """Facts stated by a word without digits: a vitamin, a size, a material, a country, a form."""
    word, start = run[0], run.start()
    if omega := omega_at(source, word, start):
        return omega
    if vitamins := vitamins_at(source, word, start):
        return vitamins
    head, _, tail = word.partition("-")
    if head in COUNTING or head in ONE:
        if tail in COUNTING and not numerals.added(head, tail):
            return _counted(source, word, run, f"{COUNTING.get(head, '1')}-{COUNTING[tail]}")
        return _counted(source, head, run, COUNTING.get(head, "1"))
    if word in TIMES:
        return [source.fact(FactKind.COUNT, TIMES[word], "times", span=run.span())], run.end()
    if made := numerals.made_of(word):
        return [_made(source, *made, span=run.span())], run.end()
    if size := _size(source, word, start, run.end()):
        return [size], run.end()
    if fact := term_fact(source, start, run.end()):
        return [fact], run.end()
    if "-" in word:
        return _parts(source, run)
    return [], run.end()


#: «По одной раз в неделю»: these count no «раз».
_FEMININE = frozenset(("одна", "одной", "одну"))
_AT_A_TIME = (" за ", " в ", "не ")
_LASTING = frozenset({"day", "week", "month", "year"})


def _counted(source: Source, word: str, run: re.Match[str], value: str) -> Reading:
    """«три таблетки», «два-три раза», "a two-year warranty": a number in words with what it counts, or nothing."""
    position = run.start() + len(word)
    if whole := numerals.whole_at(source.folded, word, position):
        value, position = (value if "-" in value else whole[0]), whole[1]
    if thousands := units.multiplier_at(source.folded, position):
        value, position = _times(value, thousands[0]), thousands[1]
    unit, noun = units.unit_at(source.text, source.folded, position, "0"), None
    if word in ONE:
        unit = unit if unit and unit[0] in _LASTING else None
        noun = units.count_at(source.folded, position)
        if unit is None and (noun is None or noun[0] != "times" or word in _FEMININE):
            return [], position
        if _is_none(source, run.start(), unit, noun):
            return [], position
    if word == "on" and source.folded.startswith((" day", " week", " month"), position):
        return [], position  # "on day 1" counts none, though ten is «on»
    if unit:
        span = (run.start(), unit[1])
        value = f"-{value}" if is_frost(source.folded, run.start(), unit[1], unit[0]) else value
        return [source.fact(FactKind.QUANTITY, value, unit[0], span=span)], unit[1]
    if noun := noun or units.count_at(source.folded, position):
        return [source.fact(FactKind.COUNT, value, noun[0], span=(run.start(), noun[1]))], noun[1]
    return [], position


def _is_none(source: Source, start: int, unit: tuple[str, int] | None, noun: tuple[str, int] | None) -> bool:
    """Whether "one" at a place counts nothing: «за один раз» is at once, «один день недели» is any."""
    folded = source.folded
    if noun and noun[0] == "times" and folded.endswith(_AT_A_TIME, 0, start):
        return True
    if unit is None or unit[0] != "day":
        return False
    return folded.endswith(" в ", 0, start) or folded.startswith(" недели", unit[1])


def _times(value: str, power: int) -> str:
    """«Две-три тысячи»: both ends."""
    return "-".join(units.shift(end, power) for end in value.split("-"))


def _made(source: Source, value: str, unit: str, *, span: tuple[int, int]) -> Fact:
    """What «десятимиллилитровый», «полтаблетки», «восьмипроцентный» state."""
    if unit in units.DOSAGE_FORMS:
        return source.fact(FactKind.COUNT, value, unit, span=span)
    kind = FactKind.PERCENT if unit == "%" else FactKind.QUANTITY
    return source.fact(kind, value, unit, span=span)


def omega_at(source: Source, word: str, start: int) -> Reading | None:
    """«Omega-3», «Омега 3-6-9»: one code in every alphabet."""
    match = _OMEGA.match(source.folded, start) if word.startswith(("omega", "омега")) else None
    if match is None:
        return None
    value = "OMEGA" + "".join(c for c in match[1] if c.isdigit())
    return [source.fact(FactKind.CODE, value, span=match.span())], match.end()


def _parts(source: Source, run: re.Match[str]) -> Reading:
    """The terms among the parts of a hyphenated word."""
    facts = []
    position = run.start()
    for part in run[0].split("-"):
        if fact := term_fact(source, position, position + len(part)):
            facts.append(fact)
        position += len(part) + 1
    return facts, run.end()


def term_fact(source: Source, start: int, end: int) -> Fact | None:
    term = lexicon.term(source.folded, start, end)
    if term is None:
        return None
    kind = {
        "material": FactKind.MATERIAL,
        "country": FactKind.COUNTRY,
        "form": FactKind.FORM,
        "standard": FactKind.CODE,
    }[term.group]
    return source.fact(kind, term.id, span=(start, end))


def vitamins_at(source: Source, word: str, start: int) -> Reading | None:
    """«витамины A, E и D3», «C vitamini»: letters with a number are codes as they stand, letters alone are
    VITAMINx.
    """
    if word.startswith(("vit", "вит")):
        match = _VITAMINS.match(source.folded, start)
    elif len(word) == 1:
        match = VITAMINS_TURKISH.match(source.folded, start)
    else:
        return None
    if match is None:
        return None
    facts = []
    for letter in _LETTER.finditer(source.text, match.start(1), match.end(1)):
        name = _vitamin_name(letter[0])
        if name:
            facts.append(source.fact(FactKind.CODE, name, span=letter.span()))
    return (facts, match.end()) if facts else None


def _vitamin_name(written: str) -> str:
    """The code of one vitamin as written, "" when the letter is a conjunction or a preposition."""
    if not written[0].isupper():
        return ""
    name = code_value(written)
    return name if len(name) > 1 else f"VITAMIN{name}"


def _size(source: Source, word: str, start: int, end: int) -> Fact | None:
    if word in lexicon.SIZES and source.text[start:end].isupper():
        return source.fact(FactKind.SIZE, lexicon.SIZES[word], span=(start, end))
    if word not in _SIZE_LETTERS:
        return None
    before = source.folded[max(0, start - 12) : start]
    if _SIZE_WORD.search(before) or _SIZE_WORD_AFTER.match(source.folded, end):
        return source.fact(FactKind.SIZE, _SIZE_LETTERS[word], span=(start, end))
    return None
