"""Where to watch: the places that let least of the inflow through, for one budget or for all of them.

Answers of traffickers: ``logit`` (shares move by route choice), ``best`` (each knows the posts and weighs
them against his own taste for corridors, so that without posts the flow is the posterior), ``none`` (nobody
reacts), and ``roads`` (all traffickers of a gate are alike and take the one best way on the roads:
stochastic network interdiction). All plans come with a proven bound, given these detection rates and this
flow. The inflow is that of the listed corridors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Literal

import numpy as np

from routes.errors import RoutesError
from routes.planning.certainty import answers, certainty, value_of
from routes.planning.displacement import whatif
from routes.planning.evaders import Evaders, best_ways, evaders_of, rule_share
from routes.planning.flows import flows_of
from routes.planning.games import RESPONSES, Clock, RoadGame, ShareGame, reaction_of, share_game
from routes.planning.outcomes import EvadingWay, Plan
from routes.planning.passages import passages_of
from routes.planning.posts import Choices, Deployment, choices
from routes.planning.priority import priority_list
from routes.planning.rosters import Rota, rotated

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.games import Game
    from routes.planning.outcomes import Certainty
    from routes.planning.passages import Passages

    Response = Literal["logit", "best", "none", "roads"]

TIME_LIMIT = 60.0
"""Seconds for all searches of a plan together."""
_CERTAINTY = 10.0  # seconds at most for plans that are best in draws


def plan(
    analysis: Analysis,
    parameters: Parameters,
    budget: float,
    *,
    response: Response | None = None,
    posts: Deployment | None = None,
    priority: bool = False,
    rota: Rota | None = None,
    time_limit: float | None = TIME_LIMIT,
    roads_for: int = 0,
) -> Plan:
    """Choose gates and crossings to watch.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
        Those of the analysis; section ``interdiction`` holds post detection and hazard.
    budget : float
        What the posts may cost together; a post costs 1 unless `posts` says otherwise.
    response : {"logit", "best", "none", "roads"}
        How traffickers answer; default ``logit``, and ``best`` for a rotation.
    posts : Deployment, optional
        What stands, must and must not be, and what posts catch and cost.
    priority : bool
        Whether to make the nested list for the budgets up to this one.
    rota : Rota, optional
        Let the posts rotate; traffickers know how often each is held, and not when.
    time_limit : float, optional
        Seconds for all searches together; the best plan so far is returned with its gap, as after Ctrl-C.
        None for no limit.
    roads_for : int
        For how many corridors of the displacement the roads are filled in.

    Returns
    -------
    Plan
        Without `provenance`, which is that of the analysis.

    Raises
    ------
    RoutesError
        If the budget, a name, a value or a country is not as described, or nothing can be watched.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.read.inputs import load_inputs
    >>> from routes.parameters import Parameters
    >>> found = plan(analyse(load_inputs()), Parameters(), 2)
    >>> len(found.posts), found.proven_optimal, found.passing < 1
    (2, True, True)
    """
    response = _response(response, rota, priority)
    _check_numbers(budget, time_limit)
    may = choices(analysis, parameters.interdiction, posts or Deployment())
    left = _left(budget, may)
    whole, reaction = Clock.of(time_limit), reaction_of(parameters)
    # A priority list needs the plans of the smaller budgets, too.
    clock = Clock.of(time_limit / 2) if priority and time_limit is not None else whole
    flows = flows_of(analysis)
    passages = passages_of(analysis.untied.graph, flows, may.terms(), may.standing())
    game: ShareGame | RoadGame = share_game(passages, response, reaction, clock)
    if response == "roads":
        game = _road_game(analysis, parameters, may, clock)
    if rota is not None:
        assert isinstance(game, ShareGame)  # noqa: S101 - the response of a rotation is best
        return _rotating(analysis, parameters, _Asked(budget, left, may, reaction, roads_for), game, rota)
    chosen = game.solve(left)
    found = [may.free[x] for x in _by_gain(game, may, chosen.names)]
    watched = may.standing() | {post.id: post.detection for post in found}
    evaders = game.evaders if isinstance(game, RoadGame) else None
    mask = passages.mask(chosen.names)
    sure = None if evaders else _certainty(passages, mask, left, response, reaction, clock)
    return Plan(
        response=response,
        budget=budget,
        posts=(*may.must.values(), *found),
        passing=chosen.passing,
        lower_bound=chosen.bound,
        gap=_gap(chosen.passing, chosen.bound),
        proven_optimal=chosen.finished,
        candidates=len(may.free),
        beyond_all=left >= sum(post.cost for post in may.free.values()),
        ways=_ways(evaders, watched) if evaders else (),
        rule_share=rule_share(evaders, may.detection()) if evaders else 0.0,
        priority=priority_list(replace(game, clock=whole), may.free, left, chosen) if priority else (),
        displacement=whatif(analysis, parameters, watch=watched, roads_for=roads_for),
        standing=tuple(may.have.values()),
        passing_before=_before(analysis, passages, may, response, reaction, evaders),
        answers=answers(passages, passages.chance(mask), reaction),
        certainty=sure,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rotation needs of the question."""

    budget: float
    left: float
    may: Choices
    reaction: float
    roads_for: int


