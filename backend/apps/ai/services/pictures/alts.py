"""Alternative texts of pictures, from the card's own facts: nothing is said that the card does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.ai.text.attributes import traits
from apps.ai.text.safety import html

#: Characters that screen readers read in one go.
LONGEST = 125
_COLOUR = ("цвет", "color", "colour", "renk")


def alts(urls: Sequence[str], *, title: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """A text for each address: the card's title, its colour if the title lacks it, which picture of how many.

    Empty for a card without a title.
    """
    name = html.plain(title).strip(" .")
    if not name:
        return {}
    colour = next((value for key, value in attributes.items() if key.strip().lower() in _COLOUR), "")
    if colour and not traits.values_of("colour", name) and colour.lower() not in name.lower():
        name = f"{name}, {colour.lower()}"
    several = len(urls) > 1
    found = {}
    for number, url in enumerate(urls, start=1):
        tail = f" — фото {number} из {len(urls)}" if several else ""
        found[url] = _cut(name, LONGEST - len(tail)) + tail
    return found


def _cut(text: str, limit: int) -> str:
    """On a word's boundary."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:—-") + "…"
