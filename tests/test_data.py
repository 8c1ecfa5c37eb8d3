"""What the bundled files promise. Distances are on the sphere; borders are Natural Earth's, 1:10 million."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from routes import read as tables
from routes.read.location import CountryShapes
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

MODELLED = ("AFG", "IRN", "KAZ", "KGZ", "PAK", "TJK", "TKM", "UZB")
"""The eight countries of TARCET, whose roads and crossings are modelled."""

CROSSING_TOLERANCE_KM = 8.0
"""From a crossing to the border of each of its countries."""

PLACE_TOLERANCE_KM = 8.0
"""Outside its country: crossings and ports lie on the line, which is drawn up to 5 km off."""

LONGEST_GAP_KM = 60.0
"""Between two stops of a highway: no longer piece may be drawn straight."""

COVER_FROM = pd.Timestamp("2007-01-01")

NAMED_HIGHWAYS = [
    # the Afghan ring road
    "Kabul > Kandahar",
    "Kandahar > Herat",
    "Herat > Maymana",
    "Maymana > Mazar-e Sharif",
    "Mazar-e Sharif > Pul-e Khumri",
    "Pul-e Khumri > Kabul",
    # its spurs to the processing areas
    "Lashkar Gah > Kandahar",
    "Zaranj > Delaram",
    "Farah > Farah Rud (Farah turn)",
    "Kunduz > Fayzabad",
    "Kabul > torkham",
    # neighbours
    "karachi > Quetta",
    "Quetta > spin-boldak-chaman",
    "Quetta > mirjaveh-taftan",
    "karachi > Peshawar",
    "Peshawar > torkham",
    "shahid-rajaee > Kerman",
    "Kerman > Zahedan",
    "Zahedan > zaranj-milak",
    "chabahar > Zahedan",
    "Mashhad > islam-qala",
    "Birjand > abu-nasr-farahi",
    "Mary > torghundi",
    "Kerki > aqina",
    "Samarkand > Termez",
    "Tashkent > Termez",
    "Termez > hairatan",
    "Dushanbe > sher-khan-bandar",
    "Dushanbe > Khorog",
    "Khorog > ishkashim",
    "Osh > Sary-Tash",
    "Sary-Tash > karamyk",
    "karamyk > Dushanbe",
    "Kashgar > irkeshtam",
    "Kashgar > khunjerab",
    "khunjerab > Islamabad",
]
MOST_DETOUR = 1.7
"""Length along the stops of a named highway over the great circle between its ends."""


@pytest.fixture(scope="session")
def borders() -> Any:
    """Country shapes."""
    return tables.read_borders(tables.bundled("borders.geojson"))


@pytest.fixture(scope="session")
def shapes(borders: Any) -> CountryShapes:
    """Country shapes, made ready for points."""
    return CountryShapes(borders)


@pytest.fixture(scope="session")
def crossings() -> pd.DataFrame:
    """Border crossings."""
    return tables.read_crossings(tables.bundled("crossings.csv"))


@pytest.fixture(scope="session")
def places() -> pd.DataFrame:
    """Gates, processing areas and other places."""
    return tables.read_places(tables.bundled("places.csv"))


@pytest.fixture(scope="session")
def status() -> pd.DataFrame:
    """Periods of the crossings."""
    return tables.read_crossing_status(tables.bundled("crossing_status.csv"))


@pytest.fixture(scope="session")
def highways() -> pd.DataFrame:
    """Highways, with ``straight_km`` from the stop before (NaN at the first)."""
    table = tables.read_highways(tables.bundled("highways.csv"))
    before = table.groupby("highway_id")[["lon", "lat"]].shift()
    return table.assign(straight_km=great_circle_km(before["lon"], before["lat"], table["lon"], table["lat"]))


@pytest.fixture(scope="session")
def operations() -> pd.DataFrame:
    """Operations and their reported totals."""
    return tables.read_operations(tables.bundled("operations.csv"))


@pytest.fixture(scope="session")
def seizures(borders: Any) -> pd.DataFrame:
    """Seizure records, compared with the borders."""
    return tables.read_seizures(tables.bundled("seizures.csv"), borders=borders)


def km_outside(shapes: CountryShapes, points: pd.DataFrame) -> list[float]:
    """Distance of each point from its country; 0 inside it or where the map cannot judge."""
    result = []
    for country, lon, lat in zip(points["country"], points["lon"], points["lat"], strict=True):
        x, y = np.array([lon]), np.array([lat])
        judged = country in shapes.shapes and shapes.judges(country, x, y)[0]
        result.append(float(shapes.distance_km(country, x, y)[0]) if judged else 0.0)
    return result


def km_from_border(shape: BaseGeometry, lon: float, lat: float) -> float:
    """Distance from a point to the outline of a country."""
    line = shapely.shortest_line(shapely.Point(lon, lat), shapely.boundary(shape))
    (x, y), (x_2, y_2) = shapely.get_coordinates(line)
    return float(great_circle_km(x, y, x_2, y_2))


def bad(table: pd.DataFrame, mask: Iterable[bool], *columns: str) -> list[list[Any]]:
    """Rows of a mask, for a message that shows them."""
    return table.loc[np.asarray(mask, dtype=bool), list(columns)].to_numpy().tolist()


# Borders


def test_borders_are_small_and_hold_the_modelled_countries(borders: Any) -> None:
    """At most 2 MB; the eight countries of TARCET and others around them."""
    assert tables.bundled("borders.geojson").stat().st_size <= 2_000_000
    assert set(borders.loc[borders["modelled"], "iso3"]) == set(MODELLED)
    assert len(borders) > len(MODELLED)
    assert borders["iso3"].is_unique
    assert borders.geometry.is_valid.all()
    assert borders.crs.to_epsg() == 4326


def test_neighbours_share_their_borders(borders: Any) -> None:
    """No overlap, and no sliver between two countries that touch."""
    shapes = borders.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(left[left < right], right[left < right], strict=True):
        assert shapely.area(shapely.intersection(shapes[a], shapes[b])) < 1e-9
    whole = shapely.union_all(shapes[borders["modelled"]])
    inner_rings = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    slivers = [ring for ring in inner_rings if shapely.area(ring) < 0.01]
    assert slivers == []


@pytest.mark.parametrize(
    "pair", ["AFG-IRN", "AFG-PAK", "AFG-TJK", "AFG-TKM", "AFG-UZB", "AFG-CHN", "KAZ-RUS"]
)
def test_borders_are_the_same_line_on_both_sides(borders: Any, pair: str) -> None:
    """Two neighbours have edges in common, point by point."""
    by_code = borders.set_index("iso3").geometry

    def edges(code: str) -> set[frozenset[tuple[float, float]]]:
        rings = shapely.get_rings(shapely.get_parts(by_code[code]))
        points = [list(map(tuple, shapely.get_coordinates(ring))) for ring in rings]
        return {frozenset(edge) for ring in points for edge in pairwise(ring)}

    first, second = (edges(code) for code in pair.split("-"))
    assert len(first & second) >= 10


# Crossings and their periods


def test_crossings_lie_on_the_border_of_their_two_countries(crossings: pd.DataFrame, borders: Any) -> None:
    """Within 8 km of either outline."""
    by_code = borders.set_index("iso3").geometry
    far = []
    for name, *countries, lon, lat in crossings[
        ["crossing_id", "country_a", "country_b", "lon", "lat"]
    ].to_numpy():
        for code in countries:
            distance = km_from_border(by_code[code], lon, lat)
            if distance > CROSSING_TOLERANCE_KM:
                far.append((name, code, round(distance, 1)))
    assert far == []


def test_crossings_join_a_modelled_country_to_another(crossings: pd.DataFrame) -> None:
    """One of the two countries at least is modelled; no crossing stands twice."""
    modelled = crossings[["country_a", "country_b"]].isin(MODELLED).any(axis=1)
    assert bad(crossings, ~modelled, "crossing_id") == []
    assert not crossings.duplicated(["lat", "lon", "kind"]).any()


@pytest.mark.parametrize(
    "crossing_id",
    [
        "islam-qala",
        "abu-nasr-farahi",
        "zaranj-milak",
        "torghundi",
        "aqina",
        "hairatan",
        "sher-khan-bandar",
        "torkham",
        "spin-boldak-chaman",
        "ghulam-khan",
    ],
)
def test_the_main_afghan_crossings_are_listed(
    crossings: pd.DataFrame, highways: pd.DataFrame, crossing_id: str
) -> None:
    """Each is an official crossing and a stop of a highway."""
    row = crossings.set_index("crossing_id").loc[crossing_id]
    assert row["country_a"] == "AFG"
    assert row["official"]
    assert crossing_id in set(highways["crossing_id"])


def test_every_crossing_has_one_status_on_every_day_since_2007(
    crossings: pd.DataFrame, places: pd.DataFrame, status: pd.DataFrame
) -> None:
    """Periods follow day upon day; the reader has refused overlaps. Rail is not used by the model."""
    roads = crossings.loc[crossings["kind"] != "rail", "crossing_id"]
    seaports = places.loc[places["kind"] == "seaport", "place_id"]
    assert set(status["crossing_id"]) <= {*crossings["crossing_id"], *places["place_id"]}
    assert {*roads, *seaports} <= set(status["crossing_id"])
    for crossing_id, periods in status.groupby("crossing_id"):
        ordered = periods.assign(start=periods["from"].fillna(pd.Timestamp("1900-01-01"))).sort_values(
            "start"
        )
        assert ordered["start"].iloc[0] <= COVER_FROM, crossing_id
        assert pd.isna(ordered["until"].iloc[-1]), crossing_id
        gap = ordered["start"].iloc[1:].to_numpy() - ordered["until"].iloc[:-1].to_numpy()
        assert (gap == np.timedelta64(1, "D")).all(), crossing_id


@pytest.mark.parametrize(
    "crossing_id", ["torkham", "spin-boldak-chaman", "ghulam-khan", "kharlachi", "angoor-adda"]
)
def test_the_afghan_pakistani_gates_are_shut_since_october_2025(
    status: pd.DataFrame, crossing_id: str
) -> None:
    """Four have been closed to trade since 12 October 2025, Spin Boldak since the 15th."""
    periods = status[status["crossing_id"] == crossing_id]
    day = pd.Timestamp("2025-10-15" if crossing_id == "spin-boldak-chaman" else "2025-10-12")
    now = periods[(periods["from"] <= day) & (periods["until"].isna() | (periods["until"] >= day))]
    assert now["status"].tolist() == ["closed"]


# Places


def test_places_lie_in_their_country(places: pd.DataFrame, shapes: CountryShapes) -> None:
    """Within 8 km: gates stand on the line, ports at the water."""
    outside = np.array(km_outside(shapes, places))
    assert bad(places, outside > PLACE_TOLERANCE_KM, "place_id", "country") == []


def test_weights_of_processing_areas_sum_to_one(places: pd.DataFrame) -> None:
    """Each area has a weight, and districts add nothing on top."""
    areas = places[places["kind"] == "processing_area"]
    assert areas["weight"].gt(0).all()
    assert areas["weight"].sum() == pytest.approx(1, abs=1e-6)
    assert places.loc[places["kind"] == "district", "weight"].isna().all()


def test_gates_have_weights_and_land_gates_their_crossing(
    places: pd.DataFrame, crossings: pd.DataFrame
) -> None:
    """Gates lie on the outer rim: a modelled country on one side alone."""
    gates = places[places["kind"].isin(["seaport", "land_gate"])]
    assert gates["weight"].gt(0).all()
    assert gates["country"].isin(MODELLED).all()
    land = gates[gates["kind"] == "land_gate"].merge(crossings, on="crossing_id", how="left")
    modelled = land[["country_a", "country_b"]].isin(MODELLED).sum(axis=1)
    assert bad(land, modelled != 1, "place_id") == []


def test_districts_belong_to_an_area(places: pd.DataFrame) -> None:
    """Every district names a processing area as its whole."""
    kinds = places.set_index("place_id")["kind"]
    districts = places[places["kind"] == "district"]
    assert (districts["part_of"].map(kinds) == "processing_area").all()


# Highways


def test_highway_stops_lie_in_their_country(highways: pd.DataFrame, shapes: CountryShapes) -> None:
    """Within 8 km, as for places."""
    outside = np.array(km_outside(shapes, highways))
    assert bad(highways, outside > PLACE_TOLERANCE_KM, "highway_id", "stop", "country") == []


def test_highways_have_no_long_straight_pieces(highways: pd.DataFrame) -> None:
    """Two stops are at most 60 km apart, and not in the same place."""
    steps = highways["straight_km"]
    assert bad(highways, steps > LONGEST_GAP_KM, "highway_id", "stop") == []
    assert bad(highways, steps < 0.05, "highway_id", "stop") == []
    assert highways.groupby("highway_id").size().min() >= 2


def test_published_distances_are_no_shorter_than_straight_lines(highways: pd.DataFrame) -> None:
    """A distance counts from the last stop before that has one, or from the first stop."""
    measured = highways["distance_km"].notna() | (highways["order"] == 1)
    straight = highways["straight_km"].fillna(0).groupby(highways["highway_id"]).cumsum()
    last = straight.where(measured).groupby(highways["highway_id"]).transform(lambda s: s.shift().ffill())
    ratio = highways["distance_km"] / (straight - last)
    assert bad(highways, (ratio < 0.99) | (ratio > 2.0), "highway_id", "stop", "distance_km") == []


def test_highway_crossings_are_listed(
    highways: pd.DataFrame, crossings: pd.DataFrame, places: pd.DataFrame
) -> None:
    """Ids of crossings and ports are those of the other files, at the same point (within 3 km)."""
    named = highways[highways["crossing_id"] != ""]
    points = pd.concat(
        [places.set_index("place_id")[["lon", "lat"]], crossings.set_index("crossing_id")[["lon", "lat"]]]
    )
    points = points[~points.index.duplicated(keep="last")]
    assert set(named["crossing_id"]) <= set(points.index)
    there = points.loc[named["crossing_id"]]
    apart = great_circle_km(named["lon"], named["lat"], there["lon"], there["lat"])
    assert bad(named, apart > 3, "highway_id", "crossing_id") == []


@pytest.fixture(scope="session")
def stops(highways: pd.DataFrame) -> nx.Graph[Any]:
    """Stops by coordinates, joined along the highways."""
    graph: nx.Graph[Any] = nx.Graph()
    for _, rows in highways.groupby("highway_id"):
        points = list(zip(rows["lon"].round(4), rows["lat"].round(4), strict=True))
        for (a, b), km in zip(pairwise(points), rows["straight_km"].iloc[1:], strict=True):
            graph.add_edge(a, b, km=km)
    return graph


def test_highways_hang_together(stops: nx.Graph[Any]) -> None:
    """They are one network, but for stretches that bend a trunk road within 10 km of the others."""
    main, *others = sorted(nx.connected_components(stops), key=len, reverse=True)
    lon, lat = np.array(list(main)).T
    for stretch in others:
        assert min(great_circle_km(x, y, lon, lat).min() for x, y in stretch) < 10, stretch


@pytest.mark.parametrize("name", NAMED_HIGHWAYS)
def test_named_highways_are_there(highways: pd.DataFrame, stops: nx.Graph[Any], name: str) -> None:
    """A way along the stops joins the two ends without a long detour."""

    def point(end: str) -> tuple[float, float]:
        rows = highways[(highways["crossing_id"] == end) | (highways["stop"] == end)]
        assert len(rows), f"no stop {end}"
        return round(rows["lon"].iloc[0], 4), round(rows["lat"].iloc[0], 4)

    first, last = (point(end) for end in name.split(" > "))
    along = nx.shortest_path_length(stops, first, last, weight="km")
    assert along <= MOST_DETOUR * great_circle_km(*first, *last)


def test_roads_reach_every_official_afghan_crossing_from_both_sides(
    highways: pd.DataFrame, crossings: pd.DataFrame, stops: nx.Graph[Any]
) -> None:
    """Road, bridge, ferry and pass alike; rail is not used by the model."""
    afghan = crossings[
        (crossings["country_a"] == "AFG") & crossings["official"] & (crossings["kind"] != "rail")
    ]
    at = highways[highways["crossing_id"] != ""].drop_duplicates("crossing_id").set_index("crossing_id")
    alone = [
        name
        for name in afghan["crossing_id"]
        if name not in at.index or stops.degree[(round(at.lon[name], 4), round(at.lat[name], 4))] < 2
    ]
    assert alone == []


# Operations


def test_operations(operations: pd.DataFrame) -> None:
    """TARCET in 2008 and TARCET II in 2009-10 with its total of about 450 t; kilograms fit the totals."""
    names = set(operations["name"])
    assert {"Operation TARCET", "Operation TARCET II"} <= names
    second = operations[operations["name"] == "Operation TARCET II"]
    assert (second["total_kg"] == 450_000).any()
    kilograms = tables.normalise_quantity(
        operations["reported_total"], operations["unit"], operations["substance"]
    )
    np.testing.assert_allclose(operations["total_kg"], kilograms, rtol=0.05)
    for participants in operations["participants"]:
        assert set(participants.split()) <= set(tables.COUNTRY_NAMES)


# Seizures


def test_seizures_are_all_there(seizures: pd.DataFrame) -> None:
    """105 records of 91 events; 99 have coordinates."""
    assert len(seizures) == 105
    assert seizures["event_id"].nunique() == 91
    assert seizures["lat"].notna().sum() == 99
    assert seizures["seizure_id"].is_unique


FOUNDING = {
    "2008-03-karachi-aa": ["2008-03", "PAK", 14, "t", 14_000, "tarcet"],
    "2008-05-bandar-abbas-aa": ["2008-05", "IRN", 5, "t", 5_000, "tarcet"],
    "2009-07-unlocated-aa": ["2009-07", "", 5, "t", 5_000, "tarcet-ii"],
    "2010-03-22-karachi-aa": ["2010-03-22", "PAK", 15_800, "t", 15_800, "tarcet-ii"],
}


@pytest.mark.parametrize("seizure_id", list(FOUNDING))
def test_the_four_incidents_of_the_debriefing_note(seizures: pd.DataFrame, seizure_id: str) -> None:
    """Reported figures untouched, kilograms beside them."""
    row = seizures.set_index("seizure_id").loc[seizure_id]
    names = ["date", "country", "quantity_reported", "unit_reported", "quantity_kg", "operation"]
    assert [row[name] for name in names] == FOUNDING[seizure_id]
    assert row["substance"] == "acetic anhydride"
    assert "debriefing note" in row["source"]


def test_the_impossible_figure_is_flagged_and_the_unlocated_seizure_lies_nowhere(
    seizures: pd.DataFrame,
) -> None:
    """15,800 t cannot be right and says why; July 2009 has no place."""
    by_id = seizures.set_index("seizure_id")
    karachi, nowhere = by_id.loc["2010-03-22-karachi-aa"], by_id.loc["2009-07-unlocated-aa"]
    assert "unit_error" in karachi["quality_flag"]
    assert "15.8 t" in karachi["quality_note"]
    assert "450 t" in karachi["quality_note"]
    assert np.isnan(nowhere[["lat", "lon"]].astype(float)).all()
    assert (nowhere["location_precision"], nowhere["place"]) == ("", "")


def test_rows_of_one_event_agree(seizures: pd.DataFrame) -> None:
    """One place within two days, or one raid that two sources tell; what differs is known one by one."""
    several = seizures[seizures.duplicated("event_id", keep=False)]
    assert sorted(several["event_id"].unique()) == [
        "2008-07-kabul",
        "2009-02-07-sangin",
        "2009-05-19-marjah",
        "2009-06-sangin",
        "2010-03-03-nimroz",
        "2016-01-10-darayim",
        "2017-07-nad-ali",
        "2023-08-27-chaman",
        "2026-02-03-sangin",
    ]
    told = several.groupby("event_id")[["country", "lat", "lon"]].nunique()
    assert (told == 1).all(axis=None)
    exact = several[several["date_precision"] == "day"].groupby("event_id")["date_from"]
    assert (exact.max() - exact.min()).max() <= pd.Timedelta(days=2)
    # Two caches of Nimroz are of chemicals that the source does not name.
    again = several[several.duplicated(["event_id", "substance"])]
    assert set(again["event_id"]) == {"2010-03-03-nimroz"}


def test_every_seizure_has_a_graded_source_and_every_flag_a_reason(seizures: pd.DataFrame) -> None:
    """Grades A1-F6; the id begins with the date."""
    assert seizures["source"].str.len().gt(10).all()
    assert seizures["source_grade"].isin(tables.SOURCE_GRADES).all()
    flagged = seizures["quality_flag"] != ""
    assert seizures.loc[flagged, "quality_note"].str.len().gt(10).all()
    pairs = zip(seizures["seizure_id"], seizures["date"], strict=True)
    assert all(seizure_id.startswith(day) for seizure_id, day in pairs)
    assert seizures["seizure_id"].str.fullmatch(r"[a-z0-9-]+").all()
    assert seizures["date_until"].max() < pd.Timestamp(date(2026, 11, 26))
    assert (seizures["date_from"] >= pd.Timestamp(date(2021, 1, 1))).sum() >= 20


def test_kilograms_follow_from_what_was_reported(seizures: pd.DataFrame) -> None:
    """To a gram in a kilogram, but for the one flagged unit error; bags and drums have none."""
    computed = tables.normalise_quantity(
        seizures["quantity_reported"], seizures["unit_reported"], seizures["substance"]
    )
    sound = ~seizures["quality_flag"].str.contains("unit_error")
    assert sound.sum() == len(seizures) - 1
    np.testing.assert_allclose(seizures.loc[sound, "quantity_kg"], computed[sound], rtol=1e-3)
    without = seizures["quantity_kg"].isna()
    assert without.sum() == 28
    told = seizures[without & seizures["quantity_reported"].notna()]
    litres_of_what_is_not_named = (told["unit_reported"].isin(["l", "gal"])) & ~told["substance"].isin(
        list(tables.kg_per_litre())
    )
    assert (told["unit_reported"].isin(["bags", "drums", "jerrycans"]) | litres_of_what_is_not_named).all()


def test_a_search_that_found_nothing_is_no_seizure(seizures: pd.DataFrame) -> None:
    """Empty is not known; zero would be a seizure of nothing."""
    assert not (seizures[["quantity_reported", "quantity_kg"]] == 0).any(axis=None)


def test_operations_of_seizures_are_listed(seizures: pd.DataFrame, operations: pd.DataFrame) -> None:
    """Each operation that a seizure names stands in the operations file."""
    assert set(seizures["operation"]) - {""} <= set(operations["operation_id"])


# All files


@pytest.mark.parametrize(
    "name",
    ["crossings.csv", "places.csv", "crossing_status.csv", "highways.csv", "operations.csv", "seizures.csv"],
)
def test_every_row_has_a_source(name: str) -> None:
    """A source is more than a word; no file names a machine or holds control characters."""
    raw = tables.read_raw(tables.bundled(name))
    assert raw.cells["source"].str.strip().str.len().gt(2).all()
    text = tables.bundled(name).read_text(encoding="utf-8")
    assert re.search(r"[\x00-\x09\x0b-\x1f]", text) is None
    assert not text.startswith("\ufeff")


def test_the_data_notes_name_every_file() -> None:
    """`data/README.md` has a section for each file."""
    notes = tables.bundled("README.md").read_text(encoding="utf-8")
    for name in ("borders.geojson", "seizures.csv", "crossings.csv", "crossing_status.csv", "places.csv"):
        assert f"## `{name}`" in notes
