"""Broken and hostile files: refused in one message, within 10 seconds and 1 GiB; mutated ones likewise."""

from __future__ import annotations

import gzip
import json
import os
import resource
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzz import fuzz
from seizure_files import GOOD, text_of, write

from routes import read as tables
from routes.errors import InputError
from routes.parameters import read_parameters
from routes.roads.road_file import load_roads

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

FUZZED = 1_500 if os.environ.get("CI") else 150
LARGEST = 2**20
SECONDS, SPARE = 10, 2**30


def test_mutated_files_are_read_or_refused() -> None:
    """Nothing but a message, whatever the bytes; ``scripts/fuzz.py`` reads 20,000 before a release."""
    assert fuzz(FUZZED, seed=1) == []


def read_bounded(path: Path) -> str:
    """Read a file in a process of its own, within the bounds; give its messages."""
    code = (
        "import resource, sys; from routes.cli import main;"
        "import routes.read.records, openpyxl, pyogrio, pyarrow.parquet, geopandas;"
        "now = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize();"
        f"resource.setrlimit(resource.RLIMIT_AS, (now + {SPARE}, now + {SPARE}));"
        "main(['validate', sys.argv[1]])"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(  # noqa: S603 - this Python, and a file of ours
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < SECONDS + 3  # 3 to import
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2), done.stderr
    return done.stderr


# Small files that hold far more than they have bytes for


def far_cell(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in sheet_rows():
        book.active.append(row)
    book.active["A1048576"] = " "
    book.save(path)


def sheet_rows() -> list[list[str]]:
    return [list(GOOD), [*{**GOOD, "seizure_id": "s-1"}.values()]]


def rewritten(path: Path, part: str, content: bytes) -> None:
    """A workbook one of whose parts holds something else."""
    far = path.with_suffix(".source.xlsx")
    book = openpyxl.Workbook()
    for row in sheet_rows():
        book.active.append(row)
    book.save(far)
    with zipfile.ZipFile(far) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, content if entry.filename == part else source.read(entry))


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"


def far_row(path: Path) -> None:
    rewritten(path, SHEET, OPEN + b'<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>' + CLOSE)


def many_cells(path: Path) -> None:
    rewritten(
        path,
        SHEET,
        OPEN + b"".join(b'<row r="%d"><c><v>1</v></c></row>' % n for n in range(1, 400_000)) + CLOSE,
    )


def wide_rows(path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 30_000))
    rewritten(path, SHEET, OPEN + rows + CLOSE)


def many_strings(path: Path) -> None:
    strings = b"<si><t>x</t></si>" * 1_900_000
    rewritten(
        path,
        "xl/sharedStrings.xml",
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + strings + b"</sst>",
    )


def many_styles(path: Path) -> None:
    rewritten(path, "xl/styles.xml", b"<styleSheet>" + b"<xf/>" * 3_000_000 + b"</styleSheet>")


def zip_bomb(path: Path) -> None:
    rewritten(path, SHEET, OPEN + b" " * 800_000_000 + CLOSE)


def many_columns(path: Path) -> None:
    write(path.parent, ",".join(f"c{n}" for n in range(150_000)) + "\n", path.name)


def ragged(path: Path) -> None:
    write(path.parent, text_of({}) + "," * 500_000 + "\n" + "a\n" * 200_000, path.name)


def all_commas(path: Path) -> None:
    write(path.parent, ",".join(f"c{n}" for n in range(1_900)) + "\n" + ("," * 1_899 + "\n") * 500, path.name)


def gzip_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a,b\n" + b"0" * 900_000_000, 9))


def many_properties(path: Path) -> None:
    features = [{"type": "Feature", "properties": {f"p{n}": 1}, "geometry": None} for n in range(15_000)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def parquet_rows(path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array(np.zeros(20_000_000, dtype="int64"))}), path)


def parquet_texts(path: Path) -> None:
    codes = pa.array(np.zeros(200_000, dtype="int32"))
    column = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 500_000]))
    pq.write_table(pa.table({"a": column}), path, compression="zstd", store_schema=False)


def endless_view(path: Path) -> None:
    from test_field_files import points

    points().to_file(path, layer="seizures", engine="pyogrio")
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v', 'attributes', 'v')"
        )


def huge_view(path: Path) -> None:
    from test_field_files import points

    points().to_file(path, layer="seizures", engine="pyogrio")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW v AS SELECT printf('%.*c', 900000000, 'x') AS x")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v', 'attributes', 'v')"
        )


def nested_kml(path: Path) -> None:
    path.write_bytes(b"<kml>" + b"<Folder>" * 50_000 + b"</Folder>" * 50_000 + b"</kml>")


def entities_kml(path: Path) -> None:
    path.write_text('<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">]><kml>&a;</kml>')


