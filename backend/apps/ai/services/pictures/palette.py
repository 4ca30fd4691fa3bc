"""The colours of the thing on a picture, by their Russian names: the nearest in CIELAB gives a pixel its name."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, np.dtype[Any]]

MOST_COLOURS = 4
#: A colour that covers less of the pictures than this is a detail.
SMALLEST_SHARE = 0.08
#: Pixels a side to which a picture is scaled down before its colours are counted.
_SAMPLE = 96
_PALETTE = 12

#: A typical sRGB value of each name.
NAMED: tuple[tuple[str, tuple[int, int, int]], ...] = (
    ("белый", (255, 255, 255)),
    ("белый", (240, 240, 238)),
    ("серый", (190, 190, 190)),
    ("серый", (128, 128, 128)),
    ("тёмно-серый", (70, 72, 74)),
    ("чёрный", (12, 12, 12)),
    ("чёрный", (38, 38, 40)),
    ("красный", (205, 20, 30)),
    ("бордовый", (110, 15, 35)),
    ("розовый", (245, 160, 185)),
    ("розовый", (230, 90, 150)),
    ("оранжевый", (245, 130, 30)),
    ("коричневый", (115, 70, 40)),
    ("коричневый", (75, 45, 30)),
    ("бежевый", (225, 200, 165)),
    ("бежевый", (205, 180, 150)),
    ("жёлтый", (250, 215, 40)),
    ("зелёный", (40, 140, 60)),
    ("зелёный", (120, 190, 80)),
    ("тёмно-зелёный", (20, 70, 45)),
    ("бирюзовый", (50, 185, 185)),
    ("голубой", (130, 190, 235)),
    ("синий", (30, 80, 190)),
    ("синий", (50, 110, 220)),
    ("тёмно-синий", (20, 30, 80)),
    ("фиолетовый", (110, 50, 150)),
    ("сиреневый", (185, 150, 210)),
)


def shares_of(image: Image.Image) -> tuple[Counter[str], dict[str, str]]:
    """Shares of the named colours, and a #RRGGBB for each, of an RGB picture.

    The even background that the edge shows is left out when more than a tenth remains.
    """
    small = image.copy()
    small.thumbnail((_SAMPLE, _SAMPLE))
    palette = small.quantize(colors=_PALETTE, method=Image.Quantize.MEDIANCUT)
    values = np.asarray(palette.getpalette() or [], dtype=np.float64).reshape(-1, 3)
    indices = np.asarray(palette)
    counts = np.bincount(indices.ravel(), minlength=len(values)).astype(np.float64)
    background = _background(indices, values)
    if background is not None and counts.sum() - counts[background].sum() >= 0.1 * counts.sum():
        counts[background] = 0.0
    return _named_shares(values, counts)


def leading(shares: Counter[str], *, pictures: int = 1) -> list[str]:
    """Names of what covers enough of the pictures, the largest first."""
    ordered = sorted(shares, key=lambda name: (-shares[name], name))
    return [name for name in ordered if shares[name] / pictures >= SMALLEST_SHARE][:MOST_COLOURS]


def _background(indices: Array, values: Array) -> Array | None:
    """Palette entries of a nearly white border that covers most of the edge; None when there is no such border."""
    edge = np.concatenate([indices[0], indices[-1], indices[:, 0], indices[:, -1]])
    white = np.flatnonzero(values.min(axis=1) >= 238)
    share = float(np.isin(edge, white).mean())
    return white if share >= 0.7 else None


def _named_shares(values: Array, counts: Array) -> tuple[Counter[str], dict[str, str]]:
    whole = float(counts.sum()) or 1.0
    names = [NAMED[int(place)][0] for place in np.argmin(_distances(values), axis=1)]
    shares: Counter[str] = Counter()
    largest: dict[str, tuple[float, str]] = {}
    for name, value, count in zip(names, values, counts, strict=True):
        if not count:
            continue
        shares[name] += float(count) / whole  # type: ignore[assignment]
        red, green, blue = (int(part) for part in value)
        found = (float(count), f"#{red:02X}{green:02X}{blue:02X}")
        largest[name] = max(largest.get(name, found), found)
    return shares, {name: found[1] for name, found in largest.items()}


def _distances(values: Array) -> Array:
    known = _lab(np.asarray([value for _, value in NAMED], dtype=np.float64))
    wanted = _lab(values)
    return np.asarray(np.linalg.norm(wanted[:, None, :] - known[None, :, :], axis=2))


def _lab(rgb: Array) -> Array:
    """CIELAB (D65) of sRGB values in 0..255; the formulas of IEC 61966-2-1 and CIE 15."""
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    matrix = np.asarray(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = linear @ matrix.T / np.asarray([0.95047, 1.0, 1.08883])
    scaled = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lightness = 116 * scaled[:, 1] - 16
    return np.stack(
        [lightness, 500 * (scaled[:, 0] - scaled[:, 1]), 200 * (scaled[:, 1] - scaled[:, 2])], axis=1
    )
