"""A briefing as Markdown (CommonMark with tables), for a note or a ticket; pictures become their captions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import Figure, Paragraph, Points
from routes.outputs.language import tr
from routes.outputs.text import typeset

if TYPE_CHECKING:
    from routes.outputs.documents.text_blocks import Block, Briefing, Table

_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # but not what keeps a number with its unit
_SPECIAL = re.compile(r"([\\`*_\[\]|~#$!])")
_LIVING = re.compile(
    r"[@](?=\w)|[#!](?=\d)|\bGH-(?=\d)|\b[a-z][a-z+.-]*:(?=//)|\b(?:mailto|xmpp):|\bwww(?=\.)", re.IGNORECASE
)
_APART = "\N{WORD JOINER}"  # shows nothing; where links and names of people are looked for, it parts them
_AT_START = re.compile(r"([-+=]|\d+(?=[.)](?:\s|$)))")


def as_markdown(brief: Briefing) -> str:
    """Write the text; whatever came from data is escaped, so that it is shown as it stands.

    The pictures are left out, for Markdown has none of its own; their captions and tables stay.
    """
    parts = [
        f"**{brief.mark.label}**",
        f"# {escaped(brief.title)}",
        escaped(brief.subtitle),
        "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in brief.head),
        *(
            part
            for section in brief.sections
            for part in (f"## {escaped(section.title)}", *map(_block, section.blocks))
        ),
        f"{escaped(brief.provenance)}",
        f"**{brief.mark.label}**",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    r"""Escape all that Markdown or the HTML in it would take for its own.

    Addresses, and names of people and tickets as code hosts know them, are parted by a sign that shows
    nothing: a backslash does not keep them from becoming links.

    Examples
    --------
    >>> print(escaped("<b>*x*</b> | [y](z)"))
    &lt;b&gt;\*x\*&lt;/b&gt; \| \[y\](z)
    >>> print(escaped("- 1"), escaped("2. two"))
    \- 1 2\. two
    """
    plain = (
        _BLANKS.sub(" ", typeset(text))
        .strip(" ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
    plain = _LIVING.sub(rf"\g<0>{_APART}", _SPECIAL.sub(r"\\\1", plain))
    found = _AT_START.match(plain)
    if found is None:
        return plain
    end = found.end()
    sign = found[1]
    return f"{sign}\\{plain[end:]}" if sign.isdigit() else f"\\{plain}"


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return escaped(block.text)
    if isinstance(block, Points):
        return "\n".join(
            f"{f'{number}.' if block.numbered else '-'} {escaped(item)}"
            for number, item in enumerate(block.items, 1)
        )
    if isinstance(block, Figure):
        told = tr("Picture, in the HTML and PDF editions: {what}", what=block.caption)
        return f"*{escaped(told)}*"
    return _table(block)


def _table(table: Table) -> str:
    lines = [
        _line([escaped(head) for head in table.heads]),
        _line(["---:" if i in table.figures else "---" for i in range(len(table.heads))]),
        *(_line([escaped(cell) for cell in row]) for row in table.rows),
    ]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
