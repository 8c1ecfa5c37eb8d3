"""All layers as one GeoJSON file (RFC 7946)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.export_document import FEATURES, ExportGeojson, Feature
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.schemas import document_text

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset, Layer, Row


def geojson(data: Dataset) -> str:
    """Write one FeatureCollection; the property ``layer`` says what a feature is.

    A seizure without a place has the geometry ``null``.
    """
    return document_text(
        ExportGeojson(
            type="FeatureCollection",
            handling=data.mark.label,
            assumptions=ASSUMPTIONS,
            attribution=ATTRIBUTION,
            provenance=data.provenance,
            features=[
                feature for layer in data.layers.values() if layer.geometry for feature in _features(layer)
            ],
        )
    )


def _features(layer: Layer) -> list[Feature]:
    make = FEATURES[layer.name]
    return [
        make("Feature", f"{layer.name}/{_identity(row)}", {"layer": layer.name, **row}, shape)
        for row, shape in zip(layer.rows, layer.shapes, strict=True)
    ]


def _identity(row: Row) -> str:
    return str(row.get("id") or row.get("seizure_id"))
