"""Blocks -> lines for a terminal, at the width that there is."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from routes.errors import visible
from routes.outputs.documents.text_blocks import Figure, Paragraph, Points
from routes.outputs.language import ISOLATES
from routes.outputs.text import NO_BREAK, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.outputs.documents.text_blocks import Block, Table

WIDTH = 80
NARROWEST, WIDEST = 50, 120
_GAP = 2
_LONGEST_WORD = 24  # of a column of text: a longer word is folded
_KEPT = "\ufdd0"  # stands for a no-break space while lines are broken: rich would break there


def width_here() -> int:
    """Columns that a text may take: those of the terminal, within bounds; 80 where there is none.

    ``COLUMNS`` goes before both.
    """
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return _bounded(int(asked))
    try:
        return _bounded(os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError, AttributeError):  # a pipe, a file, no standard output at all
        return WIDTH


def _bounded(columns: int) -> int:
    return min(max(columns, NARROWEST), WIDEST) if columns else WIDTH


def lines_of(blocks: Sequence[Block], width: int = WIDTH, *, colour: bool = False) -> str:
    """Write blocks as lines with an empty line between them.

    Whatever data could do to a terminal is made visible.

    Parameters
    ----------
    blocks : sequence of Block
    width : int
        Columns of the longest line.
    colour : bool
        Whether the text may hold terminal codes.

    Examples
    --------
    >>> from routes.outputs.documents.text_blocks import Paragraph, figures, table_of, words
    >>> table = table_of(words("what", ["a road"]), figures("km", [12]))
    >>> print(lines_of([table, Paragraph("Made up.")]), end="")
    what    km
    a road  12
    <BLANKLINE>
    Made up.
    """
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="auto" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    written = []
    for block in blocks:
        _print(console, block)
        lines = [line.rstrip(" ") for line in out.getvalue().splitlines()]
        written.append("\n".join(lines).replace(_KEPT, NO_BREAK))
        out.seek(0)
        out.truncate()
    return "\n\n".join(text for text in written if text) + "\n" if any(written) else ""


def _print(console: Console, block: Block) -> None:
    if isinstance(block, Paragraph):
        console.print(_safe(block.text))
    elif isinstance(block, Figure):
        console.print(_safe(f"Picture: {block.caption}"))
    elif isinstance(block, Points):
        grid = _grid()
        for number, item in enumerate(block.items, 1):
            grid.add_row(f"{number}." if block.numbered else "-", _safe(item))
        console.print(grid)
    else:
        _print_table(console, block)


def _clean(text: str) -> str:
    """Text that can do nothing to a terminal, in which numbers keep their units."""
    return visible(typeset(text.translate(ISOLATES))).replace("\n", " ")


def _safe(text: str) -> Text:
    """Clean a text for rich: without marks that it knows, and not to be broken at no-break spaces."""
    return Text(_clean(text).replace(NO_BREAK, _KEPT))


def _grid(*, heads: bool = False) -> Grid:
    return Grid(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=heads, header_style="bold")


def _print_table(console: Console, table: Table) -> None:
    if table.caption:
        console.print(_safe(table.caption))
    columns = [_Column(table, i) for i in range(len(table.heads))]
    widths = _widths(columns, set(table.spare), console.width)
    if widths is None:
        _print_as_list(console, table)
        return
    grid = _grid(heads=any(table.heads))
    shown = [columns[i] for i in widths]
    for column, head in zip(shown, _heads(shown, [*widths.values()]), strict=True):
        width = widths[column.number]
        grid.add_column(
            Text(head), justify="right" if column.figures else "left", width=width, overflow="fold"
        )
    for row in table.rows:
        grid.add_row(*(_safe(row[i]) for i in widths))
    console.print(grid)


class _Column:
    """What the width of a column hangs on."""

    def __init__(self, table: Table, number: int) -> None:
        cells = [_clean(row[number]) for row in table.rows]
        self.number, self.figures = number, number in table.figures
        self.head = _clean(table.heads[number])
        head = _width_of_two_lines(self.head) if self.figures else cell_len(self.head)
        self.natural = max([head, *map(cell_len, cells)])
        longest_word = max((cell_len(word) for cell in cells for word in cell.split(" ")), default=0)
        self.least = self.natural if self.figures else max(head, min(longest_word, _LONGEST_WORD))


def _width_of_two_lines(head: str) -> int:
    """Width at which a head takes no more than two lines, and breaks between words.

    Examples
    --------
    >>> _width_of_two_lines("dearer if closed"), _width_of_two_lines("km")
    (9, 2)
    """
    words = [cell_len(word) for word in head.split(" ")]
    breaks = [(sum(words[:i]) + i - 1, sum(words[i:]) + len(words) - i - 1) for i in range(1, len(words))]
    return min(map(max, breaks), default=words[0])


def _widths(columns: Sequence[_Column], spare: set[int], width: int) -> dict[int, int] | None:
    """Choose columns with their widths, spare ones while there is room; None if the rest is too wide.

    Spare columns must fit unbroken: they are no gain where they break the lines of the others.
    """
    left = list(columns)
    while _over(left, width) > 0 and any(column.number in spare for column in left):
        left.remove([column for column in left if column.number in spare][-1])
    widths = {column.number: column.natural for column in left}
    for _ in range(_over(left, width)):
        soft = [column for column in left if widths[column.number] > column.least]
        if not soft:
            return None
        widths[max(soft, key=lambda column: widths[column.number]).number] -= 1
    return widths


def _over(columns: Sequence[_Column], width: int) -> int:
    return sum(column.natural for column in columns) + _GAP * (len(columns) - 1) - width


def _heads(columns: Sequence[_Column], widths: Sequence[int]) -> list[str]:
    """Heads, broken where their columns are narrower, with their last lines side by side."""
    import textwrap

    kept = [column.head.replace(NO_BREAK, _KEPT) for column in columns]
    broken = [textwrap.wrap(head, max(width, 1)) or [""] for head, width in zip(kept, widths, strict=True)]
    most = max(map(len, broken), default=0)
    return ["\n".join([""] * (most - len(lines)) + lines) for lines in broken]


def _print_as_list(console: Console, table: Table) -> None:
    """Write every row as its first words, and under them each further cell with its head."""
    key = next((i for i in range(len(table.heads)) if i not in table.figures), 0)
    for row in table.rows:
        console.print(_safe(" ".join(row[: key + 1])))
        rest = (f"{table.heads[i]} {row[i]}".strip() for i in range(key + 1, len(row)) if row[i])
        for line in _safe("; ".join(rest)).wrap(console, console.width - _GAP):
            console.print(Text(" " * _GAP) + line)
