"""Where to watch: the crossings that let least of the inflow through, for one budget or for all of them.

Three answers of traffickers: ``best`` (each knows the posts and takes the best way past them), ``logit``
(shares move by route choice) and ``none`` (nobody reacts). All three plans come with a proven bound. The
inflow is that of the listed corridors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, isfinite
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from routes.errors import RoutesError
from routes.planning.capture import Passages, capture, choose_logit, passages_of
from routes.planning.displacement import known_place, status_of, whatif
from routes.planning.evaders import Evaders, best_ways, evaders_of, rule_share
from routes.planning.flows import flows_of
from routes.ranking import place_facts
from routes.results import EvadingWay, Plan, Post, PriorityStep

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.capture import Found

    Response = Literal["best", "logit", "none"]

RESPONSES = ("best", "logit", "none")
_BUDGETS_AT_MOST = 30  # smaller budgets whose best plans feed the priority list
_SUBSETS_AT_MOST = 600  # plans evaluated for one priority list


def plan(
    analysis: Analysis,
    parameters: Parameters,
    budget: float,
    *,
    response: Response = "best",
    detect: Mapping[str, float] | None = None,
    cost: Mapping[str, float] | None = None,
    jurisdiction: Collection[str] = (),
    priority: bool = False,
    time_limit: float | None = None,
    roads_for: int = 0,
) -> Plan:
    """Choose crossings to watch.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
        Those of the analysis; section ``interdiction`` holds post detection and hazard.
    budget : float
        What the posts may cost together; a post costs 1 unless `cost` says otherwise.
    response : {"best", "logit", "none"}
        How traffickers answer.
    detect, cost : mapping of str to float
        Post detection and cost of a post at single crossings.
    jurisdiction : collection of str
        Only crossings that one of these countries is a side of; all by default.
    priority : bool
        Whether to make the nested list for the budgets up to this one.
    time_limit : float, optional
        Seconds for each search; the best plan so far is returned with its gap, as after Ctrl-C.
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
    if not (isfinite(budget) and budget >= 0):
        raise RoutesError(f"budget: wanted a number of at least 0, got {budget:g}.")
    candidates = _candidates(analysis, parameters, detect or {}, cost or {}, jurisdiction)
    game = _game(analysis, parameters, response, candidates, time_limit)
    chosen = game.solve(budget)
    posts = tuple(_post(analysis, candidates, x) for x in _by_gain(game, candidates, chosen.names))
    watched = {post.id: post.detection for post in posts}
    evaders = game.evaders if isinstance(game, _Best) else None
    return Plan(
        response=response,
        budget=budget,
        posts=posts,
        passing=chosen.passing,
        lower_bound=chosen.bound,
        gap=_gap(chosen.passing, chosen.bound),
        proven_optimal=chosen.finished,
        candidates=len(candidates),
        beyond_all=budget >= sum(price for _, price in candidates.values()),
        ways=_ways(evaders, watched) if evaders else (),
        rule_share=rule_share(evaders, {x: p for x, (p, _) in candidates.items()}) if evaders else 0.0,
        priority=_priority(analysis, game, candidates, budget, chosen) if priority else (),
        displacement=whatif(analysis, parameters, watch=watched, roads_for=roads_for),
    )


def _gap(passing: float, bound: float) -> float:
    return max(0.0, (passing - bound) / passing) if passing > 0 else 0.0


