"""Classes of shares with their colours and line widths, for maps, exports and briefings.

The classes have round bounds, so that two maps can be compared and a legend can be read aloud. The colours
are five steps along viridis, darkest for the largest share, without its pale end, which is lost on light
ground; lightness falls steadily, so that the order survives colour blindness and grey printing. Symbols
(`routes.outputs.symbols`) have colours of Okabe & Ito (2008) and differ in shape as well.

On dark ground every colour has a twin (`DARK`, `dark_twins`): there the largest share is the lightest. Every
line has a contrast of 3 : 1 or more against the land, in both themes (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from routes.outputs.language import tr
from routes.outputs.text import EN_DASH, NO_BREAK, set_percent

_LADDER = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_COLOURS = ("#1a917e", "#2b7089", "#3a5189", "#42286f", "#2f013d")
_COLOURS_ON_DARK = ("#2b7d90", "#24a089", "#55c667", "#b2e02f", "#fdf1a0")
_WIDTHS = (1.5, 2.5, 3.5, 5.0, 7.0)
_RADIUS_OF_ALL = 24.0
_SMALLEST_RADIUS = 3.5

DARKEST, MIDDLE = _COLOURS[-1], _COLOURS[-2]
BLUE, ORANGE, GREEN, VERMILION, PURPLE = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7"
GREY = "#6e6e6e"

PAGE = {
    "white": "#ffffff",
    "black": "#000000",
    "banner": "#ffffff",
    "ink": "#1f2933",
    "soft": "#52606d",
    "line": "#d9d5ca",
    "edge": "#7b8087",
    "paper": "#fdfcf9",
    "faint": "#f3f1ea",
    "track": "#e4e1d8",
    "bars": "#b9b4a6",
    "lit": "#e9edf4",
    "told": "#e8eef8",
    "warned": "#fbf0e6",
    "focus": "#1d5fbf",
    "accent": VERMILION,
    "gain": BLUE,
    "loss": VERMILION,
    "gain-text": "#00659d",
    "loss-text": "#a84a00",
    "cluster": "#a84300",
    "heading": DARKEST,
    "sample": MIDDLE,
    "land": "#fbf9f2",
    "other-land": "#ecebe6",
    "sea": "#dfe7ec",
    "beyond": "#f6f5f1",
    "border": "#7d7864",
    "other-border": "#85806f",
    "disputed": "#8a2f4f",
    "highway": "#86816e",
    "rest": "#77756c",
    "country-name": "#5f5c4f",
    "country-name-around": "#5f625f",
    "city-name": "#5f5f5a",
    "city": "#76746c",
}
"""Colours of pages and drawings by what they are for."""

DARK = {
    "white": "#0f1418",
    "ink": "#e8edf2",
    "soft": "#aeb8c2",
    "line": "#39424b",
    "edge": "#7b8691",
    "paper": "#161b20",
    "faint": "#20272d",
    "track": "#3a444d",
    "bars": "#66717c",
    "lit": "#26364a",
    "told": "#1d2c40",
    "warned": "#33261a",
    "focus": "#7db3ff",
    "accent": "#f0894a",
    "gain": "#4fa3dc",
    "loss": "#f0894a",
    "gain-text": "#7cc0ee",
    "loss-text": "#f2a06b",
    "cluster": "#f2a06b",
    "heading": _COLOURS_ON_DARK[-1],
    "sample": _COLOURS_ON_DARK[-2],
    "land": "#20272e",
    "other-land": "#191f25",
    "sea": "#0f161c",
    "beyond": "#14191e",
    "border": "#8d98a3",
    "other-border": "#74808a",
    "disputed": "#f29bb7",
    "highway": "#6f7a84",
    "rest": "#8a949e",
    "country-name": "#b3bcc5",
    "country-name-around": "#98a3ad",
    "city-name": "#b0b8c0",
    "city": "#98a3ad",
}
"""The same on dark ground; what is not named stays as it is."""

_SYMBOLS_ON_DARK = {BLUE: "#4fa3dc", VERMILION: DARK["accent"], GREY: "#a3a3a3"}

TLP = {
    "clear": "#ffffff",
    "green": "#33ff00",
    "amber": "#ffc000",
    "amber+strict": "#ffc000",
    "red": "#ff2b2b",
}
"""Colours of the handling marks, on black, as the Traffic Light Protocol has them."""


def css_variables() -> str:
    """Name the colours of pages for a style sheet.

    Examples
    --------
    >>> css_variables()[:26]
    ':root { --white: #ffffff; '
    """
    return f":root {{ {_variables(PAGE)} }}\n"


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def dark_twins() -> dict[str, str]:
    """Which colour of the light theme becomes which in the dark one.

    Examples
    --------
    >>> twins = dark_twins()
    >>> twins[PAGE["land"]] == DARK["land"], PAGE["black"] in twins
    (True, False)
    """
    named = {PAGE[name]: colour for name, colour in DARK.items()}
    return named | dict(zip(_COLOURS, _COLOURS_ON_DARK, strict=True)) | _SYMBOLS_ON_DARK


def dark_style() -> str:
    """Write the dark theme for screens: the names of a style sheet, and the colours of what is drawn in SVG.

    A style sheet goes before the attributes of a drawing, so that nothing has to be drawn anew.

    Examples
    --------
    >>> dark_style().startswith("@media screen { :root.dark { color-scheme: dark;")
    True
    """
    drawn = " ".join(
        f':root.dark [{attribute}="{light}"] {{ {attribute}: {dark}; }}'
        for light, dark in dark_twins().items()
        for attribute in ("fill", "stroke")
    )
    return f"@media screen {{ :root.dark {{ color-scheme: dark; {_variables(DARK)} }} {drawn} }}\n"


@dataclass(frozen=True, slots=True)
class ShareClass:
    """Shares from ``low`` to under ``high``; ``width`` in pixels."""

    low: float
    high: float
    colour: str
    width: float
    label: str


def share_classes(largest: float) -> tuple[ShareClass, ...]:
    """Make five classes whose highest one holds the largest share.

    Examples
    --------
    >>> from routes.outputs.text import plain
    >>> [plain(c.label) for c in share_classes(0.12)]
    ['under 1 %', '1-2 %', '2-5 %', '5-10 %', '10 % and over']
    """
    inner = len(_COLOURS) - 1
    end = max(sum(step <= largest for step in _LADDER), inner)
    bounds = (0.0, *_LADDER[end - inner : end], 1.0)
    return tuple(
        ShareClass(bounds[i], bounds[i + 1], colour, _WIDTHS[i], _label(bounds, i))
        for i, colour in enumerate(_COLOURS)
    )


def _label(bounds: tuple[float, ...], index: int) -> str:
    low, high = set_percent(bounds[index]), set_percent(bounds[index + 1])
    if index == len(bounds) - 2:
        return tr("{share} and over", share=low)
    return tr("under {share}", share=high) if index == 0 else f"{low.partition(NO_BREAK)[0]}{EN_DASH}{high}"


def class_number(share: float, classes: tuple[ShareClass, ...]) -> int:
    """Return the number of the class that a share falls into.

    Examples
    --------
    >>> class_number(0.03, share_classes(0.12)), class_number(0.0, share_classes(0.12))
    (2, 0)
    """
    return max((i for i, c in enumerate(classes) if c.low <= share), default=0)


def class_of(share: float, classes: tuple[ShareClass, ...]) -> ShareClass:
    """Return the class that a share falls into.

    Examples
    --------
    >>> from routes.outputs.text import plain
    >>> plain(class_of(0.03, share_classes(0.12)).label)
    '2-5 %'
    """
    return classes[class_number(share, classes)]


def radius(share: float) -> float:
    """Size a symbol so that its area, above the smallest size, is in proportion to the share.

    Examples
    --------
    >>> radius(0.25), radius(0.0001)
    (12.0, 3.5)
    """
    return round(max(_SMALLEST_RADIUS, _RADIUS_OF_ALL * math.sqrt(max(share, 0.0))), 1)
