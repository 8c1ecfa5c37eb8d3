"""The map page in use: table and map, sorting, filters, the slider, lanes, print, accessibility."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from browsers import in_use, serious_faults, show_tab
from region import (
    AREAS,
    CORRIDORS,
    GATES,
    RANKING,
    SHARED_ROAD,
    click_at,
    corridor,
    data_of,
    page_of,
    seizure_row,
)

from routes.outputs.maps.scale import LANE_GAP, LANES
from routes.outputs.text import plain
from routes.results import RoadPiece

if TYPE_CHECKING:
    from browsers import OpenPage, Visit
    from playwright.sync_api import Page

DATED = [
    seizure_row("s1", 31.2, 65.5, date="2008-03", substance="acetic anhydride"),
    seizure_row("s2", 30.5, 62.0, date="2010", date_precision="year", substance="acetyl chloride"),
    seizure_row("s3", 33.2, 70.0, date="2012-07-15", date_precision="day", substance="acetic anhydride"),
    seizure_row("s4", 33.0, 66.8, date=None, substance=None),
]
# Where lines of corridors are on the screen: points of every path, in pixels of the map.
PATHS = """() => [...document.querySelectorAll("path.corridor.known")].map((path) => {
    const count = 60, length = path.getTotalLength();
    return Array.from({ length: count + 1 }, (_, i) => {
        const at = path.getPointAtLength(length * i / count);
        return [at.x, at.y];
    });
})"""


def _page(open_page: OpenPage, **options: Any) -> Visit:
    return in_use(open_page(page_of(seizures=pd.DataFrame(DATED), **options)))


def _order(page: Page) -> list[str]:
    return page.locator("[data-corridor]:visible .ends").all_inner_texts()


def _shown(page: Page) -> str:
    return page.locator("#shown").inner_text()


def _wait_shown(page: Page, text: str) -> None:
    page.locator("#shown", has_text=text).wait_for()


def _zoom(page: Page) -> float:
    script = """() => window[Object.keys(window).find((key) => key.startsWith("map_"))].getZoom()"""
    return float(page.evaluate(script))


# --- table and map ---------------------------------------------------------------------------------


def test_the_ranking_is_a_table_with_heads_and_a_caption(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    table = page.get_by_role("table", name=re.compile("Top 2 corridors", re.IGNORECASE))
    assert table.get_by_role("columnheader").count() == 6
    assert table.get_by_role("rowheader").count() == 2
    assert table.get_by_role("columnheader").first.get_attribute("aria-sort") == "ascending"


def test_the_buttons_of_the_head_sort_the_table(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    port, rim = "port → laboratories", "rim → laboratories"
    assert _order(page) == [port, rim]
    head = page.get_by_role("button", name="Share")
    head.focus()
    page.keyboard.press("Enter")
    assert head.locator("xpath=..").get_attribute("aria-sort") == "descending"
    assert _order(page) == [port, rim]
    page.keyboard.press("Enter")
    assert head.locator("xpath=..").get_attribute("aria-sort") == "ascending"
    assert _order(page) == [rim, port]
    page.get_by_role("button", name="Corridor", exact=True).click()
    assert _order(page) == [port, rim]
    assert page.locator("[aria-sort]").count() == 1
    assert "Sorted by Corridor, ascending" in page.locator("#status").inner_text()


def test_a_click_on_a_row_lights_its_corridor_and_zooms(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    before = _zoom(page)
    page.evaluate(
        """() => {
            window[Object.keys(window).find((key) => key.startsWith("map_"))].setZoom(4, { animate: false });
        }"""
    )
    far = _zoom(page)
    page.locator("[data-corridor]").nth(1).locator("td.share").click()
    assert page.locator("tr.lit .ends").inner_text() == "rim → laboratories"
    assert "rim>west-gate>laboratories" in page.locator(".leaflet-popup-content").inner_text()
    assert _zoom(page) > far
    assert page.locator("path.corridor").count() == 3  # the chosen one, dashed in part, and its rival
    opacity = page.locator("path.road").evaluate_all(
        "paths => paths.map((path) => Number(path.getAttribute('stroke-opacity')))"
    )
    assert set(opacity) == {0.25}
    page.get_by_role("button", name="Reset view").click()
    assert _zoom(page) == before
    assert page.locator("tr.lit").count() == 0
    assert page.locator("path.corridor").count() == 0


def test_a_click_on_a_corridor_scrolls_to_its_row(open_page: OpenPage) -> None:
    others = [replace(CORRIDORS[1], rank=3 + i, posterior_share=0.001, pieces=()) for i in range(40)]
    ranking = replace(RANKING, corridors=(CORRIDORS[1], *others, replace(CORRIDORS[0], rank=43)))
    visit = in_use(open_page(page_of(ranking, top=100)))
    row = visit.page.locator("[data-corridor]").last
    assert row.evaluate("row => row.getBoundingClientRect().top > window.innerHeight")
    click_at(visit, 31.5, 62.5)
    assert row.evaluate("row => row.classList.contains('lit')")
    assert row.evaluate("row => row.getBoundingClientRect().bottom < window.innerHeight")


def test_hover_shows_the_share_with_its_interval(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    x, y = page.evaluate(
        """() => {
            const map = window[Object.keys(window).find((key) => key.startsWith("map_"))];
            const at = map.latLngToContainerPoint([31.5, 62.5]);
            const box = map.getContainer().getBoundingClientRect();
            return [box.x + at.x, box.y + at.y];
        }"""
    )
    page.mouse.move(x, y)
    tip = page.locator(".leaflet-tooltip")
    tip.wait_for()
    assert "30.0 % of the inflow on this road" in plain(tip.inner_text())
    assert "Most by: 1. port > laboratories" in plain(tip.inner_text())
    page.mouse.move(x, y + 120)
    tip.wait_for(state="detached")
    page.get_by_role("button", name="laboratories, 60.0 %").focus()
    assert "(90 %: 10.0-40.0 %)" in plain(page.locator(".leaflet-tooltip").inner_text())


def test_a_long_table_shows_the_rest_when_asked(open_page: OpenPage) -> None:
    rows = [
        replace(CORRIDORS[1], id=f"c{i}", rank=i + 1, posterior_share=0.001, pieces=()) for i in range(230)
    ]
    page = in_use(open_page(page_of(replace(RANKING, corridors=tuple(rows)), top=500))).page
    assert page.locator("[data-corridor]:visible").count() == 200
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Rank").click()
    assert page.locator("[data-corridor]:visible").count() == 200
    page.get_by_role("button", name="Show all 230 corridors").click()
    assert page.locator("[data-corridor]:visible").count() == 230


# --- filters and slider ----------------------------------------------------------------------------


def test_filters_by_gate_and_area(open_page: OpenPage) -> None:
    far = replace(
        corridor(3, "port", 0.01, (RoadPiece(((61.0, 31.0), (70.0, 33.0)), synthetic=False),)),
        id="port>far",
        processing_area="far",
    )
    ranking = replace(
        RANKING,
        corridors=(*CORRIDORS, far),
        processing_areas=(*AREAS, replace(AREAS[0], id="far", name="far", lon=70.0, lat=33.0)),
    )
    visit = in_use(open_page(page_of(ranking)))
    page = visit.page
    page.locator("select[name=gate]").select_option("rim")
    _wait_shown(page, "1 of 3 corridors")
    assert _order(page) == ["rim → laboratories"]
    assert page.locator("path.road").count() == 2  # its connector and its road
    page.locator("select[name=gate]").select_option("port")
    _wait_shown(page, "2 of 3 corridors")
    page.locator("select[name=area]").select_option("far")
    _wait_shown(page, "1 of 3 corridors")
    assert _order(page) == ["port → far"]
    page.get_by_role("button", name="Clear filters").click()
    _wait_shown(page, "3 of 3 corridors")
    assert page.locator("path.road").count() == 4  # two widths of road, and one of the connector
    assert visit.troubles() == []


def test_filtering_away_the_lit_corridor_puts_it_out(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    page.locator("[data-corridor] button").first.click()
    page.locator("select[name=gate]").select_option("rim")
    page.locator(".leaflet-popup").wait_for(state="detached")
    assert page.locator("tr.lit").count() == 0


def test_filters_by_substance_and_year(open_page: OpenPage) -> None:
    visit = _page(open_page)
    page = visit.page
    assert "4 of 4 located seizures" in _shown(page)
    page.get_by_label("Substance seized").select_option("acetic anhydride")
    _wait_shown(page, "2 of 4 located seizures")
    assert page.locator(".seizure").count() == 2
    page.get_by_label("Year of seizure").select_option("2012")
    _wait_shown(page, "1 of 4 located seizures")
    assert page.locator("#from-text").inner_text() == "Jan 2012"
    page.get_by_label("Substance seized").select_option("not reported")
    _wait_shown(page, "0 of 4 located seizures")
    assert page.locator(".seizure").count() == 0
    page.get_by_role("button", name="Clear filters").click()
    _wait_shown(page, "4 of 4 located seizures")
    assert visit.troubles() == []


def test_the_slider_works_by_keyboard(open_page: OpenPage) -> None:
    page = _page(open_page).page
    first, last = page.get_by_role("slider").all()
    assert first.get_attribute("aria-valuetext") == "Jan 2008"
    first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    _wait_shown(page, "2 of 4 located seizures")  # March 2008 and the one without a date have gone
    assert first.get_attribute("aria-valuetext") == "Apr 2008"
    last.focus()
    page.keyboard.press("Home")
    assert last.get_attribute("aria-valuetext") == "Jan 2008"
    assert first.get_attribute("aria-valuetext") == "Jan 2008"
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    _wait_shown(page, "1 of 4 located seizures")
    assert page.get_by_label("Year of seizure").evaluate("each => each.selectedOptions[0].textContent") == (
        "as the slider"
    )


def test_a_seizure_known_to_the_year_stays_for_each_month_of_it(open_page: OpenPage) -> None:
    page = _page(open_page).page
    sliders = page.get_by_role("slider").all()
    for slider, month in zip(sliders, (2010 * 12 + 5, 2010 * 12 + 6), strict=True):
        slider.fill(str(month))
    _wait_shown(page, "1 of 4 located seizures")


def test_without_dates_there_is_no_slider(open_page: OpenPage) -> None:
    rows = [seizure_row("s1", 31.2, 65.5, date=None)]
    visit = in_use(open_page(page_of(seizures=pd.DataFrame(rows))))
    assert visit.page.get_by_role("slider").count() == 0
    visit.page.locator("select[name=gate]").select_option("rim")
    _wait_shown(visit.page, "1 of 2 corridors")
    assert visit.troubles() == []


def test_months_are_written_as_whole_numbers() -> None:
    months = [item["months"] for item in data_of(page_of(seizures=pd.DataFrame(DATED)))["seizures"]["items"]]
    assert months == [[24098, 24098], [24120, 24131], [24150, 24150], None]


# --- lanes -----------------------------------------------------------------------------------------


def test_corridors_that_share_a_road_lie_side_by_side(open_page: OpenPage) -> None:
    html = page_of()
    large, small = (item["width"] for item in data_of(html)["corridors"]["items"])
    visit = in_use(open_page(html))
    visit.page.locator("[data-corridor] button").first.click()
    small_path, large_path = visit.page.evaluate(PATHS)
    # Both end on the shared road; near its end they run parallel, one lane apart.
    gap = min(((small_path[-4][0] - x) ** 2 + (small_path[-4][1] - y) ** 2) ** 0.5 for x, y in large_path)
    wanted = (large + small) / 2 + LANE_GAP
    assert gap == pytest.approx(wanted, abs=1.5)


def test_the_one_that_comes_from_the_left_keeps_to_the_left(open_page: OpenPage) -> None:
    """The corridor from the north lies north of the other on the road to the east that they share."""
    east = RoadPiece(((64.0, 32.0), (68.0, 32.0)), synthetic=False)
    south = corridor(1, "port", 0.3, (RoadPiece(((62.0, 30.0), (64.0, 32.0)), synthetic=False), east))
    north = corridor(2, "rim", 0.02, (RoadPiece(((62.0, 34.0), (64.0, 32.0)), synthetic=False), east))
    for first, second in ((south, north), (replace(north, rank=1), replace(south, rank=2))):
        page = in_use(open_page(page_of(replace(RANKING, corridors=(first, second))))).page
        page.locator("[data-corridor] button").first.click()
        second_path, first_path = page.evaluate(PATHS)
        north_path, south_path = (
            (second_path, first_path) if second.gate == "rim" else (first_path, second_path)
        )
        assert north_path[-1][1] < south_path[-1][1]


def test_a_corridor_against_the_direction_gets_a_lane_of_its_own(open_page: OpenPage) -> None:
    back = corridor(2, "rim", 0.3, (RoadPiece(SHARED_ROAD.points[::-1], synthetic=False),))
    there = corridor(1, "port", 0.3, (SHARED_ROAD,))
    page = in_use(open_page(page_of(replace(RANKING, corridors=(there, back))))).page
    page.locator("[data-corridor] button").first.click()
    one, other = page.evaluate(PATHS)
    middle = one[len(one) // 4]
    assert min(((middle[0] - x) ** 2 + (middle[1] - y) ** 2) ** 0.5 for x, y in other) > 2


def test_lanes_are_for_the_chosen_corridor_and_its_rivals(open_page: OpenPage) -> None:
    many = tuple(replace(corridor(i + 1, "port", 0.05, (SHARED_ROAD,)), id=f"c{i}") for i in range(LANES + 4))
    visit = in_use(open_page(page_of(replace(RANKING, corridors=many))))
    page = visit.page
    assert page.locator("path.corridor").count() == 0
    page.locator("[data-corridor] button").last.click()
    assert page.locator("path.corridor.known").count() == LANES
    assert page.locator("tr.lit .rank").inner_text() == str(LANES + 4)
    assert page.locator("path.corridor.known[stroke-opacity='1']").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("path.corridor").count() == 0
    assert visit.troubles() == []


def test_a_road_is_as_wide_as_the_inflow_over_it(open_page: OpenPage) -> None:
    html = page_of()
    flow = data_of(html)["flow"]
    page = open_page(html).page
    widths = page.locator("path.road").evaluate_all(
        "paths => paths.map((path) => Number(path.getAttribute('stroke-width')))"
    )
    for share in (0.3, 0.32, 0.02):  # the road from the port, the shared one, the connector from the rim
        wanted = flow["thinnest"] + flow["per_share"] * share
        assert any(abs(width - wanted) <= 0.375 for width in widths)
    assert max(widths) <= flow["widest"]


def test_hundreds_of_corridors_are_a_few_lines(open_page: OpenPage) -> None:
    many = tuple(replace(corridor(i + 1, "port", 0.002, CORRIDORS[0].pieces), id=f"c{i}") for i in range(200))
    visit = in_use(open_page(page_of(replace(RANKING, corridors=many), top=500)))
    assert visit.page.locator("path.road").count() == 1
    click_at(visit, 31.5, 62.5)
    assert visit.page.locator("tr.lit").count() == 1
    assert visit.troubles() == []


def test_names_do_not_collide(open_page: OpenPage) -> None:
    rows = [seizure_row(f"s{i}", 31.2 + i / 9, 65.5 + i / 7) for i in range(9)]
    crowd = tuple(
        replace(GATES[0], id=f"g{i}", name=f"a gate with a long name {i}", lon=61 + i / 6, lat=31 + i / 9)
        for i in range(12)
    )
    page = in_use(open_page(page_of(replace(RANKING, gates=crowd), pd.DataFrame(rows)))).page
    boxes = page.evaluate(
        """() => [".label span:not(.hidden)", ".leaflet-marker-icon svg"].map((wanted) =>
            [...document.querySelectorAll(wanted)].map((node) => {
                const { left, right, top, bottom } = node.getBoundingClientRect();
                return [left, right, top, bottom];
            }))"""
    )
    names, symbols = boxes
    assert len(names) > 3
    for i, (left, right, top, bottom) in enumerate(names):
        for other in names[i + 1 :]:
            assert left >= other[1] or other[0] >= right or top >= other[3] or other[2] >= bottom
    assert symbols


# --- paper, and readers who do not see it ----------------------------------------------------------


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_prints_on_landscape_paper(open_page: OpenPage, paper: str) -> None:
    visit = in_use(open_page(page_of()))
    pdf = visit.page.pdf(format=paper, landscape=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 2
    assert visit.page.evaluate("document.documentElement.className") == ""
    assert visit.troubles() == []


def test_on_paper_the_map_has_its_own_size_and_the_buttons_are_gone(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of(), (390, 844))).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("main").evaluate("main => main.clientWidth") == 1042
    assert page.locator(".leaflet-control-zoom").is_hidden()
    assert page.locator("#filters").is_hidden()
    assert page.locator("#legend ul").first.is_visible()
    assert page.locator(".sheet-foot").is_visible()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_axe_finds_no_serious_fault(open_page: OpenPage, axe: str, size: tuple[int, int]) -> None:
    page = in_use(open_page(page_of(seizures=pd.DataFrame(DATED)), size)).page
    for tab in ("Seizures", "Chokepoints", "Corridors"):
        show_tab(page, tab)
        assert serious_faults(page, axe) == []
    page.locator("[data-corridor] button").first.click()
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    assert serious_faults(page, axe) == []
