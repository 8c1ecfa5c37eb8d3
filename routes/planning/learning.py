r"""Traffickers who learn: what gets through week by week, for posts that stand, that rotate, and for none.

Nobody knows the posts at first. In week *t* a trafficker believes that place *x* catches :math:`b_x(t)`, and
shares are proportional to :math:`s_{c|a} \prod_{x \in c} (1 - b_x)^k` with the reaction *k* of those who know
all. What is caught there in the week moves the belief by one part in *lag*: lag 1 believes the last week, a
lag of 8 needs some two months to notice a post that has come. Where nobody passes nothing is learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.errors import RoutesError
from routes.evidence.shares import interval_of
from routes.planning.flows import flows_of
from routes.planning.games import reaction_of
from routes.planning.outcomes import Curve, CurvePoint, Simulation
from routes.planning.passages import passages_of, thinned
from routes.planning.posts import Deployment, choices
from routes.support.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.outcomes import Plan
    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Mask


RUNS = 200
"""Draws of the posterior, each with a roster of its own."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """Posts of a plan: what they catch, those that stand always, and the sets that take turns.

    A plan without rotation has one set.
    """

    detection: Mapping[str, float]
    standing: Sequence[str]
    fixed: Sequence[str]
    sets: Sequence[tuple[Sequence[str], float]]


def patrol_of(plan: Plan) -> Patrol:
    """Take the posts of a plan as they stand or take turns in it."""
    standing, posts = ({post.id: post.detection for post in some} for some in (plan.standing, plan.posts))
    if plan.rotation is None:
        return patrol_with(standing, posts)
    sets = [(some.posts, some.frequency) for some in plan.rotation.sets]
    return patrol_with(standing, posts, sets, plan.rotation.fixed_posts)


def patrol_with(
    standing: Mapping[str, float],
    posts: Mapping[str, float],
    sets: Sequence[tuple[Sequence[str], float]] = (),
    fixed: Sequence[str] = (),
) -> Patrol:
    """Tell how posts are held: those that take no turns are held with every set, and with the fixed ones.

    Parameters
    ----------
    standing, posts : mapping of str to float
        Detection at posts that stand whatever the plan, and at those of the plan.
    sets : sequence of (posts, frequency), optional
        Those that take turns. Default: none do.
    fixed : sequence of str, optional
        Those of the best plan found that does not rotate.

    Examples
    --------
    >>> patrol_with({}, {"must": 0.5, "a": 0.5, "b": 0.5}, [(["a"], 0.7), (["b"], 0.3)], ["a"]).sets
    [(('must', 'a'), 0.7), (('must', 'b'), 0.3)]
    """
    detection = {**standing, **posts}
    if not sets:
        return Patrol(detection, tuple(standing), tuple(posts), [(tuple(posts), 1.0)])
    turning = {name for names, _ in sets for name in names}
    always = tuple(name for name in posts if name not in turning)
    held = [((*always, *names), often) for names, often in sets]
    return Patrol(detection, tuple(standing), (*always, *fixed), held)


def simulate(
    analysis: Analysis, parameters: Parameters, patrol: Patrol, weeks: int, lag: float, seed: int
) -> Simulation:
    """Play a plan for some weeks against traffickers who learn, with a lag of at least 1.

    Raises
    ------
    RoutesError
        If the plan names a place that the network does not have, or a number is out of bounds.
    """
    if not lag >= 1 or weeks < 1:  # no number is not at least 1 either
        raise RoutesError(f"weeks and lag: wanted at least 1 of each, got {weeks} and {lag:g}.")
    detection = dict(patrol.detection)
    known = {data["place"] for _, data in analysis.untied.graph.nodes(data=True)}
    if missing := sorted({*detection, *patrol.fixed} - known):
        raise RoutesError(f"the plan has a post at {missing[0]}: no gate or crossing of this network.")
    if lacking := set(patrol.fixed) - detection.keys():  # no set of the rotation has them
        free = choices(analysis, parameters.interdiction, Deployment(gates=True)).free
        detection |= {name: free[name].detection for name in lacking}
    terms = {name: (p, 1.0) for name, p in detection.items()}
    passages = passages_of(analysis.untied.graph, flows_of(analysis), terms)
    rng = np.random.default_rng(seed)
    draws = passages.draws[thinned(len(passages.draws), RUNS)]
    reaction = reaction_of(parameters)
    always = passages.mask(patrol.standing)
    frequency = np.array([often for _, often in patrol.sets])
    sets = np.array([passages.mask(names) | always for names, _ in patrol.sets])
    turns = sets[rng.choice(len(sets), (len(draws), weeks), p=frequency / frequency.sum())]
    fixed = np.broadcast_to(passages.mask(patrol.fixed) | always, turns.shape)
    kinds = {message("no plan"): np.broadcast_to(always, turns.shape), message("fixed"): fixed}
    if len(sets) > 1:
        kinds[message("rotating")] = turns
    curves = tuple(
        Curve(plan=name, points=_points(_play(passages, draws, held, lag, reaction)))
        for name, held in kinds.items()
    )
    return Simulation(weeks=weeks, lag_weeks=lag, runs=len(draws), curves=curves)


def _play(passages: Passages, draws: Floats, held: Mask, lag: float, reaction: float) -> Floats:
    """Inflow that gets through, shape (draws, weeks); `held` has shape (draws, weeks, candidates)."""
    passed = (passages.log_q < 0).astype(float)  # groups x candidates
    detection = 1 - np.exp(passages.log_q.min(axis=0, initial=0.0))
    into = np.equal.outer(passages.area, np.unique(passages.area)).astype(float)
    whole = draws @ into
    belief = np.zeros((len(draws), len(passages.names)))
    through = np.zeros(held.shape[:2])
    for week in range(held.shape[1]):
        raw = draws * np.exp(reaction * np.log1p(-np.minimum(belief, 1 - 1e-9)) @ passed.T)
        share = raw * ((whole / np.maximum(raw @ into, 1e-300)) @ into.T)
        caught = np.where(held[:, week], detection, 0.0)
        through[:, week] = (share * np.exp(np.log1p(-caught) @ passed.T)).sum(axis=1)
        met = share @ passed > 0
        belief += np.where(met, (caught - belief) / lag, 0.0)
    return through


def _points(through: Floats) -> tuple[CurvePoint, ...]:
    low, high = interval_of(through)
    mean: Any = through.mean(axis=0)
    return tuple(
        CurvePoint(week=i + 1, passing=float(mean[i]), interval_90=(float(low[i]), float(high[i])))
        for i in range(through.shape[1])
    )
