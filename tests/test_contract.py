"""What every export format and every command has to do: whoever adds one finds here what is still missing.

A new format is a line in `FORMATS`, a new command a line in `routes.cli.app`; these tests run over both, so a
format or command that is not told, not marked, or not safe fails without a test of its own. JSON outputs have
theirs in ``test_schemas.py``.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import openpyxl
import pyogrio
import pytest
import typer.main
from commands import run
from hostile import hostile_file

from routes.analysis import Analysis, analyse
from routes.cli.app import app
from routes.cli.endings import EXPORTS, format_for
from routes.errors import RoutesError
from routes.outputs.export import FORMATS, Dataset, dataset, export_file
from routes.outputs.export.formats import LAYERS
from routes.outputs.handling import Mark, digest
from routes.outputs.text import defused
from routes.read.inputs import load_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import click

ROOT = Path(__file__).parents[1]
TOLD = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    inputs = load_inputs(hostile_file(tmp_path_factory.mktemp("hostile")))
    found = analyse(inputs)
    return dataset(found, inputs.seizures, found.ranking.corridors[:10], Mark.amber_strict)


def written(data: Dataset, name: str, folder: Path) -> Path:
    """Write the seizures, or all layers if the format holds all."""
    path = folder / f"out{FORMATS[name].suffix}"
    export_file(data, name, path, *(["seizures"] if FORMATS[name].one_layer else []))
    return path


def opened(content: bytes) -> bytes:
    """Unpack what is packed, so that text can be looked for."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


# --- formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_told_in_the_help_and_in_the_documentation(name: str) -> None:
    wanted = FORMATS[name]
    said = " ".join(run("export", "--help").stdout.split())
    assert wanted.purpose
    assert f"{name}: {wanted.purpose}" in said
    assert re.search(
        rf"`routes export --format {name}\b", (ROOT / "docs/howto/exports.md").read_text("utf-8")
    )


@pytest.mark.parametrize("mark", list(Mark))
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_carries_mark_provenance_and_assumptions(
    analysis: Analysis, tmp_path: Path, name: str, mark: Mark
) -> None:
    about = analysis.ranking.provenance
    small = dataset(analysis, load_inputs().seizures.head(3), analysis.ranking.corridors[:2], mark)
    text = opened(written(small, name, tmp_path).read_bytes())
    assert mark.label.encode() in text
    for other in set(Mark) - {mark}:
        assert not re.search(re.escape(other.label.encode()) + rb"(?![+A-Z])", text), other
    assert digest(about)[:12].encode() in text or about["inputs"]["seizures"].encode() in text
    assert FORMATS[name].one_layer or b"policing as much as traffic" in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_the_same_bytes_twice(name: str, analyses: list[Dataset], tmp_path: Path) -> None:
    for number, data in enumerate(analyses):
        (tmp_path / str(number)).mkdir()
        written(data, name, tmp_path / str(number))
    first, second = (path.read_bytes() for path in sorted(tmp_path.glob("*/out*")))
    assert first == second


@pytest.fixture(scope="module")
def analyses() -> list[Dataset]:
    """Lay the same question out twice, worked out anew."""
    made = []
    for _ in range(2):
        inputs = load_inputs()
        found = analyse(inputs)
        made.append(dataset(found, inputs.seizures, found.ranking.corridors[:40], Mark.amber_strict))
    return made


def by_gdal(path: Path) -> list[str]:
    """Read places of seizures by GDAL: what a format needs if nothing else is said in `READERS`."""
    layers = [name for name, _ in pyogrio.list_layers(path)]
    named = [name for name in layers if name.lower() == "seizures"]
    read = pyogrio.read_dataframe(path, layer=named[0] if named else layers[0])
    rows = read[read["layer"] == "seizures"] if "layer" in read else read
    return [str(place) for place in rows["place"]]


def by_arrow(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    places: list[str] = pq.read_table(path).column("place").to_pylist()
    return places


def by_openpyxl(path: Path) -> list[str]:
    head, *rows = openpyxl.load_workbook(path)["seizures"].iter_rows(values_only=True)
    return [str(row[head.index("Place")]) for row in rows]


def by_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["place"] for row in csv.DictReader(file)]


