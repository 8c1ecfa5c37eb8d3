"""Roads and tables of one's own: `--roads` and `--data` on every command that analyses."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import typer
from commands import Done, run
from grid_roads import grid_file

from routes.cli.app import app
from routes.errors import RoutesError
from routes.read import bundled
from routes.read.paths import FILES, Source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

BEFORE_AND_AFTER = ("--before", "2002-01-01:2008-12-31", "--after", "2009-01-01:2020-12-31")
# `calibrate` takes a minute and has the same options.
ALL = {
    "rank": ("rank", "--format", "json"),
    "rank --sensitivity": ("rank", "--sensitivity", "--top", "1", "--format", "json"),
    "map": ("map", "--top", "3", "--output", "out"),
    "backtest": ("backtest", "--format", "json"),
    "explain": ("explain", "karachi", "--format", "json"),
    "compare": ("compare", *BEFORE_AND_AFTER, "--format", "json"),
    "chokepoints": ("chokepoints", "--format", "json"),
    "chokepoints --kind road": ("chokepoints", "--kind", "road", "--format", "json"),
    "whatif": ("whatif", "--close", "torkham", "--format", "json"),
    "interdict": ("interdict", "--budget", "1", "--format", "json"),
    "brief": ("brief", "--teams", "1", "--top", "3", "--output", "out"),
    "export": ("export", "--format", "geojson", "--top", "3", "--output", "out"),
    "network info": ("network", "info", "--format", "json"),
    "network graph": ("network", "graph", "--output", "out"),
}
OPTIONS = {"--roads", "--data", "--jobs", "--scheduler", "--no-cache"}
# Commands that read no roads, and the one that makes them.
WITHOUT = {"validate", "config", "schema", "network build", "new"}


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grid_file(tmp_path_factory.mktemp("roads") / "grid.npz", 12_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the bundled files, for a test to change one."""
    own = tmp_path / "own"
    own.mkdir()
    for name in FILES:
        (own / name).write_bytes(bundled(name).read_bytes())
    return own


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    found = {}

    def walk(command: object, path: tuple[str, ...]) -> None:
        for name, below in getattr(command, "commands", {}).items():
            walk(below, (*path, name))
        if not hasattr(command, "commands"):
            found[" ".join(path)] = {option for p in command.params for option in p.opts}

    walk(typer.main.get_command(app), ())
    return found


def test_every_command_that_analyses_has_the_options() -> None:
    found = commands()
    assert {name for name, options in found.items() if options >= OPTIONS} == set(found) - WITHOUT
    assert not [name for name in WITHOUT if found[name] & (OPTIONS - {"--data"})]


@pytest.mark.parametrize("command", ALL)
def test_a_road_file_of_ones_own(command: str, roads: Path, tmp_path: Path) -> None:
    text = written(run(*ALL[command], "--roads", roads, cwd=tmp_path), tmp_path)
    if '"inputs"' in text:
        assert sha256(roads.read_bytes()).hexdigest() in text
    else:
        assert text != written(run(*ALL[command], cwd=tmp_path), tmp_path)


def written(done: Done, folder: Path) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout or (folder / "out").read_text(encoding="utf-8")


def test_the_network_check_reads_it_too(roads: Path) -> None:
    done = run("network", "check", "--roads", roads)
    assert done.returncode in (0, 1)
    assert run("network", "check", "--roads", roads.with_name("none.npz")).returncode == 2


def test_each_file_of_a_folder_stands_in_for_the_bundled_one(folder: Path) -> None:
    bundled_ranking = json.loads(run("rank", "--format", "json").stdout)
    done = run("rank", "--format", "json", "--data", folder)
    assert done.stderr == f"From {folder}: {', '.join(FILES)}.\n"
    ranking = json.loads(done.stdout)
    assert ranking["corridors"] == bundled_ranking["corridors"]
    places = (folder / "places.csv").read_text(encoding="utf-8")
    (folder / "places.csv").write_text(places.replace("Karachi", "Kurrachee"), encoding="utf-8")
    assert "Kurrachee" not in done.stdout
    assert "Kurrachee" in run("rank", "--format", "json", "--data", folder).stdout
    for name in set(FILES) - {"places.csv"}:
        (folder / name).unlink()
    done = run("rank", "--format", "json", "--data", folder)
    assert "Kurrachee" in done.stdout
    assert done.stderr == f"From {folder}: places.csv.\n"


def test_seizures_and_roads_that_are_named_go_before_those_of_the_folder(
    folder: Path, roads: Path, tmp_path: Path
) -> None:
    seizures = tmp_path / "seizures.csv"
    lines = bundled("seizures.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    seizures.write_text("".join(lines[:20]), encoding="utf-8")
    done = run(
        "rank", "--format", "json", "--data", folder, "--roads", roads, "--seizures", seizures, "--quiet"
    )
    assert done.stderr == ""
    hashes = json.loads(done.stdout)["provenance"]["inputs"]
    assert sha256(seizures.read_bytes()).hexdigest() in json.dumps(hashes)
    assert hashes["roads.npz"] == sha256(roads.read_bytes()).hexdigest()
    assert hashes["places.csv"] == sha256((folder / "places.csv").read_bytes()).hexdigest()


def test_bad_records_of_the_folder_are_left_out_where_that_is_asked(folder: Path, tmp_path: Path) -> None:
    with (folder / "seizures.csv").open("a", encoding="utf-8") as file:
        file.write("bad\n")
    done = run("rank", "--data", folder, cwd=tmp_path)
    assert done.returncode == 2
    assert "seizures.csv line" in done.stderr
    done = run("rank", "--data", folder, "--skip-invalid", cwd=tmp_path)
    assert done.returncode == 0
    assert "Left out 1 bad record" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--roads", "nowhere.npz"), "--roads: there is no file nowhere.npz"),
        (("--roads", "."), "wanted a file, got a folder"),
        (("--data", "nowhere"), "--data: nowhere is not there"),
        (("--data", "."), "wanted a folder with at least one of"),
    ],
)
def test_what_is_not_there_is_told(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    for command in ("rank", "backtest"):
        done = run(command, *options, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_a_fault_of_a_file_in_the_folder_is_told_with_its_place(folder: Path) -> None:
    text = (folder / "places.csv").read_text(encoding="utf-8")
    (folder / "places.csv").write_text(text.replace("24.8", "924.8", 1), encoding="utf-8")
    done = run("rank", "--data", folder)
    assert done.returncode == 2
    assert f"{folder / 'places.csv'} line" in done.stderr


def test_a_source_finds_each_file_where_it_is(folder: Path, tmp_path: Path) -> None:
    (folder / "roads.npz").unlink()
    source = Source(folder=folder)
    with pytest.raises(RoutesError, match=r"there is no roads\.npz"):  # the region is its own
        source.file("roads.npz")
    (folder / "region.toml").unlink()
    source = Source(folder=folder)
    assert source.file("roads.npz") == bundled("roads.npz")
    assert source.file("places.csv") == folder / "places.csv"
    assert Source(roads=tmp_path / "r.npz", folder=folder).file("roads.npz") == tmp_path / "r.npz"
