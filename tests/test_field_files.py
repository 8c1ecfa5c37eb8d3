"""Files as analysts have them: separators, encodings, titles, hidden and merged cells, several files, many
formats."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import sqlite3
import sys
import warnings
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from commands import run
from seizure_files import GOOD, text_of, write

from routes import read as tables
from routes.errors import InputError
from routes.read.encodings import text_of as decoded
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from pathlib import Path


def records_of(source: Any, config: str = "", folder: Path | None = None) -> Any:
    mapping = None
    if config and folder:
        (folder / "c.toml").write_text(config)
        mapping = tables.read_mapping(folder / "c.toml")
    return tables.read_records(source, mapping=mapping)


def refused(source: Any, config: str = "", folder: Path | None = None) -> str:
    with pytest.raises(InputError) as caught:
        records_of(source, config, folder).all_valid()
    return str(caught.value)


def with_sign(sign: str, *changes: dict[str, str]) -> str:
    """Good rows, with another sign between cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text_of(*changes))))
    return out.getvalue()


# Separators and encodings


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_what_separates_cells_and_encodes_text_is_told_and_taken(
    tmp_path: Path, sign: str, name: str, encoding: str
) -> None:
    path = write(tmp_path, with_sign(sign, {"place": "Термез, мост"}, {}).encode(encoding))
    found = records_of(path)
    assert found.all_valid()["place"].tolist() == ["Термез, мост", GOOD["place"]]
    assert found.about["reading"]["separator"] == name
    assert found.about["reading"].get("encoding", "utf-8") == encoding.removesuffix("-sig")
    assert f"separator {name}" in found.notes[0]


def test_plain_files_are_read_as_before_and_nothing_is_told(tmp_path: Path) -> None:
    found = records_of(write(tmp_path, text_of({"place": "a;b;c|d"}, {})))
    assert found.notes == ()
    assert "reading" not in found.about


def test_a_decimal_comma_between_semicolons(tmp_path: Path) -> None:
    place = {"lat": "34,66", "lon": "61,07"}
    text = with_sign(";", {**place, "quantity_reported": "1 200,5"}, {**place, "quantity_reported": "1.200"})
    row = records_of(write(tmp_path, "sep=;\r\n" + text)).all_valid()
    assert row["quantity_reported"].tolist() == [1200.5, 1200]
    assert row["lat"].tolist() == [34.66, 34.66]
    assert "a comma before decimals" in records_of(tmp_path / "in.csv").notes[0]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_thousands_alone_prove_no_decimal_comma(sign: str, tmp_path: Path) -> None:
    """A list in English, between tabs: 1,200 litres are not 1.2."""
    found = records_of(write(tmp_path, with_sign(sign, {"quantity_reported": "1,200"}, {})))
    assert [fault.column for fault in found.faults] == ["quantity_reported"]
    assert "'1,200' can be 1200 or 1.2." in found.faults[0].message


def test_points_between_semicolons_stay_points(tmp_path: Path) -> None:
    row = records_of(write(tmp_path, with_sign(";", {"quantity_reported": "1.234"}, {}))).all_valid()
    assert row["quantity_reported"].tolist() == [1.234, 100]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("дата;место\n1;Термез", "cp1251"),
        ("дата;место\n1;Термез, Хорог", "koi8-r"),
        ("дата;место\n1;Термез, Хорог", "cp866"),
        ("تاريخ;محل\n1;زاهدان، مشهد", "cp1256"),
        ("date;place\n1;Hérat, Zürich", "cp1252"),
        ("date;place\n1;Термез", "utf-8"),
        ("date;place\n1;Kabul", "utf-16-le"),
        ("date;place\n1;Kabul", "utf-16-be"),
    ],
)
def test_encodings_are_told_from_the_bytes(text: str, encoding: str) -> None:
    assert decoded("a.csv", text.encode(encoding)) == (text, encoding)


def test_an_encoding_that_cannot_be_told_is_asked_about(tmp_path: Path) -> None:
    content = text_of({}).encode() + "s-9,\u0410\n".encode("cp1251")
    assert "it is not clear which older encoding it is in" in refused(write(tmp_path, content))
    told = refused(tmp_path / "in.csv", '[reading]\nencoding = "cp1251"', tmp_path)
    assert "line 3: wanted 19 cells" in told
    assert "is not in ascii" in refused(tmp_path / "in.csv", '[reading]\nencoding = "ascii"', tmp_path)


# The section [reading]


