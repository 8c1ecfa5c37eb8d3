"""Roads + crossings + places -> country blocks, each with its terminals.

A block holds the roads of one country. Its terminals are the gates and processing areas in it and the
crossings on its border. Blocks share nothing but the ids of crossings, so that legs inside one never
depend on another.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from routes.kinds import CROSSING_KINDS, GATE_KINDS, PROCESSING_AREA, UNLISTED
from routes.network.seasons import season_costs
from routes.roads.lines import joined_pieces
from routes.roads.road_file import ROAD_CLASSES, Roads
from routes.support.geo import (
    EARTH_RADIUS_KM,
    chord_of,
    great_circle_km,
    nearest_point,
    on_sphere,
    pairs_within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from routes.network.seasons import Season

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

LISTED_WITHIN_KM = 15.0  # a road over the border belongs to a listed crossing this near
UNLISTED_APART_KM = 10.0  # roads over the border nearer than this are one unlisted crossing
UNLISTED_REACH_KM = 25.0  # where such roads follow one another, no crossing takes in more than this about it
CONNECTOR_UP_TO_KM = 150.0
CONNECTOR_DETOUR = 1.4  # length of a connector over the straight line
CONNECTOR_CLASS = len(ROAD_CLASSES)  # road class of connectors: they are no roads
_REAL_ROAD_WITHIN_KM = 5.0  # the last kilometres to a port or a town are streets, not a connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The roads of one country.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3 code.
    lon, lat : ndarray of float, shape (nodes,)
        Degrees. The terminals are the last nodes.
    u, v : ndarray of int, shape (edges,)
        Ends of the edges.
    length_km, cost : ndarray of float, shape (edges,)
        Length along the road; generalised cost in km-equivalents.
    synthetic : ndarray of bool, shape (edges,)
        Whether the edge is a connector.
    terminals : tuple of str
        Ids of gates, crossings and processing areas.
    terminal_node : ndarray of int, shape (terminals,)
    names : dict of int to str
        Names of the nodes that are towns and junctions of a listed highway.
    oneway : ndarray of bool, shape (edges,)
        Whether the edge can only be travelled from `u` to `v`. Default: none.
    """

    country: str
    lon: Floats
    lat: Floats
    u: Ints
    v: Ints
    length_km: Floats
    cost: Floats
    synthetic: NDArray[np.bool_]
    terminals: tuple[str, ...]
    terminal_node: Ints
    names: dict[int, str] = field(default_factory=dict)
    oneway: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        """Take every edge for open both ways where nothing is said."""
        if not len(self.oneway):
            object.__setattr__(self, "oneway", np.zeros(len(self.u), bool))


@dataclass(frozen=True, slots=True)
class Network:
    """Country blocks and what joins them.

    Parameters
    ----------
    blocks : dict of str to Block
        By country.
    crossings : DataFrame
        Crossings between two modelled countries, listed and unlisted: ``crossing_id, name, country_a,
        country_b, kind, official, lat, lon``; ``official`` is a truth value; kind ``unlisted`` where a road
        crosses the border away from every listed crossing.
    gates, areas : DataFrame
        Rows of the places table.
    figures : dict
        Counts for the fact sheet: connectors, unlisted crossings, roads over the outer rim, and so on.
    faults : tuple of str
        What is wrong with the network, in words.
    """

    blocks: dict[str, Block]
    crossings: pd.DataFrame
    gates: pd.DataFrame
    areas: pd.DataFrame
    figures: dict[str, int]
    faults: tuple[str, ...]


