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
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from commands import run
from hostile import HOSTILE, hostile_file
from markdown_it import MarkdownIt

from routes.analysis import Analysis, analyse
from routes.errors import RoutesError
from routes.outputs.briefing import (
    Briefing,
    Material,
    annex_of,
    as_html,
    as_markdown,
    as_pdf,
    briefing,
    findings,
    material_for,
    without_annex,
)
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
from routes.outputs.briefing.drawing import _chains, _loads, corridor_drawing, moved_drawing
from routes.outputs.briefing.issue import Issue, check_issue, head_rows, over, read_issue
from routes.outputs.briefing.material import with_local_names
from routes.outputs.briefing.page_one import PageOne, page_one
from routes.outputs.briefing.plans import plan_sections
from routes.outputs.charts import Bar, curve_chart, interval_chart
from routes.outputs.documents.text_blocks import Figure, Paragraph, Points, Section, Table
from routes.outputs.handling import Mark
from routes.outputs.icd203 import confidence, likelihood, likely_that
from routes.outputs.language import Language, speaking
from routes.outputs.placenames import country_name
from routes.outputs.text import percent, plain, probability, whole_interval, whole_percent
from routes.outputs.vocabulary import data_word
from routes.parameters import Parameters
from routes.planning.learning import patrol_of, simulate
from routes.planning.outcomes import Plan, PriorityStep
from routes.planning.plan import plan as make_plan
from routes.planning.posts import Deployment
from routes.question import day_words
from routes.read import Ratio, bundled, read_operations
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import Source
from routes.results import Displacement, Grounds, PlaceChange, Post

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import OpenPage

    from routes.read.inputs import Inputs


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
def analysis(analysis_with_roads: Analysis) -> Analysis:
    return analysis_with_roads


@pytest.fixture(scope="module")
def material(analysis: Analysis) -> Material:
    inputs = load_inputs()
    parameters = Parameters()
    made = make_plan(analysis, parameters, 2, priority=True)
    return material_for(inputs, analysis, parameters, teams=2, plan=made)


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


@pytest.mark.slow
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
        first = briefing(material).sections[0].blocks[0]
        return first.text if isinstance(first, Paragraph) else ""

    assert answer(1).startswith("This is the prior and nothing else")
    assert "1 located event" in answer(1)
    assert answer(4).startswith("This is the prior")
    assert not answer(5).startswith("This is the prior")


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


def test_a_claimed_value_is_told_in_the_unit_that_was_claimed() -> None:
    """10 t of precursor make 3.3 to 5 t; at US$ 8,000,000 for 4 t a kg costs US$ 2,000."""
    told = str(debrief_sections(records(), totals(value_claimed_usd=8_000_000.0), REGION))
    assert "US$ 8,000,000 for 4 t of heroin. At that price 3.33 t to 5 t would be worth" in told
    assert "worth US$ 6,700,000 to 10,000,000." in told
    assert "were tonnes meant" not in told
    bare = totals(product_claimed_unit="", value_claimed_usd=8_000_000.0)
    assert "Value:" not in str(debrief_sections(records(), bare, REGION))


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
    opium = replace(REGION, product="opium", precursor="soap", conversion=(Ratio(4.0, "one report"),))
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
            seizures[seizures["operation"] == name], operations[operations["operation_id"] == name], REGION
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


def by_title(brief: Briefing) -> dict[str, Section]:
    return {section.title: section for section in brief.sections}


def entered_from(analysis: Analysis, path: tuple[str, ...]) -> str:
    """Country from which a corridor enters the destination last."""
    nodes, destination = analysis.untied.graph.nodes, analysis.region.destination
    sides = {p.id: p.countries for p in analysis.ranking.crossings}
    last = [p for p in (nodes[n]["place"] for n in path[1:-1]) if destination in sides[p]][-1]
    return next(c for c in sides[last] if c != destination)


