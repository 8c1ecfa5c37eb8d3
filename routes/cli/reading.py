"""The options of every command that analyses: what is asked, which files it reads, which machines work."""

from __future__ import annotations

import inspect
import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial, update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routes.cli.answers import answered
from routes.cli.asked import remembered
from routes.cli.console import progress_bar, say
from routes.cli.options import (  # noqa: TC001 - typer reads them
    AsOfOption,
    ConfigOption,
    DataOption,
    EffortOption,
    PeriodOption,
    QuietOption,
    SeedOption,
    SeizuresOption,
    SinceOption,
    SkipOption,
    SubstanceOption,
    UntilOption,
)
from routes.cli.rejects import write_rejects
from routes.cli.speech import readers_of
from routes.cli.targets import check_sources, check_targets, input_files
from routes.errors import RoutesError
from routes.read.paths import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from routes.analysis import Analysis
    from routes.outputs.documents.text_blocks import Block
    from routes.parameters import Parameters
    from routes.question import Question
    from routes.read import SeizureRecords
    from routes.read.inputs import Inputs
    from routes.read.resolving import PlaceMatch

_LONG_PAST_DAYS = 90
_SHOWN = 50
"""Names that are told one by one."""


def _files_and_machines(
    roads: Annotated[
        Path | None,
        typer.Option(help="Road file, as routes network build writes it. Default: the bundled one."),
    ] = None,
    data: DataOption = None,
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
        ),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Do it on a Dask cluster: tcp://HOST:PORT of its scheduler.")
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Neither read a large network or an answer given before from the cache nor keep one there.",
        ),
    ] = False,
) -> None:
    """Hold the options as typer wants them; never called."""


def _question(
    seizures: SeizuresOption = None,
    effort: EffortOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    period: PeriodOption = False,
    substance: SubstanceOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hold the options as typer wants them; never called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options of an analysis say."""

    source: Source
    seizures: list[str] | None
    question: Question
    parameters: Parameters
    skip_invalid: bool
    quiet: bool
    files: tuple[Path, ...]
    """Inputs, which no output may replace."""
    config: Path | None = None
    effort: str | None = None


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
            check_targets(given, source)
            files = {"roads": roads, "data": data, "resolve_places": resolve_places}
            with remembered(given | files, defaults):
                run_now = partial(_run_on, command, source, given, resolve_places=resolve_places)
                answered(run_now, run.__name__, given | files, source)

    whole = _with_options(command, run, "source", _files_and_machines)
    defaults = {name: of.default for name, of in inspect.signature(whole).parameters.items()}
    return whole


def _run_on(
    command: Callable[..., None], source: Source, given: Mapping[str, Any], *, resolve_places: bool
) -> None:
    with readers_of(source):
        command(source=reading_so(source, given.get("config"), resolve_places), **given)


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a question too; its parameter `asked` becomes what they say."""

    def run(
        source: Source,
        seizures: list[str] | None,
        effort: str | None,
        since: datetime | None,
        until: datetime | None,
        as_of: str | None,
        period: bool,  # noqa: FBT001 - the options
        substance: str | None,
        config: Path | None,
        seed: int,
        skip_invalid: bool,  # noqa: FBT001
        quiet: bool,  # noqa: FBT001
        **given: Any,  # noqa: ANN401 - whatever the command takes
    ) -> None:
        from routes.question import Question

        day = day_asked(as_of) if as_of is not None else None
        question = Question(day_of(since), day_of(until), day, substance, seed, period)
        parameters = parameters_from(config, source)
        files = tuple(input_files((seizures, effort, config), source))
        told = Asked(
            source=source,
            seizures=seizures,
            question=question,
            parameters=parameters,
            skip_invalid=skip_invalid,
            quiet=quiet,
            files=files,
            config=config,
            effort=effort,
        )
        command(asked=told, **given)

    return analyses(_with_options(command, run, "asked", _question))


def _with_options(
    command: Callable[..., None], run: Callable[..., None], made: str, options: Callable[..., None]
) -> Callable[..., None]:
    """Let `run` look like the command, but that the options stand at the end for the parameter they make."""
    own, added = (inspect.signature(of, eval_str=True).parameters for of in (command, options))
    taken = [parameter for name, parameter in own.items() if name != made]
    every = [p.replace(kind=p.KEYWORD_ONLY) for p in (*taken, *added.values())]
    update_wrapper(run, command)
    run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in every}
    return run


