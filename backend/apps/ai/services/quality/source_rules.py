"""What speaks against a card before anything is written: the source's own faults, and the choice of a category."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from apps.ai.issue_codes import issue
from apps.ai.services.category import warnings
from apps.ai.services.quality.card import Card
from apps.ai.text import facts
from apps.ai.text.attributes import names
from apps.ai.text.facts import Fact
from apps.ai.text.safety import html, injection
from apps.ai.types import CategoryChoice, Issue

#: Letters below which a source title names nothing.
MIN_TITLE_LETTERS = 3
#: Units in which only the strength of a medicine is given.
DOSE_UNITS = frozenset({"mg", "mcg", "iu", "mg/ml", "iu/ml", "mcg/ml"})
#: A sentence about how much may be taken states no strength.
_HOW_MUCH = re.compile(
    r"суточн|в (?:сутки|день)|максимал|не более|на кг|по схеме|дозиров|принима|"
    r"günlük|günde|en fazla|azami|kullanım|daily|per day|maximum|up to|dosage",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def title(card: Card) -> Iterator[Issue]:
    letters = sum(character.isalpha() for character in card.product.title)
    if not card.product.title.strip():
        yield issue("no_title", "У товара нет названия.", field="title")
    elif letters < MIN_TITLE_LETTERS:
        yield issue("absurd_title", "Название не похоже на название товара.", [card.product.title])


def price(card: Card) -> Iterator[Issue]:
    """A price below its currency's floor is more likely a parser's slip than a price; other currencies: no opinion."""
    amount, currency = card.product.price, card.product.currency
    if amount is None:
        yield issue("no_price", "Цена неизвестна.")
    elif amount <= 0:
        yield issue("price_zero", "Цена товара не больше нуля: похоже на ошибку парсера.", [str(amount)])
    elif (floor := card.policy.price_floors.get(currency)) is not None and amount < floor:
        yield issue(
            "price_low", f"Подозрительно низкая цена, порог {floor} {currency}.", [f"{amount} {currency}"]
        )


def instructions(card: Card) -> Iterator[Issue]:
    """Orders in the raw source: a model reads comments and attributes of markup, too."""
    quotes = injection.find_instructions(card.product.source_text)
    if quotes:
        yield issue("prompt_injection", "Текст поставщика обращается к модели с указаниями.", quotes)


def _unsure(choice: CategoryChoice, threshold: float) -> str:
    """A guess that nobody measured is named in words, never as a number. `threshold` above 1: none is safe."""
    if not choice.is_measured:
        fixed = "" if threshold > 1.0 else f"; оценка ниже порога {threshold:.2f} из настроек"
        return f"Как часто так выбранная категория верна, в этом магазине ещё не измерено{fixed}."
    if threshold > 1.0:
        return f"Уверенность в категории {choice.confidence:.2f}, но в этой ветке нужен человек при любой."
    return f"Уверенность в категории {choice.confidence:.2f} ниже порога {threshold:.2f}."


def category(card: Card) -> Iterator[Issue]:
    choice = card.choice
    if choice is None or not card.mode.chooses_category:
        return
    if choice.category_id is None:
        yield issue("no_category", "Подходящей категории не нашлось.", field="category")
    elif choice.confidence < card.policy.threshold:
        yield issue("low_confidence", _unsure(choice, card.policy.threshold), field="category")
    for warning in choice.warnings:
        yield issue(warnings.code(warning), warnings.in_words(warning), field="category")


def contradiction(card: Card) -> Iterator[Issue]:
    """The source's title and description disagree about the dose: nobody but a person can tell which is right.

    Only doses of the title's own substance are compared: a leaflet also states those of excipients and salts, of
    other strengths, of regimens.
    """
    in_title = _doses(card.source_title)
    if not in_title:
        return
    body = _SENTENCE.sub(lambda found: " " if _HOW_MUCH.search(found[0]) else found[0], card.source_body)
    stated = _doses(body)
    if set(in_title) & set(stated) or add_up(in_title, stated):
        return
    rivals = _of_the_same(card.source_title, body, {fact.unit for fact in in_title})
    if rivals:
        quotes = (fact.text for fact in (*in_title, *rivals))
        yield issue("source_contradiction", "Дозировка в названии и в описании поставщика разная.", quotes)


#: Two words are one substance when they begin alike, in either alphabet; shorter ones are forms and numbers.
_SUBSTANCE_LETTERS = 5
_CLAUSE = re.compile(r"[^.,;:!?\n]+(?:[.,](?=\d)[^.,;:!?\n]*)*")
_NAME = re.compile(r"[^\W\d_]{5,}")
#: «В одной таблетке 500 мг»: the strength of the whole.
_IN_ONE = re.compile(
    r"(?:в |на )?(?:1|одной|одну|одна|кажд\w+|each|per|her|bir|one) (?:film )?"
    r"(?:тб|таб|капс|драже|ампул|саше|tablet|kapsül|capsule|sachet|ampul)",
    re.IGNORECASE,
)


def _of_the_same(title: str, body: str, units: set[str]) -> list[Fact]:
    """Doses of the body that stand in one clause with a name of the title, or that a whole tablet is said to hold."""
    known = {_beginning(name) for name in _NAME.findall(title)} - _FORMS
    found: list[Fact] = []
    for clause in _CLAUSE.findall(body):
        if _IN_ONE.search(clause) or known & {_beginning(name) for name in _NAME.findall(clause)}:
            doses = [fact for fact in _doses(clause) if fact.unit in units]
            found += doses if len(doses) == 1 else []
    return found if len({(fact.value, fact.unit) for fact in found}) == 1 else []


def _beginning(name: str) -> str:
    return names.letters(name).translate(names.LATIN)[:_SUBSTANCE_LETTERS]


_FORMS = frozenset(
    _word[:_SUBSTANCE_LETTERS]
    for _word in (
        "tablet kapsul tabletki capsul film kapli kaplama obolo plenoch sirup rastvor damla jelatin draje drazhe "
        "ampul fitil sprey spray kremi merhem ointment surup syrup suspansiyon suspension powder"
    ).split()
)


def add_up(in_title: Iterable[Fact], stated: Iterable[Fact]) -> bool:
    """«Амоклин 1000 мг» holds 875 mg and 125 mg."""
    amounts = [
        Decimal(fact.value)
        for fact in stated
        if fact.value.replace(".", "").isdigit() and "/" not in fact.unit
    ]
    wanted = {
        Decimal(f.value) for f in in_title if f.unit in DOSE_UNITS and f.value.replace(".", "").isdigit()
    }
    pairs = {first + second for at, first in enumerate(amounts[:12]) for second in amounts[at + 1 : 12]}
    return bool(wanted & pairs)


def markup(card: Card) -> Iterator[Issue]:
    quotes = html.active_content(card.product.description)
    if quotes:
        yield issue("active_html", "В описании поставщика был исполняемый код; он удалён.", quotes)


def images(card: Card) -> Iterator[Issue]:
    if card.findings.failures:
        yield issue("images_failed", f"Не удалось прочитать фотографий: {len(card.findings.failures)}.")


def _doses(text: str) -> list[Fact]:
    return [fact for fact in facts.extract(text) if fact.unit in DOSE_UNITS]
