"""Fixtures that several test files share.

The browser tests drive a real Chromium with the network off and note everything that goes wrong. Without
a browser they skip and say so; where the environment has ``CI=true`` they fail instead.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before numpy is read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_TIMEOUT_MS = 20_000


@dataclass
class Visit:
    """A page that was opened, and what happened on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def troubles(self) -> list[str]:
        """List everything that a quiet page does not do; the request for the file itself is allowed."""
        return [*self.failed, *self.console, *self.errors, *self.dialogs, *self.requests[1:]]


class OpenPage(Protocol):
    """Open HTML in the browser."""

    def __call__(self, html: str, size: tuple[int, int] = ..., *, offline: bool = ...) -> Visit:
        """Write the HTML to a file, open it with the network off, and watch it."""


class OpenFile(Protocol):
    """Open a file in the browser."""

    def __call__(self, file: Path, size: tuple[int, int] = ..., *, offline: bool = ...) -> Visit:
        """Open it with the network off, and watch it."""


def _without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _find_browser() -> str:
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    _without("no Chromium found: install it (Debian: apt install chromium) to run the browser tests")


@contextmanager
def _launched() -> Iterator[Browser]:
    path = _find_browser()
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _without("the package playwright is not installed: pip install playwright")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield started
        finally:
            started.close()


def _watch(page: Page) -> Visit:
    seen = Visit(page)

    def dismiss(dialog: Dialog) -> None:
        seen.dialogs.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("requestfailed", lambda request: seen.failed.append(f"failed: {request.url}"))
    page.on("console", lambda message: seen.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.errors.append(f"error: {error}"))
    page.on("dialog", dismiss)
    return seen


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for the whole run; every test opens its own context in it."""
    with _launched() as started:
        yield started


@pytest.fixture
def open_file(browser: Browser) -> Iterator[OpenFile]:
    """Return a function that opens a file with the network off and reports what happened."""
    with ExitStack() as stack:

        def opened(file: Path, size: tuple[int, int] = (1280, 800), *, offline: bool = True) -> Visit:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
            )
            stack.callback(context.close)
            context.set_offline(offline)
            page = context.new_page()
            page.set_default_timeout(_TIMEOUT_MS)
            seen = _watch(page)
            page.goto(file.as_uri())
            return seen

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
        _without("no axe-core: npm install --prefix .ci/node axe-core, or set ROUTES_AXE to its axe.min.js")
    return found.read_text(encoding="utf-8")


def serious_faults(page: Page, axe: str) -> list[str]:
    """Have axe-core look at a page, and list what it calls serious or critical."""
    page.evaluate(axe)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for each in page.evaluate("() => axe.run()")["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
