from __future__ import annotations

from decimal import Decimal

import pytest

from apps.parsers.services.money import Price, currency_code, read_price


@pytest.mark.parametrize(
    ("value", "amount", "currency"),
    [
        ("1.249,90 TL", "1249.90", "TRY"),
        ("1 631 ₽", "1631.00", "RUB"),
        ("1\xa0631\u2009₽", "1631.00", "RUB"),
        ("1\u202f631,5 руб.", "1631.50", "RUB"),
        ("12.50", "12.50", ""),
        ("12,5", "12.50", ""),
        ("$1,249.90", "1249.90", "USD"),
        ("₺329,90", "329.90", "TRY"),
        ("1249TL", "1249.00", "TRY"),
        ("от 1 631 р.", "1631.00", "RUB"),
        ("1.249", "1249.00", ""),
        ("1.249.900", "1249900.00", ""),
        ("1234.567", "1234.57", ""),
        ("0.999", "1.00", ""),
        ("10’500.00 €", "10500.00", "EUR"),
        (12.5, "12.50", ""),
        (Decimal("856.0"), "856.00", ""),
        (7, "7.00", ""),
    ],
)
def test_prices_of_shops(value: object, amount: str, currency: str) -> None:
    price = read_price(value)
    assert price.currency == currency
    assert price.amount == Decimal(amount)


@pytest.mark.parametrize("value", [None, ""])
def test_no_price_is_no_warning(value: object) -> None:
    assert read_price(value) == Price(None)


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        (0, "цена 0 не больше нуля"),
        (-5, "цена -5 не больше нуля"),
        ("-5 TL", "цена '-5 TL' не больше нуля"),
        ("0,001", "цена '0,001' не больше нуля"),
        (10**9, "цена 1000000000 слишком велика"),
        (float("nan"), "цена nan — не число"),
        (Decimal("Infinity"), "цена Decimal('Infinity') — не число"),
        (True, "цена True — не число"),
        ([5], "цена [5] — не число"),
        ("договорная", "цена 'договорная' — не одно число"),
        ("100 - 200 TL", "цена '100 - 200 TL' — не одно число"),
        ("12.34.5", "цена '12.34.5' — не число"),
        ("1 23 456", "цена '1 23 456' — не число"),
    ],
)
def test_a_price_that_cannot_be_believed_is_none_with_a_reason(value: object, warning: str) -> None:
    price = read_price(value)
    assert (price.amount, price.warning) == (None, warning)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TL", "TRY"),
        ("₺", "TRY"),
        ("try", "TRY"),
        ("Türk Lirası", "TRY"),
        ("руб", "RUB"),
        ("рублей", "RUB"),
        ("RUR", "RUB"),
        ("$", "USD"),
        ("доллар", "USD"),
        ("евро", "EUR"),
        ("GBP", ""),
        ("", ""),
        ("TL или руб", ""),
        ("TLX", ""),
        ("метр", ""),
    ],
)
def test_currencies(text: str, code: str) -> None:
    assert currency_code(text) == code
