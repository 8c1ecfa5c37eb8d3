"""Before and after: what the page draws of a displacement.

Corridors, gates and crossings have two states, the inflow before the change and after it; the page swaps
one for the other. Lines of both states have the same widths for the same share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs import text
from routes.outputs.language import message, tr
from routes.outputs.maps import filters, payload
from routes.outputs.maps.roads import DIGITS
from routes.outputs.palette import class_of, radius
from routes.outputs.placenames import country_name
from routes.outputs.vocabulary import kind_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.maps.land import Layer
    from routes.outputs.maps.roads import Stretches
    from routes.outputs.maps.scale import Widths
    from routes.outputs.palette import ShareClass
    from routes.results import CorridorChange, Displacement, PlaceChange, Post

_CORRIDOR_HINTS = (
    message("{share} before; change {change} pp (90 %: {interval} pp)"),
    message("{share} after; change {change} pp (90 %: {interval} pp)"),
)
_PLACE_HINTS = (
    message("{share} of the inflow before ({moved})"),
    message("{share} of the inflow after ({moved})"),
)
_ABSENT_SHARE = 0.0005  # less than this is no corridor in that state


def drawn_changes(displacement: Displacement, top: int) -> tuple[CorridorChange, ...]:
    """Choose the corridors with the largest share on either side, largest first."""
    ordered = sorted(displacement.corridors, key=lambda row: (-max(row.before, row.after), row.id))
    return tuple(ordered[:top])


def corridor_layer(
    changes: Sequence[CorridorChange],
    names: Mapping[str, str],
    classes: tuple[ShareClass, ...],
    roads: Stretches,
) -> tuple[Layer, Widths]:
    """Describe the corridors in both states; like `payload.corridor_layer`."""
    shares = [max(change.before, change.after) for change in changes]
    widths = payload.widths_of(shares, shares, roads)
    gates, areas = filters.gates(changes), filters.areas(changes)
    items = [
        _corridor(number, change, names, classes, widths)
        | {
            "gate": gates.index(change.gate),
            "area": areas.index(change.processing_area),
            "legs": course,
            "anchor": payload.northernmost(course, roads),
        }
        for number, (change, course) in enumerate(zip(changes, roads.courses, strict=True), 1)
    ]
    fields = [
        tr("Share before"),
        tr("Share after"),
        tr("Change"),
        tr("90 % interval"),
        tr("Crossings"),
        tr("Id"),
    ]
    synthetic = [int(flag) for flag in roads.synthetic]
    return {"fields": fields, "items": items, "stretches": roads.lines, "synthetic": synthetic}, widths


def _corridor(
    number: int,
    change: CorridorChange,
    names: Mapping[str, str],
    classes: tuple[ShareClass, ...],
    widths: Widths,
) -> Layer:
    states = [
        {
            "share": round(share, 6),
            "hint": tr(
                hint,
                share=text.percent(share),
                change=text.points(change.after - change.before),
                interval=text.points_between(*change.change_90),
            ),
            "colour": class_of(share, classes).colour,
            "width": widths.of(share),
            "band": 0,
            "absent": share < _ABSENT_SHARE,
        }
        for hint, share in zip(_CORRIDOR_HINTS, (change.before, change.after), strict=True)
    ]
    return {
        "title": f"{number}. {payload.title(change, names)}",
        "places": [change.gate, *change.crossings, change.processing_area],
        "states": states,
        **states[-1],
        "sort": {
            "before": round(change.before, 6),
            "after": round(change.after, 6),
            "change": round(change.after - change.before, 6),
        },
        "values": [
            text.percent(change.before),
            text.percent(change.after),
            tr("{points} pp", points=text.points(change.after - change.before)),
            tr("{points} pp", points=text.points_between(*change.change_90)),
            payload.via(change, names) or tr("none"),
            text.clean(change.id),
        ],
    }


def place_states(layer: Layer, changes: Sequence[PlaceChange]) -> Layer:
    """Give the places of a layer their two states; a place with no change listed keeps its share.

    A place that only the inflow after passes is added. What moved stands first in the popup.
    """
    by_id = {change.id: change for change in changes}
    known = [item for item in layer["items"] if item["values"][-1] in by_id]
    still = [item for item in layer["items"] if item["values"][-1] not in by_id]
    fresh = by_id.keys() - {item["values"][-1] for item in known}
    items = [{**item, "values": ["", *item["values"]]} for item in still]
    items += [_moved_place(item, by_id[item["values"][-1]]) for item in known]
    items += [_moved_place(_new_place(by_id[name]), by_id[name]) for name in sorted(fresh)]
    return {"fields": [tr("Displacement"), *layer["fields"]], "items": items}


def _moved_place(item: Layer, change: PlaceChange) -> Layer:
    before, after = text.percent(change.before), text.percent(change.after)
    moved = tr("{before} before, {after} after", before=before, after=after)
    states = [
        {
            "radius": radius(share),
            "share": round(share, 6),
            "hint": tr(hint, share=text.percent(share), moved=moved),
        }
        for hint, share in zip(_PLACE_HINTS, (change.before, change.after), strict=True)
    ]
    minor = max(change.before, change.after) < payload.MINOR_SHARE
    told = tr(
        "{moved}, 90 % of the change: {interval} pp",
        moved=moved,
        interval=text.points_between(*change.change_90),
    )
    values = [told, *item["values"]]
    return {**item, "states": states, **states[-1], "minor": minor, "values": values}


def _new_place(change: PlaceChange) -> Layer:
    countries = ", ".join(country_name(text.clean(country)) for country in change.countries)
    kind = kind_words(change.kind)
    return {
        "id": change.id,
        "title": text.clean(change.name) or text.clean(change.id),
        "at": (round(change.lat, DIGITS), round(change.lon, DIGITS)),
        "status": "open",
        "values": [kind, countries, *[""] * 7, text.clean(change.id)],
    }


def post_layer(displacement: Displacement) -> Layer:
    """Describe what was closed and where a team watches."""
    closed = [
        _post(post, "closed", tr("closed to trade: goods go round at a cost")) for post in displacement.closed
    ]
    closed += [_post(post, "closed", tr("impassable: nothing passes")) for post in displacement.impassable]
    watched = [
        _post(
            post,
            "watched",
            tr("watched: {share} of passages are caught", share=text.set_percent(post.detection)),
        )
        for post in displacement.posts
    ]
    return {"fields": [tr("What"), tr("Id")], "items": closed + watched}


def _post(post: Post, kind: str, what: str) -> Layer:
    return {
        "title": text.clean(post.name) or text.clean(post.id),
        "hint": what,
        "kind": kind,
        "at": (round(post.lat, DIGITS), round(post.lon, DIGITS)),
        "values": [what, text.clean(post.id)],
    }


def summary(displacement: Displacement, names: Mapping[str, str]) -> str:
    """Say in a sentence or two what was changed, and what cannot be reached any more.

    Examples
    --------
    >>> from routes.results import Displacement, Post
    >>> shut = (Post(id="torkham", name="Torkham", lon=71.1, lat=34.1, detection=1.0),)
    >>> moved = Displacement(corridors=(), crossings=(), gates=(), closed=shut, posts=(), penalties={},
    ...                      rest=0.0, no_way_share=0.0, unreachable_areas=(), unreachable_gates=(),
    ...                      cost_before=1.0, cost_after=1.0)
    >>> summary(moved, {})
    'Closed to trade: Torkham. The inflow into each processing area stays what it was.'
    """
    parts = []
    if displacement.closed:
        parts.append(tr("Closed to trade: {places}.", places=_listed(displacement.closed)))
    if displacement.impassable:
        parts.append(tr("Impassable: {places}.", places=_listed(displacement.impassable)))
    if displacement.posts:
        parts.append(tr("Watched: {places}.", places=_listed(displacement.posts)))
    if displacement.penalties:
        dearer = (
            tr("{place} by {cost}", place=text.clean(names.get(place, place)), cost=text.decimal(km))
            for place, km in displacement.penalties.items()
        )
        parts.append(tr("Dearer, in km-equivalents: {places}.", places=", ".join(dearer)))
    parts.append(tr("The inflow into each processing area stays what it was."))
    if displacement.unreachable_areas:
        lost = ", ".join(text.clean(names.get(area, area)) for area in displacement.unreachable_areas)
        parts.append(
            tr(
                "Without any way left: {areas} ({share} of the inflow).",
                areas=lost,
                share=text.percent(displacement.no_way_share),
            )
        )
    return " ".join(parts)


def _listed(posts: Sequence[Post]) -> str:
    return ", ".join(text.clean(post.name) or text.clean(post.id) for post in posts)


def rows(changes: Sequence[CorridorChange], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of the table beside the map."""
    return [
        {
            "rank": number,
            "title": payload.title(change, names),
            "via": payload.via(change, names),
            "cells": [
                {"text": text.percent(change.before)},
                {"text": text.percent(change.after), "kind": "share"},
                {"text": text.points(change.after - change.before)},
                {"text": text.points_between(*change.change_90), "kind": "interval"},
            ],
        }
        for number, change in enumerate(changes, 1)
    ]
