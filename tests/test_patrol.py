"""Where to stand: cells and stretches hold the chances that the field gives them, and are named."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from commands import run

from routes.outputs.export import FORMATS, dataset, export_file
from routes.parameters import Parameters
from routes.planning.beats import STRETCH_KM, Beat, beat_of, patrol_cells, patrol_stretches
from routes.read.inputs import load_inputs
from routes.support.geo import great_circle_km
from routes.trust.road_cells import cell_at, cell_id, corners

if TYPE_CHECKING:
    from pathlib import Path

    from routes.analysis import Analysis

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def beat(analysis: Analysis) -> Beat:
    return beat_of(analysis, Parameters())


def test_all_cells_hold_all_of_the_chance_and_stand_in_order(beat: Beat) -> None:
    rows = patrol_cells(beat)
    assert sum(row.chance for row in rows) == pytest.approx(1)
    assert sum(row.road_km for row in rows) == pytest.approx(beat.measure.total_km)
    assert sum(row.chance * row.road_km * row.times_mean / row.chance for row in rows) == pytest.approx(
        beat.measure.total_km
    )
    chances = [row.chance for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert patrol_cells(beat, top=7) == rows[:7]
    assert patrol_cells(beat, country="IRN") == tuple(row for row in rows if row.country == "IRN")


def test_cells_are_named_by_what_lies_in_them_and_count_the_seizures_there(beat: Beat) -> None:
    rows = patrol_cells(beat)
    by_name = {name: row for row in rows for name in row.places}
    port = by_name["Karachi Port"]
    assert abs(port.lon - 66.975) < 0.2
    assert abs(port.lat - 24.826) < 0.2
    assert port.past_events > 0
    row, column = cell_at(beat.events.lon, beat.events.lat)
    in_rows = {row.id for row in rows}
    seen = [cell_id(*at) for at in zip(row.tolist(), column.tolist(), strict=True)]
    assert sum(row.past_events for row in rows) == sum(cell in in_rows for cell in seen)


def test_corners_are_those_of_a_square_of_25_km_about_the_middle(beat: Beat) -> None:
    for row in patrol_cells(beat, top=20):
        (west, south), (east, _), (_, north), *_ = corners(row.id)
        assert row.corners == corners(row.id)
        assert float(great_circle_km(row.lon, south, row.lon, north)) == pytest.approx(25, abs=0.1)
        assert float(great_circle_km(west, row.lat, east, row.lat)) == pytest.approx(25, abs=0.1)


def test_stretches_are_apart_short_and_hold_what_the_field_gives_them(beat: Beat) -> None:
    rows = patrol_stretches(beat, top=60)
    assert len(rows) == 60
    assert len({row.points for row in rows}) == 60
    single = {(round(float(km), 6)) for km in beat.measure.length_km[beat.measure.length_km > STRETCH_KM]}
    for row in rows:
        assert row.length_km <= STRETCH_KM or round(row.length_km, 6) in single
        assert row.times_mean == pytest.approx(row.chance / row.length_km * beat.measure.total_km)
        steps = great_circle_km(*np.array(row.points[:-1]).T, *np.array(row.points[1:]).T)
        assert steps.sum() <= row.length_km * 1.01 + 0.1  # one continuous line, no leaps
    chances = [row.chance for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) < 1


def test_no_road_of_a_country_is_in_two_stretches(beat: Beat) -> None:
    """All stretches of a country together hold its whole chance, each edge once."""
    for country in ("TJK", "AFG"):
        first, own = beat.measure.first[country], beat.measure.edges[country]
        here = slice(first, first + len(own))
        whole = beat.density[here] @ beat.measure.length_km[here]
        assert sum(row.chance for row in patrol_stretches(beat, country)) == pytest.approx(whole)


def test_spread_and_kernel_move_the_field_as_their_parameters_say(analysis: Analysis) -> None:
    from dataclasses import replace

    default = Parameters()
    fields = {
        name: beat_of(analysis, replace(default, forecast=replace(default.forecast, **values))).density
        for name, values in {
            "bare": {"stand_smoothed": 0.0, "stand_kernel_share": 0.0},
            "spread": {"stand_smoothed": 1.0, "stand_kernel_share": 0.0},
            "half": {"stand_smoothed": 0.5, "stand_kernel_share": 0.0},
            "past": {"stand_smoothed": 0.0, "stand_kernel_share": 0.9},
        }.items()
    }
    assert fields["half"] == pytest.approx((fields["bare"] + fields["spread"]) / 2)
    assert fields["spread"].max() < fields["bare"].max()
    assert np.abs(fields["past"] - fields["bare"]).max() > 0


@pytest.mark.parametrize("name", ["gpkg", "kml", "geojson", "geoparquet"])
def test_exports_have_the_stretches_as_a_layer(
    analysis: Analysis, beat: Beat, name: str, tmp_path: Path
) -> None:
    rows = patrol_stretches(beat, top=5)
    data = dataset(analysis, load_inputs().seizures, analysis.ranking.corridors[:3], patrol=rows)
    path = tmp_path / f"x{FORMATS[name].suffix}"
    export_file(data, name, path, *(["patrol"] if FORMATS[name].one_layer else []))
    if name == "kml":
        text = path.read_text(encoding="utf-8")
        assert [row.name in text for row in rows] == [True] * 5
        return
    if name == "geojson":
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = [f["properties"] for f in features if f["properties"]["layer"] == "patrol"]
        assert [f["chance"] for f in found] == pytest.approx([row.chance for row in rows], abs=1e-5)
        return
    table = gpd.read_parquet(path) if name == "geoparquet" else gpd.read_file(path, layer="patrol")
    assert list(table["stretch"]) == [row.name for row in rows]
    assert [len(line.geoms[0].coords) for line in table.geometry] == [len(row.points) for row in rows]


@pytest.mark.slow
def test_the_command_writes_every_format() -> None:
    table = run("patrol", "--top", "3", "--quiet")
    assert table.returncode == 0
    assert max(map(len, table.stdout.splitlines())) <= 80
    rows = list(csv.DictReader(io.StringIO(run("patrol", "--quiet", "--format", "csv").stdout)))
    assert len(rows) == 100
    roads = json.loads(run("patrol", "--kind", "road", "--top", "5", "--quiet", "--format", "geojson").stdout)
    assert {f["geometry"]["type"] for f in roads["features"]} == {"LineString"}
    cells = json.loads(run("patrol", "--top", "5", "--quiet", "--format", "geojson").stdout)
    assert [f["id"] for f in cells["features"]] == [row["id"] for row in rows[:5]]
    ring = cells["features"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    wrong = run("patrol", "--country", "XXX")
    assert wrong.returncode == 2
