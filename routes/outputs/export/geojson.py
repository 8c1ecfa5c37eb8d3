"""All layers as one GeoJSON file (RFC 7946)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shapely.geometry import mapping

from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.schemas import stamped

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset, Layer, Row


def geojson(data: Dataset) -> str:
    """Write one FeatureCollection; the property ``layer`` says what a feature is.

    A seizure without a place has the geometry ``null``.
    """
    spatial = [layer for layer in data.layers.values() if layer.geometry]
    document = {
        "type": "FeatureCollection",
        **stamped("export-geojson"),
        "handling": data.mark.label,
        "assumptions": ASSUMPTIONS,
        "attribution": ATTRIBUTION,
        "provenance": data.provenance,
        "features": [feature for layer in spatial for feature in _features(layer)],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _features(layer: Layer) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": f"{layer.name}/{_identity(row)}",
            "properties": {"layer": layer.name, **row},
            "geometry": None if shape is None else mapping(shape),
        }
        for row, shape in zip(layer.rows, layer.shapes, strict=True)
    ]


def _identity(row: Row) -> str:
    return str(row.get("id") or row.get("seizure_id"))
