"""Strict reading: every kind of bad input, with file, line, column, value and remedy."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seizure_files import GOOD, TODAY, text_of, write

from routes import read as tables
from routes.errors import Fault, InputError
from routes.read.columns import WrongValueError, parse_value
from routes.read.location import find_misplaced
from routes.read.quoting import show

OPTIONAL = (
    "event_id",
    "operation",
    "direction_note",
    "quality_flag",
    "quality_note",
    "source_grade",
    "quantity_kg",
)


@pytest.fixture(scope="session")
def borders() -> Any:
    """The bundled country shapes."""
    return tables.read_borders(tables.bundled("borders.geojson"))


def faults_of(path: Path, **options: Any) -> list[Fault]:
    """Faults of a seizures file, of which there must be some."""
    with pytest.raises(InputError) as caught:
        tables.read_seizures(path, today=TODAY, **options)
    return list(caught.value.faults)


def only_fault(path: Path, **options: Any) -> Fault:
    """Give the one fault of a seizures file."""
    (fault,) = faults_of(path, **options)
    return fault


def test_a_good_row(tmp_path: Path) -> None:
    """Missing event id and kilograms are filled, the date becomes a span."""
    row = tables.read_seizures(write(tmp_path, text_of({"date": "2012-02", "date_precision": "month"}))).iloc[
        0
    ]
    assert row["event_id"] == "s-1"
    assert row["quantity_kg"] == pytest.approx(108)
    assert (row["date_from"], row["date_until"]) == (pd.Timestamp("2012-02-01"), pd.Timestamp("2012-02-29"))
    assert row["operation"] == ""


def test_optional_columns_may_be_missing_and_extra_ones_are_kept(tmp_path: Path) -> None:
    """Nothing but the optional columns may be left out; unknown columns stay as text."""
    text = (
        text_of({}, drop=OPTIONAL).replace("source\n", "source,office\n").replace("UNODC\n", "UNODC,Herat\n")
    )
    frame = tables.read_seizures(write(tmp_path, text))
    assert set(GOOD) < set(frame.columns)
    assert frame.loc[0, "office"] == "Herat"
    assert frame.loc[0, "event_id"] == "s-1"
    assert frame.loc[0, "quantity_kg"] == pytest.approx(108)


def test_header_alone_gives_an_empty_table(tmp_path: Path) -> None:
    """No seizures is an answer; the columns keep their types."""
    frame = tables.read_seizures(write(tmp_path, text_of()))
    full = tables.read_seizures(write(tmp_path, text_of({})))
    assert len(frame) == 0
    assert frame.dtypes.to_dict() == full.dtypes.to_dict()


def test_order_marks_blank_lines_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    """A byte order mark, CRLF, blank lines and rows of commas change nothing."""
    plain = tables.read_seizures(write(tmp_path, text_of({}, {})))
    body = text_of({}, {}).replace("\n", "\r\n").replace("s-2", "\r\n" + "," * (len(GOOD) - 1) + "\r\ns-2")
    pd.testing.assert_frame_equal(
        plain, tables.read_seizures(write(tmp_path, b"\xef\xbb\xbf" + body.encode()))
    )


ONE_FAULT = [
    ({"seizure_id": ""}, "seizure_id", "the cell is empty. Give every row its own id."),
    ({"date": "2017-13", "date_precision": "month"}, "date", "wanted a date of the calendar, got '2017-13'"),
    ({"date": "2017-02-30"}, "date", "wanted a date of the calendar, got '2017-02-30'"),
    ({"date": "14.19.2017"}, "date", "wanted a date of the calendar, got '14.19.2017'"),
    ({"date": "in spring"}, "date", "wanted a date as YYYY, YYYY-MM or YYYY-MM-DD, got 'in spring'"),
    ({"date": "03/04/2017"}, "date", "'03/04/2017' can have the day or the month first; no date of this"),
    ({"date": "0217-09-14"}, "date", "wanted a year from 1900 to 2100"),
    ({"date": "2026-06-02"}, "date", "wanted a day up to today, 2026-06-01, got '2026-06-02'"),
    ({"date": "2017-09"}, "date_precision", "wanted month, as in the date '2017-09', got 'day'"),
    (
        {"date_precision": "Day"},
        "date_precision",
        "wanted one of year, month, day, got 'Day'. Did you mean day?",
    ),
    ({"country": "Afganistan"}, "country", "got 'Afganistan'. Did you mean AFG, Afghanistan?"),
    ({"country": "Atlantis"}, "country", "got 'Atlantis'. Codes are ISO 3166-1 alpha-3."),
    ({"lat": "north"}, "lat", "wanted degrees, -90 to 90, got 'north'. Write 34.5167, 34°31'N"),
    ({"lat": "nan"}, "lat", "got 'nan'"),
    ({"lat": "34,66,1"}, "lat", "wanted degrees, minutes and seconds, got '34,66,1'."),
    ({"lat": "120.5"}, "lat", "wanted -90 to 90, got '120.5'. Are lat and lon swapped?"),
    ({"lon": "-190"}, "lon", "wanted -180 to 180, got '-190'"),
    ({"lon": ""}, "lon", "lat is given without lon. Give both or neither."),
    ({"lat": ""}, "lat", "lon is given without lat. Give both or neither."),
    ({"lat": "", "lon": ""}, "location_precision", "'crossing' needs lat and lon"),
    ({"location_precision": ""}, "location_precision", "wanted one of exact, crossing"),
    ({"location_precision": "town"}, "location_precision", "got 'town'"),
    ({"substance": " "}, "substance", "Write 'unidentified' if it is not known."),
    ({"quantity_reported": "15,800"}, "quantity_reported", "'15,800' can be 15800 or 15.8. Say decimal = "),
    ({"quantity_reported": "1e999"}, "quantity_reported", "wanted 0 or more, got '1e999'"),
    ({"quantity_reported": "-5"}, "quantity_reported", "wanted 0 or more, got '-5'"),
    ({"unit_reported": "gallons"}, "unit_reported", "'gallons' can mean several units. Write gal for US"),
    ({"unit_reported": "pud"}, "unit_reported", "wanted one of kg, g, t, lb, l, ml, gal, bags"),
    ({"unit_reported": ""}, "unit_reported", "a quantity is given without its unit"),
    ({"quantity_kg": "-1"}, "quantity_kg", "wanted 0 or more, got '-1'"),
    ({"quantity_kg": "100000"}, "quantity_kg", "wanted about 108 kg, which is what was reported, got 100000"),
    ({"quantity_reported": "0"}, "quantity_reported", "not seizures. Leave the row out; --effort"),
    ({"quantity_reported": "", "quantity_kg": "0"}, "quantity_kg", "a quantity of 0 was not seized"),
    (
        {"quantity_reported": "", "direction_note": "lorry inspected, nothing found"},
        "quantity_reported",
        "the row says that nothing was found",
    ),
    (
        {"quantity_reported": "", "direction_note": "No chemicals were found."},
        "quantity_reported",
        "the row says that nothing was found",
    ),
    ({"operation": "TARCET II"}, "operation", "wanted small letters and digits joined by hyphens"),
    ({"source": ""}, "source", "the cell is empty. Say where the record comes from."),
    ({"source_grade": "A7"}, "source_grade", "got 'A7'"),
    (
        {"quality_flag": "odd", "quality_note": "x"},
        "quality_flag",
        "wanted one of unit_error, quantity_unclear",
    ),
    ({"quality_flag": "unit_error"}, "quality_note", "flagged 'unit_error' without a reason"),
    (
        {"place": "", "lat": "", "lon": "", "country": "", "location_precision": "country"},
        "country",
        "Name it",
    ),
]


@pytest.mark.parametrize(("change", "column", "words"), ONE_FAULT)
def test_one_wrong_cell_gives_one_fault(
    tmp_path: Path, change: dict[str, str], column: str, words: str
) -> None:
    """The fault names the line and column, and says what was wanted, what came, what to do."""
    path = write(tmp_path, text_of({}, change, {}))
    fault = only_fault(path)
    assert (fault.file, fault.line, fault.column) == (str(path), 3, column)
    assert words in fault.message


def test_year_and_month_of_today_are_not_in_the_future(tmp_path: Path) -> None:
    """A date counts as future only if its first day does."""
    path = write(tmp_path, text_of({"date": "2026", "date_precision": "year"}))
    assert len(tables.read_seizures(path, today=TODAY)) == 1


def test_all_faults_stand_in_one_message_in_file_order(tmp_path: Path) -> None:
    """One pass tells them all."""
    path = write(
        tmp_path,
        text_of(
            {"lat": "x", "country": "XX", "quantity_reported": "-1"}, {}, {"seizure_id": "s-1", "date": "x"}
        ),
    )
    with pytest.raises(InputError) as caught:
        tables.read_seizures(path, today=TODAY)
    where = [(fault.line, fault.column) for fault in caught.value.faults]
    assert where == [(2, "country"), (2, "lat"), (2, "quantity_reported"), (4, "seizure_id"), (4, "date")]
    assert len(str(caught.value).splitlines()) == len(where)
    assert "line 4, seizure_id: 's-1' stands on line 2 already" in str(caught.value)


def test_long_lists_of_faults_are_cut_in_print_alone(tmp_path: Path) -> None:
    """The message prints fifty; the error holds all."""
    path = write(tmp_path, text_of(*[{"lat": "x"}] * 53))
    with pytest.raises(InputError) as caught:
        tables.read_seizures(path, today=TODAY)
    assert len(caught.value.faults) == 53
    assert len(str(caught.value).splitlines()) == tables.FAULTS_SHOWN + 1
    assert str(caught.value).endswith("and 3 more faults: lat 3.")


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Cells of several lines and blank lines count."""
    text = text_of({"place": "two\nlines"}, {"place": "a\r\nb\nc"}, {"lat": "x"})
    assert only_fault(write(tmp_path, "\n" + text.replace("s-3", "\ns-3"))).line == 9


