"""What-ifs: worked out by hand, and what must hold on any crossing graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from networks import add_area, add_crossing, add_gate, add_legs
from planning_networks import DOUBLING, analysis_of, road_graphs, two_bridges

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.parameters import Parameters, RouteChoice
from routes.planning.displacement import known_place, whatif
from routes.question import Question
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from routes.results import Displacement

DOUBLED = Parameters(route_choice=DOUBLING)


@pytest.fixture(scope="module")
def bundled(analysis: Analysis) -> Analysis:
    return analysis


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
    assert shares(whatif(analysis, DOUBLED), "before") == pytest.approx(
        {"port": 1, "south": 2 / 3, "north": 1 / 3}
    )
    assert shares(whatif(analysis, DOUBLED, impassable=["south"])) == pytest.approx(
        {"port": 1, "south": 0, "north": 1}
    )
    for moved in (
        whatif(analysis, DOUBLED, penalty={"south": 200}),  # as long as the north: odds 1 to 1
        whatif(analysis, DOUBLED, watch={"south": 0.5}),  # half of those who go are caught: odds 1 to 1
    ):
        assert shares(moved) == pytest.approx({"port": 1, "south": 0.5, "north": 0.5})


def test_costs_before_and_after_by_hand() -> None:
    # 200 km-equivalents halve the odds: -200 log2(2^-(150/200) + 2^-(350/200)) = 150 - 200 log2(1.5).
    # All by the north 350. A team that catches half costs 200: both ways 350 long, one halving: 350 - 200.
    analysis = analysis_of(two_bridges())
    assert whatif(analysis, DOUBLED, impassable=["south"]).cost_after == pytest.approx(350)
    assert whatif(analysis, DOUBLED).cost_before == pytest.approx(150 - 200 * np.log2(1.5))
    assert whatif(analysis, DOUBLED, watch={"south": 0.5}).cost_after == pytest.approx(150)


def test_closed_to_trade_costs_what_the_table_of_statuses_says_by_hand() -> None:
    # 600 more by the south, 750 against 350: odds 1 to 4, where they were 2 to 1.
    analysis = analysis_of(two_bridges())
    moved = whatif(analysis, DOUBLED, close=["south"])
    assert shares(moved) == pytest.approx({"port": 1, "south": 1 / 5, "north": 4 / 5})
    assert ([post.id for post in moved.closed], moved.impassable) == (["south"], ())
    with pytest.raises(RoutesError, match="south: closed to trade and impassable"):
        whatif(analysis, DOUBLED, close=["south"], impassable=["South"])


def test_closing_what_is_closed_changes_nothing_and_half_closed_becomes_closed() -> None:
    graph = two_bridges()
    graph.nodes["south:AAA>BBB"]["penalty"] += 400
    for parts, south in (
        ({"closed": 400.0}, 1 / 5),
        ({"closed": 600.0}, 1 / 3),
        ({"restricted": 400.0}, 1 / 5),
    ):
        analysis = analysis_of(graph, parts={"south": parts})
        moved = whatif(analysis, DOUBLED, close=["south"])
        assert shares(moved)["south"] == pytest.approx(south), parts


def test_the_effect_of_cost_learnt_from_seizures_counts_for_a_penalty_and_not_for_a_post() -> None:
    # exp(u * 200 / 1000) = 2 undoes a penalty of 200; the odds past a post still fall by one half.
    analysis = analysis_of(two_bridges(), cost_effect=float(np.log(2)) * 5)
    before = shares(whatif(analysis, DOUBLED), "before")
    assert before["south"] == pytest.approx(0.5)
    assert shares(whatif(analysis, DOUBLED, penalty={"south": 200}))["south"] == pytest.approx(0.5)
    assert shares(whatif(analysis, DOUBLED, watch={"south": 0.5}))["south"] == pytest.approx(1 / 3)


def test_what_is_out_of_reach_is_told_and_an_area_keeps_its_inflow() -> None:
    analysis = analysis_of(two_towns())
    moved = whatif(analysis, DOUBLED, impassable=["north"])
    assert moved.unreachable_areas == ("hill",)
    assert moved.no_way_share == pytest.approx(2 / 3)
    assert by_area(moved, "after")["town"] == pytest.approx(1 / 3)
    dearer = whatif(analysis, DOUBLED, penalty={"north": 500})
    assert by_area(dearer, "after") == pytest.approx(by_area(dearer, "before"))
    assert dearer.unreachable_areas == ()


def test_a_closed_gate_sends_its_inflow_to_the_others() -> None:
    graph = two_bridges()
    add_gate(graph, "quay", "AAA")
    add_legs(graph, {("quay", "north"): 300.0})
    moved = whatif(analysis_of(graph), DOUBLED, impassable=["port"])
    assert shares(moved)["quay"] == pytest.approx(1)
    assert shares(moved)["south"] == 0
    assert [post.id for post in moved.impassable] == ["port"]


def test_a_gate_that_loses_its_way_is_told() -> None:
    graph = two_bridges()
    add_gate(graph, "quay", "AAA")
    add_legs(graph, {("quay", "north"): 100.0})
    assert whatif(analysis_of(graph), DOUBLED, impassable=["north"]).unreachable_gates == ("quay",)


def test_no_reachable_corridor_is_a_clear_answer() -> None:
    with pytest.raises(RoutesError, match="no gate reaches any processing area any more"):
        whatif(analysis_of(two_bridges()), DOUBLED, impassable=["north", "south"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"impassable": ["sout"]}, r"no crossing or gate 'sout' in the network. Did you mean south"),
        ({"impassable": ["xyzzy"]}, "routes chokepoints lists them"),
        ({"penalty": {"south": -1.0}}, "penalty of south: wanted km-equivalents of at least 0, got -1"),
        ({"penalty": {"south": float("nan")}}, "got nan"),
        ({"watch": {"south": 1.0}}, "to below 1, got 1. To let nothing through, make it impassable"),
        ({"watch": {"south": -0.1}}, "wanted a probability"),
    ],
)
def test_bad_changes_are_refused(change: dict, message: str) -> None:
    with pytest.raises(RoutesError, match=message):
        whatif(analysis_of(two_bridges()), DOUBLED, **change)


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
        moved = whatif(analysis, DOUBLED, impassable=closed, watch=watched)
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
    moved = whatif(analysis, DOUBLED, watch={crossing: 0.0}, penalty={crossing: 0.0})
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
    moved = whatif(analysis, Parameters(route_choice=choice), watch={watched: 0.7})
    row = next((row for row in moved.crossings if row.id == watched), None)
    assert row is None or row.after <= row.before + 1e-6


@settings(derandomize=True, deadline=None, max_examples=60)
@given(road_graphs(), st.data())
def test_no_change_for_the_worse_makes_the_inflow_cheaper(graph: nx.DiGraph, data: st.DataObject) -> None:
    try:
        analysis = analysis_of(graph, spread=0.5)
    except RoutesError:
        assume(False)  # noqa: FBT003 - hypothesis takes it by position
    places = sorted({d["place"] for _, d in graph.nodes(data=True) if d["kind"] != "processing_area"})
    some = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True))
    what = data.draw(st.sampled_from(["close", "impassable", "penalty", "watch"]))
    change = {"penalty": dict.fromkeys(some, 50.0), "watch": dict.fromkeys(some, 0.3)}.get(what, some)
    try:
        moved = whatif(analysis, DOUBLED, **{what: change})
    except RoutesError:
        return  # everything shut
    assert moved.cost_after >= moved.cost_before - 1e-9


def test_all_iranian_crossings_shut_is_dearer(bundled: Analysis) -> None:
    shut = ["islam-qala", "zaranj-milak", "abu-nasr-farahi"]
    closed, impassable = (whatif(bundled, Parameters(), **{how: shut}) for how in ("close", "impassable"))
    assert closed.cost_before < closed.cost_after < impassable.cost_after


def test_a_closure_is_the_same_as_a_day_on_which_the_crossing_is_closed() -> None:
    """Within each area: `rank` lets the areas' parts of the inflow move, a what-if holds them.

    On the same evidence: events of the year of the closure would be read in its light.
    """
    inputs, day = load_inputs(), pd.Timestamp("2025-06-01")
    question = Question(as_of=day.date(), until=date(2025, 1, 1))
    many = replace(Parameters(), evidence=replace(Parameters().evidence, draws=8000))
    here = inputs.status["crossing_id"] == "islam-qala"
    past = inputs.status[here & (inputs.status["from"].isna() | (inputs.status["from"] < day))]
    past = past.assign(until=past["until"].fillna(day).clip(upper=day - pd.Timedelta(days=1)))
    shut = past.iloc[[-1]].assign(**{"from": day, "until": pd.NaT, "status": "closed"})
    status = pd.concat([inputs.status[~here], past, shut], ignore_index=True)
    moved = whatif(analyse(inputs, many, question=question), many, close=["islam-qala"])
    ranked = analyse(replace(inputs, status=status), many, question=question).ranking.corridors
    inflow, ranked_inflow = by_area(moved, "after"), Counter[str]()
    for corridor in ranked:
        ranked_inflow[corridor.processing_area] += corridor.posterior_share
    wanted = {c.id: c.posterior_share / ranked_inflow[c.processing_area] for c in ranked}
    apart = Counter[str]()
    for row in moved.corridors:
        difference = row.after / inflow[row.processing_area] - wanted.get(row.id, 0.0)
        apart[row.processing_area] += abs(difference) / 2
    assert max(apart.values()) < 0.03, apart


def test_bundled_before_is_the_ranking_and_torkham_moves_to_its_neighbours() -> None:
    """As of a day on which it was open."""
    bundled = analyse(load_inputs(), question=Question(as_of=date(2019, 6, 1)))
    moved = whatif(bundled, Parameters(), impassable=["torkham"], roads_for=5)
    known = {c.id: c.posterior_share for c in bundled.ranking.corridors}
    before = {row.id: row.before for row in moved.corridors if row.before}
    assert before == pytest.approx(known)
    assert moved.crossings[0].id == "torkham"
    risen = {row.id for row in moved.crossings if row.after > row.before + 0.005}
    assert risen & {"kharlachi", "ghulam-khan", "angoor-adda"}
    assert sum(bool(row.pieces) for row in moved.corridors) == 5
    assert moved.cost_after > moved.cost_before
    assert moved.unreachable_areas == ()
