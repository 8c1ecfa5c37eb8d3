"""Which reader a source needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.csvfile import read_raw
from routes.read.formats.address import is_address

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from routes.read.rows import RawTable

ENDINGS = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
}
"""Kind of source by the ending of its name, in small letters."""

_REMEDIES = {
    ".xls": "Save it as .xlsx.",
    ".xlsm": "Save it as .xlsx, without macros.",
    ".ods": "Save it as .xlsx or .csv.",
    ".txt": "If it holds cells separated by commas, let its name end in .csv.",
    ".tsv": "Save it with commas, as .csv.",
    ".shp": "Save it as .gpkg.",
    ".zip": "Unpack it.",
}


def read_rows(source: str | os.PathLike[str]) -> RawTable:
    """Read rows of text from a file or a database table.

    Parameters
    ----------
    source : str or path-like
        A file (`ENDINGS`), a sheet or layer of one (``FILE.xlsx#Sheet``, ``FILE.gpkg#layer``), or a table
        of a PostgreSQL database (``postgresql://user@host/database?table=schema.table``).

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
    ('line 2', 51)
    """
    text = str(source)
    if is_address(text):
        from routes.read.formats.postgis import read_postgis

        return read_postgis(text)
    file, part = _parted(text)
    return _reader(text, file)(file, part)


def kind_of(source: str | os.PathLike[str]) -> str:
    """Name the kind of a source: ``csv``, ``xlsx``, ``geojson``, ``gpkg``, ``geoparquet`` or ``postgis``.

    Examples
    --------
    >>> kind_of("seized.xlsx#2017"), kind_of("postgresql://analyst@db/cases?table=seizures")
    ('xlsx', 'postgis')
    """
    text = str(source)
    if is_address(text):
        return "postgis"
    return ENDINGS.get(Path(_parted(text)[0]).suffix.casefold(), "csv")


def is_there(source: str) -> bool:
    """Whether there is such a file, or it is the address of a database.

    Examples
    --------
    >>> from routes.read.paths import bundled
    >>> is_there(str(bundled("seizures.csv"))), is_there("2008-01-01:2008-12-31")
    (True, False)
    """
    return is_address(source) or Path(_parted(source)[0]).exists()


def _parted(text: str) -> tuple[str, str]:
    """File, and the sheet or layer after the last ``#``; a file may have a ``#`` in its own name."""
    file, sign, part = text.rpartition("#")
    if not sign or Path(text).exists() or Path(file).suffix.casefold() not in ENDINGS:
        return text, ""
    return file, part


def _reader(text: str, file: str) -> Callable[[str, str], RawTable]:
    ending = Path(file).suffix.casefold()
    kind = ENDINGS.get(ending)
    if kind is None and not Path(file).exists():
        kind = "csv"  # whose reader says that there is no such file
    if kind == "xlsx":
        from routes.read.formats.xlsx import read_xlsx

        return read_xlsx
    if kind == "gpkg":
        from routes.read.formats.gpkg import read_gpkg

        return read_gpkg
    if kind == "geojson":
        from routes.read.formats.geojson import read_geojson

        return _whole(read_geojson)
    if kind == "geoparquet":
        from routes.read.formats.parquet import read_parquet

        return _whole(read_parquet)
    if kind == "csv" or Path(file).is_dir():
        return _whole(read_raw)
    called = f"ends in {ending}" if ending else "has no ending"
    remedy = _REMEDIES.get(ending, "Save it as one of these.")
    wanted = ", ".join(ENDINGS)
    raise InputError([Fault(text, f"wanted a file that ends in {wanted}; this one {called}. {remedy}")])


def _whole(read: Callable[[str], RawTable]) -> Callable[[str, str], RawTable]:
    """Wrap a reader of files that have no sheets or layers."""

    def reader(file: str, part: str) -> RawTable:
        if part:
            raise InputError(
                [
                    Fault(
                        f"{file}#{part}",
                        "this kind of file has no sheets or layers. Leave out what follows #.",
                    )
                ]
            )
        return read(file)

    return reader
