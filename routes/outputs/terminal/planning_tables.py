"""Chokepoints, displacement and plans as blocks for a terminal."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from routes.outputs.documents.text_blocks import Paragraph, figures, paragraphs, table_of, words
from routes.outputs.handling import shut_posts
from routes.outputs.terminal.ranking_tables import CARE, way
from routes.outputs.text import (
    count,
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
    from routes.results import Chokepoint, CorridorChange, Displacement, PlaceChange, Plan, RoadSegment

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
        _changes("crossing", moved.crossings, top),
        _changes("corridor", moved.corridors, top),
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


def _changes(
    what: str, rows: Sequence[PlaceChange] | Sequence[CorridorChange], top: int, caption: str = ""
) -> Block:
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


def plan_blocks(plan: Plan, top: int) -> tuple[Block, ...]:
    """Tell the posts, what gets through, how sure that is, and where the inflow moves."""
    blocks: list[Block] = [*paragraphs(*_verdict(plan))]
    if plan.posts and not plan.priority:
        blocks.append(_posts(plan))
    if plan.priority:
        blocks += _priority(plan)
    if plan.posts:
        watched = {post.id for post in plan.posts}
        elsewhere = [row for row in plan.displacement.crossings if row.id not in watched]
        blocks.append(_changes("crossing", elsewhere, top, "Where it moves by route choice:"))
    if plan.ways and plan.posts:
        blocks += _ways(plan, top)
    return (*blocks, *paragraphs(*_plan_notes(plan)))


def _posts(plan: Plan) -> Block:
    change = {row.id: row for row in plan.displacement.crossings}
    moved = [change.get(post.id) for post in plan.posts]
    return table_of(
        words("watch", (post.id for post in plan.posts)),
        figures("caught", (set_percent(post.detection) for post in plan.posts)),
        figures("cost", (f"{post.cost:g}" for post in plan.posts)),
        figures("share before", (percent(row.before) if row else "-" for row in moved)),
        figures("share after", (percent(row.after) if row else "-" for row in moved)),
        words("name", (post.name for post in plan.posts), spare=True),
    )


_ANSWERS = {
    "best": "every trafficker knows the posts and takes the best way past them",
    "logit": "shares move by route choice",
    "none": "nobody reacts",
}


def _verdict(plan: Plan) -> list[str]:
    if not plan.posts:
        first = f"No post: {_why_none(plan)}. {percent(1.0)} of the inflow gets through."
    else:
        spent = sum(post.cost for post in plan.posts)
        first = (
            f"{count(len(plan.posts), 'post')} for {spent:g} of a budget of {plan.budget:g}: "
            f"{percent(plan.passing)} of the inflow gets through, if {_ANSWERS[plan.response]}."
        )
    sure = "proven optimal" if plan.proven_optimal else "not proven optimal: the search was cut short"
    bound = (
        f"Gap to the bound: {percent(plan.gap)} ({sure}; no plan lets less than "
        f"{percent(plan.lower_bound)} through)."
    )
    lines = [first, bound, shut_posts([*plan.posts, *(step.post for step in plan.priority)])]
    if plan.beyond_all:
        lines.append(
            f"The budget pays for every one of the {plan.candidates} crossings that can be watched; those "
            "not listed would add nothing."
        )
    return [line for line in lines if line]


def _why_none(plan: Plan) -> str:
    if plan.budget == 0:
        return "the budget pays for no post"
    if not plan.proven_optimal:
        return "the search was ended before it found one; give it more time (--time-limit)"
    return "no post that the budget pays for helps"


def _priority(plan: Plan) -> tuple[Block, ...]:
    steps = plan.priority
    table = table_of(
        figures("#", range(1, len(steps) + 1)),
        words("watch", (step.post.id for step in steps)),
        figures("budget", (f"{step.budget:g}" for step in steps)),
        figures("gets through", (percent(step.passing) for step in steps)),
        figures("best plan", (percent(step.best_passing) for step in steps)),
        figures("points behind", (points(step.passing - step.best_passing, 2) for step in steps)),
        words("name", (step.post.name for step in steps), spare=True),
    )
    note = (
        "Staff them in this order: each budget keeps the posts of the smaller ones. best plan: what gets "
        "through the best plan of that budget alone; the list is so many percentage points behind it."
    )
    return table, Paragraph(note)


def _ways(plan: Plan, top: int) -> tuple[Block, ...]:
    turned = [way for way in plan.ways if way.crossings_after != way.crossings_before]
    chance = {post.id: 1 - post.detection for post in plan.posts}
    caught = sum(way.share * (1 - prod(chance.get(x, 1.0) for x in way.crossings_after)) for way in plan.ways)
    round_about = percent(sum(way.share for way in turned))
    opening = Paragraph(
        f"Best answers: {round_about} of the inflow goes round. {percent(caught)} is caught at posts, "
        f"{percent(max(0.0, 1 - caught - plan.passing))} is what the longer ways cost."
    )
    listed = turned[:top]
    if not listed:
        return (opening,)
    table = table_of(
        words("from > into", (f"{one.gate} > {one.processing_area}" for one in listed)),
        words("way before", (" > ".join(one.crossings_before) for one in listed)),
        words("way now", (" > ".join(one.crossings_after) for one in listed)),
        figures("inflow", (percent(one.share) for one in listed)),
        figures("dearer by", (decimal(one.detour_km) for one in listed)),
    )
    return opening, table


def _plan_notes(plan: Plan) -> list[str]:
    shares = "share before, after: by route choice, as whatif has them."
    assumed = "Detection at posts and the worth of a detour are assumptions: --detect, --config."
    if plan.response != "best":
        return [shares, assumed]
    through = "gets through: of what got through without posts."
    twice = (
        f"For {percent(plan.rule_share)} of the inflow a way that enters a country twice could be an "
        "answer to some plan; the plan reckons with it, corridors do not."
    )
    return [f"{through} {shares} dearer by: in km-equivalents.", twice if plan.rule_share else "", assumed]
