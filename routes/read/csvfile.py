"""A text file of separated cells as rows of text, each with the line it came from."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError
from routes.read.bounds import MOST_COLUMNS, require_bounded
from routes.read.encodings import count_undecodable, line_of, refuse_nul, text_of
from routes.read.reading_options import SEPARATORS, Reading
from routes.read.rows import RawTable, header_names
from routes.read.written.digits import DECIMAL_COMMA, plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

Rows = list[tuple[int, list[str]]]

PLAIN = Reading(separator=",", encoding="utf-8", decimal=".")
"""How our own files are written."""

_TEXTS_KEPT = 50_000
_PART = 2**20  # characters of a file that are taken apart at a time
_START = 2**20  # characters, and
_LOOKED_AT = 200  # rows, that tell what separates cells
_TITLES = 20  # rows among which the header is
_DECIMAL_POINT = re.compile(r"[+-]?(0\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+)")


def read_raw(path: str | os.PathLike[str]) -> RawTable:
    """Read a CSV file written as ours are (UTF-8, commas, one header line) into text.

    Blank lines, and rows whose cells are all blank, hold nothing and are passed over; so are lines above the
    header that begin with ``# ``, and rows below it that do.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, is empty, or its header cannot be used.
    """
    file = str(path)
    data = read_bytes(file)
    text, first_line = _below_comments(decoded(file, data), 1)
    return _table(file, data, text, PLAIN, {}, first_line)


def read_csv(file: str, data: bytes, _part: str = "", reading: Reading | None = None) -> RawTable:
    """Read a file of separated cells; what its bytes tell of encoding, separator and decimals is taken.

    Parameters
    ----------
    file : str
        Its name, for messages.
    data : bytes
        What it holds.
    reading : Reading, optional
        What of it is known.

    Returns
    -------
    RawTable
        What was taken stands in `taken`, where it is not UTF-8, commas and a header on the first line.

    Raises
    ------
    InputError
        As `read_raw`.
    """
    reading = reading or Reading()
    _refuse_others(file, data)
    text, encoding = text_of(file, data, reading.encoding)
    reading = replace(reading, encoding=encoding)
    text, stated = _without_statement(text)
    text, first_line = _below_comments(text, 2 if stated else 1)
    separator = reading.separator or stated or _separator(text, reading)
    reading = replace(reading, separator=separator)
    taken: dict[str, Any] = {}
    if encoding != "utf-8":
        taken["encoding"] = encoding
    if separator != ",":
        taken["separator"] = SEPARATORS[separator]
    return _table(file, data, text, reading, taken, first_line)


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
    try:
        if path.is_dir():
            raise InputError([Fault(file, "wanted a file, got a folder. Name the file inside it.")])
        return path.read_bytes()
    except FileNotFoundError:
        message = f"there is no such file. Check the name; the folder now is {Path.cwd()}."
    except PermissionError:
        message = "no permission to read the file. Ask its owner, or copy it to a folder of your own."
    except MemoryError:
        message = "the file is larger than the memory of this machine. Split it."
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
    _refuse_others(file, data)
    refuse_nul(file, data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        message = (
            f"wanted UTF-8, got the byte 0x{data[offset]:02x}; {count_undecodable(data)} of the lines are"
            " affected. Save the file as 'CSV UTF-8'."
        )
        raise InputError([Fault(file, message, line_of(data, offset))]) from None


def _refuse_others(file: str, data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"SQLite format 3")):
        message = (
            "wanted a CSV file, got a spreadsheet or database."
            " Let its name end in .xlsx or .gpkg, whichever it is, or save it as CSV."
        )
        raise InputError([Fault(file, message)])


def _without_statement(text: str) -> tuple[str, str]:
    """Take off the first line ``sep=;``, by which spreadsheets are told what separates cells."""
    found = re.match(r"sep=([,;|\t])\r?\n", text)
    return (text[found.end() :], found[1]) if found else (text, "")


def _below_comments(text: str, line: int) -> tuple[str, int]:
    """Pass over the lines above the header that begin with ``# ``; give the number of the one after them."""
    found = re.match(r"(?:#(?: [^\r\n]*)?\r?\n)*", text)
    above = found[0] if found else ""
    return text[len(above) :], line + above.count("\n")


def _separator(text: str, reading: Reading) -> str:
    """Tell what separates cells: the sign by which known names and even rows come out, a comma first."""
    start = "".join(text[:_START].splitlines(keepends=True)[: _LOOKED_AT + reading.header_row])
    best, best_score = ",", (-1, -1.0, -1)
    for separator in SEPARATORS:
        rows = [row for line, row in _parse("", start, separator)[0] if line >= reading.header_row]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
            known = max(len(reading.wanted.intersection(map(str.strip, row))) for row in rows[:_TITLES])
            score = (known, round(count / len(rows), 2), width)
            if score > best_score:
                best, best_score = separator, score
            if known == len(reading.wanted) > 1:
                break
    return best