def test_values_in_messages_are_short_and_harmless(tmp_path: Path) -> None:
    """No value takes over the terminal."""
    fault = only_fault(write(tmp_path, text_of({"lat": "\x1b[2J\u202e" + "9" * 500})))
    assert "\\x1b[2J\\u202e" in fault.message
    assert len(fault.message) < 160
    assert fault.message.isprintable()


# Country and coordinates


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lat": "61.07", "lon": "34.66"}, "Are lat and lon swapped?"),
        ({"lat": "28.96", "lon": "53.0"}, "which lies in Iran (IRN)"),
        ({"lat": "15", "lon": "65"}, "lies in no mapped country, 1,6"),
        ({"country": "CHN", "lat": "34.5", "lon": "69.2"}, "which lies in Afghanistan (AFG)"),
    ],
)
def test_country_and_coordinates_must_agree(
    tmp_path: Path, borders: Any, change: dict[str, str], words: str
) -> None:
    """A point far outside its country is told with the country it lies in."""
    path = write(tmp_path, text_of({}, change))
    fault = only_fault(path, borders=borders)
    assert (fault.line, fault.column) == (3, "lat")
    assert words in fault.message
    assert len(tables.read_seizures(path, today=TODAY)) == 2, "without borders nothing is compared"


@pytest.mark.parametrize(
    "change",
    [
        {"lat": "34.66", "lon": "60.9"},  # 15 km over the border
        {"country": "CHN", "lat": "31.2", "lon": "121.5"},  # beyond the drawn part of China
        {"country": "KOR", "lat": "37.3", "lon": "126.8"},  # not drawn
        {"country": "IND", "lat": "19.0", "lon": "72.8"},  # south of the map
    ],
)
def test_points_that_cannot_be_faulted(tmp_path: Path, borders: Any, change: dict[str, str]) -> None:
    """Near the border, and beyond the map, nothing is said."""
    path = write(tmp_path, text_of(change))
    assert len(tables.read_seizures(path, borders=borders, today=TODAY)) == 1


