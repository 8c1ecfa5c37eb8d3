"""Each event under the crossings of its own time: against lists made anew, and worked by hand."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from commands import run
from networks import add_area, add_crossing, add_gate, add_legs

from routes.analysis import World, build_world, choice_set_for, epochs_for
from routes.corridors import list_corridors
from routes.evidence.epochs import epochs_of, years_of
from routes.evidence.events import locate_events
from routes.network import CrossingGraph, penalty_parts
from routes.network.build import crossing_graph_of
from routes.network.status import shares_by_span, status_shares
from routes.parameters import Parameters, RouteChoice
from routes.read import bundled
from routes.read.inputs import Inputs, load_inputs
from routes.read.paths import Source

if TYPE_CHECKING:
    from pathlib import Path

YEARS = [(date(year, 1, 1), date(year, 12, 31)) for year in range(2008, 2027)]


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
    found = epochs_of(
        choices.crossing_graph,
        choices.corridors,
        inputs.status,
        YEARS,
        parameters,
        world.area_weights,
        world.weight_of_areas,
    )
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


def test_weights_of_areas_are_those_of_the_time_that_is_asked_about(inputs: Inputs, world: World) -> None:
    """By the data: Farah has another weight until 2011 than from 2023 on."""
    rows = inputs.area_weights[inputs.area_weights["area_id"] == "farah"].reset_index(drop=True)
    assert len(rows) > 1
    first, last = rows.iloc[0], rows.iloc[-1]
    assert first["weight"] != last["weight"]
    parameters = Parameters()
    old = choice_set_for(world, parameters, date(2009, 1, 1), date(2009, 12, 31))
    new = choice_set_for(world, parameters, date(2026, 1, 15), date(2026, 1, 15))
    assert old.crossing_graph.graph.nodes["farah"]["weight"] == pytest.approx(first["weight"])
    assert new.crossing_graph.graph.nodes["farah"]["weight"] == pytest.approx(last["weight"])
    epochs = epochs_of(
        new.crossing_graph,
        new.corridors,
        inputs.status,
        YEARS[1:2],
        parameters,
        world.area_weights,
        world.weight_of_areas,
    )
    into = [c for c, path in enumerate(new.corridors.nodes) if path[-1] == "farah"]
    share = old.corridors.prior_share[[path[-1] == "farah" for path in old.corridors.nodes]].sum()
    assert epochs.prior_share[0, into].sum() == pytest.approx(share, abs=0.005)


def test_an_area_may_have_weights_of_periods_alone(inputs: Inputs) -> None:
    """By hand: of a place without a weight the period's counts in it, and nothing on other days."""
    name = inputs.area_weights["area_id"].iloc[0]
    days = {"from": pd.Timestamp("2020-01-01"), "until": pd.Timestamp("2020-12-31"), "weight": 3.0}
    only = inputs.area_weights[inputs.area_weights["area_id"] == name].head(1).assign(**days)
    places = inputs.places.assign(weight=inputs.places["weight"].where(inputs.places["place_id"] != name))
    world = build_world(dataclasses.replace(inputs, places=places, area_weights=only), Parameters())
    weights = [
        world.weighted(date(year, 1, 1), date(year, 12, 31)).areas.set_index("place_id")["weight"][name]
        for year in (2020, 2021)
    ]
    assert weights == [3.0, 0.0]
    graph = crossing_graph_of(world.network, world.legs, {}, Parameters().crossing_penalties).graph
    assert graph.nodes[name]["weight"] == 0


def test_without_a_table_the_weights_of_the_places_hold(inputs: Inputs, world: World) -> None:
    none = dataclasses.replace(world, area_weights=inputs.area_weights.iloc[:0])
    weighted = none.weighted(*YEARS[0]).areas["weight"]
    assert weighted.tolist() == world.network.areas["weight"].tolist()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("atlantis,,,0.1,,,a paper", "wanted a processing area of places.csv, got 'atlantis'"),
        ("helmand,2011-01-01,2010-01-01,0.1,,,a paper", "Are from and until exchanged?"),
        ("helmand,,,0.1,,,a paper\nhelmand,2012-01-01,,0.2,,,a paper", "the period overlaps"),
        ("helmand,,,-1,,,a paper", "weight"),
        ("helmand,,,0.1,,,", "source"),
    ],
)
def test_a_bad_table_of_weights_is_told(row: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "area_weights.csv").write_text(f"area_id,from,until,weight,grade,note,source\n{row}\n")
    done = run("rank", "--data", tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "area_weights.csv" in done.stderr


def test_places_of_ones_own_keep_their_weights(tmp_path: Path, inputs: Inputs) -> None:
    source = Source(folder=tmp_path)
    (tmp_path / "places.csv").write_bytes(bundled("places.csv").read_bytes())
    assert "area_weights.csv" not in source.files()
    assert load_inputs(source=source).area_weights.empty
    (tmp_path / "area_weights.csv").write_bytes(bundled("area_weights.csv").read_bytes())
    assert len(load_inputs(source=source).area_weights) == len(inputs.area_weights)


def test_network_info_lists_every_weight_with_its_source() -> None:
    found = json.loads(run("network", "info", "--format", "json").stdout)["weights"]
    assert {row["kind"] for row in found} == {"gate", "processing area", "crossing"}
    assert all(row["source"] for row in found)
    told = {row["id"] for row in found}
    places = pd.read_csv(bundled("places.csv"))
    assert set(places["place_id"][places["weight"].notna()]) <= told
    crossings = pd.read_csv(bundled("crossings.csv"))
    assert set(crossings["crossing_id"][crossings["lorries_a_day"].notna()]) <= told
    assert "shahid-rajaee" in run("network", "info").stdout
