"""Known answers, brute force as the oracle, and what must hold whatever the numbers are."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routes.planning.interdiction import (
    branch_and_cut,
    evasion_probability,
    level_cuts,
    most_vital_edges,
    place_sensors,
)

DATA = Path(__file__).parent / "data"
SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)

# Pan and Morton's instance 0: watched evasion (None: as given; else this part of the unwatched),
# budget, optimum.
SNIP = [
    (None, 30, 0.313135),
    (None, 60, 0.305466),
    (None, 90, 0.304991),
    (0.5, 30, 0.275515),
    (0.5, 60, 0.237098),
    (0.1, 30, 0.216429),
    (0.0, 30, 0.204604),
]
SLOW_SNIP = [
    (0.5, 90, 0.218991),
    (0.1, 60, 0.163516),
    (0.1, 90, 0.121485),
    (0.0, 60, 0.150260),
    (0.0, 90, 0.096025),
]


def snip_table(name: str) -> list[list[float]]:
    lines = (DATA / "snip" / name).read_text().splitlines()
    return [[float(word) for word in line.split()] for line in lines if line.strip()]


def snip(part: float | None) -> tuple[nx.DiGraph, pd.DataFrame]:
    graph = nx.DiGraph()
    for tail, head, evasion in snip_table("arcgain0.txt"):
        graph.add_edge(int(tail), int(head), evasion=evasion)
    for tail, head, evasion, watched in snip_table("intd_arc0.txt"):
        after = watched if part is None else part * evasion
        graph.add_edge(int(tail), int(head), evasion=evasion, evasion_watched=after)
    rows = [(int(o), int(d), p) for o, d, p in snip_table("Scenarios.txt")]
    return graph, pd.DataFrame(rows, columns=["origin", "destination", "probability"])


def check_snip(part: float | None, budget: int, optimum: float) -> None:
    graph, scenarios = snip(part)
    plan = place_sensors(graph, scenarios, budget)
    assert plan.proven_optimal
    assert len(plan.edges) <= budget
    assert plan.evasion_probability == pytest.approx(optimum, abs=1e-6)
    assert plan.lower_bound == pytest.approx(optimum, abs=1e-6)
    assert evasion_probability(graph, scenarios, plan.edges) == plan.evasion_probability


@pytest.mark.slow
@pytest.mark.parametrize(("part", "budget", "optimum"), SNIP)
def test_snip(part: float | None, budget: int, optimum: float) -> None:
    check_snip(part, budget, optimum)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "budget", "optimum"), SLOW_SNIP)
def test_snip_slow(part: float | None, budget: int, optimum: float) -> None:
    check_snip(part, budget, optimum)


def test_snip_without_sensors() -> None:
    graph, scenarios = snip(None)
    assert (len(graph), graph.number_of_edges()) == (783, 2586)
    assert evasion_probability(graph, scenarios, []) == pytest.approx(0.421832, abs=1e-6)


def sioux_falls() -> nx.DiGraph:
    graph = nx.DiGraph()
    with (DATA / "sioux_falls.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            graph.add_edge(int(row["from"]), int(row["to"]), length=float(row["free_flow_time"]))
    return graph


@pytest.mark.parametrize(
    ("source", "target", "before", "after"),
    [(1, 20, 22, [24, 27, 29, 34, 39]), (13, 2, 17, [22, 27, 29, 34, 37]), (7, 24, 15, [20, 23, 25, 30, 31])],
)
def test_sioux_falls(source: int, target: int, before: int, after: list[int]) -> None:
    for budget, length in zip((1, 2, 3, 5, 8), after, strict=True):
        found = most_vital_edges(sioux_falls(), source, target, budget, delay=5)
        assert (found.length_before, found.length_after) == (before, length)
        assert found.proven_optimal
        assert found.gap == pytest.approx(0, abs=1e-9)


# --- brute force -----------------------------------------------------------------------------


@st.composite
def sensor_problems(draw: st.DrawFn) -> tuple[nx.DiGraph, list[dict[str, object]], float]:
    size = draw(st.integers(2, 9))
    seed = draw(st.integers(0, 2**32 - 1))
    with_costs, zero = draw(st.booleans()), draw(st.booleans())
    rng = np.random.default_rng(seed)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    pairs = [(u, v) for u in range(size) for v in range(size) if u != v]
    chosen = rng.permutation(len(pairs))[: rng.integers(1, min(len(pairs), 22) + 1)]
    for place in chosen:
        graph.add_edge(*pairs[place], evasion=float(rng.choice([1.0, rng.uniform(0.05, 1)])))
    candidates = list(graph.edges)[: rng.integers(0, 9)]
    for edge in candidates:
        data = graph.edges[edge]
        data["evasion_watched"] = (
            0.0 if zero else data["evasion"] * float(rng.choice([0, 0.3, rng.uniform(), 1]))
        )
        if with_costs:
            data["cost"] = float(rng.choice([0, 0.5, 1, 1.7, 3, math.inf]))
    scenarios = [
        {
            "origin": int(rng.integers(size)),
            "destination": int(rng.integers(size)),
            "probability": float(rng.uniform()),
        }
        for _ in range(rng.integers(1, 6))
    ]
    return graph, scenarios, float(rng.choice([0, 1, 2, 2.5, 3, 4, 20]))


def affordable(edges: list[tuple[int, int]], costs: list[float], budget: float):
    for chosen in itertools.product([False, True], repeat=len(edges)):
        bill = sum(cost for cost, taken in zip(costs, chosen, strict=True) if taken)
        if bill <= budget + 1e-9:
            yield [edge for edge, taken in zip(edges, chosen, strict=True) if taken]


def best_by_brute_force(graph: nx.DiGraph, scenarios: list[dict], budget: float) -> float:
    edges = [(u, v) for u, v, data in graph.edges(data=True) if "evasion_watched" in data]
    costs = [graph.edges[edge].get("cost", 1.0) for edge in edges]
    return min(_evasion(graph, scenarios, plan) for plan in affordable(edges, costs, budget))


def _evasion(graph: nx.DiGraph, scenarios: list[dict], plan: list[tuple[int, int]]) -> float:
    """Work out every walk's product by value iteration: nothing in common with the package."""
    best = np.eye(len(graph))
    passing = np.zeros((len(graph), len(graph)))
    for u, v, data in graph.edges(data=True):
        passing[u, v] = data["evasion_watched"] if (u, v) in plan else data["evasion"]
    for _ in range(len(graph)):
        best = np.maximum(best, (passing[:, :, None] * best[None, :, :]).max(axis=1))
    return sum(row["probability"] * best[row["origin"], row["destination"]] for row in scenarios)