def build_network(
    roads: Roads,
    crossings: pd.DataFrame,
    places: pd.DataFrame,
    cost_per_km: Mapping[str, float],
    modelled: tuple[str, ...],
    season: Season | None = None,
) -> Network:
    """Assign border nodes to crossings, cut the roads into blocks, attach the terminals.

    Parameters
    ----------
    roads : Roads
        From `routes.roads.road_file.load_roads`.
    crossings : DataFrame
        Listed crossings; those that no road traffic can use (`routes.kinds`) are left out.
    places : DataFrame
        Gates (`routes.kinds.GATE_KINDS`) and processing areas in modelled countries are taken.
    cost_per_km : mapping of str to float
        Generalised cost of a kilometre by class of road, from `Parameters.cost_per_km`.
    modelled : tuple of str
        The modelled countries.
    season : Season, optional
        The months asked about. Default: roads are open all year.

    Returns
    -------
    Network
    """
    inside = places["country"].isin(modelled)
    gates = places[inside & places["kind"].isin(list(GATE_KINDS))].reset_index(drop=True)
    areas = places[inside & (places["kind"] == PROCESSING_AREA)].reset_index(drop=True)
    by_road = crossings["kind"].isin([kind for kind, facts in CROSSING_KINDS.items() if facts.by_road])
    is_inner = crossings["country_a"].isin(modelled) & crossings["country_b"].isin(modelled)
    at_gate = crossings["crossing_id"].isin(gates["crossing_id"][gates["kind"] == "land_gate"])
    inner = crossings[by_road & is_inner]
    owner, unlisted, rim_left = _border_owners(roads, crossings[by_road & (is_inner | at_gate)], modelled)
    every = pd.concat([inner, unlisted], ignore_index=True).astype({"official": bool})
    by_class = np.array([cost_per_km[name] for name in (*ROAD_CLASSES, "connector")])
    figures: Counter[str] = Counter(
        crossings_listed=len(inner),
        crossings_unlisted=len(unlisted),
        gates=len(gates),
        processing_areas=len(areas),
        rim_roads_without_gate=rim_left,
        crossings_rail_left_out=int((~by_road).sum()),
    )
    extra = season_costs(roads, season) if season else np.zeros(len(roads.u))
    blocks, faults = {}, []
    terminals = _terminals(every, gates, areas)
    for country in modelled:
        here = terminals.get(country, [])
        blocks[country], faults_here = _block(country, roads, owner, here, by_class, extra, figures)
        faults += faults_here
    return Network(blocks, every, gates, areas, dict(figures), tuple(faults))


def _border_owners(
    roads: Roads, known: pd.DataFrame, modelled: tuple[str, ...]
) -> tuple[NDArray[np.object_], pd.DataFrame, int]:
    """Which known crossing or land gate each border node belongs to ('' for none)."""
    owner = np.full(len(roads.lon), "", object)
    spots: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    facts = known[["country_a", "country_b", "crossing_id", "lon", "lat"]]
    for a, b, crossing, lon, lat in facts.itertuples(index=False, name=None):
        spots.setdefault((a, b), []).append((crossing, lon, lat))
    codes = np.array(roads.countries)
    names = np.sort(codes[roads.border_pair], axis=1) if len(roads.border_pair) else np.zeros((0, 2), str)
    found, left_on_rim = [], 0
    for pair in sorted({(a, b) for a, b in names.tolist()}):
        nodes = roads.border_node[(names == pair).all(axis=1)]
        near, km = _nearest(roads.lon[nodes], roads.lat[nodes], spots.get(pair, []))
        close = km <= LISTED_WITHIN_KM
        owner[nodes[close]] = near[close]
        far = nodes[~close]
        if not set(pair) <= set(modelled):
            left_on_rim += len(far)
            continue
        for group in near_groups(roads.lon[far], roads.lat[far]):
            row = _unlisted(pair, roads.lon[far[group]], roads.lat[far[group]])
            owner[far[group]] = row["crossing_id"]
            found.append(row)
    return owner, pd.DataFrame(found, columns=[*_UNLISTED_COLUMNS]), left_on_rim


_UNLISTED_COLUMNS = ("crossing_id", "name", "country_a", "country_b", "kind", "official", "lat", "lon")


def _unlisted(pair: tuple[str, ...], lon: Floats, lat: Floats) -> dict[str, object]:
    a, b = pair
    x, y = float(lon.mean()), float(lat.mean())
    where = f"{y:.2f}N {x:.2f}E"
    return {
        "crossing_id": f"unlisted-{a}-{b}-{y:.2f}-{x:.2f}".lower(),
        "name": f"Unlisted road {a}-{b} at {where}",
        "country_a": a,
        "country_b": b,
        "kind": UNLISTED,
        "official": False,
        "lat": y,
        "lon": x,
    }