def test_points_of_no_country_are_not_judged(borders: Any) -> None:
    """At sea no country is told, so that none can be wrong."""
    points = pd.DataFrame({"country": ["", ""], "lon": [64.0, np.nan], "lat": [20.0, np.nan]})
    assert find_misplaced(points, borders).empty


def test_tolerance_is_kilometres_at_any_latitude(borders: Any) -> None:
    """Points 24 and 26 km from a straight meridian border fall on either side of the tolerance."""
    from geopandas import GeoDataFrame
    from shapely import box

    for south in (5, 35, 60):
        shape = box(60, south, 70, south + 4)
        square = GeoDataFrame({"iso3": ["AFG"], "modelled": [True]}, geometry=[shape], crs=borders.crs)
        lat = south + 2.3
        degree = np.pi / 180 * 6371.0088 * np.cos(np.radians(lat))
        points = pd.DataFrame({"country": "AFG", "lon": [70 + 24 / degree, 70 + 26 / degree], "lat": lat})
        found = find_misplaced(points, square)
        assert found.index.tolist() == [1]
        assert found.loc[1, "distance_km"] == pytest.approx(26, rel=0.01)


# Files that are no table


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (
            text_of({"place": "\u2192"}).encode()[:-60] + b"\xe2",
            "it is not clear which older encoding it is in",
        ),
        (text_of({}).encode("utf-16") + b"x", "its first bytes say UTF-16, but it is not"),
        (text_of({"place": "a\0b"}).encode(), "line 2: the line holds a NUL byte"),
        (b"PK\x03\x04rest", "wanted a CSV file, got a spreadsheet or database"),
        (text_of({}).replace(",", "/").encode(), "seizure_id: the column is missing"),
        (text_of({}).replace("place,lat", "lat,lat").encode(), "line 1, lat: the column name stands 2 times"),
        (text_of({}).replace("place,", ",").encode(), "the name of column 6 is empty"),
        (b'{"type": "FeatureCollection"}', "seizure_id: the column is missing"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, words: str) -> None:
    """Refused at once, with the reason, by both readers."""
    path = write(tmp_path, content)
    for read in (tables.read_seizures, tables.read_records):
        with pytest.raises(InputError, match=r"in\.csv") as caught:
            read(path)
        assert words in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """Nothing there, or no file."""
    assert "there is no such file" in str(faults_of(tmp_path / "no.csv")[0])
    assert "got a folder" in str(faults_of(tmp_path)[0])


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said without a traceback; simulated, since a superuser may read anything."""

    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "no permission to read the file" in str(only_fault(tmp_path / "in.csv"))


def test_missing_columns_name_the_nearest(tmp_path: Path) -> None:
    """All missing columns at once, each with the column that may be meant."""
    text = text_of({}, drop=("substance",)).replace(",lat,lon,", ",latitude,LON,")
    by_column = {fault.column: fault.message for fault in faults_of(write(tmp_path, text))}
    assert set(by_column) == {"lat", "lon", "substance"}
    assert "Is it the column 'latitude'? Then rename that." in by_column["lat"]
    assert "Is it the column 'LON'?" in by_column["lon"]
    assert "no other has a name near it" in by_column["substance"]


def test_ragged_rows_and_quotes(tmp_path: Path) -> None:
    """Rows of another length are told by line; so are quotes that do not close."""
    short, long, good = text_of({}, {}, {}).splitlines()[1:]
    text = "\n".join([",".join(GOOD), short[:-1], long + ",more", good, 's-4,"open', "s-5"])
    faults = faults_of(write(tmp_path, text))
    assert [fault.line for fault in faults] == [2, 3, 5]
    assert "wanted 19 cells as in the header, got 18" in faults[0].message
    assert "got 20. Put quotes around cells that hold a comma." in faults[1].message
    assert "a quote is opened here and not closed" in faults[2].message
    assert "text follows a closing quote" in only_fault(write(tmp_path, text_of({}) + 's-2,"a"b,c\n')).message


# Valid rows and the others


def test_split_keeps_good_rows_and_gives_back_the_others_as_they_came(tmp_path: Path) -> None:
    """Rejected rows are the file's own text, in its order, by line."""
    text = text_of({}, {"lat": " x "}, {}, {"country": "XX"}) + "too,short\n" + "," * 19 + "long\n"
    records = tables.read_records(write(tmp_path, text), today=TODAY)
    valid, rejected, faults = records.valid, records.rejected, records.faults
    assert valid["seizure_id"].tolist() == ["s-1", "s-3"]
    assert valid.index.tolist() == [0, 1]
    assert rejected.index.tolist() == [3, 5, 6, 7]
    assert rejected.loc[3, "lat"] == " x "
    assert rejected.iloc[2].tolist()[:3] == ["too", "short", ""]
    assert rejected.loc[7, "extra_1"] == "long"
    assert {fault.line for fault in faults} == set(rejected.index)


