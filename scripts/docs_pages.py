"""Pages of the documentation site that are made from the package itself, and formulas as MathML.

A hook of MkDocs (see ``mkdocs.yml``). The command line is described by typer, the Python modules by
mkdocstrings; parameters and JSON Schemas are read from the package. Formulas become MathML, which browsers
draw without a script and without a network.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File

import routes
from routes.outputs.schemas import schema_names, schema_text
from routes.parameters import config_text
from routes.read.inputs import region_of
from routes.read.paths import Source

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
_SEARCH = 'data-md-component="search" role="dialog"'
NOT_FOR_PYTHON = {"cli", "__main__"}
# Pages hold links that lead somewhere in the repository, too: file there -> page here.
OUTSIDE = {
    "data/README.md": "reference/data.md",
    "routes/outputs/documents": "reference/schemas.md",
    "CHANGELOG.md": "reference/changelog.md",
}
MODULES_HEAD = """---
search:
  exclude: true
---

# Modules

Every rung of the ladder, in alphabetical order. What an analysis takes from start to end stands in
[Python](python.md).
"""
PARAMETERS_HEAD = """# Parameters

`routes config` prints all of this as a TOML file; `--config` reads one that holds your changes alone: see
[Change an assumption](../howto/parameters.md).
"""
SCHEMAS_HEAD = """# JSON Schemas

What each JSON output holds. Fields in bold are always there. What versions promise is told in
[JSON outputs](../json.md).
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and the schemas themselves."""
    made = {
        "reference/commands.md": commands_page(),
        "reference/modules.md": modules_page(),
        "reference/parameters.md": parameters_page(),
        "reference/schemas.md": schemas_page(),
        "reference/data.md": (ROOT / "data" / "README.md").read_text(encoding="utf-8"),
        "reference/changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    made |= {f"schemas/{name}.schema.json": schema_text(name) for name in schema_names()}
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:  # noqa: ANN401 - MkDocs's own
    """Lead links to files of the repository to the pages that hold them."""
    up = "../" * page.file.src_uri.count("/")
    for target, here in OUTSIDE.items():
        markdown = re.sub(rf"\]\((\.\./)+{re.escape(target)}/?(?=[)#])", f"]({up}{here}", markdown)
    return markdown


def on_page_content(content: str, **_: Any) -> str:  # noqa: ANN401 - MkDocs's own
    r"""Turn formulas into MathML.

    Examples
    --------
    >>> on_page_content('<span class="arithmatex">\\(a\\)</span>')[:28]
    '<span class="arithmatex"><ma'
    """
    inline = r'(<span class="arithmatex">)\\\((.*?)\\\)(</span>)'
    block = r'(<div class="arithmatex">)\s*\\\[(.*?)\\\]\s*(</div>)'
    for pattern, display in ((inline, "inline"), (block, "block")):
        content = re.sub(pattern, lambda found, as_=display: _formula(found, as_), content, flags=re.DOTALL)
    return content


def on_post_page(output: str, **_: Any) -> str:  # noqa: ANN401 - MkDocs's own
    """Give the theme's search dialog the name that a screen reader needs."""
    return output.replace(_SEARCH, f'{_SEARCH} aria-label="Search"')


def _formula(found: re.Match[str], display: str) -> str:
    tex = html.unescape(found[2]).strip()
    # What scrolls on a narrow screen must be reached with the keyboard.
    opening = found[1].replace("<div", '<div tabindex="0"')
    return f"{opening}{convert(tex, display=display)}{found[3]}"


def commands_page() -> str:
    """Describe every command, as typer does."""
    described = subprocess.run(
        [sys.executable, "-m", "typer", "routes.cli.app", "utils", "docs", "--name", "routes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout
    told = re.sub(r"\A# `routes`", "# Command line", described)
    shell = re.sub(r"^\* `--(install|show)-completion`.*\n", "", told, flags=re.MULTILINE)
    exits = "Exit codes: 0 good, 1 found wanting, 2 bad use or bad input, 130 interrupted.\n\n"
    return shell.replace("**Usage**", f"{exits}**Usage**", 1)


def modules_page() -> str:
    """Hold every rung of the ladder; mkdocstrings fills it in."""
    names = [module.name for module in iter_modules(routes.__path__) if module.name not in NOT_FOR_PYTHON]
    parts = [f"::: routes.{name}\n    options:\n      heading_level: 2\n" for name in names]
    return "\n".join([MODULES_HEAD, *parts])


def parameters_page() -> str:
    """Describe every parameter with its default: the text of `routes config`, section by section."""
    parts, region = [PARAMETERS_HEAD], region_of(Source())
    for section in config_text(region.parameters(), region.product).strip().split("\n\n"):
        lines = section.splitlines()
        about = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
        values = [line for line in lines if not line.startswith("#")]
        told = "\n".join(about).replace("*", "\\*")
        shown = "\n".join(values)
        parts.append(f"## {values[0].strip('[]')}\n\n{told}\n\n```toml\n{shown}\n```\n")
    return "\n".join(parts)


def schemas_page() -> str:
    """Describe every JSON Schema, field by field."""
    parts = [SCHEMAS_HEAD]
    for name in schema_names():
        schema = json.loads(schema_text(name))
        version = schema["$id"].rpartition(":")[2]
        parts.append(f"## {name}\n\n`{schema['title']}`, version {version}. ")
        parts.append(f"[{name}.schema.json](../schemas/{name}.schema.json)\n")
        parts.append(_fields_of(schema))
        for kind, definition in schema.get("$defs", {}).items():
            parts.append(f"### {kind} {{ #{name}-{kind} }}\n\n{definition.get('description', '')}\n")
            parts.append(_fields_of(definition))
    return "\n".join(parts)


def _fields_of(schema: dict[str, Any]) -> str:
    """Lay the fields of an object out as a table, those of objects inside it with a path."""
    rows = list(_rows(schema, ""))
    if not rows:
        return f"{_kind(schema)}\n"
    listed = "\n".join(f"| {name} | {kind} | {about} |" for name, kind, about in rows)
    return f"| field | type | meaning |\n| --- | --- | --- |\n{listed}\n"


def _rows(schema: dict[str, Any], path: str) -> list[tuple[str, str, str]]:
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema.get("properties", {}).items():
        shown = f"**`{path}{name}`**" if name in required else f"`{path}{name}`"
        about = " ".join(str(field.get("description", "")).split()).replace("|", "\\|")
        rows.append((shown, _kind(field), about))
        inner = field.get("items", field)
        rows += _rows(inner, f"{path}{name}." if inner is field else f"{path}{name}[].")
    return rows


def _kind(field: dict[str, Any]) -> str:
    """Say what a value may be, in a few words."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    for either in ("oneOf", "anyOf"):
        if either in field:
            return " or ".join(_kind(each) for each in field[either])
    kind = field.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} of {_kind(field['items'])}" if "items" in field else words
