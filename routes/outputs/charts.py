"""Charts as SVG: shares with their 90 % intervals, and what gets through week by week."""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from routes.outputs.language import number_as_set, tr
from routes.outputs.palette import PAGE, class_of, share_classes
from routes.outputs.text import (
    decimal,
    interval_text,
    percent,
    plain,
    set_percent,
    shortened,
    typeset,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.planning.outcomes import CurvePoint, Simulation

WIDTH = 720
_ROW, _LOW_ROW = 34, 17
_TOP, _BOTTOM = 4, 32
_LEFT, _RIGHT = 12, 130
_SHORT_LABEL = 34  # letters of labels that all stand beside their bars
_LETTER = 6.7
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

    Short labels stand beside their bars, in lower rows; long ones over them.

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
    longest = max((len(bar.label) for bar in bars), default=0)
    beside = longest <= _SHORT_LABEL
    row = _LOW_ROW if beside else _ROW
    left = _LEFT + (round(_LETTER * longest) + 8 if beside else 0)
    height = _TOP + row * len(bars) + _BOTTOM
    classes = share_classes(max((bar.share for bar in bars), default=0.0))
    parts = [_axis(end, height, left)]
    for number, bar in enumerate(bars):
        top = _TOP + row * number
        middle = top + (row // 2 if beside else 25)
        words = (_LEFT, middle + 4) if beside else (_LEFT, top + 13)
        parts.append(text(*words, shortened(bar.label, 95)))
        parts.append(_bar(bar, middle, end, left, class_of(bar.share, classes).colour))
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
        f"{html.escape(typeset(words))}</text>"
    )


def _end(largest: float) -> float:
    step = _step(largest)
    count = 1
    while count * step < largest:
        count += 1
    return count * step


def _step(largest: float) -> float:
    return next((step for step in _STEPS if largest / step <= _MOST_TICKS), _STEPS[-1])


def _x(value: float, end: float, left: float) -> float:
    return left + (WIDTH - left - _RIGHT) * value / end


def _axis(end: float, height: int, left: float) -> str:
    step = _step(end)
    parts = []
    base = height - _BOTTOM + 2
    for number in range(round(end / step) + 1):
        x = _x(number * step, end, left)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{base}" stroke="{_GRID}" stroke-width="1"/>')
        parts.append(text(x, base + 12, set_percent(number * step), 9.5, _QUIET, "middle"))
    told = tr("share of the inflow; line: 90 % interval")
    parts.append(text(left, height - 4, told, 9.5, _QUIET))
    return "".join(parts)


def _bar(bar: Bar, middle: float, end: float, left: float, colour: str) -> str:
    low, high = (_x(bound, end, left) for bound in bar.interval_90)
    drawn = f'stroke="{colour}" stroke-width="6" stroke-opacity="0.45"'
    line = f'<path d="M{low:.1f} {middle}H{high:.1f}" {drawn}/>'
    x = _x(bar.share, end, left)
    spot = f'<circle cx="{x:.1f}" cy="{middle}" r="4.5" fill="{colour}" stroke="{_WHITE}"/>'
    told = f"{percent(bar.share)} ({interval_text(*bar.interval_90)})"
    return line + spot + text(WIDTH - 4, middle + 4, told, 10, anchor="end")


_CURVES = (36, 12, 200, 30)  # left, top, height, bottom
_DASHES = ("", "7 4", "2 3")
_SPOTS = ("M0-3.4A3.4 3.4 0 1 1 0 3.4 3.4 3.4 0 1 1 0-3.4Z", "M-3-3H3V3H-3Z", "M0-4 3.8 3H-3.8Z")
_TOLD_WEEKS, _BETWEEN_PLANS = 7, 6.0
_MOST_TENTHS = 9


def curve_chart(simulation: Simulation, width: int = WIDTH) -> str:
    """Draw what gets through week by week, a curve a plan, with its 90 % interval every few weeks.

    Plans are told apart without colour: by dashes, by the shape of their marks and by their names. Marks of
    one week stand side by side, and each says its figures.

    Parameters
    ----------
    simulation : Simulation
    width : int
        Of the drawing, in pixels.
    """
    left, top, high, bottom = _CURVES
    ends = [f"{tr(curve.plan)}: {percent(curve.points[-1].passing)}" for curve in simulation.curves]
    right = width - max((7.0 * len(plain(words)) for words in ends), default=0.0) - 12
    room = _BETWEEN_PLANS * len(simulation.curves) / 2 + 3  # the marks of the first and the last week
    lowest = min((p.interval_90[0] for curve in simulation.curves for p in curve.points), default=0.0)
    floor = min(_MOST_TENTHS, int(10 * lowest)) / 10

    def at(week: int, passing: float) -> tuple[float, float]:
        x = left + room + (right - left - 2 * room) * (week - 1) / max(1, simulation.weeks - 1)
        return x, top + high * (1 - passing) / (1 - floor)

    parts = []
    for tenth in range(round(10 * floor), 11):
        _, y = at(1, tenth / 10)
        parts.append(f'<path d="M{left} {y:.1f}H{right:.1f}" stroke="{_GRID}" stroke-width="1"/>')
        parts.append(text(left - 5, y + 3, set_percent(tenth / 10), 9.5, _QUIET, "end"))
    told = _told_weeks(simulation.weeks)
    parts += [
        text(at(week, floor)[0], top + high + 14, tr("week {number}", number=week), 9.5, _QUIET, "middle")
        for week in sorted({1, told[len(told) // 2], simulation.weeks})
    ]
    heights = _spread([at(simulation.weeks, curve.points[-1].passing)[1] for curve in simulation.curves])
    shifts = [_BETWEEN_PLANS * (i - (len(ends) - 1) / 2) for i in range(len(ends))]
    for curve, dashes, words, y in zip(simulation.curves, _DASHES, ends, heights, strict=False):
        parts.append(_course([at(p.week, p.passing) for p in curve.points], dashes))
        parts.append(text(right + 6, y + 4, words, 10.5))
    for curve, spot, shift in zip(simulation.curves, _SPOTS, shifts, strict=False):
        for point in curve.points:
            if point.week in told:
                x, y = at(point.week, point.passing)
                reach = (at(1, point.interval_90[1])[1], at(1, point.interval_90[0])[1])
                parts.append(_told_point(curve.plan, point, x + shift, y, reach, spot))
    return svg(width, top + high + bottom, tr("What gets through week by week"), "".join(parts))


def learning_words(simulation: Simulation) -> str:
    """Say what is assumed where a plan is played against traffickers who learn."""
    said = tr(
        "Runs: {runs}, weeks: {weeks}. Traffickers know no post at first; each week they learn one part in "
        "{lag} of what it shows.",
        runs=decimal(simulation.runs),
        weeks=decimal(simulation.weeks),
        lag=number_as_set(simulation.lag_weeks),
    )
    more = tr(
        "Upright lines are 90 % intervals over the runs. The flow and what a post catches are the model's; "
        "nothing of it was observed. No plan: only posts that stand already."
    )
    return f"{said} {more}"


def _told_weeks(weeks: int) -> list[int]:
    """Choose the weeks that are told, evenly from the first, and the last.

    Examples
    --------
    >>> _told_weeks(26), _told_weeks(12), _told_weeks(1)
    ([1, 6, 11, 16, 21, 26], [1, 3, 5, 7, 9, 11, 12], [1])
    """
    step = -(-(weeks - 1) // (_TOLD_WEEKS - 1)) or 1
    return sorted({*range(1, weeks + 1, step), weeks})


def _course(spots: list[tuple[float, float]], dashes: str) -> str:
    course = "L".join(f"{a:.1f} {b:.1f}" for a, b in spots)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{course}" fill="none" stroke="{_INK}" stroke-width="2"{dashed}/>'


def _told_point(
    plan: str, point: CurvePoint, x: float, y: float, reach: tuple[float, float], spot: str
) -> str:
    """Draw one week of a plan: its mean as a mark on its interval."""
    words = tr(
        "{plan}, week {number}: {share} (90 %: {interval})",
        plan=tr(plan),
        number=point.week,
        share=percent(point.passing),
        interval=interval_text(*point.interval_90),
    )
    upper, lower = reach
    whisker = f"M{x:.1f} {upper:.1f}V{lower:.1f}M{x - 2.5:.1f} {upper:.1f}h5M{x - 2.5:.1f} {lower:.1f}h5"
    return (
        f'<g class="told"><title>{html.escape(words)}</title>'
        f'<path class="whisker" d="{whisker}" stroke="{_INK}" stroke-width="1.2"/>'
        f'<path transform="translate({x:.1f} {y:.1f})" d="{spot}" fill="{_WHITE}" stroke="{_INK}" '
        'stroke-width="1.4"/></g>'
    )


def _spread(heights: list[float]) -> list[float]:
    """Move names apart that would stand on one another.

    Examples
    --------
    >>> _spread([50.0, 52.0, 10.0])
    [50.0, 64.0, 10.0]
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    for before, now in pairwise(order):
        placed[now] = max(placed[now], placed[before] + 14)
    return placed