def leaders(material: Material) -> dict[tuple[str, str], Any]:
    """Share, interval and chance of being first of every neighbour, gate and crossing, draw by draw."""
    analysis, draws = material.analysis, material.analysis.shares.draws
    nodes, into = analysis.untied.graph.nodes, {p.id for p in material.crossings_in}
    kinds: list[dict[str, list[int]]] = [{}, {}, {}]
    for number, path in enumerate(analysis.corridors.nodes):
        kinds[0].setdefault(entered_from(analysis, path), []).append(number)
        kinds[1].setdefault(nodes[path[0]]["place"], []).append(number)
        for place in {nodes[n]["place"] for n in path[1:-1]} & into:
            kinds[2].setdefault(place, []).append(number)
    found: dict[tuple[str, str], Any] = {}
    for groups in kinds:
        names = sorted(groups)
        of_draw = np.stack([draws[:, groups[name]].sum(axis=1) for name in names], axis=1)
        best = of_draw.argmax(axis=1)
        for i, name in enumerate(names):
            found["share", name] = of_draw[:, i].mean()
            found["interval", name] = tuple(np.quantile(of_draw[:, i], (0.05, 0.95)))
            found["chance of being first", name] = (best == i).mean()
    return found


def recomputed(material: Material) -> dict[tuple[str, str], Any]:
    """Work out, from the analysis and the plan, what the facts of page 1 should be: (what, of) -> value."""
    plan, ranking = material.plan, material.ranking
    assert plan is not None
    assert plan.certainty is not None
    found = leaders(material)
    found |= {("not caught", answer.response): answer.passing for answer in plan.answers}
    found |= {("interval of not caught", answer.response): answer.interval_90 for answer in plan.answers}
    found |= {("share before", row.id): row.before for row in plan.displacement.crossings}
    found |= {("share after", row.id): row.after for row in plan.displacement.crossings}
    found |= {("team", post.id): number for number, post in enumerate(plan.posts, 1)}
    found |= {("detection", post.id): post.detection for post in plan.posts}
    found |= {("changed on", change.id): change.since for change in ranking.changes}
    found |= {("in best plans", name): often for name, often in plan.certainty.membership.items()}
    found["best in", ""] = plan.certainty.best_in
    found["silent countries", ""] = len(ranking.silent_countries)
    used = {use.seizure_id for use in ranking.seizures if use.use == "evidence"}
    last = material.seizures[material.seizures["seizure_id"].isin(used)]["date_until"].max()
    found["newest evidence", ""] = last.date()
    open_again = analyse(replace_status(load_inputs(), ranking.changes))
    for name in ("IRN", "PAK", "TJK", "UZB", "TKM"):
        through = [entered_from(open_again, path) == name for path in open_again.corridors.nodes]
        found["share if reopened", name] = open_again.shares.mean[through].sum()
    return found


def replace_status(inputs: Inputs, changes: Any) -> Inputs:
    """Let stand open what has shut since the evidence, as a row of the table for the day alone would."""
    shut = [c.id for c in changes if c.now == "closed" and c.was != "closed"]
    status = inputs.status.copy()
    on = pd.Timestamp(inputs.region.status_checked)
    covers = (status["from"].isna() | (status["from"] <= on)) & (
        status["until"].isna() | (status["until"] >= on)
    )
    status.loc[covers & status["crossing_id"].isin(shut), "status"] = "open"
    return replace(inputs, status=status)


YEAR = "\N{NARROW NO-BREAK SPACE}\N{CYRILLIC SMALL LETTER GHE}."
IN_RUSSIAN = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
ABOUT = "около"
WRITTEN = {
    float: (
        *(whole_percent, probability, likely_that, lambda v: f"{100 * v:.0f}", lambda v: f"{v:.0f}"),
        *(lambda v: f"about {whole_percent(v)}", lambda v: f"{ABOUT} {whole_percent(v)}"),
    ),
    tuple: (lambda v: whole_interval(*v),),
    int: (lambda v: f"{v}",),
    date: (day_words, lambda v: f"{v.day} {IN_RUSSIAN[v.month - 1]} {v.year}{YEAR}"),
}
"""How a value may be written."""


