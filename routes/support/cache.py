"""What took long to build, kept on disk by the hash of all that it came from.

An entry (`routes.support.entries`) holds the arrays as ``.npy`` files, the rest in its index with the
checksum of every file. Nothing in it can run code.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from routes._version import __version__
from routes.support.entries import keep_entry, read_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

T = TypeVar("T")

FORMAT = 1
_NONE: Any = object()


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
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as name:
    ...     first = kept(Path(name), {"of": 3}, lambda: np.arange(3), ())
    ...     again = kept(Path(name), {"of": 3}, lambda: 1 / 0, ())
    >>> again.tolist()
    [0, 1, 2]
    """
    key = {"format": FORMAT, "version": __version__, **sources}
    named = {kind.__name__: kind for kind in types}
    value: T = read_entry(folder, key, lambda entry, index: _unpacked(entry, index, named), _NONE)
    if value is _NONE:
        value = build()
        keep_entry(folder, key, lambda entry: _packed(entry, value))
    return value


def _packed(entry: Path, value: object) -> dict[str, Any]:
    packing = _Packing(entry)
    return {"value": packing.pack(value), "checksums": packing.checksums}


def _unpacked(entry: Path, index: Mapping[str, Any], types: Mapping[str, type]) -> Any:  # noqa: ANN401 - what was kept
    checksums = index["checksums"]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # hashing lets other threads work
        arrays = list(threads.map(_array, [entry / f"{i}.npy" for i in range(len(checksums))], checksums))
    return _Unpacking(arrays, types).unpack(index["value"])


def _array(path: Path, checksum: str) -> np.ndarray[Any, Any]:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != checksum:
            raise ValueError(f"{path.name} is damaged")
    return np.asarray(np.lib.format.open_memmap(path, mode="r"))  # knows no pickles and no archives


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
