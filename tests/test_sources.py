"""The same records from every kind of source, and what each kind can have wrong."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from seizure_files import GOOD, text_of, write

from routes import read as tables
from routes.errors import Fault, InputError, RoutesError
from routes.read.formats import ENDINGS, kind_of
from routes.read.formats.address import Address
from routes.read.formats.cells import as_text
from routes.read.inputs import load_inputs
from routes.read.mapping import ColumnRule
from routes.read.paths import FILES, Source, bundled
from routes.read.region import read_region

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 6, 1)
NUMBERS = ("lat", "lon", "quantity_reported", "quantity_kg")


def typed(text: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers and empty cells as missing, as a typed source keeps them."""
    frame = text.astype(object).where(text != "", None)
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in NUMBERS if name in frame})


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Records with their coordinates as points alone."""
    shapes = gpd.points_from_xy(frame["lon"], frame["lat"], crs="EPSG:4326")
    spatial = gpd.GeoDataFrame(frame.drop(columns=["lat", "lon"]), geometry=shapes)
    spatial.loc[frame["lat"].isna().to_numpy(), "geometry"] = None
    return spatial


def bundled_text() -> pd.DataFrame:
    return tables.read_rows(tables.bundled("seizures.csv")).cells


def good_rows(*changes: dict[str, Any]) -> pd.DataFrame:
    rows = [{**GOOD, "seizure_id": f"s-{n}", **change} for n, change in enumerate(changes, 1)]
    return typed(pd.DataFrame(rows, dtype=object).fillna(""))


def put_xlsx(frame: pd.DataFrame, path: Path) -> None:
    frame.to_excel(path, index=False)


def put_geojson(frame: pd.DataFrame, path: Path) -> None:
    points(frame).to_file(path, driver="GeoJSON")


def put_gpkg(frame: pd.DataFrame, path: Path) -> None:
    points(frame).to_file(path, layer="seizures", engine="pyogrio")


def put_geoparquet(frame: pd.DataFrame, path: Path) -> None:
    points(frame).to_parquet(path, index=False)


def put_parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


WRITERS: dict[str, tuple[str, Callable[[pd.DataFrame, Path], None], str]] = {
    "xlsx": ("in.xlsx", put_xlsx, "row 3"),
    "geojson": ("in.geojson", put_geojson, "feature 2"),
    "gpkg": ("in.gpkg", put_gpkg, "fid 2"),
    "geoparquet": ("in.parquet", put_geoparquet, "row 2"),
    "parquet": ("in.parquet", put_parquet, "row 2"),
}
KINDS = list(WRITERS)


def written(kind: str, frame: pd.DataFrame, folder: Path) -> Path:
    name, put, _ = WRITERS[kind]
    put(frame, folder / name)
    return folder / name


def faults_of(source: str | Path, **options: Any) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        tables.read_records(source, today=TODAY, **options).all_valid()
    return list(caught.value.faults)


def only_fault(source: str | Path, **options: Any) -> Fault:
    (fault,) = faults_of(source, **options)
    return fault


@pytest.mark.parametrize("name", [name for name in FILES if name != "seizures.csv"])
def test_a_file_that_changes_while_it_is_read_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash of the provenance is of the bytes that were read, or there is no answer."""
    own = tmp_path / name
    own.write_bytes(bundled(name).read_bytes())

    def read_meanwhile(*given: Any, **named: Any) -> Any:
        with own.open("ab") as file:
            file.write(b"\n")
        return read_region(*given, **named)

    monkeypatch.setattr("routes.read.inputs.read_region", read_meanwhile)
    source = Source(folder=tmp_path) if name != "roads.npz" else Source(roads=own)
    with pytest.raises(RoutesError, match=f"{name} changed while it was read. Run the command again"):
        load_inputs(source=source)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_as_the_csv_does(kind: str, tmp_path: Path) -> None:
    path = written(kind, typed(bundled_text()), tmp_path)
    expected = tables.read_seizures(tables.bundled("seizures.csv"))
    pd.testing.assert_frame_equal(tables.read_seizures(path)[expected.columns], expected, rtol=1e-12)
    assert tables.read_records(path).about["kind"] == ("geoparquet" if kind == "parquet" else kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_says_where_in_its_own_words(kind: str, tmp_path: Path) -> None:
    path = written(kind, good_rows({}, {"quantity_reported": -5}, {}), tmp_path)
    fault = only_fault(path)
    assert (fault.place, fault.column, fault.line) == (
        WRITERS[kind][2],
        "quantity_reported",
        int(WRITERS[kind][2][-1]),
    )
    assert str(fault) == f"{path} {WRITERS[kind][2]}, quantity_reported: wanted 0 or more, got '-5'."


@pytest.mark.parametrize("kind", KINDS)
def test_repeated_ids_name_the_first_place(kind: str, tmp_path: Path) -> None:
    path = written(kind, good_rows({}, {"seizure_id": "s-1"}), tmp_path)
    first = WRITERS[kind][2][:-1] + str(int(WRITERS[kind][2][-1]) - 1)
    assert f"'s-1' stands in {first} already" in only_fault(path).message


@pytest.mark.parametrize("kind", KINDS)
def test_the_hash_is_of_the_bytes(kind: str, tmp_path: Path) -> None:
    import hashlib

    path = written(kind, good_rows({}), tmp_path)
    assert tables.read_records(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("ending", sorted(ENDINGS))
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe nonsense", b"PK\x03\x04", b"SQLite format 3\0 and no more", b"PAR1", b"{}"],
)
def test_nonsense_is_an_input_error_in_every_kind(ending: str, content: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, content, f"in{ending}")
    with pytest.raises(InputError, match=re.escape(str(path))):
        tables.read_seizures(path)


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_no_file_and_a_folder_in_every_kind(ending: str, tmp_path: Path) -> None:
    assert "there is no such file" in only_fault(tmp_path / f"no{ending}").message
    (tmp_path / f"folder{ending}").mkdir()
    assert "got a folder" in only_fault(tmp_path / f"folder{ending}").message


@pytest.mark.parametrize(
    ("name", "words"), [("a.xls", "Save it as .xlsx"), ("a.gml", "Save it as .gpkg"), ("a", "no ending")]
)
def test_other_endings_are_refused_with_what_to_do(name: str, words: str, tmp_path: Path) -> None:
    assert words in only_fault(write(tmp_path, b"x", name)).message


def test_capitals_in_endings_do_not_matter_and_a_file_may_have_a_sharp_in_its_name(tmp_path: Path) -> None:
    assert len(tables.read_seizures(write(tmp_path, text_of({}), "no.1#2.CSV"))) == 1
    assert "no sheets or layers" in only_fault(f"{write(tmp_path, text_of({}))}#1").message


@settings(deadline=None)
@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**60), 2**60)))
def test_numbers_keep_every_digit(value: float) -> None:
    assert float(as_text(value)) == float(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(15.0), "15"),
        (np.int64(7), "7"),
        (float("inf"), "inf"),
        (Decimal("15.50"), "15.50"),
        (Decimal("NaN"), ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (pd.Timestamp("2017-09-14"), "2017-09-14"),
        (dt.datetime(2017, 9, 14, tzinfo=dt.UTC), "2017-09-14T00:00:00+00:00"),
        (dt.time(10, 3), "10:03:00"),
        (b"\x01\xff", "01ff"),
        ({"a": [1, "ü"]}, '{"a": [1, "ü"]}'),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text


# Workbooks


def workbook(folder: Path, rows: list[list[Any]], name: str = "in.xlsx", **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "first"
    for row in rows:
        book.active.append(row)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


def sheet_of(*changes: dict[str, Any]) -> list[list[Any]]:
    """Cells of a sheet with one good row for each dict of changes, which are put in as they are."""
    typed_good: dict[str, Any] = {
        name: (float(value) if name in NUMBERS else value) if value else None for name, value in GOOD.items()
    }
    rows = [{**typed_good, "seizure_id": f"s-{n}", **change} for n, change in enumerate(changes, 1)]
    return [list(GOOD), *(list(row.values()) for row in rows)]


def test_a_sheet_as_people_leave_it(tmp_path: Path) -> None:
    """Rows above the header, spaces, empty rows and columns, real dates; rows as the sheet counts them."""
    midnight = pd.Timestamp("2017-09-15").to_pydatetime()
    header, first, second = sheet_of({"date": dt.date(2017, 9, 14)}, {"date": midnight})
    spaced = [f"  {name} " for name in header]
    path = workbook(tmp_path, [[], [None, " "], spaced, [*first, None, " "], [], [None] * 30, second, [""]])
    raw = tables.read_rows(path)
    assert raw.lines.tolist() == [4, 7]
    assert list(raw.cells.columns) == header
    assert tables.read_seizures(path)["date"].tolist() == ["2017-09-14", "2017-09-15"]


def test_sheets_are_named_or_alone(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of({}), second=sheet_of({}, {}), empty=[])
    message = only_fault(path).message
    assert "several sheets have something in them: 'first', 'second'. Say which" in message
    assert len(tables.read_seizures(f"{path}#second")) == 2
    assert "there is no such sheet. It has 'first', 'second', 'empty'" in only_fault(f"{path}#third").message
    alone = workbook(tmp_path, sheet_of({}), "alone.xlsx", empty=[], blank=[[" "]])
    assert len(tables.read_seizures(alone)) == 1
    assert "the sheet is empty" in only_fault(f"{alone}#empty").message
    assert "the workbook is empty" in only_fault(workbook(tmp_path, [], "none.xlsx")).message


def test_formulas_count_with_their_results(tmp_path: Path) -> None:
    """A formula without a saved result is a fault; text that merely begins with = is text."""
    path = workbook(tmp_path, sheet_of({"quantity_reported": "=50+50"}, {"place": "Herat"}))
    fault = only_fault(path)
    assert (fault.place, fault.column) == ("row 2", "quantity_reported")
    assert "a formula whose result is not in the file" in fault.message
    saved = tmp_path / "saved.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"<f>50+50</f><v />", b"<f>50+50</f><v>100</v>")
            new.writestr(name, content.replace(b"<f>50+50</f><v></v>", b"<f>50+50</f><v>100</v>"))
    assert tables.read_seizures(saved)["quantity_reported"].tolist() == [100, 100]


def test_error_cells_and_dates_out_of_range_are_faults(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of({"lat": "#N/A", "location_precision": "city"}, {"date": 1e9}))
    book = openpyxl.load_workbook(path)
    book["first"]["C3"].number_format = "yyyy-mm-dd"
    book.save(path)
    assert {(fault.line, fault.column) for fault in faults_of(path)} >= {(2, "lat"), (3, "date")}


def test_times_of_day_are_kept_as_they_were_written(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of({"date": pd.Timestamp("2017-09-14T22:30").to_pydatetime()}))
    row = tables.read_seizures(path).iloc[0]
    assert (row["date"], row["date_as_written"]) == ("2017-09-14", "2017-09-14T22:30:00")


def test_workbooks_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, sheet_of({}))
    monkeypatch.setattr("routes.read.bounds.UNPACKED_OF_SMALL", 1000)
    monkeypatch.setattr("routes.read.bounds.UNPACKED_A_BYTE", 0)
    assert "more than the 0 MiB allowed" in only_fault(path).message


def test_duplicate_and_missing_names_in_a_header(tmp_path: Path) -> None:
    header, row = sheet_of({})
    twice = workbook(tmp_path, [[], [*header, "lat "], [*row, 1]])
    assert str(only_fault(twice)).startswith(f"{twice} row 2, lat: the column name stands 2 times")
    nameless = workbook(tmp_path, [[*header, None, "note"], [*row, 5, 6]], "nameless.xlsx")
    assert f"the name of column {len(header) + 1} is empty" in only_fault(nameless).message


# Spatial files


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(geometry: Any, **changes: Any) -> dict[str, Any]:
    properties = {name: value for name, value in {**GOOD, **changes}.items() if name not in ("lat", "lon")}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def test_numbers_of_geojson_stay_as_they_are_written(tmp_path: Path) -> None:
    text = collection(feature(point(61.07, 34.66), quantity_reported=0)).replace(
        '"quantity_reported": 0', f'"quantity_reported": {"9" * 5000}'
    )
    path = write(tmp_path, text, "in.geojson")
    assert tables.read_rows(path).cells["quantity_reported"][0] == "9" * 5000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[" * 200_000, "nested too deep"),
        (collection(feature(point(61, 34))).replace("34]", "NaN]"), "NaN is no number of JSON"),
        (collection(), "got none"),
        (collection("x"), "feature 1: wanted an object"),
        (collection({"properties": [1]}), "feature 1: wanted an object"),
        (
            collection(feature({"type": "Point", "coordinates": ["a", "b"]})),
            "feature 1, geometry: the geometry cannot",
        ),
        (collection(feature({"type": "Nothing"})), "feature 1, geometry: the geometry cannot be read"),
        (
            collection(feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]})),
            "wanted a Point, got a LineString",
        ),
        (collection(feature(point(61, 34)), crs={"properties": {"name": "EPSG:nope"}}), "cannot be used"),
    ],
)
def test_geojson_that_cannot_be_used(content: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path, content, "in.geojson")
    assert words in " ".join(map(str, faults_of(path)))


