"""A layer of a GeoPackage as rows of text; rows are named by their fid, as a GIS shows it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError
from routes.read.bounds import most_cells
from routes.read.formats.cells import digest
from routes.read.formats.spatial import layer_table
from routes.read.quoting import reason, show

if TYPE_CHECKING:
    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_START = b"SQLite format 3\0"
_MODE = slice(18, 20)  # of the header: two bytes that say whether writes go to a log first
_LOGS = ("-wal", "-journal")
_STEPS = 200_000  # of SQLite's machine between two looks at how many there were
_MOST_LOOKS = 100
_LONGEST_CELL = 2**24
_TRICKS = {"printf", "format", "random", "randomblob", "load_extension"}


def read_gpkg(file: str, data: bytes, layer: str, _reading: Reading) -> RawTable:
    """Read one layer, or one table without shapes.

    What is read are the bytes that are hashed. Records that another program has written and that still stand
    in its log beside the file would be missing, so such a file is refused.

    Raises
    ------
    InputError
        If it is no GeoPackage, it is open elsewhere, or it is not clear which layer is meant.
    """
    shown = f"{file}#{layer}" if layer else file
    if not data.startswith(_START):
        raise InputError([Fault(shown, "wanted a GeoPackage, got something else. Save the layer as .gpkg.")])
    _refuse_open(shown, file)
    settled = data[: _MODE.start] + b"\x01\x01" + data[_MODE.stop :]  # no log, so none is looked for
    _require_finite(shown, settled)
    return layer_table(shown, settled, layer, digest(data), called="GeoPackage", word="fid", size=len(data))


def _refuse_open(shown: str, file: str) -> None:
    for ending in _LOGS:
        log = Path(file + ending)
        if log.is_file() and log.stat().st_size:
            message = (
                f"another program has it open, or did not close it: {show(log.name)} beside it holds what is "
                "not in it yet. Close that program, or save the layer under another name."
            )
            raise InputError([Fault(shown, message)])


def _require_finite(shown: str, data: bytes) -> None:
    """Refuse views and tables that give far more than the file has room for, or never end."""
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
            database.set_authorizer(_without_tricks)
            tables = database.execute(
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'gpkg!_%'"
                " ESCAPE '!' AND name NOT LIKE 'rtree!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            ).fetchall()
            for (name,) in tables:
                _require_few(shown, database, str(name), len(data))
    except InputError:
        raise
    except (sqlite3.Error, ValueError, MemoryError) as error:
        message = f"the GeoPackage cannot be read: {reason(error)}. Save it again."
        raise InputError([Fault(shown, message)]) from error


def _without_tricks(action: int, _: str | None, function: str | None, *_others: str | None) -> int:
    """Let no view call what fills memory whatever the limits, or gives another answer each time."""
    tricky = action == sqlite3.SQLITE_FUNCTION and function in _TRICKS
    return sqlite3.SQLITE_DENY if tricky else sqlite3.SQLITE_OK


def _require_few(shown: str, database: sqlite3.Connection, name: str, size: int) -> None:
    looks = 0

    def look() -> bool:
        nonlocal looks
        looks += 1
        return looks > _MOST_LOOKS + size // 10_000

    quoted = '"' + name.replace('"', '""') + '"'
    columns = [str(row[1]).replace('"', '""') for row in database.execute(f"PRAGMA table_info({quoted})")]
    if not columns:
        return
    lengths = " + ".join(f'coalesce(length("{column}"), 0) + 1' for column in columns)
    most = most_cells(size)
    database.set_progress_handler(look, _STEPS)
    try:
        (total,) = database.execute(
            f"SELECT coalesce(sum({lengths}), 0) FROM (SELECT * FROM {quoted} LIMIT {most})"  # noqa: S608 - quoted
        ).fetchone()
    except sqlite3.DatabaseError as error:
        if "no such function" in str(error) or "no such module" in str(error):
            return  # of SpatiaLite and the like; GDAL has its own
        message = f"{show(name)} cannot be read through: {reason(error)}. Save the layer alone as .gpkg."
        raise InputError([Fault(shown, message)]) from error
    finally:
        database.set_progress_handler(None, 0)
    if total > most * 8:
        message = (
            f"{show(name)} gives far more than a file of {size:,} bytes holds. Save the layer alone as .gpkg."
        )
        raise InputError([Fault(shown, message)])
