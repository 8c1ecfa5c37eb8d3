"""Every JSON output follows its schema, and the schemas are what they claim to be."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from commands import Done, run, run_afresh, run_alone
from jsonschema import Draft202012Validator, FormatChecker
from stored_schemas import STORED, stored_form

from routes.errors import RoutesError
from routes.outputs.schemas import Document, documents, schema_of, schema_text
from routes.support.described import FLAT, Like, Rule, Since, described
from routes.trust.calibration import calibrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
QUICK = {"ranking", "plan", "explanation", "network-info", "chokepoints"}
"""Written in a second or two, and what is asked first."""
EVERY = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in documents()]
SMALLER = {"calibration": ("--since", "2023-01-01"), "sensitivity": ("--top", "1")}
"""What is asked besides, where the whole takes minutes and the document would be of the same form."""
FEW_SETTINGS = {"scale_km": (160.0, 200.0), "kernel_share": (0.05, 0.1)}
"""What `routes calibrate` tries here; `test_backtest` has it try all."""


def parsed(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


def example_of(name: str, run_it: Callable[..., Done] = run) -> str:
    """Have the command of a document write one; what goes to a file as standard output is caught as such."""
    command = [*shlex.split(documents()[name].example), *SMALLER.get(name, ())]
    done = (run_alone if "--output" in command else run_it)(*command)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def _few_settings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(calibrate.__kwdefaults__, "grid", FEW_SETTINGS)
        yield


@pytest.fixture(scope="module")
def outputs() -> Any:
    """Give what the command of a document prints, as text; it runs once."""
    known: dict[str, str] = {}

    def printed(name: str) -> str:
        if name not in known:
            known[name] = example_of(name)
        return known[name]

    return printed


@pytest.mark.parametrize("name", documents())
def test_a_schema_is_valid_and_says_who_it_is(name: str) -> None:
    schema = parsed(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith(f"urn:routes:schema:{name}:")
    assert schema["title"]
    assert schema["properties"]["schema"] == {"const": f"routes/{name}"}
    assert {"schema", "schema_version"} <= set(schema["required"])


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_a_document_does_its_duties(name: str, outputs: Any) -> None:
    """It follows its schema, tells every field and what it was made from, and is the same bytes twice."""
    text = outputs(name)
    document, schema = json.loads(text), parsed(name)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    faults = [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(document)]
    assert faults == []
    assert sorted(_undescribed(document, schema, schema, name)) == []
    assert {key: document[key] for key in ("schema", "schema_version")} == documents()[name].head
    provenance = document["provenance"]
    for made in (provenance["before"], provenance["after"]) if "before" in provenance else (provenance,):
        assert {"package", "package_version", "inputs", "parameters"} <= set(made)
        assert made["inputs"]["roads.npz"]
    assert example_of(name, run_afresh) == text


@pytest.mark.parametrize("name", documents())
def test_a_document_is_told_in_the_documentation(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "json.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", documents())
def test_a_schema_is_the_stored_one(name: str) -> None:
    """A change of what is promised is seen; scripts/stored_schemas.py writes the stored ones anew."""
    assert stored_form(name) == (STORED / f"{name}.json").read_text(encoding="utf-8")


def test_no_schema_is_stored_that_is_not_made() -> None:
    assert {path.name for path in STORED.iterdir()} == {f"{name}.json" for name in documents()}


def _break(document: Any, path: str) -> Any:
    """Take one field away, or give it a value of another type."""
    changed = json.loads(json.dumps(document))
    *way, last = path.split(".")
    part = changed
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    if last.startswith("-"):
        del part[last[1:]]
    else:
        part[int(last) if last.isdigit() else last] = {"wrong": True}
    return changed


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ranking", "-provenance"),
        ("ranking", "schema_version"),
        ("ranking", "corridors.0.posterior_share"),
        ("ranking", "corridors.0.-id"),
        ("ranking", "crossings.0.interval_90.1"),
        ("ranking", "gates.0.-countries"),
        pytest.param(*("ranking-geojson", "features.0.geometry.coordinates.0"), marks=pytest.mark.slow),
        pytest.param(*("ranking-geojson", "features.0.properties.-synthetic_parts"), marks=pytest.mark.slow),
        pytest.param(*("export-geojson", "handling"), marks=pytest.mark.slow),
        pytest.param(*("export-geojson", "features.0.properties.-layer"), marks=pytest.mark.slow),
        ("network-info", "-graph_legs"),
        ("network-info", "nodes_AFG"),
        ("plan", "response"),
        ("plan", "posts.0.detection"),
        ("plan", "displacement.-other_corridors"),
        ("chokepoints", "chokepoints.0.countries"),
        pytest.param(*("road-segments", "segments.0.points.0.1"), marks=pytest.mark.slow),
        pytest.param(*("backtest", "models.-ranking"), marks=pytest.mark.slow),
        ("explanation", "confidence.level"),
    ],
)
def test_a_broken_document_is_refused(name: str, path: str, outputs: Any) -> None:
    """A schema that takes anything would pass the tests above, and be worth nothing."""
    assert not Draft202012Validator(parsed(name)).is_valid(_break(json.loads(outputs(name)), path))


@pytest.mark.parametrize(
    "name",
    [
        "ranking",
        "network-info",
        "plan",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("ranking-geojson", "export-geojson")),
    ],
)
def test_fields_of_a_later_minor_version_are_allowed(name: str, outputs: Any) -> None:
    major = int(documents()[name].version.partition(".")[0])
    later = json.loads(outputs(name)) | {"schema_version": f"{major}.77", "a_field_of_later": [1]}
    assert Draft202012Validator(parsed(name)).is_valid(later)
    assert not Draft202012Validator(parsed(name)).is_valid(later | {"schema_version": f"{major + 1}.0"})


def _undescribed(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> set[str]:
    """Fields that are written and not in the schema: added without a word."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        return min((_undescribed(value, one, root, where) for one in schema["oneOf"]), key=len)
    if isinstance(value, list) and "items" in schema:
        return {name for part in value for name in _undescribed(part, schema["items"], root, f"{where}[]")}
    if not isinstance(value, dict) or "properties" not in schema:
        return set()
    known = schema["properties"]
    if schema.get("additionalProperties"):
        return set()
    patterns = "|".join(schema.get("patternProperties", ["$^"]))
    found = {f"{where}.{key}" for key in value if key not in known and not re.match(patterns, key)}
    for key in value.keys() & known.keys():
        found |= _undescribed(value[key], known[key], root, f"{where}.{key}")
    return found


