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
from commands import run
from shown_outputs import commands_of, differences, run_command

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
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 170


OUTPUTS = [shown for shown in commands_of(README) if shown[0].startswith("routes ")]


@pytest.mark.parametrize(("command", "printed"), OUTPUTS, ids=[command for command, _ in OUTPUTS])
def test_the_readme_shows_what_the_command_prints(command: str, printed: str) -> None:
    """Word for word; figures may differ as much as another machine's arithmetic makes them."""
    assert differences(run_command(command), printed) == []


def test_links_inside_the_repository_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)  # noqa: S603
    (built,) = folder.glob("*.whl")
    return built


def installed(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel as pip would."""
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def ranked_from(site: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(site)},
    )


def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith("precursor_routes-")
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"routes"}
    for name in ("seizures.csv", "borders.geojson", "crossings.csv", "region.toml", "roads.npz", "README.md"):
        assert f"routes/data/{name}" in names
    code = "import routes; from routes.cli import main; print(routes.__file__); main(['rank', '--top', '3'])"
    done = ranked_from(installed(wheel, tmp_path / "site"), code)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "site") in done.stdout
    assert "learnt" in done.stdout


def test_the_other_package_of_this_name_is_told_where_it_was_put_over_ours(
    wheel: Path, tmp_path: Path
) -> None:
    site = installed(wheel, tmp_path / "site")
    code = "import sys; sys.argv = ['routes', '--version']; from routes.__main__ import run; run()"
    assert "web routing" not in ranked_from(site, code).stderr
    (site / "routes" / "__init__.py").write_text("import threading\n")
    (site / "routes" / "mapper.py").write_text("class Mapper: ...\n")
    done = ranked_from(site, code)
    assert done.stdout.startswith("routes 0.")
    assert "web routing" in done.stderr
    assert "pip uninstall Routes precursor-routes" in done.stderr


OF_AN_INDEX = re.compile(r"""pip install\b[^\n`]*?[\s"'](?:precursor-)?routes(?![\w/.-])""")


def test_no_instruction_takes_the_package_from_an_index() -> None:
    """Under ``routes`` there is another project's package; this one comes from a checkout or a wheel."""
    for wrong in ('pip install "routes[osm]"', "pip install -q precursor-routes", "pip install routes"):
        assert OF_AN_INDEX.search(wrong), wrong
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("routes/**/*.py")):
        assert not OF_AN_INDEX.search(path.read_text(encoding="utf-8")), path
