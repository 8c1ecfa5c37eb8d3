"""What the page draws, as JSON-ready data: numbers for the drawing, finished words for the popups.

Each kind of thing is a layer: ``fields`` are the row titles of its popups, and every item has its
``values`` in that order. The script on the page knows nothing about the meaning of either.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from shapely import maximum_inscribed_circle

from routes.maps import text
from routes.maps.roads import DIGITS, stretches
from routes.maps.scale import class_of, radius

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from routes.maps.roads import Course, Stretches
    from routes.maps.scale import ShareClass
    from routes.model import RankedCorridor, RankedPlace, Ranking, SeizureUse

Layer = dict[str, Any]
Box = tuple[float, float, float, float]

MINOR_SHARE = 0.005
_BORDER_TOLERANCE_DEGREES = 0.012
_BORDER_DIGITS = 3
_KINDS = {
    "seaport": "seaport (gate)",
    "land_gate": "land crossing on the outer rim (gate)",
    "processing_area": "processing area",
    "unlisted": "road over the border that is no listed crossing",
    "road_rail": "road and rail crossing",
    "road": "road crossing",
    "rail": "rail crossing",
    "bridge": "bridge",
    "ferry": "ferry",
    "high_pass": "high pass",
    "track": "track",
}


def names_of(ranking: Ranking) -> dict[str, str]:
    """Map the id of every gate, crossing and processing area to its name."""
    places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
    return {place.id: text.clean(place.name) or place.id for place in places}


def title(corridor: RankedCorridor, names: Mapping[str, str]) -> str:
    """Name a corridor by its two ends."""
    ends = (corridor.gate, corridor.processing_area)
    return " \N{RIGHTWARDS ARROW} ".join(text.clean(names.get(end, end)) for end in ends)


def via(corridor: RankedCorridor, names: Mapping[str, str]) -> str:
    """List the crossings of a corridor, in travelling order."""
    return ", ".join(text.clean(names.get(crossing, crossing)) for crossing in corridor.crossings)


def corridor_layer(
    corridors: Sequence[RankedCorridor], names: Mapping[str, str], classes: tuple[ShareClass, ...]
) -> Layer:
    """Describe the drawn corridors and the stretches of road they share."""
    roads = stretches(corridors)
    fields = ["Posterior share", "90 % interval", "Prior share", "In the top 10", "Crossings", "Length"]
    fields += ["Generalised cost", "Seizures for it", "Id"]
    items = [
        _corridor(corridor, course, roads, names, class_of(corridor.posterior_share, classes))
        for corridor, course in zip(corridors, roads.courses, strict=True)
    ]
    return {"fields": fields, "items": items, "stretches": roads.lines}


def _corridor(
    corridor: RankedCorridor, course: Course, roads: Stretches, names: Mapping[str, str], look: ShareClass
) -> Layer:
    return {
        "title": f"{corridor.rank}. {title(corridor, names)}",
        "hint": f"{text.share(corridor.posterior_share)} (90 %: {text.interval(corridor.interval_90)})",
        "colour": look.colour,
        "width": look.width,
        "known": course.known,
        "synthetic": course.synthetic,
        "anchor": _northernmost(course, roads),
        "values": _corridor_values(corridor, names),
    }


def _corridor_values(corridor: RankedCorridor, names: Mapping[str, str]) -> list[str]:
    return [
        text.share(corridor.posterior_share),
        text.interval(corridor.interval_90),
        text.share(corridor.prior_share),
        f"probability {100 * corridor.top_10_probability:.0f} %",
        via(corridor, names) or "none",
        f"{corridor.length_km:,.0f} km",
        f"{corridor.generalised_cost:,.0f} km-equivalents",
        f"{corridor.seizures:,}",
        text.clean(corridor.id),
    ]


def _northernmost(course: Course, roads: Stretches) -> tuple[float, float] | None:
    """Find the point where a popup, which opens upwards, covers least of the corridor."""
    return max((p for i in (*course.known, *course.synthetic) for p in roads.lines[i]), default=None)


def place_layer(places: Sequence[RankedPlace]) -> Layer:
    """Describe gates, crossings or processing areas, smallest first so that the largest lies on top."""
    fields = ["Kind", "Country", "Status", "Posterior share", "90 % interval", "Prior share", "Id"]
    ordered = sorted(places, key=lambda place: (place.posterior_share, place.id))
    return {"fields": fields, "items": [_place(place) for place in ordered]}


def _place(place: RankedPlace) -> Layer:
    return {
        "title": text.clean(place.name) or text.clean(place.id),
        "hint": f"{text.share(place.posterior_share)} of the inflow",
        "at": (round(place.lat, DIGITS), round(place.lon, DIGITS)),
        "radius": radius(place.posterior_share),
        "minor": place.posterior_share < MINOR_SHARE,
        "status": place.status if place.status in {"closed", "restricted"} else "open",
        "values": [
            _KINDS.get(place.kind, text.clean(place.kind)),
            ", ".join(text.clean(country) for country in place.countries),
            text.clean(place.status),
            text.share(place.posterior_share),
            text.interval(place.interval_90),
            text.share(place.prior_share),
            text.clean(place.id),
        ],
    }


def seizure_layer(seizures: pd.DataFrame, uses: Iterable[SeizureUse], extent: Box) -> Layer:
    """Describe the seizures on the map; ``missing`` holds those that are not, with the reason."""
    fields = ["Date", "Place", "Country", "Substance", "Reported", "Normalised", "Direction", "Operation"]
    fields += ["Source", "Grade", "Flag", "In this ranking", "Id"]
    use_of = {use.seizure_id: use for use in uses}
    items: list[Layer] = []
    missing: list[Layer] = []
    for row in seizures.to_dict("records"):
        item = _seizure(row, use_of.get(str(row["seizure_id"])))
        reason = _why_not_drawn(row, extent)
        if reason:
            missing.append({**item, "reason": reason})
        else:
            items.append({**item, "at": (round(row["lat"], DIGITS), round(row["lon"], DIGITS))})
    return {"fields": fields, "items": items, "missing": missing}


def _seizure(row: Mapping[Any, Any], use: SeizureUse | None) -> Layer:
    used = use is not None and use.use == "evidence"
    when = text.date(row.get("date"), row.get("date_precision"))
    return {
        "title": f"Seizure, {text.clean(row.get('place')) or 'place not reported'}",
        "hint": f"{when}, {text.clean(row.get('substance'))}",
        "used": used,
        "flagged": bool(text.clean(row.get("quality_flag"))),
        "values": [
            _joined(when, row.get("date_precision"), " (precision: {})"),
            _joined(row.get("place"), row.get("location_precision"), " (precision: {})"),
            text.clean(row.get("country")),
            text.clean(row.get("substance")),
            text.quantity(row.get("quantity_reported"), row.get("unit_reported")) or "not reported",
            text.quantity(row.get("quantity_kg"), "kg") or "not known",
            text.clean(row.get("direction_note")),
            text.clean(row.get("operation")),
            text.clean(row.get("source")),
            text.clean(row.get("source_grade")),
            _joined(row.get("quality_flag"), row.get("quality_note"), ": {}"),
            _use(use),
            text.clean(row.get("seizure_id")),
        ],
    }


def _joined(first: object, second: object, pattern: str) -> str:
    addition = text.clean(second)
    return text.clean(first) + (pattern.replace("{}", addition) if addition and text.clean(first) else "")


def _use(use: SeizureUse | None) -> str:
    if use is None:
        return "not looked at"
    if use.use == "evidence":
        return f"used as evidence (weight of its event {use.weight:g})"
    return f"not used: {text.clean(use.use)}"


def _why_not_drawn(row: Mapping[Any, Any], extent: Box) -> str:
    lat, lon = text.number(row.get("lat")), text.number(row.get("lon"))
    if math.isnan(lat) or math.isnan(lon):
        known = text.clean(row.get("location_precision")) == "country"
        return "only the country was reported" if known else "no place was reported"
    west, south, east, north = extent
    inside = west <= lon <= east and south <= lat <= north
    return "" if inside else "outside the area of the map"


def not_drawn(layer: Layer) -> str:
    """Count the seizures that are not on the map, by reason."""
    missing = layer["missing"]
    total = len(missing) + len(layer["items"])
    if not missing:
        return f"All {text.count(total, 'seizure')} are on the map." if total else "There are no seizures."
    reasons = Counter(item["reason"] for item in missing)
    listed = ", ".join(f"{reason} ({amount})" for reason, amount in sorted(reasons.items()))
    return f"{len(missing):,} of {text.count(total, 'seizure')} are not on the map: {listed}."


def used_events(ranking: Ranking) -> int:
    """Count the events that moved the ranking."""
    return len({use.event_id for use in ranking.seizures if use.use == "evidence"})


def border_layer(borders: gpd.GeoDataFrame) -> list[Layer]:
    """Describe the countries; neighbours stay joined, for all borders are simplified as one coverage."""
    simple = borders.geometry.simplify_coverage(_BORDER_TOLERANCE_DEGREES)
    rows = zip(borders["name"], borders["modelled"], simple, strict=True)
    return [
        {
            "name": text.clean(name),
            "modelled": bool(modelled),
            "rings": [_rings(part) for part in _parts(shape)],
            "label": _label_point(shape),
        }
        for name, modelled, shape in rows
        if not shape.is_empty
    ]


def _parts(shape: BaseGeometry) -> list[Any]:
    return list(getattr(shape, "geoms", [shape]))


def _rings(polygon: Any) -> list[list[tuple[float, float]]]:  # noqa: ANN401 - a shapely polygon
    rings = (polygon.exterior, *polygon.interiors)
    return [[(round(y, _BORDER_DIGITS), round(x, _BORDER_DIGITS)) for x, y in ring.coords] for ring in rings]


def _label_point(shape: BaseGeometry) -> tuple[float, float]:
    """Find the roomiest spot of the largest part."""
    largest = max(_parts(shape), key=lambda part: part.area)
    lon, lat = maximum_inscribed_circle(largest, tolerance=0.1).coords[0]
    return round(lat, 2), round(lon, 2)


def city_layer(places: pd.DataFrame | None) -> list[Layer]:
    """Describe the towns that are named on the map."""
    if places is None:
        return []
    rows = places.dropna(subset=["lat", "lon"]).to_dict("records")
    return [
        {"name": text.clean(row["name"]), "at": (round(row["lat"], 3), round(row["lon"], 3))} for row in rows
    ]


def extent_of(borders: gpd.GeoDataFrame) -> Box:
    """Return west, south, east and north of the borders."""
    west, south, east, north = (round(float(bound), 3) for bound in borders.total_bounds)
    return west, south, east, north


def view_of(layer: Layer, borders: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Return the south-west and north-east corners of what is to be seen first."""
    points = [point for line in layer["stretches"] for point in line]
    if not points:
        modelled = borders[borders["modelled"].astype(bool)]
        west, south, east, north = extent_of(borders if modelled.empty else modelled)
        return [(south, west), (north, east)]
    lats, lons = zip(*points, strict=True)
    return [(min(lats), min(lons)), (max(lats), max(lons))]
