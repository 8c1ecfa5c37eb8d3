"""Rows of text with the place each came from; every kind of source gives them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from routes.errors import Fault, InputError
from routes.read.quoting import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from routes.support.arrays import Mask


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of text as they came, before any of them is understood; every kind of source gives one.

    Attributes
    ----------
    file : str
        The file as the user named it; of a database, its address without the password.
    cells : pandas.DataFrame
        Text as it came, one column for each name in the header.
    lines : numpy.ndarray
        The line each row begins on, the header counted; of what has no lines, the number of the row.
    misshapen : dict of int to list of str
        Rows with more or fewer cells than the header has, by line; they are not in `cells`.
    faults : tuple of Fault
        What is wrong with the shape of the rows.
    broken : bool
        Whether quotes are so misplaced that some rows could not be told apart, and are nowhere above.
    word : str
        What `lines` counts: ``line``, ``row``, ``feature``, ``fid``.
    labels : dict of int to str
        What else names a row for its reader, such as its primary key, by number.
    called : dict of str to str
        What the source calls a column that is known here by another name.
    sha256 : str
        Of the bytes of the file; of a database, of the rows that were read.
    typed : dict of str to numpy.ndarray of bool
        For each column that has some, which cells were numbers in the source: nobody typed their separators.
    decimals : dict of str to str
        What stands before decimals in a column of text, if that is known; under ``""`` for all columns.
    serials_from_1904 : bool
        Whether the workbook counts days from 1904.
    spans : dict of int to tuple of two dates
        First and last day of a record whose date was written as a range, by line.
    taken : dict
        How the source was read where that is not the plain way (UTF-8, commas, header first).
    notes : tuple of str
        What the reader of the file should know: what was taken, what was read as people write it.
    densities : mapping of str to float, optional
        Kilograms per litre by substance, by which volumes are weighed. Default: those of the bundled region.
    """

    file: str
    cells: pd.DataFrame
    lines: npt.NDArray[np.int64]
    misshapen: dict[int, list[str]]
    faults: tuple[Fault, ...]
    broken: bool = False
    word: str = "line"
    labels: dict[int, str] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    sha256: str = ""
    typed: dict[str, Mask] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    serials_from_1904: bool = False
    spans: dict[int, tuple[date, date]] = field(default_factory=dict)
    taken: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    densities: Mapping[str, float] | None = None

    def stripped(self, name: str) -> list[str]:
        """Give the cells of a column without blanks about them; empty ones where there is no such column."""
        return [cell.strip() for cell in self.cells[name]] if name in self.cells else [""] * len(self.cells)

    def where(self, line: int) -> str:
        """Name the place of a row.

        Examples
        --------
        >>> import numpy as np
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"lat": ["x"]})
        >>> RawTable("a.xlsx", rows, np.array([7]), {}, (), word="row", labels={7: "gid 12"}).where(7)
        'row 7 (gid 12)'
        """
        label = f" ({self.labels[line]})" if line in self.labels else ""
        return f"{self.word} {line}{label}"

    def fault(self, line: int, message: str, column: str | None = None) -> Fault:
        """Make a fault of one row."""
        place = "" if self.word == "line" else self.where(line)
        called = show(self.called[column]) if column in self.called else ""
        return Fault(self.file, message, line, column, place, called)


def header_names(
    file: str,
    line: int,
    header: list[str],
    body: Iterable[list[str]],
    word: str = "line",
    lines: Sequence[int] = (),
    wanted: frozenset[str] = frozenset(),
) -> list[str]:
    """Names of the columns, trimmed; an empty column without a name gets one.

    Parameters
    ----------
    lines : sequence of int
        The place of each row of the body.
    wanted : frozenset of str
        Names that the header should have: where a row below has more of them, it is asked about.

    Raises
    ------
    InputError
        If a name stands twice, or a column with values has none.
    """
    body = list(body)
    names = [name.strip() for name in header]
    place = "" if word == "line" else f"{word} {line}"
    faults = [
        Fault(
            file,
            f"the column name stands {count} times in the header. Rename or remove one.",
            line,
            name,
            place,
        )
        for name, count in Counter(names).items()
        if name and count > 1
    ]
    nameless = {number for number, name in enumerate(names) if not name}
    used = {number for row in body for number in nameless if "".join(row[number : number + 1]).strip()}
    faults += [
        Fault(
            file,
            f"the name of column {number + 1} is empty, but it has values. Give it a name.",
            line,
            place=place,
        )
        for number in sorted(used)
    ]
    if faults:
        further_down = _better_header(names, body, lines, wanted)
        if further_down:
            message = (
                f"Is the header on {word} {further_down}? Then say header_row = {further_down} in"
                f" [reading] of a"
                " config file."
            )
            raise InputError([Fault(file, message, line, place=place)])
        raise InputError(faults)
    return [name or f"unnamed_{number + 1}" for number, name in enumerate(names)]


def _better_header(
    names: list[str], body: list[list[str]], lines: Sequence[int], wanted: frozenset[str]
) -> int:
    """Give the place of the first row below with more of the wanted names than the header has, or 0."""
    known = {name.casefold() for name in wanted}
    here = len(known.intersection(map(str.casefold, names)))
    for place, row in zip(lines[:_TITLES], body[:_TITLES], strict=True):
        found = len(known.intersection(cell.strip().casefold() for cell in row))
        if found > max(here, min(1, len(known) - 1)):
            return int(place)
    return 0


_TITLES = 20  # rows that may stand above a header


def rejected_rows(raw: RawTable, bad_lines: set[int]) -> pd.DataFrame:
    """Rows of the given lines as they came, in file order, with their lines as index, named `raw.word`.

    Cells beyond the header's are kept in columns named ``extra_1``, ``extra_2``, ...

    Parameters
    ----------
    raw : RawTable
        The file.
    bad_lines : set of int
        Lines that a fault names.
    """
    index = pd.Index(raw.lines, name=raw.word)
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