def _candidates(
    analysis: Analysis,
    parameters: Parameters,
    detect: Mapping[str, float],
    cost: Mapping[str, float],
    jurisdiction: Collection[str],
) -> dict[str, tuple[float, float]]:
    """Crossings that can be watched: id -> (post detection, cost)."""
    graph = analysis.untied.graph
    sides: dict[str, set[str]] = {}
    for _, data in graph.nodes(data=True):
        if data["kind"] == "crossing":
            sides.setdefault(data["place"], set()).update((data["country"], data["came_from"]))
    countries = {code for both in sides.values() for code in both}
    for code in jurisdiction:
        if code not in countries:
            raise RoutesError(f"jurisdiction: wanted one of {', '.join(sorted(countries))}, got {code!r}.")
    given = [
        _checked(graph_names, sides) for graph_names in (_known(analysis, detect), _known(analysis, cost))
    ]
    for name, p in given[0].items():
        if not 0 < p < 1:
            raise RoutesError(f"detection at {name}: wanted a probability above 0 and below 1, got {p:g}.")
    for name, price in given[1].items():
        if not 0 < price < float("inf"):
            raise RoutesError(f"cost of {name}: wanted a number above 0, got {price:g}.")
    usual = parameters.interdiction.post_detection
    found = {
        x: (given[0].get(x, usual), given[1].get(x, 1.0))
        for x, both in sorted(sides.items())
        if not jurisdiction or both & set(jurisdiction)
    }
    if not found:
        raise RoutesError("there is no crossing that could be watched.")
    return found


def _known(analysis: Analysis, values: Mapping[str, float]) -> dict[str, float]:
    return {known_place(analysis.untied.graph, name): value for name, value in values.items()}


def _checked(values: dict[str, float], sides: Mapping[str, object]) -> dict[str, float]:
    for name in values:
        if name not in sides:
            raise RoutesError(f"{name} is a gate. Posts stand at crossings; ask whatif about a gate.")
    return values


