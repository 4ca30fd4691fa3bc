"""Feeds spoiled at random, as real ones are: for the test that no mutation breaks an import or loses a record."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Json = Any


def mutated_record(record: dict[str, Json], dice: random.Random) -> dict[str, Json]:
    """A copy with one to three of its values, at any depth, taken away, renamed, or made something else."""
    spoiled: dict[str, Json] = json.loads(json.dumps(record))
    for _ in range(dice.randint(1, 3)):
        holder = dice.choice(_holders(spoiled))
        if isinstance(holder, dict) and holder:
            key = dice.choice(list(holder))
            value = holder.pop(key)
            if dice.random() < 0.8:
                new_key = dice.choice([key, key, key, key.upper(), f"{key}_new", f" {key}", ""])
                holder[new_key] = dice.choice(_CHANGES)(value, dice)
        elif isinstance(holder, list) and holder:
            at = dice.randrange(len(holder))
            holder[at] = dice.choice(_CHANGES)(holder[at], dice)
    return spoiled


def mutated_bytes(content: bytes, dice: random.Random) -> bytes:
    """The file cut short, recoded, with bytes of chance in it, or with markup where none belongs."""
    match dice.randrange(6):
        case 0:
            return content[: dice.randrange(len(content) + 1)]
        case 1:
            text = content.decode("utf-8", errors="replace")
            encoding = dice.choice(["cp1251", "cp1254", "utf-16", "utf-16-le", "utf-32", "koi8-r"])
            return text.encode(encoding, errors="replace")
        case 2:
            at = dice.randrange(len(content) + 1)
            return (
                content[:at] + bytes(dice.randrange(256) for _ in range(dice.randint(1, 40))) + content[at:]
            )
        case 3:
            return content.decode("cp1252", errors="replace").encode()
        case 4:
            at = dice.randrange(len(content) + 1)
            extra = dice.choice(
                [b"&lt;&x;", b"<b>", b'"', b"\n", b";;;", b"]]>", b"<![CDATA[", b"\x00", b"}", b"["]
            )
            return content[:at] + extra + content[at:]
        case _:
            start = dice.randrange(len(content) + 1)
            return content[:start] + content[start + dice.randint(1, 50) :]


def _holders(value: Json) -> list[Json]:
    found = [value]
    for one in found:
        members = one.values() if isinstance(one, dict) else one
        found += [member for member in members if isinstance(member, dict | list) and member]
    return found


def _nested(value: Json, dice: random.Random) -> Json:
    for _ in range(dice.choice([3, 20, 200])):
        value = [value] if dice.random() < 0.5 else {"value": value}
    return value


_CHANGES: list[Callable[[Json, random.Random], Json]] = [
    lambda value, dice: None,
    lambda value, dice: str(value),
    lambda value, dice: [value],
    lambda value, dice: {"value": value},
    lambda value, dice: [value, value],
    lambda value, dice: dice.choice(
        [True, False, 0, -1, 10**30, 1e308, "", [], {}, "NaN", "-", "1e5", "8,6E+12"]
    ),
    lambda value, dice: f"{value}\x00\x1b\u202e\ud800",
    lambda value, dice: f"<script>{value}</script>&nbsp;&#0;",
    lambda value, dice: str(value).encode("utf-8", "replace").decode("cp1252", "replace"),
    lambda value, dice: str(value) * 500,
    _nested,
]
