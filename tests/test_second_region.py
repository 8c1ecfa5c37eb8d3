"""From ``routes new`` to the briefing, with no edit of code, and no word of the first region anywhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from commands import run
from mekong import GATES, filled, new
from test_osm import write_osm

from routes.drafting.candidates import crossing_candidates, slug
from routes.drafting.folder import draft_region
from routes.drafting.world import borders_of
from routes.errors import RoutesError
from routes.outputs.export import FORMATS
from routes.read import bundled, read_borders, read_crossings, read_operations, read_places
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import BESIDE, FILES, Source
from routes.read.seizures import SEIZURE_COLUMNS
from routes.read.together import folder_faults
from routes.roads.road_file import load_roads

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``routes new`` leaves it."""
    folder = tmp_path_factory.mktemp("second") / "mekong"
    done = new(folder, "--into", "LAO")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"routes network check --data {folder}",
        f"routes rank --data {folder}",
        f"routes brief --data {folder} --output {folder / 'briefing.html'}",
    ]
    assert "12 crossing candidates between its countries and 29 on the outer rim" in done.stderr
    return folder


@pytest.fixture(scope="module")
def folder(drafted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with gates, processing areas and seizures that are made up."""
    return filled(shutil.copytree(drafted, tmp_path_factory.mktemp("filled") / "mekong"))


def test_a_new_region_holds_every_file(drafted: Path) -> None:
    assert {path.name for path in drafted.iterdir()} == {*FILES, *BESIDE}
    assert [path.name for path in drafted.parent.iterdir()] == ["mekong"]  # nothing half written beside it
    borders = read_borders(drafted / "borders.geojson")
    assert borders["iso3"][borders["modelled"]].tolist() == ["KHM", "LAO", "THA"]
    assert {"CHN", "MMR", "MYS", "VNM"} <= set(borders["iso3"])
    region = region_of(Source(folder=drafted))
    assert (region.destination, region.name) == ("LAO", "Thailand, Laos, Cambodia")
    assert region.background_area_km2 == pytest.approx(930_000, rel=0.02)  # 513 + 237 + 181 thousand
    crossings = read_crossings(drafted / "crossings.csv")
    assert not crossings["official"].any()  # nobody has said so
    assert crossings["note"].str.startswith("Candidate, to be checked").all()
    assert (crossings["country_a"] < crossings["country_b"]).all()
    assert set(GATES) <= set(crossings["crossing_id"])
    assert set(read_places(drafted / "places.csv")["kind"]) == {"city"}


def test_what_is_missing_is_told_until_it_is_there(drafted: Path, folder: Path) -> None:
    found = [str(fault) for fault in folder_faults(Source(folder=drafted))]
    assert len(found) == 2
    assert "there is no gate with a weight above 0" in found[0]
    assert "there is no processing area with a weight above 0" in found[1]
    done = run("rank", "--data", str(drafted))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no gate with a weight above 0" in done.stderr
    done = run("network", "check", "--data", str(folder))
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


def test_nothing_is_written_over(drafted: Path) -> None:
    before = {path.name: path.read_bytes() for path in drafted.iterdir()}
    done = new(drafted)
    assert done.returncode == 2
    assert "nothing is written over" in done.stderr
    assert {path.name: path.read_bytes() for path in drafted.iterdir()} == before


@pytest.mark.parametrize(
    ("countries", "extra", "said"),
    [
        ("Atlantis", [], "--countries: wanted countries, got 'Atlantis'"),
        ("Tailand,LAO", [], "Did you mean THA, Thailand?"),
        (",", [], "--countries: wanted countries such as THA,LAO, got none"),
        ("THA,LAO", ["--into", "KHM"], "--into: wanted one of THA, LAO, got KHM"),
        ("THA,LAO", ["--into", "Laos,THA"], "--into: wanted one of THA, LAO, got LAO, THA"),
        ("BVT", [], "BVT is not drawn in Natural Earth"),
        ("LIE", [], "no road lies in a modelled country"),
        ("THA", ["--osm", "nothing.osm.pbf"], "nothing.osm.pbf: there is no such file"),
    ],
)
def test_a_wrong_question_ends_in_one_message(
    tmp_path: Path, countries: str, extra: list[str], said: str
) -> None:
    done = new(tmp_path / "made", *extra, countries=countries)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


SHORT = 3
"""Letters of ids that are words of scripts and pages as well."""


def first_region() -> re.Pattern[str]:
    """Words that belong to the bundled region alone, as a pattern of whole words."""
    region, borders = region_of(Source()), read_borders(bundled("borders.geojson"))
    countries = borders[borders["modelled"]]
    operations, places = read_operations(bundled("operations.csv")), read_places(bundled("places.csv"))
    gates = places[places["kind"].isin(["seaport", "land_gate", "processing_area"])]
    words = {
        *countries["name"],
        region.name,
        region.title,
        region.goods,
        region.precursor,
        region.product,
        "CARICC",
        "opium",
        "poppy",
        *operations["operation_id"],
        *read_crossings(bundled("crossings.csv"))["crossing_id"],
        *gates["place_id"],
        *gates["name"],
    }
    named = {word for word in words if len(word) > SHORT}
    called = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    codes = "|".join(countries["iso3"])  # in capitals alone: Pak is a part of Thai names
    return re.compile(rf"(?<![\w-])(?:(?i:afghan|acetic|acetyl|tarcet)|(?:(?i:{called})|{codes})(?![\w-]))")


COMMANDS = [
    *(f"rank --format {name}" for name in ("table", "json", "csv", "geojson")),
    "rank --sensitivity",
    "rank --as-of 2021-06-01",
    "chokepoints",
    "explain 'bangkok-port>savannakhet-mukdahan>south'",
    "whatif --close savannakhet-mukdahan",
    "compare --before 2018-01-01:2020-12-31 --after 2021-01-01:2023-12-31",
    "interdict --budget 2",
    "vital bangkok-port south --budget 1",
    "backtest",
    "config",
    "network info",
    "validate {folder}/seizures.csv",
    "map --output out.html",
    "brief --output out.html",
    "brief --output out.md",
    "network graph --output out.graphml",
    *(f"export --format {name} --output out{wanted.suffix}" for name, wanted in FORMATS.items()),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_output_of_the_second_region_speaks_of_the_first(
    folder: Path, tmp_path: Path, command: str
) -> None:

    arguments = shlex.split(command.format(folder=folder))
    done = run(*arguments, "--data", str(folder), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    texts = {"standard output": done.stdout, "standard error": done.stderr}
    for path in tmp_path.iterdir():
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                texts |= {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
        else:
            texts[path.name] = path.read_bytes().decode("utf-8", "replace")
    assert any(len(text) > 100 for text in texts.values())
    words = first_region()
    for name, text in texts.items():
        found = words.search(text)
        assert found is None, f"{name}: {text[max(0, found.start() - 80) : found.end() + 80]!r}"


def test_the_search_finds_the_words_of_the_first_region() -> None:
    """So that the search above cannot fail to find what is there."""
    words = first_region()
    for command in ("rank", "config", "network info --format json"):
        assert words.search(run(*command.split()).stdout), command


def test_the_ranking_is_that_of_the_second_region(folder: Path, tmp_path: Path) -> None:
    ranking = json.loads(run("rank", "--data", str(folder), "--format", "json", "--records").stdout)
    gates = {gate["id"] for gate in ranking["gates"]}
    assert gates == {"bangkok-port", *(f"{crossing}-gate" for crossing in GATES)}
    assert {area["id"] for area in ranking["processing_areas"]} == {"north", "south"}
    shares = sum(row["posterior_share"] for row in ranking["corridors"])
    assert shares + ranking["uncovered_share"] == pytest.approx(1, abs=1e-3)
    used = [use for use in ranking["seizures"] if use["use"] == "evidence"]
    assert len(used) == 24
    inputs = load_inputs(source=Source(folder=folder))
    assert inputs.seizures["quantity_kg"].tolist()[0] == pytest.approx(110)  # 100 l of 1.1 kg
    done = run("brief", "--data", str(folder), "--output", "b.md", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    briefing = (tmp_path / "b.md").read_text(encoding="utf-8")
    assert "safrole oils" in briefing
    assert "All weights are made up for a test." in briefing
    assert "Likely corridors of safrole into Laos" in briefing


# --- from an extract -------------------------------------------------------------------------------


def test_border_posts_of_an_extract_make_a_candidate_official(tmp_path: Path) -> None:
    """A road from Liechtenstein into Switzerland with a post, and one into Austria without; drawn by hand."""
    nodes = {1: (9.52, 47.14), 2: (9.50, 47.14), 3: (9.46, 47.14), 4: (9.56, 47.22), 5: (9.62, 47.24)}
    ways = {1: ([1, 2, 3], {"highway": "primary"}), 2: ([1, 4, 5], {"highway": "primary"})}
    extract = write_osm(tmp_path / "a.osm.pbf", nodes, ways, {2: {"barrier": "border_control"}})
    done = run(
        "new", str(tmp_path / "made"), "--countries", "LIE", "--osm", str(extract), "--name", "A <b>'\""
    )
    assert done.returncode == 0, done.stderr
    assert (
        "0 crossing candidates between its countries and 2 on the outer rim (1 with a border post)"
        in done.stderr
    )
    found = read_crossings(tmp_path / "made" / "crossings.csv")
    assert dict(zip(found["country_a"], found["official"], strict=True)) == {"AUT": False, "CHE": True}
    assert region_of(Source(folder=tmp_path / "made")).name == "A <b>'\""


def test_an_empty_folder_is_filled_and_others_keep_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "notes.txt").write_text("mine", encoding="utf-8")
    done = new(tmp_path / "made", countries="KHM")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (
        tomllib.loads((tmp_path / "made" / "region.toml").read_text(encoding="utf-8"))["destination"] == "KHM"
    )


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RoutesError("the disk is full")

    nodes = {1: (9.52, 47.14), 2: (9.50, 47.14), 3: (9.46, 47.14)}
    extract = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2, 3], {"highway": "primary"})})
    monkeypatch.setattr("routes.drafting.folder.save_roads", broken)
    with pytest.raises(RoutesError, match="the disk is full"):
        draft_region(tmp_path / "made", ["LIE"], "LIE", "x", pd.Timestamp("2026-01-01").date(), [extract])
    assert [path.name for path in tmp_path.iterdir()] == ["a.osm.pbf"]


def test_without_a_list_of_towns_candidates_are_named_by_where_they_are(drafted: Path) -> None:
    found = crossing_candidates(
        load_roads(drafted / "roads.npz"), read_borders(drafted / "borders.geojson"), ()
    )
    names = {row["name"] for row in found}
    assert "17.88N 102.71E (Laos - Thailand)" in names
    assert len({row["crossing_id"] for row in found}) == len(found) == 41
    assert all(row["crossing_id"] == slug(row["crossing_id"]) for row in found)


def test_a_road_through_a_third_country_meets_no_border_of_the_two(drafted: Path) -> None:
    """From Peru through Bolivia into Brazil in one long piece, and over the bridge at Inapari."""
    roads = replace(
        load_roads(drafted / "roads.npz"),
        countries=("BRA", "PER"),
        lon=np.array([-69.1962, -69.57]),
        lat=np.array([-11.6166, -10.94]),
        border_node=np.array([0, 1]),
        border_pair=np.array([[1, 0], [1, 0]]),
    )
    found = crossing_candidates(roads, borders_of(["PER"]), ())
    assert [(row["country_a"], row["country_b"], row["lat"]) for row in found] == [("BRA", "PER", -10.94)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rank", "This is the prior and nothing else"),
        ("chokepoints", ""),
        ("explain savannakhet-mukdahan", "No seizure speaks for it"),
        ("whatif --close savannakhet-mukdahan", ""),
        ("interdict --budget 2", "by route choice"),
        ("patrol", "seizure"),
        ("next", "Teaches most"),
        ("brief --language ru --format md --output out", "без изъятий"),
        ("dossier savannakhet-mukdahan --format md --output out", "without seizures"),
        ("forecast --output out.json", '"network kernel"'),
        ("map --output out.html", "savannakhet-mukdahan"),
        ("export --format geojson --output out", "without seizures"),
    ],
)
def test_a_region_without_a_seizure_is_answered_by_the_prior(
    folder: Path, tmp_path: Path, command: str, said: str
) -> None:
    """No warning of numpy's either: nothing is divided by how many seizures there are."""
    bare = shutil.copytree(folder, tmp_path / "bare")
    (bare / "seizures.csv").write_text(
        ",".join(column.name for column in SEIZURE_COLUMNS) + "\n", encoding="utf-8"
    )
    done = run(*command.split(), "--data", str(bare), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("out*")]
    assert said in "".join([done.stdout, *written])
    done = run("rank", "--period", "--data", str(bare), cwd=tmp_path)
    assert (done.returncode, "no seizure to take the period from" in done.stderr) == (2, True)


def test_borders_of_the_world_are_those_of_the_bundled_region() -> None:
    """Both come from the same source, by the same steps."""
    own = read_borders(bundled("borders.geojson"))
    modelled = own[own["modelled"]].set_index("iso3")
    drawn = borders_of([*modelled.index]).set_index("iso3")
    for code, shape in modelled["geometry"].items():
        assert drawn["geometry"][code].equals(shape), code
    with pytest.raises(RoutesError, match="XXX is not drawn"):
        borders_of(["XXX"])
