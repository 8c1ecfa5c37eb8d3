"""``routes validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.console import deliver, say
from routes.cli.endings import endings_of, format_for
from routes.cli.options import ConfigOption, DataOption, QuietOption  # noqa: TC001 - typer reads them
from routes.cli.reading import hushed, parameters_from, read_for_command, reading_so
from routes.cli.targets import check_sources, check_targets
from routes.errors import RoutesError
from routes.read.paths import Source

if TYPE_CHECKING:
    from routes.outputs.documents.text_blocks import Block
    from routes.read.duplicates import Likely
    from routes.read.suggest.config import Suggestion

_FAULTS = 5


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Seizures: csv, xlsx, geojson, gpkg, kml, shp or parquet files, - or postgresql://…",
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
    suggest_config: Annotated[
        bool,
        typer.Option(
            "--suggest-config",
            help="Instead: guess a config file that reads the file, and show its first rows so.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Write the records as CSV, columns mapped, places filled in; or the guessed config file."
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option(
            "--merge", help="Give likely duplicates one event_id in the records that --output writes."
        ),
    ] = False,
    data: DataOption = None,
    quiet: QuietOption = False,
) -> None:
    """Check seizures: each fault with place, column, remedy.

    Records that are likely of one event are proposed; --merge accepts them all.
    """
    if merge and output is None:
        raise RoutesError("--merge: give --output FILE for the merged records. No file is changed in place.")
    kind = "toml" if suggest_config else "csv"
    format_for(output, None, endings_of([kind]), kind)
    source = Source(folder=data)
    check_sources(source)
    with hushed(quiet=quiet):
        source = reading_so(source, config, resolve_places)
        parameters_from(config, source)  # the other sections of the file are checked as well
        check_targets({"output": output, "files": files, "config": config}, source)
        if suggest_config:
            _suggest(files, source, output, quiet=quiet)
        else:
            _check(files, source, output, merge=merge, quiet=quiet)


def _check(files: list[str], source: Source, output: Path | None, *, merge: bool, quiet: bool) -> None:
    """Read records, propose which are of one event, and write them if that is asked for."""
    from routes.read.duplicates import likely_duplicates, merged_events

    records = read_for_command(files, source, skip_invalid=False, quiet=quiet)
    pairs = likely_duplicates(records.valid)
    if pairs:
        deliver(_proposals(pairs, merge=merge))
    if output is not None:
        cells = records.rows.cells
        if merge:
            event = merged_events(records.valid, pairs)
            cells = cells.assign(event_id=[event[record] for record in records.valid["seizure_id"]])
        deliver(cells.to_csv(index=False), output, quiet=quiet)
    located = int(records.valid["lat"].notna().sum())
    say(
        f"{records.source}: {len(records.valid)} records of {records.valid['event_id'].nunique()} events, "
        f"{located} with a place. No fault found.",
        quiet=quiet,
    )


def _proposals(pairs: tuple[Likely, ...], *, merge: bool) -> tuple[Block, ...]:
    """Likely duplicates as a table."""
    from routes.outputs.documents.text_blocks import paragraphs, table_of, words

    remedy = "They now share the first one's event." if merge else "Accept them with --merge --output FILE."
    table = table_of(
        words("record", (pair.kept for pair in pairs)),
        words("may be that of", (pair.other for pair in pairs)),
        words("why", (pair.why for pair in pairs)),
    )
    return (table, *paragraphs(f"{len(pairs)} pairs of records are likely of one event. {remedy}"))


def _suggest(files: list[str], source: Source, output: Path | None, *, quiet: bool) -> None:
    """Guess a config file, write it, and show what it would read."""
    from routes.read import read_country_shapes
    from routes.read.suggest.config import suggest_config

    if len(files) != 1:
        raise RoutesError(
            "--suggest-config looks at one file. Name one; the others may be read with its config."
        )
    known = source.mapping.reading if source.mapping else None
    borders = read_country_shapes(source.file("borders.geojson"))
    found = suggest_config(files[0], known, borders)
    deliver(found.text, output, quiet=quiet)
    if quiet:
        return
    say(_preview(found))
    say(_judged(found))


def _preview(found: Suggestion) -> str:
    from routes.outputs.documents.text_blocks import Paragraph, Table
    from routes.outputs.terminal.screen import lines_of
    from routes.read.suggest.config import preview

    heads, rows = preview(found)
    return lines_of((Paragraph("The first rows, as they would be read with it:"), Table(heads, tuple(rows))))


def _judged(found: Suggestion) -> str:
    wrong = {fault.line for fault in found.faults}
    if not found.faults:
        return f"{found.records} records, no fault found."
    told = "\n".join(str(fault) for fault in found.faults[:_FAULTS])
    more = f"\nAnd {len(found.faults) - _FAULTS} more faults." if len(found.faults) > _FAULTS else ""
    count = f"{found.records} records, {len(wrong)} of them with faults that the config does not mend:"
    return f"{count}\n{told}{more}"
