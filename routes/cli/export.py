"""``routes export`` and ``routes schema``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.console import deliver, say_written
from routes.cli.names import AREA, GATE, one_of, place_id
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.outputs.handling import Mark


class ExportFormat(StrEnum):
    """Formats of `routes export`; `routes.outputs.export.FORMATS` writes them."""

    gpkg = "gpkg"
    kml = "kml"
    kmz = "kmz"
    atak = "atak"
    anx = "anx"
    graphml = "graphml"
    geojson = "geojson"
    geoparquet = "geoparquet"
    csv = "csv"
    xlsx = "xlsx"
    stix = "stix"


TlpOption = Annotated[Mark, typer.Option("--tlp", help="Handling mark (TLP 2.0), shown in the output.")]


@asks
def export(
    asked: Asked,
    output_format: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            help="gpkg: QGIS; kml, kmz: Google Earth; atak: data package; anx: i2; stix: STIX 2.1; "
            "geoparquet, xlsx and stix need an extra package.",
        ),
    ] = ExportFormat.gpkg,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write. Default: routes with the format's ending.", show_default=False),
    ] = None,
    layer: Annotated[
        str,
        typer.Option(
            help="csv, geoparquet: corridors, legs, gates, crossings, processing_areas or seizures."
        ),
    ] = "corridors",
    top: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many corridors. Default: 50 in kml, kmz and atak, else all.",
            show_default=False,
        ),
    ] = None,
    gate: Annotated[
        str | None, typer.Option(help="Only corridors from this gate.", show_default=False)
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="Only corridors into this processing area.", show_default=False)
    ] = None,
    tlp: TlpOption = Mark.clear,
) -> None:
    """Write corridors, places and seizures for another program.

    Every file carries the handling mark, the assumptions and the provenance. Shares stay those of the whole
    ranking, whichever corridors are written.
    """
    from routes.outputs.export import FORMATS, dataset, export_file
    from routes.ranking import corridors_of
    from routes.support.files import check_outputs

    wanted = FORMATS[output_format]
    path = output or Path(f"routes{wanted.suffix}")
    check_outputs({"--output": path}, asked.files)
    inputs = inputs_of(asked)
    gate, area = place_id("--gate", gate, inputs, GATE), place_id("--area", area, inputs, AREA)
    analysis = analysed(inputs, asked)
    ranking = analysis.ranking
    rows = corridors_of(ranking.corridors, gate, area)[: top or wanted.top]
    size = export_file(dataset(analysis, inputs.seizures, rows, tlp), output_format, path, layer)
    say_written(path, f": {len(rows)} corridors, {tlp.label} ({size / 1e6:.1f} MB)", quiet=asked.quiet)


def schema(
    name: Annotated[
        str | None, typer.Argument(help="Which schema. Without one, all names.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema (2020-12) of a JSON output."""
    from routes.outputs.schemas import schema_names, schema_text

    known = schema_names()
    deliver("\n".join(known) + "\n" if name is None else schema_text(one_of("schema", name, known, "schema")))
