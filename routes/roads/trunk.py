"""Trunk roads of the whole world, clipped to some countries and joined with highways -> roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.errors import RoutesError
from routes.roads.cutting import box_around, build_roads
from routes.roads.joining import join
from routes.roads.lines import ABOUT, highway_lines, trunk_lines
from routes.support.extras import missing

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from routes.roads.road_file import Roads

_BEYOND_DEGREES = 2.0  # no edge of the trunk network that touches a country reaches farther out of its box


def trunk_roads(
    borders: gpd.GeoDataFrame, crossings: pd.DataFrame, highways: pd.DataFrame | None = None
) -> Roads:
    """Build roads from the trunk network that the package ``scgraph_data`` carries.

    Parameters
    ----------
    borders : GeoDataFrame
        ``iso3``, ``modelled``, ``geometry``.
    crossings : DataFrame
        Listed crossings.
    highways : DataFrame, optional
        From `routes.read.read_highways`; where they describe the same road, they win.

    Returns
    -------
    Roads
        The largest connected piece of the roads of the modelled countries.

    Raises
    ------
    RoutesError
        If ``scgraph_data`` is missing, or no trunk road lies in a modelled country.
    """
    try:
        trunk = trunk_lines(box_around(borders, _BEYOND_DEGREES))
    except ImportError as error:
        raise RoutesError(missing("the trunk network", "scgraph_data", "build")) from error
    if highways is None or highways.empty:
        about = {name: told for name, told in ABOUT.items() if name != "highways"}
        return build_roads(trunk, borders, crossings, about)
    lines, figures = join(trunk, highway_lines(highways))
    return build_roads(lines, borders, crossings, ABOUT | figures)
