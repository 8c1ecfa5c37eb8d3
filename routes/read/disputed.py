"""Lines on which states do not agree, to be drawn as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from routes.errors import Fault
from routes.read.borders import geojson_features, geojson_shapes
from routes.read.columns import input_error
from routes.read.csvfile import read_text

if TYPE_CHECKING:
    import os

_PROPERTIES = ["name", "administered_by", "claimed_by", "source"]
_LINES = [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING]


def read_disputed(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read lines on which states do not agree from GeoJSON.

    Columns ``name``, ``administered_by`` and ``claimed_by`` (codes of countries with a blank between, or
    ``self``), ``source`` and ``geometry`` (lines, WGS 84).

    Raises
    ------
    InputError
        With every fault of the file: not GeoJSON, a property missing or empty, a shape that is no line.

    Examples
    --------
    >>> from routes.read import bundled, read_disputed
    >>> lines = read_disputed(bundled("disputed_boundaries.geojson"))
    >>> lines.loc[1, ["administered_by", "claimed_by"]].tolist()
    ['CHN', 'IND']
    """
    file = str(path)
    text = read_text(file)
    features = geojson_features(file, text)
    shapes = geojson_shapes(file, text, features)
    table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    table = table.reindex(columns=_PROPERTIES)
    lines = np.isin(shapely.get_type_id(shapes), _LINES)
    faults = [
        Fault(file, f"feature {row + 1} has no {name}. Say it as text.", column=name)
        for name in _PROPERTIES
        for row in np.flatnonzero([not isinstance(each, str) or not each.strip() for each in table[name]])
    ]
    faults += [
        Fault(file, f"feature {row + 1}: wanted a LineString or MultiLineString.")
        for row in np.flatnonzero(~lines)
    ]
    if faults:
        raise input_error(faults)
    return table.assign(geometry=shapes)
