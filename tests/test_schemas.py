"""Every JSON output follows its schema, and the schemas are what they claim to be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from routes.cli import main
from routes.errors import RoutesError
from routes.outputs.schemas import schema_names, schema_text, stamped

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "ranking": ["rank", "--format", "json", "--output", "out"],
    "ranking-geojson": ["rank", "--format", "geojson", "--top", "8", "--output", "out"],
    "export-geojson": ["export", "--format", "geojson", "--top", "8", "--output", "out"],
    "network-info": ["network", "info", "--format", "json"],
    "explanation": ["explain", "torkham", "--format", "json"],
}
ELSEWHERE = {  # validated where they are tested
    "backtest",
    "calibration",
    "chokepoints",
    "chokepoints-geojson",
    "comparison",
    "displacement",
    "plan",
    "road-segments",
    "sensitivity",
}


def schema_of(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each command writes."""
    return {name: _written(command, tmp_path_factory.mktemp(name)) for name, command in COMMANDS.items()}


def _written(command: list[str], folder: Path) -> Any:
    import io
    from contextlib import chdir, redirect_stdout

    text = io.StringIO()
    with chdir(folder), redirect_stdout(text), pytest.raises(SystemExit) as stopped:
        main([*command, *(["--quiet"] if "--output" in command else [])])
    assert stopped.value.code in (0, None)
    out = folder / "out"
    return json.loads(out.read_text(encoding="utf-8") if out.exists() else text.getvalue())


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_valid_and_says_who_it_is(name: str) -> None:
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith(f"urn:routes:schema:{name}:")
    assert schema["title"]
    assert schema["properties"]["schema"] == {"const": f"routes/{name}"}
    assert {"schema", "schema_version"} <= set(schema["required"])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_output_of_a_command_follows_its_schema(name: str, outputs: dict[str, Any]) -> None:
    validator = Draft202012Validator(schema_of(name), format_checker=FormatChecker())
    faults = [f"{fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(outputs[name])]
    assert faults == []
    assert {key: outputs[name][key] for key in ("schema", "schema_version")} == stamped(name)


def test_every_schema_is_tested() -> None:
    assert set(schema_names()) <= {*COMMANDS, *ELSEWHERE}


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
        ("ranking-geojson", "features.0.geometry.coordinates.0"),
        ("ranking-geojson", "features.0.properties.-synthetic_parts"),
        ("export-geojson", "handling"),
        ("export-geojson", "features.0.properties.-layer"),
        ("network-info", "-graph_legs"),
    ],
)
def test_a_broken_document_is_refused(name: str, path: str, outputs: dict[str, Any]) -> None:
    """A schema that takes anything would pass the tests above, and be worth nothing."""
    assert not Draft202012Validator(schema_of(name)).is_valid(_break(outputs[name], path))


@pytest.mark.parametrize("name", ["ranking", "ranking-geojson", "export-geojson", "network-info"])
def test_fields_of_a_later_minor_version_are_allowed(name: str, outputs: dict[str, Any]) -> None:
    later = outputs[name] | {"schema_version": "1.7", "a_field_of_later": [1]}
    assert Draft202012Validator(schema_of(name)).is_valid(later)
    assert not Draft202012Validator(schema_of(name)).is_valid(later | {"schema_version": "2.0"})


@pytest.mark.parametrize("name", ["ranking", "ranking-geojson"])
def test_every_field_of_a_ranking_is_described(name: str, outputs: dict[str, Any]) -> None:
    """What is written and not in the schema is a field that was added without a word."""
    schema = schema_of(name)
    missing = sorted(_undescribed(outputs[name], schema, schema, name))
    assert missing == []


def _undescribed(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> set[str]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list) and value and "items" in schema:
        return _undescribed(value[0], schema["items"], root, f"{where}[]")
    if not isinstance(value, dict) or "properties" not in schema:
        return set()
    known = schema["properties"]
    found = {f"{where}.{key}" for key in value if key not in known}
    for key in value.keys() & known.keys():
        found |= _undescribed(value[key], known[key], root, f"{where}.{key}")
    return found


def test_an_unknown_schema_is_told_with_the_nearest() -> None:
    with pytest.raises(RoutesError, match="Did you mean ranking"):
        schema_text("rankin")


def test_the_command_prints_names_and_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    for command, wanted in ((["schema"], "ranking\n"), (["schema", "ranking"], schema_text("ranking"))):
        with pytest.raises(SystemExit):
            main(command)
        assert wanted in capsys.readouterr().out
