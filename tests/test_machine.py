"""Machines as they are: a clock that has lost its day, little memory, files that are not there."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import run, run_alone

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
MIB = 2**20


@pytest.fixture(scope="module")
def in_1999(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a process whose clock stands in December 1999."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("this needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("clock") / "clock.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(made), str(HERE / "clock.c"), "-ldl"]
    subprocess.run(command, check=True)  # noqa: S603 - our own file
    return os.environ | {"LD_PRELOAD": str(made)}


@pytest.mark.parametrize(
    "command",
    [
        ("rank", "--format", "json"),
        ("export", "--format", "gpkg", "--top", "3", "--output", "out"),
        ("export", "--format", "xlsx", "--top", "3", "--output", "out"),
        ("validate", "{bundled}"),
    ],
    ids=" ".join,
)
def test_a_clock_of_1999_reads_the_bundled_data(
    command: tuple[str, ...], in_1999: dict[str, str], tmp_path: Path
) -> None:
    bundled = str(HERE.parent / "data" / "seizures.csv")
    words = [sys.executable, "-m", "routes", *[part.format(bundled=bundled) for part in command]]
    then, now = (
        subprocess.run(words, env=of, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
        for of in (in_1999, os.environ)
    )
    assert then.returncode == 0, then.stderr
    assert then.stdout == now.stdout
    assert "the clock of this machine stands at 1999-12-0" in then.stderr
    assert "the clock" not in now.stderr


def test_what_is_in_the_future_stays_a_fault(in_1999: dict[str, str], tmp_path: Path) -> None:
    with (HERE.parent / "data" / "seizures.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file)) | {"date": "2099-03-01", "date_precision": "day"}
    with (tmp_path / "s.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    done = subprocess.run(
        [sys.executable, "-m", "routes", "validate", "s.csv"],
        env=in_1999,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "wanted a day up to today" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited by ulimit")
@pytest.mark.parametrize("mib", [60, 150, 250, 350, 500, 600])
def test_too_little_memory_ends_in_a_message(mib: int) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB))

    done = subprocess.run(
        [sys.executable, "-m", "routes", "rank"],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("there was too little memory for this.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--roads", "none.npz"), "--roads: there is no file none.npz."),
        (("--roads", "x" * 300), "--roads: there is no file"),
        (("--data", "none"), "--data: none is not there."),
        (("--data", "file"), "--data: file is a file, not a folder."),
        (("--roads", "empty"), "empty: wanted a file, got a folder."),
        (("--data", "empty"), "wanted a folder with at least one of"),
    ],
)
def test_files_that_are_not_there_are_told(options: tuple[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for command in (("rank",), ("interdict",), ("network", "info"), ("map",)):
        done = run(*command, *options, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_fault_of_ours_is_told_whole_but_for_what_is_secret(tmp_path: Path) -> None:
    """A traceback holds the message of what went wrong, and that may hold an address."""
    (tmp_path / "sitecustomize.py").write_text(
        "import routes.analysis\n"
        "def broken(*a, **k):\n"
        "    raise ValueError('cannot open postgresql://ann:Zx9Tr0ubadour@db/cases')\n"
        "routes.analysis.analyse = broken\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(HERE.parent)])}
    done = subprocess.run(
        [sys.executable, "-m", "routes", "rank"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ValueError: cannot open postgresql://ann:***@db/cases" in done.stderr
    assert "Zx9" not in done.stderr
    assert run_alone("rank", "--top", "1").returncode == 0
