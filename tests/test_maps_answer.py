"""The map page that answers by itself: the same arithmetic as the program, and what a reader sees of it."""

from __future__ import annotations

import base64
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from browsers import in_use, show_tab
from region import data_of

from routes.analysis import Analysis, analyse, choice_set_for
from routes.corridors import places_passed
from routes.evidence.shares import share_draws
from routes.outputs.maps import corridor_map
from routes.outputs.maps.assets import own
from routes.outputs.maps.model import Scenario, page_model
from routes.outputs.text import plain
from routes.parameters import Parameters
from routes.planning.displacement import whatif
from routes.planning.plan import plan

if TYPE_CHECKING:
    from browsers import OpenPage, Visit
    from playwright.sync_api import Browser, Page

    from routes.read.inputs import Inputs
    from routes.results import Displacement

P = Parameters()
SHARE, END, COST_KM = 0.002, 0.01, 1.0
NAMES = "{ " + own("choice.js").partition("const {")[2].partition("}")[0] + " }"


@pytest.fixture(scope="module")
def analysis(analysis_with_roads: Analysis) -> Analysis:
    return analysis_with_roads


@pytest.fixture(scope="module")
def engine(browser: Browser, analysis: Analysis, inputs: Inputs) -> Page:
    """Open an empty page with the arithmetic alone, its model read and nothing changed."""
    page = browser.new_page()
    _load(page, page_model(analysis, P, inputs.status).data)
    return page


def _load(page: Page, packed: dict[str, Any]) -> None:
    page.evaluate(f"() => {{ {own('choice.js')}\n window.choice = {NAMES}; }}")
    page.evaluate(
        """(packed) => {
            const { readModel, sharesAt } = window.choice;
            window.model = readModel(packed);
            window.before = sharesAt(model, model.reference);
        }""",
        packed,
    )


ANSWER = """(change) => {
    const { whatif, placeChange, corridorChange, nothingChanged } = window.choice;
    const after = whatif(model, model.reference, { ...nothingChanged(), ...change }, before);
    const row = ({ before, after, change }) => [before, after, ...change];
    const places = {}, corridors = {};
    model.places.forEach((id, place) => {
        if (model.kinds[place] !== 2) places[id] = row(placeChange(model, before, after, place));
    });
    model.paths.forEach((path, at) => {
        if (Math.max(before.corridors[at], after.corridors[at]) < 0.002) return;
        const id = path.places.map((place) => model.places[place]).join(">");
        corridors[id] = row(corridorChange(model, before, after, at));
    });
    return { places, corridors, costs: after.costs, noWay: after.noWay, covered: after.covered };
}"""


def _same(found: dict[str, Any], wanted: Displacement) -> None:
    rows = [(row, found["places"].get(row.id)) for row in (*wanted.gates, *wanted.crossings)]
    rows += [
        (row, found["corridors"].get(row.id))
        for row in wanted.corridors
        if max(row.before, row.after) > 0.003
    ]
    for row, got in rows:
        assert got is not None, row.id
        assert got[:2] == pytest.approx((row.before, row.after), abs=SHARE), row.id
        assert got[2:] == pytest.approx(row.change_90, abs=END), row.id
    assert found["costs"] == pytest.approx((wanted.cost_before, wanted.cost_after), abs=COST_KM)
    assert found["noWay"] == pytest.approx(wanted.no_way_share, abs=SHARE)


@pytest.mark.parametrize(
    "change",
    [
        {"close": ["zaranj-milak"]},
        {"close": ["islam-qala", "karachi"]},
        {"impassable": ["zaranj-milak"]},
        {"watch": {"zaranj-milak": 0.5, "karamyk": 0.3}},
        {"penalty": {"shahid-rajaee": 250.0}},
        {"close": ["baramcha"], "watch": {"islam-qala": 0.4}, "penalty": {"karachi": 100.0}},
    ],
    ids=str,
)
def test_the_page_answers_as_whatif_does(engine: Page, analysis: Analysis, change: dict[str, Any]) -> None:
    _same(engine.evaluate(ANSWER, change), whatif(analysis, P, **change))


