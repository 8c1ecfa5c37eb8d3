"""``routes network ...``: the roads, crossings and legs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routes.cli.console import deliver, say, say_written, stages
from routes.cli.endings import endings_of, format_for
from routes.cli.options import DataOption, Plain, QuietOption, SeizuresOption
from routes.cli.reading import analyses, read_inputs
from routes.cli.targets import check_sources, check_targets
from routes.errors import RoutesError
from routes.read.paths import Source

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from routes.results import Weight
    from routes.roads.road_file import Roads

network_app = typer.Typer(no_args_is_help=True, help="Build the road network, look at it, check it.")


@network_app.command("build")
def network_build(
    output: Annotated[
        Path | None,
        typer.Option(
            help="The road file to write. Default: roads.npz, in the folder of --data if there is one."
        ),
    ] = None,
    osm: Annotated[
        list[Path] | None, typer.Option(help="OpenStreetMap extract (.osm.pbf); may be given more than once.")
    ] = None,
    borders: Annotated[
        Path | None, typer.Option(help="Borders GeoJSON file. Default: that of the data.")
    ] = None,
    crossings: Annotated[
        Path | None, typer.Option(help="Crossings CSV file. Default: that of the data.")
    ] = None,
    highways: Annotated[
        Path | None, typer.Option(help="Highways CSV file. Default: that of the data.")
    ] = None,
    data: DataOption = None,
    quiet: QuietOption = False,
) -> None:
    """Build the road file from OpenStreetMap extracts, or from the trunk network and the highways.

    With --osm every class of road is taken, with its true shape and length; the files may overlap. Needs
    the package osmium (extra osm). Without --osm trunk roads of the whole world are clipped to the modelled
    countries, which needs scgraph_data (extra build).
    """
    from routes.read import read_borders, read_crossings
    from routes.roads.road_file import save_roads

    output = output or (data or Path()) / "roads.npz"
    format_for(output, None, endings_of(["npz"]), "npz")
    source = Source(folder=data)
    check_sources(source)
    borders = borders or source.file("borders.geojson")
    crossings = crossings or source.file("crossings.csv")
    check_targets({"output": output, "osm": osm, "read": [borders, crossings, highways]})  # not the road file
    if osm and highways:
        raise RoutesError("--highways goes with the trunk network, not with --osm. Leave one of them out.")
    shapes, listed = read_borders(borders), read_crossings(crossings)
    if osm:
        roads = _from_extracts(osm, shapes, listed, quiet=quiet)
    else:
        roads = _from_trunk(highways or source.optional("highways.csv"), shapes, listed, quiet=quiet)
    say("writing ...", quiet=quiet)
    save_roads(roads, output)
    say_written(output, f": {len(roads.lon):,} nodes, {len(roads.u):,} edges", quiet=quiet)


def _from_extracts(
    files: list[Path], borders: gpd.GeoDataFrame, crossings: pd.DataFrame, *, quiet: bool
) -> Roads:
    from routes.roads import osm_roads

    roads = osm_roads(files, borders, crossings, stages(quiet=quiet))
    about = roads.about
    say(
        f"{about['osm_ways']:,} ways, {about['osm_chains']:,} roads between junctions; "
        f"{about['osm_nodes_missing']:,} nodes are not in the files; {about['roads_apart']:,} pieces of road "
        f"with {about['nodes_apart']:,} nodes hang on nothing.",
        quiet=quiet,
    )
    return roads


def _from_trunk(
    highways: Path | None, borders: gpd.GeoDataFrame, crossings: pd.DataFrame, *, quiet: bool
) -> Roads:
    from routes.read import read_highways
    from routes.roads import trunk_roads

    listed = read_highways(highways) if highways else None
    say("clipping the trunk network to the modelled countries ...", quiet=quiet)
    return trunk_roads(borders, crossings, listed)


@network_app.command("info")
@analyses
def network_info(
    source: Source,
    output_format: Annotated[Plain, typer.Option("--format", help="table or json.")] = Plain.table,
) -> None:
    """Print the fact sheet of the network and the crossing graph."""
    from routes.network.build import built_network
    from routes.network.facts import network_facts, weights_in_the_open
    from routes.outputs.terminal.ranking_tables import facts_table, weights_table
    from routes.read.inputs import hashes_of

    files = {name: path for name, path in source.files().items() if name != "seizures.csv"}
    with hashes_of(files) as hashes:
        roads, network, graph = built_network(source)
        weights = weights_in_the_open(*_weighed(source))
    facts = network_facts(roads, network, graph)
    if output_format is Plain.json:
        deliver(_facts_json(facts, weights, hashes, roads))
    else:
        deliver((facts_table(facts), *weights_table(weights)))


def _weighed(source: Source) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables that weights stand in: places, processing areas by period, crossings."""
    from routes.read import read_area_weights, read_crossings, read_places

    files = source.files()
    places = read_places(files["places.csv"])
    areas = tuple(places["place_id"][places["kind"] == "processing_area"])
    return (
        places,
        read_area_weights(files.get("area_weights.csv"), areas),
        read_crossings(files["crossings.csv"]),
    )


def _facts_json(
    facts: dict[str, Any], weights: tuple[Weight, ...], hashes: dict[str, str], roads: Roads
) -> str:
    from routes.outputs.documents.network_document import NetworkDocument
    from routes.outputs.schemas import document_text
    from routes.parameters import Parameters
    from routes.read.provenance import provenance

    return document_text(NetworkDocument(facts, weights, provenance(hashes, Parameters(), roads=roads.about)))


@network_app.command("check")
@analyses
def network_check(source: Source, quiet: QuietOption = False) -> None:
    """List every fault of the data and of the network built from them; exit code 1 if there is one.

    With --data the whole folder is checked: each file by itself, and whether they fit together.
    """
    from routes.network.build import built_network
    from routes.network.facts import network_faults
    from routes.read.together import folder_faults

    faults = [str(fault) for fault in folder_faults(source)] or network_faults(*built_network(source))
    deliver("".join(f"{fault}\n" for fault in faults))
    if faults:
        raise typer.Exit(1)
    say("No fault found.", quiet=quiet)


@network_app.command("graph")
@analyses
def network_graph(
    source: Source,
    output: Annotated[Path, typer.Option(help="The GraphML file to write.")] = Path("crossing_graph.graphml"),
    seizures: SeizuresOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the crossing graph, seizures tied to what they touch, as GraphML."""
    from routes.analysis import analyse
    from routes.outputs.export import graph_graphml
    from routes.support.files import write_text

    format_for(output, None, endings_of(["graphml"]), "graphml")
    graph = analyse(read_inputs(seizures, source, skip_invalid=False, quiet=quiet)).crossing_graph.graph
    write_text(output, graph_graphml(graph))
    say_written(output, f": {len(graph)} nodes, {graph.number_of_edges()} edges", quiet=quiet)
