"""A sheet of an XLSX workbook as rows of text; rows are counted as the spreadsheet counts them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError, RoutesError
from routes.read.bounds import MOST_COLUMNS, most_cells, unpacked_archive
from routes.read.formats.cells import are_numbers, as_text, digest, table_of, without_blanks
from routes.read.quoting import reason, show
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.read.reading_options import Reading
    from routes.read.rows import RawTable

_UNCOMPUTED = "the cell holds a formula whose result is not in the file. Save it from a spreadsheet program."

_WANTED = "wanted an XLSX workbook, got something else. Open it in a spreadsheet and save it as .xlsx."
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, ArithmeticError),
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, AssertionError, MemoryError),
)
"""What openpyxl, zipfile and the decompressors raise on a package whose parts are missing or hold something
else; RuntimeError holds NotImplementedError and RecursionError."""

_NAMES_LISTED = 20
_LAST_ROW = 1_048_576  # of any sheet
_MOST_MERGED = 5_000
_MOST_TAGS = 200_000  # of a part that holds no cells: styles, names
_TAGS_A_CELL = 4
_CELLS_OF_SMALL, _CELLS_A_BYTE = 100_000, 0.45  # a cell of a workbook takes time; on disk some 4 bytes
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]{0,500}?\bhidden=\"(?:1|true)\"[^>]*>")
_ROW_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The filled rows of a sheet by their number, and what its cells do not say.

    ``merged`` holds first row, last row and column (from 0) of each column of cells merged into one.
    """

    rows: dict[int, Row]
    hidden: tuple[int, ...]
    merged: tuple[tuple[int, int, int], ...]


def read_xlsx(file: str, data: bytes, sheet: str, reading: Reading) -> RawTable:
    """Read one sheet of a workbook; its first row that is not blank is the header, if no other is named.

    Cells merged over several rows hold their value in each. Rows that are hidden are read, and told.

    Parameters
    ----------
    file : str
        Its name, for messages.
    data : bytes
    sheet : str
        May be left out where only one sheet has something in it, or only one that is not hidden.
    reading : Reading
        Its ``header_row`` counts.

    Raises
    ------
    InputError
        If it is no workbook, or it is not clear which sheet is meant.
    RoutesError
        If openpyxl is not installed.
    """
    shown = f"{file}#{sheet}" if sheet else file
    archive = unpacked_archive(shown, data, _WANTED)
    most = _cells_of(len(data))
    _require_sensible(shown, archive, most)
    with _opened(shown, archive, data, computed=False) as book:
        name, notes = _sheet(shown, book, sheet, most)
        found = _read(shown, book[name], archive, most)
        from_1904 = book.epoch.year > 1900  # noqa: PLR2004 - the two ways to count
    found, faults = _with_results(shown, data, name, found, most)
    raw = _table(shown, found, digest(data), faults, reading)
    return replace(raw, notes=(*notes, *raw.notes), serials_from_1904=from_1904)


def _cells_of(size: int) -> int:
    """Cells that a workbook of this many bytes may hold."""
    return min(most_cells(size), int(_CELLS_OF_SMALL + _CELLS_A_BYTE * size))


def _require_sensible(shown: str, archive: zipfile.ZipFile, most: int) -> None:
    """Refuse parts that hold far more than the file has room for, before any of them is understood."""
    for entry in archive.infolist():
        path = entry.filename
        if not path.endswith((".xml", ".rels")):
            continue
        try:
            tags = archive.read(entry).count(b"<")
        except _BROKEN as error:
            raise InputError([Fault(shown, _unreadable(error))]) from error
        cells = "worksheets/" in path or path.endswith("sharedStrings.xml")
        if tags > (_TAGS_A_CELL * most if cells else _MOST_TAGS):
            message = (
                f"its part {show(path)} holds more than a file of its size has room for. Save it as CSV."
            )
            raise InputError([Fault(shown, message)])


