"""What took long to build, kept on disk by the hash of all that it came from.

An entry is a folder: the arrays as ``.npy`` files, the rest as ``index.json`` with the checksum of every
file. Nothing in it can run code. It is written under another name and renamed when it is whole, so that
any number of processes can read and write at once: who comes second throws its own away.

The checksums find damage, not intent: who can write an entry can make a network say anything. So an entry is
believed only if it and its folder belong to this user and nobody else can write to them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from routes._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

FORMAT = 1
LIMIT_BYTES = 4_000_000_000  # of all entries together; the least recently used go first
_LEFT_BEHIND_S = 86_400  # what a killed process was still writing a day ago
_INDEX = "index.json"
_OURS = re.compile(r"\.?[0-9a-f]{32}(\.[0-9a-f]{16})?")  # nothing else in the folder is touched
_LOG = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Say where entries are kept: in ``ROUTES_CACHE`` if that is set, else with the user's other caches."""
    given = os.environ.get("ROUTES_CACHE")
    if given:
        return Path(given)
    import platformdirs

    return platformdirs.user_cache_path("routes", appauthor=False)


def kept(folder: Path, sources: Mapping[str, Any], build: Callable[[], T], types: tuple[type, ...]) -> T:
    """Read a value from the cache, or build it and keep it there.

    An entry that is damaged, foreign or of another version is told on the log (standard error), taken away
    and built again. A folder that cannot be written to is told too; the value is built all the same.

    Parameters
    ----------
    folder : Path
        Where the entries are.
    sources : mapping
        All that the value depends on, JSON-ready: hashes of files, parameters.
    build : callable
        Makes the value: dataclasses of `types`, arrays, tables, dicts, lists, tuples, strings, numbers.
    types : tuple of type
        The dataclasses that an entry may hold.

    Returns
    -------
    object
        What `build` returns. From the cache, its arrays are read-only and mapped from the files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     first = kept(Path(name), {"of": 3}, lambda: np.arange(3), ())
    ...     again = kept(Path(name), {"of": 3}, lambda: 1 / 0, ())
    >>> again.tolist()
    [0, 1, 2]
    """
    key = {"format": FORMAT, "version": __version__, **sources}
    entry = folder / hashlib.sha256(_json(key)).hexdigest()[:32]
    if os.path.lexists(entry):
        try:
            _require_own(folder, entry)
            value: T = _read(entry, key, {kind.__name__: kind for kind in types})
        except _ForeignError as error:
            _LOG.warning("%s: this entry of the cache is not believed: %s", entry, error)
            return build()
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            _LOG.warning("%s: this entry of the cache cannot be used and is built again: %s", entry, error)
            _remove(entry)
        else:
            return value
    value = build()
    try:
        _write(entry, key, value)
        _make_room(folder, entry)
    except OSError as error:
        _LOG.warning(
            "%s: nothing can be kept in the cache: %s. Set ROUTES_CACHE to a folder that can be written to, "
            "or give --no-cache.",
            folder,
            error.strerror or error,
        )
    return value


class _ForeignError(Exception):
    """Somebody else could have written it."""


_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def _require_own(folder: Path, entry: Path) -> None:
    """Refuse an entry that another could have written; the folder may be one for all, as /tmp is."""
    if not hasattr(os, "geteuid"):  # Windows, where folders of a user are theirs
        return
    for path in (folder, entry, *(entry.iterdir() if entry.is_dir() and not entry.is_symlink() else ())):
        known = path.stat() if path == folder else path.lstat()
        shared = path == folder and known.st_mode & stat.S_ISVTX
        if known.st_uid != os.geteuid() and not (path == folder and known.st_uid == 0):
            raise _ForeignError(f"{path} belongs to another user. Set ROUTES_CACHE to a folder of your own.")
        if known.st_mode & _OTHERS_WRITE and not shared and not stat.S_ISLNK(known.st_mode):
            raise _ForeignError(f"others may write to {path}. Take that right away: chmod -R go-w {folder}")
        if stat.S_ISLNK(known.st_mode):
            raise _ForeignError(f"{path} is a link, which may lead anywhere.")


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def _write(entry: Path, key: Mapping[str, Any], value: object) -> None:
    temporary = entry.with_name(f".{entry.name}.{secrets.token_hex(8)}")
    try:
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.mkdir(mode=0o700)
        packed = _Packing(temporary)
        content = _json({"key": key, "value": packed.pack(value), "checksums": packed.checksums})
        checksum = hashlib.sha256(content).hexdigest().encode()
        (temporary / _INDEX).write_bytes(checksum + b"\n" + content)
        try:
            temporary.rename(entry)
        except OSError:
            if not entry.exists():  # else another process was first
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _read(entry: Path, key: Mapping[str, Any], types: Mapping[str, type]) -> Any:  # noqa: ANN401 - what was kept
    checksum, _, content = (entry / _INDEX).read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != checksum:
        raise ValueError(f"{_INDEX} is damaged")
    index = json.loads(content)
    if index["key"] != json.loads(_json(key)):
        raise ValueError("it was made from something else")
    checksums = index["checksums"]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # hashing lets other threads work
        arrays = list(threads.map(_array, [entry / f"{i}.npy" for i in range(len(checksums))], checksums))
    value = _Unpacking(arrays, types).unpack(index["value"])
    with suppress(PermissionError):  # a cache that others keep and this user may only read
        os.utime(entry)  # used now: the last to be thrown out
    return value


