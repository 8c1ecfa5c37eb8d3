"""Answers given before: the same question about the same files is answered from the cache.

What is kept is what a command wrote and said. The key is all that it could hang on: every option, the bytes
of every file that is read or named, the files of the program, the libraries, the day, and how standard
output takes signs and colours. So a changed byte anywhere asks again. The libraries of numbers are not even
loaded for it.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from datetime import date
from enum import Enum
from glob import escape, glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routes._version import __version__
from routes.cli.console import deliver, recorded, say, write_out
from routes.cli.targets import OUTPUTS
from routes.read.paths import Source, bundled
from routes.support.entries import keep_entry, read_entry
from routes.support.files import is_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

KEPT = {"rank", "chokepoints", "whatif", "explain", "backtest", "calibrate", "compare"}
"""Commands whose answer is all that they make. Others write files besides, or end by the clock."""
SWITCH = "ROUTES_KEEP_ANSWERS"
_FORMAT = 1
_LONGEST = 20_000_000  # signs; who writes that much does not wait for the sums
_LIBRARIES = ("numpy", "scipy", "pandas", "networkx", "shapely", "rich")
_WORDS_OF_NUMBERS = ("ROUTES_", "LC_", "OPENBLAS_", "OMP_", "MKL_")
_WORDS = (
    *("LANG", "LANGUAGE", "TZ", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"),
    *("PYTHONIOENCODING", "PYTHONUTF8", "CI"),
)
_OF_ONE_NAME = {".shp", ".gpkg"}  # whose content lies in several files


def answered(command: Callable[[], None], name: str, given: Mapping[str, Any], source: Source) -> None:
    """Run a command, or say and write again what it said and wrote when it was asked before.

    Parameters
    ----------
    command : callable
    name : str
        Of the command.
    given : mapping of str to object
        What every option of it was given, those of files and machines included.
    source : Source
    """
    hangs_on = _hangs_on(name, given, source)
    if hangs_on is None or source.cache is None:
        command()
        return
    whole = json.dumps({**hangs_on, "screen": _screen()}, sort_keys=True)
    key = {"answer": hashlib.sha256(whole.encode()).hexdigest()}  # which tells no path and no variable
    nothing: list[list[str]] = []
    tape = read_entry(source.cache, key, lambda _, index: _checked(index["tape"]), nothing)
    if tape:
        _play(tape, given)
        return
    with recorded() as tape:
        command()
    short = sum(len(text) for _, text in tape) <= _LONGEST
    # What was changed while it was read belongs to neither key.
    if tape and short and _hangs_on(name, given, source) == hangs_on:
        keep_entry(source.cache, key, lambda _: {"tape": tape})


def _checked(tape: Any) -> list[list[str]]:  # noqa: ANN401 - any JSON
    parts = [[kind, text] for kind, text in tape]
    if not all(isinstance(text, str) for part in parts for text in part):
        raise ValueError("it holds no answer")
    return parts


def _play(tape: list[list[str]], given: Mapping[str, Any]) -> None:
    for kind, text in tape:
        if kind == "said":
            say(text)
        elif kind == "lines":
            write_out(text)
        else:
            deliver(text, given.get("output"), quiet=bool(given.get("quiet")))


def _hangs_on(name: str, given: Mapping[str, Any], source: Source) -> dict[str, Any] | None:
    """All that an answer hangs on but the screen; None where that cannot be told, or must not be kept."""
    off = os.environ.get(SWITCH, "").casefold() in ("0", "no", "off", "false")
    writes_more = given.get("skip_invalid") or any(given.get(out) for out in OUTPUTS if out != "output")
    if off or name not in KEPT or source.cache is None or writes_more:
        return None
    hashes: dict[str, str] = {}
    for path in (*_named(given), *_files_of(source)):
        if path is None or not path.is_file():
            return None
        hashes[str(path)] = _hash(path)
    return {
        "answer": _FORMAT,
        "command": name,
        "given": {option: _plain(value) for option, value in sorted(given.items())},
        "files": hashes,
        "program": [__version__, sys.version, _program(), *_libraries()],
        "day": date.today().isoformat(),  # noqa: DTZ011 - the user's day
        "words": {w: v for w, v in os.environ.items() if w in _WORDS or w.startswith(_WORDS_OF_NUMBERS)},
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _named(given: Mapping[str, Any]) -> Iterator[Path | None]:
    """List files that options name; None for what is no file: standard input, a database, a pipe."""
    for option, value in given.items():
        if option in OUTPUTS or option == "data":
            continue
        values = value if isinstance(value, list | tuple) else [value]
        for text in (str(v) for v in values if isinstance(v, str | Path) and not isinstance(v, Enum)):
            if text == "-" or "://" in text:
                yield None
            alike = glob(text) if has_magic(text) else []  # noqa: PTH207 - absolute patterns, too
            for path in map(Path, filter(None, (text, text.rpartition("#")[0], *alike))):
                if not is_there(path):
                    continue
                yield path
                if path.suffix.lower() in _OF_ONE_NAME:
                    yield from path.parent.glob(escape(path.stem) + ".*")


def _files_of(source: Source) -> Iterator[Path]:
    """List the bundled files, and those of a folder that could stand in for them."""
    folder = bundled("region.toml").parent
    names = [path.name for path in folder.iterdir() if path.is_file()]
    yield from (folder / name for name in names)
    if source.folder is not None:
        yield from (source.folder / name for name in names if is_there(source.folder / name))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@functools.cache
def _program() -> str:
    """Hash the names, sizes and times of the files of the program: a checkout changes without a version."""
    found = hashlib.sha256()
    for folder, inner, files in os.walk(Path(__file__).parents[1]):
        inner[:] = sorted(name for name in inner if name != "__pycache__")
        for name in sorted(files):
            known = (path := Path(folder, name)).stat()
            found.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


@functools.cache
def _libraries() -> list[str]:
    """Where the libraries lie and when their folder last changed: another version changes it."""
    found = []
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            package = Path(spec.origin).parent
            found.append(f"{package} {package.stat().st_mtime_ns} {package.parent.stat().st_mtime_ns}")
    return found


def _screen() -> list[object]:
    """How standard output takes lines: its encoding, whether somebody looks, and how wide the screen is."""
    if sys.stdout is None:
        return []
    wide = [os.get_terminal_size(n).columns for n in range(3) if os.isatty(n)]
    encoding = codecs.lookup(sys.stdout.encoding or "utf-8").name
    return [encoding, sys.stdout.isatty(), shutil.get_terminal_size().columns, *wide]
