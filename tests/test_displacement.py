"""What-ifs: worked out by hand, and what must hold on any crossing graph."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import add_area, add_crossing, add_gate, add_legs
from planning_networks import DOUBLING, analysis_of, road_graphs, two_bridges

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.parameters import RouteChoice
from routes.planning.displacement import known_place, whatif
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from routes.results import Displacement


@pytest.fixture(scope="module")
def bundled() -> Analysis:
    return analyse(load_inputs())


def shares(moved: Displacement, side: str = "after") -> dict[str, float]:
    return {row.id: getattr(row, side) for row in (*moved.crossings, *moved.gates)}


def by_area(moved: Displacement, side: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in moved.corridors:
        total[row.processing_area] += getattr(row, side)
    return total


def two_towns() -> nx.DiGraph:
    """The two bridges, and a second town, twice as important, that only the north bridge reaches."""
    graph = two_bridges()
    add_area(graph, "hill", "BBB", 2.0)
    add_legs(graph, {("north", "hill"): 10.0})
    return graph


def test_two_bridges_by_hand() -> None:
    # Odds of the south are 2 to 1, for it is 200 km-equivalents shorter and 200 halve the odds.
    analysis = analysis_of(two_bridges())
    assert shares(whatif(analysis, DOUBLING), "before") == pytest.approx(
        {"port": 1, "south": 2 / 3, "north": 1 / 3}
    )
    assert shares(whatif(analysis, DOUBLING, close=["south"])) == pytest.approx(
        {"port": 1, "south": 0, "north": 1}
    )
    for moved in (
        whatif(analysis, DOUBLING, penalty={"south": 200}),  # as long as the north: odds 1 to 1
        whatif(analysis, DOUBLING, watch={"south": 0.5}),  # half of those who go are caught: odds 1 to 1
    ):
        assert shares(moved) == pytest.approx({"port": 1, "south": 0.5, "north": 0.5})


def test_costs_before_and_after_by_hand() -> None:
    # 2/3 of 150 and 1/3 of 350 are 217; all by the north 350; a team adds no cost of its own.
    analysis = analysis_of(two_bridges())
    assert whatif(analysis, DOUBLING, close=["south"]).cost_after == pytest.approx(350)
    assert whatif(analysis, DOUBLING).cost_before == pytest.approx(650 / 3)


def test_the_effect_of_cost_learnt_from_seizures_counts_for_a_penalty_and_not_for_a_post() -> None:
    # exp(u * 200 / 1000) = 2 undoes a penalty of 200; the odds past a post still fall by one half.
    analysis = analysis_of(two_bridges(), cost_effect=float(np.log(2)) * 5)
    before = shares(whatif(analysis, DOUBLING), "before")
    assert before["south"] == pytest.approx(0.5)
    assert shares(whatif(analysis, DOUBLING, penalty={"south": 200}))["south"] == pytest.approx(0.5)
    assert shares(whatif(analysis, DOUBLING, watch={"south": 0.5}))["south"] == pytest.approx(1 / 3)


def test_what_is_out_of_reach_is_told_and_an_area_keeps_its_inflow() -> None:
    analysis = analysis_of(two_towns())
    moved = whatif(analysis, DOUBLING, close=["north"])
    assert moved.unreachable_areas == ("hill",)
    assert moved.no_way_share == pytest.approx(2 / 3)
    assert by_area(moved, "after")["town"] == pytest.approx(1 / 3)
    dearer = whatif(analysis, DOUBLING, penalty={"north": 500})
    assert by_area(dearer, "after") == pytest.approx(by_area(dearer, "before"))
    assert dearer.unreachable_areas == ()


def test_a_closed_gate_sends_its_inflow_to_the_others() -> None:
    graph = two_bridges()
    add_gate(graph, "quay", "AAA")
    add_legs(graph, {("quay", "north"): 300.0})
    moved = whatif(analysis_of(graph), DOUBLING, close=["port"])
    assert shares(moved)["quay"] == pytest.approx(1)
    assert shares(moved)["south"] == 0
    assert [post.id for post in moved.closed] == ["port"]


def test_a_gate_that_loses_its_way_is_told() -> None:
    graph = two_bridges()
    add_gate(graph, "quay", "AAA")
    add_legs(graph, {("quay", "north"): 100.0})
    assert whatif(analysis_of(graph), DOUBLING, close=["north"]).unreachable_gates == ("quay",)


def test_no_reachable_corridor_is_a_clear_answer() -> None:
    with pytest.raises(RoutesError, match="no gate reaches any processing area any more"):
        whatif(analysis_of(two_bridges()), DOUBLING, close=["north", "south"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"close": ["sout"]}, r"no crossing or gate 'sout'. Did you mean south"),
        ({"close": ["xyzzy"]}, "routes chokepoints lists them"),
        ({"penalty": {"south": -1.0}}, "penalty of south: wanted km-equivalents of at least 0, got -1"),
        ({"penalty": {"south": float("nan")}}, "got nan"),
        ({"watch": {"south": 1.0}}, "to below 1, got 1. To let nothing through, close it"),
        ({"watch": {"south": -0.1}}, "wanted a probability"),
    ],
)
def test_bad_changes_are_refused(change: dict, message: str) -> None:
    with pytest.raises(RoutesError, match=message):
        whatif(analysis_of(two_bridges()), DOUBLING, **change)


def test_names_are_found_whatever_their_case() -> None:
    assert known_place(two_bridges(), " South") == "south"
    graph = nx.DiGraph()
    add_crossing(graph, "islam-qala", "AAA", "BBB")
    assert known_place(graph, "Islam Qala") == "islam-qala"


@settings(derandomize=True, deadline=None, max_examples=100)
@given(road_graphs(), st.data())
def test_shares_sum_to_one_and_closing_never_opens_a_way(graph: nx.DiGraph, data: st.DataObject) -> None:
    try:
        analysis = analysis_of(graph, spread=0.5)
    except RoutesError:
        assume(False)  # noqa: FBT003 - hypothesis takes it by position
    places = sorted({d["place"] for _, d in graph.nodes(data=True) if d["kind"] != "processing_area"})
    closed = data.draw(st.lists(st.sampled_from(places), max_size=2, unique=True))
    watched = dict.fromkeys(data.draw(st.lists(st.sampled_from(places), max_size=2, unique=True)), 0.6)
    try:
        moved = whatif(analysis, DOUBLING, close=closed, watch=watched)
    except RoutesError:
        return  # everything shut
    assert sum(row.before for row in moved.corridors) + moved.rest == pytest.approx(1)
    assert sum(row.after for row in moved.corridors) + moved.rest + moved.no_way_share == pytest.approx(1)
    after = shares(moved)
    assert all(after.get(x, 0.0) == 0 for x in closed)
    before_areas, after_areas = by_area(moved, "before"), by_area(moved, "after")
    for area, inflow in before_areas.items():
        assert after_areas[area] == pytest.approx(0.0 if area in moved.unreachable_areas else inflow)
    for row in (*moved.crossings, *moved.corridors):
        assert row.change_90[0] <= row.change_90[1] + 1e-12


@settings(derandomize=True, deadline=None, max_examples=50)
@given(road_graphs())
def test_a_change_of_nothing_changes_nothing(graph: nx.DiGraph) -> None:
    try:
        analysis = analysis_of(graph, spread=0.5)
    except RoutesError:
        assume(False)  # noqa: FBT003 - hypothesis takes it by position
    crossing = next(d["place"] for _, d in graph.nodes(data=True) if d["kind"] == "crossing")
    moved = whatif(analysis, DOUBLING, watch={crossing: 0.0}, penalty={crossing: 0.0})
    for row in moved.corridors:
        assert row.after == pytest.approx(row.before)
        assert row.change_90 == pytest.approx((0, 0), abs=1e-12)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(road_graphs(), st.data())
def test_a_watched_crossing_never_wins(graph: nx.DiGraph, data: st.DataObject) -> None:
    """Without path size, which may shift a little, watching one place alone takes inflow from it."""
    choice = RouteChoice(scale_km=200, path_size_exponent=0.0, coverage=0.999999)
    try:
        analysis = analysis_of(graph, choice)
    except RoutesError:
        assume(False)  # noqa: FBT003 - hypothesis takes it by position
    crossings = sorted({d["place"] for _, d in graph.nodes(data=True) if d["kind"] == "crossing"})
    watched = data.draw(st.sampled_from(crossings))
    moved = whatif(analysis, choice, watch={watched: 0.7})
    row = next((row for row in moved.crossings if row.id == watched), None)
    assert row is None or row.after <= row.before + 1e-6


def test_bundled_before_is_the_ranking_and_torkham_moves_to_its_neighbours(bundled: Analysis) -> None:
    moved = whatif(bundled, RouteChoice(), close=["torkham"], roads_for=5)
    known = {c.id: c.posterior_share for c in bundled.ranking.corridors}
    before = {row.id: row.before for row in moved.corridors if row.before}
    assert before == pytest.approx(known)
    assert moved.crossings[0].id == "torkham"
    risen = {row.id for row in moved.crossings if row.after > row.before + 0.005}
    assert risen & {"kharlachi", "ghulam-khan", "angoor-adda"}
    assert sum(bool(row.pieces) for row in moved.corridors) == 5
    assert moved.cost_after > moved.cost_before
    assert moved.unreachable_areas == ()
