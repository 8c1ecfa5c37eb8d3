"""What a release is made of: pinned, hashed, from nowhere in particular; and what it says of its safety."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import release_requirements as release

TOP = Path(__file__).parents[1]
PINNED = dict(
    line.split("==")
    for line in (TOP / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def same(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def test_every_file_of_a_release_has_its_hash_and_the_version_that_was_tested() -> None:
    text = release.WRITTEN.read_text(encoding="utf-8")
    tested = {same(name): version for name, version in PINNED.items()}
    entries = release.known(text)
    assert len(entries) > 50
    for pinned, hashes in entries.items():
        name, version = pinned.split("==")
        assert tested[same(name)] == version
        assert hashes
    assert "://" not in text
    assert "index" not in text


def test_what_is_installed_is_in_it() -> None:
    """The packages that the command itself imports, and those of the extras for users."""
    names = {
        same(pinned.split("==")[0]) for pinned in release.known(release.WRITTEN.read_text(encoding="utf-8"))
    }
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    needed = re.findall(
        r'"([A-Za-z][\w.-]*)[^"]*"', project[project.index("\ndependencies") :].partition("]")[0]
    )
    assert {same(name) for name in needed} <= names
    assert {"openpyxl", "defusedxml", "psycopg", "distributed", "osmium"} <= names


def test_hashes_of_other_systems_stay_with_their_version() -> None:
    one, two = "1" * 64, "2" * 64
    text = release.joined({"a==1": one, "b==2": one}, {"a==1": {two}, "b==1": {two}})
    assert release.known(text) == {"a==1": {one, two}, "b==2": {one}}


@pytest.mark.parametrize("hashed", [False, True])
def test_pip_takes_hashes_of_all_or_of_none(hashed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Why the hashes have a file of their own."""
    (tmp_path / "c.txt").write_text(
        "other==1" + f" --hash=sha256:{'0' * 64}" * hashed + "\n", encoding="utf-8"
    )
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"\nversion = "1"\n', encoding="utf-8")
    command = ["-m", "pip", "install", "--dry-run", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(  # noqa: S603 - pip
        [sys.executable, *command, "-c", "c.txt", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("hashes" in done.stderr) == hashed


def test_the_page_on_safety_says_what_it_must() -> None:
    text = " ".join((TOP / "SECURITY.md").read_text(encoding="utf-8").split())
    for said in (
        "Dask speaks pickle",
        "Report a vulnerability",
        "another could have written",
        "0600",
        "defused",
    ):
        assert said in text
    assert "Dask speaks pickle" in (TOP / "docs" / "scale.md").read_text(encoding="utf-8")
