"""Fixtures that several test files share.

The browser tests drive a real Chromium with the network off and note everything that goes wrong. Without
a browser they skip and say so; where the environment has ``CI=true`` they fail instead.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import OpenFile, OpenPage, Visit, launched, skip_unless_ci, visited
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before numpy is read
os.environ["ROUTES_KEEP_ANSWERS"] = (
    "no"  # tests ask afresh; tests/test_answers.py alone takes them from the cache
)

settings.register_profile("no clock", deadline=None)
if os.environ.get("CI") != "true":  # where Hypothesis has a profile of its own, without a deadline, too
    settings.load_profile("no clock")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from routes.analysis import Analysis, World
    from routes.read.inputs import Inputs


collect_ignore = ["torture.py"]
"""A program that a test runs."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long, unless the command chooses by marks or names tests itself.

    That is what is marked release, and without CI=true what is marked slow.
    """
    if config.option.markexpr or any("::" in argument for argument in config.args):
        return
    long = ("release",) if os.environ.get("CI") == "true" else ("release", "slow")
    left_out = [item for item in items if any(map(item.get_closest_marker, long))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """Read the bundled files once; no test changes them."""
    from routes.read.inputs import load_inputs

    return load_inputs()


@pytest.fixture(scope="session")
def world(inputs: Inputs) -> World:
    """Build the bundled network once."""
    from routes.analysis import build_world
    from routes.parameters import Parameters

    return build_world(inputs, Parameters())


@pytest.fixture(scope="session")
def analysis(inputs: Inputs) -> Analysis:
    """Give the default answer: the bundled data, as of their day."""
    from routes.analysis import analyse

    return analyse(inputs)


@pytest.fixture(scope="session")
def analysis_with_roads(inputs: Inputs) -> Analysis:
    """Give the default answer, the first twenty corridors with their roads."""
    from routes.analysis import analyse

    return analyse(inputs, roads_for=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for the whole run; every test opens its own context in it."""
    with launched() as started:
        yield started


@pytest.fixture
def open_file(browser: Browser) -> Iterator[OpenFile]:
    """Return a function that opens a file with the network off and reports what happened."""
    with ExitStack() as stack:

        def opened(file: Path, size: tuple[int, int] = (1280, 800), *, offline: bool = True) -> Visit:
            return stack.enter_context(visited(browser, file, size, offline=offline))

        yield opened


@pytest.fixture
def open_page(open_file: OpenFile, tmp_path: Path) -> OpenPage:
    """Return a function that opens HTML with the network off and reports what happened."""

    def open_html(html: str, size: tuple[int, int] = (1280, 800), *, offline: bool = True) -> Visit:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        return open_file(file, size, offline=offline)

    return open_html


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core; ROUTES_AXE names the file, else it is looked for where CI puts it."""
    places = (os.environ.get("ROUTES_AXE"), ".ci/node/node_modules/axe-core/axe.min.js")
    top = Path(__file__).parent.parent
    found = next((top / each for each in places if each and (top / each).is_file()), None)
    if found is None:
        skip_unless_ci(
            "no axe-core: npm install --prefix .ci/node axe-core, or set ROUTES_AXE to its axe.min.js"
        )
    return found.read_text(encoding="utf-8")
