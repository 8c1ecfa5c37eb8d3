"""Distances and projections on the sphere, for arrays.

Coordinates are degrees (WGS 84); distances are kilometres on a sphere of radius 6,371.0088 km.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from routes.support.arrays import Floats, Ints


EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = np.pi / 180 * EARTH_RADIUS_KM
"""Of latitude, and of longitude at the equator."""
_FEW = 1_000_000  # pairs of points that are looked at before a tree of them, with its library, would be made


def great_circle_km(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> Floats:
    """Great-circle distance, by the haversine formula.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b : array_like
        Degrees; shapes that broadcast.

    Returns
    -------
    ndarray of float
        Kilometres, in the broadcast shape.

    Examples
    --------
    >>> round(float(great_circle_km(66.97, 24.83, 65.71, 31.61)))  # Karachi - Kandahar
    764
    """
    lam_a, phi_a, lam_b, phi_b = (np.radians(np.asarray(x, float)) for x in (lon_a, lat_a, lon_b, lat_b))
    h = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin((lam_b - lam_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def on_sphere(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Points on the unit sphere, shape (points, 3): the chord between two is 2 sin(km / radius / 2).

    Examples
    --------
    >>> on_sphere([0.0, 90.0], [0.0, 0.0]).round(3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    lam, phi = np.radians(np.asarray(lon, float)), np.radians(np.asarray(lat, float))
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def pairs_within(points: Floats, reach: float) -> tuple[Ints, Ints]:
    """Pairs of points in space that are at most `reach` apart: their numbers, shape (pairs,) each.

    Parameters
    ----------
    points : ndarray of float, shape (points, 3)
    reach : float

    Examples
    --------
    >>> pairs = pairs_within(np.array([[0.0, 0, 0], [3, 4, 0], [0, 0, 9]]), 5.0)
    >>> [number.tolist() for number in pairs]
    [[0], [1]]
    """
    if len(points) ** 2 > _FEW:
        from scipy.spatial import KDTree  # a tenth of a second to load

        a, b = KDTree(points).query_pairs(reach, output_type="ndarray").T
        return a, b
    a, b = np.nonzero(np.triu(_squares(points, points) <= reach * reach, 1))
    return a, b


def nearest_point(points: Floats, to: Floats) -> tuple[Floats, Ints]:
    """Distance to the nearest of some points in space, and its number, shape (targets,) each.

    Parameters
    ----------
    points : ndarray of float, shape (points, 3)
    to : ndarray of float, shape (targets, 3)

    Examples
    --------
    >>> away, nearest = nearest_point(np.array([[0.0, 0, 0], [3, 4, 0]]), np.array([[3.0, 3, 0]]))
    >>> away.tolist(), nearest.tolist()
    ([1.0], [1])
    """
    if len(points) * len(to) > _FEW:
        from scipy.spatial import KDTree  # as above

        away, number = KDTree(points).query(to)
        return np.asarray(away), np.asarray(number)
    squares = _squares(to, points)
    nearest = squares.argmin(axis=1)
    return np.sqrt(squares[np.arange(len(to)), nearest]), nearest


def _squares(a: Floats, b: Floats) -> Floats:
    """Squares of all distances, shape (points, points)."""
    squares = np.zeros((len(a), len(b)))
    for k in range(3):
        away = np.subtract.outer(a[:, k], b[:, k])
        squares += np.square(away, out=away)
    return squares


def local_plane_km(
    lon: ArrayLike, lat: ArrayLike, lon_0: ArrayLike, lat_0: ArrayLike
) -> tuple[Floats, Floats]:
    """East and north of an origin, in kilometres (equirectangular: within 1 % up to 300 km away).

    Examples
    --------
    >>> east, north = local_plane_km(66.0, 31.0, 65.0, 31.0)
    >>> round(float(east), 1), float(north)
    (95.3, 0.0)
    """
    east = (np.asarray(lon) - np.asarray(lon_0)) * np.cos(np.radians(lat_0)) * KM_PER_DEGREE
    return np.asarray(east), np.asarray((np.asarray(lat) - np.asarray(lat_0)) * KM_PER_DEGREE)


def chord_of(km: float) -> float:
    """Chord between two points of `on_sphere` that lie so far from one another.

    Examples
    --------
    >>> round(chord_of(np.pi * EARTH_RADIUS_KM), 6)
    2.0
    """
    return float(2 * np.sin(km / EARTH_RADIUS_KM / 2))
