"""Forecasts that were sealed before: the seal, the chances, and the scores of what came after."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from commands import run
from scipy.stats import norm

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.outputs.documents.ledger_document import forecast_json
from routes.parameters import Parameters
from routes.question import Question
from routes.trust.fields import BASELINES, RANKING, STAND, all_fields
from routes.trust.ledger import (
    CellColumns,
    Forecast,
    ForecastChances,
    PlaceColumns,
    canonical,
    forecast_of,
    read_forecast,
    seal_of,
    sealed,
)
from routes.trust.resolution import resolve, spread_over_cells

if TYPE_CHECKING:
    from routes.read.inputs import Inputs

ROOT = Path(__file__).parents[1]
FIRST = min((ROOT / "forecasts").glob("*.json"))
LATER = ROOT / "docs/examples/later.csv"


@pytest.fixture(scope="module")
def old(inputs: Inputs) -> Analysis:
    """Answer as of the first day of 2016, on what was known by then."""
    return analyse(inputs, question=Question(until=date(2015, 12, 31), as_of=date(2016, 1, 1)))


@pytest.fixture(scope="module")
def forecast(old: Analysis) -> Forecast:
    return forecast_of(old, Parameters(), 3650)


def after(inputs: Inputs, day: str) -> pd.DataFrame:
    return inputs.seizures[inputs.seizures["date_from"] > pd.Timestamp(day)]


# --- what is sealed --------------------------------------------------------------------------------


def test_every_chance_is_that_of_the_field_it_was_made_from(old: Analysis, forecast: Forecast) -> None:
    parameters = old.region.parameters(Parameters())
    land, fields = all_fields(
        old.choices.world, old.choices, old.posterior, old.events, date(2016, 1, 1), parameters
    )
    assert list(forecast.forecasts) == [RANKING, STAND, *BASELINES]
    measure = land.ground.measure
    for name, of in forecast.forecasts.items():
        for chances in (of.cells, of.places, of.countries):
            assert sum(chances) == pytest.approx(1, abs=1e-4)
        mass = fields[name].density * measure.length_km
        at, country = 0, {}
        for code, edges in measure.edges.items():
            country[code] = mass[at : at + len(edges)].sum()
            at += len(edges)
        assert of.countries == pytest.approx([country[code] for code in forecast.countries], rel=1e-5)
    assert sum(forecast.cells.road_km) == pytest.approx(measure.total_km, rel=1e-5)
    assert {"crossing", "gate", "processing_area"} == set(forecast.places.kind)
    assert (forecast.day, forecast.until) == ("2016-01-01", "2025-12-29")


def test_hindsight_and_a_period_are_refused(inputs: Inputs) -> None:
    with pytest.raises(RoutesError, match=r"with hindsight\. Give --until 2012-01-01"):
        forecast_of(analyse(inputs, question=Question(as_of=date(2012, 1, 1))), Parameters(), 365)
    day = date(2012, 1, 1)
    logged = {"place": "torkham", "inspected": 50.0, "passed": np.nan, "found": 0.0, "vehicles_a_day": 700.0}
    times = {name: np.datetime64("2012-01-02", "s") for name in ("from", "until")}
    known = inputs.seizures[inputs.seizures["date_until"] <= pd.Timestamp(day)].reset_index(drop=True)
    early = dataclasses.replace(inputs, seizures=known, effort=pd.DataFrame([logged | times]))
    with pytest.raises(RoutesError, match=r"the log of inspections runs to 2012-01-02: .* Give --until"):
        forecast_of(analyse(early, question=Question(as_of=day)), Parameters(), 365)
    assert forecast_of(analyse(early, question=Question(until=day, as_of=day)), Parameters(), 365)
    with pytest.raises(RoutesError, match=r"a forecast is of a day\. Leave out --period"):
        forecast_of(analyse(inputs, question=Question(period=True)), Parameters(), 365)


def test_the_file_is_canonical_and_its_seal_is_the_hash_of_the_rest(
    old: Analysis, forecast: Forecast, tmp_path: Path
) -> None:
    text = forecast_json(forecast, old.ranking.provenance)
    assert text == forecast_json(forecast, old.ranking.provenance)
    content = json.loads(text)
    seal = content.pop("seal")
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert seal == hashlib.sha256(plain.encode()).hexdigest()
    (tmp_path / "f.json").write_text(text, encoding="ascii")
    read = read_forecast(tmp_path / "f.json")
    assert read.forecast == forecast
    assert read.seal == seal
    assert set(read.provenance) >= {"package_version", "inputs", "parameters", "seed"}


def broken(content: dict[str, Any], how: str) -> str:
    if how == "a chance":
        content["forecasts"][RANKING]["cells"][0] += 1e-6
        return canonical(content) + "\n"
    if how == "the day":
        content["day"] = "2015-01-01"
        return canonical(content) + "\n"
    if how == "the seal":
        content["seal"] = "0" * 64
        return canonical(content) + "\n"
    if how == "blanks":
        return json.dumps(content, sort_keys=True) + "\n"
    return canonical(content)  # no line feed at the end


@pytest.mark.parametrize("how", ["a chance", "the day", "the seal", "blanks", "the last byte"])
def test_a_broken_seal_is_refused(how: str, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text(broken(json.loads(FIRST.read_text()), how), encoding="ascii")
    for further in ([], ["--check"]):
        done = run("score", file, "--seizures", LATER, *further)
        assert done.returncode == 2
        assert "the seal is broken" in done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema_version": "2.0"}, "Score it with routes"),
        ({"forecasts": {}}, "no forecast 'ranking'"),
        ({"cells": {"id": []}}, "its seal is whole, but it is no forecast"),
        ({"day": "soon"}, "its seal is whole, but it is no forecast"),
        ({"events": float("1e400")}, None),
    ],
)
def test_what_is_sealed_and_is_no_forecast_is_refused(
    change: dict[str, Any], words: str | None, tmp_path: Path
) -> None:
    content = json.loads(FIRST.read_text()) | change
    if words is None:
        with pytest.raises(ValueError, match="not JSON compliant"):
            sealed(content)
        return
    (tmp_path / "f.json").write_text(sealed(content), encoding="ascii")
    with pytest.raises(RoutesError, match=words):
        read_forecast(tmp_path / "f.json")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema":"routes/ranking"}', "\xff", "[" * 100_000])
def test_another_file_is_told_as_such(text: str, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(text.encode("latin-1"))
    done = run("score", tmp_path / "f.json", "--seizures", LATER)
    assert done.returncode == 2
    assert "no sealed forecast. Write one with routes forecast" in done.stderr
    assert run("score", tmp_path / "none.json").returncode == 2


# --- the scores ------------------------------------------------------------------------------------


def by_hand() -> Forecast:
    """Two cells of 25 km, 1 degree apart on the equator: 10 km of road in the west, 30 in the east."""
    even = ForecastChances((0.25, 0.75), (0.5, 0.5), (1.0,))
    sure = ForecastChances((0.9, 0.1), (0.8, 0.2), (1.0,))
    return Forecast(
        day="2020-01-01",
        until="2020-12-31",
        events=3,
        last_event="2019-01-01",
        footprint_km={"exact": 6.0},
        countries=("AFG",),
        cells=CellColumns(("w", "e"), (60.0, 61.0), (0.0, 0.0), ("AFG", "AFG"), (10.0, 30.0)),
        places=PlaceColumns(("gate-w", "x-e"), ("gate", "crossing"), (60.0, 61.0), (0.0, 0.0)),
        forecasts={RANKING: sure, BASELINES[0]: even},
    )


def records(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Rows of (id, first day, last day, lon)."""
    ids, first, last, lon = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "seizure_id": ids,
            "event_id": ids,
            "date_from": pd.to_datetime(list(first)),
            "date_until": pd.to_datetime(list(last)),
            "country": "AFG",
            "place": [f"at {name}" for name in ids],
            "lat": 0.0,
            "lon": lon,
            "location_precision": "exact",
            "place_kind": "road",
            "substance": "acetic anhydride",
            "source_grade": "A1",
            "quantity_kg": 1.0,
        }
    )


