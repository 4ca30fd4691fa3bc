"""Ages that are told without the word for a year: «до 18 л.», "aged 12"."""

from __future__ import annotations

import re

from apps.ai.text.meaning.reading import Unit

AGED = frozenset("aged ages age".split())
#: «До 18 л. не применять»: years, where the text speaks of persons and not of what a vessel holds.
_AGE_SIDE = frozenset("до с от старше младше моложе после ст".split())
_PERSONS = re.compile(r"дет|взросл|возраст|подрост|примен|назнач|приним|противопок|рекоменд|\bпить\b")
_VESSELS = re.compile(r"объ[её]м|вместим|[её]мкост|литр|\bвод|\bбак|ведр|бутыл|канистр|чайник|кастрюл")
_OLDEST = 99


def is_an_age(unit: Unit, at: int, low: float) -> bool:
    """Whether a number before «л.» or «г.» counts years."""
    told = at > 0 and unit.tokens[at - 1].small in _AGE_SIDE and low <= _OLDEST and low == int(low)
    return told and _PERSONS.search(unit.folded) is not None and _VESSELS.search(unit.folded) is None
