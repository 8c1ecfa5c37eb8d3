r"""Where to look next: what a campaign of known effort at a place would teach.

A campaign looks into *n* goods vehicles at place *x*. In draw *d* of the posterior it finds *k* with the
chance :math:`P(k \mid d)` of a Poisson variable with the mean of `routes.evidence.inspections`. So *k* finds
turn the weights of the draws into :math:`w_d P(k \mid d) / \sum_d w_d P(k \mid d)`, and with the loss
:math:`L_{pd}`, what gets through plan *p* in draw *d*, the campaign is worth

.. math:: \min_p \sum_d w_d L_{pd} - \sum_k \min_p \sum_d w_d P(k \mid d) L_{pd}

to the plan: the expected value of sample information (Raiffa & Schlaifer 1961), never below 0 and never above
that of knowing the draw. To the ranking it is worth the fall of the variance of the shares of all corridors,
as a part of it: the variance of their means after the campaign. (The corridors with the least variance, which
hold a thousandth of it, are left out.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from scipy.special import gammaln

from routes.corridors import places_passed
from routes.errors import RoutesError
from routes.evidence.inspections import INFLOW
from routes.evidence.shares import fewest_holding
from routes.planning.certainty import NOTICEABLE, exchanges, noticeable, plans_best_in_draws, value_of
from routes.planning.displacement import known_place
from routes.planning.flows import flows_of
from routes.planning.games import reaction_of
from routes.planning.passages import passages_of, thinned
from routes.planning.posts import Deployment, choices
from routes.ranking import place_facts
from routes.read.effort import vehicles_a_day
from routes.results import Amount, Chance, Name, PlaceId, Share
from routes.support.described import Digits, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.planning.certainty import Value
    from routes.planning.passages import Passages
    from routes.support.arrays import Floats, Mask


DRAWS = 1000
"""Of the posterior, by which the worth of a campaign is reckoned."""
MOST_FINDS = 40
"""From so many finds on, one more makes no difference."""
_ALL_PLANS = 4000  # plans that are looked at one by one
_SECONDS = 20.0
_LEAST_CHANCE = 1e-12
_LEFT_OUT = 1e-3  # of the variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a number of finds would do to the plan."""

    least: Annotated[int, Rule(minimum=0), "Fewest finds with this plan."]
    most: Annotated[int | None, "Most finds with it; null where any more change nothing."]
    chance: Annotated[Chance, "Chance of so many finds."]
    posts: Annotated[tuple[str, ...], "Ids of the best posts after so many finds."]
    passing: Annotated[Share, "What then gets through."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign of inspections at a place, and what it would teach."""

    id: PlaceId
    name: Name
    kind: Annotated[str, Rule(enum=("crossing", "gate", "processing_area")), "What the place is."]
    vehicles_a_day: Annotated[Amount, Digits(1), "Goods vehicles that pass a day."]
    traffic: Annotated[
        str,
        Rule(enum=("given", "published", "assumed")),
        "What the vehicles a day rest on; assumed: the median of all published counts.",
    ]
    share: Annotated[Share, "Share of the inflow that passes here."]
    expected_finds: Annotated[Amount, Digits(4), "Mean number of finds."]
    none_chance: Annotated[Chance, "Chance that nothing is found."]
    plan_worth: Annotated[
        Share, "By how much less of the inflow gets through on average, thanks to what the campaign teaches."
    ]
    plan_rank: Annotated[int, Rule(minimum=1), "Place by what it teaches about the plan."]
    ranking_worth: Annotated[
        Share, "Expected fall of the variance of the shares of all corridors, as a part of it."
    ]
    ranking_rank: Annotated[int, Rule(minimum=1), "Place by what it teaches about the ranking."]
    outcomes: Annotated[tuple[Outcome, ...], "What nothing, or more and more finds, would do to the plan."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """Campaigns, those first that teach most about the plan, beside the plan as it is now."""

    inspected: Annotated[int, Rule(minimum=1), "Goods vehicles that a campaign looks into."]
    budget: Annotated[int, Rule(minimum=1), "Posts of the plan."]
    response: Annotated[str, "How traffickers answer the plan: none, logit or best."]
    posts: Annotated[tuple[str, ...], "Ids of the best posts as it is now."]
    passing: Annotated[Share, "What gets through them."]
    perfect_worth: Annotated[Share, "What it would be worth to know the flow: no campaign is worth more."]
    draws: Annotated[int, "Draws of the posterior that all is reckoned on."]
    campaigns: Annotated[tuple[Campaign, ...], "By falling worth to the plan."]


def find_chances(mean: Floats, most: int = MOST_FINDS) -> Floats:
    """Chance of each number of finds, the last of that many or more: shape (most + 1, draws).

    Parameters
    ----------
    mean : ndarray of float, shape (draws,)

    Examples
    --------
    >>> find_chances(np.array([1.0]), 2).round(4).ravel().tolist()
    [0.3679, 0.3679, 0.2642]
    """
    k = np.arange(most)[:, None]
    log_mean = np.log(np.maximum(mean, 1e-300))
    few = np.exp(k * log_mean - mean - gammaln(k + 1))
    return np.vstack([few, np.maximum(1 - few.sum(axis=0), 0.0)])


def worth_to_ranking(weight: Floats, chance: Floats, share: Floats) -> float:
    """Part of the variance of shares, summed over corridors, that a campaign is expected to take.

    Parameters
    ----------
    weight : ndarray of float, shape (draws,)
        They sum to one.
    chance : ndarray of float, shape (numbers of finds, draws)
    share : ndarray of float, shape (draws, corridors)
    """
    mean = weight @ share
    variance = float((weight @ (share - mean) ** 2).sum())
    joint = chance * weight
    of = joint.sum(axis=1)
    seen = of > _LEAST_CHANCE
    after = (joint[seen] @ share) / of[seen, None]
    fall = float((of[seen] @ (after - mean) ** 2).sum())
    return fall / variance if variance > 0 else 0.0


def varying(share: Floats) -> Floats:
    """Keep the corridors that hold all but a thousandth of the variance of shares, shape (draws, some)."""
    return share[:, fewest_holding(share.var(axis=0), 1 - _LEFT_OUT)]


@dataclass(slots=True)
class Plans:
    """Plans within a budget and what gets through each in every draw.

    Where there are few, all of them; else those that are best in some draw, and with each that is best for
    some weights all that differ from it by one post.

    Parameters
    ----------
    passages : Passages
    budget : int
    value : callable
        From `routes.planning.certainty.value_of`.
    draws : ndarray of float, shape (draws, groups)
    """

    passages: Passages
    budget: int
    value: Value
    draws: Floats
    masks: list[Mask] = field(default_factory=list)
    loss: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    _known: set[bytes] = field(default_factory=set)
    _widened: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with all plans where they are few, else with those that are best in some draw."""
        n, k = len(self.passages.names), min(self.budget, len(self.passages.names))
        self.loss = np.zeros((0, len(self.draws)))
        if comb(n, k) <= _ALL_PLANS:
            from itertools import combinations

            chosen = combinations(range(n), k)
            self._add([np.isin(np.arange(n), posts) for posts in chosen])
            self._widened = set(range(len(self.masks)))
            return
        first = np.zeros(n, bool)
        first[np.argsort(-(self.passages.share @ (1 - np.exp(self.passages.log_q))))[:k]] = True
        some = self.draws[:: max(1, len(self.draws) // 100)]
        self._add(plans_best_in_draws(self.passages, first, float(k), self.value, some, _SECONDS))

    def _add(self, masks: list[Mask]) -> None:
        fresh = [m for m in {m.tobytes(): m for m in masks}.values() if m.tobytes() not in self._known]
        if fresh:
            self.masks += fresh
            self._known |= {mask.tobytes() for mask in fresh}
            self.loss = np.vstack([self.loss, self.value(self.passages, np.array(fresh), self.draws)])

    def best(self, weights: Floats) -> NDArray[np.intp]:
        """Tell the best plan for each of some weights of the draws; no exchange of one post betters it.

        Parameters
        ----------
        weights : ndarray of float, shape (rows, draws)

        Returns
        -------
        ndarray of int, shape (rows,)
        """
        while True:
            found = (self.loss @ weights.T).argmin(axis=0)
            narrow = set(found.tolist()) - self._widened
            if not narrow:
                return np.asarray(found)
            for plan in sorted(narrow):
                self._widened.add(plan)
                self._add(exchanges(self.passages, self.masks[plan], float(self.budget)))

    def worth(self, weight: Floats, chance: Floats) -> tuple[float, list[int]]:
        """Tell what a campaign is worth to the plan, and the best plan for each number of finds."""
        joint = chance * weight
        best = self.best(np.vstack([joint, weight]))
        after = float((self.loss[best[:-1]] * joint).sum())
        return max(float(self.loss[best[-1]] @ weight) - after, 0.0), best[:-1].tolist()

    def names(self, plan: int) -> tuple[str, ...]:
        """Name the posts of a plan."""
        return self.passages.named(self.masks[plan])


def where_next(
    analysis: Analysis,
    parameters: Parameters,
    inspected: int,
    budget: int = 3,
    *,
    response: str = "logit",
    traffic: Mapping[str, float] | None = None,
    places: Collection[str] = (),
) -> Lookout:
    """Tell what campaigns at crossings, gates and processing areas would teach.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
    inspected : int
        Goods vehicles that each campaign looks into.
    budget : int
        Posts of the plan that shall be bettered.
    response : {"logit", "best", "none"}
        How traffickers answer the plan.
    traffic : mapping of str to float, optional
        Goods vehicles a day where the published count is not to be taken.
    places : collection of str
        Only campaigns at these. Default: wherever a noticeable share passes.

    Raises
    ------
    RoutesError
        If a number is out of bounds, or a place is not known or passed by no corridor.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.parameters import Parameters
    >>> found = where_next(analyse(), Parameters(), 1000, places=["islam-qala"])
    >>> found.campaigns[0].plan_worth <= found.perfect_worth
    True
    """
    if inspected < 1 or budget < 1:
        raise RoutesError(f"inspected and budget: wanted at least 1 of each, got {inspected} and {budget}.")
    known = {known_place(analysis.untied.graph, name, areas=True): n for name, n in (traffic or {}).items()}
    for name, count in known.items():
        if not 0 < count < float("inf"):
            raise RoutesError(f"vehicles a day at {name}: wanted a number above 0, got {count:g}.")
    sample = thinned(len(analysis.shares.draws), DRAWS)
    plans = plans_of(analysis, parameters, budget, response, sample)
    sites = sites_of(analysis, parameters, inspected, known, sample, places)
    share = varying(analysis.shares.draws[sample])
    weight = np.full(len(share), 1 / len(share))
    found = []
    for site in sites:
        chance = find_chances(site.mean)
        worth, best = plans.worth(weight, chance)
        found.append((site, chance, worth, worth_to_ranking(weight, chance, share), best))
    now = int(plans.best(weight[None])[0])
    perfect = float(plans.loss[now] @ weight - plans.loss.min(axis=0) @ weight)
    by_plan = sorted(range(len(found)), key=lambda i: (-found[i][2], found[i][0].id))
    by_ranking = sorted(range(len(found)), key=lambda i: (-found[i][3], found[i][0].id))
    campaigns = []
    for rank, i in enumerate(by_plan):
        site, chance, worth, fall, best = found[i]
        campaigns.append(
            Campaign(
                id=site.id,
                name=site.name,
                kind=site.kind,
                vehicles_a_day=site.vehicles,
                traffic=site.traffic,
                share=site.share,
                expected_finds=float(site.mean @ weight),
                none_chance=float(chance[0] @ weight),
                plan_worth=min(worth, perfect),
                plan_rank=rank + 1,
                ranking_worth=fall,
                ranking_rank=by_ranking.index(i) + 1,
                outcomes=_outcomes(plans, weight, chance, best),
            )
        )
    return Lookout(
        inspected=inspected,
        budget=budget,
        response=response,
        posts=plans.names(now),
        passing=float(plans.loss[now] @ weight),
        perfect_worth=perfect,
        draws=len(weight),
        campaigns=tuple(campaigns),
    )


def plans_of(analysis: Analysis, parameters: Parameters, budget: int, response: str, sample: slice) -> Plans:
    """Plans of crossings to watch, and what gets through each in a sample of the draws."""
    may = choices(analysis, parameters.interdiction, Deployment())
    passages = passages_of(analysis.untied.graph, flows_of(analysis), may.terms(), may.standing())
    few = passages.only(noticeable(passages))
    if not few.names:
        raise RoutesError("no crossing that can be watched carries a noticeable share of the inflow.")
    value = value_of(response, reaction_of(parameters))
    return Plans(few, budget, value, few.draws[sample])


@dataclass(frozen=True, slots=True)
class Site:
    """Where a campaign may be: ``mean`` is of the finds, shape (draws,)."""

    id: str
    name: str
    kind: str
    share: float
    vehicles: float
    traffic: str
    mean: Floats


def sites_of(
    analysis: Analysis,
    parameters: Parameters,
    inspected: int,
    given: Mapping[str, float],
    sample: slice,
    wanted: Collection[str],
) -> list[Site]:
    """Tell where campaigns may be, and how much each finds in a sample of the draws."""
    names, draws = analysis.posterior.effects.names, analysis.posterior.draws
    count, p = len(analysis.shares.draws), parameters.evidence
    rng = np.random.default_rng([len(draws), inspected])
    inflow = rng.normal(np.log(p.inflow_loads_a_day), p.sd_inflow, count)
    if INFLOW in names:
        inflow = draws[:, names.index(INFLOW)]
    passed = places_passed(analysis.untied.graph, analysis.corridors)
    through = analysis.shares.through(passed)
    network = analysis.network
    published, facts = vehicles_a_day(network.crossings, network.gates), place_facts(network)
    usual = float(np.median(list(published.values()))) if published else 100.0
    only = {known_place(analysis.untied.graph, name, areas=True) for name in wanted}
    sites: dict[str, Site] = {}
    for column, (kind, place) in enumerate(passed.names):
        own = rng.normal(0, p.sd_inspection, count)
        if (name := f"finds:{place}") in names:
            own = draws[:, names.index(name)]
        share = float(through.mean[column])
        listed = place in only if only else share >= NOTICEABLE
        # A land gate that is a crossing, too, is looked at once.
        if not listed or (place in sites and sites[place].share >= share):
            continue
        vehicles = given.get(place, published.get(place, usual))
        rests = "given" if place in given else "published" if place in published else "assumed"
        worth = inspected / vehicles * parameters.interdiction.inspection_finds
        mean = through.draws[:, column] * worth * np.exp(inflow + own)
        sites[place] = Site(place, facts[kind, place].name, kind, share, vehicles, rests, mean[sample])
    if missing := sorted(only - sites.keys()):
        raise RoutesError(f"no corridor passes {missing[0]}: a campaign there would teach nothing.")
    return list(sites.values())


def _outcomes(plans: Plans, weight: Floats, chance: Floats, best: list[int]) -> tuple[Outcome, ...]:
    """Numbers of finds in a row with the same best plan, as far as they can be expected."""
    joint = chance * weight
    of = joint.sum(axis=1)
    runs: list[list[int]] = []
    for k in range(len(best)):
        # What cannot be expected has no plan of its own.
        if runs and (best[k] == best[runs[-1][-1]] or of[k:].sum() < 1e-3):  # noqa: PLR2004 - a chance
            runs[-1].append(k)
        else:
            runs.append([k])
    rows = []
    for run in runs:
        likely, plan = float(of[run].sum()), best[run[0]]
        lost: Any = plans.loss[plan] @ joint[run].sum(axis=0)
        rows.append(
            Outcome(
                least=run[0],
                most=None if run is runs[-1] else run[-1],
                chance=min(likely, 1.0),
                posts=plans.names(plan),
                passing=min(float(lost) / likely, 1.0) if likely > _LEAST_CHANCE else 0.0,
            )
        )
    return tuple(rows)
