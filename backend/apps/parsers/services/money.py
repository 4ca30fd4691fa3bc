"""Prices as suppliers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from apps.products.models import Currency

# The dearest thing a shop could sell, in any currency; a larger number is an article code or a joke.
MAX_PRICE = Decimal(100_000_000)
_CENT = Decimal("0.01")

_LETTER = "A-Za-zА-Яа-яЁёİıĞğŞşÇçÖöÜü"
_SIGNS = {
    Currency.TRY: rf"₺|(?<![{_LETTER}])(?:TL|TRY|YTL|lira(?:s[ıi])?)(?![{_LETTER}])",
    Currency.RUB: rf"₽|(?<![{_LETTER}])(?:RUB|RUR|руб(?:\.|л[{_LETTER}]+)?|р\.?)(?![{_LETTER}])",
    Currency.USD: rf"\$|(?<![{_LETTER}])(?:USD|долл(?:\.|ар[{_LETTER}]*)?)(?![{_LETTER}])",
    Currency.EUR: rf"€|(?<![{_LETTER}])(?:EUR|евро)(?![{_LETTER}])",
}
_CURRENCY_PATTERNS = {code: re.compile(pattern, re.IGNORECASE) for code, pattern in _SIGNS.items()}
_TAIL = re.compile(r"[\s.,'’]+$")
_NUMBER = re.compile(r"[-−]?\d[\d\s.,'’]*")
_SPACED_THOUSANDS = re.compile(r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d{1,2})?")
_THOUSANDS_THEN_DECIMALS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\1)[.,]\d{1,2}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_DECIMALS = re.compile(r"\d+(?:[.,]\d+)?")
#: "1127 руб. 50 коп.", "1 127-00": roubles and kopecks.
_KOPECKS = re.compile(
    r"(\d)\s*(?:руб(?:\.|л[а-яё]+)?|р\.?|₽)\s*(\d{2})\s*(?:коп(?:\.|е[а-яё]+)?|к\.?)(?![а-яё])"
    r"|(\d{3})-(\d{2})(?![\d.,\s]*\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is None when there is no price, or none to believe; then `warning` says why."""

    amount: Decimal | None
    currency: str = ""
    warning: str = ""


def read_price(value: object) -> Price:
    """A price from a JSON number or a text such as "1.249,90 TL", "1 631 ₽", "$12.50".

    A lone separator before exactly three digits ("1.249") separates thousands, as Turkish shops write.
    """
    if value is None or value == "":
        return Price(None)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return Price(None, warning=f"цена {_shown(value)} — не число")
    if not isinstance(value, str):
        return _checked(Decimal(str(value)), "", value)
    text = value.strip()
    currency = currency_code(text)
    text = _KOPECKS.sub(_with_kopecks, text[:200])
    numbers = {_TAIL.sub("", number) for number in _NUMBER.findall(text)}
    if len(numbers) != 1:
        return Price(None, currency, f"цена {_shown(value)} — не одно число")
    amount = _number(numbers.pop())
    if amount is None:
        return Price(None, currency, f"цена {_shown(value)} — не число")
    return _checked(amount, currency, value)


def _with_kopecks(found: re.Match[str]) -> str:
    whole, cents = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{whole},{cents}"


def currency_code(text: str) -> str:
    """The ISO code of the only currency that `text` names; empty for none, an unknown one, or several."""
    found = [code.value for code, pattern in _CURRENCY_PATTERNS.items() if pattern.search(text[:200])]
    return found[0] if len(found) == 1 else ""


def _checked(amount: Decimal, currency: str, value: object) -> Price:
    if not amount.is_finite():
        return Price(None, currency, f"цена {_shown(value)} — не число")
    if amount <= 0:
        return Price(None, currency, f"цена {_shown(value)} не больше нуля")
    if amount > MAX_PRICE:
        return Price(None, currency, f"цена {_shown(value)} слишком велика")
    rounded = amount.quantize(_CENT, rounding=ROUND_HALF_UP)
    if not rounded:
        return Price(None, currency, f"цена {_shown(value)} не больше нуля")
    return Price(rounded, currency)


def _number(text: str) -> Decimal | None:
    sign = -1 if text[0] in "-−" else 1
    digits = text.lstrip("-−")
    if _SPACED_THOUSANDS.fullmatch(digits):
        plain = re.sub(r"[\s'’]", "", digits).replace(",", ".")
    elif _THOUSANDS_THEN_DECIMALS.fullmatch(digits):
        whole, cents = re.split(r"[.,](?=\d{1,2}$)", digits)
        plain = f"{re.sub('[.,]', '', whole)}.{cents}"
    elif _THOUSANDS.fullmatch(digits):
        plain = re.sub("[.,]", "", digits)
    elif _DECIMALS.fullmatch(digits):
        plain = digits.replace(",", ".")
    else:
        return None
    try:
        return sign * Decimal(plain)
    except InvalidOperation:
        return None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
