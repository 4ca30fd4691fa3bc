"""What a picture says without a model: sharpness, brightness, background, frame, colours, and its quality.

Everything is measured on a copy of at most 512 px, so that a photo of 12 megapixels costs no more than a small one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from apps.ai.services.pictures import hashes, palette
from apps.ai.types import Background, PictureFacts

Array = np.ndarray[Any, np.dtype[Any]]

SAMPLE = (512, 512)
#: Pixels of the shorter side that a shop's zoom needs, and below which a picture is small.
ENOUGH_PIXELS, SMALL = 900, 500
#: Variance of the Laplacian of a plainly sharp photo, and below which one is blurred.
SHARP, BLURRED = 150.0, 25.0
DARK, BRIGHT = 0.25, 0.97
#: How far grey values may lie apart for all of a picture, or of its edge, to be one surface.
EVEN = 10.0
NEARLY_WHITE = 238
#: A frame that takes more than this share leaves little of the thing.
MUCH_BORDER = 0.8
#: A contrast of the whole picture (standard deviation of grey) below which nothing is on it.
BLANK = 4.0


def sample(image: Image.Image) -> Image.Image:
    """What of an RGB picture is measured."""
    return fitted(image, SAMPLE, Image.Resampling.BICUBIC)


def fitted(image: Image.Image, room: tuple[int, int], resampling: Image.Resampling) -> Image.Image:
    """The picture, scaled down when it is larger than `room` (width, height). Without the copy of `thumbnail`."""
    scale = min(room[0] / image.width, room[1] / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, resampling, reducing_gap=1.5)


def measure(image: Image.Image, url: str = "", *, small: Image.Image | None = None) -> PictureFacts:
    """The facts of an RGB picture, its score and why. `small`: its `sample`, where there is one already."""
    small = small or sample(image)
    rgb = np.asarray(small, dtype=np.int16)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    shares, hexes = palette.shares_of(small)
    names = palette.leading(shares)
    facts = PictureFacts(
        url=url,
        width=image.width,
        height=image.height,
        phash=hashes.text_of(hashes.phash(small)),
        sharpness=round(sharpness(grey), 1),
        brightness=round(float(grey.mean()) / 255.0, 3),
        background=background(rgb),
        colours=tuple(names),
        hexes=tuple(hexes[name] for name in names),
        border=round(border(rgb), 3),
        blank=bool(grey.std() < BLANK),
    )
    return replace(facts, score=score(facts, exposure(grey)), reasons=reasons(facts))


def sharpness(grey: Array) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al., 2000); 0 for what is too small to have one."""
    if min(grey.shape) < 3:
        return 0.0
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.var(around - 4 * grey[1:-1, 1:-1]))


def exposure(grey: Array) -> float:
    """1 less the share of pixels that are burnt out or black beyond 60 % of the picture."""
    clipped = float(np.mean((grey >= 254) | (grey <= 3)))
    return 1.0 - max(0.0, clipped - 0.6) / 0.4


def background(rgb: Array) -> Background:
    """By the picture's edge: nine pixels in ten of it near its median make it even."""
    edge = _edge(rgb)
    middle = np.median(edge, axis=0)
    even = float(np.mean(np.abs(edge - middle).max(axis=1) <= EVEN))
    if even < 0.9:
        return Background.BUSY
    return Background.WHITE if middle.min() >= NEARLY_WHITE else Background.PLAIN


def border(rgb: Array) -> float:
    """Share of the picture that lies outside the thing, in rows and columns that are one surface with the corner."""
    box = content_box(rgb)
    if box is None:
        return 1.0
    left, top, right, bottom = box
    return 1.0 - (right - left) * (bottom - top) / float(rgb.shape[0] * rgb.shape[1])


def content_box(rgb: Array) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of what differs from the edge; None when nothing does, all when the edge is busy."""
    edge = _edge(rgb)
    middle = np.median(edge, axis=0)
    far = np.abs(rgb[::2, ::2] - middle.astype(np.int16)) > 2 * EVEN
    differs = far[:, :, 0] | far[:, :, 1] | far[:, :, 2]
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return None
    height, width = rgb.shape[:2]
    right, bottom = min(width, 2 * int(columns[-1]) + 2), min(height, 2 * int(rows[-1]) + 2)
    return 2 * int(columns[0]), 2 * int(rows[0]), right, bottom


def score(facts: PictureFacts, exposed: float) -> float:
    """0..1: 0.35 resolution, 0.3 sharpness, 0.2 exposure, 0.15 background; nothing for an empty one."""
    if facts.blank:
        return 0.0
    resolution = min(1.0, min(facts.width, facts.height) / ENOUGH_PIXELS)
    sharp = min(1.0, float(np.sqrt(facts.sharpness / SHARP)))
    calm = {Background.WHITE: 1.0, Background.PLAIN: 0.8, Background.BUSY: 0.3}[facts.background]
    crowded = max(0.0, facts.border - MUCH_BORDER)
    whole = 0.35 * resolution + 0.3 * sharp + 0.2 * exposed + 0.15 * calm - 0.5 * crowded
    return round(min(1.0, max(0.0, whole)), 3)


def reasons(facts: PictureFacts) -> tuple[str, ...]:
    """What speaks against the picture, for a person."""
    if facts.blank:
        return ("на фотографии ничего нет",)
    found = {
        f"маленькая: {facts.width}×{facts.height}": min(facts.width, facts.height) < SMALL,
        "нерезкая": facts.sharpness < BLURRED,
        "тёмная": facts.brightness < DARK,
        "засвечена": facts.brightness > BRIGHT and facts.border < MUCH_BORDER,
        "пёстрый фон": facts.background is Background.BUSY,
        f"поля занимают {round(100 * facts.border)} %": facts.border > MUCH_BORDER,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _edge(rgb: Array) -> Array:
    return np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