def test_reading_fixes_what_would_be_told_otherwise(tmp_path: Path) -> None:
    text = "List of seizures;2017\n\n" + with_sign(";", {"quantity_reported": "1,234", "place": "Термез"}, {})
    path = write(tmp_path, text.encode("cp1251"))
    config = '[reading]\nseparator = "semicolon"\nencoding = "cp1251"\ndecimal = "."\nheader_row = 3\n'
    found = records_of(path, config, tmp_path)
    assert found.all_valid()["quantity_reported"].tolist() == [1234, 100]
    assert found.about["reading"] == {"encoding": "cp1251", "separator": "semicolon", "header_row": 3}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("[reading]\nseperator = ';'", "unknown key 'seperator'. Did you mean separator?"),
        ("[reading]\nseparator = '-'", "wanted one of comma, semicolon, tab, bar, got '-'"),
        ("[reading]\nencoding = 'utf-99'", "there is no encoding 'utf-99'"),
        ("[reading]\nencoding = 'base64'", "there is no encoding 'base64'"),
        ("[reading]\ndecimal = ';'", "wanted '.' or ',', got ';'"),
        ("[reading]\nheader_row = 0", "wanted a number from 1 to 1000"),
        ("[reading]\nheader_row = true", "wanted a number from 1 to 1000"),
        ("[reading]\nsheet = 3", "wanted a text, got '3'"),
        ("reading = 3", "[reading] must be a table of values"),
        ("[colums]\nlat = 'lat'", "unknown section 'colums'. Did you mean columns?"),
        ("a = " + "[" * 3000 + "]" * 3000, "it nests too deep"),
        ("[" + ".".join(["a"] * 5000) + "]", "it nests more than 8 tables"),
        ("[evidence]\ndraws = " + "9" * 5000, "cannot be read as TOML: Exceeds the limit"),
        ("[evidence]\nsd_gate = " + "9" * 400, "evidence.sd_gate: wanted"),
    ],
)
def test_configs_that_are_wrong_are_refused_by_validate(tmp_path: Path, config: str, words: str) -> None:
    write(tmp_path, text_of({}))
    (tmp_path / "c.toml").write_text(config)
    done = run("validate", "in.csv", "--config", "c.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_configs_in_every_encoding_of_an_editor(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, text_of({"place": ""}).replace("place,", "Место,"))
    (tmp_path / "c.toml").write_bytes('[columns]\r\nplace = "Место"\r\n'.encode(encoding))
    assert run("validate", "in.csv", "--config", "c.toml", cwd=tmp_path).returncode == 0


# Headers


def test_one_column_is_not_offered_for_two(tmp_path: Path) -> None:
    text = text_of({}).replace("date,date_precision", "Date of Seizure,x", 1).replace("source,", "s,", 1)
    told = refused(write(tmp_path, text))
    assert told.count("'Date of Seizure'? Then rename") == 1


@pytest.mark.parametrize(
    "titles", ["List of 2017\n\n\n", "List of 2017,,,,,,,,,,,,,,,,,,\nAgency,,x,,,,,,,,,,,,,,,,\n\n"]
)
def test_title_rows_ask_where_the_header_is(tmp_path: Path, titles: str) -> None:
    told = refused(write(tmp_path, titles + text_of({})))
    assert "Is the header on line 4? Then say header_row = 4 in [reading] of a config file" in told
    assert len(records_of(tmp_path / "in.csv", "[reading]\nheader_row = 4", tmp_path).all_valid()) == 1


def test_a_cell_of_many_characters_is_read(tmp_path: Path) -> None:
    note = "x" * 200_000
    assert (
        records_of(write(tmp_path, text_of({"direction_note": note}))).all_valid()["direction_note"][0]
        == note
    )
    told = refused(write(tmp_path, text_of({"direction_note": note}) + 's-9,"open' + note))
    assert "a quote is opened here and not closed" in told


def test_a_row_that_adds_up_others_is_told_as_such(tmp_path: Path) -> None:
    text = text_of({}) + "TOTAL" + "," * (len(GOOD) - 1) + "100\n"
    told = refused(write(tmp_path, text))
    assert told.endswith(
        "in.csv line 3, date: the row has no date and looks like a total. Remove it, or give it a date."
    )


# Workbooks


def book_of(rows: list[list[Any]], path: Path, sheet: str = "Seizures") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


def sheet_rows(*changes: dict[str, Any]) -> list[list[Any]]:
    rows = [{**GOOD, "seizure_id": f"s-{n}", **change} for n, change in enumerate(changes, 1)]
    return [list(GOOD), *([cell if cell != "" else None for cell in row.values()] for row in rows)]


def test_hidden_rows_and_sheets_are_told(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    book = book_of(sheet_rows({}, {}, {}), path)
    book.active.row_dimensions[3].hidden = True
    lists = book.create_sheet("lists")
    lists.append(["kg"])
    lists.sheet_state = "hidden"
    book.save(path)
    found = records_of(path)
    assert len(found.all_valid()) == 3
    assert found.notes == (
        "the sheet 'Seizures' is read; 'lists' is hidden and is not.",
        "1 hidden rows are read as well (row 3).",
    )
    book["Seizures"].sheet_state = "hidden"
    lists.sheet_state = "visible"
    book.save(path)
    assert len(records_of(f"{path}#Seizures").all_valid()) == 3


def test_cells_merged_over_rows_hold_their_value_in_each(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    book = book_of(
        sheet_rows({}, {"country": ""}, {"country": ""}, {"country": "", "location_precision": "city"}), path
    )
    column = list(GOOD).index("country") + 1
    book.active.merge_cells(start_row=2, end_row=4, start_column=column, end_column=column)
    book.save(path)
    found = tables.read_records(path, borders=tables.read_country_shapes(tables.bundled("borders.geojson")))
    assert found.all_valid()["country"].tolist() == ["AFG"] * 4
    assert "'country' is merged over several rows" in found.notes[0]
    assert "1 records that name none got the one in which they lie (row 5: AFG)" in found.notes[1]


def test_a_sheet_and_a_header_row_that_the_config_names(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    book = book_of([["Title"], [], *sheet_rows({})], path)
    book.create_sheet("other").append(["x"])
    book.save(path)
    found = records_of(path, '[reading]\nsheet = "Seizures"\nheader_row = 3', tmp_path)
    assert len(found.all_valid()) == 1
    assert found.about["reading"] == {"header_row": 3}


def test_days_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    path = tmp_path / "in.xlsx"
    book = book_of(sheet_rows({"date": 42866}), path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    assert records_of(path).all_valid()["date"].tolist() == ["2021-05-12"]


# Countries from the borders


def test_coordinates_without_a_country_take_it_from_the_borders(tmp_path: Path) -> None:
    borders = tables.read_country_shapes(tables.bundled("borders.geojson"))
    points = [("34.5", "69.2"), ("24.2", "65.5"), ("24.84", "66.98"), ("25.1", "61.6")]
    text = text_of(*({"country": "", "lat": lat, "lon": lon} for lat, lon in points))
    found = tables.read_records(write(tmp_path, text), borders=borders)
    assert found.valid["country"].tolist()[:1] == ["AFG"]
    assert found.valid["quality_note"].tolist()[0] == "Country taken from the borders."
    assert "PAK" in found.valid["country"].tolist()
    assert "lie in none of the map (line 3)" in " ".join(found.notes)


# Several files, standard input, packed files


def test_several_files_and_wildcards_are_one_source(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, text_of({"seizure_id": f"{name}-1"}, {"seizure_id": f"{name}-2"}), f"{name}.csv")
    found = tables.read_records([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert found.valid["seizure_id"].tolist() == ["a-1", "a-2", "b-1", "b-2"]
    hashes = [hashlib.sha256((tmp_path / f"{name}.csv").read_bytes()).hexdigest() for name in ("a", "b")]
    assert [each["sha256"] for each in found.about["files"]] == hashes
    same = tables.read_records(str(tmp_path / "*.csv"))
    assert (same.sha256, same.about["files"]) == (found.sha256, found.about["files"])
    inputs = load_inputs([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert inputs.hashes["seizures"] == found.sha256
    done = run("validate", "a.csv", "b.csv", cwd=tmp_path)
    assert "a.csv, b.csv: 4 records of 4 events, 4 with a place. No fault found." in done.stderr
    assert "no file matches" in refused(str(tmp_path / "*.xlsx"))
    assert "is named twice" in refused([tmp_path / "a.csv", str(tmp_path / "*.csv")])


def test_an_id_that_stands_in_two_files_is_a_fault_of_the_second(tmp_path: Path) -> None:
    first = write(tmp_path, text_of({}, {}), "a.csv")
    second = write(tmp_path, text_of({"seizure_id": "x"}, {"seizure_id": "s-2"}), "b.csv")
    assert f"{second} line 3, seizure_id: 's-2' stands in {first} already" in refused([first, second])
    found = tables.read_records([first, second])
    assert found.valid["seizure_id"].tolist() == ["s-1", "s-2", "x"]
    assert len(found.rejected) == 1


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "xlsx", "geojson"])
def test_standard_input(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from routes.read.formats import chooser

    path = tmp_path / f"in.{kind}"
    if kind == "xlsx":
        book_of(sheet_rows({}), path)
    elif kind == "geojson":
        frame = pd.DataFrame([{**GOOD, "seizure_id": "s-1"}])
        gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([61.07], [34.66], crs=4326)).to_file(path)
    else:
        data = text_of({}).encode()
        path.write_bytes(gzip.compress(data) if kind == "csv.gz" else data)
    chooser._standard_input.cache_clear()
    monkeypatch.setattr(sys, "stdin", type("Stream", (), {"buffer": BytesIO(path.read_bytes())}))
    found = tables.read_records("-")
    chooser._standard_input.cache_clear()
    assert len(found.all_valid()) == 1
    assert (found.about["kind"], found.about["reading"]["kind"]) == ("standard input", kind)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_packed_csv_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress(text_of({}).encode()))
    found = records_of(path)
    assert (len(found.all_valid()), found.about["kind"]) == (1, "csv.gz")
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes()[:-9])
    assert "wanted a file packed with gzip" in refused(path)


# Spatial files


def points() -> gpd.GeoDataFrame:
    frame = pd.DataFrame([{**GOOD, "seizure_id": f"s-{n}"} for n in (1, 2)]).drop(columns=["lat", "lon"])
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([61.07, 61.1], [34.66, 34.7], crs=4326))


def put_shapefile(frame: gpd.GeoDataFrame, path: Path, **options: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are cut to ten letters
        frame.to_file(path, engine="pyogrio", **options)


@pytest.mark.parametrize("kind", ["kml", "kmz", "shp", "shp.cp1251"])
def test_more_spatial_files(tmp_path: Path, kind: str) -> None:
    frame = points()
    if kind == "kmz":
        frame.to_file(tmp_path / "doc.kml", driver="KML", engine="pyogrio")
        with zipfile.ZipFile(tmp_path / "in.kmz", "w") as packed:
            packed.write(tmp_path / "doc.kml", "doc.kml")
    elif kind.startswith("shp"):
        frame = frame.assign(place="Термез" if "cp1251" in kind else GOOD["place"])
        options = {"encoding": "cp1251"} if "cp1251" in kind else {}
        put_shapefile(frame, tmp_path / "in.shp", **options)
    else:
        frame.to_file(tmp_path / "in.kml", driver="KML", engine="pyogrio")
    found = records_of(tmp_path / f"in.{kind.split('.', maxsplit=1)[0]}").all_valid()
    assert found["seizure_id"].tolist() == ["s-1", "s-2"]
    assert found["lat"].tolist() == pytest.approx([34.66, 34.7])
    assert found["location_precision"].tolist() == ["crossing", "crossing"]
    assert found["quantity_reported"].tolist() == [100, 100]
    assert found["place"].tolist() == frame["place"].tolist()


def test_the_kml_that_the_tool_writes_is_read_again(tmp_path: Path) -> None:
    done = run("export", "--format", "kml", "--output", "out.kml", cwd=tmp_path)
    assert done.returncode == 0
    raw = tables.read_rows(f"{tmp_path / 'out.kml'}#Seizures")
    assert len(raw.cells) == len(tables.read_rows(tables.bundled("seizures.csv")).cells)
    assert {"seizure_id", "date", "substance"} <= set(raw.cells)


def test_the_hash_of_a_shapefile_is_of_all_its_files(tmp_path: Path) -> None:
    put_shapefile(points(), tmp_path / "in.shp")
    before = records_of(tmp_path / "in.shp").sha256
    table = (tmp_path / "in.dbf").read_bytes()
    (tmp_path / "in.dbf").write_bytes(table.replace(b"UNODC", b"UNXXX"))
    assert records_of(tmp_path / "in.shp").sha256 != before
    (tmp_path / "in.dbf").unlink()
    assert "the .dbf of the same name is missing" in refused(tmp_path / "in.shp")


def test_one_feature_and_features_by_lines(tmp_path: Path) -> None:
    points().to_file(tmp_path / "in.geojsonl", driver="GeoJSONSeq", engine="pyogrio")
    assert len(records_of(tmp_path / "in.geojsonl").all_valid()) == 2
    one = (tmp_path / "in.geojsonl").read_text().splitlines()[0]
    assert len(records_of(write(tmp_path, one, "in.geojson")).all_valid()) == 1


def test_midnight_of_a_geopackage_is_a_day(tmp_path: Path) -> None:
    frame = points().assign(date=pd.to_datetime(["2017-09-14", "2017-09-15"]))
    frame.to_file(tmp_path / "in.gpkg", engine="pyogrio")
    assert records_of(tmp_path / "in.gpkg").all_valid()["date"].tolist() == ["2017-09-14", "2017-09-15"]


def test_a_geopackage_that_is_open_elsewhere_is_refused_and_read_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "in.gpkg"
    points().to_file(path, engine="pyogrio")
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    for (name,) in other.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        other.execute(f'DROP TRIGGER "{name}"')
    other.execute("UPDATE [in] SET place = 'changed'")
    other.commit()
    assert "another program has it open" in refused(path)
    other.close()
    found = records_of(path)
    assert found.all_valid()["place"].tolist() == ["changed", "changed"]
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_event_at_all_is_told_even_when_quiet(tmp_path: Path) -> None:
    text = text_of({"lat": "", "lon": "", "location_precision": "country"})
    write(tmp_path, text)
    done = run("rank", "--seizures", "in.csv", "--quiet", "--top", "1", cwd=tmp_path)
    assert "0 of 1 records are evidence (no location: 1)" in done.stderr
