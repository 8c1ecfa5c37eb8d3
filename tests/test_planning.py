"""Plans: worked out by hand, and against every plan there is on small crossing graphs."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning_networks import DOUBLING, analysis_of, road_graphs, two_bridges

from routes.errors import RoutesError
from routes.parameters import Interdiction, Parameters
from routes.planning import capture as capture_module
from routes.planning.capture import capture, choose_best, choose_logit, improvements
from routes.planning.evaders import best_ways, evaders_of, rule_share
from routes.planning.flows import flows_of
from routes.planning.interdiction import evasion_probability
from routes.planning.passages import Passages, passages_of
from routes.planning.plan import plan
from routes.planning.posts import Deployment
from routes.planning.priority import nested_order
from routes.planning.rosters import Rota

if TYPE_CHECKING:
    import networkx as nx

    from routes.analysis import Analysis

SMALL = Parameters(route_choice=DOUBLING, interdiction=Interdiction(0.5, 1.0))
EXAMPLES = settings(derandomize=True, deadline=None, max_examples=40)


@pytest.fixture(scope="module")
def bundled(analysis: Analysis) -> Analysis:
    return analysis


def small_analysis(graph: nx.DiGraph) -> Analysis:
    try:
        return analysis_of(graph)
    except RoutesError:
        assume(False)  # noqa: FBT003 - hypothesis takes it by position
        raise


def crossings_of(graph: nx.DiGraph) -> list[str]:
    return sorted({d["place"] for _, d in graph.nodes(data=True) if d["kind"] == "crossing"})


def plans(names: list[str] | tuple[str, ...], budget: int) -> list[tuple[str, ...]]:
    return [some for k in range(min(budget, len(names)) + 1) for some in combinations(names, k)]


def test_two_bridges_by_roads_by_hand() -> None:
    # Watching the south: half get past it, exp(-0.2) = 0.82 of them go round by the north. Both: half.
    analysis = analysis_of(two_bridges())
    one = plan(analysis, SMALL, 1, response="roads")
    assert [post.id for post in one.posts] == ["south"]
    assert one.passing == pytest.approx(np.exp(-0.2))
    assert one.ways[0].crossings_after == ("north",)
    assert one.ways[0].detour_km == pytest.approx(200)
    both = plan(analysis, SMALL, 2, response="roads")
    assert both.passing == pytest.approx(0.5)
    assert both.beyond_all
    assert (one.proven_optimal, both.proven_optimal, one.gap, one.rule_share) == (True, True, 0, 0)


def test_two_bridges_by_route_choice_and_without_reaction_by_hand() -> None:
    # Who knows the post and has his taste weighs half a chance by the power k = 1000 / (200 / ln 2) = 3.47.
    # Nobody reacts: 1/3 + 2/3 * 1/2 = 2/3. By route choice half go south then: 1/2 + 1/2 * 1/2 = 3/4.
    analysis = analysis_of(two_bridges())
    assert plan(analysis, SMALL, 1, response="none").passing == pytest.approx(2 / 3)
    moved = plan(analysis, SMALL, 1, response="logit")
    assert moved.passing == pytest.approx(3 / 4)
    assert next(row.after for row in moved.displacement.crossings if row.id == "south") == pytest.approx(0.5)
    k = 5 * np.log(2)
    best = plan(analysis, SMALL, 1, response="best")
    assert best.passing == pytest.approx((1 / 3 + 2 / 3 * 0.5**k) ** (1 / k))
    went = np.array([1 / 3, 2 / 3 * 0.5**k]) / (1 / 3 + 2 / 3 * 0.5**k)
    assert {row.response: row.passing for row in best.answers} == {
        "none": pytest.approx(2 / 3),
        "logit": pytest.approx(3 / 4),
        "best": pytest.approx(went @ [1, 0.5]),
    }


def test_costs_and_detection_of_single_crossings_count() -> None:
    analysis = analysis_of(two_bridges())
    dear = plan(analysis, SMALL, 1, response="none", posts=Deployment(cost={"south": 2}))
    assert [post.id for post in dear.posts] == ["north"]
    caught = Deployment(detect={"south": 0.9})
    assert plan(analysis, SMALL, 1, response="none", posts=caught).passing == pytest.approx(0.4)
    other = Deployment(detect={"north": 0.99, "south": 0.1})
    assert plan(analysis, SMALL, 1, response="none", posts=other).posts[0].id == "north"


@EXAMPLES
@given(road_graphs(), st.integers(0, 3))
def test_the_best_plan_is_that_of_trying_every_plan(graph: nx.DiGraph, budget: int) -> None:
    analysis = small_analysis(graph)
    names = crossings_of(graph)
    evaders = evaders_of(graph, flows_of(analysis), dict.fromkeys(names, (0.5, 1.0)), 1e-3)
    values = {some: evaders.passing(dict.fromkeys(some, 0.5)) for some in plans(names, budget)}
    found = plan(analysis, SMALL, budget, response="roads")
    assert found.passing == pytest.approx(min(values.values()), abs=1e-7)
    assert found.proven_optimal
    assert found.lower_bound <= found.passing + 1e-12
    assert evaders.passing({post.id: 0.5 for post in found.posts}) == pytest.approx(found.passing)
    assert evaders.passing({}) == pytest.approx(1)


@EXAMPLES
@given(road_graphs())
def test_passing_agrees_with_the_evaluation_of_the_solver(graph: nx.DiGraph) -> None:
    names = crossings_of(graph)
    evaders = evaders_of(graph, flows_of(small_analysis(graph)), dict.fromkeys(names, (0.5, 1.0)), 1e-3)
    for some in plans(names, 2):
        edges = [(("in", x), ("out", x)) for x in some]
        # A crossing that is on nobody's way under any plan is no part of the solver's graph.
        edges = [edge for edge in edges if evaders.sensor_graph.has_edge(*edge)]
        wanted = evasion_probability(evaders.sensor_graph, evaders.scenarios(), edges)
        assert evaders.passing(dict.fromkeys(some, 0.5)) == pytest.approx(wanted)


@EXAMPLES
@given(road_graphs())
def test_where_the_rule_share_is_zero_no_plan_is_answered_by_entering_a_country_twice(
    graph: nx.DiGraph,
) -> None:
    names = crossings_of(graph)
    evaders = evaders_of(graph, flows_of(small_analysis(graph)), dict.fromkeys(names, (0.5, 1.0)), 1e-3)
    doubtful = rule_share(evaders, dict.fromkeys(names, 0.5))
    for some in plans(names, len(names)):
        watched = dict.fromkeys(some, 0.5)
        costs = np.array([cost for cost, _ in best_ways(evaders, watched)])
        as_corridors = float(evaders.share @ np.exp(-1e-3 * (costs - evaders.least)))
        free = evaders.passing(watched)
        assert as_corridors <= free + 1e-9
        if not doubtful:
            assert as_corridors == pytest.approx(free)


@EXAMPLES
@given(road_graphs(), st.sampled_from(["roads", "best", "logit", "none"]))
def test_a_bigger_budget_never_lets_more_through(graph: nx.DiGraph, response: str) -> None:
    analysis = small_analysis(graph)
    curve = [plan(analysis, SMALL, k, response=response).passing for k in range(4)]
    assert curve[0] == pytest.approx(1)
    assert all(b <= a + 1e-9 for a, b in pairwise(curve))


@st.composite
def passages(draw: st.DrawFn) -> Passages:
    """Up to seven candidates, nine groups of corridors and three areas, made up."""
    n, groups = draw(st.integers(1, 7)), draw(st.integers(1, 9))
    q = np.array([draw(st.sampled_from([0.2, 0.5, 0.9])) for _ in range(n)])
    passed = np.array([[draw(st.booleans()) for _ in range(n)] for _ in range(groups)], float)
    share = np.array([draw(st.integers(1, 20)) for _ in range(groups)], float)
    area = np.array([draw(st.integers(0, 2)) for _ in range(groups)])
    cost = np.array([draw(st.sampled_from([1.0, 1.0, 2.0])) for _ in range(n)])
    return Passages(tuple(f"x{i}" for i in range(n)), cost, passed * np.log(q), share / share.sum(), area)


def every_mask(case: Passages, budget: float) -> list[np.ndarray]:
    n = len(case.names)
    masks = [np.array([bool(i >> k & 1) for k in range(n)]) for i in range(1 << n)]
    return [mask for mask in masks if case.cost @ mask <= budget]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(passages(), st.integers(0, 5))
def test_the_plans_of_all_responses_by_shares_are_those_of_trying_every_plan(
    case: Passages, budget: int
) -> None:
    masks = every_mask(case, budget)
    covered = capture(case, budget)
    assert covered.passing == pytest.approx(min(map(case.caught_none, masks)))
    moved = choose_logit(case, budget)
    assert moved.passing == pytest.approx(min(map(case.caught_logit, masks)))
    assert moved.finished
    assert covered.finished
    knowing = choose_best(case, budget, 3.0)
    assert knowing.passing == pytest.approx(min(float(case.worth(case.chance(m), 3.0)) for m in masks))
    assert knowing.finished
    *_, greedy = improvements(case, budget, case.caught_logit)
    assert moved.passing <= case.caught_logit(greedy) + 1e-12
    assert moved.passing >= covered.passing - 1e-9


@settings(derandomize=True, deadline=None, max_examples=60)
@given(passages(), st.integers(0, 5))
def test_the_search_by_route_choice_reckons_right_and_starts_from_a_bound(
    case: Passages, budget: int
) -> None:
    """Greedy plans are often best, so that a search with a wrong bound would seldom be seen by its plan."""
    masks = every_mask(case, budget)
    for mask in masks:
        assert case.caught_logit(mask) == pytest.approx(float(case.through(case.chance(mask), 1.0)))
    tree = capture_module._Tree(case, budget, np.zeros(len(case.names), bool))
    assert tree.open_bound() <= min(map(case.caught_logit, masks)) + 1e-9


def test_an_interrupted_search_gives_the_best_plan_so_far_with_its_gap(
    monkeypatch: pytest.MonkeyPatch, bundled: Analysis
) -> None:
    graph = bundled.crossing_graph.graph
    names = [place.id for place in bundled.ranking.crossings]
    case = passages_of(graph, flows_of(bundled), dict.fromkeys(names, (0.5, 1.0)))
    change, calls = capture_module._best_change, []

    def interrupted(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return change(*arguments)

    monkeypatch.setattr(capture_module, "_best_change", interrupted)
    found = choose_logit(case, 5)
    assert found.plan.sum() == 2
    assert not found.finished
    assert 0 < found.bound < found.passing < 1


def test_a_time_limit_gives_a_plan_and_its_gap(bundled: Analysis) -> None:
    found = plan(bundled, Parameters(), 5, time_limit=0.0)
    assert not found.proven_optimal
    assert 0 < found.gap <= 1
    assert found.lower_bound < found.passing <= 1


@pytest.mark.slow
@pytest.mark.parametrize("response", ["roads", pytest.param("best", marks=pytest.mark.slow), "logit", "none"])
def test_bundled_five_posts(bundled: Analysis, response: str) -> None:
    found = plan(bundled, Parameters(), 5, response=response, priority=True)
    assert found.proven_optimal
    assert len(found.posts) == 5
    assert {"islam-qala", "zaranj-milak"} <= {post.id for post in found.posts}
    # Roads know no rule that a country is entered once: with the gates shut, some best roads come back.
    assert (found.rule_share > 0) == (response == "roads")
    assert found.rule_share < 0.25
    steps = found.priority
    assert [step.budget for step in steps] == [1, 2, 3, 4, 5]
    assert len({step.post.id for step in steps}) == 5
    for step in steps:
        assert step.best_bound - 1e-9 <= step.best_passing <= step.passing + 1e-9
    assert all(b.passing <= a.passing + 1e-12 for a, b in pairwise(steps))
    assert steps[-1].best_passing == pytest.approx(found.passing, rel=1e-12)
    moved = found.displacement
    assert sum(row.after for row in moved.corridors) + moved.rest + moved.no_way_share == pytest.approx(1)
    assert {post.id for post in moved.posts} == {post.id for post in found.posts}


def test_response_roads_holds_for_corridors_too(bundled: Analysis) -> None:
    """No corridor-bound trafficker does better or worse than the plan says, as the rule share claims."""
    found = plan(bundled, Parameters(), 5, response="roads")
    assert sum(way.share * way.passing for way in found.ways) == pytest.approx(found.passing)
    assert sum(way.share for way in found.ways) == pytest.approx(1)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_the_nested_order_is_the_best_of_all_orders(data: st.DataObject) -> None:
    pool = ["a", "b", "c", "d"]
    values = {frozenset(some): data.draw(st.floats(0, 1)) for k in range(5) for some in combinations(pool, k)}

    def passing(posts: list[str] | tuple[str, ...]) -> float:
        return values[frozenset(posts)]

    def total(order: tuple[str, ...]) -> float:
        return sum(passing(order[: k + 1]) for k in range(len(order)))

    order = nested_order(pool, passing, dict.fromkeys(pool, 1.0), 3)
    assert total(tuple(order)) == pytest.approx(min(map(total, permutations(pool, 3))))


def test_a_priority_list_with_costs_keeps_within_the_budget(bundled: Analysis) -> None:
    dear = Deployment(cost={"spin-boldak-chaman": 2.5})
    found = plan(bundled, Parameters(), 4, posts=dear, priority=True, response="logit")
    assert found.priority[-1].budget <= 4
    assert all(step.best_passing <= step.passing + 1e-9 for step in found.priority)


def test_jurisdiction_limits_the_candidates(bundled: Analysis) -> None:
    found = plan(bundled, Parameters(), 3, posts=Deployment(jurisdiction=("IRN",)))
    sides = {place.id: place.countries for place in bundled.ranking.crossings}
    assert all("IRN" in sides[post.id] for post in found.posts)
    assert found.candidates < plan(bundled, Parameters(), 3).candidates
    assert found.passing >= plan(bundled, Parameters(), 3).passing - 1e-12


def test_budget_zero_and_a_budget_beyond_all_are_answered() -> None:
    analysis = analysis_of(two_bridges())
    for response in ("roads", "best", "logit", "none"):
        nothing = plan(analysis, SMALL, 0, response=response, priority=True)
        assert (nothing.posts, nothing.passing, nothing.gap, nothing.priority) == (
            (),
            pytest.approx(1),
            0,
            (),
        )
        everything = plan(analysis, SMALL, 99, response=response)
        assert everything.beyond_all
        assert everything.passing == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"budget": -1}, "budget: wanted a number of at least 0, got -1"),
        ({"budget": float("nan")}, "budget"),
        ({"response": "guess"}, "wanted one of logit, best, none, roads"),
        ({"rota": Rota(), "response": "none"}, "posts that rotate are planned against best"),
        ({"rota": Rota(weeks=2)}, "a roster needs the day on which it begins"),
        ({"rota": Rota(), "priority": True}, "no nested list of posts that rotate"),
        ({"posts": Deployment(jurisdiction=("XXX",))}, "jurisdiction: wanted one of AAA, BBB, got 'XXX'"),
        ({"posts": Deployment(detect={"south": 1.0})}, "detection at south: wanted a probability above 0"),
        ({"posts": Deployment(detect={"sout": 0.5})}, "Did you mean south"),
        ({"posts": Deployment(cost={"south": 0.0})}, "cost of south: wanted a number above 0"),
        ({"posts": Deployment(inspections=0.0)}, "inspections a day: wanted a number above 0"),
        ({"posts": Deployment(must=("south",), never=("south",))}, "south: both must and never"),
        ({"posts": Deployment(must=("south", "north"))}, "cost 2 together, and the budget is 1"),
        ({"posts": Deployment(cost={"port": 1.0}), "response": "roads"}, "no posts at gates \\(port\\)"),
    ],
)
def test_bad_options_are_refused(options: dict, message: str) -> None:
    with pytest.raises(RoutesError, match=message):
        plan(analysis_of(two_bridges()), SMALL, **{"budget": 1, **options})