def test_scores_by_hand(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routes.trust.resolution.TOP_CELLS", 1)
    seizures = records(("west", "2020-02-01", "2020-02-01", 60.0), ("east", "2020-03-01", "2020-03-31", 61.0))
    found = resolve(by_hand(), "0" * 64, seizures, inputs.region)
    assert [(row.id, row.missed, row.cell, row.nearest_place) for row in found.events] == [
        ("east", True, "e", "x-e"),
        ("west", False, "w", "gate-w"),
    ]
    east, west = (row.scores[RANKING] for row in found.events)
    # Each lies in its cell alone: the other is 111 km off, eighteen standard deviations.
    assert west.log_density_per_km == pytest.approx(np.log(0.9 / 10))
    assert east.log_density_per_km == pytest.approx(np.log(0.1 / 30))
    assert (west.place_chance, west.place_rank, east.place_rank) == (0.8, 1, 2)
    assert west.brier == pytest.approx(0.2**2 + 0.2**2)
    assert east.brier == pytest.approx(0.8**2 + 0.8**2)
    assert (west.in_top_cells, east.in_top_cells) == pytest.approx((1, 0))
    # 5 % of 40 km are 2 km, a fifth of the denser cell.
    assert west.on_hot_roads == pytest.approx(0.2)
    plain = [row.scores[BASELINES[0]].log_density_per_km for row in found.events]
    assert plain == pytest.approx([np.log(0.025)] * 2)
    mean = (np.log(0.09) + np.log(0.1 / 30)) / 2
    assert found.means[RANKING]["log_density_per_km"].value == pytest.approx(mean, abs=1e-6)
    better = found.better_by[BASELINES[0]]["log_density_per_km"]
    assert better.value == pytest.approx(mean - np.log(0.025), abs=1e-6)
    assert better.interval_90 is not None
    assert found.missed == 1


def test_an_event_is_spread_over_cells_as_its_place_is_imprecise() -> None:
    cells = dataclasses.replace(by_hand().cells, lon=(60.0, 60.2248), road_km=(10.0, 10.0))
    near = dataclasses.replace(by_hand(), cells=cells)  # 25 km apart: they touch
    events = type(
        "Events", (), {"lon": np.array([60.0]), "lat": np.zeros(1), "footprint_km": np.array([12.0])}
    )
    own = norm.cdf(12.5 / 12) - norm.cdf(-12.5 / 12)
    other = norm.cdf(37.5 / 12) - norm.cdf(12.5 / 12)
    spread = spread_over_cells(near, events)  # type: ignore[arg-type]
    assert spread[0] == pytest.approx([own / (own + other), other / (own + other)], rel=1e-3)
    far = type("Events", (), {"lon": np.array([70.0]), "lat": np.zeros(1), "footprint_km": np.array([6.0])})
    assert spread_over_cells(near, far)[0].tolist() == [0, 1]  # type: ignore[arg-type]


def test_what_may_be_from_before_is_refused_and_what_may_be_beyond_is_counted(inputs: Inputs) -> None:
    early = records(("a", "2020-01-01", "2020-01-01", 60.0), ("b", "2019-12-01", "2020-02-28", 60.0))
    with pytest.raises(RoutesError, match=r"2 of the records .* before: a, b\. .* --since 2020-01-02"):
        resolve(by_hand(), "0" * 64, early, inputs.region)
    rows = records(
        ("in", "2020-05-01", "2020-05-01", 60.0),
        ("twice", "2020-05-01", "2020-05-01", 60.0),
        ("beyond", "2020-12-01", "2021-01-31", 60.0),
    )
    found = resolve(by_hand(), "0" * 64, rows, inputs.region)
    assert [row.id for row in found.events] == ["in"]
    assert (found.merged, found.beyond) == (("twice",), ("beyond",))
    assert found.means[RANKING]["brier"].interval_90 is None  # of one event
    # An event whose first record is of elsewhere is where its first record in the region says.
    two = records(("one", "2020-05-01", "2020-05-01", 70.0), ("other", "2020-05-01", "2020-05-01", 61.0))
    two = two.assign(event_id="event", country=["FRA", "AFG"])
    (event,) = resolve(by_hand(), "0" * 64, two, inputs.region).events
    assert (event.country, event.place, event.lon) == ("AFG", "at other", 61.0)
    none = resolve(by_hand(), "0" * 64, rows.tail(1), inputs.region)
    assert none.events == ()
    assert none.means[RANKING]["brier"].value is None


def test_a_forecast_of_2016_is_scored_as_the_roads_would(
    inputs: Inputs, old: Analysis, forecast: Forecast
) -> None:
    """Cells are coarser than edges of the network, so that the mean log density differs, but little."""
    from routes.evidence.events import locate_events
    from routes.trust.apart import one_a_place_and_day
    from routes.trust.scoring import place_events

    seizures = after(inputs, "2016-01-01")
    seizures = seizures[seizures["date_until"] <= pd.Timestamp(forecast.until)]
    found = resolve(forecast, "0" * 64, seizures, inputs.region)
    assert len(found.events) >= 20
    parameters = old.region.parameters(Parameters())
    land, fields = all_fields(
        old.choices.world, old.choices, old.posterior, old.events, date(2016, 1, 1), parameters
    )
    events, _ = one_a_place_and_day(locate_events(seizures, old.region, parameters)[0])
    placed = place_events(land.ground.measure, events)
    on_roads = {name: float(np.log(placed @ fields[name].density).mean()) for name in fields}
    by_cell = {name: of["log_density_per_km"].value or 0.0 for name, of in found.means.items()}
    assert set(by_cell) == set(on_roads)
    for name, value in on_roads.items():
        assert by_cell[name] == pytest.approx(value, abs=0.45), name
    misses = [row.missed for row in found.events]
    assert misses == sorted(misses, reverse=True)
    assert sum(misses) == found.missed


# --- commands and the ledger of the repository -----------------------------------------------------


@pytest.mark.slow
def test_seal_and_score_by_command(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    asked = ("--until", "2018-12-31", "--as-of", "2019-01-01", "--horizon", "1000")
    done = run("forecast", *asked, "--output", file)
    assert done.returncode == 0, done.stderr
    seal = read_forecast(file).seal
    assert f"Seal: {seal}" in done.stderr
    shown = run("forecast", *asked)
    assert seal in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert run("score", file).returncode == 2  # the bundled records begin in 2008
    scored = run("score", file, "--since", "2019-01-02")
    assert scored.returncode == 0, scored.stderr
    assert "MISS" in scored.stdout
    assert max(map(len, scored.stdout.splitlines())) <= 80
    assert seal_of(json.loads(file.read_text())) == seal
    kept = file.read_bytes()
    assert run("score", file, "--since", "2019-01-02", "--output", file).returncode == 2
    (tmp_path / "bad.toml").write_text("[nonsense]\nx = 1\n", encoding="utf-8")
    for form in (["--format", "table"], ["--format", "json"], ["--check"]):
        refused = run("score", file, "--since", "2019-01-02", "--config", tmp_path / "bad.toml", *form)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "unknown section 'nonsense'" in refused.stderr
    assert file.read_bytes() == kept


def test_every_seal_of_the_ledger_is_whole_and_its_page_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts/ledger.py"), "--check"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    page = (ROOT / "docs/forecasts.md").read_text(encoding="utf-8")
    for path in (ROOT / "forecasts").glob("*.json"):
        made = read_forecast(path)
        assert made.forecast.day == path.stem
        assert made.seal in page
    assert "scripts/ledger.py --check" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_a_broken_seal_or_a_page_that_is_behind_ends_the_check(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    import ledger

    shutil.copytree(ROOT / "forecasts", tmp_path / "forecasts")
    page = tmp_path / "forecasts.md"
    page.write_text((ROOT / "docs/forecasts.md").read_text("utf-8") + "more\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "FORECASTS", tmp_path / "forecasts")
        patch.setattr(ledger, "PAGE", page)
        patch.setattr(sys, "argv", ["ledger.py", "--check"])
        with pytest.raises(SystemExit, match="behind"):
            ledger.main()
        file = tmp_path / "forecasts" / FIRST.name
        file.write_bytes(file.read_bytes().replace(b"AFG", b"TJK", 1))
        with pytest.raises(SystemExit, match="the seal is broken"):
            ledger.main()
