"""A layer of a GeoPackage as rows of text; rows are named by their fid, as a GIS shows it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import shapely

from routes.errors import Fault, InputError
from routes.read.csvfile import read_bytes
from routes.read.formats.cells import as_text, digest, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason, show

if TYPE_CHECKING:
    from routes.read.rows import RawTable

_STYLES = "layer_styles"  # where QGIS keeps how layers look


def read_gpkg(file: str, layer: str = "") -> RawTable:
    """Read one layer, or one table without shapes.

    Parameters
    ----------
    file : str
    layer : str
        May be left out where there is only one.

    Raises
    ------
    InputError
        If it is no GeoPackage, or it is not clear which layer is meant.
    """
    import pyogrio
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

    shown = f"{file}#{layer}" if layer else file
    data = read_bytes(file)
    if not data.startswith(b"SQLite format 3\0"):
        raise InputError([Fault(shown, "wanted a GeoPackage, got something else. Save the layer as .gpkg.")])
    try:
        name = _layer(shown, pyogrio.list_layers(file).tolist(), layer)
        about, fids, shapes, columns = pyogrio.raw.read(
            file, layer=name, force_2d=True, return_fids=True, datetime_as_string=True
        )
    except (
        DataSourceError,
        DataLayerError,
        FeatureError,
        GeometryError,
        CRSError,
        UnicodeError,
        sqlite3.Error,
    ) as error:
        raise InputError(
            [Fault(shown, f"the GeoPackage cannot be read: {reason(error)}. Save it again.")]
        ) from error
    texts = [[as_text(value) for value in column.tolist()] for column in columns]
    raw = table_of(shown, list(about["fields"]), texts, fids.tolist(), "fid", digest(data))
    if shapes is not None:
        raw = with_points(raw, shapely.from_wkb(shapes), about["crs"])
    return without_blanks(raw)


def _layer(shown: str, layers: list[list[Any]], wanted: str) -> str:
    names = [str(name) for name, _ in layers if name != _STYLES]
    if wanted:
        if wanted in names:
            return wanted
        raise InputError([Fault(shown, f"there is no such layer. It has {_listed(names)}.")])
    if len(names) == 1:
        return names[0]
    if not names:
        raise InputError([Fault(shown, "the GeoPackage has no layer. Add one with the records.")])
    raise InputError(
        [Fault(shown, f"it has several layers: {_listed(names)}. Say which, as in {shown}#{names[0]}.")]
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(show, names))
