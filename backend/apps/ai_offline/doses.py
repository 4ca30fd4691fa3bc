"""Numbers of a label in Russian: «по 1 капле», «6 месяцев», «за 30 минут»."""

from __future__ import annotations

import re

from apps.ai.text.language import russian

#: A number or a range as written.
NUMBER = r"(?P<n>\d{1,5}(?:[.,]\d{1,3})?(?: ?[-–] ?\d{1,5}(?:[.,]\d{1,3})?)?)"
#: Its place in a pattern and in the Russian; there with the form that it is to have.
SLOT = re.compile(r"\{n(?::(?P<form>[a-z ]+))?\}")

#: What Russian counts with «по»: after 1 in the dative, else as it counts.
_DOSES = {
    "tablet": ("таблетке", russian.COUNTED["tablet"]),
    "capsule": ("капсуле", russian.COUNTED["capsule"]),
    "drop": ("капле", russian.COUNTED["drop"]),
    "sachet": ("саше", russian.COUNTED["sachet"]),
    "scoop": ("мерной ложке", russian.Counted("мерная ложка", "мерные ложки", "мерных ложек")),
    "teaspoon": ("чайной ложке", russian.Counted("чайная ложка", "чайные ложки", "чайных ложек")),
    "press": ("нажатию", russian.Counted("нажатие", "нажатия", "нажатий")),
    "spray": ("впрыскиванию", russian.Counted("впрыскивание", "впрыскивания", "впрыскиваний")),
}
_GENITIVES = {
    "month": ("месяца", "месяцев"),
    "day": ("дня", "дней"),
    "year": ("года", "лет"),
    "tablet": ("таблетки", "таблеток"),
    "capsule": ("капсулы", "капсул"),
}
_TIMES = russian.Counted("раз", "раза", "раз")
_HOURS = russian.Counted("час", "часа", "часов")
_MINUTES = russian.Counted("минуту", "минуты", "минут")


def rendered(text: str, match: re.Match[str]) -> str:
    """The Russian of a group of words with the number that its pattern found."""

    def number(slot: re.Match[str]) -> str:
        written = re.sub(r" ?[-–] ?", "–", match["n"]).replace(".", ",")
        return _counted(written, slot["form"] or "")

    return SLOT.sub(number, text)


def _counted(number: str, form: str) -> str:
    if form in _DOSES:
        one, noun = _DOSES[form]
        return f"по {number} {one if _is_one(number) else russian.plural(number, noun)}"
    if form.startswith("of "):
        one, many = _GENITIVES[form.removeprefix("of ")]
        return f"{number} {one if _is_one(number) else many}"
    if form == "acc minute":
        return f"{number} {russian.plural(number, _MINUTES)}"
    if form == "minutes":
        return f"по {number} {russian.plural(number, _MINUTES)}"
    if form in {"often", "times"}:
        return f"{number} {russian.plural(number, _TIMES)}"
    if form == "hours":
        return f"{number} {russian.plural(number, _HOURS)}"
    if form in russian.COUNTED:
        return russian.counted(number, russian.COUNTED[form])
    return number


def _is_one(number: str) -> bool:
    last = number.split("–")[-1]
    return last.endswith("1") and not last.endswith("11") and "," not in last
