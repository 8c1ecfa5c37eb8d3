"""How large a source may be: a small file can hold far more than a machine's memory.

The bounds are far above any list of seizures. They grow with the file, so that a file that is really large is
read, and one that unpacks to what it has no room for is not.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_COLUMNS = 2_000
MOST_ROWS = 2_000_000
MOST_CELLS = 50_000_000
"""Of one table, blank cells of filled rows counted."""

CELLS_OF_SMALL = 1_000_000
CELLS_A_BYTE = 2.0
"""Cells that a file may hold: those of a small one, and so many for each byte."""

UNPACKED_OF_SMALL = 32 * 2**20
UNPACKED_A_BYTE = 40
LARGEST_UNPACKED = 4 * 2**30
"""Bytes that a packed file may unpack to, likewise."""


def require_bounded(file: str, rows: int, columns: int, word: str = "row") -> None:
    """Refuse a table that has more rows, columns or cells than any list of seizures.

    Raises
    ------
    InputError
        Saying which bound was passed.

    Examples
    --------
    >>> require_bounded("a.csv", 10, 5000)
    Traceback (most recent call last):
    routes.errors.InputError: a.csv: the table has 5,000 columns, more than the 2,000 allowed. Keep fewer.
    """
    if columns > MOST_COLUMNS:
        message = f"the table has {columns:,} columns, more than the {MOST_COLUMNS:,} allowed."
        raise InputError([Fault(file, f"{message} Keep fewer.")])
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        message = f"the table has {rows:,} {word}s of {columns:,} cells, more than is allowed."
        raise InputError([Fault(file, f"{message} Split it, or keep fewer columns.")])


def most_cells(size: int) -> int:
    """Cells that a file of this many bytes may hold.

    Examples
    --------
    >>> most_cells(1_000_000)
    3000000
    """
    return min(MOST_CELLS, int(CELLS_OF_SMALL + CELLS_A_BYTE * size))


def require_room(file: str, size: int, rows: int, columns: int) -> None:
    """Refuse a table that says of itself that it holds far more than its file has bytes for.

    Raises
    ------
    InputError
    """
    require_bounded(file, rows, columns)
    if rows * columns > most_cells(size):
        message = (
            f"{rows:,} rows of {columns:,} cells in a file of {size:,} bytes: more than the"
            f" {most_cells(size):,} cells allowed. Split it, or keep fewer columns."
        )
        raise InputError([Fault(file, message)])


def most_unpacked(size: int) -> int:
    """Bytes that a packed file of this many bytes may unpack to."""
    return min(LARGEST_UNPACKED, max(UNPACKED_OF_SMALL, UNPACKED_A_BYTE * size))


def unpacked_archive(file: str, data: bytes, wanted: str) -> zipfile.ZipFile:
    """Open a ZIP archive that unpacks to no more than it may.

    Parameters
    ----------
    wanted : str
        What it should be and what to do, for the message where it is no archive.

    Raises
    ------
    InputError
        If it is no archive, is encrypted, packed in a way that is not known, or too large when unpacked.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise InputError([Fault(file, wanted)]) from None
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > most_unpacked(len(data)):
        message = (
            f"it unpacks to {_readable(size)}, more than the {_readable(most_unpacked(len(data)))} allowed"
            " for a file of its size. Save it as CSV."
        )
        raise InputError([Fault(file, message)])
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError([Fault(file, "it is encrypted. Save it without a password.")])
    known = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
    if any(entry.compress_type not in known for entry in entries):
        raise InputError([Fault(file, "it is packed in a way that cannot be read. Save it again.")])
    return archive


def joined_within(file: str, pieces: Iterable[bytes], most: int) -> bytes:
    """Join what a packed file gives, and stop where it gives too much.

    Raises
    ------
    InputError
    """
    kept, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            message = f"it unpacks to more than the {_readable(most)} allowed for a file of its size."
            raise InputError([Fault(file, f"{message} Unpack it, and look at what is in it.")])
        kept.append(piece)
    return b"".join(kept)


def _readable(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
