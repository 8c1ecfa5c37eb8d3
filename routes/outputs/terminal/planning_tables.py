"""Chokepoints, displacement and plans in words and tables for a terminal of 80 columns."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from routes.outputs.terminal.ranking_tables import plain_table
from routes.outputs.text import decimal, interval_text, percent, points, points_between, set_percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.results import Chokepoint, CorridorChange, Displacement, PlaceChange, Plan, RoadSegment

_NOTICEABLE = 0.0005  # a smaller change of share is no news
_CARE = "A seizure shows policing as much as traffic. Shares are estimates of a model; read the intervals."


def chokepoints_text(
    rows: Sequence[Chokepoint], of: int, kind: str, area: str | None, cuts: Mapping[str, tuple[int, Any]]
) -> str:
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
    cuts : mapping
        From `routes.planning.chokepoints.area_cuts`.
    """
    sizes = sorted({size for size, _ in cuts.values()})
    inflow = f"the inflow into {area}" if area else "the inflow"
    listed = (
        f"{len(rows)} of {of} {kind}s that carry inflow. share: of {inflow}, through it. between: share "
        "of the flow from gates to areas (by their weights) whose cheapest way leads through it."
    )
    cut = (
        "cut: processing areas that some smallest set of crossings and gates, with it in it, cuts off; "
        f"such a set takes {' or '.join(map(str, sizes))} places."
    )
    notes = [listed, cut, _CARE]
    shares = [
        (row.place.id, percent(row.place.posterior_share), interval_text(*row.place.interval_90))
        for row in rows
    ]
    ends = [(str(len(row.cut_areas)), percent(row.betweenness)) for row in rows]
    if kind == "gate":
        body = [(*share, *end) for share, end in zip(shares, ends, strict=True)]
        return plain_table((kind, "share", "90 %", "cut", "between"), body, notes=notes)
    costs = [(_critical(row), _factor(row)) for row in rows]
    closed = (
        "critical: km-equivalents by which the expected least cost of the inflow rises if it is closed. "
        "detour: least cost closed over open, for those who used it; 1.00 means another way is as good."
    )
    return plain_table(
        (kind, "share", "90 %", "critical", "detour", "cut", "between"),
        [(*share, *cost, *end) for share, cost, end in zip(shares, costs, ends, strict=True)],
        notes=[listed, closed, *notes[1:]],
    )


def _factor(row: Chokepoint) -> str:
    return "-" if row.detour_factor is None else f"{row.detour_factor:.2f}"


def _critical(row: Chokepoint) -> str:
    if row.criticality is None:
        return "-"
    lost = f" {percent(row.cut_off_share)} cut off" if row.cut_off_share > _NOTICEABLE else ""
    return f"{decimal(row.criticality, 1)}{lost}"


def segments_text(rows: Sequence[RoadSegment], of: int, area: str | None) -> str:
    """Road segments as a table."""
    body = [
        (
            f"{row.name} ({row.country}{', no known road' if row.synthetic else ''})",
            percent(row.share),
            interval_text(*row.interval_90),
            decimal(row.length_km),
        )
        for row in rows
    ]
    inflow = f"the inflow into {area}" if area else "the inflow"
    listed = (
        f"{len(rows)} of {of} road segments. share: of {inflow}, on it. A segment runs on as long as its "
        "flow changes by less than a tenth; where a leg has other roads nearly as short, its flow is divided "
        "among them. Ends: stops within 5 km, or how far the nearest lies."
    )
    return plain_table(("road", "share", "90 %", "km"), body, notes=[listed, _CARE])


def displacement_text(moved: Displacement, top: int) -> str:
    """Shares before and after, by crossing and by corridor, and what is out of reach."""
    crossings = _changes_table("crossing", moved.crossings, top)
    corridors = _changes_table("corridor", moved.corridors, top)
    opening = plain_table((), (), opening=_what_was_done(moved)) if _what_was_done(moved) else ""
    cost = (
        f"Expected cost of the inflow: {decimal(moved.cost_before)} km-equivalents before, "
        f"{decimal(moved.cost_after)} after."
    )
    held = (
        "90 %: of the change. The inflow into each processing area stays what it was; corridors that are "
        f"not listed at all ({percent(moved.rest)}) stay where they are."
    )
    notes = [cost, *_out_of_reach(moved), held, _CARE]
    return _joined(opening, crossings, corridors, plain_table((), (), notes=notes))


