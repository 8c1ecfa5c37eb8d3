"""``routes chokepoints``, ``whatif`` and ``interdict`` as a user runs them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from commands import run, run_afresh
from jsonschema import Draft202012Validator

from routes.cli.planning import named_values
from routes.errors import RoutesError
from routes.outputs.schemas import schema_text
from routes.outputs.text import plain
from routes.read import bundled, read_places


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


COMMANDS = {
    "chokepoints": ["chokepoints"],
    "road-segments": ["chokepoints", "--kind", "road", "--top", "20"],
    "displacement": ["whatif", "--close", "torkham", "--penalty", "zaranj-milak=300km"],
    "plan": ["interdict", "--budget", "3", "--priority"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_tables_are_at_most_80_columns_wide(name: str) -> None:
    done = run(*COMMANDS[name])
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\n\n\n" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_json_follows_its_schema_and_is_the_same_twice(name: str) -> None:
    first = run(*COMMANDS[name], "--format", "json").stdout
    document = json.loads(first)
    validator = Draft202012Validator(json.loads(schema_text(name)))
    assert [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(document)] == []
    assert document["schema"] == f"routes/{name}"
    assert document["provenance"]["inputs"]["seizures"]
    assert document["assumptions"]
    assert run_afresh(*COMMANDS[name], "--format", "json").stdout == first


@pytest.mark.parametrize("kind", ["crossing", "road"])
def test_geojson_of_chokepoints(kind: str, tmp_path: Path) -> None:
    command = ("chokepoints", "--kind", kind, "--format", "geojson", "--top", "4", "--output", "c.geojson")
    assert run(*command, cwd=tmp_path).returncode == 0
    document = json.loads((tmp_path / "c.geojson").read_text(encoding="utf-8"))
    validator = Draft202012Validator(json.loads(schema_text("chokepoints-geojson")))
    assert [fault.message for fault in validator.iter_errors(document)] == []
    geometry = {"crossing": "Point", "road": "LineString"}[kind]
    assert [f["geometry"]["type"] for f in document["features"]] == [geometry] * 4


def test_chokepoints_filters_and_csv_agree_with_json() -> None:
    rows = rows_of(run("chokepoints", "--country", "IRN", "--area", "nimroz", "--format", "csv").stdout)
    document = json.loads(
        run("chokepoints", "--country", "IRN", "--area", "nimroz", "--format", "json").stdout
    )
    assert [row["id"] for row in rows] == [row["id"] for row in document["chokepoints"]]
    assert all("IRN" in row["countries"].split(";") for row in rows)
    assert document["area"] == "nimroz"
    assert rows[0]["id"] == "zaranj-milak"
    assert float(rows[0]["posterior_share"]) == document["chokepoints"][0]["posterior_share"]


def test_road_segments_are_named_by_what_lies_at_their_ends() -> None:
    done = run("chokepoints", "--kind", "road", "--country", "AFG", "--top", "30")
    assert "Gereshk - Delaram (AFG)" in plain(done.stdout)
    rows = rows_of(run("chokepoints", "--kind", "road", "--country", "AFG", "--format", "csv").stdout)
    assert all(row["ends"].count(";") == 1 and row["country"] == "AFG" for row in rows)


def test_gates_have_a_table_of_their_own() -> None:
    done = run("chokepoints", "--kind", "gate")
    heads = next(line for line in done.stdout.splitlines() if line.startswith("tier"))
    assert heads.split()[:2] == ["tier", "gate"]
    assert "dearer" not in done.stdout
    assert "karachi" in done.stdout


@pytest.mark.slow
def test_smallest_cuts_stand_in_the_table_only_when_asked_for() -> None:
    plain, asked = run("chokepoints"), run("chokepoints", "--cuts")
    assert "cut off" not in plain.stdout
    assert "areas cut off: by a smallest set of" in " ".join(asked.stdout.split())
    assert max(map(len, asked.stdout.splitlines())) <= 80
    document = json.loads(run("chokepoints", "--top", "3", "--format", "json").stdout)
    assert all("cut_areas" in row and row["tier"] >= 1 for row in document["chokepoints"])


@pytest.mark.slow
def test_whatif_before_and_after_sum_to_one_in_json_and_csv() -> None:
    command = ("whatif", "--close", "torkham", "--watch", "islam-qala=0.4")
    document = json.loads(run(*command, "--format", "json").stdout)
    rows = rows_of(run(*command, "--format", "csv").stdout)
    for side in ("before", "after"):
        listed = sum(row[side] for row in document["corridors"])
        lost = document["no_way_share"] if side == "after" else 0.0
        assert listed + document["rest"] + lost == pytest.approx(1, abs=1e-9)
        in_csv = sum(float(row[side]) for row in rows if row["what"] in ("corridor", "rest", "no way"))
        assert in_csv == pytest.approx(1, abs=1e-9)
    assert document["closed"][0]["id"] == "torkham"
    assert document["posts"][0]["detection"] == 0.4


@pytest.mark.slow
def test_whatif_top_sums_up_the_other_corridors() -> None:
    command = ("whatif", "--close", "torkham", "--format", "json")
    whole, few = (json.loads(run(*command, *more).stdout) for more in ((), ("--top", "3")))
    assert len(few["corridors"]) == 3
    for side in ("before", "after"):
        total = sum(row[side] for row in few["corridors"]) + few["other_corridors"][side]
        assert total == pytest.approx(sum(row[side] for row in whole["corridors"]))


@pytest.mark.slow
def test_interdict_says_what_gets_through_how_sure_and_where_it_moves() -> None:
    out = run("interdict", "--budget", "5").stdout
    assert "Gap to the bound: 0 % (proven optimal" in plain(out)
    assert "of the inflow gets through" in out
    assert "Where it moves by route choice" in out
    for part in ("How sure:", "by how traffickers answer", "nobody reacts", "all know the posts"):
        assert part in " ".join(out.split())
    assert "given these detection rates and this flow" in " ".join(out.split())
    assert "Best answers" in run("interdict", "--budget", "5", "--response", "roads").stdout
    listed = run("interdict", "--budget", "3", "--priority", "--response", "none").stdout
    assert "behind" in listed
    assert "if nobody reacts" in " ".join(listed.split())


def test_interdict_csv_holds_posts_or_the_priority_list() -> None:
    posts = rows_of(run("interdict", "--budget", "2", "--format", "csv").stdout)
    assert len(posts) == 2
    steps = rows_of(run("interdict", "--budget", "2", "--priority", "--format", "csv").stdout)
    assert [row["rank"] for row in steps] == ["1", "2"]
    assert {row["id"] for row in posts} == {row["id"] for row in steps}


@pytest.mark.slow
def test_budgets_of_nothing_and_of_everything_are_answered() -> None:
    nothing = run("interdict", "--budget", "0")
    assert nothing.returncode == 0
    assert "No post: the budget pays for no post" in nothing.stdout
    everything = run("interdict", "--budget", "500", "--response", "logit")
    assert everything.returncode == 0
    assert "The budget pays for every place that can be watched" in " ".join(everything.stdout.split())


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("whatif", "nothing to change. Give --close X"),
        ("whatif --close torkam", "no crossing or gate 'torkam'. Did you mean torkham"),
        ("whatif --penalty torkham=-5km", "penalty of torkham: wanted km-equivalents of at least 0, got -5"),
        ("whatif --penalty torkham", "--penalty: wanted NAME=NUMBERkm, as in NAME=300km, got 'torkham'"),
        ("whatif --watch torkham=often", "--watch: wanted NAME=NUMBER, as in NAME=0.4"),
        ("whatif --watch torkham=1.5", "wanted a probability from 0 to below 1, got 1.5"),
        ("whatif --watch torkham=0.1 --watch torkham=0.2", "--watch: torkham is given twice"),
        ("interdict --budget -1", "budget: wanted a number of at least 0, got -1"),
        ("interdict --jurisdiction XXX", "--jurisdiction: wanted one of Afghanistan (AFG)"),
        ("interdict --detect torkham=1", "detection at torkham: wanted a probability above 0 and below 1"),
        ("interdict --cost karachi=2 --response roads", "there are no posts at gates (karachi)"),
        ("interdict --cost torkham=0", "cost of torkham: wanted a number above 0"),
        ("chokepoints --area kabul", "--area: no processing area 'kabul'"),
        ("chokepoints --country XXX", "--country: wanted one of Afghanistan (AFG)"),
    ],
)
def test_bad_use_is_told_in_one_line(command: str, message: str) -> None:
    done = run(*command.split())
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


PLAN = json.loads((Path(__file__).parents[1] / "docs" / "examples" / "plan.json").read_text(encoding="utf-8"))


def with_sets(**changed: object) -> dict[str, object]:
    return PLAN | {
        "rotation": {
            "sets": [{"posts": [PLAN["posts"][0]["id"]], "frequency": 1.0} | changed],
            "fixed_posts": [],
        }
    }


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (PLAN | {"posts": [PLAN["posts"][0] | {"detection": 1.5}]}, "catches 1.5: wanted 0 to less than 1"),
        (PLAN | {"posts": [PLAN["posts"][0] | {"detection": float("nan")}]}, "catches nan: wanted"),
        (
            PLAN | {"rotation": None, "posts": [PLAN["posts"][0] | {"id": "nowhere"}]},
            "a post at nowhere: no gate",
        ),
        (with_sets(posts=["nowhere"]), "nowhere stands in a set of posts, and is none of the plan's posts"),
        (with_sets(frequency=0), "wanted parts of the weeks, 0 to 1 and not all 0, got [0.0]"),
        (with_sets(frequency=-1), "wanted parts of the weeks, 0 to 1 and not all 0, got [-1.0]"),
        ({}, "no plan. Write one with routes interdict"),
    ],
)
def test_a_plan_that_cannot_be_played_is_refused(plan: object, message: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = run("simulate-plan", tmp_path / "plan.json", "--weeks", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_brackets_without_end_are_no_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("[" * 100_000, encoding="utf-8")
    done = run("simulate-plan", tmp_path / "plan.json")
    assert (done.returncode, "no plan" in done.stderr) == (2, True)


def test_closing_every_gate_is_a_clear_answer() -> None:
    places = read_places(bundled("places.csv"))
    gates = places["place_id"][places["kind"].isin(["seaport", "land_gate"])]
    done = run("whatif", *(part for place in gates for part in ("--impassable", place)))
    assert done.returncode == 2
    assert "no gate reaches any processing area any more" in done.stderr


def test_named_values_by_hand() -> None:
    assert named_values("--penalty", ["a=1", "b-c = 2.5 km", "d=1e2km"], "km") == {
        "a": 1.0,
        "b-c": 2.5,
        "d": 100.0,
    }
    with pytest.raises(RoutesError, match="wanted NAME=NUMBER"):
        named_values("--watch", ["=0.4"])
