"""Records -> those that are likely reports of one event under several ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    import pandas as pd

    from routes.support.arrays import Ints

WITHIN_DAYS = 2
WITHIN_KM = 10.0
ABOUT = 0.2
"""Quantities that differ by no more than this part of the larger may be one."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records of different events that may be one, and why."""

    kept: str
    other: str
    why: str


def likely_duplicates(seizures: pd.DataFrame) -> tuple[Likely, ...]:
    """Propose pairs of records that are likely of one event.

    The same place (to `WITHIN_KM`), days no more than `WITHIN_DAYS` apart, the same substance, and quantities
    that are about the same or not known on one side. Dates known to the month or year are not compared, for
    they would make a pair of any two.

    Parameters
    ----------
    seizures : DataFrame
        As from `routes.read.read_seizures`.

    Examples
    --------
    >>> import pandas as pd
    >>> from routes.read import bundled, read_seizures
    >>> one = read_seizures(bundled("seizures.csv")).query("date_precision == 'day' and lat == lat").head(1)
    >>> again = one.assign(seizure_id="again", event_id="again")
    >>> [pair.other for pair in likely_duplicates(pd.concat([one, again], ignore_index=True))]
    ['again']
    """
    exact = seizures[(seizures["date_from"] == seizures["date_until"]) & seizures["lat"].notna()]
    rows = exact.sort_values("date_from", kind="stable").reset_index(drop=True)
    return tuple(_pair(rows, i, j) for i, j in _alike(rows).tolist())


def _alike(rows: pd.DataFrame) -> Ints:
    """Find pairs of rows, in the order of their days, that may be of one event, shape (pairs, 2)."""
    day = rows["date_from"].to_numpy("datetime64[D]")
    until = np.searchsorted(day, day + np.timedelta64(WITHIN_DAYS, "D"), side="right")
    lon, lat, kg = (rows[name].to_numpy(float) for name in ("lon", "lat", "quantity_kg"))
    substance, event = (
        np.unique(texts.astype(str), return_inverse=True)[1]
        for texts in (rows["substance"].str.casefold(), rows["event_id"])
    )
    found = [np.zeros((0, 2), np.intp)]
    one = np.arange(len(rows))
    # All with the next, all with the next but one, and so on, as far as the days reach.
    for step in range(1, int((until - one).max(initial=1))):
        one = one[one + step < until[one]]
        other = one + step
        may = (substance[one] == substance[other]) & (event[one] != event[other])
        a, b = one[may], other[may]
        differ = np.abs(kg[a] - kg[b]) > ABOUT * np.maximum(kg[a], kg[b])  # not where one is unknown
        a, b = a[~differ], b[~differ]
        near = great_circle_km(lon[a], lat[a], lon[b], lat[b]) <= WITHIN_KM
        found.append(np.column_stack([a[near], b[near]]))
    pairs = np.concatenate(found)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


def _pair(rows: pd.DataFrame, i: int, j: int) -> Likely:
    one, other = rows.iloc[i], rows.iloc[j]
    days = (other["date_from"] - one["date_from"]).days
    km = float(great_circle_km(one["lon"], one["lat"], np.array([other["lon"]]), np.array([other["lat"]]))[0])
    both = (one["quantity_kg"], other["quantity_kg"])
    kg = ["not told" if np.isnan(value) else f"{value:,.0f} kg" for value in both]
    why = f"{one['substance']}, {km:.0f} km and {days} days apart, {kg[0]} and {kg[1]}"
    return Likely(one["seizure_id"], other["seizure_id"], why)


def merged_events(seizures: pd.DataFrame, pairs: tuple[Likely, ...]) -> dict[str, str]:
    """Event of every record once the events of each pair are one: record -> event, that of the first.

    Examples
    --------
    >>> import pandas as pd
    >>> records = pd.DataFrame({"seizure_id": ["a", "b", "c"], "event_id": ["a", "b", "b"]})
    >>> merged_events(records, (Likely("a", "b", ""),))
    {'a': 'a', 'b': 'a', 'c': 'a'}
    """
    of = dict(zip(seizures["seizure_id"], seizures["event_id"], strict=True))
    for pair in pairs:
        first, second = of[pair.kept], of[pair.other]
        of = {record: first if event == second else event for record, event in of.items()}
    return of