def test_split_refuses_a_file_whose_rows_cannot_be_told_apart(tmp_path: Path) -> None:
    """Rows swallowed by an open quote would be lost from both sides."""
    with pytest.raises(InputError, match="not closed"):
        tables.read_records(write(tmp_path, text_of({}) + 's-2,"open\n'))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=12), max_size=3), max_size=6))
def test_any_cells_give_a_table_or_faults(tmp_path: Path, changes: list[dict[str, str]]) -> None:
    """No text makes a reader fail in another way, and no row is lost between the two sides.

    All cells are quoted, since the writer of Python 3.11 leaves a lone carriage return bare.
    """
    encodable = [{k: v.encode("utf-8", "replace").decode() for k, v in change.items()} for change in changes]
    try:
        records = tables.read_records(
            write(tmp_path, text_of(*encodable, quoting=csv.QUOTE_ALL)), today=TODAY
        )
    except InputError:
        return
    assert len(records.valid) + len(records.rejected) == len(changes)
    assert {fault.line for fault in records.faults} == set(records.rejected.index)
    assert all(str(fault).isprintable() for fault in records.faults)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_faults(tmp_path: Path, content: bytes) -> None:
    """Nothing but an InputError leaves the reader."""
    with pytest.raises(InputError):
        tables.read_seizures(write(tmp_path, content))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive(value: float) -> None:
    """Every finite float that Python writes is read back."""
    assert parse_value(tables.Column("x", "number"), repr(value)) == value


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([4, 7, 10]))
def test_date_spans_hold_their_day(day: date, length: int) -> None:
    """The span of a cut date is the shortest that begins and ends with its year, month or day."""
    first, last = tables.date_span(day.isoformat()[:length])
    assert first <= day <= last
    after = date.fromordinal(min(last.toordinal() + 1, date.max.toordinal()))
    assert first.isoformat()[:length] == last.isoformat()[:length] != after.isoformat()[:length]


