"""Charts as SVG made on the server: no script, both themes by the page's own colours, each value as a tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 720
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 24
#: Labels that fit under the axis.
LABELS = 10

#: (label, CSS class, values)
Line = tuple[str, str, Sequence[float]]


def bars(
    names: Sequence[str], stacks: Sequence[Line], *, label: str, height: int = 220, unit: str = ""
) -> SafeString:
    """Stacked bars, one a name."""
    totals = [sum(values[place] for _name, _css, values in stacks) for place in range(len(names))]
    top = nice_top(max(totals, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(names))
    pieces = []
    for place, name in enumerate(names):
        below = 0.0
        for title, css, values in stacks:
            value = values[place]
            if not value:
                continue
            y, tall = _y(below + value, top, height), _y(below, top, height) - _y(below + value, top, height)
            pieces.append(
                format_html(
                    '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {} — {}{}</title></rect>',
                    f"is-{css}", _n(LEFT + place * step + step * 0.12), _n(y), _n(step * 0.76), _n(tall),
                    name, title, said(value), unit,
                )
            )  # fmt: skip
            below += value
    return _frame(names, pieces, [(one[0], one[1]) for one in stacks], label, height, top, unit)


def lines(
    names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    *,
    label: str,
    height: int = 220,
) -> SafeString:
    """Shares from 0 to 1 as lines; None leaves a gap."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(names))
    pieces = []
    for title, css, values in series:
        points = [
            (LEFT + (place + 0.5) * step, _y(value, 1.0, height), names[place], value)
            for place, value in enumerate(values)
            if value is not None
        ]
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y, _name, _value in points)
        pieces.append(format_html('<polyline class="is-{}" points="{}"/>', css, path))
        pieces += [
            _dot(x, y, css, f"{name}: {title} — {100 * value:.1f} %", 3) for x, y, name, value in points
        ]
    return _frame(names, pieces, [(one[0], one[1]) for one in series], label, height, 1.0, "%")


def curve(points: Sequence[tuple[float, float, int, str]], *, label: str, height: int = 260) -> SafeString:
    """How right against how sure: (sure 0..1, right 0..1, cases, said); the diagonal is perfect."""
    wide = WIDTH - LEFT - RIGHT
    pieces = [
        format_html(
            '<line class="is-ideal" x1="{}" y1="{}" x2="{}" y2="{}"/>',
            LEFT,
            _n(_y(0, 1.0, height)),
            LEFT + wide,
            _n(_y(1, 1.0, height)),
        )
    ]
    path = " ".join(
        f"{_n(LEFT + sure * wide)},{_n(_y(right, 1.0, height))}" for sure, right, _c, _s in points
    )
    pieces.append(format_html('<polyline class="is-people" points="{}"/>', path))
    for sure, right, cases, words in points:
        radius = 3 + min(6.0, log10(1 + cases) * 1.6)
        pieces.append(_dot(LEFT + sure * wide, _y(right, 1.0, height), "people", words, radius))
    return _frame([f"{number / 10:.1f}" for number in range(10)], pieces, [], label, height, 1.0, "%")


def nice_top(most: float) -> float:
    """The axis ends at 1, 2, 4, 6 or 8 times a power of ten, not below the largest value."""
    if most <= 0:
        return 1.0
    power = 10.0 ** (ceil(log10(most)) - 1)
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= most)


def said(value: float) -> str:
    """A number as people write it."""
    whole = abs(value - round(value)) < 1e-9
    text = f"{value:,.0f}" if whole or abs(value) >= 1000 else f"{value:,.2f}"
    return text.replace(",", "\u00a0").replace(".", ",")


def _frame(
    names: Sequence[str],
    pieces: Sequence[SafeString],
    legend: Sequence[tuple[str, str]],
    label: str,
    height: int,
    top: float,
    unit: str,
) -> SafeString:
    """Axis, names, the chart itself and what its colours mean."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(names))
    every = max(1, ceil(len(names) / LABELS))
    ticks = format_html_join(
        "",
        '<line class="is-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="is-tick" x="{}" y="{}">{}</text>',
        (
            (
                LEFT,
                WIDTH - RIGHT,
                y,
                y,
                LEFT - 6,
                _n(_y(top * part, top, height) + 4),
                _tick(top * part, unit),
            )
            for part in (0.0, 0.25, 0.5, 0.75, 1.0)
            for y in [_n(_y(top * part, top, height))]
        ),
    )
    below = format_html_join(
        "",
        '<text class="is-name" x="{}" y="{}">{}</text>',
        (
            (_n(LEFT + (place + 0.5) * step), height - 6, name)
            for place, name in enumerate(names)
            if (len(names) - 1 - place) % every == 0
        ),
    )
    keys = format_html_join(
        "", '<span class="desk-key is-{}">{}</span>', ((css, name) for name, css in legend)
    )
    return format_html(
        '<figure class="desk-chart"><svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>'
        "<figcaption>{}</figcaption></figure>",
        WIDTH, height, label, ticks, below, format_html_join("", "{}", ((piece,) for piece in pieces)), keys,
    )  # fmt: skip


def _dot(x: float, y: float, css: str, words: str, radius: float) -> SafeString:
    return format_html(
        '<circle class="is-{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        css,
        _n(x),
        _n(y),
        _n(radius),
        words,
    )


def _tick(value: float, unit: str) -> str:
    return f"{round(100 * value)} %" if unit == "%" else said(value)


def _y(value: float, top: float, height: int) -> float:
    return TOP + (height - TOP - BOTTOM) * (1 - value / top)


def _n(value: float) -> str:
    return f"{value:.1f}"
