"""Quality stage: everything that speaks against applying a card without a person looking.

Each rule is a function from `Card` to issues; a rule that does not concern the mode is silent. Codes are stable,
messages are Russian and quote the words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from apps.ai.text import claims, facts, html, injection, language
from apps.ai.text.facts import Fact
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Issue,
    Mode,
    ProductSnapshot,
    QualityReport,
    Severity,
)

#: Below these a price is more likely a parser's slip than a price. Unknown currency: no opinion.
PRICE_FLOORS = {"RUB": Decimal(20), "TRY": Decimal(10), "USD": Decimal("0.5"), "EUR": Decimal("0.5")}
#: Characters of text below which a description says nothing (specification §6.2).
MIN_DESCRIPTION = 100
#: Letters below which a source title names nothing.
MIN_TITLE_LETTERS = 3
#: What an issue takes from the score of 1.
PENALTY = {Severity.BLOCKING: 0.34, Severity.WARNING: 0.1, Severity.NOTE: 0.02}
#: Codes that a second look of the writer can mend.
REPAIRABLE = frozenset(
    {"fact_lost", "fact_invented", "foreign_words", "claim", "description_short", "no_text"}
)
#: Units in which only the strength of a medicine is given.
DOSE_UNITS = frozenset({"mg", "mcg", "iu", "mg/ml", "iu/ml", "mcg/ml"})
#: Fields of a draft by the name that the shop's card gives them.
PLAIN_FIELDS = ("title", "seo_title", "seo_description")


@dataclass(frozen=True, slots=True)
class Card:
    """What a rule may look at."""

    product: ProductSnapshot
    mode: Mode
    choice: CategoryChoice | None
    draft: Draft | None
    findings: ImageFindings
    threshold: float

    @property
    def body(self) -> str:
        """The description as plain text."""
        return html.to_text(self.draft.description) if self.draft else ""

    @property
    def fields(self) -> dict[str, str]:
        """The draft's fields as plain text, by name."""
        if self.draft is None:
            return {}
        return {
            "title": self.draft.title,
            "description": self.body,
            "seo_title": self.draft.seo_title,
            "seo_description": self.draft.seo_description,
            "keywords": ", ".join(self.draft.keywords),
        }

    @property
    def known(self) -> str:
        """Everything that the texts may state: the source, its category, and what was seen on photos."""
        path = " ".join(self.choice.path) if self.choice else ""
        seen = "\n".join((*self.findings.dominant_colors, *self.findings.text_on_package))
        return "\n".join((html.to_text(self.product.source_text), self.product.source_category, path, seen))


def check(
    product: ProductSnapshot,
    *,
    mode: Mode,
    choice: CategoryChoice | None,
    draft: Draft | None,
    findings: ImageFindings,
    threshold: float,
) -> QualityReport:
    """All findings, the gravest first."""
    card = Card(product, mode, choice, draft, findings, threshold)
    order = list(Severity)
    issues = sorted(
        (issue for rule in RULES for issue in rule(card)), key=lambda issue: order.index(issue.severity)
    )
    score = max(0.0, 1.0 - sum(PENALTY[issue.severity] for issue in issues))
    return QualityReport(tuple(issues), round(score, 3))


def repairable(report: QualityReport) -> tuple[Issue, ...]:
    """The issues that are worth one more question to the writer."""
    return tuple(issue for issue in report.blocking if issue.code in REPAIRABLE)


def _source_title(card: Card) -> Iterator[Issue]:
    letters = sum(character.isalpha() for character in card.product.title)
    if not card.product.title.strip():
        yield _blocking("no_title", "У товара нет названия.", field="title")
    elif letters < MIN_TITLE_LETTERS:
        yield _blocking("absurd_title", "Название не похоже на название товара.", card.product.title)


def _price(card: Card) -> Iterator[Issue]:
    price, currency = card.product.price, card.product.currency
    if price is None:
        yield _note("no_price", "Цена неизвестна.")
    elif price <= 0:
        yield _blocking("price_zero", "Цена товара равна нулю: похоже на ошибку парсера.", str(price))
    elif currency in PRICE_FLOORS and price < PRICE_FLOORS[currency]:
        yield _blocking("price_low", "Подозрительно низкая цена.", f"{price} {currency}")


def _instructions(card: Card) -> Iterator[Issue]:
    quotes = injection.find_instructions(html.to_text(card.product.source_text))
    if quotes:
        yield _blocking("prompt_injection", "Текст поставщика обращается к модели с указаниями.", *quotes)


def _replica(card: Card) -> Iterator[Issue]:
    texts = (card.product.source_text, *card.fields.values())
    quotes = dict.fromkeys(quote for text in texts for quote in claims.find_replica(text))
    if quotes:
        yield _blocking("replica", "Слова о подделке или копии.", *quotes)