@given(st.text(max_size=200))
def test_shown_values_are_printable(text: str) -> None:
    """Whatever comes, a message is one printable line."""
    assert show(text).isprintable()


# Units


def test_normalise_quantity() -> None:
    """Mass is multiplied out, volume needs a density, containers have none."""
    got = tables.normalise_quantity(
        [14, 16000, 174, 490, 300, 5, 7, float("nan"), 3],
        ["t", "l", "l", "gal", "lb", "drums", "l", "kg", ""],
        ["any", "acetyl chloride", "Sulphuric acid", "acetic anhydride", "x", "acetone", "paint", "x", "x"],
    )
    wanted = [14000, 17600, 318.42, 490 * 3.785411784 * 1.08, 136.077711, np.nan, np.nan, np.nan, np.nan]
    np.testing.assert_allclose(got, wanted)


def test_kilograms_are_not_worked_out_from_a_doubtful_figure(tmp_path: Path) -> None:
    """A row flagged unit_error without kilograms stays without."""
    flagged = {"quality_flag": "unit_error", "quality_note": "said so", "unit_reported": "t"}
    assert tables.read_seizures(write(tmp_path, text_of(flagged)))["quantity_kg"].isna().all()


# The other tables


def crossing(**change: str) -> str:
    """Text of a crossings file with one row."""
    row = {
        "crossing_id": "a-b",
        "name": "A - B",
        "country_a": "AFG",
        "country_b": "IRN",
        "kind": "road",
        "official": "yes",
        "lat": "34.7",
        "lon": "61.0",
        "position_confidence": "high",
        "note": "",
        "source": "x",
        **change,
    }
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def test_crossings(tmp_path: Path) -> None:
    """Types of a good file; faults of a bad one."""
    frame = tables.read_crossings(write(tmp_path, crossing()))
    assert frame.loc[0, "official"]
    bad = crossing(crossing_id="A B", country_b="AFG", kind="tunnel", lat="95")
    with pytest.raises(InputError) as caught:
        tables.read_crossings(write(tmp_path, bad))
    assert [f.column for f in caught.value.faults] == ["crossing_id", "country_b", "kind", "lat"]