def _joined(*parts: str) -> str:
    """Parts of a page with one empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _what_was_done(moved: Displacement) -> list[str]:
    done = []
    if moved.closed:
        done.append(f"Closed: {', '.join(post.id for post in moved.closed)}.")
    if moved.penalties:
        done.append(
            "Dearer: "
            + ", ".join(f"{name} by {decimal(km)} km-equivalents" for name, km in moved.penalties.items())
            + "."
        )
    if moved.posts:
        done.append(
            "Watched: " + ", ".join(f"{p.id} ({set_percent(p.detection)} caught)" for p in moved.posts) + "."
        )
    return [" ".join(done)] if done else []


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


def _changes_table(what: str, rows: Sequence[PlaceChange] | Sequence[CorridorChange], top: int) -> str:
    noticeable = [row for row in rows if abs(row.after - row.before) >= _NOTICEABLE][:top]
    if not noticeable:
        return plain_table((), (), opening=[f"No {what} changes by as much as {set_percent(_NOTICEABLE)}."])
    body = [
        (
            row.id.replace(">", " > "),
            percent(row.before),
            percent(row.after),
            points(row.after - row.before),
            points_between(*row.change_90),
        )
        for row in noticeable
    ]
    return plain_table((what, "before", "after", "change", "90 %"), body)


def plan_text(plan: Plan, top: int) -> str:
    """Tell the posts, what gets through, how sure that is, and where the inflow moves."""
    parts = [plain_table((), (), opening=_verdict(plan))]
    change = {row.id: row for row in plan.displacement.crossings}
    if plan.posts and not plan.priority:
        body = [
            (
                post.id,
                set_percent(post.detection),
                f"{post.cost:g}",
                *(
                    (percent(change[post.id].before), percent(change[post.id].after))
                    if post.id in change
                    else ("-", "-")
                ),
            )
            for post in plan.posts
        ]
        parts.append(plain_table(("watch", "caught", "cost", "before", "after"), body))
    if plan.priority:
        parts.append(_priority_table(plan))
    if plan.posts:
        watched = {post.id for post in plan.posts}
        elsewhere = [row for row in plan.displacement.crossings if row.id not in watched]
        parts.append("Where it moves by route choice:\n" + _changes_table("crossing", elsewhere, top))
    if plan.ways and plan.posts:
        parts.append(_ways_table(plan, top))
    return _joined(*parts, plain_table((), (), opening=_plan_notes(plan)))


_ANSWERS = {
    "best": "every trafficker knows the posts and takes the best way past them",
    "logit": "shares move by route choice",
    "none": "nobody reacts",
}


def _verdict(plan: Plan) -> list[str]:
    if not plan.posts:
        why = "the budget pays for no post" if plan.budget == 0 else "no post that the budget pays for helps"
        first = f"No post: {why}. {percent(1.0)} of the inflow gets through."
    else:
        spent = sum(post.cost for post in plan.posts)
        first = (
            f"{len(plan.posts)} posts for {spent:g} of a budget of {plan.budget:g}: {percent(plan.passing)} "
            f"of the inflow gets through, if {_ANSWERS[plan.response]}."
        )
    sure = "proven optimal" if plan.proven_optimal else "not proven optimal: the search was cut short"
    bound = (
        f"Gap to the bound: {percent(plan.gap)} ({sure}; no plan lets less than "
        f"{percent(plan.lower_bound)} through)."
    )
    lines = [first, bound]
    if plan.beyond_all:
        lines.append(
            f"The budget pays for every one of the {plan.candidates} crossings that can be watched; those "
            "not listed would add nothing."
        )
    return lines


def _priority_table(plan: Plan) -> str:
    body = [
        (
            str(i),
            step.post.id,
            f"{step.budget:g}",
            percent(step.passing),
            percent(step.best_passing),
            points(step.passing - step.best_passing, 2),
        )
        for i, step in enumerate(plan.priority, 1)
    ]
    note = (
        "Staff them in this order: each budget keeps the posts of the smaller ones. best plan: what gets "
        "through the best plan of that budget alone; behind: percentage points that the list is behind it."
    )
    return plain_table(("#", "watch", "budget", "gets through", "best plan", "behind"), body, notes=[note])


def _ways_table(plan: Plan, top: int) -> str:
    turned = [way for way in plan.ways if way.crossings_after != way.crossings_before]
    chance = {post.id: 1 - post.detection for post in plan.posts}
    caught = sum(way.share * (1 - prod(chance.get(x, 1.0) for x in way.crossings_after)) for way in plan.ways)
    round_about = percent(sum(way.share for way in turned))
    opening = (
        f"Best answers: {round_about} of the inflow goes round. {percent(caught)} is caught at posts, "
        f"{percent(max(0.0, 1 - caught - plan.passing))} is what the longer ways cost."
    )
    body = [
        (
            f"{way.gate} > {way.processing_area}",
            " > ".join(way.crossings_before),
            " > ".join(way.crossings_after),
            percent(way.share),
            decimal(way.detour_km),
        )
        for way in turned[:top]
    ]
    if not body:
        return plain_table((), (), opening=[opening])
    return plain_table(("from > into", "before", "now by", "inflow", "detour"), body, opening=[opening])


def _plan_notes(plan: Plan) -> list[str]:
    notes = []
    if plan.response == "best":
        notes.append(
            "gets through: of what got through without posts. before, after: shares by route choice, as "
            "whatif has them. detour: in km-equivalents."
        )
        if plan.rule_share:
            notes.append(
                f"For {percent(plan.rule_share)} of the inflow a way that enters a country twice could be an "
                "answer to some plan; the plan reckons with it, corridors do not."
            )
    else:
        notes.append("before, after: shares by route choice, as whatif has them.")
    notes.append("Detection at posts and the worth of a detour are assumptions: --detect, --config.")
    return notes
