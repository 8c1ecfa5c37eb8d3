"""GeoPackage: one layer a kind of thing, its QGIS style inside, provenance as a table and as metadata.

QGIS looks for a table ``layer_styles`` in the file and draws each layer by the style found there. The time in
the file is the last day of the period, not the time of writing; two files of one input are the same bytes as
long as they are written by the same version of GDAL and SQLite.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from routes.outputs.export.qml import layer_qml
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, provenance_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from routes.outputs.export.layers import Dataset, Layer

_VERSION = "1.2"  # what programs of 2018 read as well
_TYPES = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}
_DRAWN_FIRST = ("corridors", "legs", "processing_areas", "gates", "crossings", "seizures", "provenance")
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
  styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)
"""


def gpkg(data: Dataset) -> bytes:
    """Write the file (OGC GeoPackage 1.2, by GDAL)."""
    with TemporaryDirectory(prefix="routes-") as folder, _fixed_time(data.stamp):
        path = Path(folder) / "routes.gpkg"
        for number, name in enumerate(_DRAWN_FIRST):
            _write_layer(data, data.layers[name], path, append=number > 0)
        _add_styles(data, path)
        return path.read_bytes()


@contextlib.contextmanager
def _fixed_time(stamp: str) -> Iterator[None]:
    from pyogrio import get_gdal_config_option, set_gdal_config_options

    before = get_gdal_config_option("OGR_CURRENT_DATE")
    set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(data: Dataset, layer: Layer, path: Path, *, append: bool) -> None:
    from pyogrio import write_dataframe

    write_dataframe(
        table(layer),
        path,
        layer=layer.name,
        driver="GPKG",
        append=append,
        geometry_type=layer.geometry or None,
        dataset_metadata=None if append else _metadata(data),
        dataset_options={} if append else {"VERSION": _VERSION},
        layer_options={
            "IDENTIFIER": layer.name,
            "DESCRIPTION": f"{layer.title}. {data.mark.label}. {provenance_line(data.provenance)}",
        },
    )


def _metadata(data: Dataset) -> dict[str, str]:
    return {
        "handling": f"{data.mark.label}: {data.mark.meaning}",
        "assumptions": " ".join(ASSUMPTIONS),
        "attribution": ATTRIBUTION,
        "provenance": json.dumps(data.provenance, ensure_ascii=False, sort_keys=True, default=str),
    }


def table(layer: Layer) -> gpd.GeoDataFrame | pd.DataFrame:
    """Turn a layer into a table of geopandas, or of pandas where it has no shapes."""
    import geopandas as gpd
    import pandas as pd

    columns: dict[str, Any] = {
        field.name: pd.Series([row[field.name] for row in layer.rows], dtype=_TYPES[field.kind])
        for field in layer.fields
    }
    if not layer.geometry:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=list(layer.shapes), crs="EPSG:4326")


def _add_styles(data: Dataset, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES)
        for layer in data.layers.values():
            if layer.geometry:
                base.execute(
                    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                    "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, "
                    "update_time) VALUES ('', '', ?, 'geom', 'routes', ?, '', 1, ?, 'routes', NULL, ?)",
                    (
                        layer.name,
                        layer_qml(layer),
                        f"{layer.title}, by share of the inflow",
                        data.stamp,
                    ),
                )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', ?)",
            (data.stamp,),
        )
