"""Logs of inspections: read strictly, and evidence that never turns against what was seen."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from test_evidence import random_model

from routes.analysis import analyse, build_world, epochs_and_log, fit_events
from routes.errors import InputError
from routes.evidence.events import locate_events
from routes.evidence.inspections import (
    Inspections,
    expected_finds,
    log_chance,
    log_chances,
    negative_curvature,
    with_inspections,
)
from routes.evidence.likelihood import Effects
from routes.outputs.icd203 import only_prior
from routes.parameters import Parameters
from routes.question import Question
from routes.read import bundled
from routes.read.effort import read_effort
from routes.read.inputs import Inputs, with_effort
from routes.trust.backtest import left_out_backtest, rolling_backtest, split_backtest
from routes.trust.calibration import calibrate
from routes.trust.comparison import LogRows, compare, finds_dealt_out, log_rows
from routes.trust.measures import METRICS, values_of
from routes.trust.refits import refits_of, years_after_the_first
from routes.trust.scoring import ground_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.analysis import Analysis, World
    from routes.evidence.events import Events
    from routes.results import Ranking
    from routes.trust.backtest import Backtest
    from routes.trust.calibration import Calibration
    from routes.trust.scoring import Ground

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs/examples/effort.csv"
HEADER = "place,from,until,inspected,passed,found\n"


def test_days_and_numbers_are_read_as_people_write_them(inputs: Inputs, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = (
        "torkham;01.02.2024;31.12.2024;5 000;255 000;0",
        "Islam Qala;\N{EXTENDED ARABIC-INDIC DIGIT ONE}402/11/12;1402/12/29;300;;2",
        "zaranj-milak;5/14/2024;6/1/2024;1.200;9000,5;1",
    )
    path.write_text("\n".join(["place;from;until;inspected;passed;found", *rows]), encoding="utf-8")
    read = read_effort(path, inputs.crossings, inputs.places).rows
    assert read["place"].tolist() == ["torkham", "islam-qala", "zaranj-milak"]
    days = [f"{day:%Y-%m-%d}" for name in ("from", "until") for day in read[name]]
    assert days == ["2024-02-01", "2024-02-01", "2024-05-14", "2024-12-31", "2024-03-19", "2024-06-01"]
    assert read["inspected"].tolist() == [5000, 300, 1200]
    assert read["passed"].fillna(0).tolist() == [255_000, 0, 9000.5]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("torkham;2024-01-01;2024-12-31;1,200;255000;0", "inspected", "1200 or 1.2. Write digits alone."),
        ("torkham;May 2024;2024-12-31;1200;255000;0", "from", "wanted a date as YYYY-MM-DD, got '2024-05'"),
        ("torkham;2024-01-01;2024-12-31;about 10;255000;0", "inspected", "wanted a whole number"),
        ("torkham;3/4/2024;2024-12-31;10;255000;0", "from", "tells which. Write YYYY-MM-DD."),
    ],
)
def test_what_is_not_exact_is_a_fault(
    inputs: Inputs, tmp_path: Path, row: str, column: str, said: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"place;from;until;inspected;passed;found\n{row}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_effort(path, inputs.crossings, inputs.places)
    (fault,) = caught.value.faults
    assert fault.column == column
    assert said in fault.message


def log_of(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """Rows of (place, inspected, found), each of the year 2024, 300 vehicles a day."""
    places, inspected, found = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "place": places,
            "from": np.datetime64("2024-01-01", "s"),
            "until": np.datetime64("2024-12-31", "s"),
            "inspected": np.array(inspected, float),
            "passed": np.nan,
            "found": np.array(found, float),
            "vehicles_a_day": 300.0,
        }
    )


# --- reading ---------------------------------------------------------------------------------------


def read(inputs: Inputs, folder: Path, text: str) -> pd.DataFrame:
    file = folder / "log.csv"
    file.write_text(text, encoding="utf-8")
    return read_effort(file, inputs.crossings, inputs.places, date(2026, 1, 1)).rows


def test_a_place_goes_by_its_name_and_vehicles_by_what_passed_or_is_published(
    inputs: Inputs, tmp_path: Path
) -> None:
    rows = read(
        inputs,
        tmp_path,
        HEADER + "Torkham,2024-01-01,2024-01-10,50,2000,0\nislam-qala,2024-01-01,2024-01-10,50,,1\n",
    )
    assert list(rows["place"]) == ["torkham", "islam-qala"]
    published = inputs.crossings.set_index("crossing_id")["lorries_a_day"]["islam-qala"]
    assert list(rows["vehicles_a_day"]) == [200, published]  # 2000 in ten days, both ends counted
    assert list(rows["found"]) == [0, 1]


def test_a_workbook_is_read_as_the_csv_is(inputs: Inputs, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in EXAMPLE.read_text("utf-8").splitlines():
        cells: list[Any] = [int(cell) if cell.isdecimal() else cell for cell in line.split(",")]
        sheet.append([date.fromisoformat(c) if str(c)[:4] == "2024" else c for c in cells])
    book.save(tmp_path / "log.xlsx")
    found = read_effort(tmp_path / "log.xlsx", inputs.crossings, inputs.places)
    pd.testing.assert_frame_equal(
        found.rows, read_effort(EXAMPLE, inputs.crossings, inputs.places).rows, check_dtype=False
    )


FAULTS = [
    ("torkam,2024-01-01,2024-01-02,5,50,0", "place", "'torkam'. Did you mean torkham?"),
    (",2024-01-01,2024-01-02,5,50,0", "place", "the cell is empty. Name a crossing, a gate"),
    ("torkham,2024-01,2024-01-02,5,50,0", "from", "wanted a date as YYYY-MM-DD, got '2024-01'"),
    ("torkham,2024-01-03,2024-01-02,5,50,0", "until", "Are from and until exchanged?"),
    ("torkham,2024-01-01,2026-01-02,5,50,0", "until", "wanted a day up to today, 2026-01-01"),
    ("torkham,2024-01-01,2024-01-02,0,50,0", "inspected", "Leave out days without an inspection."),
    ("torkham,2024-01-01,2024-01-02,1.5,50,0", "inspected", "wanted a whole number"),
    ("torkham,2024-01-01,2024-01-02,60,50,0", "passed", "Are inspected and passed exchanged?"),
    ("torkham,2024-01-01,2024-01-02,5,50,6", "found", "at most the 5 vehicles that were inspected"),
    ("torkham,2024-01-01,2024-01-02,5,50,", "found", "Write 0 where nothing was found."),
    ("torkham,2024-01-01,2024-01-02,5,50,-1", "found", "wanted 0 to 1e+06, got '-1'"),
    ("wakhjir,2024-01-01,2024-01-02,5,,0", "passed", "no count of goods vehicles a day is known"),
]


@pytest.mark.parametrize(("row", "column", "words"), FAULTS)
def test_a_wrong_cell_is_told_with_its_place_and_remedy(
    inputs: Inputs, tmp_path: Path, row: str, column: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(inputs, tmp_path, f"{HEADER}torkham,2023-01-01,2023-01-02,5,50,0\n{row}\n")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(3, column)]
    assert words in str(caught.value)


def test_all_faults_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = [row for row, _, _ in FAULTS]
    file.write_text(HEADER + "\n".join([*rows, *["torkham,2023-01-01,2023-01-02,5,50,0"] * 2]), "utf-8")
    done = run("rank", "--effort", file, "--output", tmp_path / "r.json")
    assert done.returncode == 2
    assert done.stderr.count("log.csv line") >= len(FAULTS) - 1  # the day after today may have come
    assert "stands already in the file" in done.stderr
    assert not (tmp_path / "r.json").exists()


def test_every_command_that_fits_to_seizures_takes_a_log() -> None:
    """All that take seizures but two: one looks at the file alone, one scores what is sealed already."""
    import typer.main

    from routes.cli.app import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {name: {o for p in c.params for o in p.opts} for name, c in commands.items()}
    fitting = {name for name, known in options.items() if "--seizures" in known} - {"validate", "score"}
    assert {"rank", "map", "interdict", "brief", "export", "explain"} <= fitting
    assert {"compare", "backtest", "calibrate", "changes", "forecast", "next"} <= fitting
    assert {name for name in fitting if "--effort" not in options[name]} == set()


def test_a_table_of_a_python_user_is_checked_too(inputs: Inputs) -> None:
    wrong = log_of(("torkham", 100, 1)).assign(vehicles_a_day=0.0, found=-1.0)
    with pytest.raises(InputError) as caught:
        dataclasses.replace(inputs, effort=wrong)
    assert {(fault.file, fault.column) for fault in caught.value.faults} == {
        ("effort", "vehicles_a_day"),
        ("effort", "found"),
    }


# --- the chance of a log ---------------------------------------------------------------------------


def two_ways(sd_inflow: float = 1.0) -> tuple[np.ndarray, Effects, Inspections]:
    """Two corridors with prior shares 3/4 and 1/4; the log is of the place that the first one passes.

    100 vehicles a day pass it, 50 are inspected, and of what they hold 4 in 5 is found.
    """
    prior = np.array([0.75, 0.25])
    log = Inspections(
        places=("x",),
        place=np.array([0]),
        epoch=np.array([0]),
        passing=csr_array([[1.0, 0.0]]),
        worth=np.array([50 / 100 * 0.8]),
        inspected=np.array([50.0]),
        found=np.array([2.0]),
    )
    bare = Effects(("way",), np.array([[1.0], [0.0]]), np.zeros((0, 0)), np.zeros(1), np.ones(1))
    parameters = Parameters()
    evidence = dataclasses.replace(parameters.evidence, inflow_loads_a_day=2.0, sd_inflow=sd_inflow)
    return prior, with_inspections(bare, log, dataclasses.replace(parameters, evidence=evidence)), log


def test_finds_follow_from_inflow_share_and_inspections() -> None:
    prior, effects, log = two_ways()
    # 2 loads a day, 3/4 of them here, in 100 vehicles a day; 50 of those inspected, 4 in 5 found: 0.6.
    assert expected_finds(effects.mean, prior, effects, log) == pytest.approx([0.6])
    value, _ = log_chance(np.zeros(3), prior, effects, log)
    assert value == pytest.approx(2 * np.log(0.6) - 0.6)


def random_log(seed: int, corridors: int, epochs: int) -> Inspections:
    rng = np.random.default_rng(seed)
    rows = 5
    passing = (rng.random((rows, corridors)) < 0.5).astype(float)
    passing[:, 0] = 1
    return Inspections(
        places=("x", "y"),
        place=rng.integers(2, size=rows),
        epoch=rng.integers(epochs, size=rows),
        passing=csr_array(passing),
        worth=rng.random(rows) * 3,
        inspected=np.full(rows, 100.0),
        found=rng.poisson(2, rows).astype(float),
    )


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("seed", range(5))
def test_slope_and_curvature_are_those_of_finite_differences(seed: int, epochs: int) -> None:
    prior, _, bare, _ = random_model(seed, epochs=epochs)
    log = random_log(seed, len(bare.design), epochs)
    effects = with_inspections(bare, log, Parameters())
    x = np.random.default_rng(seed).normal(size=len(effects.names)) * 0.7
    value, slope = log_chance(x, prior, effects, log)
    curvature = negative_curvature(x, prior, effects, log)
    step = 1e-5
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = step
        (up, above), (down, below) = (log_chance(x + s * e, prior, effects, log) for s in (1, -1))
        assert slope[i] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-6)
        assert curvature[i] == pytest.approx(-(above - below) / (2 * step), rel=1e-4, abs=1e-5)
    assert log_chances(np.stack([x, x]), prior, effects, log) == pytest.approx([value, value])


# --- a zero never raises, a find never lowers ------------------------------------------------------


def weighted(x: np.ndarray, weight: np.ndarray, prior: Any, effects: Effects, log: Inspections) -> Any:
    """Mean loads a day, and mean share, through the place of the first row, over weighted draws."""
    value = (effects.mean + effects.sd * x).T
    one = dataclasses.replace(log, worth=np.ones(len(log.found)))
    loads = expected_finds(value, prior, effects, one)[0] / np.exp(value[effects.names.index("finds:x")])
    share = loads / np.exp(value[effects.names.index("inflow")])
    return loads @ weight / weight.sum(), share @ weight / weight.sum()


def chance_of(x: np.ndarray, prior: Any, effects: Effects, log: Inspections) -> np.ndarray:
    logs = log_chances(x, prior, effects, log)
    return np.exp(logs - logs.max())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 20), st.integers(0, 6))
def test_whatever_else_is_logged_a_zero_never_raises_the_loads_and_a_find_never_lowers_them(
    seed: int, more: float, finds: int
) -> None:
    """Exact for any set of draws: the weight of each falls with its loads through the place, or rises."""
    prior, _, bare, _ = random_model(seed % 1000)
    log = random_log(seed, len(bare.design), 1)
    log = dataclasses.replace(log, place=np.array([0, *log.place[1:]]))
    effects = with_inspections(bare, log, dataclasses.replace(Parameters()))
    effects = dataclasses.replace(effects, sd=np.where(np.array(effects.names) == "finds:x", 0, effects.sd))
    x = np.random.default_rng(seed).normal(size=(200, len(effects.names)))
    before, _ = weighted(x, chance_of(x, prior, effects, log), prior, effects, log)
    worth = log.worth + more * (np.arange(5) == 0)
    zero = dataclasses.replace(log, worth=worth)
    after, _ = weighted(x, chance_of(x, prior, effects, zero), prior, effects, log)
    assert after <= before * (1 + 1e-9)
    found = dataclasses.replace(log, found=log.found + finds * (np.arange(5) == 0))
    raised, _ = weighted(x, chance_of(x, prior, effects, found), prior, effects, log)
    assert raised >= before * (1 - 1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 1000), st.floats(0.05, 5), st.integers(0, 5), st.floats(0.01, 20), st.integers(1, 6))
def test_where_one_place_is_logged_a_zero_never_raises_its_share_and_a_find_never_lowers_it(
    seed: int, worth: float, known: int, more: float, finds: int
) -> None:
    """The inflow and the place's own detection are integrated over a fine grid, whatever the shares."""
    rng = np.random.default_rng(seed)
    ways = rng.normal(size=25)
    grid = np.arange(-4, 4, 0.05)
    x = np.array([(way, w, 0.0) for way in ways for w in grid])
    base = np.tile(np.exp(-0.5 * grid**2), len(ways))
    prior, effects, log = two_ways(sd_inflow=1.2)

    def share(worth: float, found: float) -> float:
        of = dataclasses.replace(log, worth=np.array([worth]), found=np.array([found]))
        return float(weighted(x, base * chance_of(x, prior, effects, of), prior, effects, of)[1])

    before = share(worth, known)
    assert share(worth + more, known) <= before + 1e-9
    assert share(worth, known + finds) >= before - 1e-9