def test_where_much_must_go_elsewhere_the_list_tells_on_it(engine: Page, analysis: Analysis) -> None:
    """Nothing passes two crossings that carried half: the list holds 98 %, shares are within half a point."""
    two = ["zaranj-milak", "islam-qala"]
    found, wanted = engine.evaluate(ANSWER, {"impassable": two}), whatif(analysis, P, impassable=two)
    for row in (*wanted.gates, *wanted.crossings):
        assert found["places"][row.id][1] == pytest.approx(row.after, abs=0.005), row.id
    assert found["costs"] == pytest.approx((wanted.cost_before, wanted.cost_after), abs=COST_KM)


@pytest.mark.slow
def test_every_closure_and_fifty_pairs_are_as_whatif_has_them(engine: Page, analysis: Analysis) -> None:
    places = [place.id for place in (*analysis.ranking.crossings, *analysis.ranking.gates)]
    rng = np.random.default_rng(7)
    pairs = [rng.choice(places, 2, replace=False).tolist() for _ in range(50)]
    for close in [*([place] for place in places), *pairs]:
        _same(engine.evaluate(ANSWER, {"close": close}), whatif(analysis, P, close=close))


def test_nothing_changed_is_the_ranking(engine: Page, analysis: Analysis) -> None:
    found = engine.evaluate(ANSWER, {})
    for place in (*analysis.ranking.crossings, *analysis.ranking.gates):
        assert found["places"][place.id][0] == pytest.approx(place.posterior_share, abs=1e-4)
        assert found["places"][place.id][2:] == pytest.approx((0, 0), abs=1e-6)


