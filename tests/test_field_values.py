"""Values as people write them: read where they mean one thing, kept as written, refused with what to do
where not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import jdatetime
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tables import text_of, write

from routes import read as tables
from routes.errors import InputError
from routes.read.columns import WrongValueError
from routes.read.written.coordinates import read_pair
from routes.read.written.dates import read_date
from routes.read.written.digits import ascii_digits
from routes.read.written.numbers import read_number
from routes.read.written.substances import substance_named

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 6, 1)


def row_of(folder: Path, change: dict[str, str], **options: Any) -> pd.Series[Any]:
    """The one record of a file in which some cells are written otherwise."""
    records = tables.read_records(write(folder, text_of(change)), today=TODAY, **options)
    return records.all_valid().iloc[0]


def refused(folder: Path, change: dict[str, str], **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        row_of(folder, change, **options)
    (fault,) = caught.value.faults
    return str(fault)


# Dates


@pytest.mark.parametrize(
    ("written", "stated", "day", "span"),
    [
        ("12.05.2021", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("12.05.21", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("2.7.1999", "day", "1999-07-02", ("1999-07-02", "1999-07-02")),
        ("2.7.99", "day", "1999-07-02", ("1999-07-02", "1999-07-02")),
        ("19/07/2016", "day", "2016-07-19", ("2016-07-19", "2016-07-19")),
        ("07/19/2016", "day", "2016-07-19", ("2016-07-19", "2016-07-19")),
        ("2021/5/2", "day", "2021-05-02", ("2021-05-02", "2021-05-02")),
        ("12-MAY-2021", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("May 12th, 2021", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("12 мая 2021 г.", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("май 2021", "month", "2021-05", ("2021-05-01", "2021-05-31")),
        ("05/2021", "month", "2021-05", ("2021-05-01", "2021-05-31")),
        ("20210512", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("44328", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("2021-05-12T00:00:00", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("2021-05-12 14:30", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("2021-05-12T00:00:00+04:30", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("2021-05-12T14:59:00Z", "day", "2021-05-12", ("2021-05-12", "2021-05-12")),
        ("1402-05-12", "day", "2023-08-03", ("2023-08-03", "2023-08-03")),
        ("۱۴۰۲/۰۵/۱۲", "day", "2023-08-03", ("2023-08-03", "2023-08-03")),
        ("12 اسد 1402", "day", "2023-08-03", ("2023-08-03", "2023-08-03")),
        ("1402/05", "month", "2023", ("2023-07-23", "2023-08-22")),
        ("1402", "year", "2023", ("2023-03-21", "2024-03-19")),
        ("2021-05-12/2021-05-15", "day", "2021-05", ("2021-05-12", "2021-05-15")),
        ("12-15 May 2021", "day", "2021-05", ("2021-05-12", "2021-05-15")),
        ("30 April - 2 May 2021", "day", "2021", ("2021-04-30", "2021-05-02")),
        ("2021-00-00", "year", "2021", ("2021-01-01", "2021-12-31")),
        ("2021-01-01", "year", "2021", ("2021-01-01", "2021-12-31")),
        ("2021-05-01", "month", "2021-05", ("2021-05-01", "2021-05-31")),
    ],
)
def test_dates(tmp_path: Path, written: str, stated: str, day: str, span: tuple[str, str]) -> None:
    row = row_of(tmp_path, {"date": written, "date_precision": stated})
    assert (row["date"], row["date_as_written"]) == (day, written)
    assert row["date_precision"] == {4: "year", 7: "month", 10: "day"}[len(day)]
    assert (str(row["date_from"].date()), str(row["date_until"].date())) == span


def test_a_date_that_is_about_right_is_flagged(tmp_path: Path) -> None:
    row = row_of(tmp_path, {"date": "circa 2021", "date_precision": "year"})
    assert (row["date"], row["quality_flag"]) == ("2021", "date_unclear")
    assert row["quality_note"] == "Written 'circa 2021': no exact date."


def test_one_date_that_tells_decides_for_the_column(tmp_path: Path) -> None:
    text = text_of({"date": "03/11/2014"}, {"date": "19/07/2016"})
    assert tables.read_seizures(write(tmp_path, text))["date"].tolist() == ["2014-11-03", "2016-07-19"]
    text = text_of({"date": "03/11/2014"}, {"date": "07/19/2016"})
    assert tables.read_seizures(write(tmp_path, text))["date"].tolist() == ["2014-03-11", "2016-07-19"]
    text = text_of({"date": "03/11/2014"}, {"date": "07/19/2016"}, {"date": "19/07/2016"})
    with pytest.raises(InputError, match="both orders"):
        tables.read_seizures(write(tmp_path, text))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("03/04/2021", 'format = "%d/%m/%Y"'),
        ("03-04-21", "can have the day or the month first"),
        ("2021-05-12T18:30:00Z", "may be the next day where it was made. Give the day there."),
        ("1442/05/12", "dates of the lunar calendar are not read"),
        ("1402/07/31", "wanted a date of the calendar"),
        ("31.02.2021", "wanted a date of the calendar"),
        ("May 21", "can be a day or a year"),
        ("Dec 2020 - Jan 2021", "spans more than one year. Split the record"),
        ("0025-05-12", "wanted a year from 1900 to 2100"),
        ("99999", "wanted a date"),
        ("12 Foo 2021", "'Foo' is no month"),
    ],
)
def test_dates_that_do_not_tell(tmp_path: Path, written: str, words: str) -> None:
    assert words in refused(tmp_path, {"date": written})


@given(st.dates(date(1921, 3, 21), date(2026, 6, 1)))
def test_every_day_of_the_solar_calendar(day: date) -> None:
    solar = jdatetime.date.fromgregorian(date=day)
    for text in (
        f"{solar.year}/{solar.month:02d}/{solar.day:02d}",
        f"{solar.day}.{solar.month}.{solar.year}",
    ):
        assert read_date(text, today=TODAY).text == day.isoformat()


@given(st.dates(date(1969, 1, 1), date(2068, 12, 31)))
def test_every_day_in_every_order_that_tells(day: date) -> None:
    forms = [
        "%d.%m.%Y",
        "%d.%m.%y",
        "%Y/%m/%d",
        "%d %B %Y",
        "%d-%b-%Y",
        "%B %d, %Y",
        "%Y%m%d",
        "%Y-%m-%d %H:%M",
    ]
    assert {read_date(day.strftime(form), today=TODAY).text for form in forms} == {day.isoformat()}
    assert read_date(day.strftime("%d/%m/%Y"), "first", TODAY).text == day.isoformat()
    assert read_date(day.strftime("%m/%d/%Y"), "second", TODAY).text == day.isoformat()


def test_years_of_two_digits_are_those_of_posix() -> None:
    found = {read_date(f"01.01.{year:02d}").text[:4] for year in (68, 69, 0, 99)}
    assert found == {"2068", "1969", "2000", "1999"}


# Coordinates


@pytest.mark.parametrize(
    ("lat", "lon", "degrees"),
    [
        ("34°31'N", "69°11'E", (34.516667, 69.183333)),
        ("34 31 00 N", "69 11 00 E", (34.516667, 69.183333)),
        ("34°31′12″N", "69°11′00″E", (34.52, 69.183333)),
        ("N 34.5", "E 69.2", (34.5, 69.2)),
        ("34.5°", "69.2°", (34.5, 69.2)),
        ("34,5", "69,2", (34.5, 69.2)),
        ("34.5 с.ш.", "69.2 в.д.", (34.5, 69.2)),
        ("۳۴٫۵", "۶۹٫۲", (34.5, 69.2)),
        ("34.5, 69.2", "", (34.5, 69.2)),
        ("34,5; 69,2", "", (34.5, 69.2)),
        ("34.5 69.2", "", (34.5, 69.2)),
        ("", "34.5, 69.2", (34.5, 69.2)),
        ("N34 31 00, E69 11 00", "", (34.516667, 69.183333)),
        ("69.2 E, 34.5 N", "", (34.5, 69.2)),
        ("42SWD1234567890", "", (34.953462, 69.135214)),
        ("42S WD 12345 67890", "", (34.953462, 69.135214)),
        ("42SWD1234567890", "42SWD1234567890", (34.953462, 69.135214)),
        ("42S 512345 3867890", "", (34.953462, 69.135214)),
        ("42N 512345 3867890", "", (34.953462, 69.135214)),
        ("8J5RG5C5+5X", "", None),
    ],
)
def test_coordinates(tmp_path: Path, lat: str, lon: str, degrees: tuple[float, float] | None) -> None:
    change = {"country": "AFG", "lat": lat, "lon": lon, "location_precision": "city"}
    row = row_of(tmp_path, change)
    if degrees is None:
        from openlocationcode import openlocationcode

        area = openlocationcode.decode(lat)
        degrees = area.latitudeCenter, area.longitudeCenter
    assert (row["lat"], row["lon"]) == pytest.approx(degrees, abs=1e-5)
    assert row.get("lat_as_written", "") == lat or row["lon_as_written"] == lon


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        ("3820000", "500000", "looks like metres of a map grid. Write it with its zone into lat"),
        ("69.2E", "34.5N", "wanted a latitude, got '69.2E'. Are lat and lon swapped?"),
        ("34 71 00 N", "69 11 00 E", "wanted degrees, minutes and seconds, got '34 71 00 N'"),
        ("-34.5 S", "69", "says twice on which side it lies"),
        ("GP5C+2X Kabul", "", "is a Plus code that is short or holds a place"),
        ("42SWD123", "", "as many digits east as north"),
        ("61S 500000 3820000", "", "wanted a zone from 1 to 60"),
        ("0", "0", "programs write it for nothing. Leave both empty."),
        ("34 31", "", "lat is '34 31' and lon is empty"),
    ],
)
def test_coordinates_that_do_not_tell(tmp_path: Path, lat: str, lon: str, words: str) -> None:
    change = {"lat": lat, "lon": lon, "location_precision": "city"}
    assert words in refused(tmp_path, change)


@pytest.mark.parametrize("nothing", ["-", "nan", "NaN", "n/a", "нет данных", "نامعلوم"])
def test_words_for_nothing_are_empty_cells(tmp_path: Path, nothing: str) -> None:
    row = row_of(
        tmp_path,
        {
            "lat": nothing,
            "lon": nothing,
            "location_precision": "country",
            "quantity_reported": nothing,
            "unit_reported": "",
        },
    )
    assert row[["lat", "lon", "quantity_reported", "quantity_kg"]].isna().all()
    assert row["quantity_reported_as_written"] == nothing


@given(
    st.floats(-79, 83, allow_nan=False).map(lambda value: round(value, 5)),
    st.floats(-179.9, 179.9, allow_nan=False).map(lambda value: round(value, 5)),
)
def test_positions_come_back_from_every_way_to_write_them(lat: float, lon: float) -> None:
    import mgrs
    from openlocationcode import openlocationcode

    def dms(value: float, sides: str) -> str:
        seconds = round(abs(value) * 3600, 2)
        whole = int(seconds)
        parts = f"{whole // 3600}°{whole // 60 % 60}'{seconds - whole // 60 * 60:.2f}\""
        return parts + sides[value < 0]

    written = [
        (f"{lat:.5f}", f"{lon:.5f}"),
        (f"{lat:.5f}, {lon:.5f}", ""),
        (dms(lat, "NS"), dms(lon, "EW")),
        (f"{dms(lat, 'NS')} {dms(lon, 'EW')}", ""),
        (mgrs.MGRS().toMGRS(lat, lon), ""),
        (openlocationcode.encode(lat, lon, 11), ""),
    ]
    for pair in written:
        back = tuple(map(float, read_pair(*pair)))
        assert abs(back[0] - lat) < 2e-5, pair
        assert abs((back[1] - lon + 180) % 360 - 180) < 2e-4 + 1e-5 / max(0.01, abs(lat - 90) / 90), pair


# Quantities


@pytest.mark.parametrize(
    ("written", "unit", "quantity", "known", "kg"),
    [
        ("1 200,5", "kg", 1200.5, "kg", 1200.5),
        ("1.200,50", "kg", 1200.5, "kg", 1200.5),
        ("1,234.5", "kg", 1234.5, "kg", 1234.5),
        ("12,5", "kg", 12.5, "kg", 12.5),
        ("5 000", "kg", 5000, "kg", 5000),
        ("5'000", "kg", 5000, "kg", 5000),
        ("1,200,000", "g", 1_200_000, "g", 1200),
        ("½", "t", 0.5, "t", 500),
        ("۲۰۰", "کیلوگرم", 200, "kg", 200),
        ("200 L", "", 200, "l", 216),
        ("200 l", "L", 200, "l", 216),
        ("200", "литров", 200, "l", 216),
        ("5", "тонн", 5, "t", 5000),
        ("5", "Tonnes", 5, "t", 5000),
        ("7", "Drums", 7, "drums", None),
        ("12 barrels", "", 12, "barrels", None),
        ("40", "canister", 40, "jerrycans", None),
        ("3", "канистры", 3, "jerrycans", None),
    ],
)
def test_quantities(
    tmp_path: Path, written: str, unit: str, quantity: float, known: str, kg: float | None
) -> None:
    row = row_of(tmp_path, {"quantity_reported": written, "unit_reported": unit})
    assert (row["quantity_reported"], row["unit_reported"]) == (quantity, known)
    assert pd.isna(row["quantity_kg"]) if kg is None else row["quantity_kg"] == pytest.approx(kg)
    kept = [row.get(f"{name}_as_written", "") for name in ("quantity_reported", "unit_reported")]
    assert written in kept or unit in kept


@pytest.mark.parametrize(
    ("written", "unit", "quantity", "kg", "why"),
    [
        ("~5 t", "", 5, 5000, "no exact figure"),
        ("about 5", "t", 5, 5000, "no exact figure"),
        ("около 200", "кг", 200, 200, "no exact figure"),
        ("over 8", "t", 8, 8000, "no exact figure"),
        ("10-12", "kg", 11, 11, "a range, whose middle is taken"),
        ("от 10 до 12 кг", "", 11, 11, "a range, whose middle is taken"),
    ],
)
def test_quantities_that_are_about_right_count_and_are_flagged(
    tmp_path: Path, written: str, unit: str, quantity: float, kg: float, why: str
) -> None:
    row = row_of(tmp_path, {"quantity_reported": written, "unit_reported": unit})
    assert (row["quantity_reported"], row["quantity_kg"]) == (quantity, kg)
    assert (row["quality_flag"], row["quality_note"]) == ("quantity_unclear", f"Written '{written}': {why}.")
    assert row["quantity_reported_as_written"] == written


@pytest.mark.parametrize(
    ("written", "unit", "words"),
    [
        ("1,200", "kg", "'1,200' can be 1200 or 1.2. Say decimal = "),
        ("12 34", "kg", "Its thousands are not parted by threes"),
        ("1.2.3", "kg", "Its thousands are not parted by threes"),
        ("50", "gallons", "Write gal for US gallons (3.785 l), litres for imperial ones"),
        ("200 kg", "l", "'200 kg' has the unit kg, the column of units says 'l'"),
        ("12-10", "kg", "a range that rises"),
        ("a lorry full", "kg", "words belong into quality_note"),
        ("#N/A", "kg", "'#N/A' is an error of a spreadsheet. Correct its formula"),
        ("-5", "kg", "wanted 0 or more, got '-5'"),
    ],
)
def test_quantities_that_do_not_tell(tmp_path: Path, written: str, unit: str, words: str) -> None:
    assert words in refused(tmp_path, {"quantity_reported": written, "unit_reported": unit})


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_numbers_come_back_from_every_way_to_part_them(value: Any) -> None:
    english = f"{value:,.2f}"
    swapped = english.translate(str.maketrans(",.", ".,"))
    for text, decimal in (
        (english, ""),
        (swapped, ""),
        (swapped.replace(".", "\u00a0"), ""),
        (swapped.replace(".", " "), ","),
        (english.replace(",", "'"), "."),
        (swapped, ","),
        (english, "."),
    ):
        assert float(read_number(text, decimal).text) == float(value), text


@given(st.integers(0, 10**9))
def test_a_number_with_one_comma_and_three_digits_is_never_guessed(value: int) -> None:
    text = f"{value:,}"
    if text.count(",") == 1:
        with pytest.raises(WrongValueError, match="can be"):
            read_number(text)
        assert read_number(text, ".").text == str(value)
        assert float(read_number(text, ",").text) == value / 1000
    else:
        assert float(read_number(text).text) == value


def test_decimal_is_of_text_alone(tmp_path: Path) -> None:
    """A number that was typed into a workbook keeps its value, whatever is said of text."""
    import openpyxl
    from test_sources import GOOD

    config = tmp_path / "c.toml"
    config.write_text('[columns]\nquantity_reported = { column = "quantity_reported", decimal = "," }\n')
    book = openpyxl.Workbook()
    book.active.append(list(GOOD))
    for number, value in enumerate((12.5, 1.234, "12,5", "1.234,5", "1.234"), 1):
        row = {**GOOD, "seizure_id": f"s-{number}", "quantity_reported": value, "unit_reported": "kg"}
        book.active.append([cell if cell != "" else None for cell in row.values()])
    book.save(tmp_path / "in.xlsx")
    found = tables.read_records(tmp_path / "in.xlsx", mapping=tables.read_mapping(config)).all_valid()
    assert found["quantity_reported"].tolist() == [12.5, 1.234, 12.5, 1234.5, 1234]
    for wrong in ("12.5", "1.2"):
        text = write(tmp_path, text_of({"quantity_reported": wrong}))
        with pytest.raises(InputError, match="thousands are not parted by threes"):
            tables.read_records(text, mapping=tables.read_mapping(config)).all_valid()


def test_a_point_among_decimal_commas_is_not_guessed(tmp_path: Path) -> None:
    """Today's 11.5 in a column of commas may well be 11,500."""
    text = text_of(
        {"quantity_reported": "16.200,50"}, {"quantity_reported": "11.500"}, {"quantity_reported": "11.5"}
    )
    with pytest.raises(InputError) as caught:
        tables.read_records(write(tmp_path, text), today=TODAY).all_valid()
    (fault,) = caught.value.faults
    assert fault.line == 3
    assert (
        "'11.500' can have a point before decimals or between thousands: '16.200,50' in this" in fault.message
    )


