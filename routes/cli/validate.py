"""``routes validate``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.console import deliver, say
from routes.cli.endings import endings_of, format_for
from routes.cli.options import ConfigOption, QuietOption  # noqa: TC001 - typer reads them
from routes.cli.reading import parameters_from, read_for_command, reading_so
from routes.cli.targets import check_targets
from routes.read.paths import Source


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Seizures: csv, xlsx, geojson, gpkg, kml, shp or parquet files, - or postgresql://…",
            show_default=False,
        ),
    ],
    config: ConfigOption = None,
    resolve_places: Annotated[
        bool,
        typer.Option(
            "--resolve-places",
            help="Look up records that name a place and give no coordinates; what was found is shown.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the records as CSV, columns mapped, places filled in.", show_default=False),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Check seizures: each fault with place, column, remedy."""
    format_for(output, None, endings_of(["csv"]), "csv")
    if quiet:
        logging.getLogger("routes").setLevel(logging.ERROR)
    source = reading_so(Source(), config, resolve_places)
    parameters_from(config, source)  # the other sections of the file are checked as well
    check_targets({"output": output, "files": files, "config": config}, source)
    records = read_for_command(files, source, skip_invalid=False, quiet=quiet)
    if output is not None:
        deliver(records.rows.cells.to_csv(index=False), output, quiet=quiet)
    located = int(records.valid["lat"].notna().sum())
    say(
        f"{records.source}: {len(records.valid)} records of {records.valid['event_id'].nunique()} events, "
        f"{located} with a place. No fault found.",
        quiet=quiet,
    )
