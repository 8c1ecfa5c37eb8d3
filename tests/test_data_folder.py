"""A folder of data: a region of its own, files that stand in for bundled ones, and what does not fit."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from commands import run
from typer.main import get_command

from routes.cli.app import app
from routes.errors import InputError, RoutesError
from routes.read import bundled, read_places, read_raw, read_records
from routes.read.inputs import load_inputs, read_seizures_of
from routes.read.paths import BESIDE, FILES, Source
from routes.read.together import folder_faults

if TYPE_CHECKING:
    from pathlib import Path

EVERY = (*FILES, *BESIDE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled data as a region of its own."""
    made = tmp_path / "own"
    made.mkdir()
    for name in EVERY:
        shutil.copy(bundled(name), made / name)
    return made


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_two_files_make_a_region_of_its_own_and_nothing_else_is_taken(folder: Path) -> None:
    (folder / "places.csv").unlink()
    source = Source(folder=folder)
    assert source.whole
    with pytest.raises(RoutesError, match=r"there is no places\.csv\. The folder has a region of its own"):
        load_inputs(source=source)
    (folder / "borders.geojson").unlink()
    assert not Source(folder=folder).whole
    assert Source(folder=folder).file("places.csv") == bundled("places.csv")


@pytest.mark.parametrize("name", ["area_weights.csv", "crossing_status.csv", *BESIDE])
def test_what_a_region_may_do_without_is_not_taken_from_the_bundled_one(folder: Path, name: str) -> None:
    (folder / name).unlink()
    source = Source(folder=folder)
    assert source.optional(name) is None
    inputs = load_inputs(source=source)
    assert name not in inputs.hashes
    if name == "crossing_status.csv":
        assert inputs.status.empty
    if name == "area_weights.csv":
        assert inputs.area_weights.empty


def test_places_are_looked_up_in_the_tables_of_the_folder(folder: Path, tmp_path: Path) -> None:
    edit(folder / "places.csv", "karachi,Karachi Port,seaport", "karachi,Newhaven Port,seaport")
    edit(folder / "highways.csv", "Maydan Shahr", "Oldtown")
    head = "seizure_id,date,date_precision,country,place,lat,lon,location_precision,substance,"
    head += "quantity_reported,unit_reported,source\n"
    rows = "a,2012,year,PAK,Newhaven Port,,,,x,1,kg,s\nb,2012,year,AFG,Oldtown,,,,x,1,kg,s\n"
    (tmp_path / "s.csv").write_text(head + rows, encoding="utf-8")
    source = Source(folder=folder, resolve_places=True)
    found = read_seizures_of(source, tmp_path / "s.csv", load_inputs(source=Source()).countries)
    assert found.valid["lat"].round(2).tolist() == [24.83, 34.40]


def test_volumes_are_weighed_by_the_densities_of_the_region(folder: Path, tmp_path: Path) -> None:
    edit(folder / "region.toml", '"acetone" = 0.79', '"acetone" = 2.0\n"Safrole" = 1.1')
    head = "seizure_id,date,date_precision,country,place,lat,lon,location_precision,substance,"
    head += "quantity_reported,unit_reported,source\n"
    rows = "a,2012,year,PAK,,,,country,acetone,10,l,s\nb,2012,year,PAK,,,,country,safrole,10,l,s\n"
    rows += "c,2012,year,PAK,,,,country,acetone,10 litres,,s\n"
    (tmp_path / "s.csv").write_text(head + rows, encoding="utf-8")
    shapes = load_inputs(source=Source()).countries
    own = read_seizures_of(Source(folder=folder), tmp_path / "s.csv", shapes).valid
    assert own["quantity_kg"].tolist() == pytest.approx([20, 11, 20])
    plain = read_records(tmp_path / "s.csv").valid
    assert plain["quantity_kg"].tolist()[0] == pytest.approx(7.9)
    edit(folder / "region.toml", '"acetone" = 2.0', '"acetone" = -2.0')
    with pytest.raises(InputError, match=r"densities\.acetone: wanted kg per litre, above 0"):
        read_seizures_of(Source(folder=folder), tmp_path / "s.csv", shapes)