def _nearest(
    lon: Floats, lat: Floats, spots: list[tuple[str, float, float]]
) -> tuple[NDArray[np.object_], Floats]:
    """Id of the nearest of some crossings for each point, and how far it is (km)."""
    if not spots:
        return np.full(len(lon), "", object), np.full(len(lon), np.inf)
    ids, lons, lats = zip(*spots, strict=True)
    km = great_circle_km(lon[:, None], lat[:, None], lons, lats)
    return np.array(ids, object)[km.argmin(axis=1)], km.min(axis=1)


def near_groups(lon: Floats, lat: Floats) -> list[Ints]:
    """Points that are chained by steps of at most `UNLISTED_APART_KM`; long chains in pieces."""
    if not len(lon):
        return []
    label = joined_pieces(*pairs_within(on_sphere(lon, lat), chord_of(UNLISTED_APART_KM)), len(lon))
    order = np.argsort(label, kind="stable")
    chains = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [piece for chain in chains for piece in _pieces(chain, lon, lat)]


def _pieces(chain: Ints, lon: Floats, lat: Floats) -> list[Ints]:
    """Cut a chain of points that reaches too far: each piece lies about its westernmost point."""
    if (_km_from(chain, lon[chain].mean(), lat[chain].mean(), lon, lat) <= UNLISTED_REACH_KM).all():
        return [chain]
    left, pieces = chain[np.lexsort([lat[chain], lon[chain]])], []
    while len(left):
        near = _km_from(left, lon[left[0]], lat[left[0]], lon, lat) <= UNLISTED_REACH_KM
        pieces.append(left[near])
        left = left[~near]
    return pieces


def _km_from(points: Ints, lon_0: float, lat_0: float, lon: Floats, lat: Floats) -> Floats:
    return great_circle_km(lon_0, lat_0, lon[points], lat[points])


class _Terminal(NamedTuple):
    """A place at which legs begin and end; border nodes know the `owner`."""

    id: str
    owner: str
    lon: float
    lat: float
    kind: str


def _terminals(
    crossings: pd.DataFrame, gates: pd.DataFrame, areas: pd.DataFrame
) -> dict[str, list[_Terminal]]:
    """Terminals of each country; a crossing is one of both of its countries."""
    found: dict[str, list[_Terminal]] = {}
    facts = ["lon", "lat", "kind"]
    sides = crossings[["country_a", "country_b", "crossing_id", *facts]]
    for a, b, crossing, *fact in sides.itertuples(index=False, name=None):
        for country in (a, b):
            found.setdefault(country, []).append(_Terminal(crossing, crossing, *fact))
    for table in (gates, areas):
        rows = table[["country", "place_id", "crossing_id", *facts]]
        for country, *of in rows.itertuples(index=False, name=None):
            found.setdefault(country, []).append(_Terminal(*of))
    return found


