"""One HTML page around a folium map, with every script inside and no request leaving it.

folium gives each element a random id, loads its scripts from elsewhere, and renders the text of its
elements a second time as a template. Here ids are counted, scripts come from packages, and text from data
never passes through folium.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
import jinja2
from branca.element import Element, Figure

from routes.outputs import text
from routes.outputs.language import spoken, tr, trn, trp
from routes.outputs.maps import assets, bilingual
from routes.outputs.palette import PAGE, css_variables, dark_style
from routes.support.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from routes.outputs.handling import Mark
    from routes.outputs.language import Language
    from routes.outputs.maps.land import Tiles

_BLOCK = re.compile(r"<(?P<tag>script|style)>(?P<body>.*?)</(?P=tag)>", re.DOTALL)
_POLICY = "policy-goes-here"
_STYLES = ("page.css", "map.css", "tabs.css", "answer.css", "tools.css", "print.css")
_SCRIPTS = (
    "dom.js",
    "language.js",
    "figures.js",
    "land.js",
    "lanes.js",
    "corridors.js",
    "roads.js",
    "tabs.js",
    "chokepoints.js",
    "choice.js",
    "place_popup.js",
    "mgrs.js",
    "coordinates.js",
    "places.js",
    "seizures.js",
    "aside.js",
    "labels.js",
    "table.js",
    "filters.js",
    "moved.js",
    "patrol.js",
    "answer.js",
    "plan.js",
    "controls.js",
    "printing.js",
    "theme.js",
    "search.js",
    "saving.js",
    "notes.js",
    "state.js",
    "figure.js",
    "start.js",
)


class OfflineMap(folium.Map):
    """A folium map that names no scripts and no style sheets to load."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own way
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own way

    def decimal(self) -> Figure:
        """Return the figure folium put the map into."""
        root = self.get_root()
        if not isinstance(root, Figure):
            message = f"wanted a map inside a figure, got one inside {type(root).__name__}."
            raise TypeError(message)
        return root


def _render(leaflet: OfflineMap) -> tuple[str, str]:
    """Let folium write the map's element and its script.

    Its header is left out: it forbids zooming on a phone.
    """
    figure = leaflet.decimal()
    count_ids(figure)
    figure.render()
    return figure.html.render(), figure.script.render()


def self_contained(
    leaflet: OfflineMap,
    written: Mapping[Language, tuple[Mapping[str, str], Mapping[str, Any]]],
    title: str,
    mark: Mark,
    tiles: Tiles | None = None,
) -> str:
    """Write the page.

    Parameters
    ----------
    leaflet : OfflineMap
        The map; further folium layers may have been added to it.
    written : mapping
        Language -> what is written in it, that of the page first. That is the HTML of everything beside the
        map, already escaped (``header``, ``body``, ``legend``, ``footer``, and the ``label`` of the map), and
        what the script draws, JSON-ready. All languages must have the same shape.
    title : str
        Title of the document, plain text.
    mark : Mark
        The handling mark, which colours the banners and stands on every printed page.
    tiles : Tiles, optional
        The one server the page may load images from.
    """
    element, script = _render(leaflet)
    parts, data = next(iter(written.values()))
    page = render(
        "shell.html",
        title=title,
        language=spoken(),
        policy=_POLICY,
        # Tile servers want to know who asks; nothing else may be asked for.
        referrer="origin" if tiles else "no-referrer",
        styles=(*assets.styles(), css_variables(), dark_style(), *map(assets.own, _STYLES), mark_style(mark)),
        scripts=(*assets.scripts(), script, _start(leaflet)),
        map=element,
        data=script_json({**data, "words": bilingual.words(written, _SCRIPTS)}),
        **parts,
    )
    return page.replace(_POLICY, _policy(page, tiles), 1)


def mark_style(mark: Mark) -> str:
    """Colour the banners, and put the mark into the margins of every printed page.

    The protocol asks for the mark in header and footer, in 12 points or more.

    Examples
    --------
    >>> from routes.outputs.handling import Mark
    >>> "TLP:RED" in mark_style(Mark.red)
    True
    """
    letters = (
        f"color: {mark.colour}; background: {PAGE['black']}; font: 700 12pt sans-serif; text-align: center;"
    )
    box = f'{{ content: "{mark.label}"; {letters} }}'
    return f".tlp {{ color: {mark.colour}; }}\n@page {{ @top-right {box} @bottom-right {box} }}\n"


def render(template: str, **values: object) -> str:
    """Fill one of the package's templates; every value is escaped."""
    return _environment().get_template(template).render(colours=PAGE, **values)


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(assets.own)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"tr": tr, "trn": trn, "trp": trp, "decimal": text.decimal}
    return environment


def _start(leaflet: OfflineMap) -> str:
    """Join the scripts into one function, so that they share names with one another and nothing else."""
    body = "".join(assets.own(name) for name in _SCRIPTS)
    return f'(function (map) {{\n"use strict";\n{body}}})({leaflet.get_name()});\n'


def count_ids(root: Element) -> None:
    """Replace folium's random ids by numbers in the order of the tree.

    Examples
    --------
    >>> first, second = OfflineMap(tiles=None), OfflineMap(tiles=None)
    >>> count_ids(first.get_root()), count_ids(second.get_root())
    (None, None)
    >>> first.get_name() == second.get_name()
    True
    """
    for number, element in enumerate(_tree(root)):
        element._id = f"{number:04d}"  # noqa: SLF001


def _tree(element: Element) -> Iterator[Element]:
    yield element
    if isinstance(element, Figure):
        for part in (element.header, element.html, element.script):
            yield from _tree(part)
    for child in element._children.values():  # noqa: SLF001
        yield from _tree(child)


def script_json(data: object) -> str:
    r"""Write JSON that cannot end the script element it stands in.

    Examples
    --------
    >>> print(script_json({"place": "</script>&"}))
    {"place":"\u003c/script\u003e\u0026"}
    """
    try:
        written = json.dumps(data, allow_nan=False, separators=(",", ":"))
    except ValueError:  # which of the many numbers it is, jsonable tells
        written = json.dumps(jsonable(data, digits=None, where="map"), separators=(",", ":"))
    return written.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _policy(page: str, tiles: Tiles | None) -> str:
    """Allow exactly the scripts and styles written here; from the network nothing but tiles asked for."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for block in _BLOCK.finditer(page):
        digest = hashlib.sha256(block["body"].encode()).digest()
        hashes[block["tag"]].append(f"'sha256-{base64.b64encode(digest).decode('ascii')}'")
    images = f"data: {tiles.source}" if tiles else "data:"
    return (
        f"default-src 'none'; img-src {images}; script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}; base-uri 'none'; form-action 'none'"
    )
