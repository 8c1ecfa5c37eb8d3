"""What data could do to a terminal, tried on a real one: every command, in every encoding, on a full disk."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from commands import run
from rich.cells import cell_len

from routes.errors import Fault, visible
from routes.outputs.text import EN_DASH
from routes.read import bundled
from routes.roads.road_file import load_roads, save_roads

PAYLOAD = "\x1b[2J\x1b[31mHIT\x07\x1b]0;title\x07\x9b2J\u202e\u2066"
ACTING = ("\x1b[2J", "\x1b[31m", "\x1b]", "\x07", "\x9b", "\u202e", "\u2066")
FILE = f"s{PAYLOAD.replace('/', '')}.csv"
COLUMNS = 97


def on_a_terminal(
    *arguments: str, cwd: Path, encoding: str = "utf-8", columns: int = COLUMNS
) -> tuple[int, str]:
    """Run a command with a pseudo-terminal for all its streams; return its exit code and what it wrote."""
    leader, follower = pty.openpty()
    environment = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "routes", *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=cwd,
        env=environment,
    ) as process:
        os.close(follower)
        told = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            told += part
        os.close(leader)
    return process.returncode, told.decode(encoding, "replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make files in which every text would act on a terminal."""
    made = tmp_path_factory.mktemp("hostile")
    with bundled("seizures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    free = ("place", "substance", "direction_note", "source", "quality_note")
    for row in rows:
        for name in free:
            row[name] = f"{PAYLOAD}{row[name]}" if name != "substance" else f"{row[name]} {PAYLOAD}"
        row["seizure_id"] += PAYLOAD
        row["event_id"] += PAYLOAD
    for name, changed in (
        (FILE, rows),
        ("faulty.csv", [row | {"lat": PAYLOAD, "country": PAYLOAD} for row in rows]),
    ):
        with (made / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
    (made / "headers.csv").write_text(f"{PAYLOAD},{PAYLOAD},a\n1,2,3\n", encoding="utf-8")
    key = json.dumps(PAYLOAD.replace("\x9b", ""))
    (made / "sections.toml").write_text(f"[{key}]\na = 1\n[evidence]\n{key} = 1\n", encoding="utf-8")
    (made / "columns.toml").write_text(f"[columns]\nplace = {key}\n{key} = 'x'\n", encoding="utf-8")
    data = made / "data"
    data.mkdir()
    for name in ("crossings.csv", "places.csv"):
        text = bundled(name).read_text(encoding="utf-8")
        (data / name).write_text(text.replace("Torkham", f"Torkham{PAYLOAD}"), encoding="utf-8")
    borders = made / "borders"
    borders.mkdir()
    feature = {"type": "Feature", "properties": {"iso3": PAYLOAD, "name": PAYLOAD, "modelled": "y"}}
    feature["geometry"] = {"type": "Point", "coordinates": [1, 2]}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (borders / "borders.geojson").write_text(json.dumps(collection), encoding="utf-8")
    roads = load_roads(bundled("roads.npz"))
    save_roads(
        replace(roads, about=roads.about | {PAYLOAD: PAYLOAD, "attribution": PAYLOAD}), made / "roads.npz"
    )
    return made


COMMANDS = [
    ("rank", "--seizures", FILE),
    ("rank", "--seizures", FILE, "--format", "json"),
    ("rank", "--seizures", FILE, "--format", "csv"),
    ("rank", "--seizures", FILE, "--output", f"{PAYLOAD}.json", "--format", "json"),
    ("rank", "--seizures", "faulty.csv"),
    ("rank", "--seizures", "faulty.csv", "--skip-invalid"),
    ("rank", "--seizures", "headers.csv"),
    ("rank", "--seizures", f"nowhere{PAYLOAD}.csv"),
    ("rank", "--config", "sections.toml"),
    ("rank", "--config", "columns.toml", "--seizures", FILE),
    ("rank", "--data", "data"),
    ("rank", "--data", "borders"),
    ("rank", "--roads", "roads.npz"),
    ("rank", "--gate", PAYLOAD),
    ("rank", PAYLOAD),
    ("rank", f"--{PAYLOAD}"),
    (PAYLOAD,),
    ("chokepoints", "--data", "data", "--kind", "road"),
    ("chokepoints", "--data", "data"),
    ("interdict", "--data", "data"),
    ("explain", "torkham", "--seizures", FILE),
    ("explain", "torkham", "--seizures", FILE, "--format", "json"),
    ("validate", FILE),
    ("validate", "faulty.csv"),
    ("validate", FILE, "--resolve-places"),
    ("validate", "headers.csv", "--config", "columns.toml"),
    ("network", "info", "--roads", "roads.npz"),
    ("network", "info", "--roads", "roads.npz", "--format", "json"),
    ("network", "check", "--roads", "roads.npz"),
    ("schema", PAYLOAD),
    ("whatif", "--close", PAYLOAD),
    ("compare", "--before", PAYLOAD, "--after", PAYLOAD),
]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: visible(" ".join(command))[:60])
def test_nothing_from_data_acts_on_the_terminal(command: tuple[str, ...], folder: Path) -> None:
    code, told = on_a_terminal(*command, cwd=folder)
    assert code in (0, 1, 2)
    assert "Traceback" not in told
    assert told
    assert not [sign for sign in ACTING if sign in told]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp866", "cp1251", "utf-8"])
@pytest.mark.parametrize("command", [("rank",), ("chokepoints", "--kind", "road")])
def test_every_encoding_shows_what_it_can(command: tuple[str, ...], encoding: str, tmp_path: Path) -> None:
    code, told = on_a_terminal(*command, cwd=tmp_path, encoding=encoding, columns=80)
    assert code == 0
    assert "Traceback" not in told
    dash = EN_DASH if encoding in ("cp1251", "utf-8") else "-"
    assert re.search(rf"\d\.\d{dash}\d+\.\d %", told.replace("\xa0", " "))
    assert ("90 %" in told) == (encoding == "ascii")  # the others have the no-break space
    assert told.isascii() == (encoding == "ascii")
    assert "?" not in told


@pytest.mark.slow
def test_data_on_a_pipe_are_the_same_in_every_encoding(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "routes", "chokepoints", "--kind", "road", "--format", "json"]
    printed = [
        subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=tmp_path,
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
            check=True,
        ).stdout
        for encoding in ("utf-8", "ascii", "cp1251")
    ]
    assert printed[0] == printed[1] == printed[2]
    assert json.loads(printed[0])