def test_a_collection_of_one_point_is_a_point(tmp_path: Path) -> None:
    one, two = ({"type": "MultiPoint", "coordinates": [[61.07, 34.66], [61.08, 34.66]][:n]} for n in (1, 2))
    path = write(tmp_path, collection(feature(one, seizure_id="a")), "in.geojson")
    assert tables.read_seizures(path)["lon"].tolist() == [61.07]
    message = faults_of(write(tmp_path, collection(feature(two)), "two.geojson"))[0].message
    assert "wanted a Point, got a MultiPoint" in message


def test_features_without_a_place_and_empty_features(tmp_path: Path) -> None:
    rows = [
        feature(None, seizure_id="a", location_precision="country"),
        {"type": "Feature", "properties": None, "geometry": None},
        feature(point(61.07, 34.66), seizure_id="b"),
    ]
    raw = tables.read_rows(write(tmp_path, collection(*rows), "in.geojson"))
    assert raw.lines.tolist() == [1, 3]
    assert raw.cells[["lat", "lon"]].to_numpy().tolist() == [["", ""], ["34.66", "61.07"]]


def test_other_coordinate_systems_are_reprojected(tmp_path: Path) -> None:
    """The metres of a web map, said by the old member of GeoJSON and by a GeoPackage."""
    frame = good_rows({}, {"lat": "", "lon": "", "location_precision": "country"})
    metres = points(frame).to_crs("EPSG:3857")
    metres.to_file(tmp_path / "in.gpkg", layer="s")
    x, y = metres.geometry.iloc[0].x, metres.geometry.iloc[0].y
    old = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    write(tmp_path, collection(feature(point(x, y), seizure_id="s-1"), crs=old), "in.geojson")
    for name in ("in.gpkg", "in.geojson"):
        read = tables.read_seizures(tmp_path / name)
        assert read.loc[0, ["lat", "lon"]].tolist() == pytest.approx([34.66, 61.07], abs=1e-6)


