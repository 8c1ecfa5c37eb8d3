"""Where to look next as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.language import tr, trn
from routes.outputs.placenames import called
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
    opening = trn(
        "Best {n} post now: {posts}. {share} of the inflow gets through (response: {response}); knowing the "
        "flow would take {worth} points off on average; no campaign can take more.",
        "Best {n} posts now: {posts}. {share} of the inflow gets through (response: {response}); knowing the "
        "flow would take {worth} points off on average; no campaign can take more.",
        lookout.budget,
        posts=listed([*map(called, lookout.posts)]),
        share=percent(lookout.passing),
        response=lookout.response,
        worth=_points(lookout.perfect_worth),
    )
    about = trn(
        "Each campaign looks into {n} goods vehicle. plan: points of the inflow that less gets through on "
        "average, the plan chosen anew after the campaign. ranking: expected fall of the variance of the "
        "shares of corridors. finds: expected; none: chance of no find.",
        "Each campaign looks into {n} goods vehicles. plan: points of the inflow that less gets through on "
        "average, the plan chosen anew after the campaign. ranking: expected fall of the variance of the "
        "shares of corridors. finds: expected; none: chance of no find.",
        lookout.inspected,
    )
    assumed = any(one.traffic == "assumed" for one in campaigns)
    note = (
        tr(
            "* no count of goods vehicles a day is published: the median of those that are stands for it "
            "(--traffic gives one)."
        )
        if assumed
        else ""
    )
    moves = (_moves(one, lookout.posts) for one in campaigns[:_TOLD])
    return (
        *paragraphs(opening),
        _table(tr("Teaches most about the plan:"), campaigns[:top]),
        _table(tr("Teaches most about the ranking:"), by_ranking),
        *paragraphs(*moves, about, note),
    )


def _table(caption: str, campaigns: Sequence[Campaign]) -> Table:
    return table_of(
        words(tr("campaign at"), (called(one.id) for one in campaigns)),
        figures(tr("plan"), (_points(one.plan_worth) for one in campaigns)),
        figures(tr("ranking"), (percent(one.ranking_worth) for one in campaigns)),
        figures(tr("finds"), (decimal(one.expected_finds, 1) for one in campaigns)),
        figures(tr("none"), (percent(one.none_chance) for one in campaigns)),
        figures(tr("share"), (percent(one.share) for one in campaigns)),
        figures(tr("a day"), (decimal(one.vehicles_a_day) + _MARK[one.traffic] for one in campaigns)),
        caption=caption,
    )


def _points(share: float) -> str:
    return decimal(100 * share, 2)


def _moves(campaign: Campaign, posts: Collection[str]) -> str:
    """Say what nothing, or some finds, at a place would do to the plan."""
    likely = [outcome for outcome in campaign.outcomes if outcome.chance >= _UNLIKELY]
    if all(set(outcome.posts) == set(posts) for outcome in likely):
        return tr("At {place} no likely number of finds changes the plan.", place=called(campaign.id))
    moves = "; ".join(_move(outcome, posts) for outcome in likely)
    return tr("At {place}: {moves}.", place=called(campaign.id), moves=moves)


def _move(outcome: Outcome, posts: Collection[str]) -> str:
    taken = [called(place) for place in outcome.posts if place not in posts]
    left = [called(place) for place in posts if place not in outcome.posts]
    stays = tr("the plan stays")
    change = tr("{posts} instead of {others}", posts=listed(taken), others=listed(left)) if taken else stays
    return f"{_finds(outcome.least, outcome.most)} ({percent(outcome.chance)}): {change}"


def _finds(least: int, most: int | None) -> str:
    """Count finds from a least to a most; None for any more.

    Examples
    --------
    >>> _finds(0, 0), _finds(1, 1), _finds(2, 5), _finds(1, None)
    ('no find', '1 find', '2 to 5 finds', '1 or more finds')
    """
    if most is None:
        return trn("{n} or more finds", "{n} or more finds", least)
    if most > least:
        return trn("{least} to {n} finds", "{least} to {n} finds", most, least=least)
    return trn("{n} find", "{n} finds", least) if least else tr("no find")
