"""Measure how long a reader of the map waits: until it is ready, and for each closure with its intervals.

Writes the page of the bundled data and has Chromium open it with the network off. Each gate and crossing
is closed from the tab of plans, with layout forced, and opened again. Times are those of the clock and of the
page's main thread alone, which other work on the machine lengthens less. ``--large`` measures a page of 2,000
corridors and 10,000 seizures that answers by itself as well::

    python benchmarks/page_answers.py --large
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from map_size import many_seizures

from routes.analysis import analyse
from routes.outputs.maps import corridor_map
from routes.outputs.maps.model import page_model
from routes.parameters import Parameters
from routes.read.inputs import load_inputs
from routes.results import SeizureUse

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_WATCH = """window.tasks = [];
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.tasks.push(each.duration); })
    .observe({ type: "longtask", buffered: true });"""
_PLACES = """() => [...document.querySelectorAll("tr[data-place]")].map((row) => row.dataset.place)"""
_CLOSE = """(id) => {
    const form = document.getElementById("change-form"), { what, place } = form.elements;
    what.value = "close";
    place.value = id;
    const start = performance.now();
    form.requestSubmit();
    document.body.offsetHeight;
    return performance.now() - start;
}"""
_OPEN_AGAIN = """() => document.getElementById("reset-change").click()"""
_PAUSE_MS = 150


def bundled_page(corridors: int, seizures: int) -> str:
    """Write the page of the bundled data, with so many corridors, and with seizures repeated if asked for."""
    inputs, parameters = load_inputs(), Parameters()
    analysis = analyse(inputs, parameters, roads_for=corridors)
    model, ranking, rows = page_model(analysis, parameters, inputs.status), analysis.ranking, inputs.seizures
    if seizures:
        rows = many_seizures(inputs, seizures)
        uses = tuple(SeizureUse(name, name, "evidence", 1.0) for name in rows["seizure_id"])
        ranking = replace(ranking, seizures=uses)
    cities = inputs.places[inputs.places["kind"] == "city"]
    facts: dict[str, Any] = {"places": cities, "roads": inputs.roads, "status": inputs.status, "model": model}
    return corridor_map(ranking, rows, inputs.borders, top=corridors, **facts)


def opened(browser: Browser, file: Path) -> tuple[Page, CDPSession, dict[str, float]]:
    """Open the page; seconds on the main thread and milliseconds of the clock until it is ready."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_offline(offline=True)
    context.add_init_script(_WATCH)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    start = time.perf_counter()
    page.goto(file.as_uri(), wait_until="commit")
    page.locator("html[data-ready]").wait_for(state="attached")
    waited, busy = time.perf_counter() - start, _busy(session)
    page.wait_for_timeout(3000)
    longest = max(page.evaluate("window.tasks"), default=0.0) / 1000
    return page, session, {"ready, clock": waited, "ready, main thread": busy, "longest task": longest}


def _busy(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def closures(page: Page, session: CDPSession) -> dict[str, list[float]]:
    """Close every gate and crossing in turn; seconds each."""
    page.locator(".chokepoints.reckoned").wait_for(state="attached")
    times: dict[str, list[float]] = {"closure, clock": [], "closure, main thread": []}
    for place in page.evaluate(_PLACES):
        page.wait_for_timeout(_PAUSE_MS)
        before = _busy(session)
        times["closure, clock"].append(page.evaluate(_CLOSE, place) / 1000)
        times["closure, main thread"].append(_busy(session) - before)
        page.wait_for_timeout(_PAUSE_MS)
        page.evaluate(_OPEN_AGAIN)
    return times


def measure(name: str, html: str, browser: Browser, repeat: int, *, close: bool) -> None:
    """Print what a reader of one page waits for."""
    print(f"\n{name}: {len(html.encode()) / 1e6:.1f} MB; load of the machine {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        found: dict[str, list[float]] = {}
        for turn in range(repeat):
            page, session, first = opened(browser, file)
            for key, value in first.items():
                found.setdefault(key, []).append(value)
            if close and turn == repeat - 1:
                found |= closures(page, session)
            page.context.close()
    for key, values in found.items():
        print(f"{key}: median {statistics.median(values):.3f} s, worst {max(values):.3f} s of {len(values)}")


def main() -> None:
    """Write the pages, open them, print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        print("no Chromium found: not opened")
        return
    from playwright.sync_api import sync_playwright

    pages = {"bundled data": bundled_page(20, 0)}
    if options.large:
        pages["2,000 corridors, 10,000 seizures"] = bundled_page(2000, 10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        for name, html in pages.items():
            measure(name, html, browser, options.repeat, close="corridors" not in name)
        browser.close()


if __name__ == "__main__":
    main()