def test_points_without_a_coordinate_system_are_refused(tmp_path: Path) -> None:
    bare = points(good_rows({})).set_crs(None, allow_override=True)
    bare.to_parquet(tmp_path / "in.parquet")
    assert "the points have no coordinate system" in only_fault(tmp_path / "in.parquet").message


def test_a_point_moved_away_from_its_row(tmp_path: Path) -> None:
    """Somebody moved the point in a GIS and left the columns."""
    moved = feature(point(61.5, 34.66))
    moved["properties"] |= {"lat": 34.66, "lon": 61.07}
    fault = only_fault(write(tmp_path, collection(moved), "in.geojson"))
    assert "the point lies at lat 34.66, lon 61.5, the columns say '34.66' and '61.07'" in fault.message
    moved["geometry"] = point(61.0701, 34.6601)
    assert len(tables.read_seizures(write(tmp_path, collection(moved), "near.geojson"))) == 1
    moved["properties"] |= {"lat": "", "lon": None}
    assert tables.read_seizures(write(tmp_path, collection(moved), "bare.geojson"))["lon"].tolist() == [
        61.0701
    ]


def test_layers_are_named_or_alone(tmp_path: Path) -> None:
    path = tmp_path / "in.gpkg"
    put_gpkg(good_rows({}), path)
    pd_styles = gpd.GeoDataFrame({"styleName": ["x"]}, geometry=[None], crs="EPSG:4326")
    pd_styles.to_file(path, layer="layer_styles")
    assert len(tables.read_seizures(path)) == 1, "the styles of QGIS are no records"
    points(good_rows({}, {})).to_file(path, layer="later")
    assert "it has several layers: 'seizures', 'later'. Say which" in only_fault(path).message
    assert len(tables.read_seizures(f"{path}#later")) == 2
    assert "there is no such layer" in only_fault(f"{path}#none").message


