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

import shapely

from routes.errors import RoutesError
from routes.outputs.export.qgs import PROJECT, packed_project
from routes.outputs.export.qml import layer_qml
from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION, provenance_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import pandas as pd

    from routes.outputs.export.layers import Dataset, Layer

_LONGEST_REASON = 200
_VERSION = "1.2"  # what programs of 2018 read as well
_TYPES = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}
_DRAWN_FIRST = (
    "corridors",
    "legs",
    "patrol",
    "processing_areas",
    "gates",
    "crossings",
    "seizures",
    "provenance",
)
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
  styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)
"""


def gpkg(data: Dataset, file: str = "routes.gpkg") -> bytes:
    """Write the file (OGC GeoPackage 1.2, by GDAL); the project in it knows its name.

    Raises
    ------
    RoutesError
        If it cannot be written whole.
    """
    with _told(), TemporaryDirectory(prefix="routes-") as folder, _fixed_time(data.stamp):
        path = Path(folder) / "routes.gpkg"
        for number, layer in enumerate(_all_layers(data)):
            _write_layer(data, layer, path, append=number > 0)
        _add_styles(data, path)
        _add_titles(data, path)
        _add_project(data, path, file)
        _require_whole(data, path)
        return path.read_bytes()


def _all_layers(data: Dataset) -> list[Layer]:
    """Layers from the bottom of the map to the top, what has no shapes last."""
    ground = [data.borders] if data.borders is not None else []
    return [*ground, *(data.layers[name] for name in _DRAWN_FIRST if name in data.layers)]


@contextlib.contextmanager
def _told() -> Iterator[None]:
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    failures = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError)
    try:
        yield
    except (OSError, sqlite3.Error, *failures) as error:
        said = (str(error).splitlines() or [type(error).__name__])[-1][-_LONGEST_REASON:]
        raise RoutesError(f"the GeoPackage cannot be written whole: {said}.") from error


def _require_whole(data: Dataset, path: Path) -> None:
    """Read the file back: of much that fails, an index or an extent, GDAL says nothing."""
    with contextlib.closing(sqlite3.connect(path)) as base:
        faults = [row for (row,) in base.execute("PRAGMA integrity_check") if row != "ok"]
        whole = set[str]().union(*(_parts(base, layer.name) for layer in _all_layers(data) if layer.geometry))
        for layer in _all_layers(data):
            faults += _faults(base, layer, whole)
    if faults:
        raise sqlite3.DatabaseError(f"it would lack something: {faults[0]}")


def _parts(base: sqlite3.Connection, layer: str) -> set[str]:
    """Tables, indices and triggers that a layer has beside its own table, by name less that of the layer."""
    names = (
        name
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE tbl_name LIKE ?", (f"%{layer}%",))
    )
    return {name.replace(layer, "", 1) for name in names if layer in name}


def _faults(base: sqlite3.Connection, layer: Layer, whole: set[str]) -> Iterator[str]:
    def found(query: str) -> Any:  # noqa: ANN401 - a row, None if there is none
        return base.execute(query, {"name": layer.name}).fetchone()

    if found(f'SELECT count(*) FROM "{layer.name}"') != (len(layer.rows),):  # noqa: S608 - our own names
        yield f"rows of {layer.name}"
    if found("SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = :name") != (len(layer.rows),):
        yield f"the count of {layer.name}"
    wanted = whole if layer.geometry else {part for part in whole if part.startswith("trigger_")}
    yield from (f"{part} of {layer.name}" for part in sorted(wanted - _parts(base, layer.name)))
    if not layer.geometry:
        return
    shapes = [shape for shape in layer.shapes if shape is not None and not shape.is_empty]
    if not found("SELECT 1 FROM gpkg_extensions WHERE table_name = :name") or found(
        f'SELECT count(*) FROM "rtree_{layer.name}_geom"'  # noqa: S608
    ) != (len(shapes),):
        yield f"the spatial index of {layer.name}"
    bounds = found("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = :name")
    if shapes and bounds != tuple(shapely.total_bounds(shapes).tolist()):
        yield f"the extent of {layer.name}"


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


def _insert(base: sqlite3.Connection, into: str, /, **values: object) -> None:
    names, signs = ", ".join(values), ", ".join("?" * len(values))
    base.execute(f"INSERT INTO {into} ({names}) VALUES ({signs})", [*values.values()])  # noqa: S608 - ours


def _list(base: sqlite3.Connection, table_name: str, told: str, stamp: str) -> None:
    """Tell the file of a table that the standard does not know."""
    about = {"identifier": table_name, "description": told, "last_change": stamp}
    _insert(base, "gpkg_contents", table_name=table_name, data_type="attributes", **about)


def _add_styles(data: Dataset, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES)
        for layer in _all_layers(data):
            if layer.geometry:
                by = "chance" if layer.name == "patrol" else "share of the inflow"
                _insert(
                    base,
                    "layer_styles",
                    f_table_catalog="",
                    f_table_schema="",
                    f_table_name=layer.name,
                    f_geometry_column="geom",
                    styleName="routes",
                    styleQML=layer_qml(layer),
                    styleSLD="",
                    useAsDefault=1,
                    description=f"{layer.title}, by {by}",
                    owner="routes",
                    update_time=data.stamp,
                )
        _list(base, "layer_styles", "QGIS styles", data.stamp)


_TITLES = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"
_PROJECTS = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"


def _add_titles(data: Dataset, path: Path) -> None:
    """Write what readers call the fields, as the extension "schema" of the standard has it."""
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        have = {row for (row,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "gpkg_data_columns" not in have:
            base.executescript(_TITLES)
        extension = {"extension_name": "gpkg_schema", "definition": _SCHEMA, "scope": "read-write"}
        for table_name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            _insert(base, "gpkg_extensions", table_name=table_name, **extension)
        for layer in _all_layers(data):
            for field in layer.fields:
                named = {"column_name": field.name, "name": field.title, "title": field.title}
                _insert(base, "gpkg_data_columns", table_name=layer.name, **named)


def _add_project(data: Dataset, path: Path, file: str) -> None:
    """Put the QGIS project in, as QGIS does: zipped, and written in hexadecimal digits."""
    shaped = [layer for layer in _all_layers(data) if layer.geometry]
    content = packed_project(data, shaped, file)
    about = {"last_modified_time": data.stamp, "last_modified_user": "routes"}
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute(_PROJECTS)
        _insert(base, "qgis_projects", name=PROJECT, metadata=json.dumps(about), content=content.hex())
        _list(base, "qgis_projects", "QGIS projects", data.stamp)
