"""Chokepoints, displacement and plans -> JSON, CSV and GeoJSON. Text alone; the caller writes it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.schemas import stamped
from routes.outputs.text import defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routes.results import Chokepoint, Displacement, Plan, RoadSegment

_DIGITS = 12  # so that rounded shares still sum to one within 1e-9
_CHOKEPOINTS = (
    "Criticality and detour factor keep every gate and processing area its own inflow.",
    "Roads that are not in the network, railways and mule tracks could open a way round.",
)
_DISPLACEMENT = (
    "The inflow into each processing area stays what it was; effects learnt from seizures are kept.",
    "A watched crossing costs -scale x ln(1 - detection) km-equivalents: odds fall by 1 - detection.",
)
_PLANS = {
    "best": (
        "Each trafficker knows every post and answers with the best way, weighing length by the hazard.",
        "Hazard and detection at posts are assumptions; no figure is published for any crossing.",
    ),
    "logit": ("Shares move by route choice; detection at posts is an assumption.",),
    "none": ("Nobody reacts to posts; detection at posts is an assumption.",),
}


def chokepoints_json(
    rows: Sequence[Chokepoint], kind: str, area: str | None, provenance: Mapping[str, Any]
) -> str:
    """Write gates or crossings as JSON; shares are of the whole inflow or of that into `area`."""
    return _json(
        stamped("chokepoints")
        | {"kind": kind, "area": area, "chokepoints": [chokepoint_record(row) for row in rows]},
        _CHOKEPOINTS,
        provenance,
    )


def segments_json(rows: Sequence[RoadSegment], area: str | None, provenance: Mapping[str, Any]) -> str:
    """Write road segments as JSON, with the points of each."""
    segments = [segment_record(row) | {"points": _points(row)} for row in rows]
    return _json(
        stamped("road-segments") | {"area": area, "segments": segments}, _CHOKEPOINTS[1:], provenance
    )


def displacement_json(moved: Displacement, provenance: Mapping[str, Any], top: int | None = None) -> str:
    """Write shares before and after as JSON; `top` bounds the corridors that are written."""
    return _json(stamped("displacement") | displacement_record(moved, top), _DISPLACEMENT, provenance)


def plan_json(plan: Plan, provenance: Mapping[str, Any], top: int | None = None) -> str:
    """Write a plan as JSON, with its displacement."""
    record = _rounded(asdict(plan))
    for name in ("displacement", "provenance"):
        del record[name]
    record["displacement"] = displacement_record(plan.displacement, top)
    return _json(stamped("plan") | record, (*_PLANS[plan.response], *_DISPLACEMENT), provenance)


def _json(document: dict[str, Any], assumptions: Iterable[str], provenance: Mapping[str, Any]) -> str:
    document = document | {"assumptions": [*ASSUMPTIONS, *assumptions], "provenance": dict(provenance)}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON-ready value
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


def chokepoint_record(row: Chokepoint) -> dict[str, Any]:
    """One gate or crossing as a JSON-ready record."""
    record: dict[str, Any] = _rounded(asdict(row.place))
    return record | {
        "criticality": None if row.criticality is None else round(row.criticality, 3),
        "cut_off_share": round(row.cut_off_share, _DIGITS),
        "detour_factor": None if row.detour_factor is None else round(row.detour_factor, 6),
        "cut_areas": list(row.cut_areas),
        "betweenness": round(row.betweenness, _DIGITS),
    }


def segment_record(row: RoadSegment) -> dict[str, Any]:
    """One road segment as a JSON-ready record, without its points."""
    return {
        "name": row.name,
        "country": row.country,
        "ends": list(row.ends),
        "length_km": round(row.length_km, 1),
        "share": round(row.share, _DIGITS),
        "interval_90": _rounded(row.interval_90),
        "synthetic": row.synthetic,
    }


def displacement_record(moved: Displacement, top: int | None = None) -> dict[str, Any]:
    """Displacement as a JSON-ready record; all corridors but the `top` most changed are summed up."""
    record: dict[str, Any] = _rounded(asdict(moved))
    del record["provenance"]
    for row in record["corridors"]:
        del row["pieces"]
    record["penalties"] = dict(moved.penalties)
    left = moved.corridors[top:] if top else ()
    record["corridors"] = record["corridors"][:top]
    record["other_corridors"] = {
        "before": round(sum(row.before for row in left), _DIGITS),
        "after": round(sum(row.after for row in left), _DIGITS),
    }
    return record


def chokepoints_csv(rows: Sequence[Chokepoint]) -> str:
    """Write gates or crossings as CSV."""
    return _csv([_flat(chokepoint_record(row)) for row in rows], _flat_names(chokepoint_names()))


def chokepoint_names() -> tuple[str, ...]:
    """Fields of a chokepoint's record, in order."""
    return (
        "id", "name", "kind", "countries", "lon", "lat", "status", "prior_share", "posterior_share",
        "interval_90", "criticality", "cut_off_share", "detour_factor", "cut_areas", "betweenness",
    )  # fmt: skip


