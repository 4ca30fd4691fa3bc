"""Spaces that do not break, quotation marks and dashes, as Russian sets them."""

from __future__ import annotations

import re

NBSP = "\u00a0"

_BOUND = re.compile(
    r"(?<![\w.,–×-])(\d[\d.,–×]*) (?=(?:%|°C|мкг|мг|кг|г|мл|л|мкм|мм|см|км|м|см²|м²|МЕ|КОЕ|ккал|кДж|Вт|кВт|В"
    r"|А|мА|мА·ч|А·ч|КБ|МБ|ГБ|ТБ|Гц|кГц|МГц|ГГц|Мп|об/мин|дБ|лм|бар|ден|дптр|сек|мин|ч|шт"
    r"|таблет\w+|капсул\w*|ампул\w*|саше|драже|пакетик\w*|предмет\w*|страниц\w*|лист\w*|лет|год\w*|месяц\w*|мес"
    r"|пар\w?|доз\w?|упаков\w+|персон\w*|дюйм\w*|рулон\w*)(?![\w]))"
)
_AFTER_SIGN = re.compile(r"(?<=№) (?=\d)|(?<=SPF) (?=\d)")


def bind(text: str) -> str:
    """A number and its unit kept on one line by a space that does not break."""
    return _AFTER_SIGN.sub(NBSP, _BOUND.sub(rf"\1{NBSP}", text))


_OPENING = re.compile(r'(^|[\s(\[—–-])["“”„](?=[^\W_])')
_CLOSING = re.compile(r'(?<=[\w!?.,…%»)])["“”](?=$|[\s),.;:!?\]—–-])')


def typographic(text: str) -> str:
    """Russian quotation marks instead of paired straight ones, a dash between spaces, no space before a comma."""
    if text.count('"') % 2 == 0 or any(mark in text for mark in "“”„"):
        text = _CLOSING.sub("»", _OPENING.sub(r"\1«", text))
    text = re.sub(r"(?<=\s)(?:-{1,2}|–)(?=\s)", "—", text)
    return re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", text)
