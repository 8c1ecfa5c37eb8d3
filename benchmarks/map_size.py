"""Measure how large the map of a large ranking is, and when a reader can use it.

Makes up a ranking of 2,000 corridors over the bundled roads and 10,000 seizures, writes the page, and has
Chromium open it with the network off. Interactive means that the page's scripts have run, that the browser
has painted, and that a click on the first row has lit its corridor::

    python benchmarks/map_size.py --corridors 2000 --seizures 10000
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from routes.analysis import Analysis, analyse
from routes.outputs.maps import corridor_map
from routes.parameters import Parameters
from routes.read.inputs import Inputs, load_inputs
from routes.results import RankedCorridor, Ranking, SeizureUse

if TYPE_CHECKING:
    import pandas as pd
    from playwright.sync_api import Browser

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_CLICK = """() => {
    document.querySelector("tr[data-corridor] button").click();
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
        .then(() => performance.now());
}"""
_PAINTED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => performance.now())"""


def many_corridors(analysis: Analysis, count: int) -> tuple[RankedCorridor, ...]:
    """Repeat the ranked corridors under other names, with roads that part from the others here and there."""
    rng = np.random.default_rng(1)
    found = analysis.ranking.corridors
    shares = np.sort(rng.pareto(1.2, count))[::-1]
    shares /= shares.sum()
    made = []
    for i in range(count):
        corridor = found[i % len(found)]
        pieces = tuple(
            replace(piece, points=_bent(piece.points, rng) if i >= len(found) else piece.points)
            for piece in corridor.pieces
        )
        share = float(shares[i])
        made.append(
            replace(
                corridor,
                id=f"{corridor.id}#{i // len(found)}",
                rank=i + 1,
                posterior_share=share,
                interval_90=(share / 3, share * 2),
                pieces=pieces,
            )
        )
    return tuple(made)


def _bent(
    points: tuple[tuple[float, float], ...], rng: np.random.Generator
) -> tuple[tuple[float, float], ...]:
    """Take another way around one stretch of road."""
    start = int(rng.integers(0, max(1, len(points) - 20)))
    end = start + 20
    moved = [(x + 0.3, y + 0.2) for x, y in points[start:end]]
    return (*points[:start], *moved, *points[end:])


def many_seizures(inputs: Inputs, count: int) -> pd.DataFrame:
    """Repeat the bundled records, each moved a little and under an id of its own."""
    rng = np.random.default_rng(2)
    located = inputs.seizures.dropna(subset=["lat", "lon"])
    rows = located.iloc[rng.integers(0, len(located), count)].reset_index(drop=True)
    rows["lat"] += rng.normal(0, 0.7, count)
    rows["lon"] += rng.normal(0, 0.7, count)
    rows["seizure_id"] = [f"made-up-{i}" for i in range(count)]
    return rows


def made_up(corridors: int, seizures: int) -> tuple[Inputs, Ranking, pd.DataFrame]:
    """Make the ranking and the seizures."""
    inputs = load_inputs()
    parameters = Parameters()
    wide = replace(parameters, route_choice=replace(parameters.route_choice, coverage=0.999))
    analysis = analyse(inputs, wide, roads_for=corridors)
    rows = many_seizures(inputs, seizures)
    uses = tuple(SeizureUse(name, name, "evidence", 1.0) for name in rows["seizure_id"])
    return (
        inputs,
        replace(analysis.ranking, corridors=many_corridors(analysis, corridors), seizures=uses),
        rows,
    )


def time_page(browser: Browser, file: Path) -> dict[str, float]:
    """Open the page in a fresh context; milliseconds since navigation began."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_offline(offline=True)
    page = context.new_page()
    page.goto(file.as_uri(), wait_until="commit")
    page.locator("html[data-ready]").wait_for(state="attached")
    ready = page.evaluate(_PAINTED)
    lit = page.evaluate(_CLICK)
    context.close()
    return {"painted": ready, "first row lit": lit, "click": lit - ready}


def main() -> None:
    """Write the page, open it, print size and times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corridors", type=int, default=2000)
    parser.add_argument("--seizures", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="also keep the page here")
    options = parser.parse_args()
    inputs, ranking, rows = made_up(options.corridors, options.seizures)
    cities = inputs.places[inputs.places["kind"] == "city"]
    start = time.perf_counter()
    page = corridor_map(
        ranking, rows, inputs.borders, top=options.corridors, places=cities, roads=inputs.roads
    )
    print(f"corridors {len(ranking.corridors):,}, seizures {len(rows):,}")
    print(f"page {len(page.encode()) / 1e6:.1f} MB, written in {time.perf_counter() - start:.1f} s")
    if options.keep:
        options.keep.write_text(page, encoding="utf-8")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium found: not opened")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        started = playwright.chromium.launch(executable_path=browser, args=list(_ARGUMENTS))
        times = [time_page(started, file) for _ in range(options.repeat)]
        started.close()
    for name in times[0]:
        values = [each[name] / 1000 for each in times]
        print(f"{name}: median {statistics.median(values):.2f} s, worst {max(values):.2f} s of {len(values)}")


if __name__ == "__main__":
    main()
