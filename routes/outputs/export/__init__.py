"""Rankings and analyses in the formats that other programs read.

``documents`` writes a ranking for `routes rank`. ``layers`` lays a whole analysis out as tables and shapes,
and one module a format writes them: `export_file` is the door to all. Every export carries the handling mark,
the assumptions and the provenance; the same input and seed give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routes.errors import RoutesError
from routes.outputs.documents.ranking_document import (
    ranking_csv,
    ranking_geojson,
    ranking_json,
)
from routes.outputs.export.atak import data_package
from routes.outputs.export.geojson import geojson
from routes.outputs.export.gpkg import write_gpkg
from routes.outputs.export.graph import graph_graphml, marked_graphml
from routes.outputs.export.i2 import anx
from routes.outputs.export.kml import kml, kmz
from routes.outputs.export.layers import Dataset, Layer, dataset, seizure_layer
from routes.outputs.export.parquet import write_geoparquet
from routes.outputs.export.stix import stix
from routes.outputs.export.tables import layer_csv, xlsx
from routes.outputs.handling import ASSUMPTIONS, rights
from routes.support.files import written_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "ASSUMPTIONS",
    "FORMATS",
    "Dataset",
    "Format",
    "Layer",
    "dataset",
    "export_file",
    "graph_graphml",
    "ranking_csv",
    "ranking_geojson",
    "ranking_json",
    "seizure_layer",
]

DEFAULT_LAYER = "corridors"


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: end of its file names, what it is for, how many corridors unless told, its writer.

    ``top`` is None where all corridors are written. The writer takes the data, a path and the name of a
    layer, which formats of a single layer heed.
    """

    suffix: str
    purpose: str
    top: int | None
    write: Callable[[Dataset, Path, str], None]


def _text(make: Callable[[Dataset], str]) -> Callable[[Dataset, Path, str], None]:
    def write(data: Dataset, path: Path, _: str) -> None:
        path.write_text(make(data), encoding="utf-8", newline="")

    return write


def _bytes(make: Callable[[Dataset], bytes]) -> Callable[[Dataset, Path, str], None]:
    def write(data: Dataset, path: Path, _: str) -> None:
        path.write_bytes(make(data))

    return write


def _csv(data: Dataset, path: Path, layer: str) -> None:
    path.write_text(layer_csv(data, layer), encoding="utf-8", newline="")


def _gpkg(data: Dataset, path: Path, _: str) -> None:
    write_gpkg(data, path)


_DRAWN = 50  # corridors that a globe or a telephone can show

FORMATS: dict[str, Format] = {
    "gpkg": Format(".gpkg", "GeoPackage with QGIS styles", None, _gpkg),
    "kml": Format(".kml", "Google Earth", _DRAWN, _text(kml)),
    "kmz": Format(".kmz", "Google Earth, zipped", _DRAWN, _bytes(kmz)),
    "atak": Format(".zip", "ATAK data package", _DRAWN, _bytes(data_package)),
    "anx": Format(".anx", "i2 Analyst's Notebook", None, _text(anx)),
    "graphml": Format(".graphml", "the crossing graph, for graph tools", None, _text(marked_graphml)),
    "geojson": Format(".geojson", "all layers as GeoJSON", None, _text(geojson)),
    "geoparquet": Format(".parquet", "one layer as GeoParquet", None, write_geoparquet),
    "csv": Format(".csv", "one layer as CSV", None, _csv),
    "xlsx": Format(".xlsx", "a workbook", None, _bytes(xlsx)),
    "stix": Format(".stix.json", "STIX 2.1 bundle", None, _text(stix)),
}


def export_file(data: Dataset, name: str, path: Path, layer: str = DEFAULT_LAYER) -> int:
    """Write a dataset in one of `FORMATS`, whole or not at all.

    Parameters
    ----------
    data : Dataset
        From `dataset`.
    name : str
        A key of `FORMATS`.
    path : Path
    layer : str
        Which layer, for formats that hold one: csv, geoparquet.

    Returns
    -------
    int
        Bytes written. What is marked amber or red is the user's alone to read.

    Raises
    ------
    RoutesError
        If the format is unknown, its package is not installed, or nothing can be written there.
    """
    if name not in FORMATS:
        message = f"--format: wanted one of {', '.join(FORMATS)}, got {name!r}."
        raise RoutesError(message)
    data.layer(layer)
    with written_whole(path, rights=rights(data.mark)) as temporary:
        FORMATS[name].write(data, temporary, layer)
        return temporary.stat().st_size
