"""A CSV file as rows of text with the physical line each row begins on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError

if TYPE_CHECKING:
    import os

    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of text as they came, before any of them is understood.

    Attributes
    ----------
    file : str
        The file as the user named it.
    cells : pandas.DataFrame
        Text as it came, one column for each name in the header.
    lines : numpy.ndarray
        The line each row begins on, the header counted.
    misshapen : dict of int to list of str
        Rows with more or fewer cells than the header has, by line; they are not in `cells`.
    faults : tuple of Fault
        What is wrong with the shape of the rows.
    broken : bool
        Whether quotes are so misplaced that some rows could not be told apart, and are nowhere above.
    """

    file: str
    cells: pd.DataFrame
    lines: npt.NDArray[np.int64]
    misshapen: dict[int, list[str]]
    faults: tuple[Fault, ...]
    broken: bool = False


def read_raw(path: str | os.PathLike[str]) -> RawTable:
    """Read a CSV file (UTF-8, commas, one header line) into text.

    Blank lines, and rows whose cells are all blank, hold nothing and are passed over.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, is empty, or its header cannot be used.
    """
    file = str(path)
    rows, broken = _parse(file, read_text(file))
    if not rows:
        raise InputError(broken or [Fault(file, "the file is empty. Add a header line and rows.")])
    (header_line, header), *body = rows
    names = _header(file, header_line, header, body)
    body = [(line, row) for line, row in body if any(map(str.strip, row))]
    whole = [(line, row) for line, row in body if len(row) == len(names)]
    misshapen = {line: row for line, row in body if len(row) != len(names)}
    faults = [Fault(file, _shape(len(names), len(row)), line) for line, row in misshapen.items()]
    cells = pd.DataFrame([row for _, row in whole], columns=pd.Index(names), dtype=object)
    lines = np.array([line for line, _ in whole], dtype=np.int64)
    return RawTable(file, cells, lines, misshapen, (*broken, *faults), bool(broken))


def read_text(file: str) -> str:
    """Read a whole file as UTF-8 text, a byte order mark allowed.

    Raises
    ------
    InputError
        If there is no such file, it may not be read, or it is not UTF-8 text.
    """
    return _decode(file, _read_bytes(file))


def _read_bytes(file: str) -> bytes:
    path = Path(file)
    if path.is_dir():
        raise InputError([Fault(file, "wanted a file, got a folder. Name the CSV file inside it.")])
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"there is no such file. Check the name; the folder now is {Path.cwd()}."
    except PermissionError:
        message = "no permission to read the file. Ask its owner, or copy it to a folder of your own."
    except (OSError, ValueError) as error:
        message = f"the file cannot be read: {error}."
    raise InputError([Fault(file, message)])


def _decode(file: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([Fault(file, "wanted UTF-8, got UTF-16. Save the file as 'CSV UTF-8'.")])
    if data.startswith((b"PK\x03\x04", b"SQLite format 3")):
        raise InputError([Fault(file, "wanted a CSV file, got a spreadsheet or database. Save it as CSV.")])
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


def _header(file: str, line: int, header: list[str], body: list[tuple[int, list[str]]]) -> list[str]:
    """Names of the columns; raises if one stands twice or the separator is not a comma."""
    names = [name.strip() for name in header]
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")):
        if len(names) == 1 and separator in names[0]:
            message = f"wanted cells separated by commas, got {called}. Save the file as CSV with commas."
            raise InputError([Fault(file, message, line)])
    faults = [
        Fault(file, f"the column name stands {count} times in the header. Rename or remove one.", line, name)
        for name, count in Counter(names).items()
        if name and count > 1
    ]
    faults += [
        Fault(file, f"the name of column {place + 1} is empty, but it has values. Give it a name.", line)
        for place, name in enumerate(names)
        if not name and any("".join(row[place : place + 1]).strip() for _, row in body)
    ]
    if faults:
        raise InputError(faults)
    return [name or f"unnamed_{place + 1}" for place, name in enumerate(names)]


def rejected_rows(raw: RawTable, bad_lines: set[int]) -> pd.DataFrame:
    """Rows of the given lines as they came, in file order, with their lines as index.

    Cells beyond the header's are kept in columns named ``extra_1``, ``extra_2``, ...

    Parameters
    ----------
    raw : RawTable
        The file.
    bad_lines : set of int
        Lines that a fault names.
    """
    index = pd.Index(raw.lines, name="line")
    rows = raw.cells.set_axis(index, axis="index")
    rows = rows[index.isin(list(bad_lines))]
    if not raw.misshapen:
        return rows
    names = list(raw.cells.columns)
    surplus = max(max(map(len, raw.misshapen.values())) - len(names), 0)
    columns = [*names, *(f"extra_{number + 1}" for number in range(surplus))]
    padded = [row + [""] * (len(columns) - len(row)) for row in raw.misshapen.values()]
    shaped = pd.DataFrame(padded, columns=columns, index=pd.Index(raw.misshapen, name="line"), dtype=object)
    return pd.concat([rows, shaped]).fillna("").sort_index()
