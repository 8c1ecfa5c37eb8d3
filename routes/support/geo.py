"""Distances and projections on the sphere, for arrays.

Coordinates are degrees (WGS 84); distances are kilometres on a sphere of radius 6,371.0088 km.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from routes.support.arrays import Floats


EARTH_RADIUS_KM = 6371.0088


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
    degree = np.pi / 180 * EARTH_RADIUS_KM
    east = (np.asarray(lon) - np.asarray(lon_0)) * np.cos(np.radians(lat_0)) * degree
    return np.asarray(east), np.asarray((np.asarray(lat) - np.asarray(lat_0)) * degree)
