"""Rows of text with the place each came from, and a CSV file read as such rows."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError
from routes.read.rows import RawTable, header_names

if TYPE_CHECKING:
    import os


def read_raw(path: str | os.PathLike[str]) -> RawTable:
    """Read a CSV file (UTF-8, commas, one header line) into text.

    Blank lines, and rows whose cells are all blank, hold nothing and are passed over.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, is empty, or its header cannot be used.
    """
    file = str(path)
    data = read_bytes(file)
    rows, broken = _parse(file, decoded(file, data))
    if not rows:
        raise InputError(broken or [Fault(file, "the file is empty. Add a header line and rows.")])
    (header_line, header), *body = rows
    _require_commas(file, header_line, header)
    names = header_names(file, header_line, header, [row for _, row in body])
    body = [(line, row) for line, row in body if any(map(str.strip, row))]
    whole = [(line, row) for line, row in body if len(row) == len(names)]
    misshapen = {line: row for line, row in body if len(row) != len(names)}
    faults = [Fault(file, _shape(len(names), len(row)), line) for line, row in misshapen.items()]
    cells = pd.DataFrame([row for _, row in whole], columns=pd.Index(names), dtype=object)
    lines = np.array([line for line, _ in whole], dtype=np.int64)
    sha256 = hashlib.sha256(data).hexdigest()
    return RawTable(file, cells, lines, misshapen, (*broken, *faults), bool(broken), sha256=sha256)


def read_text(file: str) -> str:
    """Read a whole file as UTF-8 text, a byte order mark allowed.

    Raises
    ------
    InputError
        If there is no such file, it may not be read, or it is not UTF-8 text.
    """
    return decoded(file, read_bytes(file))


def read_bytes(file: str) -> bytes:
    """Read a whole file.

    Raises
    ------
    InputError
        If there is no such file, or it may not be read.
    """
    path = Path(file)
    if path.is_dir():
        raise InputError([Fault(file, "wanted a file, got a folder. Name the file inside it.")])
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"there is no such file. Check the name; the folder now is {Path.cwd()}."
    except PermissionError:
        message = "no permission to read the file. Ask its owner, or copy it to a folder of your own."
    except (OSError, ValueError) as error:
        message = f"the file cannot be read: {error}."
    raise InputError([Fault(file, message)])


def decoded(file: str, data: bytes) -> str:
    """Decode the bytes of a file as UTF-8, a byte order mark allowed.

    Raises
    ------
    InputError
        If they are no UTF-8 text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([Fault(file, "wanted UTF-8, got UTF-16. Save the file as 'CSV UTF-8'.")])
    if data.startswith((b"PK\x03\x04", b"SQLite format 3")):
        message = (
            "wanted a CSV file, got a spreadsheet or database."
            " Let its name end in .xlsx or .gpkg, whichever it is, or save it as CSV."
        )
        raise InputError([Fault(file, message)])
    if b"\x00" in data:
        line = _line_of(data, data.index(b"\x00"))
        raise InputError([Fault(file, "the line holds a NUL byte, so this is not a CSV file.", line)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        message = (
            f"wanted UTF-8, got the byte 0x{data[offset]:02x}; {_count_undecodable(data)} of the lines are"
            " affected. Save the file as 'CSV UTF-8'."
        )
        raise InputError([Fault(file, message, _line_of(data, offset))]) from None


def _line_of(data: bytes, offset: int) -> int:
    return len((data[:offset] + b"x").splitlines())


def _count_undecodable(data: bytes) -> int:
    return sum("\ufffd" in line.decode("utf-8", "replace") for line in data.splitlines())


def _parse(file: str, text: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Split text into rows with the line each begins on; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    faults: list[Fault] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return rows, faults
        except csv.Error as error:
            faults.append(Fault(file, _quoting(error), line))
            continue
        if row and (rows or any(map(str.strip, row))):
            rows.append((line, row))


def _quoting(error: csv.Error) -> str:
    if "delimiter expected" in str(error) or "expected after" in str(error):
        return "text follows a closing quote. Double each quote that belongs to the text."
    return "a quote is opened here and not closed. Close it, or double it if it belongs to the text."


def _shape(wanted: int, got: int) -> str:
    remedy = "Put quotes around cells that hold a comma." if got > wanted else "Add the missing commas."
    return f"wanted {wanted} cells as in the header, got {got}. {remedy}"


def _require_commas(file: str, line: int, header: list[str]) -> None:
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")):
        if len(header) == 1 and separator in header[0]:
            message = f"wanted cells separated by commas, got {called}. Save the file as CSV with commas."
            raise InputError([Fault(file, message, line)])
