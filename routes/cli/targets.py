"""What a command may write to: no input of its own, and nothing that cannot be written."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import RoutesError
from routes.support.files import check_outputs, is_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routes.read.paths import Source

OUTPUTS = ("output", "png", "annex")
"""Parameters of commands that name a file to write."""


def check_targets(given: Mapping[str, object], source: Source | None = None) -> None:
    """Refuse, before the work, outputs that are an input of the run or cannot be written.

    Parameters
    ----------
    given : mapping of str to object
        What each parameter of a command was given. Whatever is no output and names a file is an input.
    source : Source, optional
        Its files are inputs.

    Raises
    ------
    RoutesError
        With the option and the file.
    """
    outputs = {f"--{name}": value for name in OUTPUTS if isinstance(value := given.get(name), Path)}
    if outputs:
        named = [value for name, value in given.items() if name not in OUTPUTS]
        check_outputs(outputs, input_files(named, source))


def input_files(named: Iterable[object], source: Source | None = None) -> list[Path]:
    """List the files that options name, a sheet or layer left off, and those of the source."""
    files = list(source.files().values()) if source is not None else []
    for value in named:
        texts = value if isinstance(value, list | tuple) else [value]
        for text in (str(each) for each in texts if isinstance(each, str | Path)):
            files += [Path(text), Path(text.rpartition("#")[0])]
            if glob.has_magic(text):
                files += map(Path, glob.glob(text))  # noqa: PTH207 - absolute patterns, too
    return files


def check_sources(source: Source) -> None:
    """Refuse a road file or a folder of data that is not there.

    Raises
    ------
    RoutesError
        With the option, and what is wrong.
    """
    if source.roads is not None and not is_there(source.roads):
        raise RoutesError(
            f"--roads: there is no file {source.roads}. Give a road file, as routes network build writes it."
        )
    if source.folder is not None and not source.folder.is_dir():
        what = "is a file, not a folder" if is_there(source.folder) else "is not there"
        raise RoutesError(f"--data: {source.folder} {what}. Give the folder that holds your files.")
