"""Shapes of a spatial source as the columns ``lat`` and ``lon``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.formats.cells import as_text
from routes.read.quoting import reason, show

if TYPE_CHECKING:
    import numpy.typing as npt

    from routes.read.rows import RawTable

APART_DEGREES = 0.001
"""How far a point may lie from the lat and lon beside it: some 100 m, the rounding of a typed coordinate."""

_DIGITS = 7  # a centimetre, which no reprojection promises to better
_WGS84 = "EPSG:4326"


def with_points(raw: RawTable, shapes: npt.NDArray[np.object_], crs: Any) -> RawTable:  # noqa: ANN401
    """Fill ``lat`` and ``lon`` from the points of a source, where they are empty or missing.

    Parameters
    ----------
    raw : RawTable
    shapes : numpy.ndarray of shapely geometries or None
        One for each row of `raw`.
    crs : anything that `pyproj.CRS.from_user_input` takes, or None
        The coordinate system; other than WGS 84 they are reprojected. None: the source does not say.

    Returns
    -------
    RawTable
        With a fault for each shape that is no point, and for each that lies elsewhere than the row says.

    Raises
    ------
    InputError
        If there are points, and no coordinate system that is known.
    """
    shapes = _single(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    wrong = ~empty & (shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    points = ~empty & ~wrong
    lon, lat = _degrees(raw, _only(shapes, points), crs)
    cells = raw.cells.copy()
    stated = {name: _stated(raw, name) for name in ("lat", "lon")}
    bare = points & (stated["lat"] == "") & (stated["lon"] == "")
    for name, values in (("lat", lat), ("lon", lon)):
        cells[name] = np.where(bare, [as_text(value) for value in values.tolist()], stated[name])
    return replace(
        raw,
        cells=cells,
        faults=(
            *raw.faults,
            *_no_points(raw, shapes, wrong),
            *_elsewhere(raw, stated, points & ~bare, lat, lon),
        ),
    )


def _single(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Take the point out of each collection of points that has but one, as some programs save them."""
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    alone = multi & (shapely.get_num_geometries(shapes) == 1)
    return np.where(alone, shapely.get_geometry(shapes, 0), shapes)


def _only(shapes: npt.NDArray[np.object_], where: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    chosen = shapes.copy()
    chosen[~where] = None
    return chosen


def _stated(raw: RawTable, name: str) -> npt.NDArray[np.object_]:
    if name not in raw.cells:
        return np.full(len(raw.cells), "", dtype=object)
    return np.array([cell.strip() for cell in raw.cells[name]], dtype=object)


def _degrees(
    raw: RawTable,
    points: npt.NDArray[np.object_],
    crs: Any,  # noqa: ANN401
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    x, y = shapely.get_x(points), shapely.get_y(points)
    if not np.isfinite(x).any():
        return x, y
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    if crs is None:
        message = (
            "the points have no coordinate system. Set it to EPSG:4326, or whichever it is, and save again."
        )
        raise InputError([Fault(raw.file, message)])
    try:
        given = CRS.from_user_input(crs)
        if given.equals(CRS(_WGS84), ignore_axis_order=True):
            return x, y
        lon, lat = Transformer.from_crs(given, _WGS84, always_xy=True).transform(x, y)
    except ProjError as error:
        called = show(str(crs))
        message = f"the coordinate system {called} cannot be used: {reason(error)}. Save them in EPSG:4326."
        raise InputError([Fault(raw.file, message)]) from None
    return np.round(lon, _DIGITS), np.round(lat, _DIGITS)


def _no_points(raw: RawTable, shapes: npt.NDArray[np.object_], wrong: npt.NDArray[np.bool_]) -> list[Fault]:
    return [
        raw.fault(
            int(raw.lines[row]),
            f"wanted a Point, got a {shapes[row].geom_type}. Put one point in its place, and say how precise"
            " it is in location_precision.",
            "geometry",
        )
        for row in np.flatnonzero(wrong)
    ]


def _elsewhere(
    raw: RawTable,
    stated: dict[str, npt.NDArray[np.object_]],
    both: npt.NDArray[np.bool_],
    lat: npt.NDArray[np.float64],
    lon: npt.NDArray[np.float64],
) -> list[Fault]:
    """Faults of rows whose point was moved and whose columns were not, or the other way round."""
    faults = []
    for row in np.flatnonzero(both):
        try:
            off = max(abs(float(stated["lat"][row]) - lat[row]), abs(float(stated["lon"][row]) - lon[row]))
        except ValueError:
            continue  # no number, or one of the two alone: the columns' own checks say so
        if off > APART_DEGREES:
            message = (
                f"the point lies at lat {as_text(float(lat[row]))}, lon {as_text(float(lon[row]))}, the"
                f" columns say {show(stated['lat'][row])} and {show(stated['lon'][row])}. Correct one of the"
                " two, or remove the columns lat and lon."
            )
            faults.append(raw.fault(int(raw.lines[row]), message, "lat"))
    return faults