def test_typed_columns_of_a_geopackage(tmp_path: Path) -> None:
    """Dates, whole numbers with gaps, and truth values keep what they say."""
    frame = good_rows({}, {}).assign(
        date=[dt.date(2017, 9, 14), dt.date(2017, 9, 15)], event_id=[7, None], checked=[True, False]
    )
    put_gpkg(frame, tmp_path / "in.gpkg")
    read = tables.read_seizures(tmp_path / "in.gpkg")
    assert read["date"].tolist() == ["2017-09-14", "2017-09-15"]
    assert read["event_id"].tolist() == ["7", "s-2"]
    assert read["checked"].tolist() == ["true", "false"]


def test_typed_columns_of_parquet(tmp_path: Path) -> None:
    frame = good_rows({}).assign(quantity_reported=Decimal("100.50"), date=dt.date(2017, 9, 14))
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), tmp_path / "in.parquet")
    read = tables.read_seizures(tmp_path / "in.parquet")
    assert (read["quantity_reported"][0], read["date"][0]) == (100.5, "2017-09-14")


def test_parquet_with_a_column_twice(tmp_path: Path) -> None:
    frame = good_rows({})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.append_column("lat", pa.array([1.0])), tmp_path / "in.parquet")
    assert "the column name stands 2 times" in only_fault(tmp_path / "in.parquet").message


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_cells_reach_messages_harmless(kind: str, tmp_path: Path) -> None:
    hostile = "<script>\u202e'; DROP TABLE seizures;--" + "9" * 300
    path = written(kind, good_rows({"unit_reported": hostile, "quantity_reported": ""}), tmp_path)
    fault = only_fault(path)
    assert "\\u202e" in fault.message
    assert fault.message.isprintable()
    assert len(fault.message) < 300