def _category(card: Card) -> Iterator[Issue]:
    choice = card.choice
    if choice is None or not card.mode.chooses_category:
        return
    if choice.category_id is None:
        yield _blocking("no_category", "Подходящей категории не нашлось.", field="category")
    elif card.threshold > 1.0:
        yield _blocking(
            "low_confidence",
            f"Уверенность в категории {choice.confidence:.2f}; безопасный порог для неё ещё не измерен.",
            field="category",
        )
    elif choice.confidence < card.threshold:
        yield _blocking(
            "low_confidence",
            f"Уверенность в категории {choice.confidence:.2f} ниже порога {card.threshold:.2f}.",
            field="category",
        )
    for warning in choice.warnings:
        yield _warning("category_warning", f"Подбор категории: {warning}.", field="category")


def _contradiction(card: Card) -> Iterator[Issue]:
    """The source's title and description disagree about the dose: nobody but a person can tell which is right."""
    title = _doses(card.product.title)
    body = _doses(html.to_text(card.product.description))
    same_units = {fact.unit for fact in title} & {fact.unit for fact in body}
    if same_units and not set(title) & set(body):
        quotes = (fact.text for fact in (*title, *body))
        yield _blocking(
            "source_contradiction", "Дозировка в названии и в описании поставщика разная.", *quotes
        )


def _lost(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    output = f"{card.draft.title}\n{card.body}"
    lost = facts.lost(html.plain(card.product.title), output)
    if lost:
        yield _blocking(
            "fact_lost",
            "Потеряно из исходного названия.",
            *(fact.text for fact in lost),
            field="description",
        )


def _invented(card: Card) -> Iterator[Issue]:
    for name, text in card.fields.items():
        found = facts.invented(card.known, text)
        if found:
            quotes = (fact.text for fact in found)
            yield _blocking("fact_invented", "Этого нет в данных товара.", *quotes, field=name)


def _language(card: Card) -> Iterator[Issue]:
    if card.draft is None or card.draft.language != "ru":
        return
    allowed = (card.product.brand, card.product.supplier)
    for name, text in card.fields.items():
        leftovers = language.foreign_leftovers(text, allowed=[word for word in allowed if word])
        if leftovers:
            quotes = (leftover.quote for leftover in leftovers)
            yield _blocking(
                "foreign_words", "В русском тексте остались иностранные слова.", *quotes, field=name
            )
    if card.draft.untranslated:
        yield _blocking("untranslated", "Слова источника остались без перевода.", *card.draft.untranslated)


def _claims(card: Card) -> Iterator[Issue]:
    for name, text in card.fields.items():
        promises = claims.find_promises(text)
        if promises:
            yield _blocking("claim", "Обещание, которого карточка давать не может.", *promises, field=name)
        praise = claims.find_superlatives(text)
        if praise:
            yield _warning("superlative", "Хвалебные слова.", *praise, field=name)


def _texts(card: Card) -> Iterator[Issue]:
    if card.draft is None:
        return
    if not card.draft.title:
        yield _blocking("no_text", "Заголовок пуст.", field="title")
    if len(card.body) < MIN_DESCRIPTION:
        yield _blocking(
            "description_short",
            f"Описание короче {MIN_DESCRIPTION} знаков ({len(card.body)}).",
            field="description",
        )
    for name in PLAIN_FIELDS[1:]:
        if not card.fields[name]:
            yield _note("seo_empty", "SEO-поле пусто.", field=name)


def _source_html(card: Card) -> Iterator[Issue]:
    quotes = html.active_content(card.product.description)
    if quotes:
        yield _warning("active_html", "В описании поставщика был исполняемый код; он удалён.", *quotes)


def _images(card: Card) -> Iterator[Issue]:
    if card.findings.failures:
        yield _note("images_failed", f"Не удалось прочитать фотографий: {len(card.findings.failures)}.")


RULES = (
    _source_title,
    _price,
    _instructions,
    _replica,
    _category,
    _contradiction,
    _lost,
    _invented,
    _language,
    _claims,
    _texts,
    _source_html,
    _images,
)


def _doses(text: str) -> list[Fact]:
    return [fact for fact in facts.extract(text) if fact.unit in DOSE_UNITS]


def _issue(severity: Severity, code: str, message: str, quotes: tuple[str, ...], field: str) -> Issue:
    unique = tuple(dict.fromkeys(quote.strip()[:200] for quote in quotes if quote.strip()))[:10]
    if unique:
        message = f"{message.rstrip('.')}: {', '.join(f'«{quote}»' for quote in unique)}."
    return Issue(code=code, severity=severity, message=message, field=field, quotes=unique)


def _blocking(code: str, message: str, *quotes: str, field: str = "") -> Issue:
    return _issue(Severity.BLOCKING, code, message, quotes, field)


def _warning(code: str, message: str, *quotes: str, field: str = "") -> Issue:
    return _issue(Severity.WARNING, code, message, quotes, field)


def _note(code: str, message: str, *quotes: str, field: str = "") -> Issue:
    return _issue(Severity.NOTE, code, message, quotes, field)
