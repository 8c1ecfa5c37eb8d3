"""The part of a briefing on teams: where they stand, who takes turns, and where the flow would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.briefing.canvas import label
from routes.outputs.briefing.drawing import moved_drawing
from routes.outputs.documents.plan_document import frequencies
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Section, Table
from routes.outputs.text import (
    count,
    decimal,
    interval_text,
    percent,
    points,
    points_between,
    set_percent,
    shortened,
)

if TYPE_CHECKING:
    from routes.outputs.briefing.material import Material
    from routes.planning.outcomes import Plan, Rotation
    from routes.results import PlaceChange

_MOVED_ROWS = 7
_WEEKS = 13
_ANSWERS = {
    "none": "nobody reacts",
    "logit": "shares move by route choice",
    "best": "every trafficker knows the posts",
}


def plan_sections(material: Material) -> tuple[Section, ...]:
    """Say where the teams should stand and where the flow moves, or what stands in for a plan."""
    title = f"Plan for {count(material.teams, 'team')}"
    plan = material.plan
    if plan is None:
        return (Section(title, _without_plan(material)),)
    parts = [
        Section(title, _posts(plan), beside="plan"),
        Section("What gets through", _through(plan), beside="plan"),
    ]
    if plan.rotation is not None:
        parts.append(Section("Roster", _roster(plan.rotation, material.names), kept=True))
    return (*parts, *_moves(material, plan))


def _without_plan(material: Material) -> tuple[Block, ...]:
    into = material.crossings_in[: material.teams]
    rows = tuple((shortened(p.name), percent(p.posterior_share)) for p in into)
    text = (
        f"These are the crossings into {material.region.destination_name} with the largest shares. It is no "
        "plan: it does not reckon with traffickers who answer by going elsewhere."
    )
    return (Paragraph(text), Table(("Crossing", "Share"), rows, figures=(1,)))


def _posts(plan: Plan) -> tuple[Block, ...]:
    alone = {step.post.id: step.passing for step in plan.priority}
    nested = plan.priority and [step.post.id for step in plan.priority] == [post.id for post in plan.posts]
    often = frequencies(plan)
    further = ["Gets through up to here"] if nested else ["Held in"] if often else []
    heads = ["#", "Post", "Caught there", *further]
    rows = tuple(
        (
            str(i),
            label(post.name),
            set_percent(post.detection),
            *([percent(alone[post.id])] if nested else []),
            *([f"{percent(often.get(post.id, 1.0))} of weeks"] if often else []),
        )
        for i, post in enumerate(plan.posts, 1)
    )
    blocks: list[Block] = [Table(tuple(heads), rows, figures=(0, 2, 3))]
    told = [f"Chosen among {count(plan.candidates, 'place')}."]
    told.append(
        "Given these detection rates and this flow, no other choice lets less through (proven)."
        if plan.proven_optimal
        else f"No choice lets less than {percent(plan.lower_bound)} through (gap {percent(plan.gap)})."
    )
    assumed = [post for post in plan.posts if post.basis == "assumed"]
    if assumed:
        told.append("What is caught there is assumed, not measured.")
    told += [
        f"{label(post.name)} is not open ({post.status}): a post there catches those who cross all the same."
        for post in plan.posts
        if post.status != "open"
    ]
    blocks.append(Paragraph(" ".join(told)))
    if plan.priority and not nested:
        steps = tuple(
            (str(i), shortened(step.post.name), percent(step.passing), percent(step.best_passing))
            for i, step in enumerate(plan.priority, 1)
        )
        heads_of = ("#", "If teams come one by one", "Gets through", "Best of that size")
        blocks.append(Table(heads_of, steps, figures=(0, 2, 3)))
    return tuple(blocks)


def _through(plan: Plan) -> tuple[Block, ...]:
    rows = tuple(
        (
            _ANSWERS.get(answer.response, answer.response),
            percent(answer.passing),
            interval_text(*answer.interval_90),
        )
        for answer in plan.answers
    )
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(("If", "Gets through", "90 % interval"), rows, figures=(1, 2)))
    else:
        blocks.append(Paragraph(f"{percent(plan.passing)} of the inflow would still get through."))
    sure = plan.certainty
    if sure is not None:
        blocks.append(
            Paragraph(
                f"In {percent(sure.best_in)} of {count(sure.draws, 'draw')} of the model no plan found is "
                f"better. On average {decimal(100 * sure.mean_regret, 1)} percentage points more get through "
                f"than under the best plan for the draw, at worst {decimal(100 * sure.worst_regret, 1)}."
            )
        )
    if plan.rotation is not None:
        blocks.append(
            Paragraph(
                f"To traffickers who know how often each post is held, {percent(plan.passing)} is left of "
                f"what the inflow was worth; fixed posts leave {percent(plan.rotation.fixed_passing)}."
            )
        )
    return tuple(blocks)


def _roster(rotation: Rotation, names: dict[str, str]) -> tuple[Block, ...]:
    sets = tuple(
        (percent(some.frequency), ", ".join(names.get(post, post) for post in some.posts) or "none")
        for some in rotation.sets[:_WEEKS]
    )
    blocks: list[Block] = []
    if rotation.roster:
        teams = sorted({shift.team for shift in rotation.roster})
        weeks: dict[int, dict[int, str]] = {}
        begins: dict[int, str] = {}
        for shift in rotation.roster:
            weeks.setdefault(shift.week, {})[shift.team] = shortened(shift.name) or "rest"
            begins[shift.week] = shift.begins
        rows = tuple(
            (str(week), begins[week], *(weeks[week].get(team, "rest") for team in teams))
            for week in sorted(weeks)[:_WEEKS]
        )
        blocks.append(Table(("Week", "Begins", *(f"Team {team}" for team in teams)), rows, figures=(0,)))
        if len(weeks) > _WEEKS:
            left = count(len(weeks) - _WEEKS, "more week")
            blocks.append(
                Paragraph(f"{left}: `routes interdict --rotate --weeks N --format ics` writes them.")
            )
    else:
        blocks.append(Table(("Of the weeks", "Posts held"), sets, figures=(0,)))
    blocks.append(Paragraph("Posts are drawn anew for every week: traffickers know how often, not when."))
    return tuple(blocks)


def _moves(material: Material, plan: Plan) -> tuple[Section, ...]:
    moved = plan.displacement
    rows = tuple(map(_moved_row, moved.crossings[:_MOVED_ROWS]))
    heads = ("Crossing", "Before", "After", "Points", "90 % interval")
    text = (
        "Where the inflow would move by route choice once the posts stand, the largest changes first. The "
        "inflow into each processing area is held fixed."
    )
    table = Section(
        "Displacement", (Table(heads, rows, figures=(1, 2, 3, 4)), Paragraph(text)), beside="moves"
    )
    picture = Figure(
        moved_drawing(moved, material.borders),
        "Full circles: the share rises. Open circles: it falls. By percentage points; triangles: posts.",
    )
    return table, Section("Where it moves", (picture,), beside="moves")


def _moved_row(change: PlaceChange) -> tuple[str, ...]:
    return (
        label(change.name),
        percent(change.before),
        percent(change.after),
        points(change.after - change.before),
        points_between(*change.change_90),
    )
