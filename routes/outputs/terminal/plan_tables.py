"""Plans for posts as blocks for a terminal."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from routes.outputs.documents.plan_document import bases, frequencies
from routes.outputs.documents.text_blocks import Paragraph, figures, paragraphs, table_of, words
from routes.outputs.handling import shut_posts
from routes.outputs.terminal.planning_tables import changes_block
from routes.outputs.text import count, decimal, interval_text, percent, points, set_percent

if TYPE_CHECKING:
    from routes.outputs.documents.text_blocks import Block
    from routes.planning.outcomes import Certainty, Plan, Rotation
    from routes.results import Post

_LISTED = 8  # posts of the best plans in draws
_WEEKS = 12  # of a roster in a table


def plan_blocks(plan: Plan, top: int) -> tuple[Block, ...]:
    """Tell the posts, what gets through, how sure that is, and where the inflow moves."""
    blocks: list[Block] = [*paragraphs(*_verdict(plan))]
    if plan.posts and not plan.priority:
        blocks.append(_posts(plan))
    if plan.priority:
        blocks += _priority(plan)
    if plan.rotation is not None:
        blocks += _rotating(plan.rotation)
    if plan.posts or plan.standing:
        blocks.append(_answers(plan))
    if plan.posts and plan.certainty is not None:
        blocks += _certain(plan.certainty)
    if plan.posts:
        watched = {post.id for post in (*plan.posts, *plan.standing)}
        elsewhere = [row for row in plan.displacement.crossings if row.id not in watched]
        blocks.append(changes_block("crossing", elsewhere, top, "Where it moves by route choice:"))
    if plan.ways and plan.posts:
        blocks += _ways(plan, top)
    return (*blocks, *paragraphs(*_plan_notes(plan)))


def _posts(plan: Plan) -> Block:
    change = {row.id: row for row in (*plan.displacement.gates, *plan.displacement.crossings)}
    posts: tuple[Post, ...] = plan.posts
    moved = [change.get(post.id) for post in posts]
    often = frequencies(plan)
    held = (figures("held", (percent(often.get(post.id, 1.0)) for post in posts)),) if often else ()
    return table_of(
        words("watch", (post.id for post in posts)),
        *held,
        figures("caught", (set_percent(post.detection) for post in posts)),
        figures("cost", (f"{post.cost:g}" for post in posts)),
        figures("share before", (percent(row.before) if row else "-" for row in moved)),
        figures("share after", (percent(row.after) if row else "-" for row in moved)),
        words("name", (post.name for post in posts), spare=True),
    )


_ANSWERS = {
    "best": "every trafficker knows the posts",
    "logit": "shares move by route choice",
    "none": "nobody reacts",
    "roads": "all traffickers of a gate take the best road past the posts that they know",
}
_NAMES = {"none": "nobody reacts", "logit": "by route choice", "best": "all know the posts"}


def _verdict(plan: Plan) -> list[str]:
    if not plan.posts:
        first = f"No post: {_why_none(plan)}. {percent(plan.passing)} of the inflow gets through."
    elif plan.rotation is not None:
        first = (
            f"Posts that rotate, for a budget of {plan.budget:g} at a time: {percent(plan.passing)} is left "
            f"to traffickers who know how often each is held, and not when. Fixed posts leave "
            f"{percent(plan.rotation.fixed_passing)}."
        )
    else:
        spent = sum(post.cost for post in plan.posts)
        first = (
            f"{count(len(plan.posts), 'post')} for {spent:g} of a budget of {plan.budget:g}: "
            f"{percent(plan.passing)} of the inflow gets through, if {_ANSWERS[plan.response]}."
        )
    sure = "proven optimal" if plan.proven_optimal else "the search was cut short, not proven optimal"
    if plan.rotation is not None and not plan.proven_optimal:
        sure = "proven"
    bound = (
        f"Gap to the bound: {percent(plan.gap)} ({sure}, given these detection rates and this flow; no plan "
        f"lets less than {percent(plan.lower_bound)} through)."
    )
    lines = [first, bound, _standing(plan)]
    lines.append(shut_posts([*plan.standing, *plan.posts, *(step.post for step in plan.priority)]))
    if plan.beyond_all:
        lines.append(
            f"The budget pays for every one of the {plan.candidates} places that can be watched; those "
            "not listed would add nothing."
        )
    return [line for line in lines if line]


def _standing(plan: Plan) -> str:
    if not plan.standing:
        return ""
    listed = ", ".join(f"{post.id} ({set_percent(post.detection)} caught)" for post in plan.standing)
    return (
        f"Posts that stand already: {listed}. With them alone {percent(plan.passing_before)} of the inflow "
        "gets through."
    )


def _answers(plan: Plan) -> Block:
    return table_of(
        words("traffickers", (_NAMES.get(row.response, row.response) for row in plan.answers)),
        figures("not caught", (percent(row.passing) for row in plan.answers)),
        figures("90 %", (interval_text(*row.interval_90) for row in plan.answers)),
        caption="What is not caught at these posts, by how traffickers answer:",
    )


def _certain(sure: Certainty) -> tuple[Block, ...]:
    low, high = sure.interval_90
    text = (
        f"How sure: {interval_text(low, high)} gets through (90 %). In {percent(sure.best_in)} of "
        f"{sure.draws} draws no plan found is better. On average {decimal(100 * sure.mean_regret, 1)} "
        f"percentage points more get through than under the best plan for the draw, at worst "
        f"{decimal(100 * sure.worst_regret, 1)}. Least expected regret: "
        f"{', '.join(sure.least_regret_posts) or 'no post'} ({decimal(100 * sure.least_mean_regret, 1)}, "
        "at worst "
        f"{decimal(100 * sure.least_worst_regret, 1)})."
    )
    often = list(sure.membership.items())[:_LISTED]
    table = table_of(
        words("place", (name for name, _ in often)),
        figures("in best plans", (percent(share) for _, share in often)),
        caption="Posts of the best plan, draw by draw:",
    )
    return Paragraph(text), table


def _rotating(rotation: Rotation) -> tuple[Block, ...]:
    sets = table_of(
        figures("of the weeks", (percent(some.frequency) for some in rotation.sets)),
        words("posts held", (", ".join(some.posts) or "none" for some in rotation.sets)),
        caption="Sets of posts, drawn anew for every week:",
    )
    if not rotation.roster:
        return (sets,)
    weeks = sorted({shift.week for shift in rotation.roster})
    shown = [shift for shift in rotation.roster if shift.week <= _WEEKS]
    table = table_of(
        figures("week", (shift.week for shift in shown)),
        words("begins", (shift.begins for shift in shown)),
        figures("team", (shift.team for shift in shown)),
        words("post", (shift.post or "rest" for shift in shown)),
        figures("km", (decimal(shift.move_km) for shift in shown)),
        words("name", (shift.name for shift in shown), spare=True),
        caption="Roster:",
    )
    more = f"{len(weeks) - _WEEKS} more weeks: --format csv or ics." if len(weeks) > _WEEKS else ""
    return (sets, table, *paragraphs(more))


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
    notes = ["share before, after: by route choice, as whatif has them.", *bases(plan)]
    if plan.response == "best":
        notes.append(
            "gets through: of what the inflow was worth to traffickers without posts; what they lose by ways "
            "that they like less counts as well as what is caught."
        )
    if plan.response == "roads":
        notes.append("gets through: of what got through without posts. dearer by: in km-equivalents.")
    if plan.rule_share:
        notes.append(
            f"For {percent(plan.rule_share)} of the inflow a way that enters a country twice could be an "
            "answer to some plan; the plan reckons with it, corridors do not."
        )
    return notes