def inputs_of(asked: Asked) -> Inputs:
    """Read the files and the seizures asked for; say if the answer will be of a day long past."""
    inputs = read_inputs(
        asked.seizures,
        asked.source,
        skip_invalid=asked.skip_invalid,
        quiet=asked.quiet,
        effort=asked.effort,
    )
    from routes.support.memory import MANY_RECORDS, give_back, keep

    if len(inputs.seizures) > MANY_RECORDS:
        give_back()  # what reading took
    else:
        keep()
    if asked.question.as_of is None and not asked.question.period:
        _tell_age(inputs.region.status_checked, date.today(), quiet=asked.quiet)  # noqa: DTZ011 - the user's day
    if inputs.seizures.empty and asked.seizures:
        from routes.read import shown_name

        found = f"{', '.join(map(shown_name, asked.seizures))}: there is no record below the header."
        if not (asked.question.since and asked.question.until):
            raise RoutesError(f"{found} Give both --since and --until for an answer without seizures.")
        say(found)
    return inputs


def _tell_age(checked: date, today: date, *, quiet: bool) -> None:
    """Say when the day of the data is long past."""
    if (today - checked).days > _LONG_PAST_DAYS:
        say(
            f"The status of crossings was checked up to {checked}, {(today - checked).days} days ago: the "
            "answer is of that day. Add what has opened or shut since to crossing_status.csv (--data).",
            quiet=quiet,
        )


