r"""Spreading along the roads, across borders and at junctions: heat flow on the network.

A kernel that solves the heat equation on a network keeps its mass, is symmetric, and on a line it is the
normal one (McSwiggan, Baddeley & Nair 2017). Edges are the cells; an edge of length :math:`l` hangs on the
junctions at its ends by a conductance of :math:`2 / l`, and junctions hold nothing:

.. math:: \left( M + \frac{σ^2}{2n} K \right) p_{k+1} = M p_k, \qquad k = 1 \ldots n

with the lengths in *M* and the conductances in the Laplacian *K*.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import block_array, csc_array, diags_array
from scipy.sparse.linalg import splu

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.network.blocks import Network
    from routes.support.arrays import Floats, Ints
    from routes.trust.scoring import RoadMeasure


_STEPS = 2


def spreading(measure: RoadMeasure) -> Callable[[Floats, float], Floats]:
    """Make the function that spreads densities along the roads.

    It takes densities per km, shape (edges,) or (edges, columns), and the standard deviation on an open road
    in km, and gives densities per km of the same mass. What it needs for a width is worked out once.

    Parameters
    ----------
    measure : RoadMeasure

    Examples
    --------
    >>> from routes.network.blocks import Block, Network
    >>> from routes.trust.scoring import road_measure
    >>> import pandas as pd
    >>> n = np.arange(101)
    >>> line = Block(country="AAA", lon=n / 111.195, lat=np.zeros(101), u=n[:-1], v=n[1:],
    ...              length_km=np.ones(100), cost=np.ones(100), synthetic=np.zeros(100, bool),
    ...              terminals=(), terminal_node=n[:0])
    >>> none = pd.DataFrame({"crossing_id": []})
    >>> spread = spreading(road_measure(Network({"AAA": line}, none, none, none, {}, ())))
    >>> p = spread(np.eye(100)[50], 5.0)
    >>> round(float(p.sum()), 9), round(float(np.sqrt(p @ (n[:-1] - 50.0) ** 2)), 1)
    (1.0, 5.0)
    """
    length = measure.length_km
    node = _junctions(measure)
    edges, nodes = len(length), int(node.max(initial=-1)) + 1
    pull = 2 / length
    ends = csc_array(
        (np.concatenate([pull, pull]), (np.tile(np.arange(edges), 2), node.T.ravel())), shape=(edges, nodes)
    )
    of_node = np.asarray(ends.sum(axis=0)).ravel()
    laplacian = block_array([[diags_array(2 * pull), -ends], [-ends.T, diags_array(of_node)]], format="csc")
    mass = np.concatenate([length, np.zeros(nodes)])

    @cache
    def solver(width_km: float) -> Callable[[Floats], Floats]:
        step = width_km**2 / 2 / _STEPS
        solve = splu(
            csc_array(diags_array(mass) + step * laplacian),
            permc_spec="MMD_AT_PLUS_A",
            options={"SymmetricMode": True},
        ).solve
        return lambda held: np.asarray(solve(held))

    def spread(density: Floats, width_km: float) -> Floats:
        found = np.asarray(density, float)
        wide = length if found.ndim == 1 else length[:, None]
        for _ in range(_STEPS):
            held = np.concatenate([found * wide, np.zeros((nodes, *found.shape[1:]))])
            found = solver(width_km)(held)[:edges]
        return found

    return spread


def _junctions(measure: RoadMeasure) -> Ints:
    """Give the junctions at either end of the edges numbers, shape (edges, 2).

    A crossing is one junction, on both sides of the border.
    """
    network: Network = measure.network
    names: dict[tuple[str, int] | str, int] = {}
    crossings = set(network.crossings["crossing_id"])
    ends = np.zeros((len(measure.length_km), 2), int)
    for country, own in measure.edges.items():
        block = network.blocks[country]
        shared = {
            int(node): terminal
            for terminal, node in zip(block.terminals, block.terminal_node, strict=True)
            if terminal in crossings
        }
        pairs = np.column_stack([block.u[own], block.v[own]])
        used, at = np.unique(pairs, return_inverse=True)
        number = np.array(
            [names.setdefault(shared.get(n, (country, n)), len(names)) for n in used.tolist()], int
        )
        ends[measure.first[country] : measure.first[country] + len(own)] = number[at.reshape(pairs.shape)]
    return ends