@pytest.fixture(scope="module")
def truth(material: Material) -> dict[tuple[str, str], Any]:
    return recomputed(material)


@pytest.mark.parametrize("language", Language)
def test_every_sentence_of_page_one_is_checked_against_its_figures(
    material: Material, truth: dict[tuple[str, str], Any], language: Language
) -> None:
    with speaking(language):
        _every_sentence_is_checked(page_one(with_local_names(material)), truth)


def _every_sentence_is_checked(page: PageOne, truth: dict[tuple[str, str], Any]) -> None:
    """Each fact is worked out anew, stands in its sentence, and no sentence has a figure without a fact."""
    truth = truth | {
        ("goods", ""): data_word("heroin precursors"),
        ("destination", ""): country_name("AFG", "Afghanistan"),
    }
    checked = set()
    assert len(page.every()) >= 15
    for said in page.every():
        left = said.text
        for fact in said.facts:
            assert fact.text.casefold() in said.text.casefold(), (said.text, fact)
            left = left.replace(fact.text, "", 1).replace(fact.text.capitalize(), "", 1)
            for kind, ways in WRITTEN.items():
                if type(fact.value) is kind and fact.what not in {"changed", "silent countries"}:
                    assert fact.text in [way(fact.value) for way in ways], fact
            if (fact.what, fact.of) in truth:
                checked.add(fact.what)
                wanted = truth[fact.what, fact.of]
                # Reopened shares: the posterior there is fitted anew, which moves a share by some points.
                off = 0.05 if fact.what == "share if reopened" else 2e-3 if fact.what == "interval" else 1e-6
                assert fact.value == (pytest.approx(wanted, abs=off) if type(wanted) is not date else wanted)
        assert not re.search(r"\d", re.sub(r"90\s%(-й интервал| interval)", "", left)), (said.text, left)
    assert checked >= {
        *("share", "interval", "chance of being first", "not caught", "interval of not caught", "best in"),
        *("share before", "share after", "changed on", "in best plans", "newest evidence", "team"),
        *("share if reopened", "detection", "destination"),
    }


def test_page_one_tells_what_stands_already(analysis: Analysis) -> None:
    parameters, posts = Parameters(), Deployment(have={"torkham": 0.4}, never=("zaranj-milak",))
    made = make_plan(analysis, parameters, 1, posts=posts)
    said = page_one(material_for(load_inputs(), analysis, parameters, teams=1, plan=made)).orders
    assert said[0].text == "Keep the posts that stand: Torkham."
    (alone,) = said[1].facts
    through = next(row.posterior_share for row in analysis.ranking.crossings if row.id == "torkham")
    assert alone.value == made.passing_before
    assert 1 - 0.4 * through - 0.02 < alone.value < 1  # traffickers who move pass elsewhere
    assert "Zaranj" not in said[2].text