def by_json(path: Path) -> list[str]:
    incidents = [o for o in json.loads(path.read_text("utf-8"))["objects"] if o["type"] == "incident"]
    return [next(iter(each["extensions"].values()))["place"] for each in incidents]


def by_networkx(path: Path) -> list[str]:
    """Read ids of seizures: the graph holds no more of them."""
    nodes = nx.read_graphml(path).nodes(data=True)
    return [cells["place"] for _, cells in nodes if cells.get("kind") == "seizure"]


def by_xml(path: Path) -> list[str]:
    """Read ids of seizures, as the entities of a chart have them."""
    found = ET.parse(path).getroot().iter("Entity")  # noqa: S314 - our own
    own = [entity.get("Identity", "").partition("/") for entity in found]
    return [identity for kind, _, identity in own if kind == "seizures"]


def by_kml_inside(path: Path) -> list[str]:
    """Read the KML that a package holds."""
    with zipfile.ZipFile(path) as archive:
        inner = next(name for name in archive.namelist() if name.endswith(".kml"))
        unpacked = path.with_name("inner.kml")
        unpacked.write_bytes(archive.read(inner))
    return by_gdal(unpacked)


READERS: dict[str, Callable[[Path], list[str]]] = {
    "kmz": by_kml_inside,
    "atak": by_kml_inside,
    "anx": by_xml,
    "graphml": by_networkx,
    "geoparquet": by_arrow,
    "csv": by_csv,
    "xlsx": by_openpyxl,
    "stix": by_json,
}
IDS_ALONE = {"graphml", "anx"}
SPREADSHEETS = {"csv", "xlsx"}


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_comes_back_as_it_was_by_another_program(
    name: str, hostile: Dataset, tmp_path: Path
) -> None:
    rows = hostile.layers["seizures"].rows
    wrote = [row["seizure_id" if name in IDS_ALONE else "place"] for row in rows]
    assert any("<script>" in text for text in wrote)
    assert any("x" * 10_000 in text for text in wrote)
    assert not any(chr(7) in text for text in wrote)
    read = READERS.get(name, by_gdal)(written(hostile, name, tmp_path))
    assert read == ([defused(text) for text in wrote] if name in SPREADSHEETS else wrote)


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_is_neither_script_nor_control_in_a_file(
    name: str, hostile: Dataset, tmp_path: Path
) -> None:
    content = opened(written(hostile, name, tmp_path).read_bytes())
    assert b"\x1b[31m" not in content
    assert b"bell\x07" not in content
    if FORMATS[name].suffix in {".kml", ".kmz", ".zip", ".anx", ".graphml", ".xlsx"}:  # XML throughout
        assert b"<script>alert" not in content


