"""Maps of a ranking: one HTML page that opens on a machine without a network.

``text`` puts values into words, ``scale`` turns shares into widths and colours, ``roads`` joins the roads
that corridors share, ``payload`` gathers what is drawn, ``page`` writes the page around a folium map.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from routes import __version__
from routes.errors import RoutesError
from routes.maps import page, payload, scale, text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from routes.model import RankedCorridor, Ranking

__all__ = ["corridor_map"]

_TITLE = "Likely precursor corridors into Afghanistan"
_SAMPLE_SHARES = (0.01, 0.1, 0.3)
_BAR = 100


def corridor_map(
    ranking: Ranking,
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    *,
    top: int = 20,
    places: pd.DataFrame | None = None,
) -> str:
    """Draw a ranking as one self-contained HTML page.

    The same input gives the same bytes. The page makes no request; its own content security policy
    forbids it to.

    Parameters
    ----------
    ranking : Ranking
        What to draw. Of ``provenance`` the keys ``package_version``, ``inputs`` (name to hash),
        ``period`` and ``seed`` stand in the footer; the rest can be unfolded.
    seizures : DataFrame
        Columns of ``seizures.csv``; ``lat`` and ``lon`` are NaN where a seizure is located nowhere.
    borders : GeoDataFrame
        ``iso3``, ``name``, ``modelled`` and polygons in WGS 84. Their bounds are those of the map.
    top : int
        How many corridors to draw.
    places : DataFrame, optional
        Towns to name: ``name``, ``lat``, ``lon``.

    Returns
    -------
    str
        The page. Write it as UTF-8.

    Raises
    ------
    RoutesError
        If ``top`` is negative, or if the packages with Leaflet are not installed.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import box
    >>> from routes.model import Ranking
    >>> borders = gpd.GeoDataFrame(
    ...     {"iso3": ["AFG"], "name": ["Afghanistan"], "modelled": [True]},
    ...     geometry=[box(61, 30, 74, 38)], crs="EPSG:4326",
    ... )
    >>> empty = Ranking((), (), (), (), covered_mass=0.0, uncovered_share=1.0, seizures=())
    >>> corridor_map(empty, pd.DataFrame(columns=["seizure_id"]), borders)[:15]
    '<!DOCTYPE html>'
    """
    if top < 0:
        message = f"top: wanted 0 or more corridors, got {top}."
        raise RoutesError(message)
    drawn = ranking.corridors[:top]
    classes = scale.share_classes(max((c.posterior_share for c in drawn), default=0.0))
    corridors = payload.corridor_layer(drawn, payload.names_of(ranking), classes)
    data = _data(ranking, corridors, seizures, borders, places)
    body = page.render("page.html", **_words(ranking, drawn, classes, data))
    leaflet = page.OfflineMap(
        location=(34, 66), zoom_start=5, tiles=None, zoom_snap=0.25, fade_animation=False
    )
    return page.self_contained(leaflet, body, data, _TITLE)


def _data(
    ranking: Ranking,
    corridors: payload.Layer,
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    places: pd.DataFrame | None,
) -> dict[str, Any]:
    extent = payload.extent_of(borders)
    return {
        "view": payload.view_of(corridors, borders),
        "borders": payload.border_layer(borders),
        "corridors": corridors,
        "gates": payload.place_layer(ranking.gates),
        "crossings": payload.place_layer(ranking.crossings),
        "areas": payload.place_layer(ranking.processing_areas),
        "seizures": payload.seizure_layer(seizures, ranking.seizures, extent),
        "cities": payload.city_layer(places),
        "minor": f"Places under {100 * payload.MINOR_SHARE:g} %",
    }


def _words(
    ranking: Ranking,
    drawn: tuple[RankedCorridor, ...],
    classes: tuple[scale.ShareClass, ...],
    data: dict[str, Any],
) -> dict[str, Any]:
    layer = data["seizures"]
    return {
        "title": _TITLE,
        "period": text.period(ranking.provenance),
        "events": text.count(payload.used_events(ranking), "located event"),
        "covered": text.share(ranking.covered_mass),
        "uncovered": text.share(ranking.uncovered_share),
        "drawn_share": text.share(sum(c.posterior_share for c in drawn)),
        "total": text.count(len(ranking.corridors), "corridor"),
        "rows": _rows(ranking, drawn, classes),
        "classes": classes[::-1],
        "samples": [(f"{100 * share:g} %", scale.radius(share)) for share in _SAMPLE_SHARES],
        "minor": f"{100 * payload.MINOR_SHARE:g} %",
        "not_drawn": payload.not_drawn(layer),
        "missing": layer["missing"],
        "provenance": _provenance_line(ranking.provenance),
        "details": json.dumps(ranking.provenance, indent=1, sort_keys=True, default=str),
    }


def _rows(
    ranking: Ranking, drawn: tuple[RankedCorridor, ...], classes: tuple[scale.ShareClass, ...]
) -> list[dict[str, Any]]:
    names = payload.names_of(ranking)
    end = max((c.interval_90[1] for c in drawn), default=0.0) or 1.0
    return [
        {
            "rank": c.rank,
            "title": payload.title(c, names),
            "via": payload.via(c, names),
            "share": text.share(c.posterior_share),
            "interval": text.interval(c.interval_90),
            "colour": scale.class_of(c.posterior_share, classes).colour,
            "low": round(_BAR * c.interval_90[0] / end, 1),
            "length": round(_BAR * (c.interval_90[1] - c.interval_90[0]) / end, 1),
            "point": round(_BAR * c.posterior_share / end, 1),
        }
        for c in drawn
    ]


def _provenance_line(provenance: dict[str, Any]) -> str:
    """Say what made the map, from what.

    Examples
    --------
    >>> _provenance_line({"package_version": "1.0", "inputs": {"a.csv": "00"}, "seed": 7})
    'routes 1.0, inputs 9d3dd700e6a0, seed 7'
    """
    parts = [f"routes {text.clean(provenance.get('package_version')) or __version__}"]
    if provenance.get("inputs"):
        written = json.dumps(provenance["inputs"], sort_keys=True, default=str)
        parts.append(f"inputs {hashlib.sha256(written.encode()).hexdigest()[:12]}")
    if text.period(provenance):
        parts.append(f"seizures {text.period(provenance)}")
    if text.clean(provenance.get("seed")):
        parts.append(f"seed {text.clean(provenance['seed'])}")
    return ", ".join(parts)