LARGE: dict[Callable[[Path], None], tuple[str, str]] = {
    far_cell: ("in.xlsx", "1 records of 1 events"),
    far_row: ("in.xlsx", "a cell below row 1,048,576"),
    many_cells: ("in.xlsx", "Save it as CSV."),
    wide_rows: ("in.xlsx", "cells for a file of its size"),
    many_strings: ("in.xlsx", "1 records of 1 events"),
    many_styles: ("in.xlsx", "holds more than a file of its size has room for"),
    zip_bomb: ("in.xlsx", "it unpacks to"),
    many_columns: ("in.csv", "more than the 2,000 allowed"),
    ragged: ("in.csv", "more than the 2,000 allowed"),
    all_commas: ("in.csv", "the column is missing"),
    gzip_bomb: ("in.csv.gz", "it unpacks to more than"),
    many_properties: ("in.geojson", "more than the 2,000 allowed"),
    parquet_rows: ("in.parquet", "more than"),
    parquet_texts: ("in.parquet", "the column is missing"),
    endless_view: ("in.gpkg", "'v' cannot be read through"),
    huge_view: ("in.gpkg", "'v' cannot be read through"),
    nested_kml: ("in.kml", "elements inside one another"),
    entities_kml: ("in.kml", "it declares entities"),
}


@pytest.mark.parametrize("make", LARGE, ids=lambda make: make.__name__)
def test_a_small_file_is_read_or_refused_within_bounds(make: Callable[[Path], None], tmp_path: Path) -> None:
    name, words = LARGE[make]
    path = tmp_path / name
    make(path)
    assert path.stat().st_size <= 2 * LARGEST
    assert words in read_bounded(path)


# Broken parts


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        tables.read_seizures(path)
    return str(caught.value)


def workbook_with(path: Path, change: Callable[[bytearray, zipfile.ZipInfo], None]) -> Path:
    book = openpyxl.Workbook()
    for row in sheet_rows():
        book.active.append(row)
    book.save(path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        change(data, packed.getinfo(SHEET))
    path.write_bytes(data)
    return path


def broken_deflate(data: bytearray, entry: zipfile.ZipInfo) -> None:
    start = entry.header_offset + 30 + len(entry.filename)
    data[start : start + 40] = b"\xff" * 40


def set_in_both(offset: int, local: int, value: int) -> Callable[[bytearray, zipfile.ZipInfo], None]:
    def change(data: bytearray, entry: zipfile.ZipInfo) -> None:
        at = data.rindex(entry.filename.encode()) - 46  # of the central directory
        data[at + offset] = data[entry.header_offset + local] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (broken_deflate, "the workbook cannot be read"),
        (set_in_both(8, 6, 1), "it is encrypted. Save it without a password."),
        (set_in_both(10, 8, 97), "packed in a way that cannot be read"),
    ],
    ids=["zlib", "encrypted", "compression"],
)
def test_workbooks_that_are_broken_or_encrypted(tmp_path: Path, change: Any, words: str) -> None:
    assert words in refused(workbook_with(tmp_path / "in.xlsx", change))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([2**30], pa.date32()), "date: a cell cannot be read: "),
        (pa.array([2**60], pa.timestamp("us")), "date: a cell cannot be read"),
        (pa.array([0], pa.timestamp("us", tz="Not/AZone")), "date: a cell cannot be read"),
        (
            pa.Array.from_buffers(
                pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], "int32")), pa.py_buffer(b"\xff")]
            ),
            "date: a cell cannot be read",
        ),
    ],
)
def test_cells_of_parquet_that_python_cannot_hold(tmp_path: Path, column: Any, words: str) -> None:
    table = pa.table({name: [value] for name, value in GOOD.items() if name != "date"} | {"date": column})
    pq.write_table(table, tmp_path / "in.parquet")
    assert words in refused(tmp_path / "in.parquet")


@pytest.mark.parametrize(
    "geo",
    [
        b"1",
        b'"x"',
        b"{",
        b"{}",
        b'{"columns": 1}',
        b'{"primary_column": "g", "columns": {"g": {}}, "version": "1.0.0"}',
        b"\xff",
    ],
)
def test_broken_geo_metadata_of_parquet(tmp_path: Path, geo: bytes) -> None:
    table = pa.table({**{name: [value] for name, value in GOOD.items()}, "g": [b"junk"]})
    pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "in.parquet")
    assert "the geometry cannot be read" in refused(tmp_path / "in.parquet")


def nested(depth: int) -> str:
    return '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth


