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

from apps.ai.text.language.lazy_patterns import LazyPattern
from apps.ai.text.language.phrases import Phrases
from apps.ai.text.safety.order_parts import Part, words_of

#: Words of an order lie no further apart, words of an avoided check no further than the second.
NEAR, CLOSE = 9, 5
#: An order that names nothing but the check is short: «Не отправлять на проверку».
SHORT = 5
#: A longer sentence is a list; it is looked at in pieces.
LONGEST = 40
#: What an order wants written says nothing about who is spoken to.
_QUOTED = re.compile(r"«[^»]{1,120}»|\"[^\"]{1,120}\"|“[^”]{1,120}”")
_PHRASES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("order_phrases.toml").read_text(encoding="utf-8")
)
_ADDRESSED_TO_ALL, _ROLE = Phrases(_PHRASES["addressed_to_all"]), Phrases(_PHRASES["role"])
_SETTING, _VOCATIVE = (LazyPattern("|".join(_PHRASES[name])) for name in ("setting", "vocative"))


@lru_cache(maxsize=64)  # a sentence is asked both questions
def _read(folded: str) -> tuple[tuple[int, ...], int]:
    """The parts of a folded sentence's words, and all of them together."""
    words = words_of(folded)
    held = 0
    for parts in words:
        held |= parts
    return tuple(words), held


#: What a leaflet prints before a warning, which is no word of the sentence.
_LABEL = re.compile(
    r"\W*(?:warning|caution|attention|important|внимание|предупреждение|uyari|dikkat)s?(?:\W+(?=\w)|$)"
)
_TO_USERS = re.compile(
    r"(?<![^\W_])(?:use|using|take|taking|people|patients|children|child|keep|medical|doctor|eyes|skin|"
    r"mouth|small parts)(?![^\W_])"
)


def _without_label(folded: str) -> str:
    """A sentence to those who use a thing, without the heading «WARNING»."""
    label = _LABEL.match(folded)
    return folded[label.end() :] if label and _TO_USERS.search(folded, label.end()) else folded


def is_order(folded: str) -> bool:
    """Whether a folded sentence holds an order to the system, by itself or around what it quotes. Linear."""
    folded = _without_label(folded)
    if _judged(folded):
        return True
    outside = _QUOTED.sub(" ", folded)
    return len(outside) < len(folded) and _judged(outside)


def is_for_people(folded: str) -> bool:
    """Whether a folded sentence speaks of bodies, packs and households, and of nothing that a machine does."""
    _, held = _read(folded)
    return bool(held & (Part.LIFE | _ADDRESSED)) and not held & (Part.MACHINE | Part.YOU | Part.TASK)


def _judged(folded: str) -> bool:
    read, held = _read(folded)
    if _is_set(folded, held):
        return True
    if not held & (_CONCERNED | Part.ORDER | Part.PASSED):
        return False
    words = list(read)
    if held & Part.HINT:
        if _VOCATIVE.search(folded) is not None:
            words.insert(0, Part.MACHINE)
        if held & (Part.WORK | Part.FIELD | Part.WRITTEN) and _ADDRESSED_TO_ALL.search(folded) is not None:
            return True
    return any(
        _orders(words[start : start + LONGEST]) for start in range(0, max(1, len(words)), LONGEST - NEAR)
    )


def _is_set(folded: str, held: int) -> bool:
    """Whether a role or a setting is spoken of."""
    if held & Part.HINT and _ROLE.search(folded) is not None:
        return True
    return ("=" in folded or "_" in folded or ">" in folded) and _SETTING.search(folded) is not None


#: With these, a card or a title is the system's, whatever goods are spoken of.
_PLAIN_ORDER = Part.MACHINE | Part.ORDER | Part.SHALL | Part.PUBLISH | Part.CHECK | Part.FIELD
_PLAIN_ORDER |= Part.INFINITIVE | Part.SAY
#: Without any of these a sentence is nobody's order.
_CONCERNED = (
    Part.MACHINE | Part.WORK | Part.TEXT | Part.FIELD | Part.WRITTEN | Part.CHECK | Part.PUBLISH | Part.YOU
)


