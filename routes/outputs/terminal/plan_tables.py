"""Plans for posts as blocks for a terminal."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from routes.outputs.documents.plan_document import bases, frequencies
from routes.outputs.documents.text_blocks import Paragraph, figures, paragraphs, table_of, words
from routes.outputs.handling import shut_posts
from routes.outputs.language import figures as signs
from routes.outputs.language import message, tr, trn
from routes.outputs.placenames import place_name, with_names
from routes.outputs.terminal.planning_tables import changes_block
from routes.outputs.terminal.ranking_tables import known_by, named_way
from routes.outputs.text import decimal, interval_text, percent, points, set_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.outputs.documents.text_blocks import Block
    from routes.planning.outcomes import Certainty, Plan, Rotation, Shift
    from routes.results import Post

_LISTED = 8  # posts of the best plans in draws
_WEEKS = 12  # of a roster in a table


def plan_blocks(plan: Plan, top: int) -> tuple[Block, ...]:
    """Tell the posts, what gets through, how sure that is, and where the inflow moves."""
    plan = with_names(plan)
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
        blocks.append(changes_block("crossing", elsewhere, top, tr("Where it moves by route choice:")))
    if plan.ways and plan.posts:
        blocks += _ways(plan, top)
    return (*blocks, *paragraphs(*_plan_notes(plan)))


def _posts(plan: Plan) -> Block:
    change = {row.id: row for row in (*plan.displacement.gates, *plan.displacement.crossings)}
    posts: tuple[Post, ...] = plan.posts
    moved = [change.get(post.id) for post in posts]
    often = frequencies(plan)
    held = (figures(tr("held"), (percent(often.get(post.id, 1.0)) for post in posts)),) if often else ()
    first, last = known_by(
        tr("watch"), (post.id for post in posts), (post.name for post in posts), tr("name")
    )
    return table_of(
        first,
        *held,
        figures(tr("caught"), (set_percent(post.detection) for post in posts)),
        figures(tr("cost"), (signs(f"{post.cost:g}") for post in posts)),
        figures(tr("share before"), (percent(row.before) if row else "-" for row in moved)),
        figures(tr("share after"), (percent(row.after) if row else "-" for row in moved)),
        last,
    )


_ANSWERS = {
    "best": message("{share} of the inflow gets through, if every trafficker knows the posts."),
    "logit": message("{share} of the inflow gets through, if shares move by route choice."),
    "none": message("{share} of the inflow gets through, if nobody reacts."),
    "roads": message(
        "{share} of the inflow gets through, if all traffickers of a gate take the best road past the posts "
        "that they know."
    ),
}
_NAMES = {
    "none": message("nobody reacts"),
    "logit": message("by route choice"),
    "best": message("all know the posts"),
}


def _verdict(plan: Plan) -> list[str]:
    if not plan.posts:
        first = tr(
            "No post: {reason}. {share} of the inflow gets through.",
            reason=_why_none(plan),
            share=percent(plan.passing),
        )
    elif plan.rotation is not None:
        first = tr(
            "Posts that rotate, for a budget of {budget} at a time: {share} is left to traffickers who know "
            "how often each is held, and not when. Fixed posts leave {fixed}.",
            budget=signs(f"{plan.budget:g}"),
            share=percent(plan.passing),
            fixed=percent(plan.rotation.fixed_passing),
        )
    else:
        spent = trn(
            "{n} post for {spent} of a budget of {budget}.",
            "{n} posts for {spent} of a budget of {budget}.",
            len(plan.posts),
            spent=signs(f"{sum(post.cost for post in plan.posts):g}"),
            budget=signs(f"{plan.budget:g}"),
        )
        first = f"{spent} {tr(_ANSWERS[plan.response], share=percent(plan.passing))}"
    sure = tr("proven optimal") if plan.proven_optimal else tr("the search was cut short, not proven optimal")
    if plan.rotation is not None and not plan.proven_optimal:
        sure = tr("proven")
    bound = tr(
        "Gap to the bound: {gap} ({sure}, given these detection rates and this flow; no plan lets less than "
        "{bound} through).",
        gap=percent(plan.gap),
        sure=sure,
        bound=percent(plan.lower_bound),
    )
    lines = [first, bound, _standing(plan)]
    lines.append(shut_posts([*plan.standing, *plan.posts, *(step.post for step in plan.priority)]))
    if plan.beyond_all:
        lines.append(
            tr(
                "The budget pays for every place that can be watched ({places}); those not listed would add "
                "nothing.",
                places=plan.candidates,
            )
        )
    return [line for line in lines if line]


def _standing(plan: Plan) -> str:
    if not plan.standing:
        return ""
    listed = ", ".join(
        tr("{place} ({share} caught)", place=place_name(post.id, post.id), share=set_percent(post.detection))
        for post in plan.standing
    )
    return tr(
        "Posts that stand already: {posts}. With them alone {share} of the inflow gets through.",
        posts=listed,
        share=percent(plan.passing_before),
    )


def _answers(plan: Plan) -> Block:
    return table_of(
        words(tr("traffickers"), (tr(_NAMES.get(row.response, row.response)) for row in plan.answers)),
        figures(tr("not caught"), (percent(row.passing) for row in plan.answers)),
        figures("90 %", (interval_text(*row.interval_90) for row in plan.answers)),
        caption=tr("What is not caught at these posts, by how traffickers answer:"),
    )


def _certain(sure: Certainty) -> tuple[Block, ...]:
    low, high = sure.interval_90
    text = tr(
        "How sure: {interval} gets through (90 %). In {best_in} of {draws} draws no plan found is better. On "
        "average {mean} percentage points more get through than under the best plan for the draw, at worst "
        "{worst}. Least expected regret: {posts} ({least_mean}, at worst {least_worst}).",
        interval=interval_text(low, high),
        best_in=percent(sure.best_in),
        draws=sure.draws,
        mean=decimal(100 * sure.mean_regret, 1),
        worst=decimal(100 * sure.worst_regret, 1),
        posts=", ".join(place_name(x, x) for x in sure.least_regret_posts) or tr("no post"),
        least_mean=decimal(100 * sure.least_mean_regret, 1),
        least_worst=decimal(100 * sure.least_worst_regret, 1),
    )
    often = list(sure.membership.items())[:_LISTED]
    table = table_of(
        words(tr("place"), (place_name(name, name) for name, _ in often)),
        figures(tr("in best plans"), (percent(share) for _, share in often)),
        caption=tr("Posts of the best plan, draw by draw:"),
    )
    return Paragraph(text), table


def _rotating(rotation: Rotation) -> tuple[Block, ...]:
    sets = table_of(
        figures(tr("of the weeks"), (percent(some.frequency) for some in rotation.sets)),
        words(
            tr("posts held"),
            (", ".join(place_name(x, x) for x in some.posts) or tr("none") for some in rotation.sets),
        ),
        caption=tr("Sets of posts, drawn anew for every week:"),
    )
    if not rotation.roster:
        return (sets,)
    weeks = sorted({shift.week for shift in rotation.roster})
    shown = [shift for shift in rotation.roster if shift.week <= _WEEKS]
    table = table_of(
        figures(tr("week"), (shift.week for shift in shown)),
        words(tr("begins"), (shift.begins for shift in shown)),
        figures(tr("team"), (shift.team for shift in shown)),
        words(tr("post"), map(_held, shown)),
        figures(tr("km"), (decimal(shift.move_km) for shift in shown)),
        words(tr("name"), (place_name(shift.post or "", shift.name) for shift in shown), spare=True),
        caption=tr("Roster:"),
    )
    left = len(weeks) - _WEEKS
    more = trn("{n} more week: --format csv or ics.", "{n} more weeks: --format csv or ics.", left)
    more = more if left > 0 else ""
    return (sets, table, *paragraphs(more))


def _held(shift: Shift) -> str:
    return place_name(shift.post, shift.post) if shift.post else tr("rest")


def _why_none(plan: Plan) -> str:
    if plan.budget == 0:
        return tr("the budget pays for no post")
    if not plan.proven_optimal:
        return tr("the search was ended before it found one; give it more time (--time-limit)")
    return tr("no post that the budget pays for helps")


def _priority(plan: Plan) -> tuple[Block, ...]:
    steps = plan.priority
    first, last = known_by(
        tr("watch"), (step.post.id for step in steps), (step.post.name for step in steps), tr("name")
    )
    table = table_of(
        figures("#", range(1, len(steps) + 1)),
        first,
        figures(tr("budget"), (signs(f"{step.budget:g}") for step in steps)),
        figures(tr("gets through"), (percent(step.passing) for step in steps)),
        figures(tr("best plan"), (percent(step.best_passing) for step in steps)),
        figures(tr("points behind"), (points(step.passing - step.best_passing, 2) for step in steps)),
        last,
    )
    note = tr(
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
        tr(
            "Best answers: {round} of the inflow goes round. {caught} is caught at posts, {cost} is what the "
            "longer ways cost.",
            round=round_about,
            caught=percent(caught),
            cost=percent(max(0.0, 1 - caught - plan.passing)),
        )
    )
    listed = turned[:top]
    if not listed:
        return (opening,)
    table = table_of(
        words(tr("from > into"), (_way((one.gate, one.processing_area)) for one in listed)),
        words(tr("way before"), (_way(one.crossings_before) for one in listed)),
        words(tr("way now"), (_way(one.crossings_after) for one in listed)),
        figures(tr("inflow"), (percent(one.share) for one in listed)),
        figures(tr("dearer by"), (decimal(one.detour_km) for one in listed)),
    )
    return opening, table


def _way(stops: Sequence[str]) -> str:
    return named_way(">".join(stops), {stop: place_name(stop, stop) for stop in stops})


def _plan_notes(plan: Plan) -> list[str]:
    notes = [tr("share before, after: by route choice, as whatif has them."), *_bases(plan)]
    if plan.response == "best":
        notes.append(
            tr(
                "gets through: of what the inflow was worth to traffickers without posts; what they lose by "
                "ways that they like less counts as well as what is caught."
            )
        )
    if plan.response == "roads":
        notes.append(tr("gets through: of what got through without posts. dearer by: in km-equivalents."))
    if plan.rule_share:
        notes.append(
            tr(
                "For {share} of the inflow a way that enters a country twice could be an answer to some "
                "plan; the plan reckons with it, corridors do not.",
                share=percent(plan.rule_share),
            )
        )
    return notes


def _bases(plan: Plan) -> list[str]:
    return [
        tr(sentence, places=", ".join(place_name(name, name) for name in names))
        for sentence, names in bases(plan)
    ]
