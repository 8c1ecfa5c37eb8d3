"""Roads -> network, legs and crossing graph: in pieces that others may work out, or from the cache."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from routes.network import (
    BlockLegs,
    Core,
    CrossingGraph,
    LegsFrom,
    build_crossing_graph,
    core_of,
    join_legs,
    legs_from,
    penalty_parts,
    traffic_weights,
)
from routes.network.blocks import Block, Network, build_network
from routes.network.seasons import ALL_MONTHS, Season
from routes.network.status import status_shares
from routes.parameters import Parameters
from routes.read import read_crossing_status, read_crossings, read_places
from routes.read.inputs import hashes_of, region_of
from routes.read.paths import Source
from routes.roads.road_file import Roads, load_roads
from routes.support.cache import kept
from routes.support.parallel import each

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from routes.parameters import CrossingPenalties, RouteChoice

CACHE_PAYS_EDGES = 20_000  # below, building takes no longer than a look into the cache
BUILT_FROM = ("roads.npz", "crossings.csv", "places.csv")  # what a network hangs on
HEAVY = 100_000_000  # edges x terminals, summed over the blocks: some 10 s of one core


def network_and_legs(
    roads: Roads,
    crossings: pd.DataFrame,
    places: pd.DataFrame,
    cost_per_km: Mapping[str, float],
    modelled: tuple[str, ...],
    season: Season | None = None,
    *,
    cache: Path | None = None,
    hashes: Mapping[str, str] | None = None,
) -> tuple[Network, dict[str, BlockLegs]]:
    """Build the network and the legs of its blocks, or read both from the cache.

    Parameters
    ----------
    roads, crossings, places, cost_per_km, modelled, season
        As for `routes.network.blocks.build_network`.
    cache : Path, optional
        Folder in which large networks are kept. Default: none are.
    hashes : mapping of str to str, optional
        Of the files that roads, crossings and places were read from.

    Returns
    -------
    Network, dict of str to BlockLegs
        The legs by country.
    """

    def build() -> tuple[Network, dict[str, BlockLegs]]:
        network = build_network(roads, crossings, places, cost_per_km, modelled, season)
        return network, all_legs(network.blocks)

    if cache is None or not hashes or len(roads.u) < CACHE_PAYS_EDGES:
        return build()
    sources: dict[str, Any] = {
        "files": dict(hashes),
        "cost_per_km": dict(cost_per_km),
        "modelled": list(modelled),
        "season": asdict(season) if season and roads.conditions.any() else None,
        "scipy": scipy.__version__,  # of two ways that cost the same, another one may find the other
    }
    return kept(cache, sources, build, (Network, Block, BlockLegs, Core))


def all_legs(blocks: Mapping[str, Block]) -> dict[str, BlockLegs]:
    """Find the legs of every block, a country a task of `routes.support.parallel.each`."""
    work = {country: len(block.u) * len(block.terminals) for country, block in blocks.items()}
    order = sorted(blocks, key=lambda country: -work[country])  # the longest begins first
    found = each(_legs_of, [blocks[country] for country in order], heavy=sum(work.values()) > HEAVY)
    by_country = dict(zip(order, found, strict=True))
    return {country: join_legs(block, *by_country[country]) for country, block in blocks.items()}


def _legs_of(block: Block) -> tuple[Core, list[LegsFrom]]:
    """Find the legs of a block; what comes back leaves out the block, which is here already."""
    core = core_of(block)
    return core, [legs_from(core, np.arange(len(block.terminals)))]


def crossing_graph_of(
    network: Network,
    legs: Mapping[str, BlockLegs],
    status: Mapping[str, Mapping[str, float]],
    costs: CrossingPenalties,
    choice: RouteChoice | None = None,
) -> CrossingGraph:
    """Join the legs at the crossings, with the penalties of crossings and gates that stood so.

    Parameters
    ----------
    status : mapping
        From `routes.network.status.status_shares`.
    choice : RouteChoice, optional
        Says what the traffic at a crossing counts. Default: nothing.
    """
    crossings = network.crossings[["crossing_id", "kind", "official"]].itertuples(index=False, name=None)
    gates = network.gates[["place_id", "kind"]].itertuples(index=False, name=None)
    kinds = [*crossings, *((place, kind, True) for place, kind in gates)]
    parts = penalty_parts(kinds, status, costs)
    penalty = {place: sum(km.values()) for place, km in parts.items()}
    weight: dict[str, float] = {}
    if choice is not None and "lorries_a_day" in network.crossings:
        lorries = dict(network.crossings[["crossing_id", "lorries_a_day"]].itertuples(index=False, name=None))
        weight = traffic_weights(lorries, choice.traffic_exponent, choice.usual_lorries_a_day)
    return build_crossing_graph(network, penalty, legs, parts, weight)


def built_network(source: Source | None = None) -> tuple[Roads, Network, CrossingGraph]:
    """Build the network of a source and its crossing graph as of the last change of status.

    Raises
    ------
    InputError
        With every fault of a file that it reads: region, borders, roads, crossings, places and their status.
    """
    source, parameters = source or Source(), Parameters()
    files = {name: source.file(name) for name in BUILT_FROM}
    with hashes_of(files) as hashes:
        roads, region = load_roads(files["roads.npz"]), region_of(source)
        network, legs = network_and_legs(
            roads,
            read_crossings(files["crossings.csv"]),
            read_places(files["places.csv"]),
            parameters.cost_per_km(),
            region.countries,
            Season(ALL_MONTHS, parameters.road_seasons),
            cache=source.cache,
            hashes=hashes,
        )
    status = read_crossing_status(source.optional("crossing_status.csv"))
    changes = status["from"].dropna()
    last = changes.max().date() if len(changes) else region.status_checked
    shares = status_shares(status, last, last)
    return (
        roads,
        network,
        crossing_graph_of(network, legs, shares, parameters.crossing_penalties, parameters.route_choice),
    )
