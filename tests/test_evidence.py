"""Exposure, gradient and posterior, against numerical integration, finite differences and reason."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from routes.analysis import analyse, build_world, choice_set_for, expose
from routes.evidence.events import Events, locate_events
from routes.evidence.exposure import (
    Exposure,
    exposure_of,
    part_by_epoch,
)
from routes.evidence.fit import _mode, fit
from routes.evidence.kernels import REACH, density_about, density_near, normal_below, site_density
from routes.evidence.likelihood import (
    Effects,
    event_densities,
    event_gradients,
    log_posterior,
    negative_hessian,
)
from routes.evidence.shares import draw_shares
from routes.network.blocks import Block
from routes.parameters import Parameters
from routes.question import Question
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.read.inputs import Inputs


def event_at(lon: float, lat: float, footprint: float) -> Events:
    return events_at([lon], [lat], [footprint])


def events_at(lon: list[float], lat: list[float], footprint: list[float]) -> Events:
    count = len(lon)
    return Events(
        ids=tuple(map(str, range(count))),
        lon=np.array(lon, float),
        lat=np.array(lat, float),
        footprint_km=np.array(footprint, float),
        weight=np.ones(count),
        kind=("",) * count,
        truth=np.ones(count),
        last_day=np.full(count, np.datetime64("2015-01-01")),
    )


def with_evidence(**values: object) -> Parameters:
    return Parameters(evidence=dataclasses.replace(Parameters().evidence, **values))


def block_of(lon: list[float], lat: list[float], km: float) -> Block:
    one = np.zeros(1, int)
    return Block(
        country="AAA",
        lon=np.array(lon),
        lat=np.array(lat),
        u=one,
        v=one + 1,
        length_km=np.array([km]),
        cost=np.array([km]),
        synthetic=np.zeros(1, bool),
        terminals=(),
        terminal_node=one,
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(5, 60)
)
def test_edge_density_is_the_integral_of_the_kernel(
    x0: float, y0: float, x1: float, y1: float, sigma: float
) -> None:
    block = block_of([65 + x0, 65 + x1], [31 + y0, 31 + y1], 0.0)
    degree = np.pi / 180 * 6371.0088
    east, north = degree * np.cos(np.radians(31)), degree
    length = np.hypot((x1 - x0) * east, (y1 - y0) * north)
    block = dataclasses.replace(block, length_km=np.array([1.3 * length]))
    t = (np.arange(20000) + 0.5) / 20000
    away = np.hypot((x0 + t * (x1 - x0)) * east, (y0 + t * (y1 - y0)) * north)
    expected = 1.3 * length * np.mean(np.exp(-0.5 * (away / sigma) ** 2)) / (2 * np.pi * sigma**2)
    point = (np.array([65.0]), np.array([31.0]), np.array([sigma]))
    got = density_about(block, np.zeros(1, int), *point)[0, 0]
    assert got == pytest.approx(expected, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_out_of_reach_counts_as_nothing_and_the_rest_in_full(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = 60 + 20 * rng.random(200), 30 + 45 * rng.random(200)  # up to 75 degrees north
    block = dataclasses.replace(
        block_of([0.0], [0.0], 1.0),
        lon=np.concatenate([lon, lon + rng.normal(0, 0.2, 200)]),
        lat=np.concatenate([lat, lat + rng.normal(0, 0.2, 200)]),
        u=np.arange(200),
        v=200 + np.arange(200),
        length_km=10 + rng.random(200),
    )
    point = (60 + 20 * rng.random(50), 30 + 45 * rng.random(50), 5 + 80 * rng.random(50))
    near = density_near(block, np.arange(200), *point).toarray()
    every = density_about(block, np.arange(200), *point)
    assert near[near > 0] == pytest.approx(every[near > 0])
    height = block.length_km / np.sqrt(2 * np.pi) / point[2][:, None]
    assert (every[near == 0] <= (np.exp(-0.5 * REACH**2) * height)[near == 0]).all()
    assert 0 < (near > 0).mean() < 1


BACKGROUND_AREA_KM2 = 6.3e6


def random_model(seed: int, events: int = 5, epochs: int = 1) -> tuple[np.ndarray, Exposure, Effects, Events]:
    rng = np.random.default_rng(seed)
    corridors, effects, features = 6, 4, 3
    rows = [(e, f) for e in range(events) for f in range(features) if rng.random() < 0.7]
    exposure = Exposure(
        features=(("AAA", "road"), ("AAA", "gate"), ("BBB", "road")),
        event=np.array([e for e, _ in rows], int),
        feature=np.array([f for _, f in rows], int),
        near=csr_array(rng.random((len(rows), 4)) * 1e-3),
        passing=csr_array(rng.random((4, corridors))),
        total=100 * rng.random((features, corridors)) + 10,
        background_area_km2=BACKGROUND_AREA_KM2,
    )
    rates = np.array([[1, 0, 0.0], [1, 0, 1], [0, 1, 0]])
    model = Effects(
        names=tuple("abcdefg"),
        design=rng.normal(size=(corridors, effects)),
        rates=rates,
        mean=rng.normal(size=effects + 3),
        sd=rng.random(effects + 3) + 0.2,
    )
    prior = rng.dirichlet(np.ones(corridors))
    located = dataclasses.replace(
        events_at([0.0] * events, [0.0] * events, [1.0] * events),
        weight=rng.random(events) + 0.5,
        truth=rng.random(events),
    )
    if epochs > 1:
        exposure = part_by_epoch(exposure, rng.integers(epochs, size=events))
        shift = rng.normal(size=(epochs, corridors, 2))
        model = dataclasses.replace(model, shifting=np.array([3, 1]), shift=shift)
        prior = rng.dirichlet(np.ones(corridors), epochs)
    return prior, exposure, model, located


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("seed", range(8))
def test_gradient_is_that_of_finite_differences(seed: int, epochs: int) -> None:
    prior, exposure, effects, events = random_model(seed, epochs=epochs)
    x = np.random.default_rng(seed + 100).normal(size=len(effects.names))
    _, gradient = log_posterior(x, prior, exposure, effects, events)
    step = 1e-6
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = step
        up, down = (log_posterior(x + s * e, prior, exposure, effects, events)[0] for s in (1, -1))
        assert gradient[i] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("seed", range(8))
def test_second_derivatives_are_those_of_finite_differences(seed: int, epochs: int) -> None:
    prior, exposure, effects, events = random_model(seed, epochs=epochs)
    x = np.random.default_rng(seed + 200).normal(size=len(effects.names))
    got = negative_hessian(x, prior, exposure, effects, events)
    step = 1e-5
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = step
        up, down = (log_posterior(x + s * e, prior, exposure, effects, events)[1] for s in (1, -1))
        assert got[i] == pytest.approx((down - up) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("epochs", [1, 3])
def test_gradients_of_the_events_and_of_the_prior_make_the_whole(epochs: int) -> None:
    prior, exposure, effects, events = random_model(3, events=12, epochs=epochs)
    x = np.random.default_rng(4).normal(size=len(effects.names))
    parts = event_gradients(x, prior, exposure, effects, events)
    assert parts.sum(axis=0) - x == pytest.approx(log_posterior(x, prior, exposure, effects, events)[1])
    for i in range(12):
        alone = dataclasses.replace(events, weight=np.where(np.arange(12) == i, events.weight, 0.0))
        assert parts[i] - x == pytest.approx(log_posterior(x, prior, exposure, effects, alone)[1])


@pytest.mark.parametrize("seed", range(4))
def test_the_densities_of_epochs_are_those_of_each_event_under_its_own_crossings(seed: int) -> None:
    prior, exposure, effects, events = random_model(seed, events=9, epochs=4)
    x = np.random.default_rng(seed).normal(size=len(effects.names))
    got = event_densities(x, prior, exposure, effects, events)
    assert len(set(exposure.event_epoch)) > 1
    for i, epoch in enumerate(exposure.event_epoch):
        alone = exposure_of(exposure, np.array([i]))
        one = dataclasses.replace(alone, epoch=np.zeros(0, int), event_epoch=np.zeros(0, int))
        design = effects.design.copy()
        design[:, effects.shifting] += effects.shift[epoch]
        own = dataclasses.replace(effects, design=design, shifting=np.zeros(0, int))
        expected = event_densities(x, prior[epoch], one, own, events.take(np.array([i])))
        assert got[i] == pytest.approx(expected[0], rel=1e-12)


def test_the_mode_is_a_maximum_and_draws_spread_about_it() -> None:
    prior, exposure, effects, events = random_model(1)
    posterior = fit(prior, exposure, effects, events, 4000, np.random.default_rng(0))
    x = (posterior.mode - effects.mean) / effects.sd
    best, gradient = log_posterior(x, prior, exposure, effects, events)
    assert np.abs(gradient).max() < 1e-3
    rng = np.random.default_rng(5)
    for _ in range(50):
        assert (
            log_posterior(x + 0.1 * rng.normal(size=len(x)), prior, exposure, effects, events)[0]
            <= best + 1e-9
        )
    # With effects that hardly move anything the posterior is a normal, and its mean the mode.
    held = dataclasses.replace(effects, sd=effects.sd * 0.05)
    posterior = fit(prior, exposure, held, events, 4000, np.random.default_rng(0))
    assert (posterior.draws.mean(axis=0) - posterior.mode) / held.sd == pytest.approx(0, abs=0.1)


def test_without_events_the_draws_are_those_of_the_prior() -> None:
    prior, exposure, effects, events = random_model(2, events=0)
    posterior = fit(prior, exposure, effects, events, 20000, np.random.default_rng(0))
    assert posterior.mode == pytest.approx(effects.mean)
    assert posterior.draws.std(axis=0) == pytest.approx(effects.sd, rel=0.05)


def test_evidence_on_a_gate_speaks_for_every_corridor_that_uses_it() -> None:
    # Two gates, two corridors each; all seizures lie where only the first corridor of gate one passes.
    design = np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]])
    density = np.array([[1e-3, 0, 0, 0]])
    exposure = Exposure(
        features=(("AAA", "road"),),
        event=np.zeros(1, int),
        feature=np.zeros(1, int),
        near=csr_array([[1.0]]),
        passing=csr_array(density),
        total=np.full((1, 4), 100.0),
        background_area_km2=BACKGROUND_AREA_KM2,
    )
    effects = Effects(
        names=("gate:one", "gate:two", "detection:AAA"),
        design=design,
        rates=np.ones((1, 1)),
        mean=np.zeros(3),
        sd=np.array([1, 1, 1e-6]),
    )
    events = event_at(0, 0, 1)
    posterior = fit(np.full(4, 0.25), exposure, effects, events, 2000, np.random.default_rng(0))
    shares, _ = draw_shares(np.full(4, 0.25), 0.0, design, posterior.mode[None, :2])
    assert shares[0, 0] > 0.25
    assert shares[0, 1] == pytest.approx(shares[0, 0])


def test_rows_of_one_event_count_once(inputs: Inputs) -> None:
    events, not_used = locate_events(inputs.seizures, inputs.region, Parameters())
    assert len(set(events.ids)) == len(events.ids)
    records = inputs.seizures.set_index("seizure_id").drop(list(not_used))
    assert set(records["event_id"]) == set(events.ids)
    assert len(records) > len(events.ids)  # the file does hold events of several records


def test_order_of_rows_changes_nothing(inputs: Inputs) -> None:
    shuffled = dataclasses.replace(
        inputs, seizures=inputs.seizures.sample(frac=1, random_state=3).reset_index(drop=True)
    )
    shares = [
        {c.id: c.posterior_share for c in analyse(given).ranking.corridors} for given in (inputs, shuffled)
    ]
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)


def test_no_seizure_gives_the_prior_back(inputs: Inputs) -> None:
    none = dataclasses.replace(inputs, seizures=inputs.seizures[:0])
    ranking = analyse(none, question=Question(since=date(2008, 1, 1), until=date(2020, 1, 1))).ranking
    for corridor in ranking.corridors:
        assert corridor.posterior_share == pytest.approx(corridor.prior_share, abs=1e-12)
        assert corridor.grounds.bearing_events == 0


def test_detection_of_a_country_moves_its_share_down(inputs: Inputs) -> None:
    # Pakistan's police find twice as much: the same seizures then speak for less traffic there.
    def through_pakistan(parameters: Parameters) -> float:
        gates = analyse(inputs, parameters).ranking.gates
        return sum(g.posterior_share for g in gates if g.countries == ("PAK",))

    tight = with_evidence(sd_seizure_rate=1e-3, sd_reporting_rate=1e-3)
    equal = through_pakistan(tight)
    for rates in ("detection", "reporting"):
        keen = dataclasses.replace(tight, **{rates: {"PAK": 2.0}})
        assert through_pakistan(keen) < equal


def test_weights_have_a_mean_of_one(inputs: Inputs) -> None:
    for weight in ("count", "log", "quantity"):
        for half_life in (0.0, 4.0):
            asked = with_evidence(weight=weight, half_life_years=half_life)
            events, _ = locate_events(inputs.seizures, inputs.region, asked)
            assert events.weight.mean() == pytest.approx(1)
            assert (events.weight >= 0).all()
    aged = with_evidence(half_life_years=4.0)
    old = locate_events(inputs.seizures, inputs.region, aged)[0]
    assert old.weight[old.ids.index("2008-03-karachi-aa")] < 0.5


def test_seizures_are_nodes_of_the_crossing_graph(analysis: Analysis) -> None:
    found = analysis
    graph = found.crossing_graph.graph
    seizures = [n for n, d in graph.nodes(data=True) if d["kind"] == "seizure"]
    assert sorted(seizures) == sorted(found.events.ids)
    ties = graph.out_edges("2014-11-03-torkham-sulphuric-acid", data=True)
    assert {"torkham:PAK>AFG"} <= {end for _, end, _ in ties}
    assert all(tie["kind"] == "evidence" for _, _, tie in ties)
    assert any("torkham:PAK>AFG" in tie["legs"] for _, _, tie in ties)  # a leg that starts there
    assert isinstance(graph, nx.DiGraph)


def test_a_laboratory_speaks_for_the_destination_and_a_port_for_the_gate(inputs: Inputs) -> None:
    """Exposure of an event lies only in the features that its kind of place allows."""
    world = build_world(inputs, Parameters())
    choices = choice_set_for(world, Parameters(), date(2010, 1, 1), date(2019, 1, 1))
    lashkar_gah = events_at([64.37] * 4, [31.59] * 4, [20.0] * 4)
    kinds = ("laboratory", "storage", "road", "")
    exposure = expose(choices, dataclasses.replace(lashkar_gah, kind=kinds))
    seen = {i: {exposure.features[f][1] for f in exposure.feature[exposure.event == i]} for i in range(4)}
    assert seen[0] == seen[1] == {"area"}
    assert seen[2] == {"road"}
    assert {"area", "road"} <= seen[3]


def test_a_doubtful_record_moves_less(inputs: Inputs) -> None:
    """Let every source be one that is rarely right: the ranking stays nearer to its prior."""
    doubtful = dataclasses.replace(Parameters(), reliability=dict.fromkeys("ABCDEF", 0.05))

    def moved(parameters: Parameters) -> float:
        rows = analyse(inputs, parameters).ranking.corridors
        return sum(abs(c.posterior_share - c.prior_share) for c in rows)

    assert moved(doubtful) < moved(Parameters())


def test_a_country_without_a_seizure_is_named_and_its_detection_is_the_prior(analysis: Analysis) -> None:
    found = analysis
    assert {"KAZ", "TKM"} <= set(found.ranking.silent_countries)
    names = found.posterior.effects.names
    draws = found.posterior.draws[:, names.index("detection:TKM")]
    e = Parameters().evidence
    assert draws.std() == pytest.approx(np.hypot(e.sd_seizure_rate, e.sd_reporting_rate), rel=0.1)


def test_a_substance_that_no_one_named_is_told(inputs: Inputs, caplog: pytest.LogCaptureFixture) -> None:
    analyse(inputs)
    assert not caplog.messages
    analyse(dataclasses.replace(inputs, seizures=inputs.seizures.assign(substance="cocaine")))
    assert "'other', 0.8: cocaine (1 in all)" in caplog.text


def test_many_events_start_from_some_and_end_at_the_same_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    prior, exposure, effects, events = random_model(5, events=60)
    whole = fit(prior, exposure, effects, events, 10, np.random.default_rng(0))
    asked = []

    def watched(part: Exposure, which: np.ndarray) -> Exposure:
        asked.append(which)
        return exposure_of(part, which)

    monkeypatch.setattr("routes.evidence.fit._MANY", 20)
    monkeypatch.setattr("routes.evidence.fit.exposure_of", watched)
    again = fit(prior, exposure, effects, events, 10, np.random.default_rng(0))
    assert [which.tolist() for which in asked] == [list(range(0, 60, 6))]
    assert again.mode == pytest.approx(whole.mode, abs=1e-5)


@pytest.mark.parametrize("weight", [1, 100, 1000])
@pytest.mark.parametrize("seed", range(8))
def test_many_events_that_came_again_and_again_end_at_a_mode(
    seed: int, weight: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some of the events tell of the bend too roughly, then: the climb has to notice."""
    prior, exposure, effects, events = random_model(seed, events=200)
    events = dataclasses.replace(events, weight=events.weight * weight)
    monkeypatch.setattr("routes.evidence.fit._MANY", 20)
    _, slope = log_posterior(_mode(prior, exposure, effects, events), prior, exposure, effects, events)
    assert np.linalg.norm(slope) < 1e-4


