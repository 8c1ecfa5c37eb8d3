"""What a share rests on: tiers, what was learnt, age, grades, and the word of confidence made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from routes.analysis import Analysis, analyse
from routes.corridors import Passed, corridors_and_places
from routes.evidence.grounds import FAR, hanging_grades, log_spread, prior_draws
from routes.evidence.shares import SURE, ShareDraws, draw_shares, share_effects
from routes.network.status import status_grades
from routes.outputs.icd203 import confidence
from routes.question import Question
from routes.results import Grounds

if TYPE_CHECKING:
    from routes.read.inputs import Inputs


@pytest.fixture(scope="module")
def bundled(analysis: Analysis) -> Analysis:
    return analysis


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 150), st.floats(0.2, 30))
def test_tiers_begin_where_the_first_of_the_last_one_is_surely_above(
    seed: int, rows: int, alike: float
) -> None:
    rng = np.random.default_rng(seed)
    draws = rng.dirichlet(alike * np.linspace(3, 0.5, rows), 60)
    shares = ShareDraws(tuple(("gate", str(i)) for i in range(rows)), draws, draws.mean(axis=0), 0.0)
    order = np.argsort(-shares.mean, kind="stable")
    found = shares.tiers(order)
    expected, tier, leader = [], 1, order[0]
    for row in order:
        above = [(d[leader] > d[row]) + 0.5 * (d[leader] == d[row]) for d in draws]
        if row != leader and np.mean(above) >= SURE:
            tier, leader = tier + 1, row
        expected.append(tier)
    assert found == expected


def test_equal_rows_share_a_tier_and_rows_far_apart_do_not() -> None:
    draws = np.tile([0.5, 0.5, 0.0], (10, 1))
    shares = ShareDraws((("gate", "a"), ("gate", "b"), ("gate", "c")), draws, draws.mean(axis=0), 0.0)
    assert shares.tiers([0, 1, 2]) == [1, 1, 2]
    assert shares.tiers([]) == []


def test_rows_of_the_ranking_stand_in_tiers_that_never_fall(bundled: Analysis) -> None:
    ranking = bundled.ranking
    for rows in (ranking.corridors, ranking.gates, ranking.crossings, ranking.processing_areas):
        tiers = [row.tier for row in rows]
        assert tiers[0] == 1
        assert all(b - a in (0, 1) for a, b in pairwise(tiers))
    # Some 75 events do not put thirty corridors in order.
    assert max(row.tier for row in ranking.corridors[:30]) <= 10


def test_without_seizures_nothing_is_learnt(inputs: Inputs) -> None:
    empty = analyse(inputs, None, Question(date(1999, 1, 1), date(1999, 12, 31))).ranking
    for row in (*empty.corridors, *empty.crossings):
        assert (row.grounds.learnt, row.grounds.bearing_events) == (0, 0)
        assert row.grounds.evidence_age_years is None
        assert confidence(row.grounds).level == "low"
    assert empty.disagreements == ()


def test_what_was_learnt_is_the_fall_of_the_spread_of_the_log_share(bundled: Analysis) -> None:
    # The shares of the prior by draw, written out: prior share times exp(A u), over their sum and the rest.
    model, listed = bundled.posterior.effects, bundled.corridors
    count = len(model.share_names)
    u = model.mean[:count] + model.sd[:count] * np.random.default_rng(99).standard_normal((3000, count))
    exponent = u @ share_effects(bundled.untied, listed, model.share_names).T
    raw = listed.prior_share * np.exp(exponent)
    middle = np.exp(exponent @ listed.prior_share / listed.prior_share.sum())
    before = raw / (raw.sum(axis=1) + listed.uncovered_share * middle)[:, None]
    fall = 1 - np.log(bundled.shares.draws).std(axis=0) / np.log(before).std(axis=0)
    at = {name: i for i, name in enumerate(listed.ids)}
    for row in bundled.ranking.corridors[:30]:
        assert row.grounds.learnt == pytest.approx(fall[at[row.id]], abs=0.07)
    through = {
        c.id: np.array([c.id in name.split(">") for name in listed.ids]) for c in bundled.ranking.crossings
    }
    for row in bundled.ranking.crossings[:10]:
        own = through[row.id]
        now, then = (np.log(side[:, own].sum(axis=1)).std() for side in (bundled.shares.draws, before))
        assert row.grounds.learnt == pytest.approx(1 - now / then, abs=0.07)


def test_the_spread_of_log_shares_is_that_of_every_draw_written_out(bundled: Analysis) -> None:
    model, listed = bundled.posterior.effects, bundled.corridors
    design = share_effects(bundled.untied, listed, model.share_names)
    effects = prior_draws(model, 300, np.random.default_rng(3))[:, : design.shape[1]]
    draws, _ = draw_shares(listed.prior_share, listed.uncovered_share, design, effects)
    passed = corridors_and_places(bundled.untied.graph, listed)
    expected = np.log(passed.use @ draws.T).std(axis=1)
    assert log_spread(passed, draws, effects, design) == pytest.approx(expected, rel=1e-9)


def test_older_evidence_is_told_as_older(inputs: Inputs) -> None:
    early, late = (analyse(inputs, None, Question(as_of=day)) for day in (date(2026, 1, 1), date(2026, 9, 1)))
    ages = [{c.id: c.grounds.evidence_age_years for c in found.ranking.crossings} for found in (early, late)]
    assert ages[1]["torkham"] > ages[0]["torkham"] > 2
    alone = inputs.seizures["date_until"] < "2010-01-01"
    old = analyse(replace(inputs, seizures=inputs.seizures[alone].reset_index(drop=True)), None,
                  Question(as_of=date(2026, 1, 1))).ranking  # fmt: skip
    assert all(c.grounds.evidence_age_years > 16 for c in old.corridors[:10])
    assert {confidence(c.grounds).level for c in old.corridors} == {"low"}


STATUS = pd.DataFrame(
    {
        "crossing_id": ["x", "x", "y", "z"],
        "from": [pd.NaT, pd.Timestamp("2020-03-01"), pd.NaT, pd.Timestamp("2020-12-01")],
        "until": [pd.Timestamp("2020-02-29"), pd.NaT, pd.NaT, pd.NaT],
        "status": ["open", "closed", "open", "closed"],
        "grade": ["B1", "C3", "", "B1"],
    }
)


def test_the_grade_is_that_of_the_row_that_holds_for_most_of_the_time() -> None:
    whole = status_grades(STATUS, date(2020, 1, 1), date(2020, 12, 31))
    assert whole == {"x": "C3", "y": "F6", "z": "F6"}
    assert status_grades(STATUS, date(2020, 1, 1), date(2020, 1, 31))["x"] == "B1"
    assert status_grades(STATUS, date(2020, 12, 5), date(2020, 12, 5))["z"] == "B1"
    without = STATUS.drop(columns="grade")
    assert set(status_grades(without, date(2020, 1, 1), date(2020, 12, 31)).values()) == {"F6"}


def test_a_corridor_hangs_on_its_worst_row_and_a_gate_on_half_of_its_inflow() -> None:
    # Corridors: port > x > town (60 %), port > x > y > town (40 %).
    names = ("corridor", "a"), ("corridor", "b"), ("crossing", "x"), ("gate", "port")
    use = csr_array([[1.0, 0], [0, 1], [1, 1], [1, 1]])
    grades = {"port": "B1", "x": "B2", "y": "D4"}
    places = [["port", "x"], ["port", "x", "y"]]
    found = hanging_grades(Passed(names, use), np.array([0.6, 0.4]), grades, places)
    assert found == ["B2", "D4", "B2", "B2"]
    found = hanging_grades(Passed(names, use), np.array([0.3, 0.7]), grades, places)
    assert found == ["B2", "D4", "B2", "D4"]
    assert hanging_grades(Passed(names, use), np.array([0.3, 0.7]), {}, places) == ["F6"] * 4


@given(
    st.floats(-0.2, 1),
    st.one_of(st.none(), st.floats(0, 40)),
    st.sampled_from([a + b for a in "ABCDEF" for b in "123456"]),
)
def test_no_better_ground_ever_lowers_confidence(learnt: float, age: float | None, grade: str) -> None:
    order = ("low", "moderate", "high")
    here = order.index(confidence(Grounds(learnt, 3.0, age, grade)).level)
    for better in (
        Grounds(learnt + 0.2, 3.0, age, grade),
        Grounds(learnt, 3.0, None if age is None else age / 2, grade),
        Grounds(learnt, 3.0, age, "A1"),
    ):
        assert order.index(confidence(better).level) >= here


def test_confidence_is_that_of_the_weakest_ground() -> None:
    good = Grounds(0.6, 20.0, 2.0, "B1")
    assert confidence(good).level == "high"
    for worse, level in (
        (replace(good, learnt=0.3), "moderate"),
        (replace(good, learnt=0.2), "low"),
        (replace(good, evidence_age_years=9.0), "moderate"),
        (replace(good, evidence_age_years=12.0), "low"),
        (replace(good, status_grade="B3"), "moderate"),
        (replace(good, status_grade="F6"), "low"),
        (replace(good, status_grade="B4"), "low"),
    ):
        assert confidence(worse).level == level


def test_where_prior_and_seizures_disagree_is_said(inputs: Inputs, bundled: Analysis) -> None:
    for found in bundled.ranking.disagreements:
        assert abs(found.prior_deviations) > FAR
    # Every seizure moved to a crossing that the prior gives next to nothing.
    place = next(c for c in bundled.ranking.crossings if 1e-4 < c.prior_share < 2e-3)
    there = inputs.seizures.assign(
        lon=place.lon, lat=place.lat, place_kind="crossing", country=place.countries[1]
    )
    moved = analyse(replace(inputs, seizures=there)).ranking
    assert any(d.name == place.id and d.prior_deviations > FAR for d in moved.disagreements)
