"""The command line: parse, one call, render, exit code.

Exit codes: 0 good, 1 found wanting, 2 bad use or bad input, 130 interrupted. Results go to standard
output or a file, messages and progress to standard error. Heavy imports happen inside the commands, so
that ``routes --help`` is quick.
"""

from routes.cli.app import main, run

__all__ = ["main", "run"]