# Packages that are missing


@pytest.mark.parametrize(
    ("package", "extra", "source"),
    [
        ("openpyxl", "xlsx", "in.xlsx"),
        ("pyarrow", "geoparquet", "in.parquet"),
        ("psycopg", "postgis", "postgresql://nobody@127.0.0.1:1/x?table=y"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    package: str, extra: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not source.startswith("postgresql"):
        source = str(written(extra, good_rows({}), tmp_path))
    for name in [package, *(name for name in sys.modules if name.split(".")[0] == package)]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        RoutesError,
        match=re.escape(f'package {package}, of the extra {extra}: in a checkout pip install ".[{extra}]"'),
    ):
        tables.read_seizures(source)


# Addresses of databases


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://ann:se/cret@host/db?table=t", "Write / as %2F"),
        ("postgresql://ann:se#cret@host/db?table=t", "Write / as %2F"),
        ("postgresql://ann:se@cret@host/db?table=t", "Write / as %2F"),
        ("postgresql://ann:se%zzcret@host/db?table=t", "Write / as %2F"),
        ("postgresql://ann:secret@host/db", "wanted one table"),
        ("postgresql://ann:secret@host/db?table=", "wanted one table"),
        ("postgresql://ann:secret@host/db?table=a&table=b", "wanted one table"),
        ("postgresql://ann:secret@host/db?table=a.b.c", "wanted table=name or table=schema.name"),
        ('postgresql://ann:secret@host/db?table="a', "wanted table=name or table=schema.name"),
    ],
)
def test_addresses_that_cannot_be_used_show_no_password(address: str, words: str) -> None:
    fault = only_fault(address)
    assert words in fault.message
    assert "cret" not in str(fault)


