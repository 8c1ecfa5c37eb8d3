"""Learning curves on the map page: the chart in the tab of plans, on the screen and on paper."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from browsers import show_tab
from commands import run

from routes.analysis import analyse
from routes.outputs.charts import curve_chart
from routes.outputs.maps import corridor_map
from routes.outputs.maps.model import page_model
from routes.outputs.maps.played import Played
from routes.outputs.text import interval_text, percent, plain
from routes.parameters import Parameters
from routes.planning.learning import Patrol, simulate
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage, Visit

    from routes.planning.outcomes import CurvePoint

pytestmark = pytest.mark.slow

P = Parameters()
POSTS = ("zaranj-milak", "islam-qala", "mirjaveh-taftan")
PATROL = Patrol(
    dict.fromkeys(POSTS, 0.5), ("mirjaveh-taftan",), POSTS[:1], [(POSTS[:1], 0.5), (POSTS[1:2], 0.5)]
)
WEEKS = 10


@pytest.fixture(scope="module")
def played() -> Played:
    return Played(PATROL, simulate(analyse(load_inputs()), P, PATROL, WEEKS, 4.0, 1))


@pytest.fixture(scope="module")
def html(played: Played) -> str:
    inputs = load_inputs()
    analysis = analyse(inputs, roads_for=5)
    model = page_model(analysis, P, inputs.status)
    return corridor_map(analysis.ranking, inputs.seizures, inputs.borders, top=5, model=model, played=played)


@pytest.fixture
def visit(open_page: OpenPage, html: str) -> Visit:
    seen = open_page(html, (1280, 900))
    seen.page.locator("html[data-ready]").wait_for(state="attached")
    show_tab(seen.page, "Plan")
    return seen


def _told(played: Played, week: int) -> list[tuple[str, CurvePoint]]:
    return [(curve.plan, curve.points[week - 1]) for curve in played.simulation.curves]


def test_figures_of_chart_and_table_are_those_of_the_result(visit: Visit, played: Played) -> None:
    titles = [plain(each) for each in visit.page.locator("#learning g.told title").all_text_contents()]
    wanted = [
        plain(f"{curve.plan}, week {p.week}: {percent(p.passing)} (90 %: {interval_text(*p.interval_90)})")
        for curve in played.simulation.curves
        for p in curve.points
    ]
    assert len(played.simulation.curves) == 3
    assert len(titles) == 3 * 6  # weeks 1, 3, 5, 7, 9 and 10
    assert set(titles) <= set(wanted)
    assert {title.partition(":")[0].rpartition(" ")[2] for title in titles} >= {"1", f"{WEEKS}"}
    visit.page.get_by_text("Figures week by week").click()
    rows = visit.page.locator("#learning tbody tr")
    assert rows.count() == WEEKS
    for week in range(1, WEEKS + 1):
        cells = [plain(each) for each in rows.nth(week - 1).locator("th, td").all_inner_texts()]
        told = [
            plain(f"{percent(p.passing)} ({interval_text(*p.interval_90)})") for _, p in _told(played, week)
        ]
        assert cells == [f"{week}", *told]
    assert visit.troubles() == []


DRAWN = r"""() => {
    const svg = document.querySelector("#learning svg"), at = (node) => node.getAttribute("d");
    const labels = [...svg.querySelectorAll("text")].filter((node) => /^\d+.%$/.test(node.textContent));
    const lines = [...svg.querySelectorAll("path")]
        .filter((node) => /H/.test(at(node)) && !node.closest("g"));
    const grid = labels.map((label, i) =>
        [parseFloat(label.textContent) / 100, Number(at(lines[i]).split(/[ H]/)[1])]);
    const marks = [...svg.querySelectorAll("g.told")].map((node) => {
        const [title, whisker, mark] = node.children;
        const [high, low] = at(whisker).match(/M[\d.]+ ([\d.]+)V([\d.]+)/).slice(1).map(Number);
        const y = Number(mark.getAttribute("transform").match(/ ([\d.]+)\)/)[1]);
        return { title: title.textContent, y, high, low };
    });
    return { grid, marks };
}"""


def test_marks_lie_where_their_figures_are(visit: Visit, played: Played) -> None:
    drawn: dict[str, Any] = visit.page.evaluate(DRAWN)
    (low, y_low), (high, y_high) = drawn["grid"][0], drawn["grid"][-1]
    assert high == 1.0

    def share(y: float) -> float:
        return float(low + (high - low) * (y - y_low) / (y_high - y_low))

    points = {(plan, p.week): p for week in range(1, WEEKS + 1) for plan, p in _told(played, week)}
    for mark in drawn["marks"]:
        plan, week = re.fullmatch(r"(.+), week (\d+): .*", mark["title"]).groups()  # type: ignore[union-attr]
        point = points[plan, int(week)]
        found = [share(mark[key]) for key in ("y", "low", "high")]
        assert found == pytest.approx([point.passing, *point.interval_90], abs=0.002), mark["title"]


def test_the_chart_can_be_told_apart_without_colour(played: Played) -> None:
    root = ET.fromstring(curve_chart(played.simulation, 394))  # noqa: S314 - our own
    inks = {
        each.get(kind) for each in root.iter() for kind in ("fill", "stroke") if each.tag.endswith("path")
    }
    assert len(inks - {None, "none"}) <= 3  # ink, paper, grid
    courses = [each for each in root.iter() if each.get("stroke-width") == "2"]
    assert len({each.get("stroke-dasharray") for each in courses}) == len(courses) == 3
    marks = {each.get("d") for each in root.iter() if each.get("transform")}
    assert len(marks) == 3


def test_the_chart_is_told_in_russian_and_on_paper(visit: Visit) -> None:
    page = visit.page
    said = page.locator("#learning").inner_text()
    assert "Posts that stand already: Mirjaveh - Taftan." in said
    assert "one part in 4 of what it shows" in said
    page.get_by_role("button", name="Русский").click()
    turned = page.locator("#learning").inner_text()
    for english in ("week", "Traffickers", "fixed", "Fixed", "rotating", "Posts"):
        assert english not in turned
    assert "неделя 10" in (page.locator("#learning g.told title").last.text_content() or "")
    assert "постоянные: " in page.locator("#learning svg").inner_html()
    page.locator("#tab-chokepoints").click()
    page.emulate_media(media="print")
    box = page.locator("#learning svg").bounding_box()
    assert box is not None
    assert 300 <= box["width"] <= 520
    assert visit.troubles() == []


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (1280, 800)])
def test_nothing_of_the_chart_is_cut(open_page: OpenPage, html: str, size: tuple[int, int]) -> None:
    page = open_page(html, size).page
    page.locator("html[data-ready]").wait_for(state="attached")
    for language in ("English", "Русский"):
        page.get_by_role("button", name=language).click()
        page.locator("#tab-plan").click()
        beyond = page.locator("#learning svg text").evaluate_all(
            """all => all.filter((node) => {
                const a = node.getBoundingClientRect(), b = node.closest("svg").getBoundingClientRect();
                return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1
                    || a.bottom > b.bottom + 1;
            }).map((node) => node.textContent)"""
        )
        assert beyond == []


def test_the_command_plays_the_plan_it_is_given(tmp_path: Path) -> None:
    plan, page = tmp_path / "plan.json", tmp_path / "map.html"
    asked = ["--quiet", "--format", "json", "--output", str(plan)]
    assert run("interdict", "--budget", "2", *asked).returncode == 0
    played = tmp_path / "played.json"
    asked = ["--weeks", "6", "--quiet", "--format", "json", "--output", str(played)]
    assert run("simulate-plan", plan, *asked).returncode == 0
    told = ["--plan", str(plan), "--learning", "--weeks", "6", "--quiet", "--output", str(page)]
    assert run("map", *told).returncode == 0
    curves = json.loads(played.read_text(encoding="utf-8"))["curves"]
    written = plain(page.read_text(encoding="utf-8"))
    assert len(curves) == 2
    for curve in curves:
        last = curve["points"][-1]
        ends = interval_text(*last["interval_90"])
        assert plain(f"{curve['plan']}, week 6: {percent(last['passing'])} (90 %: {ends})") in written
    posts = [post["id"] for post in json.loads(plan.read_text(encoding="utf-8"))["posts"]]
    assert all(f'"{post}":0.5' in written for post in posts)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--learning"], "Give --interdict TEAMS or --plan FILE"),
        (["--rotate", "--interdict", "2"], "Give both"),
        (["--plan", "nothing.json"], "cannot be read"),
        (["--plan", "nothing.json", "--close", "torkham"], "a map opens with one of them"),
    ],
)
def test_what_cannot_be_played_is_refused(tmp_path: Path, options: list[str], said: str) -> None:
    page = tmp_path / "map.html"
    done = run("map", *options, "--output", page)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert not page.exists()
