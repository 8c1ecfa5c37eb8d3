"""Whether a point lies in the country that it is said to lie in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from routes.support.geo import KM_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from routes.support.arrays import Floats, Mask


TOLERANCE_KM = 25.0
"""How far outside the stated country a point may lie: borders are drawn at 1:10 million, and the points of
districts and ports are rounded."""


class CountryShapes:
    """The shapes of countries, made ready for many questions about points.

    Parameters
    ----------
    borders : pandas.DataFrame
        As from `read_borders` or `read_country_shapes`.
    """

    def __init__(self, borders: pd.DataFrame) -> None:
        geometry = borders["geometry"].to_numpy()
        self.shapes: dict[str, BaseGeometry] = dict(zip(borders["iso3"], geometry, strict=True))
        self.whole = set(borders.loc[borders["modelled"], "iso3"])
        self._drawn = shapely.box(*shapely.total_bounds(geometry))
        self._stretched: dict[tuple[str, int], BaseGeometry] = {}
        shapely.prepare(geometry)

    def judges(self, country: str, lon: Floats, lat: Floats) -> Mask:
        """Tell where the map can judge: countries that are not modelled are drawn in part."""
        if country in self.whole:
            return np.ones(len(lon), dtype=bool)
        return np.asarray(shapely.intersects_xy(self._drawn, lon, lat))

    def lies_in(self, lon: Floats, lat: Floats) -> NDArray[np.str_]:
        """Code of the country at each point, or empty."""
        codes = np.full(len(lon), "", dtype="U3")
        for code, shape in self.shapes.items():
            codes[shapely.intersects_xy(shape, lon, lat)] = code
        return codes

    def within(self, country: str, lon: Floats, lat: Floats) -> Mask:
        """Tell which points lie in a country or less than `TOLERANCE_KM` from it."""
        near = np.asarray(shapely.intersects_xy(self.shapes[country], lon, lat))
        for band, rows in _bands(lat, np.flatnonzero(~near)):
            points = _stretched_points(lon[rows], lat[rows], band)
            near[rows] = shapely.dwithin(self._stretch(country, band), points, TOLERANCE_KM)
        return near

    def distance_km(self, country: str, lon: Floats, lat: Floats) -> Floats:
        """Distance from each point to a country."""
        distance = np.zeros(len(lon))
        for band, rows in _bands(lat, np.arange(len(lat))):
            points = _stretched_points(lon[rows], lat[rows], band)
            distance[rows] = shapely.distance(self._stretch(country, band), points)
        return distance

    def depth_km(self, country: str, lon: Floats, lat: Floats) -> Floats:
        """Distance from each point in a country to its border."""
        depth = np.zeros(len(lon))
        for band, rows in _bands(lat, np.arange(len(lat))):
            points = _stretched_points(lon[rows], lat[rows], band)
            depth[rows] = shapely.distance(shapely.boundary(self._stretch(country, band)), points)
        return depth

    def _stretch(self, country: str, band: int) -> BaseGeometry:
        """Shape in kilometres, true to scale near one degree of latitude."""
        key = (country, band)
        if key not in self._stretched:
            self._stretched[key] = shapely.transform(self.shapes[country], lambda xy: xy * _scale(band))
            shapely.prepare(self._stretched[key])
        return self._stretched[key]


def find_misplaced(points: pd.DataFrame, borders: pd.DataFrame) -> pd.DataFrame:
    """Find the points that lie farther than `TOLERANCE_KM` outside their country.

    Points beyond the drawn part of a country that is not modelled are not judged. Of countries that are not
    in `borders` (all neighbours of the modelled ones are), those are misplaced that lie in a modelled
    country.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns ``country``, ``lon`` and ``lat`` (degrees); rows with NaN are not judged.
    borders : pandas.DataFrame
        As from `read_borders` or `read_country_shapes`.

    Returns
    -------
    pandas.DataFrame
        The misplaced rows, with their index: ``country``, ``lon``, ``lat``, ``distance_km`` to that
        country, ``lies_in`` (code of the country at the point, or empty) and ``swapped`` (whether the
        point would lie in its country with latitude and longitude exchanged).
    """
    shapes = CountryShapes(borders)
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    codes, countries = pd.factorize(points["country"])
    codes[np.isnan(lon) | np.isnan(lat)] = -1
    rows_of = {name: np.flatnonzero(codes == number) for number, name in enumerate(countries) if name}
    found = []
    for country in sorted(rows_of.keys() & shapes.shapes.keys()):
        rows = rows_of.pop(country)
        outside = ~shapes.within(country, lon[rows], lat[rows])
        outside &= shapes.judges(country, lon[rows], lat[rows])
        if outside.any():
            found.append(_misplaced_in(country, points.iloc[rows[outside]], shapes))
    abroad = np.sort(np.concatenate([*rows_of.values(), np.zeros(0, np.intp)]))
    lies_in = shapes.lies_in(lon[abroad], lat[abroad])
    inside = np.isin(lies_in, list(shapes.whole))
    if inside.any():
        found.append(_inside_another(points.iloc[abroad[inside]], lies_in[inside], shapes))
    return pd.concat(found) if found else points.iloc[:0].assign(distance_km=0.0, lies_in="", swapped=False)


def _misplaced_in(country: str, rows: pd.DataFrame, shapes: CountryShapes) -> pd.DataFrame:
    """Tell of points outside their country where they lie, and how far from it."""
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    exchanged = np.clip(lon, -90, 90)  # a latitude beyond 90 was clipped, so it is refused below
    return rows.assign(
        distance_km=shapes.distance_km(country, lon, lat),
        lies_in=shapes.lies_in(lon, lat),
        swapped=shapes.within(country, lat, exchanged) & (exchanged == lon),
    )


def _inside_another(rows: pd.DataFrame, lies_in: NDArray[np.str_], shapes: CountryShapes) -> pd.DataFrame:
    """Tell of points of countries that are not drawn how deep they lie in one that is drawn whole."""
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    depth = np.zeros(len(rows))
    for code in np.unique(lies_in).tolist():
        here = np.flatnonzero(lies_in == code)
        depth[here] = shapes.depth_km(code, lon[here], lat[here])
    return rows.assign(distance_km=depth, lies_in=lies_in, swapped=False)


def _bands(lat: Floats, rows: NDArray[np.intp]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Part rows by their nearest whole degree of latitude."""
    degrees = np.rint(lat[rows]).astype(int)
    for band in np.unique(degrees).tolist():
        yield band, rows[degrees == band]


def _scale(band: int) -> Floats:
    return np.array([math.cos(math.radians(band)), 1.0]) * KM_PER_DEGREE


def _stretched_points(lon: Floats, lat: Floats, band: int) -> NDArray[np.object_]:
    return np.asarray(shapely.points(np.column_stack([lon, lat]) * _scale(band)))
