"""What a crossing graph must have: written once, checked where one is made and where one is handed in."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any, TypedDict

import networkx as nx
import numpy as np

from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


class PlaceFacts(TypedDict):
    """Attributes of every node: which place it is, the country one is in after it, and where it lies."""

    kind: str
    place: str
    country: str
    lon: float
    lat: float


class GateFacts(PlaceFacts):
    """Attributes of a gate (``kind`` gate): prior weight among gates, penalty in km-equivalents."""

    weight: float
    penalty: float


class AreaFacts(GateFacts):
    """Attributes of a processing area (``kind`` processing_area)."""


class CrossingFacts(PlaceFacts):
    """Attributes of a directed crossing (``kind`` crossing): the country left, penalty in km-equivalents."""

    came_from: str
    penalty: float


class SeizureFacts(PlaceFacts):
    """Attributes of a seizure that is tied in (``kind`` seizure); its country may be empty."""

    weight: float


class LegFacts(TypedDict):
    """Attributes of a leg (``kind`` leg): country, length, generalised cost in km-equivalents."""

    kind: str
    country: str
    length_km: float
    cost: float


class EvidenceFacts(TypedDict):
    """Attributes of the arc from a seizure to what it touches (``kind`` evidence)."""

    kind: str
    passage_density: float
    road_density: float
    legs: str


_NODES: dict[str, type] = {
    "gate": GateFacts,
    "crossing": CrossingFacts,
    "processing_area": AreaFacts,
    "seizure": SeizureFacts,
}
_ARCS: dict[str, type] = {"leg": LegFacts, "evidence": EvidenceFacts}
_BOUNDS = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)}
_AMOUNT = (0.0, inf)
_MAY_BE_EMPTY = {("seizure", "country"), ("evidence", "legs")}


def directed(crossing: str, came_from: str, goes_to: str) -> str:
    """Name of a directed crossing.

    Examples
    --------
    >>> directed("torkham", "PAK", "AFG")
    'torkham:PAK>AFG'
    """
    return f"{crossing}:{came_from}>{goes_to}"


def check_crossing_graph(graph: nx.DiGraph[str], countries: Collection[str] = ()) -> None:
    """Check that a graph is a crossing graph.

    It is a `networkx.DiGraph`. Its nodes are gates, directed crossings, processing areas and, once tied in,
    seizures, with the attributes and types of `GateFacts`, `CrossingFacts`, `AreaFacts` and `SeizureFacts`;
    its arcs are legs and evidence (`LegFacts`, `EvidenceFacts`). Longitudes and latitudes are degrees;
    weights, penalties, lengths, costs and densities are finite and not negative. A gate or area is named by
    its place, a crossing ``place:FROM>TO`` with two countries. A leg lies in one country: it starts at a gate
    in it or a crossing into it, and ends at an area in it or a crossing out of it that is another one.
    Evidence leads from a seizure to another node.

    Parameters
    ----------
    graph : networkx.DiGraph
    countries : collection of str
        The countries that nodes may lie in. Default: any.

    Raises
    ------
    RoutesError
        With every fault, each by node or arc, attribute, what was wanted and what came.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_node("x:AAA>BBB", kind="crossing", place="x", country="BBB", came_from="AAA",
    ...                lon=60.0, lat=30.0, penalty=-1.0)
    >>> check_crossing_graph(graph)
    Traceback (most recent call last):
    routes.errors.RoutesError: the crossing graph has a fault:
    node 'x:AAA>BBB', penalty: wanted a finite number of at least 0, got -1.0.
    """
    if not isinstance(graph, nx.DiGraph) or graph.is_multigraph():
        kind = type(graph).__name__
        raise RoutesError(f"wanted a networkx.DiGraph as the crossing graph, got a {kind}.")
    faults = [*_node_faults(graph, countries)]
    if not faults:  # what an arc may join is told by its nodes
        faults = [*_arc_faults(graph)]
    if faults:
        head = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise RoutesError("\n".join([f"the crossing graph has {head}:", *faults]))


def _node_faults(graph: nx.DiGraph[str], countries: Collection[str]) -> Iterator[str]:
    nodes = graph.nodes
    yield from _attribute_faults([(f"node {node!r}", facts) for node, facts in nodes(data=True)], _NODES)
    for node, facts in nodes(data=True):
        kind, place, country, came_from = (facts.get(n) for n in ("kind", "place", "country", "came_from"))
        name = directed(str(place), str(came_from), str(country)) if kind == "crossing" else place
        if node != name:
            yield f"node {node!r}: wanted the name {name!r}, by its place and countries."
        if kind == "crossing" and came_from == country:
            yield f"node {node!r}: wanted two countries, got {country!r} twice."
        for end, code in (("country", country), ("came_from", came_from)):
            if countries and code and code not in countries:
                known = ", ".join(sorted(countries))
                yield f"node {node!r}, {end}: wanted one of {known}, got {code!r}."


def _arc_faults(graph: nx.DiGraph[str]) -> Iterator[str]:
    arcs = [(a, b, facts) for a, around in graph.adjacency() for b, facts in around.items()]
    faults = [*_attribute_faults([((a, b), facts) for a, b, facts in arcs], _ARCS)]
    if faults:
        yield from faults
        return
    nodes: dict[str, dict[str, Any]] = {node: graph.nodes[node] for node in graph}
    kind = {node: facts["kind"] for node, facts in nodes.items()}
    place = {node: facts["place"] for node, facts in nodes.items()}
    begins = {node: f["country"] for node, f in nodes.items() if kind[node] in ("gate", "crossing")}
    ends = {node: f["country"] for node, f in nodes.items() if kind[node] == "processing_area"}
    ends |= {node: f["came_from"] for node, f in nodes.items() if kind[node] == "crossing"}
    for a, b, facts in arcs:
        country = facts.get("country")
        if facts.get("kind") == "evidence":
            if kind[a] != "seizure" or kind[b] == "seizure":
                yield f"arc {a!r} to {b!r}: wanted evidence from a seizure to a gate, a crossing or an area."
        elif begins.get(a) != country:
            yield f"arc {a!r} to {b!r}: wanted a start in {country}: a gate in it or a crossing into it."
        elif ends.get(b) != country or place[a] == place[b]:
            end = f"wanted an end in {country}: an area in it or another crossing out of it"
            yield f"arc {a!r} to {b!r}: {end}."


def _attribute_faults(
    items: Sequence[tuple[object, Mapping[str, Any]]], kinds: Mapping[str, type]
) -> Iterator[str]:
    """Check the attributes that the kind of each node or arc asks for, all of a kind at a time."""
    for kind in dict.fromkeys(facts.get("kind") for _, facts in items):
        of_kind = [(where, facts) for where, facts in items if facts.get("kind") == kind]
        if kind is None or kind not in kinds:
            message = f"kind: wanted one of {', '.join(kinds)}, got {kind!r}."
            yield from (f"{_where(where)}, {message}" for where, _ in of_kind)
            continue
        for name, wanted in _WANTED[kind].items():
            values = [facts.get(name, _MISSING) for _, facts in of_kind]
            if wanted.all_fine(values):
                continue
            for (where, _), value in zip(of_kind, values, strict=True):
                if not wanted.all_fine([value]):
                    got = "is missing" if value is _MISSING else f"got {value!r}"
                    yield f"{_where(where)}, {name}: wanted {wanted.words}, {got}."


def _where(item: object) -> str:
    return f"arc {item[0]!r} to {item[1]!r}" if isinstance(item, tuple) else str(item)


class _Text:
    """A text, which may be empty or not."""

    def __init__(self, *, may_be_empty: bool) -> None:
        self.words = "a text" if may_be_empty else "a text that is not empty"
        self._may_be_empty = may_be_empty

    def all_fine(self, values: list[Any]) -> bool:
        fine = all(issubclass(kind, str) for kind in set(map(type, values)))
        return fine and (self._may_be_empty or "" not in values)


class _Number:
    """A finite number within bounds."""

    def __init__(self, low: float, high: float) -> None:
        self.words = "a finite number of at least 0" if high == inf else f"degrees from {low:g} to {high:g}"
        self._low, self._high = low, high

    def all_fine(self, values: list[Any]) -> bool:
        if not set(map(type, values)) <= _NUMBERS:
            return False
        return all(map(isfinite, values)) and self._low <= min(values) and max(values) <= self._high


_MISSING = object()
_NUMBERS = {float, int, np.float64, np.float32, np.int64, np.int32}


def _wanted(kind: str, name: str, of: str) -> _Text | _Number:
    if of == "str":
        return _Text(may_be_empty=(kind, name) in _MAY_BE_EMPTY)
    return _Number(*_BOUNDS.get(name, _AMOUNT))


def _types(facts: type) -> dict[str, str]:
    """Attribute -> name of its type."""
    return {name: str(getattr(of, "__forward_arg__", of)) for name, of in facts.__annotations__.items()}


_WANTED = {
    kind: {name: _wanted(kind, name, of) for name, of in _types(facts).items() if name != "kind"}
    for kind, facts in (_NODES | _ARCS).items()
}
