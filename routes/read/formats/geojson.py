"""A GeoJSON collection as rows of text, each number written as the file writes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.csvfile import decoded, read_bytes
from routes.read.formats.cells import as_text, digest, table_of, without_blanks
from routes.read.formats.points import with_points

if TYPE_CHECKING:
    from routes.read.rows import RawTable

WGS84 = "OGC:CRS84"
"""What GeoJSON means unless a file of the old standard says otherwise (RFC 7946, section 4)."""


def read_geojson(file: str) -> RawTable:
    """Read the features of a collection: properties as columns, points as ``lat`` and ``lon``.

    Raises
    ------
    InputError
        If it is no GeoJSON, or has no features.
    """
    data = read_bytes(file)
    content = _parsed(file, decoded(file, data))
    features = _features(file, content)
    properties = [feature.get("properties") or {} for feature in features]
    names = list(dict.fromkeys(name for values in properties for name in values))
    columns = [[as_text(values.get(name)) for values in properties] for name in names]
    numbers = range(1, len(features) + 1)
    raw = table_of(file, names, columns, numbers, "feature", digest(data))
    shapes = np.array(
        [_shape(file, number, feature) for number, feature in zip(numbers, features, strict=True)]
    )
    return without_blanks(with_points(raw, shapes, _crs(content)))


def _parsed(file: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        # Numbers stay text: no digit is lost, and no number is too long.
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refused)
    except RecursionError:
        raise InputError([Fault(file, "the brackets are nested too deep for GeoJSON.")]) from None
    except ValueError as error:
        raise InputError([Fault(file, f"wanted GeoJSON, got text that is not JSON: {error}.")]) from None


def _refused(name: str) -> str:
    raise ValueError(f"{name} is no number of JSON")


def _features(file: str, content: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise InputError([Fault(file, "wanted a GeoJSON FeatureCollection with features, got none.")])
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            message = "wanted an object with properties and a geometry, got something else."
            raise InputError([Fault(file, message, number, place=f"feature {number}")])
    return features


def _shape(file: str, number: int, feature: dict[str, Any]) -> Any:  # noqa: ANN401
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    try:
        if geometry["type"] == "Point":
            x, y = geometry["coordinates"][:2]
            return shapely.Point(float(x), float(y))
        return shapely.from_geojson(json.dumps(_with_numbers(geometry)))
    except (TypeError, KeyError, ValueError, shapely.GEOSException):
        raise InputError(
            [Fault(file, "the geometry cannot be read.", number, "geometry", f"feature {number}")]
        ) from None


def _with_numbers(part: Any) -> Any:  # noqa: ANN401
    """Turn the coordinates of a geometry, which came as text, into numbers."""
    if isinstance(part, dict):
        nested = ("coordinates", "geometries")
        return {name: _with_numbers(value) if name in nested else value for name, value in part.items()}
    return [_with_numbers(each) for each in part] if isinstance(part, list) else float(part)


def _crs(content: dict[str, Any]) -> str:
    named = content.get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else WGS84
