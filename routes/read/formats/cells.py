"""Values of typed sources as the text that a person would have typed, without loss."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routes.read.bounds import require_bounded
from routes.read.rows import RawTable, header_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from routes.errors import Fault

_EXACT = 2**53
"""Up to here every whole number is a float."""


def as_text(value: Any) -> str:  # noqa: ANN401, C901, PLR0911 - any value; one way out for each kind
    """Write a value as text; what is missing becomes empty.

    Whole floats lose their ``.0``, others keep every digit. Midnight is a day; other times of day stay,
    since dropping them would be a guess about time zones.

    Examples
    --------
    >>> as_text(15.0), as_text(0.1), as_text(None), as_text(float("nan")), as_text(True)
    ('15', '0.1', '', '', 'true')
    >>> as_text(datetime(2017, 9, 14)), as_text(datetime(2017, 9, 14, 22, 30)), as_text(Decimal("1E+3"))
    ('2017-09-14', '2017-09-14T22:30:00', '1000')
    """
    if isinstance(value, str):
        return str(value if value.isascii() else value.encode("utf-8", "backslashreplace").decode())
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, np.generic):
        return as_text(value.item())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, Decimal):
        return "" if value.is_nan() else format(value, "f")
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) <= _EXACT else repr(value)


def table_of(
    file: str,
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
    numbers: Sequence[int],
    word: str,
    sha256: str,
    *,
    header_place: int = 1,
    faults: Iterable[Fault] = (),
    labels: dict[int, str] | None = None,
    numbers_at: Sequence[npt.NDArray[np.bool_] | None] = (),
    wanted: frozenset[str] = frozenset(),
) -> RawTable:
    """Put columns of text together.

    Parameters
    ----------
    header : sequence of str
        Names as they came; they are trimmed.
    columns : sequence of sequence of str
        The cells of each column.
    numbers : sequence of int
        The place of each row, counted in `word`.
    header_place : int
        Where the header stands, for its faults.
    numbers_at : sequence of numpy.ndarray of bool or None
        For each column, which cells were numbers in the source.
    wanted : frozenset of str
        Names that the header should have.

    Raises
    ------
    InputError
        If a name stands twice, or a column with values has none.
    """
    require_bounded(file, len(numbers), len(header), word)
    rows = list(zip(*columns, strict=True)) if columns else []
    names = header_names(file, header_place, list(header), map(list, rows), word, numbers, wanted)
    cells = pd.DataFrame(rows, columns=pd.Index(names), dtype=object)
    places = np.asarray(numbers, dtype=np.int64)
    typed = {
        name: mask for name, mask in zip(names, numbers_at, strict=False) if mask is not None and mask.any()
    }
    return RawTable(
        file, cells, places, {}, tuple(faults), word=word, labels=labels or {}, sha256=sha256, typed=typed
    )


def without_blanks(raw: RawTable) -> RawTable:
    """Pass over the rows whose cells are all blank: they hold nothing."""
    rows = raw.cells.itertuples(index=False, name=None)
    filled = np.fromiter((any(map(str.strip, row)) for row in rows), dtype=bool, count=len(raw.cells))
    typed = {name: mask[filled] for name, mask in raw.typed.items()}
    return replace(raw, cells=raw.cells[filled].reset_index(drop=True), lines=raw.lines[filled], typed=typed)


def are_numbers(values: Iterable[Any]) -> npt.NDArray[np.bool_]:
    """Tell which values of a typed source are numbers (true and false are none)."""
    return np.fromiter(
        (isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in values),
        dtype=bool,
    )


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()
