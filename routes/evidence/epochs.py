r"""Events -> epochs: the prior shares of the corridors as the crossings stood when each event was made.

Crossings open and close, so a seizure of 2012 says something about the corridors of 2012. Events of years
with the same status share an epoch. Every epoch has the same corridors (those listed for the day or period
that is asked about) with shares of their own: the logit of `routes.corridors` with the penalties and the
weights of processing areas of the epoch, its flows over the listed corridors. The effects are the same in
all epochs: what a seizure of 2012 says of a gate, a crossing, a way or a country is carried over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import legs_passed, places_passed
from routes.evidence.shares import SHIFTING
from routes.network.status import STATUSES, area_weights, shares_by_span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import pandas as pd
    from numpy.typing import NDArray

    from routes.corridors import Corridors
    from routes.evidence.events import Events
    from routes.network import CrossingGraph
    from routes.parameters import Parameters
    from routes.support.arrays import Floats, Ints


LEFT_OUT = 0.01
"""Of the prior of an epoch, by the corridors that no event is scored on."""
_SAME_KM = 9  # decimals


@dataclass(frozen=True, slots=True)
class Epochs:
    """Under which crossings each event counts.

    Parameters
    ----------
    spans : tuple of (date, date)
        One of the years that each epoch holds for, first and last day.
    of_event : ndarray of int, shape (events,)
    prior_share : ndarray of float, shape (epochs, corridors)
    shift : ndarray of float, shape (epochs, corridors, effects of `SHIFTING`)
        By how much the design of the epoch differs from that of the corridors as listed.
    telling : ndarray of int
        Corridors that hold all but `LEFT_OUT` of the prior of every epoch: enough to score events by.
    """

    spans: tuple[tuple[date, date], ...]
    of_event: Ints
    prior_share: Floats
    shift: Floats
    telling: Ints


def years_of(events: Events) -> list[tuple[date, date]]:
    """First and last day of the year that each event is of.

    Goods lie in store for weeks and months before they are found, so the year tells more about the way
    they came than the day does.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> from routes.evidence.events import locate_events
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> years_of(locate_events(inputs.seizures.head(1), inputs.region, Parameters())[0])
    [(datetime.date(2008, 1, 1), datetime.date(2008, 12, 31))]
    """
    return [(date(year, 1, 1), date(year, 12, 31)) for year in events.years.tolist()]


def one_epoch(corridors: Corridors, events: int) -> Epochs:
    """Put all events under the corridors as they are listed."""
    zero = np.zeros((1, len(corridors.ids), len(SHIFTING)))
    every = np.arange(len(corridors.ids))
    return Epochs((), np.zeros(events, int), corridors.prior_share[None], zero, every)


def epochs_of(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    status: pd.DataFrame,
    spans: Sequence[tuple[date, date]],
    parameters: Parameters,
    weights: pd.DataFrame | None = None,
    otherwise: Mapping[str, float] | None = None,
) -> Epochs:
    """Epochs of events, and the prior shares of the corridors in each.

    Parameters
    ----------
    crossing_graph : CrossingGraph
    corridors : Corridors
        Listed on it.
    status : DataFrame
        Of `routes.read.read_crossing_status`.
    spans : sequence of (date, date)
        Of each event, from `years_of`.
    parameters : Parameters
    weights : DataFrame, optional
        Of `routes.read.read_area_weights`. Default: weights are as in the crossing graph.
    otherwise : mapping of str to float, optional
        Weights of processing areas on days that `weights` says nothing of.
    """
    if not spans:
        return one_epoch(corridors, 0)
    distinct, of_span = np.unique(np.array(spans, "datetime64[D]"), axis=0, return_inverse=True)
    passed = places_passed(crossing_graph.graph, corridors)
    km = _penalty_shift(crossing_graph, [name for _, name in passed.names], status, distinct, parameters)
    areas, nodes = areas_of(corridors), crossing_graph.graph.nodes
    if weights is None or otherwise is None:
        area_weight = np.tile([float(nodes[area]["weight"]) for area in areas], (len(distinct), 1))
    else:
        area_weight = area_weights(weights, otherwise, areas, distinct)
    told = np.hstack([km.reshape(len(distinct), -1), area_weight]).round(_SAME_KM)
    _, which, epoch = np.unique(told, axis=0, return_index=True, return_inverse=True)
    by_corridor = np.stack([np.asarray(passed.use.T @ km[which, :, k].T).T for k in range(2)], axis=2)
    extra_km = by_corridor.sum(axis=2)
    shares = _shares(crossing_graph, corridors, parameters, extra_km, area_weight[which])
    return Epochs(
        tuple((first, last) for first, last in distinct[which].astype(date).tolist()),
        epoch.reshape(-1)[of_span.reshape(-1)],
        shares,
        np.concatenate([extra_km[:, :, None], -by_corridor], axis=2) / 1000,
        _telling(shares),
    )


def _telling(shares: Floats) -> Ints:
    """Find the fewest corridors, by their largest share in any epoch, that leave out no more than allowed."""
    order = np.argsort(-shares.max(axis=0), kind="stable")
    held = np.cumsum(shares[:, order], axis=1).min(axis=0)
    return np.sort(order[: int(np.searchsorted(held, (1 - LEFT_OUT) * held[-1])) + 1])


def areas_of(corridors: Corridors) -> list[str]:
    """List the processing areas of the corridors in order."""
    return sorted({path[-1] for path in corridors.nodes})


def _penalty_shift(
    crossing_graph: CrossingGraph,
    places: Sequence[str],
    status: pd.DataFrame,
    spans: NDArray[np.datetime64],
    parameters: Parameters,
) -> Floats:
    """Km-equivalents that restriction and closure of each place cost more in each span than they do now.

    Shape (spans, places, 2).
    """
    costs, now = parameters.crossing_penalties, crossing_graph.penalty_parts
    known, shares = shares_by_span(status, spans)
    row = {place: i for i, place in enumerate(known)}
    km = np.zeros((len(spans), len(places), 2))
    for n, place in enumerate(places):
        for k, (name, each) in enumerate((("restricted", costs.restricted), ("closed", costs.closed))):
            if place in row:
                km[:, n, k] = each * shares[:, row[place], STATUSES.index(name)]
            km[:, n, k] -= now.get(place, {}).get(name, 0.0)
    return km


def _shares(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    parameters: Parameters,
    extra_km: Floats,
    area_weight: Floats,
) -> Floats:
    """Path-size logit shares with costs that differ by `extra_km`, shape (epochs, corridors)."""
    graph, choice = crossing_graph.graph, parameters.route_choice
    areas = {area: i for i, area in enumerate(areas_of(corridors))}
    area = np.array([areas[path[-1]] for path in corridors.nodes], int)
    into = csr_array((np.ones(len(area)), (np.arange(len(area)), area)), shape=(len(area), len(areas)))
    weight = _weights(graph, corridors)
    cost = corridors.cost + extra_km
    # Only shares within an area count, so that its cheapest corridor may cost nothing.
    least = np.stack([cost[:, area == a].min(axis=1) for a in range(len(areas))], axis=1)
    mass = weight * np.exp(-(cost - least[:, area]) / choice.scale_km)
    raw = mass * _path_size(crossing_graph, corridors, mass, area) ** choice.path_size_exponent
    total = (raw @ into)[:, area]
    share = area_weight / area_weight.sum(axis=1, keepdims=True)
    return np.asarray(share[:, area] * np.divide(raw, total, out=np.zeros_like(raw), where=total > 0))


def _weights(graph: nx.DiGraph[str], corridors: Corridors) -> Floats:
    """Weight of each corridor in the choice: that of its gate times those of its crossings, (corridors,)."""
    weight = {name: node.get("weight", 1.0) for name, node in graph.nodes(data=True)}
    factors = np.array([weight[n] for path in corridors.nodes for n in path[:-1]], float)
    counts = [len(path) - 1 for path in corridors.nodes]
    return np.multiply.reduceat(factors, np.cumsum([0, *counts[:-1]]))


def _path_size(crossing_graph: CrossingGraph, corridors: Corridors, mass: Floats, area: Ints) -> Floats:
    """Share of each corridor's length that it has to itself, shape (epochs, corridors)."""
    legs = legs_passed(corridors)
    entry = legs.use.tocoo()
    km = np.array([crossing_graph.graph.edges[leg]["length_km"] for leg in legs.names])[entry.row]
    _, leg = np.unique(entry.row * (area.max(initial=0) + 1) + area[entry.col], return_inverse=True)
    ones = np.ones(len(leg))
    over = csr_array((ones, (leg, entry.col)), shape=(leg.max(initial=-1) + 1, len(area)))
    flow = np.asarray(over @ mass.T).T
    alone = np.divide(
        mass[:, entry.col], flow[:, leg], out=np.zeros((len(mass), len(leg))), where=flow[:, leg] > 0
    )
    by_corridor = csr_array((ones, (entry.col, np.arange(len(leg)))), shape=(len(area), len(leg)))
    size = np.asarray(by_corridor @ (alone * km).T).T
    length = corridors.length_km
    return np.asarray(np.minimum(1.0, np.divide(size, length, out=np.ones_like(size), where=length > 0)))
