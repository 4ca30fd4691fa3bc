"""Barcodes of goods: EAN-8, UPC-A, EAN-13 and GTIN-14, whose last digit is reckoned from the others."""

from __future__ import annotations

import re

from apps.parsers.services.cleaning import clean_line, is_placeholder, is_spoiled_code

LENGTHS = (8, 12, 13, 14)
#: What stands between the digits of a code in print.
_SEPARATORS = re.compile(r"[\s\-–—']")
#: A whole number that a spreadsheet has written as a decimal one.
_WHOLE = re.compile(r"(\d+)[.,]0+")
_ISBN_10 = re.compile(r"\d{9}[\dXx]")


def read_barcode(value: object) -> tuple[str, str]:
    """The digits of the code, and why there is none. Both are empty for an empty value and a placeholder."""
    text = clean_line(value)
    if not text or is_placeholder(text):
        return "", ""
    if is_spoiled_code(text):
        return "", f"barcode: «{text}» испорчено электронной таблицей"
    whole = _WHOLE.fullmatch(text)
    digits = _SEPARATORS.sub("", whole[1] if whole else text)
    shown = text[:40]
    if _ISBN_10.fullmatch(digits) and _isbn_is_right(digits):
        return _with_check_digit(f"978{digits[:9]}"), ""
    if not (digits.isascii() and digits.isdigit()):
        return "", f"barcode: «{shown}» — не штрихкод: в нём не только цифры"
    if len(digits) not in LENGTHS:
        return "", f"barcode: «{shown}» — не штрихкод: {len(digits)} цифр, бывает 8, 12, 13 или 14"
    if not digits.strip("0"):
        return "", f"barcode: «{shown}» — одни нули"
    right = _with_check_digit(digits[:-1])
    if digits != right:
        return "", f"barcode: «{shown}» — неверная контрольная цифра, должна быть {right[-1]}"
    return digits, ""


def _with_check_digit(digits: str) -> str:
    """From the right the digits count three times and once by turns; the check digit makes the sum a whole ten."""
    total = sum(int(digit) * (1 if number % 2 else 3) for number, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def _isbn_is_right(digits: str) -> bool:
    values = [10 if digit in "Xx" else int(digit) for digit in digits]
    return sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True)) % 11 == 0
