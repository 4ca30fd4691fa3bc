"""Two small diagrams of a benchmark as PNG: how honest the confidences are, and what precision costs in coverage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]

SIZE, MARGIN, TICKS = 640, 70, 5
INK, FAINT, BLUE, GREY = "#222222", "#dddddd", "#1f6fb4", "#999999"


def reliability(bins: Sequence[tuple[int, float, float]], file: Path, *, title: str) -> None:
    """Share right over mean confidence; a dot's area follows the products in its bin. On the diagonal all is honest.

    Raises OSError when the file cannot be written.
    """
    diagram = _Diagram(title, across="confidence", up="share right", left=0.0, bottom=0.0)
    diagram.line([(0.0, 0.0), (1.0, 1.0)], GREY)
    most = max((count for count, _, _ in bins), default=1)
    diagram.line([(sure, right) for _, sure, right in bins], BLUE)
    for count, sure, right in bins:
        diagram.dot((sure, right), radius=3.0 + 9.0 * (count / most) ** 0.5)
    diagram.save(file)


def coverage(curve: Sequence[Point], file: Path, *, title: str, target: float) -> None:
    """Precision over coverage, from the surest product to all; the grey line is the precision aimed at.

    Raises OSError when the file cannot be written.
    """
    lowest = min([precision for _, precision in curve] + [target])
    bottom = max(0.0, int(lowest * 20 - 1) / 20)
    diagram = _Diagram(title, across="coverage", up="precision", left=0.0, bottom=bottom)
    diagram.line([(0.0, target), (1.0, target)], GREY)
    diagram.line(list(curve), BLUE)
    diagram.save(file)


class _Diagram:
    """A square field from (left, bottom) to (1, 1) with a grid and labels."""

    def __init__(self, title: str, *, across: str, up: str, left: float, bottom: float) -> None:
        self._left, self._bottom = left, bottom
        self._image = Image.new("RGB", (SIZE, SIZE), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._font = ImageFont.load_default(size=15)
        self._draw.text((MARGIN, 20), title, INK, self._font)
        self._draw.text((SIZE / 2, SIZE - 24), across, INK, self._font, anchor="mm")
        self._draw.text((12, MARGIN - 26), up, INK, self._font)
        for tick in range(TICKS + 1):
            self._tick(tick / TICKS)

    def line(self, points: Sequence[Point], colour: str) -> None:
        if len(points) > 1:
            self._draw.line([self._at(point) for point in points], fill=colour, width=2)

    def dot(self, point: Point, *, radius: float) -> None:
        across, up = self._at(point)
        self._draw.ellipse((across - radius, up - radius, across + radius, up + radius), fill=BLUE)

    def save(self, file: Path) -> None:
        self._image.save(file, "PNG")

    def _tick(self, share: float) -> None:
        x, y = self._left + share * (1.0 - self._left), self._bottom + share * (1.0 - self._bottom)
        self._draw.line([self._at((x, self._bottom)), self._at((x, 1.0))], fill=FAINT)
        self._draw.line([self._at((self._left, y)), self._at((1.0, y))], fill=FAINT)
        across, up = self._at((x, self._bottom))
        self._draw.text((across, up + 16), f"{x:.2f}", INK, self._font, anchor="mm")
        across, up = self._at((self._left, y))
        self._draw.text((across - 8, up), f"{y:.2f}", INK, self._font, anchor="rm")

    def _at(self, point: Point) -> Point:
        width = SIZE - 2 * MARGIN
        across = MARGIN + width * (point[0] - self._left) / (1.0 - self._left)
        up = SIZE - MARGIN - width * (point[1] - self._bottom) / (1.0 - self._bottom)
        return across, up
