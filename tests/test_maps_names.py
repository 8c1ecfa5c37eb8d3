"""Where names and symbols of the map lie: measured on the screen, on the bundled data, at seven sizes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from browsers import visited
from commands import run
from region import borders_of_region, data_of, page_of

from routes.outputs.maps import land
from routes.read import bundled, read_borders, read_disputed

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsers import OpenFile, Visit
    from playwright.sync_api import Browser

    See = Callable[[tuple[int, int]], "Seen"]

pytestmark = pytest.mark.slow

ZOOMED = [(38.5, 70.5, 7), (31.5, 62.0, 6.5), (34.2, 70.2, 8)]
"""Latitude, longitude and zoom."""
SIZES = [(640, 400), (390, 844), (844, 390), (768, 1024), (1024, 768), (1366, 768), (1920, 1080)]
SCREEN = (
    f"() => JSON.stringify(({(Path(__file__).parent / 'screen_of_map.js').read_text(encoding='utf-8')})())"
)
"""As text: Playwright takes lists apart number by number, which takes longer than all the rest."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("map") / "map.html"
    assert run("map", "--output", file, "--quiet").returncode == 0
    return file


def opened(open_file: OpenFile, page: Path, size: tuple[int, int]) -> Visit:
    return ready(open_file(page, size))


def ready(visit: Visit) -> Visit:
    visit.page.locator("html[data-ready]").wait_for(state="attached")
    visit.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    return visit


@dataclass(frozen=True)
class Seen:
    """What is on the screen as the map opens, and at each of `ZOOMED`; and what went wrong meanwhile."""

    opened: dict[str, Any]
    zoomed: tuple[dict[str, Any], ...]
    troubles: list[str]


@pytest.fixture(scope="module")
def seen(browser: Browser, page: Path) -> Callable[[tuple[int, int]], Seen]:
    """Look at the map at a size, once."""

    @cache
    def at(size: tuple[int, int]) -> Seen:
        with visited(browser, page, size) as visit:
            ready(visit)
            found = screen_of(visit)
            return Seen(found, tuple(screen_at(visit, place) for place in ZOOMED), visit.troubles())

    return at


def screen_of(visit: Visit) -> dict[str, Any]:
    """Where everything is on the screen now."""
    found: dict[str, Any] = json.loads(visit.page.evaluate(SCREEN))
    return found


def distance(box: list[float], x: float, y: float) -> float:
    left, top, right, bottom = box
    return math.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))


def misplaced(screen: dict[str, Any]) -> list[str]:
    """Names that stand nearer to another symbol than to their own: by its middle, or by its edge."""
    wrong = []
    for name in screen["names"]:
        if name["kind"] == "country":
            ground = shapely.union_all([shapely.Polygon(p[0], p[1:]).buffer(0) for p in name["ground"]])
            if not ground.buffer(0.5).contains(shapely.box(*name["box"])):
                wrong.append(f"{name['text']} leaves its country")
            continue
        x, y = min(name["own"], key=lambda at: distance(name["box"], *at))
        own = min(screen["symbols"], key=lambda each: math.hypot(each["x"] - x, each["y"] - y))
        if math.hypot(own["x"] - x, own["y"] - y) > 2:
            wrong.append(f"{name['text']} has no symbol")
        mine = distance(name["box"], own["x"], own["y"])
        for other in screen["symbols"]:
            if other is own:
                continue
            theirs = distance(name["box"], other["x"], other["y"])
            if theirs < mine or theirs - other["reach"] < mine - own["reach"] - 1:
                wrong.append(f"{name['text']} is nearer to {other['name'] or other['kind']}")
                break
    return wrong


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_every_name_stands_at_its_own_symbol(seen: See, size: tuple[int, int]) -> None:
    screen = seen(size).opened
    assert len(screen["names"]) >= 3
    assert misplaced(screen) == []
    assert seen(size).troubles == []


def screen_at(visit: Visit, lat_lon_zoom: tuple[float, float, float]) -> dict[str, Any]:
    """What is on the screen of an opened map once it is moved and zoomed there."""
    lat, lon, zoom = lat_lon_zoom
    visit.page.evaluate(
        """([lat, lon, zoom]) => {
            window[Object.keys(window).find((key) => key.startsWith("map_"))]
                .setView([lat, lon], zoom, { animate: false });
        }""",  # and give nothing back: the map, taken apart field by field, takes seconds
        [lat, lon, zoom],
    )
    visit.page.wait_for_timeout(150)
    return screen_of(visit)


@pytest.mark.parametrize("at", range(len(ZOOMED)))
def test_names_keep_to_their_symbols_when_zoomed(seen: See, at: int) -> None:
    assert misplaced(seen((1280, 800)).zoomed[at]) == []


def test_a_name_that_stands_off_has_a_line_to_its_symbol(seen: See) -> None:
    far = 0
    for screen in [screen for size in SIZES for screen in (seen(size).opened, *seen(size).zoomed)]:
        for name in screen["names"]:
            if name["kind"] == "country":
                continue
            x, y = min(name["own"], key=lambda at: distance(name["box"], *at))
            own = min(screen["symbols"], key=lambda each: math.hypot(each["x"] - x, each["y"] - y))
            if distance(name["box"], x, y) - own["reach"] > 13:
                far += 1
                ends = [line[2:] for line in screen["leaders"]]
                assert min(distance(name["box"], *end) for end in ends) < 1, name["text"]
    assert far > 0


