"""Which events a test may use: each place and day once, and none that the forecast knew already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routes.evidence.events import Events
    from routes.support.arrays import Mask

WITHIN_DAYS = 2
WITHIN_KM = 25.0
"""An event so near to one that the forecast was fitted on may be a second report of it."""
_SAME_PLACE = 3  # decimals of a degree


def one_a_place_and_day(events: Events) -> tuple[Events, tuple[str, ...]]:
    """Keep the first event of each place and day; the ids of the others come beside.

    Examples
    --------
    >>> from routes.evidence.events import Events
    >>> same = np.zeros(3)
    >>> day = np.array(["2010-05-01", "2010-05-01", "2010-05-02"], "datetime64[D]")
    >>> three = Events(ids=("a", "b", "c"), lon=same, lat=same, footprint_km=same, weight=same + 1,
    ...                kind=("", "", ""), truth=same + 1, last_day=day)
    >>> kept, merged = one_a_place_and_day(three)
    >>> kept.ids, merged
    (('a', 'c'), ('b',))
    """
    first: dict[tuple[float, float, object], int] = {}
    merged = []
    where = np.column_stack([events.lon, events.lat]).round(_SAME_PLACE).tolist()
    for i, ((lon, lat), day) in enumerate(zip(where, events.last_day.tolist(), strict=True)):
        if first.setdefault((lon, lat, day), i) != i:
            merged.append(events.ids[i])
    return events.take(np.array(list(first.values()), int)), tuple(merged)


def known_already(test: Events, train: Events) -> Mask:
    """Whether each event of a test lies within `WITHIN_DAYS` and `WITHIN_KM` of one that was fitted on."""
    days = np.abs((test.last_day[:, None] - train.last_day) / np.timedelta64(1, "D"))
    km = great_circle_km(test.lon[:, None], test.lat[:, None], train.lon, train.lat)
    near: NDArray[Any] = (days <= WITHIN_DAYS) & (km <= WITHIN_KM)
    return np.asarray(near.any(axis=1))