@SETTINGS
@given(sensor_problems())
def test_sensors_agree_with_brute_force(problem) -> None:
    graph, scenarios, budget = problem
    plan = place_sensors(graph, scenarios, budget)
    optimum = best_by_brute_force(graph, scenarios, budget)
    assert plan.proven_optimal
    assert plan.evasion_probability == pytest.approx(optimum, abs=1e-6)
    assert plan.lower_bound <= optimum + 1e-9
    assert plan.evasion_probability - plan.lower_bound <= 1e-6
    assert sum(graph.edges[edge].get("cost", 1.0) for edge in plan.edges) <= budget + 1e-9


@SETTINGS
@given(sensor_problems())
def test_frontiers_cut_short_cost_time_but_no_proof(problem) -> None:
    graph, scenarios, budget = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(level_cuts, "MAX_LABELS", 3)
        plan = place_sensors(graph, scenarios, budget)
    optimum = best_by_brute_force(graph, scenarios, budget)
    assert plan.proven_optimal
    assert plan.evasion_probability == pytest.approx(optimum, abs=1e-6)


@st.composite
def closure_problems(draw: st.DrawFn):
    size = draw(st.integers(2, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    whole, kind = draw(st.booleans()), draw(st.sampled_from(["remove", "number", "attribute"]))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    pairs = [(u, v) for u in range(size) for v in range(size) if u != v]
    for place in rng.permutation(len(pairs))[: rng.integers(1, min(len(pairs), 10) + 1)]:
        length = float(rng.integers(0, 6)) if whole else float(rng.uniform(0, 5))
        graph.add_edge(*pairs[place], length=length, price=float(rng.choice([0.5, 1, 2, math.inf])))
    for edge in graph.edges:
        if rng.random() < 0.8:
            graph.edges[edge]["slower"] = float(rng.choice([0, 1, 2.5, 7, math.inf]))
    delay = {"remove": None, "number": 3.0, "attribute": "slower"}[kind]
    cost = "price" if draw(st.booleans()) else None
    return graph, float(rng.choice([0, 1, 2, 2.5, 3, 20])), delay, cost


def longest_by_brute_force(graph, budget, delay, cost) -> float:
    added = {
        edge: math.inf if delay is None else data.get(delay) if isinstance(delay, str) else delay
        for edge, data in graph.edges.items()
    }
    edges = [edge for edge, extra in added.items() if extra is not None]
    costs = [1.0 if cost is None else graph.edges[edge][cost] for edge in edges]
    lengths = []
    for plan in affordable(edges, costs, budget):
        best = np.full(len(graph), math.inf)
        best[0] = 0
        for _ in range(len(graph)):
            for (u, v), data in graph.edges.items():
                step = data["length"] + (added[u, v] if (u, v) in plan else 0)
                best[v] = min(best[v], best[u] + step)
        lengths.append(best[1])
    return max(lengths)


@SETTINGS
@given(closure_problems())
def test_closures_agree_with_brute_force(problem) -> None:
    graph, budget, delay, cost = problem
    found = most_vital_edges(graph, 0, 1, budget, delay=delay, cost=cost)
    optimum = longest_by_brute_force(graph, budget, delay, cost)
    assert found.proven_optimal
    assert found.length_after == pytest.approx(optimum, abs=1e-6)
    assert found.upper_bound >= optimum - 1e-6
    assert found.disconnected == math.isinf(optimum)
    assert found.length_after >= found.length_before
    bill = sum(1.0 if cost is None else graph.edges[edge][cost] for edge in found.edges)
    assert bill <= budget + 1e-9


# --- what must hold whatever the numbers are ---------------------------------------------------


@SETTINGS
@given(sensor_problems())
def test_a_bigger_budget_never_lets_more_through(problem) -> None:
    graph, scenarios, budget = problem
    small = place_sensors(graph, scenarios, budget).evasion_probability
    assert place_sensors(graph, scenarios, budget + 1).evasion_probability <= small + 1e-6


@SETTINGS
@given(sensor_problems(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_edges_changes_nothing(problem, random) -> None:
    graph, scenarios, budget = problem
    edges, rows = list(graph.edges(data=True)), list(scenarios)
    random.shuffle(edges)
    random.shuffle(rows)
    shuffled = nx.DiGraph()
    shuffled.add_edges_from(edges)
    shuffled.add_nodes_from(graph)
    before = place_sensors(graph, scenarios, budget)
    after = place_sensors(shuffled, rows, budget)
    assert before.edges == after.edges
    assert before.evasion_probability == pytest.approx(after.evasion_probability, rel=1e-12)


@SETTINGS
@given(sensor_problems())
def test_doubling_all_probabilities_doubles_the_value(problem) -> None:
    graph, scenarios, budget = problem
    doubled = [{**row, "probability": 2 * row["probability"]} for row in scenarios]
    once, twice = (place_sensors(graph, rows, budget) for rows in (scenarios, doubled))
    assert twice.evasion_probability == pytest.approx(2 * once.evasion_probability, abs=2e-6)


def test_inputs_are_left_as_they_were() -> None:
    graph, scenarios = bridges()
    nodes, edges = list(graph), [(u, v, dict(data)) for u, v, data in graph.edges(data=True)]
    place_sensors(graph, scenarios, 1)
    assert (list(graph), list(graph.edges(data=True))) == (nodes, edges)


# --- edge cases --------------------------------------------------------------------------------


def bridges() -> tuple[nx.DiGraph, list[dict[str, object]]]:
    """A port, two bridges (0.9 or 0.3, 0.6 or 0), a city: watch north 0.6, south 0.9, both 0.3."""
    graph = nx.DiGraph()
    graph.add_edge("port", "north", evasion=0.9, evasion_watched=0.3)
    graph.add_edge("port", "south", evasion=0.6, evasion_watched=0.0)
    graph.add_edge("north", "city", evasion=1.0)
    graph.add_edge("south", "city", evasion=1.0)
    graph.add_node("island")
    return graph, [{"origin": "port", "destination": "city", "probability": 1.0}]


@pytest.mark.parametrize(
    ("budget", "evasion"), [(0, 0.9), (0.9, 0.9), (1, 0.6), (2, 0.3), (50, 0.3), (math.inf, 0.3)]
)
def test_budgets_from_none_to_more_than_enough(budget: float, evasion: float) -> None:
    plan = place_sensors(*bridges(), budget)
    assert plan.evasion_probability == pytest.approx(evasion)
    assert plan.proven_optimal
    assert plan.gap == pytest.approx(0, abs=1e-9)


def test_no_path_lets_nothing_through() -> None:
    graph, _ = bridges()
    plan = place_sensors(graph, [{"origin": "island", "destination": "city", "probability": 1.0}], 1)
    assert (plan.edges, plan.evasion_probability, plan.gap) == ((), 0.0, 0.0)


def test_all_watched_and_blocked_lets_nothing_through() -> None:
    graph = nx.DiGraph([(0, 1, {"evasion": 0.5, "evasion_watched": 0})])
    plan = place_sensors(graph, [{"origin": 0, "destination": 1, "probability": 1}], 1)
    assert (plan.edges, plan.evasion_probability, plan.lower_bound) == (((0, 1),), 0.0, 0.0)
    assert plan.proven_optimal


def test_no_candidates_and_no_scenarios() -> None:
    graph = nx.DiGraph([(0, 1, {"evasion": 0.5})])
    plan = place_sensors(graph, [{"origin": 0, "destination": 1, "probability": 1}], 3)
    assert (plan.edges, plan.evasion_probability, plan.proven_optimal) == ((), 0.5, True)
    assert place_sensors(graph, [], 3).evasion_probability == 0
    assert place_sensors(nx.DiGraph(), [], 3).evasion_probability == 0


def test_origin_is_destination() -> None:
    graph, _ = bridges()
    plan = place_sensors(graph, [{"origin": "port", "destination": "port", "probability": 0.4}], 2)
    assert (plan.edges, plan.evasion_probability) == ((), 0.4)


def test_scenarios_come_in_any_table() -> None:
    graph, records = bridges()
    frame = pd.DataFrame(records)
    columns = frame.to_dict("list")
    answers = [place_sensors(graph, table, 1).edges for table in (records, frame, columns)]
    assert answers == [(("port", "north"),)] * 3


def test_rows_of_one_pair_add_up() -> None:
    graph, records = bridges()
    assert place_sensors(graph, records * 3, 1).evasion_probability == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin": "atlantis"}, "row 0, origin: wanted a node of the graph, got 'atlantis'"),
        ({"destination": None}, "row 0, destination: wanted a node of the graph, got None"),
        ({"probability": -0.1}, "row 0, probability: wanted a finite weight .* got -0.1"),
        ({"probability": math.nan}, "row 0, probability: wanted .* got nan"),
        ({"probability": "much"}, "row 0, probability: wanted .* got 'much'"),
    ],
)
def test_bad_scenarios(change: dict[str, object], message: str) -> None:
    graph, records = bridges()
    with pytest.raises(ValueError, match=message):
        place_sensors(graph, [{**records[0], **change}], 1)
    with pytest.raises(ValueError, match=message):
        evasion_probability(graph, [{**records[0], **change}], [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"evasion": 0.0}, "edge 'port' -> 'north', evasion: wanted a probability above 0 .* got 0.0"),
        ({"evasion": 1.2}, "evasion: wanted .* got 1.2"),
        ({"evasion": math.nan}, "evasion: wanted .* got nan"),
        ({"evasion_watched": 0.95}, r"evasion_watched: wanted .* \(0.9\), got 0.95"),
        ({"evasion_watched": -1}, "evasion_watched: wanted .* got -1"),
        ({"evasion_watched": None}, "evasion_watched: wanted .* got None"),
        ({"cost": -1}, "cost: wanted a number of at least 0, got -1"),
    ],
)
def test_bad_edges(change: dict[str, object], message: str) -> None:
    graph, records = bridges()
    graph.edges["port", "north"].update(change)
    with pytest.raises(ValueError, match=message):
        place_sensors(graph, records, 1)


