"""Comparison of two sides: its parts, its likelihoods, and how often it cries wolf."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from commands import run

from routes.analysis import analyse
from routes.errors import RoutesError
from routes.evidence.shares import ShareDraws
from routes.parameters import Parameters
from routes.question import Question
from routes.trust.comparison import BY_CHANCE, NIL, compare, rise_chances

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from typing import TYPE_CHECKING

from false_alarms import alarms

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.read.inputs import Inputs
    from routes.trust.comparison import Change


@pytest.fixture(scope="module")
def unchanged(analysis: Analysis) -> tuple[Change, ...]:
    return compare(analysis, analysis, Parameters())


@pytest.mark.slow
def test_a_side_against_itself_is_as_likely_to_have_risen_as_fallen(unchanged: tuple[Change, ...]) -> None:
    assert len(unchanged) > 500
    for change in unchanged:
        assert (change.change, change.by_status, change.by_seizures) == pytest.approx((0, 0, 0), abs=1e-15)
        assert change.rise_probability == pytest.approx(0.5, abs=0.07)
        assert not change.told


def test_draws_of_the_two_sides_have_nothing_to_do_with_one_another(
    analysis: Analysis, unchanged: tuple[Change, ...]
) -> None:
    # With one stream of draws for both sides their correlation was 0.98, and intervals were far too narrow.
    spread = {c.id: c.interval_90[1] - c.interval_90[0] for c in analysis.ranking.crossings}
    for change in unchanged:
        if change.kind == "crossing" and change.before > 0.05:
            width = change.interval_90[1] - change.interval_90[0]
            # Shares are skewed, so that the root of two holds roughly.
            assert width == pytest.approx(np.sqrt(2) * spread[change.id], rel=0.2)


@pytest.mark.slow
def test_the_same_seizures_under_another_status_are_the_status_tables_part(inputs: Inputs) -> None:
    open_, shut = (
        analyse(inputs, None, Question(as_of=day)) for day in (date(2019, 6, 1), date(2026, 1, 15))
    )
    rows = {(c.kind, c.id): c for c in compare(open_, shut, Parameters())}
    spin_boldak = rows["crossing", "spin-boldak-chaman"]
    assert spin_boldak.by_status < -0.15
    assert all(abs(c.by_seizures) < 0.02 for c in rows.values())
    assert not any(c.told for c in rows.values())


@pytest.mark.slow
def test_parts_add_up_to_the_change_of_the_rankings_own_shares(inputs: Inputs) -> None:
    before = analyse(inputs, None, Question(date(2008, 1, 1), date(2012, 12, 31)))
    after = analyse(inputs, None, Question(date(2013, 1, 1), date(2026, 9, 30)))
    changes = compare(before, after, Parameters())
    shares = {c.id: c.posterior_share for c in after.ranking.corridors}
    for change in changes:
        assert change.by_status + change.by_seizures == pytest.approx(change.after - change.before)
        if change.kind == "corridor":
            assert change.after == pytest.approx(shares.get(change.id, 0.0), abs=1e-9)
        assert change.told == (abs(change.by_seizures) >= NIL and change.by_chance <= BY_CHANCE)
    for kind in ("corridor", "gate", "processing_area"):
        assert abs(sum(c.change for c in changes if c.kind == kind)) < 0.02


def test_rise_chances_are_those_of_all_pairs() -> None:
    rng = np.random.default_rng(3)
    one, other = (rng.integers(0, 4, (30, 2)).astype(float) for _ in range(2))
    sides = [
        ShareDraws((("gate", "x"), ("gate", "y")), draws, draws.mean(axis=0), 0.0) for draws in (one, other)
    ]
    for column, chance in enumerate(rise_chances(*sides)):
        pairs = [np.sign(b - a) for a in one[:, column] for b in other[:, column]]
        assert chance == pytest.approx(np.mean([(sign + 1) / 2 for sign in pairs]))


@pytest.mark.slow
def test_a_change_that_is_there_is_told(inputs: Inputs) -> None:
    # All seizures of one side lie where the west is supplied, those of the other in the east.
    west = inputs.seizures["lon"] < 62
    one, other = (
        analyse(
            replace(inputs, seizures=inputs.seizures[some].reset_index(drop=True)), None, Question(seed=5)
        )
        for some in (west, inputs.seizures["lon"] >= 67)
    )
    told = [change for change in compare(one, other, Parameters()) if change.told]
    assert told
    rose = {change.id for change in told if change.by_seizures > 0}
    fell = {change.id for change in told if change.by_seizures < 0}
    assert "islam-qala" in fell
    assert not rose & fell


@pytest.mark.slow
def test_without_change_at_most_one_run_in_ten_tells_of_any() -> None:
    found = alarms(20)
    assert found.told <= 2
    assert found.row_by_row >= found.told


@pytest.mark.slow
def test_a_period_without_events_or_in_the_future_is_refused(inputs: Inputs, analysis: Analysis) -> None:
    empty = analyse(inputs, None, Question(date(1999, 1, 1), date(1999, 12, 31)))
    with pytest.raises(RoutesError, match="before: no located event from 1999-01-01 to 1999-12-31"):
        compare(empty, analysis, Parameters())
    known = ("compare", "--quiet", "--before", "2008-01-01:2010-12-31", "--after")
    for period, message in (
        ("2030-01-01:2999-12-31", "in the future"),
        ("2012-01-01:2011-01-01", "ends before it begins"),
        ("1999-01-01:1999-12-31", "no located event"),
    ):
        done = run(*known, period)
        assert done.returncode == 2
        assert message in " ".join(done.stderr.split())
        assert not done.stdout


@pytest.mark.slow
def test_the_document_tells_parts_and_likelihoods() -> None:
    sides = ("--before", "2008-01-01:2008-12-31", "--after", "2009-01-01:2010-12-31")
    document = json.loads(run("compare", *sides, "--format", "json", "--quiet").stdout)
    for change in document["changes"]:
        assert change["by_status"] + change["by_seizures"] == pytest.approx(change["change"], abs=1e-9)
        assert (change["likelihood"] is None) == (not change["told"])
