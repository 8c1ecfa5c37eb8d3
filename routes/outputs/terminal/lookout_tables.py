"""Where to look next as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.text import decimal, listed, percent

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from routes.outputs.documents.text_blocks import Block, Table
    from routes.planning.campaigns import Campaign, Lookout, Outcome

_TOLD = 3
"""Campaigns whose outcomes are told."""
_UNLIKELY = 0.005
_MARK = {"assumed": "*", "published": "", "given": ""}


def lookout_blocks(lookout: Lookout, top: int) -> tuple[Block, ...]:
    """Campaigns by what they teach about the plan, and about the ranking; what finds would do to the plan.

    Parameters
    ----------
    lookout : Lookout
    top : int
        How many campaigns each table lists.
    """
    campaigns = lookout.campaigns
    by_ranking = sorted(campaigns, key=lambda one: one.ranking_rank)[:top]
    opening = (
        f"Best {lookout.budget} posts now: {listed(list(lookout.posts))}. {percent(lookout.passing)} of the "
        f"inflow gets through (response: {lookout.response}); knowing the flow would "
        f"take {_points(lookout.perfect_worth)} points off on average; no campaign can take more."
    )
    about = (
        f"Each campaign looks into {decimal(lookout.inspected)} goods vehicles. plan: points of the inflow "
        "that less gets through on average, the plan chosen anew after the campaign. ranking: expected fall "
        "of the variance of the shares of corridors. finds: expected; none: chance of no find."
    )
    assumed = any(one.traffic == "assumed" for one in campaigns)
    note = (
        "* no count of goods vehicles a day is published: the median of those that are stands for it "
        "(--traffic gives one)."
        if assumed
        else ""
    )
    moves = (_moves(one, lookout.posts) for one in campaigns[:_TOLD])
    return (
        *paragraphs(opening),
        _table("Teaches most about the plan:", campaigns[:top]),
        _table("Teaches most about the ranking:", by_ranking),
        *paragraphs(*moves, about, note),
    )


def _table(caption: str, campaigns: Sequence[Campaign]) -> Table:
    return table_of(
        words("campaign at", (one.id for one in campaigns)),
        figures("plan", (_points(one.plan_worth) for one in campaigns)),
        figures("ranking", (percent(one.ranking_worth) for one in campaigns)),
        figures("finds", (decimal(one.expected_finds, 1) for one in campaigns)),
        figures("none", (percent(one.none_chance) for one in campaigns)),
        figures("share", (percent(one.share) for one in campaigns)),
        figures("a day", (decimal(one.vehicles_a_day) + _MARK[one.traffic] for one in campaigns)),
        caption=caption,
    )


def _points(share: float) -> str:
    return decimal(100 * share, 2)


def _moves(campaign: Campaign, posts: Collection[str]) -> str:
    """Say what nothing, or some finds, at a place would do to the plan."""
    likely = [outcome for outcome in campaign.outcomes if outcome.chance >= _UNLIKELY]
    if all(set(outcome.posts) == set(posts) for outcome in likely):
        return f"At {campaign.id} no likely number of finds changes the plan."
    return f"At {campaign.id}: {'; '.join(_move(outcome, posts) for outcome in likely)}."


def _move(outcome: Outcome, posts: Collection[str]) -> str:
    least, most = outcome.least, outcome.most
    finds = f"{least} or more finds" if most is None else f"{least} to {most} finds" if most > least else ""
    finds = finds or ("no find" if least == 0 else f"{least} find{'s' if least > 1 else ''}")
    taken, left = [x for x in outcome.posts if x not in posts], [x for x in posts if x not in outcome.posts]
    change = f"{listed(taken)} instead of {listed(left)}" if taken else "the plan stays"
    return f"{finds} ({percent(outcome.chance)}): {change}"
