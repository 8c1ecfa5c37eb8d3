"""Which reader a source needs."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.csvfile import read_bytes
from routes.read.formats.address import is_address
from routes.read.reading_options import Reading
from routes.support import files

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from routes.read.rows import RawTable

    Reader = Callable[[str, bytes, str, Reading], RawTable]

ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".csv.gz": "csv.gz",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".json": "geojson",
    ".geojsonl": "geojson",
    ".gpkg": "gpkg",
    ".kml": "kml",
    ".kmz": "kmz",
    ".shp": "shapefile",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
}
"""Kind of source by the ending of its name, in small letters."""

_READERS = {
    "csv": "csvfile.read_csv",
    "csv.gz": "formats.packed.read_csv_gz",
    "xlsx": "formats.xlsx.read_xlsx",
    "geojson": "formats.geojson.read_geojson",
    "gpkg": "formats.gpkg.read_gpkg",
    "kml": "formats.kml.read_kml",
    "kmz": "formats.kml.read_kml",
    "shapefile": "formats.shapefile.read_shapefile",
    "geoparquet": "formats.parquet.read_parquet",
}
"""What reads each kind, in `routes.read`: its module is imported when there is something to read."""

STANDARD_INPUT = "-"

_REMEDIES = {
    ".xls": "Save it as .xlsx.",
    ".xlsm": "Save it as .xlsx, without macros.",
    ".ods": "Save it as .xlsx or .csv.",
    ".gz": "Only .csv.gz is unpacked. Unpack it.",
    ".zip": "Unpack it.",
    ".fgb": "Save it as .gpkg.",
    ".gml": "Save it as .gpkg.",
    ".dbf": "Name the .shp beside it.",
    ".shx": "Name the .shp beside it.",
}
_STARTS = (
    (b"PK\x03\x04", "xlsx"),
    (b"SQLite format 3\0", "gpkg"),
    (b"PAR1", "geoparquet"),
    (b"\x1f\x8b", "csv.gz"),
)
_WITH_PARTS = ("xlsx", "gpkg", "kml", "kmz")


def read_rows(source: str | os.PathLike[str], reading: Reading | None = None) -> RawTable:
    """Read rows of text from a file or a database table.

    Parameters
    ----------
    source : str or path-like
        A file (`ENDINGS`), a sheet or layer of one (``FILE.xlsx#Sheet``, ``FILE.gpkg#layer``), ``-`` for
        standard input, or a table of a PostgreSQL database
        (``postgresql://user@host/database?table=schema.table``).
    reading : Reading, optional
        What is known of how it is to be read. Default: all is told from the bytes.

    Returns
    -------
    RawTable

    Raises
    ------
    InputError
        If there is no such source, it cannot be read, or it is not told which sheet or layer is meant.
    RoutesError
        If a package that this kind needs is not installed.

    Examples
    --------
    >>> from routes.read.paths import bundled
    >>> raw = read_rows(bundled("seizures.csv"))
    >>> raw.where(int(raw.lines[0])), len(raw.cells)
    ('line 2', 105)
    """
    text, reading = str(source), reading or Reading()
    if is_address(text):
        from routes.read.formats.postgis import read_postgis

        return read_postgis(text)
    if text == STANDARD_INPUT:
        return _read_standard_input(reading)
    file, part = _parted(text)
    kind = _kind(text, file)
    if part and kind not in _WITH_PARTS:
        message = "this kind of file has no sheets or layers. Leave out what follows #."
        raise InputError([Fault(text, message)])
    raw = _with_decimal(
        _reader(kind)(file, read_bytes(file), part or _sheet(kind, reading), reading), reading
    )
    return raw if kind == _by_name(file) else replace(raw, taken={"kind": kind, **raw.taken})


def kind_of(source: str | os.PathLike[str]) -> str:
    """Name the kind of a source: ``csv``, ``xlsx``, ``geojson``, ``gpkg``, ``geoparquet``, ``postgis``, ...

    Examples
    --------
    >>> kind_of("seized.xlsx#2017"), kind_of("postgresql://analyst@db/cases?table=seizures"), kind_of("-")
    ('xlsx', 'postgis', 'standard input')
    """
    text = str(source)
    if is_address(text):
        return "postgis"
    if text == STANDARD_INPUT:
        return "standard input"
    return _by_name(_parted(text)[0]) or "csv"


def is_there(source: str) -> bool:
    """Whether there is such a file, or it is the address of a database or standard input.

    Examples
    --------
    >>> from routes.read.paths import bundled
    >>> is_there(str(bundled("seizures.csv"))), is_there("2008-01-01:2008-12-31")
    (True, False)
    """
    return is_address(source) or source == STANDARD_INPUT or files.is_there(_parted(source)[0])


def _parted(text: str) -> tuple[str, str]:
    """File, and the sheet or layer after the last ``#``; a file may have a ``#`` in its own name."""
    file, sign, part = text.rpartition("#")
    if not sign or not _by_name(file) or files.is_there(text):
        return text, ""
    return file, part


def _by_name(file: str) -> str:
    """Kind by the ending, or empty."""
    endings = [ending.casefold() for ending in Path(file).suffixes[-2:]]
    return ENDINGS.get("".join(endings)) or (ENDINGS.get(endings[-1]) if endings else "") or ""


def _kind(text: str, file: str) -> str:
    kind = _by_name(file)
    if kind or not files.is_there(file) or Path(file).is_dir():
        return kind or "csv"  # whose reader says that there is no such file
    ending = Path(file).suffix.casefold()
    called = f"ends in {ending}" if ending else "has no ending"
    remedy = _REMEDIES.get(ending, "Save it as one of these.")
    raise InputError(
        [Fault(text, f"wanted a file that ends in {', '.join(ENDINGS)}; this one {called}. {remedy}")]
    )


def _with_decimal(raw: RawTable, reading: Reading) -> RawTable:
    """Let texts of every kind of file have the decimal sign that was said."""
    if not reading.decimal:
        return raw
    return replace(raw, decimals={"": reading.decimal, **raw.decimals})


def _sheet(kind: str, reading: Reading) -> str:
    return reading.sheet if kind in _WITH_PARTS else ""


def _read_standard_input(reading: Reading) -> RawTable:
    data = _standard_input()
    kind = _by_content(data)
    raw = _with_decimal(_reader(kind)("standard input", data, _sheet(kind, reading), reading), reading)
    return replace(raw, taken={"kind": kind, **raw.taken})


@cache
def _standard_input() -> bytes:
    """Read it once: a command may ask twice."""
    return sys.stdin.buffer.read()


def _by_content(data: bytes) -> str:
    """Kind of what has no name, by its first bytes."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    text = data[:1000].decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return "geojson"
    return "kml" if text.startswith("<") else "csv"


def _reader(kind: str) -> Reader:
    module, _, function = _READERS[kind].rpartition(".")
    found: Reader = getattr(import_module(f"routes.read.{module}"), function)
    return found