def test_an_unknown_schema_is_told_with_the_nearest() -> None:
    with pytest.raises(RoutesError, match="Did you mean ranking"):
        schema_text("rankin")


def test_the_command_prints_names_and_schemas() -> None:
    for command, wanted in ((["schema"], "ranking\n"), (["schema", "ranking"], schema_text("ranking"))):
        assert wanted in run(*command).stdout


@dataclass(frozen=True, slots=True)
class Spot:
    name: Annotated[str, "What it is called."]
    height_m: Annotated[float | None, Rule(minimum=-500), "Above the sea.", Since("1.2")] = None


@dataclass(frozen=True, slots=True)
class Whole:
    spot: Annotated[Spot, FLAT]
    near: Annotated[list[Annotated[dict[str, Any], Like(Spot)]], "Spots near it."]


def _schema(record: type) -> dict[str, Any]:
    return schema_of(Document("thing", "1.2", "thing", geojson=False, patterns={}, type=record))


def test_a_schema_made_by_hand() -> None:
    schema = _schema(Whole)
    assert schema["required"] == ["schema", "schema_version", "name", "near"]
    assert schema["properties"]["height_m"] == {
        "type": ["number", "null"],
        "minimum": -500,
        "description": "Above the sea. Since version 1.2.",
    }
    assert schema["properties"]["near"]["items"] == {"$ref": "#/$defs/Spot"}
    assert schema["$defs"]["Spot"]["required"] == ["name"]


def test_a_field_without_words_is_refused_with_the_remedy() -> None:
    @dataclass
    class Mute:
        name: str

    with pytest.raises(TypeError, match=r"Mute.name: say what it means, as in name: Annotated"):
        _schema(Mute)
    assert [field.name for field in described(Mute)] == ["name"]
