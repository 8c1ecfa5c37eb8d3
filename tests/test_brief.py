"""Briefings: what they say is right, what they check is caught, and no format can be harmed.

The operation "sweep" is made up: 10 t of acetic anhydride reported, one seizure of 6 t in Pakistan and one
of 3 t in Iran. Its figures fit; each test of a rule spoils one of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from commands import run
from hostile import HOSTILE, hostile_file
from markdown_it import MarkdownIt

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.outputs.briefing import Briefing, Material, as_html, as_markdown, as_pdf, briefing, findings
from routes.outputs.briefing.charts import Bar, interval_chart
from routes.outputs.briefing.consistency import (
    larger_than_the_whole,
    more_than_reported,
    outside_its_time,
    price_of_the_claim,
    product_that_does_not_follow,
    slipped_units,
)
from routes.outputs.briefing.conversion import precursor_kg, product_kg
from routes.outputs.briefing.debrief import debrief_sections
from routes.outputs.briefing.drawing import corridor_drawing
from routes.outputs.briefing.plans import plan_section
from routes.outputs.documents.text_blocks import Figure, Paragraph, Points, Table
from routes.outputs.handling import Mark
from routes.outputs.icd203 import confidence, likelihood
from routes.outputs.text import percent, plain
from routes.planning.outcomes import Plan, PriorityStep
from routes.read import Ratio, bundled, read_operations
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import Source
from routes.results import Displacement, Grounds, PlaceChange, Post

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage


REGION = region_of(Source())


def records(**changes: list[Any]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "seizure_id": ["a", "b"],
        "date": ["2015-03-02", "2015-06"],
        "date_from": [pd.Timestamp("2015-03-02"), pd.Timestamp("2015-06-01")],
        "date_until": [pd.Timestamp("2015-03-02"), pd.Timestamp("2015-06-30")],
        "country": ["PAK", "IRN"],
        "place": ["Karachi", ""],
        "substance": ["acetic anhydride"] * 2,
        "quantity_reported": [6.0, 3000.0],
        "unit_reported": ["t", "kg"],
        "quantity_kg": [6000.0, 3000.0],
        "quality_note": ["", ""],
    }
    return pd.DataFrame(columns | changes)


def totals(**changes: Any) -> pd.DataFrame:
    row: dict[str, Any] = {
        "operation_id": "sweep",
        "name": "Operation SWEEP",
        "from": "2015-01-01",
        "until": "2015-12-31",
        "participants": "IRN PAK",
        "country": "",
        "substance": "acetic anhydride",
        "reported_total": 10.0,
        "unit": "t",
        "total_kg": 10_000.0,
        "product_claimed": 4.0,
        "product_claimed_unit": "t",
        "value_claimed_usd": float("nan"),
        "source": "made up",
    }
    return pd.DataFrame([row | changes])


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(load_inputs(), roads_for=20)


@pytest.fixture(scope="module")
def material(analysis: Analysis) -> Material:
    inputs = load_inputs()
    return Material(analysis=analysis, seizures=inputs.seizures, borders=inputs.borders, teams=2)


@pytest.fixture(scope="module")
def brief(material: Material) -> Briefing:
    return briefing(material, Mark.amber)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    inputs = load_inputs(hostile_file(tmp_path_factory.mktemp("hostile")))
    made = Material(
        analysis=analyse(inputs, roads_for=5),
        seizures=inputs.seizures,
        borders=inputs.borders,
        top=5,
        operation=HOSTILE[0],
    )
    bad = totals(name=HOSTILE[1], source=HOSTILE[0], substance=HOSTILE[2], participants="PAK")
    return briefing(made, totals=bad)


def texts(brief: Briefing) -> str:
    parts = []
    for section in brief.sections:
        parts.append(section.title)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                parts.append(block.text)
            elif isinstance(block, Points):
                parts += block.items
            elif isinstance(block, Table):
                parts += [cell for row in (block.heads, *block.rows) for cell in row]
            else:
                parts.append(block.caption)
    return "\n".join(parts)


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "almost no chance"),
        (0.049, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.45, "roughly even chance"),
        (0.549, "roughly even chance"),
        (0.55, "likely"),
        (0.8, "very likely"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_likelihood_follows_icd_203(probability: float, words: str) -> None:
    assert likelihood(probability) == words


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="wanted 0 to 1"):
        likelihood(probability)


def test_confidence_is_apart_from_likelihood() -> None:
    """A likely thing may stand on weak ground, an unlikely one on firm ground: the share is not asked."""
    assert confidence(Grounds(0.05, 1.0, 1.0, "B1")).level == "low"
    assert confidence(Grounds(0.6, 12.0, 2.0, "B1")).level == "high"
    assert confidence(Grounds(0.3, 9.0, 8.0, "B3")).level == "moderate"
    assert confidence(Grounds(0.6, 50.0, 15.0, "B1")).level == "low"
    assert confidence(Grounds()).level == "low"


def test_no_chance_reads_as_certain(brief: Briefing) -> None:
    said = plain(texts(brief))
    assert "100 %)" not in said
    assert not re.search(r"almost certain \(100|almost no chance \(0 %|\(0\.0 %\)", said)


def test_a_briefing_on_too_few_events_says_first_that_it_is_the_prior() -> None:
    inputs = load_inputs()

    def answer(events: int) -> str:
        located = inputs.seizures[
            inputs.seizures["lat"].notna() & (inputs.seizures["place_kind"] != "airport")
        ]
        inside = located[located["country"].isin(inputs.region.countries)].drop_duplicates("event_id")
        few = inside.head(events).reset_index(drop=True)
        made = analyse(replace(inputs, seizures=few))
        material = Material(analysis=made, seizures=few, borders=inputs.borders)
        sections = {section.title: section for section in briefing(material).sections}
        first = sections["The answer in five lines"].blocks[0]
        return first.text if isinstance(first, Paragraph) else ""

    assert answer(1).startswith("This is the prior and nothing else")
    assert "1 located event" in answer(1)
    assert answer(4).startswith("This is the prior")
    assert answer(5) == ""


# --- the rules -------------------------------------------------------------------------------------


def test_figures_that_fit_give_no_finding() -> None:
    assert findings(records(), totals(), REGION) == []


def test_a_part_larger_than_the_whole_is_caught() -> None:
    spoilt = records(quantity_reported=[6000.0, 3000.0])
    (finding,) = larger_than_the_whole(spoilt, totals())
    assert "600 times" in finding
    assert "Read as 6,000 kg (6 t) it would be 60.0 % of the total" in plain(finding)


def test_a_slipped_unit_is_caught_and_a_plain_difference_is_not() -> None:
    (finding,) = slipped_units(records(quantity_reported=[6000.0, 3000.0], quality_note=["read as kg", ""]))
    assert "factor of 1,000" in finding
    assert "read as kg" in finding
    assert not list(slipped_units(records(quantity_kg=[5000.0, 3000.0])))
    assert not list(slipped_units(records(quantity_kg=[float("nan"), 3000.0])))


@pytest.mark.parametrize(
    ("claimed", "unit", "said"),
    [
        (4.0, "kg", "only if both are in one unit: 10 t with 4 t, or 10 kg with 4 kg"),
        (40.0, "t", "10 t would make 3.33 t to 5 t"),
        (7.0, "kg", "need only 14 kg to 21 kg"),
    ],
)
def test_product_that_does_not_follow_is_caught(claimed: float, unit: str, said: str) -> None:
    (finding,) = product_that_does_not_follow(
        totals(product_claimed=claimed, product_claimed_unit=unit), REGION
    )
    assert said in finding
    assert ("one unit" in finding) == (claimed == 4.0)


@pytest.mark.parametrize("claimed", [3.34, 4.0, 5.0])
def test_heroin_within_the_published_ratios_passes(claimed: float) -> None:
    assert not list(product_that_does_not_follow(totals(product_claimed=claimed), REGION))
    assert not list(product_that_does_not_follow(totals(product_claimed=float("nan")), REGION))


def test_a_claimed_value_is_turned_into_prices() -> None:
    claim = totals(product_claimed=100.0, product_claimed_unit="kg", value_claimed_usd=5_000_000.0)
    (finding,) = price_of_the_claim(claim, REGION.product)
    assert "US$ 50 a gram" in finding
    assert "US$ 50 a kg" in finding


def test_more_listed_than_reported_is_caught() -> None:
    (finding,) = more_than_reported(records(), totals(country="PAK", total_kg=5000.0))
    assert "6 t against a reported total of 5 t" in finding
    (finding,) = more_than_reported(records(), totals(total_kg=5000.0))
    assert "add up to 9 t" in finding


def test_a_seizure_outside_the_operation_is_caught() -> None:
    (finding,) = outside_its_time(records(), totals(**{"from": "2015-03-15"}))
    assert "2015-03-02" in finding
    (finding,) = outside_its_time(records(), totals(until="2015-05"))
    assert "2015-06" in finding


def test_conversion_is_the_published_range_with_a_source_each() -> None:
    ratios = REGION.conversion
    assert [ratio.kg_per_kg for ratio in ratios] == [2.0, 2.5, 3.0]
    assert all(len(ratio.source) > 10 for ratio in ratios)
    assert product_kg(ratios, 450_000) == (150_000, 225_000)
    assert precursor_kg(ratios, 156) == (312, 468)


def test_another_region_speaks_of_its_own_goods() -> None:
    opium = replace(
        REGION,
        product="opium",
        precursor="soap",
        conversion=(Ratio(4.0, "one report"),),
    )
    two = totals(product_claimed=40.0, product_claimed_unit="t")
    (finding,) = product_that_does_not_follow(two, opium)
    assert "At 4 kg of soap for a kg of opium, 10 t would make 2.5 t to 2.5 t" in finding
    _, _, made, _ = debrief_sections(records(), two, opium)
    assert made.title == "Opium that the precursors would make"
    assert "heroin" not in str(debrief_sections(records(), two, opium)).lower()
    nothing_known = replace(opium, conversion=())
    assert len(debrief_sections(records(), two, nothing_known)) == 3
    assert not list(product_that_does_not_follow(two, nothing_known))


def test_the_bundled_operations() -> None:
    """What is wrong in the note on TARCET II is found; the figures of TARCET are at peace."""
    seizures, operations = load_inputs().seizures, read_operations(bundled("operations.csv"))
    found = {
        name: findings(
            seizures[seizures["operation"] == name],
            operations[operations["operation_id"] == name],
            REGION,
        )
        for name in ("tarcet", "tarcet-ii")
    }
    assert found["tarcet"] == []
    text = plain("\n".join(found["tarcet-ii"]))
    for said in (
        "reported as 15,800 t, but the whole operation as 450 t",
        "35 times",
        "Read as 15,800 kg (15.8 t) it would be 3.5 % of the total",
        "450 t of precursors are said to be enough for 156 kg of heroin",
        "would make 150 t to 225 t",
        "only if both are in one unit: 450 t with 156 t, or 450 kg with 156 kg",
        "US$ 237 a gram",
        "US$ 237 a kg",
    ):
        assert said in text
    assert len(found["tarcet-ii"]) == 4


def test_debrief_adds_up() -> None:
    two = pd.concat([totals(country="PAK", total_kg=8000.0, reported_total=8.0), totals()])
    _, sums, heroin, _ = debrief_sections(records(), two, REGION)
    table = next(block for block in sums.blocks if isinstance(block, Table))
    assert table.rows == (
        ("Pakistan", "acetic anhydride", "1", "6 t", "8 t", percent(0.75)),
        ("all countries", "acetic anhydride", "2", "9 t", "10 t", percent(0.9)),
        ("Iran", "acetic anhydride", "1", "3 t", "none reported", ""),
    )
    made = next(block for block in heroin.blocks if isinstance(block, Table))
    assert made.rows[0] == ("Listed seizures of acetic anhydride", "9 t", "4.5 t", "3.6 t", "3 t")


# --- the content -----------------------------------------------------------------------------------


def test_the_answer_has_five_lines_and_agrees_with_the_ranking(brief: Briefing, analysis: Analysis) -> None:
    answer = next(s for s in brief.sections if s.title == "The answer in five lines")
    points = next(block for block in answer.blocks if isinstance(block, Points))
    assert len(points.items) == 5
    first = analysis.ranking.corridors[0]
    assert percent(first.posterior_share) in points.items[0]
    assert likelihood(first.top_10_probability) in points.items[0]
    into = next(p for p in analysis.ranking.crossings if "AFG" in p.countries)
    assert into.name in points.items[1]
    assert "policing as much as traffic" in points.items[4]


def test_a_briefing_has_all_its_parts(brief: Briefing) -> None:
    titles = [section.title for section in brief.sections]
    assert titles == [
        "The question",
        "The answer in five lines",
        "Map",
        "Ranking",
        "Chokepoints",
        "Plan for 2 teams",
        "Assumptions",
        "What is not known",
        "Seizures",
        "Provenance",
    ]
    seizures = next(s for s in brief.sections if s.title == "Seizures").blocks[1]
    assert isinstance(seizures, Table)
    assert len(seizures.rows) == len(load_inputs().seizures)
    assert {row[5] for row in seizures.rows} >= {"A1", "B2"}


def test_the_shares_of_the_neighbours_add_up(brief: Briefing, analysis: Analysis) -> None:
    line = re.search(r"inflow divides about as (.*?)\. The gates", texts(brief))
    assert line
    shares = [float(x) for x in re.findall(r"([\d.]+) %", plain(line[1]))]
    assert len(shares) == 3
    assert 90 < sum(shares) <= 100 * (1 - analysis.ranking.uncovered_share) + 0.2


def test_a_plan_is_told_with_its_displacement(material: Material) -> None:
    post = Post(id="torkham", name="Torkham", lon=71.1, lat=34.1, detection=0.3)
    change = PlaceChange(
        id="x",
        name="Chaman",
        kind="road",
        countries=("AFG", "PAK"),
        lon=66.4,
        lat=30.9,
        before=0.25,
        after=0.3,
        change_90=(0.01, 0.08),
    )
    moved = Displacement(
        corridors=(),
        crossings=(change,),
        gates=(),
        closed=(),
        posts=(post,),
        penalties={},
        rest=0.0,
        no_way_share=0.0,
        unreachable_areas=(),
        unreachable_gates=(),
        cost_before=1.0,
        cost_after=1.1,
    )
    step = PriorityStep(
        post=post, budget=1.0, passing=0.9, best_passing=0.88, best_bound=0.87, best_posts=("torkham",)
    )
    plan = Plan(
        response="best",
        budget=1.0,
        posts=(post,),
        passing=0.88,
        lower_bound=0.88,
        gap=0.0,
        proven_optimal=True,
        candidates=40,
        beyond_all=False,
        ways=(),
        rule_share=0.0,
        priority=(step,),
        displacement=moved,
    )
    section = plan_section(replace(material, teams=1, plan=plan))
    assert section.title == "Plan for 1 team"
    text = " ".join(block.text for block in section.blocks if isinstance(block, Paragraph))
    assert "88.0 % of the inflow would still get through" in plain(text)
    tables = [block for block in section.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [1, 1, 1]
    assert tables[2].rows[0] == ("Chaman", percent(0.25), percent(0.3), "+5.0", "+1.0 to +8.0")


def test_without_a_plan_the_section_says_that_it_is_none(material: Material) -> None:
    section = plan_section(replace(material, plan=None))
    assert isinstance(section.blocks[0], Paragraph)
    assert "It is no plan" in section.blocks[0].text


# --- pictures --------------------------------------------------------------------------------------


def test_the_drawing_is_sound_xml_and_its_labels_do_not_overlap(material: Material) -> None:
    ranking = material.ranking
    svg = corridor_drawing(ranking, ranking.corridors[:20], material.seizures, material.borders)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert len(list(root.iter(f"{space}path"))) > 10
    labels = [t for t in root.iter(f"{space}text") if t.get("stroke") == "#ffffff"]
    assert len(labels) > 5
    boxes = [
        (float(t.get("x", "")), float(t.get("y", "")) - 9, float(t.get("x", "")) + 5.7 * len(t.text or ""))
        for t in labels
    ]
    for i, (left, top, right) in enumerate(boxes):
        for other, above, end in boxes[i + 1 :]:
            assert not (left < end and other < right and top < above + 11 and above < top + 11)


def test_bars_lie_within_the_chart() -> None:
    svg = interval_chart([Bar("a", 0.3, (0.1, 0.97)), Bar("b", 0.0, (0.0, 0.0))], "Shares")
    numbers = [float(x) for x in re.findall(r'cx="([\d.]+)"', svg)]
    assert all(0 <= x <= 720 for x in numbers)
    ET.fromstring(svg)  # noqa: S314 - our own
    ET.fromstring(interval_chart([], "None"))  # noqa: S314 - our own


# --- HTML, Markdown, PDF ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_html_opens_offline_without_a_request(
    brief: Briefing, open_page: OpenPage, size: tuple[int, int]
) -> None:
    visit = open_page(as_html(brief), size)
    assert visit.troubles() == []
    assert len(visit.requests) == 1
    assert visit.page.locator("h2").count() == len(brief.sections)
    assert visit.page.locator(".mark").first.inner_text() == "TLP:AMBER"
    assert visit.page.locator("svg").count() == 3
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(overflow) == 0


def test_hostile_text_does_no_harm_in_html(hostile: Briefing, open_page: OpenPage) -> None:
    visit = open_page(as_html(hostile))
    assert visit.troubles() == []
    assert visit.page.locator("script, img, b, iframe, object").count() == 0
    assert "<script>alert(1)</script>" in visit.page.locator("main").inner_text()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(overflow) == 0


def test_markdown_is_read_as_it_was_meant(brief: Briefing) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(brief))
    assert sum(t.type == "table_open" for t in tokens) == sum(
        isinstance(block, Table) for section in brief.sections for block in section.blocks
    )
    heads = [
        tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h2"
    ]
    assert heads == [section.title for section in brief.sections]
    assert as_markdown(brief).startswith("**TLP:AMBER**")


def test_hostile_text_does_no_harm_in_markdown(hostile: Briefing) -> None:
    reader = MarkdownIt("commonmark").enable("table")
    page = reader.render(as_markdown(hostile))
    assert not re.search(r"<(script|b|img|a)\b", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    rows = {len(re.findall("<t[dh]", row)) for row in re.findall("<tr>.*?</tr>", page, re.DOTALL)}
    widths = {len(b.heads) for s in hostile.sections for b in s.blocks if isinstance(b, Table)}
    assert rows == widths


def test_pdf_has_every_part_and_the_mark_on_every_page(brief: Briefing, tmp_path: Path) -> None:
    pages = _pages(_pdf(brief), tmp_path)
    assert len(pages) > 3
    assert all(page.count("TLP:AMBER") >= 2 for page in pages)
    for section in brief.sections:
        assert any(section.title in page for page in pages), section.title


def test_pdf_of_hostile_text_is_drawn(hostile: Briefing, tmp_path: Path) -> None:
    assert any("alert(1)" in page for page in _pages(_pdf(hostile), tmp_path))


def _pdf(brief: Briefing) -> bytes:
    """Write the PDF; without the system library Pango there is none to test."""
    try:
        return as_pdf(brief)
    except RoutesError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def _pages(pdf: bytes, folder: Path) -> list[str]:
    """Text of each page, after each has been drawn by poppler."""
    for tool in ("pdftotext", "pdftoppm"):
        if shutil.which(tool) is None:
            if os.environ.get("CI") == "true":
                pytest.fail(f"{tool} is not there: install poppler-utils")
            pytest.skip(f"{tool} is not there: install poppler-utils to read the PDF again")
    file = folder / "brief.pdf"
    file.write_bytes(pdf)
    text = subprocess.run(  # noqa: S603
        ["pdftotext", "-layout", str(file), "-"],  # noqa: S607
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(file), str(folder / "p")], check=True)  # noqa: S603,S607
    pages = text.split("\f")[:-1]
    pictures = sorted(folder.glob("p-*.png"))
    assert len(pictures) == len(pages)
    assert all(picture.stat().st_size > 1000 for picture in pictures)
    return pages


@pytest.mark.parametrize("make", [as_html, as_markdown, _pdf])
def test_the_same_input_gives_the_same_bytes(make: Any, material: Material) -> None:
    assert make(briefing(material, Mark.red)) == make(briefing(material, Mark.red))


def test_a_missing_weasyprint_is_told_with_its_remedy(
    brief: Briefing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(RoutesError, match=r'pip install "\.\[pdf\]"'):
        as_pdf(brief)


# --- the command -----------------------------------------------------------------------------------


def test_an_operation_is_debriefed(tmp_path: Path) -> None:
    done = run("brief", "--operation", "tarcet-ii", "--format", "md", "--tlp", "green", cwd=tmp_path)
    assert done.returncode == 0
    text = (tmp_path / "briefing.md").read_text(encoding="utf-8")
    for said in (
        "Operation TARCET II",
        "TLP:GREEN",
        "A part is larger than the whole",
        "150 t to 225 t",
        "4.6 %",
    ):
        assert said in plain(text.replace("\\", ""))
    assert text.count("2010-03-22") >= 2
    assert "2015" not in text.split("## Seizures")[1].split("## Provenance")[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--operation", "tarcet-iii"], "Did you mean tarcet-ii or tarcet?"),
        (["--format", "docx"], "docx"),
        (["--teams", "-1"], "teams"),
        (["--output", "."], "folder"),
    ],
)
def test_bad_use_leaves_no_file(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("brief", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_figures_are_svg(brief: Briefing) -> None:
    figures = [block for section in brief.sections for block in section.blocks if isinstance(block, Figure)]
    assert len(figures) == 3
    assert all(figure.svg.startswith("<svg") and "<script" not in figure.svg for figure in figures)
