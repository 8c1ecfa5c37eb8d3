"""What a command says: messages and progress on standard error, results on standard output or a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def say(message: str, *, quiet: bool = False) -> None:
    """Print a message on standard error."""
    if not quiet:
        typer.echo(message, err=True)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Show on standard error how far long work has come; the function given out takes done and of."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    unseen = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=unseen, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def deliver(text: str, output: Path | None, *, quiet: bool) -> None:
    """Write to a file if one is named, else to standard output."""
    from routes.support.files import write_text

    if output is None:
        sys.stdout.write(text)
        return
    write_text(output, text)
    say(f"Wrote {output}.", quiet=quiet)
