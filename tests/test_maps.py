"""The map page: safe, offline, the same bytes every time, and right when a reader clicks on it."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from browsers import in_use, show_tab
from region import (
    CORRIDORS,
    GATES,
    PROVENANCE,
    RANKING,
    SHARED_ROAD,
    click_at,
    data_of,
    page_of,
    seizure_row,
    seizure_table,
)

from routes.errors import RoutesError
from routes.outputs.maps.land import road_layer
from routes.outputs.maps.page import script_json
from routes.outputs.maps.roads import stretches
from routes.outputs.palette import class_of, share_classes
from routes.outputs.text import plain
from routes.read import bundled
from routes.results import Ranking, RoadPiece
from routes.roads.road_file import ROAD_CLASSES, load_roads

if TYPE_CHECKING:
    from browsers import OpenPage

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></style><svg onload=alert(1)>",
    """'"`;alert(1)//\\""",
    "line one\nline two\u2028line three",
    "{{ 7 * 7 }}{% raw %}${alert(1)}",
    "\u202e\u062f\u0648\u063a\u0627\u0631\u0648\u0646 <b>bold</b>",
    "<!--<script>",
    "nul\x00bell\x07",
    "x" * 10_000,
]


# --- the file --------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes() -> None:
    assert hashlib.sha256(page_of().encode()).digest() == hashlib.sha256(page_of().encode()).digest()


