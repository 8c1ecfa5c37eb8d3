"""Records as CSV: intervals in two columns, lists in one, no cell that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from routes.outputs.text import defused
from routes.support.described import columns
from routes.support.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def csv_text(rows: Iterable[Any], names: Sequence[str], joined_by: str = ";") -> str:
    """Write records as CSV.

    Parameters
    ----------
    rows : iterable of dataclass or mapping
    names : sequence of str
        Fields to write, in order; of a name that ends with ``_90`` the two bounds become two columns.
    joined_by : str
        What stands between the parts of a list.

    Raises
    ------
    RoutesError
        If a number is not finite.

    Examples
    --------
    >>> row = {"id": "=a", "ends": ("b", "c"), "share_90": (0.1, 0.2)}
    >>> print(csv_text([row], ["id", "share_90", "ends"]))
    id,share_90_low,share_90_high,ends
    '=a,0.1,0.2,b;c
    <BLANKLINE>
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column for name in names for column in _columns(name)])
    for row in rows:
        record = jsonable(row)
        writer.writerow([cell for name in names for cell in _cells(name, record, joined_by)])
    return text.getvalue()


def rows_csv(rows: Iterable[Any], kind: type) -> str:
    """Write records of one type as CSV, all its fields."""
    return csv_text(rows, columns(kind))


def _columns(name: str) -> tuple[str, ...]:
    return (f"{name}_low", f"{name}_high") if name.endswith("_90") else (name,)


def _cells(name: str, record: Mapping[str, Any], joined_by: str) -> Iterator[object]:
    value = record[name]
    if name.endswith("_90"):
        yield from value
    else:
        yield defused(joined_by.join(map(str, value)) if isinstance(value, list) else value)
