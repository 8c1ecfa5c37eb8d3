"""The part of a briefing on teams: where they stand, who takes turns, and where the flow would move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from routes.outputs.briefing.canvas import label
from routes.outputs.briefing.drawing import moved_drawing
from routes.outputs.documents.plan_document import frequencies
from routes.outputs.documents.text_blocks import Block, Figure, Paragraph, Section, Table
from routes.outputs.handling import status_word
from routes.outputs.language import message, table_day, tr, trn
from routes.outputs.placenames import country_name, place_name
from routes.outputs.text import (
    decimal,
    interval_text,
    listed,
    percent,
    points,
    points_between,
    set_percent,
    shortened,
)

if TYPE_CHECKING:
    from routes.outputs.briefing.material import Material
    from routes.planning.outcomes import Plan, Rotation, Shift
    from routes.results import PlaceChange

_MOVED_ROWS = 7
_WEEKS = 13
_ANSWERS = {
    "none": message("nobody reacts"),
    "logit": message("shares move by route choice"),
    "best": message("every trafficker knows the posts"),
}


def plan_sections(material: Material) -> tuple[Section, ...]:
    """Say where the teams should stand and where the flow moves, or what stands in for a plan."""
    title = trn("Plan for {n} team", "Plan for {n} teams", material.teams)
    plan = material.plan
    if plan is None:
        return (Section(title, _without_plan(material)),)
    parts = [
        Section(title, _posts(plan), beside="plan"),
        Section(tr("What gets through"), _through(plan), beside="plan"),
    ]
    if plan.rotation is not None:
        parts.append(Section(tr("Roster"), _roster(plan.rotation, material.names), kept=True))
    return (*parts, *_moves(material, plan))


def _without_plan(material: Material) -> tuple[Block, ...]:
    into = material.crossings_in[: material.teams]
    rows = tuple((shortened(p.name), percent(p.posterior_share)) for p in into)
    region = material.region
    text = tr(
        "These are the crossings into {where} with the largest shares. It is no plan: it does not reckon "
        "with traffickers who answer by going elsewhere.",
        where=country_name(region.destination, region.destination_name),
    )
    return (Paragraph(text), Table((tr("Crossing"), tr("Share")), rows, figures=(1,)))


def _posts(plan: Plan) -> tuple[Block, ...]:
    alone = {step.post.id: step.passing for step in plan.priority}
    nested = plan.priority and [step.post.id for step in plan.priority] == [post.id for post in plan.posts]
    often = frequencies(plan)
    further = [tr("Gets through up to here")] if nested else [tr("Held in")] if often else []
    heads = ["#", tr("Post"), tr("Caught there"), *further]
    rows = tuple(
        (
            str(i),
            label(post.name),
            set_percent(post.detection),
            *([percent(alone[post.id])] if nested else []),
            *([tr("{share} of weeks", share=percent(often.get(post.id, 1.0)))] if often else []),
        )
        for i, post in enumerate(plan.posts, 1)
    )
    blocks: list[Block] = [Table(tuple(heads), rows, figures=(0, 2, 3))]
    told = [_standing(plan)] if plan.standing else []
    told.append(trn("Chosen among {n} place.", "Chosen among {n} places.", plan.candidates))
    told.append(
        tr("Given these detection rates and this flow, no other choice lets less through (proven).")
        if plan.proven_optimal
        else tr(
            "No choice lets less than {bound} through (gap {gap}).",
            bound=percent(plan.lower_bound),
            gap=percent(plan.gap),
        )
    )
    assumed = [post for post in plan.posts if post.basis == "assumed"]
    if assumed:
        told.append(tr("What is caught there is assumed, not measured."))
    told += [
        tr(
            "{place} is not open ({status}): a post there catches those who cross all the same.",
            place=label(post.name),
            status=status_word(post.status),
        )
        for post in plan.posts
        if post.status != "open"
    ]
    blocks.append(Paragraph(" ".join(told)))
    if plan.priority and not nested:
        steps = tuple(
            (str(i), shortened(step.post.name), percent(step.passing), percent(step.best_passing))
            for i, step in enumerate(plan.priority, 1)
        )
        heads_of = ("#", tr("If teams come one by one"), tr("Gets through"), tr("Best of that size"))
        blocks.append(Table(heads_of, steps, figures=(0, 2, 3)))
    return tuple(blocks)


def _standing(plan: Plan) -> str:
    posts = listed([f"{label(post.name)} ({set_percent(post.detection)})" for post in plan.standing])
    return tr("Posts that stand already, and what is caught there: {posts}.", posts=posts)


def _through(plan: Plan) -> tuple[Block, ...]:
    rows = tuple(
        (
            tr(_ANSWERS.get(answer.response, answer.response)),
            percent(answer.passing),
            interval_text(*answer.interval_90),
        )
        for answer in plan.answers
    )
    blocks: list[Block] = []
    if rows:
        blocks.append(Table((tr("If"), tr("Gets through"), tr("90 % interval")), rows, figures=(1, 2)))
    else:
        blocks.append(
            Paragraph(tr("{share} of the inflow would still get through.", share=percent(plan.passing)))
        )
    sure = plan.certainty
    if sure is not None:
        blocks.append(
            Paragraph(
                tr(
                    "In {part} of {draws} draws of the model no plan found is better. On average {mean} "
                    "percentage points more get through than under the best plan for the draw, at worst "
                    "{worst}.",
                    part=percent(sure.best_in),
                    draws=decimal(sure.draws),
                    mean=decimal(100 * sure.mean_regret, 1),
                    worst=decimal(100 * sure.worst_regret, 1),
                )
            )
        )
    if plan.rotation is not None:
        blocks.append(
            Paragraph(
                tr(
                    "To traffickers who know how often each post is held, {share} is left of what the inflow "
                    "was worth; fixed posts leave {fixed}.",
                    share=percent(plan.passing),
                    fixed=percent(plan.rotation.fixed_passing),
                )
            )
        )
    return tuple(blocks)


def _roster(rotation: Rotation, names: dict[str, str]) -> tuple[Block, ...]:
    sets = tuple(
        (percent(some.frequency), ", ".join(names.get(post, post) for post in some.posts) or tr("none"))
        for some in rotation.sets[:_WEEKS]
    )
    blocks: list[Block] = []
    if rotation.roster:
        teams = sorted({shift.team for shift in rotation.roster})
        weeks: dict[int, dict[int, str]] = {}
        begins: dict[int, str] = {}
        for shift in rotation.roster:
            weeks.setdefault(shift.week, {})[shift.team] = _at(shift) or tr("rest")
            begins[shift.week] = table_day(date.fromisoformat(shift.begins))
        rows = tuple(
            (str(week), begins[week], *(weeks[week].get(team, tr("rest")) for team in teams))
            for week in sorted(weeks)[:_WEEKS]
        )
        blocks.append(
            Table(
                (tr("Week"), tr("Begins"), *(tr("Team {number}", number=team) for team in teams)),
                rows,
                figures=(0,),
            )
        )
        if len(weeks) > _WEEKS:
            blocks.append(
                Paragraph(
                    trn(
                        "{n} more week: `routes interdict --rotate --weeks N --format ics` writes them.",
                        "{n} more weeks: `routes interdict --rotate --weeks N --format ics` writes them.",
                        len(weeks) - _WEEKS,
                    )
                )
            )
    else:
        blocks.append(Table((tr("Of the weeks"), tr("Posts held")), sets, figures=(0,)))
    blocks.append(Paragraph(tr("Posts are drawn anew for every week: traffickers know how often, not when.")))
    return tuple(blocks)


def _at(shift: Shift) -> str:
    return place_name(shift.post or "", shortened(shift.name))


def _moves(material: Material, plan: Plan) -> tuple[Section, ...]:
    moved = plan.displacement
    rows = tuple(map(_moved_row, moved.crossings[:_MOVED_ROWS]))
    heads = (tr("Crossing"), tr("Before"), tr("After"), tr("Points"), tr("90 % interval"))
    text = tr(
        "Where the inflow would move by route choice once the posts stand, the largest changes first. The "
        "inflow into each processing area is held fixed."
    )
    table = Section(
        tr("Displacement"), (Table(heads, rows, figures=(1, 2, 3, 4)), Paragraph(text)), beside="moves"
    )
    picture = Figure(
        moved_drawing(moved, material.borders),
        tr("Full circles: the share rises. Open circles: it falls. By percentage points; triangles: posts."),
    )
    return table, Section(tr("Where it moves"), (picture,), beside="moves")


def _moved_row(change: PlaceChange) -> tuple[str, ...]:
    return (
        label(change.name),
        percent(change.before),
        percent(change.after),
        points(change.after - change.before),
        points_between(*change.change_90),
    )