def test_the_posts_of_the_config_stand_in_the_briefing(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[posts]\nbudget = 1\nmust = ["hairatan"]\nhave = ["torkham=0.4"]\n')
    done = run("brief", "--config", "ours.toml", "--output", "b.md", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = plain((tmp_path / "b.md").read_text(encoding="utf-8"))
    assert "Keep the posts that stand: Torkham." in said
    assert "Post team 1 at Hairatan" in said
    assert "Post team 2" not in said
    assert "Posts that stand already, and what is caught there: Torkham (40 %)." in said


def test_page_one_tells_one_fact_a_sentence(material: Material) -> None:
    for said in page_one(material).every():
        assert len(said.text) < 125, said.text
        assert said.text.count(". ") == 0, said.text
        assert said.text.endswith("."), said.text
        assert ";" not in said.text


def test_each_judgement_has_a_word_of_likelihood_and_a_sentence_for_confidence(material: Material) -> None:
    judged = page_one(material).judgements
    assert len(judged) == 3
    for first, share, sure in judged:
        assert re.match(r"(It is|There is) .*(likely|chance|certain) that ", first.text)
        assert share.text.startswith("Its share is about")
        assert re.match(r"Confidence is (low|moderate|high): ", sure.text)


def test_the_strongest_seizure_is_that_without_which_the_share_falls_most(material: Material) -> None:
    said = next(s for s in page_one(material).doubts if s.text.startswith("One seizure"))
    event = next(fact.value for fact in said.facts if fact.what == "strongest event")
    found = material.explanation
    assert found is not None
    assert event == max(found.influences, key=lambda x: x.change).event_id
    place = material.seizures.set_index("event_id").loc[event]["place"]
    assert (place if isinstance(place, str) else place.iloc[0]) in said.text


def test_a_briefing_has_all_its_parts(brief: Briefing) -> None:
    titles = [section.title for section in brief.sections]
    assert titles == [
        *("In short", "Map of the flow", "What has changed", "Do this", "What would change it"),
        *("Chokepoints", "Plan for 2 teams", "What gets through", "Displacement", "Where it moves"),
        *("What is not known", "The question", "Assumptions", "Method in ten lines"),
        *(
            "Ranking of corridors",
            "Words and cautions",
            "Changes since the evidence",
            "Seizures",
            "Provenance",
        ),
    ]
    assert [s.title for s in brief.sections if s.begins_page] == [
        *("Chokepoints", "What is not known", "Ranking of corridors")
    ]
    seizures = by_title(brief)["Seizures"].blocks[1]
    assert isinstance(seizures, Table)
    assert len(seizures.rows) == len(load_inputs().seizures)
    assert {row[6] for row in seizures.rows} >= {"A1", "B2"}
    method = by_title(brief)["Method in ten lines"].blocks[0]
    assert isinstance(method, Points)
    assert len(method.items) == 10


def test_the_annex_can_be_a_file_of_its_own(brief: Briefing) -> None:
    pages, annex = without_annex(brief), annex_of(brief)
    assert {s.title for s in pages.sections} & {s.title for s in annex.sections} == set()
    assert len(pages.sections) + len(annex.sections) == len(brief.sections)
    assert "Seizures" not in by_title(pages)
    assert "Seizures" in by_title(annex)
    assert (annex.mark, annex.provenance) == (brief.mark, brief.provenance)


def test_columns_hold_what_their_head_says(brief: Briefing) -> None:
    for section in brief.sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            for number, head in enumerate(table.heads):
                cells = [plain(row[number]) for row in table.rows]
                if head == "kg":
                    assert all(re.fullmatch(r"[\d,.]*", cell) for cell in cells)
                if head in {"Share", "Before seizures", "Learnt", "Before", "After", "Caught there"}:
                    assert section.title == "Changes since the evidence" or all(
                        c.endswith("%") for c in cells
                    )
                if head == "If closed, km-equivalents":
                    assert all(re.fullmatch(r"[\d,.]*", cell) for cell in cells)
                if head == "Grade":
                    assert all(re.fullmatch(r"[A-F][1-6]", cell) for cell in cells)


def test_a_unit_is_not_parted_from_its_number_nor_a_dash_from_the_name_before(brief: Briefing) -> None:
    page = as_html(brief)
    shown = re.sub(r"<(style|title|svg).*?</\1>", "", page, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", "|", shown)
    assert not re.search(r"\d (%|km|kg|km-equivalents)(?!\w)", words)
    assert not re.search(r"[a-z)] - [A-Z]", words)
    assert "Zaranj\u00a0\u2013 Milak" in words


# --- the head of page 1 ----------------------------------------------------------------------------


def test_the_head_tells_who_when_and_until_when(analysis: Analysis) -> None:
    issued = Issue("Office", "7/2026", date(2026, 10, 6), next_review=date(2026, 12, 1))
    rows = dict(head_rows(issued, analysis.ranking, date(2026, 2, 3), Mark.amber))
    assert rows == {
        "Office": "Office",
        "Number": "7/2026",
        "Issued": "6 October 2026",
        "Information cut-off": "crossings 4 October 2026; seizures 3 February 2026",
        "Next review": "1 December 2026",
        "Handling": f"TLP:AMBER: {Mark.amber.meaning}",
    }
    draft = dict(head_rows(Issue(), analysis.ranking, None, Mark.clear))
    assert draft["Issued"] == "draft, not issued"
    assert draft["Next review"] == "2 January 2027"  # 90 days after 4 October 2026


def test_the_section_of_a_config_is_read_and_an_option_goes_before(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[briefing]\noffice = "A"\nnumber = "1"\nissued = 2026-10-05\nhandling = "green"\n')
    read = read_issue(config)
    assert read == Issue("A", "1", date(2026, 10, 5), handling=Mark.green)
    assert over(read, Issue(number="2", handling=Mark.red)) == Issue(
        "A", "2", date(2026, 10, 5), handling=Mark.red
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('offise = "A"', "Did you mean office?"),
        ("office = 3", "office: wanted a text"),
        ('issued = "soon"', "issued: wanted a day such as 2026-10-05, without quotes, got 'soon'"),
        ("issued = 2026-10-05T10:00:00", "briefing.issued: wanted a day"),
        ('handling = "secret"', "wanted one of clear, green, amber, amber+strict, red, got 'secret'"),
    ],
)
def test_a_fault_in_the_section_is_told_and_nothing_is_written(line: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(f"[briefing]\n{line}\n")
    done = run("brief", "--config", "c.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert [path.name for path in tmp_path.iterdir()] == ["c.toml"]


def test_days_that_contradict_are_refused() -> None:
    check_issue(Issue(issued=date(2026, 3, 1), next_review=date(2026, 3, 2)), date(2026, 2, 1))
    with pytest.raises(RoutesError, match="a seizure that counts is of 2026-02-03"):
        check_issue(Issue(information_cutoff=date(2026, 1, 1)), date(2026, 2, 3))
    with pytest.raises(RoutesError, match="next review: 2026-03-01 is not after"):
        check_issue(Issue(issued=date(2026, 3, 1), next_review=date(2026, 3, 1)), None)
    with pytest.raises(RoutesError, match="is before the information cut-off"):
        check_issue(Issue(issued=date(2026, 3, 1), information_cutoff=date(2026, 3, 2)), None)


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
    sections = plan_sections(replace(material, teams=1, plan=plan))
    assert [section.title for section in sections] == [
        *("Plan for 1 team", "What gets through", "Displacement", "Where it moves")
    ]
    blocks = [block for section in sections for block in section.blocks]
    text = " ".join(block.text for block in blocks if isinstance(block, Paragraph))
    assert "88.0 % of the inflow would still get through" in plain(text)
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [1, 1]
    assert tables[0].rows[0] == ("1", "Torkham", "30\u00a0%", percent(0.9))
    assert tables[1].rows[0] == ("Chaman", percent(0.25), percent(0.3), "+5.0", "+1.0 to +8.0")


def test_without_a_plan_the_section_says_that_it_is_none(material: Material) -> None:
    (section,) = plan_sections(replace(material, plan=None))
    assert isinstance(section.blocks[0], Paragraph)
    assert "It is no plan" in section.blocks[0].text


# --- pictures --------------------------------------------------------------------------------------


LETTER = 5.7  # width of a letter of size 10


def test_the_drawing_is_sound_xml_and_its_labels_do_not_overlap(material: Material) -> None:
    ranking, plan = material.ranking, material.plan
    assert plan is not None
    svg = corridor_drawing(
        ranking, ranking.corridors[:20], material.seizures, material.borders, material.cities, plan.posts
    )
    root = ET.fromstring(svg)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert len(list(root.iter(f"{space}path"))) > 10
    labels = [t for t in root.iter(f"{space}text") if t.get("stroke") == "#ffffff"]
    assert len(labels) > 25
    boxes = []
    for t in labels:
        size, left = float(t.get("font-size", "")), float(t.get("x", ""))
        boxes.append(
            (left, float(t.get("y", "")) - 0.9 * size, left + LETTER * size / 10 * len(t.text or ""), size)
        )
        assert 0 <= left <= left + LETTER * size / 10 * len(t.text or "") <= 520  # not cut at the frame
    for i, (left, top, right, size) in enumerate(boxes):
        for other, above, end, their in boxes[i + 1 :]:
            assert not (left < end and other < right and top < above + their and above < top + size)
    words = {plain(t.text or "") for t in labels}
    assert {"Kabul", "Quetta", "IRAN"} <= words  # cities and countries
    for post in plan.posts:
        assert any(post.name.startswith(word.partition(" - ")[0]) for word in words if word), post.name
    assert not any("\u2026" in word for word in words)


def test_every_piece_of_road_is_drawn(material: Material) -> None:
    """Once lines were lost that left their first point by another edge."""
    edges = sorted((a, b) for a, b, _ in _loads(material.ranking.corridors[:20]))
    drawn = [tuple(sorted(pair)) for line in _chains(edges) for pair in pairwise(line)]
    assert sorted(drawn) == edges


def test_seizures_are_told_apart_without_colour(material: Material) -> None:
    svg = corridor_drawing(
        material.ranking, material.ranking.corridors[:20], material.seizures, material.borders
    )
    root = ET.fromstring(svg)  # noqa: S314 - our own
    dots = {(c.get("fill"), c.get("r")) for c in root.iter() if c.tag.endswith("circle")}
    assert len(dots) == 2
    assert len({fill == "#ffffff" for fill, _ in dots}) == 2


def test_where_it_moves_tells_rise_from_fall_without_colour(material: Material) -> None:
    assert material.plan is not None
    moved = material.plan.displacement
    root = ET.fromstring(moved_drawing(moved, material.borders))  # noqa: S314 - our own
    fills = [c.get("fill") for c in root.iter() if c.tag.endswith("circle")]
    rises = sum(row.after > row.before for row in moved.crossings[: len(fills)])
    assert 0 < rises < len(fills)
    assert sum(fill != "#ffffff" for fill in fills) == rises


def test_curves_of_learning_lie_in_the_chart_and_are_told_apart(material: Material) -> None:
    assert material.plan is not None
    found = simulate(material.analysis, Parameters(), patrol_of(material.plan), 4, 4, 1)
    svg = curve_chart(found)
    ET.fromstring(svg)  # noqa: S314 - our own
    assert svg.count('stroke-width="2"') == len(found.curves) == 2
    assert svg.count("stroke-dasharray") == 1
    told = briefing(replace(material, simulation=found))
    table = next(b for b in by_title(told)["As traffickers learn"].blocks if isinstance(b, Table))
    assert table.rows[0][0] == "no plan"
    assert table.rows[0][1] == percent(found.curves[0].points[0].passing)


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
    assert visit.page.locator("svg").count() == 4
    assert visit.page.locator("nav a").count() == len(brief.sections)
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


@pytest.mark.slow
def test_pdf_has_every_part_and_the_mark_on_every_page(brief: Briefing, tmp_path: Path) -> None:
    pages = _pages(_pdf(brief), tmp_path)
    assert len(pages) > 3
    assert all(page.count("TLP:AMBER") >= 2 for page in pages)
    for section in brief.sections:
        assert any(section.title in page for page in pages), section.title
    for page, titles in enumerate(
        (["In short", "What would change it"], ["Chokepoints", "Where it moves"], ["Method in ten lines"])
    ):
        assert all(title in pages[page] for title in titles), f"page {page + 1}"


@pytest.mark.slow
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


@pytest.mark.parametrize("make", [as_html, as_markdown, pytest.param(_pdf, marks=pytest.mark.slow)])
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
    assert len(figures) == 4
    assert all(figure.svg.startswith("<svg") and "<script" not in figure.svg for figure in figures)