@pytest.mark.parametrize(
    ("table", "parts"),
    [
        ("t", ("", "t")),
        ("law.Seizures", ("law", "Seizures")),
        ('"a.b"', ("", "a.b")),
        ('law."say ""hi"""', ("law", 'say "hi"')),
        ("x; DROP TABLE y", ("", "x; DROP TABLE y")),
    ],
)
def test_names_of_tables(table: str, parts: tuple[str, str]) -> None:
    address = Address.parse(f"postgresql://h/d?table={table}")
    assert (address.schema, address.table) == parts


def test_an_address_is_never_shown_with_its_secrets() -> None:
    text = "postgres://ann:p%40ss@h:5/d?password=other&sslmode=require&table=t"
    address = Address.parse(text)
    assert address.shown == "postgresql://ann@h:5/d?table=t" == tables.shown_name(text)
    assert address.connection == "postgresql://ann:p%40ss@h:5/d?password=other&sslmode=require"
    for shown in (repr(address), address.shown, address.scrubbed("p@ss, p%40ss and other")):
        assert not any(secret in shown for secret in ("p@ss", "p%40ss", "other"))


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda text: "@" not in text and len(set(text)) > 4))
def test_no_password_gets_through_whatever_it_holds(password: str) -> None:
    shown = tables.shown_name(f"postgresql://ann:{password}@host/db?table=t")
    assert shown == "postgresql://ann@host/db?table=t"


def test_kinds_of_sources() -> None:
    assert [kind_of(name) for name in ("a.CSV", "a.json", "a.gpkg#x", "postgres://h/d?table=t")] == [
        "csv",
        "geojson",
        "gpkg",
        "postgis",
    ]


# Foreign layouts


def config(folder: Path, text: str) -> Any:
    return tables.read_mapping(write(folder, f"[columns]\n{text}", "my.toml"))


def test_every_kind_of_rule(tmp_path: Path) -> None:
    rows = ["When,Kg,Unit,Who,date,Drug", '14/09/2017,"1.234,5",Kilogram,,x,AA', "2017-09-15,2,,Customs,y,"]
    path = write(tmp_path, "\n".join(rows))
    mapping = config(
        tmp_path,
        """
        seizure_id = { numbered = "ids-" }
        date = { column = "When", format = "%d/%m/%Y" }
        date_precision = { constant = "day" }
        country = { constant = "AFG" }
        place = { constant = "" }
        substance = { column = "Drug", values = { AA = "acetic anhydride" }, default = "unidentified" }
        quantity_reported = { column = "Kg", decimal = "," }
        unit_reported = { column = "Unit", values = { Kilogram = "kg" }, default = "kg" }
        source = { column = "Who", default = "police" }
        """,
    )
    records = tables.read_records(path, mapping=mapping, today=TODAY)
    table = records.all_valid()
    assert table["seizure_id"].tolist() == ["ids-2", "ids-3"]
    assert table["date"].tolist() == ["2017-09-14", "2017-09-15"]
    assert table["quantity_kg"].tolist() == [1234.5, 2]
    assert table["substance"].tolist() == ["acetic anhydride", "unidentified"]
    assert table["source"].tolist() == ["police", "Customs"]
    assert table["date_in_file"].tolist() == ["x", "y"], "a column of theirs in the way of ours is kept"
    assert records.about["columns"]["date"] == {"column": "When", "format": "%d/%m/%Y"}


