"""Corridors + posterior -> the ranking: rows for corridors, gates, crossings and processing areas."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from routes.evidence.fit import draw_shares, share_effects
from routes.network.status import usual_status
from routes.results import RankedCorridor, RankedPlace, Ranking, RoadPiece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from routes.corridors import Corridors
    from routes.evidence.fit import Posterior
    from routes.network import CrossingGraph
    from routes.network.blocks import Network

    Floats = NDArray[np.float64]

INTERVAL = (0.05, 0.95)  # bounds of the 90 % interval
TOP = 10


def rank(
    network: Network,
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    posterior: Posterior,
    spoken: NDArray[np.bool_],
    status: Mapping[str, Mapping[str, float]],
    roads_for: int = 0,
) -> Ranking:
    """Rank the corridors by mean posterior share.

    Parameters
    ----------
    network, crossing_graph, corridors, posterior
        From the rungs before.
    spoken : ndarray of bool, shape (events, corridors)
        From `routes.evidence.fit.speaks_for`.
    status : mapping
        From `routes.network.status.status_shares`.
    roads_for : int
        For how many corridors, from the top, the roads are filled in.

    Returns
    -------
    Ranking
        Without `seizures` and `provenance`, which the caller knows.
    """
    effects = posterior.effects
    names = effects.names[: effects.design.shape[1]]
    design = share_effects(crossing_graph, corridors, names)
    shares, rest = draw_shares(
        corridors.prior_share, corridors.uncovered_share, design, posterior.draws[:, : len(names)]
    )
    mean, uncovered = shares.mean(axis=0), float(rest.mean())
    if not len(posterior.log_density):
        # Nothing seized, nothing learnt: the mean over prior draws is not the prior, for shares are not
        # linear in the effects.
        mean, uncovered = corridors.prior_share, corridors.uncovered_share
    order = np.argsort(-mean, kind="stable")
    top_10 = _top_probability(shares)
    first = np.bincount(shares.argmax(axis=1), minlength=shares.shape[1]) / len(shares)
    low, high = np.quantile(shares, INTERVAL, axis=0)
    graph = crossing_graph.graph
    rows = []
    for place, c in enumerate(order.tolist()):
        path = corridors.nodes[c]
        ids = [graph.nodes[n]["place"] for n in path]
        rows.append(
            RankedCorridor(
                corridors.ids[c],
                place + 1,
                ids[0],
                tuple(ids[1:-1]),
                ids[-1],
                float(corridors.prior_share[c]),
                float(mean[c]),
                (float(low[c]), float(high[c])),
                float(top_10[c]),
                float(corridors.length_km[c]),
                float(corridors.cost[c]),
                int(spoken[:, c].sum()),
                corridor_roads(crossing_graph, path) if place < roads_for else (),
                float(first[c]),
            )
        )
    gates, crossings, areas = _places(network, crossing_graph, corridors, mean, shares, status)
    return Ranking(
        tuple(rows),
        gates,
        crossings,
        areas,
        covered_mass=1 - corridors.uncovered_share,
        uncovered_share=uncovered,
        seizures=(),
    )


def _top_probability(shares: Floats) -> Floats:
    """Share of draws in which each corridor is among the first ten."""
    if shares.shape[1] <= TOP:
        return np.ones(shares.shape[1])
    bar = -np.partition(-shares, TOP - 1, axis=1)[:, TOP - 1 : TOP]
    return np.asarray((shares >= bar).mean(axis=0))


def corridor_roads(crossing_graph: CrossingGraph, path: Sequence[str]) -> tuple[RoadPiece, ...]:
    """Trace the road of a corridor in continuous pieces, real roads and connectors apart.

    Parameters
    ----------
    crossing_graph : CrossingGraph
    path : sequence of str
        Nodes of the crossing graph from gate to processing area.
    """
    points: list[tuple[float, float]] = []
    synthetic: list[bool] = []
    graph = crossing_graph.graph
    for a, b in pairwise(path):
        part = crossing_graph.blocks[graph.edges[a, b]["country"]]
        ids = part.block.terminals
        way, edges = part.way(ids.index(graph.nodes[a]["place"]), ids.index(graph.nodes[b]["place"]))
        lon, lat = part.block.lon[way].tolist(), part.block.lat[way].tolist()
        points += zip(lon if not points else lon[1:], lat if not points else lat[1:], strict=True)
        synthetic += part.block.synthetic[edges].tolist()
    return _pieces(points, synthetic)


def _pieces(points: list[tuple[float, float]], synthetic: list[bool]) -> tuple[RoadPiece, ...]:
    cuts = [0, *(i for i in range(1, len(synthetic)) if synthetic[i] != synthetic[i - 1]), len(synthetic)]
    return tuple(RoadPiece(tuple(points[a : b + 1]), synthetic[a]) for a, b in pairwise(cuts) if b > a)


def _places(
    network: Network,
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    mean: Floats,
    shares: Floats,
    status: Mapping[str, Mapping[str, float]],
) -> tuple[tuple[RankedPlace, ...], tuple[RankedPlace, ...], tuple[RankedPlace, ...]]:
    """Share through every gate, crossing and area that a listed corridor passes."""
    nodes = crossing_graph.graph.nodes
    through: dict[str, dict[str, list[int]]] = {"gate": {}, "crossing": {}, "processing_area": {}}
    for c, path in enumerate(corridors.nodes):
        for node in path:
            through[nodes[node]["kind"]].setdefault(nodes[node]["place"], []).append(c)
    facts = place_facts(network)
    ranked = []
    for kind, members_of in through.items():
        rows = [
            _ranked_place(
                place,
                facts[kind, place],
                float(corridors.prior_share[members].sum()),
                float(mean[members].sum()),
                shares[:, members].sum(axis=1),
                status,
            )
            for place, members in members_of.items()
        ]
        ranked.append(tuple(sorted(rows, key=lambda row: (-row.posterior_share, row.id))))
    return ranked[0], ranked[1], ranked[2]


def place_facts(network: Network) -> dict[tuple[str, str], tuple[str, str, tuple[str, ...], float, float]]:
    """(kind of node, id) -> name, kind, countries, lon, lat."""
    facts: dict[tuple[str, str], tuple[str, str, tuple[str, ...], float, float]] = {}
    for node_kind, table in (("gate", network.gates), ("processing_area", network.areas)):
        for row in table.to_dict("records"):
            one = (row["country"],)
            facts[node_kind, row["place_id"]] = (row["name"], row["kind"], one, row["lon"], row["lat"])
    for row in network.crossings.to_dict("records"):
        both = (row["country_a"], row["country_b"])
        facts["crossing", row["crossing_id"]] = (row["name"], row["kind"], both, row["lon"], row["lat"])
    return facts


def _ranked_place(
    place: str,
    fact: tuple[str, str, tuple[str, ...], float, float],
    prior: float,
    mean: float,
    draws: Floats,
    status: Mapping[str, Mapping[str, float]],
) -> RankedPlace:
    name, kind, countries, lon, lat = fact
    low, high = np.quantile(draws, INTERVAL)
    return RankedPlace(
        place,
        name,
        kind,
        countries,
        float(lon),
        float(lat),
        usual_status(dict(status.get(place, {}))),
        prior,
        mean,
        (float(low), float(high)),
    )


def corridors_of(
    rows: Iterable[RankedCorridor], gate: str | None = None, area: str | None = None
) -> list[RankedCorridor]:
    """Rows of a gate or into an area, with their ranks and shares in the whole ranking."""
    return [r for r in rows if gate in (None, r.gate) and area in (None, r.processing_area)]
