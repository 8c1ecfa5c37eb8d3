"""The options of every command that analyses: which files it reads, and which machines do the work."""

from __future__ import annotations

import functools
import inspect
import logging
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routes.cli.options import progress_bar, say
from routes.errors import RoutesError
from routes.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _options(
    roads: Annotated[
        Path | None,
        typer.Option(
            help="Road file, as routes network build writes it. Default: the bundled one.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of files that stand in for the bundled ones of the same name.",
            show_default=False,
        ),
    ] = None,
    resolve_places: Annotated[
        bool,
        typer.Option(
            "--resolve-places",
            help="Look up seizures that name a place and give no coordinates; what was found is shown.",
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Do all work that can be shared out in this many processes. Default: heavy work only, a "
            "process for each core.",
            show_default=False,
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Do it on a Dask cluster: tcp://HOST:PORT of its scheduler.",
            show_default=False,
        ),
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Neither read a large network from the cache nor keep it there.",
        ),
    ] = False,
) -> None:
    """Hold the options as typer wants them; never called."""


_ADDED = inspect.signature(_options, eval_str=True).parameters


def analyses(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; its own parameter `source` becomes the files that they name."""

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        quiet = given.get("quiet", False)
        asked = {name: given.pop(name) for name in _ADDED}
        with _machines(asked["jobs"], asked["scheduler"], quiet=quiet):
            source = _source(asked["roads"], asked["data"], asked["no_cache"], quiet=quiet)
            command(source=reading_so(source, given.get("config"), asked["resolve_places"]), **given)

    own = inspect.signature(command, eval_str=True)
    taken = [p for name, p in own.parameters.items() if name != "source"]
    every = [p.replace(kind=p.KEYWORD_ONLY) for p in (*taken, *_ADDED.values())]
    run.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in every}
    return run


def _source(roads: Path | None, data: Path | None, no_cache: bool, *, quiet: bool) -> Source:  # noqa: FBT001
    from routes.cache import cache_folder

    source = Source(roads, data, None if no_cache else cache_folder())
    if data is not None:
        names = [name for name in source.own() if source.file(name).parent == data]
        say(f"From {data}: {', '.join(names)}.", quiet=quiet)
    return source


def reading_so(source: Source, config: Path | None, resolve_places: bool) -> Source:  # noqa: FBT001
    """Add to a source how its seizures are read: the columns that a config file maps, places looked up."""
    from routes.tables import read_mapping

    mapping = read_mapping(config) if config else None
    return replace(source, mapping=mapping, resolve_places=resolve_places)


@contextmanager
def _machines(jobs: int | None, scheduler: str | None, *, quiet: bool) -> Iterator[None]:
    """Choose who does heavy work, and show on standard error how far it has come."""
    from routes.parallel import engine

    if jobs and scheduler:
        raise RoutesError("--jobs and --scheduler: give one of them. A cluster has workers of its own.")
    log = logging.getLogger("routes")
    level = log.level
    log.setLevel(logging.ERROR if quiet else level)
    try:
        with engine(jobs, scheduler, lambda: progress_bar("parts worked out", quiet=quiet)):
            yield
    finally:
        log.setLevel(level)