def test_all_faults_come_at_once_and_a_missing_attribute_is_named() -> None:
    graph, records = bridges()
    graph.edges["port", "north"]["evasion"] = 7
    del graph.edges["south", "city"]["evasion"]
    with pytest.raises(ValueError, match=r"'north'.* got 7\nedge 'south'.* no such attribute"):
        place_sensors(graph, records, 1)


@pytest.mark.parametrize("budget", [-1, math.nan, "five", None])
def test_bad_budgets(budget: object) -> None:
    with pytest.raises(ValueError, match=r"budget: wanted a number of at least 0, got"):
        place_sensors(*bridges(), budget)


def test_bad_time_limit_table_and_graph() -> None:
    graph, records = bridges()
    with pytest.raises(ValueError, match="time_limit: wanted"):
        place_sensors(graph, records, 1, time_limit=-1)
    with pytest.raises(ValueError, match=r"missing.*probability"):
        place_sensors(graph, {"origin": ["port"], "destination": ["city"]}, 1)
    with pytest.raises(ValueError, match="columns of one length"):
        place_sensors(graph, {"origin": ["port"], "destination": ["city"], "probability": []}, 1)
    with pytest.raises(ValueError, match="row 0, probability: wanted, but the row has"):
        place_sensors(graph, [{"origin": "port", "destination": "city"}], 1)
    with pytest.raises(ValueError, match=r"row 0, wanted .* by name, got \('port', 'city', 1\)"):
        place_sensors(graph, [("port", "city", 1)], 1)
    for wrong in (nx.Graph(graph), nx.MultiDiGraph(graph)):
        with pytest.raises(ValueError, match=r"wanted a networkx\.DiGraph, got a"):
            place_sensors(wrong, records, 1)
    with pytest.raises(ValueError, match=r"watched edge .*wanted an edge of the graph with"):
        evasion_probability(graph, records, [("north", "city")])


