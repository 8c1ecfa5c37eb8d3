"""Country shapes from GeoJSON, and what is common to all files of shapes."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from routes.errors import Fault
from routes.read.columns import input_error
from routes.read.countries import COUNTRY_NAMES
from routes.read.csvfile import read_text
from routes.read.quoting import reason

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import geopandas
    import numpy.typing as npt


def read_borders(path: str | os.PathLike[str]) -> geopandas.GeoDataFrame:
    """Read country shapes from GeoJSON: columns ``iso3``, ``name``, ``modelled``, ``geometry`` (WGS 84).

    Raises
    ------
    InputError
        With every fault of the file: not GeoJSON, a property missing, a shape that is not valid.
    """
    return as_borders(read_country_shapes(path))


def as_borders(shapes: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Give the table of `read_country_shapes` the methods of a GeoDataFrame."""
    import geopandas

    return geopandas.GeoDataFrame(shapes, crs="EPSG:4326")


def read_country_shapes(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the same as `read_borders` into a plain table.

    Where all that is asked is in which country a point lies, it spares the import of geopandas.

    Raises
    ------
    InputError
        As `read_borders` does.
    """
    file = str(path)
    text = read_text(file)
    features = geojson_features(file, text)
    rows = [feature.get("properties") or {} for feature in features]
    missing = [name for name in _BORDER_PROPERTIES if not any(name in row for row in rows)]
    if missing:
        raise input_error([Fault(file, "no feature has this property.", column=name) for name in missing])
    properties = pd.DataFrame(rows, columns=_BORDER_PROPERTIES)
    shapes = geojson_shapes(file, text, features)
    faults = _border_faults(file, properties, shapes)
    if faults:
        raise input_error(faults)
    return properties.assign(modelled=properties["modelled"].astype(bool), geometry=shapes)


_BORDER_PROPERTIES = ["iso3", "name", "modelled"]
_SHORTEST_RING = 4  # points, the last of them the first again
_POLYGONS = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]


def geojson_features(file: str, text: str) -> list[dict[str, Any]]:
    """Features of a GeoJSON collection, each with its geometry."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"wanted GeoJSON, got text that is not JSON: {reason(error)}."
        raise input_error([Fault(file, message)]) from None
    whole = isinstance(content, dict) and content.get("type") == "FeatureCollection"
    features = content.get("features") if whole else None
    if not features or not isinstance(features, list):
        raise input_error([Fault(file, "wanted a GeoJSON FeatureCollection with features, got none.")])
    faults = [
        Fault(file, f"feature {number} has no geometry. Give it a Polygon or MultiPolygon.")
        for number, feature in enumerate(features, 1)
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict)
    ]
    faults += [
        Fault(file, f"feature {number}: wanted properties with texts and numbers, got something else.")
        for number, feature in enumerate(features, 1)
        if isinstance(feature, dict) and not _are_plain(feature.get("properties") or {})
    ]
    if faults:
        raise input_error(faults)
    return features


def _are_plain(properties: object) -> bool:
    if not isinstance(properties, dict):
        return False
    named = [properties[name] for name in _BORDER_PROPERTIES if name in properties]
    return all(value is None or isinstance(value, str | int | float) for value in named)


def geojson_shapes(file: str, text: str, features: list[dict[str, Any]]) -> npt.NDArray[np.object_]:
    """Shapes of a GeoJSON collection, one for each of its features."""
    try:
        return _plain_polygons([feature["geometry"] for feature in features])
    except (LookupError, TypeError, ValueError, OverflowError):
        pass  # GEOS understands more, and says what is wrong
    try:
        shapes = np.asarray(shapely.get_parts(shapely.from_geojson(text)))
    except shapely.GEOSException as error:
        raise input_error([Fault(file, f"the shapes cannot be read: {reason(error)}.")]) from None
    if len(shapes) != len(features):
        wanted = f"wanted one for each of {len(features)} features, got {len(shapes)}."
        raise input_error([Fault(file, wanted)])
    return shapes


def _plain_polygons(geometries: list[dict[str, Any]]) -> npt.NDArray[np.object_]:
    """Make polygons of what is parsed already, which is many times faster than to have GEOS parse it again.

    Raises
    ------
    ValueError, LookupError, TypeError, OverflowError
        If one is no polygon of closed rings of points with two finite coordinates.
    """
    kinds = np.array([each["type"] for each in geometries])
    shapes = [
        [each["coordinates"]] if kind == "Polygon" else each["coordinates"]
        for kind, each in zip(kinds, geometries, strict=True)
    ]
    polygons = list(chain.from_iterable(shapes))
    rings = list(chain.from_iterable(polygons))
    points = list(chain.from_iterable(rings))
    numbers = list(chain.from_iterable(points))
    made = np.fromiter(numbers, float, len(numbers))
    if not (
        np.isin(kinds, ("Polygon", "MultiPolygon")).all()
        and all((*shapes, *polygons))
        and all(len(ring) >= _SHORTEST_RING and ring[0] == ring[-1] for ring in rings)
        and {*map(len, points)} == {2}
        and {*map(type, numbers)} <= {int, float}
        and np.isfinite(made).all()
    ):
        raise ValueError("not only plain polygons")
    made = shapely.linearrings(made.reshape(-1, 2), indices=_owners(rings))
    made = shapely.multipolygons(shapely.polygons(made, indices=_owners(polygons)), indices=_owners(shapes))
    shapes_made: npt.NDArray[np.object_] = np.where(kinds == "Polygon", shapely.get_geometry(made, 0), made)
    return shapes_made


def _owners(parts: list[list[Any]]) -> npt.NDArray[np.intp]:
    """To which of them each member belongs."""
    return np.repeat(np.arange(len(parts)), [len(each) for each in parts])


def _border_faults(file: str, properties: pd.DataFrame, shapes: npt.NDArray[np.object_]) -> list[Fault]:
    codes = properties["iso3"].tolist()
    wrong_code = [code not in COUNTRY_NAMES for code in codes]
    twice = [code in codes[:row] for row, code in enumerate(codes)]
    wrong_kind = ~np.isin(shapely.get_type_id(shapes), _POLYGONS)
    empty = shapely.is_empty(shapes)
    invalid = ~shapely.is_valid(shapes)
    wrong_flag = ~properties["modelled"].isin([True, False])

    def where(mask: npt.ArrayLike, message: Callable[[int], str]) -> list[Fault]:
        rows = [int(row) for row in np.flatnonzero(np.asarray(mask))]
        return [Fault(file, f"feature {row + 1} ({codes[row]}): {message(row)}") for row in rows]

    return [
        *where(wrong_code, lambda _: "iso3 is no ISO 3166-1 alpha-3 code."),
        *where(twice, lambda _: "the country stands twice. Merge the two."),
        *where(wrong_flag, lambda _: "wanted true or false for modelled."),
        *where(wrong_kind, lambda _: "wanted a Polygon or MultiPolygon."),
        *where(empty, lambda _: "the shape is empty. Draw it, or leave the country out."),
        *where(invalid, lambda row: f"the shape is not valid: {shapely.is_valid_reason(shapes[row])}."),
    ]
