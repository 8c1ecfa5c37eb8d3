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


FormatOption = typer.Option("--format", help="What to write. Default: by the ending of --output, else table.")
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
    ),
]
EffortOption = Annotated[
    str | None,
    typer.Option(
        "--effort",
        help="Log of inspections (csv or xlsx): place, from, until, inspected, passed, found. Nothing found "
        "is evidence, too.",
    ),
]
SinceOption = Annotated[datetime | None, typer.Option(formats=DAY, help="Only seizures from this day on.")]
UntilOption = Annotated[datetime | None, typer.Option(formats=DAY, help="Only seizures up to this day.")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        help="Answer for the crossings as they stand on this day: 2026-01-15, 15.01.2026 or today. Default: "
        "the day up to which their status was checked."
    ),
]
PeriodOption = Annotated[
    bool,
    typer.Option("--period", help="Answer for the time of the seizures, the crossings as they stood then."),
]
SubstanceOption = Annotated[
    str | None, typer.Option(help="Only seizures of this substance, by its name in the file.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="TOML file with parameters over the defaults.")
]
OutputOption = Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of the draws.")]
SkipOption = Annotated[
    bool, typer.Option("--skip-invalid", help="Leave out bad records and write them to <name>.rejected.csv.")
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder of files that stand in for the bundled ones of the same name; one with region.toml and "
        "borders.geojson is a region of its own."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No messages on standard error.")]