@pytest.mark.parametrize(
    ("written", "text", "day"), [("%m/%Y", "09/2017", "2017-09"), ("%Y", "2017", "2017")]
)
def test_dates_are_as_precise_as_their_format(written: str, text: str, day: str) -> None:
    from routes.read.mapping import _translated

    assert _translated(ColumnRule("date", "When", format=written), text) == day


def test_faults_name_both_columns(tmp_path: Path) -> None:
    text = text_of({}, {"date": "31/31/2014", "unit_reported": "Bucket"}).replace("date,", "When,", 1)
    path = write(tmp_path, text.replace("unit_reported", "Measure"))
    mapping = config(tmp_path, 'date = { column = "When", format = "%d/%m/%Y" }\nunit_reported = "Measure"')
    first, second = map(str, faults_of(path, mapping=mapping))
    assert first.startswith(
        f"{path} line 3, date (there 'When'): wanted a date as '%d/%m/%Y' or YYYY-MM-DD, got"
    )
    assert second.startswith(f"{path} line 3, unit_reported (there 'Measure'): wanted one of kg")


def test_rejected_rows_are_theirs(tmp_path: Path) -> None:
    path = write(tmp_path, text_of({}, {"lat": "x"}).replace("lat,", "Latitude,", 1))
    records = tables.read_records(path, mapping=config(tmp_path, 'lat = "Latitude"'), today=TODAY)
    assert records.rejected["Latitude"].tolist() == ["x"]
    assert len(records.valid) == 1


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('dat = "When"', "Did you mean date?"),
        ("date = 5", "wanted the name of their column, or a table with column, values"),
        ('date = ""', "got an empty one"),
        ("date = {}", "wanted one of column, constant and numbered"),
        ('date = { column = "a", constant = "b" }', "wanted one of column, constant and numbered"),
        ('date = { column = "a", valeus = {} }', "unknown key 'valeus'"),
        ('unit_reported = { column = "a", values = { Kilogram = 1 } }', "wanted values as a table of texts"),
        ('lat = { column = "a", format = "%Y" }', "format is for the column date"),
        ('date = { column = "a", format = "%d" }', "needs %Y"),
        ('lat = { column = "a", decimal = ";" }', "wanted '.' or ',' for decimal"),
        ("lat = { column = 5 }", "wanted a text for column"),
        ('location_precision = { constant = "town" }', "wanted one of exact, crossing"),
    ],
)
def test_rules_that_cannot_be_used(rule: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"my\.toml, columns\.") as caught:
        config(tmp_path, rule)
    assert words in str(caught.value)


def test_a_column_that_the_file_has_not(tmp_path: Path) -> None:
    path = write(tmp_path, text_of({}).replace("date,", "Seized on,", 1))
    (fault,) = faults_of(path, mapping=config(tmp_path, 'date = "Seized_on"'))
    assert fault.column == "columns.date"
    assert "has no column 'Seized_on'. Is it 'Seized on'?" in fault.message


def test_a_constant_precision_is_for_rows_with_coordinates(tmp_path: Path) -> None:
    path = write(tmp_path, text_of({}, {"lat": "", "lon": "", "place": ""}, drop=("location_precision",)))
    mapping = config(tmp_path, 'location_precision = { constant = "city" }')
    assert tables.read_records(path, mapping=mapping, today=TODAY).all_valid()[
        "location_precision"
    ].tolist() == ["city", ""]


