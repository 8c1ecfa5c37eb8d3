"""The commands under one name, and what happens to errors."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from routes.cli.console import (
    TOO_LITTLE_MEMORY,
    drop_results,
    flush_results,
    hear_warnings,
    hidden,
    is_cramped,
    is_lack_of_memory,
    keep_streams_apart,
    show_what_can_be_shown,
)
from routes.cli.quick import QuickCommand, QuickGroup
from routes.errors import RoutesError, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS = {
    "rank": "rank.rank",
    "map": "map.map_",
    "validate": "validate.validate",
    "config": "rank.config",
    "backtest": "trust.backtest",
    "calibrate": "trust.calibrate",
    "forecast": "forecast.forecast",
    "score": "forecast.score",
    "explain": "trust.explain",
    "compare": "trust.compare",
    "changes": "changes.changes",
    "chokepoints": "planning.chokepoints",
    "patrol": "patrol.patrol",
    "whatif": "planning.whatif",
    "interdict": "interdict.interdict",
    "simulate-plan": "simulate.simulate_plan",
    "vital": "simulate.vital",
    "next": "next.next_",
    "brief": "briefing.brief",
    "dossier": "dossier.dossier",
    "export": "export.export",
    "schema": "export.schema",
    "new": "new.new",
    "network": "network.network_app",
}
"""Every command or group of commands, as ``module.function`` of this package, in the order of the help."""


_HELP = ("-h", "--help")


def _app_of(names: Iterable[str], *, listed_only: bool = False) -> typer.Typer:
    """Put commands under one name; the modules of others are not even read.

    Those that are only to be listed do without their options, which take as long as all the rest.
    """
    made = typer.Typer(
        name="routes",
        help="Rank, map and question the corridors by which precursors are smuggled in.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # boxes take a third of the time of --help, and eat what stands in brackets
        context_settings={
            "help_option_names": [*_HELP],
            "token_normalize_func": str.casefold,  # of options and of their choices
        },
    )
    for name in names:
        module, _, function = COMMANDS[name].partition(".")
        command = getattr(import_module(f"{__package__}.{module}"), function)
        is_group = isinstance(command, typer.Typer)
        if listed_only:
            made.command(name, help=command.info.help if is_group else command.__doc__)(_nothing)
        elif is_group:
            made.add_typer(command, name=name)
        else:
            made.command(name, cls=QuickCommand)(command)
    made.callback(cls=QuickGroup)(_app)
    return made


def _nothing() -> None:
    pass


@cache
def _whole() -> typer.Typer:
    return _app_of(COMMANDS)


def __getattr__(name: str) -> typer.Typer:
    """Make ``app``, all commands under one name, when it is asked for."""
    if name == "app":
        return _whole()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name ``app`` too, for what looks for programs by their names."""
    return sorted({*globals(), "app"})


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over by position
    if wanted:
        from routes._version import __version__

        typer.echo(f"routes {__version__}")
        raise typer.Exit


def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors of the user are told in one message, without a traceback."""
    # The matrices here are small: threads would cost ten times more than they give. Set before numpy is read.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = sys.argv[1:] if arguments is None else arguments
    show_what_can_be_shown()
    hear_warnings()
    if is_cramped() and given and "--help" not in given:
        _end(TOO_LITTLE_MEMORY, given)
    try:
        wanted = given[0].casefold() if given else ""
        app = _app_of([wanted]) if wanted in COMMANDS else _app_of(COMMANDS, listed_only=wanted in _HELP)
        code = app(arguments, standalone_mode=False)
        flush_results()
    except RoutesError as error:
        _end(str(error), given)
    except BrokenPipeError:
        # The reader of a pipe has gone: there is nobody left to tell.
        if sys.stderr is not None:
            sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        show = getattr(error, "show", None)  # bad use, as typer tells it
        if show is not None:
            told = io.StringIO()
            show(file=told)
            _end(told.getvalue().rstrip("\n"), given)
        if is_lack_of_memory(error):
            _end(TOO_LITTLE_MEMORY, given)
        if getattr(error, "errno", None) != errno.ENOSPC:
            raise
        drop_results()  # of help, which typer prints
        _end(f"standard output: cannot be written: {os.strerror(errno.ENOSPC)}.", given)
    sys.exit(code if isinstance(code, int) else 0)


def _end(message: str, arguments: list[str]) -> NoReturn:
    typer.echo(visible(hidden(message, arguments)), err=True)
    sys.exit(2)


def run() -> None:
    """Run the command line as a process of its own.

    A short process of many objects need not be swept often, and not at all when it ends: that alone took a
    fifth of the time of ``routes rank``. A million objects that wait to be swept are some 100 MB at most.
    """
    gc.set_threshold(1_000_000, 50, 100)
    keep_streams_apart()
    try:
        main()
    except Exception as error:  # noqa: BLE001 - a fault of this program: told whole, but for what is secret
        _tell_fault(error)
        sys.exit(1)
    finally:
        gc.freeze()


def _tell_fault(error: Exception) -> None:
    import traceback

    told = hidden("".join(traceback.format_exception(error)), sys.argv[1:])
    typer.echo(visible(told), nl=False, err=True)
