"""Block -> core: the few nodes of a block between which its legs have to be searched.

Nodes that are no terminal are taken out one after another. Where a node goes, shortcuts join its neighbours
at the cost of the way over it, so that no cost between the nodes that stay changes (the first half of
contraction hierarchies, Geisberger et al. 2008). A dead end goes without a shortcut and a bend in the road
with one; only junctions of many roads stay. Every shortcut knows the two arcs it stands for, so that any way
can be told in edges of the block again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints, Mask


# A node with more neighbours needs more shortcuts than it saves arcs; 4 gave the fastest legs on the bundled
# roads, and did no harm on grids.
_NEIGHBOURS = 4
_WORTH = 0.05  # share of the nodes that a round must take out to be worth its time


@dataclass(frozen=True, slots=True)
class Arcs:
    """The cheapest edge between any two neighbouring nodes of a block.

    Parameters
    ----------
    nodes : int
    both_ways : bool
        Whether every arc can be travelled from either end; then ``tail < head``.
    tail, head : ndarray of int, shape (arcs,)
        Sorted by tail, then head.
    edge : ndarray of int, shape (arcs,)
        Edge of the block.
    """

    nodes: int
    both_ways: bool
    tail: Ints
    head: Ints
    edge: Ints

    def between(self, u: Ints, v: Ints) -> Ints:
        """Find the cheapest edge from each node of `u` to its neighbour in `v`."""
        a, b = (np.minimum(u, v), np.maximum(u, v)) if self.both_ways else (u, v)
        return np.asarray(self.edge[np.searchsorted(self.tail * self.nodes + self.head, a * self.nodes + b)])

    def matrix(self, weight: Floats) -> csr_array:
        """Adjacency by a weight of the block's edges; upper triangle where all arcs go both ways."""
        return csr_array((weight[self.edge], (self.tail, self.head)), shape=(self.nodes, self.nodes))


def arcs_of(block: Block) -> Arcs:
    """Keep the cheapest of the edges that lead from one node to the same other one, and no loops.

    Examples
    --------
    >>> from routes.network.blocks import Block
    >>> spots, km = np.zeros(2), np.array([5.0, 4.0, 3.0])
    >>> u, v = np.array([0, 0, 1]), np.array([1, 1, 0])
    >>> block = Block(country="AAA", lon=spots, lat=spots, u=u, v=v, length_km=km, cost=km,
    ...               synthetic=km < 0, terminals=(), terminal_node=u[:0], oneway=km < 4)
    >>> arcs = arcs_of(block)  # the third edge is a one-way road from node 1
    >>> arcs.between(np.array([0, 1]), np.array([1, 0])).tolist()
    [1, 2]
    """
    nodes, edge = len(block.lon), np.flatnonzero(block.u != block.v)
    both_ways = not block.oneway.any()
    if both_ways:
        tail, head = np.minimum(block.u, block.v)[edge], np.maximum(block.u, block.v)[edge]
    else:
        back = edge[~block.oneway[edge]]
        tail, head = np.r_[block.u[edge], block.v[back]], np.r_[block.v[edge], block.u[back]]
        edge = np.r_[edge, back]
    key = tail * nodes + head
    order = np.lexsort([block.length_km[edge], block.cost[edge], key])
    order = order[_first_of_run(key[order])]
    return Arcs(nodes, both_ways, tail[order], head[order], edge[order])


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What is left of a block when nodes have been taken out, and how to tell its arcs in edges.

    Arcs ``0 .. len(edge) - 1`` are edges of the block, the others shortcuts over ``middle``.

    Parameters
    ----------
    node : ndarray of int, shape (core nodes,)
        Nodes of the block.
    terminal : ndarray of int, shape (terminals,)
        Core nodes.
    row, column : ndarray of int, shape (entries,)
        Core nodes that an arc joins, sorted by row, then column.
    arc, cost : ndarray, shape (entries,)
        That arc and its generalised cost.
    tail : ndarray of int, shape (arcs,)
        Node of the block at which the arc begins, or for an arc open both ways one of its ends.
    length_km : ndarray of float, shape (arcs,)
    edge : ndarray of int, shape (edge arcs,)
        Edge of the block.
    middle, first, second : ndarray of int, shape (shortcuts,)
        Node that the shortcut passes, and the arcs before and after it, seen from its tail.
    """

    node: Ints
    terminal: Ints
    row: Ints
    column: Ints
    arc: Ints
    cost: Floats
    tail: Ints
    length_km: Floats
    edge: Ints
    middle: Ints
    first: Ints
    second: Ints

    def matrix(self) -> csr_array:
        """Costs between neighbours."""
        begin = np.searchsorted(self.row, np.arange(len(self.node) + 1))
        return csr_array((self.cost, self.column, begin), shape=(len(self.node),) * 2)

    def between(self, row: Ints, column: Ints) -> Ints:
        """Find the arc from each core node of `row` to its neighbour in `column`."""
        nodes = len(self.node)
        return np.asarray(self.arc[np.searchsorted(self.row * nodes + self.column, row * nodes + column)])


def core_of(block: Block) -> Core:
    """Take out the nodes of a block that its legs can do without; see the module's docstring."""
    arcs = arcs_of(block)
    stays = np.zeros(arcs.nodes, bool)
    stays[block.terminal_node] = True
    # Among neighbours of equal rank the salt decides; it is the same in every run.
    salt = np.random.default_rng(0).permutation(arcs.nodes)
    left = _Left(arcs.tail, arcs.head, block.cost[arcs.edge], np.arange(len(arcs.edge)))
    made = [_Made(arcs.tail, *(arcs.tail[:0],) * 3)]
    count = len(arcs.edge)
    while (chosen := _to_take_out(left, stays, salt, both_ways=arcs.both_ways)) is not None:
        over, new, left = _over(left, chosen, count, both_ways=arcs.both_ways)
        count += len(new.arc)
        made.append(over)
        left = _with(left, new, arcs.nodes)
    every = _Made(*(np.concatenate(parts) for parts in zip(*made, strict=True)))
    length, begin = np.empty(count), len(arcs.edge)
    length[:begin] = block.length_km[arcs.edge]
    for over in made[1:]:  # a shortcut stands on arcs made before it
        end = begin + len(over.tail)
        length[begin:end] = length[over.first] + length[over.second]
        begin = end
    return _numbered(left, block.terminal_node, arcs, every, length)


