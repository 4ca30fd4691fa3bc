"""What is known of a picture without a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Background(StrEnum):
    WHITE = "white"
    PLAIN = "plain"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """One picture, measured. `width`, `height` in pixels as it was looked at.

    `phash`: 16 hex digits, near ones differ in few bits. `sharpness`: variance of the Laplacian of grey 0..255.
    `brightness` in 0..1. `colours`: Russian names of the thing's colours, the largest first, with `hexes` as #RRGGBB.
    `border`: share of the picture (0..1) that an even frame around the thing takes. `score` in 0..1; `reasons`: what
    takes from it, in Russian. `elsewhere`: at so many other products the same picture was seen. `repeats`: address of
    an earlier picture of the product that is the same.
    """

    url: str
    width: int
    height: int
    phash: str
    sharpness: float
    brightness: float
    background: Background
    colours: tuple[str, ...] = ()
    hexes: tuple[str, ...] = ()
    border: float = 0.0
    blank: bool = False
    elsewhere: int = 0
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    repeats: str = ""


class Remembered(Protocol):
    """Answers of vision models that were paid once. `key`: of the question; `signature`: of its pictures."""

    def find(self, key: str, signature: bytes) -> Mapping[str, Any] | None:
        """The answer to the same question about the same pictures; None when there is none."""

    def keep(self, key: str, signature: bytes, answer: Mapping[str, Any], *, model: str) -> None: ...
