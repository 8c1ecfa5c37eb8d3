"""Charts as SVG: shares with their 90 % intervals."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routes.outputs.palette import PAGE, class_of, share_classes
from routes.outputs.text import interval_text, percent, set_percent, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 720
_ROW = 34
_TOP, _BOTTOM = 8, 34
_LEFT, _RIGHT = 12, 150
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_TICKS = 6
_INK, _QUIET, _GRID, _WHITE = PAGE["ink"], PAGE["soft"], PAGE["line"], PAGE["white"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of an interval chart."""

    label: str
    share: float
    interval_90: tuple[float, float]


def interval_chart(bars: Sequence[Bar], title: str) -> str:
    """Draw shares as points on their 90 % intervals, on one scale from zero.

    Parameters
    ----------
    bars : sequence of Bar
    title : str
        Read out by screen readers.

    Examples
    --------
    >>> interval_chart([Bar("<a>", 0.1, (0.05, 0.2))], "Shares").count("&lt;a&gt;")
    1
    """
    end = _end(max((bar.interval_90[1] for bar in bars), default=0.0))
    height = _TOP + _ROW * len(bars) + _BOTTOM
    classes = share_classes(max((bar.share for bar in bars), default=0.0))
    parts = [_axis(end, height)]
    for number, bar in enumerate(bars):
        colour = class_of(bar.share, classes).colour
        parts.append(_bar(bar, _TOP + _ROW * number, end, colour))
    return svg(WIDTH, height, title, "".join(parts))


def svg(width: int, height: int, title: str, body: str) -> str:
    """Put a drawing into its element; its title is what a screen reader says."""
    named = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{named}" font-family="DejaVu Sans, Arial, sans-serif">'
        f"<title>{named}</title>{body}</svg>"
    )


def text(x: float, y: float, words: str, size: float = 11, colour: str = _INK, anchor: str = "start") -> str:
    """Write a line of text, escaped."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}">'
        f"{html.escape(words)}</text>"
    )


def _end(largest: float) -> float:
    step = _step(largest)
    count = 1
    while count * step < largest:
        count += 1
    return count * step


def _step(largest: float) -> float:
    return next((step for step in _STEPS if largest / step <= _MOST_TICKS), _STEPS[-1])


def _x(value: float, end: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * value / end


def _axis(end: float, height: int) -> str:
    step = _step(end)
    parts = []
    for number in range(round(end / step) + 1):
        x = _x(number * step, end)
        base = height - _BOTTOM + 4
        parts.append(f'<path d="M{x:.1f} {_TOP}V{base}" stroke="{_GRID}" stroke-width="1"/>')
        parts.append(text(x, base + 14, set_percent(number * step), 10, _QUIET, "middle"))
    parts.append(text(_LEFT, height - 4, "share of the inflow; line: 90 % interval", 10, _QUIET))
    return "".join(parts)


def _bar(bar: Bar, y: float, end: float, colour: str) -> str:
    low, high = (_x(bound, end) for bound in bar.interval_90)
    middle = y + 25
    return (
        text(_LEFT, y + 13, shortened(bar.label, 95))
        + f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{colour}" stroke-width="6" '
        f'stroke-opacity="0.45"/>'
        + f'<circle cx="{_x(bar.share, end):.1f}" cy="{middle}" r="5" fill="{colour}" stroke="{_WHITE}"/>'
        + text(
            WIDTH - 4,
            middle + 4,
            f"{percent(bar.share)} ({interval_text(*bar.interval_90)})",
            10.5,
            anchor="end",
        )
    )
