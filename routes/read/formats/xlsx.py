"""A sheet of an XLSX workbook as rows of text; rows are counted as the spreadsheet counts them."""

from __future__ import annotations

import io
import warnings
import zipfile
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError
from routes.read.csvfile import read_bytes
from routes.read.formats.cells import as_text, digest, table_of, without_blanks
from routes.read.quoting import reason, show
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.read.rows import RawTable

LARGEST_BYTES = 2**30
"""Of a workbook when unpacked: a small file can hold far more than a machine's memory."""

_UNCOMPUTED = "the cell holds a formula whose result is not in the file. Save it from a spreadsheet program."

_BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, zipfile.BadZipFile)
"""What openpyxl raises on a package whose parts are missing or hold something else."""

_NAMES_LISTED = 20

Grid = list[tuple[Any, ...]]


def read_xlsx(file: str, sheet: str = "") -> RawTable:
    """Read one sheet of a workbook; its first row that is not blank is the header.

    Parameters
    ----------
    file : str
    sheet : str
        May be left out where only one sheet has something in it.

    Raises
    ------
    InputError
        If it is no workbook, or it is not clear which sheet is meant.
    RoutesError
        If openpyxl is not installed.
    """
    shown = f"{file}#{sheet}" if sheet else file
    data = read_bytes(file)
    _require_workbook(shown, data)
    with _opened(shown, data, computed=False) as book:
        name = _sheet(shown, book, sheet)
        grid = _rows(book[name])
    formulas = _formulas(grid)
    faults: list[Fault] = []
    if formulas:
        with _opened(shown, data, computed=True) as book:
            grid, uncomputed = _computed(grid, _rows(book[name]), formulas)
        faults = [
            Fault(shown, _UNCOMPUTED, row + 1, _title(grid, column), f"row {row + 1}")
            for row, column in uncomputed
        ]
    return _table(shown, grid, digest(data), faults)


def _require_workbook(shown: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        message = (
            "wanted an XLSX workbook, got something else. Open it in a spreadsheet and save it as .xlsx."
        )
        raise InputError([Fault(shown, message)]) from None
    if size > LARGEST_BYTES:
        message = (
            f"the workbook unpacks to {size / 2**30:,.1f} GiB, more than the 1 GiB allowed. Save it as CSV."
        )
        raise InputError([Fault(shown, message)])


@contextmanager
def _opened(shown: str, data: bytes, *, computed: bool) -> Iterator[Any]:
    with needs("openpyxl", "xlsx"):
        import openpyxl
    with warnings.catch_warnings():
        # Of parts without cells (styles, validation lists), and of dates out of range, which read #VALUE!.
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=computed)
        except _BROKEN as error:
            raise InputError([Fault(shown, _unreadable(error))]) from error
        try:
            yield book
        except _BROKEN as error:
            raise InputError([Fault(shown, _unreadable(error))]) from error
        finally:
            book.close()


def _unreadable(error: Exception) -> str:
    return (
        f"the workbook cannot be read: {reason(error)}. Open it in a spreadsheet and save it again as .xlsx."
    )


def _sheet(shown: str, book: Any, wanted: str) -> str:  # noqa: ANN401 - openpyxl has no types
    names = [str(sheet.title) for sheet in book.worksheets]
    if wanted:
        if wanted in names:
            return wanted
        raise InputError([Fault(shown, f"there is no such sheet. It has {_listed(names)}.")])
    used = [name for name in names if any(_filled(row) for row in book[name].iter_rows(values_only=True))]
    if len(used) == 1:
        return used[0]
    if not used:
        raise InputError([Fault(shown, "the workbook is empty. Add a header and rows.")])
    message = f"several sheets have something in them: {_listed(used)}. Say which, as in {shown}#{used[0]}."
    raise InputError([Fault(shown, message)])


def _listed(names: list[str]) -> str:
    return ", ".join(map(show, names[:_NAMES_LISTED])) + (
        f" and {len(names) - _NAMES_LISTED} more" if len(names) > _NAMES_LISTED else ""
    )


def _filled(row: tuple[Any, ...]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _rows(sheet: Any) -> Grid:  # noqa: ANN401
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    grid = list(sheet.iter_rows(values_only=True))
    while grid and not _filled(grid[-1]):
        grid.pop()
    return grid


def _formulas(grid: Grid) -> list[tuple[int, int]]:
    """Cells that are formulas, or text that looks like one: only the computed values tell."""
    plain = (int, float, bool)
    return [
        (row, column)
        for row, cells in enumerate(grid)
        for column, cell in enumerate(cells)
        if cell is not None
        and not isinstance(cell, plain)
        and (cell.startswith("=") if isinstance(cell, str) else hasattr(cell, "ref"))
    ]


def _computed(
    grid: Grid, values: Grid, formulas: list[tuple[int, int]]
) -> tuple[Grid, list[tuple[int, int]]]:
    filled = [list(row) for row in grid]
    uncomputed = []
    for row, column in formulas:
        value = values[row][column] if row < len(values) and column < len(values[row]) else None
        filled[row][column] = value
        if value is None:
            uncomputed.append((row, column))
    return [tuple(row) for row in filled], uncomputed


def _title(grid: Grid, column: int) -> str | None:
    header = next((row for row in grid if _filled(row)), ())
    return as_text(header[column]).strip() or None if column < len(header) else None


def _table(shown: str, grid: Grid, sha256: str, faults: list[Fault]) -> RawTable:
    start = next((number for number, row in enumerate(grid) if _filled(row)), None)
    if start is None:
        raise InputError([Fault(shown, "the sheet is empty. Add a header and rows.")])
    columns = [list(map(as_text, column)) for column in zip_longest(*grid[start:])]
    while columns and not any(map(str.strip, columns[-1])):
        columns.pop()
    header, cells = [column[0] for column in columns], [column[1:] for column in columns]
    numbers = range(start + 2, len(grid) + 1)
    return without_blanks(
        table_of(shown, header, cells, numbers, "row", sha256, header_place=start + 1, faults=faults)
    )
