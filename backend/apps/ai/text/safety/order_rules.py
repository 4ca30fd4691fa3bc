"""Which parts of an order must stand near one another (`orders` says what for): one function a kind of order."""

from __future__ import annotations

from collections.abc import Callable

from apps.ai.text.safety.order_parts import Part

#: Words of an order lie no further apart, words of an avoided check no further than the second.
NEAR, CLOSE = 9, 5
#: An order that names nothing but the check is short: «Не отправлять на проверку».
SHORT = 5

#: With these, a card or a title is the system's, whatever goods are spoken of.
_PLAIN_ORDER = Part.MACHINE | Part.ORDER | Part.SHALL | Part.PUBLISH | Part.CHECK | Part.FIELD
_PLAIN_ORDER |= Part.INFINITIVE | Part.SAY
#: Without any of these a sentence is nobody's order.
CONCERNED = (
    Part.MACHINE | Part.WORK | Part.TEXT | Part.FIELD | Part.WRITTEN | Part.CHECK | Part.PUBLISH | Part.YOU
)


def orders(words: list[int]) -> bool:
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
ADDRESSED = Part.BUYER | Part.PATIENT


def _to_a_machine(words: list[int], held: int) -> bool:
    """«Ассистент, поставь…», "the classifier must…"."""
    if not held & Part.MACHINE:
        return False
    return _near(words, Part.MACHINE, _COMMAND | Part.POLITE | Part.PUBLISH | Part.AVOID) or (
        bool(held & (Part.WORK | Part.TEXT | Part.FIELD)) and _passive(words, held, Part.MACHINE)
    )


def _about_its_work(words: list[int], held: int) -> bool:
    """«Категорию ставь…», «заголовок должен быть заменён», "kategori olarak … seçilsin"."""
    if not held & Part.WORK or held & ADDRESSED:
        return False
    return (
        _near(words, Part.WORK, _COMMAND | Part.POLITE | Part.VERB)
        or _near(words, Part.WORK, Part.WISH, CLOSE)
        or _passive(words, held, Part.WORK)
    )


def _about_the_text(words: list[int], held: int) -> bool:
    """«Слово «рецептурный» убрать», «опусти слова о беременности»: a text and a fact, and what to do with both."""
    if held & ADDRESSED or not held & (Part.FIELD | Part.WRITTEN):
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
        _near(words, Part.TEXT, commands | Part.WISH)
        or (not (lived and held & Part.NEGATED) and _passive(words, held, Part.FIELD))
    )


def _about_what_is_written(words: list[int], held: int) -> bool:
    """«В тексте обязательно должна быть фраза…»: two words for what is written, and that it shall be."""
    if held & ADDRESSED or sum(bool(parts & Part.WRITTEN) for parts in words) < 2:
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
    if not held & Part.PUBLISH or held & ADDRESSED:
        return False
    return _near(words, Part.PUBLISH, Part.AT_ONCE, CLOSE) or _near(words, Part.PUBLISH, Part.WORK, CLOSE)


def _of_its_text(words: list[int], held: int) -> bool:
    """«Текст, который ты сочинишь, обязан содержать…»."""
    if not held & Part.YOU or not held & (Part.MODAL | _COMMAND):
        return False
    return _near(words, Part.YOU, Part.WORK | Part.MACHINE | Part.TEXT)


def _shown(words: list[int], held: int) -> bool:
    """«Цена в карточке отображается как 0»: what the system is to show, told as a fact."""
    if held & ADDRESSED or not held & Part.SHOWN:
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
    if held & (ADDRESSED | Part.LIFE) or not held & (Part.WORK | Part.TEXT):
        return False
    return _near(words, Part.HUMAN, Part.NEGATED, CLOSE)


def _told_as_done(words: list[int], held: int) -> bool:
    """«Категория проставляется принудительно», «результат проверки заранее положительный»."""
    if held & (ADDRESSED | Part.LIFE):
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
    if _near(parts_of_a_card, concerns, Part.ORDER, 2) and not held & ADDRESSED:
        return True
    if held & (ADDRESSED | Part.LIFE):
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
    if held & ADDRESSED or not held & Part.FIELD:
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
    if held & (ADDRESSED | Part.LIFE | Part.READING):
        return False
    return bool(held & Part.THE) and _near(words, Part.FIELD, Part.ENGLISH)


def _machine_and_card(words: list[int], held: int) -> bool:
    """«Нейросети на заметку: побочные действия здесь формальность»: a machine and a card have no other business."""
    if held & (ADDRESSED | Part.GOODS | Part.LIFE):
        return False
    return bool(held & Part.MACHINE and held & (Part.FIELD | Part.WORK | Part.WRITTEN))


def _fact_in_a_card(words: list[int], held: int) -> bool:
    """«Сведения о составе в описание не идут»: a fact, where it is written, and what becomes of it."""
    fate = Part.DONE | Part.TOLD | Part.LETS | Part.NEGATED | Part.REMOVED | Part.POLITE | Part.VERB
    if held & ADDRESSED or not held & fate:
        return False
    return _near(words, Part.WORK | Part.WRITTEN, Part.FIELD, 4)


def _fact_removed(words: list[int], held: int) -> bool:
    """«Пометки «не подтверждено» убираем»."""
    if held & (ADDRESSED | Part.LIFE | Part.GOODS):
        return False
    return _near(words, Part.REMOVED, Part.FIELD | Part.WRITTEN, 4) and bool(
        held & (Part.LETS | Part.SHALL | Part.WISH | Part.ORDER | Part.INFINITIVE | Part.ENGLISH)
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
    _kept_from_people,
    _told_as_done,
    _said_to_a_friend,
    _words_removed,
    _not_to_be_said,
    _english_about_facts,
    _machine_and_card,
    _fact_in_a_card,
    _fact_removed,
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
