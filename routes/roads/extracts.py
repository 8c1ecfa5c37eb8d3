"""OpenStreetMap extracts -> roads, stage by stage, each with its own progress."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from routes.roads.chains import lines_of
from routes.roads.cutting import box_around, build_roads
from routes.roads.osm import about_files, read_spots, read_towns, read_ways
from routes.roads.osm_nodes import marked, read_marks, without_other_yards
from routes.support.geo import chord_of, on_sphere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from routes.roads.road_file import Roads

    Progress = Callable[[int, int | None], None]
    Stages = Callable[[str], AbstractContextManager[Progress]]

_BEYOND_DEGREES = 0.5  # roads this far outside the modelled countries' box are read too: shores, gates
_TOWN_WITHIN_KM = 5.0


def osm_roads(
    paths: Sequence[Path],
    borders: gpd.GeoDataFrame,
    crossings: pd.DataFrame,
    stages: Stages = lambda _what: nullcontext(lambda _done, _of: None),
) -> Roads:
    """Build roads from OpenStreetMap extracts.

    Parameters
    ----------
    paths : sequence of Path
        ``.osm.pbf`` files, which may overlap.
    borders : GeoDataFrame
        ``iso3``, ``modelled``, ``geometry``.
    crossings : DataFrame
        Listed crossings.
    stages : function of str, optional
        Given the name of a stage, returns a context that gives a function to tell the progress to.

    Returns
    -------
    Roads
        Every road of the modelled countries, cut at the borders; cities and towns name the nodes at them.

    Raises
    ------
    InputError
        If a file cannot be read.
    RoutesError
        If osmium is missing, or no road lies in a modelled country.
    """
    with stages("reading roads") as tick:
        ways = read_ways(paths, tick)
    with stages("reading their nodes") as tick:
        spots = read_spots(paths, ways, tick)
    with stages("reading towns and barriers"):
        towns, marks = read_towns(paths), read_marks(paths)
    ways, spots = without_other_yards(ways, spots, marks, crossings), marked(spots, marks)
    box = box_around(borders, _BEYOND_DEGREES)
    with stages("simplifying their shapes") as tick:
        lines, figures = lines_of(ways, spots, box, tick)
    del ways, spots
    with stages("cutting at the borders"):
        about = about_files(paths) | figures
        return with_towns(build_roads(lines, borders, crossings, about, surveyed=True), towns)


def with_towns(roads: Roads, towns: Sequence[tuple[str, float, float]]) -> Roads:
    """Name the road node nearest to each town, up to 5 km away; of towns at one node the first names it."""
    if not towns:
        return roads
    names, lon, lat = zip(*towns, strict=True)
    tree = KDTree(on_sphere(roads.lon, roads.lat))
    chord, node = tree.query(on_sphere(lon, lat), distance_upper_bound=chord_of(_TOWN_WITHIN_KM))
    found = zip(np.asarray(node).tolist(), names, np.isfinite(chord).tolist(), strict=True)
    near = [(n, name) for n, name, within in found if within]
    return replace(roads, stops=dict(reversed(near)) | roads.stops)
