"""What if: crossings closed to trade, impassable, dearer or watched, and where the inflow goes then.

Closed to trade is what the table of statuses calls closed: goods go round the barrier, at the penalty
``crossing_penalties.closed``. Impassable means that nothing passes, not even round it.

Only the crossing graph changes, the roads are never touched again. The effects that the seizures have
taught are kept, draw by draw; corridors and their prior shares are listed anew. The inflow into each
processing area stays what it was: like is compared with like, and an area does not win inflow because
a crossing elsewhere is shut. What is not listed at all stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routes.corridors import list_corridors, places_passed, total_mass
from routes.errors import RoutesError
from routes.evidence.shares import ShareDraws, changes, share_effects
from routes.planning.flows import Flows, areas_of, flows_of
from routes.ranking import corridor_roads, place_facts
from routes.results import CorridorChange, Displacement, PlaceChange, Post
from routes.support.jsonable import DIGITS
from routes.support.likeness import did_you_mean, find_name, likely_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx
    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.corridors import Corridors
    from routes.network import CrossingGraph
    from routes.parameters import Parameters, RouteChoice
    from routes.ranking import PlaceFacts
    from routes.support.arrays import Floats


def whatif(
    analysis: Analysis,
    parameters: Parameters,
    *,
    close: Iterable[str] = (),
    impassable: Iterable[str] = (),
    penalty: Mapping[str, float] | None = None,
    watch: Mapping[str, float] | None = None,
    roads_for: int = 0,
) -> Displacement:
    r"""Shares before and after a change of crossings or gates.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
        Those that the analysis was made with.
    close : iterable of str
        Crossings and gates closed to trade, in either direction, as the table of statuses means it: passing
        costs ``crossing_penalties.closed`` more than when open. One that is closed already stays as it is.
    impassable : iterable of str
        Crossings and gates that nothing passes any more, in either direction.
    penalty : mapping of str to float
        km-equivalents **added** to what passing costs now, at least 0.
    watch : mapping of str to float
        Probability of being caught there, *p* in [0, 1). It costs :math:`-θ \ln(1 - p)`
        km-equivalents: a corridor's odds fall by the factor 1 - *p*, the chance of getting through.
    roads_for : int
        For how many corridors, by the larger of their shares, roads are filled in.

    Returns
    -------
    Displacement
        Without `provenance`, which is that of the analysis.

    Raises
    ------
    RoutesError
        If a name is not known (the nearest ones are told), a value is out of bounds, or no gate reaches
        any processing area any more.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.read.inputs import load_inputs
    >>> from routes.parameters import Parameters
    >>> moved = whatif(analyse(load_inputs()), Parameters(), close=["torkham"])
    >>> round(sum(row.after for row in moved.corridors) + moved.rest + moved.no_way_share, 9)
    1.0
    """
    graph, choice = analysis.untied.graph, parameters.route_choice
    change = _checked(graph, tuple(close), tuple(impassable), penalty or {}, watch or {})
    before = flows_of(analysis)
    changed, extra = _changed_graph(analysis, change, parameters)
    after, no_way = _moved(analysis, before, changed, extra, choice)
    costs = inflow_costs(graph, changed.graph, before, choice.scale_km)
    return _displacement(analysis, change, before, after, no_way, costs, roads_for)


@dataclass(frozen=True, slots=True)
class _Change:
    close: tuple[str, ...]
    impassable: tuple[str, ...]
    penalty: dict[str, float]
    watch: dict[str, float]


def _checked(
    graph: nx.DiGraph[str],
    close: tuple[str, ...],
    impassable: tuple[str, ...],
    penalty: Mapping[str, float],
    watch: Mapping[str, float],
) -> _Change:
    closed, blocked = (
        tuple(dict.fromkeys(known_place(graph, name) for name in names)) for names in (close, impassable)
    )
    if both := sorted(set(closed) & set(blocked)):
        raise RoutesError(f"{both[0]}: closed to trade and impassable. Say which of the two it is.")
    penalties = {known_place(graph, name): km for name, km in penalty.items()}
    watched = {known_place(graph, name): p for name, p in watch.items()}
    for name, km in penalties.items():
        if not 0 <= km < float("inf"):
            raise RoutesError(f"penalty of {name}: wanted km-equivalents of at least 0, got {km:g}.")
    for name, p in watched.items():
        if not 0 <= p < 1:
            raise RoutesError(
                f"watch on {name}: wanted a probability from 0 to below 1, got {p:g}. To let nothing "
                "through, make it impassable."
            )
    return _Change(closed, blocked, penalties, watched)


def known_place(graph: nx.DiGraph[str], name: str, *, areas: bool = False) -> str:
    """Give the id of a gate or crossing of the graph, or of an area, too; case does not matter.

    Raises
    ------
    RoutesError
        With the nearest ids.
    """
    kinds = ("gate", "crossing", "processing_area") if areas else ("gate", "crossing")
    known = {str(data["place"]): "" for _, data in graph.nodes(data=True) if data["kind"] in kinds}
    found = find_name(name, known)
    if found is not None:
        return found
    what = "crossing, gate or processing area" if areas else "crossing or gate"
    those = "crossings and gates" if areas else "them"
    listed = f"routes chokepoints lists {those}; no road that is modelled leads over others."
    raise RoutesError(f"no {what} {name!r} in the network. {did_you_mean(likely_names(name, known), listed)}")


def _changed_graph(
    analysis: Analysis, change: _Change, parameters: Parameters
) -> tuple[CrossingGraph, dict[str, float]]:
    """Return the crossing graph after the change, and what watching adds to the cost of each node."""
    graph, scale_km = analysis.untied.graph.copy(), parameters.route_choice.scale_km
    graph.remove_nodes_from([n for n, data in graph.nodes(data=True) if data["place"] in change.impassable])
    parts = dict(analysis.untied.penalty_parts)
    for place in change.close:
        parts[place] = _closed_to_trade(parts.get(place, {}), parameters.crossing_penalties.closed)
    extra = {}
    for name, data in graph.nodes(data=True):
        if data["kind"] == "processing_area":
            continue
        place = data["place"]
        if place in change.close:
            old = analysis.untied.penalty_parts.get(place, {})
            data["penalty"] += sum(parts[place].values()) - sum(old.values())
        data["penalty"] += change.penalty.get(place, 0.0)
        if p := change.watch.get(place, 0.0):
            extra[name] = -scale_km * float(np.log1p(-p))
            data["penalty"] += extra[name]
    return replace(analysis.untied, graph=graph, penalty_parts=parts), extra


def _closed_to_trade(parts: Mapping[str, float], closed_km: float) -> dict[str, float]:
    """Give the parts of a penalty as they are while the place is closed, and nothing but closed."""
    return {part: km for part, km in parts.items() if part != "restricted"} | {"closed": closed_km}


def inflow_costs(
    before: nx.DiGraph[str], after: nx.DiGraph[str], flows: Flows, scale_km: float
) -> tuple[float, float]:
    r"""Tell what the inflow costs before and after a change of the crossing graph, in km-equivalents.

    It is the logsum over all corridors, listed or not, of route choice,

    .. math:: -θ \sum_a s_a \ln \frac{\sum_c w_{gate} e^{-cost_c / θ}}{\sum_{gates} w},

    over the areas *a* that are reached before and after, at their shares of the inflow: what the best way
    costs, less what it is worth that there are several. A change that takes ways away, or makes some dearer,
    never lowers it; the mean cost of the ways taken can fall, when those leave who came from far.
    """
    mass = [total_mass(graph, scale_km) for graph in (before, after)]
    kept = [area for area in np.unique(flows.area) if all(some.get(area) for some in mass)]
    share = np.array([flows.shares.mean[flows.area == area].sum() for area in kept])
    weight = sum(data["weight"] for _, data in before.nodes(data=True) if data["kind"] == "gate")
    logs = np.array([[np.log(some[area] / weight) for area in kept] for some in mass])
    first, second = -scale_km * (logs @ share) / share.sum()
    return float(first), float(second)


def _moved(
    analysis: Analysis,
    before: Flows,
    changed: CrossingGraph,
    extra: Mapping[str, float],
    choice: RouteChoice,
) -> tuple[Flows, float]:
    """Flows on the changed graph, area by area what they were, and the share that has no way left."""
    try:
        listed = list_corridors(changed.graph, choice)
    except RoutesError as error:
        raise RoutesError(
            "no gate reaches any processing area any more: all of the inflow would have to stop, or go by "
            "ways that are not in the roads."
        ) from error
    # The seizures taught how much cost matters; a team is no such cost, it lets 1 - p through.
    own = listed.cost - np.array([sum(extra.get(n, 0.0) for n in path) for path in listed.nodes])
    listed = replace(listed, cost=own)
    moving = analysis.posterior.effects.share_names
    design, effects = share_effects(changed, listed, moving), analysis.posterior.draws[:, : len(moving)]
    area = areas_of(listed)
    draws = _within_areas(listed, area, effects @ design.T, before.area, before.shares.draws)
    if analysis.posterior.informed:
        mean = draws.mean(axis=0)
    else:
        still = np.zeros((1, len(listed.ids)))
        mean = _within_areas(listed, area, still, before.area, before.shares.mean[None])[0]
    lost = before.shares.mean[~np.isin(before.area, area)].sum()
    names = tuple(("corridor", name) for name in listed.ids)
    return Flows(listed, area, ShareDraws(names, draws, mean, before.shares.rest)), float(lost)


def _within_areas(
    listed: Corridors, area: NDArray[np.str_], exponent: Floats, area_before: NDArray[np.str_], before: Floats
) -> Floats:
    """Divide what went into each area before among the corridors that lead there now."""
    shares = np.zeros_like(exponent)
    for name in np.unique(area):
        here = np.flatnonzero(area == name)
        raw = exponent[:, here]
        raw -= raw.max(axis=1, keepdims=True)
        np.exp(raw, out=raw)
        raw *= listed.prior_share[here]
        inflow = before[:, area_before == name].sum(axis=1)
        shares[:, here] = raw * (inflow / raw.sum(axis=1))[:, None]
    return shares


def _displacement(
    analysis: Analysis,
    change: _Change,
    before: Flows,
    after: Flows,
    no_way: float,
    costs: tuple[float, float],
    roads_for: int,
) -> Displacement:
    facts = place_facts(analysis.network)
    graph = analysis.untied.graph
    gates, crossings = _place_changes(graph, facts, before, after)
    lost = sorted(set(before.area.tolist()) - set(after.area.tolist()))
    return Displacement(
        corridors=_corridor_changes(analysis, before, after, roads_for),
        crossings=crossings,
        gates=gates,
        closed=tuple(_post(analysis, facts, name, 1.0) for name in change.close),
        posts=tuple(_post(analysis, facts, name, p) for name, p in change.watch.items()),
        penalties=dict(change.penalty),
        rest=before.shares.rest,
        no_way_share=no_way,
        unreachable_areas=tuple(lost),
        unreachable_gates=_gates_left_out(before, after, change),
        cost_before=costs[0],
        cost_after=costs[1],
        impassable=tuple(_post(analysis, facts, name, 1.0) for name in change.impassable),
    )


def _gates_left_out(before: Flows, after: Flows, change: _Change) -> tuple[str, ...]:
    used = {path[0] for path in before.corridors.nodes}
    still = {path[0] for path in after.corridors.nodes}
    return tuple(sorted(used - still - set(change.impassable)))


def status_of(analysis: Analysis, name: str) -> str:
    """Tell whether a crossing or gate is open, restricted or closed in the time asked about.

    One that no listed corridor passes is told by what it costs: closed or restricted if it ever was.
    """
    ranking = analysis.ranking
    for place in (*ranking.crossings, *ranking.gates):
        if place.id == name:
            return place.status
    parts = analysis.untied.penalty_parts.get(name, {})
    return next((status for status in ("closed", "restricted") if parts.get(status)), "open")


def _post(
    analysis: Analysis,
    facts: Mapping[tuple[str, str], PlaceFacts],
    name: str,
    post_detection: float,
) -> Post:
    fact = facts.get(("crossing", name)) or facts["gate", name]
    return Post(
        id=name,
        name=fact.name,
        lon=fact.lon,
        lat=fact.lat,
        detection=post_detection,
        status=status_of(analysis, name),
    )


def _place_changes(
    graph: nx.DiGraph[str],
    facts: Mapping[tuple[str, str], PlaceFacts],
    before: Flows,
    after: Flows,
) -> tuple[tuple[PlaceChange, ...], tuple[PlaceChange, ...]]:
    moved = changes(*(f.shares.through(places_passed(graph, f.corridors)) for f in (before, after)))
    low, high = moved.interval()
    rows: dict[str, list[PlaceChange]] = {"gate": [], "crossing": []}
    for i, (kind, name) in enumerate(moved.names):
        if kind in rows:
            rows[kind].append(
                PlaceChange(
                    id=name,
                    **facts[kind, name]._asdict(),
                    before=float(moved.before[i]),
                    after=float(moved.after[i]),
                    change_90=(float(low[i]), float(high[i])),
                )
            )
    gates, crossings = (tuple(sorted(some, key=by_change)) for some in rows.values())
    return gates, crossings


def by_change(row: PlaceChange | CorridorChange) -> tuple[float, float, str]:
    """Sort the largest change first, and what did not change by its share: rounding puts nothing in order."""
    return -round(abs(row.after - row.before), DIGITS), -round(row.before, DIGITS), row.id


def _corridor_changes(
    analysis: Analysis, before: Flows, after: Flows, roads_for: int
) -> tuple[CorridorChange, ...]:
    paths = dict(zip(before.corridors.ids, before.corridors.nodes, strict=True))
    paths |= dict(zip(after.corridors.ids, after.corridors.nodes, strict=True))
    moved = changes(before.shares, after.shares)
    low, high = moved.interval()
    larger = np.maximum(moved.before, moved.after)
    drawn = set(np.argsort(-larger, kind="stable")[:roads_for].tolist())
    graph = analysis.untied.graph
    rows = []
    for i, (_, name) in enumerate(moved.names):
        path = paths[name]
        ids = [graph.nodes[n]["place"] for n in path]
        rows.append(
            CorridorChange(
                id=name,
                gate=ids[0],
                crossings=tuple(ids[1:-1]),
                processing_area=ids[-1],
                before=float(moved.before[i]),
                after=float(moved.after[i]),
                change_90=(float(low[i]), float(high[i])),
                pieces=corridor_roads(analysis.untied, path) if i in drawn else (),
            )
        )
    return tuple(sorted(rows, key=by_change))
