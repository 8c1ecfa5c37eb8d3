"""Writing files so that a reader never sees half of one, and nothing is lost that nobody meant to lose."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STDOUT = Path("-")
"""The name of standard output among file names."""

FOR_ALL = 0o666
FOR_OWNER = 0o600
"""Rights of a new file; the user's mask takes from them."""

_BITS = 0o777
_GROUP = 0o070
_STREAM = re.compile(r"/dev/(?:fd/(\d+)|stdout|stderr)|/proc/self/fd/(\d+)")
_NUMBERS = {"/dev/stdout": 1, "/dev/stderr": 2}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # one letter is a drive


@contextmanager
def written_whole(path: Path, *, rights: int = FOR_ALL, fresh: bool = False) -> Iterator[Path]:
    """Give a temporary path; if all goes well it becomes `path`, else nothing is left of it.

    The temporary file lies beside `path`, in a folder that only the user can open, and has its name. Missing
    folders are made. Of a symbolic link the target is replaced, and the link stays. Onto a device, a pipe or
    a stream of this process (``-``, ``/dev/stdout``) the content is written when it is whole.

    Parameters
    ----------
    path : Path
        ``-`` is standard output.
    rights : int
        Mode of a new file, less the mask of the user. A file that is there keeps its owner and its mode, but
        for what `FOR_OWNER` takes from it.
    fresh : bool
        Whether a file that is there is a fault, not one to be replaced.

    Raises
    ------
    RoutesError
        If nothing can be written there.
    BrokenPipeError
        If nobody reads standard output any more.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder) / "new" / "a.txt") as temporary:
    ...         _ = temporary.write_text("whole")
    ...     (Path(folder) / "new" / "a.txt").read_text()
    'whole'
    """
    with _told(path):
        stream = _stream_of(path)
        if stream is None and not _is_passage(path):
            with _renamed(Path(os.path.realpath(path)), rights, fresh=fresh) as temporary:
                yield temporary
            return
        with _passed_on(path, stream) as temporary:
            yield temporary


@contextmanager
def _told(path: Path) -> Iterator[None]:
    if _ADDRESS.match(str(path)):
        raise RoutesError("an output is a file; what was given is an address. Name a file.")
    try:
        yield
    except BrokenPipeError as error:
        if path == STDOUT:
            raise
        raise RoutesError(f"{path}: cannot be written: nobody reads there any more.") from error
    except OSError as error:
        raise RoutesError(f"{path}: cannot be written: {error.strerror or error}") from error


def _stream_of(path: Path) -> int | None:
    """Give the number of an open file that a path stands for; opened anew, its content would be lost."""
    if path == STDOUT:
        return 1
    found = _STREAM.fullmatch(str(path))
    return None if found is None else int(found[1] or found[2] or _NUMBERS.get(str(path), 0))


def _is_passage(path: Path) -> bool:
    """Whether what is written to a path goes elsewhere: a device or a pipe."""
    known = _stat(path)
    if known is None:
        return False
    if stat.S_ISBLK(known.st_mode):
        raise OSError(0, "it is a disk; name a file")
    return stat.S_ISCHR(known.st_mode) or stat.S_ISFIFO(known.st_mode) or stat.S_ISSOCK(known.st_mode)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _replaceable(path: Path) -> os.stat_result | None:
    """Look at what stands where a file shall stand; an OSError if it may not go."""
    before = _stat(path)
    if before is not None and stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(21, "it is a folder; name a file in it", str(path))
    if before is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, "it is protected from writing", str(path))
    return before


@contextmanager
def _renamed(path: Path, rights: int, *, fresh: bool) -> Iterator[Path]:
    import shutil  # here, as tempfile below: together they take a tenth of the time of --help

    before = _replaceable(path)
    if before is not None and fresh:
        raise FileExistsError(17, "it is there already", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named before it is made: an interrupt between the two must not leave it behind.
    folder = path.with_name(f".routes-{os.urandom(4).hex()}")
    try:
        folder.mkdir(mode=0o700)
        temporary = folder / path.name
        temporary.touch(mode=FOR_OWNER)
        yield temporary
        _give_rights(temporary, rights, before)
        _to_disk(temporary)
        if fresh:
            path.hardlink_to(temporary)
        else:
            temporary.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_rights(file: Path, rights: int, before: os.stat_result | None) -> None:
    """Give a file the mode of the one that it replaces, never a wider one, and its owner if that can be."""
    if before is None:
        file.chmod(rights & ~_umask())
        return
    mode = stat.S_IMODE(before.st_mode) & (FOR_OWNER if rights == FOR_OWNER else _BITS)
    now = file.stat()
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.chown(file, before.st_uid, before.st_gid)
        except PermissionError:
            mode &= ~_GROUP  # another group than the one that these rights were meant for
    file.chmod(mode)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _to_disk(file: Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())


@contextmanager
def _passed_on(path: Path, stream: int | None) -> Iterator[Path]:
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="routes-", ignore_cleanup_errors=True) as folder:
        temporary = Path(folder) / ("output" if stream is not None else path.name)
        temporary.touch(mode=FOR_OWNER)
        yield temporary
        if stream == 1 and sys.stdout is not None:
            sys.stdout.flush()
        sink = os.open(path, os.O_WRONLY) if stream is None else os.dup(stream)
        with temporary.open("rb") as source, os.fdopen(sink, "wb") as passage:
            shutil.copyfileobj(source, passage)


def write_text(path: Path, text: str, *, rights: int = FOR_ALL) -> None:
    """Write a text file, UTF-8, whole or not at all."""
    write_bytes(path, text.encode(), rights=rights)


def write_bytes(path: Path, content: bytes, *, rights: int = FOR_ALL, fresh: bool = False) -> None:
    """Write a file, whole or not at all."""
    with written_whole(path, rights=rights, fresh=fresh) as temporary:
        temporary.write_bytes(content)


def is_there(path: str | Path) -> bool:
    """Whether something has this name; a name that no system allows is none.

    Examples
    --------
    >>> is_there("."), is_there("x" * 10_000)
    (True, False)
    """
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def check_outputs(outputs: Mapping[str, Path], inputs: Iterable[Path]) -> None:
    """Refuse an output that cannot be, is an input of the same run by whatever name, or another output.

    To be asked before the work, so that no work is lost and no input either.

    Parameters
    ----------
    outputs : mapping of str to Path
        By the option that names each.
    inputs : iterable of Path
        Those that are no file are passed over.

    Raises
    ------
    RoutesError
        With the option and the file.

    Examples
    --------
    >>> from routes.read.paths import bundled
    >>> check_outputs({"--output": bundled("places.csv")}, [bundled("places.csv")])
    Traceback (most recent call last):
    ...
    routes.errors.RoutesError: --output: places.csv is an input of this run. Name another file.
    """
    read = [file for file in inputs if os.path.isfile(file)]  # noqa: PTH113 - is_file raises on a long name
    seen: list[str] = []
    for option, output in outputs.items():
        with _told(output):
            if _stream_of(output) is not None or _is_passage(output):
                continue
            known = _replaceable(output)
        if known and any(output.samefile(file) for file in read):
            raise RoutesError(f"{option}: {output.name} is an input of this run. Name another file.")
        where = os.path.realpath(output)
        if where in seen:
            raise RoutesError(f"{option}: {output.name} is another output, too. Name another file.")
        seen.append(where)