# Names


@pytest.mark.parametrize(
    "written",
    [
        *("Acetic Anhydride (AA)", "уксусный ангидрид", "Ангидрид уксусной кислоты", "انیدرید استیک", "AA"),
        *("acetic anhydride 98%", "Acetic anhydride, CAS 108-24-7", "انيدريد استيك"),
    ],
)
def test_names_of_substances(tmp_path: Path, written: str) -> None:
    row = row_of(tmp_path, {"substance": written, "quantity_reported": "100", "unit_reported": "l"})
    assert (row["substance"], row["substance_as_written"]) == ("acetic anhydride", written)
    assert row["quantity_kg"] == pytest.approx(108)


@pytest.mark.parametrize("written", ["Acetic Anhydride", "motor oil", "acetic anhydride / hydrochloric acid"])
def test_names_that_are_known_or_are_not_stay_as_they_are(tmp_path: Path, written: str) -> None:
    row = row_of(tmp_path, {"substance": written, "quantity_reported": "", "unit_reported": ""})
    assert row["substance"] == written
    assert "substance_as_written" not in row


def test_no_name_stands_for_two_substances() -> None:
    from routes.read.written import substances

    folded_names = [substances.folded(row["name"]) for row in substances._ROWS]
    assert len(folded_names) == len(set(folded_names))
    assert all(substance_named(row["name"]) == row["substance"] for row in substances._ROWS)


