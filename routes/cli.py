"""The command line: parse, one call, render, exit code.

Exit codes: 0 good, 1 found wanting, 2 bad use or bad input, 130 interrupted. Results go to standard
output or a file, messages and progress to standard error. Heavy imports happen inside the commands, so
that ``routes --help`` is quick.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.errors import RoutesError

if TYPE_CHECKING:
    import pandas as pd

    from routes.analysis import Analysis, Inputs
    from routes.parameters import Parameters

app = typer.Typer(
    name="routes",
    help="Rank, map and question the corridors by which precursors enter Afghanistan.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
network_app = typer.Typer(no_args_is_help=True)
app.add_typer(network_app, name="network", help="The road network: build it, look at it, check it.")


class Format(StrEnum):
    """Output formats of a ranking."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"


DAY = ["%Y-%m-%d"]
_TABLE_ROWS = 15
SeizuresOption = Annotated[
    Path | None,
    typer.Option("--seizures", help="Seizures CSV file. Default: the bundled one.", show_default=False),
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
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of the draws.")]
SkipOption = Annotated[
    bool,
    typer.Option("--skip-invalid", help="Leave out bad records and write them to <name>.rejected.csv."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No messages on standard error.")]


def _say(message: str, *, quiet: bool = False) -> None:
    if not quiet:
        typer.echo(message, err=True)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over by position
    if wanted:
        from routes import __version__

        typer.echo(f"routes {__version__}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def rank(
    seizures: SeizuresOption = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many corridors to list. Default: 15 in a table, else all.", show_default=False
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    substance: SubstanceOption = None,
    gate: Annotated[
        str | None, typer.Option(help="List only corridors from this gate.", show_default=False)
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="List only corridors into this processing area.", show_default=False)
    ] = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output_format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.table,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file, not to standard output.", show_default=False)
    ] = None,
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Rank the likely precursor inflow corridors.

    The share of a corridor is its posterior share of the inflow; the interval holds it with 90 %
    probability, given the model. Filters choose what is listed, shares stay those of the whole.
    """
    from routes import export
    from routes.ranking import corridors_of

    inputs = _inputs(seizures, skip_invalid=skip_invalid, quiet=quiet)
    shown = top or (_TABLE_ROWS if output_format is Format.table else None)
    roads_for = sys.maxsize if output_format is Format.geojson else 0
    analysis = _analyse(inputs, config, since, until, as_of, substance, seed, roads_for)
    ranking = analysis.ranking
    _require_known("--gate", gate, [place.id for place in ranking.gates])
    _require_known("--area", area, [place.id for place in ranking.processing_areas])
    rows = corridors_of(ranking.corridors, gate, area)
    rows = rows[:shown]
    if output_format is Format.table:
        from routes.tabulate import ranking_table

        text = ranking_table(ranking, rows, colour=output is None and sys.stdout.isatty())
    elif output_format is Format.json:
        text = export.ranking_json(ranking, rows)
    elif output_format is Format.csv:
        text = export.ranking_csv(rows)
    else:
        text = export.ranking_geojson(ranking, rows)
    _deliver(text, output, quiet=quiet)


@app.command("map")
def map_(
    seizures: SeizuresOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn.")] = 20,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    substance: SubstanceOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("maps/corridors.html"),
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Draw the ranking on a map: one HTML file that needs no network."""
    from routes.files import write_text

    inputs = _inputs(seizures, skip_invalid=skip_invalid, quiet=quiet)
    analysis = _analyse(inputs, config, since, until, as_of, substance, seed, top)
    from routes.maps import corridor_map

    cities = inputs.places[inputs.places["kind"] == "city"]
    page = corridor_map(analysis.ranking, inputs.seizures, inputs.borders, top=top, places=cities)
    write_text(output, page)
    _say(f"Wrote {output} ({len(page.encode()) / 1e6:.1f} MB). Open it in any browser.", quiet=quiet)


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="Seizures CSV file.", show_default=False)],
    quiet: QuietOption = False,
) -> None:
    """Check a seizures file: every fault with its line, column and remedy."""
    from routes.tables import bundled, read_borders, read_seizures

    table = read_seizures(file, borders=read_borders(bundled("borders.geojson")))
    located = int(table["lat"].notna().sum())
    _say(
        f"{file}: {len(table)} records of {table['event_id'].nunique()} events, {located} with a place. "
        "No fault found.",
        quiet=quiet,
    )


