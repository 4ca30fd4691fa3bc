"""Secrets of the settings, struck out of what is written for people, logs and other machines.

A key reaches such a text by an exception that quotes an address, a header or a whole request: no care at one place
keeps all of them out, so whatever leaves the process by a log, an alert or a page goes through `redacted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.signals import setting_changed

from utils.secret import MASK

#: Settings, and keys within them, whose value is a secret.
_NAMES = re.compile(r"(^|_)(KEYS?|SECRET|TOKEN|PASSWORD|DSN|FALLBACKS)$|ALERT_WEBHOOK$", re.IGNORECASE)
#: Shorter values occur in ordinary words.
_SHORTEST = 6
#: What is secret whatever it says: credentials in headers and addresses, keys as providers make them.
_ALWAYS = re.compile(
    r"(?P<before>\b(?:Bearer|Basic)\s+|/bot(?=\d+:)|://[^/\s:@]*:(?=[^\s/@]+@))"
    r"[^\s'\"/@,;]{3,}"
    r"|\bsk-[A-Za-z0-9_-]{16,}"
)


def redacted(text: str) -> str:
    """The text with every secret of the settings, and whatever looks like a credential, replaced by dots."""
    known = _known()
    if known is not None:
        text = known.sub(MASK, text)
    return _ALWAYS.sub(lambda found: f"{found['before'] or ''}{MASK}", text)


def redacted_tree(value: Any) -> Any:
    """The same for every string within lists, tuples and dicts; what a secret's name names goes whatever it says."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {
            key: MASK if item and _NAMES.search(str(key)) and isinstance(item, str) else redacted_tree(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(redacted_tree(item) for item in value)
    return value


@lru_cache(maxsize=1)
def _known() -> re.Pattern[str] | None:
    """One pattern of all secrets, the longest first: a secret may be the beginning of another."""
    found = {
        form for value in _secrets() for form in (value, quote(value, safe="")) if len(value) >= _SHORTEST
    }
    listed = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, listed))) if listed else None


def _secrets() -> Iterator[str]:
    for name in dir(settings):
        if name.isupper():
            yield from _within(name, getattr(settings, name))


def _within(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _within(str(key), item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _within(name, item)
    elif isinstance(value, str) and value:
        if _NAMES.search(name):
            yield value
        yield from _password(value)


def _password(value: str) -> Iterator[str]:
    if "://" in value and "@" in value:
        try:
            password = urlsplit(value).password
        except ValueError:
            return
        if password:
            yield password


def _forget(**kwargs: object) -> None:
    _known.cache_clear()


setting_changed.connect(_forget, dispatch_uid="utils.redaction.forget")
