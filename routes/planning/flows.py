"""Analysis -> flows: posterior shares of corridors, draw by draw, which places and legs add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.sparse import csr_array

from routes.errors import RoutesError
from routes.evidence.fit import draw_shares, share_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.corridors import Corridors
    from routes.network import CrossingGraph

    Floats = NDArray[np.float64]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Flows:
    """Shares of the listed corridors.

    Parameters
    ----------
    corridors : Corridors
    area : ndarray of str, shape (corridors,)
        Processing area of each corridor.
    draws : ndarray of float, shape (draws, corridors)
        Shares in each posterior draw.
    mean : ndarray of float, shape (corridors,)
        Posterior shares.
    rest : float
        Posterior share of what is not listed; with `mean` it sums to one.
    """

    corridors: Corridors
    area: NDArray[np.str_]
    draws: Floats
    mean: Floats
    rest: float


def flows_of(analysis: Analysis) -> Flows:
    """Posterior shares as in the ranking, with the draws that they come from.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.read.inputs import load_inputs
    >>> flows = flows_of(analyse(load_inputs()))
    >>> bool(abs(flows.mean.sum() + flows.rest - 1) < 1e-9)
    True
    """
    corridors = analysis.corridors
    design, effects = share_design(analysis, analysis.untied, corridors)
    draws, rest = draw_shares(corridors.prior_share, corridors.uncovered_share, design, effects)
    mean, rest_mean = draws.mean(axis=0), float(rest.mean())
    if not informed(analysis):
        mean, rest_mean = corridors.prior_share, corridors.uncovered_share
    return Flows(corridors, areas_of(corridors), draws, mean, rest_mean)


def informed(analysis: Analysis) -> bool:
    """Whether any seizure was taken in; without one the posterior is the prior."""
    return bool(len(analysis.posterior.log_density))


def share_design(
    analysis: Analysis, crossing_graph: CrossingGraph, corridors: Corridors
) -> tuple[Floats, Floats]:
    """Design matrix (corridors, effects) and draws of the effects (draws, effects) that move shares."""
    effects = analysis.posterior.effects
    names = effects.names[: effects.design.shape[1]]
    return share_effects(crossing_graph, corridors, names), analysis.posterior.draws[:, : len(names)]


def areas_of(corridors: Corridors) -> NDArray[np.str_]:
    """Tell the processing area of each corridor, shape (corridors,)."""
    return np.array([path[-1] for path in corridors.nodes], dtype=np.str_)


def into_area(flows: Flows, area: str | None) -> Flows:
    """Flows into one processing area alone, as shares of the inflow into it; all of them for None.

    Raises
    ------
    RoutesError
        If no listed corridor leads there.
    """
    if area is None:
        return flows
    here = np.flatnonzero(flows.area == area)
    if not len(here):
        raise RoutesError(f"no corridor reaches {area}.")
    listed = flows.corridors
    chosen = replace(
        listed,
        nodes=tuple(listed.nodes[c] for c in here),
        ids=tuple(listed.ids[c] for c in here),
        prior_share=listed.prior_share[here],
        path_size=listed.path_size[here],
        length_km=listed.length_km[here],
        cost=listed.cost[here],
    )
    draws = flows.draws[:, here]
    mean = flows.mean[here]
    return Flows(chosen, flows.area[here], draws / draws.sum(axis=1, keepdims=True), mean / mean.sum(), 0.0)


def place_use(graph: nx.DiGraph[str], corridors: Corridors) -> tuple[list[str], csr_array]:
    """Places in the order that they are met, and which corridor passes which: (places, corridors)."""
    return _use([graph.nodes[n]["place"] for n in path] for path in corridors.nodes)


def leg_use(corridors: Corridors) -> tuple[list[tuple[str, str]], csr_array]:
    """Legs that corridors use, and which corridor uses which: shape (legs, corridors)."""
    return _use(list(pairwise(path)) for path in corridors.nodes)


def _use(members: Iterable[Sequence[T]]) -> tuple[list[T], csr_array]:
    number: dict[T, int] = {}
    listed = list(members)
    pairs = [(number.setdefault(m, len(number)), c) for c, some in enumerate(listed) for m in some]
    row, column = np.array(pairs, int).reshape(-1, 2).T
    return list(number), csr_array((np.ones(len(row)), (row, column)), shape=(len(number), len(listed)))
