"""What an examination of the installation finds: a sentence, how bad it is, and the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class State(StrEnum):
    """`NOTE`: worth knowing, nothing to mend. `FAULT`: cards do not get made, or not safely."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable, for scripts; `text` and `cure` are for people. Every warning and fault has a cure."""

    code: str
    state: State
    text: str
    cure: str = ""


#: Looks at one part. What it raises becomes a fault of its own, so one broken part hides no other.
Look = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Examination:
    """`outside`: asks a server, in a thread of its own; the others read the settings and the database."""

    name: str
    title: StrOrPromise
    look: Look
    outside: bool = False


def ok(code: str, text: str) -> Finding:
    return Finding(code, State.OK, text)


def note(code: str, text: str, cure: str = "") -> Finding:
    return Finding(code, State.NOTE, text, cure)


def warning(code: str, text: str, cure: str) -> Finding:
    return Finding(code, State.WARNING, text, cure)


def fault(code: str, text: str, cure: str) -> Finding:
    return Finding(code, State.FAULT, text, cure)
