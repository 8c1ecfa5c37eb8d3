"""Random records, written in the layouts of agencies, come back through ``--suggest-config`` unchanged."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from commands import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routes import read as tables
from routes.read.suggest.config import suggest_config
from routes.read.suggest.words import column_called, place_kind_named, spoken

if TYPE_CHECKING:
    from pathlib import Path

RECORDS_A_FILE = 20
FILES = 100 if os.environ.get("CI") else 12
"""Of 20 records: two thousand where all tests run."""

SUBSTANCES = {
    "acetic anhydride": ("Acetic anhydride", "ACETIC ANHYDRIDE (AA)", "уксусный ангидрид", "انیدرید استیک"),
    "ammonium chloride": ("Ammonium chloride", "AMMONIUM CHLORIDE", "хлорид аммония", "کلرید آمونیوم"),
    "sulphuric acid": ("Sulfuric acid", "SULPHURIC ACID", "серная кислота", "اسید سولفوریک"),
}
COUNTRIES = {
    "AFG": ("Afghanistan", "AF", "Афганистан", "افغانستان"),
    "IRN": ("Iran, Islamic Republic of", "IR", "Иран", "ایران"),
    "PAK": ("Pakistan", "PK", "Пакистан", "پاکستان"),
    "KAZ": ("Kazakhstan", "KZ", "Казахстан", "قزاقستان"),
    "UZB": ("Uzbekistan", "UZ", "Узбекистан", "ازبکستان"),
}
UNITS = {
    "kg": ("KILOGRAM", "Kilogram", "кг", "کیلوگرم"),
    "l": ("Litre", "Litres", "л", "لیتر"),
    "t": ("Tonne", "Tonnes", "тонн", "تن"),
}
KINDS = {"crossing": "Land Border", "port": "Seaport", "airport": "Airport"}
PLACES = ("Torkham", "Bandar Abbas", 'Port "Qasim"', "Herat; District 5", "Термез", "Spin Boldak, north")


@st.composite
def records(draw: Any) -> list[dict[str, Any]]:
    """Some records; one date at least tells whether the day or the month stands first."""
    day = st.dates(date(2001, 1, 1), date(2025, 12, 31))
    rows = [
        {
            "date": draw(day),
            "country": draw(st.sampled_from(sorted(COUNTRIES))),
            "place": draw(st.sampled_from(PLACES)),
            "substance": draw(st.sampled_from(sorted(SUBSTANCES))),
            "quantity": draw(st.decimals(1, 99_999, places=draw(st.integers(0, 2)))),
            "unit": draw(st.sampled_from(sorted(UNITS))),
            "kind": draw(st.sampled_from(sorted(KINDS))),
            "lat": draw(st.decimals(24, 45, places=4)),
            "lon": draw(st.decimals(46, 80, places=4)),
        }
        for _ in range(RECORDS_A_FILE)
    ]
    rows[0]["date"] = date(2014, 7, 19)
    rows[1]["quantity"] += type(rows[1]["quantity"])("0.5")  # so that a decimal sign is seen
    return rows


def comma(number: Any, grouping: str) -> str:
    """A number with a comma before decimals and thousands parted."""
    return f"{number:,}".replace(",", "\0").replace(".", ",").replace("\0", grouping)


def ids(rows: list[dict[str, Any]], tongue: int) -> tuple[list[str], list[list[str]], str, str]:
    """Individual Drug Seizures: capitals, day/month/year, thousands with commas."""
    head = "SEIZURE_ID SEIZURE_DATE REGION_OF_SEIZURE COUNTRY_OF_SEIZURE PLACE_OF_SEIZURE DRUG_NAME"
    names = f"{head} AMOUNT_OF_DRUG DRUG_UNIT DEPARTURE_COUNTRY DESTINATION_COUNTRY".split()
    body = [
        [
            f"{1000 + number}",
            f"{row['date']:%d/%m/%Y}",
            "Asia",
            COUNTRIES[row["country"]][0],
            row["place"],
            SUBSTANCES[row["substance"]][tongue % 2],
            f"{row['quantity']:,}",
            UNITS[row["unit"]][0],
            "China",
            "Afghanistan",
        ]
        for number, row in enumerate(rows)
    ]
    return names, body, ",", "utf-8"


def cen(rows: list[dict[str, Any]], _tongue: int) -> tuple[list[str], list[list[str]], str, str]:
    """Customs Enforcement Network: semicolons, 12-MAY-2021, decimals after a comma."""
    head = "CEN Case No.|Date of Seizure|Seizing Country|Place of Seizure|Customs Location Type|Commodity"
    names = f"{head}|Quantity|Unit|Departure Country|Destination Country|Means of Transport".split("|")
    body = [
        [
            f"CEN-2021-{number:06d}",
            f"{row['date']:%d-%b-%Y}".upper(),
            COUNTRIES[row["country"]][1],
            row["place"],
            KINDS[row["kind"]],
            SUBSTANCES[row["substance"]][0],
            comma(row["quantity"], "."),
            UNITS[row["unit"]][1],
            "CN",
            "AF",
            "Vehicle",
        ]
        for number, row in enumerate(rows)
    ]
    return names, body, ";", "utf-8-sig"


def russian(rows: list[dict[str, Any]], _tongue: int) -> tuple[list[str], list[list[str]], str, str]:
    """A Russian spreadsheet: cp1251, semicolons, dd.mm.yyyy, 1 200,5."""
    names = [
        "№",
        "Дата",
        "Страна",
        "Место",
        "Широта",
        "Долгота",
        "Вещество",
        "Количество",
        "Ед. изм.",
        "Источник",
    ]
    body = [
        [
            f"{number + 1}",
            f"{row['date']:%d.%m.%Y}",
            COUNTRIES[row["country"]][2],
            row["place"],
            comma(row["lat"], ""),
            comma(row["lon"], ""),
            SUBSTANCES[row["substance"]][2],
            comma(row["quantity"], " "),
            UNITS[row["unit"]][2],
            "КНБ",
        ]
        for number, row in enumerate(rows)
    ]
    return names, body, ";", "cp1251"


def persian(rows: list[dict[str, Any]], _tongue: int) -> tuple[list[str], list[list[str]], str, str]:
    """A Persian spreadsheet: tabs, UTF-16, dates of the solar calendar in its digits."""
    import jdatetime

    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    names = [
        "شماره",
        "تاریخ",
        "کشور",
        "محل",
        "عرض جغرافیایی",
        "طول جغرافیایی",
        "ماده",
        "مقدار",
        "واحد",
        "منبع",
    ]
    body = []
    for number, row in enumerate(rows):
        solar = jdatetime.date.fromgregorian(date=row["date"])
        body.append(
            [
                f"{number + 1}".translate(digits),
                f"{solar.year}/{solar.month:02d}/{solar.day:02d}".translate(digits),
                COUNTRIES[row["country"]][3],
                row["place"],
                f"{row['lat']}".translate(digits),
                f"{row['lon']}".translate(digits),
                SUBSTANCES[row["substance"]][3],
                f"{row['quantity']}".translate(digits).replace(".", "٫"),
                UNITS[row["unit"]][3],
                "پلیس",
            ]
        )
    return names, body, "\t", "utf-16"


LAYOUTS = {"ids": ids, "cen": cen, "russian": russian, "persian": persian}


def written(folder: Path, layout: str, rows: list[dict[str, Any]], tongue: int, titles: int) -> Path:
    """The records in a layout; titles above the header now and then, a workbook now and then."""
    names, body, separator, encoding = LAYOUTS[layout](rows, tongue)
    above = [["Seizures of precursors, 2014-2025"], ["Not for publication"]][:titles]
    if tongue == 3:
        book = openpyxl.Workbook()
        for line in [*above, names, *body]:
            book.active.append(line)
        book.save(folder / "in.xlsx")
        return folder / "in.xlsx"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([*above, names, *body])
    (folder / "in.csv").write_bytes(out.getvalue().encode(encoding))
    return folder / "in.csv"


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(
    max_examples=FILES // len(LAYOUTS),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rows=records(), tongue=st.integers(0, 3), titles=st.integers(0, 2))
def test_records_come_back_unchanged(
    tmp_path: Path, layout: str, rows: list[dict[str, Any]], tongue: int, titles: int
) -> None:
    path = written(tmp_path, layout, rows, tongue, titles)
    config = tmp_path / "config.toml"
    config.write_text(suggest_config(path).text, encoding="utf-8")
    found = tables.read_records(path, mapping=tables.read_mapping(config)).all_valid()
    assert found["date"].tolist() == [row["date"].isoformat() for row in rows]
    assert set(found["date_precision"]) == {"day"}
    for name in ("country", "place", "substance"):
        assert found[name].tolist() == [row[name] for row in rows]
    assert found["unit_reported"].tolist() == [row["unit"] for row in rows]
    assert found["quantity_reported"].tolist() == [float(row["quantity"]) for row in rows]
    if layout == "cen":
        assert found["place_kind"].tolist() == [row["kind"] for row in rows]
    if layout in ("russian", "persian"):
        assert found["lat"].tolist() == [float(row["lat"]) for row in rows]
        assert found["lon"].tolist() == [float(row["lon"]) for row in rows]
        assert set(found["location_precision"]) == {"city"}


def test_the_command_writes_a_config_and_shows_what_it_reads(tmp_path: Path) -> None:
    text = "№;Дата;Страна;Место;Широта;Долгота;Вещество;Количество, кг\n"
    text += "1;12.05.2021;Иран;Тайбад;34,7;60,8;ангидрид;5,5\n"
    (tmp_path / "in.csv").write_bytes(text.encode("cp1251"))
    done = run("validate", "in.csv", "--suggest-config", "--output", "c.toml", cwd=tmp_path)
    assert done.returncode == 0
    assert "Wrote c.toml." in done.stderr
    assert "The first rows, as they would be read with it:" in done.stderr
    assert "1 records, no fault found." in done.stderr
    config = (tmp_path / "c.toml").read_text(encoding="utf-8")
    assert 'encoding = "cp1251"' in config
    assert 'unit_reported = { constant = "kg" }' in config
    again = run("validate", "in.csv", "--config", "c.toml", cwd=tmp_path)
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        0,
        "in.csv: 1 records of 1 events, 1 with a place. No fault found.",
    )
    plain = run("validate", "in.csv", "--suggest-config", "--quiet", cwd=tmp_path)
    assert (plain.stdout, plain.stderr) == (config, "")


def test_what_cannot_be_told_is_said_in_the_config(tmp_path: Path) -> None:
    rows = 'Date,Country,Town,Chemical,Amount,Unit\n03/04/2021,Iran,Taybad,acetic anhydride,"1,200",pud\n'
    (tmp_path / "in.csv").write_text(rows)
    text = suggest_config(tmp_path / "in.csv").text
    assert "# no date tells whether the day or the month stands first: look it up" in text
    assert "'1,200' is taken for thousands: look it up" in text
    assert "# not known: pud" in text
    assert "# where do the records come from?" in text


def test_ids_that_stand_twice_are_those_of_events(tmp_path: Path) -> None:
    rows = "SEIZURE_ID,SEIZURE_DATE,COUNTRY_OF_SEIZURE,DRUG_NAME,AMOUNT_OF_DRUG,DRUG_UNIT\n"
    rows += "7,19/07/2016,Iran,acetone,1,Kilogram\n7,19/07/2016,Iran,acetic acid,2,Kilogram\n"
    (tmp_path / "in.csv").write_text(rows)
    config = tmp_path / "c.toml"
    config.write_text(suggest_config(tmp_path / "in.csv").text)
    found = tables.read_records(tmp_path / "in.csv", mapping=tables.read_mapping(config)).all_valid()
    assert found["event_id"].tolist() == ["7", "7"]
    assert found["seizure_id"].is_unique


def test_a_hostile_header_stays_a_comment_and_a_text(tmp_path: Path) -> None:
    name = 'Date"\x7f\u202e]\\'
    cell = json.dumps(name)
    rows = [
        [name, "Country", "Drug", "Quantity", "Unit", "x\ny"],
        ["2021-01-02", "Iran\n[evidence]", "aa", "1", "kg", cell],
    ]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (tmp_path / "in.csv").write_text(out.getvalue())
    config = tmp_path / "c.toml"
    config.write_text(suggest_config(tmp_path / "in.csv").text)
    mapping = tables.read_mapping(config)
    assert mapping is not None
    assert {rule.name for rule in mapping.rules} >= {"date", "substance", "quantity_reported"}
    assert mapping.given["country"] == {"constant": ""}  # what stands there is no country
    assert len(tables.read_records(tmp_path / "in.csv", mapping=mapping).all_valid()) == 1


def test_words_are_told_apart() -> None:
    assert spoken("SeizureDate") == "seizure date"
    assert column_called("Weight (kg)") == "quantity_reported"
    assert not column_called("Destination Country")
    assert place_kind_named("Air port") == "airport"