def test_nodes_need_not_be_comparable() -> None:
    graph, records = bridges()
    graph.add_edge(7, ("a", 1), evasion=0.5, evasion_watched=0.1)
    records.append({"origin": 7, "destination": ("a", 1), "probability": 1.0})
    assert place_sensors(graph, records, 2).evasion_probability == pytest.approx(0.6 + 0.1)


def test_costs_decide_what_can_be_bought() -> None:
    graph, records = bridges()
    graph.edges["port", "north"]["cost"] = 3
    assert place_sensors(graph, records, 2.5).evasion_probability == pytest.approx(0.9)
    assert place_sensors(graph, records, 3).edges == (("port", "north"),)


def test_a_plan_has_no_idle_sensors() -> None:
    graph, records = bridges()
    graph.add_edge("island", "city", evasion=0.5, evasion_watched=0.1)
    assert len(place_sensors(graph, records, 3).edges) == 2


def test_time_limit_gives_a_plan_and_an_honest_gap() -> None:
    graph, scenarios = snip(0.1)
    for limit in (0, 1):
        plan = place_sensors(graph, scenarios, 90, time_limit=limit)
        assert not plan.proven_optimal
        assert plan.lower_bound <= 0.121486
        assert 0.121485 <= plan.evasion_probability <= 0.421833
        assert plan.gap == pytest.approx(1 - plan.lower_bound / plan.evasion_probability)


