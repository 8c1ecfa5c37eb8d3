"""Options that commands share, and the few steps that each command takes with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """Output formats of a ranking."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"


class Rows(StrEnum):
    """Output formats of a what-if."""

    table = "table"
    json = "json"
    csv = "csv"


class Plain(StrEnum):
    """Output formats of what is no map."""

    table = "table"
    json = "json"


FormatOption = typer.Option(
    "--format", help="What to write. Default: by the ending of --output, else table.", show_default=False
)
DAY = ["%Y-%m-%d"]
TABLE_ROWS = 15
CHANGES = 8
"""Rows of a table of changes."""
SeizuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--seizures",
        help="csv, xlsx, geojson, gpkg, kml, shp or parquet file, - or postgresql://…; several times, or"
        " with *, "
        "for several. Default: the bundled seizures.",
        show_default=False,
    ),
]
EffortOption = Annotated[
    str | None,
    typer.Option(
        "--effort",
        help="Log of inspections (csv or xlsx): place, from, until, inspected, passed, found. Nothing found "
        "is evidence, too.",
        show_default=False,
    ),
]
SinceOption = Annotated[
    datetime | None, typer.Option(formats=DAY, help="Only seizures from this day on.", show_default=False)
]
UntilOption = Annotated[
    datetime | None, typer.Option(formats=DAY, help="Only seizures up to this day.", show_default=False)
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        help="Answer for the crossings as they stand on this day: 2026-01-15, 15.01.2026 or today. Default: "
        "the day up to which their status was checked.",
        show_default=False,
    ),
]
PeriodOption = Annotated[
    bool,
    typer.Option("--period", help="Answer for the time of the seizures, the crossings as they stood then."),
]
SubstanceOption = Annotated[
    str | None,
    typer.Option(help="Only seizures of this substance, by its name in the file.", show_default=False),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="TOML file with parameters over the defaults.", show_default=False),
]
OutputOption = Annotated[
    Path | None, typer.Option(help="Write to this file, not to standard output.", show_default=False)
]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of the draws.")]
SkipOption = Annotated[
    bool,
    typer.Option("--skip-invalid", help="Leave out bad records and write them to <name>.rejected.csv."),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder of files that stand in for the bundled ones of the same name; one with region.toml and "
        "borders.geojson is a region of its own.",
        show_default=False,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No messages on standard error.")]