def segments_csv(rows: Sequence[RoadSegment]) -> str:
    """Write road segments as CSV."""
    names = ("name", "country", "ends", "length_km", "share", "interval_90", "synthetic")
    return _csv([_flat(segment_record(row)) for row in rows], _flat_names(names))


def displacement_csv(moved: Displacement, top: int | None = None) -> str:
    """Write changes as CSV, a row each for gates, crossings and corridors, and for what has no way left."""
    rows = [
        {"what": what, "id": row.id, "before": row.before, "after": row.after, "change_90": row.change_90}
        for what, some in (
            ("gate", moved.gates),
            ("crossing", moved.crossings),
            ("corridor", moved.corridors[:top]),
        )
        for row in some
    ]
    nothing = (0.0, 0.0)
    rows += [
        {"what": "rest", "id": "", "before": moved.rest, "after": moved.rest, "change_90": nothing},
        {"what": "no way", "id": "", "before": 0.0, "after": moved.no_way_share, "change_90": nothing},
    ]
    return _csv(
        [_flat(_rounded(row)) for row in rows], _flat_names(("what", "id", "before", "after", "change_90"))
    )


def plan_csv(plan: Plan) -> str:
    """Write the posts as CSV, or the priority list if there is one."""
    if plan.priority:
        rows = [
            {"rank": i, "id": step.post.id, "name": step.post.name, "detection": step.post.detection,
             "cost": step.post.cost, "budget": step.budget, "passing": step.passing,
             "best_passing": step.best_passing, "best_bound": step.best_bound, "best_posts": step.best_posts}
            for i, step in enumerate(plan.priority, 1)
        ]  # fmt: skip
        names: tuple[str, ...] = (
            "rank", "id", "name", "detection", "cost", "budget", "passing", "best_passing", "best_bound",
            "best_posts",
        )  # fmt: skip
    else:
        change = {row.id: row for row in plan.displacement.crossings}
        rows = [
            asdict(post) | {"before": change[post.id].before if post.id in change else 0.0,
                            "after": change[post.id].after if post.id in change else 0.0}
            for post in plan.posts
        ]  # fmt: skip
        names = ("id", "name", "lon", "lat", "detection", "cost", "before", "after")
    return _csv([_flat(_rounded(row)) for row in rows], names)


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Join lists by ``;``, put intervals in two columns."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name.endswith("_90"):
            flat[f"{name}_low"], flat[f"{name}_high"] = value
        elif isinstance(value, list | tuple):
            flat[name] = defused(";".join(map(str, value)))
        else:
            flat[name] = defused(value)
    return flat


def _flat_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        part
        for name in names
        for part in ((f"{name}_low", f"{name}_high") if name.endswith("_90") else (name,))
    )


def _csv(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def chokepoints_geojson(
    rows: Sequence[Chokepoint] | Sequence[RoadSegment], area: str | None, provenance: Mapping[str, Any]
) -> str:
    """Write gates and crossings as points, road segments as lines."""
    document = stamped("chokepoints-geojson") | {
        "type": "FeatureCollection",
        "area": area,
        "assumptions": [*ASSUMPTIONS, *_CHOKEPOINTS],
        "attribution": ATTRIBUTION,
        "provenance": dict(provenance),
        "features": [_feature(row) for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _feature(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a Chokepoint or a RoadSegment
    if hasattr(row, "points"):
        geometry = {"type": "LineString", "coordinates": _points(row)}
        return {"type": "Feature", "properties": segment_record(row), "geometry": geometry}
    point = [round(row.place.lon, 5), round(row.place.lat, 5)]
    geometry = {"type": "Point", "coordinates": point}
    return {"type": "Feature", "id": row.place.id, "properties": chokepoint_record(row), "geometry": geometry}


def _points(row: RoadSegment) -> list[list[float]]:
    return [[round(lon, 5), round(lat, 5)] for lon, lat in row.points]
