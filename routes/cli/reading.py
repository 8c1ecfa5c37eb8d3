"""The options of every command that analyses: what is asked, which files it reads, which machines work."""

from __future__ import annotations

import functools
import inspect
import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routes.cli.options import (
    AsOfOption,
    ConfigOption,
    QuietOption,
    SeedOption,
    SeizuresOption,
    SinceOption,
    SkipOption,
    SubstanceOption,
    UntilOption,
    day_of,
    parameters_from,
    progress_bar,
    read_inputs,
    say,
)
from routes.errors import RoutesError
from routes.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from routes.analysis import Analysis, Question
    from routes.inputs import Inputs
    from routes.parameters import Parameters


def _files_and_machines(
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


def _question(
    seizures: SeizuresOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    substance: SubstanceOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hold the options as typer wants them; never called."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of an analysis say."""

    source: Source
    seizures: str | None
    question: Question
    parameters: Parameters
    skip_invalid: bool
    quiet: bool


def analyses(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command options for files and machines; its parameter `source` becomes the files they name."""

    def run(
        roads: Path | None,
        data: Path | None,
        resolve_places: bool,  # noqa: FBT001 - the options
        jobs: int | None,
        scheduler: str | None,
        no_cache: bool,  # noqa: FBT001
        **given: Any,  # noqa: ANN401 - whatever the command takes
    ) -> None:
        quiet = given.get("quiet", False)
        with _machines(jobs, scheduler, quiet=quiet):
            source = _source(roads, data, no_cache, quiet=quiet)
            command(source=reading_so(source, given.get("config"), resolve_places), **given)

    return _with_options(command, run, "source", _files_and_machines)


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a question too; its parameter `asked` becomes what they say."""

    def run(
        source: Source,
        seizures: str | None,
        since: datetime | None,
        until: datetime | None,
        as_of: datetime | None,
        substance: str | None,
        config: Path | None,
        seed: int,
        skip_invalid: bool,  # noqa: FBT001 - the options
        quiet: bool,  # noqa: FBT001
        **given: Any,  # noqa: ANN401 - whatever the command takes
    ) -> None:
        from routes.analysis import Question

        question = Question(day_of(since), day_of(until), day_of(as_of), substance, seed)
        parameters = parameters_from(config)
        command(asked=Asked(source, seizures, question, parameters, skip_invalid, quiet), **given)

    return analyses(_with_options(command, run, "asked", _question))


def _with_options(
    command: Callable[..., None], run: Callable[..., None], made: str, options: Callable[..., None]
) -> Callable[..., None]:
    """Let `run` look like the command, but that the options stand at the end for the parameter they make."""
    own, added = (inspect.signature(of, eval_str=True).parameters for of in (command, options))
    taken = [parameter for name, parameter in own.items() if name != made]
    every = [p.replace(kind=p.KEYWORD_ONLY) for p in (*taken, *added.values())]
    functools.update_wrapper(run, command)
    run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in every}
    return run


def inputs_of(asked: Asked) -> Inputs:
    """Read the files and the seizures asked for."""
    return read_inputs(asked.seizures, asked.source, skip_invalid=asked.skip_invalid, quiet=asked.quiet)


def analysed(inputs: Inputs, asked: Asked, roads_for: int = 0) -> Analysis:
    """Rank as asked."""
    from routes.analysis import analyse

    return analyse(inputs, asked.parameters, asked.question, roads_for=roads_for)


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
