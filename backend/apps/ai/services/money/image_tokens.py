"""What a picture costs in input tokens, by the formula of the model's price row.

Two forms, as OpenAI documents them ("Images and vision", section "Calculating costs"):

- `{"base": 85, "tile": 170}`: at detail low `base` alone; otherwise the picture is scaled down into 2048×2048, then
  until its shorter side is 768, and each begun tile of 512 px costs `tile` more.
- `{"patch": 32, "factor": 1.62, "most": 1536}`: each begun patch of 32 px costs a token, a picture of more than `most`
  patches is scaled down until it fits; the sum is multiplied by `factor`. The detail changes nothing.

`{"low": …, "high": …}`, as people may have entered it, are tokens a picture at most, whatever its size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

TILE, SQUARE, SHORTER_SIDE = 512, 2048, 768
#: What a picture is taken to cost with a model whose price row has no formula: more than any known at "low".
DEFAULT_IMAGE_TOKENS = 4_000
#: Of a picture whose size nobody knows: no shape costs more tiles (768×2048) or patches.
LARGEST = (SHORTER_SIDE, SQUARE)


def of_picture(formula: Mapping[str, Any], size: tuple[int, int], *, detail: str) -> int:
    """Tokens of one picture of `size` (width, height in pixels); `detail`: low, high or auto, which may mean high."""
    if "tile" in formula:
        return int(formula["base"]) + (0 if detail == "low" else int(formula["tile"]) * tiles(size))
    if "patch" in formula:
        side, most = int(formula["patch"]), int(formula["most"])
        return math.ceil(patches(size, side=side, most=most) * Fraction(str(formula["factor"])))
    return int(formula.get("low" if detail == "low" else "high", DEFAULT_IMAGE_TOKENS))


def tiles(size: tuple[int, int]) -> int:
    """Tiles of 512 px that the picture covers, once it is scaled down. Small pictures are not scaled up."""
    width, height = (Fraction(max(1, side)) for side in size)
    fits = min(Fraction(1), SQUARE / max(width, height))
    short = min(Fraction(1), SHORTER_SIDE / (min(width, height) * fits))
    return math.ceil(width * fits * short / TILE) * math.ceil(height * fits * short / TILE)


def patches(size: tuple[int, int], *, side: int, most: int) -> int:
    """Patches that the picture covers, scaled down to at most `most`: 1800×2400 has 33×44 = 1452 of 32 px."""
    width, height = (max(1, one) for one in size)
    whole = math.ceil(width / side) * math.ceil(height / side)
    if whole <= most:
        return whole
    shrunk = math.sqrt(side * side * most / (width * height))
    across, down = width * shrunk / side, height * shrunk / side
    if min(across, down) < 1:  # a strip is one patch thin
        return most
    shrunk *= min(math.floor(across) / across, math.floor(down) / down)
    return min(most, math.ceil(width * shrunk / side - 1e-9) * math.ceil(height * shrunk / side - 1e-9))