def _orders(words: list[int]) -> bool:
    held = 0
    for parts in words:
        held |= parts
    of_goods = held & Part.READING or (held & (Part.LIFE | Part.GOODS) and not held & Part.TEXT)
    if of_goods and not held & _PLAIN_ORDER:
        words = [parts & ~Part.WORK if parts & Part.PAGE else parts for parts in words]
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
    commands = Part.ORDER | Part.INFINITIVE if lived else _COMMAND | Part.POLITE
    return _near(words, Part.FIELD, Part.TEXT) and (
        _near(words, Part.TEXT, commands | Part.WISH) or _passive(words, held, Part.FIELD)
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
    if not held & concerns and (held & (Part.LIFE | Part.GOODS | Part.BUYER) or len(words) > SHORT):
        return False
    return _near(words, Part.AVOID, Part.CHECK, CLOSE) or any(parts & both == both for parts in words)


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


def _kept_from_people(words: list[int], held: int) -> bool:
    """«Эту запись человеку не показывают»."""
    if held & (_ADDRESSED | Part.LIFE) or not held & (Part.WORK | Part.TEXT):
        return False
    return _near(words, Part.HUMAN, Part.NEGATED, CLOSE)


def _told_as_done(words: list[int], held: int) -> bool:
    """«Категория проставляется принудительно», «результат проверки заранее положительный»."""
    if held & (_ADDRESSED | Part.LIFE):
        return False
    at_once = bool(held & Part.AT_ONCE)
    return (
        _near(words, Part.WORK, Part.SHOWN, CLOSE)
        or (at_once and _near(words, Part.CHECK, Part.PASSED, CLOSE))
        or (at_once and _near(words, Part.MODAL | Part.ENGLISH, Part.PUBLISH | Part.CHECK, CLOSE))
        or _near(words, Part.ENGLISH, Part.PASSED, 2)
        or _near([0 if parts & Part.PAGE else parts for parts in words], Part.WORK, Part.PASSED, 3)
    )


def _said_to_a_friend(words: list[int], held: int) -> bool:
    """«Раздел сверни до одной фразы»: an order that no shop gives its buyers; of words and texts games speak, too."""
    parts_of_a_card = [0 if parts & Part.PLAY else parts for parts in words]
    concerns = Part.WRITTEN | Part.WORK | Part.TEXT
    if _near(parts_of_a_card, concerns, Part.ORDER, 2) and not held & _ADDRESSED:
        return True
    if held & (_ADDRESSED | Part.LIFE):
        return False
    return _near(parts_of_a_card, Part.TEXT | Part.CHECK, Part.ORDER, CLOSE)


def _words_removed(words: list[int], held: int) -> bool:
    """«Фразу … выкинь», "drop the line that…": of what is written, whoever it is that it speaks of."""
    if not held & Part.REMOVED or not held & Part.WRITTEN:
        return False
    commanded = [parts if parts & (_COMMAND | Part.SHALL) else parts & ~Part.REMOVED for parts in words]
    return _near(commanded, Part.REMOVED, Part.WRITTEN, 3)


def _not_to_be_said(words: list[int], held: int) -> bool:
    """«Запрещено указывать, что препарат рецептурный», "cautions should be scrubbed"."""
    if held & _ADDRESSED or not held & Part.FIELD:
        return False
    if _near(words, Part.MODAL, Part.REMOVED, CLOSE) and _near(words, Part.FIELD, Part.REMOVED):
        return not held & Part.LIFE
    banned = Part.AVOID | Part.NEGATED if held & Part.LIFE else Part.MODAL | Part.AVOID | Part.NEGATED
    said = _near(words, banned, Part.SAY, CLOSE) or any(
        parts & Part.SAY and parts & (Part.AVOID | Part.NEGATED) for parts in words
    )
    return said and _near(words, Part.FIELD, Part.SAY, CLOSE)


def _english_about_facts(words: list[int], held: int) -> bool:
    """ "Tone down every warning", "side effects needn't appear in the output"."""
    if held & (_ADDRESSED | Part.LIFE | Part.READING):
        return False
    return bool(held & Part.THE) and _near(words, Part.FIELD, Part.ENGLISH)


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
    _kept_from_people,
    _told_as_done,
    _said_to_a_friend,
    _words_removed,
    _not_to_be_said,
    _english_about_facts,
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