STATUS = "crossing_id,from,until,status,note,source\n"


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("a,2010-01-01,,open,,x\na,2012-01-01,,closed,,x\n", 3, "overlaps with the one on line 2"),
        ("a,2012-01-01,2012-02-01,open,,x\na,,2012-01-01,closed,,x\n", 2, "overlaps with the one on line 3"),
        ("a,,2012-01-01,open,,x\na,,,closed,,x\n", 3, "overlaps with the one on line 2"),
        ("a,2012-01-02,2012-01-01,open,,x\n", 2, "wanted a day from 2012-01-02 on, got 2012-01-01"),
        ("a,2012-01,,open,,x\n", 2, "wanted a date as YYYY-MM-DD, got '2012-01'. Give the day."),
    ],
)
def test_status_periods(tmp_path: Path, rows: str, line: int, words: str) -> None:
    """Periods run forward and do not overlap within a crossing."""
    with pytest.raises(InputError) as caught:
        tables.read_crossing_status(write(tmp_path, STATUS + rows))
    (fault,) = caught.value.faults
    assert fault.line == line
    assert words in fault.message


def test_status_periods_that_touch_are_good(tmp_path: Path) -> None:
    """One may end on the day before the next begins; crossings do not disturb one another."""
    rows = "a,,2011-12-31,open,,x\na,2012-01-01,,closed,,x\nb,2011-01-01,,open,,x\n"
    frame = tables.read_crossing_status(write(tmp_path, STATUS + rows))
    assert frame["until"].isna().tolist() == [False, True, True]
    assert frame["from"].isna().tolist() == [True, False, False]


HIGHWAYS = (
    "highway_id,highway,order,stop,kind,crossing_id,country,lat,lon,distance_km,distance_source,surface,"
    "terrain,source\n"
)


def test_highways(tmp_path: Path) -> None:
    """Stops are numbered in order, distances have a source, crossings an id."""
    good = HIGHWAYS + "h,H,1,A,town,,AFG,34,61,,,paved,flat,x\nh,H,2,B,town,,AFG,34,62,90,map,paved,flat,x\n"
    frame = tables.read_highways(write(tmp_path, good))
    assert frame["order"].tolist() == [1, 2]
    assert frame["distance_km"].isna().tolist() == [True, False]
    bad = good.replace("h,H,2,B,town,,AFG,34,62,90,map", "h,H,3,B,crossing,,AFG,34,62,90,")
    with pytest.raises(InputError) as caught:
        tables.read_highways(write(tmp_path, bad))
    assert [(f.line, f.column) for f in caught.value.faults] == [
        (3, "order"),
        (3, "crossing_id"),
        (3, "distance_source"),
    ]


