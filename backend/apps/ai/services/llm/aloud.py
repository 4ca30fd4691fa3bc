"""The answer within what a model said around it.

Local models think first (`<think>…</think>{…}`), chat models wrap the object into a letter or a Markdown block. The
answer has been paid for, so it is looked for before it is asked for again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

#: How thoughts are marked: by tags, by the signs of Kimi and gpt-oss, by Gemma's and Phi's words.
_THOUGHT = r"think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad|chain_?of_?thought"
_THOUGHT_ENDS = re.compile(
    rf"</ ?(?:{_THOUGHT}) ?>|◁/think▷|\[/(?:{_THOUGHT})\]|<\|end_of_thought\|>"
    r"|<\|channel\|>final(?: <\|constrain\|>\w+)?<\|message\|>|<\|START_RESPONSE\|>",
    re.IGNORECASE,
)
#: Objects that are tried: more braces than that are no answer but a text about one.
_MOST_TRIED = 60
_DECODER = json.JSONDecoder(strict=False)


def candidates(content: str) -> Iterator[str]:
    """What may be the answer: the whole content first, then its objects, the last first.

    Objects within a thought are tried only when none stands behind it.
    """
    yield content
    if "{" not in content:
        return
    start = max((end.end() for end in _THOUGHT_ENDS.finditer(content)), default=0)
    found = list(_objects(content, start)) or (list(_objects(content, 0)) if start else [])
    yield from reversed(found)


def _objects(content: str, start: int) -> Iterator[str]:
    """The outermost JSON objects of a text, in order."""
    for _ in range(_MOST_TRIED):
        start = content.find("{", start)
        if start < 0:
            return
        try:
            value, end = _DECODER.raw_decode(content, start)
        except (json.JSONDecodeError, RecursionError):
            start += 1
            continue
        if value:
            yield content[start:end]
        start = end
