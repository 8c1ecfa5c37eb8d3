"""Backtest, calibration, simulation, explanation and comparison: what the trust in a ranking rests on."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest
from commands import run

from routes.analysis import World, analyse, build_world, choice_set_for, expose, fit_events
from routes.errors import RoutesError
from routes.evidence.epochs import one_epoch
from routes.evidence.events import Events, locate_events
from routes.evidence.fit import model_effects
from routes.outputs.documents.trust_document import calibration_document, sensitivity_document
from routes.outputs.schemas import as_dict, schema_text
from routes.parameters import Parameters, read_parameters
from routes.question import Question
from routes.read import bundled
from routes.read.provenance import provenance_of
from routes.trust import backtest as work
from routes.trust import fields, measures
from routes.trust.calibration import BELIEVED, GRID, calibrate, calibrated_config, with_settings
from routes.trust.explanation import explain
from routes.trust.scoring import forecast_density, ground_of, road_measure, spread_over_roads
from routes.trust.sensitivity import sensitivity
from routes.trust.simulation import Truth, draw_truth, simulate_events
from routes.trust.unused import listed_places, why_unused

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.read.inputs import Inputs
    from routes.trust.sensitivity import Sensitivity

FEW_DRAWS = dataclasses.replace(Parameters(), evidence=dataclasses.replace(Parameters().evidence, draws=200))


@pytest.fixture(scope="module")
def events(inputs: Inputs) -> Events:
    return locate_events(inputs.seizures, inputs.region, Parameters())[0]


@pytest.fixture(scope="module")
def found(world: World, events: Events) -> work.Backtest:
    return work.rolling_backtest(world, events, FEW_DRAWS)


def test_every_forecast_is_a_density_over_the_roads(world: World, events: Events) -> None:
    choices = choice_set_for(world, FEW_DRAWS, date(2008, 1, 1), date(2020, 1, 1))
    posterior = fit_events(choices, events, FEW_DRAWS, 1)
    made = fields.all_fields(world, choices, posterior, events, date(2020, 1, 1), FEW_DRAWS)
    land, found = made
    assert list(found) == [fields.RANKING, fields.STAND, *fields.BASELINES]
    for name, field in found.items():
        assert field.density @ land.ground.measure.length_km == pytest.approx(1), name
        assert (field.density > 0).all(), name
    assert max(found[fields.RANKING].worth.values()) < 1


def test_a_forecast_is_the_mean_of_those_of_its_draws(world: World, events: Events) -> None:
    """Draws are joined before anything is laid on the roads: the mean of one forecast a draw is the same."""
    choices = choice_set_for(world, FEW_DRAWS, date(2008, 1, 1), date(2020, 1, 1))
    posterior, ground = fit_events(choices, events, FEW_DRAWS, 1), ground_of(world)
    few = dataclasses.replace(posterior, draws=posterior.draws[:3])
    alone = [
        forecast_density(choices, dataclasses.replace(few, draws=few.draws[[i]]), ground) for i in range(3)
    ]
    density, share = forecast_density(choices, few, ground)
    assert density == pytest.approx(np.mean([each for each, _ in alone], axis=0), rel=1e-9)
    assert share == pytest.approx(np.mean([each for _, each in alone], axis=0), rel=1e-9)
    assert np.abs(alone[0][0] / alone[1][0] - 1).max() > 0.1  # the draws do differ


def test_a_point_is_spread_over_the_roads_near_it(world: World) -> None:
    measure = road_measure(world.network)
    rows = spread_over_roads(measure, np.array([65.7, 0.0]), np.array([31.6, 0.0]), np.array([12.0, 12.0]))
    assert np.asarray(rows.sum(axis=1)).ravel() == pytest.approx([1, 1])
    near = rows[[0]].indices
    assert np.hypot(measure.lon[near] - 65.7, measure.lat[near] - 31.6).max() < 1
    assert len(rows[[1]].indices) == 1  # no road near: the nearest edge


def test_each_event_is_foretold_once_from_earlier_ones(found: work.Backtest, events: Events) -> None:
    first = events.last_day.min().astype("datetime64[Y]")
    later = [
        e for e, day in zip(events.ids, events.last_day, strict=True) if day.astype("datetime64[Y]") > first
    ]
    assert sorted(found.events) == sorted(later)
    assert sum(count for *_, count in found.origins) == len(found.events)
    assert all(fitted < len(events.ids) for _, fitted, _ in found.origins)


def test_bundled_ranking_beats_all_five_baselines(found: work.Backtest) -> None:
    models = work.summary(found)
    assert work.has_skill(found)
    assert models["uniform over roads"]["predictive_accuracy_index"]["value"] == pytest.approx(1)
    differences = work.differences(found)
    for name in fields.BASELINES:
        gain = models[name]["ranking_is_better_by"]
        assert gain["interval_90"][0] > 0
        assert differences[name]["log_density_per_km"] == gain
        for metric, lead in differences[name].items():
            apart = models["ranking"][metric]["value"] - models[name][metric]["value"]
            assert lead["value"] == pytest.approx(apart, abs=2e-6)
    best = max(models[name]["predictive_accuracy_index"]["value"] for name in fields.BASELINES)
    assert models[fields.STAND]["predictive_accuracy_index"]["value"] >= best
    for scores in models.values():
        for metric in scores.values():
            low, high = metric["interval_90"]
            assert low <= metric["value"] <= high


@pytest.mark.slow
def test_a_forecast_of_the_future_has_skill_and_of_nonsense_has_none(world: World, events: Events) -> None:
    """Fitted on every other event the ranking does better on the rest than on events put at random."""
    rng = np.random.default_rng(3)
    measure = road_measure(world.network)
    known, later = (events.take(np.arange(first, len(events.ids), 2)) for first in (0, 1))
    edges = rng.choice(len(measure.lon), size=len(later.ids))
    nonsense = dataclasses.replace(later, lon=measure.lon[edges], lat=measure.lat[edges])
    real = work.split_backtest(world, known, later, FEW_DRAWS)
    random = work.split_backtest(world, known, nonsense, FEW_DRAWS)
    gap = [
        s.scores[fields.RANKING].log_density.mean() - s.scores["uniform over roads"].log_density.mean()
        for s in (real, random)
    ]
    assert gap[0] > 2
    assert gap[1] < gap[0] - 1


def test_reliability_counts_every_forecast(found: work.Backtest) -> None:
    rows = measures.reliability(found.scores[fields.RANKING])
    cells = found.scores[fields.RANKING].forecast.shape[1]
    assert sum(r["forecasts"] for r in rows) == cells * len(found.events)
    assert sum(r["forecasts"] * r["observed"] for r in rows) == pytest.approx(len(found.events), abs=0.01)


def test_events_of_one_year_are_no_backtest(world: World, events: Events) -> None:
    with pytest.raises(RoutesError, match="two years"):
        work.rolling_backtest(world, events.take(np.arange(1)), FEW_DRAWS)


@pytest.mark.slow
def test_the_defaults_are_the_calibrated_ones(inputs: Inputs) -> None:
    """Every default is what the whole search chooses; takes about a minute."""
    chosen = calibrate(
        lambda p: build_world(inputs, p),
        lambda p: locate_events(inputs.seizures, inputs.region, p)[0],
        Parameters(),
    ).chosen
    assert with_settings(Parameters(), chosen) == Parameters()


def test_calibration_with_a_grid_of_one_point_writes_what_it_read(inputs: Inputs, tmp_path) -> None:
    found = calibrate(
        lambda p: build_world(inputs, p),
        lambda p: locate_events(inputs.seizures, inputs.region, p)[0],
        Parameters(),
        grid={name: (BELIEVED[name],) for name in GRID},
    )
    assert found.best == found.chosen == BELIEVED
    document = as_dict(calibration_document(found, provenance_of(inputs, Parameters(), seed=1)))
    jsonschema.validate(document, json.loads(schema_text("calibration")))
    assert len(found.tried) == 1
    (tmp_path / "c.toml").write_text(calibrated_config(Parameters(), found, "heroin"), encoding="utf-8")
    again = read_parameters(tmp_path / "c.toml", frozenset())
    assert again == with_settings(Parameters(), BELIEVED)


def test_a_year_whose_events_were_all_fitted_on_is_no_year_to_foretell(
    inputs: Inputs, world: World, events: Events
) -> None:
    """New Year: the same place a day later is a report of the same event."""
    days = np.array(["2010-12-31", "2011-01-01", "2012-05-01", "2012-09-01"], "datetime64[D]")
    four = dataclasses.replace(events.take(np.array([0, 0, 10, 20])), ids=("a", "b", "c", "d"), last_day=days)
    grid = {name: (BELIEVED[name],) for name in GRID}
    found = calibrate(lambda _: world, lambda _: four, inputs.region.parameters(), grid=grid)
    assert np.isfinite(found.tried[0][1])
    with pytest.raises(RoutesError, match="two events to foretell"):
        calibrate(lambda _: world, lambda _: four.take(np.arange(3)), inputs.region.parameters(), grid=grid)


def test_simulated_seizures_lie_where_the_truth_puts_them(world: World) -> None:
    choices = choice_set_for(world, Parameters(), date(2008, 1, 1), date(2020, 1, 1))
    only = np.zeros(len(choices.corridors.ids))
    only[choices.corridors.ids.index("karachi>spin-boldak-chaman>helmand")] = 1
    gates = [float(f.kind == "gate" and f.country == "PAK") for f in choices.features]
    drawn = simulate_events(choices, Truth(only, np.array(gates)), 50, np.random.default_rng(1))
    assert set(drawn.kind) == {"port"}
    assert np.hypot(drawn.lon - 66.9752, drawn.lat - 24.8256).max() < 0.7
    assert drawn.lon.mean() == pytest.approx(66.975, abs=0.1)


def test_intervals_cover_and_the_ranking_beats_raw_counts(world: World) -> None:
    """A short run of what benchmarks/recovery.py does, with bounds as wide as ten runs need."""
    choices = choice_set_for(world, Parameters(), date(2008, 1, 1), date(2020, 1, 1))
    inside = checked = 0
    for run_number in range(10):
        rng = np.random.default_rng([7, run_number])
        one = simulate_events(
            choices, Truth(choices.corridors.prior_share, np.ones(len(choices.features))), 1, rng
        )
        effects = model_effects(choices.crossing_graph, choices.corridors, expose(choices, one), Parameters())
        truth = draw_truth(choices, effects, rng)
        events, same = simulate_events(choices, truth, 40, rng), one_epoch(choices.corridors, 40)
        posterior = fit_events(choices, events, Parameters(), run_number, same)
        design, draws = posterior.effects.design, posterior.draws
        exponent = draws[:, : design.shape[1]] @ design.T
        shares = choices.corridors.prior_share * np.exp(exponent - exponent.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        low, high = np.quantile(shares, (0.05, 0.95), axis=0)
        large = truth.share >= 0.01
        inside += ((low <= truth.share) & (truth.share <= high))[large].sum()
        checked += large.sum()
    assert 0.78 <= inside / checked <= 0.98


def test_explain_by_the_newton_step_is_near_leaving_the_event_out(inputs: Inputs, analysis: Analysis) -> None:
    explained = explain(analysis, "islam-qala")
    strongest = explained.influences[0]
    kept = inputs.seizures[inputs.seizures["event_id"] != strongest.event_id].reset_index(drop=True)
    without = analyse(dataclasses.replace(inputs, seizures=kept)).ranking
    share = next(c.posterior_share for c in without.crossings if c.id == "islam-qala")
    change = explained.posterior_share - share
    assert strongest.change == pytest.approx(change, rel=0.5)
    assert explained.influences[0].change > 0


def test_explain_agrees_with_the_ranking_and_names_the_nearest(analysis: Analysis) -> None:
    top = analysis.ranking.corridors[0]
    explained = explain(analysis, top.id)
    assert (explained.rank, explained.kind) == (1, "corridor")
    assert explained.posterior_share == pytest.approx(top.posterior_share)
    assert explained.top_10_probability == pytest.approx(top.top_10_probability)
    assert explained.first_probability == pytest.approx(top.first_probability)
    with pytest.raises(RoutesError, match="Did you mean torkham"):
        explain(analysis, "torkam")


def test_what_would_change_a_rank_never_names_the_rank_there_is(inputs: Inputs) -> None:
    analysis = analyse(inputs, question=Question(period=True))
    named = 0
    for row in (*analysis.ranking.crossings[:12], *analysis.ranking.corridors[:12]):
        found = explain(analysis, row.id)
        for rank in (found.rank_without_strongest, found.rank_with_another):
            assert rank != found.rank
            named += rank is not None
        assert found.rank_without_strongest is None or found.rank_without_strongest > found.rank
        assert (found.tier, found.grounds) == (row.tier, row.grounds)
    assert named > 3


def test_a_listed_place_that_no_corridor_uses_has_a_nil_share_and_a_reason(inputs: Inputs) -> None:
    analysis = analyse(inputs, question=Question(period=True))
    used = {place for corridor in analysis.corridors.ids for place in corridor.split(">")}
    unused = [place for place in listed_places(analysis) if place not in used]
    assert unused
    for place in unused:
        found = explain(analysis, place)
        assert (found.posterior_share, found.corridors, found.influences) == (0, 0, ())
        assert re.search(r"km-equivalents more|twice|no way|no road", found.why_nil)
    done = run("explain", unused[0], "--quiet", "--period")
    assert "so its share is nil" in " ".join(done.stdout.split())
    document = json.loads(run("explain", unused[0], "--period", "--quiet", "--format", "json").stdout)
    assert document["why_nil"]


def test_the_cost_of_an_unused_crossing_is_that_of_its_cheapest_way(inputs: Inputs) -> None:
    analysis = analyse(inputs, question=Question(period=True))
    # A used crossing has its cost in the list: the least of its corridors, over the cheapest into the area.
    listed = analysis.corridors
    cheapest: dict[str, float] = {}
    for path, cost in zip(listed.nodes, listed.cost, strict=True):
        cheapest[path[-1]] = min(cost, cheapest.get(path[-1], np.inf))
    nodes = analysis.untied.graph.nodes
    for crossing in ("hairatan", "aqina", "islam-qala"):
        more = min(
            cost - cheapest[path[-1]]
            for path, cost in zip(listed.nodes, listed.cost, strict=True)
            if crossing in [nodes[n]["place"] for n in path]
        )
        told = re.search(r"costs ([\d,]+) km-equivalents more", str(why_unused(analysis, crossing, 200.0)))
        assert told
        assert float(told[1].replace(",", "")) == pytest.approx(more, abs=1)


@pytest.fixture(scope="module")
def moved(inputs: Inputs) -> Sensitivity:
    return sensitivity(inputs, FEW_DRAWS, Question(as_of=date(2026, 9, 1)), 12)


@pytest.mark.slow
def test_sensitivity_has_weights_and_both_ends_of_the_cost_of_a_closed_crossing(moved: Sensitivity) -> None:
    names = list(moved.changed)
    gate = next(iter(moved.base)).split(">")[0]
    doubled, halved = (f"weight of gate {gate} {times}" for times in ("x 2", "/ 2"))
    here = [corridor for corridor in moved.base if corridor.startswith(f"{gate}>")]
    through = {name: sum(moved.changed[name][corridor] for corridor in here) for name in (doubled, halved)}
    assert through[doubled] > sum(moved.base[corridor] for corridor in here) > through[halved]
    assert any(name.startswith("weight of area") for name in names)
    least, most = moved.closed_ends("spin-boldak-chaman")
    assert least > 2 * most
    assert least > moved.crossings["spin-boldak-chaman"] > most
    assert moved.strongest("spin-boldak-chaman")[0] in names


@pytest.mark.slow
def test_sensitivity_moves_shares_the_way_the_assumption_says(moved: Sensitivity) -> None:
    through = {
        name: sum(s for c, s in shares.items() if c.startswith(("karachi", "qasim")))
        for name, shares in moved.changed.items()
    }
    assert through["detection in PAK x 2"] < sum(
        s for c, s in moved.base.items() if c.startswith(("karachi", "qasim"))
    )
    jsonschema.validate(as_dict(sensitivity_document(moved)), json.loads(schema_text("sensitivity")))
    name, share = moved.strongest(next(iter(moved.base)))
    assert name in moved.changed
    assert share >= 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("backtest",),
        ("explain", "torkham"),
        ("compare", "--before", "2008-01-01:2008-12-31", "--after", "2009-01-01:2010-12-31"),
    ],
)
def test_commands_print_tables_and_json(arguments: tuple[str, ...]) -> None:
    table = run(*arguments, "--quiet")
    assert table.returncode == 0
    assert max(map(len, table.stdout.splitlines())) <= 80
    document = json.loads(run(*arguments, "--quiet", "--format", "json").stdout)
    jsonschema.validate(document, json.loads(schema_text(document["schema"].removeprefix("routes/"))))
    assert document["provenance"]
    if arguments[0] == "backtest":
        assert document["models"]["ranking"]["log_density_per_km"]["interval_90"]
        assert document["beats_every_baseline"] is True
        assert run(*arguments, "--quiet", "--require-skill").returncode == 0


@pytest.mark.slow
def test_backtest_of_two_files_and_its_errors(tmp_path) -> None:
    lines = bundled("seizures.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    early = [line for line in lines[1:] if line[:4] < "2015"]
    late = [line for line in lines[1:] if line[:4] >= "2015"]
    (tmp_path / "early.csv").write_text("".join([lines[0], *early]), encoding="utf-8")
    (tmp_path / "late.csv").write_text("".join([lines[0], *late]), encoding="utf-8")
    done = run("backtest", "--train", "early.csv", "--test", "late.csv", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"] > 10
    assert run("backtest", "--train", "early.csv", cwd=tmp_path).returncode == 2
    assert run("compare", "--before", "2008", "--after", "x", cwd=tmp_path).returncode == 2
