"""Maps of a ranking: one HTML page that opens on a machine without a network.

``scale`` turns shares into widths, ``roads`` joins the roads that corridors share, ``land`` describes what
lies under them, ``filters`` what a reader can filter by.
``payload`` gathers what is drawn, ``wording`` what is written, ``page`` writes the page around a folium map,
``picture`` has a browser take a picture of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError
from routes.outputs import palette, symbols, text
from routes.outputs.handling import Mark, status_heading
from routes.outputs.language import message, speaking, tr
from routes.outputs.maps import bilingual, filters, land, moved, page, payload, scale, search, wording
from routes.outputs.maps.model import Model, corridors_of
from routes.outputs.maps.played import learning_part
from routes.outputs.maps.roads import stretches
from routes.outputs.placenames import place_name, with_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from routes.outputs.maps.played import Played
    from routes.results import Displacement, PatrolStretch, Ranking
    from routes.roads.road_file import Roads

__all__ = ["corridor_map"]

_DIGITS = 5


def corridor_map(
    ranking: Ranking,
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    *,
    title: str = message("Likely precursor corridors"),
    top: int = 20,
    places: pd.DataFrame | None = None,
    roads: Roads | None = None,
    mark: Mark = Mark.clear,
    basemap: str = "offline",
    attribution: str = "",
    displacement: Displacement | None = None,
    status: pd.DataFrame | None = None,
    model: Model | None = None,
    disputed: pd.DataFrame | None = None,
    patrol: Sequence[PatrolStretch] = (),
    played: Played | None = None,
) -> str:
    """Draw a ranking as one self-contained HTML page.

    The same input gives the same bytes. The page opens in the language that is spoken
    (`routes.outputs.language.speaking`) and can be turned into every other. It makes no request, unless tiles
    are asked for; its own content security policy forbids every other.

    Parameters
    ----------
    ranking : Ranking
        What to draw. Of ``provenance`` the keys ``package_version``, ``inputs`` (name to hash),
        ``period`` and ``seed`` stand in the footer; the rest can be unfolded.
    seizures : DataFrame
        Columns of ``seizures.csv``; ``lat`` and ``lon`` are NaN where a seizure is located nowhere.
    borders : GeoDataFrame
        ``iso3``, ``name``, ``modelled`` and polygons in WGS 84. Their bounds are those of the map.
    title : str
        Of the page, such as the one of the region (`routes.read.Region`).
    top : int
        How many corridors to draw.
    places : DataFrame, optional
        Towns to name: ``name``, ``lat``, ``lon``.
    roads : Roads, optional
        Highways to draw thinly under the corridors.
    mark : Mark
        The handling mark in header and footer, on screen and in print.
    basemap : str
        ``offline``, ``osm``, or the template of a tile server; see `routes.outputs.maps.land.tiles`.
    attribution : str
        Whom to thank for the tiles; the name of the server by default.
    displacement : Displacement, optional
        Draw the inflow before and after a change of crossings, to be switched on the page, with what was
        closed and where a team watches, instead of the ranking.
    status : DataFrame, optional
        How crossings and gates stood over time, as `routes.read.read_crossing_status` gives it.
    model : Model, optional
        From `routes.outputs.maps.model.page_model` of the same analysis: the page closes, watches and places
        posts by itself. Not together with `displacement`.
    disputed : DataFrame, optional
        Lines on which states do not agree (`routes.read.read_disputed`), to be dashed.
    patrol : sequence of PatrolStretch, optional
        Where to stand (`routes.planning.beats`): a layer to be switched on.
    played : Played, optional
        What gets through a plan as traffickers learn it, for the tab of plans.

    Returns
    -------
    str
        The page. Write it as UTF-8.

    Raises
    ------
    RoutesError
        If ``top`` is negative, if ``basemap`` is none, or if the packages with Leaflet are not installed.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import box
    >>> from routes.results import Ranking
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
    if model is not None and displacement is not None:
        raise RoutesError("model and displacement: a page reckons by itself or shows one change. Give one.")
    online = land.tiles(basemap, attribution)
    highways, ground = land.road_layer(roads), land.layers(borders, disputed)

    def written() -> tuple[dict[str, str], dict[str, Any]]:
        named, moves = with_names(ranking), with_names(displacement)
        names = payload.names_of(named)
        drawing = _displaced(moves, top, names) if moves else _ranked(named, top, names, model)
        data = _data(named, drawing, seizures, borders, places)
        data |= land.named(ground) | {"roads": highways, "tiles": wording.tile_words(online)}
        data |= {"history": payload.history(status), "patrol": payload.patrol_layer(patrol)}
        data |= _reckoning(named, model, top)
        data |= {"aliases": _aliases(data)}
        if moves is not None:
            data |= _moved(data, moves)
        learning = learning_part(played, names) if played else None
        words = (tr(title), named, drawing.table, drawing.legend, data, mark, online, moves, learning)
        parts = wording.parts(*words)
        return parts, data

    leaflet = page.OfflineMap(
        location=(34, 66), zoom_start=5, tiles=None, zoom_snap=0.25, fade_animation=False
    )
    in_each = {}
    for language in bilingual.languages():
        with speaking(language):
            in_each[language] = written()
    return page.self_contained(leaflet, in_each, tr(title), mark, online)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What of a ranking or a displacement is drawn, and what is written beside it."""

    corridors: land.Layer
    table: wording.Table
    legend: dict[str, Any]
    gates: list[str]
    areas: list[str]
    classes: tuple[palette.ShareClass, ...]
    flow: dict[str, Any]


def _ranked(ranking: Ranking, top: int, names: dict[str, str], model: Model | None) -> _Drawing:
    drawn = ranking.corridors[:top]
    roads = stretches(drawn) if model is None else corridors_of(model, [c.id for c in drawn])
    flows = payload.inflow_of([c.posterior_share for c in drawn], roads) if model is None else model.high
    largest = max([*flows, *(c.posterior_share for c in drawn)], default=0.0)
    classes, widths = palette.share_classes(largest), scale.road_widths(largest)
    corridors, lanes = payload.corridor_layer(drawn, names, classes, roads)
    table = wording.ranking_table(ranking, drawn, classes)
    rims = model is not None
    legend = wording.legend_of(classes, widths, largest, bands=rims)
    flow: dict[str, Any] = dict(scale.flow_scale(widths, rims=rims))
    if model is not None:
        flow |= {"share": model.share.round(_DIGITS).tolist(), "high": model.high.round(_DIGITS).tolist()}
        flow |= {"lanes": {"thinnest": lanes.thinnest, "per_share": lanes.per_share}}
    return _Drawing(corridors, table, legend, filters.gates(drawn), filters.areas(drawn), classes, flow)


def _displaced(displacement: Displacement, top: int, names: dict[str, str]) -> _Drawing:
    drawn = moved.drawn_changes(displacement, top)
    roads = stretches(drawn)
    states = ([c.before for c in drawn], [c.after for c in drawn])
    flows = [flow for shares in states for flow in (*shares, *payload.inflow_of(shares, roads))]
    largest = max(flows, default=0.0)
    classes, widths = palette.share_classes(largest), scale.road_widths(largest)
    corridors, _ = moved.corridor_layer(drawn, names, classes, roads)
    table = wording.moved_table(drawn, names)
    legend = wording.legend_of(classes, widths, largest, bands=False)
    flow: dict[str, Any] = dict(scale.flow_scale(widths, rims=False))
    return _Drawing(corridors, table, legend, filters.gates(drawn), filters.areas(drawn), classes, flow)


def _aliases(data: dict[str, Any]) -> dict[str, list[str]]:
    items = [*data["gates"]["items"], *data["crossings"]["items"], *data["areas"]["items"], *data["cities"]]
    return search.aliases([item["id"] for item in items], [each["iso3"] for each in data["borders"]])


def _reckoning(ranking: Ranking, model: Model | None, top: int) -> dict[str, Any]:
    """Gather what the page needs to tell an answer of its own as the ranking is told."""
    if model is None:
        return {"model": None}
    places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
    shown = {place.id: place.name for place in places}
    own = zip(model.data["places"], model.data["names"], strict=True)
    return {
        "model": model.data,
        "place_names": {each: text.clean(shown.get(each) or place_name(each, name)) for each, name in own},
        "radius": {"least": palette.radius(0.0), "whole": palette.radius(1.0)},
        "minor_share": payload.MINOR_SHARE,
        "places_first": wording.PLACES_AT_FIRST,
        "bar_end": wording.end_of([*ranking.crossings, *ranking.gates]),
        "corridor_end": wording.end_of(ranking.corridors[:top]),
        "top": top,
    }


def _moved(data: dict[str, Any], displacement: Displacement) -> dict[str, Any]:
    return {
        "gates": moved.place_states(data["gates"], displacement.gates),
        "crossings": moved.place_states(data["crossings"], displacement.crossings),
        "posts": moved.post_layer(displacement),
    }


def _data(
    ranking: Ranking,
    drawing: _Drawing,
    seizures: pd.DataFrame,
    borders: gpd.GeoDataFrame,
    places: pd.DataFrame | None,
) -> dict[str, Any]:
    caught = payload.seizure_layer(seizures, ranking.seizures, land.extent_of(borders))
    stood = text.capital(status_heading(ranking.provenance))
    return {
        "view": land.view_of(payload.lines_of(drawing.corridors), borders),
        "corridors": drawing.corridors,
        "gate_ids": drawing.gates,
        "area_ids": drawing.areas,
        "gates": payload.place_layer(ranking.gates, stood),
        "crossings": payload.place_layer(ranking.crossings, stood),
        "areas": payload.place_layer(ranking.processing_areas),
        "seizures": caught,
        "span": filters.span(item["months"] for item in caught["items"]),
        "posts": None,
        "colours": palette.PAGE,
        "symbols": symbols.for_page(),
        "cities": land.city_layer(places),
        "minor": tr("Places under {share}", share=text.set_percent(payload.MINOR_SHARE)),
        "lanes": {"gap": scale.LANE_GAP, **drawing.flow.pop("lanes", {})},
        "classes": [{"low": c.low, "colour": c.colour} for c in drawing.classes],
        "flow": drawing.flow,
    }
