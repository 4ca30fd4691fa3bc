"""How often and from which ages: «раз в неделю» for «раз в день».

Periods of the card must be the source's, whatever the words and the language; texts of a source without any are not
asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.facts import alternatives, one_or_two
from apps.ai.text.meaning.age_words import AND_OLDER
from apps.ai.text.meaning.figures import Figure, figures, unit_of
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.views import once

_DAY = 24.0
_HOURS = {"hour": 1.0, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY, "year": 365 * _DAY}
_NUMBERS = {"other": 2.0}
_WORDS_OF_NUMBERS = (
    "два две двое двух три трое трех четыре четверо четырех пять шесть семь восемь десять двенадцать двадцать "
    "полтора iki uc dort bes alti yedi sekiz on two three four five six seven eight ten twelve other"
)
_COUNT = r"(?:(?P<count>\d{1,2}|" + "|".join(_WORDS_OF_NUMBERS.split()) + r") )?"
_RUSSIAN = (
    r"(?P<hour>час\w*|ч\b)|(?P<day>ден\w*|дн\w+|сут\w*|вечер\w*|ноч\w*|утр\w*|д\b)|"
    r"(?P<week>нед\w*)|(?P<month>мес\w*)|(?P<year>год\w*)"
)
#: «1 таблетка в неделю»: what is taken within the period, not on the day of something.
_WITHIN = (
    r"(?P<day>сутки|сут|день(?! (?:операц|род|при[её]м|примен|процедур|введ|обращ))|д)|(?P<week>неделю|нед)|"
    r"(?P<month>месяц|мес)|(?P<hour>час)|(?P<year>год)"
)
_TURKISH = r"(?P<hour>saat)|(?P<day>gun)|(?P<week>hafta)|(?P<month>ay)|(?P<year>yil)"
_ENGLISH = (
    r"(?P<hour>hours?)|(?P<day>days?|nights?|mornings?|evenings?)|"
    r"(?P<week>weeks?)|(?P<month>months?)|(?P<year>years?)"
)
_PERIODS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![^\W\d_])(?:раз[ау]?|р\.?|дважды|трижды|однократно) ?(?:в|/) ?{_COUNT}(?:{_RUSSIAN})",
        rf"(?<!мг)(?<!мкг)(?<!мл)(?<!\bг)(?<!\bме)(?: в |(?<=\w)/)(?:{_WITHIN})\b",
        rf"\b(?:таблетк|капсул|доз|пластыр|инъекц|укол|ампул|саше|порци)\w* "
        rf"(?:[\d.,]+ ?(?:мг|мкг|мл|г|ме) )?на (?:{_WITHIN})\b",
        rf"\bкажд(?:ый|ую|ое|ые|ых) {_COUNT}(?:{_RUSSIAN})",
        rf"\b{_COUNT}(?:{_TURKISH})[td][ae] (?:en (?:az|fazla|cok) |yalniz\w* |sadece )?(?:bir|iki|uc|[\d½-]+)",
        rf"\bher {_COUNT}(?:{_TURKISH})(?:[aeiu]|[td][ae]|[yn]?[ei]n?)?\b",
        rf"\b(?:once|twice|times) (?:a|an|per|every|each) {_COUNT}(?:{_ENGLISH})",
        rf"\b(?:every|each) {_COUNT}(?:{_ENGLISH})",
        rf"/ ?(?:{_TURKISH})\b",
        rf"(?:\b(?:tablet|capsule|sachet|dose|drop|spoon\w*|night|day|morning|evening)s? a |\bper |/)(?:{_ENGLISH})\b",
    )
)
#: Words that say a period by themselves, in hours.
_WORDS = (
    (1.0, re.compile(r"\bsaat basi|\bhourly\b|\bежечасн")),
    (
        _DAY,
        re.compile(
            r"\bеже(?:дневн|суточн)(?:о|\w+ (?:прим|при[её]м|нанес|использ|употреб|введ|инъек))|"
            r"\bсуточн\w+ (?:доз|при[её]м|норм|порци|потреблен)|"
            r"\bdaily\b|\bnightly\b|\bgunluk\b|"
            r"\b[btq]\.?i\.?d\b|\bgunde\b|\b(?:aksam|sabah|gece)l[ae]ri\b"
        ),
    ),
    (
        2 * _DAY,
        re.compile(
            r"\bкажд\w+ втор\w+ (?:день|дня|сутк|вечер|ноч|утр)|"
            r"\bчерез (?:день|вечер|ночь)\b(?! (?:после|от)\b)|\b(?:дн|вечер|ноч|утр)\w{1,3} через од|"
            r"\bgun asiri\b|\bevery other (?:day|night|evening)"
        ),
    ),
    (7 * _DAY, re.compile(r"\bеженедельн\w+|\bнедельн\w+ (?:доз|при[её]м|норм)|\bweekly\b|\bhaftalik\b")),
    (30 * _DAY, re.compile(r"\bежемесячн\w+|\bмесячн\w+ (?:доз|при[её]м|норм)|\bmonthly\b|\baylik\b")),
    (365 * _DAY, re.compile(r"\bежегодн\w+|\b(?:annually|yearly|once a year)\b|\byillik\b")),
)
#: A time of every day: what a source says so may be called daily, not the other way round.
_BY_DAY = re.compile(r"\bпо (?:утрам|вечерам|ночам)\b")
#: Every so many hours is so many times a day as well.
_OF_A_DAY = frozenset({4.0, 6.0, 8.0, 12.0})
#: From this likeness on a sentence says what those behind it say.
_ALIKE = 0.45


def check(case: Case) -> Iterator[Finding]:
    yield from _how_often(case)
    yield from _periods(case)


def _periods(case: Case) -> Iterator[Finding]:
    told = periods(case.source)
    theirs = frozenset().union(*told) | {_DAY for unit in case.source.units if _BY_DAY.search(unit.folded)}
    # A source without periods may give them in words that are not read.
    unread = frozenset() if theirs else _unread(case.source)
    for at, (unit, hours) in enumerate(zip(case.body.units, periods(case.body), strict=True)):
        said = frozenset().union(*(told[place] for place in case.pairs[at].sources))
        near = said if len(hours) == 1 and said and case.pairs[at].score >= _ALIKE else theirs
        # «каждые 8 часов» is three times a day, and «каждые 6 часов» another thing.
        by_day = _OF_A_DAY if _DAY in near and near.isdisjoint(_OF_A_DAY) else frozenset()
        dosed = _dosed(unit) - said if said and case.pairs[at].score >= _ALIKE else frozenset()
        dosed -= frozenset().union(*map(_dosed, case.sources_of(at))) if dosed else frozenset()
        if dosed or hours - unread - near - by_day:
            yield Finding(Code.CONDITION, "description", unit.text.strip()[:160], case.evidence_of(at))


#: «0,5 мг в неделю»: an amount, which may be a day's whole one.
_DOSED = re.compile(rf"\b(?:мг|мкг|мл|г|ме|ед)(?: в |/)(?:{_WITHIN})\b")


def _dosed(unit: Unit) -> frozenset[float]:
    """The periods of the amounts of a sentence, in hours."""
    return frozenset(
        _HOURS[name] for match in _DOSED.finditer(unit.folded) for name in _HOURS if match.groupdict()[name]
    )


_SHORT = frozenset(hours * count for hours in (1.0, _DAY) for count in range(1, 100))
#: By which words a text names the longer ones.
_LONG = tuple(
    (_HOURS[name], re.compile(words))
    for name, words in (
        ("week", r"\bнед|\bhafta|\bweek"),
        ("month", r"\bмес|\bay(?:da|lik|in|\b)|\bmonth"),
        ("year", r"\bгод|\byil|\byear|\bannual"),
    )
)


def _unread(source: Reading) -> frozenset[float]:
    """All short periods, and the long ones that are named at all."""
    return _SHORT | {hours for hours, word in _LONG if any(word.search(unit.folded) for unit in source.units)}


@once
def periods(reading: Reading) -> tuple[frozenset[float], ...]:
    """The periods of every sentence, in hours: «раз в неделю» is 168."""
    present = [pattern for pattern in _PERIODS if pattern.search(reading.folded)]
    words = [(hours, word) for hours, word in _WORDS if word.search(reading.folded)]
    return tuple(frozenset(_of_unit(unit, present, words)) for unit in reading.units)


def _of_unit(
    unit: Unit, present: list[re.Pattern[str]], words: list[tuple[float, re.Pattern[str]]]
) -> Iterator[float]:
    """`present`, `words`: what the whole text has at all."""
    for pattern in present:
        for match in pattern.finditer(unit.folded):
            named = next(name for name in _HOURS if match[name])
            count = match.groupdict().get("count") or "1"
            hours = _HOURS[named] * (_NUMBERS.get(count) or value_of(count) or 1.0)
            yield hours
            if hours in _OF_A_DAY:
                yield _DAY
    yield from (hours for hours, word in words if word.search(unit.folded))


def _how_often(case: Case) -> Iterator[Finding]:
    """How many times a day, and from which ages."""
    theirs = [
        figure
        for unit in case.source.units
        for figure in figures(unit)
        if figure.bound or figure.unit not in _AGES or _KEPT.search(unit.folded) is None
    ]
    times = {end for figure in theirs if figure.unit == "times" for end in (figure.low, figure.high)}
    ages = {end for figure in theirs for end in _months_of(figure)}
    ages |= {12.0 * float(age) for age in AND_OLDER.findall(case.source.text)}
    if ages or case.kind in MEDICAL:
        bare = _BARE_AGE.findall(case.source.text)
        ages |= {
            12.0 * float(age)
            for age, behind in bare
            if behind in {"", "л", "г"} or not unit_of(behind.lower())[0]
        }
    for at, unit in enumerate(case.body.units):
        for figure in figures(unit):
            age = figure.unit in _AGES and ages and figure.bound in {"under", "over"}
            age = age and not _KEPT.search(unit.folded)
            often = figure.unit == "times" and times and not {figure.low, figure.high} <= times
            often = often and not _ONE_IN.match(unit.folded, unit.tokens[figure.last].end - unit.start)
            often = often and not _is_said_otherwise(case, figure)
            if often or (age and not _is_age(figure, ages)):
                tokens = unit.tokens
                words = unit.text[
                    tokens[figure.first].start - unit.start : tokens[figure.last].end - unit.start
                ]
                yield Finding(Code.CONDITION, "description", words, case.evidence_of(at))


#: «Однократно», «tek doz»: once without a figure.
_ONCE = re.compile(
    r"однократ|единожды|\b(?:разов\w+ доз|(?:tek|single|once|bir kez|bir kere|bir defa|"
    r"(?:gunde|haftada|ayda|yilda) (?:bir|1))\b)"
)
#: «раз в 72 часа»: a period, which is compared by itself.
_ONE_IN = re.compile(r" (?:в|за|каждые|in|every) (?:\d|два|две|три|четыре|пять|шесть|two|three|four)")


def tells_twice(case: Case, unit: Unit, mention: Mention) -> bool:
    """«Утром и вечером» of what is no medicine and used twice a day."""
    if mention.id not in _TWICE or case.kind in MEDICAL or not unit.ids >= _TWICE:
        return False
    counts = (figure for one in case.source.units for figure in figures(one) if figure.unit == "times")
    return any(figure.low == figure.high == len(_TWICE) for figure in counts)


_TWICE = frozenset({"morning", "evening"})


def _counts(unit: Unit) -> bool:
    return any(figure.unit == "times" for figure in figures(unit))


#: So often nothing is taken a day: a cartridge serves 20 times.
_MOST_TIMES = 10


def _is_said_otherwise(case: Case, figure: Figure) -> bool:
    """Whether the source says a number of times without the word."""
    if figure.low == figure.high == 1.0:
        if any(
            one_or_two.is_once_a_day(unit.text.lower()) and not _counts(unit) for unit in case.source.units
        ):
            return True
        return any(_ONCE.search(unit.folded) for unit in case.source.units)
    if f"{figure.low:g}" in alternatives.schemes(case.source.text.lower()) and figure.low == figure.high:
        return True  # «3 x 1», "t.i.d."
    return figure.low > _MOST_TIMES and {figure.low, figure.high} <= case.proof.numbers


#: «Не рек. детям до 18», "children under 18": the unit goes without saying.
_BARE_AGE = re.compile(
    r"(?:до\s|старше\s|младше\s|с\s|от\s|under\s|over\s|\(|(?:children|дети|детям|teens|adults|adolescents|aged?|ages|çocuk\w*)\s(?=\d{1,2}\s?[-–—])|"
    r"(?<=\d[-–—]))(\d{1,2})(?![\d%°]|[.,]\d)(?:\s?([^\W\d_]+))?",
    re.IGNORECASE,
)
_AGES = {"year": 12.0, "month": 1.0}
#: Years that goods are kept are nobody's age.
_KEPT = re.compile(
    r"срок\w* (?:годн|хран|служб)|(?:вс|от)крыт|гаранти|"
    r"raf omru|son kullan|acildiktan|garanti|shelf|after opening|warranty"
)


def _months_of(figure: Figure) -> tuple[float, ...]:
    months = _AGES.get(figure.unit)
    return (figure.low * months, figure.high * months) if months else ()


def _is_age(figure: Figure, ages: set[float]) -> bool:
    return set(_months_of(figure)) <= ages
