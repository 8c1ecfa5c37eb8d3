"""Entries of the cache: folders on disk, each named by the hash of all that it came from.

An entry holds ``index.json`` with the checksum of its content, and whatever files that names. It is written
under another name and renamed when it is whole, so that any number of processes can read and write at once:
who comes second throws its own away.

The checksums find damage, not intent: who can write an entry can make it say anything. So an entry is
believed only if it and its folder belong to this user and nobody else can write to them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

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


def read_entry(
    folder: Path, key: Mapping[str, Any], read: Callable[[Path, dict[str, Any]], T], otherwise: T
) -> T:
    """Read an entry, or give back `otherwise` where there is none that can be believed.

    An entry that is damaged, foreign or of another version is told on the log (standard error); what is
    damaged is taken away.

    Parameters
    ----------
    folder : Path
        Where the entries are.
    key : mapping
        All that the entry depends on, JSON-ready.
    read : callable
        Makes the value of the folder of the entry and of the content of its index.
    otherwise : object
    """
    entry = _place(folder, key)
    if not os.path.lexists(entry):
        return otherwise
    try:
        _require_own(folder, entry)
        value = read(entry, _index(entry, key))
    except _ForeignError as error:
        _LOG.warning("%s: this entry of the cache is not believed: %s", entry, error)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        _LOG.warning("%s: this entry of the cache cannot be used and is built again: %s", entry, error)
        _remove(entry)
    else:
        with suppress(PermissionError):  # a cache that others keep and this user may only read
            os.utime(entry)  # used now: the last to be thrown out
        return value
    return otherwise


def keep_entry(folder: Path, key: Mapping[str, Any], write: Callable[[Path], Mapping[str, Any]]) -> None:
    """Keep an entry unless there is one; a folder that cannot be written to is told on the log.

    Parameters
    ----------
    folder, key
        As for `read_entry`.
    write : callable
        Writes files into the folder that it is given, and returns the content of the index.
    """
    entry = _place(folder, key)
    if os.path.lexists(entry):
        return
    try:
        _write(entry, key, write)
        _make_room(folder, entry)
    except OSError as error:
        _LOG.warning(
            "%s: nothing can be kept in the cache: %s. Set ROUTES_CACHE to a folder that can be written to, "
            "or give --no-cache.",
            folder,
            error.strerror or error,
        )


def _place(folder: Path, key: Mapping[str, Any]) -> Path:
    return folder / hashlib.sha256(_json(key)).hexdigest()[:32]


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
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogateescape")


def _write(entry: Path, key: Mapping[str, Any], write: Callable[[Path], Mapping[str, Any]]) -> None:
    temporary = entry.with_name(f".{entry.name}.{os.urandom(8).hex()}")
    try:
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.mkdir(mode=0o700)
        content = _json({"key": key, **write(temporary)})
        checksum = hashlib.sha256(content).hexdigest().encode()
        (temporary / _INDEX).write_bytes(checksum + b"\n" + content)
        try:
            temporary.rename(entry)
        except OSError:
            if not entry.exists():  # else another process was first
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _index(entry: Path, key: Mapping[str, Any]) -> dict[str, Any]:
    checksum, _, content = (entry / _INDEX).read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != checksum:
        raise ValueError(f"{_INDEX} is damaged")
    index: dict[str, Any] = json.loads(content.decode("utf-8", "surrogateescape"))
    if index["key"] != json.loads(_json(key).decode("utf-8", "surrogateescape")):
        raise ValueError("it was made from something else")
    return index


def _remove(entry: Path) -> None:
    """Take an entry away under another name first, so that nobody begins to read it meanwhile."""
    gone = entry.with_name(f".{entry.name}.{os.urandom(8).hex()}")
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