def test_places_and_operations(tmp_path: Path) -> None:
    """A part needs its whole; an operation's total a number."""
    places = (
        "place_id,name,kind,country,lat,lon,weight,part_of,crossing_id,note,source\n"
        "helmand,Helmand,processing_area,AFG,31.6,64.4,0.26,,,,x\nsangin,Sangin,district,AFG,32.1,64.8,,{},,,x\n"
    )
    assert len(tables.read_places(write(tmp_path, places.format("helmand")))) == 2
    with pytest.raises(InputError, match="wanted a place_id of this file, got 'helmnd'"):
        tables.read_places(write(tmp_path, places.format("helmnd")))
    operations = (
        "operation_id,name,from,until,participants,country,substance,reported_total,unit,total_kg,note,source\n"
        "tarcet,TARCET,2008,2008,,,all,{},t,,,x\n"
    )
    assert len(tables.read_operations(write(tmp_path, operations.format("450")))) == 1
    with pytest.raises(InputError, match="wanted a number, 0 or more, got 'about 450'"):
        tables.read_operations(write(tmp_path, operations.format("about 450")))


NO_GEOMETRY: dict[str, Any] = {"type": "Feature", "properties": {"iso3": "AFG"}}
POINT = {**NO_GEOMETRY, "geometry": {"type": "Point", "coordinates": [1, 2]}}
BOWTIE = {
    "type": "Feature",
    "properties": {"iso3": "AFX", "name": "A", "modelled": True},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
}
NONSENSE = {**BOWTIE, "geometry": {"type": "Polygon", "coordinates": "x"}}
EMPTY = {**BOWTIE, "geometry": {"type": "Polygon", "coordinates": []}}


def collection(*features: dict[str, Any]) -> str:
    """GeoJSON text."""
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "wanted GeoJSON, got text that is not JSON"),
        ("{}", "wanted a GeoJSON FeatureCollection with features"),
        (collection(NO_GEOMETRY), "feature 1 has no geometry"),
        (collection(POINT), "modelled: no feature has this property"),
        (collection(BOWTIE), "feature 1 (AFX): iso3 is no ISO 3166-1 alpha-3 code"),
        (collection(BOWTIE), "feature 1 (AFX): the shape is not valid: Self-intersection"),
        (collection(BOWTIE, BOWTIE), "feature 2 (AFX): the country stands twice"),
        (collection(NONSENSE), "the shapes cannot be read"),
        (collection(EMPTY), "feature 1 (AFX): the shape is empty. Draw it, or leave the country out."),
    ],
)
def test_borders_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    """Not GeoJSON, or shapes that are of no use."""
    with pytest.raises(InputError) as caught:
        tables.read_borders(write(tmp_path, text, "in.geojson"))
    assert words in str(caught.value)


def test_bundled_file_that_is_not_there() -> None:
    """Says that the installation is incomplete."""
    with pytest.raises(Exception, match=r"the bundled file nothing\.csv is missing"):
        tables.bundled("nothing.csv")


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """The parsed table shares nothing with the raw one."""
    raw = tables.read_raw(write(tmp_path, text_of({"place": " Herat "}, drop=OPTIONAL)))
    before = raw.cells.copy(deep=True)
    tables.check_seizures(raw, today=TODAY)
    pd.testing.assert_frame_equal(raw.cells, before)


def test_wrong_values_are_value_errors() -> None:
    """So that a single cell can be tried without a file."""
    with pytest.raises(WrongValueError, match=r"wanted a whole number, 1 to 9, got '2\.5'"):
        parse_value(tables.Column("order", "integer", low=1, high=9), "2.5")
