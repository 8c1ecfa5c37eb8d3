"""Events -> events of one place, kind, grade and epoch, which the fit cannot tell apart: each is taken once.

Databases name the same towns again and again, so that the work of the fit grows with the places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from routes.evidence.exposure import gather

if TYPE_CHECKING:
    from routes.evidence.events import Events
    from routes.evidence.exposure import Exposure
    from routes.support.arrays import Floats, Ints


_ENOUGH = 10_000  # groups


@dataclass(frozen=True, slots=True)
class Alike:
    """Events that are alike, taken together.

    Parameters
    ----------
    events : Events
        The first of each group, with the weight of all of it.
    first : ndarray of int, shape (groups,)
        Which event that is.
    of_event : ndarray of int, shape (events,)
        The group of each event.
    times : ndarray of float, shape (groups,)
        Effective number of its events, by weight.
    """

    events: Events
    first: Ints
    of_event: Ints
    times: Floats

    def mean(self, value: Floats, weight: Floats) -> Floats:
        """Weighted mean over each group of a value of each event, shape (groups,)."""
        groups = len(self.first)
        whole = np.bincount(self.of_event, weight * value, groups)
        return np.divide(whole, self.events.weight, out=value[self.first], where=self.events.weight > 0)

    def some(self) -> tuple[Ints, Floats]:
        """Choose every so many groups, where they are many: which, and how many events each stands for.

        Enough to know a mean over the events to a part in a hundred.
        """
        every = max(1, len(self.first) // _ENOUGH)
        which = np.arange(0, len(self.first), every)
        return which, self.times[which] * every


def alike(events: Events, epoch: Ints) -> Alike:
    """Group events by place, footprint, kind, grade and epoch, in the order that the groups are met.

    Examples
    --------
    >>> one, two = np.ones(3), np.array([1.0, 2.0, 1.0])
    >>> from routes.evidence.events import Events
    >>> events = Events(ids=("a", "b", "c"), lon=two, lat=one, footprint_km=one, weight=two,
    ...                 kind=("road",) * 3, truth=one, last_day=np.zeros(3, "datetime64[D]"))
    >>> found = alike(events, np.zeros(3, int))
    >>> found.of_event.tolist(), found.events.ids, found.events.weight.tolist(), found.times.tolist()
    ([0, 1, 0], ('a', 'b'), [2.0, 2.0], [2.0, 1.0])
    """
    kinds = {kind: i for i, kind in enumerate(sorted(set(events.kind)))}
    table = pd.DataFrame(
        {
            "lon": events.lon,
            "lat": events.lat,
            "footprint": events.footprint_km,
            "kind": np.fromiter((kinds[kind] for kind in events.kind), np.int8, len(events.kind)),
            "truth": events.truth,
            "epoch": epoch,
        }
    )
    group = table.groupby(list(table.columns), sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~pd.Series(group).duplicated().to_numpy())
    weight, squares = (np.bincount(group, w, len(first)) for w in (events.weight, events.weight**2))
    times = np.divide(weight**2, squares, out=np.ones(len(first)), where=squares > 0)
    return Alike(replace(events.take(first), weight=np.asarray(weight, float)), first, group, times)


def of_all(exposure: Exposure, group: Ints) -> Exposure:
    """Exposure of each event, from that of the groups of events that are alike.

    Parameters
    ----------
    exposure : Exposure
        Of the groups.
    group : ndarray of int, shape (events,)
    """
    rows, groups = np.arange(len(exposure.event)), int(group.max(initial=-1)) + 1
    of_group = csr_array(
        gather(exposure.event, np.asarray(rows + 1, float), groups)[group]
    ).tocoo()  # the row, and one
    row = of_group.data.astype(int) - 1
    order = np.lexsort((of_group.row, exposure.feature[row]))
    row, event = row[order], of_group.row[order]
    return replace(
        exposure,
        event=event,
        feature=exposure.feature[row],
        near=csr_array(exposure.near[row]),
        event_epoch=exposure.event_epoch[group] if len(exposure.event_epoch) else exposure.event_epoch,
    )