def _array(path: Path, checksum: str) -> np.ndarray[Any, Any]:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != checksum:
            raise ValueError(f"{path.name} is damaged")
    return np.asarray(np.lib.format.open_memmap(path, mode="r"))  # knows no pickles and no archives


def _remove(entry: Path) -> None:
    """Take an entry away under another name first, so that nobody begins to read it meanwhile."""
    gone = entry.with_name(f".{entry.name}.{secrets.token_hex(8)}")
    try:
        entry.rename(gone)
    except FileNotFoundError:
        return  # another process did it
    except OSError as error:
        _LOG.warning("%s: cannot be taken away: %s", entry, error.strerror or error)
        return
    if gone.is_dir():
        shutil.rmtree(gone, ignore_errors=True)
    else:
        gone.unlink(missing_ok=True)


def _make_room(folder: Path, newest: Path) -> None:
    """Throw out the least recently used entries beyond the limit, and what killed processes left."""
    ages = {path: _stat(path, "st_mtime") for path in folder.iterdir() if _OURS.fullmatch(path.name)}
    for path, age in ages.items():
        if path.name.startswith(".") and age < time.time() - _LEFT_BEHIND_S:
            _remove(path)
    room = float(LIMIT_BYTES)
    for entry in sorted((p for p in ages if not p.name.startswith(".")), key=lambda p: -ages[p]):
        room -= sum(_stat(file, "st_size") for file in entry.glob("*"))
        if room < 0 and entry != newest:
            _remove(entry)


def _stat(path: Path, what: str) -> float:
    """Age or size of a file; 0 if another process has taken it away by now."""
    try:
        return float(getattr(path.stat(), what))
    except FileNotFoundError:
        return 0.0


class _Packing:
    """Turn a value into what JSON can hold, its arrays into files; what occurs twice is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checksums: list[str] = []
        self._seen: dict[int, tuple[object, Any]] = {}  # the object too, lest another gets its id
        self._objects = 0

    def pack(self, value: object) -> Any:  # noqa: ANN401 - any JSON
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if id(value) in self._seen:
            return self._seen[id(value)][1]
        packed, reference = self._pack(value)
        self._seen[id(value)] = value, reference
        return packed

    def _pack(self, value: object) -> tuple[Any, Any]:
        """Give what to write here, and what to write where the same object occurs again."""
        if isinstance(value, np.ndarray):
            array = {"array": self._file(value)}
            return array, array
        if is_dataclass(value) and not isinstance(value, type):
            members = [[field.name, self.pack(getattr(value, field.name))] for field in fields(value)]
            self._objects += 1
            return {"object": [type(value).__name__, members]}, {"same": self._objects - 1}
        packed: dict[str, Any]
        if isinstance(value, tuple | list):
            packed = {type(value).__name__: [self.pack(item) for item in value]}
        elif isinstance(value, dict):
            packed = {"dict": [[self.pack(key), self.pack(item)] for key, item in value.items()]}
        elif isinstance(value, pd.DataFrame) and value.index.equals(pd.RangeIndex(len(value))):
            packed = {"table": [[str(name), *self._column(column)] for name, column in value.items()]}
        else:
            raise TypeError(f"the cache cannot keep a {type(value).__name__}")
        return packed, packed

    def _column(self, column: pd.Series[Any]) -> tuple[str, Any]:
        if column.dtype.kind in "biuf":
            return str(column.dtype), self.pack(column.to_numpy())
        return str(column.dtype), self.pack(column.tolist())

    def _file(self, array: np.ndarray[Any, Any]) -> int:
        path = self.folder / f"{len(self.checksums)}.npy"
        np.save(path, array, allow_pickle=False)
        with path.open("rb") as file:
            self.checksums.append(hashlib.file_digest(file, "sha256").hexdigest())
        return len(self.checksums) - 1


class _Unpacking:
    """The way back from what `_Packing` wrote."""

    def __init__(self, arrays: list[np.ndarray[Any, Any]], types: Mapping[str, type]) -> None:
        self._types = types
        self._objects: list[Any] = []
        self._ways: dict[str, Callable[[Any], Any]] = {
            "array": arrays.__getitem__,
            "same": self._objects.__getitem__,
            "object": self._object,
            "table": self._table,
            "list": lambda items: [self.unpack(item) for item in items],
            "tuple": lambda items: tuple(self.unpack(item) for item in items),
            "dict": lambda pairs: {self.unpack(key): self.unpack(item) for key, item in pairs},
        }

    def unpack(self, packed: Any) -> Any:  # noqa: ANN401 - any JSON
        if not isinstance(packed, dict):
            return packed
        [(kind, content)] = packed.items()
        return self._ways[kind](content)

    def _object(self, content: Any) -> Any:  # noqa: ANN401 - one of the types
        name, members = content
        value = self._types[name](**{member: self.unpack(item) for member, item in members})
        self._objects.append(value)
        return value

    def _table(self, columns: Any) -> pd.DataFrame:  # noqa: ANN401 - any JSON
        return pd.DataFrame({name: pd.Series(self.unpack(of), dtype=kind) for name, kind, of in columns})
