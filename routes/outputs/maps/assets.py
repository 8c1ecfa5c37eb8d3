"""Leaflet and its marker clusters from their PyPI packages, ready to be written into a page."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LEAFLET = "xstatic.pkg.leaflet"
_CLUSTER = "xstatic.pkg.leaflet_markercluster"
_IMAGE = re.compile(r"url\((?P<path>images/[\w-]+\.png)\)")
_SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)


def _data(package: str) -> Traversable:
    try:
        return resources.files(package) / "data"
    except ModuleNotFoundError as error:
        name = package.rpartition(".")[2].replace("_", "-")
        message = f"a map needs the package xstatic-{name}. Install it: pip install xstatic-{name}"
        raise RoutesError(message) from error


def _text(file: Traversable) -> str:
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")


def _as_data_uri(folder: Traversable, path: str) -> str:
    image = folder.joinpath(*path.split("/")).read_bytes()
    return f"url(data:image/png;base64,{base64.b64encode(image).decode('ascii')})"


@cache
def scripts() -> tuple[str, ...]:
    """Return the sources of Leaflet and of its marker clusters, in loading order.

    Examples
    --------
    >>> ["sourceMappingURL" in source for source in scripts()]
    [False, False]
    """
    files = (_data(_LEAFLET) / "leaflet.js", _data(_CLUSTER) / "leaflet.markercluster.js")
    return tuple(_SOURCE_MAP.sub("", _text(file)) for file in files)


@cache
def styles() -> tuple[str, ...]:
    """Return the style sheets, with every image they name written into them.

    Examples
    --------
    >>> any("url(images" in sheet for sheet in styles())
    False
    """
    folder = _data(_LEAFLET)
    sheet = _IMAGE.sub(lambda match: _as_data_uri(folder, match["path"]), _text(folder / "leaflet.css"))
    return sheet, _text(_data(_CLUSTER) / "MarkerCluster.css")


@cache
def own(name: str) -> str:
    """Return one of this package's own templates, scripts or style sheets."""
    return _text(resources.files("routes.outputs.maps") / "templates" / name)