PLACES = ("torkham", "hairatan", "karachi", "helmand", "islam-qala")


@pytest.fixture(scope="module")
def share_of(inputs: Inputs, world: World) -> Callable[..., float]:
    """Share of a place, given rows of a log besides the bundled seizures; each log is fitted to once."""

    @cache
    def ranking(*rows: tuple[str, float, float]) -> Ranking:
        log = {"effort": log_of(*rows)} if rows else {}
        return analyse(dataclasses.replace(inputs, **log), world=world).ranking  # type: ignore[arg-type]

    def share(place: str, *rows: tuple[str, float, float]) -> float:
        of = ranking(*rows)
        every = (*of.gates, *of.crossings, *of.processing_areas)
        return next(row.posterior_share for row in every if row.id == place)

    return share


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_on_the_bundled_data_a_zero_lowers_a_place_and_finds_raise_it(
    share_of: Callable[..., float], place: str
) -> None:
    share = partial(share_of, place)
    other = next(x for x in ("zaranj-milak", "shahid-rajaee") if x != place)
    assert share((place, 4000, 0)) < share()
    assert share((other, 500, 1), (place, 4000, 0)) < share((other, 500, 1))
    assert share((place, 1000, 12)) > share((place, 1000, 4))


def test_a_log_alone_is_evidence_too(inputs: Inputs, world: World) -> None:
    question = Question(since=date(2021, 1, 1), until=date(2026, 1, 1))
    none = dataclasses.replace(inputs, seizures=inputs.seizures.head(0))
    logged = dataclasses.replace(none, effort=log_of(("torkham", 50_000, 0)))
    before, after = (analyse(data, question=question, world=world) for data in (none, logged))
    assert not before.posterior.informed
    assert after.posterior.informed
    shares = [next(x for x in of.ranking.crossings if x.id == "torkham") for of in (before, after)]
    assert shares[1].posterior_share < 0.7 * shares[0].posterior_share
    assert shares[1].interval_90[1] < shares[0].interval_90[1]
    assert "the prior and nothing else" in only_prior(before.ranking)
    assert only_prior(after.ranking) == ""


