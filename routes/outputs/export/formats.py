"""The formats of `routes export`, a line each; a format's module is read when something is written in it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from pathlib import Path

    from routes.outputs.export.layers import Dataset

DEFAULT_LAYER = "corridors"
LAYERS = ["corridors", "legs", "gates", "crossings", "processing_areas", "patrol", "seizures", "provenance"]
_DRAWN = 50  # corridors that a globe or a telephone can show


@dataclass(frozen=True, slots=True)
class Format:
    """An export format.

    ``writer`` is ``module.function`` of this package: it takes the data, and the name of a layer where
    ``one_layer``, that of the file where ``named``, and returns the file as text or bytes. Names of files end
    with ``suffix``, or with one of ``other_endings`` if the user says so. ``top``: how many corridors are
    written unless told; None for all. ``lacks``: what another format has that this one cannot hold.
    """

    writer: str
    suffix: str
    purpose: str
    other_endings: tuple[str, ...] = ()
    top: int | None = None
    one_layer: bool = False
    named: bool = False
    lacks: str = ""

    def write(self, data: Dataset, layer: str = DEFAULT_LAYER, file: str = "routes") -> bytes:
        """Make the file, whose name some formats hold."""
        module, _, function = self.writer.partition(".")
        make = getattr(import_module(f"{__package__}.{module}"), function)
        told = [layer] if self.one_layer else [file] if self.named else []
        made: str | bytes = make(data, *told)
        return made.encode() if isinstance(made, str) else made


FORMATS: dict[str, Format] = {
    "gpkg": Format("gpkg.gpkg", ".gpkg", "GeoPackage with styles and a project for QGIS", named=True),
    "kml": Format(
        "kml.kml",
        ".kml",
        "Google Earth",
        top=_DRAWN,
        lacks="it holds no pictures, so words and colours tell kinds of places apart; kmz has symbols",
    ),
    "kmz": Format("kml.kmz", ".kmz", "the same, zipped", top=_DRAWN),
    "atak": Format("atak.data_package", ".zip", "data package for ATAK", (".atak",), top=_DRAWN),
    "anx": Format("i2.anx", ".anx", "i2 Analyst's Notebook"),
    "graphml": Format("graph.marked_graphml", ".graphml", "the crossing graph"),
    "geojson": Format("geojson.geojson", ".geojson", "all layers", (".json",)),
    "geoparquet": Format("parquet.geoparquet", ".parquet", "one layer", (".geoparquet",), one_layer=True),
    "csv": Format("tables.layer_csv", ".csv", "one layer", one_layer=True),
    "xlsx": Format("tables.xlsx", ".xlsx", "a workbook"),
    "stix": Format("stix.stix", ".stix.json", "STIX 2.1", (".json", ".stix")),
}


def export_file(data: Dataset, name: str, path: Path, layer: str | None = None) -> int:
    """Write a dataset in one of `FORMATS`, whole or not at all.

    Parameters
    ----------
    data : Dataset
        From `dataset`.
    name : str
        A key of `FORMATS`.
    path : Path
    layer : str, optional
        Which layer, for formats that hold one: csv, geoparquet. Default: the corridors.

    Returns
    -------
    int
        Bytes written. What is marked amber or red is the user's alone to read.

    Raises
    ------
    RoutesError
        If the format is unknown, or holds all layers where one is named; if its package is not installed, or
        nothing can be written there.
    """
    from routes.outputs.handling import rights
    from routes.support.files import written_whole

    check_layer(name, layer)
    chosen = layer or DEFAULT_LAYER
    data.layer(chosen)
    with written_whole(path, rights=rights(data.mark)) as temporary:
        return temporary.write_bytes(FORMATS[name].write(data, chosen, path.name))


def check_layer(name: str, layer: str | None) -> None:
    """Refuse a format or a layer that there is not, and a layer where all are written.

    Raises
    ------
    RoutesError
        With the formats or layers that there are.
    """
    if name not in FORMATS:
        raise RoutesError(f"--format: wanted one of {', '.join(FORMATS)}, got {name!r}.")
    if layer is not None and not FORMATS[name].one_layer:
        single = " or ".join(each for each, wanted in FORMATS.items() if wanted.one_layer)
        raise RoutesError(
            f"--layer: {name} holds all layers, so none can be chosen. "
            f"Leave it out, or give --format {single}."
        )
    if layer is not None and layer not in LAYERS:
        raise RoutesError(f"--layer: wanted one of {', '.join(LAYERS)}, got {layer!r}.")
