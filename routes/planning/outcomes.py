"""Plans for posts as frozen result types; units and coordinates as in `routes.results`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from routes.results import Amount, Area, Displacement, Gate, Interval, Post, Provenance, Share
from routes.support.described import NOT_WRITTEN, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class EvadingWay:
    """Best way of a trafficker from a gate to a processing area, who knows the posts.

    What passes is less both for losses at posts and for longer ways.
    """

    gate: Gate
    processing_area: Area
    share: Annotated[Share, "Inflow that goes from this gate to this area."]
    crossings_before: Annotated[tuple[str, ...], "Crossings of the best way without posts, in order."]
    crossings_after: Annotated[tuple[str, ...], "Crossings of the best way past the posts, in order."]
    passing: Annotated[Share, "What still gets through of it, relative to no posts."]
    detour_km: Annotated[Amount, "What the way past the posts costs more, in km-equivalents."]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityStep:
    """One line of a nested priority list, and of the budget curve beside it."""

    post: Annotated[Post, "The post that comes next."]
    budget: Annotated[float, "What the list costs up to here."]
    passing: Annotated[Share, "What then gets through."]
    best_passing: Annotated[Share, "What gets through the best plan of that budget alone."]
    best_bound: Annotated[Share, "Proven bound below every plan of that budget."]
    best_posts: Annotated[tuple[str, ...], "Crossings of that best plan."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What gets past the posts if traffickers answer in one way: the part that is not caught there."""

    response: Annotated[str, "none: nobody reacts; logit: by route choice; best: all know the posts."]
    passing: Annotated[Share, "Inflow that is not caught at posts."]
    interval_90: Annotated[Interval, "Of it."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How sure a plan is, over draws of the posterior, given the detection at posts.

    Regret is what more gets through than under the best plan found for the draw.
    """

    interval_90: Annotated[Interval, "Of what gets through."]
    draws: Annotated[int, Rule(minimum=1), "Draws in which the best plan was looked for."]
    best_in: Annotated[Share, "Share of the draws in which the plan is the best."]
    mean_regret: Annotated[Share, "Mean of its regret over the draws."]
    worst_regret: Annotated[Share, "The largest."]
    least_regret_posts: Annotated[tuple[str, ...], "Posts of the plan whose mean regret is least."]
    least_mean_regret: Annotated[Share, "Mean regret of that plan."]
    least_worst_regret: Annotated[Share, "Its largest."]
    membership: Annotated[dict[str, Share], "Place -> share of the draws whose best plan has a post there."]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSet:
    """Posts that are held at the same time, and how often."""

    posts: Annotated[tuple[str, ...], "Places."]
    frequency: Annotated[Share, "Part of the weeks in which these are held."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Where one team stands in one week."""

    week: Annotated[int, Rule(minimum=1), "Week of the roster."]
    begins: Annotated[str, Rule(format="date"), "Its first day."]
    team: Annotated[int, Rule(minimum=1), "Number of the team."]
    post: Annotated[str, "Place; empty for a week of rest."]
    name: Annotated[str, "Name of the place."]
    move_km: Annotated[Amount, "Road from the post before, in kilometres."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Sets of posts with frequencies: traffickers know how often, not when."""

    sets: Annotated[tuple[PostSet, ...], "By falling frequency."]
    fixed_posts: Annotated[tuple[str, ...], "Posts of the best plan found that does not rotate."]
    fixed_passing: Annotated[Share, "What that plan leaves."]
    move_km: Annotated[Amount | None, "Longest road between two posts of a team; null: any."]
    roster: Annotated[tuple[Shift, ...], "Week by week; empty unless asked for."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which crossings to watch within a budget.

    What passes, its bound and the gap are for these detection rates and this flow. Under the responses
    ``best`` and ``roads`` chances that are lost by worse ways count as well as those lost at posts. With a
    ``rule_share`` of 0 the plan is the best for corridors, too. ``displacement`` is by route choice.
    """

    response: Annotated[Literal["best", "logit", "none", "roads"], "How traffickers answer to posts."]
    budget: Annotated[Amount, "What the posts may cost together."]
    posts: Annotated[tuple[Post, ...], "The gates and crossings to watch, by gain; those that must be first."]
    passing: Annotated[Share, "Inflow that gets through; 1 with no posts."]
    lower_bound: Annotated[Share, "No plan within the budget lets less through."]
    gap: Annotated[Share, "(passing - lower_bound) / passing."]
    proven_optimal: Annotated[bool, "Whether no better plan exists, up to rounding."]
    candidates: Annotated[int, Rule(minimum=1), "Gates and crossings that could be watched."]
    beyond_all: Annotated[bool, "Whether the budget would pay for every candidate."]
    ways: Annotated[
        tuple[EvadingWay, ...], "Best answers of the traffickers; empty unless the response is roads."
    ]
    rule_share: Annotated[Share, "Inflow whose best way could, under some plan, enter a country twice."]
    priority: Annotated[
        tuple[PriorityStep, ...],
        "Nested list: each budget keeps the posts of the smaller ones. Empty unless asked for.",
    ]
    displacement: Annotated[Displacement, NOT_WRITTEN]
    standing: Annotated[tuple[Post, ...], "Posts that stand already and cannot move."] = ()
    passing_before: Annotated[Share, "Inflow that gets past the standing posts alone."] = 1.0
    answers: Annotated[tuple[Answer, ...], "What is not caught at posts, response by response."] = ()
    certainty: Annotated[Certainty | None, "Over draws; null if the plan rotates, or for roads."] = None
    rotation: Annotated[Rotation | None, "How the posts rotate; null if they do not."] = None
    provenance: Provenance = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What gets through in one week."""

    week: Annotated[int, Rule(minimum=1), "Week."]
    passing: Annotated[Share, "Inflow that gets through, mean over the runs."]
    interval_90: Annotated[Interval, "Of it."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What gets through week by week under one plan."""

    plan: Annotated[str, "no plan (but for posts that stand), fixed, or rotating."]
    points: Annotated[tuple[CurvePoint, ...], "Week by week."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A plan against traffickers who learn from what is caught."""

    weeks: Annotated[int, Rule(minimum=1), "How long."]
    lag_weeks: Annotated[float, Rule(minimum=1), "Each week moves a belief by one part in so many."]
    runs: Annotated[int, Rule(minimum=1), "Draws of the posterior, each with a roster of its own."]
    curves: Annotated[tuple[Curve, ...], "One a plan."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """Crossings that, shut together, make the cheapest way from a gate into an area dearest."""

    gate: Gate
    processing_area: Area
    budget: Annotated[int, Rule(minimum=0), "How many may be shut."]
    crossings: Annotated[tuple[str, ...], "Those to shut; fewer if more would not help."]
    cost_before: Annotated[Amount, "Cost of the cheapest way before, in km-equivalents."]
    cost_after: Annotated[Amount | None, "The same after; null: no way is left."]
    upper_bound: Annotated[Amount | None, "No other choice makes it dearer than this; null: none is known."]
    gap: Annotated[Share, "(upper_bound - cost_after) / upper_bound."]
    proven_optimal: Annotated[bool, "Whether no choice does more."]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMove:
    """A what-if by its name."""

    name: Annotated[str, "Name of the scenario."]
    as_of: Annotated[str | None, "Day for which its crossings stand; null: that of the question."]
    displacement: Annotated[Displacement, NOT_WRITTEN]
