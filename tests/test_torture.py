"""Every write, flush and rename of every writer made to fail: the old file or the whole new one, code 2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
WRITERS = 25


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the library that makes operations fail, which stands before the C library."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("this needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("shim") / "torture.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(made), str(HERE / "torture.c"), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 - our own file
    return made


def tortured(shim: Path, folder: Path, every: int, *writers: str) -> dict[str, tuple[int, int]]:
    """Operations of each writer, and how many of them were made to fail; fails with what was wrong."""
    environment = os.environ | {"LD_PRELOAD": str(shim), "TORTURE_FOLDER": str(folder)}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), environment.get("PYTHONPATH", "")])
    done = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, str(HERE / "torture.py"), str(shim), str(every), *writers],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = (line.rsplit(" ", 2) for line in done.stdout.splitlines())
    return {name: (int(operations), int(failed)) for name, operations, failed in rows}


def test_the_first_the_last_and_some_between(shim: Path, tmp_path: Path) -> None:
    found = tortured(
        shim, tmp_path, 10_000, "rank csv", "export gpkg", "export geoparquet", "roads", "config"
    )
    assert all(failed >= 3 for _, failed in found.values())
    assert found["export gpkg"][0] > 500  # the shim sees what the libraries do


@pytest.mark.release
def test_every_one_of_every_writer(shim: Path, tmp_path: Path) -> None:
    found = tortured(shim, tmp_path, 1)
    assert len(found) >= WRITERS
    assert all(failed == operations for operations, failed in found.values())
