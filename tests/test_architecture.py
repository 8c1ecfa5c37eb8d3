"""The order of the rungs: a module imports only from rungs before it; and what must never be."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from ladder import RUNGS

import routes

PACKAGE = Path(routes.__file__).parent
SHARED = {"text", "icd203", "palette", "symbols", "handling", "documents", "schemas"}
SHARED |= {"charts", "language", "placenames", "vocabulary"}
"""All that one kind of output may take from `outputs` besides itself."""
ONLY_IN = {"folium": "outputs.maps", "branca": "outputs.maps", "typer": "cli"}
READ_AND_WRITTEN = {"geojson", "gpkg", "parquet", "kml"}
"""Formats that have a reader and a writer of the same name."""
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE) != Path("__init__.py"))


def parts_of(path: Path) -> tuple[str, ...]:
    """Dotted name of a module within the package, in parts."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rungs_before_it(path: Path) -> None:
    own = parts_of(path)[0]
    assert own in RUNGS, f"{own} is no rung: add it to the ladder"
    for name in imports(path):
        top, _, rest = name.partition(".")
        below = rest.split(".")[0]
        if top == "routes" and below in RUNGS and below != own:
            assert RUNGS.index(below) < RUNGS.index(own), f"{own} imports {below}"
        if top in ONLY_IN:
            assert ".".join(parts_of(path)).startswith(ONLY_IN[top]), f"{top} is imported in {path}"


OUTPUTS = [path for path in MODULES if parts_of(path)[0] == "outputs" and len(parts_of(path)) > 1]


@pytest.mark.parametrize("path", OUTPUTS, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_outputs_never_import_one_another(path: Path) -> None:
    own = parts_of(path)[1]
    for name in imports(path):
        if name.startswith("routes.outputs."):
            other = name.split(".")[2]
            assert other == own or (other in SHARED), f"outputs.{own} imports outputs.{other}"


def test_no_file_name_stands_twice_but_for_formats_that_are_read_and_written() -> None:
    names = Counter(path.stem for path in MODULES if path.stem != "__init__")
    assert {name for name, times in names.items() if times > 1} <= READ_AND_WRITTEN


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_grows_over_450_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