# --- symbols ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_no_seizure_covers_a_place_and_no_marker_is_small(seen: See, size: tuple[int, int]) -> None:
    screen = seen(size).opened
    places = [each for each in screen["symbols"] if each["kind"] == "place"]
    seizures = [each for each in screen["symbols"] if each["kind"] == "seizure"]
    assert places
    assert seizures
    for seizure in seizures:
        for place in places:
            gap = math.hypot(seizure["x"] - place["x"], seizure["y"] - place["y"])
            assert gap >= 0.8 * place["reach"] + seizure["reach"] - 1, (place["name"], seizure["name"])
    for each in [*places, *seizures]:
        left, top, right, bottom = each["target"]
        assert min(right - left, bottom - top) >= 24, each["name"]


def test_cities_lie_below_markers(open_file: OpenFile, page: Path) -> None:
    visit = opened(open_file, page, (1280, 800))
    level = "name => Number(getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).zIndex)"
    assert visit.page.evaluate(level, "dot") < visit.page.evaluate(level, "marker")
    digits = visit.page.locator(".cluster").first.evaluate(
        "node => [parseFloat(getComputedStyle(node).fontSize), node.clientWidth]"
    )
    assert digits[0] >= 12.5


# --- boundaries ------------------------------------------------------------------------------------


def test_disputed_lines_are_dashed_and_no_solid_border_lies_under_them(
    open_file: OpenFile, page: Path
) -> None:
    visit = opened(open_file, page, (1280, 800))
    assert visit.page.locator("path.disputed").get_attribute("stroke-dasharray")
    data = data_of(page.read_text(encoding="utf-8"))
    assert {"Aksai Chin", "Line of control and working boundary"} <= {
        each["name"] for each in data["disputed"]
    }
    dashed = {tuple(at) for each in data["disputed"] for line in each["lines"] for at in line}
    solid = set()
    for country in data["borders"]:
        rings = [ring for part in country["rings"] for ring in part]
        for ring, unlined in zip(rings, country["unlined"], strict=True):
            hidden = {i for start, stop in unlined for i in range(start, stop)}
            solid |= {(tuple(a), tuple(b)) for i, (a, b) in enumerate(pairwise(ring)) if i not in hidden}
    assert not [pair for pair in solid if pair[0] in dashed and pair[1] in dashed]


def test_the_rim_of_the_data_is_no_border() -> None:
    """Each of the four squares around 66 E, 32 N ends at the rim of the box 60 to 72 E, 26 to 34 N."""
    data = data_of(page_of())
    assert data["extent"] == [[26.0, 60.0], [34.0, 72.0]]
    drawn = []
    for country in data["borders"]:
        ring, unlined = country["rings"][0][0], country["unlined"][0]
        hidden = {i for start, stop in unlined for i in range(start, stop)}
        drawn += [(ring[i], ring[i + 1]) for i in range(len(ring) - 1) if i not in hidden]
    for (lat, lon), (next_lat, next_lon) in drawn:
        assert not (lon == next_lon and lon in {60.0, 72.0})
        assert not (lat == next_lat and lat in {26.0, 34.0})
    assert len(drawn) == 10  # IRN 2, AFG 3, PAK 2, the ring 3


def test_runs_of_segments() -> None:
    assert land._runs(np.array([True, True, False, True])) == [[0, 2], [3, 4]]
    assert land._runs(np.array([False, False])) == []


def test_bundled_disputed_lines_lie_where_they_should() -> None:
    lines = read_disputed(bundled("disputed_boundaries.geojson")).set_index("name")["geometry"]
    borders = read_borders(bundled("borders.geojson")).set_index("iso3").geometry
    control = lines["Line of control and working boundary"]
    shared = shapely.intersection(borders["IND"], borders["PAK"])
    assert control.hausdorff_distance(shapely.intersection(shared, control.buffer(0.01))) < 0.02
    assert lines["Aksai Chin"].within(borders["CHN"].union(borders["IND"]).buffer(0.2))
    assert all(line.is_valid and line.length > 0.05 for line in lines)


def test_a_disputed_line_outside_the_map_is_left_out() -> None:
    table = read_disputed(bundled("disputed_boundaries.geojson"))
    html = page_of(disputed=table)
    assert data_of(html)["disputed"] == []
    assert borders_of_region().total_bounds[2] == 72
    json.dumps(data_of(html))


# --- layouts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (768, 1024), (640, 400), (1366, 768)])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_of_the_bundled_page_is_cut_or_covered(
    open_file: OpenFile, page: Path, size: tuple[int, int], language: str
) -> None:
    faults = (Path(__file__).parent / "faults_of_page.js").read_text(encoding="utf-8")
    visit = opened(open_file, page, size)
    visit.page.locator("#tools summary").click()
    visit.page.locator(f"[data-language={language}]").click()
    for tab in visit.page.get_by_role("tab").all():
        tab.click()
        assert visit.page.evaluate(faults) == []