@pytest.mark.slow
def test_the_terminals_own_width_is_taken(tmp_path: Path) -> None:
    widths = {}
    for columns in (50, 80, 120):
        _, told = on_a_terminal("chokepoints", cwd=tmp_path, columns=columns)
        lines = [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in told.splitlines()]
        widths[columns] = max(map(cell_len, lines))
    assert widths[50] <= 50 < widths[80] <= 80 < widths[120] <= 120


def test_a_fault_is_one_harmless_line() -> None:
    told = str(Fault(PAYLOAD, f"a\nb{PAYLOAD}", 3, PAYLOAD, called=PAYLOAD))
    assert not [sign for sign in (*ACTING, "\n") if sign in told]


def test_names_that_people_write_stay_as_they_are() -> None:
    names = ("Moḩammadābād", "می‌خواهم", "Спин-Болдак", "a\tb\nc", "90\N{NO-BREAK SPACE}%")
    assert [visible(name) for name in names] == list(names)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command", [("rank",), ("rank", "--format", "json"), ("schema",), ("config",), ("--help",)]
)
def test_a_full_standard_output_is_told(command: tuple[str, ...], tmp_path: Path) -> None:
    for closing_shell in (">/dev/full", ">&-"):
        done = subprocess.run(  # noqa: S602 - our own command
            f'"{sys.executable}" -m routes {" ".join(command)} {closing_shell}',
            shell=True,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        if closing_shell == ">/dev/full":
            assert done.returncode == 2
            assert "standard output" in done.stderr


def test_warnings_of_the_package_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    run("--version")
    logging.getLogger("routes.network").warning("a file %s", PAYLOAD)
    told = capsys.readouterr().err
    assert "HIT" in told
    assert not [sign for sign in ACTING if sign in told]