@pytest.mark.parametrize("year", [2012, 2022])
def test_shares_of_a_year_are_those_of_its_crossings(engine: Page, analysis: Analysis, year: int) -> None:
    """To a percentage point: the page keeps the list of the ranking, the program lists corridors anew."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    then = choice_set_for(analysis.choices.world, P, first, last)
    shares = share_draws(
        then.crossing_graph, then.corridors, analysis.posterior.effects, analysis.posterior.draws
    ).through(places_passed(then.crossing_graph.graph, then.corridors))
    found = engine.evaluate(
        """([first, last]) => {
            const { timeOf, sharesAt, shareThrough } = window.choice;
            const then = sharesAt(model, timeOf(model, first, last));
            return Object.fromEntries(
                model.places.map((id, place) => [id, shareThrough(model, then, place)]));
        }""",
        [(day - date(1970, 1, 1)).days for day in (first, last)],
    )
    for (kind, place), share in zip(shares.names, shares.mean, strict=True):
        if kind != "processing_area":
            assert found[place] == pytest.approx(share, abs=0.01), place


@pytest.mark.parametrize("count", [1, 2, 3])
def test_posts_stand_where_interdict_puts_them(engine: Page, analysis: Analysis, count: int) -> None:
    found = engine.evaluate(
        "(count) => window.choice.placePosts(model, before, model.detection, count)", count
    )
    wanted = plan(analysis, P, count)
    assert set(found["plan"]) == {post.id for post in wanted.posts}
    assert found["value"] == pytest.approx(wanted.passing, abs=1e-4)


def _packed(numbers: Any, kind: str) -> str:
    return base64.b64encode(np.asarray(numbers).astype(kind).tobytes()).decode()


def _by_hand(**changes: Any) -> dict[str, Any]:
    """Pack a port with two crossings into one area; the north is 200 km longer, which halves it.

    Shares 2/3 south and 1/3 north. There are two draws of one effect, on the south: 0 and ln 2.
    """
    return {
        "scale_km": 200 / np.log(2),
        "path_size_exponent": 1,
        "restricted_km": 100,
        "closed_km": 400,
        "informed": True,
        "post_detection": 0.5,
        "detection": {"south": 0.5, "north": 0.5},
        "places": ["port", "south", "north", "helmand"],
        "kinds": [0, 1, 1, 2],
        "names": ["Port", "South", "North", "Helmand"],
        "parts": {},
        "countries": 2,
        "nodes": {
            "place": _packed([0, 1, 2, 3], "<u2"),
            "kind": _packed([0, 1, 1, 2], "u1"),
            "country": _packed([0, 1, 1, 1], "u1"),
            "weight": _packed([1, 1, 1, 1], "<f8"),
            "effect": _packed([65535, 0, 65535, 65535], "<u2"),
        },
        "legs": {
            "from": _packed([0, 0, 1, 2], "<u2"),
            "to": _packed([1, 2, 3, 3], "<u2"),
            "cost": _packed([100, 300, 50, 50], "<f4"),
            "km": _packed([100, 300, 50, 50], "<f4"),
        },
        "paths": {"length": _packed([3, 3], "u1"), "nodes": _packed([0, 1, 3, 0, 2, 3], "<u2")},
        "draws": {
            "weight": _packed([1, 1], "<u2"),
            "low": _packed([0.0], "<f8"),
            "step": _packed([np.log(2) / 255], "<f8"),
            "values": _packed([0, 255], "u1"),
            "cost": 65535,
            "penalty": {},
        },
        "status": [],
        "area_weights": {"otherwise": {"helmand": 1.0}, "rows": []},
        "asked": "day",
        "times": {"day": [0, 0], "period": [0, 9]},
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "change", "south"),
    [
        # Draw 1: 2/3; draw 2: odds doubled, 4/5. The mean of both.
        ({}, {}, (2 / 3 + 4 / 5) / 2),
        # 400 km more on the south quarters its odds: 1/2 and 1.
        ({}, {"close": ["south"]}, (1 / 3 + 1 / 2) / 2),
        # Half of those in the south are caught: odds 1 and 2.
        ({}, {"watch": {"south": 0.5}}, (1 / 2 + 2 / 3) / 2),
        ({}, {"penalty": {"south": 200.0}}, (1 / 2 + 2 / 3) / 2),
        ({}, {"impassable": ["south"]}, 0.0),
        # Restricted on half of the days (50 km): closing takes the restriction away, and adds 400 km.
        ({"status": [["south", 1, None, 0]], "asked": "period"}, {"close": ["south"]}, (1 / 3 + 1 / 2) / 2),
    ],
)
def test_small_answers_worked_out_by_hand(
    browser: Browser, changes: dict[str, Any], change: dict[str, Any], south: float
) -> None:
    page = browser.new_page()
    _load(page, _by_hand(**changes))
    found = page.evaluate(ANSWER, change)["places"]
    assert found["south"][1] == pytest.approx(south, abs=1e-4)
    assert found["north"][1] == pytest.approx(1 - south, abs=1e-4)
    assert found["port"][1] == pytest.approx(1.0)
    page.close()


# --- the page --------------------------------------------------------------------------------------


def _page(analysis: Analysis, inputs: Inputs, **options: Any) -> str:
    return corridor_map(
        analysis.ranking,
        inputs.seizures,
        inputs.borders,
        places=inputs.places[inputs.places["kind"] == "city"],
        roads=inputs.roads,
        status=inputs.status,
        model=page_model(analysis, P, inputs.status, **options),
    )


@pytest.fixture(scope="module")
def html(analysis: Analysis, inputs: Inputs) -> str:
    return _page(analysis, inputs)


def _opened(open_page: OpenPage, html: str) -> Visit:
    visit = open_page(html)
    visit.page.locator("html[data-ready]").wait_for()
    return visit


def _act(visit: Visit, place: str, action: str) -> None:
    show_tab(visit.page, "Chokepoints")
    visit.page.locator(f"[data-place='{place}'] button").click()
    visit.page.get_by_role("button", name=action, exact=True).click()


def _figures(page: Page) -> dict[str, str]:
    rows = page.locator("[data-place]").evaluate_all(
        "rows => rows.map((row) => [row.dataset.place, row.querySelector('.figure').textContent])"
    )
    return {place: plain(figure) for place, figure in rows}


def test_the_page_is_small_and_its_bytes_are_the_same(html: str, analysis: Analysis, inputs: Inputs) -> None:
    assert len(html.encode()) <= 2_500_000
    assert html == _page(analysis, inputs)


def test_a_closure_is_told_drawn_and_undone(open_page: OpenPage, html: str, analysis: Analysis) -> None:
    visit = _opened(open_page, html)
    page, first = visit.page, _figures(visit.page)
    order = page.locator("[data-group=crossings] [data-place]").evaluate_all(
        "rows => rows.map((r) => r.dataset.place)"
    )
    _act(visit, "zaranj-milak", "Close it")
    assert page.locator("#what-changed").inner_text() == "Closed to trade: Zaranj - Milak."
    moved = whatif(analysis, P, close=["zaranj-milak"])
    share = sum(max(0.0, row.before - row.after) for row in moved.corridors)
    told = plain(page.locator("#what-moved").inner_text())
    said = re.fullmatch(
        r"([\d.]+) % must go elsewhere, in percentage points: \+.*costs (\d+) km-equivalents more.*", told
    )
    assert said is not None, told
    assert float(said[1]) == pytest.approx(
        100 * share, abs=3
    )  # there, corridors drop out of the list as well
    assert float(said[2]) == pytest.approx(moved.cost_after - moved.cost_before, abs=1)
    after = {row.id: row.after for row in moved.crossings}
    now = _figures(page)
    assert float(now["islam-qala"][:-2]) == pytest.approx(100 * after["islam-qala"], abs=0.25)
    assert float(now["islam-qala"][:-2]) > float(first["islam-qala"][:-2]) + 1
    assert page.locator("[data-place='zaranj-milak'] .chip").inner_text() == "closed"
    assert page.locator(".post.closed").count() == 1
    colours = page.locator("path.change").evaluate_all(
        "all => all.map((each) => each.getAttribute('stroke'))"
    )
    assert set(colours) == {data_of(html)["colours"][name] for name in ("gain", "loss")}
    page.get_by_label("after", exact=True).check()
    assert page.locator("path.change").count() == 0
    assert page.locator("#legend .of-change").first.is_visible()
    page.get_by_role("button", name="Undo").click()
    assert page.locator("#changed").is_hidden()
    assert page.locator("#legend .of-change").first.is_hidden()
    assert _figures(page) == first
    assert order == page.locator("[data-group=crossings] [data-place]").evaluate_all(
        "rows => rows.map((r) => r.dataset.place)"
    )
    assert visit.troubles() == []


def test_corridors_that_gain_come_into_the_table(open_page: OpenPage, html: str, analysis: Analysis) -> None:
    visit = in_use(_opened(open_page, html))
    rows = visit.page.locator("[data-corridor]:visible")
    before = rows.count()
    _act(visit, "zaranj-milak", "Close it")
    show_tab(visit.page, "Corridors")
    assert rows.count() > before
    moved = whatif(analysis, P, close=["zaranj-milak"])
    largest = max(moved.corridors, key=lambda row: row.after)
    assert float(plain(rows.first.locator("td.share").inner_text())[:-2]) == pytest.approx(
        100 * largest.after, abs=0.25
    )
    rows.first.locator("button").click()
    assert largest.id in (visit.page.locator(".leaflet-popup-content").text_content() or "")
    visit.page.locator("#reset-change").click()
    assert rows.count() == before
    assert visit.troubles() == []


@pytest.mark.slow
def test_posts_scenarios_and_their_table(open_page: OpenPage, html: str, analysis: Analysis) -> None:
    visit = _opened(open_page, html)
    page = visit.page
    show_tab(page, "Plan")
    page.locator("#posts-form input").fill("2")
    page.get_by_role("button", name="Place them").click()
    wanted = plan(analysis, P, 2)
    assert page.locator("#change-list li").count() == 2
    assert page.locator(".post.watched").count() == 2
    assert plain(page.locator("#through").inner_text()).startswith(
        f"{100 * wanted.passing:.1f} % gets through"
    )
    page.get_by_label("Name", exact=True).fill("two <b>teams</b>")
    page.get_by_role("button", name="Keep what is changed").click()
    row = page.locator("#scenarios tbody tr")
    page.locator("#scenarios td", has_text="90 %").wait_for()
    assert "two <b>teams</b>" in row.inner_text()
    page.locator("#reset-change").click()
    assert page.locator("#change-list li").count() == 0
    page.get_by_role("button", name="two <b>teams</b>", exact=True).click()
    assert page.locator("#change-list li").count() == 2
    page.get_by_label("What happens").select_option("penalty")
    page.get_by_label("Gate or crossing").select_option("karachi")
    page.get_by_label("Amount").fill("300")
    page.get_by_role("button", name="Change it").click()
    assert "(+300)" in page.locator("#what-changed").inner_text()
    assert visit.troubles() == []


def test_the_slider_moves_statuses_and_shares(open_page: OpenPage, html: str) -> None:
    visit = in_use(_opened(open_page, html))
    page, first = visit.page, _figures(visit.page)
    page.get_by_label("Year of seizure").select_option("2012")
    page.locator("#time label:visible", has_text="from 1 January 2012 to 31 December 2012").wait_for()
    show_tab(page, "Chokepoints")
    assert page.locator("[data-place='torkham'] .chip").inner_text() == "open"
    then = _figures(page)
    assert float(then["torkham"][:-2]) > float(first["torkham"][:-2]) + 1
    page.get_by_label("Crossings and shares follow the months").uncheck()
    page.locator("[data-place='torkham'] .chip", has_text="closed").wait_for(state="attached")
    assert _figures(page) == first
    assert visit.troubles() == []


def test_the_period_is_a_switch(open_page: OpenPage, html: str, inputs: Inputs) -> None:
    from routes.question import Question

    visit = _opened(open_page, html)
    visit.page.locator("input[name=time][value=period]").check()
    visit.page.locator("#time input:checked").wait_for()
    then = _figures(visit.page)
    wanted = analyse(inputs, question=Question(period=True)).ranking
    for place in wanted.crossings[:10]:  # fitted anew there, carried over here
        assert float(then[place.id][:-2]) == pytest.approx(100 * place.posterior_share, abs=4.0)
    assert visit.troubles() == []


@pytest.mark.slow
def test_what_changed_turns_with_the_language(open_page: OpenPage, html: str) -> None:
    visit = _opened(open_page, html)
    _act(visit, "islam-qala", "Watch it")
    visit.page.get_by_role("button", name="Русский").click()
    said = visit.page.locator("#changed").inner_text()
    assert "Под контролем" in said
    assert "gets through" not in said
    assert "elsewhere" not in said
    visit.page.get_by_role("tab", name="План").click()
    assert "выявляется" in visit.page.locator("#change-list").inner_text()
    assert visit.troubles() == []


@pytest.mark.slow
def test_the_page_says_when_the_list_holds_too_little(
    open_page: OpenPage, html: str, analysis: Analysis
) -> None:
    visit = _opened(open_page, html)
    assert visit.page.locator("#coverage").is_hidden()
    show_tab(visit.page, "Plan")
    for place in analysis.ranking.gates[:6]:
        visit.page.get_by_label("What happens").select_option("impassable")
        visit.page.get_by_label("Gate or crossing").select_option(place.id)
        visit.page.get_by_role("button", name="Change it").click()
    assert "covers" in visit.page.locator("#coverage").inner_text()
    assert visit.troubles() == []


@pytest.mark.slow
def test_it_opens_with_a_scenario(open_page: OpenPage, analysis: Analysis, inputs: Inputs) -> None:
    kept = (
        Scenario("one", close=("islam-qala",)),
        Scenario("two", watch={"karachi": 0.3}, as_of=date(2012, 6, 1)),
    )
    visit = _opened(open_page, _page(analysis, inputs, scenarios=kept, opens_with=kept[0]))
    assert visit.page.locator("#what-changed").inner_text() == "Closed to trade: Islam Qala - Dogharoun."
    show_tab(visit.page, "Plan")
    visit.page.get_by_role("button", name="two", exact=True).click()
    assert "on 1 June 2012" in visit.page.locator("#time").inner_text()
    assert "Karachi" in visit.page.locator("#what-changed").inner_text()
    assert visit.troubles() == []


def test_axe_finds_no_serious_fault(open_page: OpenPage, html: str, axe: str) -> None:
    from browsers import serious_faults

    visit = _opened(open_page, html)
    _act(visit, "zaranj-milak", "Close it")
    for tab in ("Chokepoints", "Plan"):
        show_tab(visit.page, tab)
        assert serious_faults(visit.page, axe) == []
    visit.page.locator("[data-place='islam-qala'] button").evaluate("button => button.click()")
    assert serious_faults(visit.page, axe) == []


def test_the_model_is_json(analysis: Analysis, inputs: Inputs) -> None:
    written = json.dumps(page_model(analysis, P, inputs.status).data, allow_nan=False)
    assert len(written) < 600_000


# --- rims: intervals of the inflow over roads ------------------------------------------------------

ENDS = """([change, courses]) => {
    const { whatif, nothingChanged, addFlows, flowDraws, intervalOf } = window.choice;
    const now = { ...nothingChanged(), ...change }, { count } = model.draws;
    const passes = model.paths.map(() => 1);
    const found = change ? whatif(model, model.reference, now, before) : before;
    const table = new Float32Array(courses.length * count);
    for (let from = 0; from < count;) from = addFlows(model, found, passes, table, from);
    const legsOf = new Map();
    courses.forEach((course, leg) => {
        for (const step of new Set(course.map((each) => (each < 0 ? ~each : each)))) {
            legsOf.set(step, [...(legsOf.get(step) || []), leg]);
        }
    });
    const upper = (legs) => intervalOf(model, flowDraws(model, table, legs))[1];
    return [...legsOf].map(([stretch, legs]) => [stretch, upper(legs)]);
}"""


def test_upper_ends_over_roads_are_those_of_the_program(
    engine: Page, analysis: Analysis, inputs: Inputs
) -> None:
    model = page_model(analysis, P, inputs.status)
    found = dict(engine.evaluate(ENDS, [None, model.data["courses"]]))
    drawn = [stretch for stretch, share in enumerate(model.share) if share >= 0.0005]
    assert len(drawn) > 200
    for stretch in drawn:
        assert found[stretch] == pytest.approx(model.high[stretch], abs=0.003)


def test_upper_ends_over_roads_follow_a_closure(engine: Page, analysis: Analysis, inputs: Inputs) -> None:
    model = page_model(analysis, P, inputs.status)
    first = dict(engine.evaluate(ENDS, [None, model.data["courses"]]))
    found = dict(engine.evaluate(ENDS, [{"close": ["zaranj-milak"]}, model.data["courses"]]))
    rows = {row.id: row for row in whatif(analysis, P, close=["zaranj-milak"]).crossings}
    told = engine.evaluate(ANSWER, {"close": ["zaranj-milak"]})["places"]
    # Wherever all that passes a crossing passes one road, the road's upper end is the crossing's.
    upper = engine.evaluate(
        """(close) => {
            const { whatif, nothingChanged, placeChange } = window.choice;
            const after = whatif(model, model.reference, { ...nothingChanged(), close }, before);
            const upper = (place) => placeChange(model, before, after, place).interval[1];
            return Object.fromEntries(model.places.map((id, place) => [id, upper(place)]));
        }""",
        ["zaranj-milak"],
    )
    for crossing in ("islam-qala", "zaranj-milak", "mirjaveh-taftan"):
        assert told[crossing][1] == pytest.approx(rows[crossing].after, abs=SHARE)
        assert min(abs(each - upper[crossing]) for each in found.values()) < 1e-5
        assert min(abs(each - upper[crossing]) for each in first.values()) > 1e-4


RIMS = """() => ["road", "change", "rim"].map((kind) => [...document.querySelectorAll(`path.${kind}`)]
    .map((path) => [path.getAttribute("stroke"), Number(path.getAttribute("stroke-width"))])
    .filter(([, width]) => width > 0))"""


def test_rims_follow_a_change(open_page: OpenPage, html: str) -> None:
    visit = _opened(open_page, html)
    page, colours = visit.page, data_of(html)["colours"]
    page.wait_for_function("() => document.querySelector('path.rim')")
    first = page.evaluate(RIMS)
    _act(visit, "zaranj-milak", "Close it")
    page.locator(f"path.rim[stroke='{colours['gain']}']").first.wait_for(state="attached")
    _, changes, rims = page.evaluate(RIMS)
    assert {colour for colour, _ in changes} == {colour for colour, _ in rims}
    for colour in (colours["gain"], colours["loss"]):
        mean, end = (max(width for each, width in lines if each == colour) for lines in (changes, rims))
        assert end >= mean
    page.get_by_label("after", exact=True).check()
    page.wait_for_function(
        "() => document.querySelector('path.rim') && !document.querySelector('path.change')"
    )
    roads, changes, rims = page.evaluate(RIMS)
    assert not changes
    assert rims
    assert sorted(rims) != sorted(first[2])
    assert sorted(roads) != sorted(first[0])
    assert max(width for _, width in rims) > max(width for _, width in roads)
    page.locator("#reset-change").click()
    assert page.evaluate(RIMS) == first
    assert visit.troubles() == []


# --- the first tab ---------------------------------------------------------------------------------

SEEN = """() => [...document.querySelectorAll("tr[data-place]")].filter((row) => {
    const { top, bottom, height } = row.getBoundingClientRect();
    const panel = document.querySelector(".panel").getBoundingClientRect();
    return height > 0 && top >= panel.top && bottom <= Math.min(innerHeight, panel.bottom);
}).length"""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["English", "Русский"])
@pytest.mark.parametrize(
    ("size", "rows"),
    [((1280, 800), 8), ((1280, 720), 6), ((1366, 768), 7), ((1920, 1080), 12), ((390, 844), 2)],
)
def test_the_first_tab_shows_its_rows_without_scrolling(
    open_page: OpenPage, html: str, size: tuple[int, int], rows: int, language: str
) -> None:
    page = open_page(html, size).page
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator(".chokepoints.reckoned").wait_for(state="attached")
    page.get_by_role("button", name=language).click()
    assert page.evaluate(SEEN) >= rows


@pytest.mark.slow
@pytest.mark.parametrize("language", ["English", "Русский"])
@pytest.mark.parametrize("width", [320, 350, 390])
def test_a_narrow_page_never_scrolls_sideways(
    open_page: OpenPage, html: str, width: int, language: str
) -> None:
    page = open_page(html, (width, 640)).page
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator(".chokepoints.reckoned").wait_for(state="attached")
    page.get_by_role("button", name=language).click()
    _close_from_plan(page, "zaranj-milak")
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def _close_from_plan(page: Page, place: str) -> None:
    page.locator("#tab-plan").click()
    page.locator("#change-form [name=place]").select_option(place)
    page.locator("#change-form [type=submit]").click()
