"""Which crossings and gates were open, restricted or closed, and for how much of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import date

STATUSES = ("open", "restricted", "closed")


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
    >>> rows = pd.DataFrame({"crossing_id": ["x"], "from": [pd.Timestamp("2020-01-03")],
    ...                      "until": [pd.NaT], "status": ["closed"]})
    >>> status_shares(rows, date(2020, 1, 1), date(2020, 1, 4))
    {'x': {'open': 0.5, 'restricted': 0.0, 'closed': 0.5}}
    """
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    start = status["from"].where(status["from"] > begin, begin)
    stop = status["until"].where(status["until"] < end, end)
    days = ((stop - start).dt.days + 1).clip(lower=0)
    period = (end - begin).days + 1
    shares: dict[str, dict[str, float]] = {}
    for place, name, share in zip(status["crossing_id"], status["status"], days / period, strict=True):
        known = shares.setdefault(place, dict.fromkeys(STATUSES, 0.0))
        known[name] += float(share)
    for known in shares.values():
        known["open"] += max(0.0, 1.0 - sum(known.values()))
    return shares


def usual_status(shares: dict[str, float] | None) -> str:
    """Tell the status that holds for most of the period; ``open`` where nothing is known."""
    return max(STATUSES, key=lambda name: shares[name]) if shares else "open"