@network_app.command("build")
def network_build(
    output: Annotated[Path, typer.Option(help="The road file to write.")] = Path("roads.npz"),
    highways: Annotated[
        Path | None, typer.Option(help="Highways CSV file. Default: the bundled one.", show_default=False)
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Build the road file from the trunk network and the highways.

    Needs the package scgraph_data: pip install "routes[build]".
    """
    from routes import road_building as build
    from routes.roads import save_roads
    from routes.tables import bundled, read_borders, read_crossings, read_highways

    borders, crossings = read_borders(bundled("borders.geojson")), read_crossings(bundled("crossings.csv"))
    listed = read_highways(highways or bundled("highways.csv"))
    try:
        _say("1/4 clipping the trunk network to the region ...", quiet=quiet)
        trunk = build.trunk_lines()
    except ImportError as error:
        message = 'the trunk network needs the package scgraph_data: pip install "routes[build]".'
        raise RoutesError(message) from error
    _say("2/4 joining the highways ...", quiet=quiet)
    lines, figures = build.join(trunk, build.highway_lines(listed))
    _say("3/4 cutting at the borders ...", quiet=quiet)
    roads = build.build_roads(lines, borders, crossings, build.ABOUT | figures)
    _say("4/4 writing ...", quiet=quiet)
    save_roads(roads, output)
    _say(f"Wrote {output}: {len(roads.lon):,} nodes, {len(roads.u):,} edges.", quiet=quiet)


@network_app.command("info")
def network_info(
    output_format: Annotated[Format, typer.Option("--format", help="table or json.")] = Format.table,
) -> None:
    """Print the fact sheet of the network and the crossing graph."""
    from routes.analysis import built_network
    from routes.factsheet import network_facts
    from routes.tabulate import facts_table

    facts = network_facts(*built_network())
    if output_format is Format.json:
        import json

        typer.echo(json.dumps(facts, indent=1, ensure_ascii=False))
    elif output_format is Format.table:
        typer.echo(facts_table(facts), nl=False)
    else:
        raise RoutesError(f"--format: wanted table or json, got {output_format}.")


@network_app.command("check")
def network_check(quiet: QuietOption = False) -> None:
    """List every fault of the network; exit code 1 if there is one."""
    from routes.analysis import built_network
    from routes.factsheet import network_faults

    faults = network_faults(*built_network())
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    _say("No fault found.", quiet=quiet)


@network_app.command("graph")
def network_graph(
    output: Annotated[Path, typer.Option(help="The GraphML file to write.")] = Path("crossing_graph.graphml"),
    seizures: SeizuresOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the crossing graph, seizures tied to what they touch, as GraphML."""
    from routes.export import graph_graphml
    from routes.files import write_text

    graph = _analyse(_inputs(seizures, skip_invalid=False, quiet=quiet)).crossing_graph.graph
    write_text(output, graph_graphml(graph))
    _say(f"Wrote {output}: {len(graph)} nodes, {graph.number_of_edges()} edges.", quiet=quiet)


def _inputs(seizures: Path | None, *, skip_invalid: bool, quiet: bool) -> Inputs:
    from routes.analysis import load_inputs

    if not (skip_invalid and seizures):
        return load_inputs(seizures)
    return load_inputs(seizures, _valid_records(seizures, quiet=quiet))


def _valid_records(seizures: Path, *, quiet: bool) -> pd.DataFrame:
    """Part good records from bad; the bad go to a reject file."""
    from routes.files import write_text
    from routes.tables import bundled, read_borders, split_seizures

    valid, rejected, faults = split_seizures(seizures, borders=read_borders(bundled("borders.geojson")))
    if len(rejected):
        rejects = Path(f"{seizures.stem}.rejected.csv")
        write_text(rejects, rejected.to_csv(index_label="line"))
        for fault in faults:
            _say(str(fault), quiet=quiet)
        _say(
            f"Left out {len(rejected)} bad records of {len(rejected) + len(valid)}; see {rejects}.",
            quiet=quiet,
        )
    return valid


def _analyse(
    inputs: Inputs,
    config: Path | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    substance: str | None = None,
    seed: int = 1,
    roads_for: int = 0,
) -> Analysis:
    from routes.analysis import Question, analyse

    question = Question(_day(since), _day(until), _day(as_of), substance, seed)
    return analyse(inputs, _parameters(config), question, roads_for=roads_for)


def _parameters(config: Path | None) -> Parameters:
    from routes.parameters import Parameters, read_parameters
    from routes.tables import MODELLED_COUNTRIES

    return read_parameters(config, frozenset(MODELLED_COUNTRIES)) if config else Parameters()


def _require_known(option: str, value: str | None, known: list[str]) -> None:
    if value is None or value in known:
        return
    import difflib

    near = difflib.get_close_matches(value, known, 3, 0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(sorted(known))}."
    raise RoutesError(f"{option}: no corridor with {value!r}. {hint}")


def _deliver(text: str, output: Path | None, *, quiet: bool) -> None:
    from routes.files import write_text

    if output is None:
        sys.stdout.write(text)
        return
    write_text(output, text)
    _say(f"Wrote {output}.", quiet=quiet)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors of the user are told in one message, without a traceback."""
    try:
        app(arguments)
    except RoutesError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of a pipe has gone: there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
