"""How many tokens a request can cost at most, before it is sent.

The bound is one token per UTF-8 byte. The tokenizers in use are byte-level BPE (or SentencePiece with byte
fall-back): every single byte is a token of its own and merges only make fewer, so no text of n bytes can
become more than n tokens, whatever its language. For Russian that is several times too much (some 4 to 7
bytes a token), for JSON and English 3 to 4 times; it costs nothing, because the difference is given back when
the call is settled. A tighter guess (bytes / 2) fails on punctuation, emoji and rare scripts, and then a
budget would not hold.
"""

from __future__ import annotations

from collections.abc import Iterable

#: Role marks and separators around each message (4 in the known chat formats), rounded up.
PER_MESSAGE = 16
#: Start of the answer, and what a server adds to describe a schema, beyond its own bytes.
PER_REQUEST = 64


def upper_bound(texts: Iterable[str]) -> int:
    """At most so many tokens for these message texts, without pictures."""
    return PER_REQUEST + sum(PER_MESSAGE + byte_length(text) for text in texts)


def byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