def _rotating(analysis: Analysis, parameters: Parameters, asked: _Asked, game: ShareGame, rota: Rota) -> Plan:
    passages, may = game.passages, asked.may
    mix, rotation = rotated(analysis, game, asked.left, asked.reaction, rota)
    chance = mix.chance(passages)
    presence = mix.frequency @ mix.sets
    held = [may.free[passages.names[x]] for x in np.argsort(-presence, kind="stable") if presence[x] > 0]
    often = {name: float(presence[i]) for i, name in enumerate(passages.names)}
    watched = may.standing() | {post.id: post.detection * often[post.id] for post in held}
    gap = _gap(mix.worth, mix.bound)
    return Plan(
        response="best",
        budget=asked.budget,
        posts=(*may.must.values(), *held),
        passing=mix.worth,
        lower_bound=mix.bound,
        gap=gap,
        proven_optimal=gap <= 1e-6,  # noqa: PLR2004 - rounding
        candidates=len(may.free),
        beyond_all=asked.left >= sum(post.cost for post in may.free.values()),
        ways=(),
        rule_share=0.0,
        priority=(),
        displacement=whatif(analysis, parameters, watch=watched, roads_for=asked.roads_for),
        standing=tuple(may.have.values()),
        passing_before=_before(analysis, passages, may, "best", asked.reaction, None),
        answers=answers(passages, chance, asked.reaction),
        rotation=rotation,
    )


def _response(response: Response | None, rota: Rota | None, priority: bool) -> Response:  # noqa: FBT001
    if response is not None and response not in RESPONSES:
        raise RoutesError(f"response: wanted one of {', '.join(RESPONSES)}, got {response!r}.")
    if rota is None:
        return response or "logit"
    if response not in (None, "best"):
        raise RoutesError(f"response: posts that rotate are planned against best, got {response!r}.")
    if priority:
        raise RoutesError("priority: there is no nested list of posts that rotate. Leave one of them out.")
    return "best"


def _check_numbers(budget: float, time_limit: float | None) -> None:
    if not (isfinite(budget) and budget >= 0):
        raise RoutesError(f"budget: wanted a number of at least 0, got {budget:g}.")
    if time_limit is not None and not time_limit >= 0:
        raise RoutesError(f"time limit: wanted seconds of at least 0, got {time_limit:g}.")


def _left(budget: float, may: Choices) -> float:
    """Tell what is left of the budget after the posts that must be."""
    if not (may.free or may.must or may.have):
        raise RoutesError("there is no place that could be watched.")
    cost = sum(post.cost for post in may.must.values())
    if cost > budget + 1e-9:
        raise RoutesError(
            f"must: {', '.join(may.must)} cost {cost:g} together, and the budget is {budget:g}. "
            "Posts that stand already are have."
        )
    return budget - cost


def _gap(passing: float, bound: float) -> float:
    return max(0.0, (passing - bound) / passing) if passing > 0 else 0.0


def _certainty(
    passages: Passages, mask: np.ndarray, left: float, response: str, reaction: float, clock: Clock
) -> Certainty:
    seconds = clock.left()
    limit = _CERTAINTY if seconds is None else min(_CERTAINTY, max(seconds, 1.0))
    return certainty(passages, mask, left, value_of(response, reaction), limit)


def _before(
    analysis: Analysis,
    passages: Passages,
    may: Choices,
    response: str,
    reaction: float,
    evaders: Evaders | None,
) -> float:
    """Tell what gets past the posts that stand already, alone."""
    standing = {name: post.detection for name, post in may.have.items()}
    if not standing:
        return 1.0
    if evaders is not None:
        alone = replace(evaders, standing={})
        return alone.passing(standing)
    if may.must:
        passages = passages_of(analysis.untied.graph, flows_of(analysis), may.terms(), standing)
    nothing = np.zeros(len(passages.names), bool)
    return share_game(passages, response, reaction, Clock()).value(nothing)


def _road_game(analysis: Analysis, parameters: Parameters, may: Choices, clock: Clock) -> RoadGame:
    graph = analysis.untied.graph
    crossings = {data["place"] for _, data in graph.nodes(data=True) if data["kind"] == "crossing"}
    if gates := sorted((may.terms().keys() | may.standing().keys()) - crossings):
        raise RoutesError(
            f"response roads holds every trafficker to his gate, so there are no posts at gates "
            f"({gates[0]}). Ask for another response."
        )
    hazard = parameters.interdiction.hazard_per_1000_km / 1000
    evaders = evaders_of(graph, flows_of(analysis), may.terms(), hazard, may.standing())
    return RoadGame(evaders, {x: p for x, (p, _) in may.terms().items()}, clock)


def _by_gain(game: Game, may: Choices, names: Collection[str]) -> tuple[str, ...]:
    """Order posts by what each adds for its cost to those before it."""
    order: list[str] = []
    left = sorted(names)
    while left:
        now = game.passing(order)
        best = max(left, key=lambda x: (now - game.passing([*order, x])) / may.free[x].cost)
        order.append(best)
        left.remove(best)
    return tuple(order)


def _ways(evaders: Evaders, watched: Mapping[str, float]) -> tuple[EvadingWay, ...]:
    graph, hazard = evaders.crossing_graph, evaders.hazard
    rows = []
    before, after = best_ways(evaders, {}), best_ways(evaders, watched)
    for (gate, area), share, (cost, path), (dearer, way) in zip(
        evaders.pairs, evaders.share, before, after, strict=True
    ):
        passed = tuple(graph.nodes[n]["place"] for n in way[1:-1])
        posts = -sum(np.log1p(-watched.get(x, 0.0)) for x in passed) / hazard
        rows.append(
            EvadingWay(
                gate=gate,
                processing_area=area,
                share=float(share),
                crossings_before=tuple(graph.nodes[n]["place"] for n in path[1:-1]),
                crossings_after=passed,
                passing=float(np.exp(-hazard * (dearer - cost))) if path else 1.0,
                detour_km=max(0.0, float(dearer - posts - cost)) if path else 0.0,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.share, row.gate, row.processing_area)))
