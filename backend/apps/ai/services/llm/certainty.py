"""How sure the model was of the value it chose, from the log-probabilities of its tokens."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Sequence
from itertools import accumulate

from apps.ai.services.llm.wire import TokenProbability


def certainty_of(field: str, content: str, tokens: Sequence[TokenProbability]) -> float | None:
    """Probability (0..1) that the model gave to the string value of `field` in its JSON answer `content`.

    It is the product of the probabilities of the tokens that overlap the value, times the probability that
    the value ends there: the sum over the alternatives of the next token that begin with the closing quote
    (so `"1"` is told apart from `"12"` where digits are single tokens). None when the tokens do not spell the
    content, or the field is not a string.
    """
    span = _value_span(field, content)
    pieces = [bytes(token.bytes) if token.bytes is not None else token.token.encode() for token in tokens]
    if span is None or b"".join(pieces) != content.encode():
        return None
    start, end = span
    ends = list(accumulate(len(piece) for piece in pieces))
    total = 0.0
    for token, token_end, piece in zip(tokens, ends, pieces, strict=True):
        token_start = token_end - len(piece)
        if token_start < end and token_end > start:
            total += token.logprob
        elif token_start == end:
            total += _closing_logprob(token)
            break
    return min(1.0, max(0.0, math.exp(total)))


def _value_span(field: str, content: str) -> tuple[int, int] | None:
    """Byte offsets of the string value, without its quotes; of several, the last: a model may think aloud first."""
    values = re.finditer(rf'{re.escape(json.dumps(field))}\s*:\s*"((?:[^"\\]|\\.)*)"', content)
    found = next(iter(deque(values, maxlen=1)), None)
    if found is None or not found[1]:
        return None
    start = len(content[: found.start(1)].encode())
    return start, start + len(found[1].encode())


def _closing_logprob(token: TokenProbability) -> float:
    closing = sum(
        math.exp(other.logprob) for other in token.top_logprobs or () if other.token.startswith('"')
    )
    return math.log(min(1.0, closing)) if closing > 0 else 0.0
