"""Ctrl-C at any time: code 130, one line, no file half written, no process left, and the next run works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from grid_roads import grid_file
from grids import write_grid

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

WAIT_S = 120
SAID = b"Interrupted: nothing was left half done.\n"
# A process that tells when it hears interrupts, or where it would give a file its name, and waits there.
PROGRAM = """
import signal, sys, time
from pathlib import Path

def tell():
    sys.stdout.write("now\\n")
    sys.stdout.flush()

def pause(self, target):
    tell()
    time.sleep(600)

set_signal = signal.signal

def hear(number, handler):
    signal.signal = set_signal
    set_signal(number, handler)
    tell()

{pause}
from routes.__main__ import run
run()
"""
AT_ONCE, AT_OUTPUT, AT_CACHE = "signal.signal = hear", "Path.replace = pause", "Path.rename = pause"
COMMANDS = {
    "rank": ("rank", "--format", "json", "--output", "out"),
    "map": ("map", "--output", "out"),
    "export": ("export", "--format", "gpkg", "--output", "out"),
    "build": ("network", "build", "--output", "out"),
}


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roads")
    write_grid(100_000, folder / "grid.osm.pbf")
    return grid_file(folder / "grid.npz", 100_000)


@dataclass(frozen=True)
class Begun:
    """A command that runs in a session of its own, as in a terminal."""

    process: subprocess.Popen[bytes]
    folder: Path

    def interrupt(self, times: int = 1) -> None:
        for _ in range(times):
            os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> tuple[int, bytes]:
        """Exit code and messages, when no process of the session is left."""
        try:
            _, err = self.process.communicate(timeout=WAIT_S)
        finally:
            self.process.kill()
        wait_until(lambda: not members(self.process.pid))
        return self.process.returncode, err


def members(session: int) -> list[int]:
    """Processes of a session, from the fields of /proc behind the name in brackets."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, belongs = stat.read_text(errors="replace").rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        if int(belongs) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def begin(folder: Path, arguments: tuple[str, ...], pause: str = AT_ONCE) -> Begun:
    """Begin a command, and return when it has told that it is where it should be."""
    for name in ("work", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    environment = os.environ | {"ROUTES_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp")}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PROGRAM.format(pause=pause), *arguments],
        cwd=folder / "work",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    if process.stdout.readline() != b"now\n":
        process.kill()
        pytest.fail(process.communicate()[1].decode())
    return Begun(process, folder)


def left(folder: Path) -> list[str]:
    """List what lies in the folders, but for whole entries of the cache."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [str(f) for f in files if f.parts[0] != "cache" or f.parts[1].startswith(".")]


def with_roads(command: str, roads: Path) -> tuple[str, ...]:
    own = ("--osm", str(roads.with_name("grid.osm.pbf"))) if command == "build" else ("--roads", str(roads))
    return (*COMMANDS[command], *own)


@pytest.mark.parametrize("command", ["rank", "map", "export"])
def test_while_the_output_gets_its_name(command: str, roads: Path, tmp_path: Path) -> None:
    begun = begin(tmp_path, with_roads(command, roads), AT_OUTPUT)
    assert len(left(tmp_path)) == 1
    begun.interrupt()
    code, said = begun.ended()
    assert code == 130
    assert said.endswith(SAID)
    assert b"Traceback" not in said
    assert left(tmp_path) == []


def test_while_the_cache_is_written_to_and_the_next_run_works(roads: Path, tmp_path: Path) -> None:
    arguments = with_roads("rank", roads)
    begun = begin(tmp_path, arguments, AT_CACHE)
    assert any(name.startswith("cache/.") for name in left(tmp_path))
    begun.interrupt(3)  # as an impatient hand does
    assert begun.ended() == (130, SAID)
    assert left(tmp_path) == []
    assert not list((tmp_path / "cache").iterdir())
    assert begin(tmp_path, arguments).ended() == (0, b"Wrote out.\n")
    assert left(tmp_path) == ["work/out"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_while_other_processes_work(roads: Path, tmp_path: Path) -> None:
    begun = begin(tmp_path, (*with_roads("rank", roads), "--jobs", "2"))
    wait_until(lambda: len(members(begun.process.pid)) > 2)
    begun.interrupt()
    assert begun.ended() == (130, SAID)
    assert left(tmp_path) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", COMMANDS)
def test_at_any_moment(command: str, seed: int, roads: Path, tmp_path: Path) -> None:
    """Either all is there or nothing is, whenever the signal falls; early ones are sure to interrupt."""
    begun = begin(tmp_path, with_roads(command, roads))
    time.sleep(random.Random(f"{command} {seed}").uniform(0, 2 * seed))  # noqa: S311 - any moment will do
    begun.interrupt()
    code, said = begun.ended()
    assert b"Traceback" not in said
    assert (code, left(tmp_path)) in [(130, []), (0, ["work/out"])]
    assert said.endswith(SAID) == (code == 130)
    assert code == 130 or seed
