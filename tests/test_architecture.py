"""The order of the rungs: a module imports only from rungs before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import routes

PACKAGE = Path(routes.__file__).parent
RUNGS = (
    "errors",
    "extras",
    "geo",
    "text",
    "files",
    "parallel",
    "words",
    "handling",
    "palette",
    "model",
    "parameters",
    "tables",
    "sources",
    "status",
    "roads",
    "inputs",
    "road_building",
    "network",
    "crossing_graph",
    "cache",
    "built",
    "corridors",
    "events",
    "exposure",
    "newton",
    "likelihood",
    "evidence",
    "ranking",
    "interdiction",
    "analysis",
    "scoring",
    "backtest",
    "calibration",
    "simulation",
    "explanation",
    "comparison",
    "sensitivity",
    "ways",
    "flows",
    "alternatives",
    "segments",
    "chokepoints",
    "displacement",
    "evaders",
    "capture",
    "planning",
    "factsheet",
    "schemas",
    "planning_documents",
    "tabulate",
    "report",
    "planning_report",
    "maps",
    "export",
    "briefing",
    "cli",
    "__main__",
)
OUTPUTS = {"maps", "export", "briefing", "tabulate"}  # they never import one another
ONLY_IN = {"folium": "maps", "branca": "maps", "typer": "cli"}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE) != Path("__init__.py"))


def rung_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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
    own = rung_of(path)
    assert own in RUNGS, f"{own} is no rung: add it to the ladder"
    for name in imports(path):
        top, _, rest = name.partition(".")
        below = rest.split(".")[0]
        if top == "routes" and below in RUNGS and below != own:
            assert RUNGS.index(below) < RUNGS.index(own), f"{own} imports {below}"
            assert not {own, below} <= OUTPUTS, f"{own} imports {below}"
        if top in ONLY_IN:
            assert own == ONLY_IN[top], f"{top} is imported in {own}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_grows_over_450_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450
