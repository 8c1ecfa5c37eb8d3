"""Commands as the tests run them: in this process, or as a process of their own."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from kept import answers_kept

from routes.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run a command in this process, as the console script does; what others found is taken (`kept`)."""
    with answers_kept():
        return run_afresh(*arguments, cwd=cwd)


def run_afresh(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run a command in this process, and work everything out anew."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(cwd or Path.cwd()), redirect_stdout(out), redirect_stderr(err):
        try:
            main([*map(str, arguments)])
            code = 0
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 1
    return Done(code, out.getvalue(), err.getvalue())


def run_alone(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Run a command as a process of its own."""
    command = [sys.executable, "-m", "routes", *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, cwd=cwd, check=False, encoding="utf-8"
    )
    return Done(done.returncode, done.stdout, done.stderr)
