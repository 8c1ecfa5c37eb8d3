"""Tables of no rows, for files that need not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.read.columns import Column

_TYPES = {"number": "float64", "integer": "float64", "day": "datetime64[s]"}


def without_rows(columns: Sequence[Column]) -> pd.DataFrame:
    """Make a table of no rows with the columns and types that reading gives.

    Examples
    --------
    >>> from routes.read.columns import Column
    >>> without_rows([Column("from", "day"), Column("note")]).dtypes.astype(str).tolist()
    ['datetime64[s]', 'str']
    """
    return pd.DataFrame({c.name: pd.Series([], dtype=_TYPES.get(c.kind, "str")) for c in columns})