def test_lines_above_the_header_may_be_comments(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    head = bundled("places.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f'# what stands here, "quoted\n#\n# more\n{head}\nx\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 5: wanted 12 cells"):
        read_places(path)
    path.write_text(f"# nothing yet\n{head}\n", encoding="utf-8")
    assert read_places(path).empty
    path.write_text("#,name\n1,x\n", encoding="utf-8")  # a column called # is no comment
    assert list(read_raw(path).cells) == ["#", "name"]


FAULTS = [
    ("places.csv", "karachi,Karachi Port,seaport,PAK,24.8256", "karachi,Karachi Port,seaport,PAK,44.8256"),
    ("places.csv", "seaport,PAK,24.8256,66.9752,0.86", "seaport,PAK,24.8256,66.9752,"),
    ("posts.csv", "ccp-karachi,karachi,", "ccp-karachi,karatschi,"),
    ("crossing_status.csv", "abu-nasr-farahi,,2026", "abu-nasr-farahy,,2026"),
    ("crossings.csv", "wakhjir,Wakhjir Pass,AFG,CHN", "wakhjir,Wakhjir Pass,AFG,VNM"),
    (
        "crossings.csv",
        "islam-qala,Islam Qala - Dogharoun,AFG,IRN",
        "islam-qala,Islam Qala - Dogharoun,IRN,AFG",
    ),
    ("region.toml", 'destination = "AFG"', 'destination = "UZB"'),
]
SAID = [
    "karachi: lat 44.8256, lon 66.9752 is",
    "karachi: a gate needs a weight",
    "'karatschi' stands in no row of crossings.csv or places.csv",
    "'abu-nasr-farahy' stands in no row of crossings.csv or places.csv",
    "VNM is not in borders.geojson",
    "islam-qala: the two countries stand in alphabetical order",
    "no processing area lies in UZB, which is the destination",
]


@pytest.mark.parametrize(("fault", "said"), list(zip(FAULTS, SAID, strict=True)))
def test_a_fault_of_a_folder_is_told_with_its_file(
    folder: Path, fault: tuple[str, str, str], said: str
) -> None:
    name, old, new = fault
    edit(folder / name, old, new)
    (found,) = (str(each) for each in folder_faults(Source(folder=folder)))
    assert found.startswith(str(folder / name))
    assert said in found


def test_all_faults_of_a_folder_come_at_once(folder: Path) -> None:
    for name, old, new in FAULTS[2:5]:
        edit(folder / name, old, new)
    (folder / "seizures.csv").write_text("nothing\n", encoding="utf-8")
    done = run("network", "check", "--data", str(folder))
    assert done.returncode == 1
    told = done.stdout.splitlines()
    for said in (*SAID[2:5], "seizures.csv"):
        assert any(said in line for line in told), said


def test_the_bundled_folder_has_no_fault(folder: Path) -> None:
    assert folder_faults(Source(folder=folder)) == []
    assert folder_faults(Source()) == []


def test_modelled_is_honoured_or_refused(folder: Path) -> None:
    """Switched off, a country goes with its gates; switched on without a road, it is refused."""
    borders = json.loads((folder / "borders.geojson").read_text(encoding="utf-8"))
    flags = {f["properties"]["iso3"]: f["properties"] for f in borders["features"]}
    flags["KAZ"]["modelled"] = False
    (folder / "borders.geojson").write_text(json.dumps(borders), encoding="utf-8")
    done = run("rank", "--data", str(folder), "--format", "json")
    assert done.returncode == 0, done.stderr
    ranking = json.loads(done.stdout)
    assert "places.csv: aktau, " in done.stderr
    assert not any("KAZ" in place["countries"] for place in ranking["crossings"] + ranking["gates"])
    flags["KAZ"]["modelled"] = flags["CHN"]["modelled"] = True
    (folder / "borders.geojson").write_text(json.dumps(borders), encoding="utf-8")
    done = run("rank", "--data", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert "CHN is modelled, and the road file has no road in it" in done.stderr


def test_every_command_that_reads_the_data_takes_a_folder(tmp_path: Path) -> None:
    def commands(group: object, *names: str) -> list[tuple[str, ...]]:
        inner = getattr(group, "commands", None)
        return (
            [found for name, each in inner.items() for found in commands(each, *names, name)]
            if inner
            else [names]
        )

    for names in commands(get_command(app)):
        if names not in (("schema",), ("new",)):
            assert "--data" in run(*names, "--help").stdout, names
    done = run("validate", "--data", str(tmp_path / "nothing"), "x.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--data: " in done.stderr


@pytest.mark.slow
def test_the_first_language_of_a_region_is_that_of_its_answers(folder: Path) -> None:
    """Languages that answers are not written in are passed over; an option goes before."""
    assert "corridor" in run("rank", "--data", str(folder), "--quiet").stdout
    edit(folder / "region.toml", 'languages = ["en", "ru"]', 'languages = ["fa", "ru", "en"]')
    russian = run("rank", "--data", str(folder), "--quiet").stdout
    assert "corridor" not in russian
    assert russian == run("rank", "--data", str(folder), "--quiet", "--language", "ru").stdout
    assert "corridor" in run("rank", "--data", str(folder), "--quiet", "--language", "en").stdout
    changes = ("changes", "--since-data", "2019-01-01", "--data", str(folder), "--quiet")
    told = run(*changes).stdout
    assert told == run(*changes, "--language", "ru").stdout
    assert told != run(*changes, "--language", "en").stdout
