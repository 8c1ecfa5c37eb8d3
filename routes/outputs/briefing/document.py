"""A briefing as plain blocks, before it becomes HTML, Markdown or PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

    ``layout`` names a class of the style sheet that sets the widths of columns with long cells.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    caption: str = ""
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as SVG, and in words what it shows."""

    svg: str
    caption: str


Block = Paragraph | Points | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The whole, in the order in which it is read."""

    title: str
    subtitle: str
    mark: Mark
    stamp: str
    provenance: str
    sections: tuple[Section, ...]
