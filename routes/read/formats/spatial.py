"""A layer of a spatial file as rows of text, read by GDAL from the very bytes that are hashed."""

from __future__ import annotations

import sqlite3
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.bounds import require_bounded, require_room
from routes.read.formats.cells import as_text, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason, show

if TYPE_CHECKING:
    from routes.read.rows import RawTable

_STYLES = "layer_styles"  # where QGIS keeps how layers look


def layer_table(
    shown: str,
    packed: bytes,
    layer: str,
    sha256: str,
    *,
    called: str,
    word: str,
    size: int,
    drop: frozenset[str] = frozenset(),
    encoding: str | None = None,
) -> RawTable:
    """Read one layer, or one table without shapes.

    Parameters
    ----------
    shown : str
        Name for messages.
    packed : bytes
        The file; several files of one source as a ZIP archive.
    layer : str
        May be left out where there is only one.
    sha256 : str
        Of what was read.
    called : str
        What the file should be, for messages.
    word : str
        What rows are counted in.
    size : int
        Of the file, in bytes.
    drop : frozenset of str
        Columns that say how things are drawn, and are left out.
    encoding : str, optional
        Of text, where the format does not fix it.

    Raises
    ------
    InputError
        If it cannot be read, or it is not clear which layer is meant.
    """
    import pyogrio
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

    broken = (
        *(DataSourceError, DataLayerError, FeatureError, GeometryError, CRSError, sqlite3.Error),
        *(ValueError, OverflowError, RuntimeError, MemoryError, shapely.errors.GEOSException),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL thinks of dates and identifiers: cells are checked
            name = _layer(shown, pyogrio.list_layers(packed).tolist(), layer, called)
            info = pyogrio.read_info(packed, layer=name, force_feature_count=True)
            require_bounded(shown, max(info["features"], 0), len(info["fields"]), "feature")
            require_room(shown, size, max(info["features"], 0), len(info["fields"]))
            about, fids, shapes, columns = pyogrio.raw.read(
                packed,
                layer=name,
                force_2d=True,
                return_fids=True,
                datetime_as_string=True,
                encoding=encoding,
            )
            geometry = None if shapes is None else shapely.from_wkb(shapes)
    except InputError:
        raise
    except broken as error:
        message = f"the {called} cannot be read: {reason(error)}. Save it again."
        raise InputError([Fault(shown, message)]) from error
    kept = [number for number, field in enumerate(about["fields"]) if field not in drop]
    texts = [_texts(columns[number]) for number in kept]
    names = [str(about["fields"][number]) for number in kept]
    masks = [_typed(columns[number]) for number in kept]
    first = 1 if word == "feature" else 0  # a fid is a name; features are counted
    numbers = list(range(1, len(fids) + 1)) if first else fids.tolist()
    raw = table_of(shown, list(map(as_text, names)), texts, numbers, word, sha256, numbers_at=masks)
    if geometry is not None:
        raw = with_points(raw, geometry, about["crs"])
    return without_blanks(raw)


def _texts(column: np.ndarray[Any, Any]) -> list[str]:
    return [as_text(value) for value in column.tolist()]


def _typed(column: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    return np.ones(len(column), dtype=bool) if column.dtype.kind in "iuf" else None


def _layer(shown: str, layers: list[list[Any]], wanted: str, called: str) -> str:
    names = [str(name) for name, _ in layers if name != _STYLES]
    if wanted:
        if wanted in names:
            return wanted
        raise InputError([Fault(shown, f"there is no such layer. It has {_listed(names)}.")])
    if len(names) == 1:
        return names[0]
    if not names:
        raise InputError([Fault(shown, f"the {called} has no layer. Add one with the records.")])
    raise InputError(
        [Fault(shown, f"it has several layers: {_listed(names)}. Say which, as in {shown}#{names[0]}.")]
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(show, names))
