"""What new data moved: quiet where nothing did, and at once where a crossing shut."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from commands import run

from routes.analysis import Analysis, analyse
from routes.outputs.terminal.changes_tables import changes_blocks
from routes.outputs.terminal.screen import lines_of
from routes.parameters import Parameters
from routes.planning.alarms import PLAN, STATUS, WORTH, Alarms, alarms, plan_move
from routes.planning.displacement import whatif
from routes.planning.plan import plan
from routes.planning.posts import Deployment
from routes.question import Question
from routes.read import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from routes.read.inputs import Inputs

pytestmark = pytest.mark.slow

DAYS = (date(2025, 10, 11), date(2025, 10, 12))


@pytest.fixture(scope="module")
def sides(inputs: Inputs) -> tuple[Analysis, Analysis]:
    before, after = (analyse(inputs, question=Question(until=day, as_of=day)) for day in DAYS)
    return before, after


@pytest.fixture(scope="module")
def october(sides: tuple[Analysis, Analysis], inputs: Inputs) -> Alarms:
    return alarms(*sides, (inputs, inputs), Parameters(), 2)


def test_the_closures_of_october_2025_are_told_on_the_day(october: Alarms, inputs: Inputs) -> None:
    assert STATUS in october.attention
    rows = inputs.status
    begun = rows[(rows["from"] == "2025-10-12") & (rows["status"] == "closed")]
    ended = rows[(rows["until"] == "2025-10-11") & (rows["status"] == "closed")]  # shut already
    assert {move.id for move in october.status} == set(begun["crossing_id"]) - set(ended["crossing_id"])
    assert len(october.status) == 5
    torkham = next(move for move in october.status if move.id == "torkham")
    assert (torkham.was, torkham.now, torkham.since, torkham.grade) == ("open", "closed", DAYS[1], "B2")


def test_what_moved_adds_up(october: Alarms, sides: tuple[Analysis, Analysis]) -> None:
    after = {p.id: p.posterior_share for p in (*sides[1].ranking.gates, *sides[1].ranking.crossings)}
    assert len(october.shares) >= len(after)
    for move in october.shares:
        assert move.after - move.before == pytest.approx(move.by_status + move.by_seizures, abs=1e-12)
        assert move.after == pytest.approx(after.get(move.id, 0.0))
    torkham = next(move for move in october.shares if move.id == "torkham")
    assert torkham.by_status < -0.03
    assert abs(torkham.by_seizures) < 0.01


def test_the_same_data_ask_for_nothing(sides: tuple[Analysis, Analysis], inputs: Inputs) -> None:
    same = alarms(sides[0], sides[0], (inputs, inputs), Parameters(), 2)
    assert same.attention == ()
    assert same.status == ()
    assert (same.records.new, same.records.gone, same.records.altered) == ((), (), ())
    assert max(abs(move.after - move.before) for move in same.shares) < 1e-12
    assert same.plan.before == same.plan.after
    about = sides[0].ranking.provenance
    said = lines_of(changes_blocks(same, about, about, 5))
    assert "Nothing that asks for attention." in said
    assert "No share has moved." in said


def test_records_that_came_went_and_were_altered_are_told(
    sides: tuple[Analysis, Analysis], inputs: Inputs
) -> None:
    rows = inputs.seizures
    ids = rows["seizure_id"][rows["date_from"].dt.date <= DAYS[0]].tolist()
    fewer = replace(inputs, seizures=rows[rows["seizure_id"] != ids[0]].reset_index(drop=True))
    altered = rows.copy()
    altered.loc[altered["seizure_id"] == ids[1], "source_grade"] = "F6"
    other = replace(inputs, seizures=altered)
    found = alarms(sides[0], sides[0], (fewer, other), Parameters(), 1).records
    assert (found.new, found.gone, found.altered) == ((ids[0],), (), (ids[1],))
    found = alarms(sides[0], sides[0], (inputs, fewer), Parameters(), 1).records
    assert (found.new, found.gone, found.altered) == ((), (ids[0],), ())


def test_a_plan_changes_where_others_let_noticeably_and_surely_less_through(
    sides: tuple[Analysis, Analysis],
) -> None:
    after, parameters = sides[1], Parameters()
    best = plan(after, parameters, 1)
    poor = replace(best, posts=tuple(replace(post, id="hairatan") for post in best.posts))
    moved = plan_move(sides[0], after, parameters, 1, None, poor)
    assert moved.before == ("hairatan",)
    assert moved.after == tuple(post.id for post in best.posts)
    assert moved.new_passing == pytest.approx(best.passing)
    assert moved.kept_passing - moved.new_passing > WORTH
    assert moved.changes
    # What gets through one post, by the what-if that the posts are held against.
    for posts, passing in ((moved.before, moved.kept_passing), (moved.after, moved.new_passing)):
        gone = whatif(after, parameters, watch={posts[0]: parameters.interdiction.post_detection})
        own = next(row for row in gone.crossings if row.id == posts[0])
        listed = 1 - gone.rest
        caught = own.after * parameters.interdiction.post_detection / listed
        assert passing == pytest.approx(1 - caught, abs=5e-3)  # corridors are listed anew there
    near = replace(best, posts=best.posts)
    assert not plan_move(sides[0], after, parameters, 1, None, near).changes


def test_a_plan_that_is_better_by_a_hair_or_in_half_of_the_draws_does_not_change(
    sides: tuple[Analysis, Analysis],
) -> None:
    after, parameters = sides[1], Parameters()
    best = plan(after, parameters, 3)
    held = {post.id for post in best.posts}
    rival = next(name for name in best.certainty.membership if name not in held)  # type: ignore[union-attr]
    other = (*best.posts[:2], replace(best.posts[2], id=rival))
    moved = plan_move(sides[0], after, parameters, 3, None, replace(best, posts=other))
    assert set(moved.before) != set(moved.after)
    small = moved.kept_passing - moved.new_passing < WORTH or moved.better_probability < 0.8
    assert moved.changes != small


def test_the_plans_are_those_under_the_posts_that_the_user_has(
    sides: tuple[Analysis, Analysis], inputs: Inputs
) -> None:
    """Both plans keep to what must and must not be, and the worth of both is that beside what stands."""
    free = plan_move(*sides, Parameters(), 2)
    barred = free.after[0]
    posts = Deployment(have={"torkham": 0.4}, must=("hairatan",), never=(barred,))
    found = alarms(*sides, (inputs, inputs), Parameters(), 2, posts).plan
    for side, held in zip(sides, (found.before, found.after), strict=True):
        assert held == tuple(post.id for post in plan(side, Parameters(), 2, posts=posts).posts)
        assert "hairatan" in held
        assert not {barred, "torkham"} & {*held}
    stands = plan(sides[1], Parameters(), 2, posts=posts)
    assert found.new_passing == pytest.approx(stands.passing)


def test_the_section_posts_of_the_config_holds_for_the_plan_that_may_change(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[posts]\nbudget = 1\nmust = ["hairatan"]\n', encoding="utf-8")
    two = ("--since-data", "2025-10-11", "--to-data", "2025-10-12", "--format", "json")
    done = run("changes", *two, "--config", "ours.toml", cwd=tmp_path)
    moved = json.loads(done.stdout)["plan"]
    assert (moved["teams"], moved["before"], moved["after"]) == (1, ["hairatan"], ["hairatan"])
    assert not moved["changes"]


def test_the_evidence_grows_old(inputs: Inputs) -> None:
    days = (date(2020, 6, 1), date(2026, 6, 1))
    until = date(2017, 12, 31)
    old, new = (analyse(inputs, question=Question(until=until, as_of=day)) for day in days)
    age = alarms(old, new, (inputs, inputs), Parameters(), 1).ageing
    assert age.mean_years is not None
    assert age.mean_years_before is not None
    assert age.mean_years - age.mean_years_before == pytest.approx(6.0, abs=0.01)
    assert age.mean_years_before < 10 < age.mean_years
    assert age.crossed_years == 10
    assert age.newest == np.datetime64(new.events.last_day.max(), "D").astype(date)


# --- the command -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_attention_is_the_exit_code_where_it_is_asked_for(tmp_path: Path) -> None:
    two = ("--since-data", "2025-10-11", "--to-data", "2025-10-12", "--teams", "1")
    done = run("changes", *two, "--require-attention", "--output", "o.json", cwd=tmp_path)
    assert done.returncode == 1
    document: dict[str, Any] = json.loads((tmp_path / "o.json").read_text())
    assert STATUS in document["attention"]
    assert run("changes", *two, "--output", "p.json", cwd=tmp_path).returncode == 0
    quiet = ("--since-data", "2025-10-13", "--to-data", "2025-10-14", "--teams", "1")
    done = run("changes", *quiet, "--require-attention", cwd=tmp_path)
    assert done.returncode == 0
    assert "Nothing that asks for attention." in done.stdout


@pytest.mark.slow
def test_a_folder_as_it_was_is_held_against_the_data_at_hand(tmp_path: Path) -> None:
    """Yesterday's copy lacks one record, and has Torkham open until further notice."""
    old = tmp_path / "old"
    old.mkdir()
    with bundled("seizures.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with (old / "seizures.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows[1:]])
    shutil.copy(bundled("crossing_status.csv"), old)
    text = (old / "crossing_status.csv").read_text(encoding="utf-8")
    changed = text.replace("torkham,2025-10-12,,closed", "torkham,2025-10-12,,open")
    assert changed != text
    (old / "crossing_status.csv").write_text(changed, encoding="utf-8")
    done = run("changes", "--since-data", old, "--teams", "1", "--format", "json", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["records"]["new"] == [rows[0][0]]
    assert [(move["id"], move["was"], move["now"]) for move in document["status"]] == [
        ("torkham", "open", "closed")
    ]
    assert document["attention"][0] == STATUS
    assert set(document["attention"]) <= {STATUS, PLAN}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since-data", "yesterday"], "--since-data: wanted a day such as 2026-01-15"),
        (["--since-data", "."], "wanted a folder with at least one of"),
        (["--since-data", "2025-10-11", "--to-data", "2025-13-01"], "--to-data: wanted a day"),
        ([], "--since-data"),
    ],
)
def test_bad_use_is_told(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("changes", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
