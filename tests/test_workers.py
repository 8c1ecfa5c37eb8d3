"""No process outlives the command that started it, whatever signal ends that; nothing is left half done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from test_interrupt import members, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

if not sys.platform.startswith("linux"):
    pytest.skip("processes are looked up in /proc", allow_module_level=True)

SIGNALS = (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGINT)
COMMANDS = (
    ("rank", "--jobs", "2", "--output", "out"),
    ("export", "--jobs", "2", "--output", "out"),
    ("map", "--output", "out"),
    ("brief", "--format", "md", "--output", "out"),
    ("backtest", "--jobs", "2", "--output", "out"),
    ("interdict", "--output", "out"),
    ("whatif", "--close", "torkham", "--output", "out"),
    ("chokepoints", "--kind", "road", "--output", "out"),
    ("rank", "--sensitivity", "--jobs", "2", "--output", "out"),
    ("calibrate", "--jobs", "2", "--output", "out"),
)
GONE_AFTER_S = 5


def begun(folder: Path, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    for name in ("work", "temporary"):
        (folder / name).mkdir(exist_ok=True)
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "routes", *command],
        cwd=folder / "work",
        env=os.environ | {"TMPDIR": str(folder / "temporary"), "ROUTES_CACHE": str(folder / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def none_left(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + GONE_AFTER_S
    while left := members(process.pid):
        assert time.monotonic() < deadline, f"processes {left} are left"
        time.sleep(0.02)


def shot(folder: Path, command: tuple[str, ...], number: int, after_s: float) -> None:
    """Signal the command alone, not its workers, and look at what is left."""
    process = begun(folder, command)
    time.sleep(after_s)
    process.send_signal(number)
    try:
        _, said = process.communicate(timeout=60)
        none_left(process)
    finally:
        if members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
    assert b"Traceback" not in said
    made = [path.name for path in (folder / "work").iterdir()]
    if number == signal.SIGKILL:
        assert all(name == "out" or name.startswith(".routes-") for name in made)
    else:
        assert made in ([], ["out"])
        assert (process.returncode == 0) == (made == ["out"])
        assert not list((folder / "temporary").iterdir())
    for path in (folder / "work").iterdir():
        subprocess.run(["rm", "-r", path], check=True)  # noqa: S603, S607


@pytest.mark.parametrize("number", SIGNALS[:2])
def test_workers_end_with_their_parent(number: int, tmp_path: Path) -> None:
    """They are at work when the signal comes."""
    process = begun(tmp_path, COMMANDS[4])
    try:
        wait_until(lambda: len(members(process.pid)) > 3 or process.poll() is not None)  # two and a tracker
        assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=60)
        none_left(process)
        assert process.returncode in (128 + number, -number)
    finally:
        if members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def test_who_ignores_hangups_goes_on(tmp_path: Path) -> None:
    """As nohup has it."""
    (tmp_path / "work").mkdir()
    line = f"trap '' HUP; exec '{sys.executable}' -m routes config --output out"
    process = subprocess.Popen(["/bin/sh", "-c", line], cwd=tmp_path / "work")  # noqa: S603
    time.sleep(0.1)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 0
    assert (tmp_path / "work" / "out").is_file()


@pytest.mark.parametrize("seed", range(4))
def test_a_signal_at_any_moment(seed: int, tmp_path: Path) -> None:
    _random_shot(seed, tmp_path)


@pytest.mark.release
@pytest.mark.parametrize("seed", range(4, 504))
def test_five_hundred_signals(seed: int, tmp_path: Path) -> None:
    _random_shot(seed, tmp_path)


def _random_shot(seed: int, folder: Path) -> None:
    dice = random.Random(seed)  # noqa: S311 - any moment will do
    shot(folder, dice.choice(COMMANDS), dice.choice(SIGNALS), dice.uniform(0.3, 6))