def _with_results(shown: str, data: bytes, name: str, found: _Sheet, most: int) -> tuple[_Sheet, list[Fault]]:
    formulas = _formulas(found.rows)
    if not formulas:
        return found, []
    archive = unpacked_archive(shown, data, _WANTED)
    with _opened(shown, archive, data, computed=True) as book:
        rows, uncomputed = _computed(found.rows, dict(_rows(shown, book[name], most)), formulas)
    faults = [
        Fault(shown, _UNCOMPUTED, row, _title(rows, column), f"row {row}") for row, column in uncomputed
    ]
    return replace(found, rows=rows), faults


@contextmanager
def _opened(shown: str, archive: zipfile.ZipFile, data: bytes, *, computed: bool) -> Iterator[Any]:
    with needs("openpyxl", "xlsx"):
        import openpyxl
    with archive, warnings.catch_warnings():
        # Of parts without cells (styles, validation lists), and of dates out of range, which read #VALUE!.
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=computed)
        except _BROKEN as error:
            raise InputError([Fault(shown, _unreadable(error))]) from error
        try:
            yield book
        except RoutesError:
            raise
        except _BROKEN as error:
            raise InputError([Fault(shown, _unreadable(error))]) from error
        finally:
            book.close()


def _unreadable(error: Exception) -> str:
    said = reason(error) or type(error).__name__
    return f"the workbook cannot be read: {said}. Open it in a spreadsheet and save it again as .xlsx."


def _sheet(shown: str, book: Any, wanted: str, most: int) -> tuple[str, list[str]]:  # noqa: ANN401 - untyped
    names = [str(sheet.title) for sheet in book.worksheets]
    hidden = {str(sheet.title) for sheet in book.worksheets if sheet.sheet_state != "visible"}
    if wanted:
        if wanted in names:
            return wanted, []
        raise InputError([Fault(shown, f"there is no such sheet. It has {_listed(names)}.")])
    used = [name for name in names if any(True for _ in _rows(shown, book[name], most))]
    if not used:
        raise InputError([Fault(shown, "the workbook is empty. Add a header and rows.")])
    seen = [name for name in used if name not in hidden]
    if len(seen) > 1 or (not seen and len(used) > 1):
        message = (
            f"several sheets have something in them: {_listed(used)}. Say which, as in {shown}#{used[0]}."
        )
        raise InputError([Fault(shown, message)])
    name = (seen or used)[0]
    others = [other for other in used if other != name]
    notes = [f"the sheet {show(name)} is read; {_listed(others)} is hidden and is not."] if others else []
    if name in hidden:
        notes.append(f"the sheet {show(name)} is hidden; it is read, since no other holds anything.")
    return name, notes


def _listed(names: list[str]) -> str:
    return ", ".join(map(show, names[:_NAMES_LISTED])) + (
        f" and {len(names) - _NAMES_LISTED} more" if len(names) > _NAMES_LISTED else ""
    )


def _filled(row: Row) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _rows(shown: str, sheet: Any, most: int) -> Iterator[tuple[int, Row]]:  # noqa: ANN401
    """Give the filled rows with their numbers; blank ones between far cells are passed over one by one."""
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _LAST_ROW:
            raise InputError([Fault(shown, f"the sheet has a cell below row {_LAST_ROW:,}. Remove it.")])
        if row:
            cells += len(row)
            if cells > most:
                message = f"the sheet has more than {most:,} cells for a file of its size. Save it as CSV."
                raise InputError([Fault(shown, message)])
            if _filled(row):
                yield number, row


def _read(shown: str, sheet: Any, archive: zipfile.ZipFile, most: int) -> _Sheet:  # noqa: ANN401
    rows = dict(_rows(shown, sheet, most))
    content = _content(sheet, archive)
    numbers = [_ROW_NUMBER.search(found) for found in _HIDDEN_ROW.findall(content)]
    hidden = tuple(number for found in numbers if found and (number := int(found[1])) in rows)
    merged: list[tuple[int, int, int]] = []
    for first, top, _, bottom in _MERGED.findall(content):
        if int(top) < int(bottom) <= _LAST_ROW and len(merged) < _MOST_MERGED:
            merged.append((int(top), int(bottom), _column_number(first.decode())))
    return _Sheet(rows, hidden, tuple(merged))