def test_exposure_of_some_events_is_that_of_the_whole() -> None:
    _, exposure, _, _ = random_model(6, events=9)
    some = np.array([1, 4, 8])
    part = exposure_of(exposure, some)
    for new, old in enumerate(some):
        mine, theirs = part.event == new, exposure.event == old
        assert part.feature[mine].tolist() == exposure.feature[theirs].tolist()
        assert (part.near[mine] != exposure.near[theirs]).nnz == 0
    assert len(part.event) == np.isin(exposure.event, some).sum()


def test_shares_drawn_in_portions_are_those_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    prior, design, effects = (
        rng.dirichlet(np.ones(5)) * 0.9,
        rng.normal(size=(5, 3)),
        rng.normal(size=(20, 3)),
    )
    whole = draw_shares(prior, 0.1, design, effects)
    monkeypatch.setattr("routes.evidence.shares._DRAWS_AT_ONCE", 7)
    for portion, one in zip(draw_shares(prior, 0.1, design, effects), whole, strict=True):
        assert portion == pytest.approx(one)


def test_few_and_many_normal_chances_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.linspace(-9, 9, 2001).reshape(3, -1)
    few = normal_below(x)
    monkeypatch.setattr("routes.evidence.kernels._FEW", 0)
    assert few == pytest.approx(normal_below(x), abs=2e-16)


@given(
    st.lists(st.tuples(st.floats(60, 70), st.floats(25, 38), st.floats(0.5, 60)), min_size=1, max_size=9),
    st.floats(60, 70),
    st.floats(25, 38),
)
def test_a_place_is_felt_as_far_as_it_counts_and_no_farther(
    points: list[tuple[float, float, float]], lon_0: float, lat_0: float
) -> None:
    """Points beyond the reach by latitude alone are left out of the sums, and only they."""
    lon, lat, sigma = np.array(points).T
    area = 1e6
    found = site_density([[(lon_0, lat_0)]], lon, lat, sigma, 5.0, area)[:, 0]
    variance = sigma**2 + 25
    whole = np.exp(-0.5 * great_circle_km(lon, lat, lon_0, lat_0) ** 2 / variance) / (2 * np.pi * variance)
    assert found.tolist() == pytest.approx(
        np.where(whole > 1e-3 / area, whole, 0.0).tolist(), rel=1e-12, abs=0
    )