def test_the_config_may_hold_parameters_too_and_the_bundled_file_is_not_mapped(tmp_path: Path) -> None:
    from routes.parameters import read_parameters

    path = write(tmp_path, '[columns]\ndate = "When"\n[detection]\nPAK = 2.0\n', "my.toml")
    assert read_parameters(path, frozenset({"PAK"})).detection == {"PAK": 2.0}
    inputs = load_inputs(source=Source(mapping=tables.read_mapping(path)))
    assert len(inputs.seizures) == len(bundled_text())
    assert inputs.seizures_from == {"kind": "csv", "columns": {}, "places_found": 0}
    assert tables.read_mapping(write(tmp_path, "[detection]\n", "none.toml")) is None


def test_the_bundled_file_is_not_mapped_beside_others_that_are() -> None:
    mapping = tables.read_mapping(ROOT / "docs" / "examples" / "own-seizures.toml")
    own = ROOT / "docs" / "examples" / "own-seizures.csv"
    both = [str(bundled("seizures.csv")), str(own)]
    inputs = load_inputs(both, source=Source(mapping=mapping))
    assert len(inputs.seizures) == len(bundled_text()) + 12
    made_up = inputs.seizures[inputs.seizures["seizure_id"].str.startswith("MADE-UP-")]
    assert made_up["direction_note"].tolist()[0] == "declared as cleaning agent"
    assert set(made_up["quality_note"]) == {"made up"}
    assert inputs.seizures_from["columns"]["place"] == "Place"
    again = load_inputs(both[::-1], source=Source(mapping=mapping))
    assert again.seizures_from["columns"] == inputs.seizures_from["columns"]


# The documentation


PAGE = (ROOT / "docs" / "seizures.md").read_text(encoding="utf-8")


def test_the_page_shows_the_files_it_names() -> None:
    shown = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) == 2
    for name, text in shown:
        assert (ROOT / name).read_text(encoding="utf-8").startswith(text)


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    """The command of the page, word for word; then the ranking of what it wrote, and the ranking at once."""
    (command,) = re.findall(r"\$ routes (validate docs/.*)", PAGE)
    (shown,) = re.findall(r"<!-- standard error -->\n```text\n(.*?)```", PAGE, re.DOTALL)
    words = [str(ROOT / word) if word.startswith("docs/") else word for word in shlex.split(command)]
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.replace(f"{ROOT}/", "") == shown
    two_steps = run("rank", "--seizures", "completed.csv", "--format", "json", cwd=tmp_path)
    at_once = run("rank", "--seizures", *words[1:5], "--format", "json", cwd=tmp_path)
    first, second = (json.loads(done.stdout) for done in (two_steps, at_once))
    assert first["corridors"] == second["corridors"]
    assert second["provenance"]["seizures"]["places_found"] == 6
    assert second["provenance"]["seizures"]["columns"]["place"]["values"] == {"Unknown": ""}


def test_rejects_of_a_sheet_are_written_with_their_faults(tmp_path: Path) -> None:
    workbook(tmp_path, sheet_of({}, {"lat": 120}), "my.xlsx", other=[["x"]])
    done = run("rank", "--seizures", "my.xlsx#first", "--skip-invalid", "--top", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rejects = pd.read_csv(tmp_path / "my-first.rejected.csv")
    assert rejects["row"].tolist() == [3]
    assert "lat: wanted -90 to 90, got '120'" in rejects["fault"][0]


def test_points_of_shapes_keep_their_order(tmp_path: Path) -> None:
    """Rows left out for being blank take no point from another."""
    frame = good_rows({}, {}, {}).assign(lon=[61.07, 61.08, 61.09])
    spatial = points(frame)
    spatial.loc[1, [name for name in spatial if name != "geometry"]] = None
    spatial.loc[1, "geometry"] = shapely.Point()
    spatial.to_parquet(tmp_path / "in.parquet")
    assert tables.read_seizures(tmp_path / "in.parquet")["lon"].tolist() == [61.07, 61.09]