def test_rows_beyond_the_period_and_places_that_nothing_passes_say_nothing(
    inputs: Inputs, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    far = dataclasses.replace(inputs, effort=log_of(("torkham", 4000, 0)))
    plain = analyse(inputs, question=Question(until=date(2020, 12, 31)), world=world).ranking
    same = analyse(far, question=Question(until=date(2020, 12, 31)), world=world).ranking
    assert same.corridors == plain.corridors
    assert same.provenance["inspections"]["rows"] == 0
    off = dataclasses.replace(inputs, effort=log_of(("wakhjir", 4000, 0)))
    assert analyse(off, world=world).posterior.inspections is None
    assert "no listed corridor passes wakhjir" in caplog.text


def test_provenance_names_the_file_and_its_hash(inputs: Inputs) -> None:
    done = run("rank", "--effort", EXAMPLE, "--format", "json")
    about = json.loads(done.stdout)["provenance"]
    log = with_effort(inputs, EXAMPLE)
    assert about["inputs"]["effort"] == log.hashes["effort"]
    told = about["inspections"]
    assert (told["file"], told["rows"], told["found"]) == (str(EXAMPLE), 7, 17)
    assert told["detection"]["hairatan"] < 1 < told["detection"]["islam-qala"]
    assert "inspections" not in json.loads(run("rank", "--format", "json").stdout)["provenance"]


# --- tests of forecasts: nothing is known before it was there --------------------------------------

FEW = dataclasses.replace(Parameters(), evidence=dataclasses.replace(Parameters().evidence, draws=20))


@pytest.fixture(scope="module")
def early(inputs: Inputs) -> Events:
    """Events of 2011 to 2014: seven, three, one and four."""
    events = locate_events(inputs.seizures, inputs.region, FEW)[0]
    years = events.last_day.astype("datetime64[Y]").astype(int) + 1970
    return events.take(np.flatnonzero((years >= 2011) & (years <= 2014)))


@pytest.fixture(scope="module")
def ground(world: World) -> Ground:
    """What all forecasts of one world share."""
    return ground_of(world)


def of_days(first: str, last: str) -> pd.DataFrame:
    """One row for each of two places, from a day until another."""
    log = log_of(("torkham", 9000, 0), ("islam-qala", 9000, 20))
    return log.assign(**{"from": np.datetime64(first, "s"), "until": np.datetime64(last, "s")})


def moved(one: Backtest, other: Backtest) -> set[int]:
    """Years in which any score of any forecast differs."""
    assert one.events == other.events
    assert one.origins == other.origins
    years = np.array([int(day[:4]) for day in one.days])
    apart = np.zeros(len(years), bool)
    for name, scores in one.scores.items():
        for metric in METRICS:
            pair = [values_of(of, metric) for of in (scores, other.scores[name])]
            apart |= (pair[0] != pair[1]) & ~np.isnan(pair).all(axis=0)
    return set(years[apart].tolist())


@pytest.mark.slow
def test_a_log_of_a_year_tells_of_later_years_alone(world: World, ground: Ground, early: Events) -> None:
    plain = rolling_backtest(world, early, FEW, ground=ground)
    log = of_days("2012-01-01", "2012-12-31")
    logged = rolling_backtest(world, early, FEW, ground=ground, effort=log)
    assert moved(plain, logged) == {2013, 2014}
    assert logged.logged == (0, 1)
    # A row that reaches into a year by one day is not known in it; one of the last year is known in none.
    over = rolling_backtest(world, early, FEW, ground=ground, effort=of_days("2012-12-01", "2013-01-01"))
    assert moved(plain, over) == {2014}
    late = rolling_backtest(world, early, FEW, ground=ground, effort=of_days("2014-01-01", "2014-12-31"))
    assert moved(plain, late) == set()
    assert late.logged == ()
    # What is not known yet has no say in what the known rows teach.
    both = pd.concat([of_days("2014-01-01", "2014-12-31"), log])
    more = rolling_backtest(world, early, FEW, ground=ground, effort=both)
    assert moved(logged, more) == set()
    assert more.logged == (2, 3)
    empty = rolling_backtest(world, early, FEW, ground=ground, effort=log.head(0))
    assert moved(plain, empty) == set()


def test_a_log_of_the_test_year_does_not_move_its_forecast(
    world: World, ground: Ground, early: Events
) -> None:
    three = early.take(np.flatnonzero(early.last_day < np.datetime64("2013-12-31")))
    plain = rolling_backtest(world, three, FEW, ground=ground)
    logged = rolling_backtest(world, three, FEW, ground=ground, effort=of_days("2012-01-01", "2012-12-31"))
    assert moved(plain, logged) == {2013}


@pytest.mark.slow
def test_a_year_left_out_knows_the_rows_before_and_after_it(
    world: World, ground: Ground, early: Events
) -> None:
    plain = left_out_backtest(world, early, FEW, ground=ground)
    logged = left_out_backtest(world, early, FEW, ground=ground, effort=of_days("2012-01-01", "2012-12-31"))
    assert moved(plain, logged) == {2011, 2013, 2014}


@pytest.mark.slow
def test_one_file_foretold_from_another_knows_the_rows_before_each_year(world: World, early: Events) -> None:
    years = early.last_day.astype("datetime64[Y]").astype(int) + 1970
    known, later = early.take(np.flatnonzero(years == 2011)), early.take(np.flatnonzero(years > 2011))
    plain = split_backtest(world, known, later, FEW)
    logged = split_backtest(world, known, later, FEW, effort=of_days("2012-01-01", "2012-12-31"))
    assert moved(plain, logged) == {2013, 2014}


def test_a_forecast_with_a_log_is_that_of_the_events_and_rows_before_it(world: World, early: Events) -> None:
    """The posterior of a year is that of `fit_events`, given what was known and nothing else."""
    log = of_days("2012-01-01", "2012-12-31")
    refits = refits_of(world, early, FEW, effort=log)
    part = next(part for part in years_after_the_first(early) if part.year == 2014)
    found = refits.fit(part, 1)
    epochs, rows = epochs_and_log(refits.choices, early, log, FEW)
    known = early.take(part.train)
    only = dataclasses.replace(epochs, of_event=epochs.of_event[part.train])
    expected = fit_events(refits.choices, known, FEW, 1, only, None, rows)
    assert found.effects.names == expected.effects.names
    assert found.mode == pytest.approx(expected.mode, abs=1e-6)
    assert found.draws == pytest.approx(expected.draws, abs=1e-6)


@pytest.mark.slow
def test_settings_are_chosen_with_the_rows_that_each_year_could_know(inputs: Inputs, early: Events) -> None:
    def score(effort: pd.DataFrame | None) -> Calibration:
        return calibrate(
            lambda p: build_world(inputs, p),
            lambda _: early,
            FEW,
            grid={"kernel_share": (0.1,)},
            rounds=1,
            effort=effort,
        )

    plain, log = score(None), of_days("2012-01-01", "2012-12-31")
    logged = score(log)
    assert logged.logged == (0, 1)
    assert logged.tried[0][1] != plain.tried[0][1]
    assert score(of_days("2014-01-01", "2014-12-31")) == plain
    assert score(log.head(0)) == plain


# --- two sides -------------------------------------------------------------------------------------


def side(inputs: Inputs, world: World, first: int, last: int, log: pd.DataFrame) -> Analysis:
    question = Question(date(first, 1, 1), date(last, 12, 31), period=True)
    return analyse(dataclasses.replace(inputs, effort=log), question=question, world=world)


@pytest.mark.slow
def test_each_side_is_fitted_with_the_rows_of_its_time(inputs: Inputs, world: World) -> None:
    of_both = pd.concat([of_days("2010-01-01", "2010-12-31"), of_days("2018-01-01", "2018-12-31")])
    log = pd.concat([of_both, of_days("2013-01-01", "2016-01-01")], ignore_index=True)
    before, after = side(inputs, world, 2008, 2013, log), side(inputs, world, 2014, 2019, log)
    assert (list(before.effort.index), list(after.effort.index)) == ([0, 1], [2, 3])
    assert log_rows(log, before, after) == LogRows(before=2, after=2, both=0, neither=2)
    shares = {
        side: {row.id: row.posterior_share for row in of.ranking.crossings}
        for side, of in (("before", before), ("after", after))
    }
    rows = {change.id: change for change in compare(before, after, Parameters()) if change.kind == "crossing"}
    for name in ("torkham", "islam-qala"):
        change = rows[name]
        assert change.before == pytest.approx(shares["before"][name], abs=1e-9)
        assert change.after == pytest.approx(shares["after"][name], abs=1e-9)
        assert change.by_status + change.by_seizures == pytest.approx(change.change, abs=1e-12)
    plain = [side(inputs, world, *years, log.head(0)) for years in ((2008, 2013), (2014, 2019))]
    bare = {change.id: change for change in compare(*plain, Parameters()) if change.kind == "crossing"}
    assert rows["torkham"].before < bare["torkham"].before
    assert rows["torkham"].by_seizures != bare["torkham"].by_seizures
    assert log_rows(log.head(0), *plain) is None


@pytest.mark.slow
def test_a_side_with_a_log_against_itself_has_not_changed(inputs: Inputs, world: World) -> None:
    one = side(inputs, world, 2008, 2013, of_days("2010-01-01", "2010-12-31"))
    for change in compare(one, one, Parameters()):
        assert (change.change, change.by_status, change.by_seizures) == pytest.approx((0, 0, 0), abs=1e-12)
        assert not change.told


@pytest.mark.slow
def test_a_log_alone_is_a_side(inputs: Inputs, world: World) -> None:
    none = dataclasses.replace(inputs, seizures=inputs.seizures.head(0))
    one, other = (
        side(none, world, year, year, of_days(f"{year}-01-01", f"{year}-12-31").iloc[rows])
        for year, rows in ((2012, [0]), (2013, [0, 1]))
    )
    rows = {change.id: change for change in compare(one, other, Parameters()) if change.kind == "crossing"}
    assert rows["islam-qala"].by_seizures > 0.05


def test_finds_are_dealt_out_by_inspections_over_vehicles() -> None:
    log = log_of(("x", 100, 30), ("y", 50, 7), ("x", 300, 0)).assign(vehicles_a_day=[100.0, 10.0, 900.0])
    rng = np.random.default_rng(1)
    dealt = np.array([finds_dealt_out(log, rng)["found"] for _ in range(2000)])
    assert (dealt[:, [0, 2]].sum(axis=1) == 30).all()
    assert (dealt[:, 1] == 7).all()
    # 100 of 100 vehicles a day against 300 of 900: three in four of the 30 finds fall on the first row.
    assert dealt[:, 0].mean() == pytest.approx(22.5, abs=0.3)


SIDES = ("--before", "2008-01-01:2013-12-31", "--after", "2014-01-01:2025-12-31")


@pytest.mark.slow
def test_compare_says_on_which_side_rows_count(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = ("torkham,2010-01-01,2010-06-30,5000,,0", "torkham,2013-06-01,2014-06-30,10,,0")
    file.write_text(HEADER + "\n".join((*rows, "islam-qala,2020-01-01,2020-12-31,9000,,9")), "utf-8")
    said = " ".join(run("compare", *SIDES, "--effort", file, "--quiet").stdout.split())
    assert "before 1 (5,000 inspected, 0 found); after 1 (9,000 inspected, 9 found)." in said
    assert "1 with a day outside of either time: on no side." in said
    document = json.loads(run("compare", *SIDES, "--effort", file, "--quiet", "--format", "json").stdout)
    assert document["log_rows"] == {"before": 1, "after": 1, "both": 0, "neither": 1}
    for side in document["provenance"].values():
        assert side["inspections"]["file"] == str(file)
        assert side["inputs"]["effort"]


@pytest.mark.slow
def test_of_two_files_each_side_knows_the_rows_of_its_seizures_time(inputs: Inputs, tmp_path: Path) -> None:
    table = pd.read_csv(bundled("seizures.csv"), dtype=str, keep_default_na=False)
    halves = [table[inputs.seizures["date_until"] < "2014"], table[inputs.seizures["date_from"] >= "2014"]]
    for name, half in zip(("a.csv", "b.csv"), halves, strict=True):
        half.to_csv(tmp_path / name, index=False)
    file = tmp_path / "log.csv"
    file.write_text(HEADER + "torkham,2010-01-01,2010-06-30,5000,,0\n", "utf-8")
    asked = ("--before", tmp_path / "a.csv", "--after", tmp_path / "b.csv", "--effort", file)
    done = run("compare", *asked, "--quiet", "--format", "json")
    assert json.loads(done.stdout)["log_rows"] == {"before": 1, "after": 0, "both": 0, "neither": 0}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("compare", *SIDES), ("backtest", "--events"), ("changes", "--since-data", "2020-01-01")],
    ids=lambda c: c[0],
)
def test_a_log_without_a_row_changes_nothing(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER, "utf-8")
    plain, empty = run(*command), run(*command, "--effort", tmp_path / "log.csv")
    assert empty.stdout.partition("Asked: ")[0].rstrip() == plain.stdout.partition("Asked: ")[0].rstrip()
    assert empty.returncode == plain.returncode == 0


@pytest.mark.slow
def test_backtest_says_which_rows_it_knew(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = ("torkham,2010-01-01,2010-06-30,5000,,0", "torkham,2026-01-01,2026-03-31,400,,1")
    file.write_text(HEADER + "\n".join(rows), "utf-8")
    document = json.loads(run("backtest", "--events", "--effort", file, "--format", "json", "--quiet").stdout)
    told = document["provenance"]["inspections"]
    assert told == {"file": str(file), "rows": 1, "inspected": 5000, "found": 0}


@pytest.mark.slow
def test_with_a_thousand_inspections_the_crossings_are_recovered() -> None:
    import sys

    sys.path.insert(0, str(ROOT / "benchmarks"))
    from effort import recover

    alone, logged, _ = recover(runs=8, inspected=1000)
    assert np.mean(logged.correlation) >= max(0.9, np.mean(alone.correlation))
    assert logged.inside / logged.checked >= 0.8