@pytest.mark.parametrize("written", ["Afghanistan", "AF", "afg", "Афганистан", "افغانستان"])
def test_names_of_countries(tmp_path: Path, written: str) -> None:
    row = row_of(tmp_path, {"country": written})
    assert (row["country"], row["country_as_written"]) == ("AFG", written)


def test_a_country_that_is_elsewhere_is_told_even_if_it_is_not_on_the_map(tmp_path: Path) -> None:
    borders = tables.read_country_shapes(tables.bundled("borders.geojson"))
    change = {"country": "PA", "lat": "34.1156", "lon": "71.0849"}  # Panama, for Pakistan
    assert "which lies in Pakistan (PAK), 1 km from its border" in refused(tmp_path, change, borders=borders)


# What is plain is left alone


@settings(max_examples=300)
@given(st.text(alphabet="0123456789.eE+-", min_size=1, max_size=12))
def test_numbers_that_were_read_before_keep_their_value(text: str) -> None:
    from routes.read.columns import NUMBER

    if NUMBER.fullmatch(text):
        assert float(read_number(text).text) == float(text)


def test_digits_of_other_scripts() -> None:
    assert ascii_digits("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩") == "01234567890123456789"


def test_bundled_records_are_untouched() -> None:
    records = tables.read_records(tables.bundled("seizures.csv"))
    assert records.notes == ()
    assert not [name for name in records.valid if name.endswith("_as_written")]