def test_a_layer_is_refused_where_all_are_written(tmp_path: Path) -> None:
    done = run("export", "--format", "kml", "--layer", "legs", cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "kml holds all layers, so none can be chosen" in done.stderr
    assert "--format geoparquet or csv" in done.stderr


def test_a_layer_that_there_is_not_is_refused_before_the_work(hostile: Dataset, tmp_path: Path) -> None:
    done = run("export", "--format", "csv", "--layer", "roads", "--seizures", "nothing.csv", cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "--layer: wanted one of corridors" in done.stderr
    assert {*hostile.layers, "patrol"} == set(LAYERS)


# --- the ending chooses the format -----------------------------------------------------------------

FOUR = {"table": (".txt",), "json": (".json",), "csv": (".csv",), "geojson": (".geojson", ".json")}


@pytest.mark.parametrize(
    ("file", "given", "chosen"),
    [
        (None, None, "table"),
        ("-", None, "table"),
        ("-", "csv", "csv"),
        ("r", None, "table"),
        ("r", "json", "json"),
        ("r.json", None, "json"),
        ("a.b/R.JSON", None, "json"),
        ("r.geojson", None, "geojson"),
        ("r.json", "geojson", "geojson"),
        ("r.txt", None, "table"),
        ("r.txt", "csv", "csv"),
        ("r.mine", "csv", "csv"),
        ("/dev/null", "json", "json"),
        (".csv", None, "table"),
    ],
)
def test_the_ending_chooses_the_format(file: str | None, given: str | None, chosen: str) -> None:
    assert format_for(None if file is None else Path(file), given, FOUR, "table") == chosen


@pytest.mark.parametrize(
    ("file", "given", "said"),
    [
        (
            "r.csv",
            "json",
            ".csv is not an ending of json, which --format asks for. Wanted .json, or give --form",
        ),
        ("r.kml", "json", ".kml is not an ending of json, which --format asks for. Wanted .json."),
        ("r.json", "table", "Wanted .txt, or give --format json or geojson"),
        ("r.xyz", None, "no file of this command ends so. Wanted .txt (table), .json (json)"),
        ("r.pdf", None, "no file of this command ends so"),
    ],
)
def test_what_contradicts_the_ending_is_refused(file: str, given: str | None, said: str) -> None:
    with pytest.raises(RoutesError, match=re.escape(said)):
        format_for(Path(file), given, FOUR, "table")


def test_an_ending_of_several_formats_is_asked_about() -> None:
    with pytest.raises(RoutesError, match=r"geojson and stix end so\. Give --format geojson or stix"):
        format_for(Path("r.json"), None, EXPORTS, "gpkg")
    assert format_for(Path("r.stix.json"), None, EXPORTS, "gpkg") == "stix"
    for name, wanted in FORMATS.items():
        for ending in (wanted.suffix, *wanted.other_endings):
            assert format_for(Path(f"r{ending}"), name, EXPORTS, "gpkg") == name


# --- commands --------------------------------------------------------------------------------------


def leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands with what they are called."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name.strip(), command
    else:
        for key, each in inner.items():
            yield from leaves(each, f"{name} {key}")


COMMANDS = dict(leaves(typer.main.get_command(app)))
NEEDED = {
    "explain": "karachi",
    "dossier": "torkham",
    "changes": "--since-data 2025-10-11",
    "compare": "--before 2008-01-01:2015-12-31 --after 2009-01-01:2016-12-31",
    "whatif": "--close torkham",
    "interdict": "--budget 1",
    "simulate-plan": f"{Path(__file__).parents[1] / 'docs/examples/plan.json'} --weeks 2",
    "vital": "karachi helmand --budget 1",
    "score": f"{Path(__file__).parents[1] / 'forecasts/2026-10-04.json'} --since 2026-10-05",
}
"""What a command cannot do without."""
OUTPUT = [name for name, command in COMMANDS.items() if any(p.name == "output" for p in command.params)]
ASKED_FILE = {"validate"}
ON_SEIZURES = [
    name for name, command in COMMANDS.items() if any(p.name == "seizures" for p in command.params)
]
LONG = {"calibrate", "backtest"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_for_itself_and_each_option_and_stands_in_the_documentation(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert [p.name for p in command.params if not getattr(p, "help", None)] == []
    assert re.search(rf"routes {name}\b", TOLD), f"no page of the documentation names routes {name}"
    done = run(*name.split(), "--help")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", OUTPUT)
def test_a_command_refuses_an_ending_of_none_of_its_formats(name: str, tmp_path: Path) -> None:
    file = hostile_file(tmp_path) if name in ASKED_FILE else ""
    needed = shlex.split(NEEDED.get(name, str(file)))
    done = run(*name.split(), *needed, "--output", "x.docx", cwd=tmp_path)
    assert done.returncode == 2
    assert "x.docx: no file of this command ends so. Wanted" in done.stderr
    assert not (tmp_path / "x.docx").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in ON_SEIZURES]
)
def test_a_command_shows_no_control_of_the_data(name: str, tmp_path: Path) -> None:
    """Escapes and overrides of the direction of writing do not reach the terminal."""
    file = hostile_file(tmp_path)
    done = run(*name.split(), *shlex.split(NEEDED.get(name, "")), "--seizures", file, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    for text in (done.stdout, done.stderr):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
