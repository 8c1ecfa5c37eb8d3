"""The part of a briefing on teams: where they should stand, and where the flow would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import Block, Paragraph, Section, Table
from routes.outputs.handling import shut_posts
from routes.outputs.text import count, interval_text, percent, points, points_between, set_percent, shortened

if TYPE_CHECKING:
    from routes.outputs.briefing.content import Material
    from routes.planning.outcomes import Plan
    from routes.results import Displacement

_MOVED_ROWS = 8


def plan_section(material: Material) -> Section:
    """Say where the teams should stand, or what stands in for a plan where there is none."""
    title = f"Plan for {count(material.teams, 'team')}"
    if material.plan is None:
        return Section(title, _without_plan(material))
    return Section(title, (*_posts(material.plan), *_moves(material.plan.displacement)))


def _without_plan(material: Material) -> tuple[Block, ...]:
    into = material.crossings_in[: material.teams]
    rows = tuple((shortened(p.name), percent(p.posterior_share)) for p in into)
    text = (
        f"These are the crossings into {material.region.destination_name} with the largest shares. It is no "
        "plan: it does not reckon with traffickers who answer by going elsewhere."
    )
    return (Paragraph(text), Table(("Crossing", "Share"), rows, figures=(1,)))


_ANSWERS = {
    "best": "every trafficker knows the posts",
    "logit": "traffickers move to other ways by route choice",
    "none": "nobody reacts",
    "roads": "all traffickers of a gate take the best road past the posts",
}


def _sure(plan: Plan) -> str:
    if plan.certainty is None:
        return ""
    return (
        f" 90 % interval: {interval_text(*plan.certainty.interval_90)}; in "
        f"{percent(plan.certainty.best_in)} of the draws of the model no plan found is better."
    )


def _posts(plan: Plan) -> tuple[Block, ...]:
    bound = (
        "Given these detection rates and this flow, no other choice of posts lets less through (proven)."
        if plan.proven_optimal
        else f"No choice of posts lets less than {percent(plan.lower_bound)} through "
        f"(gap {percent(plan.gap)})."
    )
    text = (
        f"Chosen among {count(plan.candidates, 'place')}. Every team catches a passage with the "
        f"probability shown. {percent(plan.passing)} of the inflow would still get through if "
        f"{_ANSWERS[plan.response]}. {bound}{_sure(plan)}"
    )
    rows = tuple(
        (str(i), shortened(post.name), set_percent(post.detection)) for i, post in enumerate(plan.posts, 1)
    )
    blocks: list[Block] = [Paragraph(text), Table(("#", "Post", "Caught there"), rows, figures=(0, 2))]
    shut = shut_posts([*plan.posts, *(step.post for step in plan.priority)])
    if shut:
        blocks.append(Paragraph(shut))
    if plan.priority:
        steps = tuple(
            (str(i), shortened(step.post.name), percent(step.passing), percent(step.best_passing))
            for i, step in enumerate(plan.priority, 1)
        )
        blocks += [
            Paragraph(
                "If teams come one after another, post them in this order. The last column is what the best "
                "plan for that many teams, made anew, would let through."
            ),
            Table(("#", "Next post", "Still gets through", "Best of that size"), steps, figures=(0, 2, 3)),
        ]
    return tuple(blocks)


def _moves(moved: Displacement) -> tuple[Block, ...]:
    rows = tuple(
        (
            shortened(change.name),
            percent(change.before),
            percent(change.after),
            points(change.after - change.before),
            points_between(*change.change_90),
        )
        for change in moved.crossings[:_MOVED_ROWS]
    )
    text = (
        "Displacement: where the inflow would move by route choice once the posts stand, the largest "
        "changes first. The inflow into each processing area is held fixed."
    )
    heads = ("Crossing", "Before", "After", "Change (points)", "90 % interval")
    return (Paragraph(text), Table(heads, rows, figures=(1, 2, 3, 4)))