@pytest.mark.parametrize(
    "geometry",
    [
        nested(450),
        nested(5000),
        "[" * 900 + "]" * 900,
        '"x"',
        "false",
        "[]",
        '{"type": "Point"}',
        '{"type":"Point","coordinates":[null,1]}',
        '{"type":"Point","coordinates":{"a":1}}',
    ],
)
def test_geometries_of_geojson_that_are_none(tmp_path: Path, geometry: str) -> None:
    feature = f'{{"type": "Feature", "properties": {json.dumps(GOOD)}, "geometry": {geometry}}}'
    path = write(tmp_path, f'{{"type": "FeatureCollection", "features": [{feature}]}}', "in.geojson")
    assert "geometry" in refused(path) or "nested too deep" in refused(path)


def test_names_of_geojson_that_no_file_can_hold(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"pl\ud800": "x"}, "geometry": None}],
        }
    )
    assert "the column is missing" in refused(write(tmp_path, text, "in.geojson"))


# Road files


def road_arrays() -> dict[str, Any]:
    with np.load(tables.bundled("roads.npz")) as file:
        return {name: file[name] for name in file.files}


def changed(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def put(arrays: dict[str, Any]) -> None:
        arrays[name] = change(arrays[name].copy())

    return put


def first_is(value: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array[0] = value
        return array

    return change


def swapped(arrays: dict[str, Any]) -> None:
    arrays["lon"], arrays["lat"] = arrays["lat"], arrays["lon"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed("u", first_is(-1)), "u holds values from -1"),
        (changed("v", first_is(10**8)), "v holds values from 0 to 100000000"),
        (changed("road_class", first_is(-1)), "road_class holds values from -1"),
        (changed("length_m", first_is(-5000)), "length_m holds values from -5000"),
        (
            changed("length_m", lambda array: array // 1000),
            "shorter than the straight line between their ends",
        ),
        (changed("country", first_is(99)), "country holds values"),
        (changed("lat", lambda array: array * 3), "lat holds values"),
        (swapped, "shorter than the straight line between their ends"),
        (changed("lon", lambda array: array[:-1]), "lat has"),
        (changed("lon", lambda array: array.reshape(1, -1)), "lon has the shape"),
        (changed("lon", lambda array: array / 1e5), "lon holds no whole numbers"),
        (changed("stop_node", lambda array: array[:0]), "stop_node has 0 entries"),
        (changed("border_pair", lambda array: array[:, :1]), "border_pair does not hold pairs"),
        (changed("json", lambda array: array[:50]), "cannot be read as a road file"),
    ],
)
def test_road_files_that_hold_nonsense(tmp_path: Path, change: Any, words: str) -> None:
    arrays = road_arrays()
    change(arrays)
    np.savez_compressed(tmp_path / "in.npz", **arrays)
    with pytest.raises(InputError) as caught:
        load_roads(tmp_path / "in.npz")
    assert words in str(caught.value)


def test_a_road_file_whose_header_promises_more_than_it_holds(tmp_path: Path) -> None:
    import io

    arrays = road_arrays()
    with zipfile.ZipFile(tmp_path / "in.npz", "w") as packed:
        for name, array in arrays.items():
            out = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                out, {"shape": (10**12,), "fortran_order": False, "descr": "<i4"}
            )
            packed.writestr(f"{name}.npy", out.getvalue() + array.tobytes()[:8])
    with pytest.raises(InputError, match="is not whole"):
        load_roads(tmp_path / "in.npz")
    np.save(tmp_path / "plain.npy", np.zeros(3))
    (tmp_path / "plain.npz").write_bytes((tmp_path / "plain.npy").read_bytes())
    with pytest.raises(InputError, match="cannot be read as a road file"):
        load_roads(tmp_path / "plain.npz")


# Borders and parameters


@pytest.mark.parametrize(
    "properties",
    [
        "3",
        "true",
        '"x"',
        '["a"]',
        '{"iso3": ["AFG"], "name": "x", "modelled": true}',
        '{"iso3": "AFG", "name": {}, "modelled": true}',
    ],
)
def test_borders_with_properties_that_are_none(tmp_path: Path, properties: str) -> None:
    square = '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}'
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {square}}}'
    path = write(tmp_path, f'{{"type": "FeatureCollection", "features": [{feature}]}}', "borders.geojson")
    with pytest.raises(InputError, match=r"borders\.geojson"):
        tables.read_country_shapes(path)


def test_parameters_of_many_digits(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[evidence]\nsd_gate = " + "9" * 400)
    with pytest.raises(InputError, match=r"evidence\.sd_gate: wanted"):
        read_parameters(path, frozenset())


def test_the_samples_are_real_inputs() -> None:
    """The samples that are mutated are real inputs: each is read as it is."""
    import tempfile

    from fuzz import read, samples

    with tempfile.TemporaryDirectory() as name:
        for kind, data in samples(Path(name)).items():
            (Path(name) / kind).write_bytes(data)
            if kind not in ("semicolons.csv", "borders.geojson"):  # which are refused, or have gaps
                read(Path(name) / kind)
