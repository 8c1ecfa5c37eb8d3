"""Analysis -> flows: posterior shares of corridors, draw by draw, which places and legs add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routes.errors import RoutesError
from routes.evidence.shares import ShareDraws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.corridors import Corridors


@dataclass(frozen=True, slots=True)
class Flows:
    """Shares of the listed corridors.

    Parameters
    ----------
    corridors : Corridors
    area : ndarray of str, shape (corridors,)
        Processing area of each corridor.
    shares : ShareDraws
        Of the corridors.
    """

    corridors: Corridors
    area: NDArray[np.str_]
    shares: ShareDraws


def flows_of(analysis: Analysis) -> Flows:
    """Posterior shares as in the ranking, with the draws that they come from.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.read.inputs import load_inputs
    >>> flows = flows_of(analyse(load_inputs()))
    >>> bool(abs(flows.shares.mean.sum() + flows.shares.rest - 1) < 1e-9)
    True
    """
    return Flows(analysis.corridors, areas_of(analysis.corridors), analysis.shares)


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
    names, draws, mean = flows.shares.names, flows.shares.draws[:, here], flows.shares.mean[here]
    of_area = ShareDraws(
        tuple(names[c] for c in here), draws / draws.sum(axis=1, keepdims=True), mean / mean.sum(), 0.0
    )
    return Flows(chosen, flows.area[here], of_area)
