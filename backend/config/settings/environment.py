"""The environment's variables: which ones the settings read, and what is wrong with them, as system checks.

A value that cannot be read must not end in a traceback that hides every other mistake: the default stands in, and
`manage.py check` names the variable and the right form.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import environ
from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

#: Whoever begins so is ours; `QDRANT__…` is the Qdrant server's own.
PREFIXES = ("AI_", "R2_", "QDRANT_")
FALSE = {"false", "off", "no", "n", ""}
#: Stands in for an address that cannot be read: whoever uses it is told, and nothing is written to another database.
NO_DATABASE = {"ENGINE": "django.db.backends.dummy", "NAME": "", "USER": "", "PASSWORD": ""}
#: What is wrong, by variable: the message and the right form.
_problems: dict[str, tuple[str, str]] = {}
#: Every variable that the settings asked for.
known: set[str] = set()


class Environment(environ.Env):  # type: ignore[misc]  # it has no types
    """As django-environ's, but remembers what was asked for and what could not be read."""

    def get_value(
        self, var: Any, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        known.add(str(var))
        try:
            return super().get_value(var, cast, default, parse_default)
        except (ValueError, TypeError) as error:  # json.JSONDecodeError is a ValueError
            _problems[str(var)] = (
                f"{var} is {os.environ.get(str(var), '')[:60]!r}, which cannot be read ({error}).",
                f"It must look like {_form(cast, default)}.",
            )
            return None if default is self.NOTSET else default

    @classmethod
    def parse_value(cls, value: Any, cast: Any) -> Any:
        """A word that is neither yes nor no is a slip, not a no. Raises ValueError."""
        if cast is bool and not str(value).strip().lstrip("-").isdigit():
            word = str(value).lower().strip()
            if word not in FALSE and word not in cls.BOOLEAN_TRUE_STRINGS:
                raise ValueError("neither true nor false")
        return super().parse_value(value, cast)

    def db_url(self, var: Any = "DATABASE_URL", default: Any = environ.Env.NOTSET, engine: Any = None) -> Any:
        form = "postgres://user:password@host:5432/name"
        read = partial(super().db_url, var, default, engine)
        found = self._address(str(var), read, form=form) or NO_DATABASE
        if found is not NO_DATABASE and found["ENGINE"] not in self.DB_SCHEMES.values():
            _problems[str(var)] = (f"{var} is no address of a known database.", f"It must look like {form}.")
            return dict(NO_DATABASE)
        return dict(found)

    def email_url(
        self, var: Any = "EMAIL_URL", default: Any = environ.Env.NOTSET, backend: Any = None
    ) -> Any:
        read = partial(super().email_url, var, default, backend)
        return self._address(str(var), read, form="smtp+tls://user:password@host:587") or {}

    db, email = db_url, email_url

    def _address(self, name: str, read: Callable[[], Any], *, form: str) -> Any:
        """None when it cannot be read. Neither the address nor the error is repeated: they hold a password."""
        if name not in os.environ:
            return read()  # the default, or the error that it is required
        try:
            return read()
        except (ImproperlyConfigured, ValueError, KeyError):
            _problems[name] = (f"{name} is no address that can be read.", f"It must look like {form}.")
            return None


def _form(cast: Any, default: Any) -> str:
    if cast is json.loads or isinstance(default, dict | list):
        return f"JSON, such as {json.dumps(default or {'name': 1})}"
    kind = getattr(cast, "__name__", type(default).__name__)
    return {"int": "a whole number", "float": "a number", "bool": "true or false"}.get(kind, f"a {kind}")


@register(Tags.compatibility)
def check_environment(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Values that could not be read, and variables that nothing reads: most likely typing errors."""
    unreadable: list[CheckMessage] = [
        Error(text, hint=hint, id="env.E001") for text, hint in _problems.values()
    ]
    return unreadable + [
        _unknown(name) for name in sorted(os.environ) if _is_ours(name) and name not in known
    ]


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIXES) and not name.startswith("QDRANT__")


def _unknown(name: str) -> Error:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists all variables."
    return Error(f"Nothing reads the variable {name}.", hint=hint, id="env.E002")
