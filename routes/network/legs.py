"""Core -> legs: the cheapest ways between all terminals of a block.

The work comes in pieces that share nothing: `core_of` a block, `legs_from` some of its terminals, `join_legs`
of the pieces. `block_legs` does all of it for a block in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.network.contraction import Core, core_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints, Mask


_CELLS = 4_000_000  # of the table of costs from a few terminals to all nodes of the core: 48 MB


@dataclass(frozen=True, slots=True)
class LegsFrom:
    """Cheapest ways from some terminals of a block to all of them.

    Parameters
    ----------
    source : ndarray of int, shape (sources,)
        Positions in `block.terminals`.
    cost, length_km : ndarray of float, shape (sources, terminals)
        Generalised cost and length of the cheapest way; infinite where there is none.
    before : ndarray of int32, shape (sources, core nodes)
        Tree of cheapest ways from each source: the core node before each, negative at its root.
    """

    source: Ints
    cost: Floats
    length_km: Floats
    before: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class BlockLegs:
    """Cheapest ways between all terminals of one block.

    Parameters
    ----------
    block : Block
    cost, length_km : ndarray of float, shape (terminals, terminals)
        Generalised cost and length of the cheapest way from one to the other; infinite where there is none.
    core : Core
        Where the ways were searched.
    before : ndarray of int32, shape (terminals, core nodes)
        Tree of cheapest ways from each terminal.
    """

    block: Block
    cost: Floats
    length_km: Floats
    core: Core
    before: NDArray[np.int32]

    def way(self, source: int, target: int) -> tuple[Ints, Ints]:
        """Trace the way from one terminal to another (positions in `block.terminals`).

        Returns
        -------
        nodes, edges : ndarray of int
            In order; there is one node more than edges.

        Raises
        ------
        ValueError
            If there is no way.
        """
        _require(self, np.array([source]), np.array([target]))
        _, start, arc = _arcs_back(self.core, self.before, np.array([source]), np.array([target]))
        start, arc = start[::-1], arc[::-1]
        while (short := arc >= len(self.core.edge)).any():
            start, arc = _opened(self.core, start, arc, short)
        return np.append(start, self.block.terminal_node[target]), self.core.edge[arc]


def all_ways(part: BlockLegs, source: Ints, target: Ints) -> tuple[Ints, Ints, Ints]:
    """Trace many ways of a block at once; like `BlockLegs.way`.

    Parameters
    ----------
    part : BlockLegs
    source, target : ndarray of int, shape (ways,)
        Positions in ``part.block.terminals``.

    Returns
    -------
    way, start, edge : ndarray of int
        Of each edge the way that it belongs to and the node that it is entered at; way by way, in order.

    Raises
    ------
    ValueError
        If there is no way between two of them.

    Examples
    --------
    >>> from routes.network.blocks import Block
    >>> spots, km = np.zeros(4), np.array([5.0, 4.0, 3.0])
    >>> block = Block(country="AAA", lon=spots, lat=spots, u=np.array([0, 1, 1]), v=np.array([1, 2, 3]),
    ...               length_km=km, cost=km, synthetic=km < 0, terminals=("port", "pass"),
    ...               terminal_node=np.array([0, 3]))
    >>> [each.tolist() for each in all_ways(block_legs(block), np.array([0, 1]), np.array([1, 0]))]
    [[0, 0, 1, 1], [0, 1, 3, 1], [0, 2, 2, 0]]
    """
    _require(part, source, target)
    way, start, arc = (each[::-1] for each in _arcs_back(part.core, part.before, source, target))
    order = np.argsort(way, kind="stable")
    way, start, arc = way[order], start[order], arc[order]
    while (short := arc >= len(part.core.edge)).any():
        way = np.repeat(way, np.where(short, 2, 1))
        start, arc = _opened(part.core, start, arc, short)
    return way, start, part.core.edge[arc]


def block_legs(block: Block) -> BlockLegs:
    """Find the cheapest way between every two terminals of a block.

    Examples
    --------
    >>> from routes.network.blocks import Block
    >>> spots, km = np.zeros(4), np.array([5.0, 4.0, 3.0])
    >>> u, v = np.array([0, 1, 1]), np.array([1, 2, 3])
    >>> ends = np.array([0, 3])
    >>> block = Block(country="AAA", lon=spots, lat=spots, u=u, v=v, length_km=km, cost=km,
    ...               synthetic=km < 0, terminals=("port", "pass"), terminal_node=ends)
    >>> legs = block_legs(block)
    >>> legs.cost.tolist(), legs.way(0, 1)[0].tolist()
    ([[0.0, 8.0], [8.0, 0.0]], [0, 1, 3])
    """
    core = core_of(block)
    return join_legs(block, core, [legs_from(core, np.arange(len(block.terminals)))])


def legs_from(core: Core, source: Ints) -> LegsFrom:
    """Find the cheapest ways from some terminals to all, a few at a time so that no large table is made.

    Parameters
    ----------
    core : Core
        From `core_of`.
    source : ndarray of int, shape (sources,)
        Positions in `block.terminals`.
    """
    from scipy.sparse.csgraph import dijkstra  # which legs from the cache do not need

    matrix, nodes, ends = core.matrix(), len(core.node), core.terminal
    cost, before = np.full((len(source), len(ends)), np.inf), np.full((len(source), nodes), -1, np.int32)
    step = max(1, _CELLS // max(nodes, 1))
    for begin in range(0, len(source), step):
        rows = slice(begin, begin + step)
        found, tree = dijkstra(matrix, indices=ends[source[rows]], return_predecessors=True)
        cost[rows], before[rows] = found[:, ends], tree
    length = np.where(np.isfinite(cost), 0.0, np.inf)
    row, target = np.nonzero(np.isfinite(cost))
    way, _, arc = _arcs_back(core, before, row, target)
    length[row, target] = np.bincount(way, core.length_km[arc], minlength=len(row))
    return LegsFrom(source, cost, length, before)


def join_legs(block: Block, core: Core, parts: Sequence[LegsFrom]) -> BlockLegs:
    """Put together the ways from all terminals of a block, which `legs_from` found in parts."""
    order = np.argsort(np.concatenate([part.source for part in parts]))
    cost, length, before = (
        np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("cost", "length_km", "before")
    )
    return BlockLegs(block, cost, length, core, before)


def leg_edges(part: BlockLegs, source: Ints, target: Ints) -> csr_array:
    """Which edges each leg runs over.

    Parameters
    ----------
    part : BlockLegs
    source, target : ndarray of int, shape (legs,)
        Positions in ``part.block.terminals``.

    Returns
    -------
    csr_array of float, shape (legs, edges)
        1 where the leg uses the edge.

    Raises
    ------
    ValueError
        If there is no way between two of them.
    """
    _require(part, source, target)
    core = part.core
    leg, _, arc = _arcs_back(core, part.before, source, target)
    legs, edges = [leg[:0]], [core.edge[:0]]
    while len(arc):  # shortcuts are opened until edges are left
        short = arc >= len(core.edge)
        legs.append(leg[~short])
        edges.append(core.edge[arc[~short]])
        leg, arc = leg[short], arc[short] - len(core.edge)
        leg, arc = np.tile(leg, 2), np.concatenate([core.first[arc], core.second[arc]])
    rows, columns = np.concatenate(legs), np.concatenate(edges)
    shape = (len(source), len(part.block.u))
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _require(part: BlockLegs, source: Ints, target: Ints) -> None:
    lost = np.flatnonzero(~np.isfinite(part.cost[source, target]))
    if len(lost):
        start, end = (part.block.terminals[side[lost[0]]] for side in (source, target))
        raise ValueError(f"there is no way from {start} to {end} in {part.block.country}")


def _arcs_back(core: Core, before: NDArray[np.int32], row: Ints, target: Ints) -> tuple[Ints, Ints, Ints]:
    """Walk all ways back together, one arc a round.

    Parameters
    ----------
    core : Core
    before : ndarray of int, shape (sources, core nodes)
    row, target : ndarray of int, shape (ways,)
        Row of `before` and terminal at the end of each way.

    Returns
    -------
    way, start, arc : ndarray of int
        For each arc which way it belongs to and the node of the block it is entered at, last arcs first.
    """
    way, node = np.arange(len(row)), core.terminal[target]
    ways, starts, ends = [way[:0]], [node[:0]], [node[:0]]
    while len(way):
        start = before[row[way], node].astype(np.int64)
        walking = start >= 0
        way, start, node = way[walking], start[walking], node[walking]
        ways.append(way)
        starts.append(start)
        ends.append(node)
        node = start
    start, end = np.concatenate(starts), np.concatenate(ends)
    return np.concatenate(ways), core.node[start], core.between(start, end)


def _opened(core: Core, start: Ints, arc: Ints, short: Mask) -> tuple[Ints, Ints]:
    """Put the two arcs of each shortcut in its place, in the order in which the way runs over them."""
    at = np.flatnonzero(short)
    shortcut = arc[at] - len(core.edge)
    forth = core.tail[arc[at]] == start[at]
    first, second = core.first[shortcut], core.second[shortcut]
    place = at + np.arange(len(at))
    times = np.where(short, 2, 1)
    start, arc = np.repeat(start, times), np.repeat(arc, times)
    arc[place], arc[place + 1] = np.where(forth, first, second), np.where(forth, second, first)
    start[place + 1] = core.middle[shortcut]
    return start, arc
