"""Each event under the crossings of its own time: against lists made anew, and worked by hand."""

from __future__ import annotations

from datetime import date

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from networks import add_area, add_crossing, add_gate, add_legs

from routes.analysis import World, build_world, choice_set_for, epochs_for
from routes.corridors import list_corridors
from routes.evidence.epochs import epochs_of, years_of
from routes.evidence.events import locate_events
from routes.network import CrossingGraph, penalty_parts
from routes.network.status import shares_by_span, status_shares
from routes.parameters import Parameters, RouteChoice
from routes.read.inputs import Inputs, load_inputs

YEARS = [(date(year, 1, 1), date(year, 12, 31)) for year in range(2008, 2027)]


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return load_inputs()


@pytest.fixture(scope="module")
def world(inputs: Inputs) -> World:
    return build_world(inputs, Parameters())


def test_shares_and_design_of_two_epochs_worked_by_hand() -> None:
    # Two ways of the same cost into one area. With a closed penalty of 600 and a scale of 100/ln 2, a
    # crossing that is shut for a sixth of a year costs 100 more, so that its way is half as likely.
    graph: nx.DiGraph = nx.DiGraph()
    add_gate(graph, "P", "AAA")
    add_area(graph, "Z", "BBB")
    kinds = [("N", "road", "yes"), ("S", "road", "yes")]
    parts = penalty_parts(kinds, {}, Parameters().crossing_penalties)
    for name in ("N", "S"):
        add_crossing(graph, name, "AAA", "BBB", penalty=sum(parts[name].values()))
    add_legs(graph, {("P", "N"): 100, ("P", "S"): 100, ("N", "Z"): 100, ("S", "Z"): 100})
    parameters = Parameters(route_choice=RouteChoice(scale_km=100 / np.log(2), coverage=1 - 1e-9))
    crossing_graph = CrossingGraph(graph, {}, (), parts)
    corridors = list_corridors(graph, parameters.route_choice)
    day = pd.Timestamp
    status = pd.DataFrame(
        {
            "crossing_id": ["N"],
            "from": [day("2001-01-01")],
            "until": [day("2001-03-01")],
            "status": ["closed"],
        }
    )
    spans = [
        (date(2000, 1, 1), date(2000, 12, 31)),
        (date(2001, 1, 1), date(2001, 12, 26)),
        (date(2002, 1, 1),) * 2,
    ]
    found = epochs_of(crossing_graph, corridors, status, spans, parameters)
    north = list(corridors.ids).index("P>N>Z")
    assert found.of_event[0] == found.of_event[2] != found.of_event[1]
    assert len(found.prior_share) == 2
    assert found.prior_share[found.of_event[0]] == pytest.approx(0.5)
    assert found.prior_share[found.of_event[1], north] == pytest.approx(1 / 3)
    assert found.shift[found.of_event[1], north] == pytest.approx([0.1, 0.0, -0.1])
    assert found.shift[found.of_event[0]] == pytest.approx(0)


def test_shares_are_those_of_a_list_made_for_the_epoch(inputs: Inputs, world: World) -> None:
    parameters = Parameters()
    choices = choice_set_for(world, parameters, date(2026, 1, 15), date(2026, 1, 15))
    found = epochs_of(choices.crossing_graph, choices.corridors, inputs.status, YEARS, parameters)
    number = {name: c for c, name in enumerate(choices.corridors.ids)}
    for span, epoch in zip(YEARS, found.of_event, strict=True):
        own = choice_set_for(world, parameters, *span).corridors
        listed = np.zeros(len(number))
        for name, share in zip(own.ids, own.prior_share, strict=True):
            if name in number:
                listed[number[name]] = share
        assert listed.sum() > 0.985, f"{span}: the list of the day leaves out too much"
        largest = np.argsort(-listed)[:50]
        assert found.prior_share[epoch][largest] == pytest.approx(listed[largest], abs=0.003, rel=0.03)
        assert abs(found.prior_share[epoch] - listed).sum() < 0.04


def test_years_of_the_same_status_share_an_epoch_and_others_do_not(inputs: Inputs, world: World) -> None:
    parameters = Parameters()
    choices = choice_set_for(world, parameters, *YEARS[-1])
    events, _ = locate_events(inputs.seizures, inputs.region, parameters)
    found = epochs_for(choices, events, parameters)
    spans = years_of(events)
    distinct = sorted(set(spans))
    of = dict(zip(spans, found.of_event.tolist(), strict=True))
    stood = {span: status_shares(inputs.status, *span) for span in distinct}
    used = {choices.crossing_graph.graph.nodes[n]["place"] for path in choices.corridors.nodes for n in path}
    for a in distinct:
        for b in distinct:
            same = all(stood[a].get(p) == pytest.approx(stood[b].get(p)) for p in used)
            assert (of[a] == of[b]) == same, (a, b)


def test_status_of_many_spans_is_that_of_each(inputs: Inputs) -> None:
    places, shares = shares_by_span(inputs.status, YEARS)
    for span, row in zip(YEARS, shares, strict=True):
        expected = status_shares(inputs.status, *span)
        assert dict(zip(places, row.tolist(), strict=True)) == {
            place: list(known.values()) for place, known in expected.items()
        }
        assert row.sum(axis=1) == pytest.approx(1)
