"""What a command says: messages and progress on standard error, results on standard output or a file."""

from __future__ import annotations

import codecs
import io
import logging
import os
import re
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from routes.errors import RoutesError, visible, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    from routes.outputs.documents.text_blocks import Block

    Result: TypeAlias = str | tuple[Block, ...]
    """What a command found: data for another program, or blocks for a reader."""


_TAPE: ContextVar[list[list[str]] | None] = ContextVar("_TAPE", default=None)


@contextmanager
def recorded() -> Iterator[list[list[str]]]:
    """Record what is said and delivered, as pairs of kind (said, lines, data) and text."""
    tape: list[list[str]] = []
    token = _TAPE.set(tape)
    try:
        yield tape
    finally:
        _TAPE.reset(token)


def _record(kind: str, text: str) -> None:
    tape = _TAPE.get()
    if tape is not None:
        tape.append([kind, text])


def say(message: str, *, quiet: bool = False) -> None:
    """Print a message on standard error."""
    if not quiet:
        _record("said", without_secrets(message))
        _tell(message)


def _tell(message: str) -> None:
    typer.echo(visible(without_secrets(message)), err=True)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Show on standard error how far long work has come; the function given out takes done and of."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    unseen = quiet or sys.stderr is None or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=unseen, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def stages(*, quiet: bool) -> Callable[[str], AbstractContextManager[Callable[[int, int | None], None]]]:
    """Make what names each stage of long work, and shows how far it has come."""

    @contextmanager
    def stage(what: str) -> Iterator[Callable[[int, int | None], None]]:
        say(f"{what} ...", quiet=quiet)
        with progress_bar(what, quiet=quiet) as tick:
            yield tick

    return stage


def deliver(
    result: Result, output: Path | None = None, *, quiet: bool = False, rights: int | None = None
) -> None:
    """Write to a file if one is named, else to standard output; ``-`` is standard output too.

    Blocks become lines: in a file the same, whatever terminal it is made on.
    """
    from routes.support.files import FOR_ALL, STDOUT, write_text

    if output is None or output == STDOUT:
        _print(result)
        return
    text = result if isinstance(result, str) else _lines(result)
    _record("data", text)
    write_text(output, text, rights=FOR_ALL if rights is None else rights)
    say_written(output, quiet=quiet)


def say_written(output: Path, what: str = "", *, quiet: bool = False) -> None:
    """Tell on standard error which file was written, unless it is the stream that all see."""
    from routes.support.files import STDOUT

    if output != STDOUT and not quiet:
        _tell(f"Wrote {output}{what}.")


def _lines(blocks: tuple[Block, ...]) -> str:
    from routes.outputs.terminal.screen import lines_of

    return lines_of(blocks)


def _print(result: Result) -> None:
    if sys.stdout is None:  # whoever started this process has closed it
        raise RoutesError("standard output is closed. Give --output FILE.")
    text = _for_standard_output(result)
    if isinstance(result, str):
        _record("data", result)
    else:
        _record("lines", text)
    write_out(text)


def write_out(text: str) -> None:
    """Write to standard output all that there is, so that what goes wrong is told now."""
    with _told():
        sys.stdout.write(text)
        sys.stdout.flush()


def _for_standard_output(result: Result) -> str:
    """Write a result for whoever is there: nothing acts on a terminal, data on a pipe stay as they are."""
    seen = sys.stdout.isatty()
    if isinstance(result, str):
        if not seen and isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # what another program reads, whatever is spoken here
        return visible(result) if seen else result
    from routes.outputs.terminal.screen import lines_of, width_here

    return lines_of(result, width_here(), colour=seen)


