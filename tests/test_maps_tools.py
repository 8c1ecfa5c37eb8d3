# ruff: noqa: RUF001 - minutes, seconds and minus signs are those of the page
"""What a reader does with the map: search, measure, copy, save rows and notes, link, print, take a figure."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from browsers import serious_faults
from region import CROSSINGS, GATES, RANKING, click_at, data_of, page_of, seizure_row

from routes.outputs import text
from routes.outputs.maps import assets
from routes.outputs.maps.search import aliases

if TYPE_CHECKING:
    from browsers import OpenFile, OpenPage, Visit
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

SIZES = [(390, 844), (844, 390), (768, 1024), (640, 400), (1280, 800)]  # 640 x 400 is 1280 x 800 at 200 %
ONE_ROW = """() =>
    [...document.querySelectorAll("[data-corridor]")].filter((row) => row.offsetParent).length <= 1"""
MAP = 'window[Object.keys(window).find((key) => key.startsWith("map_"))]'


def _used(visit: Visit) -> Page:
    visit.page.locator("html[data-ready]").wait_for(state="attached")
    return visit.page


def _tools(page: Page) -> None:
    page.locator("#tools summary").click()


def _zoom(page: Page) -> float:
    return float(page.evaluate(f"() => {MAP}.getZoom()"))


# --- search ----------------------------------------------------------------------------------------


def test_search_finds_a_place_by_keyboard(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    box = page.get_by_role("combobox", name="Search the map")
    box.fill("WEST g")
    assert page.locator("#search-found [role=option]").first.inner_text().startswith("west gate")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert "west gate" in page.locator(".leaflet-popup-content").inner_text()
    assert page.locator("#search-found").is_hidden()
    box.fill("nothing of this name")
    assert page.locator("#search-told").inner_text() == "0 results"
    assert visit.troubles() == []


def test_search_finds_names_of_other_languages() -> None:
    found = aliases(["torkham", "spin-boldak-chaman"], ["AFG"])
    assert "Торхам" in found["torkham"]
    assert "Афганистан" in found["AFG"]


def test_search_reads_russian_and_persian_letters(open_page: OpenPage) -> None:
    crossing = replace(CROSSINGS[0], id="torkham", name="Torkham")
    page = _used(open_page(page_of(replace(RANKING, crossings=(crossing,)))))
    box = page.locator("#search")
    for asked in ("торхам", "تورخم", "torkh"):
        box.fill(asked)
        assert page.locator("#search-found [role=option]").first.inner_text().startswith("Torkham"), asked
    page.evaluate(f"() => {{ {MAP}.setZoom(4, {{ animate: false }}); }}")
    box.fill("афганистан")
    page.keyboard.press("Enter")
    assert _zoom(page) > 4


def test_search_goes_to_coordinates_corridors_and_seizures(open_page: OpenPage) -> None:
    rows = pd.DataFrame([seizure_row("s1", 31.2, 65.5, place="Sangin")])
    page = _used(open_page(page_of(seizures=rows)))
    box = page.locator("#search")
    box.fill("31.25, 65.5")
    page.keyboard.press("Enter")
    assert "31.25000, 65.50000" in page.locator(".leaflet-popup-content").inner_text()
    box.fill("sangin")
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content", has_text="TARCET II").wait_for()
    box.fill("rim laboratories")
    page.keyboard.press("Enter")
    assert page.locator("tr.lit .ends").inner_text() == "rim → laboratories"
    box.fill("x" * 5000)
    assert page.locator("#search-found [role=option]").count() == 0


# --- coordinates and ruler -------------------------------------------------------------------------


def _forms(page: Page, points: list[tuple[float, float]]) -> list[list[str]]:
    body = f"{assets.own('mgrs.js')}\nreturn points.map(([lat, lon]) => [mgrs(lat, lon), dms(lat, lon)]);"
    found: list[list[str]] = page.evaluate(f"(points) => {{ {body} }}", points)
    return found


def test_grid_references_are_those_of_the_library(open_page: OpenPage) -> None:
    """The library is the one that reads such references in records; a digit may differ where a metre ends."""
    mgrs = pytest.importorskip("mgrs").MGRS()
    draw = random.Random(7)  # noqa: S311 - no secret
    points = [(draw.uniform(20, 56), draw.uniform(38, 90)) for _ in range(1500)]
    points += [(draw.uniform(-79.9, 83.9), draw.uniform(-180, 179.9)) for _ in range(1500)]
    points += [
        (60.0, 5.0),
        (75.0, 8.5),
        (75.0, 20.5),
        (78.0, 40.0),
        (-33.9, 18.4),
        (0.0, 0.0),
        (31.62, 65.71),
    ]
    differ = 0
    for (lat, lon), (ours, _) in zip(points, _forms(open_page("<p>").page, points), strict=True):
        theirs = mgrs.toMGRS(lat, lon)
        if ours == theirs:
            continue
        differ += 1
        back = mgrs.toLatLon(ours)
        assert abs(back[0] - lat) < 2e-5, (lat, lon, ours, theirs)
    assert differ <= 3


def test_degrees_minutes_seconds_carry_over(open_page: OpenPage) -> None:
    points = [(31.999999, 65.5), (-0.5, -12.25), (34.0 + 59.96 / 3600, 70.0)]
    forms = [dms for _, dms in _forms(open_page("<p>").page, points)]
    assert forms == ["32°00′00.0″N 65°30′00.0″E", "0°30′00.0″S 12°15′00.0″W", "34°01′00.0″N 70°00′00.0″E"]


def test_coordinates_of_a_point_are_shown_in_three_forms(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    _tools(page)
    page.get_by_role("button", name="Coordinates", exact=True).click()
    click_at(visit, 30.5, 66.5)
    shown = page.locator(".leaflet-popup-content").inner_text()
    lat, lon = map(float, re.findall(r"(\d+\.\d{5}), (\d+\.\d{5})", shown)[0])
    assert (lat, lon) == pytest.approx((30.5, 66.5), abs=0.02)
    assert re.search(r"42R[A-Z]{2}\d{10}", shown)
    assert "″N" in shown
    assert page.get_by_role("button", name="Copy MGRS").is_visible()
    assert page.locator("#pick-point").get_attribute("aria-pressed") == "false"


def test_the_ruler_measures_by_keyboard_and_by_pointer(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    _tools(page)
    page.locator("#ruler").focus()
    page.keyboard.press("Enter")
    assert page.locator("#ruler").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    start = page.evaluate(f"() => {{ const {{ lat, lng }} = {MAP}.getCenter(); return [lat, lng]; }}")
    page.evaluate(f"([lat, lon]) => {{ {MAP}.setView([lat - 1, lon], 6, {{ animate: false }}); }}", start)
    page.keyboard.press("Enter")
    # A degree of a meridian on the sphere of 6371 km is 111.2 km.
    assert "111 km" in page.locator("#measured").inner_text()
    page.keyboard.press("Backspace")
    assert "0.0 km" in page.locator("#measured").inner_text()
    click_at(visit, start[0] - 0.5, start[1])
    assert re.search(r"55\.\d km|56\.\d km", page.locator("#measured").inner_text())
    assert page.locator(".leaflet-popup").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("#measured").is_hidden()
    assert page.locator("path.measure").count() == 0
    assert visit.troubles() == []


# --- what is taken along ---------------------------------------------------------------------------


def test_rows_that_are_shown_are_saved_without_formulas(open_page: OpenPage) -> None:
    hostile = replace(GATES[0], name='=HYPERLINK("http://x","y")')
    visit = open_page(page_of(replace(RANKING, gates=(hostile, *GATES[1:]))))
    page = _used(visit)
    page.locator("#tab-corridors").click()
    page.locator("#filters summary").click()
    page.locator("select[name=gate]").select_option(index=1)
    page.wait_for_function(ONE_ROW)
    _tools(page)
    with page.expect_download() as saved:
        page.locator("#save-rows").click()
    assert saved.value.suggested_filename == "corridors.csv"
    rows = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1].startswith("'=HYPERLINK")
    assert "30.0 %" in ",".join(rows[1])


def test_cells_are_made_harmless_as_python_does(open_page: OpenPage) -> None:
    values = [
        "=1",
        " =1",
        "@x",
        "-3.5",
        "-3.5+1",
        "+93 70",
        "\uff1d1",
        "plain",
        "",
        "−2.2",
        "\t=1",
        "1e5",
        "+1e5",
    ]
    source = assets.own("saving.js")
    body = source[source.index("function defused") : source.index("function csvCell")]
    told = open_page("<p>").page.evaluate(f"(values) => {{ {body} return values.map(defused); }}", values)
    assert told == [text.defused(value) for value in values]


def test_notes_are_kept_in_a_copy_of_the_page(
    open_page: OpenPage, open_file: OpenFile, tmp_path: Path
) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    page.locator("#tab-corridors").click()
    _tools(page)
    page.get_by_role("textbox", name=re.compile("Notes")).fill("Look at </script><b>west gate</b> & ask")
    with page.expect_download() as saved:
        page.locator("#save-copy").click()
    assert saved.value.suggested_filename == "page-notes.html"
    copy = tmp_path / "copy.html"
    saved.value.save_as(copy)
    again = open_file(copy)
    reopened = _used(again)
    assert reopened.locator("#notes").input_value() == "Look at </script><b>west gate</b> & ask"
    assert reopened.locator("#tab-corridors").get_attribute("aria-selected") == "true"
    assert reopened.locator("path.road.known").count() > 0
    assert reopened.locator(".leaflet-control-zoom").count() == 1
    reopened.emulate_media(media="print")
    assert "west gate</b> & ask" in reopened.locator("#notes-printed").inner_text()
    assert again.troubles() == []


def _note(page: Page, words: str) -> None:
    page.get_by_label("Note", exact=True).fill(words)
    page.get_by_role("button", name="Save the note").click()


def test_notes_stand_at_places_and_are_kept_in_a_copy(
    open_page: OpenPage, open_file: OpenFile, tmp_path: Path
) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    page.locator("[data-place='west-gate'] button").click()
    page.get_by_role("button", name="Add a note").click()
    _note(page, "Ask </script><b>the office</b> & wait")
    _tools(page)
    page.locator("#note-here").click()
    click_at(visit, 31.3, 65.2)
    _note(page, "second")
    page.mouse.move(0, 0)
    page.get_by_role("button", name="Coordinates", exact=True).click()
    click_at(visit, 31.3, 63.2)
    page.get_by_role("button", name="Add a note").click()
    _note(page, "third")
    assert page.locator(".note-mark").count() == 3
    lines = page.locator("#note-list li")
    assert lines.count() == 3
    assert "1. west gate: Ask </script><b>the office</b> & wait" in lines.first.inner_text()
    page.get_by_role("button", name="3. 31.").click()
    _note(page, "third, anew")
    page.get_by_role("button", name="Delete note 2").click()
    assert [text.plain(each) for each in page.locator("#note-list bdi").all_inner_texts()][2:][1:] == [
        "third, anew"
    ]
    with page.expect_download() as saved:
        page.locator("#save-copy").click()
    copy = tmp_path / "copy.html"
    saved.value.save_as(copy)
    again = open_file(copy)
    reopened = _used(again)
    assert reopened.locator(".note-mark").count() == 2
    _tools(reopened)
    assert reopened.locator("#note-list li").count() == 2
    reopened.locator("[data-language=ru]").click()
    assert reopened.get_by_role("button", name="Удалить заметку 2").is_visible()
    reopened.emulate_media(media="print")
    printed = reopened.locator("#notes-printed").inner_text()
    assert "1. west gate: Ask </script><b>the office</b> & wait" in printed
    assert "third, anew" in printed
    assert visit.troubles() == []
    assert again.troubles() == []


def test_a_note_can_be_made_and_opened_by_keyboard(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    _tools(page)
    page.locator("#note-here").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.keyboard.type("by hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    mark = page.locator(".note-mark")
    assert "by hand" in (mark.get_attribute("aria-label") or "")
    assert mark.evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    field = page.get_by_label("Note", exact=True)
    assert field.input_value() == "by hand"
    field.fill("")
    page.get_by_role("button", name="Save the note").click()
    assert page.locator(".note-mark").count() == 0
    assert visit.troubles() == []


def test_notes_that_make_no_sense_are_left_out(open_page: OpenPage) -> None:
    kept = [
        {"at": [1, "x"], "text": "a"},
        None,
        {"at": [31, 66], "text": 7},
        {"at": [31, 66], "text": "good"},
    ]
    empty = 'id="routes-kept">{}<'
    html = page_of()
    assert empty in html
    visit = open_page(html.replace(empty, f'id="routes-kept">{json.dumps({"places": kept})}<'))
    page = _used(visit)
    assert page.locator(".note-mark").count() == 1
    assert visit.troubles() == []


def test_the_state_stands_in_the_address_and_comes_back(open_page: OpenPage) -> None:
    visit = open_page(page_of(seizures=pd.DataFrame([seizure_row("s1", 31.2, 65.5)])))
    page = _used(visit)
    assert "#" not in page.url
    page.locator("#tab-corridors").click()
    page.locator("#filters summary").click()
    page.locator("select[name=gate]").select_option("1")
    page.locator("#tab-corridors").click()
    page.locator("#corridors tbody tr:visible button").last.click()
    _tools(page)
    page.locator("#theme").select_option("dark")
    page.wait_for_function("() => location.hash.includes('theme=dark')")
    for part in ("tab=corridors", "gate=rim", "corridor=", "view="):
        assert part in page.url
    there = page.url
    page.goto("about:blank")
    page.goto(there)
    _used(visit)
    assert page.locator("#tab-corridors").get_attribute("aria-selected") == "true"
    assert page.locator("tr.lit .ends").inner_text() == "rim → laboratories"
    assert page.url == there


def test_an_address_is_taken_and_nonsense_is_left_out(open_page: OpenPage, tmp_path: Path) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    file = (tmp_path / "page.html").as_uri()
    page.goto("about:blank")
    page.goto(
        f"{file}#view=31.0000,66.0000,7&tab=corridors&gate=rim&corridor=rim%3Ewest-gate%3Elaboratories&theme=dark"
    )
    _used(visit)
    assert _zoom(page) == 7
    assert page.locator("select[name=gate]").input_value() == "1"
    assert page.locator("tr.lit .ends").inner_text() == "rim → laboratories"
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    page.goto("about:blank")
    page.goto(
        f"{file}#view=x,1e9,NaN&tab=<b>&gate=nobody&corridor=%00&place=&months=9-1&theme=pink&language=zz"
    )
    _used(visit)
    assert page.locator("#tab-chokepoints").get_attribute("aria-selected") == "true"
    assert page.locator("select[name=gate]").input_value() == ""
    assert [each for each in visit.troubles() if not each.startswith(("file:", "about:"))] == []


# --- paper and figure ------------------------------------------------------------------------------


def test_the_head_of_a_print_names_filters_day_and_what_is_shown(open_page: OpenPage) -> None:
    page = _used(open_page(page_of(seizures=pd.DataFrame([seizure_row("s1", 31.2, 65.5)]))))
    page.locator("#filters summary").click()
    page.locator("select[name=gate]").select_option("1")
    page.locator("#tab-corridors").click()
    page.locator("#corridors tbody tr:visible button").first.click()
    page.locator("#list-shown", has_text="1 of 2 corridors").wait_for()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    head = text.plain(page.locator(".sheet-head").inner_text())
    assert "For 1 January 2008 to 31 December 2020." in head
    assert "Filters: Gate: rim" in head
    assert "1 of 2 corridors of the table, which carry 2.0 % of the inflow. 1 seizure on the map." in head
    assert page.locator(".leaflet-popup").is_hidden()
    assert page.locator(".tlp:visible").count() == (0 if page.evaluate("'CSSMarginRule' in window") else 2)
    assert "imply no opinion" in page.locator(".sheet-foot").inner_text()
    assert page.locator(".search").is_hidden()


def test_a_figure_has_nothing_to_press(open_page: OpenPage) -> None:
    visit = open_page(page_of())
    page = _used(visit)
    page.goto("about:blank")
    page.goto(f"{visit.requests[0]}#figure")
    _used(visit)
    pressed = "a, button, select, input, textarea, summary"
    seen = page.locator(pressed).evaluate_all(
        "all => all.filter((each) => each.offsetParent !== null).length"
    )
    assert seen == 0
    for part in (".sheet-head", ".leaflet-control-scale", ".sheet-foot", ".legend-body", ".north"):
        assert page.locator(part).first.is_visible(), part
    assert page.locator(".tlp:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_button_opens_the_figure_and_saves_it(open_page: OpenPage) -> None:
    visit = open_page(page_of(), (1000, 700))
    page = _used(visit)
    _tools(page)
    page.locator("#figure").click()
    assert page.locator(".panel").is_hidden()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as PNG").click()
    image = Path(saved.value.path()).read_bytes()
    assert image.startswith(b"\x89PNG")
    assert int.from_bytes(image[16:20], "big") == 2000
    assert len(image) > 30_000  # not an empty sheet
    page.keyboard.press("Escape")
    assert page.locator(".panel").is_visible()
    assert visit.troubles() == [] or all("data:image/svg" in each for each in visit.troubles())


# --- themes, layouts, targets ----------------------------------------------------------------------


def test_the_page_follows_the_system_and_the_reader(open_page: OpenPage) -> None:
    page = _used(open_page(page_of()))
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    page.locator("html.dark").wait_for()
    assert page.evaluate(ground) != light
    road = page.locator("path.road").first
    assert road.evaluate("path => getComputedStyle(path).stroke") != road.get_attribute("stroke")
    _tools(page)
    page.locator("#theme").select_option("light")
    assert page.evaluate(ground) == light
    page.emulate_media(media="print")
    page.locator("#theme").evaluate(
        "each => { each.value = 'dark'; each.dispatchEvent(new Event('change')); }"
    )
    assert (
        page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--ink')")
        == "#1f2933"
    )


def test_forced_colours_keep_the_map_and_what_is_chosen(open_page: OpenPage) -> None:
    page = _used(open_page(page_of()))
    page.emulate_media(forced_colors="active")
    page.locator("#tab-corridors").click()
    page.locator("#corridors tbody button").first.click()
    assert page.locator("tr.lit").evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    kept = page.locator(".leaflet-container").evaluate("each => getComputedStyle(each).forcedColorAdjust")
    assert kept == "none"


FAULTS = (Path(__file__).parent / "faults_of_page.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_or_covered_and_every_target_can_be_hit(
    open_page: OpenPage, axe: str, size: tuple[int, int], scheme: Any
) -> None:
    rows = [seizure_row("s1", 31.2, 65.5), seizure_row("s2", 30.5, 62.0, date="2010")]
    visit = open_page(page_of(seizures=pd.DataFrame(rows)), size)
    page = _used(visit)
    page.emulate_media(color_scheme=scheme)
    _tools(page)
    if page.locator("#filters:not([open])").count():
        page.locator("#filters summary").click()
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate(FAULTS) == []
    assert serious_faults(page, axe) == []
    assert visit.troubles() == []


@pytest.mark.parametrize("size", SIZES)
def test_a_popup_fits_into_the_map(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = _used(open_page(page_of(), size))
    page.locator("#search").fill("west gate")
    page.keyboard.press("Enter")
    inside = page.evaluate(
        """() => {
            const map = document.querySelector(".folium-map").getBoundingClientRect();
            const box = document.querySelector(".leaflet-popup").getBoundingClientRect();
            return box.top >= map.top - 1 && box.left >= map.left - 1 && box.right <= map.right + 1
                && box.bottom <= map.bottom + 1;
        }"""
    )
    assert inside


def test_a_reader_who_wants_stillness_gets_it(open_page: OpenPage) -> None:
    page = _used(open_page(page_of()))  # opened with reduced motion
    assert page.evaluate(f"() => [{MAP}._zoomAnimated, {MAP}.options.inertia]") == [False, False]


def test_the_data_hold_other_names_once() -> None:
    data = data_of(page_of())
    assert set(data["aliases"]) >= {"IRN", "AFG", "PAK"}