def _post(analysis: Analysis, candidates: Mapping[str, tuple[float, float]], name: str) -> Post:
    title, _, _, lon, lat = place_facts(analysis.network)["crossing", name]
    post_detection, cost = candidates[name]
    status = status_of(analysis, name)
    return Post(
        id=name,
        name=title,
        lon=float(lon),
        lat=float(lat),
        detection=post_detection,
        cost=cost,
        status=status,
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """Posts, what gets past them, and the bound below every plan of the budget."""

    names: tuple[str, ...]
    passing: float
    bound: float
    finished: bool


class _Game(Protocol):
    def solve(self, budget: float) -> _Choice: ...

    def passing(self, posts: Collection[str]) -> float: ...


@dataclass(frozen=True, slots=True)
class _Best:
    evaders: Evaders
    candidates: Mapping[str, tuple[float, float]]
    time_limit: float | None

    def solve(self, budget: float) -> _Choice:
        found = self.evaders.solve(budget, self.time_limit)
        names = tuple(sorted(str(start[1]) for start, _ in found.edges if isinstance(start, tuple)))
        return _Choice(names, found.evasion_probability, found.lower_bound, found.proven_optimal)

    def passing(self, posts: Collection[str]) -> float:
        return self.evaders.passing({x: self.candidates[x][0] for x in posts})


@dataclass(frozen=True, slots=True)
class _Shares:
    passages: Passages
    search: Callable[[float], Found]
    value: Callable[[np.ndarray[tuple[int], np.dtype[np.bool_]]], float]

    def solve(self, budget: float) -> _Choice:
        found = self.search(budget)
        names = tuple(x for x, taken in zip(self.passages.names, found.plan, strict=True) if taken)
        return _Choice(names, found.passing, found.bound, found.finished)

    def passing(self, posts: Collection[str]) -> float:
        return self.value(np.array([x in posts for x in self.passages.names], bool))


def _game(
    analysis: Analysis,
    parameters: Parameters,
    response: Response,
    candidates: Mapping[str, tuple[float, float]],
    time_limit: float | None,
) -> _Best | _Shares:
    graph, flows = analysis.untied.graph, flows_of(analysis)
    if response == "best":
        hazard = parameters.interdiction.hazard_per_1000_km / 1000
        return _Best(evaders_of(graph, flows, candidates, hazard), candidates, time_limit)
    if response not in RESPONSES:
        raise RoutesError(f"response: wanted one of {', '.join(RESPONSES)}, got {response!r}.")
    passages = passages_of(graph, flows, candidates)
    if response == "logit":
        return _Shares(passages, lambda budget: choose_logit(passages, budget), passages.caught_logit)
    return _Shares(passages, lambda budget: capture(passages, budget, time_limit), passages.caught_none)


def _by_gain(
    game: _Game, candidates: Mapping[str, tuple[float, float]], names: Collection[str]
) -> tuple[str, ...]:
    """Order posts by what each adds for its cost to those before it."""
    order: list[str] = []
    left = sorted(names)
    while left:
        now = game.passing(order)
        best = max(left, key=lambda x: (now - game.passing([*order, x])) / candidates[x][1])
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


def _priority(
    analysis: Analysis,
    game: _Best | _Shares,
    candidates: Mapping[str, tuple[float, float]],
    budget: float,
    largest: _Choice,
) -> tuple[PriorityStep, ...]:
    """Nested list: each budget's posts hold those of the smaller ones (Koc & Morton 2015)."""
    best = {budget: largest}

    def best_for(spent: float) -> _Choice:
        if spent not in best:
            best[spent] = game.solve(spent)
        return best[spent]

    cheapest = min(price for _, price in candidates.values())
    spent = cheapest
    while spent < min(budget, _BUDGETS_AT_MOST * cheapest) and len(largest.names):
        if not best_for(spent).finished:
            break
        spent += cheapest
    pool = sorted({x for choice in best.values() for x in choice.names})
    order = nested_order(pool, game.passing, {x: candidates[x][1] for x in pool}, budget)
    steps, spent = [], 0.0
    for i, name in enumerate(order):
        spent += candidates[name][1]
        choice = best_for(spent)
        steps.append(
            PriorityStep(
                post=_post(analysis, candidates, name),
                budget=spent,
                passing=game.passing(order[: i + 1]),
                best_passing=choice.passing,
                best_bound=choice.bound,
                best_posts=choice.names,
            )
        )
    return tuple(steps)


def nested_order(
    pool: Sequence[str],
    passing: Callable[[Sequence[str]], float],
    cost: Mapping[str, float],
    budget: float,
) -> list[str]:
    """Order posts so that the mean of what gets through over the budgets along the list is least.

    Where all posts cost the same and there are few enough, by dynamic programming over sets: exact among
    the posts of the pool. Else by what each adds for its cost.

    Parameters
    ----------
    pool : sequence of str
        Posts to choose from: those of the best plans of all budgets.
    passing : callable
        What gets past some posts.
    cost : mapping of str to float
    budget : float

    Examples
    --------
    >>> worth = {"a": 0.1, "b": 0.3, "c": 0.2}
    >>> nested_order(["a", "b", "c"], lambda s: 1 - sum(worth[x] for x in s), dict.fromkeys("abc", 1.0), 2)
    ['b', 'c']
    """
    prices = set(cost.values())
    length = min(len(pool), int(budget / min(prices) + 1e-9)) if pool else 0
    subsets = sum(comb(len(pool), k) for k in range(1, length + 1))
    if len(prices) != 1 or subsets > _SUBSETS_AT_MOST:
        return _greedy_order(pool, passing, cost, budget)
    chain: dict[frozenset[str], tuple[float, tuple[str, ...]]] = {frozenset(): (0.0, ())}
    for size in range(1, length + 1):
        for some in combinations(pool, size):
            key = frozenset(some)
            last = min(some, key=lambda x: (chain[key - {x}][0], x))
            total, order = chain[key - {last}]
            chain[key] = (total + passing(some), (*order, last))
    full = [value for key, value in chain.items() if len(key) == length]
    return list(min(full)[1])


def _greedy_order(
    pool: Sequence[str],
    passing: Callable[[Sequence[str]], float],
    cost: Mapping[str, float],
    budget: float,
) -> list[str]:
    order: list[str] = []
    left, spent = list(pool), 0.0
    while left := [x for x in left if spent + cost[x] <= budget + 1e-9]:
        now = passing(order)
        gain = {x: (now - passing([*order, x])) / cost[x] for x in left}
        best = max(left, key=lambda x: (gain[x], x))
        order.append(best)
        left.remove(best)
        spent += cost[best]
    return order
