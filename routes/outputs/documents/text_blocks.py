"""What is said, as plain blocks, before it becomes HTML, Markdown, PDF or lines on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routes.outputs.handling import question_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routes.outputs.handling import Mark


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, unescaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; ``numbered`` where the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under heads; columns in ``figures`` stand right.

    ``layout`` names a class of the style sheet that sets the widths of columns with long cells. Columns in
    ``spare`` are left out, the last first, where the lines are too short for all.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    caption: str = ""
    layout: str = ""
    spare: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as SVG, and in words what it shows."""

    svg: str
    caption: str


Block = Paragraph | Points | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks.

    ``begins_page``: on paper it stands at the top of a page. ``kept``: no page ends within it. ``beside``:
    where there is room it stands beside its neighbours of the same word. ``annex``: it can be a file of its
    own.
    """

    title: str
    blocks: tuple[Block, ...]
    begins_page: bool = False
    kept: bool = False
    beside: str = ""
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Briefing:
    """The whole, in the order in which it is read.

    ``head`` tells who issued it and when, as pairs of name and value.
    """

    title: str
    subtitle: str
    mark: Mark
    stamp: str
    provenance: str
    sections: tuple[Section, ...]
    head: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that is put together from columns."""

    head: str
    cells: tuple[str, ...]
    figures: bool = False
    spare: bool = False


def words(head: str, cells: Iterable[object], *, spare: bool = False) -> Column:
    """Make a column of text."""
    return Column(head, tuple(map(str, cells)), spare=spare)


def figures(head: str, cells: Iterable[object], *, spare: bool = False) -> Column:
    """Make a column of figures, which stand right."""
    return Column(head, tuple(map(str, cells)), figures=True, spare=spare)


def table_of(*columns: Column, caption: str = "") -> Table:
    """Put columns side by side.

    Examples
    --------
    >>> table_of(words("what", ["a road"]), figures("km", [12]))
    Table(heads=('what', 'km'), rows=(('a road', '12'),), figures=(1,), caption='', layout='', spare=())
    """
    return Table(
        tuple(column.head for column in columns),
        tuple(zip(*(column.cells for column in columns), strict=True)),
        figures=tuple(i for i, column in enumerate(columns) if column.figures),
        caption=caption,
        spare=tuple(i for i, column in enumerate(columns) if column.spare),
    )


def headed(provenance: Mapping[str, Any], blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Put over what is said the time that it holds for.

    Examples
    --------
    >>> headed({"period": {"question": "As of 1 July 2012."}}, paragraphs("1 corridor"))
    (Paragraph(text='As of 1 July 2012.'), Paragraph(text='1 corridor'))
    """
    return (*paragraphs(question_of(provenance)), *blocks)


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    """Make a paragraph of every text that says something."""
    return tuple(Paragraph(text) for text in texts if text)
