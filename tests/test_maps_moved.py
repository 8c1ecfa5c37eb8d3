"""The map of a displacement: before and after, to be switched, with what was closed and watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from browsers import in_use
from region import CORRIDORS, data_of, page_of

from routes.cli import main
from routes.outputs.text import plain
from routes.results import CorridorChange, Displacement, PlaceChange, Post, RoadPiece

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage, Visit

pytestmark = pytest.mark.slow

NORTH = (RoadPiece(((61.0, 33.5), (64.0, 33.7), (66.0, 32.0)), synthetic=False),)
CHANGES = (
    CorridorChange(
        id="port>west-gate>laboratories",
        gate="port",
        crossings=("west-gate",),
        processing_area="laboratories",
        before=0.6,
        after=0.0,
        change_90=(-0.7, -0.5),
        pieces=CORRIDORS[0].pieces,
    ),
    CorridorChange(
        id="rim>goat-path>laboratories",
        gate="rim",
        crossings=("goat-path",),
        processing_area="laboratories",
        before=0.0,
        after=0.6,
        change_90=(0.5, 0.7),
        pieces=NORTH,
    ),
)
CLOSED = Post(id="west-gate", name="west gate", lon=64.0, lat=32.0, detection=1.0)
WATCHED = Post(id="goat-path", name="goat path", lon=64.0, lat=33.7, detection=0.3)
MOVED = Displacement(
    corridors=CHANGES,
    crossings=(
        PlaceChange(
            id="west-gate",
            name="west gate",
            kind="road",
            countries=("IRN", "AFG"),
            lon=64.0,
            lat=32.0,
            before=0.6,
            after=0.0,
            change_90=(-0.7, -0.5),
        ),
        PlaceChange(
            id="goat-path",
            name="goat path",
            kind="unlisted",
            countries=("IRN", "AFG"),
            lon=64.0,
            lat=33.7,
            before=0.0,
            after=0.6,
            change_90=(0.5, 0.7),
        ),
    ),
    gates=(
        PlaceChange(
            id="port",
            name="port",
            kind="seaport",
            countries=("IRN",),
            lon=61.0,
            lat=31.0,
            before=0.6,
            after=0.0,
            change_90=(-0.7, -0.5),
        ),
        PlaceChange(
            id="rim",
            name="rim",
            kind="land_gate",
            countries=("IRN",),
            lon=61.0,
            lat=33.5,
            before=0.0,
            after=0.6,
            change_90=(0.5, 0.7),
        ),
    ),
    closed=(CLOSED,),
    posts=(WATCHED,),
    penalties={"rim": 40.0},
    rest=0.4,
    no_way_share=0.05,
    unreachable_areas=("laboratories",),
    unreachable_gates=(),
    cost_before=1000.0,
    cost_after=1200.0,
)


def _open(open_page: OpenPage) -> Visit:
    return in_use(open_page(page_of(displacement=MOVED)))


def _lines(visit: Visit) -> list[str]:
    lines: list[str] = visit.page.locator("path.road.known").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('d'))"
    )
    return lines


def test_the_page_says_what_was_changed(open_page: OpenPage) -> None:
    visit = _open(open_page)
    said = plain(visit.page.locator(".states legend").inner_text())
    assert "Closed to trade: west gate. Watched: goat path." in said
    assert "rim by 40" in said
    assert "Without any way left: laboratories (5.0 % of the inflow)" in said
    assert visit.troubles() == []


def test_before_and_after_are_switched(open_page: OpenPage) -> None:
    visit = _open(open_page)
    after = _lines(visit)
    assert len(after) == 1
    visit.page.get_by_label("Inflow before", exact=True).check()
    before = _lines(visit)
    assert len(before) == 1
    assert before != after
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.get_by_label("Inflow after", exact=True).is_checked()
    assert _lines(visit) == after
    assert visit.troubles() == []


def test_the_table_keeps_what_has_gone(open_page: OpenPage) -> None:
    page = _open(open_page).page
    cells = [plain(row).split("\t") for row in page.locator("[data-corridor]").all_inner_texts()]
    assert cells[0][2:] == ["60.0 %", "0 %", "-60.0", "-70.0 to -50.0"]
    assert cells[1][2:] == ["0 %", "60.0 %", "+60.0", "+50.0 to +70.0"]
    page.get_by_role("button", name="Change").click()
    assert page.locator("[data-corridor] .ends").first.inner_text() == "rim → laboratories"
    page.locator("[data-corridor] button").last.click()
    assert "-60.0 pp" in plain(page.locator(".leaflet-popup-content").inner_text())


def test_places_are_sized_by_the_state(open_page: OpenPage) -> None:
    page = _open(open_page).page
    assert page.get_by_role("button", name="goat path, 60.0 % of the inflow after").count() == 1
    page.get_by_label("Inflow before", exact=True).check()
    assert page.get_by_role("button", name="goat path, 0 % of the inflow before").count() == 1
    assert page.get_by_role("button", name="laboratories, 60.0 % of the inflow").count() == 1


def test_posts_are_a_layer(open_page: OpenPage) -> None:
    page = _open(open_page).page
    assert page.locator(".post.closed").count() == 1
    page.locator(".post.watched").click(force=True)
    assert "30 % of passages are caught" in plain(page.locator(".leaflet-popup-content").inner_text())
    page.locator(".leaflet-control-layers").hover()
    page.get_by_label("Posts").uncheck()
    assert page.locator(".post").count() == 0
    assert page.get_by_label("90 % interval").count() == 0


def test_filters_work_in_both_states(open_page: OpenPage) -> None:
    visit = _open(open_page)
    visit.page.locator("select[name=gate]").select_option("port")
    visit.page.locator("#shown", has_text="1 of 2 corridors").wait_for()
    assert _lines(visit) == []
    visit.page.get_by_label("Inflow before", exact=True).check()
    assert len(_lines(visit)) == 1
    assert visit.page.locator("[data-corridor]:visible").count() == 1


def test_hostile_names_are_shown_and_not_run(open_page: OpenPage) -> None:
    hostile = "</script><img src=x onerror=alert(1)>" + "x" * 10_000
    moved = replace(
        MOVED,
        closed=(replace(CLOSED, name=hostile),),
        posts=(),
        penalties={hostile: 1.0},
        corridors=(replace(CHANGES[0], id=hostile, gate=hostile), CHANGES[1]),
    )
    visit = in_use(open_page(page_of(displacement=moved)))
    assert hostile in visit.page.locator(".states legend").inner_text()
    visit.page.locator("[data-corridor] button").first.click()
    assert visit.page.locator("img").count() == 0
    assert visit.troubles() == []


def test_an_empty_displacement_is_drawn(open_page: OpenPage) -> None:
    moved = replace(MOVED, corridors=(), crossings=(), gates=(), posts=(), closed=(), penalties={})
    visit = open_page(page_of(displacement=moved))
    assert visit.page.locator("#list-title").inner_text().lower() == "no corridors to show"
    assert visit.troubles() == []


def test_the_same_displacement_gives_the_same_bytes() -> None:
    assert page_of(displacement=MOVED) == page_of(displacement=MOVED)
    assert data_of(page_of())["posts"] is None


def test_a_crossing_that_only_the_inflow_after_passes_is_drawn(open_page: OpenPage) -> None:
    new = PlaceChange(
        id="ferry",
        name="new ferry",
        kind="ferry",
        countries=("IRN", "AFG"),
        lon=64.0,
        lat=31.0,
        before=0.0,
        after=0.2,
        change_90=(0.1, 0.3),
    )
    visit = open_page(page_of(displacement=replace(MOVED, crossings=(*MOVED.crossings, new))))
    visit.page.get_by_role("button", name="new ferry, 20.0 % of the inflow after").click(force=True)
    visit.page.locator(".facts summary").click()
    told = visit.page.locator(".leaflet-popup-content").inner_text()
    assert "Iran, Afghanistan" in told
    assert "Tier" not in told  # its id stands under "Id", and not under the head before
    assert visit.troubles() == []


@pytest.mark.parametrize(
    ("options", "kind"), [(["--close", "torkham"], "close"), (["--interdict", "2"], "watch")]
)
def test_the_command_opens_the_page_with_a_change(tmp_path: Path, options: list[str], kind: str) -> None:
    output = tmp_path / "map.html"
    with pytest.raises(SystemExit) as left:
        main(["map", *options, "--output", str(output), "--quiet"])
    assert left.value.code == 0
    changed = data_of(output.read_text(encoding="utf-8"))["model"]["opens_with"]
    assert len(changed[kind]) == int(options[1]) if kind == "watch" else changed[kind] == ["torkham"]


def test_the_command_keeps_scenarios_of_the_config(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, output = tmp_path / "routes.toml", tmp_path / "map.html"
    config.write_text(
        '[scenario.shut]\nclose = ["Torkham"]\nas_of = 2012-06-01\n\n[scenario.guarded]\n'
        'have = ["karachi=0.1", "islam-qala"]\npenalty = {qasim = 40}\n',
        encoding="utf-8",
    )
    asked = ["map", "--config", str(config), "--output", str(output), "--quiet"]
    with pytest.raises(SystemExit) as left:
        main([*asked, "--scenario", "guarded", "--scenario", "shut"])
    assert left.value.code == 0
    model = data_of(output.read_text(encoding="utf-8"))["model"]
    first, second = model["scenarios"]
    assert model["opens_with"] == first
    assert first["watch"] == {"karachi": 0.1, "islam-qala": 0.5}
    assert first["penalty"] == {"qasim": 40.0}
    assert (second["close"], second["day"]) == (["torkham"], 15492)
    with pytest.raises(SystemExit) as left:
        main([*asked, "--scenario", "guarde"])
    assert left.value.code == 2
    assert "Did you mean guarded" in capsys.readouterr().err


def test_the_command_refuses_two_displacements_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["map", "--close", "torkham", "--interdict", "2", "--output", str(tmp_path / "a.html")])
    assert left.value.code == 2
    assert "a map opens with one of them" in capsys.readouterr().err
