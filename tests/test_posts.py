"""Posts that stand, rotate and are held against what is not known: by hand, and by trying everything."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import add_gate, add_legs
from planning_networks import DOUBLING, analysis_of, two_bridges
from scipy.optimize import linprog

from routes.errors import InputError, RoutesError
from routes.outputs.documents.plan_document import plan_csv, roster_calendar
from routes.parameters import Interdiction, Parameters
from routes.planning.capture import choose_best
from routes.planning.certainty import certainty, value_of
from routes.planning.deployments import published_posts, read_posts_section, standing_posts
from routes.planning.learning import Patrol, patrol_of, simulate
from routes.planning.least_costs import ways_of
from routes.planning.passages import Passages
from routes.planning.plan import plan
from routes.planning.posts import Deployment, choices
from routes.planning.rosters import Rota, draw_roster, road_km
from routes.planning.rotation import Mix, rotate
from routes.planning.vital import vital_crossings
from routes.read import bundled, read_posts
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from routes.analysis import Analysis

SMALL = Parameters(route_choice=DOUBLING, interdiction=Interdiction(0.5, 1.0))


@pytest.fixture(scope="module")
def found(analysis: Analysis) -> Analysis:
    return analysis


def cases(n: int = 5) -> st.SearchStrategy[Passages]:
    return st.integers(0, 10_000).map(lambda seed: made_up(seed, n))


def made_up(seed: int, n: int = 5) -> Passages:
    rng = np.random.default_rng(seed)
    groups = 8
    passed = rng.random((groups, n)) < 0.4
    q = rng.choice([0.2, 0.5, 0.8], n)
    share = rng.random(groups) + 0.05
    draws = rng.random((30, groups)) + 0.05
    return Passages(
        tuple(f"x{i}" for i in range(n)),
        np.ones(n),
        passed * np.log(q),
        share / share.sum(),
        rng.integers(0, 2, groups),
        0.0,
        draws / draws.sum(axis=1, keepdims=True),
    )


def sets_of(n: int, budget: int) -> np.ndarray:
    every = np.array([[bool(i >> k & 1) for k in range(n)] for i in range(1 << n)])
    return every[every.sum(axis=1) <= budget]


def best_rotation(case: Passages, budget: int, reaction: float) -> float:
    """Optimum over every set there is, by slopes and linear programmes until the two bounds meet."""
    sets = sets_of(len(case.names), budget)
    chances = case.chances(sets)
    cuts = [case.slope(chances.mean(axis=1), reaction) @ chances]
    for _ in range(500):
        rows = np.column_stack([np.array(cuts), -np.ones(len(cuts))])
        cost = np.append(np.zeros(len(sets)), 1.0)
        equal = np.append(np.ones(len(sets)), 0.0)[None]
        done = linprog(cost, A_ub=rows, b_ub=np.zeros(len(cuts)), A_eq=equal, b_eq=[1.0])
        chance = chances @ done.x[:-1]
        if float(case.worth(chance, reaction)) - done.fun < 1e-6:
            break
        cuts.append(case.slope(chance, reaction) @ chances)
    return float(done.fun)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(cases(), st.integers(1, 3), st.sampled_from([1.0, 2.0, 5.0]))
def test_a_rotation_is_the_best_of_all_there_are_and_never_worse_than_fixed_posts(
    case: Passages, budget: int, reaction: float
) -> None:
    fixed = choose_best(case, budget, reaction)
    mix = rotate(case, budget, reaction, fixed.plan, gap=1e-4)
    optimum = best_rotation(case, budget, reaction)
    assert mix.bound - 1e-5 <= optimum <= mix.worth + 1e-5
    assert mix.worth - mix.bound <= 0.01 * mix.worth
    assert mix.worth <= fixed.passing + 1e-9
    assert mix.frequency.sum() == pytest.approx(1)
    assert (mix.sets.sum(axis=1) <= budget).all()


def test_two_bridges_rotating_by_hand() -> None:
    # One team, no taste for either bridge (k = 1 and the same share): half the time on each is as good as
    # any; with k large both must be held as often as makes the chances equal: 1 - 1/4 each.
    share, log_q = np.array([0.5, 0.5]), np.log(0.5) * np.eye(2)
    case = Passages(("a", "b"), np.ones(2), log_q, share, np.zeros(2, int))
    mix = rotate(case, 1, 50.0, np.array([True, False]), gap=1e-5)
    assert mix.worth == pytest.approx(0.75, abs=1e-3)
    assert sorted(mix.frequency) == pytest.approx([0.5, 0.5], abs=0.01)
    assert float(case.worth(case.chance(np.array([True, False])), 50.0)) > 0.98


@settings(derandomize=True, deadline=None, max_examples=60)
@given(cases(4), st.integers(0, 3))
def test_regret_is_nearly_that_of_trying_every_plan_and_never_above(case: Passages, budget: int) -> None:
    sets = sets_of(4, budget)
    value = value_of("logit", 5.0)
    every = value(case, sets, case.draws)
    chosen = sets[int(value(case, sets, case.share[None])[:, 0].argmin())]
    sure = certainty(case, chosen, budget, value)
    mine = every[int(np.flatnonzero((sets == chosen).all(axis=1))[0])]
    regret = mine - every.min(axis=0)
    # The search goes by exchanges: a draw whose best plan takes two at once may be missed.
    assert regret.mean() - 0.002 <= sure.mean_regret <= regret.mean() + 1e-9
    assert sure.worst_regret <= regret.max() + 1e-9
    assert (regret <= 1e-9).mean() - 1e-9 <= sure.best_in <= (regret <= 1e-9).mean() + 0.1
    assert sure.least_mean_regret <= sure.mean_regret + 1e-12
    assert sure.interval_90 == pytest.approx(tuple(np.quantile(mine, (0.05, 0.95))))
    assert all(0 < share <= 1 for share in sure.membership.values())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(cases(), st.integers(0, 31))
def test_who_knows_more_is_never_easier_to_catch(case: Passages, bits: int) -> None:
    plan = np.array([bool(bits >> k & 1) for k in range(5)])
    chance = case.chance(plan)
    caught = [float(case.through(chance, power)) for power in (0.0, 1.0, 3.0, 5.0)]
    assert caught == sorted(caught)
    assert float(case.worth(chance, 5.0)) >= caught[0] - 1e-12
    assert case.slope(chance, 5.0) @ chance == pytest.approx(float(case.worth(chance, 5.0)))


def test_posts_that_stand_cost_nothing_and_those_that_must_are_bought_by_hand() -> None:
    # A post stands in the south: 1/3 + 1/3 = 2/3 get through. One more in the north: all are halved.
    analysis = analysis_of(two_bridges())
    stands = plan(analysis, SMALL, 0, response="none", posts=Deployment(have={"south": None}))
    assert (stands.passing, stands.passing_before) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert [post.id for post in stands.standing] == ["south"]
    both = plan(analysis, SMALL, 1, response="none", posts=Deployment(have={"south": None}))
    assert both.passing == pytest.approx(1 / 2)
    must = plan(analysis, SMALL, 1, response="none", posts=Deployment(must=("north",)))
    assert ([post.id for post in must.posts], must.passing) == (["north"], pytest.approx(5 / 6))
    never = plan(analysis, SMALL, 1, response="none", posts=Deployment(never=("south",)))
    assert [post.id for post in never.posts] == ["north"]
    strong = plan(analysis, SMALL, 0, response="none", posts=Deployment(have={"south": 0.9}))
    assert strong.passing == pytest.approx(1 / 3 + 2 / 3 * 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("response", ["logit", "best", "none", "roads"])
def test_all_responses_heed_the_constraints(found: Analysis, response: str) -> None:
    asked = Deployment(have={"torkham": 0.3}, must=("zaranj-milak",), never=("islam-qala",))
    made = plan(found, Parameters(), 3, response=response, posts=asked, time_limit=20)
    posts = [post.id for post in made.posts]
    assert posts[0] == "zaranj-milak"
    assert len(posts) == 3
    assert not {"islam-qala", "torkham"} & set(posts)
    assert [(post.id, post.detection) for post in made.standing] == [("torkham", 0.3)]
    assert made.passing < made.passing_before < 1
    free = plan(found, Parameters(), 3, response=response, time_limit=20)
    with_torkham = plan(found, Parameters(), 3, response=response, posts=Deployment(have={"torkham": 0.3}))
    assert with_torkham.passing <= free.passing + 1e-6


def test_a_post_at_a_gate_moves_traffickers_to_other_gates() -> None:
    graph = two_bridges()
    add_gate(graph, "quay", "AAA")
    add_legs(graph, {("quay", "south"): 100.0, ("quay", "north"): 300.0})
    analysis = analysis_of(graph)
    made = plan(analysis, SMALL, 0, posts=Deployment(have={"port": None}))
    # Half come by each gate; of odds 1/2 to 1, a third stays, and half of these get through.
    assert made.passing == pytest.approx(2 / 3 + 1 / 3 / 2)
    # The what-if reckons with shared legs (path size) besides.
    gates = {row.id: row.after for row in made.displacement.gates}
    assert gates == pytest.approx({"port": 1 / 3, "quay": 2 / 3}, abs=0.03)


def test_detection_from_capacity_and_what_it_rests_on(found: Analysis) -> None:
    may = choices(found, Interdiction(), Deployment(inspections=12, gates=True, detect={"hairatan": 0.2}))
    milak = may.free["zaranj-milak"]
    assert (milak.detection, milak.basis) == (pytest.approx(12 / 220 * 0.8), "inspections")
    karachi = may.free["karachi"]
    assert (karachi.detection, karachi.basis) == (pytest.approx(12 / 2660 * 0.8, rel=0.01), "inspections")
    assert (may.free["hairatan"].detection, may.free["hairatan"].basis) == (0.2, "given")
    assert (may.free["baramcha"].detection, may.free["baramcha"].basis) == (0.5, "assumed")
    many = choices(found, Interdiction(), Deployment(inspections=10_000))
    assert many.free["zaranj-milak"].detection == 0.8
    assert "karachi" not in many.free


def test_a_forecaster_of_the_roster_does_no_better_than_the_frequencies() -> None:
    """Eight weeks seen, the ninth foretold, 3,000 times: who uses the last week, or the last eight, loses."""
    sets = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]], bool)
    mix = Mix(sets, np.array([0.5, 0.3, 0.2]), 0.5, 0.5)
    ids = ("a", "b", "c", "d")
    km = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))
    often = mix.frequency @ sets
    score: Counter[str] = Counter()
    for seed in range(3000):
        roster = draw_roster(mix, ids, {}, km, Rota(weeks=9, seed=seed, begins=date(2026, 1, 5)))
        held = np.zeros((9, 4))
        for shift in roster:
            held[shift.week - 1, ids.index(shift.post)] = 1
        guesses = {
            "frequencies": often,
            "last week": 0.5 * often + 0.5 * held[7],
            "not last week": 0.5 * often + 0.5 * (1 - held[7]),
            "last eight": held[:8].mean(axis=0),
        }
        for name, guess in guesses.items():
            score[name] += float(((guess - held[8]) ** 2).sum()) / 3000
    best = score.pop("frequencies")
    assert all(best < other for other in score.values()), (best, score)


@pytest.mark.slow
def test_a_roster_keeps_to_the_mix_its_seed_and_the_distance(found: Analysis) -> None:
    rota = Rota(weeks=200, seed=3, begins=date(2026, 11, 2), move_km=700.0)
    made = plan(found, Parameters(), 3, rota=rota)
    again = plan(found, Parameters(), 3, rota=rota)
    assert made.rotation == again.rotation
    rotation = made.rotation
    assert rotation is not None
    assert made.gap <= 0.01
    assert made.passing <= rotation.fixed_passing + 1e-9
    km = road_km(found.untied.graph, sorted({s.post for s in rotation.roster if s.post}))
    names = sorted({s.post for s in rotation.roster if s.post})
    for team in {s.team for s in rotation.roster}:
        beat = [names.index(s.post) for s in rotation.roster if s.team == team and s.post]
        assert km[np.ix_(beat, beat)].max() <= 700
    share = sum(s.post == rotation.sets[0].posts[0] for s in rotation.roster) / 200
    held = sum(some.frequency for some in rotation.sets if rotation.sets[0].posts[0] in some.posts)
    assert share == pytest.approx(held, abs=0.12)
    rows = plan_csv(made).splitlines()
    assert rows[0] == "week,begins,team,post,name,move_km"
    assert len(rows) == 1 + len(rotation.roster)


def test_the_calendar_holds_every_shift(found: Analysis) -> None:
    made = plan(found, Parameters(), 2, rota=Rota(weeks=3, begins=date(2026, 11, 2)))
    text = roster_calendar(made)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    assert made.rotation is not None
    shifts = [shift for shift in made.rotation.roster if shift.post]
    assert [line for line in lines if line.startswith("DTSTART")] == [
        f"DTSTART;VALUE=DATE:{shift.begins.replace('-', '')}" for shift in shifts
    ]
    assert sum(line.startswith("SUMMARY:Team ") for line in lines) == len(shifts)
    assert len({line for line in lines if line.startswith("UID:")}) == len(shifts)


def test_published_posts_are_those_that_stand_on_the_day() -> None:
    posts = read_posts(bundled("posts.csv"))
    assert "islam-qala" in published_posts(posts, date(2020, 6, 1))
    now = published_posts(posts, date(2026, 10, 1))
    assert {"karachi", "qasim", "turkmenbashi", "sher-khan-bandar", "hairatan"} <= set(now)
    assert "islam-qala" not in now
    inputs = load_inputs()
    known = {*inputs.places["place_id"], *inputs.crossings["crossing_id"]}
    assert {place for place in posts["place_id"] if place} <= known


def test_a_deployment_is_one_file_and_its_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "posts.toml"
    path.write_text('[posts]\nbudget = 3\nhave = ["torkham=0.3"]\ngates = true\n[posts.cost]\nhairatan = 2\n')
    section = read_posts_section(path)
    assert (section.budget, section.have, section.gates) == (3, ("torkham=0.3",), True)
    assert section.cost == {"hairatan": 2}
    path.write_text("[posts]\nbudget = 3\n", encoding="utf-8-sig")  # as editors on Windows save it
    assert read_posts_section(path).budget == 3
    path.write_text('[posts]\nhav = []\nmust = "torkham"\ngates = 1\nbudget = "3"\n')
    with pytest.raises(InputError) as told:
        read_posts_section(path)
    message = str(told.value)
    for part in ("Did you mean have?", "posts.must: wanted a list of names", "true or false", "a number"):
        assert part in message
    with pytest.raises(RoutesError, match="wanted NAME or NAME=P"):
        standing_posts(["torkham=x"])
    with pytest.raises(RoutesError, match="given twice"):
        standing_posts(["torkham", "torkham=0.2"])


@pytest.mark.slow
def test_scenarios_by_name_stand_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        '[scenario.a]\nclose = ["torkham"]\n[scenario.b]\nimpassable = ["torkham"]\nas_of = 2025-01-01\n'
    )
    done = run("whatif", "--config", path, "--scenario", "a", "--scenario", "b", "--format", "json")
    first, second = json.loads(done.stdout)["scenarios"]
    single = json.loads(run("whatif", "--close", "torkham", "--format", "json").stdout)
    assert (first["name"], first["as_of"], second["as_of"]) == ("a", None, "2025-01-01")
    assert first["moved"]["cost_after"] == single["cost_after"]
    assert first["moved"]["crossings"] == single["crossings"]
    assert "Did you mean a" in run("whatif", "--config", path, "--scenario", "aa").stderr
    path.write_text('[scenario.a]\nas_of = "2025"\nclos = []\n')
    told = run("whatif", "--config", path, "--scenario", "a").stderr
    assert "Did you mean close?" in told


def test_traffickers_learn_and_rotating_posts_hold_longer(found: Analysis) -> None:
    made = plan(found, Parameters(), 3, rota=Rota())
    assert made.rotation is not None
    patrol = Patrol(
        {post.id: post.detection for post in made.posts},
        [],
        made.rotation.fixed_posts,
        [(some.posts, some.frequency) for some in made.rotation.sets],
    )
    played = simulate(found, Parameters(), patrol, 40, 4.0, 1)
    curves = {curve.plan: [point.passing for point in curve.points] for curve in played.curves}
    assert curves["no plan"] == pytest.approx([1.0] * 40)
    # In the first week nobody reacts; in the end all know the posts that stand.
    known = {
        row.response: row.passing
        for row in plan(
            found, Parameters(), 0, posts=Deployment(have=dict.fromkeys(made.rotation.fixed_posts))
        ).answers
    }
    assert curves["fixed"][0] == pytest.approx(known["none"], abs=0.02)
    assert curves["fixed"][-1] == pytest.approx(known["best"], abs=0.02)
    assert curves["rotating"][-1] < curves["fixed"][-1] - 0.05
    slow = simulate(found, Parameters(), patrol, 10, 20.0, 1).curves[1].points
    assert slow[-1].passing < curves["fixed"][9] - 0.03


def test_posts_that_must_be_are_held_in_every_week_of_a_rotation(found: Analysis) -> None:
    made = plan(found, Parameters(), 2, rota=Rota(), posts=Deployment(must=("torkham",)))
    patrol = patrol_of(made)
    assert len(patrol.sets) > 1
    assert all("torkham" in names for names, _ in patrol.sets)
    assert "torkham" in patrol.fixed
    assert made.rotation is not None
    own = [post for post in made.posts if post.id in ("torkham", *made.rotation.fixed_posts)]
    both = plan(found, Parameters(), 0, posts=Deployment(have={post.id: post.detection for post in own}))
    known = {row.response: row.passing for row in both.answers}
    curves = {c.plan: c.points for c in simulate(found, Parameters(), patrol, 1, 4.0, 1).curves}
    assert curves["fixed"][0].passing == pytest.approx(known["none"], abs=0.02)


def test_vital_crossings_are_those_of_trying_every_pair(found: Analysis) -> None:
    graph = two_bridges()
    analysis = analysis_of(graph)
    one = vital_crossings(analysis, SMALL, "port", "town", 1)
    assert (one.crossings, one.cost_before, one.cost_after) == (("south",), 150, 350)
    both = vital_crossings(analysis, SMALL, "port", "town", 2)
    assert (both.cost_after, both.proven_optimal) == (None, True)
    trade = vital_crossings(analysis, SMALL, "port", "town", 2, to_trade=True)
    assert trade.cost_after == pytest.approx(750)
    ways = ways_of(found.untied.graph)
    names = [row.id for row in found.ranking.crossings][:9]
    gate = [ways.nodes[g] for g in ways.gates].index("karachi")
    area = [ways.nodes[a] for a in ways.areas].index("helmand")
    best = max(float(ways.least(pair)[gate, area]) for pair in combinations(names, 2))
    solved = vital_crossings(found, Parameters(), "karachi", "helmand", 2)
    assert solved.proven_optimal
    assert solved.cost_after is None or solved.cost_after >= best - 1e-6
    assert float(ways.least(solved.crossings)[gate, area]) == pytest.approx(solved.cost_after)


@pytest.mark.slow
def test_a_time_limit_of_nothing_says_what_happened() -> None:
    for response in ("roads", "best", "logit", "none"):
        done = run("interdict", "--budget", "3", "--time-limit", "0", "--response", response)
        assert done.returncode == 0
        assert "cut short" in done.stdout


def test_a_priority_list_whose_searches_are_cut_short_is_never_behind_nothing(found: Analysis) -> None:
    made = plan(found, Parameters(), 6, priority=True, time_limit=0.3)
    assert made.priority
    for step in made.priority:
        assert step.best_bound <= step.best_passing <= step.passing + 1e-12