def day_asked(given: str, option: str = "--as-of") -> date:
    """Read a day: 2026-01-15, 15.01.2026 or today.

    Examples
    --------
    >>> day_asked("15.01.2026") == day_asked("2026-01-15")
    True
    """
    if given.strip().casefold() == "today":
        return date.today()  # noqa: DTZ011 - the user's day
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(given.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise RoutesError(
        f"{option}: wanted a day such as 2026-01-15, 15.01.2026 or today, got {given!r}. Is there such a day?"
    )


def analysed(inputs: Inputs, asked: Asked, roads_for: int = 0) -> Analysis:
    """Rank as asked."""
    from routes.analysis import analyse

    return analyse(inputs, asked.parameters, asked.question, roads_for=roads_for)


def _source(roads: Path | None, data: Path | None, no_cache: bool, *, quiet: bool) -> Source:  # noqa: FBT001
    from routes.support.entries import cache_folder

    source = Source(roads, data, None if no_cache else cache_folder())
    check_sources(source)
    if data is not None:
        names = [name for name in source.own() if source.file(name).parent == data]
        say(f"From {data}: {', '.join(names)}.", quiet=quiet)
    return source


def reading_so(source: Source, config: Path | None, resolve_places: bool) -> Source:  # noqa: FBT001
    """Add to a source how its seizures are read: the columns that a config file maps, places looked up."""
    mapping = None
    if config:
        from routes.read import read_mapping

        mapping = read_mapping(config)
    return replace(source, mapping=mapping, resolve_places=resolve_places)


@contextmanager
def _machines(jobs: int | None, scheduler: str | None, *, quiet: bool) -> Iterator[None]:
    """Choose who does heavy work, and show on standard error how far it has come."""
    from routes.support.parallel import engine

    if jobs and scheduler:
        raise RoutesError("--jobs and --scheduler: give one of them. A cluster has workers of its own.")
    bar = partial(progress_bar, "parts worked out", quiet=quiet)
    with hushed(quiet=quiet), engine(jobs, scheduler, bar):
        yield


@contextmanager
def hushed(*, quiet: bool) -> Iterator[None]:
    """Keep warnings of the package silent for a while, if that is asked for."""
    log = logging.getLogger("routes")
    level = log.level
    log.setLevel(logging.ERROR if quiet else level)
    try:
        yield
    finally:
        log.setLevel(level)


def day_of(given: datetime | None) -> date | None:
    """Turn what typer parsed into a day."""
    return given.date() if given else None


def read_inputs(
    seizures: str | Path | list[str] | None,
    source: Source,
    *,
    skip_invalid: bool = False,
    quiet: bool,
    effort: str | None = None,
) -> Inputs:
    """Read the files of the source, and the seizures and the log of inspections asked for."""
    from routes.read.inputs import load_inputs, with_effort

    if not skip_invalid and not source.resolve_places:
        inputs = load_inputs(seizures, source=source)
    else:
        file = seizures or source.file("seizures.csv")
        records = read_for_command(file, source, skip_invalid=skip_invalid, quiet=quiet)
        inputs = load_inputs(file, records, source)
    return inputs if effort is None else with_effort(inputs, effort)


def parameters_from(config: Path | None, source: Source) -> Parameters:
    """Read the parameters of a config file, which may name countries of the source, or take the defaults."""
    from routes.parameters import Parameters, read_parameters
    from routes.read.inputs import region_of

    return read_parameters(config, frozenset(region_of(source).countries)) if config else Parameters()


def read_for_command(
    seizures: str | Path | list[str], source: Source, *, skip_invalid: bool, quiet: bool
) -> SeizureRecords:
    """Read seizures; show the places that were found, and what is left out."""
    from routes.read import read_country_shapes
    from routes.read.inputs import read_seizures_of

    records = read_seizures_of(source, seizures, read_country_shapes(source.file("borders.geojson")))
    if records.matches:
        from routes.outputs.terminal.screen import lines_of

        say(lines_of(matches_blocks(records.matches, records.rows.word)), quiet=quiet)
    if not skip_invalid:
        records.all_valid()
        return records
    for part in records.parts or (records,):
        if len(part.rejected):
            write_rejects(part, quiet=quiet)
    return records


def matches_blocks(matches: Sequence[PlaceMatch], word: str) -> tuple[Block, ...]:
    """Tell what became of each name: found, not found with names like it, or several.

    Examples
    --------
    >>> from routes.read.gazetteer import Spot
    >>> from routes.read.resolving import PlaceMatch
    >>> spot = Spot("Zaranj", "places.csv", "zaranj", "city", 30.96, 61.86)
    >>> from routes.outputs.terminal.screen import lines_of
    >>> print(lines_of(matches_blocks([PlaceMatch("ZARANJ", "AFG", (2, 5), (spot,))], "line")), end="")
    Places found by name: 1 of 1 names, 2 of 2 records.
    <BLANKLINE>
    line          place         is                         lat      lon  inhabitants
    2 and 1 more  'ZARANJ' AFG  Zaranj, city           30.9600  61.8600
                                (places.csv zaranj)
    """
    from routes.outputs.documents.text_blocks import Table, paragraphs

    found = [match for match in matches if len(match.spots) == 1]
    told = sum(len(match.lines) for match in found)
    asked = sum(len(match.lines) for match in matches)
    opening = f"Places found by name: {len(found)} of {len(matches)} names, {told} of {asked} records."
    surplus = len(matches) - _SHOWN
    notes = [f"And {surplus} more names; routes validate --output writes them all."] if surplus > 0 else []
    heads = (word, "place", "is", "lat", "lon", "inhabitants")
    table = Table(heads, tuple(_row(match) for match in matches[:_SHOWN]), figures=(3, 4, 5))
    return (*paragraphs(opening), table, *paragraphs(*notes))


def _row(match: PlaceMatch) -> tuple[str, ...]:
    from routes.read.quoting import show

    more = f" and {len(match.lines) - 1} more" if len(match.lines) > 1 else ""
    where, place = f"{match.lines[0]}{more}", f"{show(match.place)} {match.country}"
    if len(match.spots) == 1:
        spot = match.spots[0]
        people = "" if spot.population is None else f"{spot.population:,}"
        is_ = f"{spot.name}, {spot.kind} ({spot.table} {spot.id})"
        return where, place, is_, f"{spot.lat:.4f}", f"{spot.lon:.4f}", people
    if match.spots:
        return where, place, f"one of {len(match.spots)}: see the fault", "", "", ""
    near = f"; like it, and not taken: {', '.join(match.near)}" if match.near else ""
    return where, place, f"not found{near}", "", "", ""
