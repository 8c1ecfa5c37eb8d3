"""A real Chromium with the network off, which notes everything that goes wrong in a page."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page


_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TIMEOUT_MS = 20_000
_VIOLATIONS = """async () => {
    const found = await axe.run({ resultTypes: ["violations"] });
    return JSON.stringify(found.violations);
}"""
"""As text, and without what passed: Playwright takes a result apart value by value."""


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


def skip_unless_ci(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _find_browser() -> str:
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    skip_unless_ci("no Chromium found: install it (Debian: apt install chromium) to run the browser tests")


@contextmanager
def visited(browser: Browser, file: Path, size: tuple[int, int], *, offline: bool = True) -> Iterator[Visit]:
    """Open a file in a context of its own, and watch it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    try:
        context.set_offline(offline)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        seen = watch(page)
        page.goto(file.as_uri())
        yield seen
    finally:
        context.close()


@contextmanager
def launched() -> Iterator[Browser]:
    path = _find_browser()
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        skip_unless_ci("the package playwright is not installed: pip install playwright")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield started
        finally:
            started.close()


def watch(page: Page) -> Visit:
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


def serious_faults(page: Page, axe: str) -> list[str]:
    """Have axe-core look at a page, and list what it calls serious or critical."""
    page.evaluate(axe)
    found = page.evaluate(_VIOLATIONS)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for each in json.loads(found)
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def show_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def in_use(visit: Visit) -> Visit:
    """Show the corridors, and unfold the filters."""
    show_tab(visit.page, "Corridors")
    visit.page.locator("#filters summary").click()
    return visit
