"""Every way to write a file, with each of its writes, flushes and renames made to fail once in turn.

Run by ``test_torture.py`` with ``torture.c`` loaded before the C library::

    LD_PRELOAD=torture.so TORTURE_FOLDER=/tmp/x python torture.py torture.so EVERY [WRITER...]

Prints a line a writer: its name, how many operations it takes, how many of them were made to fail; then what
was wrong, if anything was.
"""

from __future__ import annotations

import ctypes
import io
import os
import sqlite3
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from routes import analysis
from routes.cli import main
from routes.read import bundled, inputs
from routes.roads.road_file import load_roads, save_roads

OLD = b"what stood there before"
FIRST_AND_LAST = 6

SHIM = ctypes.CDLL(sys.argv[1])
FAIL_AT = ctypes.c_int.in_dll(SHIM, "torture_fail_at")
SEEN = ctypes.c_int.in_dll(SHIM, "torture_seen")
FOLDER, TEMPORARY = (Path(os.environ["TORTURE_FOLDER"]) / name for name in ("files", "temporary"))
TARGET = FOLDER / "out"

EXPORTS = ("gpkg", "kml", "kmz", "atak", "anx", "graphml", "geojson", "geoparquet", "csv", "xlsx", "stix")
COMMANDS = {
    **{f"rank {form}": ("rank", "--format", form) for form in ("table", "json", "csv", "geojson")},
    **{f"export {form}": ("export", "--format", form, "--top", "5") for form in EXPORTS},
    "map": ("map", "--top", "2"),
    "brief html": ("brief", "--format", "html", "--teams", "0"),
    "brief pdf": ("brief", "--format", "pdf", "--teams", "0"),
    "brief md": ("brief", "--format", "md", "--teams", "0"),
    "config": ("config",),
    "chokepoints": ("chokepoints",),
    "explain": ("explain", "torkham"),
    "graph": ("network", "graph"),
    "validate": ("validate", str(bundled("seizures.csv"))),
}


def prepared() -> None:
    """Do the work once: what fails is the writing."""
    read = inputs.load_inputs()
    done = analysis.analyse(read, roads_for=20)
    inputs.load_inputs = lambda *_, **__: read  # type: ignore[assignment]
    analysis.analyse = lambda *_, **__: done  # type: ignore[assignment]


def by_command(*arguments: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        try:
            main([*arguments, "--output", str(TARGET)])
        except SystemExit as ended:
            return int(ended.code or 0), said.getvalue()
        except Exception as error:  # noqa: BLE001 - to go on, and tell all
            return 1, f"Traceback: {error!r}"
    return 0, said.getvalue()


def by_library() -> tuple[int, str]:
    from routes.errors import RoutesError

    try:
        save_roads(ROADS, TARGET)
    except RoutesError as error:
        return 2, str(error)
    return 0, ""


def run(name: str, fail_at: int) -> tuple[int, str, int]:
    """Exit code, messages, and how many operations there were."""
    for file in FOLDER.iterdir():
        file.unlink()
    TARGET.write_bytes(OLD)
    SEEN.value, FAIL_AT.value = 0, fail_at
    try:
        code, said = by_library() if name == "roads" else by_command(*COMMANDS[name])
    finally:
        FAIL_AT.value = 0
        ended()
    return code, said, SEEN.value


def ended() -> None:
    """Do what openpyxl does when a process ends: each command is one."""
    from openpyxl.worksheet import _writer

    _writer._openpyxl_shutdown()


def content(file: bytes) -> object:
    """Give what a file says: a database may say the same in other bytes."""
    if not file.startswith(b"SQLite format 3"):
        return file
    with sqlite3.connect(":memory:") as base:
        base.deserialize(file)
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}  # noqa: S608
        return rows, sorted(
            base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall(), key=str
        )


def faults(name: str, every: int) -> tuple[int, int, list[str]]:
    code, said, count = run(name, 0)
    whole = TARGET.read_bytes()
    if code or whole == OLD:
        return count, 0, [f"it does not work: {said}"]
    chosen = [
        k for k in range(1, count + 1) if k <= FIRST_AND_LAST or k > count - FIRST_AND_LAST or k % every == 0
    ]
    wrong = []
    for k in chosen:
        code, said, _ = run(name, k)
        left = sorted(path.name for folder in (FOLDER, TEMPORARY) for path in folder.iterdir())
        if left != ["out"]:
            wrong.append(f"operation {k}: left behind {left}")
            continue
        now = TARGET.read_bytes()
        if now != OLD if code else content(now) != content(whole):
            wrong.append(f"operation {k}: code {code}, and the file is neither the old nor the new one")
        if (
            code not in (0, 2)
            or "Traceback" in said
            or (code == 2 and "cannot be written" not in " ".join(said.split()))
        ):
            wrong.append(f"operation {k}: code {code}, said {said}")
    return count, len(chosen), wrong


if __name__ == "__main__":
    for folder in (FOLDER, TEMPORARY):
        folder.mkdir(exist_ok=True)
    tempfile.tempdir = str(TEMPORARY)
    prepared()
    ROADS = load_roads(bundled("roads.npz"))
    total = 0
    for writer in sys.argv[3:] or [*COMMANDS, "roads"]:
        operations, failed, found = faults(writer, int(sys.argv[2]))
        print(writer, operations, failed)  # noqa: T201 - read by the test
        for fault in found:
            print(f"  {fault}")  # noqa: T201
        total += len(found)
    sys.exit(bool(total))
