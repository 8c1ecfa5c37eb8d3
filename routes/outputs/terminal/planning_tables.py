"""Chokepoints and displacement as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.documents.text_blocks import Paragraph, figures, paragraphs, table_of, words
from routes.outputs.handling import shut_posts
from routes.outputs.terminal.ranking_tables import CARE, way
from routes.outputs.text import (
    decimal,
    interval_text,
    learnt,
    percent,
    points,
    points_between,
    set_percent,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block, Column
    from routes.results import Chokepoint, CorridorChange, Displacement, PlaceChange, RoadSegment

_NOTICEABLE = 0.0005  # a smaller change of share is no news


def chokepoint_blocks(
    rows: Sequence[Chokepoint],
    of: int,
    kind: str,
    area: str | None,
    cuts: Mapping[str, tuple[int, Any]] | None = None,
) -> tuple[Block, ...]:
    """Gates or crossings as a table, and what its columns say.

    Parameters
    ----------
    rows : sequence of Chokepoint
        What is listed, of `of` in all.
    of : int
    kind : str
        ``gate`` or ``crossing``.
    area : str or None
        The processing area whose inflow is looked at.
    cuts : mapping, optional
        From `routes.planning.chokepoints.area_cuts`, if the smallest cuts are asked for.
    """
    places = [row.place for row in rows]
    closures = _closures(rows) if kind == "crossing" else ()
    table = table_of(
        figures("tier", (place.tier for place in places)),
        words(kind, (place.id for place in places)),
        figures("prior", (percent(place.prior_share) for place in places)),
        figures("share", (percent(place.posterior_share) for place in places)),
        figures("90 %", (interval_text(*place.interval_90) for place in places)),
        *closures,
        *((figures("areas cut off", (len(row.cut_areas) for row in rows)),) if cuts else ()),
        figures("learnt", (learnt(place.grounds.learnt) for place in places)),
        figures("cheapest way", (percent(row.betweenness) for row in rows), spare=True),
        words("name", (place.name for place in places), spare=True),
    )
    listed = (
        f"{len(rows)} of {of} {kind}s that carry inflow. share: of {_inflow(area)}, through it; prior: "
        f"without the seizures; learnt: how much of what was unsure of it they took. tier: no {kind} in it "
        "is known to stand behind its first one (chance under 80 %). cheapest way: part of the flow whose "
        "cheapest way leads through it."
    )
    closed = (
        "dearer without: rise of the expected least cost if nothing passes it, in km-equivalents. way round: "
        "least cost without it over that with it, for those who used it; 1.00: another way is as good."
    )
    sizes = sorted({size for size, _ in (cuts or {}).values()})
    cut = (
        f"areas cut off: by a smallest set of {' or '.join(map(str, sizes))} places with this one in it."
        if cuts
        else ""
    )
    return (table, *paragraphs(listed, closed if closures else "", cut, CARE))


def _closures(rows: Sequence[Chokepoint]) -> tuple[Column, ...]:
    """Say what closing each would do."""
    return (
        figures("dearer without", map(_rise, rows)),
        figures("way round", ("-" if r.detour_factor is None else f"{r.detour_factor:.2f}" for r in rows)),
    )


def _inflow(area: str | None) -> str:
    return f"the inflow into {area}" if area else "the inflow"


def _rise(row: Chokepoint) -> str:
    if row.criticality is None:
        return "-"
    lost = f" {percent(row.cut_off_share)} cut off" if row.cut_off_share > _NOTICEABLE else ""
    return f"{decimal(row.criticality, 1)}{lost}"


def segment_blocks(rows: Sequence[RoadSegment], of: int, area: str | None) -> tuple[Block, ...]:
    """Road segments as a table."""
    table = table_of(
        words(
            "road",
            (f"{row.name} ({row.country}{', no known road' if row.synthetic else ''})" for row in rows),
        ),
        figures("share", (percent(row.share) for row in rows)),
        figures("90 %", (interval_text(*row.interval_90) for row in rows)),
        figures("km", (decimal(row.length_km) for row in rows)),
    )
    listed = (
        f"{len(rows)} of {of} road segments. share: of {_inflow(area)}, on it. A segment runs on as long as "
        "its flow changes by less than a tenth; where a leg has other roads nearly as short, its flow is "
        "divided among them. Ends: stops within 5 km, or how far the nearest lies."
    )
    return (table, *paragraphs(listed, CARE))


def displacement_blocks(moved: Displacement, top: int) -> tuple[Block, ...]:
    """Shares before and after, by crossing and by corridor, and what is out of reach."""
    cost = (
        f"Cost of the inflow over all its ways: {decimal(moved.cost_before)} km-equivalents before, "
        f"{decimal(moved.cost_after)} after."
    )
    held = (
        "90 %: of the change. The inflow into each processing area stays what it was; corridors that are "
        f"not listed at all ({percent(moved.rest)}) stay where they are. rank for a day on which a crossing "
        "is closed takes the same penalty, but lets the areas' parts of the inflow move, too."
    )
    return (
        *paragraphs(_what_was_done(moved), shut_posts(moved.posts)),
        changes_block("crossing", moved.crossings, top),
        changes_block("corridor", moved.corridors, top),
        *paragraphs(cost, *_out_of_reach(moved), held, CARE),
    )


def _what_was_done(moved: Displacement) -> str:
    done = []
    if moved.closed:
        done.append(f"Closed to trade: {', '.join(post.id for post in moved.closed)}.")
    if moved.impassable:
        done.append(f"Impassable: {', '.join(post.id for post in moved.impassable)}.")
    if moved.penalties:
        dearer = ", ".join(f"{name} by {decimal(km)} km-equivalents" for name, km in moved.penalties.items())
        done.append(f"Dearer: {dearer}.")
    if moved.posts:
        watched = ", ".join(f"{post.id} ({set_percent(post.detection)} caught)" for post in moved.posts)
        done.append(f"Watched: {watched}.")
    return " ".join(done)


def _out_of_reach(moved: Displacement) -> list[str]:
    told = []
    if moved.unreachable_areas:
        lost = percent(moved.no_way_share)
        told.append(f"No way left into {', '.join(moved.unreachable_areas)}: {lost} of the inflow.")
    if moved.unreachable_gates:
        told.append(
            f"Gates that no listed corridor begins at any more: {', '.join(moved.unreachable_gates)}."
        )
    return told or ["Every processing area can still be reached."]


def changes_block(
    what: str, rows: Sequence[PlaceChange] | Sequence[CorridorChange], top: int, caption: str = ""
) -> Block:
    """Lay out the changes of share that are noticeable, or say that there is none."""
    noticeable = [row for row in rows if abs(row.after - row.before) >= _NOTICEABLE][:top]
    if not noticeable:
        still = f"No {what} changes by as much as {set_percent(_NOTICEABLE)}."
        return Paragraph(f"{caption} {still}".lstrip())
    names = [getattr(row, "name", "") for row in noticeable]
    columns = (
        words(what, (way(row.id) for row in noticeable)),
        figures("share before", (percent(row.before) for row in noticeable)),
        figures("share after", (percent(row.after) for row in noticeable)),
        figures("change, points", (points(row.after - row.before) for row in noticeable)),
        figures("90 %", (points_between(*row.change_90) for row in noticeable)),
    )
    named = (words("name", names, spare=True),) if any(names) else ()
    return table_of(*columns, *named, caption=caption)
