"""Normal kernels about imprecise places: of roads along straight edges, of places about their spots."""

from __future__ import annotations

from math import erf
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array

from routes.support.geo import KM_PER_DEGREE, great_circle_km, local_plane_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints

REACH = 6.0  # standard deviations
_NEGLIGIBLE = 1e-3  # of a uniform density
_FEW = 100_000  # values
_MARGIN = 1 + 1e-9  # for rounding


def tree_of(block: Block, edges: Ints) -> shapely.STRtree:
    """Spatial index of straight edges."""
    ends = [np.column_stack([block.lon[n], block.lat[n]]) for n in (block.u[edges], block.v[edges])]
    return shapely.STRtree(shapely.linestrings(np.stack(ends, axis=1)))


def density_near(
    block: Block,
    edges: Ints,
    lon: Floats,
    lat: Floats,
    sigma: Floats,
    tree: shapely.STRtree | None = None,
) -> csr_array:
    """Kernel-weighted length of each edge about each point, as `density_about`, shape (points, edges).

    Edges farther than `REACH` standard deviations count as nothing: the kernel is below 2e-8 of its height.
    `tree` is the spatial index of the edges, if there is one already.
    """
    tree = tree_of(block, edges) if tree is None else tree
    high = REACH * sigma / KM_PER_DEGREE
    wide = high / np.cos(np.radians(np.minimum(np.abs(lat) + high, 85.0)))
    point, edge = tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high))
    u, v = block.u[edges][edge], block.v[edges][edge]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon[point], lat[point])
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon[point], lat[point])
    density = _line_density(x_0, y_0, x_1, y_1, block.length_km[edges][edge], sigma[point])
    return csr_array((density, (point, edge)), shape=(len(lon), len(edges)))


def density_about(block: Block, edges: Ints, lon: Floats, lat: Floats, sigma: Floats) -> Floats:
    """Kernel-weighted length of each edge about each point, shape (points, edges), in km per km²."""
    lon, lat, sigma = lon[:, None], lat[:, None], sigma[:, None]
    u, v = block.u[edges], block.v[edges]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon, lat)
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon, lat)
    return _line_density(x_0, y_0, x_1, y_1, block.length_km[edges], sigma)


def _line_density(
    x_0: Floats, y_0: Floats, x_1: Floats, y_1: Floats, length_km: Floats, sigma: Floats
) -> Floats:
    r"""Integral of a normal density about the origin along a straight line, in closed form.

    :math:`e^{-d^2/2σ^2} / (\sqrt{2π}σ) [Φ(t_1/σ) - Φ(t_0/σ)]` with the distance *d* from the line and the
    positions :math:`t_0, t_1` of its ends along it; times road length over straight length.
    """
    # An edge between two nodes at one place is given a millimetre towards the east, so that it has a course.
    x_1 = np.where((x_1 == x_0) & (y_1 == y_0), x_0 + 1e-6, x_1)
    straight = np.hypot(x_1 - x_0, y_1 - y_0)
    along_x, along_y = (x_1 - x_0) / straight, (y_1 - y_0) / straight
    t_0 = x_0 * along_x + y_0 * along_y
    away = x_0 * along_y - y_0 * along_x
    density = np.exp(-0.5 * (away / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    between = normal_below((t_0 + straight) / sigma) - normal_below(t_0 / sigma)
    return np.asarray(density * between * (length_km / straight))


def normal_below(x: Floats) -> Floats:
    r"""Chance :math:`Φ(x)` that a standard normal draw lies below.

    Of few values by the standard library: to load `scipy.special` takes longer than they do.

    Examples
    --------
    >>> normal_below(np.array([-1.0, 0.0, 2.0])).round(4).tolist()
    [0.1587, 0.5, 0.9772]
    """
    if x.size > _FEW:
        from scipy.special import ndtr

        return np.asarray(ndtr(x))
    errors = np.fromiter(map(erf, (x * np.sqrt(0.5)).ravel().tolist()), float, x.size)
    return 0.5 + 0.5 * errors.reshape(x.shape)


def site_density(
    spots: Sequence[Sequence[tuple[float, float]]],
    lon: Floats,
    lat: Floats,
    sigma: Floats,
    radius_km: float,
    background_area_km2: float,
) -> Floats:
    """Density of each place at each point, shape (points, places), per km²; the mean over its spots.

    Parameters
    ----------
    spots : sequence of sequences of (lon, lat)
        Where each place is.
    lon, lat, sigma : ndarray of float, shape (points,)
        The points, and how imprecise they are in km.
    radius_km : float
        How far a place reaches, as a standard deviation.
    background_area_km2 : float
        What is less than a thousandth of an even density over it counts as nothing.
    """
    counts = [len(place) for place in spots]
    place, (spot_lon, spot_lat) = np.repeat(np.arange(len(spots)), counts), np.concatenate(spots).T
    least = _NEGLIGIBLE / background_area_km2
    variance = sigma**2 + radius_km**2
    highest = 1 / (2 * np.pi * variance)
    reach = np.sqrt(2 * variance * np.log(np.maximum(highest / least, 1.0)))
    # Whoever is farther away by latitude alone is too far; that spares most of the work.
    away = np.abs(np.subtract.outer(lat, spot_lat)) * KM_PER_DEGREE
    point, spot = np.nonzero(away <= reach[:, None] * _MARGIN)
    km = great_circle_km(lon[point], lat[point], spot_lon[spot], spot_lat[spot])
    density = highest[point] * np.exp(-0.5 * km**2 / variance[point])
    near = np.where(density > least, density, 0.0)
    shape = len(lon), len(spots)
    whole = np.bincount(np.ravel_multi_index((point, place[spot]), shape), near, shape[0] * shape[1])
    return np.asarray(whole.reshape(shape) / counts)