def test_an_interrupt_gives_a_plan_and_an_honest_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    solve, calls = branch_and_cut._LinearProgram.solve, itertools.count()

    def interrupted(*args: object) -> object:
        if next(calls) == 12:
            raise KeyboardInterrupt
        return solve(*args)

    monkeypatch.setattr(branch_and_cut._LinearProgram, "solve", interrupted)
    plan = place_sensors(*snip(0.5), 30)
    assert not plan.proven_optimal
    assert plan.lower_bound < 0.275516 < plan.evasion_probability + 1e-6 < 0.421832
    assert plan.gap > 0


def test_closures_that_cut_off_are_said_to() -> None:
    graph = nx.DiGraph([("a", "b", {"length": 1}), ("b", "c", {"length": 1})])
    found = most_vital_edges(graph, "a", "c", 1)
    assert found.disconnected
    assert (found.length_after, found.gap, found.proven_optimal) == (math.inf, 0.0, True)
    assert len(found.edges) == 1


def test_parallel_roads_are_not_a_single_vital_edge() -> None:
    graph = nx.DiGraph()
    for middle in "xy":
        graph.add_edge("a", middle, length=1)
        graph.add_edge(middle, "b", length=1)
    found = most_vital_edges(graph, "a", "b", 1)
    assert (found.length_after, found.disconnected) == (2.0, False)
    assert most_vital_edges(graph, "a", "b", 2).disconnected


