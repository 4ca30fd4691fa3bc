"""Headings and labels: what they say of what stands below or behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance_words import Mark, marks
from apps.ai.text.meaning.verdicts import Stance, own_stance

#: «Противопоказания. Беременность, …»: a heading that stands in the line of what it heads.
RUN_IN = re.compile(
    r"(?:противопоказани[ея]|ограничени[ея]|предупреждени[ея]|предостережени[ея]|осторожн(?:о|ость)|(?:кому )?нельзя|"
    r"kontrendikasyon(?:lar)?|uyarilar|contraindications?|cautions?|warnings?)\.?$"
)


#: «Способ применения. Внутрь, …»: another heading of that kind ends the one before it.
SECTION = re.compile(
    r"\s*(?:показани[ея]|способ применени[ея]|применение|дозы|дозировка|режим дозирования|взаимодействи[ея]|"
    r"побочн\w+(?: действи[ея]| эффекты)?|хранение|условия хранения|состав|форма выпуска|срок годности|"
    r"indications?|dosage|directions|interactions?|side effects|storage|kullanimi?|dozaj|saklama|endikasyonlar)"
    r"\s?\.\s*$"
)


def of_heading(tokens: Sequence[Token]) -> Stance:
    """«Как принимать» allows nothing of what stands below it, «Показания» does."""
    said = own_stance(tokens)
    allows = said is not Stance.ALLOWS or any(
        marks(token.small) & (Mark.ALLOWS | Mark.POSSIBLE) for token in tokens
    )
    return said if allows else Stance.NEUTRAL


#: «Противопоказания: глаукома; приём алискирена; …»: a list that goes on behind the semicolon.
_LABEL = re.compile(r"^(?:\d+(?:\.\d+)*\.? )?[^:;.]{3,60}?\.?(?::| [-–—] )")


def opens_a_list(unit: Unit) -> Stance:
    """What the label of a list forbids or warns of; neutral where the sentence opens none."""
    label = _LABEL.match(unit.text.lstrip("\n -•")) if unit.text.rstrip().endswith(";") else None
    if label is None:
        return Stance.NEUTRAL
    first = unit.text.index(label[0]) + unit.start
    said = own_stance([one for one in unit.tokens if one.end <= first + len(label[0])])
    return said if said in {Stance.FORBIDS, Stance.WARNS} else Stance.NEUTRAL


def heads(reading: Reading, unit: Unit, mention: Mention) -> bool:
    """Whether a mention stands in a heading; the full stop of a paragraph's last sentence stands behind the unit."""
    head = unit.folded.partition(":")[0]
    if unit.tokens[mention.last].end - unit.start <= len(head) and _OF_SAFETY.fullmatch(head.strip(" .!")):
        return True
    return unit.is_heading and reading.text[unit.end : unit.end + 1] not in {".", "!", "?", ";"}


#: «Меры безопасности.», «Безопасность при использовании.»: a heading with a full stop.
_OF_SAFETY = re.compile(
    r"(?:(?:меры|правила|требования|техника|указания|рекомендации|сведения|уход|хранение|о|об|по|и) ){0,3}"
    r"безопасност\w+(?: (?:при|в|во|и|для|уход|"
    r"использовани\w|применени\w|эксплуатаци\w|игр[еы]|работ[еы]|обращени\w|ребенка|детей)){0,3}"
)
