"""``routes export`` and ``routes schema``."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.console import deliver, say_written
from routes.cli.endings import EXPORTS, format_for
from routes.cli.names import AREA, GATE, one_of, place_id
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.outputs.export.formats import DEFAULT_LAYER, FORMATS, check_layer
from routes.outputs.handling import Mark

ExportFormat = StrEnum("ExportFormat", {name: name for name in FORMATS})  # type: ignore[misc]  # made of a table
_DEFAULT = "gpkg"
_STRETCHES = 100  # of road, in the layer of where to stand
_PURPOSES = "; ".join(f"{name}: {wanted.purpose}" for name, wanted in FORMATS.items())
_SINGLE = ", ".join(name for name, wanted in FORMATS.items() if wanted.one_layer)
_FEW = ", ".join(name for name, wanted in FORMATS.items() if wanted.top)


TlpOption = Annotated[Mark, typer.Option("--tlp", help="Handling mark (TLP 2.0), shown in the output.")]


@asks
def export(
    asked: Asked,
    output_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help=f"{_PURPOSES}. Default: by the ending of --output, else {_DEFAULT}."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write. Default: routes with the format's ending.")
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(
            help=f"{_SINGLE}: corridors, legs, gates, crossings, processing_areas, patrol or seizures. "
            f"Default: {DEFAULT_LAYER}."
        ),
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help=f"How many corridors. Default: 50 in {_FEW}, else all.")
    ] = None,
    gate: Annotated[str | None, typer.Option(help="Only corridors from this gate.")] = None,
    area: Annotated[str | None, typer.Option(help="Only corridors into this processing area.")] = None,
    tlp: TlpOption = Mark.clear,
) -> None:
    """Write corridors, places and seizures for another program.

    Every file carries the handling mark, the assumptions and the provenance. Shares stay those of the whole
    ranking, whichever corridors are written.
    """
    from routes.outputs.export import dataset, export_file
    from routes.planning.beats import beat_of, patrol_stretches
    from routes.ranking import corridors_of, limited_to
    from routes.support.files import check_outputs

    chosen = format_for(output, output_format, EXPORTS, _DEFAULT)
    check_layer(chosen, layer)
    wanted = FORMATS[chosen]
    path = output or Path(f"routes{wanted.suffix}")
    check_outputs({"--output": path}, asked.files)
    inputs = inputs_of(asked)
    gate, area = place_id("--gate", gate, inputs, GATE), place_id("--area", area, inputs, AREA)
    analysis = analysed(inputs, asked)
    analysis = replace(analysis, ranking=limited_to(analysis.ranking, gate, area))
    rows = corridors_of(analysis.ranking.corridors, gate, area)[: top or wanted.top]
    stand = patrol_stretches(beat_of(analysis, asked.parameters), top=_STRETCHES)
    data = dataset(analysis, inputs.seizures, rows, tlp, stand, inputs.borders)
    size = export_file(data, chosen, path, layer)
    lacks = f"; {wanted.lacks}" if wanted.lacks else ""
    told = f": {len(rows)} corridors, {tlp.label} ({size / 1e6:.1f} MB){lacks}"
    say_written(path, told, quiet=asked.quiet)


def schema(
    name: Annotated[str | None, typer.Argument(help="Which schema. Without one, all names.")] = None,
) -> None:
    """Print the JSON Schema (2020-12) of a JSON output."""
    from routes.outputs.schemas import schema_names, schema_text

    known = schema_names()
    deliver("\n".join(known) + "\n" if name is None else schema_text(one_of("schema", name, known, "schema")))