def _content(sheet: Any, archive: zipfile.ZipFile) -> bytes:  # noqa: ANN401
    """Raw text of a sheet: row by row, openpyxl tells neither hidden rows nor merged cells."""
    path = getattr(sheet, "_worksheet_path", None)
    return archive.read(path) if path in archive.namelist() else b""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _formulas(rows: dict[int, Row]) -> list[tuple[int, int]]:
    """Cells that are formulas, or text that looks like one: only the computed values tell."""
    plain = (int, float, bool)
    return [
        (row, column)
        for row, cells in rows.items()
        for column, cell in enumerate(cells)
        if cell is not None
        and not isinstance(cell, plain)
        and (cell.startswith("=") if isinstance(cell, str) else hasattr(cell, "ref"))
    ]


def _computed(
    rows: dict[int, Row], values: dict[int, Row], formulas: list[tuple[int, int]]
) -> tuple[dict[int, Row], list[tuple[int, int]]]:
    filled = {number: list(row) for number, row in rows.items()}
    uncomputed = []
    for row, column in formulas:
        results = values.get(row, ())
        filled[row][column] = results[column] if column < len(results) else None
        if filled[row][column] is None:
            uncomputed.append((row, column))
    return {number: tuple(row) for number, row in filled.items()}, uncomputed


def _title(rows: dict[int, Row], column: int) -> str | None:
    header = next(iter(rows.values()), ())
    return as_text(header[column]).strip() or None if column < len(header) else None


def _table(shown: str, found: _Sheet, sha256: str, faults: list[Fault], reading: Reading) -> RawTable:
    numbers = [number for number in found.rows if number >= reading.header_row]
    if not numbers:
        below = f" at row {reading.header_row} or below" if reading.header_row else ""
        raise InputError([Fault(shown, f"the sheet is empty{below}. Add a header and rows.")])
    start, *body = numbers
    rows, filled = _unmerged(found, body)
    columns = list(zip_longest(found.rows[start], *rows))
    while columns and not any(as_text(cell).strip() for cell in columns[-1]):
        columns.pop()
    if len(columns) > MOST_COLUMNS:
        message = f"the sheet has {len(columns):,} columns, more than the {MOST_COLUMNS:,} allowed."
        raise InputError([Fault(shown, f"{message} Remove what stands far to the right.")])
    header = [as_text(column[0]) for column in columns]
    cells = [list(map(as_text, column[1:])) for column in columns]
    masks = [are_numbers(column[1:]) for column in columns]
    faults = [fault for fault in faults if (fault.line or 0) >= start]
    raw = table_of(
        shown,
        header,
        cells,
        body,
        "row",
        sha256,
        header_place=start,
        faults=faults,
        numbers_at=masks,
        wanted=reading.wanted,
    )
    taken = {"header_row": start} if reading.header_row else {}
    return replace(without_blanks(raw), taken=taken, notes=_told(found, body, header, filled))


def _unmerged(found: _Sheet, body: list[int]) -> tuple[list[Row], dict[int, int]]:
    """Give the value of cells merged over rows to each of them; and how many were filled in each column."""
    rows = {number: found.rows[number] for number in body}
    filled: dict[int, int] = {}
    for top, bottom, column in found.merged:
        above = rows.get(top, ())
        value = above[column] if column < len(above) else None
        inside = body[bisect_right(body, top) : bisect_right(body, bottom)] if value is not None else []
        for number in inside:
            row = list(rows[number])
            row += [None] * (column + 1 - len(row))
            if row[column] is None:
                row[column] = value
                rows[number] = tuple(row)
                filled[column] = filled.get(column, 0) + 1
    return list(rows.values()), filled


def _told(found: _Sheet, body: list[int], header: list[str], filled: dict[int, int]) -> tuple[str, ...]:
    notes = [
        f"{show(header[column])} is merged over several rows; its value is taken for each of them"
        f" ({count} filled)."
        for column, count in sorted(filled.items())
        if column < len(header)
    ]
    hidden = [number for number in found.hidden if number in set(body)]
    if hidden:
        some = ", ".join(map(str, hidden[:5])) + (", ..." if len(hidden) > 5 else "")  # noqa: PLR2004
        notes.append(f"{len(hidden)} hidden rows are read as well (row {some}).")
    return tuple(notes)