class _Attributes(HTMLParser):
    """Collect every attribute with which an element could load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value) for name, value in attrs]


def test_nothing_on_the_page_loads_or_runs_from_an_attribute() -> None:
    parser = _Attributes()
    parser.feed(page_of())
    loading = {(tag, name, value) for tag, name, value in parser.found if name in {"src", "href", "srcset"}}
    assert loading == {("link", "href", "data:,")}
    assert not [name for _, name, _ in parser.found if name.startswith("on")]


def test_style_sheets_name_no_file_and_scripts_no_source_map() -> None:
    html = page_of()
    styles = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    targets = re.findall(r"url\(([^)]*)\)", styles)
    assert targets
    assert all(target.startswith(("data:image/png;base64,", "#")) for target in targets)
    assert "@import" not in styles
    assert "sourceMappingURL" not in html


def test_the_policy_allows_only_the_scripts_written_here() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page_of())
    assert policy
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


def test_a_number_that_is_not_finite_is_named() -> None:
    with pytest.raises(RoutesError, match=r"map\.costs\.1 is not finite"):
        script_json({"costs": [1.0, math.inf]})


def test_shared_road_is_written_once() -> None:
    roads = stretches(CORRIDORS)
    assert [len(line) for line in roads.lines] == [2, 3, 2]
    assert roads.synthetic == (False, False, True)
    written_backwards = roads.lines[2][0] == (32.0, 64.0)
    assert roads.courses == ((0, 1), (-3 if written_backwards else 2, 1))


def test_a_road_run_in_both_directions_is_written_once() -> None:
    back = RoadPiece(SHARED_ROAD.points[::-1], synthetic=False)
    roads = stretches([replace(CORRIDORS[0], pieces=(SHARED_ROAD,)), replace(CORRIDORS[1], pieces=(back,))])
    assert len(roads.lines) == 1
    assert roads.courses == ((0,), (-1,))


@pytest.mark.parametrize("largest", [0.0, 0.0001, 0.004, 0.12, 1.0])
def test_legend_has_five_classes_and_the_largest_share_is_in_one(largest: float) -> None:
    classes = share_classes(largest)
    lows = [c.low for c in classes]
    assert len(set(lows)) == len(lows) == 5
    assert lows == sorted(lows)
    assert class_of(largest, classes) in classes


def test_seizures_off_the_map_are_counted_with_the_reason() -> None:
    html = page_of()
    assert (
        "2 of 3 seizures are not on the map: only the country was reported (1), "
        "outside the area of the map (1)." in html
    )
    assert [item["values"][-1] for item in data_of(html)["seizures"]["items"]] == ["s1"]


def test_top_limits_the_corridors() -> None:
    assert len(data_of(page_of(top=1))["corridors"]["items"]) == 1
    with pytest.raises(RoutesError, match="wanted 0 or more"):
        page_of(top=-1)


def test_the_input_is_left_as_it_was() -> None:
    seizures, before = seizure_table(), seizure_table()
    page_of(seizures=seizures)
    pd.testing.assert_frame_equal(seizures, before)


# --- in the browser --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_opens_offline_without_a_request_or_an_error(open_page: OpenPage, size: tuple[int, int]) -> None:
    visit = open_page(page_of(), size)
    visit.page.locator("path.road").first.wait_for(state="attached")
    assert visit.troubles() == []
    assert len(visit.requests) == 1
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(overflow) == 0


def test_a_click_on_a_corridor_opens_its_popup(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    click_at(visit, 31.5, 62.5)
    text = plain(visit.page.locator(".leaflet-popup-content").inner_text())
    for wanted in (
        "1. port > laboratories",
        "30.0 %",
        "15.0-45.0 %",
        "87 %",
        "812 km",
        "1,035 km-equivalents",
        "west gate",
        "port>west-gate>laboratories",
    ):
        assert wanted in text
    assert visit.page.locator('[aria-pressed="true"] .ends').inner_text() == "port → laboratories"
    assert visit.troubles() == []


def test_where_corridors_share_a_road_the_largest_is_on_top(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    click_at(visit, 32.25, 64.5)
    assert "port>west-gate" in visit.page.locator(".leaflet-popup-content").inner_text()


def test_the_list_works_by_keyboard(open_page: OpenPage) -> None:
    page = in_use(open_page(page_of())).page
    page.locator("[data-corridor] button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    assert "rim>west-gate>laboratories" in popup.inner_text()
    assert plain(page.locator("#status").inner_text()).startswith("Selected: 2. rim > laboratories, 2.0 %")
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert page.locator('[aria-pressed="true"]').count() == 0
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert "port>west-gate>laboratories" in popup.inner_text()


def test_connectors_are_dashed_and_roads_are_not(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    dashes = page.evaluate(
        """() => ["known", "synthetic"].map((kind) =>
            [...document.querySelectorAll(`path.road.${kind}`)]
                .filter((path) => path.getAttribute("d") !== "M0 0")
                .map((path) => path.hasAttribute("stroke-dasharray")))"""
    )
    assert dashes == [[False, False], [True]]


def test_the_larger_share_is_drawn_wider_and_darker(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    looks = page.evaluate(
        """() => ["synthetic", "known"].map((kind) => document.querySelector(`path.road.${kind}`))
            .map((path) => [Number(path.getAttribute("stroke-width")), path.getAttribute("stroke")])"""
    )
    (small, pale), (large, dark) = looks
    assert large > small
    assert dark == share_classes(0.3)[-1].colour != pale


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_and_not_run(open_page: OpenPage, hostile: str) -> None:
    row = dict.fromkeys(("place", "substance", "source", "operation", "quality_note"), hostile)
    ranking = replace(
        RANKING,
        corridors=(replace(CORRIDORS[0], id=hostile, gate=hostile), CORRIDORS[1]),
        gates=(replace(GATES[0], id=hostile, name=hostile), GATES[1]),
        provenance=PROVENANCE | {"seed": hostile, "note": hostile},
    )
    rows = [seizure_row("s1", 31.2, 65.5, **row), seizure_row("s2", math.nan, math.nan, **row)]
    visit = open_page(page_of(ranking, pd.DataFrame(rows)))
    visit.page.locator(".seizure").click()
    popup = visit.page.locator(".leaflet-popup-content")
    shown = re.sub("[\x00\x07]", "\N{REPLACEMENT CHARACTER}", hostile)
    assert shown in (popup.locator("dd").nth(1).text_content() or "")
    show_tab(visit.page, "Corridors")
    visit.page.locator("[data-corridor]").first.click()
    assert shown in (popup.text_content() or "")
    assert shown in (visit.page.locator("[data-corridor]").first.text_content() or "")
    assert visit.page.locator("img, b:not(.leaflet-tooltip b), script[src], svg[onload]").count() == 0
    assert visit.troubles() == []


def test_a_seizure_tells_what_is_known_about_it(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    visit.page.locator(".seizure").click()
    text = visit.page.locator(".leaflet-popup-content").inner_text()
    for wanted in (
        "Somewhere (precision: city)",
        "15,800 t",
        "15,800 kg",
        "a published note",
        "B2",
        "unit: the whole operation had 450 t",
        "used as evidence (weight of its event 1)",
        "s1",
    ):
        assert wanted in text
    assert "Direction" not in text


def test_a_place_tells_its_share_and_status(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    page.get_by_role("button", name="west gate, 50.0 % of the inflow").click(force=True)
    page.locator(".facts summary").click()
    text = plain(page.locator(".leaflet-popup-content").inner_text())
    for wanted in ("road crossing", "closed", "50.0 %", "10.0-40.0 %", "25.0 %"):
        assert wanted in text


def test_a_place_tells_its_status_over_time_with_sources(open_page: OpenPage) -> None:
    status = pd.DataFrame(
        {
            "crossing_id": ["west-gate", "west-gate"],
            "from": [pd.NaT, pd.Timestamp("2015-02-01")],
            "until": [pd.Timestamp("2014-12-31"), pd.NaT],
            "status": ["restricted", "closed"],
            "source": ["an older paper", "a <b>paper</b>"],
            "grade": ["", "B2"],
        }
    )
    visit = open_page(page_of(status=status))
    visit.page.locator("[data-place='west-gate'] button").click()
    text = plain(visit.page.locator(".leaflet-popup-content").inner_text())
    for wanted in (
        "restricted until 2014-12-31",
        "closed since 2015-02-01",
        "a <b>paper</b> (B2)",
        "1. port > laboratories 30.0 %",
        "Seizures within 25 km: 0",
        "32.00000, 64.00000",
    ):
        assert wanted in text
    assert visit.page.locator("tr.lit").get_attribute("data-place") == "west-gate"
    visit.page.get_by_role("button", name="1. port").click()
    assert visit.page.locator("tr[data-corridor].lit").count() == 1
    assert visit.troubles() == []


def test_the_tabs_are_walked_by_arrow_keys(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    assert page.get_by_role("tabpanel").count() == 1
    assert page.locator("[data-place]:visible").count() == 4
    page.get_by_role("tab", name="Chokepoints").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Corridors").get_attribute("aria-selected") == "true"
    assert page.locator("[data-corridor]:visible").count() == 2
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#not-drawn").is_visible()


def test_layers_can_be_switched(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    page.locator(".leaflet-control-layers").hover()
    for label, selector in (
        ("Corridors", ".road"),
        ("Seizures", ".seizure"),
        ("Gates", '[aria-label^="port"]'),
        ("Processing areas", '[aria-label^="laboratories"]'),
        ("Names", ".label"),
    ):
        assert page.locator(selector).count() > 0
        page.get_by_role("checkbox", name=label, exact=True).uncheck()
        assert page.locator(selector).count() == 0
        page.get_by_role("checkbox", name=label, exact=True).check()
        assert page.locator(selector).count() > 0
    minor = page.locator('[aria-label^="goat path"]')
    assert minor.count() == 0
    page.get_by_label("Places under 0.5 %").check()
    assert minor.count() == 1


def test_legend_scale_attribution_caveat_and_provenance_are_there(open_page: OpenPage) -> None:
    page = open_page(page_of()).page
    legend = plain(page.locator("#legend").inner_text())
    for wanted in ("10-20 %", "20 % and over", "no road known", "gate", "processing area", "closed"):
        assert wanted in legend
    assert "km" in page.locator(".leaflet-control-scale").inner_text()
    attribution = page.locator(".leaflet-control-attribution").inner_text()
    for owner in ("OpenStreetMap contributors (ODbL)", "Natural Earth", "GeoNames (CC BY 4.0)"):
        assert owner in attribution
    assert "A seizure shows policing as much as traffic" in plain(page.locator("#caveat").inner_text())
    page.locator("#caveat summary").click()
    caveat = plain(page.locator("#caveat").inner_text())
    assert "A seizure shows policing as much as traffic" in caveat
    assert "1 located event used as evidence" in caveat
    assert "99.5 %" in caveat
    provenance = page.locator("#provenance").inner_text()
    asked = "For 1 January 2008 to 31 December 2020."
    assert re.search(rf"{re.escape(asked)} routes 9\.8\.7, inputs [0-9a-f]{{12}}, seed 4711", provenance)


def test_works_without_any_seizure(open_page: OpenPage) -> None:
    ranking = replace(RANKING, seizures=())
    visit = open_page(page_of(ranking, seizure_table().iloc[:0]))
    assert visit.page.locator("#not-drawn").inner_text() == "There are no seizures."
    visit.page.locator("#caveat summary").click()
    assert "0 located events" in visit.page.locator("#caveat").inner_text()
    assert visit.troubles() == []


def test_works_without_any_corridor(open_page: OpenPage) -> None:
    ranking = Ranking((), (), (), (), covered_mass=0.0, uncovered_share=1.0, seizures=())
    visit = open_page(page_of(ranking))
    assert visit.page.locator("#list-title").inner_text().lower() == "no corridors to show"
    assert visit.page.locator(".seizure").count() == 1
    assert visit.troubles() == []


def test_a_corridor_without_a_road_can_still_be_selected(open_page: OpenPage) -> None:
    ranking = replace(RANKING, corridors=(replace(CORRIDORS[0], pieces=()), CORRIDORS[1]))
    visit = open_page(page_of(ranking))
    show_tab(visit.page, "Corridors")
    visit.page.locator("[data-corridor]").first.click()
    assert visit.page.locator('[aria-pressed="true"]').count() == 1
    assert visit.troubles() == []


def test_of_a_dense_network_only_the_first_classes_of_road_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    roads = load_roads(bundled("roads.npz"))
    minor = np.arange(len(roads.u)) >= 900
    mixed = replace(roads, road_class=np.where(minor, ROAD_CLASSES.index("minor"), 0))
    assert len(road_layer(mixed)) > 1000
    monkeypatch.setattr("routes.outputs.maps.land._MOST_ROADS", 1000)
    trunk = replace(
        mixed, **{name: getattr(mixed, name)[~minor] for name in ("u", "v", "length_km", "road_class")}
    )
    assert road_layer(mixed) == road_layer(trunk)
    assert road_layer(trunk)
