"""The region is data: what is read, what is refused, and that no word of it stands in code."""

from __future__ import annotations

import ast
import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from commands import run

import routes
from routes.errors import InputError
from routes.parameters import Parameters
from routes.read import Ratio, bundled, read_region
from routes.read.inputs import load_inputs, region_of
from routes.read.paths import Source

BORDERS = pd.DataFrame({"iso3": ["LAO", "CHN", "KHM"], "modelled": [True, False, True]})
GOOD = """
name = "Mekong"
title = "Precursors into Laos"
goods = "precursors"
precursor = "ephedrine"
product = "methamphetamine"
destination = "LAO"
background_area_km2 = 500_000
status_checked = 2026-02-03
[[conversion]]
kg_per_kg = 3
source = "b"
[[conversion]]
kg_per_kg = 1.5
source = "a"
[substances]
ephedrine = 0.9
other = 0.5
"""
WORDS = ("AFG", "Afghan", "heroin", "Heroin", "TARCET")


def of(text: str, tmp_path: Path, borders: pd.DataFrame = BORDERS) -> routes.Region:
    path = tmp_path / "region.toml"
    path.write_text(text, encoding="utf-8")
    return read_region(path, borders)


def test_a_region_is_read_as_written(tmp_path: Path) -> None:
    region = of(GOOD, tmp_path)
    assert region.countries == ("KHM", "LAO")  # those that are modelled, by code
    assert region.conversion == (Ratio(1.5, "a"), Ratio(3.0, "b"))  # the lowest first
    assert region.status_checked == date(2026, 2, 3)
    assert region.destination_name == "Laos"
    assert of(GOOD.replace("[[conversion]]", "[[conversion]]", 1), tmp_path) == region


def test_parameters_have_the_substances_of_the_region_unless_given(tmp_path: Path) -> None:
    region = of(GOOD, tmp_path)
    assert region.parameters().substances == {"ephedrine": 0.9, "other": 0.5}
    given = Parameters(substances={"other": 0.1, "Soap": 0.2})  # records are looked up in small letters
    assert region.parameters(given).substances == {"ephedrine": 0.9, "other": 0.1, "soap": 0.2}
    assert region.parameters(region.parameters(given)) == region.parameters(given)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Mekong"\n', "", "region.toml, name: is missing"),
        ("name =", "nmae =", "region.toml, nmae: unknown key"),
        ('"Mekong"', "3", "name: wanted a text in one line, got '3'"),
        ('"Mekong"', '""', "name: wanted a text in one line, got ''"),
        ('"Mekong"', '"a\\nb"', "name: wanted a text in one line, got 'a\\nb'"),
        ('"Mekong"', '"a\\u202eb"', "name: wanted a text in one line, got 'a\\u202eb'"),
        ('"LAO"', '"CHN"', "destination: wanted a modelled country (KHM, LAO), got 'CHN'"),
        ("500_000", "0", "background_area_km2: wanted km² above 0, got '0'"),
        ("500_000", "true", "background_area_km2: wanted km² above 0, got 'True'"),
        ("500_000", "inf", "background_area_km2: wanted km² above 0, got 'inf'"),
        ("2026-02-03", '"2026-02-03"', "status_checked: wanted a day such as 2026-01-15, without quotes"),
        ("2026-02-03", "2026-02-03T00:00:00", "status_checked: wanted a day"),
        ("kg_per_kg = 3", "kg_per_kg = -3", "conversion 1: wanted kg_per_kg, a number above 0"),
        ('source = "a"', "", "conversion 2: wanted kg_per_kg, a number above 0, and its source"),
        ("other = 0.5", "", "substances: other is missing"),
        ("ephedrine = 0.9", "ephedrine = 1.1", "substances.ephedrine: wanted a probability above 0"),
        ("ephedrine = 0.9", 'ephedrine = "x"', "substances.ephedrine: wanted a probability above 0"),
        ("[substances]", "[substances", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as error:
        of(GOOD.replace(old, new, 1), tmp_path)
    assert said in str(error.value)
    assert len(error.value.faults) == (2 if new == "nmae =" else 1)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace('"Mekong"', "3").replace("500_000", "-1").replace('"LAO"', '"THA"')
    with pytest.raises(InputError) as error:
        of(bad, tmp_path)
    assert [fault.column for fault in error.value.faults] == ["name", "destination", "background_area_km2"]


def test_borders_without_a_modelled_country_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no country of the borders is modelled"):
        of(GOOD, tmp_path, BORDERS.assign(modelled=False))


@pytest.mark.slow
def test_the_title_of_the_data_folder_stands_on_map_briefing_and_export(tmp_path: Path) -> None:
    text = bundled("region.toml").read_text(encoding="utf-8")
    own = text.replace("Likely precursor corridors into Afghanistan", "The <b>other</b> corridors")
    own = own.replace('goods = "heroin precursors"', 'goods = "goods & wares"')
    (tmp_path / "region.toml").write_text(own, encoding="utf-8")
    for command, file in (("map", "m.html"), ("brief", "b.html"), ("export --format kml", "e.kml")):
        done = run(*command.split(), "--data", str(tmp_path), "--output", file, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        written = (tmp_path / file).read_text(encoding="utf-8")
        assert "The &lt;b&gt;other&lt;/b&gt; corridors" in written
        assert "The <b>other" not in written.split("</head>")[-1].split("<script")[0]
        assert "Likely precursor corridors" not in written
    assert "By which corridors do goods &amp; wares come into" in (tmp_path / "b.html").read_text("utf-8")


def test_a_country_left_out_of_the_model_is_no_name_of_a_config(tmp_path: Path) -> None:
    """`modelled` of the borders decides which countries [detection] may name, and which are analysed."""
    borders = json.loads(bundled("borders.geojson").read_text(encoding="utf-8"))
    for feature in borders["features"]:
        feature["properties"]["modelled"] &= feature["properties"]["iso3"] != "KAZ"
    (tmp_path / "borders.geojson").write_text(json.dumps(borders), encoding="utf-8")
    (tmp_path / "c.toml").write_text("[detection]\nKAZ = 2\n", encoding="utf-8")
    done = run("rank", "--config", str(tmp_path / "c.toml"), "--data", str(tmp_path))
    assert done.returncode == 2
    assert "unknown name 'KAZ'" in done.stderr
    assert "KAZ" not in load_inputs(source=Source(folder=tmp_path)).region.countries
    assert run("rank", "--config", str(tmp_path / "c.toml")).returncode == 0


def test_a_data_folder_with_a_bad_region_ends_in_one_message(tmp_path: Path) -> None:
    shutil.copy(bundled("region.toml"), tmp_path / "region.toml")
    with (tmp_path / "region.toml").open("a", encoding="utf-8") as file:
        file.write('"[red]\\u001b[2J" = 2\n')
    done = run("rank", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "wanted a probability above 0" in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_hash_of_the_region_is_in_the_provenance() -> None:
    assert load_inputs().hashes["region.toml"]
    assert region_of(Source()) == load_inputs().region


def test_no_word_of_the_region_stands_in_code() -> None:
    found = []
    for path in Path(routes.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{path.name}:{node.lineno}: {node.value[:60]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
            if any(word in node.value for word in WORDS)
        ]
    assert found == []
