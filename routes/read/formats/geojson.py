"""A GeoJSON collection as rows of text, each number written as the file writes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import Fault, InputError
from routes.read.bounds import require_bounded, require_room
from routes.read.encodings import text_of
from routes.read.formats.cells import as_text, digest, table_of, without_blanks
from routes.read.formats.points import with_points
from routes.read.quoting import reason

if TYPE_CHECKING:
    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

WGS84 = "OGC:CRS84"
"""What GeoJSON means unless a file of the old standard says otherwise (RFC 7946, section 4)."""


def read_geojson(file: str, data: bytes, _part: str = "", reading: Reading | None = None) -> RawTable:
    """Read the features of a collection: properties as columns, points as ``lat`` and ``lon``.

    One feature alone, and one feature a line (GeoJSON text sequences), are read as well.

    Raises
    ------
    InputError
        If it is no GeoJSON, or has no features.
    """
    text, encoding = text_of(file, data, reading.encoding if reading else "")
    content = _parsed(file, text)
    features = _features(file, content)
    properties = [feature.get("properties") or {} for feature in features]
    names = list(dict.fromkeys(name for values in properties for name in values))
    require_bounded(file, len(features), len(names), "feature")
    require_room(file, len(data), len(features), len(names))
    values = [[each.get(name) for each in properties] for name in names]
    columns = [list(map(as_text, column)) for column in values]
    masks = [np.array([isinstance(value, _Number) for value in column], dtype=bool) for column in values]
    numbers = range(1, len(features) + 1)
    headers = list(map(as_text, names))
    raw = table_of(file, headers, columns, numbers, "feature", digest(data), numbers_at=masks)
    shapes = np.empty(len(features), dtype=object)
    for number, feature in zip(numbers, features, strict=True):
        shapes[number - 1] = _shape(file, number, feature)
    taken = {} if encoding == "utf-8" else {"encoding": encoding}
    return replace(without_blanks(with_points(raw, shapes, _crs(content))), taken=taken)


class _Number(str):
    """A number of JSON as the file writes it: no digit is lost, and none is too long."""

    __slots__ = ()


def _parsed(file: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return _loaded(text)
    except RecursionError:
        raise InputError([Fault(file, "the brackets are nested too deep for GeoJSON.")]) from None
    except ValueError as error:
        lines = _lines(text)
        if lines is None:
            message = f"wanted GeoJSON, got text that is not JSON: {reason(error)}."
            raise InputError([Fault(file, message)]) from None
        return {"type": "FeatureCollection", "features": lines}


def _loaded(text: str) -> Any:  # noqa: ANN401
    return json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_refused)


def _lines(text: str) -> list[Any] | None:
    """Read features that stand one a line; None if that is not what the text is."""
    lines = [line.strip().removeprefix("\x1e") for line in text.split("\n")]
    try:
        found = [_loaded(line) for line in lines if line]
    except (ValueError, RecursionError):
        return None
    return found if len(found) > 1 and all(map(_is_feature, found)) else None


def _is_feature(content: Any) -> bool:  # noqa: ANN401
    return isinstance(content, dict) and content.get("type") == "Feature"


def _refused(name: str) -> str:
    raise ValueError(f"{name} is no number of JSON")


def _features(file: str, content: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    if _is_feature(content):
        content = {"features": [content]}
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
        if geometry["type"] == "Point" and geometry["coordinates"] == []:
            return None  # how some programs write that there is none
        if geometry["type"] == "Point":
            x, y = geometry["coordinates"][:2]
            return shapely.Point(float(x), float(y))
        return shapely.from_geojson(json.dumps(_with_numbers(geometry)))
    except (TypeError, KeyError, ValueError, ArithmeticError, RecursionError, shapely.GEOSException):
        message = "the geometry cannot be read. Put a Point with two numbers in its place."
        raise InputError([Fault(file, message, number, "geometry", f"feature {number}")]) from None


def _with_numbers(part: Any) -> Any:  # noqa: ANN401
    """Turn the coordinates of a geometry, which came as text, into numbers."""
    if isinstance(part, dict):
        nested = ("coordinates", "geometries")
        return {name: _with_numbers(value) if name in nested else value for name, value in part.items()}
    return [_with_numbers(each) for each in part] if isinstance(part, list) else float(part)


def _crs(content: Any) -> str:  # noqa: ANN401
    named = content.get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else WGS84