def show_what_can_be_shown() -> None:
    """Let signs that a terminal's encoding lacks be replaced rather than end the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_STAND_IN)


_STAND_IN = "routes.stand_in"


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Replace what an encoding lacks: signs and accented letters by plain ones, the rest by ``?``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_plainer(sign, error.encoding) for sign in lacking), error.end


def _plainer(sign: str, encoding: str) -> str:
    """Write a sign with what an encoding has.

    Examples
    --------
    >>> _plainer("\N{EN DASH}", "cp866"), _plainer("\N{LATIN SMALL LETTER A WITH MACRON}", "ascii")
    ('-', 'a')
    >>> _plainer("\N{ARABIC LETTER BEH}", "cp1251")
    '?'
    """
    import unicodedata

    from routes.outputs.text import plain

    letters = unicodedata.normalize("NFKD", plain(sign))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    try:
        bare.encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return bare


codecs.register_error(_STAND_IN, _stand_in)


class _Messages(logging.Handler):
    """Warnings of the package, told as every other message."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def hear_warnings() -> None:
    """Let what the package warns of reach standard error by way of `say`."""
    log = logging.getLogger("routes")
    if not any(isinstance(handler, _Messages) for handler in log.handlers):
        log.addHandler(_Messages(logging.WARNING))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_results()
        raise RoutesError(f"standard output: cannot be written: {error.strerror or error}.") from error


def drop_results() -> None:
    """Give up what is left in the buffer of standard output, else Python tries and fails again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def flush_results() -> None:
    """Write what is left for standard output, while it can still be told if that fails."""
    if sys.stdout is not None:
        with _told():
            sys.stdout.flush()


def keep_streams_apart() -> None:
    """Let no file that is opened later take the number of a stream that is closed.

    What a library in C writes there, to what it takes for standard error, would stand in the file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the smallest free number


TOO_LITTLE_MEMORY = (
    "there was too little memory for this. Close other programs, take a smaller road file, or fewer workers "
    "(--jobs 1)."
)
_LACKS = re.compile(
    r"cannot allocate memory|failed to map segment|can't start new thread|unable to allocate|bad_alloc",
    re.IGNORECASE,
)


_LEAST_ADDRESSES = 768 * 2**20
"""Below it the linear algebra that comes with scipy may end the process, or spin without end, as it loads."""


def is_cramped() -> bool:
    """Whether this process may not even have the memory that the libraries need to be loaded.

    Examples
    --------
    >>> is_cramped()
    False
    """
    try:
        import resource
    except ImportError:  # a system that has no such limit
        return False
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return most != resource.RLIM_INFINITY and most < _LEAST_ADDRESSES


def is_lack_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says that memory has run out.

    Examples
    --------
    >>> is_lack_of_memory(MemoryError()), is_lack_of_memory(ImportError("x.so: failed to map segment"))
    (True, True)
    >>> is_lack_of_memory(ValueError("x"))
    False
    """
    while error is not None:
        if isinstance(error, MemoryError) or _LACKS.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


_SHORTEST = 4  # a shorter secret would be found in other words


def hidden(message: str, arguments: Sequence[str]) -> str:
    """Take out of a message what is secret in it, as such or because it is in what was given.

    Examples
    --------
    >>> hidden("got 'se cret@db', wanted a day", ["postgresql://ann:se cret@db/cases"])
    "got '***@db', wanted a day"
    """
    secrets = {secret for text in arguments for secret in _secrets_of(text)}
    for secret in sorted(secrets, key=len, reverse=True):
        message = message.replace(secret, "***").replace(repr(secret)[1:-1], "***")
    return without_secrets(message)


_USER_ENDS = (re.compile(r"(?s):[/\\]*[^:@]*:(.+)@"), re.compile(r"(?s)^[^:@]*:(?![/\\])(.+)@"))
_VALUE = re.compile(r"(?is)(?:pass\w*|pwd|secret|token)\s*=\s*(.+)")


def _secrets_of(text: str) -> Iterator[str]:
    """List what may be secret in an argument: between user and host, behind ``password=``; decoded, too."""
    from urllib.parse import unquote

    for form in {text, unquote(text)}:
        found = [part for pattern in _USER_ENDS for part in pattern.findall(form)]
        for value in _VALUE.findall(form):
            found += [value, re.split(r"[&;\s]", value)[0], value.partition("&")[0]]
        for part in found:
            for secret in {part, unquote(part), part.strip("'\" ")}:
                if len(secret) >= _SHORTEST:
                    yield secret