def _block(
    country: str,
    roads: Roads,
    owner: NDArray[np.object_],
    terminals: list[_Terminal],
    by_class: Floats,
    extra: Floats,
    figures: Counter[str],
) -> tuple[Block, list[str]]:
    code = roads.countries.index(country)
    own = np.flatnonzero(roads.country == code)
    number = np.full(len(roads.lon), -1)
    number[own] = np.arange(len(own))
    terminal_node = len(own) + np.arange(len(terminals))
    lon = np.concatenate([roads.lon[own], [place.lon for place in terminals]])
    lat = np.concatenate([roads.lat[own], [place.lat for place in terminals]])
    place_of = {
        place.owner: node for place, node in zip(terminals, terminal_node, strict=True) if place.owner
    }
    border = roads.border_node
    number[border] = [place_of.get(o, -1) for o in owner[border]]
    # A border node stands for its crossing, which may lie some kilometres from it.
    shift = np.zeros(len(roads.lon))
    kept = border[number[border] >= 0]
    shift[kept] = great_circle_km(roads.lon[kept], roads.lat[kept], lon[number[kept]], lat[number[kept]])
    u, v = number[roads.u], number[roads.v]
    edges = np.flatnonzero((u >= 0) & (v >= 0) & (u != v))
    edges = edges[(roads.country[roads.u[edges]] == code) | (roads.country[roads.v[edges]] == code)]
    km = roads.length_km[edges] + shift[roads.u[edges]] + shift[roads.v[edges]]
    u, v, kind = u[edges], v[edges], roads.road_class[edges]
    oneway = roads.oneway[edges]
    label = _systems(len(lon), u, v, oneway)
    add_u, add_v, add_km, faults = _connectors(country, terminals, len(own), lon, lat, label)
    real = add_km <= _REAL_ROAD_WITHIN_KM
    add_kind = np.where(real, ROAD_CLASSES.index("trunk"), CONNECTOR_CLASS)
    figures["connectors"] += int((~real).sum())
    figures[f"nodes_{country}"] = len(own)
    kind = np.concatenate([kind, add_kind])
    km = np.concatenate([km, add_km])
    block = Block(
        country=country,
        lon=lon,
        lat=lat,
        u=np.concatenate([u, add_u]),
        v=np.concatenate([v, add_v]),
        length_km=km,
        cost=km * by_class[kind] + np.concatenate([extra[edges], np.zeros(len(add_u))]),
        synthetic=kind == CONNECTOR_CLASS,
        terminals=tuple(place.id for place in terminals),
        terminal_node=terminal_node,
        names={int(number[node]): name for node, name in roads.stops.items() if roads.country[node] == code},
        oneway=np.concatenate([oneway, np.zeros(len(add_u), bool)]),
    )
    return block, faults


def _systems(nodes: int, u: Ints, v: Ints, oneway: NDArray[np.bool_]) -> Ints:
    """Label the road systems: inside one, every node is reached from every other."""
    if not oneway.any():
        return joined_pieces(u, v, nodes)
    from scipy.sparse.csgraph import connected_components  # which a network from the cache does not need

    tail, head = np.concatenate([u, v[~oneway]]), np.concatenate([v, u[~oneway]])
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    return np.asarray(connected_components(matrix, connection="strong")[1])


def _connectors(
    country: str, terminals: list[_Terminal], roads: int, lon: Floats, lat: Floats, label: Ints
) -> tuple[Ints, Ints, Floats, list[str]]:
    """Tie each terminal that the country's main road system does not reach to the nearest node of it.

    Where that is too far, it stays on the road system that it has, or is tied to the nearest one.
    """
    main = np.bincount(label[:roads]).argmax() if roads else -1
    loose: Ints = np.flatnonzero(label[roads:] != main) + np.int64(roads)
    targets = np.flatnonzero(label[:roads] == main)
    if not len(loose) or not len(targets):
        none = [f"{country}: there is no road in it"] if not len(targets) else []
        return loose[:0], loose[:0], np.zeros(0), none
    chord, nearest = nearest_point(on_sphere(lon[targets], lat[targets]), on_sphere(lon[loose], lat[loose]))
    straight, target = 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2), targets[nearest]
    far = np.flatnonzero(straight > CONNECTOR_UP_TO_KM)
    apart = far[~np.isin(label[loose[far]], label[:roads])]
    if len(apart):
        alone = loose[apart]
        chord, nearest = nearest_point(on_sphere(lon[:roads], lat[:roads]), on_sphere(lon[alone], lat[alone]))
        straight[apart], target[apart] = 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2), nearest
    km = np.maximum(straight * CONNECTOR_DETOUR, 0.01)
    tied = [terminals[i - roads] for i in loose]
    # A road over the border that leads nowhere, unlisted, is no crossing that anyone can use.
    use = (straight <= CONNECTOR_UP_TO_KM) & np.array([place.kind != UNLISTED for place in tied])
    lost = np.isin(np.arange(len(loose)), apart) & (straight > CONNECTOR_UP_TO_KM)
    faults = [
        f"{country}: no road within {CONNECTOR_UP_TO_KM:.0f} km of {place.id}"
        for place, is_lost in zip(tied, lost.tolist(), strict=True)
        if is_lost and place.kind != UNLISTED
    ]
    return loose[use], target[use], km[use], faults
