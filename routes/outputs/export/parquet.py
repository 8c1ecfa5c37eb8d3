"""GeoParquet: one layer as a columnar file."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from routes.errors import RoutesError
from routes.outputs.export.gpkg import table
from routes.outputs.handling import provenance_items
from routes.support.extras import needs

if TYPE_CHECKING:
    from routes.outputs.export.layers import Dataset


def geoparquet(data: Dataset, name: str) -> bytes:
    """Write one layer (GeoParquet 1.0, WKB); mark and provenance stand in its metadata under ``routes``.

    Raises
    ------
    RoutesError
        If pyarrow is not installed, or the layer has no shapes.
    """
    with needs("pyarrow", "geoparquet"):
        import pyarrow.parquet as pq
    layer = data.layer(name)
    if not layer.geometry:
        raise RoutesError(f"--layer: {name} has no shapes; GeoParquet needs a layer that has.")
    plain, marked = io.BytesIO(), io.BytesIO()
    table(layer).to_parquet(plain, index=False)
    columns = pq.read_table(plain)
    about = {
        "title": data.title,
        "layer": name,
        "provenance": data.provenance,
        **dict(provenance_items({}, data.mark)[:-1]),
    }
    written = json.dumps(about, ensure_ascii=False, sort_keys=True, default=str)
    known = dict(columns.schema.metadata or {})
    pq.write_table(columns.replace_schema_metadata(known | {b"routes": written.encode()}), marked)
    return marked.getvalue()
