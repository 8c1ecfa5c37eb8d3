"""Which crossings and gates were open, restricted or closed, and for how much of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routes.results import StatusChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from routes.support.arrays import Floats

    Spans = Sequence[tuple[date, date]] | NDArray[np.datetime64]

STATUSES = ("open", "restricted", "closed")
UNGRADED = "F6"
"""Admiralty grade of what nobody has judged."""
_LONG_AGO, _FAR_AHEAD = np.datetime64("1800-01-01"), np.datetime64("2200-01-01")


def status_shares(status: pd.DataFrame, first: date, last: date) -> dict[str, dict[str, float]]:
    """Share of a period that each crossing or gate spent in each status.

    Parameters
    ----------
    status : DataFrame
        ``crossing_id, from, until, status``: periods, both days included; empty means without end.
    first, last : date
        Bounds of the period, both included.

    Returns
    -------
    dict of str to dict of str to float
        Id -> status -> share. Days that no row covers count as open.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"crossing_id": ["x"], "from": [pd.Timestamp("2020-01-03")],
    ...                      "until": [pd.NaT], "status": ["closed"]})
    >>> status_shares(rows, date(2020, 1, 1), date(2020, 1, 4))
    {'x': {'open': 0.5, 'restricted': 0.0, 'closed': 0.5}}
    """
    places, shares = shares_by_span(status, [(first, last)])
    rows = shares[0].tolist()
    return {place: dict(zip(STATUSES, row, strict=True)) for place, row in zip(places, rows, strict=True)}


def shares_by_span(status: pd.DataFrame, spans: Spans) -> tuple[tuple[str, ...], Floats]:
    """Share of each of several periods that each crossing or gate spent in each status.

    Parameters
    ----------
    status : DataFrame
        As for `status_shares`.
    spans : sequence of (date, date)
        First and last day, both included.

    Returns
    -------
    tuple of str
        The crossings and gates of the table.
    ndarray of float, shape (spans, places, statuses)
        In the order of `STATUSES`.
    """
    number: dict[str, int] = {}
    place = np.array([number.setdefault(name, len(number)) for name in status["crossing_id"]], int)
    name = np.array([STATUSES.index(name) for name in status["status"]], int)
    share = _overlap(status, spans)
    found = np.zeros((len(spans), len(number), len(STATUSES)))
    for row in range(len(status)):
        found[:, place[row], name[row]] += share[:, row]
    found[:, :, 0] += np.maximum(0.0, 1.0 - found.sum(axis=2))
    return tuple(number), found


def area_weights(
    table: pd.DataFrame, otherwise: Mapping[str, float], areas: Sequence[str], spans: Spans
) -> Floats:
    """Weight of processing areas in each of several periods, the mean over its days.

    Parameters
    ----------
    table : DataFrame
        Of `routes.read.read_area_weights`.
    otherwise : mapping of str to float
        Weight on days that no row covers.
    areas : sequence of str
    spans : sequence of (date, date)

    Returns
    -------
    ndarray of float, shape (spans, areas)

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"area_id": ["x"], "from": [pd.Timestamp("2020-01-03")], "until": [pd.NaT],
    ...                      "weight": [3.0]})
    >>> area_weights(rows, {"x": 1.0, "y": 2.0}, ["x", "y"], [(date(2020, 1, 1), date(2020, 1, 4))]).tolist()
    [[2.0, 2.0]]
    """
    covered = _overlap(table, spans)
    found = np.tile([otherwise[area] for area in areas], (len(spans), 1)).astype(float)
    row_area, weight = table["area_id"].to_numpy(), table["weight"].to_numpy(float)
    for a, area in enumerate(areas):
        own = row_area == area
        found[:, a] *= 1 - covered[:, own].sum(axis=1)
        found[:, a] += covered[:, own] @ weight[own]
    return found


def _overlap(table: pd.DataFrame, spans: Spans) -> Floats:
    """Share of each period that each row of a table with periods covers, shape (spans, rows)."""
    begin, end = np.array(spans, "datetime64[D]").reshape(-1, 2, 1).transpose(1, 0, 2)
    start = table["from"].to_numpy("datetime64[D]")
    stop = table["until"].to_numpy("datetime64[D]")
    start = np.maximum(np.where(np.isnat(start), _LONG_AGO, start), begin)
    stop = np.minimum(np.where(np.isnat(stop), _FAR_AHEAD, stop), end)
    day = np.timedelta64(1, "D")
    return np.asarray(np.maximum((stop - start) / day + 1, 0) / ((end - begin) / day + 1))


def usual_status(shares: dict[str, float] | None) -> str:
    """Tell the status that holds for most of the period; ``open`` where nothing is known."""
    return max(STATUSES, key=lambda name: shares[name]) if shares else "open"


def status_changes(
    status: pd.DataFrame,
    names: Mapping[str, str],
    years: Sequence[tuple[date, date]],
    weight: Floats,
    day: date,
) -> tuple[StatusChange, ...]:
    """Tell which crossings and gates stand otherwise on a day than in the years that seizures speak of.

    Parameters
    ----------
    status : DataFrame
        Of `routes.read.read_crossing_status`.
    names : mapping of str to str
        Id -> name of the crossings and gates that are looked at, in the order in which those that changed
        alike on one day are listed.
    years : sequence of (date, date)
        Of each event.
    weight : ndarray of float, shape (events,)
    day : date

    Returns
    -------
    tuple of StatusChange
        What is closed now first, then restricted, then open; of each the latest change first.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"crossing_id": ["x"], "from": [pd.Timestamp("2025-10-12")],
    ...                      "until": [pd.NaT], "status": ["closed"], "source": ["a paper"]})
    >>> found = status_changes(rows, {"x": "Pass"}, [(date(2010, 1, 1), date(2010, 12, 31))],
    ...                        np.ones(1), date(2026, 1, 15))
    >>> found[0].was, found[0].now, found[0].since.isoformat()
    ('open', 'closed', '2025-10-12')
    """
    if not len(weight) or not weight.sum():
        return ()
    spans, of_event = np.unique(np.array(years, "datetime64[D]"), axis=0, return_inverse=True)
    places, shares = shares_by_span(status, spans)
    by_span = np.bincount(of_event.reshape(-1), weight / weight.sum(), len(spans))
    then = np.tensordot(by_span, shares, axes=1)
    mostly = {place: STATUSES[int(row.argmax())] for place, row in zip(places, then, strict=True)}
    found = []
    for row in status[in_force(status, day)].to_dict("records"):
        place = row["crossing_id"]
        if place in names and row["status"] != mostly[place]:
            found.append(change_to(row, names[place], mostly[place]))
    order = list(names)
    return tuple(sorted(found, key=lambda change: (*_shut_and_late_first(change), order.index(change.id))))


def in_force(table: pd.DataFrame, day: date, since: str = "from") -> pd.Series[bool]:
    """Tell which rows of a table with periods hold on a day; an end that is not given lies far off."""
    stamp = np.datetime64(day)
    return ~((table[since] > stamp) | (table["until"] < stamp))


def as_day(stamp: Any) -> date | None:  # noqa: ANN401 - a timestamp, NaT or None
    """Give the day of a cell; None where it is empty."""
    day: date | None = None if stamp is None or stamp != stamp else stamp.date()  # noqa: PLR0124 - NaT is not itself
    return day


def change_to(row: Any, name: str, was: str) -> StatusChange:  # noqa: ANN401 - a row by column
    """Tell that a place stands now as a row of the table says."""
    grade = str(row.get("grade", "") or "")
    since, source = as_day(row["from"]), str(row["source"])
    return StatusChange(row["crossing_id"], name, was, row["status"], since, source, grade)


def _shut_and_late_first(change: StatusChange) -> tuple[int, int]:
    return -STATUSES.index(change.now), -change.since.toordinal() if change.since else 0


def status_grades(status: pd.DataFrame, first: date, last: date) -> dict[str, str]:
    """Admiralty grade of what is known of each crossing or gate in a period.

    The grade of the row that covers most of the period; `UNGRADED` for a row without a grade, and for a
    place of which nothing is known for most of the period.

    Parameters
    ----------
    status : DataFrame
        As for `status_shares`; ``grade`` may be missing.
    first, last : date

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"crossing_id": ["x", "x"], "until": [pd.Timestamp("2020-01-02"), pd.NaT],
    ...                      "from": [pd.NaT, pd.Timestamp("2020-01-03")], "grade": ["B2", "C3"]})
    >>> status_grades(rows, date(2020, 1, 1), date(2020, 1, 31))
    {'x': 'C3'}
    """
    shares = _overlap(status, [(first, last)])[0].tolist()
    grades = status["grade"] if "grade" in status else [""] * len(status)
    most: dict[str, tuple[float, str]] = {}
    unknown: dict[str, float] = {}
    for place, grade, share in zip(status["crossing_id"], grades, shares, strict=True):
        unknown[place] = unknown.get(place, 1.0) - share
        most[place] = max(most.get(place, (0.0, UNGRADED)), (share, grade or UNGRADED))
    return {place: most[place][1] if most[place][0] >= left else UNGRADED for place, left in unknown.items()}
