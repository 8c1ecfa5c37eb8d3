"""How closely roads and cities are watched, towards where goods have to come through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routes.kinds import UNLISTED
from routes.support.geo import EARTH_RADIUS_KM, on_sphere

if TYPE_CHECKING:
    from routes.network.blocks import Block, Network
    from routes.support.arrays import Floats, Ints


REACH_KM = 50.0


@dataclass(frozen=True, slots=True)
class Watch:
    r"""How closely roads and cities are watched: :math:`(1 + g e^{-d/50 km}) / m`, *d* the way to a spot.

    Police and customs wait where goods have to come through. The mean *m* is over all roads of the network,
    so that a kilometre of road is worth one on average.

    Parameters
    ----------
    spots : ndarray of float, shape (spots, 2)
        (lon, lat) of seaports and of crossings into the countries of the processing areas.
    gain : float
        *g*; 0 for all alike.
    mean : float
        *m*.

    Examples
    --------
    >>> near, far = Watch(np.array([[60.0, 30.0]]), 20.0).at(np.array([60.0, 70.0]), np.full(2, 30.0))
    >>> round(float(near), 6), round(float(far), 6)
    (21.0, 1.0)
    """

    spots: Floats
    gain: float
    mean: float = 1.0

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Factor at points, shape (points,)."""
        if not self.gain or not len(self.spots):
            return np.ones(len(lon))
        # The nearest spot is that with the largest cosine of the angle between.
        nearest = (on_sphere(lon, lat) @ on_sphere(*self.spots.T).T).max(axis=1)
        km = EARTH_RADIUS_KM * np.arccos(np.clip(nearest, -1, 1))
        return np.asarray((1 + self.gain * np.exp(-km / REACH_KM)) / self.mean)

    def on(self, block: Block, edges: Ints | slice = slice(None)) -> Floats:
        """Factor at the middles of edges, shape (edges,)."""
        u, v = block.u[edges], block.v[edges]
        return self.at((block.lon[u] + block.lon[v]) / 2, (block.lat[u] + block.lat[v]) / 2)


EVENLY = Watch(np.zeros((0, 2)), 0.0)


def watch_of(network: Network, gain: float) -> Watch:
    """Where roads are watched more closely: towards seaports and crossings into countries of destination."""
    bound = set(network.areas["country"])
    ports, into = network.gates, network.crossings
    ports = ports[ports["kind"] == "seaport"]
    into = into[(into["kind"] != UNLISTED) & (into["country_a"].isin(bound) | into["country_b"].isin(bound))]
    spots = np.vstack([table[["lon", "lat"]].to_numpy(float) for table in (ports, into)])
    watch = Watch(spots, gain)
    if not watch.gain:
        return watch
    blocks = network.blocks.values()
    roads = [(watch.on(block), np.where(block.synthetic, 0.0, block.length_km)) for block in blocks]
    return replace(watch, mean=sum(f @ km for f, km in roads) / sum(km.sum() for _, km in roads))
