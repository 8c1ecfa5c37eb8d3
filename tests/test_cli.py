"""The command line as a user runs it: output, exit codes, messages, nothing half written."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from pathlib import Path

import networkx as nx
import pytest
from commands import run, run_alone

from routes.parameters import read_parameters
from routes.read import bundled
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import Source

HEADER = (
    "seizure_id,date,date_precision,country,place,lat,lon,location_precision,substance,"
    "quantity_reported,unit_reported,source\n"
)
GOOD = "a-1,2015-03-02,day,PAK,Karachi,24.86,67.01,city,acetic anhydride,100,kg,A report\n"


def test_rank_from_any_folder_prints_a_table_of_80_columns(tmp_path: Path) -> None:
    done = run_alone("rank", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "shahid-rajaee > zaranj-milak >" in done.stdout
    assert "policing as much as traffic" in done.stdout
    assert "\x1b" not in done.stdout
    assert not list(tmp_path.iterdir())


def test_rank_formats_agree(tmp_path: Path) -> None:
    document = json.loads(run("rank", "--format", "json", "--top", "5").stdout)
    rows = list(csv.DictReader(io.StringIO(run("rank", "--format", "csv", "--top", "5").stdout)))
    done = run("rank", "--format", "geojson", "--top", "5", "--output", "r.geojson", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == ""
    features = json.loads((tmp_path / "r.geojson").read_text(encoding="utf-8"))["features"]
    ids = [c["id"] for c in document["corridors"]]
    assert len(ids) == 5
    assert ids == [r["id"] for r in rows] == [f["properties"]["id"] for f in features]
    assert document["corridors_in_all"] > 100
    assert all(len(part) >= 2 for f in features for part in f["geometry"]["coordinates"])


def test_filters_list_rows_with_their_ranks_in_the_whole() -> None:
    done = json.loads(run("rank", "--format", "json", "--gate", "chabahar", "--area", "helmand").stdout)
    assert done["corridors"]
    assert {(c["gate"], c["processing_area"]) for c in done["corridors"]} == {("chabahar", "helmand")}
    assert done["corridors"][0]["rank"] > 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rank", "--gate", "karchi"], "Did you mean karachi"),
        (["rank", "--substance", "water"], "Substances in the file"),
        (["rank", "--since", "2030-01-01"], "no seizure"),
        (["rank", "--since", "2015-01-01", "--until", "2010-01-01"], "period"),
        (["rank", "--seizures", "nowhere.csv"], "nowhere.csv"),
        (["rank", "--since", "yesterday"], "--since"),
        (["rank", "--config", "nowhere.toml"], "nowhere.toml"),
        (["map", "--output", "."], "folder"),
        (["frobnicate"], "No such command"),
    ],
)
def test_bad_use_is_told_in_one_message(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


BAD_FILES = {
    "missing_column": (HEADER.replace(",source", "") + GOOD.replace(",A report", ""), "source"),
    "swapped": (HEADER + GOOD.replace("24.86,67.01", "67.01,24.86"), "swapped"),
    "text_in_number": (HEADER + GOOD.replace(",100,", ",many,"), "many"),
    "unknown_country": (HEADER + GOOD.replace("PAK", "PKA"), "PAK"),
    "unknown_unit": (HEADER + GOOD.replace(",kg,", ",stone,"), "stone"),
    "negative": (HEADER + GOOD.replace(",100,", ",-100,"), "-100"),
    "future": (HEADER + GOOD.replace("2015-03-02", "2215-03-02"), "2215-03-02"),
    "duplicate": (HEADER + GOOD + GOOD, "a-1"),
    "empty": ("", "empty"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("command", [("validate",), ("rank", "--seizures"), ("map", "--seizures")])
def test_bad_input_leaves_no_file_behind(kind: str, command: tuple[str, ...], tmp_path: Path) -> None:
    text, said = BAD_FILES[kind]
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    done = run(*command, "bad.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.csv" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert [f.name for f in tmp_path.iterdir()] == ["bad.csv"]


def test_all_faults_of_a_file_come_in_one_message(tmp_path: Path) -> None:
    bad = GOOD.replace("a-1", "b-1").replace(",100,", ",-5,") + GOOD.replace("a-1", "c-1").replace(
        "PAK", "XXX"
    )
    (tmp_path / "bad.csv").write_text(HEADER + GOOD + bad, encoding="utf-8")
    done = run_alone("validate", "bad.csv", cwd=tmp_path)
    assert "bad.csv line 3, quantity_reported" in done.stderr
    assert "bad.csv line 4, country" in done.stderr
    assert done.returncode == 2


def test_a_folder_and_a_wrong_encoding(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.csv").write_bytes((HEADER + GOOD.replace("Karachi", "Kar\xe1chi")).encode("latin-1"))
    (tmp_path / "none.csv").write_bytes((HEADER + GOOD).encode() + b"\xe2\x80")
    for name in ("folder", "none.csv"):
        done = run("validate", name, cwd=tmp_path)
        assert done.returncode == 2
        assert name in done.stderr
        assert "Traceback" not in done.stderr
    assert run("validate", "latin.csv", "--quiet", cwd=tmp_path).stderr == ""  # and keeps no later one silent
    done = run("validate", "latin.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        0,
        "latin.csv: read with encoding cp1252. [reading] in a config file changes that.",
    )


def test_no_permission() -> None:
    run("validate", bundled("seizures.csv"))  # everything is imported before the rights are dropped
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        locked = Path(folder) / "locked.csv"
        locked.write_text(HEADER + GOOD, encoding="utf-8")
        locked.chmod(0)
        root = os.geteuid() == 0  # who may read everything
        if root:
            os.seteuid(65534)
        try:
            done = run("validate", locked)
        finally:
            if root:
                os.seteuid(0)
    assert done.returncode == 2
    assert "locked.csv" in done.stderr
    assert "ermission" in done.stderr


def test_skip_invalid_says_how_many_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "mixed.csv").write_text(
        HEADER + GOOD + GOOD.replace("a-1", "b-1").replace(",100,", ",-5,"), "utf-8"
    )
    done = run("rank", "--seizures", "mixed.csv", "--skip-invalid", cwd=tmp_path)
    assert done.returncode == 0
    assert "Left out 1 bad records of 2" in done.stderr
    assert "b-1" in (tmp_path / "mixed.rejected.csv").read_text(encoding="utf-8")
    assert "1 located event" in done.stdout


def test_map_is_written_where_it_says(tmp_path: Path) -> None:
    done = run("map", cwd=tmp_path)
    assert done.returncode == 0
    page = (tmp_path / "maps" / "corridors.html").read_text(encoding="utf-8")
    assert "maps/corridors.html" in done.stderr.replace(os.sep, "/")
    assert "OpenStreetMap contributors" in page
    assert len(page) < 3_000_000


def test_network_info_check_and_graph(tmp_path: Path) -> None:
    facts = json.loads(run("network", "info", "--format", "json").stdout)
    assert facts["graph_gates"] > 30
    assert "ODbL" in facts["built_from"]["licence"]
    assert max(map(len, run("network", "info").stdout.splitlines())) <= 80
    assert run("network", "check").returncode == 0
    assert run("network", "graph", "--output", "g.graphml", cwd=tmp_path).returncode == 0
    graph = nx.read_graphml(tmp_path / "g.graphml")
    kinds = {data["kind"] for _, data in graph.nodes(data=True)}
    assert kinds == {"gate", "crossing", "processing_area", "seizure"}
    assert {data["kind"] for *_, data in graph.edges(data=True)} == {"leg", "evidence"}


def test_the_printed_config_reads_back_as_the_defaults(tmp_path: Path) -> None:
    assert run("config", "--output", "all.toml", cwd=tmp_path).returncode == 0
    region = region_of(Source())
    read = read_parameters(tmp_path / "all.toml", frozenset(region.countries))
    assert read == region.parameters()


def test_config_changes_parameters_and_unknown_ones_are_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text("[route_choice]\nscale_km = 120\n[detection]\nPAK = 1.5\n", encoding="utf-8")
    bad.write_text("[route_choice]\nscal_km = 1\n[detection]\nPKA = -1\n[extra]\n", encoding="utf-8")
    document = json.loads(run("rank", "--config", good, "--format", "json").stdout)
    assert document["provenance"]["parameters"]["route_choice"]["scale_km"] == 120
    assert document["provenance"]["parameters"]["detection"] == {"PAK": 1.5}
    done = run("rank", "--config", bad)
    assert done.returncode == 2
    for said in ("Did you mean scale_km", "PKA", "extra", "wanted a number from 0.001"):
        assert said in done.stderr


def test_every_command_and_option_has_help() -> None:
    import typer.main

    from routes.cli.app import app

    def walk(command: object) -> None:
        assert command.help, command.name
        for parameter in command.params:
            assert parameter.param_type_name == "argument" or parameter.help, (command.name, parameter.name)
        for below in getattr(command, "commands", {}).values():
            walk(below)

    walk(typer.main.get_command(app))


def test_validate_says_what_it_read() -> None:
    done = run("validate", bundled("seizures.csv"))
    assert done.returncode == 0
    assert "105 records" in done.stderr


def test_a_file_without_a_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text(HEADER, encoding="utf-8")
    done = run("rank", "--seizures", tmp_path / "bare.csv", "--quiet")
    assert done.returncode == 2
    assert "bare.csv: there is no record" in done.stderr
    assert "Give both --since and --until" in done.stderr


def test_what_became_of_the_records_is_told_on_request() -> None:
    plain = json.loads(run("rank", "--format", "json").stdout)
    asked = json.loads(run("rank", "--format", "json", "--records").stdout)
    assert plain["seizures"] is None
    assert len(asked["seizures"]) == len(load_inputs().seizures)
    assert asked | {"seizures": None} == plain


@pytest.mark.parametrize("form", [[], ["--format", "csv"], ["--format", "json", "--sensitivity"]])
def test_records_where_they_do_nothing_are_refused(form: list[str]) -> None:
    done = run("rank", "--records", *form)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--records: what became of the records is told with --format json" in done.stderr
