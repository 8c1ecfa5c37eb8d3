"""The README's commands run, and the wheel holds what it promises."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from shown_outputs import commands_of, differences
from test_cli import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {
        line.strip()
        for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("routes ")
    }
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command.split("#", maxsplit=1)[0])[1:]
    (tmp_path / "my_seizures.csv").write_bytes((ROOT / "data" / "seizures.csv").read_bytes())
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "routes", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_figure_of_the_distance_table_is_printed_by_its_command() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(ROOT / "benchmarks" / "distances.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in done.stdout.splitlines():
        assert line in README


OUTPUTS = [shown for shown in commands_of(README) if shown[0].startswith("routes ")]


@pytest.mark.parametrize(("command", "printed"), OUTPUTS, ids=[command for command, _ in OUTPUTS])
def test_the_readme_shows_what_the_command_prints(command: str, printed: str) -> None:
    """Word for word; figures may differ as much as another machine's arithmetic makes them."""
    done = run(*shlex.split(command)[1:])
    assert done.returncode == 0, done.stderr
    assert differences(done.stdout, printed) == []


def test_links_inside_the_repository_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_the_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
        file.extractall(tmp_path / "site")
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"routes"}
    for name in ("seizures.csv", "borders.geojson", "crossings.csv", "roads.npz", "README.md"):
        assert f"routes/data/{name}" in names
    code = "import routes; from routes.cli import main; print(routes.__file__); main(['rank', '--top', '3'])"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "site") in done.stdout
    assert "90 %" in done.stdout