def _numbered(left: _Left, terminals: Ints, arcs: Arcs, every: _Made, length: Floats) -> Core:
    """Give the nodes that are left numbers, and write arcs that are open both ways twice."""
    tail, head, cost, arc = left
    if arcs.both_ways:
        tail, head = np.concatenate([tail, head]), np.concatenate([head, tail])
        cost, arc = np.concatenate([cost, cost]), np.concatenate([arc, arc])
    stays = np.zeros(arcs.nodes, bool)
    stays[tail] = stays[head] = stays[terminals] = True
    node, number = np.flatnonzero(stays), np.cumsum(stays) - 1
    row, column = number[tail], number[head]
    order = np.argsort(row * len(node) + column)
    return Core(
        node=node,
        terminal=number[terminals],
        row=row[order],
        column=column[order],
        arc=arc[order],
        cost=cost[order],
        tail=every.tail,
        length_km=length,
        edge=arcs.edge,
        middle=every.middle,
        first=every.first,
        second=every.second,
    )


class _Left(NamedTuple):
    """Arcs that are left."""

    tail: Ints
    head: Ints
    cost: Floats
    arc: Ints

    def rows(self, which: Mask | Ints) -> _Left:
        return _Left(self.tail[which], self.head[which], self.cost[which], self.arc[which])


class _Made(NamedTuple):
    """Arcs that were made in one round."""

    tail: Ints
    middle: Ints
    first: Ints
    second: Ints


def _to_take_out(left: _Left, stays: Mask, salt: Ints, *, both_ways: bool) -> Mask | None:
    """Choose nodes with few neighbours, no two of them neighbours; None if there are too few to bother."""
    nodes = len(stays)
    out, into = np.bincount(left.tail, minlength=nodes), np.bincount(left.head, minlength=nodes)
    neighbours = out + into if both_ways else np.maximum(out, into)
    may_go = (neighbours > 0) & (neighbours <= _NEIGHBOURS) & ~stays
    rank = np.where(may_go, neighbours * nodes + salt, np.iinfo(np.int64).max)
    may_go[np.where(rank[left.tail] >= rank[left.head], left.tail, left.head)] = False
    enough = np.count_nonzero(may_go) > _WORTH * np.count_nonzero(neighbours)
    return may_go if enough else None


def _over(left: _Left, chosen: Mask, count: int, *, both_ways: bool) -> tuple[_Made, _Left, _Left]:
    """Make the shortcuts over the chosen nodes, numbered from `count` on; and the arcs that stay."""
    leaves, enters = chosen[left.tail], chosen[left.head]
    from_node = _at_node(left.tail, left.head, left, leaves)
    to_node = _at_node(left.head, left.tail, left, enters)
    if both_ways:  # the neighbours of a node come in their order: first those of which it is the head
        to_node = from_node = _by_node(*(np.concatenate(p) for p in zip(to_node, from_node, strict=True)))
        begin = np.arange(len(from_node.node)) + 1
    else:
        to_node, from_node = _by_node(*to_node), _by_node(*from_node)
        begin = np.searchsorted(from_node.node, to_node.node, "left")
    number = np.searchsorted(from_node.node, to_node.node, "right") - begin
    i = np.repeat(np.arange(len(number)), number)
    j = np.arange(len(i)) + np.repeat(begin - np.cumsum(number) + number, number)
    if not both_ways:  # and not there and back
        forth = to_node.other[i] != from_node.other[j]
        i, j = i[forth], j[forth]
    a, b = to_node.other[i], from_node.other[j]
    made = _Made(a, to_node.node[i], to_node.arc[i], from_node.arc[j])
    new = _Left(a, b, to_node.cost[i] + from_node.cost[j], count + np.arange(len(i)))
    return made, new, left.rows(~(leaves | enters))


class _AtNode(NamedTuple):
    """Arcs at nodes that go: the node, the other end, cost and arc."""

    node: Ints
    other: Ints
    cost: Floats
    arc: Ints


def _at_node(node: Ints, other: Ints, left: _Left, which: Mask) -> _AtNode:
    return _AtNode(node[which], other[which], left.cost[which], left.arc[which])


def _by_node(node: Ints, other: Ints, cost: Floats, arc: Ints) -> _AtNode:
    order = np.argsort(node, kind="stable")
    return _AtNode(node[order], other[order], cost[order], arc[order])


def _with(left: _Left, new: _Left, nodes: int) -> _Left:
    """Add arcs: of those between the same nodes the cheapest stays, the oldest of equals."""
    every = _Left(*(np.concatenate(pair) for pair in zip(left, new, strict=True)))
    key = every.tail * nodes + every.head
    order = np.argsort(key, kind="stable")
    first = _first_of_run(key[order])
    run, cost = np.cumsum(first) - 1, every.cost[order]
    cheapest = np.flatnonzero(cost == np.minimum.reduceat(cost, np.flatnonzero(first))[run])
    return every.rows(order[cheapest[_first_of_run(run[cheapest])]])  # several may cost the same


def _first_of_run(key: Ints) -> Mask:
    first = np.ones(len(key), bool)
    first[1:] = key[1:] != key[:-1]
    return first
