"""A briefing as one HTML page that makes no request and runs no script."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from itertools import groupby
from typing import TYPE_CHECKING

from routes.outputs.briefing.styles import STYLE
from routes.outputs.documents.text_blocks import Figure, Paragraph, Points, Table
from routes.outputs.language import spoken, tr
from routes.outputs.palette import PAGE
from routes.outputs.text import typeset

if TYPE_CHECKING:
    from routes.outputs.documents.text_blocks import Block, Briefing, Section

_UNBROKEN = 11  # letters of a cell that stand on one line


def as_html(brief: Briefing) -> str:
    """Write the page; every text is escaped, and its own policy forbids it to load anything."""
    style = f"{STYLE}\n{_page_style(brief)}"
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{allowed}'; "
        "base-uri 'none'; form-action 'none'"
    )
    numbered = enumerate(brief.sections, 1)
    body = "".join(_group(word, list(some)) for word, some in groupby(numbered, lambda pair: pair[1].beside))
    mark = f'<p class="mark">{_text(brief.mark.label)}</p>'
    created = brief.stamp[:10]
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="dcterms.created" content="{created}"><meta name="dcterms.modified" content="{created}">'
        f'<meta name="keywords" content="{_text(brief.mark.label)}"><meta name="generator" content="routes">'
        f'<link rel="icon" href="data:,"><title>{_text(brief.title)}</title><style>{style}</style></head>\n'
        f'<body>{mark}<header><h1>{_text(brief.title)}</h1><p class="subtitle">{_text(brief.subtitle)}</p>'
        f"{_head(brief)}</header>{_contents(brief)}<main>{body}</main>"
        f"<footer><p>{_text(brief.provenance)}</p></footer>{mark}</body></html>\n"
    )


def _text(words: str) -> str:
    return html.escape(typeset(words))


def _numbering() -> str:
    """Write what numbers a page as content of CSS."""
    before, between, after = re.split(
        r"counter", tr("Page {page} of {pages}", page="counter", pages="counter")
    )
    quoted = ('"' + part.replace("\\", "").replace('"', "") + '"' for part in (before, between, after))
    return " ".join(
        each for pair in zip(quoted, ("counter(page)", "counter(pages)", ""), strict=True) for each in pair
    )


def _page_style(brief: Briefing) -> str:
    """Put the handling mark into the head and foot of every printed page, as TLP 2.0 wants it."""
    box = (
        f'content: "{brief.mark.label}"; color: {brief.mark.colour}; background: {PAGE["black"]}; '
        "font: 700 12pt sans-serif; padding: 1mm 2mm; text-align: right; width: auto; height: 7mm; "
        "vertical-align: middle;"
    )
    foot = "".join(letter for letter in brief.provenance if letter not in '\\"<')
    small = f"font: 7pt sans-serif; color: {PAGE['soft']}; vertical-align: middle;"
    boxes = (
        f"@top-right {{ {box} }}",
        f"@bottom-right {{ {box} }}",
        f'@bottom-left {{ content: "{foot}"; width: 130mm; {small} }}',
        f"@top-left {{ content: {_numbering()}; {small} }}",
    )
    return f"@page {{ {' '.join(boxes)} }}\n.mark {{ color: {brief.mark.colour}; }}"


def _head(brief: Briefing) -> str:
    """Write who issued it and when."""
    rows = "".join(f"<div><dt>{_text(name)}:</dt><dd>{_text(value)}</dd></div>" for name, value in brief.head)
    return f'<dl class="issue">{rows}</dl>' if rows else ""


def _contents(brief: Briefing) -> str:
    """Write the list of contents, which paper does not need."""
    links = "".join(
        f'<li><a href="#s{i}">{_text(part.title)}</a></li>' for i, part in enumerate(brief.sections, 1)
    )
    told = _text(tr("Contents"))
    return f'<nav aria-label="{told}"><details><summary>{told}</summary><ol>{links}</ol></details></nav>'


def _group(beside: str, numbered: list[tuple[int, Section]]) -> str:
    """Write sections that belong beside one another into one row."""
    written = "".join(_section(section, number) for number, section in numbered)
    if not beside:
        return written
    return f'<div class="beside of-{len(numbered)} {html.escape(beside)}">{written}</div>\n'


def _section(section: Section, number: int) -> str:
    name = f"s{number}"
    blocks = "".join(_block(block) for block in section.blocks)
    looks = [look for look, on in (("new-page", section.begins_page), ("kept", section.kept)) if on]
    classes = f' class="{" ".join(looks)}"' if looks else ""
    title = f'<h2 id="{name}">{_text(section.title)}</h2>'
    return f'<section{classes} aria-labelledby="{name}">{title}{blocks}</section>\n'


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f'<p dir="auto">{_text(block.text)}</p>'
    if isinstance(block, Points):
        tag = "ol" if block.numbered else "ul"
        items = "".join(f'<li dir="auto">{_text(item)}</li>' for item in block.items)
        return f"<{tag}>{items}</{tag}>"
    if isinstance(block, Figure):
        label = _text(tr("Picture: {what}", what=block.caption.partition(".")[0]))
        drawn = f'<div class="wide" tabindex="0" role="region" aria-label="{label}">{block.svg}</div>'
        return f"<figure>{drawn}<figcaption>{_text(block.caption)}</figcaption></figure>"
    return _table(block)


def _table(table: Table) -> str:
    def kind(column: int, cell: str = "") -> str:
        if column in table.figures:
            return ' class="figure"'
        return ' class="short"' if 0 < len(cell) <= _UNBROKEN else ""

    heads = "".join(f'<th scope="col"{kind(i)}>{_text(head)}</th>' for i, head in enumerate(table.heads))
    rows = "".join(
        "<tr>"
        + "".join(f'<td dir="auto"{kind(i, cell)}>{_text(cell)}</td>' for i, cell in enumerate(row))
        + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    named = _text(tr("Table: {head} and more", head=table.heads[0]))
    layout = f' class="wide-cells {table.layout}"' if table.layout else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{named}">'
        f"<table{layout}>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
