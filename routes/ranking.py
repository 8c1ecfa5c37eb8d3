"""Corridors + posterior -> the ranking: rows for corridors, gates, crossings and processing areas."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routes.corridors import places_passed
from routes.network.status import usual_status
from routes.results import Grounds, RankedCorridor, RankedPlace, Ranking, RoadPiece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routes.corridors import Corridors
    from routes.evidence.shares import ShareDraws
    from routes.network import CrossingGraph
    from routes.network.blocks import Network
    from routes.support.arrays import Floats


def rank(
    network: Network,
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    shares: ShareDraws,
    grounds: Mapping[tuple[str, str], Grounds],
    status: Mapping[str, Mapping[str, float]],
    roads_for: int = 0,
) -> Ranking:
    """Rank the corridors by mean posterior share.

    Parameters
    ----------
    network, crossing_graph, corridors, shares
        From the rungs before.
    grounds : mapping
        What the share of each corridor and place rests on, by (kind of node or ``corridor``, id).
    status : mapping
        From `routes.network.status.status_shares`.
    roads_for : int
        For how many corridors, from the top, the roads are filled in.

    Returns
    -------
    Ranking
        Without `seizures`, `disagreements` and `provenance`, which the caller knows.
    """
    order = np.argsort(-shares.mean, kind="stable")
    top_10, first, tiers = shares.top(), shares.first(), shares.tiers(order)
    low, high = shares.interval()
    place = {node: facts["place"] for node, facts in crossing_graph.graph.nodes(data=True)}
    columns = (
        corridors.prior_share,
        shares.mean,
        low,
        high,
        top_10,
        first,
        corridors.length_km,
        corridors.cost,
    )
    figures = np.stack(columns, axis=1)[order].tolist()
    rows, none = [], Grounds()
    for position, (c, tier, of) in enumerate(zip(order.tolist(), tiers, figures, strict=True)):
        path = corridors.nodes[c]
        ids = [place[n] for n in path]
        prior_share, share, least, most, in_top, as_first, length_km, cost = of
        rows.append(
            RankedCorridor(
                id=corridors.ids[c],
                rank=position + 1,
                tier=tier,
                gate=ids[0],
                crossings=tuple(ids[1:-1]),
                processing_area=ids[-1],
                prior_share=prior_share,
                posterior_share=share,
                interval_90=(least, most),
                top_10_probability=in_top,
                first_probability=as_first,
                length_km=length_km,
                generalised_cost=cost,
                grounds=grounds.get(("corridor", corridors.ids[c]), none),
                pieces=corridor_roads(crossing_graph, path) if position < roads_for else (),
            )
        )
    gates, crossings, areas = _places(network, crossing_graph, corridors, shares, grounds, status)
    return Ranking(
        tuple(rows),
        gates,
        crossings,
        areas,
        covered_mass=1 - corridors.uncovered_share,
        uncovered_share=shares.rest,
        seizures=(),
    )


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
    shares: ShareDraws,
    grounds: Mapping[tuple[str, str], Grounds],
    status: Mapping[str, Mapping[str, float]],
) -> tuple[tuple[RankedPlace, ...], tuple[RankedPlace, ...], tuple[RankedPlace, ...]]:
    """Share through every gate, crossing and area that a listed corridor passes."""
    passed, facts = places_passed(crossing_graph.graph, corridors), place_facts(network)
    through, prior = shares.through(passed), passed.use @ corridors.prior_share
    kinds = np.array([kind for kind, _ in passed.names])
    gates, crossings, areas = (
        _places_of_kind(through.take(which), prior[which], facts, grounds, status)
        for which in (np.flatnonzero(kinds == kind) for kind in ("gate", "crossing", "processing_area"))
    )
    return gates, crossings, areas


def _places_of_kind(
    through: ShareDraws,
    prior: Floats,
    facts: Mapping[tuple[str, str], PlaceFacts],
    grounds: Mapping[tuple[str, str], Grounds],
    status: Mapping[str, Mapping[str, float]],
) -> tuple[RankedPlace, ...]:
    low, high = through.interval()
    order, tiers = tiers_of(through)
    rows = []
    for i, tier in zip(order, tiers, strict=True):
        name = through.names[i]
        place = name[1]
        rows.append(
            RankedPlace(
                id=place,
                **facts[name]._asdict(),
                status=usual_status(dict(status.get(place, {}))),
                prior_share=float(prior[i]),
                posterior_share=float(through.mean[i]),
                interval_90=(float(low[i]), float(high[i])),
                tier=tier,
                grounds=grounds.get(name, Grounds()),
            )
        )
    return tuple(rows)


def tiers_of(shares: ShareDraws) -> tuple[list[int], list[int]]:
    """Columns by falling share, like shares by their names, and the tier of each."""
    order = sorted(range(len(shares.names)), key=lambda i: (-shares.mean[i], shares.names[i]))
    return order, shares.tiers(order)


class PlaceFacts(NamedTuple):
    """What the data say of a gate, a crossing or a processing area."""

    name: str
    kind: str
    countries: tuple[str, ...]
    lon: float
    lat: float


def place_facts(network: Network) -> dict[tuple[str, str], PlaceFacts]:
    """Facts of every place by (kind of node, id)."""
    facts = {}
    for node_kind, table, key, countries in (
        ("gate", network.gates, "place_id", ("country",)),
        ("processing_area", network.areas, "place_id", ("country",)),
        ("crossing", network.crossings, "crossing_id", ("country_a", "country_b")),
    ):
        ids, names, kinds, lon, lat = (table[name].tolist() for name in (key, "name", "kind", "lon", "lat"))
        sides = zip(*(table[side].tolist() for side in countries), strict=True)
        for place, *told in zip(ids, names, kinds, sides, map(float, lon), map(float, lat), strict=True):
            facts[node_kind, place] = PlaceFacts(*told)
    return facts


def limited_to(ranking: Ranking, gate: str | None, area: str | None) -> Ranking:
    """Note in the provenance to which corridors a listing is limited, if it is."""
    if gate is None and area is None:
        return ranking
    listed = {"gate": gate, "processing_area": area}
    return replace(ranking, provenance=ranking.provenance | {"listed": listed})


def corridors_of(
    rows: Iterable[RankedCorridor], gate: str | None = None, area: str | None = None
) -> list[RankedCorridor]:
    """Rows of a gate or into an area, with their ranks and shares in the whole ranking."""
    return [r for r in rows if gate in (None, r.gate) and area in (None, r.processing_area)]