@pytest.mark.parametrize(
    ("source", "target", "before"), [("a", "a", 0.0), ("a", "far", math.inf), ("a", "b", 2.0)]
)
def test_closures_with_nothing_to_do(source: str, target: str, before: float) -> None:
    graph = nx.DiGraph([("a", "b", {"length": 2})])
    graph.add_node("far")
    found = most_vital_edges(graph, source, target, 0)
    assert (found.edges, found.length_before, found.length_after) == ((), before, before)
    assert found.proven_optimal
    assert found.gap == 0


def test_closures_refuse_bad_input() -> None:
    graph = nx.DiGraph([("a", "b", {"length": 2, "slower": -1})])
    wrong = [
        ({"source": "z"}, "source: wanted a node of the graph, got 'z'"),
        ({"budget": -1}, "budget: wanted"),
        ({"length": "lenght"}, "edge 'a' -> 'b', lenght: .* no such attribute"),
        ({"delay": -3}, "delay: wanted a number of at least 0.* got -3"),
        ({"delay": "slower"}, "edge 'a' -> 'b', slower: wanted a number of at least 0, got -1"),
        ({"cost": "price"}, "price: wanted .* no such attribute"),
        ({"time_limit": math.nan}, "time_limit: wanted"),
    ]
    for change, message in wrong:
        arguments = {"source": "a", "target": "b", "budget": 1} | change
        with pytest.raises(ValueError, match=message):
            most_vital_edges(graph, **arguments)


def test_closures_out_of_time_have_honest_bounds() -> None:
    found = most_vital_edges(sioux_falls(), 7, 24, 8, delay=5, time_limit=0)
    assert not found.proven_optimal
    assert found.lower_bound <= 31 <= found.upper_bound
    assert 0 < found.gap <= 1


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    place_sensors(*bridges(), 1)
    assert capfd.readouterr() == ("", "")
