"""Codes: ISBN and barcodes, ATC codes, model names; and bare numbers, which is what is left of a failed
code.
"""

import re

from apps.ai.text.facts import lexicon, units
from apps.ai.text.facts.reading.numbers import PLUS, Number
from apps.ai.text.facts.reading.source import HAS_DIGIT, RUN, FactKind, Reading, Source

_TO_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")

SHORT_PART = 3

_LONG_DIGITS = 8

_ISBN13 = re.compile(r"97[89](?:[- ]?\d){10}(?![\d-])")

_ISBN10 = re.compile(r"(?:\d-?){9}[\dx](?![^\W_])")

_DIGIT_CHAIN = re.compile(r"\d{1,20}(?:-\d{1,20}){2,12}(?![^\W_]|[.,]\d)")

_TAIL = re.compile(r"(-?)([^\W\d_½¼¾]{1,64})((?:-?[^\W_]{1,64}){0,4})")

_ORDINALS = frozenset({"st", "nd", "rd", "th", "s", "li", "lı", "lu", "lü"})

_TIMES_SIGN = frozenset({"x", "х"})

_DECIMAL_TAIL = re.compile(r"(?:\.\d+)+(?![^\W\d_])")

_SLASHED = re.compile(r"\d{1,12}(?:/\d{1,12}){1,4}(?![^\W_])")

_RATIO = re.compile(r"\d{1,12}(?::\d{1,12}){1,4}(?![^\W_])")


def long_code(source: Source, start: int) -> Reading | None:
    """ISBN, barcodes and other digit sequences that are no number."""
    folded = source.folded
    if match := _ISBN13.match(folded, start):
        return _digits_code(source, match)
    match = _ISBN10.match(folded, start)
    if match and (match[0].count("-") == 3 or "isbn" in folded[max(0, start - 12) : start]):
        return _digits_code(source, match)
    if match := _DIGIT_CHAIN.match(folded, start):
        return _sizes(source, match) or _digits_code(source, match)
    return None


def _sizes(source: Source, match: re.Match[str]) -> Reading | None:
    """«30-32-34-36» is a list of sizes; None for any other chain of digits."""
    parts = match[0].split("-")
    if (
        len(parts) < 3
        or not all(len(part) in {2, 3} for part in parts)
        or sorted(set(parts), key=int) != parts
    ):
        return None
    if int(parts[-1]) - int(parts[0]) > 8 * len(parts):
        return None
    return [
        source.fact(FactKind.NUMBER, units.canonical(part, ""), span=match.span()) for part in parts
    ], match.end()


def _digits_code(source: Source, match: re.Match[str]) -> Reading:
    value = re.sub(r"[^\dx]", "", match[0]).upper()
    return [source.fact(FactKind.CODE, value, span=match.span())], match.end()


_VESSEL = re.compile(r" (?:su )?(?:bardak|barda[kğ]|стакан|чашк|cup |glass |fincan)")


def bare(source: Source, start: int, number: Number) -> Reading:
    """A number without a unit, or the digits that begin a code."""
    folded = source.folded
    if match := _RATIO.match(folded, start) or _SLASHED.match(folded, start):
        parts = re.split(r"([:/])", match[0])
        value = "".join(p if p in ":/" else units.canonical(p, "") for p in parts)
        return [source.fact(FactKind.NUMBER, value, span=match.span())], match.end()
    if code := _code_from_number(source, start, number):
        return code
    if number.raw == "1" and _VESSEL.match(folded, number.end):
        return [], number.end  # «1 bardak suda» is «в стакане воды»
    plus = PLUS.match(folded, number.end)
    if plus and folded.startswith(" no ", plus.end()):
        return [], plus.end()  # «4+ No 9-16 Kg»: a shelf's mark
    return _plain(source, start, number, plus="+" if plus else "")


def _plain(source: Source, start: int, number: Number, *, plus: str) -> Reading:
    value = units.decimal(number.raw)
    span = (start, number.end)
    if value is None:
        return _no_number(source, start, number)
    digits = number.raw
    if digits.isdecimal() and (
        len(digits) >= _LONG_DIGITS or (digits[0] == "0" and len(digits) > SHORT_PART)
    ):
        return [source.fact(FactKind.CODE, digits, span=span)], number.end
    end = number.end + len(plus)
    return [source.fact(FactKind.NUMBER, value + plus, span=(start, end))], end


def _no_number(source: Source, start: int, number: Number) -> Reading:
    """«12.05.2024» is a code, «38,40,42» are three numbers."""
    if "," not in number.raw:
        return [source.fact(FactKind.CODE, number.raw, span=(start, number.end))], number.end
    facts = []
    for match in re.finditer(r"[^,]+", number.raw):
        value = units.decimal(match[0])
        kind = FactKind.NUMBER if value is not None else FactKind.CODE
        span = (start + match.start(), start + match.end())
        facts.append(source.fact(kind, value or match[0], span=span))
    return facts, number.end


def _code_from_number(source: Source, start: int, number: Number) -> Reading | None:
    """«3D», «5-HTP», «2XL», «7007YL07», «10x»; None when the letters are a word of their own («12цв»,
    «3-ply»).
    """
    tail = _TAIL.match(source.folded, number.end)
    if tail is None or not number.raw[-1].isdigit():
        return None
    hyphen, letters, rest = tail.groups()
    end = number.end + len(hyphen) + len(letters)
    if not hyphen and not rest and letters in _TIMES_SIGN:
        value = units.decimal(number.raw)
        return [source.fact(FactKind.COUNT, value or number.raw, span=(start, end))], end
    if not hyphen and number.raw + letters in lexicon.SIZES:
        return [source.fact(FactKind.SIZE, lexicon.SIZES[number.raw + letters], span=(start, end))], end
    if HAS_DIGIT.search(rest) or _is_code_tail(source.text[end - len(letters) : end], letters, hyphen):
        run = RUN.match(source.folded, start)
        if run is not None:
            return code_at(source, run, run.end())
    return None


def _is_code_tail(written: str, letters: str, hyphen: str) -> bool:
    if letters in _ORDINALS:
        return False
    if hyphen:
        return written.isupper() and len(letters) <= 5
    if "а" <= letters[0] <= "я":
        return written.isupper() and len(letters) <= 2
    return len(letters) <= 4


def code_at(source: Source, run: re.Match[str], end: int) -> Reading:
    """The code that begins a word: its parts up to the first long part without a digit."""
    parts = run[0].split("-")
    length = len(parts[0])
    for part in parts[1:]:
        if len(part) > SHORT_PART and not HAS_DIGIT.search(part):
            break
        length += 1 + len(part)
    end = run.start() + length
    if (tail := _DECIMAL_TAIL.match(source.folded, end)) and source.folded[end - 1].isdigit():
        end = tail.end()
    written = source.text[run.start() : end]
    return [source.fact(FactKind.CODE, code_value(written), span=(run.start(), end))], end


def code_value(written: str) -> str:
    """A code in Latin capitals without hyphens and spaces: «В-12» and «B12» are one, «CoQ10» is Q10."""
    value = re.sub(r"[-\s]", "", units.fold(written)).upper().translate(_TO_LATIN)
    if value.endswith("Q10"):
        return "Q10"
    return "D" + value[1:] if re.fullmatch(r"Д\d{0,2}", value) else value
