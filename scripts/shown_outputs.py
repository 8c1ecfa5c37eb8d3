"""Run what the README and the documentation show, and put what it prints in place.

``python scripts/shown_outputs.py`` writes the shown outputs of all pages anew, after a change of data or
model. The tests use the same functions and compare.

Two things are shown. A command: a block under ``<!-- output of: routes rank -->``. A cell: a block
of Python; the block of text right under it holds what it prints, and the value of its last line, as in a
notebook. The cells of a page share their names and run from top to bottom.
"""

from __future__ import annotations

import ast
import io
import re
import shlex
import subprocess
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routes.outputs.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
_COMMAND = re.compile(r"(<!-- output of: ((?:routes|python) .*?) -->\n```text\n)(.*?)\n?```", re.DOTALL)
_CELL = re.compile(r"(```python\n(.*?)\n```\n)(?:\n```text\n(.*?)\n?```\n)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of Python and what the page says that it prints."""

    source: str
    shown: str


def pages() -> list[Path]:
    """List the README and the pages of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_of(text: str) -> list[tuple[str, str]]:
    r"""List commands and what the page says that they print.

    Examples
    --------
    >>> commands_of("<!-- output of: routes rank -->\n```text\nrow\n```\n")
    [('routes rank', 'row')]
    """
    return [(command, shown) for _, command, shown in _COMMAND.findall(text)]


def cells_of(text: str) -> list[Cell]:
    r"""List the cells of a page.

    Examples
    --------
    >>> cells_of("```python\n1 + 1\n```\n\n```text\n2\n```\n")
    [Cell(source='1 + 1', shown='2')]
    """
    return [Cell(source, shown) for _, source, shown in _CELL.findall(text)]


def run_cell(source: str, names: dict[str, Any]) -> str:
    r"""Run a cell and return what it prints, and the value of its last line.

    Examples
    --------
    >>> run_cell("a = 20\nprint('now')\na + 1", {})
    'now\n21'
    """
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)  # noqa: S102 - a page of our own
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307 - likewise
            if value is not None:
                print(value)
    return out.getvalue().rstrip()


def as_a_process(words: list[str]) -> str:
    """Run a command in a process of its own from the top of the project, and return what it prints."""
    start = ["-m", "routes"] if words[0] == "routes" else []
    done = subprocess.run(  # noqa: S603 - commands of our own pages
        [sys.executable, *start, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def run_command(command: str, printed_by: Callable[[list[str]], str] = as_a_process) -> str:
    r"""Run a command of a page and return what it prints; `printed_by` is given its words.

    After ``| head -n N`` it is the first N lines.

    Examples
    --------
    >>> run_command("routes rank | head -n 1", lambda words: f"{words}\nand more")
    "['routes', 'rank']"
    """
    command, _, first = command.partition(" | head -n ")
    lines = printed_by(shlex.split(command)).splitlines()
    return "\n".join(lines[: int(first) if first else None]).rstrip()


def differences(got: str, shown: str) -> list[str]:
    """Compare what is printed with what is shown, word for word.

    Figures with a point may differ as much as another machine's arithmetic makes them, and so may words with
    digits in them.

    Examples
    --------
    >>> differences("a 10.01 %", "a 10.0 %"), differences("b 12.0", "a 10.0")
    ([], ["'b' where 'a' is shown", "'12.0' where '10.0' is shown"])
    """
    words = [re.split(r"[\s-]+", plain(text).strip()) for text in (got, shown)]
    if len(words[0]) != len(words[1]):
        return [f"{len(words[0])} words where {len(words[1])} are shown:\n{got}"]
    return [
        f"{now!r} where {then!r} is shown" for now, then in zip(*words, strict=True) if not _alike(now, then)
    ]


def _alike(now: str, then: str) -> bool:
    figures = [re.sub(r"[,%()+:]", "", word) for word in (now, then)]
    if all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", figure) for figure in figures) and "." in then:
        last_digit = 10.0 ** -len(figures[1].partition(".")[2])
        return (
            abs(float(figures[0]) - float(figures[1])) <= max(3 * last_digit, 0.05 * float(figures[1])) + 1e-9
        )
    return now == then or bool(re.search(r"\d", then))


def renewed(text: str, folder: Path) -> str:
    """Return a page with what its commands and cells print now; cells run in the folder."""
    text = _COMMAND.sub(lambda found: f"{found[1]}{run_command(found[2])}\n```", text)
    names: dict[str, Any] = {}

    def again(found: re.Match[str]) -> str:
        with chdir(folder):
            printed = run_cell(found[2], names)
        return found[1] + (f"\n```text\n{printed}\n```\n" if printed else "")

    return _CELL.sub(again, text)


def main() -> None:
    """Renew all pages, or those named."""
    for path in [Path(name) for name in sys.argv[1:]] or pages():
        before = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            after = renewed(before, Path(folder))
        print(f"{'renewed' if after != before else 'as it was'}: {path}")
        path.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
