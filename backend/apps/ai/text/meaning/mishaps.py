"""What is told for the case that something goes wrong: «при попадании в глаза», "if swallowed", «göze kaçarsa».

It states nothing of the goods: whoever tells what to do then does not say that it may happen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.text.meaning.reading import Token

_MISHAP = re.compile(
    r"\b(?:при|в случае|если)(?: \w+){0,3}? (?:попад|попал|контакт|проглат|проглоч|вдох|вдыхан|пролил|разлил)|"
    r"\bпопавш(?:ее|ий|ую|ая|ие)\b|"
    r"\bif(?: \w+){0,3}? (?:gets?|got|comes?|contact|swallow|inhaled|spil|occurs)|"
    r"\bin case of(?: \w+){0,2}? contact|"
    r"\b(?:temas|kac|yut|solu)\w*(?: \w+)? (?:halinde|durumunda)|"
    r"\b(?:kac\w*|temas ed\w*|yutul\w*)rs[ae]\b|\btemasi?nda\b"
)


def is_mishap(tokens: Sequence[Token]) -> bool:
    return _MISHAP.search(" ".join(token.small for token in tokens)) is not None