def _table(
    file: str, data: bytes, text: str, reading: Reading, taken: dict[str, Any], first_line: int = 1
) -> RawTable:
    rows, broken = _parse(file, text, reading.separator, first_line)
    above = [row for row in rows if row[0] < reading.header_row]
    rows = rows[len(above) :]
    if not rows:
        raise InputError(broken or [Fault(file, _nothing(reading.header_row))])
    if reading.header_row:
        taken = {**taken, "header_row": rows[0][0]}
        broken = [fault for fault in broken if (fault.line or 0) >= reading.header_row]
    widest_line, widest = max(((line, len(row)) for line, row in rows), key=lambda found: found[1])
    if widest > MOST_COLUMNS:
        message = (
            f"the line has {widest:,} cells, more than the {MOST_COLUMNS:,} allowed. Keep fewer columns."
        )
        raise InputError([Fault(file, message, widest_line)])
    (header_line, header), *body = rows
    if reading is PLAIN:
        body = [(line, row) for line, row in body if not row[0].startswith("# ")]
    require_bounded(file, len(body), len(header), "line")
    lines_of_body = [line for line, _ in body]
    rows_of_body = [row for _, row in body]
    names = header_names(file, header_line, header, rows_of_body, "line", lines_of_body, reading.wanted)
    body = [(line, row) for line, row in body if any(map(str.strip, row))]
    whole = [(line, row) for line, row in body if len(row) == len(names)]
    misshapen = {line: row for line, row in body if len(row) != len(names)}
    called = SEPARATORS[reading.separator] + "s"
    faults = [Fault(file, _shape(len(names), len(row), called), line) for line, row in misshapen.items()]
    cells = pd.DataFrame([row for _, row in whole], columns=pd.Index(names), dtype=object)
    lines = np.array([line for line, _ in whole], dtype=np.int64)
    decimal = reading.decimal or _decimal(reading.separator, [row for _, row in whole])
    if decimal not in ("", "."):
        taken = {**taken, "decimal": decimal}
    decimals = {"": decimal} if decimal and reading != PLAIN else {}
    sha256 = hashlib.sha256(data).hexdigest()
    return RawTable(
        file,
        cells,
        lines,
        misshapen,
        (*broken, *faults),
        bool(broken),
        sha256=sha256,
        decimals=decimals,
        taken=taken,
    )


def _nothing(header_row: int) -> str:
    if header_row:
        return f"there is nothing on line {header_row} or after it. Correct reading.header_row."
    return "the file is empty. Add a header line and rows."


def _decimal(separator: str, rows: list[list[str]]) -> str:
    """Tell that decimals stand after a comma: where it does not separate cells, and none has a point."""
    if separator == ",":
        return ""
    texts = {cell.strip() for row in rows for cell in row if "," in cell or "." in cell}
    commas = any(DECIMAL_COMMA.fullmatch(plain(text)) for text in texts)
    return "," if commas and not any(_DECIMAL_POINT.fullmatch(text) for text in texts) else ""


def _parse(file: str, text: str, separator: str, first_line: int = 1) -> tuple[Rows, list[Fault]]:
    """Split text into rows with the line each begins on; blank lines are passed over."""
    limit = csv.field_size_limit(max(len(text), 131_072))  # a long cell is no fault
    try:
        return _split(file, text, separator, first_line)
    finally:
        csv.field_size_limit(limit)


def _split(file: str, text: str, separator: str, first_line: int) -> tuple[Rows, list[Fault]]:
    reader = csv.reader(_lines(text), strict=True, delimiter=separator)
    rows: Rows = []
    faults: list[Fault] = []
    known: dict[str, str] = {}  # texts that come again and again are kept once
    while True:
        line = reader.line_num + first_line
        try:
            row = next(reader)
        except StopIteration:
            return rows, faults
        except csv.Error as error:
            faults.append(Fault(file, _quoting(error), line))
            continue
        if row and (rows or any(map(str.strip, row))):
            kept = known.setdefault if len(known) < _TEXTS_KEPT else known.get
            rows.append((line, [kept(cell, cell) for cell in row]))


def _lines(text: str) -> Iterator[str]:
    """Lines of a text with their ends, as a file gives them, without a copy of it all in wider signs."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PART) + 1 or len(text)
        yield from io.StringIO(text[start:end], newline="")
        start = end


def _quoting(error: csv.Error) -> str:
    if "expected after" in str(error):
        return "text follows a closing quote. Double each quote that belongs to the text."
    return "a quote is opened here and not closed. Close it, or double it if it belongs to the text."


def _shape(wanted: int, got: int, called: str) -> str:
    sign = called.removesuffix("s")
    remedy = f"Put quotes around cells that hold a {sign}." if got > wanted else f"Add the missing {called}."
    return f"wanted {wanted} cells as in the header, got {got}. {remedy}"
