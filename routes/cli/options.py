"""Options that commands share, and the few steps that each command takes with them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from routes.inputs import Inputs
    from routes.parameters import Parameters
    from routes.sources import Source


class Format(StrEnum):
    """Output formats of a ranking."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"


class Plain(StrEnum):
    """Output formats of what is no map."""

    table = "table"
    json = "json"


PlainFormat = typer.Option("--format", help="What to print.")
DAY = ["%Y-%m-%d"]
TABLE_ROWS = 15
SeizuresOption = Annotated[
    str | None,
    typer.Option(
        "--seizures",
        help="csv, xlsx, geojson, gpkg or parquet file, or postgresql://… Default: the bundled seizures.",
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
    datetime | None,
    typer.Option(formats=DAY, help="Rank for the crossings as they stand on this day.", show_default=False),
]
SubstanceOption = Annotated[
    str | None,
    typer.Option(help="Only seizures of this substance, e.g. 'acetic anhydride'.", show_default=False),
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
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No messages on standard error.")]


def say(message: str, *, quiet: bool = False) -> None:
    """Print a message on standard error."""
    if not quiet:
        typer.echo(message, err=True)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Show on standard error how far long work has come; the function given out takes done and of."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    unseen = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=unseen, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def day_of(given: datetime | None) -> date | None:
    """Turn what typer parsed into a day."""
    return given.date() if given else None


def read_inputs(seizures: str | Path | None, source: Source, *, skip_invalid: bool, quiet: bool) -> Inputs:
    """Read the files of the source and the seizures asked for."""
    from routes.cli.records import read_for_command
    from routes.inputs import load_inputs

    if not skip_invalid and not source.resolve_places:
        return load_inputs(seizures, source=source)
    file = seizures or source.file("seizures.csv")
    records = read_for_command(file, source, skip_invalid=skip_invalid, quiet=quiet)
    return load_inputs(file, records, source)


def parameters_from(config: Path | None) -> Parameters:
    """Read the parameters of a config file, or take the defaults."""
    from routes.parameters import Parameters, read_parameters
    from routes.tables import MODELLED_COUNTRIES

    return read_parameters(config, frozenset(MODELLED_COUNTRIES)) if config else Parameters()


def require_known(option: str, value: str | None, known: list[str]) -> None:
    """Refuse an id that no corridor has, and name the nearest."""
    if value is None or value in known:
        return
    import difflib

    near = difflib.get_close_matches(value, known, 3, 0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(sorted(known))}."
    raise RoutesError(f"{option}: no corridor with {value!r}. {hint}")


def deliver(text: str, output: Path | None, *, quiet: bool) -> None:
    """Write to a file if one is named, else to standard output."""
    from routes.files import write_text

    if output is None:
        sys.stdout.write(text)
        return
    write_text(output, text)
    say(f"Wrote {output}.", quiet=quiet)
