"""Dossiers: every part says what its table says, and what is missing is told as unknown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from commands import run
from hostile import hostile_file

from routes.analysis import Analysis, analyse
from routes.outputs.briefing import as_html, as_markdown
from routes.outputs.briefing.crossing_pages import dossier_pages, short
from routes.outputs.documents.text_blocks import Points, Table
from routes.outputs.handling import Mark
from routes.outputs.language import speaking
from routes.outputs.text import percent, plain, whole_percent
from routes.parameters import Parameters
from routes.planning.displacement import whatif
from routes.planning.dossiers import Dossier, dossier
from routes.read import bundled, read_posts
from routes.read.inputs import Inputs, load_inputs
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage

    from routes.outputs.documents.text_blocks import Briefing, Section

pytestmark = pytest.mark.slow


def made(analysis: Analysis, inputs: Inputs, place: str, near_km: float = 100) -> Dossier:
    units = read_posts(bundled("posts.csv"))
    return dossier(analysis, inputs, Parameters(), place, units, near_km)


@pytest.fixture(scope="module")
def torkham(analysis: Analysis, inputs: Inputs) -> Dossier:
    return made(analysis, inputs, "torkham")


def pages(found: Dossier, analysis: Analysis, inputs: Inputs) -> Briefing:
    cities = inputs.places[inputs.places["kind"] == "city"]
    return dossier_pages(found, analysis.ranking, inputs.seizures, inputs.borders, cities, Mark.green)


def by_title(brief: Briefing) -> dict[str, Section]:
    return {section.title: section for section in brief.sections}


def test_what_passes_is_what_the_table_counts_with_its_source(torkham: Dossier, inputs: Inputs) -> None:
    row = inputs.crossings.set_index("crossing_id").loc["torkham"]
    assert torkham.loads_a_day == row["lorries_a_day"]
    assert torkham.loads_source == row["lorries_source"]
    assert torkham.countries == ("AFG", "PAK")
    assert isinstance(torkham.near_km, float)  # a whole number is written as every other


def test_the_status_over_time_is_that_of_the_table_the_latest_first(torkham: Dossier, inputs: Inputs) -> None:
    rows = inputs.status[inputs.status["crossing_id"] == "torkham"]
    assert len(torkham.periods) == len(rows)
    assert [p.status for p in torkham.periods[:2]] == ["closed", "open"]
    assert str(torkham.periods[0].first) == "2025-10-12"
    assert torkham.periods[0].until is None
    assert torkham.periods[-1].first is None
    assert (torkham.status, torkham.closed_already) == ("closed", True)


def test_seizures_near_it_are_those_within_the_distance_with_how_the_goods_were_hidden(
    analysis: Analysis, inputs: Inputs
) -> None:
    for near in (20.0, 100.0):
        found = made(analysis, inputs, "torkham", near)
        located = inputs.seizures[inputs.seizures["lat"].notna()]
        km = great_circle_km(located["lon"], located["lat"], found.lon, found.lat)
        assert {row.id for row in found.seizures} == set(located["seizure_id"][km <= near])
    barrels = next(row for row in found.seizures if row.date == "2014-11-04")
    assert barrels.concealment == "from Pakistan into Afghanistan, nine barrels under flour"
    assert barrels.distance_km < 5
    assert [row.date for row in found.seizures] == sorted((row.date for row in found.seizures), reverse=True)


def test_units_that_stand_on_the_day_come_first(analysis: Analysis, inputs: Inputs) -> None:
    hairatan = made(analysis, inputs, "hairatan")
    assert [(unit.id, unit.stands) for unit in hairatan.units] == [
        ("ccp-ayritom", True),
        ("ccp-hairatan-afg", False),
    ]
    assert made(analysis, inputs, "baramcha").units == ()


def test_its_figures_are_those_of_the_ranking_and_the_what_if(torkham: Dossier, analysis: Analysis) -> None:
    place = next(p for p in analysis.ranking.crossings if p.id == "torkham")
    assert torkham.posterior_share == pytest.approx(place.posterior_share)
    assert torkham.interval_90 == pytest.approx(place.interval_90)
    assert torkham.rank == 1 + analysis.ranking.crossings.index(place)
    through = [row for row in analysis.ranking.corridors if "torkham" in row.crossings]
    assert [row.id for row in torkham.corridors] == [row.id for row in through[: len(torkham.corridors)]]
    shut = whatif(analysis, Parameters(), impassable=["torkham"])
    assert torkham.closure is not None
    assert torkham.closure.own is not None
    assert torkham.closure.own.after == 0
    assert torkham.closure.cost_rise == pytest.approx(shut.cost_after - shut.cost_before)
    watched = whatif(analysis, Parameters(), watch={"torkham": Parameters().interdiction.post_detection})
    own = next(row for row in watched.crossings if row.id == "torkham")
    assert torkham.post is not None
    assert torkham.post.own == own
    assert torkham.post_basis == "assumed"


def test_an_open_crossing_is_closed_to_trade(analysis: Analysis, inputs: Inputs) -> None:
    found = made(analysis, inputs, "islam-qala")
    moved = whatif(analysis, Parameters(), close=["islam-qala"])
    assert not found.closed_already
    assert found.closure is not None
    assert found.closure.own == next(row for row in moved.crossings if row.id == "islam-qala")


def test_sentences_in_short_state_their_figures(torkham: Dossier) -> None:
    said = short(torkham)
    assert plain(said[0].text) == "Torkham is shut on 4 October 2026."
    assert whole_percent(torkham.posterior_share) in said[1].text
    assert f"Among {torkham.ranked} of its kind it is number {torkham.rank}." == said[2].text
    assert said[3].text.startswith("Confidence is ")


def test_a_crossing_that_no_corridor_passes_says_why(analysis: Analysis, inputs: Inputs) -> None:
    found = made(analysis, inputs, "wakhjir")
    assert found.posterior_share == 0
    assert found.closure is None
    assert found.post is None
    assert short(found)[1].text == f"No listed corridor passes it: {found.why_nil}".rstrip()
    titles = [section.title for section in pages(found, analysis, inputs).sections]
    assert not any(title.startswith("If ") for title in titles)


def test_a_gate_has_a_dossier_too(analysis: Analysis, inputs: Inputs) -> None:
    found = made(analysis, inputs, "karachi")
    assert found.loads_a_day == 2660
    assert found.countries == ("PAK",)
    assert found.official is None
    assert found.units[0].id == "ccp-karachi"


@pytest.mark.slow
def test_what_is_unknown_is_told_only_where_it_is(analysis: Analysis, inputs: Inputs) -> None:
    def unknown(place: str) -> str:
        block = by_title(pages(made(analysis, inputs, place), analysis, inputs))["What is not known"].blocks[
            0
        ]
        assert isinstance(block, Points)
        return "\n".join(block.items)

    assert "no count was found" not in unknown("torkham")
    assert "no count was found" in unknown("baramcha")
    assert "grade F6" in unknown("islam-qala")
    assert "grade F6" not in unknown("torkham")
    assert "no unit is published" not in unknown("hairatan")
    assert "no source of grade A to C" in unknown("torkham")  # general knowledge alone


def test_pages_have_every_part_and_no_request(
    torkham: Dossier, analysis: Analysis, inputs: Inputs, open_page: OpenPage
) -> None:
    brief = pages(torkham, analysis, inputs)
    assert [plain(section.title) for section in brief.sections] == [
        *("In short", "Where it is", "Surroundings", "What passes", "Who stands there", "Status over time"),
        *("Seizures within 100 km", "Corridors through it", "If nothing passed it any more"),
        *("If a post stood there (catches 50 %)", "What is not known"),
    ]
    visit = open_page(as_html(brief), (390, 844))
    assert visit.troubles() == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(overflow) == 0
    table = next(b for b in by_title(brief)["Corridors through it"].blocks if isinstance(b, Table))
    assert table.rows[0][2] == percent(torkham.corridors[0].share)


def test_hostile_records_do_no_harm(tmp_path: Path, open_page: OpenPage) -> None:
    inputs = load_inputs(hostile_file(tmp_path))
    analysis = analyse(inputs)
    brief = pages(made(analysis, inputs, "torkham", 1000.0), analysis, inputs)
    visit = open_page(as_html(brief))
    assert visit.troubles() == []
    assert visit.page.locator("script, img, iframe, object").count() == 0
    assert not re.search(r"<(script|img)\b", as_markdown(brief))


def test_the_ending_chooses_the_format_and_a_name_is_found(tmp_path: Path) -> None:
    done = run("dossier", "Torkham", "--output", "d.json", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads((tmp_path / "d.json").read_text())
    assert document["id"] == "torkham"
    assert document["closed_already"] is True
    done = run("dossier", "torkham", "--format", "md", "--tlp", "amber", cwd=tmp_path)
    assert (tmp_path / "dossier-torkham.md").read_text().startswith("**TLP:AMBER**")
    assert oct((tmp_path / "dossier-torkham.md").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["torkam"], "Did you mean torkham?"),
        (["helmand"], "is a processing area, not a crossing or gate"),
        (["torkham", "--near", "0"], "near"),
        (["torkham", "--output", "d.csv"], "no file of this command ends so"),
    ],
)
def test_bad_use_leaves_no_file(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("dossier", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_a_folder_without_units_says_that_none_is_published(analysis: Analysis, inputs: Inputs) -> None:
    found = dossier(analysis, inputs, Parameters(), "torkham", None)
    assert found.units == ()
    text = as_markdown(pages(found, analysis, inputs))
    assert "No inspection unit is published as standing here." in text


def test_days_stand_in_the_form_of_the_language(analysis: Analysis, inputs: Inputs) -> None:
    found = made(analysis, inputs, "islam-qala")
    told = {"en": r"\d{4}-\d\d-\d\d", "ru": r"\d\d\.\d\d\.\d{4}"}
    for language, form in told.items():
        with speaking(language):
            said = as_markdown(pages(found, analysis, inputs))
        tables = [line for line in said.splitlines() if line.startswith("|")]
        assert any(re.match(rf"\| {form} \|", line) for line in tables), language  # a seizure, a status
        if language == "ru":
            assert not any(re.match(rf"\| {told['en']}", line) for line in tables)
