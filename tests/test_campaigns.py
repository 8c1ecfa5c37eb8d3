"""Where to look next: against brute force on a small network, and what must hold of any worth."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson
from test_parameters import REGION, inputs  # noqa: F401 - a fixture

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.planning.campaigns import Plans, find_chances, where_next, worth_to_ranking
from routes.planning.certainty import value_of
from routes.planning.passages import Passages

if TYPE_CHECKING:
    from routes.read.inputs import Inputs

BUDGET, INSPECTED, MOST = 2, 40, 40


@pytest.fixture(scope="module")
def small(inputs: Inputs) -> Analysis:  # noqa: F811 - the fixture
    return analyse(inputs, REGION.parameters())


def passing(analysis: Analysis, watched: tuple[str, ...], share: np.ndarray) -> float:
    """What gets past posts that catch a half, corridor by corridor, where odds fall with the chance."""
    nodes, through = analysis.untied.graph.nodes, 0.0
    chance = [
        0.5 ** sum(nodes[n]["place"] in watched for n in path[1:-1]) for path in analysis.corridors.nodes
    ]
    for area in {path[-1] for path in analysis.corridors.nodes}:
        rows = [
            (s, q)
            for s, q, path in zip(share, chance, analysis.corridors.nodes, strict=True)
            if path[-1] == area
        ]
        whole, once, twice = (sum(s * q**k for s, q in rows) for k in range(3))
        through += whole * twice / once
    return through


def test_the_worth_of_a_campaign_is_that_of_brute_force(small: Analysis) -> None:
    """All plans, all numbers of finds and all draws one by one; inflow and detections as drawn."""
    parameters = REGION.parameters()
    found = where_next(small, parameters, INSPECTED, BUDGET, places=["x0", "x3"])
    draws = small.shares.draws[::2][:1000]
    share = draws / draws.sum(axis=1, keepdims=True)
    noticeable = [
        row.id for row in small.ranking.crossings if row.posterior_share >= 0.003 * draws.sum(axis=1).mean()
    ]
    plans = list(combinations(sorted(noticeable), BUDGET))
    some = range(0, 1000, 25)  # of the draws, to keep the loops short: compared by the same draws below
    loss = np.array([[passing(small, plan, share[d]) for d in some] for plan in plans])
    from routes.planning.campaigns import plans_of, sites_of

    sample = slice(None, 2000, 2)
    own = plans_of(small, parameters, BUDGET, "logit", sample)
    named = {own.names(i): own.loss[i, list(some)] for i in range(len(own.masks))}
    assert {tuple(sorted(names)) for names in named} == set(plans)
    for names, row in named.items():
        assert row == pytest.approx(loss[plans.index(tuple(sorted(names)))], rel=1e-9)
    every = own.loss
    for site in sites_of(small, parameters, INSPECTED, {}, sample, ["x0", "x3"]):
        now = min(row.mean() for row in every)
        after, between = 0.0, 0.0
        shares = small.shares.draws[sample]
        for k in range(MOST + 1):
            like: Any = poisson.pmf(k, site.mean) if k < MOST else poisson.sf(MOST - 1, site.mean)
            after += min(float((row * like).mean()) for row in every)
            if like.mean() > 1e-12:
                mean = (shares * like[:, None]).mean(axis=0) / like.mean()
                between += like.mean() * float(((mean - shares.mean(axis=0)) ** 2).sum())
        campaign = next(c for c in found.campaigns if c.id == site.id)
        assert campaign.plan_worth == pytest.approx(now - after, rel=1e-6, abs=1e-12)
        # The corridors left out hold a thousandth of the variance.
        assert campaign.ranking_worth == pytest.approx(between / shares.var(axis=0).sum(), rel=0.02, abs=1e-4)
    assert found.passing == pytest.approx(now)
    assert found.perfect_worth == pytest.approx(now - every.min(axis=0).mean())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(0.01, 30))
def test_no_campaign_is_worth_less_than_nothing_or_more_than_to_know(
    seed: int, budget: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    groups, names = 9, tuple("abcdef")
    passed = rng.random((groups, len(names))) < 0.4
    passages = Passages(
        names,
        np.ones(len(names)),
        np.log(0.5) * passed,
        np.full(groups, 1 / groups),
        rng.integers(2, size=groups),
        draws=rng.dirichlet(np.ones(groups), 50),
    )
    plans = Plans(passages, budget, value_of("logit", 1.0), passages.draws)
    weight = np.full(50, 1 / 50)
    mean = scale * passages.draws @ passed[:, 0]
    chance = find_chances(mean)
    assert chance.sum(axis=0) == pytest.approx(np.ones(50))
    worth, best = plans.worth(weight, chance)
    knowing = float(plans.loss[int(plans.best(weight[None])[0])] @ weight - plans.loss.min(axis=0) @ weight)
    assert -1e-12 <= worth <= knowing + 1e-12
    assert len(best) == len(chance)
    # One that is twice as large teaches no less; one that finds the same whatever the flow, nothing.
    twice, _ = plans.worth(weight, find_chances(2 * mean, 200))
    once, _ = plans.worth(weight, find_chances(mean, 200))
    assert twice >= once - 1e-9
    flat = find_chances(np.full(50, scale))
    assert plans.worth(weight, flat)[0] == pytest.approx(0, abs=1e-12)
    assert worth_to_ranking(weight, flat, passages.draws) == pytest.approx(0, abs=1e-12)
    assert 0 <= worth_to_ranking(weight, chance, passages.draws) <= 1 + 1e-12


def test_two_draws_and_one_post_by_hand() -> None:
    """All goods pass a in one draw, b in the other; a post catches half, and a campaign at a finds for sure.

    Blind, the post at a or b lets 3/4 through on average; knowing, 1/2. With a mean of 2 finds at a in the
    first draw, none comes with the chance e^-2 there and always in the second: then b is the better post, and
    what is lost is a half of the inflow in that part of the cases, e^-2 / 2 of all, so 1/4 - e^-2 / 4.
    """
    passages = Passages(
        ("a", "b"), np.ones(2), np.log(0.5) * np.eye(2), np.full(2, 0.5), np.zeros(2, int), draws=np.eye(2)
    )
    plans = Plans(passages, 1, value_of("none", 1.0), passages.draws)
    worth, best = plans.worth(np.full(2, 0.5), find_chances(np.array([2.0, 0.0])))
    assert worth == pytest.approx(0.25 - np.exp(-2) / 4)
    assert (plans.names(best[0]), plans.names(best[1])) == (("b",), ("a",))


def test_many_plans_are_searched_as_well_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    names = tuple("abcdefghij")
    passages = Passages(
        names,
        np.ones(10),
        np.log(0.5) * (rng.random((30, 10)) < 0.3),
        np.full(30, 1 / 30),
        rng.integers(2, size=30),
        draws=rng.dirichlet(np.full(30, 0.5), 80),
    )
    value, weight = value_of("logit", 1.0), np.full(80, 1 / 80)
    chance = find_chances(5 * passages.draws @ (passages.log_q[:, 2] < 0))
    every = Plans(passages, 3, value, passages.draws)
    monkeypatch.setattr("routes.planning.campaigns._ALL_PLANS", 0)
    some = Plans(passages, 3, value, passages.draws)
    assert len(some.masks) < len(every.masks)
    assert some.worth(weight, chance)[0] == pytest.approx(every.worth(weight, chance)[0], rel=1e-3)


def test_the_outcomes_cover_all_finds_and_the_orders_are_orders(small: Analysis) -> None:
    found = where_next(small, REGION.parameters(), INSPECTED, BUDGET)
    assert [c.plan_rank for c in found.campaigns] == list(range(1, len(found.campaigns) + 1))
    assert sorted(c.ranking_rank for c in found.campaigns) == [c.plan_rank for c in found.campaigns]
    worth = [c.plan_worth for c in found.campaigns]
    assert worth == sorted(worth, reverse=True)
    assert {c.kind for c in found.campaigns} == {"gate", "crossing", "processing_area"}
    for campaign in found.campaigns:
        assert sum(o.chance for o in campaign.outcomes) == pytest.approx(1, abs=1e-6)
        assert campaign.outcomes[0].least == 0
        assert campaign.outcomes[-1].most is None
        after = sum(o.chance * o.passing for o in campaign.outcomes)
        assert after == pytest.approx(found.passing - campaign.plan_worth, abs=2e-3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"inspected": 0}, "wanted at least 1 of each"),
        ({"places": ["nowhere"]}, "no crossing, gate or processing area 'nowhere'"),
        ({"traffic": {"x0": -1.0}}, "vehicles a day at x0: wanted a number above 0, got -1"),
    ],
)
def test_what_cannot_be_is_refused(small: Analysis, given: dict[str, object], words: str) -> None:
    asked = {"inspected": 10} | given
    with pytest.raises(RoutesError, match=words):
        where_next(small, REGION.parameters(), **asked)  # type: ignore[arg-type]


def test_the_command_takes_places_by_name_and_fits_a_narrow_terminal() -> None:
    done = run("next", "--place", "Torkham", "--place", "helmand", "--traffic", "torkham=500")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Teaches most about the plan:" in done.stdout
    document = json.loads(run("next", "--place", "torkham", "--format", "json").stdout)
    assert document["campaigns"][0]["traffic"] == "published"
    assert run("next", "--place", "nowhere-at-all").returncode == 2
    assert "wakhjir: it is not in the network" in run("next", "--place", "wakhjir").stderr
    assert run("next", "--traffic", "torkham").returncode == 2
