r"""Inflow by what it passes, and what gets through posts: what all answers of traffickers are reckoned on.

With :math:`q_c = \prod_{x \in c} (1 - p_x)` the chance of a corridor *c* to get past the posts, and
:math:`s_{c|a}` its share of the inflow into area *a*, let traffickers weigh a chance by the power *k*, their
*reaction*: shares become proportional to :math:`s_{c|a} q_c^k`, and

.. math:: \sum_a s_a \frac{\sum_c s_{c|a} q_c^{k+1}}{\sum_c s_{c|a} q_c^k}

gets through. Nobody reacts at *k* = 0; odds fall with the chance, as route choice has it, at *k* = 1. A
trafficker who knows every post and whose taste for each corridor is drawn so that the flow without posts is
the posterior (tastes of extreme values, of the scale θ of route choice) has :math:`k = 1 / (h θ)`, for a
hazard *h* per km-equivalent is what a longer way is worth to him. The share only rises with *k*. To him, the
posts leave of each area the worth

.. math:: \left(\sum_c s_{c|a} q_c^k\right)^{1/k}

of what it was without them: chances lost at posts and by worse ways together. It is convex in *q* for
:math:`k \ge 1`, which makes plans against him a game of sum zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import places_passed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import networkx as nx

    from routes.planning.flows import Flows
    from routes.support.arrays import Floats, Ints, Mask


def thinned(draws: int, most: int) -> slice:
    """Choose every so many of some draws, at most so many.

    Examples
    --------
    >>> list(range(10))[thinned(10, 4)]
    [0, 2, 4, 6]
    """
    step = max(1, draws // most)
    return slice(None, step * most, step)


@dataclass(frozen=True, slots=True)
class Passages:
    """Inflow by what candidates it passes.

    Parameters
    ----------
    names : tuple of str
        Candidates.
    cost : ndarray of float, shape (candidates,)
    log_q : ndarray of float, shape (groups, candidates)
        Log of the chance of getting past a post, where the group passes the candidate; else 0.
    share : ndarray of float, shape (groups,)
        Inflow of each group of corridors into one area past the same candidates; they sum to one.
    area : ndarray of int, shape (groups,)
    standing : ndarray of float, shape (groups,), or 0
        Log of the chance of getting past the posts that stand whatever the plan.
    draws : ndarray of float, shape (draws, groups)
        `share` in draws of the posterior; each row sums to one.
    """

    names: tuple[str, ...]
    cost: Floats
    log_q: Floats
    share: Floats
    area: Ints
    standing: Floats | float = 0.0
    draws: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def mask(self, posts: Collection[str]) -> Mask:
        """Tell which candidates have a post, shape (candidates,)."""
        return np.array([name in posts for name in self.names], bool)

    def named(self, plan: Mask) -> tuple[str, ...]:
        """Name the posts of a plan."""
        return tuple(self.names[x] for x in np.flatnonzero(plan))

    def chance(self, plan: Mask) -> Floats:
        """Chance of each group to get past the posts of a plan, shape (groups,)."""
        return np.asarray(np.exp(self.log_q @ plan + self.standing))

    def chances(self, plans: Mask) -> Floats:
        """Chance of each group to get past each of some plans, shape (groups, plans)."""
        standing = np.broadcast_to(self.standing, self.share.shape)
        return np.asarray(np.exp(self.log_q @ plans.T + standing[:, None]))

    def caught_none(self, plan: Mask) -> float:
        """Inflow that gets through if nobody reacts."""
        return float(self.share @ self.chance(plan))

    def caught_logit(self, plan: Mask) -> float:
        """Inflow that gets through after shares have moved by route choice: `through`, quick for one plan."""
        chance = self.chance(plan)
        part = self.share * chance
        whole, once, more = (np.bincount(self.area, of) for of in (self.share, part, part * chance))
        return float(whole @ np.divide(more, once, out=np.zeros_like(more), where=once > 0))

    def through(self, chance: Floats, reaction: float, share: Floats | None = None) -> Floats:
        """Inflow that gets through; see the formula of the module.

        Parameters
        ----------
        chance : ndarray of float, shape (groups,) or (groups, plans)
        reaction : float
        share : ndarray of float, shape (groups,) or (draws, groups), optional

        Returns
        -------
        ndarray of float, shape (draws, plans)
            Without the axes that are not given.
        """

        def kept(whole: Floats, here: Floats, weight: Floats) -> Floats:
            once, more = here @ weight**reaction, here @ weight ** (reaction + 1)
            return whole * np.divide(more, once, out=np.zeros_like(more), where=once > 0)

        return self._by_area(chance, share, kept)

    def worth(self, chance: Floats, reaction: float, share: Floats | None = None) -> Floats:
        """Tell what the posts leave traffickers who know them, 1 without posts; as `through`."""

        def left(whole: Floats, here: Floats, weight: Floats) -> Floats:
            part = here @ weight**reaction
            of_all = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
            return whole * of_all ** (1 / reaction)

        return self._by_area(chance, share, left)

    def _by_area(
        self,
        chance: Floats,
        share: Floats | None,
        value: Callable[[Floats, Floats, Floats], Floats],
    ) -> Floats:
        share = self.share if share is None else share
        total = np.zeros((*share.shape[:-1], *chance.shape[1:]))
        for area in np.unique(self.area):
            here = self.area == area
            of_area = share[..., here]
            whole = np.asarray(of_area.sum(axis=-1))
            total += value(whole[..., None] if chance.ndim > 1 else whole, of_area, chance[here])
        return total

    def slope(self, chance: Floats, reaction: float) -> Floats:
        """Slope of `worth` by the chance of each group, shape (groups,); slope @ chance is the worth.

        As the worth is the largest of all such sums, it is never below ``slope @ other chances``.
        """
        into = np.equal.outer(self.area, np.unique(self.area)).astype(float)  # (groups, areas)
        left, whole = self.share @ (chance[:, None] ** reaction * into), self.share @ into
        part = np.divide(left, whole, out=np.ones_like(left), where=whole > 0)
        scale = part ** (1 / reaction - 1)
        return np.asarray(self.share * (into @ scale) * chance ** (reaction - 1))

    def only(self, kept: Ints) -> Passages:
        """Keep some candidates alone; groups that pass the same of them become one."""
        log_q = self.log_q[:, kept]
        standing = np.broadcast_to(self.standing, self.share.shape)
        key = np.column_stack([self.area, standing, log_q])
        groups, member = np.unique(key, axis=0, return_inverse=True)
        member = member.ravel()
        into = csr_array((np.ones(len(member)), (np.arange(len(member)), member)))
        return Passages(
            tuple(self.names[x] for x in kept),
            self.cost[kept],
            groups[:, 2:],
            np.asarray(self.share @ into),
            groups[:, 0].astype(np.int64),
            groups[:, 1],
            np.asarray(self.draws @ into) if len(self.draws) else np.zeros((0, len(groups))),
        )


def passages_of(
    graph: nx.DiGraph[str],
    flows: Flows,
    candidates: Mapping[str, tuple[float, float]],
    standing: Mapping[str, float] | None = None,
) -> Passages:
    """Group the listed corridors by area and by the posts that they may pass.

    Parameters
    ----------
    graph : networkx.DiGraph
        Crossing graph.
    flows : Flows
    candidates : mapping of str to (detection, cost)
        Gates and crossings that may be watched.
    standing : mapping of str to float
        Detection where a post stands whatever the plan.
    """
    always = dict(standing or {})
    every = candidates.keys() | always.keys()
    places = places_passed(graph, flows.corridors).of_kind("gate", "crossing")
    passed = places.where([name in every for _, name in places.names])
    names, rows = tuple(name for _, name in passed.names), passed.use.toarray().T
    area = np.unique(flows.area, return_inverse=True)[1]
    groups, member = np.unique(np.column_stack([area, rows]), axis=0, return_inverse=True)
    member, uses = member.ravel(), groups[:, 1:]
    share = np.bincount(member, flows.shares.mean / flows.shares.mean.sum())
    draws = np.stack([np.bincount(member, row / row.sum(), len(groups)) for row in flows.shares.draws])
    free = np.array([name in candidates and name not in always for name in names], bool)
    log_standing = np.array([np.log1p(-always.get(name, 0.0)) for name in names])
    kept = [name for name, taken in zip(names, free, strict=True) if taken]
    log_q = np.array([np.log1p(-candidates[name][0]) for name in kept])
    return Passages(
        tuple(kept),
        np.array([candidates[name][1] for name in kept], float),
        uses[:, free] * log_q if kept else uses[:, free],
        np.asarray(share, float),
        groups[:, 0].astype(np.int64),
        uses @ log_standing,
        np.asarray(draws, float),
    )
