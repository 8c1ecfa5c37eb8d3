"""Roads -> cells of 25 km, in which a forecast can be told and scored where there is no place to name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.support.geo import KM_PER_DEGREE, great_circle_km

if TYPE_CHECKING:
    from routes.support.arrays import Floats, Ints
    from routes.trust.scoring import RoadMeasure


CELL_KM = 25.0
_PIECE_KM = 5.0  # a longer edge is dealt out to cells in pieces


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells that a road runs through.

    Rows of cells follow the parallels, `CELL_KM` high; within a row they are `CELL_KM` wide at its middle.

    Parameters
    ----------
    ids : tuple of str
        Row and column from the equator and Greenwich, e.g. ``N154E230``: the same on every network.
    lon, lat : ndarray of float, shape (cells,)
        Middles, in degrees.
    country : tuple of str
        In which most of the cell's roads run.
    of_edge : csr_array of float, shape (cells, edges)
        Which part of each edge runs through each cell; columns sum to one.
    """

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    country: tuple[str, ...]
    of_edge: csr_array

    def mass(self, density: Floats, measure: RoadMeasure) -> Floats:
        """Chance that the next event lies in each cell, from a density per km on every edge: (cells,)."""
        return np.asarray(self.of_edge @ (density * measure.length_km))


def cell_id(row: int, column: int) -> str:
    """Name of a cell.

    Examples
    --------
    >>> cell_id(154, -3)
    'N154W3'
    """
    return f"{'N' if row >= 0 else 'S'}{abs(row)}{'E' if column >= 0 else 'W'}{abs(column)}"


def cell_at(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Row and column of the cell that each point lies in.

    Examples
    --------
    >>> row, column = cell_at(np.array([65.7]), np.array([31.6]))
    >>> int(row[0]), int(column[0])
    (140, 248)
    """
    row = np.floor(lat * KM_PER_DEGREE / CELL_KM).astype(int)
    return row, np.floor(lon * _width_of(row) / CELL_KM).astype(int)


def _width_of(row: Ints) -> Floats:
    """Km of a degree of longitude at the middle of a row."""
    middle = (row + 0.5) * CELL_KM / KM_PER_DEGREE
    return np.asarray(KM_PER_DEGREE * np.cos(np.radians(middle)))


def corners(name: str) -> tuple[tuple[float, float], ...]:
    """(lon, lat) of the corners of a cell, closed, counter-clockwise from the south-west.

    Examples
    --------
    >>> [(round(lon, 2), round(lat, 2)) for lon, lat in corners("N140E249")][:2]
    [(65.72, 31.48), (65.98, 31.48)]
    """
    row, column = (
        (1 if side in "NE" else -1) * int(number) for side, number in re.findall(r"([NSEW])(\d+)", name)
    )
    wide = float(_width_of(np.array([row]))[0])
    west, east = column * CELL_KM / wide, (column + 1) * CELL_KM / wide
    south, north = row * CELL_KM / KM_PER_DEGREE, (row + 1) * CELL_KM / KM_PER_DEGREE
    return (west, south), (east, south), (east, north), (west, north), (west, south)


def cells_of(measure: RoadMeasure) -> Cells:
    """Cells of all roads of a network."""
    edge, lon, lat = _pieces(measure)
    row, column = cell_at(lon, lat)
    distinct, which = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
    part = 1 / np.bincount(edge, minlength=len(measure.length_km))[edge]
    shape = (len(distinct), len(measure.length_km))
    of_edge = csr_array((part, (which.reshape(-1), edge)), shape=shape)
    rows, columns = distinct.T
    middle_lat = (rows + 0.5) * CELL_KM / KM_PER_DEGREE
    middle_lon = (columns + 0.5) * CELL_KM / _width_of(rows)
    ids = tuple(cell_id(r, c) for r, c in distinct.tolist())
    return Cells(ids, middle_lon, middle_lat, _countries(measure, of_edge), of_edge)


def _pieces(measure: RoadMeasure) -> tuple[Ints, Floats, Floats]:
    """Middles of pieces of the edges that are no longer than `_PIECE_KM`: edge, lon, lat of each."""
    ends = []
    for country, own in measure.edges.items():
        block = measure.network.blocks[country]
        u, v = block.u[own], block.v[own]
        ends.append(np.column_stack([block.lon[u], block.lat[u], block.lon[v], block.lat[v]]))
    lon_u, lat_u, lon_v, lat_v = np.concatenate(ends).T
    pieces = np.maximum(1, np.ceil(great_circle_km(lon_u, lat_u, lon_v, lat_v) / _PIECE_KM).astype(int))
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.cumsum(pieces) - pieces
    at = (np.arange(len(edge)) - first[edge] + 0.5) / pieces[edge]
    lon = lon_u[edge] + at * (lon_v - lon_u)[edge]
    return edge, lon, lat_u[edge] + at * (lat_v - lat_u)[edge]


def _countries(measure: RoadMeasure, of_edge: csr_array) -> tuple[str, ...]:
    km = np.column_stack(
        [
            of_edge[:, first : first + len(measure.edges[country])]
            @ measure.length_km[first : first + len(measure.edges[country])]
            for country, first in measure.first.items()
        ]
    )
    names = list(measure.first)
    return tuple(names[i] for i in km.argmax(axis=1))
