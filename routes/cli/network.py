"""``routes network ...``: the roads, crossings and legs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from routes.cli.options import (
    Format,
    QuietOption,
    SeizuresOption,
    analysed,
    read_inputs,
    say,
)
from routes.errors import RoutesError

network_app = typer.Typer(
    no_args_is_help=True, help="The road network: build it, look at it, check it, write its graph."
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
        say("1/4 clipping the trunk network to the region ...", quiet=quiet)
        trunk = build.trunk_lines()
    except ImportError as error:
        message = 'the trunk network needs the package scgraph_data: pip install "routes[build]".'
        raise RoutesError(message) from error
    say("2/4 joining the highways ...", quiet=quiet)
    lines, figures = build.join(trunk, build.highway_lines(listed))
    say("3/4 cutting at the borders ...", quiet=quiet)
    roads = build.build_roads(lines, borders, crossings, build.ABOUT | figures)
    say("4/4 writing ...", quiet=quiet)
    save_roads(roads, output)
    say(f"Wrote {output}: {len(roads.lon):,} nodes, {len(roads.u):,} edges.", quiet=quiet)


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

        from routes.schemas import stamped

        typer.echo(json.dumps(stamped("network-info") | facts, indent=1, ensure_ascii=False))
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
    say("No fault found.", quiet=quiet)


@network_app.command("graph")
def network_graph(
    output: Annotated[Path, typer.Option(help="The GraphML file to write.")] = Path("crossing_graph.graphml"),
    seizures: SeizuresOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the crossing graph, seizures tied to what they touch, as GraphML."""
    from routes.export import graph_graphml
    from routes.files import write_text

    graph = analysed(read_inputs(seizures, skip_invalid=False, quiet=quiet)).crossing_graph.graph
    write_text(output, graph_graphml(graph))
    say(f"Wrote {output}: {len(graph)} nodes, {graph.number_of_edges()} edges.", quiet=quiet)
